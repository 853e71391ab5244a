//! The deserted links of a window.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use datafusion::prelude::SessionContext;
use queries::findings::deserted_links::{
    self as detector, DesertedLink, DesertedLinks, Options, PlannedLink,
};

use super::ground::Ground;
use super::history;
use super::rows::run_id;
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
               where from_page is not null and kind <> 'sitemap' \
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

/// A finding's name: the same link has the same one in every window.
fn finding_id(from_page: &str, to_page: &str, kind: &str) -> String {
    let text = format!("deserted_links\0{from_page}\0{to_page}\0{kind}");
    format!("link-{}", &blake3::hash(text.as_bytes()).to_hex()[..12])
}

/// The rows of the table `deserted_links`.
pub(super) async fn rows_of(
    context: &SessionContext,
    ground: &Ground,
    deserted: &Deserted,
) -> Result<RecordBatch, Error> {
    let window = ground.window;
    let past = history::past(context, "deserted_links", "n_people_used", window).await?;
    let links = &deserted.found.links;
    let from = |found: &DesertedLink| found.link.from.map_or("*", |id| ground.page(id));
    let to = |found: &DesertedLink| ground.page(found.link.to);
    let id = |found: &DesertedLink| finding_id(from(found), to(found), deserted.kind(found));
    let status = |found: &DesertedLink| match past.get(&id(found)) {
        Some(_) => "stable",
        None => "new",
    };
    let ints = |f: &dyn Fn(&DesertedLink) -> i64| -> ArrayRef {
        Arc::new(links.iter().map(|l| Some(f(l))).collect::<Int64Array>())
    };
    let floats = |f: &dyn Fn(&DesertedLink) -> f64| -> ArrayRef {
        Arc::new(links.iter().map(|l| Some(f(l))).collect::<Float64Array>())
    };
    let texts = |f: &dyn Fn(&DesertedLink) -> String| -> ArrayRef {
        Arc::new(links.iter().map(|l| Some(f(l))).collect::<StringArray>())
    };
    let days = |day: i32| -> ArrayRef { Arc::new(Date32Array::from(vec![day; links.len()])) };
    let is_whole_cycle = vec![window.n_days() >= CYCLE_DAYS; links.len()];
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("run_id", ints(&|_| run_id(window))),
        ("window_start", days(window.start)),
        ("window_end", days(window.end)),
        ("finding_id", texts(&id)),
        ("from_page", texts(&|l| from(l).to_owned())),
        ("to_page", texts(&|l| to(l).to_owned())),
        ("kind", texts(&|l| deserted.kind(l).to_owned())),
        ("n_people_at", ints(&|l| l.n_people_at as i64)),
        ("n_people_used", ints(&|l| l.n_people_used as i64)),
        ("rate_high", floats(&|l| l.rate_high)),
        ("rate_median", floats(&|l| l.rate_median)),
        (
            "is_whole_cycle",
            Arc::new(BooleanArray::from(is_whole_cycle)),
        ),
        ("status", texts(&|l| status(l).to_owned())),
    ];
    RecordBatch::try_from_iter(columns).doing("failed to lay out the deserted links")
}
