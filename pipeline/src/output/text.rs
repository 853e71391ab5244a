//! Answers as text. What a log holds is hostile: a terminal, a spreadsheet and a Markdown page each
//! get it disarmed in their own way.

use queries::text::Append;
use std::io::Write;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use serde_json::{Map, Value};

use super::OutputError;
use super::cells::{Cell, as_text, cells, for_spreadsheet, rounded, visible};

/// The cells of a batch, column by column.
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
    let names = schema
        .fields()
        .iter()
        .map(|field| for_spreadsheet(field.name()));
    writer.write_record(names).map_err(broken)?;
    for batch in rows {
        let columns = columns(schema, batch)?;
        for row in 0..batch.num_rows() {
            let record = columns.iter().map(|column| match &column[row] {
                Cell::Text(text) => for_spreadsheet(text),
                // Lists and structs are JSON, which begins with a bracket.
                cell => visible(&cell.text(), &[]),
            });
            writer.write_record(record).map_err(broken)?;
        }
    }
    writer.flush()?;
    Ok(())
}

/// Calls `each` with every row as one line of JSON.
fn objects(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    mut each: impl FnMut(&str) -> std::io::Result<()>,
) -> Result<(), OutputError> {
    let rounded = rounded(schema, rows)?;
    for batch in rows {
        let columns: Vec<Vec<Cell>> = columns(schema, batch)?
            .into_iter()
            .zip(&rounded)
            .map(|(column, is_rounded)| match is_rounded {
                true => as_text(column),
                false => column,
            })
            .collect();
        for row in 0..batch.num_rows() {
            let fields = schema.fields().iter().zip(&columns);
            let object: Map<String, Value> = fields
                .map(|(field, column)| (field.name().clone(), column[row].json()))
                .collect();
            each(&ascii_where_hidden(&serde_json::to_string(&object)?))?;
        }
    }
    Ok(())
}

/// JSON with its hidden characters as `\u202e`: the same value to a program, and harmless to a reader.
fn ascii_where_hidden(json: &str) -> String {
    let mut shown = String::with_capacity(json.len());
    for c in json.chars() {
        if reports::is_hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                shown.add(format_args!("\\u{unit:04x}"));
            }
        } else {
            shown.push(c);
        }
    }
    shown
}

pub(super) fn json(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    let mut is_first = true;
    to.write_all(b"[")?;
    objects(schema, rows, |object| {
        to.write_all(if is_first { b"\n" } else { b",\n" })?;
        is_first = false;
        to.write_all(object.as_bytes())
    })?;
    to.write_all(b"\n]\n")?;
    Ok(())
}

