//! Answers as text. What a log holds is hostile: a terminal, a spreadsheet and a Markdown page each
//! get it disarmed in their own way.

use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};

use super::OutputError;
use super::cells::{Cell, cells, disarmed};

/// All cells, column by column, batch by batch.
fn columns(schema: &SchemaRef, batch: &RecordBatch) -> Result<Vec<Vec<Cell>>, OutputError> {
    schema
        .fields()
        .iter()
        .zip(batch.columns())
        .map(|(field, column)| cells(field.name(), column))
        .collect()
}

pub(super) fn csv(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let broken = |cause: csv::Error| match cause.into_kind() {
        csv::ErrorKind::Io(cause) => OutputError::Io(cause),
        other => OutputError::Io(std::io::Error::other(format!("{other:?}"))),
    };
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(to);
    let names = schema.fields().iter().map(|field| disarmed(field.name()));
    writer.write_record(names).map_err(broken)?;
    for batch in rows {
        let columns = columns(schema, batch)?;
        for row in 0..batch.num_rows() {
            let record = columns.iter().map(|column| match &column[row] {
                Cell::Text(text) => disarmed(text),
                cell => cell.text(),
            });
            writer.write_record(record).map_err(broken)?;
        }
    }
    writer.flush()?;
    Ok(())
}

fn objects(schema: &SchemaRef, batch: &RecordBatch) -> Result<Vec<Value>, OutputError> {
    let columns = columns(schema, batch)?;
    let object = |row: usize| -> Value {
        let fields = schema.fields().iter().zip(&columns);
        let object: Map<String, Value> = fields
            .map(|(field, column)| (field.name().clone(), column[row].json()))
            .collect();
        Value::Object(object)
    };
    Ok((0..batch.num_rows()).map(object).collect())
}

pub(super) fn json(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let mut is_first = true;
    to.write_all(b"[")?;
    for batch in rows {
        for object in objects(schema, batch)? {
            to.write_all(if is_first { b"\n" } else { b",\n" })?;
            is_first = false;
            serde_json::to_writer(&mut *to, &object)?;
        }
    }
    to.write_all(b"\n]\n")?;
    Ok(())
}

pub(super) fn ndjson(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    for batch in rows {
        for object in objects(schema, batch)? {
            serde_json::to_writer(&mut *to, &object)?;
            to.write_all(b"\n")?;
        }
    }
    Ok(())
}

/// Texts of a grid, and which of its columns hold numbers only.
fn grid(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    escape: fn(&str) -> String,
) -> Result<(Vec<Vec<String>>, Vec<bool>), OutputError> {
    let mut grid = vec![
        schema
            .fields()
            .iter()
            .map(|f| escape(f.name()))
            .collect::<Vec<_>>(),
    ];
    let mut is_number = vec![true; schema.fields().len()];
    for batch in rows {
        let columns = columns(schema, batch)?;
        for (place, column) in columns.iter().enumerate() {
            is_number[place] &= column
                .iter()
                .all(|cell| cell.is_number() || *cell == Cell::Null);
        }
        for row in 0..batch.num_rows() {
            grid.push(
                columns
                    .iter()
                    .map(|column| escape(&column[row].text()))
                    .collect(),
            );
        }
    }
    Ok((grid, is_number))
}

pub(super) fn table(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let (grid, is_number) = grid(schema, rows, for_terminal)?;
    let width = |place: usize| {
        grid.iter()
            .map(|row| row[place].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..is_number.len()).map(width).collect();
    for (number, row) in grid.iter().enumerate() {
        let mut line = String::new();
        for ((text, width), is_number) in row.iter().zip(&widths).zip(&is_number) {
            let pad = " ".repeat(width - text.chars().count());
            let cell = if *is_number {
                pad + text
            } else {
                text.clone() + &pad
            };
            line.push_str(&cell);
            line.push_str("  ");
        }
        writeln!(to, "{}", line.trim_end())?;
        if number == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
            writeln!(to, "{}", rule.join("  "))?;
        }
    }
    Ok(())
}

pub(super) fn markdown(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let (grid, is_number) = grid(schema, rows, for_markdown)?;
    for (number, row) in grid.iter().enumerate() {
        writeln!(to, "| {} |", row.join(" | "))?;
        if number == 0 {
            let rule: Vec<&str> = is_number
                .iter()
                .map(|is| if *is { "---:" } else { "---" })
                .collect();
            writeln!(to, "| {} |", rule.join(" | "))?;
        }
    }
    Ok(())
}

/// Characters that steer a terminal or turn its text around, made visible.
fn for_terminal(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() || is_invisible(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn for_markdown(text: &str) -> String {
    for_terminal(text)
        .replace('\\', "\\\\")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('|', "\\|")
        .replace('[', "\\[")
        .replace('`', "\\`")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Int64Array, StringArray, TimestampMicrosecondArray};

    use super::super::{Format, write};
    use super::*;

    fn rows() -> RecordBatch {
        let columns: Vec<(&str, arrow::array::ArrayRef)> = vec![
            ("person", Arc::new(Int64Array::from(vec![i64::MAX, -5]))),
            ("n", Arc::new(Int64Array::from(vec![Some(-7), None]))),
            (
                "page",
                Arc::new(StringArray::from(vec!["=1+1", "/a|<b>\u{1b}[31m\u{202e}"])),
            ),
            (
                "at",
                Arc::new(
                    TimestampMicrosecondArray::from(vec![0, 1_777_636_800_000_000])
                        .with_timezone("UTC"),
                ),
            ),
        ];
        RecordBatch::try_from_iter(columns).expect("columns of one length")
    }

    fn written(format: Format) -> String {
        let rows = rows();
        let mut bytes = Vec::new();
        write(
            format,
            &rows.schema(),
            std::slice::from_ref(&rows),
            &mut bytes,
        )
        .expect("written");
        String::from_utf8(bytes).expect("text")
    }

    #[test]
    fn csv_keeps_numbers_and_disarms_formulas() {
        let text = written(Format::Csv);
        assert!(text.starts_with(
            "person,n,page,at\r\n9223372036854775807,-7,'=1+1,1970-01-01T00:00:00Z\r\n"
        ));
        assert!(text.contains("-5,,"), "{text}");
    }

    #[test]
    fn json_tells_ids_as_strings() {
        let value: Value = serde_json::from_str(&written(Format::Json)).expect("JSON");
        assert_eq!(value[0]["person"], "9223372036854775807");
        assert_eq!(value[1]["person"], "-5");
        assert_eq!(value[0]["n"], -7);
        assert_eq!(value[1]["n"], Value::Null);
        assert_eq!(value[1]["at"], "2026-05-01T12:00:00Z");
        assert_eq!(written(Format::Ndjson).lines().count(), 2);
    }

    #[test]
    fn a_terminal_is_not_steered() {
        for format in [Format::Table, Format::Markdown] {
            let text = written(format);
            assert!(
                !text.contains('\u{1b}') && !text.contains('\u{202e}'),
                "{text:?}"
            );
        }
        assert!(written(Format::Markdown).contains("\\|&lt;b>"));
    }
}
