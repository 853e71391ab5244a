//! Drop-offs: places on the way to a goal where more people give up than pages of their kind explain.
//!
//! METHODS (a). Only planned journeys have a goal that is known: their last step. Of the people who came
//! to a step from the one before, each counted once with the first session in which they did, some gave
//! up there: the session ended at that page without the goal, or they came back to it twice and then left
//! or searched. Leaving from the goal is success and not looked at.
//!
//! Pages differ in how soon people leave them, and so do steps; a step is no finding for being one of the
//! higher ones. So its odds are held against those of the other steps of the journeys, as far apart as those
//! of pages are at most (`stats::logit_normal`): people who are on their way to a goal leave a page far less
//! often than others, which the other steps know, and how much pages differ many pages tell better than a few
//! steps. Pages are those that lie as many planned clicks from a start page and are on no journey; they stand
//! for the other steps where there are fewer than three. With one trial a person the people who differ in how
//! soon they leave make no overdispersion.
//!
//! The family is every step of every journey that enough people came to. A step is called when it is
//! significant (Benjamini and Hochberg), its rate is half as high again as that of pages of its depth and
//! that of the other steps, and its lower bound lies above both.

mod attempts;
mod exits;

use crate::paths::walks::Walks;
use crate::stats::logit_normal::{self, Count};
use crate::stats::{binomial, fdr};

pub use exits::Exits;

use attempts::attempts;

/// The gates of a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people at a step.
    pub k: u64,
    /// Highest false discovery rate.
    pub q: f64,
    /// Least ratio of the rate to the expected one.
    pub lift: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 5,
            q: 0.05,
            lift: 1.5,
        }
    }
}

/// Fewer pages of a depth are too few to say what is ordinary there: all pages are taken then.
const LEAST_PAGES: usize = 20;

/// Fewer other steps are too few to say what is ordinary on the way to a goal: pages are taken then.
const LEAST_STEPS: usize = 3;

/// How much pages differ is known from those at hand: their spread is taken at its upper 95 % bound.
const SPREAD_ALPHA: f64 = 0.05;

/// A place where people give up.
#[derive(Debug, Clone, PartialEq)]
pub struct DropOff {
    /// Its journey, as a place among those given.
    pub journey: usize,
    /// The page.
    pub page: u32,
    /// Where the journey leads.
    pub goal: u32,
    /// People who came to it on the way.
    pub n_people: u64,
    /// Those of them who gave up there.
    pub n_people_left: u64,
    /// Their share.
    pub exit_rate: f64,
    /// Lower bound of the share, 97.5 % one-sided.
    pub exit_rate_low: f64,
    /// The share at pages of its depth, or at the other steps, whichever is higher.
    pub exit_rate_expected: f64,
    /// Tail of those who gave up, at odds as the other steps have.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called.
    pub q_value: f64,
}

/// The drop-offs of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DropOffs {
    /// The findings, those first that lose most people beyond what is expected; ties by journey and page.
    pub drop_offs: Vec<DropOff>,
    /// Steps that enough people came to.
    pub n_tested: u64,
}

/// People at a step, and those who gave up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) journey: usize,
    pub(crate) page: u32,
    pub(crate) goal: u32,
    pub(crate) n_people: u64,
    pub(crate) n_left: u64,
}

/// Finds the drop-offs on these journeys (pages in their order, at least two). `depth` is by page, in
/// planned clicks from a start page; pages that are hubs are no steps.
pub fn drop_offs(
    walks: &Walks,
    journeys: &[Vec<u32>],
    depth: &[u32],
    is_hub: &[bool],
    options: &Options,
) -> DropOffs {
    let mut found = tested(walks, journeys, depth, is_hub, options);
    let n_tested = found.len() as u64;
    found.retain(|found| is_called(found, options));
    found.sort_by(|a, b| {
        let beyond =
            |d: &DropOff| d.n_people_left as f64 - d.n_people as f64 * d.exit_rate_expected;
        let order = beyond(b).total_cmp(&beyond(a));
        order.then((a.journey, a.page).cmp(&(b.journey, b.page)))
    });
    DropOffs {
        drop_offs: found,
        n_tested,
    }
}

