//! Parquet files of the lake: written sorted, synced to disk before any commit names them.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use parquet::arrow::ArrowSchemaConverter;
use parquet::errors::ParquetError;
use parquet::file::metadata::SortingColumn;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use crate::store::durable;
use crate::store::error::StoreError;
use crate::store::group::{By, Group, pack, unsorted};

/// So few rows are packed before another thread is free to help.
const FEW_ROWS: usize = 4_096;

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
    let n_rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
    let groups: Result<Vec<_>, StoreError> = if n_rows <= FEW_ROWS {
        let each = rows.iter();
        each.map(|rows| pack(path, sort, rows, By::ThisThread))
            .collect()
    } else {
        let each = rows.par_iter();
        each.map(|rows| pack(path, sort, rows, By::AllThreads))
            .collect()
    };
    let groups = groups?;
    write_groups(path, schema, sort, groups.into_iter().flatten().collect())
}

/// The same of rows that are packed already, each batch for itself.
///
/// # Errors
/// When one batch may not follow another, or the disk refuses.
pub(super) fn write_groups(
    path: &Path,
    schema: &SchemaRef,
    sort: &[&str],
    groups: Vec<Group>,
) -> Result<(u64, File), StoreError> {
    check_order(path, sort, &groups)?;
    let io = StoreError::io(path);
    let file = File::create(path).map_err(&io)?;
    let to = BufWriter::with_capacity(1 << 20, file);
    let mut to = append(to, schema, sort, groups).map_err(StoreError::parquet(path))?;
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

/// A declared order that does not hold gives wrong answers: it is checked before a file is written.
fn check_order(path: &Path, sort: &[&str], groups: &[Group]) -> Result<(), StoreError> {
    let fails = |cause: ArrowError| StoreError::parquet(path)(cause.into());
    for pair in groups.windows(2) {
        let is_sorted = pair[0].ends.may_precede(&pair[1].ends);
        if !is_sorted.map_err(fails)? {
            return Err(unsorted(path, sort));
        }
    }
    Ok(())
}

fn append<W: Write + Send>(
    to: W,
    schema: &SchemaRef,
    sort: &[&str],
    groups: Vec<Group>,
) -> Result<W, ParquetError> {
    let described = ArrowSchemaConverter::new().convert(schema)?;
    let properties = Arc::new(properties(schema, sort));
    let mut file = SerializedFileWriter::new(to, described.root_schema_ptr(), properties)?;
    for group in groups {
        group.append_to(&mut file)?;
    }
    file.into_inner()
}

/// What a file says of itself; its columns are packed by then.
fn properties(schema: &SchemaRef, sort: &[&str]) -> WriterProperties {
    let sorting = sort
        .iter()
        .filter_map(|name| schema.index_of(name).ok())
        .map(|place| SortingColumn {
            column_idx: place as i32,
            descending: false,
            nulls_first: false,
        })
        .collect::<Vec<_>>();
    WriterProperties::builder()
        .set_offset_index_disabled(true)
        .set_created_by("elephant".to_owned())
        .set_sorting_columns((!sorting.is_empty()).then_some(sorting))
        .build()
}

#[cfg(test)]
mod tests {
    use arrow::array::{
        ArrayRef, BooleanArray, Date32Array, Int32Array, Int64Array, TimestampMicrosecondArray,
    };
    use arrow::compute::concat_batches;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::statistics::Statistics;
    use proptest::prelude::*;

    use super::*;

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
        let truths = numbers.iter().map(|number| number.map(|n| n & 1 == 1));
        let times: TimestampMicrosecondArray = numbers.iter().copied().collect();
        let arrays: [(&str, ArrayRef); 5] = [
            (
                "number",
                Arc::new(numbers.iter().copied().collect::<Int64Array>()),
            ),
            ("short", Arc::new(short.clone().collect::<Int32Array>())),
            ("day", Arc::new(short.collect::<Date32Array>())),
            ("truth", Arc::new(truths.collect::<BooleanArray>())),
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

    #[test]
    fn pages_of_a_long_column_are_read_back() {
        // A page without nulls, one of nothing else, and one of both; cut off where no byte begins.
        let value = |row: i64| match row / 65_536 {
            0 => Some(row * 7 % 1_000),
            1 => None,
            _ => (row % 3 != 0).then_some(row),
        };
        let folder = tempfile::tempdir().expect("a folder");
        for times in [1, i64::MAX / 200_000, 0] {
            let rows: Vec<Option<i64>> = (-3..170_000)
                .map(|row| value(row.max(0)).map(|v| v.wrapping_mul(times) ^ times))
                .collect();
            let all = columns(&rows);
            let rows = all.slice(3, all.num_rows() - 3);
            let path = folder.path().join(format!("{times}.parquet"));
            write_file(&path, &rows.schema(), &[], std::slice::from_ref(&rows)).expect("written");
            let file = File::open(&path).expect("there");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
            let read: Vec<RecordBatch> = reader
                .build()
                .expect("readable")
                .map(|rows| rows.expect("sound"))
                .collect();
            assert!(
                concat_batches(&rows.schema(), &read).expect("alike") == rows,
                "{times}"
            );
        }
    }
}
