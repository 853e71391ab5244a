//! Pavings: did a change to the plan help?
//!
//! METHODS (f). What is measured, week by week: distinct persons who reach `b` from `a` within five steps of
//! a session, per distinct person at `a`. Use of the new link alone is no benefit: whoever took another
//! route before has merely moved.
//!
//! The change of the logarithm of that rate from the baseline to the weeks after, d = ln((x1 + 1/2) /
//! (n1 + 1)) - ln((x0 + 1/2) / (n0 + 1)), is compared with that of 20 to 40 moves alike to which nothing
//! was done (difference in differences), and judged by its rank among theirs, on this date and on an
//! earlier one (`stats::placebo`). The counting variance of d is (1 - r0) / (x0 + 1/2) x (1 + (n0 + 1) /
//! (n1 + 1)), from the baseline alone, so that an effect does not change what it is measured by.
//!
//! Of the people a week whom the link carries beyond those it carried before, the share that has merely
//! moved is 1 - (r1 - g r0) / (u1 - g u0): r is the rate of reaching, u that by a link of `a` itself, g
//! what became of the untreated.
//!
//! The verdict is that of this measure alone. Three more are looked at in the same weeks, against the same
//! moves and by the same placebos, and told beside it with their intervals: see [`measures`].
//!
//! The weeks in which the path was chosen are no baseline, and the first two after the change are skipped:
//! see [`windows`]. Four whole weeks are the least before and after, eight are the end, and final. Every week
//! in between is one more look at the same change, and of five looks at nothing one in ten would find something
//! once; so before the end only an effect at half the risk has a verdict, and all else is too early to tell.

mod matching;
mod measures;
mod windows;

use crate::stats::placebo::{self, Change, Placebos};

pub use matching::{Candidate, controls};
pub use measures::{Logs, Measure, Measured};
pub use windows::{FULL_WEEKS, NOVELTY_DAYS, Span, Windows, after, earliest, windows};

/// One week of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Week {
    /// Its Monday, days since 1970-01-01.
    pub week: i32,
    /// Persons at the first page.
    pub n_at: u64,
    /// Those of them who reached the second within five steps.
    pub n_reached: u64,
    /// Those of them who did so by a link of the first page.
    pub n_by_link: u64,
    /// Persons at the first page who searched from there.
    pub n_searched: u64,
    /// Steps from the first page to the second, of those who reached it: their first way of the week.
    pub steps: Logs,
    /// Seconds of the same ways.
    pub secs: Logs,
}

/// How strict the verdict is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least people a week who reach the second page at baseline.
    pub k: u64,
    /// Risk of an effect where there is none.
    pub alpha: f64,
    /// The same before all weeks are known.
    pub early_alpha: f64,
    /// Least whole weeks before and after.
    pub least_weeks: i32,
    /// Least untreated moves to compare with.
    pub least_controls: usize,
    /// Most of them.
    pub most_controls: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 5,
            alpha: 0.05,
            early_alpha: 0.025,
            least_weeks: 4,
            least_controls: 20,
            most_controls: 40,
        }
    }
}

/// What can be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// More people reach the page than would have.
    Helped,
    /// Nothing that this design could see.
    NoVisibleEffect,
    /// Fewer people reach the page than would have.
    Worse,
    /// Too few whole weeks before or after, or not all of them and nothing plain yet.
    TooEarly,
    /// Too few people a week at baseline, or too few moves alike that enough people walk.
    TooFewPeople,
}

impl Verdict {
    /// The words that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Helped => "helped",
            Self::NoVisibleEffect => "no visible effect",
            Self::Worse => "worse",
            Self::TooEarly => "too early",
            Self::TooFewPeople => "too few people",
        }
    }

    /// The verdict that those words stand for.
    pub fn of_words(words: &str) -> Option<Self> {
        let all = [
            Self::Helped,
            Self::NoVisibleEffect,
            Self::Worse,
            Self::TooEarly,
            Self::TooFewPeople,
        ];
        all.into_iter().find(|verdict| verdict.as_str() == words)
    }
}

