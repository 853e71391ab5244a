//! Changes that nobody told: a planned link has appeared where an elephant path was.

use super::ledger::{self, Paving};
use super::register::{Logs, paving};
use crate::analyze::Window;
use crate::engine::columns;
use crate::engine::session::{ask, day};
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

/// Registers what has changed in the plan by the end of a window; returns how many changes are new.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn notice(run: &Run, lake: &Lake, window: Window) -> Result<usize, Error> {
    let context = super::session(run, lake).await?;
    let logs = Logs::of(run, lake).await?;
    let mut pavings = ledger::read(lake).await?;
    let n_before = pavings.len();
    let parameters = [("window_end", day(window.end))];
    for batch in &ask(&context, "paved_paths", &parameters).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let on_day = columns::days(batch, "on_day")?;
        for row in 0..batch.num_rows() {
            let change = (from.value(row).to_owned(), to.value(row).to_owned());
            // What lies outside the logs can never be judged, and nobody has asked for it.
            if logs.check(on_day.value(row)).is_err() {
                continue;
            }
            let made = (change, on_day.value(row));
            let paving = paving(run, &context, &logs, &pavings, made).await?;
            pavings.push(Paving {
                is_noticed: true,
                ..paving
            });
        }
    }
    let n_new = pavings.len() - n_before;
    if n_new > 0 {
        ledger::write(lake, &pavings).await?;
        run.talk
            .say(format!("changes noticed in the plan: {n_new}"));
    }
    Ok(n_new)
}
