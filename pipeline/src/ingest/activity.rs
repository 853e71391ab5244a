//! What people asked for before the filters, into the table `activity`.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
    UInt32Array,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::day::{Part, take_away};
use crate::ingest::rows::{Place, Places, Rows};
use crate::logs::evidence::Evidence;
use crate::logs::requests::Request;
use crate::store::{Lake, Staged, TableSnapshot};

/// Writes what each person asked for on a day, which comes sorted; a part loaded again replaces its own rows.
pub(super) fn write_activity(
    lake: &Lake,
    snapshot: &TableSnapshot,
    parts: &[Part],
    day: i32,
    new: Vec<RecordBatch>,
) -> Result<Staged, Error> {
    let doing = "failed to write the activity of a day";
    let mut all = snapshot.read_day(day).doing(doing)?;
    if all.is_empty() {
        return lake.stage("activity", Some(day), new).doing(doing);
    }
    take_away(&mut all, parts)?;
    all.extend(new);
    let all = concat_batches(&snapshot.spec.schema, &all).doing(doing)?;
    let person = columns::ints(&all, "person")?;
    let input = columns::ints(&all, "input_id")?;
    let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
    order.sort_unstable_by_key(|r| (person.value(*r as usize), input.value(*r as usize)));
    let sorted = take_record_batch(&all, &UInt32Array::from(order)).doing(doing)?;
    lake.stage("activity", Some(day), vec![sorted]).doing(doing)
}

/// What each person asked for on a day, one row an input; both kinds of places are sorted.
pub(super) fn activity_of_day(
    schema: &SchemaRef,
    rows: &Rows<'_>,
    parts: &[Part],
    day: i32,
    places: &Places,
) -> Result<RecordBatch, Error> {
    let mut columns = ActivityColumns::default();
    let mut sums = Sums::default();
    let (mut events, mut filtered) = (&places.events[..], &places.filtered[..]);
    while let Some(person) = first_person(events, filtered) {
        for of_kind in [&mut events, &mut filtered] {
            for place in take_person(of_kind, person) {
                sums.add(rows.part(place), &line(day, place));
            }
        }
        sums.end(parts, &mut columns);
    }
    columns
        .into_batch(schema, day)
        .doing("failed to lay out the activity of a day")
}

fn line(day: i32, place: &Place) -> Request {
    Request {
        person: place.person,
        day,
        ts: place.ts,
        signs: place.signs,
    }
}

fn first_person(events: &[Place], filtered: &[Place]) -> Option<i64> {
    let first = |places: &[Place]| places.first().map(|place| place.person);
    first(events).into_iter().chain(first(filtered)).min()
}

/// The places of a person, which are the first ones if there are any.
fn take_person<'a>(places: &mut &'a [Place], person: i64) -> &'a [Place] {
    // Few a day: a walk is over before a search has begun.
    let other = places.iter().position(|place| place.person > person);
    let n = other.unwrap_or(places.len());
    let (taken, rest) = places.split_at(n);
    *places = rest;
    taken
}

/// The sums of a person's day, one a part of an input: mostly there is but one.
#[derive(Default)]
struct Sums {
    of_parts: Vec<(u32, Evidence)>,
    n: usize,
}

impl Sums {
    fn add(&mut self, part: u32, line: &Request) {
        let used = &self.of_parts[..self.n];
        let place = used.iter().position(|(of, _)| *of == part);
        let place = place.unwrap_or_else(|| self.start(part, line));
        self.of_parts[place].1.add(line);
    }

    fn start(&mut self, part: u32, line: &Request) -> usize {
        let place = self.n;
        if place == self.of_parts.len() {
            self.of_parts.push((part, Evidence::default()));
        }
        self.n += 1;
        self.of_parts[place].0 = part;
        self.of_parts[place].1.start(line.person, line.day);
        place
    }

    /// Hands the sums over in the order of their inputs, and starts anew.
    fn end(&mut self, parts: &[Part], columns: &mut ActivityColumns) {
        let input = |part: u32| parts[part as usize].input_id;
        let used = &mut self.of_parts[..self.n];
        used.sort_by_key(|(part, _)| input(*part));
        for (part, sum) in used {
            columns.push(input(*part), sum);
        }
        self.n = 0;
    }
}

/// The columns of the table behind its day, in their order.
#[derive(Default)]
struct ActivityColumns {
    ints: [Vec<i64>; 18],
    times: [Vec<i64>; 2],
    truths: [Vec<bool>; 4],
}

impl ActivityColumns {
    fn push(&mut self, input_id: i64, sum: &Evidence) {
        let gaps = sum.gaps();
        let ints = [
            sum.person,
            input_id,
            sum.n_requests.into(),
            sum.n_asked.into(),
            sum.n_client_errors.into(),
            sum.n_error_pages().into(),
            sum.n_attacks.into(),
            sum.attack_kinds.into(),
            sum.n_pages().into(),
            sum.n_minutes().into(),
            sum.n_busy_minutes().into(),
            sum.n_pages_by_minute().into(),
            gaps.n.into(),
            gaps.sum_ms,
            gaps.sum_ms_squared,
            gaps.n_pages.into(),
            sum.hours().into(),
            sum.shared_hours().into(),
        ];
        let times = [sum.first_ts, sum.last_ts];
        let truths = [
            sum.is_crawler,
            sum.is_scanner,
            sum.is_monitor,
            sum.is_system,
        ];
        push_each(&mut self.ints, ints);
        push_each(&mut self.times, times);
        push_each(&mut self.truths, truths);
    }

    fn into_batch(self, schema: &SchemaRef, day: i32) -> Result<RecordBatch, ArrowError> {
        let day: ArrayRef = Arc::new(Date32Array::from(vec![day; self.ints[0].len()]));
        let ints = self
            .ints
            .map(|column| Arc::new(Int64Array::from(column)) as ArrayRef);
        let times = self.times.map(|column| {
            let times = TimestampMicrosecondArray::from(column).with_timezone("UTC");
            Arc::new(times) as ArrayRef
        });
        let truths = self
            .truths
            .map(|column| Arc::new(BooleanArray::from(column)) as ArrayRef);
        let columns = [day].into_iter().chain(ints).chain(times).chain(truths);
        RecordBatch::try_new(schema.clone(), columns.collect())
    }
}

fn push_each<T, const N: usize>(columns: &mut [Vec<T>; N], row: [T; N]) {
    for (column, value) in columns.iter_mut().zip(row) {
        column.push(value);
    }
}
