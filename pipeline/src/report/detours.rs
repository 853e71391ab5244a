//! The detours that may be shown.

use reports::model::{Detour, Findings};

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::planned_journeys::PlannedJourneys;
use super::scope::Scope;

/// Those first that cost most clicks.
pub(super) async fn detours(
    scope: &Scope<'_>,
    pages: &Pages,
    planned: &PlannedJourneys,
    all: u64,
) -> Result<Findings<Detour>, Error> {
    let rest = "order by (n_people - expected_people) * (steps_median - planned_steps) desc, \
                from_page, to_page";
    let mut detours = Findings::default();
    for batch in &scope.findings("detours", rest).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let cause = columns::texts(batch, "cause")?;
        let people = columns::ints(batch, "n_people")?;
        let straight = columns::ints(batch, "n_people_straight")?;
        let planned_steps = columns::ints(batch, "planned_steps")?;
        let expected = columns::floats(batch, "expected_people")?;
        let steps = columns::floats(batch, "steps_median")?;
        let stretch_low = columns::floats(batch, "stretch_low")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            if !scope.shows(n_people, Some(all)) {
                detours.n_withheld += 1;
                continue;
            }
            detours.shown.push(Detour {
                from: pages.name(from.value(row)),
                to: pages.name(to.value(row)),
                journey: planned.holding(from.value(row), to.value(row)),
                n_people,
                expected_people: expected.value(row),
                steps_median: steps.value(row),
                stretch_low: stretch_low.value(row),
                planned_steps: int_at(&planned_steps, row) as u32,
                cause: cause.value(row).to_owned(),
                n_people_straight: scope.part(int_at(&straight, row) as u64, all),
            });
        }
    }
    Ok(detours)
}
