//! The deserted links, with what may be told of them.

use queries::findings::deserted_links::Options;
use queries::stats::binomial;
use reports::model::{DesertedLink, Findings};

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// Those on every page first, then by the space that their kind takes, as the question `what_to_clear`
/// has it.
pub(super) async fn deserted_links(
    scope: &Scope<'_>,
    pages: &Pages,
    all: u64,
) -> Result<Findings<DesertedLink>, Error> {
    let rest = "order by from_page <> '*', \
         array_position(['global', 'menu', 'breadcrumb', 'tree', 'body', 'footer'], kind), \
         n_people_at desc, from_page, to_page, finding_id";
    let mut links = Findings::default();
    for batch in &scope.findings("deserted_links", rest).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let kind = columns::texts(batch, "kind")?;
        let at = columns::ints(batch, "n_people_at")?;
        let used = columns::ints(batch, "n_people_used")?;
        let median = columns::floats(batch, "rate_median")?;
        let whole = columns::truths(batch, "is_whole_cycle")?;
        for row in 0..batch.num_rows() {
            let n_people_at = int_at(&at, row) as u64;
            if !scope.shows(n_people_at, None) {
                links.n_withheld += 1;
                continue;
            }
            let n_people_used = scope.part(int_at(&used, row) as u64, n_people_at);
            let n_people_told = scope.part(n_people_at, all);
            let from = Some(from.value(row)).filter(|from| *from != "*");
            links.shown.push(DesertedLink {
                from: from.map(|from| pages.name(from)),
                to: pages.name(to.value(row)),
                kind: kind.value(row).to_owned(),
                n_people_at: n_people_told,
                n_people_used,
                rate_high: told_bound(
                    scope.gate.k_pages,
                    n_people_used,
                    n_people_at,
                    n_people_told.is_some(),
                ),
                rate_median: median.value(row),
                is_whole_cycle: whole.value(row),
            });
        }
    }
    Ok(links)
}

/// The bound of the largest number that is not told, for the exact one would give the few away; rounded
/// up to a tenth of a percent, or to a whole one where the people at the page are not told either.
fn told_bound(k: u64, used: Option<u64>, at: u64, is_told: bool) -> f64 {
    let used = used.unwrap_or(k.saturating_sub(1));
    let bound = binomial::upper_bound(used, at, Options::default().alpha);
    let parts = if is_told { 1_000.0 } else { 100.0 };
    (bound * parts).ceil() / parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_gives_no_withheld_number_away() {
        // Nobody, or four of them: the reader sees the same.
        let bound = told_bound(5, None, 588, true);
        assert!((bound - 0.016).abs() < 1e-9, "{bound}");
        assert!(bound >= binomial::upper_bound(4, 588, 0.05));
        assert!((told_bound(5, None, 588, false) - 0.02).abs() < 1e-9);
        assert!(told_bound(5, Some(9), 588, true) > bound);
    }
}
