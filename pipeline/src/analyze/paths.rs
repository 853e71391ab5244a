//! What is found about paths: those that people wear, routes, ways that nobody uses, where they give up, how far they
//! go round.
//!
//! All of it stands on the trails of the window, which are given up again before the people are looked at.

use datafusion::prelude::SessionContext;

use super::find::find;
use super::ground::Ground;
use super::rows::rows_of;
use super::{Window, deserted, drop_offs, history, journeys, spread, wanted};
use crate::error::Error;
use crate::run::Run;
use crate::runs::Steps;
use crate::store::Lake;

/// What a window came to, for the ledger of runs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) paths: usize,
    pub(super) candidates: u64,
    pub(super) tested: u64,
    pub(super) shuffled: u64,
    pub(super) journeys: usize,
    pub(super) journeys_candidates: u64,
    pub(super) journeys_tested: u64,
    pub(super) journeys_shuffled: u64,
    pub(super) deserted_links: usize,
    pub(super) deserted_links_tested: u64,
    pub(super) planned_links: u64,
    pub(super) drop_offs: usize,
    pub(super) drop_offs_tested: u64,
    pub(super) detours: usize,
    pub(super) detours_shuffled: usize,
    pub(super) shortcut_candidates: usize,
    pub(super) shortcut_candidates_shuffled: usize,
    pub(super) demands: usize,
    pub(super) demands_candidates: u64,
    pub(super) demands_tested: u64,
}

/// Finds all of it and writes the tables.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    window: Window,
    steps: &mut Steps<'_>,
) -> Result<Counts, Error> {
    let ground = Ground::read(run, lake, context, window).await?;
    steps.end("trails");
    let found = find(run, &ground);
    let rows = rows_of(context, run, &ground, &found).await?;
    history::keep(lake, context, "elephant_paths", window, rows).await?;
    steps.end("elephant paths");
    spread::keep(lake, context, run, &ground).await?;
    steps.end("spreading");
    let journeys = journeys::find(run, &ground);
    let rows = journeys::rows_of(context, &ground, &journeys).await?;
    history::keep(lake, context, "journeys", window, rows).await?;
    steps.end("journeys");
    let deserted = deserted::find(run, context, &ground).await?;
    let rows = deserted::rows_of(context, &ground, &deserted).await?;
    history::keep(lake, context, "deserted_links", window, rows).await?;
    let drops = drop_offs::find(run, &ground);
    let rows = drop_offs::rows_of(context, &ground, &drops).await?;
    history::keep(lake, context, "drop_offs", window, rows).await?;
    steps.end("deserted links, drop-offs");
    let wanted = wanted::find(run, &ground);
    wanted::keep(lake, context, &ground, &wanted).await?;
    steps.end("detours, shortcut candidates");
    let demands = &wanted.found;
    Ok(Counts {
        paths: found.paths.len(),
        candidates: found.n_candidates,
        tested: found.n_tested,
        shuffled: found.n_shuffled,
        journeys: journeys.journeys.len(),
        journeys_candidates: journeys.n_candidates,
        journeys_tested: journeys.n_tested,
        journeys_shuffled: journeys.n_shuffled,
        deserted_links: deserted.found.links.len(),
        deserted_links_tested: deserted.found.n_tested,
        planned_links: deserted.found.n_links,
        drop_offs: drops.drop_offs.len(),
        drop_offs_tested: drops.n_tested,
        detours: wanted.detours.len(),
        detours_shuffled: wanted.n_shuffled.0,
        shortcut_candidates: wanted.candidates.len(),
        shortcut_candidates_shuffled: wanted.n_shuffled.1,
        demands: demands.demands.len(),
        demands_candidates: demands.n_candidates,
        demands_tested: demands.n_tested,
    })
}