/// Every step that enough people came to, called or not.
fn tested(
    walks: &Walks,
    journeys: &[Vec<u32>],
    depth: &[u32],
    is_hub: &[bool],
    options: &Options,
) -> Vec<DropOff> {
    let mut steps = attempts(walks, journeys, is_hub.len());
    steps.retain(|step| step.n_people >= options.k.max(1) && !is_hub[step.page as usize]);
    if steps.is_empty() {
        return Vec::new();
    }
    let exits = Exits::of(walks, is_hub, journeys);
    let (expected, p): (Vec<f64>, Vec<f64>) = steps
        .iter()
        .map(|step| {
            let pages = alike(&exits, step.page, depth, options.k);
            let others = others(&steps, step.page);
            let p = p_value(step, &pages, &others);
            (rate(&pages).max(rate(&others)), p)
        })
        .unzip();
    let q = fdr::q_values(&p, steps.len() as u64);
    let told = steps.iter().zip(expected).zip(p.into_iter().zip(q));
    told.map(|((step, expected), (p, q))| drop_off(step, expected, p, q))
        .collect()
}

fn is_called(found: &DropOff, options: &Options) -> bool {
    found.q_value <= options.q
        && found.exit_rate >= options.lift * found.exit_rate_expected
        && found.exit_rate_low > found.exit_rate_expected
}

/// How far out a step is among the other steps, or among pages; whichever are more say how much such rates differ.
fn p_value(step: &Step, pages: &[Count], other_steps: &[Count]) -> f64 {
    let more = if pages.len() >= other_steps.len() {
        pages
    } else {
        other_steps
    };
    let like = if other_steps.len() >= LEAST_STEPS {
        other_steps
    } else {
        pages
    };
    let spread = logit_normal::spread_at_most(more, SPREAD_ALPHA);
    spread.map_or(1.0, |spread| {
        logit_normal::upper_tail(step.n_left, step.n_people, like, spread)
    })
}

/// Pages of a page's depth that are on no journey.
fn alike(exits: &Exits, page: u32, depth: &[u32], k: u64) -> Vec<Count> {
    let all: Vec<usize> = (0..depth.len())
        .filter(|other| exits.people[*other] >= k.max(1))
        .collect();
    let is_alike = |other: &usize| depth[*other] == depth[page as usize];
    let alike: Vec<usize> = all.iter().copied().filter(is_alike).collect();
    let pages = if alike.len() >= LEAST_PAGES {
        alike
    } else {
        all
    };
    let count = |page: usize| (exits.left[page], exits.people[page]);
    pages.into_iter().map(count).collect()
}

/// The steps of all journeys at other pages.
fn others(steps: &[Step], page: u32) -> Vec<Count> {
    let others = steps.iter().filter(|step| step.page != page);
    others.map(|step| (step.n_left, step.n_people)).collect()
}

/// The share of all who left; 0 of nobody.
fn rate(counts: &[Count]) -> f64 {
    let n_left: u64 = counts.iter().map(|(left, _)| left).sum();
    let n_people: u64 = counts.iter().map(|(_, people)| people).sum();
    n_left as f64 / n_people.max(1) as f64
}

fn drop_off(step: &Step, exit_rate_expected: f64, p_value: f64, q_value: f64) -> DropOff {
    DropOff {
        journey: step.journey,
        page: step.page,
        goal: step.goal,
        n_people: step.n_people,
        n_people_left: step.n_left,
        exit_rate: rate(&[(step.n_left, step.n_people)]),
        exit_rate_low: 1.0
            - binomial::upper_bound(step.n_people - step.n_left, step.n_people, 0.025),
        exit_rate_expected,
        p_value,
        q_value,
    }
}

#[cfg(test)]
mod calibration_tests;
#[cfg(test)]
mod tests;
