//! Contiguous paths: pages that follow each other without a gap, with how often and by how many people.
//!
//! Plain counts, without a null: what a table function lends to analysts. Every path of n + 1 pages begins
//! and ends with a path of n, so each length is counted among the places that carry a path of the length
//! before with people enough. The places of a path stand together, in the order of people; an array over
//! the pages counts what comes next, so nothing is sorted or hashed but the few pages that came at all.

use super::sequences::Sequences;
use crate::parallel::in_order;

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

/// Places that a task of a thread counts, about: enough that handing it out costs nothing.
const PLACES_A_TASK: usize = 1 << 16;

/// All paths of `min_length` to `max_length` pages that `min_people` persons walked, sorted by their pages;
/// the same whatever the number of threads.
///
/// # Panics
/// When there are 2^31 persons or more.
pub fn paths(
    sequences: &Sequences,
    min_length: usize,
    max_length: usize,
    min_people: u64,
    n_threads: usize,
) -> Vec<Path> {
    let min_people = u32::try_from(min_people.max(1)).unwrap_or(u32::MAX);
    let walk = Walk::of(sequences, min_people);
    let mut levels: Vec<Level> = Vec::new();
    for length in 0..max_length {
        let goes_on = length + 1 < max_length;
        let level = match levels.last_mut() {
            None => walk.first(goes_on),
            Some(last) => {
                let places = std::mem::take(&mut last.places);
                walk.longer(length, &places, &last.ends, goes_on, n_threads)
            }
        };
        if level.steps.is_empty() {
            break;
        }
        levels.push(level);
    }
    let mut found = Vec::new();
    if let Some(first) = levels.first() {
        let all = 0..first.steps.len();
        collect(&levels, min_length, all, &mut Vec::new(), &mut found);
    }
    found
}

/// A path as its last page, behind the path that is one page shorter.
#[derive(Debug, Clone, Copy)]
struct Step {
    page: u32,
    n: u32,
    n_people: u32,
}

/// All paths of one length with people enough, sorted by their pages.
#[derive(Debug, Default)]
struct Level {
    steps: Vec<Step>,
    /// Where the paths that go on from each path of the level before end.
    children: Vec<usize>,
    /// The places at which each path starts, path after path; empty at the last length.
    places: Vec<u32>,
    /// Where those of each path end.
    ends: Vec<usize>,
}

/// From the first page on, each path before those that go on from it: the order of their pages.
fn collect(
    levels: &[Level],
    min_length: usize,
    among: std::ops::Range<usize>,
    pages: &mut Vec<u32>,
    found: &mut Vec<Path>,
) {
    let Some((level, longer)) = levels.split_first() else {
        return;
    };
    for number in among {
        let step = level.steps[number];
        pages.push(step.page);
        if pages.len() >= min_length {
            found.push(Path {
                pages: pages.clone(),
                n: step.n.into(),
                n_people: step.n_people.into(),
            });
        }
        if let Some(next) = longer.first() {
            let start = number.checked_sub(1).map_or(0, |one| next.children[one]);
            collect(
                longer,
                min_length,
                start..next.children[number],
                pages,
                found,
            );
        }
        pages.pop();
    }
}

/// What is at a place: its page, and whose it is.
#[derive(Debug, Clone, Copy)]
struct Place {
    page: u32,
    /// The person, and the highest bit where a sequence begins.
    person: u32,
}

/// The highest bit of a person: here a sequence begins.
const BEGINS: u32 = 1 << 31;

/// All sequences, place after place.
struct Walk {
    places: Vec<Place>,
    n_pages: usize,
    min_people: u32,
}

/// What came next: how often, and for how many people, who come in their order.
#[derive(Debug, Clone, Copy, Default)]
struct Next {
    n: u32,
    n_people: u32,
    last_person: u32,
    /// Where its next place belongs; no place for a path of too few people.
    cursor: u32,
}

/// In place of a page or a cursor: none.
const NONE: u32 = u32::MAX;

/// What a thread needs, and leaves empty.
struct Counter {
    next: Vec<Next>,
    touched: Vec<u32>,
    /// The next page of each place of a path.
    pages: Vec<u32>,
}

impl Walk {
    fn of(sequences: &Sequences, min_people: u32) -> Self {
        let mut places = Vec::with_capacity(sequences.items().len());
        for number in 0..sequences.len() {
            let (person, pages) = sequences.get(number);
            assert!(person < BEGINS, "fewer than 2^31 persons");
            let mut person_there = person | BEGINS;
            for page in pages {
                places.push(Place {
                    page: *page,
                    person: person_there,
                });
                person_there = person;
            }
        }
        Self {
            places,
            n_pages: sequences.n_items(),
            min_people,
        }
    }

    fn counter(&self) -> Counter {
        Counter {
            next: vec![Next::default(); self.n_pages],
            touched: Vec::new(),
            pages: Vec::new(),
        }
    }

    /// The paths of a single page.
    fn first(&self, goes_on: bool) -> Level {
        let mut counter = self.counter();
        let mut level = Level::default();
        for place in &self.places {
            counter.count(place.page, place.person & !BEGINS);
        }
        counter.keep(self.min_people, goes_on, &mut level);
        if goes_on {
            for (place, there) in (0..).zip(&self.places) {
                counter.put(there.page, place, &mut level.places);
            }
        }
        level
    }

