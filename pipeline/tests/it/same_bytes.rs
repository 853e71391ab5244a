//! The same findings, to the letter, for any number of threads and partitions and any order of lines.

use std::fs;
use std::path::Path;
use std::process::Command;

use fixtures::World;
use queries::stats::random::Random;

use crate::support::stdout_of;

/// Tables whose every row must be the same.
const TABLES: [&str; 9] = [
    "sessions",
    "transitions",
    "elephant_paths",
    "journeys",
    "deserted_links",
    "detours",
    "shortcut_candidates",
    "drop_offs",
    "spreads",
];

/// An intranet with settings and a key; `seed` shuffles the lines of each log.
fn intranet(folder: &Path, seed: Option<u64>) {
    let world = World {
        people: 300,
        events: 40_000,
        ..World::default()
    };
    fixtures::generate(&world, folder).expect("a world is written");
    let settings = "[intranet]\nbase_url = \"https://intranet.example.com\"\n\
                    [[logs]]\npath = \"logs/*\"\n[[social]]\npath = \"social.jsonl\"\n\
                    [plan]\nnavigation = \"navigation.csv\"\njourneys = \"journeys.csv\"\n\
                    [people]\nfile = \"people.csv\"\n";
    fs::write(folder.join("elephant.toml"), settings).expect("written");
    fs::write(folder.join("elephant.key"), "07".repeat(32)).expect("a key");
    let Some(seed) = seed else { return };
    let mut random = Random::new(seed);
    for log in fs::read_dir(folder.join("logs")).expect("logs").flatten() {
        let text = fs::read_to_string(log.path()).expect("a plain log");
        let mut lines: Vec<&str> = text.lines().collect();
        random.shuffle(&mut lines);
        fs::write(log.path(), lines.join("\n") + "\n").expect("written");
    }
}

/// A night on so many threads and partitions.
fn night(folder: &Path, n_threads: &str, n_partitions: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_elephant"))
        .current_dir(folder)
        .args(["--quiet", "nightly"])
        .env("TOKIO_WORKER_THREADS", n_threads)
        .env("RAYON_NUM_THREADS", n_threads)
        .env("DATAFUSION_EXECUTION_TARGET_PARTITIONS", n_partitions)
        .output()
        .expect("the binary runs");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

fn rows(folder: &Path) -> Vec<String> {
    let rows = |table: &&str| {
        let sql = format!("select * from {table}");
        let csv = stdout_of(folder, &["sql", &sql, "--format", "csv"], 0);
        let mut lines: Vec<&str> = csv.lines().collect();
        lines[1..].sort_unstable();
        lines.join("\n")
    };
    TABLES.iter().map(rows).collect()
}

#[test]
fn threads_partitions_and_the_order_of_lines_change_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = |name: &str, seed, n_threads, n_partitions| {
        let home = folder.path().join(name);
        intranet(&home, seed);
        night(&home, n_threads, n_partitions);
        let page = fs::read_to_string(home.join("report/index.html")).expect("a report");
        (rows(&home), page)
    };
    let one = told("one", None, "1", "1");
    let many = told("many", None, "8", "16");
    assert!(one.0.iter().filter(|rows| rows.lines().count() > 1).count() >= 6);
    assert_eq!(one, many, "one thread against eight");
    let shuffled = told("shuffled", Some(5), "8", "16");
    for (table, (a, b)) in TABLES.iter().zip(one.0.iter().zip(&shuffled.0)) {
        assert_eq!(a, b, "{table}, lines in another order");
    }
}
