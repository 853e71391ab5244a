//! Weekly shares as series, with what the whole site did taken out.
//!
//! In August everybody's clients come less: each section's share moves, and no audience drifts. The movement that is
//! common is the median, over sections, of how far the week's log-odds lie from the section's own mean; a section that
//! drifts cannot move it. Where there are too few sections for a median, the site's own people stand for it.

use super::Count;
use super::cusum::Point;

/// So many people make a section's week worth a vote on the common movement.
const LEAST_PEOPLE: u64 = 20;

/// So many sections make a median that one of them does not move.
const LEAST_SECTIONS: usize = 5;

/// One section and unit, by week.
pub(super) struct Series {
    pub section: u32,
    pub unit: u32,
    pub weeks: Vec<i32>,
    /// People of the unit and of all units, by week.
    pub counts: Vec<(u64, u64)>,
}

impl Series {
    /// Weeks as points: the share with the common movement taken out, by its doubled arc sine.
    pub(super) fn points(&self, movement: impl Fn(i32) -> f64) -> Vec<Point> {
        let weeks = self.weeks.iter().zip(&self.counts);
        weeks
            .map(|(week, (n_unit, n_all))| {
                let odds = log_odds(*n_unit, *n_all) - movement(*week);
                let share = 1.0 / (1.0 + (-odds).exp());
                (2.0 * share.sqrt().asin(), (*n_all).max(1) as f64)
            })
            .collect()
    }
}

/// With half a person on both sides, so that nobody and everybody have some too.
pub(super) fn log_odds(n_unit: u64, n_all: u64) -> f64 {
    ((n_unit as f64 + 0.5) / (n_all.saturating_sub(n_unit) as f64 + 0.5)).ln()
}

/// Series of all sections and units, from counts sorted by section, unit and week. A week in which the section had
/// people but none of the unit is one with a share of 0.
pub(super) fn series(counts: &[Count]) -> Vec<Series> {
    let mut all = Vec::new();
    for of_section in counts.chunk_by(|a, b| a.section == b.section) {
        let totals = totals(of_section);
        for of_unit in of_section.chunk_by(|a, b| a.unit == b.unit) {
            let n_unit = |week: i32| {
                let place = of_unit.binary_search_by_key(&week, |count| count.week);
                place.map_or(0, |place| of_unit[place].n_people)
            };
            all.push(Series {
                section: of_unit[0].section,
                unit: of_unit[0].unit,
                weeks: totals.iter().map(|total| total.0).collect(),
                counts: totals.iter().map(|(week, n)| (n_unit(*week), *n)).collect(),
            });
        }
    }
    all
}

/// People of all units by week, weeks without any left out.
fn totals(counts: &[Count]) -> Vec<(i32, u64)> {
    let mut weeks: Vec<(i32, u64)> = counts.iter().map(|c| (c.week, c.n_people)).collect();
    weeks.sort_unstable();
    let sum = |same: &[(i32, u64)]| (same[0].0, same.iter().map(|week| week.1).sum());
    weeks
        .chunk_by(|a, b| a.0 == b.0)
        .map(sum)
        .filter(|(_, n)| *n > 0)
        .collect()
}

/// How the log-odds of each unit moved on the whole site, by unit and week.
pub(super) struct Movements(Vec<(u32, i32, f64)>);

impl Movements {
    pub(super) fn of(sections: &[Series], site: &[Series]) -> Self {
        let mut votes: Vec<(u32, i32, f64)> = sections.iter().flat_map(votes).collect();
        votes.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
        let middle = |same: &[(u32, i32, f64)]| {
            let (low, high) = (same[(same.len() - 1) / 2].2, same[same.len() / 2].2);
            (same[0].0, same[0].1, 0.5 * (low + high))
        };
        let weeks = votes.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
        let mut all: Vec<(u32, i32, f64)> = weeks
            .filter(|same| same.len() >= LEAST_SECTIONS)
            .map(middle)
            .collect();
        let is_known = |vote: &(u32, i32, f64)| {
            all.binary_search_by(|known| (known.0, known.1).cmp(&(vote.0, vote.1)))
                .is_ok()
        };
        let of_site = site.iter().flat_map(self::votes);
        let more: Vec<_> = of_site.filter(|vote| !is_known(vote)).collect();
        all.extend(more);
        all.sort_by_key(|entry| (entry.0, entry.1));
        Self(all)
    }

    /// 0 where nothing is known.
    pub(super) fn of_week(&self, unit: u32, week: i32) -> f64 {
        let place = self
            .0
            .binary_search_by(|known| (known.0, known.1).cmp(&(unit, week)));
        place.map_or(0.0, |place| self.0[place].2)
    }
}

/// How far each week's log-odds are from the mean of the series, weeks of few people left out.
fn votes(series: &Series) -> Vec<(u32, i32, f64)> {
    let weeks = series.weeks.iter().zip(&series.counts);
    let weeks = weeks.filter(|(_, (_, n_all))| *n_all >= LEAST_PEOPLE);
    let odds: Vec<(i32, f64)> = weeks
        .map(|(week, (n, all))| (*week, log_odds(*n, *all)))
        .collect();
    let mean = odds.iter().map(|week| week.1).sum::<f64>() / odds.len().max(1) as f64;
    let vote = |(week, odds): (i32, f64)| (series.unit, week, odds - mean);
    odds.into_iter().map(vote).collect()
}
