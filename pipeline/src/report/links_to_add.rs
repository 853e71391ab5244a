//! The links to add that may be shown.

use arrow::array::Array;
use reports::model::{Findings, LinkToAdd};

use crate::engine::columns::{self, int_at, text_at};
use crate::error::Error;

use super::pages::Pages;
use super::planned_journeys::PlannedJourneys;
use super::scope::Scope;

const SQL: &str = "select b.from_page, b.to_page, b.n_people as n_people_saved, b.n_saved, \
     c.n_people, c.steps_median, c.planned_steps, c.turned_back_at, c.n_people_turned_back, \
     l.n_people_by_link \
     from link_budget as b \
     join shortcut_candidates as c on c.finding_id = b.finding_id \
         and c.window_start = b.window_start and c.window_end = b.window_end \
     left join ( \
         select t.from_page, t.to_page, count(distinct t.person) as n_people_by_link \
         from transitions as t \
         left semi join link_budget as b on b.from_page = t.from_page and b.to_page = t.to_page \
         left anti join weak_persons as w on w.person = t.person \
         where t.via = 'link' and t.day between $window_start and $window_end \
         group by t.from_page, t.to_page \
     ) as l on l.from_page = b.from_page and l.to_page = b.to_page \
     where b.window_start = $window_start and b.window_end = $window_end order by b.rank";

/// The order of adding them. What they save together is the sum of those shown: no withheld one could
/// be told by subtraction.
pub(super) async fn links_to_add(
    scope: &Scope<'_>,
    pages: &Pages,
    planned: &PlannedJourneys,
    all: u64,
) -> Result<Findings<LinkToAdd>, Error> {
    let mut links = Findings::default();
    let mut n_saved_together = 0;
    for batch in &scope.select(SQL, "failed to read the links to add").await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let people = columns::ints(batch, "n_people")?;
        let helped = columns::ints(batch, "n_people_saved")?;
        let saved = columns::ints(batch, "n_saved")?;
        let steps = columns::floats(batch, "steps_median")?;
        let planned_steps = columns::ints(batch, "planned_steps")?;
        let turned = columns::texts(batch, "turned_back_at")?;
        let n_turned = columns::ints(batch, "n_people_turned_back")?;
        let by_link = columns::ints(batch, "n_people_by_link")?;
        for row in 0..batch.num_rows() {
            let n_people = int_at(&people, row) as u64;
            let n_helped = int_at(&helped, row) as u64;
            if !scope.shows(n_people, Some(all)) || !scope.shows(n_helped, None) {
                links.n_withheld += 1;
                continue;
            }
            let n_saved = int_at(&saved, row) as u64;
            n_saved_together += n_saved;
            let is_told = scope.shows(int_at(&n_turned, row) as u64, None);
            let turned = text_at(&turned, row);
            links.shown.push(LinkToAdd {
                from: pages.name(from.value(row)),
                to: pages.name(to.value(row)),
                journey: planned.holding(from.value(row), to.value(row)),
                n_people,
                steps_median: steps.value(row),
                planned_steps: planned_steps
                    .is_valid(row)
                    .then(|| planned_steps.value(row) as u32),
                n_saved,
                n_saved_together,
                n_people_by_link: scope.part(int_at(&by_link, row) as u64, all),
                turned_back_at: is_told.then(|| pages.name(turned)),
            });
        }
    }
    Ok(links)
}
