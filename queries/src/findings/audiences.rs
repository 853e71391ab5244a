//! Audiences: who uses a section, week by week, and since when it is others than before.
//!
//! METHODS (e). Shares are of distinct persons, each once a week; beside them the rate per person who could, so that
//! hiring is no drift, and the shares of sessions and contributions, since reading and working differ. A drift is
//! published in three steps: a cumulative sum raises an alarm, the weeks after it confirm it, and the confirmation stands
//! among all series by the false discovery rate. People persist: those who come every week make weeks agree without proving anything,
//! and a few of them leaving moves every week after. So a confirmation counts all its weeks as one.

mod cusum;
mod kitagawa;
mod onset;
mod ratio;
mod series;

use statrs::function::erf::erfc;

use crate::stats::fdr;

pub use kitagawa::{PageAudience, Split, kitagawa};
pub use ratio::{Ratio, ratio, share_interval};

use cusum::{Alarm, N_LEARNING, Point};
use series::{Movements, Series};

/// People of a unit in a section and week. One group-by of sessions by person, section and week gives all of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// Which section; any number for the whole site.
    pub section: u32,
    /// Which unit; people whose unit is unknown are left out.
    pub unit: u32,
    /// Monday of the week, days since 1970-01-01.
    pub week: i32,
    /// Distinct persons active there.
    pub n_people: u64,
    /// Persons of the unit in that week, active or not; 0 where unknown.
    pub n_eligible: u64,
    /// Their sessions with a page of the section.
    pub n_sessions: u64,
    /// What they wrote there.
    pub n_contributions: u64,
}

/// For whom a section was meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Planned {
    /// Which section.
    pub section: u32,
    /// Which unit.
    pub unit: u32,
    /// The share meant, 0 to 1.
    pub share: f64,
}

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Highest false discovery rate of a drift.
    pub q: f64,
    /// Fewer people in a section's median week say nothing about drift.
    pub least_people: u64,
    /// Weeks after an alarm that may confirm it.
    pub n_confirming: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            q: 0.05,
            least_people: 20,
            n_confirming: 3,
        }
    }
}

/// A unit in a section and week.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AudienceWeek {
    /// Which section.
    pub section: u32,
    /// Which unit.
    pub unit: u32,
    /// Monday of the week.
    pub week: i32,
    /// Distinct persons of the unit.
    pub n_people: u64,
    /// Distinct persons of all units.
    pub n_people_all: u64,
    /// Their share.
    pub share: f64,
    /// Lower end of its 95 % interval.
    pub share_low: f64,
    /// Upper end.
    pub share_high: f64,
    /// Persons per person who could; `None` where unknown.
    pub rate: Option<f64>,
    /// Share of the sessions; `None` where there were none.
    pub share_of_sessions: Option<f64>,
    /// Share of the contributions; `None` where there were none.
    pub share_of_contributions: Option<f64>,
    /// The share meant, where somebody said so.
    pub planned_share: Option<f64>,
    /// The unit against the rest.
    pub ratio: Ratio,
    /// Monday of the first week of a drift that is confirmed and holds this week.
    pub alarm_since: Option<i32>,
}

/// What is said of a section's unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Too few people, or weeks, to say anything.
    NotEnoughPeople,
    /// No alarm was confirmed.
    Steady,
    /// An alarm whose confirming weeks are still to come.
    Alarmed,
    /// The share is another than before.
    Drifted,
}

/// A section's unit over all weeks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Which section.
    pub section: u32,
    /// Which unit.
    pub unit: u32,
    /// What is said.
    pub verdict: Verdict,
    /// Monday of the week in which the alarm was raised.
    pub alarmed_at: Option<i32>,
    /// Monday of the week in which the share began to move, of a drift.
    pub since: Option<i32>,
    /// The earliest such week that is no surprise (95 %).
    pub since_low: Option<i32>,
    /// The latest.
    pub since_high: Option<i32>,
    /// Share of persons before, all weeks together.
    pub share_before: f64,
    /// Share of persons in the weeks that confirm it.
    pub share_after: f64,
    /// Of the confirmation, two-sided, times the number of alarms looked at; 1 without.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called, over all series.
    pub q_value: f64,
}

/// Audiences of all sections.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Audiences {
    /// By section, unit and week.
    pub weeks: Vec<AudienceWeek>,
    /// By section and unit.
    pub drifts: Vec<Drift>,
}

/// The audiences of sections. `counts` are sorted by section, unit and week, each once; `site` the same of the whole site;
/// `planned` in any order.
///
/// # Panics
/// When the counts are not sorted.
pub fn audiences(
    counts: &[Count],
    site: &[Count],
    planned: &[Planned],
    options: &Options,
) -> Audiences {
    let key = |count: &Count| (count.section, count.unit, count.week);
    assert!(
        counts.is_sorted_by_key(key) && site.is_sorted_by_key(key),
        "counts by section, unit and week"
    );
    let all = series::series(counts);
    let movements = Movements::of(&all, &series::series(site));
    let mut drifts: Vec<Drift> = all
        .iter()
        .map(|series| drift(series, &movements, options))
        .collect();
    let p: Vec<f64> = drifts.iter().map(|drift| drift.p_value).collect();
    for (drift, q) in drifts.iter_mut().zip(fdr::q_values(&p, p.len() as u64)) {
        drift.q_value = q;
        if drift.verdict == Verdict::Drifted && q > options.q {
            drift.verdict = Verdict::Steady;
            (drift.since, drift.since_low, drift.since_high) = (None, None, None);
        }
    }
    let of_series = all.iter().zip(&drifts);
    let weeks = of_series.flat_map(|(series, drift)| weeks(series, drift, counts, planned));
    Audiences {
        weeks: weeks.collect(),
        drifts,
    }
}

