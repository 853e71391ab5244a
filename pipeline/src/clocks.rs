//! Whether the clock of a log has jumped, told to the operator: a server whose zone or summer time is handled wrongly.
//!
//! The base is `activity`, small and cut into days: a night reads the days before it that it is compared with, and
//! never an event. A source is a series of files that one server writes: the names of inputs, without dates and numbers
//! of rotation. Not the entry of [[logs]], which may hold the files of many servers, where the one with a wrong clock
//! would drown; not the parts of one file, for most logs begin a new file every day.

mod source;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::clocks::{DAYS_BEFORE, Jump, MOST_APART, PersonDay, jumps};
use queries::day::Day;

use crate::civil;
use crate::engine::columns::{self, text_at};
use crate::engine::provider::LakeTable;
use crate::engine::session::{self, ask, day, keep};
use crate::error::{Doing, Error};
use crate::ingest::Ledger;
use crate::run::Run;
use crate::store::Lake;

/// Days before the first new one that are looked at again: the day before may have been cut off by the night, and a
/// jump of few people takes a week to be seen.
const DAYS_AGAIN: i32 = 7;

/// What a load says of the clocks of the logs whose days it added to.
///
/// # Errors
/// When the lake cannot be read.
pub async fn notes_of_load(run: &Run, lake: &Lake, ledger: &Ledger) -> Result<Vec<String>, Error> {
    let zone = run.zone()?;
    let entries = ledger.entries.iter();
    let Some(first) = entries.filter_map(|entry| entry.counts.first_ts).min() else {
        return Ok(Vec::new());
    };
    let loaded: Vec<String> = ledger
        .entries
        .iter()
        .map(|entry| source::of_name(&entry.name))
        .collect();
    let from = civil::day_of(&zone, first).saturating_sub(DAYS_AGAIN);
    let found = found(run, lake, Some(from)).await?;
    let ours = found.iter().filter(|one| loaded.contains(&one.source));
    Ok(words::notes(run, &zone, ours))
}

/// What the lake says of the clocks of its logs within the horizon.
///
/// # Errors
/// When the lake cannot be read.
pub async fn notes(run: &Run, lake: &Lake) -> Result<Vec<String>, Error> {
    let found = found(run, lake, None).await?;
    Ok(words::notes(run, &run.zone()?, found.iter()))
}

/// A jump of a source.
struct Found {
    source: String,
    /// The name of one of its inputs.
    input: String,
    jump: Jump,
}

/// The jumps of days from `from` on, but not before the horizon.
async fn found(run: &Run, lake: &Lake, from: Option<i32>) -> Result<Vec<Found>, Error> {
    let activity = lake
        .snapshot("activity")
        .await
        .doing("failed to read the log of `activity`")?;
    let Some(last) = activity.files.iter().filter_map(|file| file.day).max() else {
        return Ok(Vec::new());
    };
    let horizon = last - run.settings.analysis.horizon_weeks.max(1) as i32 * 7;
    let from = from.unwrap_or(horizon).max(horizon);
    let start = from - MOST_APART - DAYS_BEFORE;
    let is_read = |day: &i32| *day >= start;
    let mut days: Vec<i32> = activity.files.iter().filter_map(|file| file.day).collect();
    days.retain(is_read);
    days.dedup();
    if days.len() <= DAYS_AGAIN as usize {
        return Ok(Vec::new());
    }
    let context = session::bare(run.memory)?;
    context
        .register_table("activity", Arc::new(LakeTable::new(activity)))
        .doing("failed to open the table `activity`")?;
    for table in ["actors", "opt_outs"] {
        let doing = format!("failed to read `{table}`");
        let rows = lake.read(table, None, None).await.doing(&doing)?;
        let schema = lake.schema(table).doing(&doing)?;
        session::register(&context, table, schema, rows)?;
    }
    keep(&context, "excluded", &[]).await?;
    let inputs = register_sources(&context, lake).await?;
    let rows = ask(&context, "hours_by_source", &[("from_day", day(start))]).await?;
    let mut found = Vec::new();
    for (source, rows) in by_source(&rows)? {
        let input = inputs.get(&source).cloned().unwrap_or_default();
        found.extend(jumps(&rows, Day(from)).into_iter().map(|jump| Found {
            source: source.clone(),
            input: input.clone(),
            jump,
        }));
    }
    Ok(found)
}

/// Makes the table `input_sources`; returns the name of an input of each source.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) async fn register_sources(
    context: &SessionContext,
    lake: &Lake,
) -> Result<BTreeMap<String, String>, Error> {
    let doing = "failed to read the ledger";
    let (mut ids, mut sources) = (Vec::new(), Vec::new());
    let mut inputs = BTreeMap::new();
    for batch in &lake.read("inputs", None, None).await.doing(doing)? {
        let id = columns::ints(batch, "input_id")?;
        let name = columns::texts(batch, "name")?;
        for row in 0..batch.num_rows() {
            let source = source::of_name(text_at(&name, row));
            ids.push(id.value(row));
            inputs.insert(source.clone(), text_at(&name, row).to_owned());
            sources.push(source);
        }
    }
    let schema = Arc::new(Schema::new(vec![
        Field::new("input_id", DataType::Int64, false),
        Field::new("source", DataType::Utf8, false),
    ]));
    let columns: Vec<arrow::array::ArrayRef> = vec![
        Arc::new(Int64Array::from(ids)),
        Arc::new(StringArray::from(sources)),
    ];
    let rows = RecordBatch::try_new(schema.clone(), columns).doing(doing)?;
    session::register(context, "input_sources", schema, vec![rows])?;
    Ok(inputs)
}

/// The rows of each source, in their order.
fn by_source(batches: &[RecordBatch]) -> Result<Vec<(String, Vec<PersonDay>)>, Error> {
    let mut all: Vec<(String, Vec<PersonDay>)> = Vec::new();
    for batch in batches {
        let source = columns::texts(batch, "source")?;
        let (person, hours) = (
            columns::ints(batch, "person")?,
            columns::ints(batch, "hours")?,
        );
        let day = columns::days(batch, "day")?;
        for row in 0..batch.num_rows() {
            let name = text_at(&source, row);
            if all.last().is_none_or(|(last, _)| last != name) {
                all.push((name.to_owned(), Vec::new()));
            }
            if let Some((_, rows)) = all.last_mut() {
                rows.push(PersonDay {
                    person: person.value(row),
                    day: Day(day.value(row)),
                    hours: hours.value(row) as u32,
                });
            }
        }
    }
    Ok(all)
}
