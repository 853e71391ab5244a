//! Which untreated moves a paved one is compared with: those most alike before the change.
//!
//! Alike in level (people a week), in rate (people reached by people there), in slope (the baseline's
//! second half against its first) and in section; distances are of logarithms, squared and summed.
//! Alike in slope matters most: what was chosen on its way up comes down, and so do its likes.

use super::windows::Span;
use super::{Options, Sums, Week};

/// A move that may be compared.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Its weeks.
    pub weeks: &'a [Week],
    /// Whether it starts in the section of the paved move.
    pub is_same_section: bool,
}

/// What being of another section counts: as much as a level that differs by half.
const OTHER_SECTION: f64 = 0.25;

/// Chooses the controls: places of the candidates, the most alike first; ties by place. Candidates of fewer
/// than k people a week are none.
pub fn controls(
    treated: &[Week],
    candidates: &[Candidate<'_>],
    baseline: Span,
    options: &Options,
) -> Vec<usize> {
    let own = Profile::of(treated, baseline);
    let mut near: Vec<(f64, usize)> = candidates
        .iter()
        .map(|candidate| Sums::of(candidate.weeks, baseline))
        .zip(candidates)
        .enumerate()
        .filter(|(_, (sums, _))| sums.people_a_week() >= options.k as f64)
        .map(|(place, (_, candidate))| {
            let other = Profile::of(candidate.weeks, baseline);
            let section = if candidate.is_same_section {
                0.0
            } else {
                OTHER_SECTION
            };
            (own.distance(&other) + section, place)
        })
        .collect();
    near.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    near.truncate(options.most_controls);
    near.into_iter().map(|(_, place)| place).collect()
}

struct Profile {
    level: f64,
    rate: f64,
    slope: f64,
}

impl Profile {
    fn of(weeks: &[Week], baseline: Span) -> Self {
        let all = Sums::of(weeks, baseline);
        let first = baseline.first_weeks(baseline.n_weeks() / 2);
        let second = Span {
            start: first.end + 1,
            end: baseline.end,
        };
        Self {
            level: (all.people_a_week() + 0.5).ln(),
            rate: all.log_rate(),
            slope: Sums::of(weeks, second).log_rate() - Sums::of(weeks, first).log_rate(),
        }
    }

    fn distance(&self, other: &Self) -> f64 {
        (self.level - other.level).powi(2)
            + (self.rate - other.rate).powi(2)
            + (self.slope - other.slope).powi(2)
    }
}
