//! The rows of a block in piles: by day and by the first bits of the person.
//!
//! A day is written by ranges of persons. Laid in piles while they are near, its rows lie together for each range;
//! gone to one by one where their lines were read, each of a large day would be waited for.

use std::ops::{self, RangeInclusive};

use crate::logs::columns::Events;
use crate::logs::requests::Requests;

/// The rows of a block, laid by day, pile and line.
pub(super) struct Piles {
    pub(super) events: Events,
    pub(super) filtered: Requests,
    pub(super) days: Vec<DayPiles>,
}

/// Where the rows of a day lie in a block.
pub(super) struct DayPiles {
    pub(super) day: i32,
    events: Ends,
    filtered: Ends,
    /// From the earliest to the latest event; empty where there is none.
    pub(super) times: RangeInclusive<i64>,
}

impl Piles {
    /// Rows in the order of their lines, laid into memory that may have been used before.
    pub(super) fn of(events: &Events, filtered: &Requests, mut memory: Events) -> Self {
        let of_events = || events.rows.iter().map(|event| (event.day, event.person));
        let of_filtered = || {
            let days = filtered.day.iter().copied();
            days.zip(filtered.person.iter().copied())
        };
        let mut days: Vec<i32> = Vec::new();
        for (day, _) in of_events().chain(of_filtered()) {
            if days.last() != Some(&day) {
                days.push(day);
            }
        }
        days.sort_unstable();
        days.dedup();
        let (order, ends) = order(&days, of_events());
        memory.clear();
        memory.append_rows(events, &order);
        let (order, ends_of_filtered) = self::order(&days, of_filtered());
        let mut laid = Requests::default();
        laid.append_rows(filtered, &order);
        let ends = ends.into_iter().zip(ends_of_filtered);
        let days = days.into_iter().zip(ends).map(|(day, (events, filtered))| {
            let rows = &memory.rows[events.of(Range::ALL)];
            let times = rows.iter().map(|event| event.ts);
            let (first, last) = times.fold((i64::MAX, i64::MIN), |(first, last), ts| {
                (first.min(ts), last.max(ts))
            });
            DayPiles {
                day,
                events,
                filtered,
                times: first..=last,
            }
        });
        Self {
            days: days.collect(),
            events: memory,
            filtered: laid,
        }
    }
}

impl DayPiles {
    /// Its events of a range.
    pub(super) fn events(&self, range: Range) -> ops::Range<usize> {
        self.events.of(range)
    }

    /// The lines of a range that a filter caught.
    pub(super) fn filtered(&self, range: Range) -> ops::Range<usize> {
        self.filtered.of(range)
    }

    pub(super) fn n_rows(&self) -> usize {
        self.events(Range::ALL).len() + self.filtered(Range::ALL).len()
    }
}

/// Where each pile of a day ends; the first begins at `start`.
struct Ends {
    start: u32,
    ends: [u32; N_PILES],
}

impl Ends {
    /// The rows of a range.
    fn of(&self, range: Range) -> ops::Range<usize> {
        let n_piles = N_PILES >> range.bits;
        let first = range.first as usize * n_piles;
        let start = first
            .checked_sub(1)
            .map_or(self.start, |before| self.ends[before]);
        start as usize..self.ends[first + n_piles - 1] as usize
    }
}

/// Rows by day, pile and their number, and for each day where its piles end. `days` are sorted, and each row is of one
/// of them.
fn order(days: &[i32], rows: impl Iterator<Item = (i32, i64)>) -> (Vec<u32>, Vec<Ends>) {
    let mut latest = 0;
    let mut place_of = |day: i32| {
        if days.get(latest) != Some(&day) {
            latest = days.partition_point(|known| *known < day);
        }
        latest
    };
    let pile_of = |person: i64| (bits_of(person) >> (u64::BITS - FIRST_BITS)) as usize;
    let piles: Vec<u32> = rows
        .map(|(day, person)| (place_of(day) * N_PILES + pile_of(person)) as u32)
        .collect();
    let mut next = vec![0_u32; days.len() * N_PILES];
    for pile in &piles {
        next[*pile as usize] += 1;
    }
    let mut n = 0;
    for next in &mut next {
        (*next, n) = (n, n + *next);
    }
    let mut order = vec![0_u32; piles.len()];
    for (row, pile) in (0..).zip(&piles) {
        let next = &mut next[*pile as usize];
        order[*next as usize] = row;
        *next += 1;
    }
    // By now each pile's place is its end.
    let mut start = 0;
    let ends = next.as_chunks().0.iter().map(|ends| {
        let of_day = Ends { start, ends: *ends };
        start = ends[N_PILES - 1];
        of_day
    });
    (order, ends.collect())
}

