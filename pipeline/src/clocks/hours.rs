//! In which hours the people of each source did something: the question `hours_by_source`, answered without the engine
//! because every load asks it.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use queries::clocks::PersonDay;
use queries::day::Day;
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::Error;

/// The columns of `activity` that tell it.
pub(super) const COLUMNS: [&str; 7] = [
    "person",
    "input_id",
    "hours",
    "is_crawler_agent",
    "is_scanner_agent",
    "is_monitor_agent",
    "is_system",
];

/// People of a source that are looked at: pseudonyms are drawn by lot, so that the first are a fair sample.
const MOST_PEOPLE: usize = 1_000;

/// Whose hours count, and where each input belongs.
pub(super) struct Sources<'a> {
    /// Number of the source of each input, from 0.
    pub(super) of_inputs: &'a BTreeMap<i64, usize>,
    /// How many sources there are.
    pub(super) n: usize,
    /// People that are counted nowhere, ascending.
    pub(super) excluded: &'a [i64],
}

/// The rows of each source, by person and day; `read` gives the columns of a day.
///
/// # Errors
/// When a day cannot be read.
pub(super) fn hours_by_source(
    days: &[i32],
    read: impl Fn(i32) -> Result<Vec<RecordBatch>, Error> + Sync,
    sources: &Sources<'_>,
) -> Result<Vec<Vec<PersonDay>>, Error> {
    let of_days = days
        .par_iter()
        .map(|day| of_day(*day, &read(*day)?, sources))
        .collect::<Result<Vec<_>, Error>>()?;
    let mut all = vec![Vec::new(); sources.n];
    for (source, row) in of_days.into_iter().flatten() {
        all[source].push(row);
    }
    all.par_iter_mut().for_each(|rows| {
        rows.sort_unstable();
        let people = rows.chunk_by(|a, b| a.person == b.person);
        let n_first = people.take(MOST_PEOPLE).map(<[PersonDay]>::len).sum();
        rows.truncate(n_first);
    });
    Ok(all)
}

