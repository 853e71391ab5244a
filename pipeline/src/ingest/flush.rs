//! Bounded batches of inputs into the lake, some by one commit: events, activity, rejects, and last the ledger, whose
//! rows say that everything before them is there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::SchemaRef;
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::activity::{self, activity_of_day, with_earlier};
use crate::ingest::change::Change;
use crate::ingest::day::{Known, Part, join, merged};
use crate::ingest::layout::batch;
use crate::ingest::ledger::{self, Entry};
use crate::ingest::reading;
use crate::ingest::rows::{DayRows, Rows, Segment};
use crate::ingest::small::Small;
use crate::ingest::source::About;
use crate::logs::Rejects;
use crate::logs::columns::Words;
use crate::logs::counts::Counts;
use crate::store::{Lake, Packed, Staged, TableSnapshot};

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
    pub(super) fn take(&mut self, about: &mut About, counts: Counts, pieces: Vec<reading::Piece>) {
        let part = about.part();
        let names_users = pieces
            .iter()
            .any(|piece| piece.piles.events.rows.iter().any(|event| !event.is_weak));
        self.entries
            .push(about.entry(part.input_id, &counts, names_users));
        about.chain.push(part.input_id);
        let place = self.parts.len() as u32;
        let mut rejects = Rejects::default();
        for piece in pieces {
            rejects.merge(piece.rejects);
            self.segments.push(Segment {
                part: place,
                parser: piece.parser,
                piles: piece.piles,
            });
        }
        self.parts.push(part);
        self.rejects.push(rejects);
    }
}

/// Files that a day may have; with more it is written anew as one.
const FILES_A_DAY: usize = 6;

/// Batches that one commit names: a commit has the disk to wait for, and a load that breaks off is done again from the
/// last of them.
const BATCHES_A_COMMIT: usize = 8;

/// Batches whose files are written and that no commit names yet.
pub(super) struct Pending {
    n_batches: usize,
    days: Option<(i32, i32)>,
    events: Change,
    activity: Change,
    parts: Vec<Part>,
    entries: Vec<Entry>,
    rejects: Vec<Rejects>,
}

impl Pending {
    async fn new(lake: &Lake) -> Result<Self, Error> {
        let (events, activity) =
            futures::try_join!(lake.snapshot("events"), lake.snapshot("activity"))
                .doing("failed to read the log of `events` or `activity`")?;
        Ok(Self {
            n_batches: 0,
            days: None,
            events: Change::of(events),
            activity: Change::of(activity),
            parts: Vec::new(),
            entries: Vec::new(),
            rejects: Vec::new(),
        })
    }

    /// Whether it is time to commit them.
    fn is_full(&self) -> bool {
        self.n_batches >= BATCHES_A_COMMIT
    }

    /// What the ledger will say of them.
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The table `activity` with them.
    pub(super) fn activity(&self) -> TableSnapshot {
        self.activity.after()
    }

    /// Waits for the disk, which mostly is done by then: what comes next is not to be more than it can take.
    fn finish(&mut self) -> Result<(), Error> {
        self.events.finish().doing(DOING_EVENTS)?;
        self.activity.finish().doing(DOING_ACTIVITY)
    }
}

/// What the files of the next batch stand beside: those that are pending, or none once they are many and committed.
pub(super) async fn turn(
    lake: Lake,
    earlier: Arc<Earlier>,
    pending: Option<Pending>,
) -> Result<(Vec<Entry>, Pending), Error> {
    let entries = match pending {
        Some(pending) if !pending.is_full() => return Ok((Vec::new(), pending)),
        Some(full) => commit(lake.clone(), earlier, full).await?,
        None => Vec::new(),
    };
    Ok((entries, Pending::new(&lake).await?))
}

