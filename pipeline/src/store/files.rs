//! Parquet files of the lake: written sorted, synced to disk before any commit names them.

use std::cmp::Ordering;
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DynComparator, RecordBatch, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{DataType, Field, SchemaRef, UInt32Type};
use arrow::error::ArrowError;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use crate::store::durable;
use crate::store::error::StoreError;
use crate::store::words::{WordsChunk, ZSTD_LEVEL, pack_words};

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
    let mut to = write_groups(to, schema, sort, rows).map_err(parquet)?;
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
    durable::sync(folder).map_err(StoreError::io(folder))
}

/// Writes each batch of rows as a row group.
fn write_groups<W: Write + Send>(
    to: W,
    schema: &SchemaRef,
    sort: &[&str],
    rows: &[RecordBatch],
) -> Result<W, ParquetError> {
    let parquet_schema = ArrowSchemaConverter::new().convert(schema)?;
    let mut writer = SerializedFileWriter::new(
        to,
        parquet_schema.root_schema_ptr(),
        Arc::new(properties(schema, sort)),
    )?;
    let factory = ArrowRowGroupWriterFactory::new(&writer, schema.clone());
    for batch in groups(rows) {
        let columns = factory.create_column_writers(writer.flushed_row_groups().len())?;
        let places: Vec<_> = columns.into_iter().enumerate().collect();
        // All threads pack columns; they are written in their order.
        let packed = places
            .into_par_iter()
            .map(|(place, column)| {
                let array = batch.column(place);
                match array.as_dictionary_opt::<UInt32Type>() {
                    Some(words) => {
                        pack_words(&parquet_schema.column(place), words).map(Packed::Words)
                    }
                    None => pack_column(column, schema.field(place), array).map(Packed::Other),
                }
            })
            .collect::<Result<Vec<_>, ParquetError>>()?;
        let mut group = writer.next_row_group()?;
        for column in packed {
            match column {
                Packed::Words(words) => words.append_to(&mut group)?,
                Packed::Other(chunk) => chunk.append_to_row_group(&mut group)?,
            }
        }
        group.close()?;
    }
    writer.into_inner()
}

/// Rows of a row group at most.
const GROUP_ROWS: usize = 1 << 20;

/// Batches cut to the size of a row group.
fn groups(rows: &[RecordBatch]) -> impl Iterator<Item = RecordBatch> {
    rows.iter().flat_map(|batch| {
        (0..batch.num_rows())
            .step_by(GROUP_ROWS)
            .map(|start| batch.slice(start, GROUP_ROWS.min(batch.num_rows() - start)))
    })
}

/// A column ready to be written.
enum Packed {
    Words(WordsChunk),
    Other(ArrowColumnChunk),
}

fn pack_column(
    mut column: ArrowColumnWriter,
    field: &Field,
    array: &ArrayRef,
) -> Result<ArrowColumnChunk, ParquetError> {
    for leaf in compute_leaves(field, array)? {
        column.write(&leaf)?;
    }
    column.close()
}

