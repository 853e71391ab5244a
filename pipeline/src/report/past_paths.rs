//! What became of the elephant paths of earlier windows.

use reports::model::PastPath;

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// Those that have a link by now first.
pub(super) async fn past_paths(
    scope: &Scope<'_>,
    pages: &Pages,
    all: u64,
) -> Result<Vec<PastPath>, Error> {
    let rest = "and status in ('paved', 'gone') order by status desc, from_page, to_page";
    let mut paths = Vec::new();
    for batch in &scope.findings("elephant_paths", rest).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let status = columns::texts(batch, "status")?;
        let people = columns::ints(batch, "n_people")?;
        paths.extend((0..batch.num_rows()).map(|row| PastPath {
            from: pages.name(from.value(row)),
            to: pages.name(to.value(row)),
            is_paved: status.value(row) == "paved",
            n_people: scope.part(int_at(&people, row) as u64, all),
        }));
    }
    Ok(paths)
}