/// Writes the files of a batch, beside those that are pending; its columns come back to be used again.
pub(super) fn write(
    lake: &Lake,
    pending: &mut Pending,
    mut batch: Batch,
    words: &[&Words],
) -> Result<Vec<Segment>, Error> {
    if batch.parts.is_empty() {
        return Ok(batch.segments);
    }
    pending.finish()?;
    let (events, activity) = (pending.events.after(), pending.activity.after());
    let rows = Rows::new(&batch.segments, words);
    let of_days = rows.by_day();
    let write = |day| write_day(lake, (&events, &activity), &rows, &batch.parts, day);
    let written = of_days.into_par_iter().map(write);
    for day in written.collect::<Result<Vec<Written>, Error>>()? {
        for (part, n) in day.duplicates {
            batch.entries[part as usize].duplicates += n;
        }
        if let Some(events) = day.events {
            if day.is_anew {
                pending.events.replace(day.day, events);
            } else {
                pending.events.add(day.day, events);
            }
        }
        pending.activity.replace(day.day, day.activity);
        let (first, last) = pending.days.unwrap_or((day.day, day.day));
        pending.days = Some((first.min(day.day), last.max(day.day)));
    }
    pending.n_batches += 1;
    pending.parts.extend(batch.parts);
    pending.entries.extend(batch.entries);
    pending.rejects.extend(batch.rejects);
    Ok(batch.segments)
}

/// Commits batches: last the ledger, whose rows say that everything before them is there.
pub(super) async fn commit(
    lake: Lake,
    earlier: Arc<Earlier>,
    mut pending: Pending,
) -> Result<Vec<Entry>, Error> {
    let lake = &lake;
    if pending.parts.is_empty() {
        return Ok(Vec::new());
    }
    // Before any table changes: where the files of one cannot be written, none does.
    pending.finish()?;
    let day = queries::day::Day;
    let days = pending.days.map_or_else(String::new, |(first, last)| {
        format!(" of {} to {}", day(first), day(last))
    });
    let doing_events = format!("failed to write the events{days}");
    let rejects = async {
        let schema = lake.schema("rejects").doing("failed to find the rejects")?;
        let rows = rows_of_rejects(schema, &pending.parts, &pending.rejects)?;
        if rows.num_rows() == 0 {
            return Ok(());
        }
        let change = Small::of_parts(lake, "rejects", &earlier.rejects, &pending.parts, rows);
        change.await?.commit(lake).await
    };
    // Written beside the others; no commit names it before theirs are in.
    let ledger = async {
        let schema = lake.schema("inputs").doing("failed to find the ledger")?;
        let rows = ledger::rows(schema, &pending.entries)?;
        Small::of_parts(lake, "inputs", &earlier.inputs, &pending.parts, rows).await
    };
    // Each to its end, also where another fails.
    let (events, activity, rejects, ledger) = futures::join!(
        pending.events.commit(lake, &doing_events),
        pending.activity.commit(lake, "failed to write `activity`"),
        rejects,
        ledger,
    );
    events.and(activity).and(rejects)?;
    ledger?.commit(lake).await?;
    Ok(pending.entries)
}

/// A day whose files are written.
struct Written {
    day: i32,
    /// Whether the files that the day had are replaced.
    is_anew: bool,
    duplicates: BTreeMap<u32, u64>,
    events: Option<Staged>,
    activity: Staged,
}

