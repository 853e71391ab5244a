//! One page: what is planned there, and what people do there in the latest window, behind the gate.

use std::collections::BTreeSet;

use arrow::array::Array;
use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;
use queries::privacy::{About, Gate};

use crate::analyze::{Window, window};
use crate::derive::register_hubs;
use crate::engine::columns::{self, int_at, text_at};
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::{self, ask, day, keep};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::status::visible;
use crate::store::Lake;

/// A planned link as seen from one of its ends.
#[derive(Debug)]
pub(super) struct Link {
    /// The page at the other end; `*` for every page.
    pub(super) other: String,
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) since: Option<i32>,
}

/// Where people go from the page.
#[derive(Debug)]
pub(super) struct Move {
    pub(super) to: String,
    pub(super) n_people: u64,
    pub(super) n_moves: u64,
    pub(super) is_planned: bool,
}

/// An elephant path from the page.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) to: String,
    pub(super) n_people: u64,
    pub(super) planned_steps: Option<i64>,
    pub(super) clicks_saved: i64,
    pub(super) status: String,
}

/// One page.
#[derive(Debug)]
pub struct PageView {
    pub(super) page: String,
    pub(super) k: u64,
    pub(super) out: Vec<Link>,
    pub(super) into: Vec<Link>,
    pub(super) steps_from_home: Option<u32>,
    /// The latest window; none without events.
    pub(super) window: Option<Window>,
    /// People on the page; none where they are too few to be told.
    pub(super) n_people: Option<u64>,
    pub(super) moves: Vec<Move>,
    pub(super) paths: Vec<Path>,
}

/// Looks at a page, whatever address it is named by.
///
/// # Errors
/// When nobody planned or saw the page, or the lake cannot be read.
pub async fn page(run: &Run, lake: &Lake, address: &str) -> Result<PageView, Error> {
    let page = run.site()?.page_of(address.as_bytes()).into_owned();
    let context = session::over_lake(lake, run.memory).await?;
    register_hubs(&context, run)?;
    if !is_known(&context, &page).await? {
        let page = visible(&page);
        return Err(Error::usage(format!(
            "nobody planned or saw the page `{page}`: `elephant sql \"select page from pages\"` lists them"
        )));
    }
    let look = Look {
        context: &context,
        page: &page,
        gate: Gate {
            k_pages: run.settings.privacy.k_pages.into(),
            k_people: run.settings.privacy.k_people.into(),
        },
        plan: plan_on(&context, None, &BTreeSet::from([page.clone()])).await?,
    };
    let window = window(run, lake, None, None).await?;
    let mut view = PageView {
        k: look.gate.k(About::Pages),
        out: look.links("from_page", "to_page").await?,
        into: look.links("to_page", "from_page").await?,
        steps_from_home: look.steps_from_home(run)?,
        window,
        n_people: None,
        moves: Vec::new(),
        paths: Vec::new(),
        page: page.clone(),
    };
    if let Some(window) = window {
        keep(&context, "excluded", &[]).await?;
        keep(&context, "weak_persons", &bounds(window)).await?;
        view.n_people = look.people(window).await?;
        view.moves = look.moves(window, view.n_people).await?;
        view.paths = look.paths(view.n_people).await?;
    }
    Ok(view)
}

fn bounds(window: Window) -> [session::Parameter<'static>; 2] {
    [
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ]
}

async fn rows_of(
    context: &SessionContext,
    sql: &str,
    page: &str,
) -> Result<Vec<arrow::array::RecordBatch>, Error> {
    let doing = "failed to look at the page";
    let frame = context.sql(sql).await.doing(doing)?;
    let value = ScalarValue::Utf8(Some(page.to_owned()));
    let frame = frame
        .with_param_values(vec![("page", value)])
        .doing(doing)?;
    frame.collect().await.doing(doing)
}

async fn is_known(context: &SessionContext, page: &str) -> Result<bool, Error> {
    let sql = "select page from pages where page = $page union all \
               select to_page from plan where to_page = $page or from_page = $page limit 1";
    let rows = rows_of(context, sql, page).await?;
    Ok(rows.iter().any(|batch| batch.num_rows() > 0))
}

/// What is looked at, and how.
struct Look<'a> {
    context: &'a SessionContext,
    page: &'a str,
    gate: Gate,
    plan: Plan,
}

