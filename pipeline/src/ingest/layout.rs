//! A day's rows as Arrow columns.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, DictionaryArray, Int32Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt32Array, new_null_array,
};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::{DataType, Schema, SchemaRef};

use crate::error::{Doing, Error};
use crate::ingest::day::Part;
use crate::ingest::rows::{Place, Rows, Segment, Shared};
use crate::logs::columns::{Action, Event, Events, NONE, Rare};

/// The kept rows as Arrow columns; texts are dictionaries.
pub(super) fn batch(
    schema: &SchemaRef,
    rows: &Rows<'_>,
    parts: &[Part],
    kept: &[Place],
) -> Result<RecordBatch, Error> {
    let mut columns = Columns::new(rows, kept.len());
    // Events lie where their lines were read. Some at a time are gone to by the first column, and are near for the
    // others.
    let mut near: Vec<Near<'_>> = Vec::with_capacity(N_NEAR);
    for places in kept.chunks(N_NEAR) {
        near.clear();
        near.extend(places.iter().map(|place| {
            let segment = &rows.segments[place.segment as usize];
            let row = place.row as usize;
            Near {
                segment,
                row,
                event: &segment.piles.events.rows[row],
            }
        }));
        columns.extend(&near);
    }
    let arrays = schema
        .fields()
        .iter()
        .map(|field| columns.array(field.name(), rows, parts, kept));
    let arrays: Vec<ArrayRef> = arrays.collect();
    let fields: Vec<_> = schema
        .fields()
        .iter()
        .zip(&arrays)
        .map(|(field, array)| {
            let kind = array.data_type().clone();
            field.as_ref().clone().with_data_type(kind)
        })
        .collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).doing("failed to lay out a day")
}

/// Events whose places in memory fit the innermost cache.
const N_NEAR: usize = 256;

/// An event with its place.
struct Near<'a> {
    segment: &'a Segment,
    row: usize,
    event: &'a Event,
}

/// What nearly every log tells of its events, as columns.
struct Columns<'a> {
    day: Vec<i32>,
    page: Texts<'a>,
    referrer: Texts<'a>,
    external_referrer: Texts<'a>,
    terms: Texts<'a>,
    action: Vec<u32>,
    status: Vec<i32>,
    bytes: Vec<i64>,
    client: Vec<i64>,
    is_weak: Vec<bool>,
    line: Vec<i64>,
    /// Numbers of which no row has any.
    nothing: ArrayRef,
}

impl<'a> Columns<'a> {
    fn new(rows: &'a Rows<'_>, n: usize) -> Self {
        Self {
            day: Vec::with_capacity(n),
            page: Texts::new(&rows.pages, n),
            referrer: Texts::new(&rows.pages, n),
            external_referrer: Texts::new(&rows.hosts, n),
            terms: Texts::new(&rows.searches, n),
            action: Vec::with_capacity(n),
            status: Vec::with_capacity(n),
            bytes: Vec::with_capacity(n),
            client: Vec::with_capacity(n),
            is_weak: Vec::with_capacity(n),
            line: Vec::with_capacity(n),
            nothing: new_null_array(&DataType::Int64, n),
        }
    }

