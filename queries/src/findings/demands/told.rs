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
    let mut heap: BinaryHeap<Best> = (0..pairs.len())
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
