//! Recognising logs of rows: which columns they have, and which they lack.

use super::format::{CsvMap, JsonMap, LogFormat, NotRecognised, SourceOptions};
use super::row::{Field, Names};
use super::{jsonl, table};

/// A log of JSON lines: some line must have a time, and one someone who did something to a page.
pub(super) fn jsonl(lines: &[&[u8]], names: Names) -> Result<LogFormat, NotRecognised> {
    let rows: Vec<_> = lines
        .iter()
        .filter_map(|line| jsonl::read(line, &names).ok())
        .collect();
    let has = |field| rows.iter().any(|row| !row.text(field).is_empty());
    if let Some(field) = missing(has) {
        return Err(NotRecognised::MissingColumn {
            format: "jsonl",
            field: field.name(),
            found: keys(lines),
        });
    }
    let has_referrer = has(Field::Referrer);
    Ok(LogFormat::Jsonl(JsonMap {
        names,
        has_referrer,
    }))
}

/// A table by its header; nothing when the first line is no header of a log.
pub(super) fn csv(
    sample: &[u8],
    names: &Names,
    options: &SourceOptions,
) -> Option<Result<LogFormat, NotRecognised>> {
    let start = sample.iter().position(|b| !b.is_ascii_whitespace())?;
    let sample = &sample[start..];
    let delimiters = options
        .delimiter
        .map_or_else(|| b",\t;|".to_vec(), |delimiter| vec![delimiter]);
    let maps = delimiters
        .into_iter()
        .map(|delimiter| (delimiter, header(sample, delimiter)));
    let known = |header: &[String]| {
        header
            .iter()
            .filter(|name| names.find(name.as_bytes()).is_some())
            .count()
    };
    let (delimiter, header) = maps.max_by_key(|(_, header)| (known(header), header.len()))?;
    if header.len() < 2 || known(&header) == 0 {
        return None;
    }
    let fields: Vec<_> = header
        .iter()
        .map(|name| names.find(name.as_bytes()))
        .collect();
    let has = |field| fields.iter().flatten().any(|(found, _)| *found == field);
    if let Some(field) = missing(has) {
        return Some(Err(NotRecognised::MissingColumn {
            format: "csv",
            field: field.name(),
            found: header,
        }));
    }
    Some(Ok(LogFormat::Csv(CsvMap { delimiter, fields })))
}

/// The needed field that a log lacks. An address will do for a user, an action for a page.
fn missing(has: impl Fn(Field) -> bool) -> Option<Field> {
    let needed = [
        (Field::Time, [Field::Time; 3]),
        (Field::User, [Field::User, Field::Client, Field::Session]),
        (Field::Page, [Field::Page, Field::Action, Field::Action]),
    ];
    needed
        .into_iter()
        .find(|(_, any)| !any.iter().any(|field| has(*field)))
        .map(|(field, _)| field)
}

fn header(sample: &[u8], delimiter: u8) -> Vec<String> {
    let (end, _) = table::next_record(sample, delimiter);
    let record = table::without_newline(&sample[..end]);
    table::cells(record, delimiter)
        .map(|cell| String::from_utf8_lossy(&cell).trim().to_owned())
        .collect()
}

/// The names of the first object, for the message.
fn keys(lines: &[&[u8]]) -> Vec<String> {
    let objects = lines
        .iter()
        .filter_map(|line| serde_json::from_slice::<serde_json::Value>(line).ok());
    let first = objects
        .into_iter()
        .find_map(|value| value.as_object().cloned());
    first
        .map(|object| object.keys().cloned().collect())
        .unwrap_or_default()
}