    /// Adds events.
    fn extend(&mut self, near: &[Near<'_>]) {
        let each = || near.iter().map(|near| near.event);
        self.day.extend(each().map(|event| event.day));
        self.action.extend(each().map(|event| event.action as u32));
        self.status
            .extend(each().map(|event| i32::from(event.status)));
        self.bytes.extend(each().map(|event| event.bytes));
        self.client.extend(each().map(|event| event.client));
        self.is_weak.extend(each().map(|event| event.is_weak));
        self.line.extend(each().map(|event| event.line as i64));
        for near in near {
            self.page.push(near.segment.parser, near.event.page);
        }
        for near in near {
            let referrer = near.event.referrer;
            self.referrer.push(near.segment.parser, referrer.page());
            self.external_referrer
                .push(near.segment.parser, referrer.host());
        }
        for near in near {
            // No other has any.
            let is_search = near.event.action == Action::Search;
            let terms = is_search.then(|| near.segment.piles.events.terms.get(near.row));
            self.terms.push(near.segment.parser, terms.unwrap_or(NONE));
        }
    }

    /// A column; each is asked for once.
    fn array(
        &mut self,
        name: &str,
        rows: &'a Rows<'_>,
        parts: &[Part],
        kept: &[Place],
    ) -> ArrayRef {
        use std::mem::take;
        let ints = |values: Vec<i64>| -> ArrayRef { Arc::new(Int64Array::from(values)) };
        match name {
            "day" => Arc::new(Date32Array::from(take(&mut self.day))),
            "person" => ints(kept.iter().map(|place| place.person).collect()),
            "ts" => {
                let times: Vec<i64> = kept.iter().map(|place| place.ts).collect();
                Arc::new(TimestampMicrosecondArray::from(times).with_timezone("UTC"))
            }
            // A social action on no page stands on the empty page.
            "page" => self.page.array(Some("")),
            "action" => actions(take(&mut self.action)),
            "referrer" => self.referrer.array(None),
            "external_referrer" => self.external_referrer.array(None),
            "terms" => self.terms.array(None),
            "target" => self.told_ints(rows, kept, |e| &e.target),
            "status" => {
                let status = take(&mut self.status);
                let known = known(&status, 0);
                Arc::new(Int32Array::new(status.into(), known))
            }
            "bytes" => known_ints(take(&mut self.bytes), -1),
            "duration_ms" => self.told_ints(rows, kept, |e| &e.duration_ms),
            "client" => known_ints(take(&mut self.client), 0),
            "is_weak" => Arc::new(BooleanArray::from(take(&mut self.is_weak))),
            "event_id" => ints(kept.iter().map(|place| place.event_id).collect()),
            "input_id" => {
                let of_part = |place: &Place| parts[rows.part(place) as usize].input_id;
                ints(kept.iter().map(of_part).collect())
            }
            "line" => ints(take(&mut self.line)),
            _ => self.told_ints(rows, kept, |e| &e.log_session),
        }
    }

    /// A column that most logs leave empty.
    fn told_ints(
        &self,
        rows: &Rows<'_>,
        kept: &[Place],
        column: fn(&Events) -> &Rare<i64>,
    ) -> ArrayRef {
        let mut segments = rows
            .segments
            .iter()
            .map(|segment| column(&segment.piles.events));
        let Some(said) = segments.find(|column| !column.is_empty()) else {
            return Arc::clone(&self.nothing);
        };
        let value = |place: &Place| {
            let events = &rows.segments[place.segment as usize].piles.events;
            column(events).get(place.row as usize)
        };
        known_ints(kept.iter().map(value).collect(), said.none())
    }
}

/// Which values say something; nothing where all do.
fn known<T: PartialEq>(values: &[T], none: T) -> Option<NullBuffer> {
    values.contains(&none).then(|| {
        let known = BooleanBuffer::collect_bool(values.len(), |row| values[row] != none);
        NullBuffer::new(known)
    })
}

fn known_ints(values: Vec<i64>, none: i64) -> ArrayRef {
    let known = known(&values, none);
    Arc::new(Int64Array::new(values.into(), known))
}

/// A column of texts as a dictionary of the words that its rows use, in the order in which they come.
struct Texts<'a> {
    shared: &'a Shared,
    /// Ids of this column's own words, by those of all words.
    own: Vec<u32>,
    /// The words used, as ids of all words.
    used: Vec<u32>,
    /// Ids of own words, or NONE.
    keys: Vec<u32>,
}

impl<'a> Texts<'a> {
    fn new(shared: &'a Shared, n: usize) -> Self {
        Self {
            shared,
            own: vec![NONE; shared.words.len()],
            used: Vec::new(),
            keys: Vec::with_capacity(n),
        }
    }

    fn push(&mut self, parser: usize, id: u32) {
        if id == NONE {
            self.keys.push(NONE);
            return;
        }
        let id = self.shared.ids[parser][id as usize];
        let own = &mut self.own[id as usize];
        if *own == NONE {
            *own = self.used.len() as u32;
            self.used.push(id);
        }
        self.keys.push(*own);
    }

    /// The column; `none` is the text of rows without one.
    fn array(&mut self, none: Option<&str>) -> ArrayRef {
        let mut keys = std::mem::take(&mut self.keys);
        if self.used.is_empty() && none.is_none() {
            let words = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
            return new_null_array(&words, keys.len());
        }
        let words = self.shared.words.as_string::<i32>();
        let mut used: Vec<&str> = self
            .used
            .iter()
            .map(|id| words.value(*id as usize))
            .collect();
        let mut known = known(&keys, NONE);
        if known.is_some() {
            // What stands in a row without a text must still be an id.
            let id = none.map_or(0, |_| used.len() as u32);
            let without = keys.iter_mut().filter(|key| **key == NONE);
            without.for_each(|key| *key = id);
        }
        if let Some(none) = none.filter(|_| known.is_some()) {
            used.push(none);
            known = None;
        }
        let keys = UInt32Array::new(keys.into(), known);
        Arc::new(DictionaryArray::new(
            keys,
            Arc::new(StringArray::from(used)),
        ))
    }
}

fn actions(actions: Vec<u32>) -> ArrayRef {
    let words = StringArray::from_iter_values(Action::ALL.map(Action::as_str));
    Arc::new(DictionaryArray::new(
        UInt32Array::from(actions),
        Arc::new(words),
    ))
}
