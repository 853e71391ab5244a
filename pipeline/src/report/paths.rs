//! The elephant paths that may be shown.

use arrow::array::Array;
use queries::day::Day;
use queries::privacy::About;
use reports::model::PathFinding;

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;
use super::spread::{Spreads, without_the_few};

/// The elephant paths that may be shown, and how many are withheld.
pub(super) async fn paths(
    scope: &Scope<'_>,
    pages: &Pages,
    spreads: &Spreads,
    all: u64,
) -> Result<(Vec<PathFinding>, u64), Error> {
    let rest = "and status not in ('paved', 'gone') order by clicks_saved desc, from_page, to_page";
    let (mut shown, mut n_withheld) = (Vec::new(), 0);
    for batch in &scope.findings("elephant_paths", rest).await? {
        let text = |name| columns::texts(batch, name);
        let int = |name| columns::ints(batch, name);
        let float = |name| columns::floats(batch, name);
        let (id, from, to, status) = (
            text("finding_id")?,
            text("from_page")?,
            text("to_page")?,
            text("status")?,
        );
        let (people, moves) = (int("n_people")?, int("n_moves")?);
        let (units, steps) = (int("n_units")?, int("planned_steps")?);
        let (expected, lift) = (float("expected_people")?, float("lift")?);
        let (lift_low, q_value) = (float("lift_low")?, float("q_value")?);
        let clicks_saved = float("clicks_saved")?;
        let (link, search) = (float("share_link")?, float("share_search")?);
        let direct = float("share_direct")?;
        let routine = columns::truths(batch, "is_unit_routine")?;
        let first = columns::days(batch, "first_seen")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            if !scope.shows(n_people, Some(all)) {
                n_withheld += 1;
                continue;
            }
            // How many departments carry a path is about people: it wants the larger k.
            let n_units = units.is_valid(row).then(|| units.value(row) as u64);
            let n_units = n_units.filter(|_| scope.gate.shows(About::People, n_people, None));
            let (weeks, imitation) = spreads.path(id.value(row), scope);
            shown.push(PathFinding {
                from_title: pages.title(from.value(row)),
                to_title: pages.title(to.value(row)),
                from_page: from.value(row).to_owned(),
                to_page: to.value(row).to_owned(),
                n_people,
                n_moves: int_at(&moves, row) as u64,
                expected_people: expected.value(row),
                lift: lift.value(row),
                lift_low: lift_low.value(row),
                q_value: q_value.value(row),
                n_units,
                planned_steps: steps.is_valid(row).then(|| steps.value(row) as u32),
                clicks_saved: clicks_saved.value(row),
                share_link: link.value(row),
                share_search: search.value(row),
                share_direct: direct.value(row),
                is_unit_routine: routine.value(row),
                first_seen: Day(first.value(row)),
                status: status.value(row).to_owned(),
                weeks: without_the_few(weeks, n_people, scope.gate),
                imitation,
            });
        }
    }
    Ok((shown, n_withheld))
}
