//! From events to everything counted from them: pages, actors, sessions, transitions.
//!
//! Only the days that changed are computed again, widened to whole sessions, because a session may
//! cross midnight (and is then the start day's).

mod actors;
pub(crate) mod blocks;
mod days;
mod hubs;
pub(crate) mod looks;
mod made;
mod seen;
mod sensitive;
mod sessions;
mod signs;
mod write;

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;

use crate::engine::planned_steps;
use crate::engine::session::{self, ask, keep};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

pub use actors::list_zealots;
pub(crate) use actors::register_system_accounts;
pub use hubs::register_hubs;
pub(crate) use hubs::{hub_kinds, hubs_among};
pub use sensitive::register_sensitive;
pub(crate) use sessions::{carried, register_moves};
pub use write::{fit, replace_all};

/// A day before all others.
const FIRST_DAY: i32 = i32::MIN / 2;

/// What a derivation did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Derived {
    /// Days whose sessions were computed again.
    pub n_days: u64,
    /// Sessions now on those days.
    pub n_sessions: u64,
}

/// Brings every derived table up to the events and the plan.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn derive(run: &Run, lake: &Lake) -> Result<Derived, Error> {
    let settings = &run.settings;
    let context = session::over_lake(lake, run.memory).await?;
    register_hubs(&context, run)?;
    let now = days::fingerprints(lake, settings).await?;
    let before = days::stored_fingerprints(lake).await?;
    let mut touched: BTreeSet<i32> = days::touched(&now, &before).into_iter().collect();
    pages(lake, &context, touched.first().copied()).await?;
    if let Some(last) = now.keys().last() {
        let horizon = last - settings.analysis.horizon_weeks as i32 * 7 + 1;
        let from = touched.first().map_or(horizon, |first| horizon.min(*first));
        touched.extend(actors::judge(run, lake, &context, from).await?);
    }
    keep(&context, "excluded", &[]).await?;
    let zone = run.zone()?;
    let touched: Vec<i32> = touched.into_iter().collect();
    let mut done = Derived::default();
    for (first, last) in days::ranges(&context, &zone, &touched).await? {
        done.n_days += i64::from(last - first + 1) as u64;
        done.n_sessions += sessions::range(run, lake, &context, first, last).await?;
    }
    // Last, because they say that everything before them is there.
    if !touched.is_empty() {
        days::store_fingerprints(lake, &now).await?;
    }
    Ok(done)
}

/// Forgets that the days of a person were computed, before it is left out of them or counted again.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn forget_days_of(lake: &Lake, person: i64) -> Result<(), Error> {
    let context = session::over_lake(lake, None).await?;
    let days = actors::days_of(&context, &BTreeSet::from([person]), FIRST_DAY).await?;
    days::forget(lake, &days).await
}

async fn pages(lake: &Lake, context: &SessionContext, from: Option<i32>) -> Result<(), Error> {
    // Without touched days only the plan can have changed.
    let seen = seen::seen_from(lake, from.unwrap_or(i32::MAX / 2)).await?;
    session::register(context, "seen_pages", seen.schema(), vec![seen])?;
    planned_steps::register_planned_pages(context).await?;
    let schema = lake
        .schema("pages")
        .doing("failed to find the table `pages`")?;
    let rows = ask(context, "pages", &[]).await?;
    let rows: Vec<RecordBatch> = fit(lake, "pages", rows)?;
    replace_all(lake, "pages", rows.clone()).await?;
    // Later questions of this session read the new rows.
    session::register(context, "pages", schema, rows)
}
