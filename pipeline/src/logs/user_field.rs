//! Which field of a log names its users, in words for an operator.

use serde_json::Value;

use super::format::{CsvMap, JsonMap, LogFormat};
use super::lines::Lines;
use super::names::{Step, steps};
use super::row::Field;
use super::table;

/// Lines that are asked which of several names they have.
const ASKED_LINES: usize = 200;

/// The field of a log that names users; `lines` are some of its lines. None where the format has no such field.
pub fn user_field(format: &LogFormat, lines: &[u8]) -> Option<String> {
    let quoted = |name: String| format!("`{name}`");
    match format {
        LogFormat::Combined(_) | LogFormat::Lines(Lines::Known(_)) => {
            Some("the user of each line (%u, $remote_user)".to_owned())
        }
        LogFormat::Lines(Lines::Template(template)) => template
            .has_user()
            .then(|| "the user of the pasted format".to_owned()),
        LogFormat::Lines(Lines::W3c(w3c)) => w3c.user_column().map(quoted),
        LogFormat::Own(own) => own.user_group().map(|name| format!("the group `{name}`")),
        LogFormat::Jsonl(map) if map.names.is_audit => Some("`UserId`".to_owned()),
        LogFormat::Csv(map) if map.audit.is_some() => Some("`UserId` of the record".to_owned()),
        LogFormat::Jsonl(map) => of_json(map, lines).map(quoted),
        LogFormat::Csv(map) => of_csv(map).map(quoted),
        LogFormat::Empty => None,
    }
}

fn of_csv(map: &CsvMap) -> Option<String> {
    let columns = map.columns.iter().enumerate();
    let users = columns.filter_map(|(at, column)| Some((at, column.as_ref()?)));
    let users = users.filter(|(_, column)| column.field == Field::User);
    let (at, _) = users.min_by_key(|(_, column)| column.rank)?;
    let name = table::cells(&map.header, map.delimiter).nth(at)?;
    Some(String::from_utf8_lossy(&name).trim().to_owned())
}

/// The first of the names that any of the lines has.
fn of_json(map: &JsonMap, lines: &[u8]) -> Option<String> {
    let objects = lines.split(|b| *b == b'\n').take(ASKED_LINES);
    let objects: Vec<Value> = objects
        .filter_map(|line| serde_json::from_slice(line).ok())
        .collect();
    let has = |path: &String| objects.iter().any(|object| is_there(object, path));
    map.names.paths_of(Field::User).into_iter().find(has)
}

fn is_there(object: &Value, path: &str) -> bool {
    let found = child(object, path).or_else(|| {
        steps(path)
            .into_iter()
            .try_fold(object, |value, step| match step {
                Step::Name(name) => child(value, name),
                Step::Element(at) => value.get(at),
            })
    });
    !matches!(found, None | Some(Value::Null))
}

fn child<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    let mut entries = value.as_object()?.iter();
    entries
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}
