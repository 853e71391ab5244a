//! The plan in all: its links by kind, and its snapshots.

use arrow::array::Array;
use datafusion::prelude::SessionContext;
use queries::day::Day;
use queries::text::Append;
use serde_json::{Value, json};

use super::since;
use crate::engine::columns::{self, int_at};
use crate::engine::session::{self, ask};
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

/// The plan in all.
#[derive(Debug)]
pub struct Overview {
    /// Source, kind, links that hold now, links that ended.
    kinds: Vec<(String, String, i64, i64)>,
    /// First day, source, links begun, links ended.
    snapshots: Vec<(Option<i32>, String, i64, i64)>,
}

/// Looks at the plan in all.
///
/// # Errors
/// When the lake cannot be read.
pub async fn overview(run: &Run, lake: &Lake) -> Result<Overview, Error> {
    let context = session::over_lake(lake, run.memory).await?;
    Ok(Overview {
        kinds: kinds(&context).await?,
        snapshots: snapshots(&context).await?,
    })
}

async fn kinds(context: &SessionContext) -> Result<Vec<(String, String, i64, i64)>, Error> {
    let mut kinds = Vec::new();
    for batch in &ask(context, "plan_by_kind", &[]).await? {
        let (source, kind) = (
            columns::texts(batch, "source")?,
            columns::texts(batch, "kind")?,
        );
        let (now, ended) = (
            columns::ints(batch, "n_now")?,
            columns::ints(batch, "n_ended")?,
        );
        kinds.extend((0..batch.num_rows()).map(|row| {
            let names = (source.value(row).to_owned(), kind.value(row).to_owned());
            (names.0, names.1, int_at(&now, row), int_at(&ended, row))
        }));
    }
    Ok(kinds)
}

async fn snapshots(
    context: &SessionContext,
) -> Result<Vec<(Option<i32>, String, i64, i64)>, Error> {
    let mut snapshots = Vec::new();
    for batch in &ask(context, "plan_snapshots", &[]).await? {
        let (day, source) = (
            columns::days(batch, "day")?,
            columns::texts(batch, "source")?,
        );
        let (begun, ended) = (
            columns::ints(batch, "n_begun")?,
            columns::ints(batch, "n_ended")?,
        );
        snapshots.extend((0..batch.num_rows()).map(|row| {
            let day = day.is_valid(row).then(|| day.value(row));
            let source = source.value(row).to_owned();
            (day, source, int_at(&begun, row), int_at(&ended, row))
        }));
    }
    Ok(snapshots)
}

impl Overview {
    /// For a terminal.
    pub fn text(&self) -> String {
        if self.kinds.is_empty() {
            return "there is no plan: `elephant plan import` or `elephant plan crawl` brings one\n"
                .to_owned();
        }
        let mut text = "source      kind             now     ended\n".to_owned();
        for (source, kind, now, ended) in &self.kinds {
            text.add_line(format_args!("{source:<12}{kind:<10}{now:>10}{ended:>10}"));
        }
        text.push_str("\nsince       source         begun     ended\n");
        for (day, source, begun, ended) in &self.snapshots {
            let day = since(*day);
            text.add_line(format_args!("{day:<12}{source:<10}{begun:>10}{ended:>10}"));
        }
        text
    }

    /// For programs.
    pub fn json(&self) -> Value {
        let kinds = self.kinds.iter().map(|(source, kind, now, ended)| {
            json!({"source": source, "kind": kind, "n_now": now, "n_ended": ended})
        });
        let snapshots = self.snapshots.iter().map(|(day, source, begun, ended)| {
            let day = day.map(|day| Day(day).to_string());
            json!({"valid_from": day, "source": source, "n_begun": begun, "n_ended": ended})
        });
        json!({
            "links": kinds.collect::<Vec<_>>(),
            "snapshots": snapshots.collect::<Vec<_>>(),
        })
    }
}