fn write_day(
    lake: &Lake,
    (events, activity): (&TableSnapshot, &TableSnapshot),
    rows: &Rows<'_>,
    parts: &[Part],
    (day, of_day): (i32, DayRows<'_>),
) -> Result<Written, Error> {
    let again = "failed to read a day of `events`";
    let there = events.read_day_columns(day, &Known::COLUMNS).doing(again)?;
    let known = Known::of(&there, of_day.times());
    drop(there);
    let earlier = activity::earlier(activity, parts, day)?;
    let files = events.files.iter().filter(|file| file.day == Some(day));
    // Lines that come later need not cost the whole day: they stand in a file of their own.
    let is_anew = files.count() >= FILES_A_DAY;
    let pieces: Vec<Piece> = of_day
        .pieces()
        .into_par_iter()
        .map(|range| {
            let places = of_day.sorted(rows, range);
            // Side by side only where a thread has nothing else to do.
            let (activity, new) = rayon::join(
                || {
                    let asked = activity_of_day(&activity.spec.schema, rows, parts, day, &places)?;
                    let asked = with_earlier(asked, &earlier, range)?;
                    lake.pack("activity", &asked).doing(DOING_ACTIVITY)
                },
                || {
                    let new = join(rows, &places.events, parts, &known);
                    let laid_out = batch(&events.spec.schema, rows, parts, &new.kept)?;
                    let packed = if is_anew {
                        NewEvents::LaidOut(laid_out)
                    } else {
                        NewEvents::Packed(lake.pack("events", &laid_out).doing(DOING_EVENTS)?)
                    };
                    Ok::<_, Error>((packed, new.kept.len(), new.duplicates))
                },
            );
            let (events, n_events, duplicates) = new?;
            Ok(Piece {
                events,
                n_events,
                duplicates,
                activity: activity?,
            })
        })
        .collect::<Result<_, Error>>()?;
    drop((of_day, known, earlier));
    let mut duplicates: BTreeMap<u32, u64> = BTreeMap::new();
    let (mut new, mut asked) = (Vec::new(), Vec::new());
    for piece in pieces {
        for (part, n) in piece.duplicates {
            *duplicates.entry(part).or_default() += n;
        }
        new.extend((piece.n_events > 0).then_some(piece.events));
        asked.push(piece.activity);
    }
    let is_anew = is_anew && !new.is_empty();
    let (events, activity) = rayon::join(
        || write_events(lake, events, day, new),
        || lake.stage_packed("activity", Some(day), asked),
    );
    Ok(Written {
        day,
        is_anew,
        duplicates,
        events: events?,
        activity: activity.doing(DOING_ACTIVITY)?,
    })
}

const DOING_EVENTS: &str = "failed to write a day of `events`";
const DOING_ACTIVITY: &str = "failed to write the activity of a day";

/// What is new of a range of persons on a day.
struct Piece {
    events: NewEvents,
    n_events: usize,
    duplicates: BTreeMap<u32, u64>,
    activity: Packed,
}

/// The new events of a range of persons, which come sorted.
enum NewEvents {
    /// Ready for a file of their own.
    Packed(Packed),
    /// To be written anew with those that are there.
    LaidOut(RecordBatch),
}

/// Writes the new events of a day, those to be written anew with all that are there.
fn write_events(
    lake: &Lake,
    snapshot: &TableSnapshot,
    day: i32,
    new: Vec<NewEvents>,
) -> Result<Option<Staged>, Error> {
    let (mut packed, mut laid_out) = (Vec::new(), Vec::new());
    for piece in new {
        match piece {
            NewEvents::Packed(piece) => packed.push(piece),
            NewEvents::LaidOut(piece) => laid_out.push(piece),
        }
    }
    let staged = if !laid_out.is_empty() {
        let again = "failed to read a day of `events`";
        let mut all = snapshot.read_day_as_words(day).doing(again)?;
        all.extend(laid_out);
        lake.stage("events", Some(day), vec![merged(all)?])
    } else if !packed.is_empty() {
        lake.stage_packed("events", Some(day), packed)
    } else {
        return Ok(None);
    };
    staged.map(Some).doing(DOING_EVENTS)
}

/// The rows of the rejects of some parts.
fn rows_of_rejects(
    schema: SchemaRef,
    parts: &[Part],
    of_parts: &[Rejects],
) -> Result<RecordBatch, Error> {
    let mut rows: Vec<(i64, usize, &Rejects)> = Vec::new();
    for (part, rejects) in parts.iter().zip(of_parts) {
        rows.extend((0..rejects.len()).map(|row| (part.input_id, row, rejects)));
    }
    let columns: Vec<ArrayRef> = vec![
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
    ];
    RecordBatch::try_new(schema, columns).doing("failed to write the rejects")
}

/// The parts that `inputs` and `rejects` had rows of when a load began.
#[derive(Debug, Default)]
pub(super) struct Earlier {
    inputs: BTreeSet<i64>,
    rejects: BTreeSet<i64>,
}

impl Earlier {
    /// What the lake says by now, and its ledger, which says that too.
    pub(super) async fn read(lake: &Lake) -> Result<(Vec<RecordBatch>, Self), Error> {
        if lake.is_new("inputs") {
            // Nothing was ever loaded, and reading need not wait for the tables.
            return Ok((Vec::new(), Self::default()));
        }
        let rejects = Some(&["input_id"][..]);
        let (inputs, rejects) = futures::join!(
            lake.read("inputs", None, None),
            lake.read("rejects", None, rejects),
        );
        let inputs = inputs.doing("failed to read the ledger")?;
        let earlier = Self {
            inputs: ids_of(&inputs)?,
            rejects: ids_of(&rejects.doing("failed to read the rejects")?)?,
        };
        Ok((inputs, earlier))
    }
}

fn ids_of(rows: &[RecordBatch]) -> Result<BTreeSet<i64>, Error> {
    let mut ids = BTreeSet::new();
    for batch in rows {
        ids.extend(columns::ints(batch, "input_id")?.values());
    }
    Ok(ids)
}
