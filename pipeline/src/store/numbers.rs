//! Columns of whole numbers as Parquet: each laid out as a look at its first values suggests.

use std::borrow::Cow;
use std::hash::BuildHasher;

use arrow::array::{Array, ArrayRef, ArrowPrimitiveType, AsArray};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{
    DataType, Date32Type, Int32Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};
use foldhash::fast::FixedState;
use hashbrown::{HashSet, HashTable};
use parquet::basic::{Encoding, Type};
use parquet::errors::Result;
use parquet::file::statistics::Statistics;
use parquet::schema::types::ColumnDescPtr;

use crate::store::chunk::{Chunk, Column, Values, pack_column};
use crate::store::delta::pack_deltas;

/// How a column of numbers is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
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

/// From the least to the greatest number there are fewer than this: a place for each is no more than a few pages of
/// memory.
const NARROW: u64 = 1 << 13;

impl Layout {
    /// The layout for numbers that begin like these.
    fn of(numbers: &Numbers<'_>) -> Self {
        let first = numbers.first(LOOK);
        if !has_more(&first, first.len() / 2) {
            return Self::Dictionary;
        }
        let steps = first.windows(2).map(|pair| pair[1].wrapping_sub(pair[0]));
        let (least, most) = steps.fold((0, 0), |(least, most), step| {
            (step.min(least), step.max(most))
        });
        let width = u64::BITS - most.abs_diff(least).leading_zeros();
        if width > WIDE {
            Self::Plain
        } else {
            Self::Delta
        }
    }
}

/// Whether there are more than so many different numbers.
fn has_more(numbers: &[i64], most: usize) -> bool {
    let mut seen = HashSet::with_capacity_and_hasher(most + 1, FixedState::default());
    numbers.iter().any(|number| {
        seen.insert(*number);
        seen.len() > most
    })
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

    /// The least value and how many there are from it to the greatest, where that is few: an id is then found by its
    /// place. What stands in rows without a value counts too.
    fn narrow(&self) -> Option<(i64, usize)> {
        let (least, most) = ends(self.values.iter())?;
        let span = most.abs_diff(least);
        (span < NARROW).then(|| (least, span as usize + 1))
    }

    /// The ids of all rows; 0 for those without a value.
    fn ids(&self, mut id_of: impl FnMut(i64) -> u32) -> Vec<u32> {
        let values = self.values.iter();
        match self.valid {
            None => values.map(|value| id_of(*value)).collect(),
            Some(valid) => {
                let of_row =
                    |(value, is_valid): (&i64, bool)| if is_valid { id_of(*value) } else { 0 };
                values.zip(valid.iter()).map(of_row).collect()
            }
        }
    }

    /// Packs them, laid out as these values; `known` are all that occur.
    fn pack<'k>(
        &self,
        described: &ColumnDescPtr,
        is_short: bool,
        known: impl Iterator<Item = &'k i64>,
        values: Values<'_>,
    ) -> Result<Chunk> {
        let n_null = Some(self.valid.map_or(0, NullBuffer::null_count) as u64);
        let (least, most) = ends(known).unzip();
        let statistics = if is_short {
            let short = |value: Option<i64>| value.map(|value| value as i32);
            Statistics::int32(short(least), short(most), None, n_null, false)
        } else {
            Statistics::int64(least, most, None, n_null, false)
        };
        let column = Column {
            n_rows: self.values.len(),
            valid: self.valid,
            statistics: Some(statistics),
            values,
        };
        pack_column(described, &column)
    }

    /// The values of the rows that have one.
    fn known(&self) -> Vec<i64> {
        self.first(self.values.len())
    }

    /// Those of the first rows.
    fn first(&self, n_rows: usize) -> Vec<i64> {
        let n_rows = n_rows.min(self.values.len());
        match self.valid {
            Some(valid) => {
                let known = valid.slice(0, n_rows);
                known.valid_indices().map(|row| self.values[row]).collect()
            }
            None => self.values[..n_rows].to_vec(),
        }
    }
}

/// The least and the greatest of some numbers.
fn ends<'a>(mut numbers: impl Iterator<Item = &'a i64>) -> Option<(i64, i64)> {
    let first = *numbers.next()?;
    Some(numbers.fold((first, first), |(least, most), number| {
        (least.min(*number), most.max(*number))
    }))
}

