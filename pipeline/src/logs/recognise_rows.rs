//! Recognising logs of rows: who wrote them, which columns they have, and which they lack.

use serde_json::Value;

use super::format::{CsvMap, JsonMap, LogFormat, NotRecognised, SourceOptions};
use super::names::{Names, Step, steps};
use super::producers::{PRODUCERS, Producer};
use super::row::Field;
use super::{jsonl, table};

/// What a record of Microsoft 365 has: the properties themselves, or all of them as text.
const AUDIT_MARKS: [&[&str]; 2] = [&["Operation", "Workload", "CreationTime"], &["AuditData"]];

/// Lines of a sample that are built as trees to see who wrote them; these are spread over all of it.
const MARKED_LINES: usize = 200;

/// A log of JSON lines: some line must have a time, and one someone who did something to a page.
pub(super) fn jsonl(lines: &[&[u8]], options: &SourceOptions) -> Result<LogFormat, NotRecognised> {
    let some = lines
        .iter()
        .step_by(lines.len().div_ceil(MARKED_LINES).max(1));
    let values: Vec<Value> = some
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let count = |marks: &[&[&str]]| {
        let is_marked = |value: &&Value| marks.iter().any(|set| has_all(value, set));
        values.iter().filter(is_marked).count()
    };
    let is_most = |marks: &[&[&str]]| count(marks) * 2 > values.len();
    if is_most(&AUDIT_MARKS) {
        return Ok(LogFormat::Jsonl(JsonMap {
            names: Names::audit(),
            has_referrer: false,
        }));
    }
    let producer = PRODUCERS
        .into_iter()
        .find(|producer| is_most(producer.marks));
    let names =
        Names::of_producer(producer, &options.columns).map_err(NotRecognised::UnknownField)?;
    let rows: Vec<_> = lines
        .iter()
        .filter_map(|line| jsonl::read(line, &names).ok())
        .collect();
    let has = |field| rows.iter().any(|row| !row.text(field).is_empty());
    if let Some(field) = missing(has) {
        return Err(NotRecognised::MissingColumn {
            format: "jsonl",
            field: field.name(),
            found: keys(&values),
        });
    }
    let has_referrer = has(Field::Referrer) || producer.is_some_and(|one| one.has_referrer);
    Ok(LogFormat::Jsonl(JsonMap {
        names,
        has_referrer,
    }))
}

fn has_all(value: &Value, paths: &[&str]) -> bool {
    paths.iter().all(|path| has_path(value, path))
}

/// Whether something stands at a path, in any letter case; a name may also be the whole path.
fn has_path(value: &Value, path: &str) -> bool {
    child(value, path).is_some()
        || steps(path)
            .into_iter()
            .try_fold(value, |value, step| match step {
                Step::Name(name) => child(value, name),
                Step::Element(at) => value.get(at),
            })
            .is_some()
}

fn child<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let object = value.as_object()?;
    object.get(name).or_else(|| {
        object
            .iter()
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    })
}

/// A table by its header; nothing when the first line is no header of a log.
pub(super) fn csv(
    sample: &[u8],
    names: &Names,
    options: &SourceOptions,
) -> Option<Result<LogFormat, NotRecognised>> {
    let sample = from_header(sample)?;
    let delimiters = options
        .delimiter
        .map_or_else(|| b",\t;|".to_vec(), |delimiter| vec![delimiter]);
    let maps = delimiters
        .into_iter()
        .map(|delimiter| (delimiter, header(sample, delimiter)));
    let known = |header: &[String]| {
        let is_known =
            |name: &&String| names.find(name.as_bytes()).is_some() || is_audit_column(name);
        header.iter().filter(is_known).count() + marked(header).map_or(0, |one| one.columns.len())
    };
    let (delimiter, header) = maps.max_by_key(|(_, header)| (known(header), header.len()))?;
    if header.len() < 2 || known(&header) == 0 && !is_table(sample, delimiter, &header) {
        return None;
    }
    let audit = header.iter().position(|name| is_audit_column(name));
    let names = match Names::of_producer(marked(&header), &options.columns) {
        Ok(names) => names,
        Err(key) => return Some(Err(NotRecognised::UnknownField(key))),
    };
    let columns: Vec<_> = header
        .iter()
        .map(|name| names.find(name.as_bytes()).filter(|_| audit.is_none()))
        .collect();
    let has = |field| columns.iter().flatten().any(|found| found.field == field);
    if let (Some(field), None) = (missing(has), audit) {
        return Some(Err(NotRecognised::MissingColumn {
            format: "csv",
            field: field.name(),
            found: header,
        }));
    }
    let (end, _) = table::next_record(sample, delimiter);
    Some(Ok(LogFormat::Csv(CsvMap {
        delimiter,
        columns,
        audit,
        header: table::without_newline(&sample[..end]).to_vec(),
    })))
}

/// A time, somebody and a page: a log of fewer columns is none.
const LEAST_COLUMNS: usize = 3;

/// Whether the sample is a table whose header has names, though none that we know: its columns can be named then.
fn is_table(sample: &[u8], delimiter: u8, header: &[String]) -> bool {
    let is_name = |name: &String| name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if header.len() < LEAST_COLUMNS || !header.iter().all(is_name) {
        return false;
    }
    let (mut rest, mut n_rows) = (sample, 0);
    while !rest.is_empty() {
        let (end, _) = table::next_record(rest, delimiter);
        let record = table::without_newline(&rest[..end]);
        if !record.is_empty() && table::cells(record, delimiter).count() != header.len() {
            return false;
        }
        n_rows += usize::from(!record.is_empty());
        rest = &rest[end..];
    }
    n_rows > 1
}

/// The sample from its header on: behind blank lines and what PowerShell writes before it.
fn from_header(sample: &[u8]) -> Option<&[u8]> {
    let mut rest = sample;
    loop {
        let start = rest.iter().position(|b| !b.is_ascii_whitespace())?;
        rest = &rest[start..];
        if !rest.starts_with(table::TYPE_LINE) {
            return Some(rest);
        }
        rest = &rest[memchr::memchr(b'\n', rest)?..];
    }
}

fn is_audit_column(name: &str) -> bool {
    name.eq_ignore_ascii_case("AuditData")
}

/// The producer whose marks a header has.
fn marked(header: &[String]) -> Option<&'static Producer> {
    let has = |mark: &str| header.iter().any(|name| name.eq_ignore_ascii_case(mark));
    PRODUCERS
        .into_iter()
        .find(|producer| producer.marks.iter().any(|set| set.iter().all(|m| has(m))))
}

/// The needed field that a log lacks. An address will do for a user, an action or a request for a page.
fn missing(has: impl Fn(Field) -> bool) -> Option<Field> {
    let needed = [
        (Field::Time, [Field::Time; 3]),
        (Field::User, [Field::User, Field::Client, Field::Session]),
        (Field::Page, [Field::Page, Field::Action, Field::Request]),
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

/// At most this many names go into a message.
const KEYS: usize = 40;

/// The paths of the first object, for the message.
fn keys(values: &[Value]) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(first) = values.iter().find(|value| value.is_object()) {
        collect_keys(first, "", &mut all);
    }
    all.truncate(KEYS);
    all
}

fn collect_keys(value: &Value, before: &str, all: &mut Vec<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let path = format!("{before}{name}");
        if value.is_object() && all.len() < KEYS {
            collect_keys(value, &format!("{path}."), all);
        } else {
            all.push(path);
        }
    }
}
