//! One value of an answer, as text or as JSON.

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::Value;

use super::OutputError;

/// Largest whole number that JSON and a workbook hold exactly.
const EXACT: i64 = 1 << 53;

/// Ids: numbers that are names, and that JSON and workbooks would round.
const IDS: [&str; 8] = [
    "person",
    "client",
    "session_id",
    "input_id",
    "event_id",
    "manager",
    "target",
    "run_id",
];

/// What a value is, once its column is made plain.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    /// A number that is a name.
    Id(i64),
    Real(f64),
    Truth(bool),
    Text(String),
    /// A list or a struct.
    Nested(Value),
}

impl Cell {
    /// As text, without any escaping.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Int(n) | Self::Id(n) => n.to_string(),
            Self::Real(x) => x.to_string(),
            Self::Truth(truth) => truth.to_string(),
            Self::Text(text) => text.clone(),
            Self::Nested(value) => value.to_string(),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Int(_) | Self::Id(_) | Self::Real(_))
    }

    /// As JSON; ids are decimal strings.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(n) if n.abs() < EXACT => Value::from(*n),
            Self::Int(n) | Self::Id(n) => Value::from(n.to_string()),
            Self::Real(x) => serde_json::Number::from_f64(*x).map_or(Value::Null, Value::Number),
            Self::Truth(truth) => Value::from(*truth),
            Self::Text(text) => Value::from(text.clone()),
            Self::Nested(value) => value.clone(),
        }
    }
}

/// A text cell that a spreadsheet would run as a formula, disarmed by an apostrophe.
pub(super) fn disarmed(text: &str) -> String {
    let is_armed = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if is_armed {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The cells of a column.
pub(super) fn cells(name: &str, column: &ArrayRef) -> Result<Vec<Cell>, OutputError> {
    let is_id = IDS.contains(&name);
    (match column.data_type() {
        kind if kind.is_integer() && *kind != DataType::UInt64 => {
            let ints = cast(column, &DataType::Int64)?;
            let ints = ints.as_primitive::<Int64Type>();
            each(ints, |row| {
                if is_id {
                    Cell::Id(ints.value(row))
                } else {
                    Cell::Int(ints.value(row))
                }
            })
        }
        kind if kind.is_floating() => {
            let reals = cast(column, &DataType::Float64)?;
            let reals = reals.as_primitive::<Float64Type>();
            each(reals, |row| Cell::Real(reals.value(row)))
        }
        DataType::Boolean => {
            let truths = column.as_boolean();
            each(truths, |row| Cell::Truth(truths.value(row)))
        }
        DataType::Timestamp(..) => {
            let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
            let times = cast(column, &kind)?;
            let times = times.as_primitive::<TimestampMicrosecondType>();
            each(times, |row| Cell::Text(time(times.value(row))))
        }
        kind if kind.is_nested() => {
            let rows: Result<Vec<Cell>, OutputError> =
                (0..column.len()).map(|row| nested(column, row)).collect();
            return rows;
        }
        _ => {
            let options = FormatOptions::new();
            let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
            each(column, |row| Cell::Text(formatter.value(row).to_string()))
        }
    })
    .map_err(OutputError::from)
}

fn each(
    column: &dyn Array,
    cell: impl Fn(usize) -> Cell,
) -> Result<Vec<Cell>, arrow::error::ArrowError> {
    Ok((0..column.len())
        .map(|row| {
            if column.is_null(row) {
                Cell::Null
            } else {
                cell(row)
            }
        })
        .collect())
}

/// `2026-05-01T12:00:00Z`, with a fraction only where there is one.
fn time(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |t| t.to_string())
}

fn nested(column: &ArrayRef, row: usize) -> Result<Cell, OutputError> {
    if column.is_null(row) {
        return Ok(Cell::Null);
    }
    if let DataType::List(_) = column.data_type() {
        let items = cells("", &column.as_list::<i32>().value(row))?;
        return Ok(Cell::Nested(items.iter().map(Cell::json).collect()));
    }
    if let DataType::Struct(fields) = column.data_type() {
        let mut object = serde_json::Map::new();
        for (field, part) in fields.iter().zip(column.as_struct().columns()) {
            let one = cells(field.name(), &part.slice(row, 1))?;
            object.insert(field.name().clone(), one[0].json());
        }
        return Ok(Cell::Nested(Value::Object(object)));
    }
    let options = FormatOptions::new();
    let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
    Ok(Cell::Text(formatter.value(row).to_string()))
}
