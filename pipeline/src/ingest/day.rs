//! One day of events: those that come, sorted, numbered and joined with those that are there.
//!
//! Lines that are alike have the same person and time, so once a day is sorted by (person, time) they
//! stand next to each other: occurrences are numbered and duplicates dropped in one walk over runs of
//! equal (person, time), with no table of all ids in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, DictionaryArray, RecordBatch, StringArray, UInt32Array,
};
use arrow::compute::{filter_record_batch, interleave};
use arrow::datatypes::{Int64Type, Schema, TimestampMicrosecondType, UInt32Type};
use arrow::error::ArrowError;
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::rows::{Place, Rows};
use crate::logs::Dictionary;
use crate::logs::key::occurrence;

/// A part of the batch, as far as a day needs to know it.
#[derive(Debug, Clone, Default)]
pub(super) struct Part {
    pub(super) input_id: i64,
    /// Earlier parts of the same input.
    pub(super) chain: Vec<i64>,
}

/// Leaves out the rows of these parts.
pub(super) fn take_away(rows: &mut [RecordBatch], parts: &[Part]) -> Result<(), Error> {
    let ours: BTreeSet<i64> = parts.iter().map(|part| part.input_id).collect();
    for rows in rows {
        let inputs = columns::ints(rows, "input_id")?;
        let keep: BooleanArray = inputs
            .iter()
            .map(|id| Some(id.is_none_or(|id| !ours.contains(&id))))
            .collect();
        *rows = filter_record_batch(rows, &keep).doing("failed to leave out rows")?;
    }
    Ok(())
}

/// What is new of a day.
#[derive(Default)]
pub(super) struct NewRows {
    /// The places of its events in their order, each with its identity, occurrence applied.
    pub(super) kept: Vec<Place>,
    /// Events dropped because the lake has them from elsewhere, by part.
    pub(super) duplicates: BTreeMap<u32, u64>,
}

/// The rows of a day that are new, beside those that are known; `places` are sorted.
pub(super) fn join(rows: &Rows<'_>, places: &[Place], parts: &[Part], known: &Known) -> NewRows {
    let mut day = NewRows {
        kept: Vec::with_capacity(places.len()),
        duplicates: BTreeMap::new(),
    };
    let mut at = known.start(places);
    for run in places.chunk_by(|a, b| (a.person, a.ts) == (b.person, b.ts)) {
        let known_run = known.run(&mut at, run[0].person, run[0].ts);
        if run.len() == 1 && known_run.is_empty() {
            day.kept.push(run[0]);
            continue;
        }
        let start = day.kept.len();
        resolve(rows, parts, run, known_run, &mut day);
        // The lake orders equal times by input and line.
        day.kept[start..].sort_by_key(|place| {
            let input_id = parts[rows.part(place) as usize].input_id;
            (input_id, rows.event(place).line)
        });
    }
    day
}

/// What must be known of the rows of a day that are there, in the order of person and time.
#[derive(Default)]
pub(super) struct Known(Vec<KnownRow>);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct KnownRow {
    person: i64,
    ts: i64,
    event_id: i64,
    input_id: i64,
}

impl Known {
    /// The columns that it is made of.
    pub(super) const COLUMNS: [&str; 4] = ["person", "ts", "event_id", "input_id"];

    /// What is known of rows of some time; a day may be in several files. What comes mostly is later than all that is
    /// there.
    pub(super) fn of(there: &[RecordBatch], of_time: RangeInclusive<i64>) -> Self {
        let mut rows = Vec::new();
        for batch in there {
            let (person, ts) = (ints(batch, "person"), times(batch));
            let (event_id, input_id) = (ints(batch, "event_id"), ints(batch, "input_id"));
            let asked = (0..batch.num_rows()).filter(|row| of_time.contains(&ts[*row]));
            rows.extend(asked.map(|row| KnownRow {
                person: person[row],
                ts: ts[row],
                event_id: event_id[row],
                input_id: input_id[row],
            }));
        }
        if !rows.is_sorted_by_key(|row| (row.person, row.ts)) {
            rows.par_sort_unstable();
        }
        Self(rows)
    }

    /// Where the rows of these places may begin.
    fn start(&self, places: &[Place]) -> usize {
        let first = places.first().map_or(i64::MAX, |place| place.person);
        self.0.partition_point(|row| row.person < first)
    }

