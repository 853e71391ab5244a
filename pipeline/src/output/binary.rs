//! Answers as files for other tools.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::FileWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::Workbook;

use super::OutputError;
use super::cells::{Cell, cells, disarmed};

/// Rows that a sheet holds besides its header.
const SHEET_ROWS: usize = 1_048_575;

pub(super) fn parquet(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let level = ZstdLevel::try_new(1)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .build();
    let mut writer = ArrowWriter::try_new(to, schema.clone(), Some(properties))?;
    for batch in rows {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}

pub(super) fn arrow(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let mut writer = FileWriter::try_new(to, schema)?;
    for batch in rows {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(())
}

pub(super) fn xlsx(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let n_rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
    if n_rows > SHEET_ROWS {
        let problem = format!("{n_rows} rows are more than a sheet holds: write .csv or .parquet");
        return Err(std::io::Error::other(problem).into());
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (place, field) in schema.fields().iter().enumerate() {
        sheet.write_string(0, place as u16, disarmed(field.name()))?;
    }
    let mut first = 1;
    for batch in rows {
        for (place, field) in schema.fields().iter().enumerate() {
            for (row, cell) in cells(field.name(), batch.column(place))?.iter().enumerate() {
                let (row, place) = ((first + row) as u32, place as u16);
                match cell {
                    Cell::Null => continue,
                    Cell::Int(n) if n.abs() < 1 << 53 => {
                        sheet.write_number(row, place, *n as f64)?
                    }
                    Cell::Real(x) if x.is_finite() => sheet.write_number(row, place, *x)?,
                    Cell::Truth(truth) => sheet.write_boolean(row, place, *truth)?,
                    Cell::Text(text) => sheet.write_string(row, place, disarmed(text))?,
                    other => sheet.write_string(row, place, other.text())?,
                };
            }
        }
        first += batch.num_rows();
    }
    to.write_all(&book.save_to_buffer()?)?;
    Ok(())
}
