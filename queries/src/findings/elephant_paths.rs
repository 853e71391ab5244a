//! Elephant paths: moves that people make though the plan does not offer them.
//!
//! METHODS (a). The unit is the person: a pair of pages is walked by `x` distinct persons with a move
//! that is no return. The null is that everyone keeps going on from where they do, and arrives at
//! pages by their popularity: a person with `o` departures from `a` is expected to reach `b` at least
//! once with 1 - exp(-o * pi), pi being `b`'s share of all arrivals outside `a` (a move to itself
//! cannot be). The expectation is the sum over the people, the p value its Poisson tail, the family
//! every unplanned pair that anyone walked. A pair is called when it is significant (Benjamini and
//! Hochberg), large (lift and its lower bound), supported by k people and seen in both halves of the
//! window, with most of its moves no returns and no hub at either end.

mod moves;
mod pairs;
mod shuffle;
mod support;

use crate::graph::plan::{PlanGraph, UNREACHABLE};
use crate::grouped::Grouped;
use crate::stats::{fdr, poisson};

pub use moves::{MoveRow, MoveRows, Moves};

pub(crate) use pairs::half;

use pairs::{Kept, Pair};
use support::Departures;

/// What surrounds the moves.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Number of pages.
    pub n_pages: usize,
    /// Number of persons.
    pub n_persons: usize,
    /// Unit of each person; [`NO_UNIT`] where unknown.
    pub unit: &'a [u32],
    /// The plan.
    pub plan: &'a PlanGraph,
    /// Whether there is a plan at all: without one nothing is unplanned, and nothing is found.
    pub has_plan: bool,
    /// Declared hubs, by page.
    pub is_hub: &'a [bool],
}

/// No unit is known of a person.
pub const NO_UNIT: u32 = u32::MAX;

/// Fewer people are no support, however low `k` is set.
pub const LEAST_SUPPORT: u64 = 5;

/// The gates of a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people; below [`LEAST_SUPPORT`] that counts.
    pub k: u64,
    /// Highest false discovery rate.
    pub q: f64,
    /// Least lift.
    pub lift: f64,
    /// First day of the window.
    pub window_start: i32,
    /// Last day of the window.
    pub window_end: i32,
    /// Seed of the shuffled copy.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 5,
            q: 0.05,
            lift: 1.5,
            window_start: 0,
            window_end: 0,
            seed: 1,
        }
    }
}

/// An unplanned worn transition.
#[derive(Debug, Clone, PartialEq)]
pub struct ElephantPath {
    /// Page left.
    pub from: u32,
    /// Page reached.
    pub to: u32,
    /// People with a move that is no return.
    pub n_people: u64,
    /// Moves that are no returns.
    pub n_moves: u64,
    /// People expected under the null.
    pub expected_people: f64,
    /// People over expected people.
    pub lift: f64,
    /// Lower bound of the lift, 97.5 % one-sided.
    pub lift_low: f64,
    /// Poisson tail of the people under the null.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called.
    pub q_value: f64,
    /// Known units of its people.
    pub n_units: u64,
    /// Clicks the plan needs; `None` where it does not lead there.
    pub planned_steps: Option<u32>,
    /// People beyond chance times the clicks that a link saves each.
    pub clicks_saved: f64,
    /// Share of its moves by a link or from a start page.
    pub share_link: f64,
    /// Share of its moves through the search.
    pub share_search: f64,
    /// Share of its moves typed or by a bookmark.
    pub share_direct: f64,
    /// Whether it is one unit's habit: only one unit walks it, or the units explain it.
    pub is_unit_routine: bool,
    /// First day in the window.
    pub first_day: i32,
}

/// The elephant paths of a window, and how honestly they were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ElephantPaths {
    /// The findings, those first that save most clicks; ties by pages.
    pub paths: Vec<ElephantPath>,
    /// Size of the family: unplanned pairs without a hub that anyone walked, if only to return.
    pub n_tested: u64,
    /// Pairs with enough people for a finding.
    pub n_candidates: u64,
    /// Findings of the same search on a copy whose arrivals are shuffled.
    pub n_shuffled: u64,
    /// What is seen now of the pairs watched, sorted by pages; q is 1, since nothing is claimed of them.
    pub watched: Vec<ElephantPath>,
}

/// Finds the elephant paths of a window, and those of a shuffled copy of it.
pub fn elephant_paths(rows: &MoveRows<'_>, world: &World<'_>, options: &Options) -> ElephantPaths {
    elephant_paths_and(rows, world, options, &[])
}

/// The same, and what is seen of the pairs that were elephant paths before and are watched, planned by
/// now or not.
pub fn elephant_paths_and(
    rows: &MoveRows<'_>,
    world: &World<'_>,
    options: &Options,
    watched: &[(u32, u32)],
) -> ElephantPaths {
    let mut found = search(rows, world, options, watched);
    let copy = shuffle::shuffled(rows, options.seed);
    found.n_shuffled = search(&copy.rows(), world, options, &[]).paths.len() as u64;
    found
}

