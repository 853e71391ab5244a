//! Journeys: worn routes of three to six pages that say more than their steps do.
//!
//! METHODS (a). Most routes that many people walk are popular steps one after the other. A route of k
//! pages is a finding only where it beats the model of k - 1: of all who pass its middle (all its pages
//! but the first and the last), those who came from its first page go on to its last one more often
//! than if arrivals and continuations had been matched by lot. The count of a route is its distinct
//! persons, so the lot is drawn among (person, route) pairs and the p value is hypergeometric
//! (HYPA, LaRock and others 2020).
//!
//! Nobody goes on to the page they came from, that would be a return. Without regard to it, a page with
//! two neighbours would make journeys of everyone who passes it; so whoever came from the route's last
//! page, or went on to its first, is left out of the lot.
//!
//! The family is every route that anyone walked. Gates are those of the elephant paths: false discovery
//! rate, lift and its lower bound, k people, both halves of the window. A route that is part of a longer
//! finding with nearly the same persons is not told twice.

mod chains;
mod grams;
mod shuffle;

use super::elephant_paths::LEAST_SUPPORT;
pub use super::elephant_paths::Options;
use crate::paths::walks::Walks;
use crate::stats::{fdr, hypergeometric, poisson};

use chains::Chains;
use grams::Candidate;

/// Pages of the shortest journey.
pub const SHORTEST: usize = 3;

/// Pages of the longest journey.
pub const LONGEST: usize = 6;

/// A route goes when a longer one that holds it has at least this share of its persons.
const NEARLY_ALL: f64 = 0.7;

/// A worn route.
#[derive(Debug, Clone, PartialEq)]
pub struct Journey {
    /// Its pages in their order, three to six.
    pub pages: Vec<u32>,
    /// People who walked it without a detour or a return.
    pub n_people: u64,
    /// How often it was walked.
    pub n_times: u64,
    /// People expected if arrivals and continuations met by lot.
    pub expected_people: f64,
    /// People over expected people.
    pub lift: f64,
    /// Lower bound of the lift, 97.5 % one-sided.
    pub lift_low: f64,
    /// Hypergeometric tail of the people.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called.
    pub q_value: f64,
    /// Whether it is one that the organisation meant, or part of one.
    pub is_planned: bool,
    /// First day in the window.
    pub first_day: i32,
}

/// The journeys of a window, and how honestly they were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Journeys {
    /// The findings, those first that most people walk beyond chance; ties by pages.
    pub journeys: Vec<Journey>,
    /// Size of the family: every route of three to six pages that anyone walked.
    pub n_tested: u64,
    /// Routes with enough people for a finding.
    pub n_candidates: u64,
    /// Findings of the same search on a copy in which continuations are dealt out anew.
    pub n_shuffled: u64,
}

/// Finds the journeys of a window, and those of a shuffled copy of it. `is_hub` is by page; `planned`
/// holds the routes that the organisation meant.
pub fn journeys(
    walks: &Walks,
    is_hub: &[bool],
    planned: &[Vec<u32>],
    options: &Options,
) -> Journeys {
    let chains = Chains::of(walks, is_hub);
    let mut found = search(&chains, planned, options);
    let copy = shuffle::shuffled(&chains, is_hub.len(), options.seed);
    found.n_shuffled = search(&copy, planned, options).journeys.len() as u64;
    found
}

fn search(chains: &Chains, planned: &[Vec<u32>], options: &Options) -> Journeys {
    let is_by_week = options.window_end - options.window_start + 1 >= 28;
    let support = options.k.max(LEAST_SUPPORT);
    let (n_tested, candidates) = grams::candidates(chains, support, is_by_week);
    let p: Vec<f64> = candidates
        .iter()
        .map(|c| hypergeometric::upper_tail(c.n_people, c.n_lots, c.n_from, c.n_to))
        .collect();
    let q = fdr::q_values(&p, n_tested);
    let mut journeys: Vec<Journey> = candidates
        .iter()
        .zip(p.into_iter().zip(q))
        .filter(|(candidate, _)| candidate.is_in_both_halves)
        .map(|(candidate, (p, q))| journey(candidate, p, q, planned))
        .filter(|j| j.q_value <= options.q && j.lift >= options.lift && j.lift_low > 1.0)
        .collect();
    drop_parts(&mut journeys);
    journeys.sort_by(|a, b| {
        let beyond = |j: &Journey| j.n_people as f64 - j.expected_people;
        beyond(b)
            .total_cmp(&beyond(a))
            .then_with(|| a.pages.cmp(&b.pages))
    });
    Journeys {
        journeys,
        n_tested,
        n_candidates: candidates.len() as u64,
        n_shuffled: 0,
    }
}

fn journey(candidate: &Candidate, p_value: f64, q_value: f64, planned: &[Vec<u32>]) -> Journey {
    let c = candidate;
    let expected_people = c.n_from as f64 * c.n_to as f64 / c.n_lots as f64;
    Journey {
        is_planned: planned.iter().any(|route| {
            route
                .windows(c.pages.len())
                .any(|part| part == c.pages.as_slice())
        }),
        pages: c.pages.clone(),
        n_people: c.n_people,
        n_times: c.n_times,
        expected_people,
        lift: c.n_people as f64 / expected_people,
        lift_low: poisson::lower_bound(c.n_people, 0.025) / expected_people,
        p_value,
        q_value,
        first_day: c.first_day,
    }
}

/// Drops routes that a longer one tells with nearly all of their persons. Whoever walked the longer one
/// walked its parts too, so that counts are enough.
fn drop_parts(journeys: &mut Vec<Journey>) {
    journeys.sort_by(|a, b| a.pages.cmp(&b.pages));
    let mut is_told = vec![false; journeys.len()];
    for whole in journeys.iter() {
        for length in SHORTEST..whole.pages.len() {
            for part in whole.pages.windows(length) {
                let place = journeys.binary_search_by(|other| other.pages.as_slice().cmp(part));
                if let Ok(place) = place {
                    let share = whole.n_people as f64 / journeys[place].n_people as f64;
                    is_told[place] |= share >= NEARLY_ALL;
                }
            }
        }
    }
    let mut is_told = is_told.into_iter();
    journeys.retain(|_| !is_told.next().unwrap_or(false));
}

#[cfg(test)]
mod tests;