impl Look<'_> {
    /// The links that hold now and have the page at the end `here`; those of every page stand there too.
    async fn links(&self, here: &str, other: &str) -> Result<Vec<Link>, Error> {
        let sql = format!(
            "select {other} as other, kind, source, valid_from from plan \
             where valid_to is null and from_page is not null and {other} <> $page \
             and ({here} = $page or {here} = '*') order by other, kind, source, valid_from"
        );
        let mut links = Vec::new();
        for batch in &rows_of(self.context, &sql, self.page).await? {
            let other = columns::texts(batch, "other")?;
            let kind = columns::texts(batch, "kind")?;
            let source = columns::texts(batch, "source")?;
            let from = columns::days(batch, "valid_from")?;
            links.extend((0..batch.num_rows()).map(|row| Link {
                other: other.value(row).to_owned(),
                kind: kind.value(row).to_owned(),
                source: source.value(row).to_owned(),
                since: from.is_valid(row).then(|| from.value(row)),
            }));
        }
        Ok(links)
    }

    /// Clicks that the plan needs from the nearest start page.
    fn steps_from_home(&self, run: &Run) -> Result<Option<u32>, Error> {
        let site = run.site()?;
        let homes = run.settings.site.home.iter();
        let homes = homes.map(|home| site.page_of(home.as_bytes()).into_owned());
        let steps = |home: String| {
            if home == self.page {
                return Some(0);
            }
            let (from, to) = (self.plan.id(&home)?, self.plan.id(self.page)?);
            self.plan.graph.planned_steps(from, to)
        };
        Ok(homes.filter_map(steps).min())
    }

    async fn people(&self, window: Window) -> Result<Option<u64>, Error> {
        for batch in &ask(self.context, "use_by_page", &bounds(window)).await? {
            let page = columns::texts(batch, "page")?;
            let n = columns::ints(batch, "n_people")?;
            if let Some(row) = (0..batch.num_rows()).find(|row| page.value(*row) == self.page) {
                let n = int_at(&n, row).unsigned_abs();
                return Ok(Some(n).filter(|n| self.gate.shows(About::Pages, *n, None)));
            }
        }
        Ok(None)
    }

    /// Those that enough people make; and where it is told how many were on the page, that enough people do not make.
    async fn moves(&self, window: Window, all: Option<u64>) -> Result<Vec<Move>, Error> {
        let mut moves = Vec::new();
        for batch in &ask(self.context, "moves_by_pair", &bounds(window)).await? {
            let from = columns::texts(batch, "from_page")?;
            let to = columns::texts(batch, "to_page")?;
            let n_people = columns::ints(batch, "n_people")?;
            let n_moves = columns::ints(batch, "n_moves")?;
            let rows = (0..batch.num_rows()).filter(|row| from.value(*row) == self.page);
            moves.extend(rows.map(|row| Move {
                to: to.value(row).to_owned(),
                n_people: int_at(&n_people, row).unsigned_abs(),
                n_moves: int_at(&n_moves, row).unsigned_abs(),
                is_planned: self.is_planned(to.value(row)),
            }));
        }
        moves.retain(|row| self.gate.shows(About::Pages, row.n_people, all));
        moves.sort_by(|a, b| (b.n_people, &a.to).cmp(&(a.n_people, &b.to)));
        Ok(moves)
    }

    fn is_planned(&self, to: &str) -> bool {
        let ends = self.plan.id(self.page).zip(self.plan.id(to));
        ends.is_some_and(|(from, to)| self.plan.graph.has_link(from, to))
    }

    async fn paths(&self, all: Option<u64>) -> Result<Vec<Path>, Error> {
        let sql = "select to_page, n_people, planned_steps, round(clicks_saved) as clicks_saved, status \
                   from elephant_paths where from_page = $page order by clicks_saved desc, to_page";
        let mut paths = Vec::new();
        for batch in &rows_of(self.context, sql, self.page).await? {
            let to = columns::texts(batch, "to_page")?;
            let n_people = columns::ints(batch, "n_people")?;
            let steps = columns::ints(batch, "planned_steps")?;
            let saved = columns::ints(batch, "clicks_saved")?;
            let status = columns::texts(batch, "status")?;
            paths.extend((0..batch.num_rows()).map(|row| Path {
                to: to.value(row).to_owned(),
                n_people: int_at(&n_people, row).unsigned_abs(),
                planned_steps: steps.is_valid(row).then(|| steps.value(row)),
                clicks_saved: int_at(&saved, row),
                status: text_at(&status, row).to_owned(),
            }));
        }
        paths.retain(|path| self.gate.shows(About::Pages, path.n_people, all));
        Ok(paths)
    }
}