fn search(
    rows: &MoveRows<'_>,
    world: &World<'_>,
    options: &Options,
    watched: &[(u32, u32)],
) -> ElephantPaths {
    if !world.has_plan {
        return ElephantPaths::default();
    }
    let mut sorted = watched.to_vec();
    sorted.sort_unstable();
    let kept = Kept {
        support: options.k.max(LEAST_SUPPORT),
        is_by_week: options.window_end - options.window_start + 1 >= 28,
        watched: &sorted,
    };
    let by_from = Grouped::by(world.n_pages, rows.from);
    let pairs = pairs::pairs(rows, &by_from, world, &kept);
    let departures = Departures::of(rows, &by_from, world);
    let candidates = &pairs.candidates;
    let watched = watched
        .iter()
        .map(|ends| seen(&pairs.watched(*ends), &departures));
    let mut watched: Vec<ElephantPath> = watched.collect();
    let expected: Vec<f64> = candidates
        .iter()
        .map(|pair| departures.expected(pair.from, pair.to))
        .collect();
    let p: Vec<f64> = candidates
        .iter()
        .zip(&expected)
        .map(|(pair, expected)| poisson::upper_tail(pair.n_people, *expected))
        .collect();
    let q = fdr::q_values(&p, pairs.n_tested);
    // The largest p that is still called: the unit's own null is held against the same bar.
    let bar = p
        .iter()
        .zip(&q)
        .filter(|(_, q)| **q <= options.q)
        .map(|(p, _)| *p)
        .fold(0.0, f64::max);
    let mut paths: Vec<ElephantPath> = Vec::new();
    for (place, pair) in candidates.iter().enumerate() {
        let lift = pair.n_people as f64 / expected[place];
        let lift_low = poisson::lower_bound(pair.n_people, 0.025) / expected[place];
        let is_called = q[place] <= options.q && lift >= options.lift && lift_low > 1.0;
        if is_called && pair.is_in_both_halves {
            let explained = departures
                .expected_in_units(pair.from, pair.to)
                .is_some_and(|mean| poisson::upper_tail(pair.n_people, mean) > bar);
            paths.push(finding(
                pair,
                expected[place],
                (lift, lift_low),
                (p[place], q[place]),
                explained,
            ));
        }
    }
    measure_detours(&mut paths, world.plan);
    measure_detours(&mut watched, world.plan);
    paths.sort_by(|a, b| {
        b.clicks_saved
            .total_cmp(&a.clicks_saved)
            .then((a.from, a.to).cmp(&(b.from, b.to)))
    });
    ElephantPaths {
        paths,
        n_tested: pairs.n_tested,
        n_candidates: candidates.len() as u64,
        n_shuffled: 0,
        watched,
    }
}

/// A pair as it is seen, called or not.
fn seen(pair: &Pair, departures: &Departures) -> ElephantPath {
    let expected = departures.expected(pair.from, pair.to);
    let lift = |n: f64| if expected > 0.0 { n / expected } else { 0.0 };
    let lifts = (
        lift(pair.n_people as f64),
        lift(poisson::lower_bound(pair.n_people, 0.025)),
    );
    let p = poisson::upper_tail(pair.n_people, expected);
    finding(pair, expected, lifts, (p, 1.0), pair.is_of_one_unit())
}

fn finding(
    pair: &Pair,
    expected_people: f64,
    (lift, lift_low): (f64, f64),
    (p_value, q_value): (f64, f64),
    is_explained_by_units: bool,
) -> ElephantPath {
    let share = |n: u64| n as f64 / pair.n_moves.max(1) as f64;
    ElephantPath {
        from: pair.from,
        to: pair.to,
        n_people: pair.n_people,
        n_moves: pair.n_moves,
        expected_people,
        lift,
        lift_low,
        p_value,
        q_value,
        n_units: pair.n_units,
        planned_steps: None,
        clicks_saved: 0.0,
        share_link: share(pair.n_by_link),
        share_search: share(pair.n_by_search),
        share_direct: share(pair.n_direct),
        is_unit_routine: pair.is_of_one_unit() || is_explained_by_units,
        first_day: pair.first_day,
    }
}

/// Planned steps and clicks saved; a pair that the plan never joins counts as one click farther than
/// the farthest that it does.
fn measure_detours(paths: &mut [ElephantPath], plan: &PlanGraph) {
    paths.sort_by_key(|path| (path.from, path.to));
    let mut cap = 2;
    let mut walked: Option<(u32, Vec<u32>)> = None;
    for path in paths.iter_mut() {
        if walked.as_ref().is_none_or(|(from, _)| *from != path.from) {
            let steps = plan.steps_from(path.from);
            let farthest = steps
                .iter()
                .filter(|s| **s != UNREACHABLE)
                .max()
                .copied()
                .unwrap_or(0);
            cap = cap.max(farthest + 1);
            walked = Some((path.from, steps));
        }
        path.planned_steps = walked
            .as_ref()
            .map(|(_, steps)| steps[path.to as usize])
            .filter(|steps| *steps != UNREACHABLE);
    }
    for path in paths {
        let steps = path.planned_steps.unwrap_or(cap);
        let beyond_chance = (path.n_people as f64 - path.expected_people).max(0.0);
        path.clicks_saved = beyond_chance * f64::from(steps.saturating_sub(1));
    }
}

#[cfg(test)]
mod tests;
