//! The drop-offs that may be shown.

use reports::model::{DropOff, Findings};

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// Those first that lose most people beyond what is expected.
pub(super) async fn drop_offs(
    scope: &Scope<'_>,
    pages: &Pages,
    all: u64,
) -> Result<Findings<DropOff>, Error> {
    let rest = "order by n_people_left - n_people * exit_rate_expected desc, journey, page";
    let mut drops = Findings::default();
    for batch in &scope.findings("drop_offs", rest).await? {
        let journey = columns::texts(batch, "journey")?;
        let page = columns::texts(batch, "page")?;
        let goal = columns::texts(batch, "goal")?;
        let people = columns::ints(batch, "n_people")?;
        let left = columns::ints(batch, "n_people_left")?;
        let low = columns::floats(batch, "exit_rate_low")?;
        let expected = columns::floats(batch, "exit_rate_expected")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            let n_people_left = int_at(&left, row) as u64;
            // A rate tells both: who gave up and who went on.
            if !scope.shows(n_people, Some(all)) || !scope.shows(n_people_left, Some(n_people)) {
                drops.n_withheld += 1;
                continue;
            }
            drops.shown.push(DropOff {
                journey: journey.value(row).to_owned(),
                page: pages.name(page.value(row)),
                goal: pages.name(goal.value(row)),
                n_people,
                n_people_left,
                exit_rate_low: low.value(row),
                exit_rate_expected: expected.value(row),
            });
        }
    }
    Ok(drops)
}
