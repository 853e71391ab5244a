//! Parquet files of the lake: written sorted, synced to disk before any commit names them.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Int64Type, SchemaRef, TimestampMicrosecondType};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use crate::store::lake::StoreError;

/// Writes rows as one file, sorted by `sort`, and syncs it; returns its size in bytes.
///
/// # Errors
/// When the rows are not sorted, or the disk refuses.
pub fn write_file(
    path: &Path,
    schema: &SchemaRef,
    sort: &[&str],
    rows: &[RecordBatch],
) -> Result<u64, StoreError> {
    check_order(path, sort, rows)?;
    let io = |cause| StoreError::Io {
        path: path.to_owned(),
        source: cause,
    };
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(io)?;
    let file = File::create(path).map_err(io)?;
    let parquet = |cause| StoreError::Parquet {
        path: path.to_owned(),
        source: cause,
    };
    let to = BufWriter::with_capacity(1 << 20, file);
    let mut writer = ArrowWriter::try_new(to, schema.clone(), Some(properties(schema, sort)))
        .map_err(parquet)?;
    for batch in rows {
        writer.write(batch).map_err(parquet)?;
    }
    let mut to = writer.into_inner().map_err(parquet)?;
    to.flush().map_err(io)?;
    let file = to.into_inner().map_err(|cause| io(cause.into_error()))?;
    file.sync_all().map_err(io)?;
    sync_folder(folder)?;
    Ok(file.metadata().map_err(io)?.len())
}

/// Makes the entries of a folder outlive a power cut.
///
/// # Errors
/// When the disk refuses.
pub fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|cause| StoreError::Io {
            path: folder.to_owned(),
            source: cause,
        })
}

/// Statistics only where they prune: on numbers and times; texts would only copy pages into footers.
fn properties(schema: &SchemaRef, sort: &[&str]) -> WriterProperties {
    let level = ZstdLevel::try_new(1).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("elephant".to_owned());
    for field in schema.fields() {
        let path = ColumnPath::from(field.name().as_str());
        let is_text = *field.data_type() == DataType::Utf8;
        if !is_text {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        // Ids hardly repeat: a dictionary of them is tried in vain on every page.
        if matches!(
            field.name().as_str(),
            "event_id" | "line" | "ts" | "session_id"
        ) {
            builder = builder.set_column_dictionary_enabled(path, false);
        }
    }
    let sorting = sort
        .iter()
        .filter_map(|name| schema.index_of(name).ok())
        .map(|place| SortingColumn {
            column_idx: place as i32,
            descending: false,
            nulls_first: false,
        })
        .collect::<Vec<_>>();
    builder
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting))
        .build()
}

/// A declared order that does not hold gives wrong answers: it is checked before a file is written.
fn check_order(path: &Path, sort: &[&str], rows: &[RecordBatch]) -> Result<(), StoreError> {
    let mut last: Option<Vec<i64>> = None;
    let wanted: Vec<&str> = sort
        .iter()
        .copied()
        .take_while(|name| rows.first().is_some_and(|b| is_number(b, name)))
        .collect();
    if wanted.is_empty() {
        return Ok(());
    }
    for batch in rows {
        let columns: Vec<&[i64]> = wanted
            .iter()
            .filter_map(|name| numbers(batch, name))
            .collect();
        for row in 0..batch.num_rows() {
            let is_after = last.as_ref().is_none_or(|last| {
                last.iter()
                    .copied()
                    .le(columns.iter().map(|column| column[row]))
            });
            if !is_after {
                return Err(StoreError::Unsorted {
                    path: path.to_owned(),
                    by: sort.join(", "),
                });
            }
            match &mut last {
                Some(last) => last.iter_mut().zip(&columns).for_each(|(l, c)| *l = c[row]),
                None => last = Some(columns.iter().map(|column| column[row]).collect()),
            }
        }
    }
    Ok(())
}

fn is_number(batch: &RecordBatch, name: &str) -> bool {
    numbers(batch, name).is_some()
}

fn numbers<'a>(batch: &'a RecordBatch, name: &str) -> Option<&'a [i64]> {
    let column = batch.column_by_name(name)?;
    match column.data_type() {
        DataType::Int64 => Some(column.as_primitive::<Int64Type>().values()),
        DataType::Timestamp(..) => Some(column.as_primitive::<TimestampMicrosecondType>().values()),
        _ => None,
    }
}
