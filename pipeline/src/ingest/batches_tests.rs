//! However inputs are dealt to batches and commits: the lake holds the same rows.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use arrow::util::display::array_value_to_string;
use queries::stats::random::Random;

use super::*;

/// More than are committed at once, and more than a day has files of.
const INPUTS: usize = 21;

/// Lines of two days, some of them in other inputs too, and some twice.
fn text_of_input(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..60 {
        let line = format!(
            "10.0.0.{} - u{} [{:02}/May/2024:10:{:02}:00 +0000] \"GET /p{} HTTP/1.1\" {} 5 \"-\" \"Mozilla/5.0\"",
            random.below(2),
            random.below(3),
            1 + random.below(2),
            random.below(9),
            random.below(3),
            [200, 200, 404][random.below(3)],
        );
        for _ in 0..=usize::from(random.below(5) == 0) {
            writeln!(text, "{line}").expect("a text takes all");
        }
    }
    text
}

/// Every row of a table as text, sorted.
async fn rows_of(lake: &Lake, table: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in lake.read(table, None, None).await.expect("readable") {
        rows.extend((0..batch.num_rows()).map(|row| {
            let values = batch.columns().iter();
            let values = values.map(|column| array_value_to_string(column, row).expect("a value"));
            values.collect::<Vec<_>>().join("|")
        }));
    }
    rows.sort();
    rows
}

/// The rows of three tables after a load, which must say the same as the ledger that it gave.
async fn loaded(
    folder: &Path,
    lake: &str,
    inputs: &[Input],
    batch_events: usize,
) -> [Vec<String>; 3] {
    let run = Run::of_test(folder, "");
    let lake = Lake::create(&folder.join(lake)).expect("a lake");
    let key = Key::new([7; 32]);
    let options = Options::default();
    let ledger = load(&run, &lake, &key, inputs, &options, batch_events)
        .await
        .expect("loaded");
    assert_eq!(ledger.entries.len(), inputs.len());
    let again = load(&run, &lake, &key, inputs, &options, batch_events)
        .await
        .expect("loaded");
    assert_eq!(again.unchanged.len(), inputs.len());
    [
        rows_of(&lake, "events").await,
        rows_of(&lake, "activity").await,
        rows_of(&lake, "inputs").await,
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn small_batches_and_large_ones_make_the_same_lake() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(20);
    let inputs: Vec<Input> = (0..INPUTS)
        .map(|number| {
            let path = folder.path().join(format!("{number:02}.log"));
            fs::write(&path, text_of_input(&mut random)).expect("written");
            Input {
                path,
                source: crate::settings::LogSource::default(),
            }
        })
        .collect();
    let at_once = loaded(folder.path(), "at_once", &inputs, usize::MAX).await;
    assert!(
        at_once[0].len() > 100 && at_once[0].len() < INPUTS * 60,
        "{}",
        at_once[0].len()
    );
    for batch_events in [1, 200] {
        let lake = format!("by_{batch_events}");
        let by_batches = loaded(folder.path(), &lake, &inputs, batch_events).await;
        assert!(by_batches == at_once, "batches of {batch_events} events");
    }
}
