//! The journeys of a window.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch,
    StringArray, StringBuilder,
};
use datafusion::prelude::SessionContext;
use queries::findings::journeys::{self as detector, Journey, Journeys};

use super::ground::Ground;
use super::history::{self, Past};
use super::rows::run_id;
use crate::error::{Doing, Error};
use crate::run::Run;

/// Finds the journeys.
pub(super) fn find(run: &Run, ground: &Ground) -> Journeys {
    detector::journeys(&ground.walks, &ground.is_hub, &[], &ground.gates(run))
}

/// A finding's name: the same route has the same one in every window.
fn finding_id(ground: &Ground, journey: &Journey) -> String {
    let mut text = "journeys".to_owned();
    for page in &journey.pages {
        text.push('\0');
        text.push_str(ground.page(*page));
    }
    format!("journey-{}", &blake3::hash(text.as_bytes()).to_hex()[..12])
}

/// The rows of the table `journeys`.
pub(super) async fn rows_of(
    context: &SessionContext,
    ground: &Ground,
    found: &Journeys,
) -> Result<RecordBatch, Error> {
    let (journeys, window) = (&found.journeys, ground.window);
    let past = history::past(context, "journeys", "n_people", window).await?;
    let id = |journey: &Journey| finding_id(ground, journey);
    let ints = |f: &dyn Fn(&Journey) -> i64| -> ArrayRef {
        Arc::new(journeys.iter().map(|j| Some(f(j))).collect::<Int64Array>())
    };
    let floats = |f: &dyn Fn(&Journey) -> f64| -> ArrayRef {
        Arc::new(
            journeys
                .iter()
                .map(|j| Some(f(j)))
                .collect::<Float64Array>(),
        )
    };
    let texts = |f: &dyn Fn(&Journey) -> String| -> ArrayRef {
        Arc::new(journeys.iter().map(|j| Some(f(j))).collect::<StringArray>())
    };
    let days = |f: &dyn Fn(&Journey) -> i32| -> ArrayRef {
        Arc::new(journeys.iter().map(|j| Some(f(j))).collect::<Date32Array>())
    };
    let is_planned: BooleanArray = journeys.iter().map(|j| Some(j.is_planned)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("run_id", ints(&|_| run_id(window))),
        ("window_start", days(&|_| window.start)),
        ("window_end", days(&|_| window.end)),
        ("finding_id", texts(&id)),
        ("pages", pages(ground, journeys)),
        ("n_people", ints(&|j| j.n_people as i64)),
        ("n_times", ints(&|j| j.n_times as i64)),
        ("expected_people", floats(&|j| j.expected_people)),
        ("lift", floats(&|j| j.lift)),
        ("lift_low", floats(&|j| j.lift_low)),
        ("p_value", floats(&|j| j.p_value)),
        ("q_value", floats(&|j| j.q_value)),
        ("is_planned", Arc::new(is_planned)),
        ("first_seen", days(&|j| j.first_day)),
        ("status", texts(&|j| status(j, &past, &id(j)).to_owned())),
    ];
    RecordBatch::try_from_iter(columns).doing("failed to lay out the journeys")
}

fn pages(ground: &Ground, journeys: &[Journey]) -> ArrayRef {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for journey in journeys {
        for page in &journey.pages {
            lists.values().append_value(ground.page(*page));
        }
        lists.append(true);
    }
    Arc::new(lists.finish())
}

/// Against the last window that shares no day with this one: more or less than a quarter of the people
/// tells growing from fading.
fn status(journey: &Journey, past: &BTreeMap<String, Past>, id: &str) -> &'static str {
    let n = journey.n_people as f64;
    match past.get(id) {
        None => "new",
        Some(Past {
            n_before: Some(before),
        }) if n > *before as f64 * 1.25 => "growing",
        Some(Past {
            n_before: Some(before),
        }) if n < *before as f64 * 0.75 => "fading",
        Some(_) => "stable",
    }
}
