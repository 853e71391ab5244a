//! The most used pages.

use reports::model::PageUse;

use crate::engine::columns::{self, int_at, text_at};
use crate::error::Error;

use super::scope::Scope;

/// How many pages the report ranks.
const N_TOP_PAGES: usize = 15;

/// The pages that may be ranked, most people first, and how many pages were used at all.
pub(super) async fn top_pages(scope: &Scope<'_>, all: u64) -> Result<(Vec<PageUse>, u64), Error> {
    let mut top = Vec::new();
    let mut n_pages = 0;
    for batch in &scope.ask("use_by_page").await? {
        let page = columns::texts(batch, "page")?;
        let title = columns::texts(batch, "title")?;
        let planned = columns::truths(batch, "is_planned")?;
        let people = columns::ints(batch, "n_people")?;
        let views = columns::ints(batch, "n_views")?;
        n_pages += batch.num_rows() as u64;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            if top.len() < N_TOP_PAGES && scope.shows(n, Some(all)) {
                top.push(PageUse {
                    page: page.value(row).to_owned(),
                    title: text_at(&title, row).to_owned(),
                    people: n,
                    views: int_at(&views, row) as u64,
                    is_planned: planned.value(row),
                });
            }
        }
    }
    Ok((top, n_pages))
}
