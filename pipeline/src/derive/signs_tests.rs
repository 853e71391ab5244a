//! What the days of people say, against the questions that define it.

use arrow::array::TimestampMicrosecondArray;
use arrow::util::pretty::pretty_format_batches;
use proptest::prelude::*;
use queries::stats::random::Random;

use super::*;
use crate::engine::session::{self, ask};

/// A row of `activity`: day, input, and the columns read, truths as 0 and 1.
type Row = (i32, i64, [i64; COLUMNS.len()]);

/// Rows with numbers near those at which a rule changes its mind.
fn row(random: &mut Random) -> Row {
    let mut below = |n: usize| random.below(n) as i64;
    let (n_gaps, mean, first) = (below(30), below(100), below(200) * 1_000_000);
    let bits = [(1 << 24) - 1, below(1 << 24), below(1 << 24)];
    let columns = [
        below(12),
        below(3),
        below(15),
        below(8),
        below(8),
        below(16),
        below(256) & below(256),
        below(130),
        below(8),
        below(6),
        below(220),
        n_gaps,
        n_gaps * mean,
        n_gaps * mean * mean * (100 + below(8)) / 100,
        15 + below(10),
        bits[0] ^ (1 << below(24) & bits[1]) ^ (bits[2] & -below(2)),
        (bits[1] & bits[2]) * below(2),
        first,
        first + below(500) * 1_000_000,
        i64::from(below(12) == 0),
        i64::from(below(12) == 0),
        i64::from(below(12) == 0),
        i64::from(below(12) == 0),
    ];
    (below(4) as i32, below(3), columns)
}

/// Some of the rows stand in two inputs, some of these but almost.
fn rows(seed: u64, n: usize) -> Vec<Row> {
    let mut random = Random::new(seed);
    let mut rows: Vec<Row> = (0..n).map(|_| row(&mut random)).collect();
    for at in 0..n / 3 {
        let (day, input, mut columns) = rows[at];
        if random.below(2) == 0 {
            columns[1 + random.below(COLUMNS.len() - 1)] ^= 1;
        }
        rows.push((day, input + 1, columns));
    }
    rows
}

fn batch(rows: &[Row]) -> RecordBatch {
    let day: Date32Array = rows.iter().map(|row| Some(row.0)).collect();
    let input: Int64Array = rows.iter().map(|row| row.1).collect();
    let columns = COLUMNS.iter().enumerate().map(|(at, name)| {
        let values = rows.iter().map(move |row| row.2[at]);
        let column: ArrayRef = if name.starts_with("is_") {
            Arc::new(
                values
                    .map(|value| Some(value == 1))
                    .collect::<BooleanArray>(),
            )
        } else if name.ends_with("_ts") {
            Arc::new(TimestampMicrosecondArray::from_iter_values(values).with_timezone("UTC"))
        } else {
            Arc::new(values.collect::<Int64Array>())
        };
        (*name, column)
    });
    let others = [
        ("day", Arc::new(day) as ArrayRef),
        ("input_id", Arc::new(input)),
    ];
    RecordBatch::try_from_iter(others.into_iter().chain(columns)).expect("columns of one length")
}

/// The obvious way: the questions in SQL, of days from 1 on.
async fn asked(rows: &[Row]) -> String {
    let context = session::bare(None).expect("an engine");
    let register = |name, rows: &[RecordBatch]| {
        session::register(&context, name, rows[0].schema(), rows.to_vec()).expect("registered");
    };
    register("activity", &[batch(rows)]);
    let from = [("from_day", session::day(1))];
    let days = session::frame(&context, "person_days", &from)
        .await
        .expect("told");
    context
        .register_table("person_days", days.into_view())
        .expect("registered");
    text(&ask(&context, "person_signs", &[]).await.expect("told"))
}

fn text(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).expect("rows").to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn signs_are_those_of_the_questions(seed in any::<u64>(), n in 1..120_usize) {
        let mut rows = rows(seed, n);
        // The questions want a row to tell the columns from.
        rows[0].0 = 1;
        let read = |day: i32| {
            let of_day: Vec<Row> = rows.iter().copied().filter(|row| row.0 == day).collect();
            let (some, others) = of_day.split_at(of_day.len() / 2);
            Ok(vec![batch(some), batch(others)])
        };
        let told = person_signs(&[1, 2, 3], read).expect("told");
        let engine = tokio::runtime::Runtime::new().expect("a runtime");
        prop_assert_eq!(text(&[told]), engine.block_on(asked(&rows)));
    }
}

#[test]
fn every_rule_is_put_to_the_test() {
    let mut rows = rows(1, 3_000);
    for (row, person) in rows.iter_mut().zip(0..) {
        *row = (1, 0, row.2);
        row.2[0] = person;
    }
    let signs = of_day(1, &[batch(&rows)]).expect("told");
    let rules: [fn(&Signs) -> bool; 11] = [
        |signs| signs.is_monitor_agent,
        |signs| signs.is_scanner_agent,
        |signs| signs.is_crawler_agent,
        |signs| signs.is_system,
        |signs| signs.is_attacker,
        |signs| signs.is_fast,
        |signs| signs.n_regular == 1,
        |signs| signs.n_crawled == 1,
        |signs| signs.n_sleepless == 1,
        |signs| signs.n_long == 1,
        |signs| signs.n_shared == 1,
    ];
    for (number, holds) in rules.iter().enumerate() {
        let n = signs.iter().filter(|signs| holds(signs)).count();
        assert!((100..2_900).contains(&n), "rule {number} holds {n} times");
    }
}
