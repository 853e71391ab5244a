//! For whom each section is: the table `audiences`.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::audiences::{
    AudienceWeek, Audiences, Count, Drift, Options, PageAudience, Planned, Verdict, audiences,
    kitagawa,
};

use super::crowd::{Crowd, persons_of};
use super::replace;
use super::units::{Chart, UNKNOWN};
use crate::analyze::Window;
use crate::analyze::history;
use crate::analyze::layout::Layout;
use crate::engine::columns;
use crate::engine::session::{ask, day};
use crate::error::{Doing, Error};
use crate::plan::section_of;
use crate::run::Run;
use crate::store::Lake;

/// Who came to which section in which week.
struct Visits {
    persons: Vec<i64>,
    sections: Vec<String>,
    /// Section, week, person, days and contributions; by section and week.
    rows: Vec<(u32, i32, u32, u64, u64)>,
    /// Who worked where in each week.
    charts: BTreeMap<i32, Chart>,
}

/// The audiences of one dimension.
struct Judged {
    dimension: String,
    units: Vec<String>,
    found: Audiences,
}

/// One row: a unit in a section and week, with what is said of the series.
struct Row<'a> {
    of: &'a Judged,
    week: &'a AudienceWeek,
    drift: &'a Drift,
    split: Option<(f64, f64)>,
}

/// Writes the table; returns how many drifts there are, and how many series were watched.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    crowd: &Crowd,
) -> Result<(u64, u64), Error> {
    let window = crowd.window;
    let weeks = run.settings.analysis.horizon_weeks as i32;
    let visits = Visits::read(context, window, weeks).await?;
    let planned = planned(lake).await?;
    let mut judged = Vec::new();
    let names = visits.charts.values().flat_map(|chart| &chart.dimensions);
    let names: BTreeSet<String> = names.map(|one| one.name.clone()).collect();
    for name in names {
        judged.extend(visits.judge(&name, &planned));
    }
    let mut rows = Vec::new();
    for of in &judged {
        for drift in &of.found.drifts {
            let of_series =
                |week: &&AudienceWeek| (week.section, week.unit) == (drift.section, drift.unit);
            let split = visits.split(context, of, drift, crowd).await?;
            let weeks = of.found.weeks.iter().filter(of_series);
            rows.extend(weeks.map(|week| Row {
                of,
                week,
                drift,
                split,
            }));
        }
    }
    replace(lake, "audiences", laid_out(&rows, &visits, window)?).await?;
    let drifts = judged.iter().flat_map(|one| &one.found.drifts);
    let (mut n_drifts, mut n_watched) = (0, 0);
    for drift in drifts {
        n_drifts += u64::from(drift.verdict == Verdict::Drifted);
        n_watched += u64::from(drift.verdict != Verdict::NotEnoughPeople);
    }
    Ok((n_drifts, n_watched))
}

impl Visits {
    async fn read(context: &SessionContext, window: Window, weeks: i32) -> Result<Self, Error> {
        // Whole weeks alone: half a week has other people than a whole one.
        let end = window.end - (window.end + 4).rem_euclid(7);
        let start = end - weeks * 7 + 1;
        let since = [("horizon_start", day(start)), ("window_end", day(end))];
        let batches = ask(context, "section_weeks", &since).await?;
        let doing = "failed to read the people";
        let roster = context
            .sql("select distinct person from people order by person")
            .await
            .doing(doing)?
            .collect()
            .await
            .doing(doing)?;
        let person = ["person"];
        let mut visits = Self {
            persons: persons_of(&[(&batches, &person), (&roster, &person)])?,
            sections: Vec::new(),
            rows: Vec::new(),
            charts: BTreeMap::new(),
        };
        for batch in &batches {
            visits.add(batch)?;
        }
        let weeks: BTreeSet<i32> = visits.rows.iter().map(|row| row.1).collect();
        for week in weeks {
            let chart = Chart::read(context, week + 6, &visits.persons).await?;
            visits.charts.insert(week, chart);
        }
        Ok(visits)
    }

    /// Rows come by section.
    fn add(&mut self, batch: &RecordBatch) -> Result<(), Error> {
        let section = columns::texts(batch, "section")?;
        let week = columns::days(batch, "week")?;
        let person = columns::ints(batch, "person")?;
        let n_days = columns::ints(batch, "n_days")?;
        let n_contributions = columns::ints(batch, "n_contributions")?;
        for row in 0..batch.num_rows() {
            if self
                .sections
                .last()
                .is_none_or(|last| last != section.value(row))
            {
                self.sections.push(section.value(row).to_owned());
            }
            if let Ok(person) = self.persons.binary_search(&person.value(row)) {
                self.rows.push((
                    self.sections.len() as u32 - 1,
                    week.value(row),
                    person as u32,
                    n_days.value(row) as u64,
                    n_contributions.value(row) as u64,
                ));
            }
        }
        Ok(())
    }

