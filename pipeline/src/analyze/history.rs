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

/// A run's name: a window that is analysed again keeps it.
pub(crate) fn run_id(window: Window) -> i64 {
    let hash = blake3::hash(format!("{} {}", window.start, window.end).as_bytes());
    let first: [u8; 8] = hash.as_bytes()[..8]
        .try_into()
        .expect("a hash has 32 bytes");
    i64::from_le_bytes(first) & i64::MAX
}

/// A finding's name, `kind-` and twelve letters: the same thing has the same one in every window.
pub(super) fn finding_id<'t>(
    table: &str,
    kind: &str,
    parts: impl IntoIterator<Item = &'t str>,
) -> String {
    let mut text = table.to_owned();
    for part in parts {
        text.push('\0');
        text.push_str(part);
    }
    format!("{kind}-{}", &blake3::hash(text.as_bytes()).to_hex()[..12])
}

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

/// What earlier windows tell of findings, by their names.
pub(super) type PastById = BTreeMap<String, Past>;

/// The findings of windows that ended before this one, by name. `count` is the column counted.
pub(super) async fn past(
    context: &SessionContext,
    table: &str,
    count: &str,
    window: Window,
) -> Result<PastById, Error> {
    let doing = format!("failed to read the past of `{table}`");
    let sql = format!(
        "select finding_id, window_end, {count} as n from {table}_history \
         where window_end < $end order by finding_id, window_end, window_start"
    );
    let frame = context.sql(&sql).await.doing(&doing)?;
    let values = vec![("end", day(window.end))];
    let frame = frame.with_param_values(values).doing(&doing)?;
    let mut past = PastById::new();
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

/// Against the last window that shares no day with this one: more or less than a quarter of the people
/// tells growing from fading.
pub(super) fn status(n: u64, past: Option<&Past>) -> &'static str {
    let n = n as f64;
    match past {
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
