//! JSON lines: one object a line, read without building it.

use std::borrow::Cow;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::rejects::Reason;
use super::row::{Cell, Names, Row};

/// Reads a line that is one JSON object; what is no UTF-8 shows as U+FFFD.
pub(super) fn read<'a>(line: &'a [u8], names: &Names) -> Result<Row<'a>, Reason> {
    let Ok(text) = std::str::from_utf8(line) else {
        let text = String::from_utf8_lossy(line);
        return row(&text, names).map(Row::into_owned);
    };
    row(text, names)
}

fn row<'a>(text: &'a str, names: &Names) -> Result<Row<'a>, Reason> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let row = RowSeed { names }
        .deserialize(&mut reader)
        .map_err(to_reason)?;
    reader.end().map_err(to_reason)?;
    Ok(row)
}

/// The words of the JSON reader may quote the line: they are left out.
fn to_reason(_: serde_json::Error) -> Reason {
    Reason::Json
}

struct RowSeed<'n> {
    names: &'n Names,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = Row<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Row<'de>, D::Error> {
        reader.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = Row<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Row::default();
        while let Some(field) = map.next_key_seed(NameSeed { names: self.names })? {
            match field {
                Some(field) => row.set(field, map.next_value_seed(CellSeed)?),
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(row)
    }
}

struct NameSeed<'n> {
    names: &'n Names,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Option<(super::row::Field, u8)>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Option<(super::row::Field, u8)>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.names.find(name.as_bytes()))
    }
}

struct CellSeed;

impl<'de> DeserializeSeed<'de> for CellSeed {
    type Value = Cell<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Cell<'de>, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed {
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

#[cfg(test)]
mod tests {
    use super::super::row::Field;
    use super::*;

    #[test]
    fn objects_are_read_and_all_else_is_not() {
        let names = Names::new(&[]).expect("no columns");
        let row = read(
            br#"{"TS":1714557600,"user":"A\u00e4","tags":["x",{"y":1}],"url":"/a","status":null}"#,
            &names,
        );
        let row = row.expect("an object");
        assert_eq!(&*row.text(Field::User), "A\u{e4}".as_bytes());
        assert_eq!(&*row.text(Field::Page), b"/a");
        assert_eq!(row.number(Field::Status), Ok(-1));
        let odd = read(b"{\"user\":\"a\xff\"}", &names).expect("an object");
        assert_eq!(&*odd.text(Field::User), "a\u{fffd}".as_bytes());
        for bad in ["[1]", "{", "{} {}", "1", "{\"a\":}"] {
            assert!(read(bad.as_bytes(), &names).is_err(), "{bad}");
        }
    }
}
