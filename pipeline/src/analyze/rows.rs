//! Elephant paths as rows: their names, their past, their status.

use std::collections::HashMap;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::elephant_paths::{ElephantPath, ElephantPaths};

use super::Window;
use super::ground::Ground;
use super::history;
use super::layout::Layout;
use crate::engine::columns;
use crate::engine::session::{self, ask, day};
use crate::error::Error;
use crate::run::Run;

/// A finding's name: the same move has the same one in every window.
pub fn finding_id(from_page: &str, to_page: &str) -> String {
    history::finding_id("elephant_paths", "path", [from_page, to_page])
}

/// The rows of the table `elephant_paths`.
pub(super) async fn rows_of(
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
    found: &ElephantPaths,
) -> Result<RecordBatch, Error> {
    let paths = [found.paths.as_slice(), &found.watched].concat();
    let (paths, window) = (paths.as_slice(), ground.window);
    let page = |id: u32| ground.page(id);
    let past = past(context, run, ground, paths).await?;
    let is_watched = |p: &ElephantPath| {
        let place = found
            .watched
            .binary_search_by_key(&(p.from, p.to), |w| (w.from, w.to));
        place.is_ok()
    };
    let id = |p: &ElephantPath| finding_id(page(p.from), page(p.to));
    Layout::of_findings(paths, window, id)
        .text("from_page", |p| page(p.from).to_owned())
        .text("to_page", |p| page(p.to).to_owned())
        .int("n_people", |p| p.n_people as i64)
        .int("n_moves", |p| p.n_moves as i64)
        .float("expected_people", |p| p.expected_people)
        .float("lift", |p| p.lift)
        .float("lift_low", |p| p.lift_low)
        .float("p_value", |p| p.p_value)
        .float("q_value", |p| p.q_value)
        .maybe_int("n_units", |p| (p.n_units > 0).then_some(p.n_units as i64))
        .maybe_int("planned_steps", |p| p.planned_steps.map(i64::from))
        .float("clicks_saved", |p| p.clicks_saved)
        .float("share_link", |p| p.share_link)
        .float("share_search", |p| p.share_search)
        .float("share_direct", |p| p.share_direct)
        .truth("is_unit_routine", |p| p.is_unit_routine)
        .day("first_seen", |p| {
            let first = p.first_day.min(window.end);
            past.get(&id(p)).map_or(first, |(first, _)| *first)
        })
        .text("status", |p| {
            let status = match is_watched(p) {
                true if ground.plan.graph.has_link(p.from, p.to) => "paved",
                true => "gone",
                false => status(p, window, past.get(&id(p)).copied()),
            };
            status.to_owned()
        })
        .finish("elephant_paths")
}

/// First day within the horizon, and people in the window before, of each finding.
async fn past(
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
    paths: &[ElephantPath],
) -> Result<HashMap<String, (i32, u64)>, Error> {
    let window = ground.window;
    let moves = paths
        .iter()
        .map(|path| (ground.page(path.from), ground.page(path.to)));
    session::register_pairs(context, "found_moves", moves)?;
    let horizon = run.settings.analysis.horizon_weeks as i32 * 7;
    let before = window.before();
    let parameters = [
        ("horizon_start", day(window.end - horizon + 1)),
        ("before_start", day(before.start)),
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ];
    let mut past = HashMap::new();
    for batch in &ask(context, "past_of_paths", &parameters).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let first = columns::days(batch, "first_seen")?;
        let n = columns::ints(batch, "n_people_before")?;
        for row in 0..batch.num_rows() {
            let id = finding_id(from.value(row), to.value(row));
            past.insert(id, (first.value(row), columns::int_at(&n, row) as u64));
        }
    }
    Ok(past)
}

/// Against the window before: more or less than a quarter of the people tells growing from fading.
fn status(path: &ElephantPath, window: Window, past: Option<(i32, u64)>) -> &'static str {
    let n = path.n_people as f64;
    match past {
        Some((first, before)) if first < window.start => {
            if n > before as f64 * 1.25 {
                "growing"
            } else if n < before as f64 * 0.75 {
                "fading"
            } else {
                "stable"
            }
        }
        _ => "new",
    }
}
