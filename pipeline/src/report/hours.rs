//! Use by weekday and hour.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use reports::model::HourUse;

use crate::civil;
use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::scope::Scope;

/// Use by weekday and civil hour; hours without anybody are absent.
pub(super) async fn hours(scope: &Scope<'_>, zone: &TimeZone) -> Result<Vec<HourUse>, Error> {
    let mut cells: BTreeMap<(u8, u8), (u64, Vec<i64>)> = BTreeMap::new();
    for batch in &scope.ask("use_by_quarter_hour").await? {
        let person = columns::ints(batch, "person")?;
        let quarter = columns::times(batch, "quarter")?;
        let views = columns::ints(batch, "n_views")?;
        for row in 0..batch.num_rows() {
            let cell = cells
                .entry(civil::weekday_and_hour(zone, quarter.value(row)))
                .or_default();
            cell.0 += int_at(&views, row) as u64;
            // The rows come sorted by person.
            if cell.1.last() != Some(&person.value(row)) {
                cell.1.push(person.value(row));
            }
        }
    }
    Ok(cells
        .into_iter()
        .map(|((weekday, hour), (views, people))| {
            let n = people.len() as u64;
            let is_shown = scope.shows(n, None);
            HourUse {
                weekday,
                hour,
                people: is_shown.then_some(n),
                views: is_shown.then_some(views),
            }
        })
        .collect())
}
