//! Names as small numbers: each distinct value of a column once, whether it is a number or a text.
//!
//! Each part of a source has a dictionary of its own, so that no two threads wait for one another. Merged, the
//! values stand sorted and a number is a place among them: the same however the rows were dealt to the parts.

use std::hash::BuildHasher;
use std::sync::Arc;

use arrow::array::{Array, ArrayAccessor, ArrayRef, AsArray, Int64Array, StringArray};
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{DataType, Int64Type};
use datafusion::common::Result;
use foldhash::fast::RandomState;
use hashbrown::hash_table::Entry;
use hashbrown::{HashMap, HashTable};
use queries::paths::visits::NOBODY;

use super::told::misused;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Whole numbers of 64 bits at most.
    Whole,
    /// Texts.
    Text,
}

impl Kind {
    /// The kind of a type, if it is one of names.
    pub(super) fn of(data_type: &DataType) -> Option<Self> {
        match data_type {
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Some(Self::Text),
            DataType::Dictionary(_, values) => Self::of(values),
            whole if whole.is_integer() => Some(Self::Whole),
            _ => None,
        }
    }

    /// The type in which a function gives them back.
    pub(super) fn data_type(self) -> DataType {
        match self {
            Self::Whole => DataType::Int64,
            Self::Text => DataType::Utf8,
        }
    }
}

/// The distinct values of a part, numbered as they come.
#[derive(Debug)]
pub(super) enum Dictionary {
    Whole(Whole),
    Text(Text),
}

impl Dictionary {
    pub(super) fn new(kind: Kind) -> Self {
        match kind {
            Kind::Whole => Self::Whole(Whole::default()),
            Kind::Text => Self::Text(Text::default()),
        }
    }

    /// Adds the number of each value of a column; of null [`NOBODY`].
    pub(super) fn encode(&mut self, column: &ArrayRef, numbers: &mut Vec<u32>) -> Result<()> {
        match (self, column.data_type()) {
            (Self::Whole(whole), _) => whole.encode(column, numbers)?,
            (Self::Text(text), DataType::Utf8) => text.encode(column.as_string::<i32>(), numbers),
            (Self::Text(text), DataType::Utf8View) => text.encode(column.as_string_view(), numbers),
            (Self::Text(text), _) => {
                let column = cast(column, &DataType::Utf8View)?;
                text.encode(column.as_string_view(), numbers);
            }
        }
        Ok(())
    }

    fn len(&self) -> usize {
        match self {
            Self::Whole(whole) => whole.values.len(),
            Self::Text(text) => text.ends.len(),
        }
    }
}

/// All values, sorted, and for each dictionary the place among them of each of its numbers.
pub(super) fn merged(kind: Kind, parts: &[&Dictionary]) -> Result<(ArrayRef, Vec<Vec<u32>>)> {
    let n: usize = parts.iter().map(|part| part.len()).sum();
    if n >= 1 << 31 {
        return Err(misused(
            "the source has more than two thousand million different names: ask for fewer",
        ));
    }
    Ok(match kind {
        Kind::Whole => {
            let lists: Vec<Vec<i64>> = parts
                .iter()
                .map(|part| match part {
                    Dictionary::Whole(whole) => whole.values.clone(),
                    Dictionary::Text(_) => Vec::new(),
                })
                .collect();
            let (values, places) = sorted(&lists);
            (Arc::new(Int64Array::from(values)), places)
        }
        Kind::Text => {
            let lists: Vec<Vec<&str>> = parts
                .iter()
                .map(|part| match part {
                    Dictionary::Text(text) => (0..text.ends.len()).map(|n| text.get(n)).collect(),
                    Dictionary::Whole(_) => Vec::new(),
                })
                .collect();
            let (values, places) = sorted(&lists);
            (Arc::new(StringArray::from_iter_values(values)), places)
        }
    })
}

fn sorted<T: Ord + Copy>(lists: &[Vec<T>]) -> (Vec<T>, Vec<Vec<u32>>) {
    let mut values = lists.concat();
    values.sort_unstable();
    values.dedup();
    let places = lists
        .iter()
        .map(|list| {
            let place = |value| values.partition_point(|other| other < value) as u32;
            list.iter().map(place).collect()
        })
        .collect();
    (values, places)
}

/// Whole numbers.
#[derive(Debug, Default)]
pub(super) struct Whole {
    values: Vec<i64>,
    /// The number of each small value, [`NOBODY`] where there is none.
    small: Vec<u32>,
    others: HashMap<i64, u32, RandomState>,
}

/// Values below this are looked up in an array, 16 MiB at most: ids that count from 0 or 1.
const SMALL: usize = 1 << 22;

impl Whole {
    fn encode(&mut self, column: &ArrayRef, numbers: &mut Vec<u32>) -> Result<()> {
        let column = if let DataType::Dictionary(_, values) = column.data_type() {
            cast(column, values)?
        } else {
            column.clone()
        };
        let strict = CastOptions {
            safe: false,
            ..CastOptions::default()
        };
        let column = cast_with_options(&column, &DataType::Int64, &strict).map_err(|cause| {
            misused(format!(
                "a whole number of the source is beyond 2^63 - 1, cast it to text in a view: {cause}"
            ))
        })?;
        let column = column.as_primitive::<Int64Type>();
        if column.null_count() == 0 {
            numbers.extend(column.values().iter().map(|value| self.number(*value)));
        } else {
            let number = |value: Option<i64>| value.map_or(NOBODY, |value| self.number(value));
            numbers.extend(column.iter().map(number));
        }
        Ok(())
    }

    fn number(&mut self, value: i64) -> u32 {
        let next = self.values.len() as u32;
        let number = match usize::try_from(value) {
            Ok(place) if place < SMALL => {
                if place >= self.small.len() {
                    self.small.resize((place + 1).next_power_of_two(), NOBODY);
                }
                &mut self.small[place]
            }
            _ => self.others.entry(value).or_insert(NOBODY),
        };
        if *number == NOBODY {
            *number = next;
            self.values.push(value);
        }
        *number
    }
}

/// Texts, one behind the other.
#[derive(Debug, Default)]
pub(super) struct Text {
    all: String,
    ends: Vec<usize>,
    numbers: HashTable<u32>,
    hasher: RandomState,
}

impl Text {
    fn encode<'a>(&mut self, column: impl ArrayAccessor<Item = &'a str>, numbers: &mut Vec<u32>) {
        numbers.reserve(column.len());
        for row in 0..column.len() {
            let number = if column.is_null(row) {
                NOBODY
            } else {
                self.number(column.value(row))
            };
            numbers.push(number);
        }
    }

    fn get(&self, number: usize) -> &str {
        text_at(&self.all, &self.ends, number)
    }

    fn number(&mut self, value: &str) -> u32 {
        let (all, ends, hasher) = (&self.all, &self.ends, &self.hasher);
        let entry = self.numbers.entry(
            hasher.hash_one(value),
            |number| text_at(all, ends, *number as usize) == value,
            |number| hasher.hash_one(text_at(all, ends, *number as usize)),
        );
        match entry {
            Entry::Occupied(entry) => *entry.get(),
            Entry::Vacant(entry) => {
                let number = ends.len() as u32;
                entry.insert(number);
                self.all.push_str(value);
                self.ends.push(self.all.len());
                number
            }
        }
    }
}

fn text_at<'a>(all: &'a str, ends: &[usize], number: usize) -> &'a str {
    let start = number.checked_sub(1).map_or(0, |before| ends[before]);
    &all[start..ends[number]]
}
