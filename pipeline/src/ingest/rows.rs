//! The rows of a batch as they lie in memory, and the order in which a day wants them.

use std::collections::BTreeMap;
use std::ops::{self, RangeInclusive};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use rayon::prelude::*;

use crate::logs::Dictionary;
use crate::logs::columns::{Event, Events, Words};
use crate::logs::requests::{Requests, Signs};

/// A block of lines, with the part of an input that it came from.
pub(super) struct Segment {
    /// Place of its part among the parts of the batch.
    pub(super) part: u32,
    /// Number of the parser whose words it speaks.
    pub(super) parser: usize,
    pub(super) events: Events,
    pub(super) filtered: Requests,
}

/// The places of a day's rows.
#[derive(Default)]
pub(super) struct Places {
    /// Those of its events.
    pub(super) events: Vec<Place>,
    /// Those of the lines that a filter caught.
    pub(super) filtered: Vec<Place>,
}

/// The rows of a day, some for each segment.
#[derive(Default)]
pub(super) struct DayRows {
    of_segments: Vec<SegmentRows>,
}

/// The rows of a day in one segment.
struct SegmentRows {
    segment: u32,
    events: Piled,
    filtered: Piled,
}

impl DayRows {
    /// Pieces of a day that threads can work on side by side: ranges of person.
    pub(super) fn pieces(&self) -> Vec<Range> {
        let n: usize = self.of_segments.iter().map(SegmentRows::n_rows).sum();
        let bits = (n / PIECE_ROWS).max(1).ilog2();
        Range::all(bits.min(FIRST_BITS)).collect()
    }

    /// From the earliest to the latest event; empty where there is none.
    pub(super) fn times(&self, rows: &Rows<'_>) -> RangeInclusive<i64> {
        let (mut first, mut last) = (i64::MAX, i64::MIN);
        for of in &self.of_segments {
            let events = &rows.segments[of.segment as usize].events.rows;
            for row in &of.events.rows {
                let ts = events[*row as usize].ts;
                (first, last) = (first.min(ts), last.max(ts));
            }
        }
        first..=last
    }

    /// The places of a piece by person, time and order of loading.
    pub(super) fn sorted(&self, rows: &Rows<'_>, range: Range) -> Places {
        let (mut events, mut filtered) = (Vec::new(), Vec::new());
        let n_of = |piled: fn(&SegmentRows) -> &Piled| -> usize {
            let of_segments = self.of_segments.iter();
            of_segments.map(|of| piled(of).of(range).len()).sum()
        };
        events.reserve_exact(n_of(|of| &of.events));
        filtered.reserve_exact(n_of(|of| &of.filtered));
        for of in &self.of_segments {
            let segment = &rows.segments[of.segment as usize];
            let of_events = of.events.of(range).iter();
            events.extend(of_events.map(|row| segment.place_of_event(of.segment, *row as usize)));
            let of_filtered = of.filtered.of(range).iter();
            filtered.extend(
                of_filtered.map(|row| segment.place_of_filtered(of.segment, *row as usize)),
            );
        }
        Places {
            events: sorted(range, &events),
            filtered: sorted(range, &filtered),
        }
    }
}

impl SegmentRows {
    fn n_rows(&self) -> usize {
        self.events.rows.len() + self.filtered.rows.len()
    }
}

/// Some rows in piles by the first bits of the person: a piece of a day is some of the piles, and need not look at the
/// others.
struct Piled {
    rows: Vec<u32>,
    /// Where each pile ends.
    ends: [u32; 1 << FIRST_BITS],
}

impl Piled {
    /// Some rows in piles, in which they keep their order.
    fn new(runs: &[ops::Range<usize>], person: impl Fn(usize) -> i64) -> Self {
        let rows = || runs.iter().cloned().flatten();
        let pile_of = |row: usize| (bits_of(person(row)) >> (u64::BITS - FIRST_BITS)) as usize;
        let mut ends = [0; 1 << FIRST_BITS];
        for row in rows() {
            ends[pile_of(row)] += 1;
        }
        let mut n = 0;
        for end in &mut ends {
            // For now its start.
            (*end, n) = (n, n + *end);
        }
        let mut piled = vec![0_u32; n as usize];
        for row in rows() {
            let next = &mut ends[pile_of(row)];
            piled[*next as usize] = row as u32;
            *next += 1;
        }
        Self { rows: piled, ends }
    }

