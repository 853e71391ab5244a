//! Days made piece by piece against the questions that define them, asked of all days at once.

use std::path::Path;

use arrow::array::RecordBatch;
use arrow::util::pretty::pretty_format_batches;
use queries::stats::random::Random;
use queries::text::Append;

use super::*;
use crate::derive::register_hubs;
use crate::engine::session::{ask, keep, over_lake};
use crate::nightly;

/// Clicks of six people over nine days, most nights among them. Two have session ids of the log's own, two at a time; one
/// clicks on for six days.
fn clicks(seed: u64) -> String {
    let mut random = Random::new(seed);
    let mut text = "user_id,session_id,timestamp,page\n".to_owned();
    for person in 0..6 {
        let mut second = 1_772_000_000 + 1_800 * random.below(20) as i64;
        while second < 1_772_000_000 + 9 * 86_400 {
            let own = match person {
                0 | 1 => format!("s{}", random.below(2) + 2 * (second / 200_000) as usize),
                _ => String::new(),
            };
            let page = ["/a", "/b", "/c", "/", "/search"][random.below(5)];
            text.add_line(format_args!("p{person},{own},{second},{page}"));
            second += match (person, random.below(8)) {
                // Six days and nights on end, then as the others.
                (5, _) if second < 1_772_000_000 + 6 * 86_400 => 1_200,
                (_, 0) => 0,
                (_, 1) => 1_800,
                (_, 2) => 1_801,
                (_, 3) => random.below(70_000) as i64,
                _ => random.below(2_400) as i64,
            };
        }
    }
    text
}

async fn run_over(folder: &Path, clicks: &str) -> (Run, Lake) {
    std::fs::write(folder.join("clicks.csv"), clicks).expect("written");
    let settings = "[intranet]\ntimezone = \"Europe/Berlin\"\n[[logs]]\npath = \"clicks.csv\"\n\
                    [site]\nhome = [\"/\"]\nsearch = [\"/search\"]\n";
    let run = Run::of_test(folder, settings);
    let (lake, _) = nightly::load(&run).await.expect("loaded");
    (run, lake)
}

fn text(batches: &[RecordBatch]) -> String {
    pretty_format_batches(batches).expect("rows").to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_are_what_the_questions_say_of_all_days() {
    for seed in 0..4 {
        let folder = tempfile::tempdir().expect("a folder");
        let (run, lake) = run_over(folder.path(), &clicks(seed)).await;
        let days = events_by_day(&lake).await.expect("days");
        let first = *days.first_key_value().expect("a day").0;
        let last = *days.last_key_value().expect("a day").0;
        let context = over_lake(&lake, None).await.expect("a session");
        register_hubs(&context, &run).expect("hubs");
        keep(&context, "excluded", &[]).await.expect("kept");
        register_moves(&context, &run.settings, first, last)
            .await
            .expect("moves");
        let mut expected = Vec::new();
        for table in ["sessions", "transitions"] {
            expected.push(text(&ask(&context, table, &[]).await.expect(table)));
        }
        for n_events in [1, 150, PIECE_EVENTS] {
            let n_sessions = in_pieces(&run, &lake, &context, (first, last), n_events)
                .await
                .expect("made");
            let now = over_lake(&lake, None).await.expect("a session");
            for (table, order, expected) in [
                ("sessions", "day, person, session_id", &expected[0]),
                (
                    "transitions",
                    "day, person, from_page, to_page, via",
                    &expected[1],
                ),
            ] {
                let columns: Vec<String> = lake
                    .schema(table)
                    .expect(table)
                    .fields()
                    .iter()
                    .map(|field| field.name().clone())
                    .collect();
                let sql = format!(
                    "select {} from {table} order by {order}",
                    columns.join(", ")
                );
                let stored = now.sql(&sql).await.expect("sql").collect().await;
                let stored = text(&stored.expect("rows"));
                for (line, expected) in stored.lines().zip(expected.lines()) {
                    assert_eq!(line, expected, "{table}, {n_events} events a piece");
                }
                assert_eq!(stored.len(), expected.len());
                if table == "sessions" {
                    assert_eq!(stored.lines().count() as u64, n_sessions + 4);
                    assert!(n_sessions > 60);
                }
            }
        }
    }
}

#[test]
fn pieces_hold_a_day_and_no_more_than_they_may() {
    let day = |n| n * PIECE_EVENTS / 4;
    let n_events = BTreeMap::from([(3, day(1)), (4, day(2)), (6, day(2)), (7, day(9))]);
    let ends: Vec<i32> = [1, 4, 5, 7, 8]
        .iter()
        .map(|from| end_of_piece(&n_events, PIECE_EVENTS, *from, 9))
        .collect();
    assert_eq!(ends, [5, 6, 6, 9, 9]);
}
