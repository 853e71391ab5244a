//! When each page was first and last seen: what the question `seen_pages` says, without the engine.
//!
//! The engine would compare the texts of ten million rows. In the files of a day they are dictionaries: a word
//! is looked at once, and an event only marks the word of its page.

use std::sync::Arc;

use arrow::array::{Date32Array, RecordBatch, StringArray};
use rayon::prelude::*;

use super::looks::{ints, texts, words};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// The columns of `events` that tell it.
const COLUMNS: [&str; 2] = ["person", "page"];

/// A page that was seen.
#[derive(Debug)]
struct Seen {
    page: String,
    first: i32,
    last: i32,
}

/// The pages of the days from a day on, and what the lake knows of those before.
pub(super) async fn seen_from(lake: &Lake, from: i32) -> Result<RecordBatch, Error> {
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let known = lake.read("pages", None, None).await;
    let known = known.doing("failed to read `pages`")?;
    let mut opted_out = Vec::new();
    let persons = lake.read("opt_outs", None, Some(&["person"])).await;
    for batch in &persons.doing("failed to read `opt_outs`")? {
        opted_out.extend_from_slice(columns::ints(batch, "person")?.values());
    }
    opted_out.sort_unstable();
    let read = |day| {
        let doing = "failed to read the pages of a day";
        events.read_day_words(day, &COLUMNS).doing(doing)
    };
    seen_pages(&events.days_from(from), read, &opted_out, &known, from)
}

/// The pages of some days and of what was known before the day `from`, by page; `read` gives the columns of a
/// day, `opted_out` is sorted.
fn seen_pages(
    days: &[i32],
    read: impl Fn(i32) -> Result<Vec<RecordBatch>, Error> + Sync,
    opted_out: &[i64],
    known: &[RecordBatch],
    from: i32,
) -> Result<RecordBatch, Error> {
    let of_days = days
        .par_iter()
        .map(|day| of_day(*day, &read(*day)?, opted_out))
        .try_reduce(Vec::new, |some, others| Ok(joined(some, others)))?;
    let seen = joined(of_days, known_before(known, from)?);
    let day = |of: fn(&Seen) -> i32| Arc::new(Date32Array::from_iter_values(seen.iter().map(of)));
    let pages = StringArray::from_iter_values(seen.iter().map(|seen| &seen.page));
    RecordBatch::try_from_iter_with_nullable([
        ("page", Arc::new(pages) as _, true),
        ("first_seen", day(|seen| seen.first) as _, true),
        ("last_seen", day(|seen| seen.last) as _, true),
    ])
    .doing("failed to lay out the pages seen")
}

/// The pages of a day, sorted.
fn of_day(day: i32, batches: &[RecordBatch], opted_out: &[i64]) -> Result<Vec<Seen>, Error> {
    let mut pages: Vec<&str> = Vec::new();
    for batch in batches {
        let (person, page) = (ints(batch, "person")?, words(batch, "page")?);
        let mut is_seen = vec![false; page.values().len()];
        let mut keys = page.keys().values().as_ref();
        // Each file is sorted by person.
        for same in person.values().chunk_by(|a, b| a == b) {
            let (own, others) = keys.split_at(same.len());
            keys = others;
            if opted_out.binary_search(&same[0]).is_err() {
                for key in own {
                    is_seen[*key as usize] = true;
                }
            }
        }
        pages.extend(
            texts(page)
                .zip(is_seen)
                .filter_map(|(page, is)| is.then_some(page)),
        );
    }
    pages.sort_unstable();
    pages.dedup();
    let seen = pages.into_iter().map(|page| Seen {
        page: page.to_owned(),
        first: day,
        last: day,
    });
    Ok(seen.collect())
}

/// What was known before a day, as if nothing had been seen on it or later.
fn known_before(known: &[RecordBatch], from: i32) -> Result<Vec<Seen>, Error> {
    let mut seen = Vec::new();
    for batch in known {
        let page = columns::texts(batch, "page")?;
        let first = columns::days(batch, "first_seen")?;
        let last = columns::days(batch, "last_seen")?;
        for ((page, first), last) in page.iter().zip(&first).zip(&last) {
            let (Some(page), Some(first)) = (page, first.filter(|first| *first < from)) else {
                continue;
            };
            seen.push(Seen {
                page: page.to_owned(),
                first,
                last: last.filter(|last| *last < from).unwrap_or(first),
            });
        }
    }
    Ok(joined(seen, Vec::new()))
}

