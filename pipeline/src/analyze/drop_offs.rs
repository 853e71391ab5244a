//! The drop-offs of a window.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::drop_offs::{self as detector, DropOff, DropOffs, Options};
use queries::graph::plan::UNREACHABLE;

use super::ground::Ground;
use super::history;
use super::layout::Layout;
use crate::error::Error;
use crate::run::Run;

/// Finds the places on the planned journeys where people give up.
pub(super) fn find(run: &Run, ground: &Ground) -> DropOffs {
    let options = Options {
        k: run.settings.privacy.k_pages.into(),
        ..Options::default()
    };
    let journeys = ground.planned_routes();
    let depth = depth(run, ground);
    detector::drop_offs(&ground.walks, &journeys, &depth, &ground.is_hub, &options)
}

/// Planned clicks from the nearest start page.
fn depth(run: &Run, ground: &Ground) -> Vec<u32> {
    let mut depth = vec![UNREACHABLE; ground.plan.pages.len()];
    for home in run
        .settings
        .site
        .home
        .iter()
        .filter_map(|home| ground.plan.id(home))
    {
        let steps = ground.plan.graph.steps_from(home);
        for (nearest, steps) in depth.iter_mut().zip(steps) {
            *nearest = steps.min(*nearest);
        }
    }
    depth
}

/// The rows of the table `drop_offs`.
pub(super) async fn rows_of(
    context: &SessionContext,
    ground: &Ground,
    found: &DropOffs,
) -> Result<RecordBatch, Error> {
    let past = history::past(context, "drop_offs", "n_people_left", ground.window).await?;
    let journey = |d: &DropOff| ground.journeys[d.journey].0.as_str();
    let id =
        |d: &DropOff| history::finding_id("drop_offs", "drop", [journey(d), ground.page(d.page)]);
    Layout::of_findings(&found.drop_offs, ground.window, id)
        .text("journey", |d| journey(d).to_owned())
        .text("page", |d| ground.page(d.page).to_owned())
        .text("goal", |d| ground.page(d.goal).to_owned())
        .int("n_people", |d| d.n_people as i64)
        .int("n_people_left", |d| d.n_people_left as i64)
        .float("exit_rate", |d| d.exit_rate)
        .float("exit_rate_low", |d| d.exit_rate_low)
        .float("exit_rate_expected", |d| d.exit_rate_expected)
        .float("p_value", |d| d.p_value)
        .float("q_value", |d| d.q_value)
        .text("status", |d| {
            history::status(d.n_people_left, past.get(&id(d))).to_owned()
        })
        .finish("drop_offs")
}
