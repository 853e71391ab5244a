//! Visits as they come, put in order: by person, then by time, then by page.
//!
//! Comparing rows with one another costs a step for each doubling of their number. Persons are small numbers,
//! so rows are dealt to them in one pass instead, and only the few rows of a person are compared, if they are
//! not in order already, as those of a log are.

use super::sequences::Sequences;
use crate::parallel::in_order;

/// In place of a person: the row is no visit and is left out.
pub const NOBODY: u32 = u32::MAX;

/// Threads at most: each of them reads the persons of all rows.
const MAX_THREADS: usize = 16;

/// Rows in the order in which they came, as columns.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a> {
    /// Who, numbered from 0, or [`NOBODY`].
    pub person: &'a [u32],
    /// When, in any unit.
    pub ts: &'a [i64],
    /// Where, numbered from 0.
    pub page: &'a [u32],
}

/// One visit of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Visit {
    /// When.
    pub ts: i64,
    /// Where.
    pub page: u32,
    /// The row it was, counted over all parts.
    pub row: u32,
}

/// The visits of all people in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Visits {
    all: Vec<Visit>,
    /// Where the visits of each person end; they start where those of the person before end.
    ends: Vec<usize>,
}

impl Visits {
    /// Puts rows in order, which come in parts; persons are 0 to `n_people` - 1. The same whatever the number
    /// of threads.
    ///
    /// # Panics
    /// When a person is beyond `n_people`, columns differ in length, or there are 2^32 rows or more.
    pub fn new(parts: &[Rows<'_>], n_people: usize, n_threads: usize) -> Self {
        let n_threads = n_threads.clamp(1, MAX_THREADS);
        let n_rows: usize = parts.iter().map(|part| part.person.len()).sum();
        assert!(u32::try_from(n_rows).is_ok(), "fewer than 2^32 rows");
        let mut ends = counts(parts, n_people, n_threads);
        let mut sum = 0;
        for end in &mut ends {
            sum += *end;
            *end = sum;
        }
        let mut visits = Self {
            all: vec![Visit::default(); sum],
            ends,
        };
        visits.deal(parts, n_threads);
        visits
    }

    /// Deals the rows to ranges of people, a thread a range, and orders those of each person.
    fn deal(&mut self, parts: &[Rows<'_>], n_threads: usize) {
        let ranges = self.ranges(n_threads);
        let ends = &self.ends;
        let mut rest = self.all.as_mut_slice();
        std::thread::scope(|scope| {
            for people in ranges {
                let (own, others) = rest.split_at_mut(n_visits(ends, &people));
                rest = others;
                scope.spawn(move || deal_to(parts, ends, people, own));
            }
        });
    }

    /// Ranges of people with about as many visits each.
    fn ranges(&self, n_ranges: usize) -> Vec<std::ops::Range<usize>> {
        let mut ranges = Vec::new();
        let mut start = 0;
        for number in 1..=n_ranges {
            let share = self.all.len() * number / n_ranges;
            let end = if number == n_ranges {
                self.ends.len()
            } else {
                self.ends.partition_point(|end| *end <= share).max(start)
            };
            ranges.push(start..end);
            start = end;
        }
        ranges
    }

    /// All visits, person after person.
    pub fn all(&self) -> &[Visit] {
        &self.all
    }

    /// The visits of a person.
    fn of(&self, person: usize) -> &[Visit] {
        let start = person.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.all[start..self.ends[person]]
    }

    /// The session of each of [`Self::all`], numbered from 0 in their order; a gap of exactly `gap` stays inside.
    pub fn sessions(&self, gap: i64) -> Vec<u32> {
        let mut sessions = Vec::with_capacity(self.all.len());
        let mut next = 0;
        for person in 0..self.ends.len() {
            for session in self.of(person).chunk_by(|a, b| is_within(a, b, gap)) {
                sessions.resize(sessions.len() + session.len(), next);
                next += 1;
            }
        }
        sessions
    }

    /// The pages of each session, or of each person where there is no gap to cut at.
    pub fn sequences(&self, gap: Option<i64>, n_threads: usize) -> Sequences {
        let ranges = self.ranges(n_threads.clamp(1, MAX_THREADS));
        let of_range = |(): &mut (), range: usize| {
            let mut sequences = Sequences::default();
            for person in ranges[range].clone() {
                let visits = self.of(person);
                let stay = |a: &Visit, b: &Visit| gap.is_none_or(|gap| is_within(a, b, gap));
                for sequence in visits.chunk_by(stay) {
                    sequences.begin(person as u32);
                    sequences.extend(sequence.iter().map(|visit| visit.page));
                }
            }
            sequences
        };
        let parts = in_order(ranges.len(), ranges.len(), || (), of_range);
        let joined = parts.into_iter().reduce(|mut all, part| {
            all.append(&part);
            all
        });
        joined.unwrap_or_default()
    }
}

fn is_within(a: &Visit, b: &Visit, gap: i64) -> bool {
    b.ts.saturating_sub(a.ts) <= gap
}

/// Number of rows of each person.
fn counts(parts: &[Rows<'_>], n_people: usize, n_threads: usize) -> Vec<usize> {
    let n_blocks = n_threads.min(parts.len()).max(1);
    let blocks: Vec<&[Rows<'_>]> = parts
        .chunks(parts.len().div_ceil(n_blocks).max(1))
        .collect();
    let of_block = |(): &mut (), block: usize| {
        let mut counts = vec![0_u32; n_people];
        for part in blocks[block] {
            assert_eq!(part.person.len(), part.ts.len());
            assert_eq!(part.person.len(), part.page.len());
            for person in part.person.iter().filter(|person| **person != NOBODY) {
                counts[*person as usize] += 1;
            }
        }
        counts
    };
    let mut sums = vec![0; n_people];
    for counts in in_order(blocks.len(), n_threads, || (), of_block) {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count as usize;
        }
    }
    sums
}

/// Where the visits of a range of people start among all.
fn start_of(ends: &[usize], person: usize) -> usize {
    person.checked_sub(1).map_or(0, |before| ends[before])
}

fn n_visits(ends: &[usize], people: &std::ops::Range<usize>) -> usize {
    start_of(ends, people.end) - start_of(ends, people.start)
}

fn deal_to(parts: &[Rows<'_>], ends: &[usize], people: std::ops::Range<usize>, own: &mut [Visit]) {
    let base = start_of(ends, people.start);
    let mut places: Vec<usize> = people
        .clone()
        .map(|person| start_of(ends, person) - base)
        .collect();
    let mut row = 0;
    for part in parts {
        for ((person, ts), page) in part.person.iter().zip(part.ts).zip(part.page) {
            // Nobody and the people of other threads lie beyond the range.
            let among = (*person as usize).wrapping_sub(people.start);
            if let Some(place) = places.get_mut(among) {
                own[*place] = Visit {
                    ts: *ts,
                    page: *page,
                    row,
                };
                *place += 1;
            }
            row = row.wrapping_add(1);
        }
    }
    let mut start = 0;
    for end in places {
        let visits = &mut own[start..end];
        if !visits.is_sorted() {
            visits.sort_unstable();
        }
        start = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::sessions::sessions;
    use super::*;

    type Row = (Option<u32>, i64, u32);

    /// The rows cut into parts of some length, and put in order.
    fn visits_of(rows: &[Row], part_length: usize, n_threads: usize) -> Visits {
        let person: Vec<u32> = rows.iter().map(|row| row.0.unwrap_or(NOBODY)).collect();
        let ts: Vec<i64> = rows.iter().map(|row| row.1).collect();
        let page: Vec<u32> = rows.iter().map(|row| row.2).collect();
        let parts: Vec<Rows<'_>> = (0..rows.len())
            .step_by(part_length)
            .map(|start| {
                let part = start..(start + part_length).min(rows.len());
                Rows {
                    person: &person[part.clone()],
                    ts: &ts[part.clone()],
                    page: &page[part],
                }
            })
            .collect();
        Visits::new(&parts, 5, n_threads)
    }

    #[test]
    fn times_beyond_all_measure_are_far_apart() {
        let visits = visits_of(&[(Some(0), i64::MAX, 1), (Some(0), i64::MIN, 2)], 1, 1);
        assert_eq!(visits.sessions(1_800), [0, 1]);
        assert!(visits_of(&[], 1, 4).sessions(0).is_empty());
    }

    proptest! {
        #[test]
        fn agrees_with_one_sort_of_all(
            rows in proptest::collection::vec(
                (proptest::option::weighted(0.9, 0_u32..5), 0_i64..60, 0_u32..3),
                0..80,
            ),
            gap in 0_i64..20,
            (part_length, n_threads) in (1_usize..30, 0_usize..9),
        ) {
            let visits = visits_of(&rows, part_length, n_threads);
            let mut slow: Vec<(u32, i64, u32, u32)> = (0_u32..)
                .zip(&rows)
                .filter_map(|(number, row)| Some((row.0?, row.1, row.2, number)))
                .collect();
            slow.sort_unstable();
            let rows: Vec<u32> = visits.all().iter().map(|visit| visit.row).collect();
            prop_assert_eq!(rows, slow.iter().map(|row| row.3).collect::<Vec<_>>());

            let person: Vec<i64> = slow.iter().map(|row| row.0.into()).collect();
            let ts: Vec<i64> = slow.iter().map(|row| row.1).collect();
            let session = sessions(&person, &ts, &vec![0; ts.len()], gap);
            prop_assert_eq!(&visits.sessions(gap), &session);

            for gap in [Some(gap), None] {
                let mut plain = Sequences::default();
                for (place, row) in slow.iter().enumerate() {
                    let is_new = place == 0
                        || slow[place - 1].0 != row.0
                        || gap.is_some() && session[place - 1] != session[place];
                    if is_new {
                        plain.begin(row.0);
                    }
                    plain.push(row.2);
                }
                prop_assert_eq!(visits.sequences(gap, n_threads), plain);
            }
        }
    }
}
