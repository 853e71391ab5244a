//! Scenarios small enough to check by hand: each README tells what must come out, `expected/` holds
//! it as a CSV per table. `UPDATE_EXPECT=1` fills the files anew; they are read before they are kept.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{elephant, stdout_of};
use pipeline::logs::key::Key;

/// The questions that tell a scenario's tables; persons are told by their users.
const TABLES: [(&str, &str); 5] = [
    (
        "events",
        "select day, person, ts, page, action, referrer, terms from events order by ts, line, person",
    ),
    (
        "sessions",
        "select day, person, started_at, ended_at, n_views, entry, exit from sessions \
         order by started_at, entry, exit, n_views",
    ),
    (
        "transitions",
        "select day, person, from_page, to_page, via, n from transitions \
         order by day, from_page, to_page, via, n",
    ),
    (
        "inputs",
        "select name, format, bytes, lines, events, duplicates, filtered, filtered_by, rejected, \
         comments from inputs order by name, lines",
    ),
    (
        "actors",
        "select person, class, reason from actors order by class, reason",
    ),
];

const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("copied");
        }
    }
}

/// The users that the logs name, by their pseudonyms.
fn users(folder: &Path) -> BTreeMap<String, String> {
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = place as u8;
    }
    let key = Key::new(bytes);
    let mut users = BTreeMap::new();
    for entry in fs::read_dir(folder.join("logs")).expect("logs").flatten() {
        let text = fs::read_to_string(entry.path()).expect("a text");
        for line in text.lines() {
            if let Some(user) = line.split(' ').nth(2).filter(|user| *user != "-") {
                users.insert(
                    key.person_of_user(user.as_bytes()).to_string(),
                    user.to_lowercase(),
                );
            }
        }
    }
    users
}

fn named(csv: &str, users: &BTreeMap<String, String>) -> String {
    let mut lines = Vec::new();
    for line in csv.lines() {
        let cell = |cell: &str| match cell.parse::<i64>() {
            Ok(n) if n.abs() > 1_000_000_000 => users
                .get(cell)
                .cloned()
                .unwrap_or_else(|| "weak".to_owned()),
            _ => cell.to_owned(),
        };
        lines.push(line.split(',').map(cell).collect::<Vec<_>>().join(","));
    }
    lines.join("\n") + "\n"
}

fn check(scenario: &Path) {
    let folder = tempfile::tempdir().expect("a folder");
    copy(scenario, folder.path());
    fs::write(folder.path().join("elephant.key"), KEY).expect("a key");
    for _ in 0..2 {
        // The second run must change nothing.
        let output = elephant(folder.path(), &["--quiet", "nightly"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{}: {told}",
            scenario.display()
        );
    }
    let users = users(folder.path());
    for (table, sql) in TABLES {
        let csv = stdout_of(folder.path(), &["sql", sql, "--format", "csv"], 0);
        let got = named(&csv, &users);
        let file = scenario.join("expected").join(format!("{table}.csv"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(scenario.join("expected")).expect("a folder");
            fs::write(&file, &got).expect("written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(got, expected, "{}", file.display());
    }
}

#[test]
fn every_scenario_gives_what_its_readme_tells() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../fixtures/scenarios");
    let mut scenarios: Vec<PathBuf> = fs::read_dir(root)
        .expect("the scenarios are there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.is_dir())
        .collect();
    scenarios.sort();
    assert!(scenarios.len() >= 5);
    for scenario in scenarios {
        check(&scenario);
    }
}
