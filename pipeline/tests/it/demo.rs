//! The invented intranet from end to end: what was planted is found, decoys are not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use pipeline::logs::key::Key;

use crate::support::stdout_of;

fn pairs(folder: &Path) -> BTreeSet<(String, String)> {
    let json = stdout_of(
        folder,
        &[
            "sql",
            "select from_page, to_page from elephant_paths",
            "--format",
            "json",
        ],
        0,
    );
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.iter()
        .map(|row| (text(&row["from_page"]), text(&row["to_page"])))
        .collect()
}

fn truth(folder: &Path) -> fixtures::Truth {
    let text = std::fs::read_to_string(folder.join("truth.json")).expect("the truth is there");
    serde_json::from_str(&text).expect("JSON")
}

fn demo(folder: &Path, seed: u64) {
    let printed = stdout_of(
        folder,
        &["--quiet", "demo", "d", "--seed", &seed.to_string()],
        0,
    );
    let page = printed.lines().last().expect("a last line");
    assert!(page.ends_with(".html"), "{page}");
    let html = std::fs::read_to_string(folder.join(page)).expect("the report is there");
    let demo = folder.join("d");
    let found = pairs(&demo);
    let truth = truth(&demo);
    let titles = titles(&demo);
    let mut planted = BTreeSet::new();
    for shortcut in &truth.shortcuts {
        let pair = (shortcut.from.clone(), shortcut.to.clone());
        if shortcut.people_last_28_days >= 20 {
            for page in [&pair.0, &pair.1] {
                let title = titles.get(page).cloned().unwrap_or_default();
                assert!(html.contains(&title), "{title} is not in the report");
            }
        }
        planted.insert(pair);
    }
    let others: Vec<_> = found.difference(&planted).collect();
    assert!(others.is_empty(), "seed {seed}: nobody planted {others:?}");
    for shuffled in runs(&demo) {
        assert_eq!(shuffled, 0, "findings on the shuffled copy");
    }
    assert_eq!(actors(&demo), planted_actors(&demo, &truth), "seed {seed}");
}

/// Person, class and reason of each actor.
type Actors = BTreeSet<(String, String, String)>;

fn actors(folder: &Path) -> Actors {
    let sql = "select person, class, reason from actors";
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.splitn(3, ',').collect();
            (cells[0].into(), cells[1].into(), cells[2].into())
        })
        .collect()
}

/// What the truth tells of them: each with its reason, and nobody else.
fn planted_actors(folder: &Path, truth: &fixtures::Truth) -> Actors {
    use fixtures::DecoyKind;
    let text = std::fs::read_to_string(folder.join("elephant.key")).expect("a key");
    let digits: Vec<u8> = text
        .trim()
        .bytes()
        .map(|digit| (digit as char).to_digit(16).expect("a hexadecimal digit") as u8)
        .collect();
    let bytes: Vec<u8> = digits.chunks(2).map(|two| two[0] << 4 | two[1]).collect();
    let key = Key::new(bytes.try_into().expect("32 bytes"));
    let mut planted = Actors::new();
    for decoy in &truth.decoys {
        let (class, reason) = match decoy.kind {
            DecoyKind::Zealot => ("zealot", "gives more than 20 % of the moves of a pair"),
            DecoyKind::Kiosk => ("kiosk", "active for more than 14 hours on most of its days"),
            DecoyKind::Crawler => ("crawler", "its agent is on the list of crawlers"),
            _ => continue,
        };
        for user in &decoy.users {
            let person = key.person_of_user(user.as_bytes()).to_string();
            planted.insert((person, class.into(), reason.into()));
        }
    }
    // These two have no user.
    let monitor = key.weak_person(b"10.0.0.5", b"kube-probe/1.27");
    let scanner = key.weak_person(b"203.0.113.66", b"Mozilla/5.0 (compatible; Probe/0.9)");
    for (person, class, reason) in [
        (monitor, "monitor", "its agent is a monitor"),
        (
            scanner,
            "scanner",
            "more than half of its requests are client errors",
        ),
    ] {
        planted.insert((person.to_string(), class.into(), reason.into()));
    }
    planted
}

