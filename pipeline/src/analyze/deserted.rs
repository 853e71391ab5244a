//! The deserted links of a window.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::deserted_links::{
    self as detector, DesertedLink, DesertedLinks, Options, PlannedLink,
};

use super::ground::Ground;
use super::history;
use super::layout::Layout;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::run::Run;

/// Kinds of links, those that take most space first.
const KINDS: [&str; 6] = ["global", "menu", "breadcrumb", "tree", "body", "footer"];

/// What some people do only once a year (budgets, appraisals) shows in a window of a year only.
const CYCLE_DAYS: i32 = 365;

/// The deserted links, and the kinds of their slots.
pub(super) struct Deserted {
    pub(super) found: DesertedLinks,
    kinds: Vec<String>,
}

impl Deserted {
    fn kind(&self, found: &DesertedLink) -> &str {
        &self.kinds[found.link.slot as usize % self.kinds.len()]
    }
}

/// Finds the deserted links among those that stood in the plan on every day of the window.
pub(super) async fn find(
    run: &Run,
    context: &SessionContext,
    ground: &Ground,
) -> Result<Deserted, Error> {
    let (links, kinds) = links(context, ground).await?;
    let options = Options {
        k: run.settings.privacy.k_pages.into(),
        ..Options::default()
    };
    let found = detector::deserted_links(&ground.moves.rows(), &links, &ground.is_hub, &options);
    Ok(Deserted { found, kinds })
}

/// The links of the whole window, and their kinds; those on every page have slots of their own, first.
async fn links(
    context: &SessionContext,
    ground: &Ground,
) -> Result<(Vec<PlannedLink>, Vec<String>), Error> {
    let doing = "failed to read the planned links";
    let sql = "select distinct from_page, to_page, kind from plan \
               where from_page is not null and kind <> 'sitemap' and source <> 'tree' \
               and (valid_from is null or valid_from <= $window_start) \
               and (valid_to is null or valid_to >= $window_end) order by 1, 2, 3";
    let frame = context.sql(sql).await.doing(doing)?;
    let parameters = ground.window.parameters().to_vec();
    let frame = frame.with_param_values(parameters).doing(doing)?;
    let mut kinds: Vec<String> = KINDS.map(str::to_owned).to_vec();
    let mut links = Vec::new();
    for batch in &frame.collect().await.doing(doing)? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let kind = columns::texts(batch, "kind")?;
        for row in 0..batch.num_rows() {
            let place = kinds.iter().position(|known| known == kind.value(row));
            let slot = place.unwrap_or_else(|| {
                kinds.push(kind.value(row).to_owned());
                kinds.len() - 1
            });
            let from = Some(from.value(row)).filter(|from| *from != "*");
            links.push((from.map(str::to_owned), to.value(row).to_owned(), slot));
        }
    }
    // A link of the whole window is one of its last day, so that its pages have ids.
    let id = |page: &str| ground.plan.id(page);
    let links = links.into_iter().filter_map(|(from, to, slot)| {
        let first = if from.is_some() { kinds.len() } else { 0 };
        Some(PlannedLink {
            from: from
                .as_deref()
                .map(id)
                .map_or(Some(None), |id| id.map(Some))?,
            to: id(&to)?,
            slot: (first + slot) as u32,
        })
    });
    let links = links.collect();
    Ok((links, kinds))
}

/// The rows of the table `deserted_links`.
pub(super) async fn rows_of(
    context: &SessionContext,
    ground: &Ground,
    deserted: &Deserted,
) -> Result<RecordBatch, Error> {
    let window = ground.window;
    let past = history::past(context, "deserted_links", "n_people_used", window).await?;
    let from = |found: &DesertedLink| found.link.from.map_or("*", |id| ground.page(id));
    let to = |found: &DesertedLink| ground.page(found.link.to);
    let id = |found: &DesertedLink| {
        let parts = [from(found), to(found), deserted.kind(found)];
        history::finding_id("deserted_links", "link", parts)
    };
    let status = |found: &DesertedLink| match past.get(&id(found)) {
        Some(_) => "stable",
        None => "new",
    };
    Layout::of_findings(&deserted.found.links, window, id)
        .text("from_page", |l| from(l).to_owned())
        .text("to_page", |l| to(l).to_owned())
        .text("kind", |l| deserted.kind(l).to_owned())
        .int("n_people_at", |l| l.n_people_at as i64)
        .int("n_people_used", |l| l.n_people_used as i64)
        .float("rate_high", |l| l.rate_high)
        .float("rate_median", |l| l.rate_median)
        .truth("is_whole_cycle", |_| window.n_days() >= CYCLE_DAYS)
        .text("status", |l| status(l).to_owned())
        .finish("deserted_links")
}
