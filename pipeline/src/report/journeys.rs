//! The journeys that may be shown.

use arrow::array::AsArray;
use reports::model::{Findings, Journey};

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// Those first that most people walk beyond what their steps explain.
pub(super) async fn journeys(
    scope: &Scope<'_>,
    pages: &Pages,
    all: u64,
) -> Result<Findings<Journey>, Error> {
    let rest = "order by n_people - expected_people desc, finding_id";
    let mut journeys = Findings::default();
    for batch in &scope.findings("journeys", rest).await? {
        let route = columns::lists(batch, "pages")?;
        let people = columns::ints(batch, "n_people")?;
        let times = columns::ints(batch, "n_times")?;
        let expected = columns::floats(batch, "expected_people")?;
        let lift_low = columns::floats(batch, "lift_low")?;
        let planned = columns::truths(batch, "is_planned")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            if !scope.shows(n_people, Some(all)) {
                journeys.n_withheld += 1;
                continue;
            }
            let route = route.value(row);
            let route = route.as_string::<i32>();
            journeys.shown.push(Journey {
                pages: route
                    .iter()
                    .flatten()
                    .map(|page| pages.name(page))
                    .collect(),
                n_people,
                n_times: int_at(&times, row) as u64,
                expected_people: expected.value(row),
                lift_low: lift_low.value(row),
                is_planned: planned.value(row),
            });
        }
    }
    Ok(journeys)
}