    /// The rows of this person and time; `at` walks forward with the runs that ask.
    fn run(&self, at: &mut usize, person: i64, ts: i64) -> &[KnownRow] {
        let key = |row: usize| (self.0[row].person, self.0[row].ts);
        while *at < self.0.len() && key(*at) < (person, ts) {
            *at += 1;
        }
        let start = *at;
        while *at < self.0.len() && key(*at) == (person, ts) {
            *at += 1;
        }
        &self.0[start..*at]
    }
}

/// A column of whole numbers, none of them null; empty where the table has no such column.
fn ints<'a>(rows: &'a RecordBatch, name: &str) -> &'a [i64] {
    rows.column_by_name(name)
        .map_or(&[], |column| column.as_primitive::<Int64Type>().values())
}

fn times(rows: &RecordBatch) -> &[i64] {
    rows.column_by_name("ts").map_or(&[], |column| {
        column.as_primitive::<TimestampMicrosecondType>().values()
    })
}

/// Numbers the occurrences in a run and drops what is known or comes twice.
fn resolve(rows: &Rows<'_>, parts: &[Part], run: &[Place], known: &[KnownRow], day: &mut NewRows) {
    let mut owner: BTreeMap<i64, i64> = known
        .iter()
        .map(|row| (row.event_id, row.input_id))
        .collect();
    let mut seen: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for place in run {
        let of_input = &parts[rows.part(place) as usize];
        let base = place.event_id;
        let next = seen.entry((of_input.input_id, base)).or_insert(0);
        let is_own = rows.has_own_id(place);
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
            // A run that broke off between two commits left this row: it is this input's event. A record with an id of
            // its own is that the first time that it comes.
            Some(input) if *input == of_input.input_id && (!is_own || *next == 1) => {}
            Some(_) => *day.duplicates.entry(rows.part(place)).or_default() += 1,
            None => {
                owner.insert(id, of_input.input_id);
                let mut kept = *place;
                kept.event_id = id;
                day.kept.push(kept);
            }
        }
    }
}

/// Rows of a day in their order; texts are words.
pub(super) fn merged(there: Vec<RecordBatch>) -> Result<RecordBatch, Error> {
    let doing = "failed to sort a day";
    let schema = there
        .last()
        .map_or_else(|| Arc::new(Schema::empty()), RecordBatch::schema);
    let mut order: Vec<(i64, i64, i64, i64, u32, u32)> = Vec::new();
    for (number, batch) in (0..).zip(&there) {
        let (person, ts) = (ints(batch, "person"), times(batch));
        let (input_id, line) = (ints(batch, "input_id"), ints(batch, "line"));
        order.extend((0..batch.num_rows()).map(|row| {
            let place = (number, row as u32);
            (
                person[row],
                ts[row],
                input_id[row],
                line[row],
                place.0,
                place.1,
            )
        }));
    }
    order.par_sort_unstable();
    let places: Vec<(usize, usize)> = order
        .iter()
        .map(|(.., batch, row)| (*batch as usize, *row as usize))
        .collect();
    drop(order);
    let columns: Vec<ArrayRef> = (0..schema.fields().len())
        .into_par_iter()
        .map(|column| {
            let parts: Vec<&dyn Array> = there.iter().map(|rows| &**rows.column(column)).collect();
            let all = interleave(&parts, &places)?;
            Ok(all
                .as_dictionary_opt::<UInt32Type>()
                .map_or_else(|| Arc::clone(&all), each_word_once))
        })
        .collect::<Result<_, ArrowError>>()
        .doing(doing)?;
    RecordBatch::try_new(schema, columns).doing(doing)
}

/// The same texts; the words of several dictionaries, put behind each other, as one set.
fn each_word_once(texts: &DictionaryArray<UInt32Type>) -> ArrayRef {
    let mut words = Dictionary::default();
    let known = texts.values().as_string::<i32>().iter();
    let ids: Vec<u32> = known
        .map(|word| words.insert(word.unwrap_or_default().as_bytes()))
        .collect();
    let keys = texts.keys().iter();
    let keys: UInt32Array = keys.map(|key| key.map(|key| ids[key as usize])).collect();
    let words = StringArray::from_iter_values((0..words.len() as u32).map(|id| words.text(id)));
    Arc::new(DictionaryArray::new(keys, Arc::new(words)))
}
