//! Scenarios small enough to check by hand: each README tells what must come out, `expected/` holds
//! it as a CSV per table. `UPDATE_EXPECT=1` fills the files anew; they are read before they are kept.

use std::collections::{BTreeMap, BTreeSet};
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

/// The questions that tell what was found, for the scenarios that expect something of it.
const FINDINGS: [(&str, &str); 10] = [
    (
        "elephant_paths",
        "select from_page, to_page, n_people, n_moves, round(expected_people, 4) as expected_people, \
         round(lift, 4) as lift, planned_steps, round(clicks_saved, 4) as clicks_saved, share_link, \
         first_seen, status from elephant_paths order by from_page, to_page",
    ),
    (
        "detours",
        "select from_page, to_page, n_people, round(expected_people, 4) as expected_people, \
         steps_median, planned_steps, stretch, stretch_low, cause, n_people_straight \
         from detours order by from_page, to_page",
    ),
    (
        "shortcut_candidates",
        "select from_page, to_page, n_people, n_people_at, round(expected_people, 4) as expected_people, \
         steps_median, planned_steps, round(clicks_saved, 4) as clicks_saved \
         from shortcut_candidates order by from_page, to_page",
    ),
    (
        "link_budget",
        "select rank, from_page, to_page, n_people, n_saved, n_saved_together from link_budget order by rank",
    ),
    (
        "journeys",
        "select pages, n_people, expected_people, lift, p_value, q_value, is_planned \
         from journeys order by pages",
    ),
    (
        "deserted_links",
        "select from_page, to_page, kind, n_people_at, n_people_used, round(rate_high, 4) as rate_high, \
         rate_median from deserted_links order by from_page, to_page",
    ),
    (
        "drop_offs",
        "select journey, page, goal, n_people, n_people_left, exit_rate, \
         round(exit_rate_low, 4) as exit_rate_low, exit_rate_expected from drop_offs order by page",
    ),
    (
        "spreads",
        "select from_page, to_page, week, n_new_people, n_new_units, n_people, share_after_a_tie \
         from spreads order by from_page, to_page, week",
    ),
    (
        "pavings",
        "select from_page, to_page, on_day, is_noticed, cardinality(controls) as n_controls from pavings \
         order by from_page, to_page",
    ),
    (
        "paving_results",
        "select from_page, to_page, verdict, effect, round(smallest_visible_effect, 4) as \
         smallest_visible_effect, n_weeks_before, n_weeks_after, n_controls, is_final \
         from paving_results order by from_page, to_page",
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

/// What the scenario's file `commands` does between the two nights, a line each.
fn run_commands(scenario: &Path, folder: &Path) {
    let commands = fs::read_to_string(scenario.join("commands")).unwrap_or_default();
    for command in commands.lines() {
        let arguments: Vec<&str> = command.split(' ').collect();
        stdout_of(folder, &[&["--quiet"], &arguments[..]].concat(), 0);
    }
}

/// Checks a scenario; returns the tables of findings that it tells.
fn check(scenario: &Path) -> Vec<&'static str> {
    let folder = tempfile::tempdir().expect("a folder");
    copy(scenario, folder.path());
    fs::write(folder.path().join("elephant.key"), KEY).expect("a key");
    for night in 0..2 {
        // The second run must change nothing.
        if night > 0 {
            run_commands(scenario, folder.path());
        }
        let output = elephant(folder.path(), &["--quiet", "nightly"]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "{}: {told}",
            scenario.display()
        );
    }
    let users = users(folder.path());
    let is_told = |(table, _): &&(&str, &str)| {
        let file = format!("expected/{table}.csv");
        scenario.join(file).exists()
    };
    let told: Vec<_> = FINDINGS.iter().filter(is_told).collect();
    for (table, sql) in TABLES.iter().chain(told.iter().copied()) {
        let csv = stdout_of(folder.path(), &["sql", *sql, "--format", "csv"], 0);
        let got = named(&csv, &users);
        let file = scenario.join("expected").join(format!("{table}.csv"));
        if std::env::var_os("UPDATE_EXPECT").is_some() {
            fs::create_dir_all(scenario.join("expected")).expect("a folder");
            fs::write(&file, &got).expect("written");
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(got, expected, "{}", file.display());
    }
    told.iter().map(|(table, _)| *table).collect()
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
    let told: BTreeSet<&str> = scenarios.iter().flat_map(|s| check(s)).collect();
    // Each table of findings about paths has a scenario that can be checked by hand.
    assert_eq!(told, FINDINGS.map(|(table, _)| table).into());
}
