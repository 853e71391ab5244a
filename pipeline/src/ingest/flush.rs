//! One bounded batch of inputs into the lake: events, activity, rejects, and last the ledger, whose
//! rows say that everything before them is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{BooleanArray, Int64Array, RecordBatch, StringArray};
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::activity::activity;
use crate::ingest::day::{Buffer, DayRows, Part, join};
use crate::ingest::ledger::{self, Entry};
use crate::logs::Rejects;
use crate::logs::evidence::Evidence;
use crate::store::{Lake, Removed, Replace};

/// A batch of parts of inputs, held in memory until it is written.
#[derive(Default)]
pub(super) struct Batch {
    pub(super) buffer: Buffer,
    pub(super) parts: Vec<Part>,
    pub(super) entries: Vec<Entry>,
    pub(super) rejects: Vec<Rejects>,
    pub(super) evidence: Vec<Vec<Evidence>>,
}

/// Files of a small table above which it is written anew as one.
const MANY_FILES: usize = 32;

/// Writes a batch; the entries come back with their duplicates counted.
pub(super) async fn flush(lake: &Lake, mut batch: Batch) -> Result<Vec<Entry>, Error> {
    if batch.parts.is_empty() {
        return Ok(Vec::new());
    }
    for (part, n) in events(lake, &batch).await? {
        batch.entries[part as usize].duplicates += n;
    }
    activity(lake, &batch).await?;
    rejects(lake, &batch).await?;
    let schema = lake.schema("inputs").doing("failed to find the ledger")?;
    renew(
        lake,
        "inputs",
        &batch.parts,
        ledger::rows(schema, &batch.entries)?,
    )
    .await?;
    Ok(batch.entries)
}

async fn events(lake: &Lake, batch: &Batch) -> Result<BTreeMap<u32, u64>, Error> {
    let mut days: BTreeMap<i32, Vec<u32>> = BTreeMap::new();
    for (row, day) in batch.buffer.events.day.iter().enumerate() {
        days.entry(*day).or_default().push(row as u32);
    }
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value())
    else {
        return Ok(BTreeMap::new());
    };
    let (first, last) = (*first, *last);
    let snapshot = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let schema = lake
        .schema("events")
        .doing("failed to find the table `events`")?;
    let joined: Vec<(i32, DayRows)> = days
        .par_iter()
        .map(|(day, rows)| {
            let there = snapshot
                .read_day(*day)
                .doing("failed to read a day of `events`")?;
            let rows = join(&schema, &batch.buffer, rows, &batch.parts, &there)?;
            Ok((*day, rows))
        })
        .collect::<Result<_, Error>>()?;
    let mut duplicates = BTreeMap::new();
    let mut change = Replace {
        removed: Removed::Nothing,
        added: Vec::new(),
        transaction: None,
    };
    let mut removed = Vec::new();
    for (day, rows) in joined {
        for (part, n) in rows.duplicates {
            *duplicates.entry(part).or_default() += n;
        }
        if rows.is_changed {
            removed.push(day);
            change.added.push((Some(day), rows.rows));
        }
    }
    if !removed.is_empty() {
        change.removed = Removed::Days(removed);
        let doing = || {
            let day = queries::day::Day;
            format!(
                "failed to write the events of {} to {}",
                day(first),
                day(last)
            )
        };
        lake.replace("events", change).await.doing(doing())?;
    }
    Ok(duplicates)
}

async fn rejects(lake: &Lake, batch: &Batch) -> Result<(), Error> {
    let mut rows: Vec<(i64, usize, &Rejects)> = Vec::new();
    for (part, rejects) in batch.parts.iter().zip(&batch.rejects) {
        rows.extend((0..rejects.len()).map(|row| (part.input_id, row, rejects)));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let doing = "failed to write the rejects";
    let schema = lake.schema("rejects").doing(doing)?;
    let new = RecordBatch::try_new(
        schema.clone(),
        vec![
            Arc::new(Int64Array::from_iter_values(rows.iter().map(|r| r.0))),
            Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|r| r.2.line[r.1] as i64),
            )),
            Arc::new(Int64Array::from_iter_values(
                rows.iter().map(|r| r.2.offset[r.1] as i64),
            )),
            Arc::new(StringArray::from_iter_values(
                rows.iter().map(|r| r.2.reason[r.1].as_str()),
            )),
            Arc::new(StringArray::from_iter_values(
                rows.iter().map(|r| r.2.text[r.1].as_str()),
            )),
        ],
    )
    .doing(doing)?;
    renew(lake, "rejects", &batch.parts, new).await
}

/// Adds the rows of these parts; rows that a load which broke off left of them are replaced.
async fn renew(lake: &Lake, table: &str, parts: &[Part], rows: RecordBatch) -> Result<(), Error> {
    let doing = format!("failed to write `{table}`");
    let ours: BTreeSet<i64> = parts.iter().map(|part| part.input_id).collect();
    let mut there = lake.read(table, None, None).await.doing(&doing)?;
    let mut has_ours = false;
    for old in &mut there {
        let inputs = columns::ints(old, "input_id")?;
        let keep: BooleanArray = inputs
            .iter()
            .map(|id| Some(id.is_none_or(|id| !ours.contains(&id))))
            .collect();
        has_ours |= keep.false_count() > 0;
        *old = arrow::compute::filter_record_batch(old, &keep).doing(&doing)?;
    }
    if !has_ours {
        return append(lake, table, rows).await;
    }
    there.push(rows);
    crate::derive::replace_all(lake, table, there).await
}

/// Adds rows to a small table; one of many small files is written anew as one.
pub(crate) async fn append(lake: &Lake, table: &str, rows: RecordBatch) -> Result<(), Error> {
    let doing = format!("failed to write `{table}`");
    let snapshot = lake.snapshot(table).await.doing(&doing)?;
    if snapshot.files.len() >= MANY_FILES {
        let mut all = lake.read(table, None, None).await.doing(&doing)?;
        all.push(rows);
        return crate::derive::replace_all(lake, table, all).await;
    }
    let change = Replace {
        removed: Removed::Nothing,
        added: vec![(None, vec![rows])],
        transaction: None,
    };
    lake.replace(table, change).await.doing(&doing)?;
    Ok(())
}
