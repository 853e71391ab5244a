//! One day of events: those that come, sorted, numbered and joined with those that are there.
//!
//! Lines that are alike have the same person and time, so once a day is sorted by (person, time) they
//! stand next to each other: occurrences are numbered and duplicates dropped in one walk over runs of
//! equal (person, time), with no table of all ids in memory.

use std::collections::BTreeMap;

use arrow::array::{AsArray, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, SchemaRef, TimestampMicrosecondType};
use rayon::prelude::*;

use crate::error::{Doing, Error};
use crate::ingest::rows::{Place, Rows, batch};
use crate::logs::key::occurrence;

/// A part of the batch, as far as a day needs to know it.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) input_id: i64,
    /// Earlier parts of the same input.
    pub(super) chain: Vec<i64>,
}

/// A day, ready to be written; no rows: nothing is new.
#[derive(Default)]
pub(super) struct DayRows {
    pub(super) rows: Option<RecordBatch>,
    /// Events dropped because the lake has them from elsewhere, by part.
    pub(super) duplicates: BTreeMap<u32, u64>,
}

/// Joins the rows of a day that come with those that are there.
pub(super) fn join(
    schema: &SchemaRef,
    rows: &Rows<'_>,
    mut places: Vec<Place>,
    parts: &[Part],
    there: &[RecordBatch],
) -> Result<DayRows, Error> {
    places.par_sort_unstable();
    let there = concat_batches(schema, there).doing("failed to read a day again")?;
    let known = Known::of(&there);
    let mut day = DayRows::default();
    let mut kept: Vec<(Place, i64)> = Vec::with_capacity(places.len());
    let mut at = 0;
    for run in places.chunk_by(|a, b| (a.person, a.ts) == (b.person, b.ts)) {
        let known_run = known.run(&mut at, run[0].person, run[0].ts);
        if run.len() == 1 && known_run.is_empty() {
            let (segment, row) = rows.segment(run[0]);
            kept.push((run[0], segment.events.event_id[row]));
        } else {
            let start = kept.len();
            resolve(
                rows,
                parts,
                run,
                &known,
                known_run,
                &mut kept,
                &mut day.duplicates,
            );
            // The lake orders equal times by input and line.
            kept[start..].sort_by_key(|(place, _)| {
                let (segment, row) = rows.segment(*place);
                (
                    parts[segment.part as usize].input_id,
                    segment.events.line[row],
                )
            });
        }
    }
    if kept.is_empty() {
        return Ok(day);
    }
    let new = batch(schema, rows, parts, &kept)?;
    day.rows = Some(if there.num_rows() == 0 {
        new
    } else {
        merged(schema, &there, &new)?
    });
    Ok(day)
}

/// The sort columns and ids of the rows that are there.
struct Known<'a> {
    person: &'a [i64],
    ts: &'a [i64],
    event_id: &'a [i64],
    input_id: &'a [i64],
}

impl<'a> Known<'a> {
    fn of(there: &'a RecordBatch) -> Self {
        let ints = |name: &str| -> &'a [i64] {
            there
                .column_by_name(name)
                .map_or(&[], |c| c.as_primitive::<Int64Type>().values())
        };
        let ts = there.column_by_name("ts").map_or(&[][..], |c| {
            c.as_primitive::<TimestampMicrosecondType>().values()
        });
        Self {
            person: ints("person"),
            ts,
            event_id: ints("event_id"),
            input_id: ints("input_id"),
        }
    }

    /// The rows of this person and time; `at` walks forward with the runs that ask.
    fn run(&self, at: &mut usize, person: i64, ts: i64) -> std::ops::Range<usize> {
        let key = |row: usize| (self.person[row], self.ts[row]);
        while *at < self.person.len() && key(*at) < (person, ts) {
            *at += 1;
        }
        let start = *at;
        while *at < self.person.len() && key(*at) == (person, ts) {
            *at += 1;
        }
        start..*at
    }
}

/// Numbers the occurrences in a run and drops what is known or comes twice.
fn resolve(
    rows: &Rows<'_>,
    parts: &[Part],
    run: &[Place],
    known: &Known<'_>,
    known_run: std::ops::Range<usize>,
    kept: &mut Vec<(Place, i64)>,
    duplicates: &mut BTreeMap<u32, u64>,
) {
    let mut owner: BTreeMap<i64, i64> = known_run
        .map(|row| (known.event_id[row], known.input_id[row]))
        .collect();
    let mut seen: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for place in run {
        let (segment, row) = rows.segment(*place);
        let of_input = &parts[segment.part as usize];
        let base = segment.events.event_id[row];
        let next = seen.entry((of_input.input_id, base)).or_insert(0);
        let is_own = segment.events.has_own_id.get(row);
        let mut id = if is_own {
            base
        } else {
            occurrence(base, *next)
        };
        // Lines that the input had before it grew are earlier occurrences, not the same line again.
        while !is_own
            && owner
                .get(&id)
                .is_some_and(|input| of_input.chain.contains(input))
        {
            *next += 1;
            id = occurrence(base, *next);
        }
        *next += 1;
        match owner.get(&id) {
            // A run that broke off between two commits left this row: it is this input's event.
            Some(input) if *input == of_input.input_id && !is_own => {}
            Some(_) => *duplicates.entry(rows.part(*place)).or_default() += 1,
            None => {
                owner.insert(id, of_input.input_id);
                kept.push((*place, id));
            }
        }
    }
}

fn merged(
    schema: &SchemaRef,
    there: &RecordBatch,
    new: &RecordBatch,
) -> Result<RecordBatch, Error> {
    let new = plain(schema, new)?;
    let all = concat_batches(schema, [there, &new]).doing("failed to join a day")?;
    let known = Known::of(&all);
    let lines = all
        .column_by_name("line")
        .map(|c| c.as_primitive::<Int64Type>().values());
    let line = |row: usize| lines.map_or(0, |lines| lines[row]);
    let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
    order.sort_unstable_by_key(|row| {
        let row = *row as usize;
        (
            known.person[row],
            known.ts[row],
            known.input_id[row],
            line(row),
        )
    });
    take_record_batch(&all, &UInt32Array::from(order)).doing("failed to sort a day")
}

/// Rows whose texts are written out, as readers of the lake give them.
fn plain(schema: &SchemaRef, rows: &RecordBatch) -> Result<RecordBatch, Error> {
    let columns = rows
        .columns()
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| arrow::compute::cast(column, field.data_type()))
        .collect::<Result<_, _>>()
        .doing("failed to read a day again")?;
    RecordBatch::try_new(schema.clone(), columns).doing("failed to read a day again")
}
