//! The rows of a batch as they lie in memory, and the order in which a day wants them.

use std::collections::BTreeMap;
use std::ops::{self, RangeInclusive};
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};

use crate::ingest::piles::{DayPiles, Piles, Range};
use crate::logs::Dictionary;
use crate::logs::columns::{Event, Words};
use crate::logs::requests::Signs;

/// A block of lines, with the part of an input that it came from.
pub(super) struct Segment {
    /// Place of its part among the parts of the batch.
    pub(super) part: u32,
    /// Number of the parser whose words it speaks.
    pub(super) parser: usize,
    pub(super) piles: Piles,
}

/// The places of a day's rows.
#[derive(Default)]
pub(super) struct Places {
    /// Those of its events.
    pub(super) events: Vec<Place>,
    /// Those of the lines that a filter caught.
    pub(super) filtered: Vec<Place>,
}

/// The rows of a day: the segments that have some, and where they lie there.
#[derive(Default)]
pub(super) struct DayRows<'a> {
    of_segments: Vec<(u32, &'a DayPiles)>,
}

impl DayRows<'_> {
    /// Pieces of a day that threads can work on side by side: ranges of person.
    pub(super) fn pieces(&self) -> Vec<Range> {
        let n_rows = self.of_segments.iter().map(|(_, piles)| piles.n_rows());
        Range::pieces(n_rows.sum()).collect()
    }

    /// From the earliest to the latest event; empty where there is none.
    pub(super) fn times(&self) -> RangeInclusive<i64> {
        let times = || self.of_segments.iter().map(|(_, piles)| &piles.times);
        let first = times().map(|times| *times.start()).min();
        let last = times().map(|times| *times.end()).max();
        first.unwrap_or(i64::MAX)..=last.unwrap_or(i64::MIN)
    }

    /// The places of a piece by person, time and order of loading.
    pub(super) fn sorted(&self, rows: &Rows<'_>, range: Range) -> Places {
        let (mut events, mut filtered) = (Vec::new(), Vec::new());
        let n_of = |rows: fn(&DayPiles, Range) -> ops::Range<usize>| -> usize {
            let of_segments = self.of_segments.iter();
            of_segments.map(|(_, piles)| rows(piles, range).len()).sum()
        };
        events.reserve_exact(n_of(DayPiles::events));
        filtered.reserve_exact(n_of(DayPiles::filtered));
        for (number, piles) in &self.of_segments {
            let segment = &rows.segments[*number as usize];
            let of_events = piles.events(range);
            events.extend(of_events.map(|row| segment.place_of_event(*number, row)));
            let of_filtered = piles.filtered(range);
            filtered.extend(of_filtered.map(|row| segment.place_of_filtered(*number, row)));
        }
        Places {
            events: sorted(range, &events),
            filtered: sorted(range, &filtered),
        }
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
    pub(super) fn by_day(&self) -> BTreeMap<i32, DayRows<'a>> {
        let mut days: BTreeMap<i32, DayRows<'a>> = BTreeMap::new();
        for (number, segment) in (0..).zip(self.segments) {
            for piles in &segment.piles.days {
                let day = days.entry(piles.day).or_default();
                day.of_segments.push((number, piles));
            }
        }
        days
    }

    /// The event at a place.
    pub(super) fn event(&self, place: &Place) -> &'a Event {
        &self.segments[place.segment as usize].piles.events.rows[place.row as usize]
    }

    /// Whether the event at a place has an id of its own.
    pub(super) fn has_own_id(&self, place: &Place) -> bool {
        let events = &self.segments[place.segment as usize].piles.events;
        events.has_own_id.get(place.row as usize)
    }

    pub(super) fn part(&self, place: &Place) -> u32 {
        self.segments[place.segment as usize].part
    }
}

/// A row on its way: what it is sorted by, where it is, and what is asked of every row of a day. Segments come in the
/// order of loading and a person's rows of a day in that of their lines, so that an event belongs to the input that
/// brought it first.
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

impl Segment {
    /// The place of an event; the segment has this number.
    fn place_of_event(&self, number: u32, row: usize) -> Place {
        let event = &self.piles.events.rows[row];
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
        let request = self.piles.filtered.get(row);
        Place {
            person: request.person,
            ts: request.ts,
            segment: number,
            row: row as u32,
            signs: request.signs,
            event_id: 0,
        }
    }
}

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
            places in prop::collection::vec(place(), 0..300), n_rows in 0..3_000_000_usize,
        ) {
            let mut plain = places.clone();
            plain.sort_by_key(Place::key);
            let pieces = Range::pieces(n_rows).flat_map(|range| {
                let persons = range.first_person()..=range.last_person();
                let of_range = places.iter().filter(|place| persons.contains(&place.person));
                sorted(range, &of_range.copied().collect::<Vec<_>>())
            });
            prop_assert_eq!(pieces.collect::<Vec<_>>(), plain);
        }
    }
}
