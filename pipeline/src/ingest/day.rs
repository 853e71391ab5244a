//! One day of events: those that come, sorted, numbered and joined with those that are there.
//!
//! Lines that are alike have the same person and time, so once a day is sorted by (person, time) they
//! stand next to each other: occurrences are numbered and duplicates dropped in one walk over runs of
//! equal (person, time), with no table of all ids in memory.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, DictionaryArray, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::{Int64Type, Schema, SchemaRef, TimestampMicrosecondType};

use rayon::prelude::*;

use crate::error::{Doing, Error};
use crate::logs::Dictionary;
use crate::logs::columns::{Action, Events, NONE, Words};
use crate::logs::key::occurrence;

/// A block of events, with the part of an input that it came from.
pub(super) struct Segment {
    /// Place of its part among the parts of the batch.
    pub(super) part: u32,
    /// Number of the parser whose words it speaks.
    pub(super) parser: usize,
    pub(super) events: Events,
}

/// The rows of a batch: segments in the order of loading, and one set of words for all of them.
pub(super) struct Rows<'a> {
    segments: &'a [Segment],
    pages: Shared,
    hosts: Shared,
    searches: Shared,
}

/// The words of all parsers as one dictionary, and each parser's ids in it.
struct Shared {
    words: ArrayRef,
    ids: Vec<Vec<u32>>,
}

impl Shared {
    fn new<'w>(of_parsers: impl Iterator<Item = &'w Dictionary>) -> Self {
        let mut all = Dictionary::default();
        let ids = of_parsers.map(|words| all.merge(words)).collect();
        let words = StringArray::from_iter_values((0..all.len() as u32).map(|id| all.text(id)));
        Self {
            words: Arc::new(words),
            ids,
        }
    }
}

impl<'a> Rows<'a> {
    pub(super) fn new(segments: &'a [Segment], words: &[&Words]) -> Self {
        Self {
            segments,
            pages: Shared::new(words.iter().map(|words| &words.pages)),
            hosts: Shared::new(words.iter().map(|words| &words.hosts)),
            searches: Shared::new(words.iter().map(|words| &words.searches)),
        }
    }

    /// The places of each day's rows.
    pub(super) fn by_day(&self) -> BTreeMap<i32, Vec<Place>> {
        let mut days: BTreeMap<i32, Vec<Place>> = BTreeMap::new();
        for (number, segment) in self.segments.iter().enumerate() {
            let events = &segment.events;
            let mut row = 0;
            for run in events.day.chunk_by(|a, b| a == b) {
                let places = days.entry(run[0]).or_default();
                places.extend((row..row + run.len()).map(|row| Place {
                    person: events.person[row],
                    ts: events.ts[row],
                    segment: number as u32,
                    row: row as u32,
                }));
                row += run.len();
            }
        }
        days
    }

    fn segment(&self, place: Place) -> (&'a Segment, usize) {
        (&self.segments[place.segment as usize], place.row as usize)
    }

    fn part(&self, place: Place) -> u32 {
        self.segments[place.segment as usize].part
    }
}

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

/// A row on its way: what it is sorted by, and where it is. Segments come in the order of loading and rows in that of
/// their lines, so that an event belongs to the input that brought it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    person: i64,
    ts: i64,
    segment: u32,
    row: u32,
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

/// The kept rows as Arrow columns; texts are dictionaries.
fn batch(
    schema: &SchemaRef,
    rows: &Rows<'_>,
    parts: &[Part],
    kept: &[(Place, i64)],
) -> Result<RecordBatch, Error> {
    let columns: Vec<ArrayRef> = schema
        .fields()
        .par_iter()
        .map(|field| column(field.name(), rows, parts, kept))
        .collect();
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .zip(&columns)
        .map(|(field, column)| {
            field
                .as_ref()
                .clone()
                .with_data_type(column.data_type().clone())
        })
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns).doing("failed to lay out a day")
}