    /// The audiences of a dimension; none where it does not divide people.
    fn judge(&self, name: &str, planned: &[(String, String, f64)]) -> Option<Judged> {
        let of = |chart: &Chart| chart.dimensions.iter().position(|one| one.name == name);
        let mut units: BTreeSet<String> = BTreeSet::new();
        for chart in self.charts.values() {
            units.extend(
                of(chart)
                    .iter()
                    .flat_map(|at| chart.dimensions[*at].units.clone()),
            );
        }
        if units.len() < 2 {
            return None;
        }
        let units: Vec<String> = units.into_iter().collect();
        // Units by week and person, numbered over all weeks.
        let mut unit: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
        let mut eligible: BTreeMap<(i32, u32), u64> = BTreeMap::new();
        for (week, chart) in &self.charts {
            let mut of_week = vec![UNKNOWN; self.persons.len()];
            if let Some(at) = of(chart) {
                let dimension = &chart.dimensions[at];
                for (person, unit) in of_week.iter_mut().enumerate() {
                    let name = dimension.of(person);
                    let place =
                        name.and_then(|name| units.binary_search_by(|u| u.as_str().cmp(name)).ok());
                    if let Some(place) = place {
                        *unit = place as u32;
                        *eligible.entry((*week, place as u32)).or_default() += 1;
                    }
                }
            }
            unit.insert(*week, of_week);
        }
        let counts = counted(self.rows.iter().copied(), &unit, &eligible);
        let mut whole: Vec<(u32, i32, u32, u64, u64)> = self.rows.clone();
        for row in &mut whole {
            row.0 = 0;
        }
        whole.sort_unstable();
        let whole = whole.chunk_by(|a, b| (a.1, a.2) == (b.1, b.2)).map(|same| {
            let first = same[0];
            let days = same.iter().map(|row| row.3).max().unwrap_or(0);
            (
                first.0,
                first.1,
                first.2,
                days,
                same.iter().map(|row| row.4).sum(),
            )
        });
        let site = counted(whole, &unit, &eligible);
        let place = |list: &[String], text: &str| {
            list.binary_search_by(|one| one.as_str().cmp(text))
                .ok()
                .map(|at| at as u32)
        };
        let meant = planned.iter().filter_map(|(section, role, share)| {
            Some(Planned {
                section: place(&self.sections, section)?,
                unit: place(&units, role)?,
                share: *share,
            })
        });
        let meant: Vec<Planned> = meant.collect();
        Some(Judged {
            dimension: name.to_owned(),
            found: audiences(&counts, &site, &meant, &Options::default()),
            units,
        })
    }

    /// What part of a drift happened on the same pages: the last four weeks before it against the window.
    async fn split(
        &self,
        context: &SessionContext,
        of: &Judged,
        drift: &Drift,
        now: &Crowd,
    ) -> Result<Option<(f64, f64)>, Error> {
        let Some(since) = drift.since else {
            return Ok(None);
        };
        let before = Window {
            start: since - now.window.n_days(),
            end: since - 1,
        };
        let before = Crowd::read(context, before).await?;
        let section = &self.sections[drift.section as usize];
        let unit = &of.units[drift.unit as usize];
        let mut pages: BTreeMap<String, PageAudience> = BTreeMap::new();
        for (crowd, is_after) in [(&before, false), (now, true)] {
            let Some(dimension) = crowd
                .chart
                .dimensions
                .iter()
                .find(|one| one.name == of.dimension)
            else {
                continue;
            };
            for person in 0..crowd.persons.len() {
                let is_of_unit = dimension.of(person) == Some(unit.as_str());
                for page in crowd.uses.items(person as u32) {
                    let page = &crowd.pages[*page as usize];
                    if section_of(page) != section || dimension.unit[person] == UNKNOWN {
                        continue;
                    }
                    let counts = pages.entry(page.clone()).or_insert(PageAudience {
                        n_unit: (0, 0),
                        n_all: (0, 0),
                    });
                    let (n_unit, n_all) = if is_after {
                        (&mut counts.n_unit.1, &mut counts.n_all.1)
                    } else {
                        (&mut counts.n_unit.0, &mut counts.n_all.0)
                    };
                    *n_unit += u64::from(is_of_unit);
                    *n_all += 1;
                }
            }
        }
        let pages: Vec<PageAudience> = pages.into_values().collect();
        Ok(kitagawa(&pages).map(|split| (split.within_pages, split.page_mix)))
    }
}