/// Statistics only where they prune: on numbers and times; texts would only copy pages into footers.
fn properties(schema: &SchemaRef, sort: &[&str]) -> WriterProperties {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        // Whole days are read: an index of pages would serve nobody.
        .set_offset_index_disabled(true)
        .set_created_by("elephant".to_owned());
    for field in schema.fields() {
        let path = ColumnPath::from(field.name().as_str());
        let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::Dictionary(..));
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
/// Whole columns are compared in place, each row with the one before it; nulls come first.
fn check_order(path: &Path, sort: &[&str], rows: &[RecordBatch]) -> Result<(), StoreError> {
    let unsorted = || StoreError::Unsorted {
        path: path.to_owned(),
        by: sort.join(", "),
    };
    let fails = |cause: ArrowError| StoreError::parquet(path)(cause.into());
    let mut before: Option<Vec<ArrayRef>> = None;
    for batch in rows.iter().filter(|batch| batch.num_rows() > 0) {
        let keys = sort.iter().map(|name| batch.column_by_name(name).cloned());
        let keys: Vec<ArrayRef> = keys.collect::<Option<_>>().ok_or_else(unsorted)?;
        let order = Order::between(&keys, &keys).map_err(fails)?;
        let mut is_sorted = (1..batch.num_rows()).all(|row| order.holds(row - 1, row));
        if let Some(before) = before.as_ref().filter(|before| !before.is_empty()) {
            let order = Order::between(before, &keys).map_err(fails)?;
            is_sorted &= order.holds(before[0].len() - 1, 0);
        }
        if !is_sorted {
            return Err(unsorted());
        }
        before = Some(keys);
    }
    Ok(())
}

/// How rows of one batch stand to rows of another, or of the same.
struct Order(Vec<DynComparator>);

impl Order {
    fn between(left: &[ArrayRef], right: &[ArrayRef]) -> Result<Self, ArrowError> {
        let nulls_first = SortOptions {
            descending: false,
            nulls_first: true,
        };
        let columns = left.iter().zip(right);
        let columns = columns.map(|(left, right)| make_comparator(left, right, nulls_first));
        columns.collect::<Result<_, _>>().map(Self)
    }

    /// Whether the first row may stand before the second.
    fn holds(&self, first: usize, second: usize) -> bool {
        let mut orders = self.0.iter().map(|compare| compare(first, second));
        orders
            .find(|order| order.is_ne())
            .is_none_or(Ordering::is_lt)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Date32Array, Int64Array, StringArray};

    use super::*;

    /// Batches of (person, page, day); a null is written as `-`.
    fn batches(rows: &[&[(i64, &str, i32)]]) -> Vec<RecordBatch> {
        let batch = |rows: &&[(i64, &str, i32)]| {
            let person: Int64Array = rows.iter().map(|row| Some(row.0)).collect();
            let page: StringArray = rows.iter().map(|r| (r.1 != "-").then_some(r.1)).collect();
            let day: Date32Array = rows.iter().map(|row| Some(row.2)).collect();
            RecordBatch::try_from_iter_with_nullable([
                ("person", Arc::new(person) as ArrayRef, false),
                ("page", Arc::new(page) as ArrayRef, true),
                ("day", Arc::new(day) as ArrayRef, false),
            ])
            .expect("columns of one length")
        };
        rows.iter().map(batch).collect()
    }

    fn is_sorted(sort: &[&str], rows: &[&[(i64, &str, i32)]]) -> bool {
        check_order(Path::new("x.parquet"), sort, &batches(rows)).is_ok()
    }

    #[test]
    fn texts_and_dates_are_compared_as_numbers_are() {
        let sort = ["person", "page", "day"];
        assert!(is_sorted(
            &sort,
            &[&[(1, "/a", 5), (1, "/b", 2), (2, "/a", 1)]]
        ));
        assert!(!is_sorted(&sort, &[&[(1, "/b", 1), (1, "/a", 1)]]));
        assert!(!is_sorted(&sort, &[&[(1, "/a", 2), (1, "/a", 1)]]));
        assert!(!is_sorted(&["day"], &[&[(1, "/a", 2), (2, "/b", 1)]]));
        assert!(!is_sorted(&["page"], &[&[(1, "/b", 1), (2, "/a", 2)]]));
        assert!(!is_sorted(&["absent"], &[&[(1, "/a", 1)]]));
        assert!(is_sorted(&[], &[&[(2, "/a", 1)], &[(1, "/a", 1)]]));
    }

    #[test]
    fn nulls_come_first() {
        assert!(is_sorted(
            &["page"],
            &[&[(1, "-", 1), (2, "-", 1), (3, "/a", 1)]]
        ));
        assert!(!is_sorted(&["page"], &[&[(1, "/a", 1), (2, "-", 1)]]));
    }

    #[test]
    fn the_order_goes_on_from_batch_to_batch() {
        let sort = ["person", "page"];
        assert!(is_sorted(
            &sort,
            &[&[(1, "/b", 1)], &[], &[(1, "/b", 1), (2, "/a", 1)]]
        ));
        assert!(!is_sorted(&sort, &[&[(1, "/b", 1)], &[], &[(1, "/a", 1)]]));
    }
}