pub(super) fn ndjson(
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    objects(schema, rows, |object| {
        to.write_all(object.as_bytes())?;
        to.write_all(b"\n")
    })
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
                    .map(|column| escape(&column[row].shown()))
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
    // A statement that makes a view has no answer.
    if schema.fields().is_empty() {
        return Ok(());
    }
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

/// Nothing in a terminal's table may steer it, line breaks included.
fn for_terminal(text: &str) -> String {
    visible(text, &[])
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

    use arrow::array::{
        ArrayRef, Decimal128Array, DictionaryArray, Float64Array, Int32Array, Int64Array,
        ListArray, NullArray, StringArray, TimestampMicrosecondArray, UInt64Array,
    };
    use arrow::datatypes::Int32Type;

    use super::super::{Format, write};
    use super::*;

    fn table(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        let columns = columns
            .into_iter()
            .map(|(name, column)| (name, column, true));
        RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length")
    }

    fn rows() -> RecordBatch {
        table(vec![
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
        ])
    }

    fn told(format: Format, rows: &RecordBatch) -> String {
        let mut bytes = Vec::new();
        write(
            format,
            &rows.schema(),
            std::slice::from_ref(rows),
            &mut bytes,
        )
        .expect("written");
        String::from_utf8(bytes).expect("text")
    }

    fn written(format: Format) -> String {
        told(format, &rows())
    }

    fn json_of(rows: &RecordBatch) -> Value {
        serde_json::from_str(&told(Format::Json, rows)).expect("JSON")
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
    fn a_tiny_number_is_short_for_eyes_and_whole_for_programs() {
        let rows = table(vec![(
            "q_value",
            Arc::new(Float64Array::from(vec![1.2e-25, 0.012, 0.0])),
        )]);
        assert_eq!(
            told(Format::Table, &rows),
            "q_value\n-------\n1.2e-25\n  0.012\n      0\n"
        );
        assert!(told(Format::Csv, &rows).contains("0.00000000000000000000000012"));
        assert_eq!(json_of(&rows)[0]["q_value"], 1.2e-25);
    }

    #[test]
    fn every_kind_of_formula_is_disarmed_and_no_number_is() {
        let texts = ["=a", "+a", "-1", "@a", "\ta", "\ra", "\na", "a=1"];
        let decimal = Decimal128Array::from(vec![-150; 8]).with_precision_and_scale(10, 2);
        let rows = table(vec![
            ("text", Arc::new(StringArray::from(texts.to_vec()))),
            ("decimal", Arc::new(decimal.expect("a decimal"))),
            ("real", Arc::new(Float64Array::from(vec![-0.5; 8]))),
            ("whole", Arc::new(Int32Array::from(vec![-3; 8]))),
        ]);
        let text = told(Format::Csv, &rows);
        let mut records = csv::ReaderBuilder::new().from_reader(text.as_bytes());
        let records: Vec<csv::StringRecord> =
            records.records().map(|r| r.expect("a row")).collect();
        for (record, armed) in records.iter().zip(texts) {
            let expected = if armed == "a=1" {
                armed.to_owned()
            } else {
                format!("'{armed}")
            };
            let cells: Vec<&str> = record.iter().collect();
            assert_eq!(cells, [expected.as_str(), "-1.50", "-0.5", "-3"]);
        }
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
    fn the_ends_of_the_number_line_are_told_exactly() {
        let rows = table(vec![
            ("least", Arc::new(Int64Array::from(vec![i64::MIN, 1]))),
            ("most", Arc::new(UInt64Array::from(vec![u64::MAX, 1]))),
            ("few", Arc::new(UInt64Array::from(vec![(1 << 53) - 1, 1]))),
        ]);
        let value = json_of(&rows);
        assert_eq!(value[0]["least"], "-9223372036854775808");
        assert_eq!(value[0]["most"], "18446744073709551615");
        assert_eq!(value[0]["few"], 9_007_199_254_740_991_u64);
        assert_eq!(value[1]["few"], 1);
        // A column has one type, also where only some of its numbers would be rounded.
        assert_eq!(
            (&value[1]["least"], &value[1]["most"]),
            (&"1".into(), &"1".into())
        );
        let csv = told(Format::Csv, &rows);
        assert!(
            csv.contains("-9223372036854775808,18446744073709551615,"),
            "{csv}"
        );
        let mut workbook = Vec::new();
        write(Format::Xlsx, &rows.schema(), &[rows], &mut workbook).expect("a workbook");
    }

    #[test]
    fn a_null_is_nothing_whatever_its_column() {
        let keys = Int32Array::from(vec![Some(0), Some(1), None]);
        let values = Arc::new(StringArray::from(vec![Some("a"), None]));
        let lists = vec![Some(vec![Some(1), None]), None, Some(vec![])];
        let rows = table(vec![
            ("nothing", Arc::new(NullArray::new(3))),
            (
                "word",
                Arc::new(DictionaryArray::<Int32Type>::new(keys, values)),
            ),
            (
                "list",
                Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
            ),
        ]);
        let value = json_of(&rows);
        assert_eq!(
            value[0],
            serde_json::json!({ "nothing": null, "word": "a", "list": [1, null] })
        );
        assert_eq!(
            value[1],
            serde_json::json!({ "nothing": null, "word": null, "list": null })
        );
        assert_eq!(value[2]["word"], Value::Null);
        let csv = told(Format::Csv, &rows);
        assert_eq!(
            csv,
            "nothing,word,list\r\n,a,\"[1,null]\"\r\n,,\r\n,,[]\r\n"
        );
        assert!(!told(Format::Table, &rows).contains("null\n"));
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

    #[test]
    fn hidden_characters_show_in_every_text() {
        let hidden = [
            '\u{7}',
            '\u{1b}',
            '\u{7f}',
            '\u{9b}',
            '\u{61c}',
            '\u{200b}',
            '\u{200f}',
            '\u{2028}',
            '\u{2029}',
            '\u{202a}',
            '\u{202e}',
            '\u{2066}',
            '\u{2069}',
            '\u{feff}',
            '\u{e0041}',
        ];
        let text: String = hidden.iter().collect();
        let name = format!("a{text}");
        let rows = table(vec![(
            &name,
            Arc::new(StringArray::from(vec![text.as_str()])),
        )]);
        for format in [
            Format::Table,
            Format::Markdown,
            Format::Csv,
            Format::Json,
            Format::Ndjson,
        ] {
            let told = told(format, &rows);
            for c in hidden {
                assert!(!told.contains(c), "{format:?} keeps {c:?}");
            }
        }
        // To a program the JSON is what the log held.
        assert_eq!(json_of(&rows)[0][&name], text.as_str());
        let table = table(vec![("a", Arc::new(StringArray::from(vec!["x\u{202e}y"])))]);
        assert!(told(Format::Table, &table).contains("x\\u{202e}y"));
    }
}
