//! Answers as files for other tools.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::FileWriter;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;
use rust_xlsxwriter::{Workbook, Worksheet};

use super::OutputError;
use super::cells::{Cell, as_text, cells, for_spreadsheet, rounded, visible};

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
        sheet.write_string(0, place as u16, for_spreadsheet(field.name()))?;
    }
    let rounded = rounded(schema, rows)?;
    let mut first = 1;
    for batch in rows {
        for (place, field) in schema.fields().iter().enumerate() {
            let column = cells(field.name(), batch.column(place))?;
            let column = if rounded[place] {
                as_text(column)
            } else {
                column
            };
            for (row, cell) in column.iter().enumerate() {
                let at = ((first + row) as u32, place as u16);
                write_cell(sheet, at, cell)?;
            }
        }
        first += batch.num_rows();
    }
    to.write_all(&book.save_to_buffer()?)?;
    Ok(())
}

fn write_cell(sheet: &mut Worksheet, at: (u32, u16), cell: &Cell) -> Result<(), OutputError> {
    let (row, place) = at;
    match (cell, cell.exact()) {
        (Cell::Null, _) => return Ok(()),
        (_, Some(number)) => sheet.write_number(row, place, number)?,
        (Cell::Truth(truth), _) => sheet.write_boolean(row, place, *truth)?,
        (Cell::Text(text), _) => sheet.write_string(row, place, for_spreadsheet(text))?,
        (other, _) => sheet.write_string(row, place, visible(&other.text(), &[]))?,
    };
    Ok(())
}
