//! What a change can do: that more people reach the page, in fewer steps, in less time, with fewer searches.
//!
//! METHODS (f) names three estimands. The first, people who reach the page, has the verdict. The others are
//! changes of what is typical: of steps and seconds from `a` to `b` among those who get there, and of the rate
//! of people at `a` who search next. Typical is the geometric mean. A median of steps is a whole number that
//! jumps or stands still, and by counting it has no variance that its change could be held against; of times,
//! which spread evenly around it on a scale of logarithms, the geometric mean is the median.
//!
//! Who takes more steps or searches than others is seen only where some do. A move that everybody makes in one
//! step, or from whose start nobody searches, never changes; among the placebos it would make every change look
//! large. Before and after together it must have at least one such person in a week of the shorter span.

use std::f64::consts::LN_2;

use super::{Effect, Sums};
use crate::stats::placebo::Change;

/// Logarithms are kept in thousandths, so that sums are the same in every order.
const PARTS: f64 = 1000.0;

/// Sums of natural logarithms, in thousandths, and of their squares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Logs {
    /// Sum of thousandths.
    pub sum: i64,
    /// Sum of their squares, in millionths.
    pub squares: i64,
}

impl Logs {
    pub(super) fn add(&mut self, other: Self) {
        self.sum += other.sum;
        self.squares += other.squares;
    }

    fn mean(self, n: f64) -> f64 {
        self.sum as f64 / PARTS / n.max(1.0)
    }

    /// The squares around the mean.
    fn around(self, n: f64) -> f64 {
        let mean = self.mean(n);
        (self.squares as f64 / (PARTS * PARTS) - n * mean * mean).max(0.0)
    }

    /// The variance of the mean. One more who takes twice as long can be thought of always.
    fn noise(self, n: f64) -> f64 {
        let n = n.max(1.0);
        (self.around(n) + LN_2 * LN_2) / (n * n)
    }
}

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// People who reach the second page, of those at the first.
    People,
    /// Steps from the first page to the second.
    Steps,
    /// Seconds from the first page to the second.
    Secs,
    /// People who search from the first page, of those there.
    Searches,
}

/// A measure besides that of the verdict.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Which.
    pub measure: Measure,
    /// At baseline: typical steps or seconds, or people a week who searched.
    pub before: f64,
    /// The same after the change.
    pub after: f64,
    /// The change of the typical, or of the rate, as a part of what would have been.
    pub effect: Effect,
    /// The smallest effect that would have been seen in four of five cases.
    pub smallest_visible_effect: f64,
    /// Untreated moves that could be compared.
    pub n_controls: usize,
}

impl Measure {
    /// Those besides that of the verdict.
    pub const MORE: [Self; 3] = [Self::Steps, Self::Secs, Self::Searches];

    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::People => "people",
            Self::Steps => "steps",
            Self::Secs => "secs",
            Self::Searches => "searches",
        }
    }

    /// The measure that a word of tables stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        let mut all = [Self::People].into_iter().chain(Self::MORE);
        all.find(|measure| measure.as_str() == word)
    }

    /// The change between two spans.
    pub(super) fn change(self, before: Sums, after: Sums) -> Change {
        let size =
            |of: fn(Sums) -> f64| after.log_rate_of(of(after)) - before.log_rate_of(of(before));
        let mean = |of: fn(Sums) -> Logs| Change {
            size: of(after).mean(after.reached) - of(before).mean(before.reached),
            noise: of(before).noise(before.reached) + of(after).noise(after.reached),
        };
        match self {
            Self::People => Change {
                size: size(|sums| sums.reached),
                noise: before.noise(before.reached, 1.0 + (before.at + 1.0) / (after.at + 1.0)),
            },
            Self::Steps => mean(|sums| sums.steps),
            Self::Secs => mean(|sums| sums.secs),
            // Searches are to become fewer, and of few more is due to counting than the baseline knows.
            Self::Searches => Change {
                size: size(|sums| sums.searched),
                noise: before.noise(before.searched, 1.0) + after.noise(after.searched, 1.0),
            },
        }
    }

    /// Whether an untreated move can change by this measure.
    pub(super) fn is_comparable(self, before: Sums, after: Sums) -> bool {
        let least = before.n_weeks.min(after.n_weeks);
        let vary = |of: fn(Sums) -> Logs| {
            let around = |sums: Sums| of(sums).around(sums.reached);
            let is_reached = before.reached > 0.0 && after.reached > 0.0;
            is_reached && around(before) + around(after) >= least * LN_2 * LN_2
        };
        match self {
            Self::People => true,
            Self::Steps => vary(|sums| sums.steps),
            Self::Secs => vary(|sums| sums.secs),
            Self::Searches => before.searched + after.searched >= least,
        }
    }

    /// Whether enough people a week stand behind what was before.
    pub(super) fn is_enough(self, before: Sums, k: u64) -> bool {
        let n = match self {
            Self::Searches => before.searched,
            _ => before.reached,
        };
        before.a_week(n) >= k as f64
    }

    /// What is told of a span.
    pub(super) fn level(self, sums: Sums) -> f64 {
        match self {
            Self::People => sums.people_a_week(),
            Self::Steps => sums.steps.mean(sums.reached).exp(),
            Self::Secs => sums.secs.mean(sums.reached).exp(),
            Self::Searches => sums.a_week(sums.searched),
        }
    }
}