/// An effect as a part of what would have been: 0.5 is half as much again.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The estimate.
    pub size: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end of it.
    pub high: f64,
    /// Rank among the placebos.
    pub p_value: f64,
}

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PavingResult {
    /// In words.
    pub verdict: Verdict,
    /// The effect, where there are enough weeks and people to tell.
    pub effect: Option<Effect>,
    /// The smallest effect that would have been seen in four of five cases. Without enough moves to compare
    /// with, what counting alone would allow: no design sees less.
    pub smallest_visible_effect: f64,
    /// Of the people whom the link carries now, the share that reached the page by another route before;
    /// absent where it carries no more than before, or fewer than k a week.
    pub moved_share: Option<f64>,
    /// People a week who reached the page at baseline.
    pub people_before: f64,
    /// The same after the change.
    pub people_after: f64,
    /// People a week at the first page, at baseline.
    pub people_at_before: f64,
    /// The same after the change.
    pub people_at_after: f64,
    /// Whole weeks of the baseline.
    pub n_weeks_before: i32,
    /// Whole weeks after, those of novelty not counted.
    pub n_weeks_after: i32,
    /// Untreated moves it was compared with.
    pub n_controls: usize,
    /// Whether no week will be added.
    pub is_final: bool,
    /// What else is looked at, in the order of [`Measure::MORE`]; `None` where too few people or moves alike
    /// can be compared.
    pub measured: [Option<Measured>; 3],
}

/// Judges a change on `on_day` by what is known on `as_of`. `controls` are the weeks of the untreated moves.
pub fn evaluate(
    treated: &[Week],
    controls: &[&[Week]],
    (baseline, on_day, as_of): (Span, i32, i32),
    options: &Options,
) -> PavingResult {
    let after = after(on_day, as_of);
    let (before_sums, after_sums) = (Sums::of(treated, baseline), Sums::of(treated, after));
    let is_early = |span: Span| span.n_weeks() < options.least_weeks;
    let look = |measure| {
        look(
            measure,
            treated,
            controls,
            (baseline, on_day, after),
            options,
        )
    };
    let looked = look(Measure::People);
    let is_few = before_sums.people_a_week() < options.k as f64 || looked.is_none();
    let (verdict, effect) = match looked {
        _ if is_early(baseline) => (Verdict::TooEarly, None),
        Some(looked) if !is_few && !is_early(after) => judged(looked.judged, after, options),
        _ if is_few => (Verdict::TooFewPeople, None),
        _ => (Verdict::TooEarly, None),
    };
    let growth = looked.filter(|_| effect.is_some()).map(|l| l.growth);
    PavingResult {
        verdict,
        effect,
        smallest_visible_effect: match looked {
            Some(looked) => looked.judged.smallest,
            None => by_counting(before_sums),
        }
        .exp_m1(),
        moved_share: growth
            .and_then(|growth| moved_share(before_sums, after_sums, growth, options)),
        people_before: before_sums.people_a_week(),
        people_after: after_sums.people_a_week(),
        people_at_before: before_sums.a_week(before_sums.at),
        people_at_after: after_sums.a_week(after_sums.at),
        n_weeks_before: baseline.n_weeks(),
        n_weeks_after: after.n_weeks(),
        n_controls: controls.len(),
        is_final: after.n_weeks() == FULL_WEEKS,
        measured: Measure::MORE.map(|measure| {
            let is_told = effect.is_some() && measure.is_enough(before_sums, options.k);
            let looked = look(measure).filter(|_| is_told)?;
            Some(Measured {
                measure,
                before: measure.level(before_sums),
                after: measure.level(after_sums),
                effect: Effect::of(looked.judged),
                smallest_visible_effect: looked.judged.smallest.exp_m1(),
                n_controls: looked.n_controls,
            })
        }),
    }
}

impl Effect {
    fn of(judged: placebo::Judged) -> Self {
        Self {
            size: judged.size.exp_m1(),
            low: judged.low.exp_m1(),
            high: judged.high.exp_m1(),
            p_value: judged.p_value,
        }
    }
}

fn judged(judged: placebo::Judged, after: Span, options: &Options) -> (Verdict, Option<Effect>) {
    let (alpha, otherwise) = if after.n_weeks() == FULL_WEEKS {
        (options.alpha, Verdict::NoVisibleEffect)
    } else {
        (options.early_alpha, Verdict::TooEarly)
    };
    let verdict = if judged.p_value > alpha {
        otherwise
    } else if judged.size > 0.0 {
        Verdict::Helped
    } else {
        Verdict::Worse
    };
    (verdict, Some(Effect::of(judged)))
}

/// What the comparison says, and what became of the untreated as a factor.
#[derive(Debug, Clone, Copy)]
struct Looked {
    judged: placebo::Judged,
    growth: f64,
    n_controls: usize,
}

