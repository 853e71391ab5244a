//! Telling a habit once: which pairs are left when their trips are taken by pairs told before.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::trips::{Pair, Trip};
use crate::paths::trails::Trails;

/// The places of the pairs to tell, in the order of telling. `is_called` says whether these trips of a
/// pair pass the gates, given what was expected of it.
///
/// The gain of a pair, its people beyond chance, only falls as trips are taken: whatever comes first from
/// the heap and has not changed since is the best one (lazy greedy).
pub(super) fn untold(
    trails: &Trails,
    pairs: &[Pair],
    trips: &[Vec<Trip>],
    is_called: impl Fn(&[Trip], f64) -> bool,
) -> Vec<usize> {
    // Whether the step that led to a place is part of a trip told.
    let mut is_told = vec![false; trails.len()];
    let gain = |n_people: u64, pair: &Pair| n_people as f64 - pair.expected;
    let is_early = starts_early(pairs, trips);
    let mut heap: BinaryHeap<Best> = (0..pairs.len())
        .filter(|place| !is_early[*place])
        .map(|place| Best::new(gain(pairs[place].n_people, &pairs[place]), place, pairs))
        .collect();
    let mut told = Vec::new();
    while let Some(best) = heap.pop() {
        let pair = &pairs[best.place];
        let left: Vec<Trip> = trips[best.place]
            .iter()
            .filter(|trip| !trip.steps(trails).any(|place| is_told[place]))
            .copied()
            .collect();
        if !is_called(&left, pair.expected) {
            continue;
        }
        let n_people = left.chunk_by(|a, b| a.person == b.person).count() as u64;
        let now = Best::new(gain(n_people, pair), best.place, pairs);
        if now < best {
            heap.push(now);
            continue;
        }
        for trip in &trips[best.place] {
            for place in trip.steps(trails) {
                is_told[place] = true;
            }
        }
        told.push(best.place);
    }
    told
}

/// A pair goes when another one with a nearer start lies on at least this share of its people's ways.
const NEARLY_ALL: f64 = 0.7;

/// Which pairs start too early: nearly all of their people come by the start of another pair on the same
/// way to the same page, so that it is there that they want it. Whoever comes by it now and then counts with the
/// share of their trips that do: where ways are many, everybody comes by everything once.
fn starts_early(pairs: &[Pair], trips: &[Vec<Trip>]) -> Vec<bool> {
    let mut is_early = vec![false; pairs.len()];
    let mut by_end: Vec<usize> = (0..pairs.len()).collect();
    by_end.sort_by_key(|place| pairs[*place].to);
    for same_end in by_end.chunk_by(|a, b| pairs[*a].to == pairs[*b].to) {
        let arrivals = |place: usize| trips[place].iter().map(move |trip| (trip.end, place, trip));
        let mut all: Vec<_> = same_end.iter().flat_map(|place| arrivals(*place)).collect();
        all.sort_unstable_by_key(|(end, place, _)| (*end, *place));
        // (early pair, nearer pair, person) for every way that holds both starts.
        let mut on_the_way: Vec<(usize, usize, u32)> = Vec::new();
        for same_way in all.chunk_by(|a, b| a.0 == b.0) {
            for (_, early, long) in same_way {
                let nearer = same_way
                    .iter()
                    .filter(|(_, _, short)| short.n_steps < long.n_steps);
                on_the_way.extend(nearer.map(|(_, nearer, _)| (*early, *nearer, long.person)));
            }
        }
        on_the_way.sort_unstable();
        for of_two in on_the_way.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let early = of_two[0].0;
            let of_persons = of_two.chunk_by(|a, b| a.2 == b.2);
            let n_people: f64 = of_persons
                .map(|ways| ways.len() as f64 / n_trips(&trips[early], ways[0].2) as f64)
                .sum();
            is_early[early] |= n_people / pairs[early].n_people as f64 >= NEARLY_ALL;
        }
    }
    is_early
}

/// How many of these trips a person made; they are sorted by person.
fn n_trips(trips: &[Trip], person: u32) -> usize {
    let first = trips.partition_point(|trip| trip.person < person);
    trips[first..].partition_point(|trip| trip.person == person)
}

/// A pair in the heap: more people beyond chance first, ties by pages.
#[derive(Debug, Clone, Copy)]
struct Best {
    gain: f64,
    pages: (u32, u32),
    place: usize,
}

impl Best {
    fn new(gain: f64, place: usize, pairs: &[Pair]) -> Self {
        Self {
            gain,
            pages: (pairs[place].from, pairs[place].to),
            place,
        }
    }
}

impl Ord for Best {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_gain = self.gain.total_cmp(&other.gain);
        by_gain.then(other.pages.cmp(&self.pages))
    }
}

impl PartialOrd for Best {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Best {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Best {}
