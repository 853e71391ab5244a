//! One day of events: those that come, sorted, numbered and joined with those that are there.
//!
//! Lines that are alike have the same person and time, so once a day is sorted by (person, time) they
//! stand next to each other: occurrences are numbered and duplicates dropped in one walk over runs of
//! equal (person, time), with no table of all ids in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Int32Array, Int64Array, RecordBatch,
    StringArray, StringBuilder, TimestampMicrosecondArray, UInt32Array,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, SchemaRef, TimestampMicrosecondType};

use crate::error::{Doing, Error};
use crate::logs::Dictionary;
use crate::logs::columns::{Events, NONE};
use crate::logs::key::occurrence;

/// Rows of a batch of inputs, with the part of an input that each came from.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    pub(super) events: Events,
    /// Place of each row's part among the parts of the batch.
    pub(super) part: Vec<u32>,
}

/// A part of the batch, as far as a day needs to know it.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) input_id: i64,
    /// Earlier parts of the same input.
    pub(super) chain: Vec<i64>,
}

/// A day, ready to be written.
#[derive(Debug, Default)]
pub(super) struct DayRows {
    pub(super) rows: Vec<RecordBatch>,
    /// Events dropped because the lake has them from elsewhere, by part.
    pub(super) duplicates: BTreeMap<u32, u64>,
    /// Whether anything is new.
    pub(super) is_changed: bool,
}

/// A row on its way: what it is sorted by, and where it is. Parts come in the order of loading, so
/// that an event belongs to the input that brought it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    person: i64,
    ts: i64,
    part: u32,
    line: u64,
    row: u32,
}

/// Joins the rows of a day that come with those that are there.
pub(super) fn join(
    schema: &SchemaRef,
    buffer: &Buffer,
    rows: &[u32],
    parts: &[Part],
    there: &[RecordBatch],
) -> Result<DayRows, Error> {
    let events = &buffer.events;
    let mut places: Vec<Place> = rows
        .iter()
        .map(|row| {
            let at = *row as usize;
            Place {
                person: events.person[at],
                ts: events.ts[at],
                part: buffer.part[at],
                line: events.line[at],
                row: *row,
            }
        })
        .collect();
    places.sort_unstable();
    let there = concat_batches(schema, there).doing("failed to read a day again")?;
    let known = Known::of(&there);
    let mut day = DayRows::default();
    let mut kept: Vec<(u32, i64)> = Vec::with_capacity(places.len());
    let mut at = 0;
    for run in places.chunk_by(|a, b| (a.person, a.ts) == (b.person, b.ts)) {
        let known_run = known.run(&mut at, run[0].person, run[0].ts);
        if run.len() == 1 && known_run.is_empty() {
            kept.push((run[0].row, events.event_id[run[0].row as usize]));
        } else {
            let start = kept.len();
            resolve(
                buffer,
                parts,
                run,
                &known,
                known_run,
                &mut kept,
                &mut day.duplicates,
            );
            // The lake orders equal times by input and line.
            kept[start..].sort_by_key(|(row, _)| {
                let row = *row as usize;
                (parts[buffer.part[row] as usize].input_id, events.line[row])
            });
        }
    }
    day.is_changed = !kept.is_empty();
    let new = batch(schema, buffer, parts, &kept)?;
    day.rows = if there.num_rows() == 0 {
        vec![new]
    } else {
        vec![merged(schema, &there, &new)?]
    };
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
    buffer: &Buffer,
    parts: &[Part],
    run: &[Place],
    known: &Known<'_>,
    known_run: std::ops::Range<usize>,
    kept: &mut Vec<(u32, i64)>,
    duplicates: &mut BTreeMap<u32, u64>,
) {
    let events = &buffer.events;
    let mut owner: BTreeMap<i64, i64> = known_run
        .map(|row| (known.event_id[row], known.input_id[row]))
        .collect();
    let mut seen: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for place in run {
        let row = place.row as usize;
        let part = place.part;
        let of_input = &parts[part as usize];
        let base = events.event_id[row];
        let next = seen.entry((of_input.input_id, base)).or_insert(0);
        let is_own = events.has_own_id[row];
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
            Some(_) => *duplicates.entry(part).or_default() += 1,
            None => {
                owner.insert(id, of_input.input_id);
                kept.push((place.row, id));
            }
        }
    }
}