/// Before there is a week after the change, the earlier date stands for it: what could be seen is known.
/// `None` where fewer of the untreated than wanted can be compared by this measure.
fn look(
    measure: Measure,
    treated: &[Week],
    controls: &[&[Week]],
    (baseline, on_day, after): (Span, i32, Span),
    options: &Options,
) -> Option<Looked> {
    let n_weeks = after.n_weeks();
    let wanted = if n_weeks == 0 { FULL_WEEKS } else { n_weeks };
    let earlier = windows::earlier(baseline, on_day, wanted);
    let changes = |(before, after): (Span, Span)| -> Option<Vec<Change>> {
        let changes: Vec<Change> = controls
            .iter()
            .map(|weeks| (Sums::of(weeks, before), Sums::of(weeks, after)))
            .filter(|(before, after)| measure.is_comparable(*before, *after))
            .map(|(before, after)| measure.change(before, after))
            .collect();
        (changes.len() >= options.least_controls.max(3)).then_some(changes)
    };
    let (now, more) = match (n_weeks, earlier) {
        (0, Some(spans)) => (spans, None),
        _ => ((baseline, after), earlier),
    };
    let changes_now = changes(now)?;
    let of_now = Placebos::of(&changes_now);
    let more: Vec<Placebos> = more
        .and_then(changes)
        .map(|changes| Placebos::of(&changes))
        .into_iter()
        .collect();
    let own = measure.change(Sums::of(treated, now.0), Sums::of(treated, now.1));
    Some(Looked {
        judged: placebo::judge(own, &of_now, &more, options.alpha),
        growth: of_now.center.exp(),
        n_controls: changes_now.len(),
    })
}

/// The smallest effect if nothing but counting made noise: 97.5 % and 80 % of the normal distribution.
fn by_counting(before: Sums) -> f64 {
    (1.960 + 0.842) * before.noise(before.reached, 2.0).sqrt()
}

fn moved_share(before: Sums, after: Sums, growth: f64, options: &Options) -> Option<f64> {
    let rate = |n: f64, sums: Sums| n / sums.at.max(1.0);
    let reached = rate(after.reached, after) - growth * rate(before.reached, before);
    let by_link = rate(after.by_link, after) - growth * rate(before.by_link, before);
    let is_shown = after.a_week(after.by_link) >= options.k as f64 && by_link > 0.0;
    is_shown.then(|| (1.0 - reached / by_link).clamp(0.0, 1.0))
}

/// Persons and weeks of a span, summed: someone who comes in two weeks counts twice.
#[derive(Debug, Clone, Copy)]
struct Sums {
    n_weeks: f64,
    at: f64,
    reached: f64,
    by_link: f64,
    searched: f64,
    steps: Logs,
    secs: Logs,
}

impl Sums {
    fn of(weeks: &[Week], span: Span) -> Self {
        let mut sums = Self {
            n_weeks: span.n_weeks().into(),
            at: 0.0,
            reached: 0.0,
            by_link: 0.0,
            searched: 0.0,
            steps: Logs::default(),
            secs: Logs::default(),
        };
        for week in weeks.iter().filter(|week| span.holds(week.week)) {
            sums.at += week.n_at as f64;
            sums.reached += week.n_reached as f64;
            sums.by_link += week.n_by_link as f64;
            sums.searched += week.n_searched as f64;
            sums.steps.add(week.steps);
            sums.secs.add(week.secs);
        }
        sums
    }

    fn a_week(&self, n: f64) -> f64 {
        n / self.n_weeks.max(1.0)
    }

    fn people_a_week(&self) -> f64 {
        self.a_week(self.reached)
    }

    /// The logarithm of the rate of those who reached the second page.
    fn log_rate(&self) -> f64 {
        self.log_rate_of(self.reached)
    }

    /// The logarithm of the rate of `n` of those at the first page.
    fn log_rate_of(&self, n: f64) -> f64 {
        ((n + 0.5) / (self.at + 1.0)).ln()
    }

    /// The variance of that logarithm by counting, times a factor.
    fn noise(&self, n: f64, factor: f64) -> f64 {
        // A rate near 1 hardly varies, but never quite not at all.
        let rest = (1.0 - n / (self.at + 1.0)).max(0.05);
        factor * rest / (n + 0.5)
    }
}

#[cfg(test)]
mod calibration_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
