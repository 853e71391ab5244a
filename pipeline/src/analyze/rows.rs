//! Elephant paths as rows: their names, their past, their status.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::findings::elephant_paths::{ElephantPath, ElephantPaths};

use super::Window;
use super::ground::Ground;
use crate::engine::columns;
use crate::engine::session::{self, ask, day};
use crate::error::{Doing, Error};
use crate::run::Run;

/// A finding's name: the same move has the same one in every window.
pub fn finding_id(from_page: &str, to_page: &str) -> String {
    let hash = blake3::hash(format!("elephant_paths\0{from_page}\0{to_page}").as_bytes());
    format!("path-{}", &hash.to_hex()[..12])
}

/// A run's name: a window that is analysed again keeps it.
pub(crate) fn run_id(window: Window) -> i64 {
    let hash = blake3::hash(format!("{} {}", window.start, window.end).as_bytes());
    let first: [u8; 8] = hash.as_bytes()[..8]
        .try_into()
        .expect("a hash has 32 bytes");
    i64::from_le_bytes(first) & i64::MAX
}

/// The rows of the table `elephant_paths`.
pub(super) async fn rows_of(
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
    found: &ElephantPaths,
) -> Result<RecordBatch, Error> {
    let (paths, window) = (&found.paths, ground.window);
    let page = |id: u32| ground.page(id);
    let past = past(context, run, ground, paths).await?;
    let ints = |f: &dyn Fn(&ElephantPath) -> i64| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Int64Array>())
    };
    let floats = |f: &dyn Fn(&ElephantPath) -> f64| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Float64Array>())
    };
    let texts = |f: &dyn Fn(&ElephantPath) -> String| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<StringArray>())
    };
    let days = |f: &dyn Fn(&ElephantPath) -> i32| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Date32Array>())
    };
    let id = |p: &ElephantPath| finding_id(page(p.from), page(p.to));
    let steps: Int64Array = paths
        .iter()
        .map(|p| p.planned_steps.map(i64::from))
        .collect();
    let routine: BooleanArray = paths.iter().map(|p| Some(p.is_unit_routine)).collect();
    let n_units: Int64Array = paths
        .iter()
        .map(|p| (p.n_units > 0).then_some(p.n_units as i64))
        .collect();
    let id_of_run = run_id(window);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("run_id", ints(&|_| id_of_run)),
        ("window_start", days(&|_| window.start)),
        ("window_end", days(&|_| window.end)),
        ("finding_id", texts(&id)),
        ("from_page", texts(&|p| page(p.from).to_owned())),
        ("to_page", texts(&|p| page(p.to).to_owned())),
        ("n_people", ints(&|p| p.n_people as i64)),
        ("n_moves", ints(&|p| p.n_moves as i64)),
        ("expected_people", floats(&|p| p.expected_people)),
        ("lift", floats(&|p| p.lift)),
        ("lift_low", floats(&|p| p.lift_low)),
        ("p_value", floats(&|p| p.p_value)),
        ("q_value", floats(&|p| p.q_value)),
        ("n_units", Arc::new(n_units)),
        ("planned_steps", Arc::new(steps)),
        ("clicks_saved", floats(&|p| p.clicks_saved)),
        ("share_link", floats(&|p| p.share_link)),
        ("share_search", floats(&|p| p.share_search)),
        ("share_direct", floats(&|p| p.share_direct)),
        ("is_unit_routine", Arc::new(routine)),
        (
            "first_seen",
            days(&|p| past.get(&id(p)).map_or(p.first_day, |(first, _)| *first)),
        ),
        (
            "status",
            texts(&|p| status(p, window, past.get(&id(p)).copied()).to_owned()),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .doing("failed to lay out the elephant paths")
}

/// First day within the horizon, and people in the window before, of each finding.
async fn past(
    context: &SessionContext,
    run: &Run,
    ground: &Ground,
    paths: &[ElephantPath],
) -> Result<HashMap<String, (i32, u64)>, Error> {
    let window = ground.window;
    let page = |id: u32| Some(ground.page(id));
    let schema = Arc::new(Schema::new(vec![
        Field::new("from_page", DataType::Utf8, false),
        Field::new("to_page", DataType::Utf8, false),
    ]));
    let from: StringArray = paths.iter().map(|p| page(p.from)).collect();
    let to: StringArray = paths.iter().map(|p| page(p.to)).collect();
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(from), Arc::new(to)])
        .doing("failed to keep the moves found")?;
    session::register(context, "found_moves", schema, vec![rows])?;
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
