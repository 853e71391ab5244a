//! For whom each section is, as far as the numbers stand for enough people.

use std::collections::BTreeMap;

use arrow::array::{Array, Date32Array, Float64Array};
use queries::day::Day;
use queries::privacy::About;
use reports::model::{Alarm, Audience, AudienceWeek, Findings, Ratio};

use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::scope::Scope;

/// Those with a change first, then those that were declared, then the largest unit of each section and dimension. The
/// table `audiences` has all of them.
pub(crate) async fn audiences(scope: &Scope<'_>) -> Result<Findings<Audience>, Error> {
    let mut series: BTreeMap<(String, String, String), Series> = BTreeMap::new();
    let rest = "order by section, dimension, unit, week";
    for batch in &scope.findings("audiences", rest).await? {
        let section = columns::texts(batch, "section")?;
        let dimension = columns::texts(batch, "dimension")?;
        let unit = columns::texts(batch, "unit")?;
        let rows = Rows::read(batch)?;
        for row in 0..batch.num_rows() {
            let texts = [&section, &dimension, &unit].map(|column| column.value(row).to_owned());
            let [section, dimension, unit] = texts;
            let of = series.entry((section, dimension, unit)).or_default();
            rows.add(scope, row, of);
        }
    }
    let mut largest: BTreeMap<(String, String), u64> = BTreeMap::new();
    for ((section, dimension, _), of) in &series {
        let most = largest
            .entry((section.clone(), dimension.clone()))
            .or_default();
        *most = of.n_last.max(*most);
    }
    let mut found = Findings::default();
    for ((section, dimension, unit), of) in series {
        let is_largest = largest[&(section.clone(), dimension.clone())] == of.n_last;
        let is_told =
            of.audience.alarm.is_some() || of.audience.planned_share.is_some() || is_largest;
        if !is_told {
            continue;
        }
        if of.audience.weeks.iter().all(|week| week.n_people.is_none()) {
            found.n_withheld += 1;
            continue;
        }
        found.shown.push(Audience {
            section,
            dimension,
            unit,
            ..of.audience
        });
    }
    let rank = |one: &Audience| (one.alarm.is_none(), one.planned_share.is_none());
    found.shown.sort_by_key(rank);
    once(&mut found.shown);
    Ok(found)
}

/// The same people may be a department, a role and an employment: of series that tell the same, the first one stays.
fn once(shown: &mut Vec<Audience>) {
    let mut kept: Vec<Audience> = Vec::new();
    for one in shown.drain(..) {
        let is_same = |other: &Audience| other.section == one.section && other.weeks == one.weeks;
        if !kept.iter().any(is_same) {
            kept.push(one);
        }
    }
    *shown = kept;
}

/// A section's unit over the weeks.
#[derive(Default)]
struct Series {
    audience: Audience,
    /// People in the last week.
    n_last: u64,
}

/// The columns of a batch.
struct Rows {
    week: Date32Array,
    n_people: arrow::array::Int64Array,
    n_all: arrow::array::Int64Array,
    n_needed: arrow::array::Int64Array,
    numbers: BTreeMap<&'static str, Float64Array>,
    since: [Date32Array; 3],
}

const NUMBERS: [&str; 12] = [
    "share",
    "share_low",
    "share_high",
    "contribution_share",
    "planned_share",
    "ratio",
    "ratio_low",
    "ratio_high",
    "share_before",
    "share_after",
    "change_within",
    "change_of_mix",
];

impl Rows {
    fn read(batch: &arrow::array::RecordBatch) -> Result<Self, Error> {
        let mut numbers = BTreeMap::new();
        for name in NUMBERS {
            numbers.insert(name, columns::floats(batch, name)?);
        }
        Ok(Self {
            week: columns::days(batch, "week")?,
            n_people: columns::ints(batch, "n_people")?,
            n_all: columns::ints(batch, "n_people_all")?,
            n_needed: columns::ints(batch, "n_people_needed")?,
            numbers,
            since: [
                columns::days(batch, "alarm_since")?,
                columns::days(batch, "alarm_since_low")?,
                columns::days(batch, "alarm_since_high")?,
            ],
        })
    }

    fn number(&self, name: &str, row: usize) -> Option<f64> {
        let column = &self.numbers[name];
        column.is_valid(row).then(|| column.value(row))
    }

    /// Adds a week; what is said of the whole series stands in each of its rows.
    fn add(&self, scope: &Scope<'_>, row: usize, of: &mut Series) {
        let n = int_at(&self.n_people, row) as u64;
        let all = int_at(&self.n_all, row) as u64;
        let told = scope.gate.told(About::People, n, Some(all));
        let number = |name| self.number(name, row);
        let share = |name| scope.gate.told_share(number(name).unwrap_or(0.0), all);
        let share_above = |name| {
            1.0 - scope
                .gate
                .told_share(1.0 - number(name).unwrap_or(0.0), all)
        };
        let of_enough = |name| {
            let share = number(name).unwrap_or(0.0);
            scope.gate.told_share_of_enough(share, all)
        };
        of.n_last = n;
        let audience = &mut of.audience;
        audience.weeks.push(AudienceWeek {
            week: Day(self.week.value(row)),
            n_people: told,
            share: share("share"),
            share_low: share("share_low"),
            share_high: share_above("share_high"),
        });
        audience.planned_share = number("planned_share");
        let contributions = number("contribution_share");
        audience.contribution_share = told
            .and(contributions)
            .map(|share| scope.gate.told_share(share, all));
        audience.ratio = told.and_then(|_| {
            Some(Ratio {
                against: String::new(),
                value: number("ratio")?,
                low: number("ratio_low")?,
                high: number("ratio_high")?,
                n_people: scope.gate.told(About::People, all, None)?,
                n_people_needed: self
                    .n_needed
                    .is_valid(row)
                    .then(|| self.n_needed.value(row))? as u64,
            })
        });
        let day = |at: usize| {
            let column = &self.since[at];
            column.is_valid(row).then(|| Day(column.value(row)))
        };
        audience.alarm = day(0)
            .zip(day(1))
            .zip(day(2))
            .map(|((since, low), high)| Alarm {
                since,
                since_low: low,
                since_high: high,
                share_before: of_enough("share_before"),
                share_after: of_enough("share_after"),
            });
        let points = |name| number(name).map(|change| change * 100.0);
        (audience.within, audience.mix) = (points("change_within"), points("change_of_mix"));
    }
}
