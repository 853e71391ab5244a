//! From findings to a report: asks the lake, passes every number through the gate, writes the files.
//!
//! Each section of the report is gathered in a file of its own; this one tells in which order.

mod changes;
mod days;
mod deserted_links;
mod detours;
mod drop_offs;
mod files;
mod hours;
mod journeys;
mod lawn;
mod ledger;
mod links_to_add;
mod method;
mod moves;
mod pages;
mod past_paths;
mod paths;
mod people;
mod planned_journeys;
mod scope;
mod sections;
mod spread;
mod top_pages;

use std::path::{Path, PathBuf};

use datafusion::prelude::SessionContext;
use queries::day::Day;
use queries::privacy::Gate;
use reports::model::{DayUse, Method, Report, Totals, Window as Days};

use crate::analyze::{Window, window};
use crate::derive::register_hubs;
use crate::engine::planned_steps::plan_on;
use crate::engine::session::{self, keep};
use crate::error::{Doing, Error};
use crate::people::labels::Labels;
use crate::run::Run;
use crate::store::Lake;

use files::write_files;
use moves::{moves_by_pair, share_unplanned};
use pages::Pages;
use planned_journeys::PlannedJourneys;
use scope::Scope;

/// Writes the report of a window; returns the path of its page. `None`: the lake has no events.
///
/// # Errors
/// When the lake cannot be read or the report not be written.
pub async fn report(
    run: &Run,
    lake: &Lake,
    out: &Path,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<PathBuf>, Error> {
    let Some(window) = window(run, lake, as_of, window_days).await? else {
        return Ok(None);
    };
    let context = session::over_lake(lake, run.memory).await?;
    register_hubs(&context, run)?;
    keep(&context, "excluded", &[]).await?;
    let report = gather(run, lake, &context, window).await?;
    let files = reports::render(&report).doing("failed to draw the report")?;
    write_files(out, files).map(Some)
}

async fn gather(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    window: Window,
) -> Result<Report, Error> {
    let settings = &run.settings;
    let gate = Gate {
        k_pages: settings.privacy.k_pages.into(),
        k_people: settings.privacy.k_people.into(),
    };
    let pages = Pages::read(lake).await?;
    let plan = plan_on(context, Some(window.end), &pages.seen).await?;
    let scope = Scope {
        context,
        window,
        plan: &plan,
        gate,
    };
    // Before the window itself: `weak_persons` stays as the later questions need it.
    let (totals_before, days_before) = use_before(scope).await?.unzip();
    keep(context, "weak_persons", &scope.bounds()).await?;
    let moves = moves_by_pair(&scope).await?;
    let totals = days::totals(&scope).await?;
    let all = totals.as_ref().map_or(0, |totals| totals.people);
    let (top_pages, n_pages) = top_pages::top_pages(&scope, all).await?;
    let planned = PlannedJourneys::read(&scope).await?;
    let spreads = spread::spreads(&scope).await?;
    let (paths, n_withheld) = paths::paths(&scope, &pages, &spreads, all).await?;
    let lawn = match paths.first() {
        Some(first) => Some(lawn::lawn(&scope, &pages, first).await?),
        None => None,
    };
    let inputs = ledger::inputs(lake).await?;
    let labels = Labels::read(run, lake).await?;
    let reach = people::ambassadors::reach(&scope).await?;
    Ok(Report {
        intranet: settings.intranet.name.clone(),
        window: days_of(window),
        before: totals_before.is_some().then(|| days_of(window.before())),
        days: match &totals {
            Some(_) => days::days(&scope, all, totals_before.is_some()).await?,
            None => Vec::new(),
        },
        totals: totals.map_or_else(Totals::default, |totals| Totals {
            pages: n_pages,
            share_unplanned: share_unplanned(&plan, &moves),
            ..totals
        }),
        hours: hours::hours(&scope, &run.zone()?).await?,
        top_pages,
        paths,
        lawn,
        sections: sections::sections(&scope, &pages, &moves, all).await?,
        actors: ledger::actors(&scope).await?,
        changes: changes::changes(&scope, lake, &pages).await?,
        links_to_add: links_to_add::links_to_add(&scope, &pages, &planned, all).await?,
        detours: detours::detours(&scope, &pages, &planned, all).await?,
        journeys: journeys::journeys(&scope, &pages, all).await?,
        drop_offs: drop_offs::drop_offs(&scope, &pages, all).await?,
        new_pages: spreads.new_pages(&scope, &pages, all),
        past_paths: past_paths::past_paths(&scope, &pages, all).await?,
        deserted_links: deserted_links::deserted_links(&scope, &pages, all).await?,
        groups: people::groups::groups(&scope, &pages).await?,
        ended_groups: people::groups::ended_groups(&scope, &pages).await?,
        leaders: people::leaders::leaders(&scope, &labels).await?,
        ambassadors: people::ambassadors::ambassadors(run, lake, &scope, &labels).await?,
        reach,
        gathering_places: people::places::gathering_places(&scope, &pages).await?,
        bridges: people::bridges::bridges(&scope).await?,
        audiences: people::audiences::audiences(&scope).await?,
        applications: people::applications::applications(&scope, &pages).await?,
        method: Method {
            counts_addresses: !inputs.names_users,
            has_ties: spreads.has_ties || reach.is_some(),
            n_planned_journeys: planned.len(),
            lists: labels.lists,
            n_withheld,
            ..method::method(run, lake, &scope).await?
        },
        ledger: inputs.ledger,
        notes: Vec::new(),
        totals_before,
        days_before: days_before.unwrap_or_default(),
        gate,
    })
}

/// The same days' sums in the window before; `None` where too few came.
async fn use_before(now: Scope<'_>) -> Result<Option<(Totals, Vec<DayUse>)>, Error> {
    let before = Scope {
        window: now.window.before(),
        ..now
    };
    keep(before.context, "weak_persons", &before.bounds()).await?;
    let Some(totals) = days::totals(&before).await? else {
        return Ok(None);
    };
    let moves = moves_by_pair(&before).await?;
    let days = days::days(&before, totals.people, true).await?;
    let totals = Totals {
        share_unplanned: share_unplanned(before.plan, &moves),
        ..totals
    };
    Ok(Some((totals, days)))
}

fn days_of(window: Window) -> Days {
    Days {
        start: Day(window.start),
        end: Day(window.end),
    }
}
