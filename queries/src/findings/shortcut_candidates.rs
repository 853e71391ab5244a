//! Shortcut candidates: links that nobody can click yet, between pages that people want to go between.
//!
//! METHODS (a), indirect demand: of the demands, those whose pages no planned link joins. Who was at the
//! first page and reached the second later, by several steps or by a search, shows what a link is good
//! for before it exists (Paranjape and others 2016). The page at which most of them turned back on the
//! way is where they expected it (Srikant and Yang 2001): the best explanation for an editor.

use super::demands::{Demand, Trip};
use crate::graph::plan::PlanGraph;
use crate::paths::trails::Trails;
use crate::stats::median::median;

/// A link that would be used.
#[derive(Debug, Clone, PartialEq)]
pub struct ShortcutCandidate {
    /// Its place among the demands.
    pub demand: usize,
    /// People who were at its first page.
    pub n_people_at: u64,
    /// Share of its people who searched on the way.
    pub share_search: f64,
    /// Median over all trips of their steps.
    pub steps_median: f64,
    /// Clicks of the plan; `None` where it does not lead there.
    pub planned_steps: Option<u32>,
    /// Clicks that a link would have saved the people beyond chance, each once.
    pub clicks_saved: f64,
    /// The page at which most people turned back on the way, and how many.
    pub turned_back_at: Option<(u32, u64)>,
}

/// Finds the shortcut candidates among demands; `planned_steps` is by demand. Without a plan every page
/// may be linked already, and nothing is found.
pub fn shortcut_candidates(
    demands: &[Demand],
    planned_steps: &[Option<u32>],
    trails: &Trails,
    plan: &PlanGraph,
    has_plan: bool,
) -> Vec<ShortcutCandidate> {
    let is_unlinked = |place: &usize| {
        let demand = &demands[*place];
        has_plan && !plan.has_link(demand.from, demand.to)
    };
    let mut candidates: Vec<ShortcutCandidate> = (0..demands.len())
        .filter(is_unlinked)
        .map(|place| candidate(place, &demands[place], planned_steps[place], trails))
        .collect();
    count_people_at(&mut candidates, demands, trails);
    candidates.sort_by(|a, b| {
        let order = b.clicks_saved.total_cmp(&a.clicks_saved);
        order.then(a.demand.cmp(&b.demand))
    });
    candidates
}

fn candidate(
    place: usize,
    demand: &Demand,
    planned_steps: Option<u32>,
    trails: &Trails,
) -> ShortcutCandidate {
    let trips = &demand.trips;
    let has_searched = |trip: &Trip| {
        let mut inner = trip.inner(trails);
        inner.any(|place| trails.page[place] == trails.search())
    };
    let mut steps: Vec<f64> = trips.iter().map(|trip| f64::from(trip.n_steps)).collect();
    steps.sort_by(f64::total_cmp);
    let steps_median = median(&steps).unwrap_or(0.0);
    let n_searched = people(trips.iter().filter(|trip| has_searched(trip)));
    ShortcutCandidate {
        demand: place,
        n_people_at: 0,
        share_search: n_searched as f64 / demand.n_people as f64,
        steps_median,
        planned_steps,
        clicks_saved: (demand.n_people as f64 - demand.expected_people) * (steps_median - 1.0),
        turned_back_at: turned_back_at(trips, trails),
    }
}

/// Distinct persons of trips that are sorted by person.
fn people<'a>(trips: impl Iterator<Item = &'a Trip>) -> u64 {
    let mut last = None;
    trips
        .filter(|trip| last.replace(trip.person) != Some(trip.person))
        .count() as u64
}

/// The page at which most people turned back: clicked from the way, before the trip's end, and left.
fn turned_back_at(trips: &[Trip], trails: &Trails) -> Option<(u32, u64)> {
    let mut turns: Vec<(u32, u32)> = Vec::new();
    for trip in trips {
        let way: Vec<usize> = trails
            .way_to(trip.end)
            .take(trip.n_steps as usize)
            .collect();
        let is_turn = |place: &usize| {
            let parent = trails.parent(*place);
            !way.contains(place) && parent.is_some_and(|parent| way.contains(&parent))
        };
        let left = (trip.start + 1..trip.end).filter(is_turn);
        let pages = left.map(|place| trails.page[place]);
        let pages = pages.filter(|page| *page != trails.search());
        turns.extend(pages.map(|page| (page, trip.person)));
    }
    turns.sort_unstable();
    turns.dedup();
    turns
        .chunk_by(|a, b| a.0 == b.0)
        .map(|same| (same[0].0, same.len() as u64))
        .max_by_key(|(page, n)| (*n, std::cmp::Reverse(*page)))
}

fn count_people_at(candidates: &mut [ShortcutCandidate], demands: &[Demand], trails: &Trails) {
    let mut n_people = vec![0_u64; trails.n_pages + 1];
    let mut last_person = vec![u32::MAX; trails.n_pages + 1];
    for (place, page) in trails.page.iter().enumerate() {
        let person = trails.person_at(place);
        if last_person[*page as usize] != person {
            last_person[*page as usize] = person;
            n_people[*page as usize] += 1;
        }
    }
    for candidate in candidates {
        candidate.n_people_at = n_people[demands[candidate.demand].from as usize];
    }
}

#[cfg(test)]
mod tests;
