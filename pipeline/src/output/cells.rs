//! One value of an answer, as text or as JSON.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Float64Type, Int64Type, SchemaRef, TimeUnit, TimestampMicrosecondType, UInt64Type,
};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use serde_json::{Number, Value};

use super::OutputError;

/// Up to here JSON and a workbook hold every whole number exactly.
const EXACT: u128 = (1 << 53) - 1;
/// So many digits of a decimal number survive in them.
const EXACT_DIGITS: usize = 15;

/// Below it a number is shown in powers of ten.
const TINY: f64 = 1e-6;

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
    /// A whole number, of 64 bits with a sign or without.
    Int(i128),
    /// A number that is a name.
    Id(i128),
    /// A decimal number, digit by digit.
    Decimal(String),
    /// A number that is written as text, because a neighbour of it would be rounded.
    Exact(String),
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
            Self::Decimal(text) | Self::Exact(text) | Self::Text(text) => text.clone(),
            Self::Nested(value) => value.to_string(),
        }
    }

    /// As text for human eyes: nobody counts the zeros of a tiny number.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Real(x) if *x != 0.0 && x.abs() < TINY => format!("{x:.1e}"),
            _ => self.text(),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Int(_) | Self::Id(_) | Self::Real(_) | Self::Decimal(_)
        )
    }

    /// The number, where JSON and a workbook hold it exactly.
    pub(super) fn exact(&self) -> Option<f64> {
        match self {
            Self::Int(n) if n.unsigned_abs() <= EXACT => Some(*n as f64),
            Self::Real(x) if x.is_finite() => Some(*x),
            Self::Decimal(text)
                if text.bytes().filter(u8::is_ascii_digit).count() <= EXACT_DIGITS =>
            {
                text.parse().ok()
            }
            _ => None,
        }
    }

    /// As JSON; ids, and numbers that it would round, are decimal strings.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Int(n) if self.exact().is_some() => Value::from(*n as i64),
            Self::Int(n) | Self::Id(n) => Value::from(n.to_string()),
            Self::Decimal(text) => match self.exact().and_then(Number::from_f64) {
                Some(number) => Value::Number(number),
                None => Value::from(text.clone()),
            },
            Self::Real(x) => Number::from_f64(*x).map_or(Value::Null, Value::Number),
            Self::Truth(truth) => Value::from(*truth),
            Self::Exact(text) | Self::Text(text) => Value::from(text.clone()),
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

/// Characters that steer a reader's screen or hide on it made visible, as `\u{202e}`; `but` stay.
pub(super) fn visible(text: &str, but: &[char]) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if reports::is_hidden(c) && !but.contains(&c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// A text as a cell of a file for spreadsheets: its line breaks and tabs are its own.
pub(super) fn for_spreadsheet(text: &str) -> String {
    disarmed(&visible(text, &['\t', '\r', '\n']))
}

/// The cells of a column.
pub(super) fn cells(name: &str, column: &ArrayRef) -> Result<Vec<Cell>, OutputError> {
    let is_id = IDS.contains(&name);
    let whole = |n: i128| if is_id { Cell::Id(n) } else { Cell::Int(n) };
    (match column.data_type() {
        DataType::Null => Ok(vec![Cell::Null; column.len()]),
        // A dictionary's nulls may hide among its values: it is unfolded first.
        DataType::Dictionary(_, kind) => return cells(name, &cast(column, kind)?),
        DataType::RunEndEncoded(_, values) => {
            return cells(name, &cast(column, values.data_type())?);
        }
        DataType::UInt64 => {
            let ints = column.as_primitive::<UInt64Type>();
            each(ints, |row| whole(ints.value(row).into()))
        }
        kind if kind.is_integer() => {
            let ints = cast(column, &DataType::Int64)?;
            let ints = ints.as_primitive::<Int64Type>();
            each(ints, |row| whole(ints.value(row).into()))
        }
        kind if kind.is_decimal() => {
            let options = FormatOptions::new();
            let formatter = ArrayFormatter::try_new(column.as_ref(), &options)?;
            each(column, |row| {
                Cell::Decimal(formatter.value(row).to_string())
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

#[expect(
    clippy::unnecessary_wraps,
    reason = "its callers, one a type, all may fail"
)]
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
    if let Some(items) = items(column, row) {
        let items = cells("", &items)?;
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

/// The items of a list at a row; `None` where the column holds no lists.
fn items(column: &ArrayRef, row: usize) -> Option<ArrayRef> {
    match column.data_type() {
        DataType::List(_) => Some(column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => Some(column.as_list::<i64>().value(row)),
        DataType::FixedSizeList(..) => Some(column.as_fixed_size_list().value(row)),
        _ => None,
    }
}

/// Which columns hold a number that JSON and a workbook would round: all numbers of such a column are
/// told as text, so that a reader meets one type in it and not two.
pub(super) fn rounded(schema: &SchemaRef, rows: &[RecordBatch]) -> Result<Vec<bool>, OutputError> {
    let mut rounded = vec![false; schema.fields().len()];
    for (place, field) in schema.fields().iter().enumerate() {
        let kind = field.data_type();
        if kind.is_integer() || kind.is_decimal() {
            for batch in rows {
                let cells = cells(field.name(), batch.column(place))?;
                let is_exact = |cell: &Cell| *cell == Cell::Null || cell.exact().is_some();
                rounded[place] |= !cells.iter().all(is_exact);
            }
        }
    }
    Ok(rounded)
}

/// The numbers of a column as the texts that they are written with.
pub(super) fn as_text(column: Vec<Cell>) -> Vec<Cell> {
    column
        .into_iter()
        .map(|cell| match cell {
            Cell::Int(n) | Cell::Id(n) => Cell::Exact(n.to_string()),
            Cell::Decimal(text) => Cell::Exact(text),
            other => other,
        })
        .collect()
}
