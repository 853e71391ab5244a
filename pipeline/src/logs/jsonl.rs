//! JSON lines: one object a line, read along the paths that matter without building it.

use std::borrow::Cow;
use std::fmt;

use memchr::memchr;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::names::{Names, Node};
use super::rejects::Reason;
use super::row::{Cell, Row};
use super::{audit, json_scan};

/// Reads a line that is one JSON object; what is no UTF-8 shows as U+FFFD.
pub(super) fn read<'a>(line: &'a [u8], names: &Names) -> Result<Row<'a>, Reason> {
    if let Ok(text) = std::str::from_utf8(line)
        && let Ok(row) = row(text, names)
    {
        return Ok(row);
    }
    let mended = mended(line);
    row(&String::from_utf8_lossy(&mended), names).map(Row::into_owned)
}

fn row<'a>(text: &'a str, names: &Names) -> Result<Row<'a>, Reason> {
    if names.is_audit {
        return audit::read(text);
    }
    let mut row = Row::default();
    match json_scan::object(text, names.root(), &mut row) {
        Some(()) => Ok(row),
        None => row_of_any(text, names),
    }
}

/// The same by the reader that knows all of JSON.
fn row_of_any<'a>(text: &'a str, names: &Names) -> Result<Row<'a>, Reason> {
    let mut row = Row::default();
    let mut reader = serde_json::Deserializer::from_str(text);
    let place = Place {
        node: names.root(),
        row: &mut row,
    };
    reader.deserialize_map(place).map_err(to_reason)?;
    reader.end().map_err(to_reason)?;
    Ok(row)
}

/// The words of the JSON reader may quote the line: they are left out.
pub(super) fn to_reason(_: serde_json::Error) -> Reason {
    Reason::Json
}

/// The line with the escapes that JSON does not know as what they stand for: those of nginx, and the halves of a
/// character that was cut, which show as U+FFFD.
fn mended(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', line).is_none() {
        return Cow::Borrowed(line);
    }
    let mut out = Vec::with_capacity(line.len() + 16);
    let mut rest = line;
    while let Some(at) = memchr(b'\\', rest) {
        out.extend_from_slice(&rest[..at]);
        let length = mend(&rest[at..], &mut out);
        rest = &rest[at + length..];
    }
    out.extend_from_slice(rest);
    Cow::Owned(out)
}

/// Writes what an escape stands for, and says how long it is.
fn mend(text: &[u8], out: &mut Vec<u8>) -> usize {
    match (text, unit(text)) {
        ([_, b'x', high, low, ..], _) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            match (*high, byte_of(*high, *low)) {
                // Parts of a character of UTF-8.
                (b'8'.., byte) => out.push(byte),
                _ => out.extend([b'\\', b'u', b'0', b'0', *high, *low]),
            }
            4
        }
        (_, Some(0xD800..0xDC00)) if matches!(unit(&text[6..]), Some(0xDC00..0xE000)) => {
            out.extend_from_slice(&text[..12]);
            12
        }
        (_, Some(0xD800..0xE000)) => {
            out.extend_from_slice("\u{fffd}".as_bytes());
            6
        }
        _ => {
            let length = text.len().min(2);
            out.extend_from_slice(&text[..length]);
            length
        }
    }
}

/// The number of an escape such as `\u00e4`.
fn unit(text: &[u8]) -> Option<u16> {
    let digits = text.strip_prefix(b"\\u")?.get(..4)?;
    let is_hex = digits.iter().all(u8::is_ascii_hexdigit);
    let pair = |at: usize| u16::from(byte_of(digits[at], digits[at + 1]));
    is_hex.then(|| pair(0) << 8 | pair(2))
}

fn byte_of(high: u8, low: u8) -> u8 {
    let digit = |c: u8| char::from(c).to_digit(16).unwrap_or(0) as u8;
    digit(high) * 16 + digit(low)
}

/// A place in the object: its value goes to the field that stands there, or is followed further.
struct Place<'n, 'r, 'a> {
    node: &'n Node,
    row: &'r mut Row<'a>,
}

impl<'a> Place<'_, '_, 'a> {
    fn take(self, cell: Cell<'a>) {
        if let Some(column) = self.node.column() {
            self.row.set(column, cell);
        }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_, '_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(child) = map.next_key_seed(Name(self.node))? {
            match child {
                Some(node) => map.next_value_seed(Place {
                    node,
                    row: &mut *self.row,
                })?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        for at in 0.. {
            let node = if self.node.has_elements() {
                self.node.element(at)
            } else {
                None
            };
            let is_there = match node {
                Some(node) => {
                    let row = &mut *self.row;
                    list.next_element_seed(Place { node, row })?.is_some()
                }
                None => list.next_element::<IgnoredAny>()?.is_some(),
            };
            if !is_there {
                break;
            }
        }
        Ok(())
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<(), E> {
        self.take(CellVisitor.visit_borrowed_str::<E>(text)?);
        Ok(())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.take(CellVisitor.visit_str::<E>(text)?);
        Ok(())
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<(), E> {
        self.take(Cell::Integer(n));
        Ok(())
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<(), E> {
        self.take(CellVisitor.visit_u64::<E>(n)?);
        Ok(())
    }

    fn visit_f64<E: Error>(self, n: f64) -> Result<(), E> {
        self.take(Cell::Number(n));
        Ok(())
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Reads any value as a cell; what is no text and no number is absent.
pub(super) struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cell<'de>, E> {
        Ok(Cell::Bytes(Cow::Borrowed(text.as_bytes())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Cell<'de>, E> {
        Ok(Cell::Bytes(Cow::Owned(text.as_bytes().to_vec())))
    }

    fn visit_i64<E>(self, n: i64) -> Result<Cell<'de>, E> {
        Ok(Cell::Integer(n))
    }

    fn visit_u64<E>(self, n: u64) -> Result<Cell<'de>, E> {
        Ok(i64::try_from(n).map_or(Cell::Number(n as f64), Cell::Integer))
    }

    fn visit_f64<E>(self, n: f64) -> Result<Cell<'de>, E> {
        Ok(Cell::Number(n))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Cell<'de>, E> {
        Ok(Cell::Absent)
    }

    fn visit_unit<E>(self) -> Result<Cell<'de>, E> {
        Ok(Cell::Absent)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Cell<'de>, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Absent)
    }
}

/// A name of an object, and what is to be read below it.
struct Name<'n>(&'n Node);

impl<'de, 'n> DeserializeSeed<'de> for Name<'n> {
    type Value = Option<&'n Node>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'n> Visitor<'_> for Name<'n> {
    type Value = Option<&'n Node>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.child(name.as_bytes()))
    }
}

#[cfg(test)]
#[path = "jsonl_tests.rs"]
mod tests;
