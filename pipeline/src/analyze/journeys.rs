//! The journeys of a window.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::journeys::{self as detector, Journey, Journeys};

use super::ground::Ground;
use super::history;
use super::layout::Layout;
use crate::error::Error;
use crate::run::Run;

/// Finds the journeys.
pub(super) fn find(run: &Run, ground: &Ground) -> Journeys {
    let planned = ground.planned_routes();
    detector::journeys(&ground.walks, &ground.is_hub, &planned, &ground.gates(run))
}

/// The rows of the table `journeys`.
pub(super) async fn rows_of(
    context: &SessionContext,
    ground: &Ground,
    found: &Journeys,
) -> Result<RecordBatch, Error> {
    let window = ground.window;
    let past = history::past(context, "journeys", "n_people", window).await?;
    let id = |j: &Journey| history::finding_id("journeys", "journey", pages(ground, j));
    Layout::of_findings(&found.journeys, window, id)
        .texts("pages", |j| {
            let pages = pages(ground, j).into_iter();
            pages.map(str::to_owned).collect()
        })
        .int("n_people", |j| j.n_people as i64)
        .int("n_times", |j| j.n_times as i64)
        .float("expected_people", |j| j.expected_people)
        .float("lift", |j| j.lift)
        .float("lift_low", |j| j.lift_low)
        .float("p_value", |j| j.p_value)
        .float("q_value", |j| j.q_value)
        .truth("is_planned", |j| j.is_planned)
        .day("first_seen", |j| j.first_day)
        .text("status", |j| {
            history::status(j.n_people, past.get(&id(j))).to_owned()
        })
        .finish("journeys")
}

/// The addresses of a journey's pages.
fn pages<'g>(ground: &'g Ground, journey: &Journey) -> Vec<&'g str> {
    journey
        .pages
        .iter()
        .map(|page| ground.page(*page))
        .collect()
}