fn widened<T: ArrowPrimitiveType<Native = i32>>(column: &ArrayRef) -> Cow<'_, [i64]> {
    let values = column.as_primitive::<T>().values().iter();
    Cow::Owned(values.map(|value| i64::from(*value)).collect())
}

/// Packs a column of whole numbers; nothing where it is none.
pub(super) fn pack_numbers(described: &ColumnDescPtr, column: &ArrayRef) -> Option<Result<Chunk>> {
    let numbers = Numbers::of(column)?;
    let is_short = described.physical_type() == Type::INT32;
    let layout = Layout::of(&numbers);
    if layout == Layout::Dictionary {
        let (ids, words) = dictionary(&numbers);
        let mut plain = Vec::new();
        pack_plain(&words, is_short, &mut plain);
        let values = Values::Ids {
            dictionary: plain,
            n_values: words.len(),
            of_rows: &ids,
        };
        return Some(numbers.pack(described, is_short, words.iter(), values));
    }
    let (encoding, lay_out) = match layout {
        Layout::Delta => (Encoding::DELTA_BINARY_PACKED, pack_deltas as LayOut),
        _ => (Encoding::PLAIN, pack_plain as LayOut),
    };
    let values = Values::Numbers {
        encoding,
        of_rows: &numbers.values,
        lay_out: &|numbers, page| lay_out(numbers, is_short, page),
    };
    Some(match numbers.valid {
        None => numbers.pack(described, is_short, numbers.values.iter(), values),
        Some(_) => numbers.pack(described, is_short, numbers.known().iter(), values),
    })
}

/// Lays out numbers, of 32 bits each where told.
type LayOut = fn(&[i64], bool, &mut Vec<u8>);

/// Numbers as they are.
fn pack_plain(numbers: &[i64], is_short: bool, out: &mut Vec<u8>) {
    if is_short {
        out.extend(
            numbers
                .iter()
                .flat_map(|number| (*number as i32).to_le_bytes()),
        );
    } else {
        out.reserve(8 * numbers.len());
        for number in numbers {
            out.extend_from_slice(&number.to_le_bytes());
        }
    }
}

/// An id a row, and the numbers that ids stand for, in the order in which they come.
fn dictionary(numbers: &Numbers<'_>) -> (Vec<u32>, Vec<i64>) {
    let mut words: Vec<i64> = Vec::new();
    let ids = if let Some((least, span)) = numbers.narrow() {
        let mut of_values = vec![u32::MAX; span];
        numbers.ids(|value| {
            let id = &mut of_values[(value - least) as usize];
            if *id == u32::MAX {
                *id = words.len() as u32;
                words.push(value);
            }
            *id
        })
    } else {
        let hasher = FixedState::default();
        let mut table: HashTable<u32> = HashTable::new();
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
        // Many columns are sorted, or a person's alike: the number before is mostly the same.
        let mut last = None;
        numbers.ids(|value| match last {
            Some((before, id)) if before == value => id,
            _ => {
                let id = id_of(value);
                last = Some((value, id));
                id
            }
        })
    };
    (ids, words)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::Int64Array;
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ids_stand_for_the_numbers_of_their_rows(
            rows in prop::collection::vec(prop::option::of(prop_oneof![-3_i64..9, Just(i64::MIN), Just(i64::MAX)]), 0..40),
            is_narrow in any::<bool>(),
        ) {
            let rows = rows.into_iter().map(|row| row.filter(|row| !is_narrow || row.abs_diff(0) < 9));
            let rows: Vec<Option<i64>> = rows.collect();
            let column: ArrayRef = Arc::new(Int64Array::from(rows.clone()));
            let (ids, words) = dictionary(&Numbers::of(&column).expect("numbers"));
            let mut plain: Vec<i64> = Vec::new();
            for row in rows.iter().flatten() {
                if !plain.contains(row) {
                    plain.push(*row);
                }
            }
            prop_assert_eq!(&words, &plain);
            prop_assert_eq!(ids.len(), rows.len());
            let told = ids.iter().zip(&rows).filter_map(|(id, row)| row.map(|row| (words[*id as usize], row)));
            told.for_each(|(told, row)| assert_eq!(told, row));
        }
    }
}