/// All of these by page, each page once.
fn joined(mut some: Vec<Seen>, others: Vec<Seen>) -> Vec<Seen> {
    some.extend(others);
    // Two sorted lists are but put together.
    some.sort_by(|a, b| a.page.cmp(&b.page));
    some.dedup_by(|next, kept| {
        let is_same = next.page == kept.page;
        if is_same {
            kept.first = kept.first.min(next.first);
            kept.last = kept.last.max(next.last);
        }
        is_same
    });
    some
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, AsArray, Int64Array};
    use arrow::compute::cast;
    use arrow::datatypes::DataType;
    use proptest::prelude::*;

    use super::*;
    use crate::engine::session::{self, ask};

    /// An event: person, day, page.
    type Event = (i64, i32, usize);

    /// What was known of a page: when it was first seen, if it was, and how many days later it was last.
    type Known = (usize, Option<i32>, i32);

    const FROM: i32 = 2;

    fn page(number: usize) -> String {
        format!("/p{number}")
    }

    fn events(events: &[Event], pages: &DataType) -> RecordBatch {
        let person: Int64Array = events.iter().map(|event| event.0).collect();
        let day: Date32Array = events.iter().map(|event| Some(event.1)).collect();
        let of_events = StringArray::from_iter_values(events.iter().map(|event| page(event.2)));
        let of_events = cast(&of_events, pages).expect("texts");
        RecordBatch::try_from_iter([
            ("person", Arc::new(person) as ArrayRef),
            ("day", Arc::new(day) as ArrayRef),
            ("page", of_events),
        ])
        .expect("columns of one length")
    }

    fn known(known: &[Known]) -> RecordBatch {
        let pages = StringArray::from_iter_values(known.iter().map(|known| page(known.0)));
        let first: Date32Array = known.iter().map(|known| known.1).collect();
        let last: Date32Array = known.iter().map(|known| Some(known.1? + known.2)).collect();
        RecordBatch::try_from_iter_with_nullable([
            ("page", Arc::new(pages) as ArrayRef, false),
            ("first_seen", Arc::new(first) as ArrayRef, true),
            ("last_seen", Arc::new(last) as ArrayRef, true),
        ])
        .expect("columns of one length")
    }

    /// The obvious way: the question in SQL.
    async fn asked(all: &[Event], opted_out: &[i64], of_before: &[Known]) -> Vec<String> {
        let context = session::bare(None).expect("an engine");
        let register = |name, rows: RecordBatch| {
            session::register(&context, name, rows.schema(), vec![rows]).expect("registered");
        };
        register("events", events(all, &DataType::Utf8));
        register("known_pages", known(of_before));
        let left_out = Arc::new(Int64Array::from(opted_out.to_vec())) as ArrayRef;
        register(
            "opt_outs",
            RecordBatch::try_from_iter([("person", left_out)]).expect("a column"),
        );
        let from = [("from_day", session::day(FROM))];
        rows(&ask(&context, "seen_pages", &from).await.expect("told"))
    }

    fn rows(batches: &[RecordBatch]) -> Vec<String> {
        let row = |batch: &RecordBatch, row: usize| {
            let page = columns::texts(batch, "page").expect("there");
            let first = columns::days(batch, "first_seen").expect("there");
            let last = columns::days(batch, "last_seen").expect("there");
            format!(
                "{} {} {}",
                page.value(row),
                first.value(row),
                last.value(row)
            )
        };
        let rows = batches
            .iter()
            .flat_map(|batch| (0..batch.num_rows()).map(move |at| row(batch, at)));
        rows.collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn pages_are_those_of_the_question(
            all in prop::collection::vec((-9_i64..9, 0..6, 0..12_usize), 0..60),
            opted_out in prop::collection::btree_set(-9_i64..9, 0..6),
            of_before in prop::collection::btree_map(0..16_usize, (prop::option::of(-2..6), 0..4), 0..12),
        ) {
            let opted_out: Vec<i64> = opted_out.into_iter().collect();
            let of_before: Vec<Known> = of_before
                .into_iter()
                .map(|(page, (first, days))| (page, first, days))
                .collect();
            let words = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
            // In two batches, as of two files, each with a dictionary that holds words of other days too.
            let read = |day: i32| {
                let batch = events(&all, &words);
                let halves = [0..all.len() / 2, all.len() / 2..all.len()];
                let of_day = halves.map(|half| {
                    let places = half.filter(|at| all[*at].1 == day);
                    let places: arrow::array::UInt64Array = places.map(|at| at as u64).collect();
                    arrow::compute::take_record_batch(&batch, &places).expect("taken")
                });
                assert!(of_day[0]["page"].as_dictionary_opt::<arrow::datatypes::UInt32Type>().is_some());
                Ok(of_day.to_vec())
            };
            let told = seen_pages(&[2, 3, 4, 5], read, &opted_out, &[known(&of_before)], FROM);
            let engine = tokio::runtime::Runtime::new().expect("a runtime");
            let expected = engine.block_on(asked(&all, &opted_out, &of_before));
            prop_assert_eq!(rows(&[told.expect("told")]), expected);
        }
    }
}
