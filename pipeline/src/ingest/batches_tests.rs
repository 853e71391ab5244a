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

/// Every row of a table as text, sorted; of some columns, or of all.
async fn rows_of(lake: &Lake, table: &str, columns: Option<&[&str]>) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in lake.read(table, None, columns).await.expect("readable") {
        rows.extend((0..batch.num_rows()).map(|row| {
            let values = batch.columns().iter();
            let values = values.map(|column| array_value_to_string(column, row).expect("a value"));
            values.collect::<Vec<_>>().join("|")
        }));
    }
    rows.sort();
    rows
}

/// Records with ids of their own; one comes twice.
fn records() -> String {
    let mut text = String::new();
    for number in (0..40).chain([7]) {
        let time = format!("2024-05-01T10:{number:02}:00Z");
        writeln!(
            text,
            r#"{{"timestamp":"{time}","user":"u1","url":"/p1","event_id":"e{number}"}}"#
        )
        .expect("a text takes all");
    }
    text
}

fn input(folder: &Path, name: &str, text: &str) -> Input {
    let path = folder.join(name);
    fs::write(&path, text).expect("written");
    Input {
        path,
        source: crate::settings::LogSource::default(),
    }
}

/// Loads into a lake and gives the rows of three tables.
async fn rows_after(
    folder: &Path,
    lake: &str,
    inputs: &[Input],
    batch_events: usize,
) -> [Vec<String>; 3] {
    let run = Run::of_test(folder, "");
    let lake = Lake::create(&folder.join(lake)).expect("a lake");
    let options = Options::default();
    load(
        &run,
        &lake,
        &Key::new([7; 32]),
        inputs,
        &options,
        batch_events,
    )
    .await
    .expect("loaded");
    [
        rows_of(&lake, "events", None).await,
        rows_of(&lake, "activity", None).await,
        rows_of(&lake, "inputs", None).await,
    ]
}

/// The rows of three tables after a load, and that the inputs are known from then on.
async fn loaded(
    folder: &Path,
    lake: &str,
    inputs: &[Input],
    batch_events: usize,
) -> [Vec<String>; 3] {
    let rows = rows_after(folder, lake, inputs, batch_events).await;
    assert_eq!(rows[2].len(), inputs.len());
    let again = rows_after(folder, lake, inputs, batch_events).await;
    assert!(again == rows, "a second load changes nothing");
    rows
}

/// Takes the newest commit of a table away: a load broke off before it.
fn break_off(lake: &Path, table: &str) {
    let log = fs::read_dir(lake.join(table).join("_delta_log")).expect("a log");
    let commits = log.map(|entry| entry.expect("an entry").path());
    let newest = commits.filter(|path| path.extension().is_some_and(|kind| kind == "json"));
    fs::remove_file(newest.max().expect("a commit")).expect("removed");
}

#[tokio::test(flavor = "multi_thread")]
async fn small_batches_and_large_ones_make_the_same_lake() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(20);
    let logs = (0..INPUTS).map(|number| {
        let text = text_of_input(&mut random);
        input(folder.path(), &format!("{number:02}.log"), &text)
    });
    let mut inputs: Vec<Input> = logs.collect();
    inputs.push(input(folder.path(), "records.jsonl", &records()));
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
        break_off(&folder.path().join(&lake), "inputs");
        let mended = loaded(folder.path(), &lake, &inputs, batch_events).await;
        assert_eq!(
            mended[2], at_once[2],
            "batches of {batch_events} events, once more"
        );
        assert!(
            mended == at_once,
            "batches of {batch_events} events, once more"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn copies_that_begin_alike_are_inputs_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(21);
    let whole: String = (0..3).map(|_| text_of_input(&mut random)).collect();
    // Behind what an input is first known by.
    let cut = whole[..6_000].rfind('\n').expect("lines") + 1;
    let changed = format!("{}{}", &whole[..cut], whole[cut..].replace("/p1 ", "/q1 "));
    let inputs = [("a", &*whole), ("b", &whole[..cut]), ("c", &*changed)];
    let inputs = inputs.map(|(name, text)| input(folder.path(), name, text));
    for (lake, batch_events) in [("one", 1), ("all", usize::MAX)] {
        let [events, _, ledger] = loaded(folder.path(), lake, &inputs, batch_events).await;
        let told: usize = ledger.iter().map(|row| number(row, 6)).sum();
        assert_eq!(told, events.len(), "each event is one input's");
        for row in &ledger {
            let parts = [6, 7, 8, 10, 11].map(|column| number(row, column));
            assert_eq!(number(row, 5), parts.iter().sum::<usize>(), "{row}");
        }
        let own: std::collections::BTreeSet<&str> = ledger
            .iter()
            .filter_map(|row| row.split('|').next())
            .collect();
        assert_eq!(own.len(), 3, "each has an id of its own");
    }
}

