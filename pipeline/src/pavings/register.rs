//! A change enters the ledger: its windows and controls are fixed.

use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;
use queries::day::Day;
use queries::findings::pavings::{Span, earliest, windows};

use super::controls::{Treated, controls};
use super::ledger::{self, Move, Paving, paving_id};
use crate::analyze::{finding_id, last_day};
use crate::derive;
use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// A change as a person tells it.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The address of the page that got a link.
    pub from: &'a str,
    /// The address that it leads to.
    pub to: &'a str,
    /// The first day of the link.
    pub on_day: i32,
    /// What there is to say about it.
    pub note: Option<&'a str>,
}

/// Registers a change. The caller holds the lock.
///
/// # Errors
/// When a page is unknown or a hub, the change is in the ledger already, or its day lies outside the logs.
pub async fn add(run: &Run, lake: &Lake, request: &Request<'_>) -> Result<Paving, Error> {
    derive::derive(run, lake).await?;
    let context = super::session(run, lake).await?;
    let site = run.site()?;
    let page = |raw: &str| site.page_of(raw.as_bytes()).into_owned();
    let pair = (page(request.from), page(request.to));
    check_pages(&context, &pair).await?;
    let mut pavings = ledger::read(lake).await?;
    if let Some(known) = pavings.iter().find(|p| p.pair() == pair) {
        return Err(Error::usage(format!(
            "the change from `{}` to `{}` is in the ledger since {}: `elephant paving list` shows it",
            pair.0,
            pair.1,
            Day(known.on_day)
        )));
    }
    let logs = Logs::of(run, lake).await?;
    logs.check(request.on_day)?;
    let paving = Paving {
        note: request.note.map(str::to_owned),
        ..paving(run, &context, &logs, &pavings, (pair, request.on_day)).await?
    };
    pavings.push(paving.clone());
    ledger::write(lake, &pavings).await?;
    Ok(paving)
}

/// Which days there are logs of, and how far back one looks.
pub(super) struct Logs {
    first: i32,
    last: i32,
    horizon_weeks: u32,
}

impl Logs {
    pub(super) async fn of(run: &Run, lake: &Lake) -> Result<Self, Error> {
        let nothing = "the lake has no events yet: run `elephant ingest` first";
        let last = last_day(lake).await?;
        let last = last.ok_or_else(|| Error::usage(nothing))?;
        let events = lake.snapshot("events").await;
        let events = events.doing("failed to read the log of `events`")?;
        Ok(Self {
            first: events
                .files
                .iter()
                .filter_map(|f| f.day)
                .min()
                .unwrap_or(last),
            last,
            horizon_weeks: run.settings.analysis.horizon_weeks,
        })
    }

    /// The first day that is looked at.
    pub(super) fn horizon(&self, as_of: i32) -> i32 {
        as_of + 1 - self.horizon_weeks as i32 * 7
    }

    /// The first day that the baseline of a change may have.
    fn earliest(&self, on_day: i32) -> i32 {
        earliest(on_day, self.first, self.horizon_weeks)
    }

    /// Whether a change on this day can be looked at.
    pub(super) fn check(&self, on_day: i32) -> Result<(), Error> {
        let on = Day(on_day);
        let wrong = if on_day <= self.first {
            let first = Day(self.first);
            format!("the events begin on {first}: a change on {on} has no days before it")
        } else if on_day > self.last + 1 {
            let last = Day(self.last);
            format!("the events end on {last}: register the change of {on} once the logs reach it")
        } else if self.earliest(on_day) < self.horizon(self.last) {
            let weeks = self.horizon_weeks;
            format!(
                "the weeks before {on} lie beyond the horizon of {weeks} weeks: raise analysis.horizon_weeks"
            )
        } else {
            return Ok(());
        };
        Err(Error::usage(wrong))
    }
}

/// A change with its windows and controls; nothing is written.
pub(super) async fn paving(
    run: &Run,
    context: &SessionContext,
    logs: &Logs,
    pavings: &[Paving],
    (pair, on_day): (Move, i32),
) -> Result<Paving, Error> {
    let finding_id = finding_id(&pair.0, &pair.1);
    let found = found_before(context, &finding_id, on_day).await?;
    let windows = windows(on_day, found, logs.earliest(on_day));
    let known = Span {
        start: windows.baseline.start,
        end: logs.last,
    };
    let in_ledger = pavings.iter().map(Paving::pair);
    let treated = in_ledger.chain([pair.clone()]).collect();
    let treated = Treated::read(context, treated, known).await?;
    let controls = controls(run, context, &pair, windows.baseline, &treated).await?;
    Ok(Paving {
        id: paving_id(&pair.0, &pair.1, on_day),
        from: pair.0,
        to: pair.1,
        on_day,
        finding_id,
        windows,
        controls,
        note: None,
        is_noticed: false,
        registered_as_of: logs.last,
    })
}

/// The latest window before a day in which a path was found.
async fn found_before(
    context: &SessionContext,
    finding_id: &str,
    on_day: i32,
) -> Result<Option<Span>, Error> {
    let doing = "failed to read when the path was found";
    let sql = "select window_start, window_end from elephant_paths_history \
               where finding_id = $id and window_end < $on order by window_end desc, window_start desc limit 1";
    let frame = context.sql(sql).await.doing(doing)?;
    let values = vec![("id", ScalarValue::from(finding_id)), ("on", day(on_day))];
    let frame = frame.with_param_values(values).doing(doing)?;
    for batch in &frame.collect().await.doing(doing)? {
        if batch.num_rows() > 0 {
            return Ok(Some(Span {
                start: columns::days(batch, "window_start")?.value(0),
                end: columns::days(batch, "window_end")?.value(0),
            }));
        }
    }
    Ok(None)
}

async fn check_pages(context: &SessionContext, pair: &Move) -> Result<(), Error> {
    if pair.0 == pair.1 {
        let page = &pair.0;
        return Err(Error::usage(format!(
            "`{page}` to itself is no path: name two pages"
        )));
    }
    for page in [&pair.0, &pair.1] {
        if is_in(context, "hubs", page).await? {
            return Err(Error::usage(format!(
                "`{page}` is a start, search or login page, and no end of a path: name another page"
            )));
        }
        if !is_in(context, "pages", page).await? {
            return Err(Error::usage(format!(
                "nobody ever saw `{page}`, and no plan names it: \
                 `elephant sql \"select page from pages\"` lists the pages"
            )));
        }
    }
    Ok(())
}

async fn is_in(context: &SessionContext, table: &str, page: &str) -> Result<bool, Error> {
    let doing = format!("failed to look up a page in `{table}`");
    let sql = format!("select page from {table} where page = $page");
    let frame = context.sql(&sql).await.doing(&doing)?;
    let frame = frame
        .with_param_values(vec![("page", ScalarValue::from(page))])
        .doing(&doing)?;
    let rows = frame.collect().await.doing(&doing)?;
    Ok(rows.iter().any(|batch| batch.num_rows() > 0))
}
