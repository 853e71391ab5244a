//! The ground that is read straight from the files against the questions that define it.

use std::path::Path;

use arrow::array::Array;
use fixtures::World;

use super::*;
use crate::analyze::{last_day, zealots};
use crate::derive::{register_hubs, register_moves};
use crate::engine::session::{ask, keep, over_lake};

/// A run over an invented intranet whose nights are loaded and derived.
fn run(folder: &Path) -> Run {
    let world = World {
        people: 200,
        events: 20_000,
        weeks: 4,
        ..World::default()
    };
    fixtures::generate(&world, folder).expect("a world");
    let settings = "[intranet]\nbase_url = \"https://intranet.example.com\"\n[[logs]]\npath = \"logs/*\"\n\
                    [[social]]\npath = \"social.jsonl\"\n[plan]\nnavigation = \"navigation.csv\"\n\
                    [people]\nfile = \"people.csv\"\n";
    Run::of_test(folder, settings)
}

/// A row of a walk or a move, its ids as names.
type Row = (i64, i32, String, String, String, u32);

fn of_walks(ground: &Ground) -> Vec<Row> {
    let mut rows = Vec::new();
    for walk in ground.walks.iter() {
        let ends = [walk.entry, walk.exit].map(|page| ground.page(page).to_owned());
        let person = ground.persons[walk.person as usize];
        let row = |from: &str, to: &str, via: &str| {
            let [entry, exit] = ends.clone();
            let way = format!("{from} {to} {via}");
            (person, walk.day, entry, exit, way, 0)
        };
        if walk.to.is_empty() {
            rows.push(row("", "", ""));
        }
        for step in 0..walk.to.len() {
            let (from, to) = (ground.page(walk.from[step]), ground.page(walk.to[step]));
            rows.push(row(from, to, walk.via[step].as_str()));
        }
    }
    rows
}

fn asked_walks(batches: &[RecordBatch]) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        let text = |name: &str| columns::texts(batch, name).expect(name);
        let (entry, exit) = (text("entry"), text("exit"));
        let (from, to, via) = (text("from_page"), text("to_page"), text("via"));
        let person = columns::ints(batch, "person").expect("person");
        let days = columns::days(batch, "day").expect("day");
        for row in 0..batch.num_rows() {
            let at = |column: &arrow::array::StringArray| columns::text_at(column, row).to_owned();
            let way = format!("{} {} {}", at(&from), at(&to), at(&via));
            let ends = (entry.value(row).to_owned(), exit.value(row).to_owned());
            rows.push((person.value(row), days.value(row), ends.0, ends.1, way, 0));
        }
    }
    rows
}

fn of_moves(ground: &Ground) -> Vec<Row> {
    let moves = ground.moves.rows();
    let row = |place: usize| {
        let row = moves.row(place);
        let page = |id: u32| ground.page(id).to_owned();
        let person = ground.persons[row.person as usize];
        let via = row.via.as_str().to_owned();
        (person, row.day, page(row.from), page(row.to), via, row.n)
    };
    let mut rows: Vec<Row> = (0..moves.n.len()).map(row).collect();
    rows.sort();
    rows
}

fn asked_moves(batches: &[RecordBatch]) -> Vec<Row> {
    let mut rows = Vec::new();
    for batch in batches {
        let text = |name: &str| columns::texts(batch, name).expect(name);
        let (from, to, via) = (text("from_page"), text("to_page"), text("via"));
        let person = columns::ints(batch, "person").expect("person");
        let days = columns::days(batch, "day").expect("day");
        let n = columns::ints(batch, "n").expect("n");
        for row in 0..batch.num_rows() {
            let at = |column: &arrow::array::StringArray| column.value(row).to_owned();
            let way = (at(&from), at(&to), at(&via));
            rows.push((
                person.value(row),
                days.value(row),
                way.0,
                way.1,
                way.2,
                n.value(row) as u32,
            ));
        }
    }
    rows.sort();
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn is_what_the_questions_say() {
    let folder = tempfile::tempdir().expect("a folder");
    let run = run(folder.path());
    crate::nightly::nightly(&run, None, None)
        .await
        .expect("a night");
    let lake = run.lake().expect("a lake");
    let last = last_day(&lake).await.expect("read").expect("a day");
    // A window inside the days, so that sessions come in from before and go on behind it.
    let window = Window {
        start: last - 17,
        end: last - 4,
    };
    let context = over_lake(&lake, None).await.expect("a session");
    register_hubs(&context, &run).expect("hubs");
    keep(&context, "weak_persons", &window.parameters())
        .await
        .expect("kept");
    zealots(&lake, &context, window).await.expect("zealots");
    keep(&context, "excluded", &[]).await.expect("kept");
    let ground = Ground::read(&run, &lake, &context, window)
        .await
        .expect("a ground");
    let asked = ask(&context, "window_moves", &window.parameters())
        .await
        .expect("moves");
    assert!(ground.moves.n.len() > 2_000);
    assert_eq!(of_moves(&ground), asked_moves(&asked));
    let rules = &run.settings;
    register_moves(&context, rules, window.start, window.end + 1)
        .await
        .expect("moves");
    let asked = ask(&context, "window_walks", &window.parameters())
        .await
        .expect("walks");
    assert!(asked.iter().any(|batch| {
        batch
            .column_by_name("to_page")
            .is_some_and(|c| c.null_count() > 0)
    }));
    assert_eq!(of_walks(&ground), asked_walks(&asked));
}
