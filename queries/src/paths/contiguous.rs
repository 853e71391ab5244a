//! Contiguous paths: pages that follow each other without a gap, with how often and by how many people.
//!
//! Plain counts, without a null: what a table function lends to analysts. Every path of n + 1 pages begins
//! and ends with a path of n, so each length is counted among the places that carry a path of the length
//! before with people enough. A place bears the number of its path; path and next page make a key, keys
//! are sorted, and a path is a run of equal ones.

use super::sequences::Sequences;

/// A path with its counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path {
    /// Its pages in their order.
    pub pages: Vec<u32>,
    /// How often it was walked.
    pub n: u64,
    /// Distinct persons who walked it.
    pub n_people: u64,
}

/// A place at which a path starts, by the path's number so far and its next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Start {
    key: u64,
    place: u32,
}

/// All paths of `min_length` to `max_length` pages that `min_people` persons walked, sorted by their pages.
pub fn paths(
    sequences: &Sequences,
    min_length: usize,
    max_length: usize,
    min_people: u64,
) -> Vec<Path> {
    let walked = Walked::of(sequences);
    let mut found = Vec::new();
    // Every place starts the empty path, number 0.
    let mut starts: Vec<Start> = (0..walked.items.len() as u32)
        .map(|place| walked.start(0, place, 0))
        .collect();
    let mut paths: Vec<Vec<u32>> = vec![Vec::new()];
    for length in 1..=max_length {
        starts.sort_unstable();
        let mut longer = Vec::new();
        let mut next_starts = Vec::new();
        for same in starts.chunk_by(|a, b| a.key == b.key) {
            let n_people = walked.n_people(same);
            if n_people < min_people.max(1) {
                continue;
            }
            let number = longer.len() as u32;
            let mut pages = paths[(same[0].key >> 32) as usize].clone();
            pages.push(same[0].key as u32);
            if length >= min_length {
                let n = same.len() as u64;
                let path = pages.clone();
                found.push(Path {
                    pages: path,
                    n,
                    n_people,
                });
            }
            longer.push(pages);
            let goes_on = same
                .iter()
                .filter(|start| walked.goes_on(start.place, length));
            next_starts.extend(goes_on.map(|start| walked.start(number, start.place, length)));
        }
        (starts, paths) = (next_starts, longer);
    }
    found.sort_unstable();
    found
}

/// Items with the sequence and the person of each.
struct Walked<'a> {
    items: &'a [u32],
    ends: Vec<u32>,
    person: Vec<u32>,
}

impl<'a> Walked<'a> {
    fn of(sequences: &'a Sequences) -> Self {
        let mut walked = Self {
            items: sequences.items(),
            ends: Vec::with_capacity(sequences.items().len()),
            person: Vec::with_capacity(sequences.items().len()),
        };
        for number in 0..sequences.len() {
            let places = sequences.places(number);
            let (person, _) = sequences.get(number);
            walked.ends.resize(places.end, places.end as u32);
            walked.person.resize(places.end, person);
        }
        walked
    }

    fn start(&self, number: u32, place: u32, length: usize) -> Start {
        let next = self.items[place as usize + length];
        Start {
            key: u64::from(number) << 32 | u64::from(next),
            place,
        }
    }

    fn goes_on(&self, place: u32, length: usize) -> bool {
        place as usize + length < self.ends[place as usize] as usize
    }

    /// Distinct persons of places in their order, which is that of persons.
    fn n_people(&self, starts: &[Start]) -> u64 {
        let of = |start: &Start| self.person[start.place as usize];
        starts.chunk_by(|a, b| of(a) == of(b)).count() as u64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Every window of every sequence, into a map.
        #[test]
        fn agrees_with_the_plain_loop(
            all in proptest::collection::vec(proptest::collection::vec(0_u32..5, 0..9), 0..20),
            (least, more) in (1_usize..4, 0_usize..3),
            min_people in 0_u64..4,
        ) {
            let mut sequences = Sequences::default();
            let mut slow: BTreeMap<Vec<u32>, (u64, BTreeSet<u32>)> = BTreeMap::new();
            for (number, items) in all.iter().enumerate() {
                let person = number as u32 / 2;
                sequences.begin(person);
                for item in items {
                    sequences.push(*item);
                }
                for length in least..=least + more {
                    for window in items.windows(length) {
                        let counts = slow.entry(window.to_vec()).or_default();
                        counts.0 += 1;
                        counts.1.insert(person);
                    }
                }
            }
            let slow: Vec<Path> = slow
                .into_iter()
                .map(|(pages, (n, people))| Path { pages, n, n_people: people.len() as u64 })
                .filter(|path| path.n_people >= min_people.max(1))
                .collect();
            prop_assert_eq!(paths(&sequences, least, least + more, min_people), slow);
        }
    }
}