    /// The paths that are one page longer than those of `length` pages, whose places are given.
    fn longer(
        &self,
        length: usize,
        places: &[u32],
        ends: &[usize],
        goes_on: bool,
        n_threads: usize,
    ) -> Level {
        let tasks = tasks(ends);
        let run = |counter: &mut Counter, task: usize| {
            let mut level = Level::default();
            for number in tasks[task].clone() {
                let start = number.checked_sub(1).map_or(0, |one| ends[one]);
                let places = &places[start..ends[number]];
                self.longer_from(length, places, goes_on, counter, &mut level);
            }
            level
        };
        let parts = in_order(tasks.len(), n_threads, || self.counter(), run);
        let joined = parts.into_iter().reduce(|mut all, part| {
            all.append(part);
            all
        });
        joined.unwrap_or_default()
    }

    /// The same of a single path.
    fn longer_from(
        &self,
        length: usize,
        places: &[u32],
        goes_on: bool,
        counter: &mut Counter,
        level: &mut Level,
    ) {
        counter.pages.clear();
        for place in places {
            let next = self.places.get(*place as usize + length);
            let next = next.filter(|next| next.person & BEGINS == 0);
            counter.pages.push(next.map_or(NONE, |next| next.page));
            if let Some(next) = next {
                counter.count(next.page, next.person);
            }
        }
        counter.keep(self.min_people, goes_on, level);
        if goes_on {
            let pages = std::mem::take(&mut counter.pages);
            for (page, place) in pages.iter().zip(places).filter(|(page, _)| **page != NONE) {
                counter.put(*page, *place, &mut level.places);
            }
            counter.pages = pages;
        }
        counter.clear();
    }
}

impl Counter {
    fn count(&mut self, page: u32, person: u32) {
        let next = &mut self.next[page as usize];
        if next.n == 0 {
            self.touched.push(page);
        }
        if next.n == 0 || next.last_person != person {
            next.n_people += 1;
            next.last_person = person;
        }
        next.n += 1;
    }

    /// Adds the paths with people enough to the level, and makes room for their places if it goes on.
    fn keep(&mut self, min_people: u32, goes_on: bool, level: &mut Level) {
        self.touched.sort_unstable();
        let mut room = level.places.len();
        for page in &self.touched {
            let next = &mut self.next[*page as usize];
            next.cursor = NONE;
            if next.n_people < min_people {
                continue;
            }
            next.cursor = room as u32;
            room += if goes_on { next.n as usize } else { 0 };
            level.ends.push(room);
            level.steps.push(Step {
                page: *page,
                n: next.n,
                n_people: next.n_people,
            });
        }
        level.places.resize(room, 0);
        level.children.push(level.steps.len());
    }

    fn put(&mut self, page: u32, place: u32, places: &mut [u32]) {
        let cursor = &mut self.next[page as usize].cursor;
        if *cursor != NONE {
            places[*cursor as usize] = place;
            *cursor += 1;
        }
    }

    fn clear(&mut self) {
        for page in self.touched.drain(..) {
            self.next[page as usize] = Next::default();
        }
    }
}

impl Level {
    /// Adds the paths behind those at hand.
    fn append(&mut self, other: Self) {
        let (n_steps, n_places) = (self.steps.len(), self.places.len());
        self.steps.extend(other.steps);
        self.children
            .extend(other.children.iter().map(|end| n_steps + end));
        self.places.extend(other.places);
        self.ends
            .extend(other.ends.iter().map(|end| n_places + end));
    }
}

/// Ranges of paths with about [`PLACES_A_TASK`] places each, by where their places end.
fn tasks(ends: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut tasks = Vec::new();
    let (mut start, mut first_place) = (0, 0);
    for (number, end) in ends.iter().enumerate() {
        if end - first_place >= PLACES_A_TASK || number + 1 == ends.len() {
            tasks.push(start..number + 1);
            (start, first_place) = (number + 1, *end);
        }
    }
    tasks
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    /// Enough places for several tasks, of which a slow way is quick enough.
    #[test]
    fn many_tasks_agree_with_the_plain_loop() {
        let mut random = crate::stats::random::Random::new(1);
        let mut sequences = Sequences::default();
        let mut slow: BTreeMap<[u32; 3], (u64, BTreeSet<u32>)> = BTreeMap::new();
        for person in 0..3_000 {
            sequences.begin(person);
            let items: Vec<u32> = (0..60).map(|_| random.below(12) as u32).collect();
            sequences.extend(items.iter().copied());
            for window in items.windows(3) {
                let counts = slow.entry([window[0], window[1], window[2]]).or_default();
                counts.0 += 1;
                counts.1.insert(person);
            }
        }
        let slow: Vec<Path> = slow
            .into_iter()
            .map(|(pages, (n, people))| Path {
                pages: pages.to_vec(),
                n,
                n_people: people.len() as u64,
            })
            .filter(|path| path.n_people >= 90)
            .collect();
        assert!(slow.len() > 100);
        for n_threads in [1, 2, 8] {
            assert_eq!(paths(&sequences, 3, 3, 90, n_threads), slow);
        }
    }

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
            for n_threads in [1, 8] {
                let found = paths(&sequences, least, least + more, min_people, n_threads);
                prop_assert_eq!(&found, &slow);
            }
        }
    }
}
