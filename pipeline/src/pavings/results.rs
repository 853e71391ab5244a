//! What came of the changes, as rows of the table `paving_results`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::compute::concat_batches;
use datafusion::prelude::SessionContext;
use queries::findings::pavings::PavingResult;

use super::ledger::Paving;
use crate::analyze::{Window, run_id};
use crate::engine::columns;
use crate::error::{Doing, Error};

/// A change and what came of it.
type Judged<'a> = (&'a Paving, PavingResult);

/// The stored results of changes that are judged no more.
pub(super) async fn kept(
    context: &SessionContext,
    closed: &[&Paving],
) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read what came of earlier changes";
    let frame = context
        .sql("select * from paving_results order by paving_id")
        .await;
    let rows = frame.doing(doing)?.collect().await.doing(doing)?;
    let mut kept = Vec::new();
    for batch in rows {
        let id = columns::texts(&batch, "paving_id")?;
        let is_closed: BooleanArray = (0..batch.num_rows())
            .map(|row| Some(closed.iter().any(|p| p.id == id.value(row))))
            .collect();
        kept.push(arrow::compute::filter_record_batch(&batch, &is_closed).doing(doing)?);
    }
    Ok(kept)
}

/// The rows of a window: those just judged, and those kept, which bear the window too.
pub(super) fn rows_of(
    window: Window,
    judged: &[Judged<'_>],
    kept: Vec<RecordBatch>,
) -> Result<RecordBatch, Error> {
    let doing = "failed to lay out what came of the changes";
    let new = new_rows(window, judged)?;
    let fields = new.schema();
    let mut all = vec![new];
    for batch in kept {
        let n = batch.num_rows();
        let columns = fields
            .fields()
            .iter()
            .map(|field| -> Result<ArrayRef, Error> {
                let column: ArrayRef = match field.name().as_str() {
                    "run_id" => Arc::new(Int64Array::from(vec![run_id(window); n])),
                    "window_start" => Arc::new(Date32Array::from(vec![window.start; n])),
                    "window_end" => Arc::new(Date32Array::from(vec![window.end; n])),
                    name => {
                        let column = batch.column_by_name(name);
                        let column = column.ok_or_else(|| Error::failed(doing))?;
                        arrow::compute::cast(column, field.data_type()).doing(doing)?
                    }
                };
                Ok(column)
            });
        let columns = columns.collect::<Result<Vec<_>, Error>>()?;
        all.push(RecordBatch::try_new(fields.clone(), columns).doing(doing)?);
    }
    concat_batches(&fields, &all).doing(doing)
}

fn new_rows(window: Window, judged: &[Judged<'_>]) -> Result<RecordBatch, Error> {
    let texts = |f: &dyn Fn(&Judged<'_>) -> String| -> ArrayRef {
        Arc::new(judged.iter().map(|j| Some(f(j))).collect::<StringArray>())
    };
    let days = |day: i32| -> ArrayRef { Arc::new(Date32Array::from(vec![day; judged.len()])) };
    let ints = |f: &dyn Fn(&Judged<'_>) -> i64| -> ArrayRef {
        Arc::new(judged.iter().map(|j| Some(f(j))).collect::<Int64Array>())
    };
    let floats = |f: &dyn Fn(&PavingResult) -> Option<f64>| -> ArrayRef {
        Arc::new(judged.iter().map(|j| f(&j.1)).collect::<Float64Array>())
    };
    let is_final: BooleanArray = judged.iter().map(|j| Some(j.1.is_final)).collect();
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("run_id", ints(&|_| run_id(window))),
        ("window_start", days(window.start)),
        ("window_end", days(window.end)),
        ("paving_id", texts(&|j| j.0.id.clone())),
        ("finding_id", texts(&|j| j.0.finding_id.clone())),
        ("from_page", texts(&|j| j.0.from.clone())),
        ("to_page", texts(&|j| j.0.to.clone())),
        ("verdict", texts(&|j| j.1.verdict.as_str().to_owned())),
        ("effect", floats(&|r| r.effect.map(|e| e.size))),
        ("effect_low", floats(&|r| r.effect.map(|e| e.low))),
        ("effect_high", floats(&|r| r.effect.map(|e| e.high))),
        ("p_value", floats(&|r| r.effect.map(|e| e.p_value))),
        (
            "smallest_visible_effect",
            floats(&|r| Some(r.smallest_visible_effect)),
        ),
        ("moved_share", floats(&|r| r.moved_share)),
        ("people_before", floats(&|r| Some(r.people_before))),
        ("people_after", floats(&|r| Some(r.people_after))),
        ("people_at_before", floats(&|r| Some(r.people_at_before))),
        ("people_at_after", floats(&|r| Some(r.people_at_after))),
        ("n_weeks_before", ints(&|j| j.1.n_weeks_before.into())),
        ("n_weeks_after", ints(&|j| j.1.n_weeks_after.into())),
        ("n_controls", ints(&|j| j.1.n_controls as i64)),
        ("is_final", Arc::new(is_final)),
    ];
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    RecordBatch::try_from_iter_with_nullable(columns)
        .doing("failed to lay out what came of the changes")
}
