//! Parquet files of the lake: written sorted, synced to disk before any commit names them.

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, DynComparator, RecordBatch, make_comparator};
use arrow::compute::SortOptions;
use arrow::datatypes::{
    DataType, Field, Int64Type, SchemaRef, TimestampMicrosecondType, UInt32Type,
};
use arrow::error::ArrowError;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves,
};
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;
use rayon::prelude::*;

use crate::store::chunk::{Chunk, ZSTD_LEVEL};
use crate::store::durable;
use crate::store::error::StoreError;
use crate::store::numbers::{Layout, pack_numbers};
use crate::store::words::pack_words;

/// Writes rows as one file, sorted by `sort`; returns its size in bytes and the file, which is not synced yet.
///
/// # Errors
/// When the rows are not sorted, or the disk refuses.
pub(super) fn write_file(
    path: &Path,
    schema: &SchemaRef,
    sort: &[&str],
    rows: &[RecordBatch],
) -> Result<(u64, File), StoreError> {
    check_order(path, sort, rows)?;
    let io = StoreError::io(path);
    let file = File::create(path).map_err(&io)?;
    let to = BufWriter::with_capacity(1 << 20, file);
    let mut to = write_groups(to, schema, sort, rows).map_err(StoreError::parquet(path))?;
    to.flush().map_err(&io)?;
    let file = to.into_inner().map_err(|cause| io(cause.into_error()))?;
    Ok((file.metadata().map_err(&io)?.len(), file))
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
    let layouts = layouts(schema, rows);
    let parquet_schema = ArrowSchemaConverter::new().convert(schema)?;
    let mut writer = SerializedFileWriter::new(
        to,
        parquet_schema.root_schema_ptr(),
        Arc::new(properties(schema, sort, &layouts)),
    )?;
    let factory = ArrowRowGroupWriterFactory::new(&writer, schema.clone());
    // All threads pack columns; they are written in their order.
    let packed = groups(rows)
        .map(|batch| Ok((factory.create_column_writers(0)?, batch)))
        .collect::<Result<Vec<_>, ParquetError>>()?
        .into_par_iter()
        .map(|(columns, batch)| {
            let columns: Vec<_> = columns.into_iter().enumerate().collect();
            columns
                .into_par_iter()
                .map(|(place, column)| {
                    let array = batch.column(place);
                    let described = parquet_schema.column(place);
                    if let Some(words) = array.as_dictionary_opt::<UInt32Type>() {
                        return pack_words(&described, words).map(Packed::Ids);
                    }
                    if layouts[place] == Some(Layout::Dictionary)
                        && let Some(numbers) = pack_numbers(&described, array)?
                    {
                        return Ok(Packed::Ids(numbers));
                    }
                    pack_column(column, schema.field(place), array).map(Packed::Other)
                })
                .collect()
        })
        .collect::<Result<Vec<Vec<Packed>>, ParquetError>>()?;
    for columns in packed {
        let mut group = writer.next_row_group()?;
        for column in columns {
            match column {
                Packed::Ids(ids) => ids.append_to(&mut group)?,
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
    Ids(Chunk),
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

/// How each column of numbers is laid out.
fn layouts(schema: &SchemaRef, rows: &[RecordBatch]) -> Vec<Option<Layout>> {
    let first = rows.iter().find(|batch| batch.num_rows() > 0);
    let columns = 0..schema.fields().len();
    columns
        .map(|place| first.and_then(|batch| Layout::of(batch.column(place))))
        .collect()
}

/// Statistics only where they prune: on numbers and times; texts would only copy pages into footers.
fn properties(schema: &SchemaRef, sort: &[&str], layouts: &[Option<Layout>]) -> WriterProperties {
    let level = ZstdLevel::try_new(ZSTD_LEVEL).unwrap_or_default();
    let mut builder = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        // Whole days are read: an index of pages would serve nobody.
        .set_offset_index_disabled(true)
        .set_created_by("elephant".to_owned());
    for (field, layout) in schema.fields().iter().zip(layouts) {
        let path = ColumnPath::from(field.name().as_str());
        let is_text = matches!(field.data_type(), DataType::Utf8 | DataType::Dictionary(..));
        if !is_text {
            builder = builder.set_column_statistics_enabled(path.clone(), EnabledStatistics::Chunk);
        }
        // What is packed already, or random, is not made smaller by packing it once more.
        if matches!(layout, Some(Layout::Delta | Layout::Plain)) {
            builder = builder
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_compression(path.clone(), Compression::UNCOMPRESSED);
        }
        if *layout == Some(Layout::Delta) {
            builder = builder.set_column_encoding(path, Encoding::DELTA_BINARY_PACKED);
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
struct Order<'a>(Vec<Compared<'a>>);

/// A column of both batches.
enum Compared<'a> {
    /// Numbers without nulls, as most that are sorted by.
    Numbers(&'a [i64], &'a [i64]),
    Other(DynComparator),
}

impl<'a> Order<'a> {
    fn between(left: &'a [ArrayRef], right: &'a [ArrayRef]) -> Result<Self, ArrowError> {
        let nulls_first = SortOptions {
            descending: false,
            nulls_first: true,
        };
        let columns = left.iter().zip(right).map(|(left, right)| {
            if let (Some(left), Some(right)) = (numbers(left), numbers(right)) {
                return Ok(Compared::Numbers(left, right));
            }
            make_comparator(left, right, nulls_first).map(Compared::Other)
        });
        columns.collect::<Result<_, _>>().map(Self)
    }

    /// Whether the first row may stand before the second.
    fn holds(&self, first: usize, second: usize) -> bool {
        let mut orders = self.0.iter().map(|column| match column {
            Compared::Numbers(left, right) => left[first].cmp(&right[second]),
            Compared::Other(compare) => compare(first, second),
        });
        orders
            .find(|order| order.is_ne())
            .is_none_or(Ordering::is_lt)
    }
}

/// The values of a column of 64-bit numbers or times without nulls.
fn numbers(column: &ArrayRef) -> Option<&[i64]> {
    if column.null_count() > 0 {
        return None;
    }
    let times = column.as_primitive_opt::<TimestampMicrosecondType>();
    times.map(|times| &times.values()[..]).or_else(|| {
        let numbers = column.as_primitive_opt::<Int64Type>();
        numbers.map(|numbers| &numbers.values()[..])
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        Date32Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
    };
    use arrow::compute::concat_batches;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::statistics::Statistics;
    use proptest::prelude::*;

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

    /// Numbers of one kind: few that come again, a sequence, or any at all; -1 stands for a null where there are some.
    fn numbers_of_a_kind() -> impl Strategy<Value = Vec<Option<i64>>> {
        let few = prop::collection::vec(-2_i64..4, 0..400);
        let sequence = (any::<i32>(), prop::collection::vec(0_i64..50, 0..400));
        let sequence = sequence.prop_map(|(first, steps)| {
            let sum = |at: &mut i64, step| {
                *at += step;
                Some(*at)
            };
            steps.into_iter().scan(i64::from(first), sum).collect()
        });
        let any_at_all = prop::collection::vec(any::<i64>(), 0..400);
        let numbers = prop_oneof![few, sequence, any_at_all];
        (numbers, any::<bool>()).prop_map(|(numbers, has_nulls)| {
            let null = |number: i64| (!has_nulls || number % 3 != -1).then_some(number);
            numbers.into_iter().map(null).collect()
        })
    }

    fn columns(numbers: &[Option<i64>]) -> RecordBatch {
        let short = numbers.iter().map(|number| number.map(|n| n as i32));
        let times: TimestampMicrosecondArray = numbers.iter().copied().collect();
        let arrays: [(&str, ArrayRef); 4] = [
            (
                "number",
                Arc::new(numbers.iter().copied().collect::<Int64Array>()),
            ),
            ("short", Arc::new(short.clone().collect::<Int32Array>())),
            ("day", Arc::new(short.collect::<Date32Array>())),
            ("time", Arc::new(times.with_timezone("UTC"))),
        ];
        let arrays = arrays.map(|(name, array)| (name, array, true));
        RecordBatch::try_from_iter_with_nullable(arrays).expect("columns of one length")
    }

    proptest! {
        #[test]
        fn numbers_are_read_back_with_what_prunes(pieces in prop::collection::vec(numbers_of_a_kind(), 1..4)) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("numbers.parquet");
            let pieces: Vec<RecordBatch> = pieces.iter().map(|numbers| columns(numbers)).collect();
            let schema = pieces[0].schema();
            write_file(&path, &schema, &[], &pieces).expect("written");
            let file = File::open(&path).expect("there");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
            for group in reader.metadata().row_groups() {
                for column in group.columns() {
                    let known = column.statistics().and_then(Statistics::null_count_opt);
                    prop_assert!(known.is_some());
                }
            }
            let read: Vec<RecordBatch> = reader.build().expect("readable").map(|rows| rows.expect("sound")).collect();
            let written = concat_batches(&schema, &pieces).expect("alike");
            prop_assert_eq!(concat_batches(&schema, &read).expect("alike"), written);
        }
    }
}
