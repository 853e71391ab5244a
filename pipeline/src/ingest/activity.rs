//! What people asked for before the filters, into the table `activity`.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
};
use arrow::compute::interleave;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::day::{Part, take_away};
use crate::ingest::piles::Range;
use crate::ingest::rows::{Place, Places, Rows};
use crate::logs::evidence::Evidence;
use crate::logs::requests::Request;
use crate::store::TableSnapshot;

/// What is known of a day by now, each batch in the order of person; a part loaded again replaces its own rows.
pub(super) fn earlier(
    snapshot: &TableSnapshot,
    parts: &[Part],
    day: i32,
) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read the activity of a day";
    let mut earlier = snapshot.read_day(day).doing(doing)?;
    take_away(&mut earlier, parts)?;
    Ok(earlier)
}

/// The new rows of a range of persons with those that are known of them, in their order.
pub(super) fn with_earlier(
    new: RecordBatch,
    earlier: &[RecordBatch],
    range: Range,
) -> Result<RecordBatch, Error> {
    let doing = "failed to sort the activity of a day";
    let mut all: Vec<RecordBatch> = Vec::new();
    for batch in earlier {
        let persons = columns::ints(batch, "person")?;
        let persons = persons.values();
        let start = persons.partition_point(|person| *person < range.first_person());
        let end = persons.partition_point(|person| *person <= range.last_person());
        all.extend((start < end).then(|| batch.slice(start, end - start)));
    }
    if all.is_empty() {
        return Ok(new);
    }
    let schema = new.schema();
    all.push(new);
    let mut order: Vec<(i64, i64, usize, usize)> = Vec::new();
    for (number, batch) in all.iter().enumerate() {
        let person = columns::ints(batch, "person")?;
        let input = columns::ints(batch, "input_id")?;
        let rows = 0..batch.num_rows();
        order.extend(rows.map(|row| (person.value(row), input.value(row), number, row)));
    }
    order.sort_unstable();
    let places: Vec<(usize, usize)> = order
        .iter()
        .map(|(.., batch, row)| (*batch, *row))
        .collect();
    let columns = (0..schema.fields().len()).map(|column| {
        let parts: Vec<&dyn Array> = all.iter().map(|rows| &**rows.column(column)).collect();
        interleave(&parts, &places)
    });
    let columns = columns.collect::<Result<Vec<ArrayRef>, ArrowError>>();
    RecordBatch::try_new(schema, columns.doing(doing)?).doing(doing)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use arrow::compute::concat_batches;
    use proptest::prelude::*;

    use super::*;

    /// Rows of (person, input), in order.
    fn batch<'a>(rows: impl IntoIterator<Item = &'a (i64, i64)>) -> RecordBatch {
        let (persons, inputs): (Vec<i64>, Vec<i64>) = rows.into_iter().copied().unzip();
        RecordBatch::try_from_iter([
            ("person", Arc::new(Int64Array::from(persons)) as ArrayRef),
            ("input_id", Arc::new(Int64Array::from(inputs)) as ArrayRef),
        ])
        .expect("columns of one length")
    }

    fn row() -> impl Strategy<Value = (i64, i64)> {
        let person = prop_oneof![any::<i64>(), -3_i64..3, Just(i64::MIN), Just(i64::MAX)];
        (person, 0_i64..3)
    }

    proptest! {
        #[test]
        fn ranges_with_what_was_there_are_all_rows_in_their_order(
            rows in prop::collection::btree_map(row(), 0_usize..3, 0..60), bits in 0_u32..4,
        ) {
            let of = |file: usize| rows.iter().filter(move |(_, of)| **of == file).map(|(row, _)| row);
            let earlier = [batch(of(0)), batch(of(1))];
            let new: Vec<&(i64, i64)> = of(2).collect();
            let pieces = Range::all(bits).map(|range| {
                let persons = range.first_person()..=range.last_person();
                let new = new.iter().copied().filter(|(person, _)| persons.contains(person));
                with_earlier(batch(new), &earlier, range).expect("alike")
            });
            let pieces: Vec<RecordBatch> = pieces.collect();
            let plain: BTreeSet<(i64, i64)> = rows.keys().copied().collect();
            prop_assert_eq!(concat_batches(&pieces[0].schema(), &pieces).expect("alike"), batch(&plain));
        }
    }
}
