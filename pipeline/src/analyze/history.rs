//! The table of a finding and its history: the one shows the latest window, the other every one.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;

use super::Window;
use crate::derive::{fit, replace_all};
use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// Writes the rows of a window to a finding's table and to its history; analysing a window again
/// replaces its rows.
pub(crate) async fn keep(
    lake: &Lake,
    context: &SessionContext,
    table: &str,
    window: Window,
    rows: RecordBatch,
) -> Result<(), Error> {
    let mut rows = fit(lake, table, vec![rows])?;
    replace_all(lake, table, rows.clone()).await?;
    let history = format!("{table}_history");
    let doing = format!("failed to read `{history}`");
    let sql = format!(
        "select * from {history} where not (window_start = $start and window_end = $end) \
         order by window_end, window_start, finding_id"
    );
    let frame = context.sql(&sql).await.doing(&doing)?;
    let values = vec![("start", day(window.start)), ("end", day(window.end))];
    let frame = frame.with_param_values(values).doing(&doing)?;
    let mut kept = fit(lake, &history, frame.collect().await.doing(&doing)?)?;
    kept.append(&mut rows);
    replace_all(lake, &history, kept).await
}

/// What earlier windows tell of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Past {
    /// Its count in the last window that shares no day with this one; `None` where it was not found there.
    pub(super) n_before: Option<i64>,
}

/// The findings of windows that ended before this one, by name. `count` is the column counted.
pub(super) async fn past(
    context: &SessionContext,
    table: &str,
    count: &str,
    window: Window,
) -> Result<BTreeMap<String, Past>, Error> {
    let doing = format!("failed to read the past of `{table}`");
    let sql = format!(
        "select finding_id, window_end, {count} as n from {table}_history \
         where window_end < $end order by finding_id, window_end, window_start"
    );
    let frame = context.sql(&sql).await.doing(&doing)?;
    let values = vec![("end", day(window.end))];
    let frame = frame.with_param_values(values).doing(&doing)?;
    let mut past = BTreeMap::new();
    for batch in &frame.collect().await.doing(&doing)? {
        let id = columns::texts(batch, "finding_id")?;
        let end = columns::days(batch, "window_end")?;
        let n = columns::ints(batch, "n")?;
        for row in 0..batch.num_rows() {
            let known = past
                .entry(id.value(row).to_owned())
                .or_insert(Past { n_before: None });
            if end.value(row) < window.start {
                known.n_before = Some(n.value(row));
            }
        }
    }
    Ok(past)
}
