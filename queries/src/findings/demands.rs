//! Demands: pages that people reach from another one by several steps, more of them than chance has it.
//!
//! METHODS (a), indirect demand. A trip goes from a page to one that was wanted (people stayed there, or
//! the session ended), in two to six steps without returns, a search being a step of its own; hubs are
//! passed, never an end, and a page that is only passed on the way down from a hub is no start. The count
//! of a pair is its distinct persons. The null is that every step is drawn at the page it starts from,
//! whatever came before: the chance `h` to come from `a` to `b` is that of the first passage in two to six
//! steps, times the share of wanted ones among `b`'s visits. With `o` visits at `a` a person is expected
//! once with 1 - exp(-o * h); the p value is the Poisson tail of the people. Only a page that is new in
//! its session can be wanted, so that visits at `a` by way of `b` do not count among the `o`: without that,
//! most of those at a page below `b`, who came from there, would be expected to go and want it.
//! Units have their own matters: where they are known each person's `h` is also weighed
//! with how much more often their unit comes to `b` than others do, and the larger null counts.
//!
//! Gates are those of the elephant paths, but that the lower bound of the lift must reach the least lift:
//! people who know where they go make twice what forgetful steps would, and that is no detour yet. The
//! habit of one route makes many pairs significant: its parts, and its beginnings and continuations by the
//! same people. A pair goes when the start of another lies on seven in ten of its people's ways. The pair
//! with most people beyond chance is told first, and every trip that shares a step with a trip told
//! already counts no more; a pair stays only if what is left of it passes the gates again.
//!
//! Each of the many pairs of a habit would let one more in twenty through by chance, though they are told
//! as one. So the false discovery rate is reckoned twice: over all pairs, for what may be told, and over
//! those that are told, in the same family, for what is.

mod chain;
mod expected;
mod shuffle;
mod told;
mod trips;

pub use super::elephant_paths::Options;
use super::elephant_paths::{LEAST_SUPPORT, half};
use crate::paths::trails::Trails;
use crate::stats::{fdr, poisson};

pub use shuffle::shuffled;
pub use trips::{LONGEST, SHORTEST, Trip};

use expected::Null;
use trips::Pair;

/// What surrounds the trails.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Unit of each person; [`super::elephant_paths::NO_UNIT`] where unknown.
    pub unit: &'a [u32],
    /// Declared hubs, by page.
    pub is_hub: &'a [bool],
}

/// A pair of pages whose second people reach from the first by several steps.
#[derive(Debug, Clone, PartialEq)]
pub struct Demand {
    /// Where the trips start.
    pub from: u32,
    /// The page that was wanted.
    pub to: u32,
    /// People with a trip.
    pub n_people: u64,
    /// People expected under the null.
    pub expected_people: f64,
    /// People over expected people.
    pub lift: f64,
    /// Lower bound of the lift, 97.5 % one-sided.
    pub lift_low: f64,
    /// Poisson tail of the people under the null.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called, over the pairs told.
    pub q_value: f64,
    /// First day in the window.
    pub first_day: i32,
    /// All trips, sorted by person and time.
    pub trips: Vec<Trip>,
}

/// The demands of a window, and how many were tested.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Demands {
    /// The findings, those first that most people make beyond chance; ties by pages.
    pub demands: Vec<Demand>,
    /// Size of the family: every pair of pages that anyone made a trip between.
    pub n_tested: u64,
    /// Pairs with enough people for a finding.
    pub n_candidates: u64,
}

/// Finds the demands of a window.
pub fn demands(trails: &Trails, world: &World<'_>, options: &Options) -> Demands {
    let index = trips::by_page(trails);
    let gates = Gates::of(options);
    let (n_tested, mut pairs) = trips::pairs(trails, &index, world, &gates);
    let n_candidates = pairs.len() as u64;
    Null::of(trails, &index, world).expect(&mut pairs);
    let p: Vec<f64> = pairs.iter().map(Pair::p_value).collect();
    let q = fdr::q_values(&p, n_tested);
    let is_called = |q: &f64| *q <= options.q;
    // The largest p that is still called: what is left of a pair is held against the same bar.
    let bar = p
        .iter()
        .zip(&q)
        .filter(|(_, q)| is_called(q))
        .map(|(p, _)| *p)
        .fold(0.0, f64::max);
    let is_found = |(pair, q): &(Pair, f64)| {
        is_called(q) && pair.is_in_both_halves && gates.is_large(pair.n_people, pair.expected)
    };
    let called = pairs.into_iter().zip(q).filter(is_found);
    let called: Vec<Pair> = called.map(|(pair, _)| pair).collect();
    let trips = trips::of_pairs(trails, &index, world, &called);
    let kept = told::untold(trails, &called, &trips, |trips, expected| {
        gates.is_still_called(trails, trips, expected, bar)
    });
    // The rate again, over the pairs that are told.
    let p: Vec<f64> = kept.iter().map(|place| called[*place].p_value()).collect();
    let told = kept.into_iter().zip(fdr::q_values(&p, n_tested));
    let mut demands: Vec<Demand> = told
        .filter(|(_, q)| is_called(q))
        .map(|(place, q)| demand(trails, &called[place], q, trips[place].clone()))
        .collect();
    demands.sort_by(|a, b| {
        let beyond = |d: &Demand| d.n_people as f64 - d.expected_people;
        let order = beyond(b).total_cmp(&beyond(a));
        order.then((a.from, a.to).cmp(&(b.from, b.to)))
    });
    Demands {
        demands,
        n_tested,
        n_candidates,
    }
}

fn demand(trails: &Trails, pair: &Pair, q_value: f64, trips: Vec<Trip>) -> Demand {
    let days = trips.iter().map(|trip| trails.day_at(trip.start));
    Demand {
        from: pair.from,
        to: pair.to,
        n_people: pair.n_people,
        expected_people: pair.expected,
        lift: pair.n_people as f64 / pair.expected,
        lift_low: poisson::lower_bound(pair.n_people, 0.025) / pair.expected,
        p_value: pair.p_value(),
        q_value,
        first_day: days.min().unwrap_or(i32::MAX),
        trips,
    }
}

/// The gates of a demand.
struct Gates {
    support: u64,
    least_lift: f64,
    is_by_week: bool,
}

impl Gates {
    fn of(options: &Options) -> Self {
        Self {
            support: options.k.max(LEAST_SUPPORT),
            least_lift: options.lift,
            is_by_week: options.window_end - options.window_start + 1 >= 28,
        }
    }

    fn is_in_odd_half(&self, day: i32) -> bool {
        half(day, self.is_by_week)
    }

    fn is_large(&self, n_people: u64, expected: f64) -> bool {
        n_people >= self.support
            && poisson::lower_bound(n_people, 0.025) >= self.least_lift * expected
    }

    /// Whether these trips of a pair would be called by themselves.
    fn is_still_called(&self, trails: &Trails, trips: &[Trip], expected: f64, bar: f64) -> bool {
        let n_people = trips.chunk_by(|a, b| a.person == b.person).count() as u64;
        let is_odd = |trip: &Trip| self.is_in_odd_half(trails.day_at(trip.start));
        self.is_large(n_people, expected)
            && poisson::upper_tail(n_people, expected) <= bar
            && trips.iter().any(is_odd)
            && !trips.iter().all(is_odd)
    }
}

#[cfg(test)]
mod tests;