/// A number of a row of the ledger.
fn number(row: &str, column: usize) -> usize {
    let value = row.split('|').nth(column).expect("a column");
    value.parse().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_grows_again_and_again_holds_each_line_once() {
    const COLUMNS: [&str; 4] = ["person", "ts", "page", "status"];
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(7);
    for round in 0..8 {
        let text: String = (0..3).map(|_| text_of_input(&mut random)).collect();
        // Also in the middle of a line, as a server is writing it.
        let mut cuts: Vec<usize> = (0..5)
            .map(|_| 500 + random.below(text.len() - 500))
            .collect();
        if round % 2 == 0 {
            let end_of_line = |cut: &usize| text[..*cut].rfind('\n').map_or(0, |at| at + 1);
            cuts = cuts.iter().map(end_of_line).collect();
        }
        cuts.push(text.len());
        cuts.sort_unstable();
        let (whole, grown) = (format!("whole_{round}"), format!("grown_{round}"));
        let all = input(folder.path(), &format!("{whole}.log"), &text);
        rows_after(folder.path(), &whole, &[all], usize::MAX).await;
        for cut in &cuts {
            let part = input(folder.path(), &format!("{grown}.log"), &text[..*cut]);
            rows_after(folder.path(), &grown, &[part], usize::MAX).await;
        }
        let [whole, grown] = [whole, grown].map(|lake| folder.path().join(lake));
        let whole = Lake::create(&whole).expect("a lake");
        let grown = Lake::create(&grown).expect("a lake");
        // A line that was cut where it could be read has an id of its own.
        let columns: &[&[&str]] = if round % 2 == 0 {
            &[&COLUMNS, &["event_id"]]
        } else {
            &[&COLUMNS]
        };
        for columns in columns {
            let [whole, grown] =
                [&whole, &grown].map(|lake| rows_of(lake, "events", Some(columns)));
            assert_eq!(grown.await, whole.await, "{cuts:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_cut_off_where_a_part_ends_is_one_reject_and_read_whole_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let page = "p".repeat(4_000);
    let mut text = String::new();
    let mut n_lines = 0;
    let mut add_line = |text: &mut String| {
        let second = n_lines % 60;
        writeln!(
            text,
            "10.0.0.1 - u1 [01/May/2024:10:00:{second:02} +0000] \"GET /{page} HTTP/1.1\" 200 {n_lines} \"-\" \"x\""
        )
        .expect("a text takes all");
        n_lines += 1;
    };
    while text.len() < reading::PART_BYTES as usize {
        add_line(&mut text);
    }
    let whole = text.len();
    add_line(&mut text);
    // The part is full when the file ends, so that another one begins and holds nothing.
    let cut = input(folder.path(), "a.log", &text[..whole + 40]);
    let rows = rows_after(folder.path(), "lake", &[cut], usize::MAX).await;
    assert_eq!(rows[0].len(), n_lines - 1);
    let grown = input(folder.path(), "a.log", &text);
    let rows = rows_after(folder.path(), "lake", &[grown], usize::MAX).await;
    assert_eq!(rows[0].len(), n_lines);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unreadable_last_line_is_taken_for_cut_off_only_where_all_others_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = "10.0.0.1 - u1 [01/May/2024:10:00:00 +0000] \"GET /p HTTP/1.1\" 200 5 \"-\" \"x\"\n";
    for (unreadable, is_loaded) in [("rubbish", true), ("rubbish\nrubbish", false)] {
        let inputs = [input(
            folder.path(),
            "a.log",
            &(good.repeat(5) + unreadable),
        )];
        let run = Run::of_test(folder.path(), "");
        let lake = Lake::create(&folder.path().join(unreadable.len().to_string()));
        let lake = lake.expect("a lake");
        let (key, options) = (Key::new([7; 32]), Options::default());
        let told = explain(&run, &inputs).await.expect("explained");
        let done = load(&run, &lake, &key, &inputs, &options, usize::MAX).await;
        assert_eq!(done.is_ok(), is_loaded);
        assert_eq!(!told.contains("refused"), is_loaded, "{told}");
        if let Err(error) = done {
            assert!(error.to_string().contains("2 of 7 lines"), "{error}");
        }
    }
}