fn titles(folder: &Path) -> BTreeMap<String, String> {
    let sql = "select page, title from pages";
    let json = stdout_of(folder, &["sql", sql, "--format", "json"], 0);
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    rows.iter()
        .map(|row| (text(&row["page"]), text(&row["title"])))
        .collect()
}

fn runs(folder: &Path) -> Vec<u64> {
    let json = stdout_of(
        folder,
        &[
            "sql",
            "select counts from runs where step = 'analyze'",
            "--format",
            "json",
        ],
        0,
    );
    let rows: Vec<serde_json::Value> = serde_json::from_str(&json).expect("JSON");
    rows.iter()
        .map(|row| {
            let counts: serde_json::Value =
                serde_json::from_str(row["counts"].as_str().unwrap_or_default()).expect("JSON");
            counts["shuffled"]
                .as_u64()
                .expect("the shuffled copy was counted")
        })
        .collect()
}

#[test]
fn two_invented_intranets() {
    for seed in [1, 2] {
        let folder = tempfile::tempdir().expect("a folder");
        demo(folder.path(), seed);
    }
}

#[test]
fn loading_again_changes_nothing_and_an_opt_out_leaves_no_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    stdout_of(folder.path(), &["--quiet", "demo", "d"], 0);
    let demo = folder.path().join("d");
    let count = |sql: &str| stdout_of(&demo, &["sql", sql, "--format", "csv"], 0);
    let tables = ["events", "inputs", "sessions", "transitions", "activity"];
    let counts = || -> Vec<String> {
        tables
            .iter()
            .map(|table| count(&format!("select count(*) from {table}")))
            .collect()
    };
    let before = (counts(), pairs(&demo));
    stdout_of(&demo, &["--quiet", "nightly"], 0);
    assert_eq!((counts(), pairs(&demo)), before, "the same files again");

    let people = std::fs::read_to_string(demo.join("people.csv")).expect("people");
    let user = people
        .lines()
        .nth(5)
        .and_then(|l| l.split(',').next())
        .expect("a user")
        .to_owned();
    stdout_of(&demo, &["--quiet", "people", "opt-out", &user], 0);
    stdout_of(&demo, &["--quiet", "analyze"], 0);
    let sum = "select count(*), sum(n) from transitions";
    let without = count(sum);

    // The same intranet whose logs never named that person.
    let other = folder.path().join("other");
    std::fs::create_dir_all(other.join("logs")).expect("a folder");
    for name in [
        "elephant.toml",
        "elephant.key",
        "navigation.csv",
        "sitemap.xml",
        "people.csv",
    ] {
        std::fs::copy(demo.join(name), other.join(name)).expect("copied");
    }
    for entry in std::fs::read_dir(demo.join("logs"))
        .expect("logs")
        .flatten()
    {
        let text = std::fs::read_to_string(entry.path()).expect("a plain log");
        let named = format!(" {user} [");
        let kept: Vec<&str> = text.lines().filter(|line| !line.contains(&named)).collect();
        std::fs::write(
            other.join("logs").join(entry.file_name()),
            kept.join("\n") + "\n",
        )
        .expect("written");
    }
    stdout_of(&other, &["--quiet", "nightly"], 0);
    let theirs = stdout_of(&other, &["sql", sum, "--format", "csv"], 0);
    assert_eq!(theirs, without);
    let all = "select from_page, to_page, n_people, n_moves, expected_people, q_value, clicks_saved, \
               status from elephant_paths order by 1, 2";
    assert_eq!(
        stdout_of(&demo, &["sql", all, "--format", "csv"], 0),
        stdout_of(&other, &["sql", all, "--format", "csv"], 0),
        "an opt-out equals absence"
    );
}
