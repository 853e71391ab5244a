//! Columns of whole numbers as Parquet: each laid out as a look at its first values suggests.

use std::borrow::Cow;
use std::hash::BuildHasher;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use foldhash::fast::FixedState;
use hashbrown::HashTable;
use parquet::basic::Type;
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use crate::store::chunk::{Chunk, Ids, pack_ids};

/// How a column of numbers is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// Numbers that come again: ids of a dictionary.
    Dictionary,
    /// Numbers near those before them: differences.
    Delta,
    /// Hashes: as they are, since nothing makes them smaller.
    Plain,
}

/// Values looked at.
const LOOK: usize = 1_024;
/// Bits of a difference above which differences are no gain.
const WIDE: u32 = 48;

impl Layout {
    /// The layout for a column that begins like this; nothing where it is no column of whole numbers.
    pub(super) fn of(column: &ArrayRef) -> Option<Self> {
        let first = Numbers::of(&column.slice(0, column.len().min(LOOK)))?.known();
        let mut distinct = first.clone();
        distinct.sort_unstable();
        distinct.dedup();
        if 2 * distinct.len() <= first.len() {
            return Some(Self::Dictionary);
        }
        let steps = first.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        let (least, most) = steps.fold((0, 0), |(least, most), step| {
            (step.min(least), step.max(most))
        });
        let width = u64::BITS - most.abs_diff(least).leading_zeros();
        Some(if width > WIDE {
            Self::Plain
        } else {
            Self::Delta
        })
    }
}

/// A column of numbers, whatever their width.
struct Numbers<'a> {
    values: Cow<'a, [i64]>,
    valid: Option<&'a NullBuffer>,
}

impl<'a> Numbers<'a> {
    fn of(column: &'a ArrayRef) -> Option<Self> {
        let values = match column.data_type() {
            DataType::Int64 => Cow::Borrowed(&column.as_primitive::<Int64Type>().values()[..]),
            DataType::Timestamp(TimeUnit::Microsecond, _) => {
                let times = column.as_primitive::<TimestampMicrosecondType>();
                Cow::Borrowed(&times.values()[..])
            }
            DataType::Int32 => widened::<Int32Type>(column),
            DataType::Date32 => widened::<Date32Type>(column),
            _ => return None,
        };
        let valid = column.nulls().filter(|nulls| nulls.null_count() > 0);
        Some(Self { values, valid })
    }

    /// The values of the rows that have one.
    fn known(&self) -> Vec<i64> {
        match self.valid {
            Some(valid) => valid.valid_indices().map(|row| self.values[row]).collect(),
            None => self.values.to_vec(),
        }
    }
}

fn widened<T: ArrowPrimitiveType<Native = i32>>(column: &ArrayRef) -> Cow<'_, [i64]> {
    let values = column.as_primitive::<T>().values().iter();
    Cow::Owned(values.map(|value| i64::from(*value)).collect())
}

/// Packs a column of numbers that come again; nothing where they are of another kind.
///
/// # Errors
/// When it cannot be compressed.
pub(super) fn pack_numbers(column: &ColumnDescPtr, numbers: &ArrayRef) -> Result<Option<Chunk>> {
    let Some(numbers) = Numbers::of(numbers) else {
        return Ok(None);
    };
    let (ids, words) = dictionary(&numbers);
    let is_short = column.physical_type() == Type::INT32;
    let plain = if is_short {
        let words = words.iter().flat_map(|word| (*word as i32).to_le_bytes());
        words.collect()
    } else {
        words.iter().flat_map(|word| word.to_le_bytes()).collect()
    };
    let n_null = numbers.valid.map_or(0, NullBuffer::null_count) as u64;
    let (least, most) = (words.iter().min().copied(), words.iter().max().copied());
    let statistics = if is_short {
        let short = |value: Option<i64>| value.map(|value| value as i32);
        Statistics::int32(short(least), short(most), None, Some(n_null), false)
    } else {
        Statistics::int64(least, most, None, Some(n_null), false)
    };
    let ids = Ids {
        dictionary: plain,
        n_values: words.len(),
        of_rows: &ids,
        valid: numbers.valid,
        statistics: Some(statistics),
    };
    pack_ids(column, ids).map(Some)
}

/// An id a row, and the numbers that ids stand for, in the order in which they come.
fn dictionary(numbers: &Numbers<'_>) -> (Vec<u32>, Vec<i64>) {
    let hasher = FixedState::default();
    let mut table: HashTable<u32> = HashTable::new();
    let mut words: Vec<i64> = Vec::new();
    let mut id_of = |value: i64| {
        let found = table.find(hasher.hash_one(value), |id| words[*id as usize] == value);
        if let Some(id) = found {
            return *id;
        }
        let id = words.len() as u32;
        words.push(value);
        table.insert_unique(hasher.hash_one(value), id, |id| {
            hasher.hash_one(words[*id as usize])
        });
        id
    };
    // Most columns are sorted, or a person's alike: the number before is mostly the same.
    let mut last = None;
    let mut id_of = |value: i64| match last {
        Some((before, id)) if before == value => id,
        _ => {
            let id = id_of(value);
            last = Some((value, id));
            id
        }
    };
    let values = numbers.values.iter();
    let ids = match numbers.valid {
        None => values.map(|value| id_of(*value)).collect(),
        Some(valid) => {
            let values = values.zip(valid.iter());
            values
                .map(|(value, is_valid)| if is_valid { id_of(*value) } else { 0 })
                .collect()
        }
    };
    (ids, words)
}
