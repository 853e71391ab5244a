//! The link budget: which few links to add, when links compete for the same trips.
//!
//! A link from `a` to `b` makes every page passed between them needless. What a set of links saves is the
//! number of such page views, each counted once however many of the links would save it, and a trip once
//! a person and week, so that one person's habit is no majority. That is the size of a union: monotone
//! and submodular, so that taking the best link again and again comes to at least 1 - 1/e = 63 % of the
//! best set of any size (Nemhauser, Wolsey and Fisher 1978), and the first n links are the answer for a
//! budget of n. Where two trips overlap only in part one page may still be needed to get from one link to
//! the other: the union is then an upper bound.

use std::collections::BinaryHeap;

use super::demands::{Demand, Trip};
use crate::day::Day;
use crate::paths::trails::Trails;

/// A link to add, after those before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetedLink {
    /// Its place among the demands.
    pub demand: usize,
    /// Page views that it saves beyond the links before it.
    pub n_saved: u64,
    /// People whom it saves one.
    pub n_people: u64,
    /// Page views that all links up to this one save together.
    pub n_saved_together: u64,
}

/// The links in the order of adding them, at most `n_links`, until the next one helps fewer than
/// `least_people`. `candidates` are places among the demands.
pub fn link_budget(
    candidates: &[usize],
    demands: &[Demand],
    trails: &Trails,
    n_links: usize,
    least_people: u64,
) -> Vec<BudgetedLink> {
    let trips: Vec<Vec<Trip>> = candidates
        .iter()
        .map(|place| once_a_week(&demands[*place].trips, trails))
        .collect();
    let mut is_saved = vec![false; trails.len()];
    // Gains only fall as links are added: what comes first and has not changed is the best (lazy greedy).
    let mut heap: BinaryHeap<(u64, std::cmp::Reverse<usize>)> = (0..candidates.len())
        .map(|place| {
            (
                gain(&trips[place], trails, &is_saved).0,
                std::cmp::Reverse(place),
            )
        })
        .collect();
    let (mut links, mut n_saved_together) = (Vec::new(), 0);
    while let Some((was, std::cmp::Reverse(place))) = heap.pop() {
        let (n_saved, n_people) = gain(&trips[place], trails, &is_saved);
        if n_people < least_people {
            continue;
        }
        if n_saved < was {
            heap.push((n_saved, std::cmp::Reverse(place)));
            continue;
        }
        for trip in &trips[place] {
            for place in trip.inner(trails) {
                is_saved[place] = true;
            }
        }
        n_saved_together += n_saved;
        links.push(BudgetedLink {
            demand: candidates[place],
            n_saved,
            n_people,
            n_saved_together,
        });
        if links.len() == n_links {
            break;
        }
    }
    links
}

/// The first trip of each person and week.
fn once_a_week(trips: &[Trip], trails: &Trails) -> Vec<Trip> {
    let mut last = None;
    trips
        .iter()
        .filter(|trip| {
            let week = Day(trails.day_at(trip.start)).week_number();
            last.replace((trip.person, week)) != Some((trip.person, week))
        })
        .copied()
        .collect()
}

/// Page views that these trips would save, and whose.
fn gain(trips: &[Trip], trails: &Trails, is_saved: &[bool]) -> (u64, u64) {
    let (mut n_saved, mut n_people, mut last_person) = (0, 0, None);
    for trip in trips {
        let inner = trip.inner(trails);
        let n = inner.filter(|place| !is_saved[*place]).count() as u64;
        n_saved += n;
        if n > 0 && last_person.replace(trip.person) != Some(trip.person) {
            n_people += 1;
        }
    }
    (n_saved, n_people)
}

#[cfg(test)]
mod tests;