/// One column of the kept rows.
fn column(name: &str, rows: &Rows<'_>, parts: &[Part], kept: &[(Place, i64)]) -> ArrayRef {
    let ints = |value: &dyn Fn(&Events, usize) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(each(rows, kept, value)))
    };
    let known_ints = |none: i64, value: &dyn Fn(&Events, usize) -> i64| -> ArrayRef {
        let values = each(rows, kept, value);
        let values = values.map(|value| Some(value).filter(|value| *value != none));
        Arc::new(values.collect::<Int64Array>())
    };
    match name {
        "day" => Arc::new(Date32Array::from_iter_values(each(rows, kept, |e, r| {
            e.day[r]
        }))),
        "person" => Arc::new(Int64Array::from_iter_values(
            kept.iter().map(|k| k.0.person),
        )),
        "ts" => {
            let times = TimestampMicrosecondArray::from_iter_values(kept.iter().map(|k| k.0.ts));
            Arc::new(times.with_timezone("UTC"))
        }
        // A social action on no page stands on the empty page.
        "page" => texts(rows, kept, &rows.pages, Some(""), |e, r| e.page[r]),
        "action" => actions(each(rows, kept, |e, r| e.action[r])),
        "referrer" => texts(rows, kept, &rows.pages, None, |e, r| e.referrer[r]),
        "external_referrer" => texts(rows, kept, &rows.hosts, None, |e, r| {
            e.external_referrer.get(r)
        }),
        "terms" => texts(rows, kept, &rows.searches, None, |e, r| e.terms.get(r)),
        "status" => {
            let status = each(rows, kept, |e, r| i32::from(e.status[r]));
            let status = status.map(|status| Some(status).filter(|status| *status != 0));
            Arc::new(status.collect::<Int32Array>())
        }
        "target" => known_ints(0, &|e, r| e.target.get(r)),
        "bytes" => known_ints(-1, &|e, r| e.bytes[r]),
        "duration_ms" => known_ints(-1, &|e, r| e.duration_ms.get(r)),
        "client" => known_ints(0, &|e, r| e.client[r]),
        "is_weak" => {
            let is_weak = each(rows, kept, |e, r| e.is_weak[r]).map(Some);
            Arc::new(is_weak.collect::<BooleanArray>())
        }
        "event_id" => Arc::new(Int64Array::from_iter_values(kept.iter().map(|k| k.1))),
        "input_id" => Arc::new(Int64Array::from_iter_values(
            kept.iter().map(|k| parts[rows.part(k.0) as usize].input_id),
        )),
        "line" => ints(&|e, r| e.line[r] as i64),
        _ => known_ints(0, &|e, r| e.log_session.get(r)),
    }
}

/// A value of each kept row.
fn each<'a, T>(
    rows: &'a Rows<'_>,
    kept: &'a [(Place, i64)],
    value: impl Fn(&Events, usize) -> T + 'a,
) -> impl Iterator<Item = T> + 'a {
    kept.iter().map(move |(place, _)| {
        let (segment, row) = rows.segment(*place);
        value(&segment.events, row)
    })
}

/// A column of texts as a dictionary of the words that its rows use; `none` is the text of rows without one.
fn texts(
    rows: &Rows<'_>,
    kept: &[(Place, i64)],
    shared: &Shared,
    none: Option<&str>,
    id_of: impl Fn(&Events, usize) -> u32,
) -> ArrayRef {
    let words = shared.words.as_string::<i32>();
    // Ids of this day's own words, by those of all words.
    let mut own = vec![NONE; words.len()];
    let mut used: Vec<&str> = none.into_iter().collect();
    let keys = kept.iter().map(|(place, _)| {
        let (segment, row) = rows.segment(*place);
        let id = id_of(&segment.events, row);
        if id == NONE {
            return none.map(|_| 0);
        }
        let id = shared.ids[segment.parser][id as usize] as usize;
        if own[id] == NONE {
            own[id] = used.len() as u32;
            used.push(words.value(id));
        }
        Some(own[id])
    });
    let keys: UInt32Array = keys.collect();
    Arc::new(DictionaryArray::new(
        keys,
        Arc::new(StringArray::from(used)),
    ))
}

fn actions(actions: impl Iterator<Item = Action>) -> ArrayRef {
    let keys = UInt32Array::from_iter_values(actions.map(|action| action as u32));
    let words = StringArray::from_iter_values(Action::ALL.map(Action::as_str));
    Arc::new(DictionaryArray::new(keys, Arc::new(words)))
}