fn merged(
    schema: &SchemaRef,
    there: &RecordBatch,
    new: &RecordBatch,
) -> Result<RecordBatch, Error> {
    let all = concat_batches(schema, [there, new]).doing("failed to join a day")?;
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

/// The kept rows as Arrow columns.
fn batch(
    schema: &SchemaRef,
    buffer: &Buffer,
    parts: &[Part],
    kept: &[(u32, i64)],
) -> Result<RecordBatch, Error> {
    let e = &buffer.events;
    let rows = || kept.iter().map(|(row, _)| *row as usize);
    let ints = |f: &dyn Fn(usize) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows().map(f)))
    };
    let known_ints = |f: &dyn Fn(usize) -> Option<i64>| -> ArrayRef {
        Arc::new(rows().map(f).collect::<Int64Array>())
    };
    let texts = |ids: &[u32], words: &Dictionary| -> ArrayRef {
        let mut column = StringBuilder::with_capacity(kept.len(), kept.len() * 24);
        for row in rows() {
            match ids[row] {
                NONE => column.append_null(),
                id => column.append_value(words.text(id)),
            }
        }
        Arc::new(column.finish())
    };
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| -> ArrayRef {
            match field.name().as_str() {
                "day" => Arc::new(Date32Array::from_iter_values(rows().map(|r| e.day[r]))),
                "person" => ints(&|r| e.person[r]),
                "ts" => {
                    let times =
                        TimestampMicrosecondArray::from_iter_values(rows().map(|r| e.ts[r]));
                    Arc::new(times.with_timezone("UTC"))
                }
                "page" => {
                    let none = e.page.iter().all(|id| *id != NONE);
                    if none {
                        texts(&e.page, &e.pages)
                    } else {
                        or_empty(&texts(&e.page, &e.pages))
                    }
                }
                "action" => {
                    let words = rows().map(|r| e.action[r].as_str());
                    Arc::new(StringArray::from_iter_values(words))
                }
                "target" => known_ints(&|r| Some(e.target[r]).filter(|v| *v != 0)),
                "referrer" => texts(&e.referrer, &e.pages),
                "external_referrer" => texts(&e.external_referrer, &e.hosts),
                "terms" => texts(&e.terms, &e.searches),
                "status" => {
                    let status = rows().map(|r| Some(i32::from(e.status[r])).filter(|s| *s != 0));
                    Arc::new(status.collect::<Int32Array>())
                }
                "bytes" => known_ints(&|r| Some(e.bytes[r]).filter(|v| *v >= 0)),
                "duration_ms" => known_ints(&|r| Some(e.duration_ms[r]).filter(|v| *v >= 0)),
                "client" => known_ints(&|r| Some(e.client[r]).filter(|v| *v != 0)),
                "is_weak" => Arc::new(rows().map(|r| Some(e.is_weak[r])).collect::<BooleanArray>()),
                "event_id" => Arc::new(Int64Array::from_iter_values(kept.iter().map(|k| k.1))),
                "input_id" => ints(&|r| parts[buffer.part[r] as usize].input_id),
                "line" => ints(&|r| e.line[r] as i64),
                _ => known_ints(&|r| Some(e.log_session[r]).filter(|v| *v != 0)),
            }
        })
        .collect();
    RecordBatch::try_new(schema.clone(), columns).doing("failed to lay out a day")
}

/// A social action on no page stands on the empty page.
fn or_empty(column: &ArrayRef) -> ArrayRef {
    let column = column.as_string::<i32>();
    let filled = (0..column.len()).map(|r| {
        if column.is_null(r) {
            ""
        } else {
            column.value(r)
        }
    });
    Arc::new(StringArray::from_iter_values(filled))
}
