//! What came of the changes, as rows of the tables `paving_results` and `paving_measures`.

use arrow::array::{BooleanArray, RecordBatch};
use arrow::compute::concat_batches;
use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;
use queries::findings::pavings::{Measured, PavingResult};

use super::ledger::Paving;
use crate::analyze::layout::Layout;
use crate::analyze::{Window, run_id};
use crate::derive::fit;
use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// A change and what came of it.
pub(super) type Judged<'a> = (&'a Paving, PavingResult);

/// The rows of a table in a window: those just judged, and the stored ones of changes that are judged no more, in the order
/// of their key.
pub(super) async fn with_closed(
    lake: &Lake,
    context: &SessionContext,
    window: Window,
    (table, key): (&str, &str),
    judged: RecordBatch,
    closed: &[&Paving],
) -> Result<RecordBatch, Error> {
    let doing = format!("failed to lay out `{table}`");
    let mut rows = vec![judged];
    rows.extend(kept(context, window, (table, key), closed).await?);
    let rows = fit(lake, table, rows)?;
    concat_batches(&rows[0].schema(), &rows).doing(doing)
}

/// The stored rows of changes that are judged no more; they bear the window too.
async fn kept(
    context: &SessionContext,
    window: Window,
    (table, key): (&str, &str),
    closed: &[&Paving],
) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read what came of earlier changes";
    let sql = format!(
        "select * replace ($run_id as run_id, $start as window_start, $end as window_end) \
         from {table} order by {key}"
    );
    let values = vec![
        ("run_id", ScalarValue::from(run_id(window))),
        ("start", day(window.start)),
        ("end", day(window.end)),
    ];
    let frame = context.sql(&sql).await.doing(doing)?;
    let frame = frame.with_param_values(values).doing(doing)?;
    let mut kept = Vec::new();
    for batch in frame.collect().await.doing(doing)? {
        let id = columns::texts(&batch, "paving_id")?;
        let is_closed: BooleanArray = (0..batch.num_rows())
            .map(|row| Some(closed.iter().any(|p| p.id == id.value(row))))
            .collect();
        kept.push(arrow::compute::filter_record_batch(&batch, &is_closed).doing(doing)?);
    }
    Ok(kept)
}

/// The verdicts, as rows of `paving_results`.
pub(super) fn verdicts(window: Window, judged: &[Judged<'_>]) -> Result<RecordBatch, Error> {
    Layout::of_window(judged, window)
        .text("paving_id", |j| j.0.id.clone())
        .text("finding_id", |j| j.0.finding_id.clone())
        .text("from_page", |j| j.0.from.clone())
        .text("to_page", |j| j.0.to.clone())
        .text("verdict", |j| j.1.verdict.as_str().to_owned())
        .maybe_float("effect", |j| j.1.effect.map(|e| e.size))
        .maybe_float("effect_low", |j| j.1.effect.map(|e| e.low))
        .maybe_float("effect_high", |j| j.1.effect.map(|e| e.high))
        .maybe_float("p_value", |j| j.1.effect.map(|e| e.p_value))
        .float("smallest_visible_effect", |j| j.1.smallest_visible_effect)
        .maybe_float("moved_share", |j| j.1.moved_share)
        .float("people_before", |j| j.1.people_before)
        .float("people_after", |j| j.1.people_after)
        .float("people_at_before", |j| j.1.people_at_before)
        .float("people_at_after", |j| j.1.people_at_after)
        .int("n_weeks_before", |j| j.1.n_weeks_before.into())
        .int("n_weeks_after", |j| j.1.n_weeks_after.into())
        .int("n_controls", |j| j.1.n_controls as i64)
        .truth("is_final", |j| j.1.is_final)
        .finish("paving_results")
}

/// What else was measured, as rows of `paving_measures`.
pub(super) fn measures(window: Window, judged: &[Judged<'_>]) -> Result<RecordBatch, Error> {
    let measured: Vec<(&Paving, Measured)> = judged
        .iter()
        .flat_map(|(paving, result)| result.measured.iter().flatten().map(|m| (*paving, *m)))
        .collect();
    Layout::of_window(&measured, window)
        .text("paving_id", |m| m.0.id.clone())
        .text("finding_id", |m| m.0.finding_id.clone())
        .text("measure", |m| m.1.measure.as_str().to_owned())
        .float("before", |m| m.1.before)
        .float("after", |m| m.1.after)
        .float("effect", |m| m.1.effect.size)
        .float("effect_low", |m| m.1.effect.low)
        .float("effect_high", |m| m.1.effect.high)
        .float("p_value", |m| m.1.effect.p_value)
        .float("smallest_visible_effect", |m| m.1.smallest_visible_effect)
        .int("n_controls", |m| m.1.n_controls as i64)
        .finish("paving_measures")
}
