//! Logs kept as Parquet: each row as a line of JSON, so that names, maps and rules are those of any other log of rows.
//!
//! A Parquet file is read from its end, so it must be a file: standard input will not do.

use std::io::{self, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::cast;
use arrow::datatypes::{DataType, Schema};
use arrow::error::ArrowError;
use arrow::json::LineDelimitedWriter;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::file::reader::ChunkReader;

/// The first four bytes of a Parquet file, and the last.
const MAGIC: &[u8] = b"PAR1";
/// Rows read at once.
const ROWS: usize = 4096;

/// Whether a file that starts with these bytes is Parquet.
pub fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(MAGIC)
}

/// The rows of a Parquet file as JSON lines: give it to `unpack::unpack`, as the bytes of any other log.
pub struct ParquetLines {
    rows: ParquetRecordBatchReader,
    lines: Vec<u8>,
    at: usize,
    is_ended: bool,
}

/// Opens a Parquet file.
///
/// # Errors
/// When it is no sound Parquet file.
pub fn lines(file: impl ChunkReader + 'static) -> io::Result<ParquetLines> {
    let open = || {
        ParquetRecordBatchReaderBuilder::try_new(file)?
            .with_batch_size(ROWS)
            .build()
    };
    let rows = guarded(open)?;
    Ok(ParquetLines {
        rows,
        lines: Vec::new(),
        at: 0,
        is_ended: false,
    })
}

/// Times of any zone as times of UTC: what they tell is the same, and no list of zones is needed to write them.
fn in_utc(rows: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let mut fields = Vec::new();
    let mut columns = Vec::new();
    for (field, column) in rows.schema_ref().fields().iter().zip(rows.columns()) {
        let (field, column) = match column.data_type() {
            DataType::Timestamp(unit, Some(_)) => {
                let utc = DataType::Timestamp(*unit, Some("+00:00".into()));
                let column = cast(column, &utc)?;
                (Arc::new(field.as_ref().clone().with_data_type(utc)), column)
            }
            _ => (Arc::clone(field), Arc::clone(column)),
        };
        fields.push(field);
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// Rows as JSON lines; what is null is left out.
///
/// # Errors
/// When a column has a type that JSON cannot hold.
pub fn json_lines(rows: &RecordBatch, out: &mut Vec<u8>) -> io::Result<()> {
    let mut writer = LineDelimitedWriter::new(out);
    in_utc(rows)
        .and_then(|rows| writer.write(&rows))
        .and_then(|()| writer.finish())
        .map_err(io::Error::other)
}

/// The reader of Parquet panics on some damaged files: that is a fault of the file.
fn guarded<T, E: std::error::Error + Send + Sync + 'static>(
    read: impl FnOnce() -> Result<T, E>,
) -> io::Result<T> {
    match catch_unwind(AssertUnwindSafe(read)) {
        Ok(done) => done.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)),
        Err(_) => Err(io::Error::new(
            io::ErrorKind::InvalidData,
            "the Parquet file is damaged",
        )),
    }
}

impl Read for ParquetLines {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while self.at == self.lines.len() && !self.is_ended {
            (self.at, self.is_ended) = (0, true);
            self.lines.clear();
            let (rows, lines) = (&mut self.rows, &mut self.lines);
            let next = guarded(|| {
                rows.next()
                    .transpose()
                    .map_err(io::Error::other)?
                    .map(|rows| json_lines(&rows, lines))
                    .transpose()
            })?;
            self.is_ended = next.is_none();
        }
        let n = (&self.lines[self.at..]).read(out)?;
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
#[path = "parquet_tests.rs"]
mod tests;