    /// The rows of a range that has no more bits than the piles.
    fn of(&self, range: Range) -> &[u32] {
        let n_piles = 1 << (FIRST_BITS - range.bits);
        let first = range.first as usize * n_piles;
        let start = first.checked_sub(1).map_or(0, |pile| self.ends[pile]);
        &self.rows[start as usize..self.ends[first + n_piles - 1] as usize]
    }
}

/// The rows of a batch: segments in the order of loading, and one set of words for all of them.
pub(super) struct Rows<'a> {
    pub(super) segments: &'a [Segment],
    pub(super) pages: Shared,
    pub(super) hosts: Shared,
    pub(super) searches: Shared,
}

/// The words of all parsers as one dictionary, and each parser's ids in it.
pub(super) struct Shared {
    pub(super) words: ArrayRef,
    pub(super) ids: Vec<Vec<u32>>,
}

impl Shared {
    fn new<'w>(of_parsers: impl Iterator<Item = &'w Dictionary>) -> Self {
        let mut all = Dictionary::default();
        let ids = of_parsers.map(|words| all.merge(words)).collect();
        let words = StringArray::from_iter_values((0..all.len() as u32).map(|id| all.text(id)));
        Self {
            words: Arc::new(words),
            ids,
        }
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(segments: &'a [Segment], words: &[&Words]) -> Self {
        Self {
            segments,
            pages: Shared::new(words.iter().map(|words| &words.pages)),
            hosts: Shared::new(words.iter().map(|words| &words.hosts)),
            searches: Shared::new(words.iter().map(|words| &words.searches)),
        }
    }

    /// The rows of each day.
    pub(super) fn by_day(&self) -> BTreeMap<i32, DayRows> {
        let of_segments: Vec<Vec<(i32, SegmentRows)>> = self
            .segments
            .par_iter()
            .zip(0..self.segments.len() as u32)
            .map(|(segment, number)| {
                let of_days = days_of(segment).into_iter();
                let piled = of_days.map(|(day, runs)| {
                    let of_event = |row: usize| segment.events.rows[row].person;
                    let of_filtered = |row: usize| segment.filtered.person[row];
                    let rows = SegmentRows {
                        segment: number,
                        events: Piled::new(&runs.events, of_event),
                        filtered: Piled::new(&runs.filtered, of_filtered),
                    };
                    (day, rows)
                });
                piled.collect()
            })
            .collect();
        let mut days: BTreeMap<i32, DayRows> = BTreeMap::new();
        for (day, rows) in of_segments.into_iter().flatten() {
            days.entry(day).or_default().of_segments.push(rows);
        }
        days
    }

    /// The event at a place.
    pub(super) fn event(&self, place: &Place) -> &'a Event {
        &self.segments[place.segment as usize].events.rows[place.row as usize]
    }

    /// Whether the event at a place has an id of its own.
    pub(super) fn has_own_id(&self, place: &Place) -> bool {
        let events = &self.segments[place.segment as usize].events;
        events.has_own_id.get(place.row as usize)
    }

    pub(super) fn part(&self, place: &Place) -> u32 {
        self.segments[place.segment as usize].part
    }
}

/// A row on its way: what it is sorted by, where it is, and what is asked of every row of a day. Segments come in the
/// order of loading and rows in that of their lines, so that an event belongs to the input that brought it first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) person: i64,
    pub(super) ts: i64,
    pub(super) segment: u32,
    pub(super) row: u32,
    pub(super) signs: Signs,
    /// Of an event: its identity, occurrence not yet applied; 0 of a line that a filter caught.
    pub(super) event_id: i64,
}

impl Place {
    fn key(&self) -> (i64, i64, u32, u32) {
        (self.person, self.ts, self.segment, self.row)
    }
}

/// The rows of a segment that are of one day: mostly all of them.
#[derive(Default)]
struct Runs {
    events: Vec<ops::Range<usize>>,
    filtered: Vec<ops::Range<usize>>,
}

/// The rows of each day of a segment.
fn days_of(segment: &Segment) -> BTreeMap<i32, Runs> {
    let mut days: BTreeMap<i32, Runs> = BTreeMap::new();
    let mut row = 0;
    for run in segment.events.rows.chunk_by(|a, b| a.day == b.day) {
        let runs = days.entry(run[0].day).or_default();
        runs.events.push(row..row + run.len());
        row += run.len();
    }
    let mut row = 0;
    for run in segment.filtered.day.chunk_by(|a, b| a == b) {
        let runs = days.entry(run[0]).or_default();
        runs.filtered.push(row..row + run.len());
        row += run.len();
    }
    days
}

