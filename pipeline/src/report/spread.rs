//! How each elephant path spread, week by week.

use std::collections::{BTreeMap, HashMap};

use queries::day::Day;
use queries::privacy::{About, Gate};
use reports::model::WeekCount;

use crate::engine::columns::{self, int_at};
use crate::error::{Doing, Error};

use super::scope::Scope;

/// People who have walked each path so far, week by week, from the first step on.
pub(super) async fn spread(scope: &Scope<'_>) -> Result<HashMap<String, Vec<WeekCount>>, Error> {
    let doing = "failed to read how paths spread";
    let sql = "select finding_id, week, n_new_people from spreads \
               where window_start = $window_start and window_end = $window_end";
    let frame = scope.context.sql(sql).await.doing(doing)?;
    let bounds = scope.bounds().to_vec();
    let rows = frame.with_param_values(bounds).doing(doing)?.collect();
    let mut new: BTreeMap<String, BTreeMap<i32, u64>> = BTreeMap::new();
    for batch in &rows.await.doing(doing)? {
        let id = columns::texts(batch, "finding_id")?;
        let week = columns::days(batch, "week")?;
        let n = columns::ints(batch, "n_new_people")?;
        for row in 0..batch.num_rows() {
            let weeks = new.entry(id.value(row).to_owned()).or_default();
            weeks.insert(week.value(row), int_at(&n, row) as u64);
        }
    }
    let last = Day(scope.window.end).monday().0;
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
