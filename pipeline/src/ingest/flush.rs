//! One bounded batch of inputs into the lake: events, activity, rejects, and last the ledger, whose
//! rows say that everything before them is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{BooleanArray, Int64Array, RecordBatch, StringArray};
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::activity::{activity_of_day, write_activity};
use crate::ingest::day::{Known, Part, join, merged};
use crate::ingest::ledger::{self, Entry};
use crate::ingest::reading::Piece;
use crate::ingest::rows::{Places, Rows, Segment};
use crate::ingest::source::About;
use crate::logs::Rejects;
use crate::logs::columns::Words;
use crate::logs::counts::Counts;
use crate::store::{Lake, Removed, Replace, Staged, TableSnapshot};

/// A batch of parts of inputs, held in memory until it is written.
#[derive(Default)]
pub(super) struct Batch {
    segments: Vec<Segment>,
    pub(super) parts: Vec<Part>,
    entries: Vec<Entry>,
    rejects: Vec<Rejects>,
}

impl Batch {
    /// Adds a part of an input.
    pub(super) fn take(&mut self, about: &mut About, counts: Counts, pieces: Vec<Piece>) {
        let part = about.part();
        let names_users = pieces
            .iter()
            .any(|piece| piece.parsed.events.is_weak.iter().any(|is_weak| !is_weak));
        self.entries
            .push(about.entry(part.input_id, &counts, names_users));
        about.chain.push(part.input_id);
        let place = self.parts.len() as u32;
        let mut rejects = Rejects::default();
        for piece in pieces {
            rejects.merge(piece.parsed.rejects);
            self.segments.push(Segment {
                part: place,
                parser: piece.parser,
                events: piece.parsed.events,
                filtered: piece.parsed.filtered,
            });
        }
        self.parts.push(part);
        self.rejects.push(rejects);
    }
}

/// Events of a day that is not written beside others.
const LARGE_DAY: usize = 150_000;

/// Files that a day may have; with more it is written anew as one.
const FILES_A_DAY: usize = 6;

/// Files of a small table above which it is written anew as one.
const MANY_FILES: usize = 32;

/// Writes a batch; the entries come back with their duplicates counted, and the columns to be used again.
pub(super) async fn flush(
    lake: &Lake,
    mut batch: Batch,
    words: &[&Words],
) -> Result<(Vec<Entry>, Vec<Segment>), Error> {
    if batch.parts.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let days = events(lake, &batch, words).await?;
    let mut activity = BTreeMap::new();
    for day in days {
        for (part, n) in day.duplicates {
            batch.entries[part as usize].duplicates += n;
        }
        activity.insert(day.day, day.activity);
    }
    write_activity(lake, &batch.parts, activity).await?;
    rejects(lake, &batch).await?;
    let schema = lake.schema("inputs").doing("failed to find the ledger")?;
    renew(
        lake,
        "inputs",
        &batch.parts,
        ledger::rows(schema, &batch.entries)?,
    )
    .await?;
    Ok((batch.entries, batch.segments))
}

async fn events(lake: &Lake, batch: &Batch, words: &[&Words]) -> Result<Vec<Written>, Error> {
    let rows = Rows::new(&batch.segments, words);
    let days = rows.by_day();
    let (Some((first, _)), Some((last, _))) = (days.first_key_value(), days.last_key_value())
    else {
        return Ok(Vec::new());
    };
    let (first, last) = (*first, *last);
    let snapshot = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let write = |(day, places)| write_day(lake, &snapshot, &rows, &batch.parts, day, places);
    // Small days side by side; of a large one all threads write the columns, so that but one is in memory.
    let (large, small): (Vec<_>, Vec<_>) = days
        .into_iter()
        .partition(|(_, places)| places.events.len() > LARGE_DAY);
    let mut days: Vec<Written> = small
        .into_par_iter()
        .map(write)
        .collect::<Result<_, Error>>()?;
    for day in large {
        days.push(write(day)?);
    }
    let anew = days.iter().filter(|day| day.is_anew);
    let removed = anew.map(|day| day.day).collect();
    let staged: Vec<Staged> = days
        .iter_mut()
        .filter_map(|day| day.staged.take())
        .collect();
    if !staged.is_empty() {
        let day = queries::day::Day;
        let doing = format!(
            "failed to write the events of {} to {}",
            day(first),
            day(last)
        );
        lake.replace_staged(&snapshot, Removed::Days(removed), staged)
            .await
            .doing(doing)?;
    }
    Ok(days)
}

/// A day whose files are on the disk.
struct Written {
    day: i32,
    /// Whether the files that the day had are replaced.
    is_anew: bool,
    duplicates: BTreeMap<u32, u64>,
    activity: RecordBatch,
    staged: Option<Staged>,
}

fn write_day(
    lake: &Lake,
    snapshot: &TableSnapshot,
    rows: &Rows<'_>,
    parts: &[Part],
    day: i32,
    mut places: Places,
) -> Result<Written, Error> {
    rayon::join(
        || places.events.par_sort_unstable(),
        || places.filtered.par_sort_unstable(),
    );
    let again = "failed to read a day of `events`";
    let there = snapshot
        .read_day_columns(day, &Known::COLUMNS)
        .doing(again)?;
    let known = Known::of(&there);
    drop(there);
    let schema = lake
        .schema("activity")
        .doing("failed to find the table `activity`")?;
    let (activity, joined) = rayon::join(
        || activity_of_day(&schema, rows, parts, day, &places),
        || join(&snapshot.spec.schema, rows, &places.events, parts, &known),
    );
    let (activity, joined) = (activity?, joined?);
    drop(places.filtered);
    let mut written = Written {
        day,
        is_anew: false,
        duplicates: joined.duplicates,
        activity,
        staged: None,
    };
    let Some(new) = joined.rows else {
        return Ok(written);
    };
    let files = snapshot.files.iter().filter(|file| file.day == Some(day));
    let n_files = files.count();
    // Lines that come later need not cost the whole day: they stand in a file of their own.
    written.is_anew = n_files >= FILES_A_DAY;
    let rows = if written.is_anew {
        merged(snapshot.read_day_as_words(day).doing(again)?, new)?
    } else {
        new
    };
    let staged = lake
        .stage("events", Some(day), vec![rows])
        .doing("failed to write a day of `events`")?;
    written.staged = Some(staged);
    Ok(written)
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