/// Alarms of a series, the first one that is confirmed, and its date; whether it stands among all is decided later.
fn drift(series: &Series, movements: &Movements, options: &Options) -> Drift {
    let mut drift = Drift {
        section: series.section,
        unit: series.unit,
        verdict: Verdict::NotEnoughPeople,
        alarmed_at: None,
        since: None,
        since_low: None,
        since_high: None,
        share_before: share(&series.counts),
        share_after: share(&series.counts),
        p_value: 1.0,
        q_value: 1.0,
    };
    let mut sizes: Vec<u64> = series.counts.iter().map(|count| count.1).collect();
    sizes.sort_unstable();
    if sizes.len() <= N_LEARNING || sizes[sizes.len() / 2] < options.least_people {
        return drift;
    }
    drift.verdict = Verdict::Steady;
    let points = series.points(|week| movements.of_week(series.unit, week));
    for (number, alarm) in cusum::alarms(&points).into_iter().enumerate() {
        drift.alarmed_at = Some(series.weeks[alarm.at]);
        let end = alarm.at + 1 + options.n_confirming;
        if end > points.len() {
            drift.verdict = Verdict::Alarmed;
            break;
        }
        let p = confirmation(&points, &alarm, end) * (number + 1) as f64;
        if p <= options.q {
            let onset = onset::onset(&points);
            drift.verdict = Verdict::Drifted;
            drift.since = Some(series.weeks[onset.at]);
            drift.since_low = Some(series.weeks[onset.low]);
            drift.since_high = Some(series.weeks[onset.high]);
            drift.share_before = share(&series.counts[..onset.at]);
            drift.share_after = share(&series.counts[alarm.at + 1..end]);
            drift.p_value = p;
            break;
        }
    }
    drift
}

/// The weeks after the alarm against those before its run: each span as one week of its mean size, as if the same people
/// came in all of its weeks. 1 when they lie to the other side.
fn confirmation(points: &[Point], alarm: &Alarm, end: usize) -> f64 {
    let mean = |points: &[Point]| {
        let weight: f64 = points.iter().map(|point| point.1).sum();
        let sum: f64 = points.iter().map(|point| point.0 * point.1).sum();
        (sum / weight, weight / points.len() as f64)
    };
    let before = mean(&points[..alarm.from]);
    let after = mean(&points[alarm.at + 1..end]);
    let variance = alarm.dispersion * (1.0 / before.1 + 1.0 / after.1);
    let distance = alarm.direction * (after.0 - before.0) / variance.sqrt();
    if distance > 0.0 {
        erfc(distance / std::f64::consts::SQRT_2)
    } else {
        1.0
    }
}

fn share(counts: &[(u64, u64)]) -> f64 {
    let all: u64 = counts.iter().map(|count| count.1).sum();
    let unit: u64 = counts.iter().map(|count| count.0).sum();
    unit as f64 / all.max(1) as f64
}

/// The rows of a series; `counts` are those of all.
fn weeks(
    series: &Series,
    drift: &Drift,
    counts: &[Count],
    planned: &[Planned],
) -> Vec<AudienceWeek> {
    let of_section = &counts[counts.partition_point(|count| count.section < series.section)..];
    let of_section =
        &of_section[..of_section.partition_point(|count| count.section == series.section)];
    let meant = planned
        .iter()
        .find(|p| (p.section, p.unit) == (series.section, series.unit));
    let sums = sums_by_week(of_section);
    let row = |(week, (n_people, n_people_all)): (&i32, &(u64, u64))| {
        let key = (series.unit, *week);
        let place = of_section.binary_search_by_key(&key, |count| (count.unit, count.week));
        let own = place.ok().map(|place| of_section[place]);
        let place = sums.binary_search_by_key(week, |sum| sum.0).ok()?;
        let (_, n_sessions, n_contributions) = sums[place];
        let part = |n: u64, all: u64| (all > 0).then(|| n as f64 / all as f64);
        let (share_low, share_high) = share_interval(*n_people, *n_people_all);
        Some(AudienceWeek {
            section: series.section,
            unit: series.unit,
            week: *week,
            n_people: *n_people,
            n_people_all: *n_people_all,
            share: part(*n_people, *n_people_all)?,
            share_low,
            share_high,
            rate: own.and_then(|own| part(own.n_people, own.n_eligible)),
            share_of_sessions: part(own.map_or(0, |own| own.n_sessions), n_sessions),
            share_of_contributions: part(own.map_or(0, |own| own.n_contributions), n_contributions),
            planned_share: meant.map(|meant| meant.share),
            ratio: ratio(*n_people, *n_people_all)?,
            alarm_since: drift.since.filter(|since| since <= week),
        })
    };
    series
        .weeks
        .iter()
        .zip(&series.counts)
        .filter_map(row)
        .collect()
}

/// Sessions and contributions of all units, by week.
fn sums_by_week(counts: &[Count]) -> Vec<(i32, u64, u64)> {
    let mut rows: Vec<(i32, u64, u64)> = counts
        .iter()
        .map(|c| (c.week, c.n_sessions, c.n_contributions))
        .collect();
    rows.sort_unstable();
    let add = |same: &[(i32, u64, u64)]| {
        let sum = |of: fn(&(i32, u64, u64)) -> u64| same.iter().map(of).sum::<u64>();
        (same[0].0, sum(|row| row.1), sum(|row| row.2))
    };
    rows.chunk_by(|a, b| a.0 == b.0).map(add).collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
