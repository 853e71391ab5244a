//! The rows of a batch as they lie in memory, and a day's rows as Arrow columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, DictionaryArray, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array,
};
use arrow::datatypes::{Schema, SchemaRef};
use rayon::prelude::*;

use crate::error::{Doing, Error};
use crate::ingest::day::Part;
use crate::logs::Dictionary;
use crate::logs::columns::{Action, Events, NONE, Words};
use crate::logs::requests::Requests;

/// A block of lines, with the part of an input that it came from.
pub(super) struct Segment {
    /// Place of its part among the parts of the batch.
    pub(super) part: u32,
    /// Number of the parser whose words it speaks.
    pub(super) parser: usize,
    pub(super) events: Events,
    pub(super) filtered: Requests,
}

/// The places of a day's rows.
#[derive(Default)]
pub(super) struct Places {
    /// Those of its events.
    pub(super) events: Vec<Place>,
    /// Those of the lines that a filter caught.
    pub(super) filtered: Vec<Place>,
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
    pub(super) fn by_day(&self) -> BTreeMap<i32, Places> {
        let mut days: BTreeMap<i32, Places> = BTreeMap::new();
        for (number, segment) in (0..).zip(self.segments) {
            let events = &segment.events;
            for_each_day(&events.day, |day, rows| {
                let places = &mut days.entry(day).or_default().events;
                places.extend(places_of(number, rows, &events.person, &events.ts));
            });
            let filtered = &segment.filtered;
            for_each_day(&filtered.day, |day, rows| {
                let places = &mut days.entry(day).or_default().filtered;
                places.extend(places_of(number, rows, &filtered.person, &filtered.ts));
            });
        }
        days
    }

    pub(super) fn segment(&self, place: Place) -> (&'a Segment, usize) {
        (&self.segments[place.segment as usize], place.row as usize)
    }

    pub(super) fn part(&self, place: Place) -> u32 {
        self.segments[place.segment as usize].part
    }
}

/// A row on its way: what it is sorted by, and where it is. Segments come in the order of loading and rows in that of
/// their lines, so that an event belongs to the input that brought it first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) person: i64,
    pub(super) ts: i64,
    segment: u32,
    row: u32,
}

/// Runs of rows of one day.
fn for_each_day(days: &[i32], mut take: impl FnMut(i32, Range<usize>)) {
    let mut row = 0;
    for run in days.chunk_by(|a, b| a == b) {
        take(run[0], row..row + run.len());
        row += run.len();
    }
}

fn places_of<'a>(
    segment: u32,
    rows: Range<usize>,
    person: &'a [i64],
    ts: &'a [i64],
) -> impl Iterator<Item = Place> + 'a {
    rows.map(move |row| Place {
        person: person[row],
        ts: ts[row],
        segment,
        row: row as u32,
    })
}

/// The kept rows as Arrow columns; texts are dictionaries.
pub(super) fn batch(
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