/// The rows of a day, by source and person. Who is among the first people of all days is among those of each.
fn of_day(
    day: i32,
    batches: &[RecordBatch],
    sources: &Sources<'_>,
) -> Result<Vec<(usize, PersonDay)>, Error> {
    let mut rows: Vec<(usize, i64, u32)> = Vec::new();
    for batch in batches {
        let person = columns::ints(batch, "person")?;
        let input = columns::ints(batch, "input_id")?;
        let hours = columns::ints(batch, "hours")?;
        let machines = COLUMNS[3..].iter().map(|sign| columns::truths(batch, sign));
        let machines = machines.collect::<Result<Vec<_>, Error>>()?;
        for row in 0..batch.num_rows() {
            let source = sources.of_inputs.get(&input.value(row));
            let person = person.value(row);
            let is_counted = hours.value(row) != 0
                && !machines.iter().any(|sign| sign.value(row))
                && sources.excluded.binary_search(&person).is_err();
            if let Some(source) = source.filter(|_| is_counted) {
                rows.push((*source, person, hours.value(row) as u32));
            }
        }
    }
    rows.sort_unstable();
    // The same lines in two inputs add nothing.
    rows.dedup_by(|next, kept| {
        let is_same = (next.0, next.1) == (kept.0, kept.1);
        if is_same {
            kept.2 |= next.2;
        }
        is_same
    });
    let of_sources = rows.chunk_by(|a, b| a.0 == b.0);
    let first = of_sources.flat_map(|of_source| &of_source[..of_source.len().min(MOST_PEOPLE)]);
    let rows = first.map(|(source, person, hours)| {
        let row = PersonDay {
            person: *person,
            day: Day(day),
            hours: *hours,
        };
        (*source, row)
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, StringArray};
    use proptest::prelude::*;

    use super::*;
    use crate::engine::session::{self, ask};

    /// A row of `activity`: person, day, input, hours, kind of machine.
    type Row = (i64, i32, i64, i64, usize);

    fn batch(rows: &[Row]) -> RecordBatch {
        let ints = |value: fn(&Row) -> i64| -> ArrayRef {
            Arc::new(rows.iter().map(value).collect::<Int64Array>())
        };
        let sign = |kind: usize| -> ArrayRef {
            let is = rows.iter().map(|row| Some(row.4 == kind));
            Arc::new(is.collect::<BooleanArray>())
        };
        let day: Date32Array = rows.iter().map(|row| Some(row.1)).collect();
        RecordBatch::try_from_iter([
            ("day", Arc::new(day) as ArrayRef),
            ("person", ints(|row| row.0)),
            ("input_id", ints(|row| row.2)),
            ("hours", ints(|row| row.3)),
            ("is_crawler_agent", sign(0)),
            ("is_scanner_agent", sign(1)),
            ("is_monitor_agent", sign(2)),
            ("is_system", sign(3)),
        ])
        .expect("columns of one length")
    }

    /// The obvious way: the question in SQL.
    async fn asked(rows: &[Row], excluded: &[i64]) -> Vec<Vec<PersonDay>> {
        let context = session::bare(None).expect("an engine");
        let register = |name, rows: RecordBatch| {
            session::register(&context, name, rows.schema(), vec![rows]).expect("registered");
        };
        register("activity", batch(rows));
        let ints = |values: &[i64]| Arc::new(Int64Array::from(values.to_vec())) as ArrayRef;
        let excluded = RecordBatch::try_from_iter([("person", ints(excluded))]);
        register("excluded", excluded.expect("a column"));
        let names = Arc::new(StringArray::from(vec!["0", "1", "1"])) as ArrayRef;
        let inputs =
            RecordBatch::try_from_iter([("input_id", ints(&[0, 1, 2])), ("source", names)]);
        register("input_sources", inputs.expect("columns"));
        let from = [("from_day", session::day(2))];
        let told = ask(&context, "hours_by_source", &from).await.expect("told");
        let mut all = vec![Vec::new(); 2];
        for batch in &told {
            let source = columns::texts(batch, "source").expect("there");
            let person = columns::ints(batch, "person").expect("there");
            let day = columns::days(batch, "day").expect("there");
            let hours = columns::ints(batch, "hours").expect("there");
            for row in 0..batch.num_rows() {
                all[source.value(row).parse::<usize>().expect("a number")].push(PersonDay {
                    person: person.value(row),
                    day: Day(day.value(row)),
                    hours: hours.value(row) as u32,
                });
            }
        }
        all
    }

    fn agrees(rows: &[Row], excluded: &[i64]) {
        let of_inputs = BTreeMap::from([(0, 0), (1, 1), (2, 1)]);
        let sources = Sources {
            of_inputs: &of_inputs,
            n: 2,
            excluded,
        };
        let of_day = |day: i32| {
            let rows: Vec<Row> = rows.iter().copied().filter(|row| row.1 == day).collect();
            Ok(vec![batch(&rows)])
        };
        let told = hours_by_source(&[2, 3, 4], of_day, &sources).expect("told");
        let engine = tokio::runtime::Runtime::new().expect("a runtime");
        assert_eq!(told, engine.block_on(asked(rows, excluded)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn hours_are_those_of_the_question(
            rows in prop::collection::vec((-9_i64..9, 1..5, 0_i64..4, 0_i64..8, 0..12_usize), 0..80),
        ) {
            agrees(&rows, &[-3, 2]);
        }
    }

    #[test]
    fn the_first_thousand_people_are_a_sample() {
        let rows: Vec<Row> = (0..2_500)
            .map(|n| (n % 1_250 - 600, 2 + (n / 1_250) as i32, 1, 6, 9))
            .collect();
        agrees(&rows, &[-600]);
    }
}
