//! The table `runs`: what was done, when, with which counts.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::append;
use crate::store::Lake;
use crate::talk::Talk;

/// A step that takes longer is worth a line to whoever waits, in microseconds.
const WORTH_A_LINE: i64 = 1_000_000;

/// The result of a run in which something needed a look.
pub const LOOK: &str = "look";

/// The steps of a run, each of which begins where the one before ended.
pub struct Steps<'a> {
    talk: &'a Talk,
    began: i64,
    done: Vec<Step>,
}

/// A step that is done.
struct Step {
    name: &'static str,
    started: i64,
    ended: i64,
    result: &'static str,
    counts: serde_json::Value,
}

impl<'a> Steps<'a> {
    /// The first step begins.
    pub fn begin(talk: &'a Talk) -> Self {
        Self {
            talk,
            began: now(),
            done: Vec::new(),
        }
    }

    /// A step is done.
    pub fn end(&mut self, name: &'static str) {
        let started = self.done.last().map_or(self.began, |step| step.ended);
        let step = Step {
            name,
            started,
            ended: now(),
            result: "done",
            counts: serde_json::json!({}),
        };
        let took = step.ended - step.started;
        if took > WORTH_A_LINE {
            self.talk.say(format!("{name}: done in {}", seconds(took)));
        }
        self.done.push(step);
    }

    /// Everything is done: adds a row for each step to `runs`, and one for the whole with what it came to, and with
    /// whether something of the run up to here needs a look.
    ///
    /// # Errors
    /// When the lake cannot be written.
    pub async fn note(
        mut self,
        lake: &Lake,
        run_id: i64,
        name: &'static str,
        counts: serde_json::Value,
    ) -> Result<(), Error> {
        let needs_a_look = self.talk.needs_a_look();
        self.done.push(Step {
            name,
            started: self.began,
            ended: now(),
            result: if needs_a_look { LOOK } else { "done" },
            counts,
        });
        append(lake, "runs", rows(lake, run_id, &self.done)?).await
    }
}

/// Microseconds as words.
pub fn seconds(micros: i64) -> String {
    format!("{:.1} s", micros as f64 / 1e6)
}

fn now() -> i64 {
    jiff::Timestamp::now().as_microsecond()
}

fn rows(lake: &Lake, run_id: i64, steps: &[Step]) -> Result<RecordBatch, Error> {
    let times = |of: fn(&Step) -> i64| {
        TimestampMicrosecondArray::from_iter_values(steps.iter().map(of)).with_timezone("UTC")
    };
    let texts = |of: &dyn Fn(&Step) -> String| StringArray::from_iter_values(steps.iter().map(of));
    let schema = lake
        .schema("runs")
        .doing("failed to find the table `runs`")?;
    RecordBatch::try_new(
        schema,
        vec![
            Arc::new(Int64Array::from(vec![run_id; steps.len()])),
            Arc::new(texts(&|step| step.name.to_owned())),
            Arc::new(times(|step| step.started)),
            Arc::new(times(|step| step.ended)),
            Arc::new(texts(&|_| env!("CARGO_PKG_VERSION").to_owned())),
            Arc::new(texts(&|step| step.result.to_owned())),
            Arc::new(texts(&|step| step.counts.to_string())),
        ],
    )
    .doing("failed to lay out a run")
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
