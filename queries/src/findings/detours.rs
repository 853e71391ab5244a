//! Detours: pages that people reach the long way though the plan has a short one.
//!
//! METHODS (a). Of the demands, those whose planned way is clearly shorter than what people walk. The
//! stretch is the steps taken without returns over the clicks of the plan, per person the median of the
//! trips, then the median over persons. A detour is a finding where the lower 97.5 % bound of that
//! median (order statistics: exact, whatever the distribution) lies above 1.3. Single moves are no trips:
//! how many people went straight is said beside it.

use super::demands::{Demand, Trip};
use super::elephant_paths::MoveRows;
use crate::graph::plan::{PlanGraph, UNREACHABLE};
use crate::paths::moves::Via;
use crate::paths::trails::Trails;
use crate::stats::median;

/// A stretch whose lower bound is not above this is no detour.
const LEAST_STRETCH: f64 = 1.3;

/// Why people come the long way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// They search for it.
    Search,
    /// They go by a hub.
    Hub,
    /// They wander.
    Wandering,
}

impl Cause {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Hub => "hub",
            Self::Wandering => "wandering",
        }
    }
}

/// A pair of pages reached the long way.
#[derive(Debug, Clone, PartialEq)]
pub struct Detour {
    /// Its place among the demands.
    pub demand: usize,
    /// Median over persons of their median steps.
    pub steps_median: f64,
    /// Clicks of the plan.
    pub planned_steps: u32,
    /// Steps over planned clicks.
    pub stretch: f64,
    /// Lower 97.5 % bound of the stretch.
    pub stretch_low: f64,
    /// How most of its people go.
    pub cause: Cause,
    /// Share of its people whose way is of this cause.
    pub cause_share: f64,
    /// People who made the move itself.
    pub n_people_straight: u64,
}

/// What a person's trips between two pages come to.
struct Habit {
    steps: f64,
    cause: Cause,
}

/// Finds the detours among demands. `moves` are sorted by person.
pub fn detours(
    demands: &[Demand],
    trails: &Trails,
    is_hub: &[bool],
    plan: &PlanGraph,
    moves: &MoveRows<'_>,
) -> Vec<Detour> {
    let planned = planned_steps(demands, plan);
    let mut detours: Vec<Detour> = (0..demands.len())
        .filter_map(|place| detour(demands, place, planned[place]?, trails, is_hub))
        .collect();
    let straight = people_straight(demands, &detours, moves);
    for (detour, n) in detours.iter_mut().zip(straight) {
        detour.n_people_straight = n;
    }
    detours
}

/// Clicks of the plan for each demand; `None` where the plan does not lead there.
pub fn planned_steps(demands: &[Demand], plan: &PlanGraph) -> Vec<Option<u32>> {
    let mut order: Vec<usize> = (0..demands.len()).collect();
    order.sort_by_key(|place| demands[*place].from);
    let mut planned = vec![None; demands.len()];
    for same_start in order.chunk_by(|a, b| demands[*a].from == demands[*b].from) {
        let steps = plan.steps_from(demands[same_start[0]].from);
        for place in same_start {
            let n = steps[demands[*place].to as usize];
            planned[*place] = (n != UNREACHABLE).then_some(n);
        }
    }
    planned
}

fn detour(
    demands: &[Demand],
    place: usize,
    planned_steps: u32,
    trails: &Trails,
    is_hub: &[bool],
) -> Option<Detour> {
    let trips = &demands[place].trips;
    let of_persons = trips.chunk_by(|a, b| a.person == b.person);
    let habits: Vec<Habit> = of_persons
        .map(|trips| habit(trips, trails, is_hub))
        .collect();
    let mut steps: Vec<f64> = habits.iter().map(|habit| habit.steps).collect();
    steps.sort_by(f64::total_cmp);
    let stretch_low = median::lower_bound(&steps, 0.025)? / f64::from(planned_steps);
    if stretch_low <= LEAST_STRETCH {
        return None;
    }
    let steps_median = median::median(&steps)?;
    let (cause, cause_share) = usual_cause(&habits);
    Some(Detour {
        demand: place,
        steps_median,
        planned_steps,
        stretch: steps_median / f64::from(planned_steps),
        stretch_low,
        cause,
        cause_share,
        n_people_straight: 0,
    })
}

fn habit(trips: &[Trip], trails: &Trails, is_hub: &[bool]) -> Habit {
    let mut steps: Vec<f64> = trips.iter().map(|trip| f64::from(trip.n_steps)).collect();
    steps.sort_by(f64::total_cmp);
    // The most telling way of a person who goes now this way and now that.
    let causes = trips.iter().map(|trip| cause(trip, trails, is_hub));
    Habit {
        steps: steps[(steps.len() - 1) / 2],
        cause: causes.min().unwrap_or(Cause::Wandering),
    }
}

/// Why one trip is long: a search is told before a hub.
fn cause(trip: &Trip, trails: &Trails, is_hub: &[bool]) -> Cause {
    let passed = || trip.inner(trails).map(|place| trails.page[place]);
    if passed().any(|page| page == trails.search()) {
        Cause::Search
    } else if passed().any(|page| is_hub[page as usize]) {
        Cause::Hub
    } else {
        Cause::Wandering
    }
}

/// The cause of most people; of equal ones the first.
fn usual_cause(habits: &[Habit]) -> (Cause, f64) {
    let count = |cause: Cause| habits.iter().filter(|habit| habit.cause == cause).count();
    let causes = [Cause::Wandering, Cause::Hub, Cause::Search];
    let usual = causes.into_iter().max_by_key(|cause| count(*cause));
    let usual = usual.unwrap_or(Cause::Wandering);
    (usual, count(usual) as f64 / habits.len() as f64)
}

/// People who made the move of each detour, returns left out.
fn people_straight(demands: &[Demand], detours: &[Detour], moves: &MoveRows<'_>) -> Vec<u64> {
    let pair = |detour: &Detour| {
        let demand = &demands[detour.demand];
        (demand.from, demand.to)
    };
    let mut pairs: Vec<((u32, u32), usize)> = detours.iter().map(pair).zip(0..).collect();
    pairs.sort_unstable();
    let mut walked: Vec<(usize, u32)> = (0..moves.n.len())
        .filter(|row| moves.via[*row] != Via::Back && moves.via[*row] != Via::Search)
        .filter_map(|row| {
            let move_ = (moves.from[row], moves.to[row]);
            let place = pairs.binary_search_by_key(&move_, |(pair, _)| *pair).ok()?;
            Some((pairs[place].1, moves.person[row]))
        })
        .collect();
    walked.sort_unstable();
    walked.dedup();
    let mut n_people = vec![0; detours.len()];
    for (detour, _) in walked {
        n_people[detour] += 1;
    }
    n_people
}

#[cfg(test)]
mod tests;
