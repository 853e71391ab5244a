//! The table `runs`: what was done, when, with which counts.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::append;
use crate::store::Lake;

/// Adds a row to `runs`.
///
/// # Errors
/// When the lake cannot be written.
pub async fn note(
    lake: &Lake,
    run_id: i64,
    step: &str,
    result: &str,
    counts: &serde_json::Value,
) -> Result<(), Error> {
    let now = jiff::Timestamp::now().as_microsecond();
    let time = || TimestampMicrosecondArray::from(vec![now]).with_timezone("UTC");
    let schema = lake
        .schema("runs")
        .doing("failed to find the table `runs`")?;
    let row = RecordBatch::try_new(
        schema,
        vec![
            Arc::new(Int64Array::from(vec![run_id])),
            Arc::new(StringArray::from(vec![step])),
            Arc::new(time()),
            Arc::new(time()),
            Arc::new(StringArray::from(vec![env!("CARGO_PKG_VERSION")])),
            Arc::new(StringArray::from(vec![result])),
            Arc::new(StringArray::from(vec![counts.to_string()])),
        ],
    )
    .doing("failed to lay out a run")?;
    append(lake, "runs", row).await
}

/// The counts of the latest run of a step, as JSON.
///
/// # Errors
/// When the lake cannot be read.
pub async fn latest(lake: &Lake, step: &str) -> Result<Option<serde_json::Value>, Error> {
    let mut latest: Option<(i64, String)> = None;
    for batch in &lake
        .read("runs", None, None)
        .await
        .doing("failed to read `runs`")?
    {
        let steps = columns::texts(batch, "step")?;
        let ended = columns::times(batch, "ended_at")?;
        let counts = columns::texts(batch, "counts")?;
        for row in 0..batch.num_rows() {
            let at = ended.value(row);
            if steps.value(row) == step && latest.as_ref().is_none_or(|(last, _)| at >= *last) {
                latest = Some((at, counts.value(row).to_owned()));
            }
        }
    }
    Ok(latest.and_then(|(_, counts)| serde_json::from_str(&counts).ok()))
}
