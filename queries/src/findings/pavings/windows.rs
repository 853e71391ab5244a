//! Which weeks are looked at: fixed when a change is registered, never afterwards.
//!
//! A path is paved because it stood out in some window, partly by luck; the weeks in which it was chosen are
//! therefore no measure of how it was before (regression to the mean). Since a week resembles the week
//! before, the baseline keeps a distance of two weeks from them, as long as the two weeks of novelty
//! that are skipped after the change: what is left of the luck is then the same before and after.

use crate::day::Day;

/// Days between the weeks of choosing and the baseline.
const DISTANCE_DAYS: i32 = 14;

/// Days after the change in which people try what is new.
pub const NOVELTY_DAYS: i32 = 14;

/// Whole weeks of a full baseline, and of a full look at what came of it.
pub const FULL_WEEKS: i32 = 8;

/// Days in which a path is taken to have been chosen, where no finding says so.
const CHOOSING_DAYS: i32 = 28;

const WEEK_DAYS: i32 = 7;

/// Days from a first to a last one, both inclusive; empty where the last one comes before the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First day.
    pub start: i32,
    /// Last day.
    pub end: i32,
}

/// The windows of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Windows {
    /// When the path was found, and so chosen.
    pub selection: Span,
    /// How it was before: whole weeks from Monday on, at most [`FULL_WEEKS`], maybe none.
    pub baseline: Span,
}

impl Span {
    /// Its whole weeks, if it is one of whole weeks.
    pub fn n_weeks(self) -> i32 {
        (self.end - self.start + 1).max(0) / WEEK_DAYS
    }

    /// Whether a day lies in it.
    pub fn holds(self, day: i32) -> bool {
        (self.start..=self.end).contains(&day)
    }

    /// The last whole weeks in it, at most `n`.
    #[must_use]
    pub fn last_weeks(self, n: i32) -> Self {
        let first = monday_from(self.start);
        let end = Day(self.end + 1).monday().0 - 1;
        let start = first.max(end + 1 - n * WEEK_DAYS);
        Self { start, end }
    }

    /// The first whole weeks in it, at most `n`.
    #[must_use]
    pub fn first_weeks(self, n: i32) -> Self {
        let start = monday_from(self.start);
        let last = Day(self.end + 1).monday().0 - 1;
        let end = last.min(start - 1 + n * WEEK_DAYS);
        Self { start, end }
    }
}

/// The Monday on a day or the next one after it.
fn monday_from(day: i32) -> i32 {
    Day(day + WEEK_DAYS - 1).monday().0
}

/// The windows of a change on a day. `found` is the latest window before it in which the path was found;
/// no day before `earliest` is looked at.
pub fn windows(on_day: i32, found: Option<Span>, earliest: i32) -> Windows {
    let selection = found.unwrap_or(Span {
        start: on_day - CHOOSING_DAYS,
        end: on_day - 1,
    });
    let near = Span {
        start: earliest.max(selection.end + 1 + DISTANCE_DAYS),
        end: on_day - 1,
    };
    let far = Span {
        start: earliest,
        end: selection.start - 1 - DISTANCE_DAYS,
    };
    let (near, far) = (near.last_weeks(FULL_WEEKS), far.last_weeks(FULL_WEEKS));
    let baseline = if near.n_weeks() >= far.n_weeks() {
        near
    } else {
        far
    };
    Windows {
        selection,
        baseline,
    }
}

/// The whole weeks after a change that are known by `as_of`, without those of novelty.
pub fn after(on_day: i32, as_of: i32) -> Span {
    Span {
        start: on_day + NOVELTY_DAYS,
        end: as_of,
    }
    .first_weeks(FULL_WEEKS)
}

/// The earliest day that a baseline may have so that a full look, at the end, reaches back no further than
/// the horizon.
pub fn earliest(on_day: i32, first_day: i32, horizon_weeks: u32) -> i32 {
    // A change in the middle of a week waits for the next Monday.
    let last = monday_from(on_day + NOVELTY_DAYS) + FULL_WEEKS * WEEK_DAYS;
    first_day.max(last - horizon_weeks as i32 * WEEK_DAYS)
}

/// An earlier date on which nothing had happened yet: what was before it, and what after. The whole time
/// from the baseline to the change is cut behind the baseline, or in its middle where nothing follows it.
pub(super) fn earlier(baseline: Span, on_day: i32, n_weeks_after: i32) -> Option<(Span, Span)> {
    let rest = Span {
        start: baseline.end + 1,
        end: on_day - 1,
    };
    let rest = rest.last_weeks(n_weeks_after);
    if rest.n_weeks() > 0 {
        return Some((baseline, rest));
    }
    let first = baseline.first_weeks(baseline.n_weeks() / 2);
    let second = Span {
        start: first.end + 1,
        end: baseline.end,
    };
    (first.n_weeks() > 0).then_some((first, second))
}
