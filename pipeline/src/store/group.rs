//! A row group of a Parquet file, packed by itself: its columns need not be held until the file is written.

use std::io::{Write, sink};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, FieldRef, Schema, SchemaRef, UInt32Type};
use arrow::error::ArrowError;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::{ParquetError, Result};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::ColumnDescPtr;
use rayon::prelude::*;

use crate::store::chunk::{Chunk, ZSTD_LEVEL, pack_truths};
use crate::store::error::StoreError;
use crate::store::numbers::pack_numbers;
use crate::store::order::Ends;
use crate::store::words::pack_words;

/// Rows of a row group at most.
const GROUP_ROWS: usize = 1 << 20;

/// Rows, packed.
pub(super) struct Group {
    columns: Vec<Packed>,
    pub(super) schema: SchemaRef,
    pub(super) n_rows: usize,
    pub(super) ends: Ends,
}

/// A column, packed.
enum Packed {
    Own(Chunk),
    Other(ArrowColumnChunk),
}

/// Who packs the columns of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// The thread that asks: others are busy with other batches, and of few batches the columns are held at once.
    ThisThread,
    /// All threads.
    AllThreads,
}

/// Packs rows of a file at `path`, sorted by `sort`: mostly as one group, none where there are no rows.
///
/// # Errors
/// When the rows are not sorted, or cannot be compressed.
pub(super) fn pack(
    path: &Path,
    sort: &[&str],
    rows: &RecordBatch,
    by: By,
) -> std::result::Result<Vec<Group>, StoreError> {
    (0..rows.num_rows())
        .step_by(GROUP_ROWS)
        .map(|start| {
            let rows = rows.slice(start, GROUP_ROWS.min(rows.num_rows() - start));
            let parquet = StoreError::parquet(path);
            let fails = |cause: ArrowError| parquet(cause.into());
            let ends = Ends::of(sort, &rows).map_err(fails)?;
            let ends = ends.ok_or_else(|| unsorted(path, sort))?;
            let columns = columns(&rows, by).map_err(&parquet)?;
            Ok(Group {
                columns,
                schema: rows.schema(),
                n_rows: rows.num_rows(),
                ends,
            })
        })
        .collect()
}

/// The error of rows whose declared order does not hold.
pub(super) fn unsorted(path: &Path, sort: &[&str]) -> StoreError {
    StoreError::Unsorted {
        path: path.to_owned(),
        by: sort.join(", "),
    }
}

impl Group {
    /// Writes it as the next row group of a file.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn append_to<W: Write + Send>(
        self,
        file: &mut SerializedFileWriter<W>,
    ) -> Result<()> {
        let mut group: SerializedRowGroupWriter<'_, W> = file.next_row_group()?;
        for column in self.columns {
            match column {
                Packed::Own(chunk) => chunk.append_to(&mut group)?,
                Packed::Other(chunk) => chunk.append_to_row_group(&mut group)?,
            }
        }
        group.close().map(drop)
    }
}

fn columns(rows: &RecordBatch, by: By) -> Result<Vec<Packed>> {
    let schema = rows.schema();
    let described = ArrowSchemaConverter::new().convert(&schema)?;
    let pack = |place: usize| {
        let column = rows.column(place);
        packed(&schema.fields()[place], &described.column(place), column)
    };
    let places = 0..rows.num_columns();
    match by {
        By::ThisThread => places.map(pack).collect(),
        By::AllThreads => places.into_par_iter().map(pack).collect(),
    }
}

fn packed(field: &FieldRef, described: &ColumnDescPtr, column: &ArrayRef) -> Result<Packed> {
    if let Some(words) = column.as_dictionary_opt::<UInt32Type>() {
        return pack_words(described, words).map(Packed::Own);
    }
    if let Some(truths) = column.as_boolean_opt() {
        return pack_truths(described, truths).map(Packed::Own);
    }
    match pack_numbers(described, column) {
        Some(numbers) => numbers.map(Packed::Own),
        None => pack_other(field, column).map(Packed::Other),
    }
}

/// Packs a column by the Parquet writer. That makes writers for whole row groups only, each of some hundred kilobytes:
/// here for one of a single column, when it is needed.
fn pack_other(field: &FieldRef, column: &ArrayRef) -> Result<ArrowColumnChunk> {
    let schema = Arc::new(Schema::new(vec![Arc::clone(field)]));
    let described = ArrowSchemaConverter::new().convert(&schema)?;
    let properties = Arc::new(properties(field));
    let file = SerializedFileWriter::new(sink(), described.root_schema_ptr(), properties)?;
    let writers = ArrowRowGroupWriterFactory::new(&file, schema).create_column_writers(0)?;
    let mut writer = writers
        .into_iter()
        .next()
        .ok_or_else(|| ParquetError::General(format!("no writer for `{}`", field.name())))?;
    for leaf in compute_leaves(field, column)? {
        writer.write(&leaf)?;
    }
    writer.close()
}

/// Statistics only where they prune: on reals; texts would only copy pages into footers.
fn properties(field: &FieldRef) -> WriterProperties {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
    let is_text = field.data_type() == &DataType::Utf8;
    let statistics = if is_text {
        EnabledStatistics::None
    } else {
        EnabledStatistics::Chunk
    };
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(statistics)
        // Whole days are read: an index of pages would serve nobody.
        .set_offset_index_disabled(true)
        .build()
}