/// Counts by section, unit and week; rows in any order, one a person, section and week.
fn counted(
    rows: impl Iterator<Item = (u32, i32, u32, u64, u64)>,
    unit: &BTreeMap<i32, Vec<u32>>,
    eligible: &BTreeMap<(i32, u32), u64>,
) -> Vec<Count> {
    let mut sums: BTreeMap<(u32, u32, i32), (u64, u64, u64)> = BTreeMap::new();
    for (section, week, person, n_days, n_contributions) in rows {
        let of = unit
            .get(&week)
            .map_or(UNKNOWN, |of_week| of_week[person as usize]);
        if of != UNKNOWN {
            let sum = sums.entry((section, of, week)).or_default();
            *sum = (sum.0 + 1, sum.1 + n_days, sum.2 + n_contributions);
        }
    }
    let counts = sums.into_iter();
    counts
        .map(
            |((section, unit, week), (n_people, n_sessions, n_contributions))| Count {
                section,
                unit,
                week,
                n_people,
                n_eligible: eligible.get(&(week, unit)).copied().unwrap_or(0),
                n_sessions,
                n_contributions,
            },
        )
        .collect()
}

/// Section, role and share of the planned audiences.
pub(super) async fn planned(lake: &Lake) -> Result<Vec<(String, String, f64)>, Error> {
    let doing = "failed to read the planned audiences";
    let mut planned = Vec::new();
    for batch in &lake
        .read("planned_audiences", None, None)
        .await
        .doing(doing)?
    {
        let section = columns::texts(batch, "section")?;
        let role = columns::texts(batch, "role")?;
        let share = columns::floats(batch, "share")?;
        planned.extend((0..batch.num_rows()).map(|row| {
            let texts = (section.value(row).to_owned(), role.value(row).to_owned());
            (texts.0, texts.1, share.value(row))
        }));
    }
    Ok(planned)
}

fn laid_out(rows: &[Row<'_>], visits: &Visits, window: Window) -> Result<RecordBatch, Error> {
    let section = |row: &Row<'_>| visits.sections[row.week.section as usize].clone();
    let unit = |row: &Row<'_>| row.of.units[row.week.unit as usize].clone();
    let id = |row: &Row<'_>| {
        let parts = [section(row), row.of.dimension.clone(), unit(row)];
        history::finding_id("audiences", "audience", parts.iter().map(String::as_str))
    };
    let since = |row: &Row<'_>| row.drift.since;
    let finite = |number: f64| number.is_finite().then_some(number);
    Layout::of_findings(rows, window, id)
        .text("section", section)
        .text("dimension", |row| row.of.dimension.clone())
        .text("unit", unit)
        .day("week", |row| row.week.week)
        .int("n_people", |row| row.week.n_people as i64)
        .int("n_people_all", |row| row.week.n_people_all as i64)
        .maybe_float("rate", |row| row.week.rate)
        .float("share", |row| row.week.share)
        .float("share_low", |row| row.week.share_low)
        .float("share_high", |row| row.week.share_high)
        .maybe_float("session_share", |row| row.week.share_of_sessions)
        .maybe_float("contribution_share", |row| row.week.share_of_contributions)
        .maybe_float("planned_share", |row| row.week.planned_share)
        .maybe_float("ratio", |row| finite(row.week.ratio.value))
        .maybe_float("ratio_low", |row| finite(row.week.ratio.low))
        .maybe_float("ratio_high", |row| finite(row.week.ratio.high))
        .maybe_int("n_people_needed", |row| {
            finite(row.week.ratio.n_needed).map(|n| n.ceil() as i64)
        })
        .text("verdict", |row| {
            let word = match row.drift.verdict {
                Verdict::NotEnoughPeople => "not enough people",
                Verdict::Steady => "steady",
                Verdict::Alarmed => "alarmed",
                Verdict::Drifted => "drifted",
            };
            word.to_owned()
        })
        .maybe_day("alarm_since", since)
        .maybe_day("alarm_since_low", |row| row.drift.since_low)
        .maybe_day("alarm_since_high", |row| row.drift.since_high)
        .maybe_float("share_before", |row| {
            since(row).map(|_| row.drift.share_before)
        })
        .maybe_float("share_after", |row| {
            since(row).map(|_| row.drift.share_after)
        })
        .maybe_float("change_within", |row| row.split.map(|split| split.0))
        .maybe_float("change_of_mix", |row| row.split.map(|split| split.1))
        .finish("audiences")
}
