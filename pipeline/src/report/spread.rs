//! How each elephant path spread, week by week.

use std::collections::{BTreeMap, HashMap};

use queries::day::Day;
use queries::privacy::{About, Gate};
use reports::model::WeekCount;

use crate::engine::columns::{self, int_at};
use crate::engine::session::{ask, day};
use crate::error::Error;

use super::scope::Scope;

/// People who have walked each path so far, week by week, from the first step on.
pub(super) async fn spread(
    scope: &Scope<'_>,
    horizon_weeks: u32,
) -> Result<HashMap<String, Vec<WeekCount>>, Error> {
    let end = scope.window.end;
    let parameters = [
        ("horizon_start", day(end - horizon_weeks as i32 * 7 + 1)),
        ("window_end", day(end)),
    ];
    let mut new: BTreeMap<String, BTreeMap<i32, u64>> = BTreeMap::new();
    for batch in &ask(scope.context, "spread_of_paths", &parameters).await? {
        let id = columns::texts(batch, "finding_id")?;
        let date = columns::days(batch, "day")?;
        let n = columns::ints(batch, "n_new_people")?;
        for row in 0..batch.num_rows() {
            let week = Day(date.value(row)).monday().0;
            *new.entry(id.value(row).to_owned())
                .or_default()
                .entry(week)
                .or_default() += int_at(&n, row) as u64;
        }
    }
    let last = Day(end).monday().0;
    Ok(new
        .into_iter()
        .map(|(id, weeks)| (id, cumulated(&weeks, last, scope.gate)))
        .collect())
}

/// A step of fewer than k people would tell the few apart: it is added to the next week's.
fn cumulated(new: &BTreeMap<i32, u64>, last: i32, gate: Gate) -> Vec<WeekCount> {
    let Some(&first) = new.keys().next() else {
        return Vec::new();
    };
    let (mut so_far, mut shown) = (0, 0);
    (first..=last)
        .step_by(7)
        .map(|week| {
            so_far += new.get(&week).copied().unwrap_or(0);
            if gate.shows(About::Pages, so_far - shown, None) {
                shown = so_far;
            }
            WeekCount {
                week: Day(week),
                people_so_far: (shown > 0).then_some(shown),
            }
        })
        .collect()
}

/// The last of the spread stands beside the people of the window: where the two differ by fewer than
/// k, the few who walked only earlier could be told by subtraction, and the window's number is shown.
pub(super) fn without_the_few(
    mut weeks: Vec<WeekCount>,
    n_people: u64,
    gate: Gate,
) -> Vec<WeekCount> {
    let all = weeks
        .last()
        .and_then(|week| week.people_so_far)
        .unwrap_or(0);
    if all > n_people && !gate.shows(About::Pages, all - n_people, None) {
        for week in &mut weeks {
            week.people_so_far = week.people_so_far.map(|n| n.min(n_people));
        }
    }
    weeks
}