impl Segment {
    /// The place of an event; the segment has this number.
    fn place_of_event(&self, number: u32, row: usize) -> Place {
        let event = &self.events.rows[row];
        Place {
            person: event.person,
            ts: event.ts,
            segment: number,
            row: row as u32,
            signs: event.signs,
            event_id: event.event_id,
        }
    }

    /// The place of a line that a filter caught.
    fn place_of_filtered(&self, number: u32, row: usize) -> Place {
        Place {
            person: self.filtered.person[row],
            ts: self.filtered.ts[row],
            segment: number,
            row: row as u32,
            signs: self.filtered.signs[row],
            event_id: 0,
        }
    }
}

/// Persons whose hashes begin with the same bits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    first: u64,
    bits: u32,
}

impl Range {
    /// Ranges that hold all persons between them, in their order.
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
    fn rest(self, person: i64) -> u64 {
        bits_of(person) << self.bits
    }
}

/// A person as bits in the order of persons: the sign is turned round, so that negative ones come first.
fn bits_of(person: i64) -> u64 {
    person as u64 ^ 1 << 63
}

/// Bits by which the places of a segment are piled: a day has at most so many pieces.
const FIRST_BITS: u32 = 6;
/// Rows of a piece, at least.
const PIECE_ROWS: usize = 30_000;
/// Rows of a pile, about.
const PILE: usize = 16;
/// Piles at most, as bits: more would not stay near.
const PILE_BITS: u32 = 12;

/// The places of a range by person, time and order of loading.
///
/// Persons are hashes: their first bits cut a range into even piles by one walk, and a pile is sorted while it is near.
fn sorted(range: Range, places: &[Place]) -> Vec<Place> {
    let bits = (places.len() / PILE).max(2).ilog2().min(PILE_BITS);
    let pile_of = |place: &Place| (range.rest(place.person) >> (u64::BITS - bits)) as usize;
    let mut next = vec![0_usize; (1 << bits) + 1];
    for place in places {
        next[pile_of(place) + 1] += 1;
    }
    for pile in 1..next.len() {
        next[pile] += next[pile - 1];
    }
    let mut piled = vec![Place::default(); next[1 << bits]];
    for place in places {
        let next = &mut next[pile_of(place)];
        piled[*next] = *place;
        *next += 1;
    }
    // By now each pile's place is its end.
    let mut rest = &mut piled[..];
    let mut start = 0;
    for end in &next[..1 << bits] {
        let (pile, behind) = rest.split_at_mut(end - start);
        pile.sort_unstable_by_key(Place::key);
        (rest, start) = (behind, *end);
    }
    piled
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place() -> impl Strategy<Value = Place> {
        let person = prop_oneof![any::<i64>(), -3_i64..3, Just(i64::MIN), Just(i64::MAX)];
        (person, -2_i64..5, 0_u32..3, 0_u32..9).prop_map(|(person, ts, segment, row)| Place {
            person,
            ts,
            segment,
            row,
            ..Place::default()
        })
    }

    proptest! {
        #[test]
        fn pieces_are_the_places_sorted_by_their_keys(
            places in prop::collection::vec(place(), 0..300), cut in 0..300_usize, bits in 0..=FIRST_BITS,
        ) {
            let mut plain = places.clone();
            plain.sort_by_key(Place::key);
            let (one, two) = places.split_at(cut.min(places.len()));
            let piled = [one, two].map(|places| {
                let rows = 0..places.len();
                (places, Piled::new(std::slice::from_ref(&rows), |row| places[row].person))
            });
            let pieces = Range::all(bits).flat_map(|range| {
                let rows = piled.iter().flat_map(|(places, piled)| {
                    piled.of(range).iter().map(|row| places[*row as usize])
                });
                sorted(range, &rows.collect::<Vec<_>>())
            });
            prop_assert_eq!(pieces.collect::<Vec<_>>(), plain);
        }

        #[test]
        fn a_range_is_told_by_its_first_and_last_person(person in place(), bits in 0..64_u32) {
            let person = person.person;
            let ranges = [0, 1].map(|first| Range { first: first & ((1 << bits) - 1), bits });
            for range in ranges {
                let is_between = (range.first_person()..=range.last_person()).contains(&person);
                let first = bits_of(person).checked_shr(u64::BITS - bits).unwrap_or(0);
                prop_assert_eq!(first == range.first, is_between);
            }
        }
    }
}
