//! What came of the changes, by what is known at the end of a window.

use std::collections::BTreeSet;

use datafusion::prelude::SessionContext;
use queries::findings::pavings::{self as detector, PavingResult, Span, Week};

use super::controls::{Treated, options};
use super::ledger::{self, Move, Paving};
use super::register::Logs;
use super::results;
use super::weeks::{Weeks, weeks};
use crate::analyze::{Window, history};
use crate::derive::replace_all;
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

/// Judges every change made by the end of a window and stores the results; returns how many there are. A change whose
/// baseline has left the horizon keeps its last result.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn evaluate(run: &Run, lake: &Lake, window: Window) -> Result<usize, Error> {
    let all = ledger::read(lake).await?;
    if all.is_empty() {
        return Ok(0);
    }
    let context = super::session(run, lake).await?;
    let horizon = Logs::of(run, lake).await?.horizon(window.end);
    let made: Vec<&Paving> = all.iter().filter(|p| p.on_day <= window.end).collect();
    let n_made = made.len();
    let (open, closed): (Vec<&Paving>, Vec<&Paving>) = made
        .into_iter()
        .partition(|p| p.windows.baseline.start >= horizon);
    let weeks = weeks_of(run, &context, &open, window.end).await?;
    let mut judged = Vec::new();
    for paving in open {
        judged.push((
            paving,
            judge(run, &context, &all, paving, &weeks, window.end).await?,
        ));
    }
    let table = ("paving_results", "paving_id");
    let rows = results::verdicts(window, &judged)?;
    let rows = results::with_closed(lake, &context, window, table, rows, &closed).await?;
    history::keep(lake, &context, "paving_results", window, rows).await?;
    let table = ("paving_measures", "paving_id, measure");
    let rows = results::measures(window, &judged)?;
    let rows = results::with_closed(lake, &context, window, table, rows, &closed).await?;
    replace_all(lake, "paving_measures", vec![rows]).await?;
    Ok(n_made)
}

/// The weeks of the changes and their controls, read once for all.
async fn weeks_of(
    run: &Run,
    context: &SessionContext,
    open: &[&Paving],
    as_of: i32,
) -> Result<Weeks, Error> {
    let moves: BTreeSet<Move> = open
        .iter()
        .flat_map(|p| p.controls.iter().cloned().chain([p.pair()]))
        .collect();
    let whole = |p: &&Paving| detector::after(p.on_day, as_of).end.max(p.on_day - 1);
    let start = open.iter().map(|p| p.windows.baseline.start).min();
    let end = open.iter().map(whole).max();
    match (start, end) {
        (Some(start), Some(end)) => weeks(run, context, &moves, Span { start, end }).await,
        _ => Ok(Weeks::new()),
    }
}

/// Controls to which something was done since are left out: only those not yet treated are compared with.
async fn judge(
    run: &Run,
    context: &SessionContext,
    all: &[Paving],
    paving: &Paving,
    weeks: &Weeks,
    as_of: i32,
) -> Result<PavingResult, Error> {
    let baseline = paving.windows.baseline;
    let looked = Span {
        start: baseline.start,
        end: detector::after(paving.on_day, as_of)
            .end
            .max(paving.on_day - 1),
    };
    let made = all.iter().filter(|p| p.on_day <= looked.end);
    let treated = Treated::read(context, made.map(Paving::pair).collect(), looked).await?;
    let of = |pair: &Move| -> &[Week] { weeks.get(pair).map_or(&[], Vec::as_slice) };
    let controls: Vec<&[Week]> = paving
        .controls
        .iter()
        .filter(|pair| !treated.holds(pair))
        .map(of)
        .collect();
    let design = (baseline, paving.on_day, as_of);
    Ok(detector::evaluate(
        of(&paving.pair()),
        &controls,
        design,
        &options(run),
    ))
}