/// Persons whose hashes begin with the same bits, no more of them than piles have.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    first: u64,
    bits: u32,
}

impl Range {
    /// All persons.
    const ALL: Self = Self { first: 0, bits: 0 };

    /// Ranges that hold all persons between them, in their order: as many as so many rows are worth.
    pub(super) fn pieces(n_rows: usize) -> impl Iterator<Item = Self> {
        let bits = (n_rows / PIECE_ROWS).max(1).ilog2();
        Self::all(bits.min(FIRST_BITS))
    }

    /// Ranges that hold all persons between them, in their order, told by so many bits.
    pub(super) fn all(bits: u32) -> impl Iterator<Item = Self> {
        (0..1 << bits).map(move |first| Self { first, bits })
    }

    /// The least person that a range may hold.
    pub(super) fn first_person(self) -> i64 {
        (self.first_bits() ^ 1 << 63) as i64
    }

    /// The greatest.
    pub(super) fn last_person(self) -> i64 {
        let behind = u64::MAX.checked_shr(self.bits).unwrap_or(0);
        ((self.first_bits() | behind) ^ 1 << 63) as i64
    }

    fn first_bits(self) -> u64 {
        self.first.checked_shl(u64::BITS - self.bits).unwrap_or(0)
    }

    /// The bits of one of its persons behind those that they share, foremost.
    pub(super) fn rest(self, person: i64) -> u64 {
        bits_of(person) << self.bits
    }
}

/// A person as bits in the order of persons: the sign is turned round, so that negative ones come first.
fn bits_of(person: i64) -> u64 {
    person as u64 ^ 1 << 63
}

/// Bits by which rows are piled: a day has at most so many pieces.
const FIRST_BITS: u32 = 6;
const N_PILES: usize = 1 << FIRST_BITS;
/// Rows of a piece, at least.
const PIECE_ROWS: usize = 30_000;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::logs::requests::{Request, Signs};

    fn person() -> impl Strategy<Value = i64> {
        prop_oneof![any::<i64>(), -3_i64..3, Just(i64::MIN), Just(i64::MAX)]
    }

    proptest! {
        #[test]
        fn piles_are_the_rows_of_a_day_and_range_in_their_order(
            rows in prop::collection::vec((-2_i32..3, person()), 0..200), bits in 0..=FIRST_BITS,
        ) {
            let mut requests = Requests::default();
            for (ts, (day, person)) in (0..).zip(&rows) {
                let (person, day, signs) = (*person, *day, Signs::default());
                requests.push(&Request { person, day, ts, signs });
            }
            let piles = Piles::of(&Events::default(), &requests, Events::default());
            prop_assert!(piles.days.is_sorted_by(|a, b| a.day < b.day));
            let mut n = 0;
            for day in &piles.days {
                for range in Range::all(bits) {
                    let laid = day.filtered(range).map(|row| piles.filtered.get(row));
                    let laid: Vec<(i64, i64)> = laid.map(|row| (row.ts, row.person)).collect();
                    let persons = range.first_person()..=range.last_person();
                    let plain = (0..).zip(&rows).filter(|(_, row)| row.0 == day.day && persons.contains(&row.1));
                    let mut plain: Vec<(i64, i64)> = plain.map(|(ts, row)| (ts, row.1)).collect();
                    plain.sort_by_key(|row| bits_of(row.1) >> (u64::BITS - FIRST_BITS));
                    prop_assert_eq!(&laid, &plain);
                    n += laid.len();
                }
            }
            prop_assert_eq!(n, rows.len());
        }

        #[test]
        fn a_range_is_told_by_its_first_and_last_person(person in person(), bits in 0..64_u32) {
            let ranges = [0, 1].map(|first| Range { first: first & ((1 << bits) - 1), bits });
            for range in ranges {
                let is_between = (range.first_person()..=range.last_person()).contains(&person);
                let first = bits_of(person).checked_shr(u64::BITS - bits).unwrap_or(0);
                prop_assert_eq!(first == range.first, is_between);
            }
        }
    }
}
