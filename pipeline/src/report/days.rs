//! People, visits and views of a window and of its days.

use queries::day::Day;
use reports::model::{DayUse, Totals};

use crate::analyze::Window;
use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::scope::Scope;

/// Sums over the window; `None` where too few came for any number. `pages` and the share outside
/// the plan are told by others.
pub(super) async fn totals(scope: &Scope<'_>) -> Result<Option<Totals>, Error> {
    let mut totals = Totals::default();
    for batch in &scope.ask("use_in_all").await? {
        totals.people = int_at(&columns::ints(batch, "n_people")?, 0) as u64;
        totals.visits = int_at(&columns::ints(batch, "n_visits")?, 0) as u64;
        totals.views = int_at(&columns::ints(batch, "n_views")?, 0) as u64;
    }
    Ok(scope.shows(totals.people, None).then_some(totals))
}

/// Use by day, in order; days of too few people, and of nobody, keep their place without a number. Where nothing is
/// known of the time before, the days begin with the first that the logs hold.
pub(super) async fn days(
    scope: &Scope<'_>,
    all: u64,
    has_before: bool,
) -> Result<Vec<DayUse>, Error> {
    let Window { start, end } = scope.window;
    let mut days: Vec<DayUse> = (start..=end)
        .map(|day| DayUse {
            day: Day(day),
            ..DayUse::default()
        })
        .collect();
    let mut first = if has_before { start } else { end };
    for batch in &scope.ask("use_by_day").await? {
        let date = columns::days(batch, "day")?;
        let people = columns::ints(batch, "n_people")?;
        let views = columns::ints(batch, "n_views")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            first = first.min(date.value(row));
            if scope.shows(n, Some(all)) {
                let day = &mut days[(date.value(row) - start) as usize];
                day.people = Some(n);
                day.views = Some(int_at(&views, row) as u64);
            }
        }
    }
    days.retain(|day| day.day.0 >= first);
    Ok(days)
}
