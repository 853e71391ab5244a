//! Public data with known truth, beside the project; each test says when it is absent.

use queries::text::Append;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::support::{data, elephant, stdout_of, unpacked};

fn rows(folder: &Path, sql: &str) -> Vec<String> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn web_logs_to_the_digit_and_into_a_report() {
    let Some(log) = data("web_logs/apache_combined_10k.log.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let log = log.display();
    let toml =
        format!("[intranet]\nbase_url = \"http://semicomplete.com\"\n[[logs]]\npath = \"{log}\"\n");
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    stdout_of(folder.path(), &["--quiet", "nightly"], 0);
    let sql = "select lines, rejected, bytes, lines - events - duplicates - filtered - rejected - comments \
               from inputs";
    assert_eq!(rows(folder.path(), sql), ["10000,1,2747282505,0"]);
    let page = fs::read_to_string(folder.path().join("report/index.html")).expect("a report");
    assert!(page.contains("<svg"));
    // Who is flagged is so by the agent's own word; of a thousand others nobody is.
    let sql = "select class, reason from actors where reason not like 'its agent %'";
    assert!(rows(folder.path(), sql).is_empty());
    let sql = "select count(distinct person) > 1000 from sessions";
    assert_eq!(rows(folder.path(), sql), ["true"]);
}

#[test]
fn ecom_has_3605_sessions() {
    let Some(log) = data("ecom_sessions/ecom.csv.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let text = unpacked(&log);
    fs::write(folder.path().join("with.csv"), &text).expect("written");
    // Once with the log's own session ids, once by the gap alone.
    let without: String = text
        .lines()
        .map(|line| {
            let fields: Vec<&str> = line.split(',').collect();
            format!("{},{},{}\n", fields[0], fields[2], fields[3])
        })
        .collect();
    fs::write(folder.path().join("gap.csv"), without).expect("written");
    for name in ["with", "gap"] {
        let lake = format!("lake-{name}");
        let file = format!("{name}.csv");
        stdout_of(
            folder.path(),
            &["--quiet", "--lake", &lake, "ingest", &file],
            0,
        );
        stdout_of(folder.path(), &["--quiet", "--lake", &lake, "analyze"], 0);
        let csv = stdout_of(
            folder.path(),
            &[
                "--lake",
                &lake,
                "sql",
                "select count(*) from sessions",
                "--format",
                "csv",
            ],
            0,
        );
        assert_eq!(csv.lines().nth(1), Some("3605"), "{name}");
    }
}

#[test]
fn an_audit_export_of_microsoft_365() {
    let Some(log) = data("m365_audit/ual_part_a.csv.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let log = log.display().to_string();
    stdout_of(folder.path(), &["--quiet", "ingest", &log], 0);
    let sql = "select format, lines, events, duplicates, filtered, rejected, comments from inputs";
    assert_eq!(rows(folder.path(), sql), ["m365,440,145,0,294,0,1"]);
    let people = "select count(distinct person) from events";
    assert_eq!(rows(folder.path(), people), ["6"]);
    // The same records in another file are known by their ids.
    fs::write(folder.path().join("again.csv"), unpacked(Path::new(&log))).expect("written");
    stdout_of(folder.path(), &["--quiet", "ingest", "again.csv"], 0);
    assert_eq!(
        rows(
            folder.path(),
            "select sum(events), sum(duplicates) from inputs"
        ),
        ["145,145"]
    );
}

#[test]
fn a_scanner_walks_no_path() {
    let Some(log) = data("scanner_log/acunetix.log.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let log = log.display().to_string();
    let output = elephant(folder.path(), &["--quiet", "ingest", "--force", &log]);
    assert!(matches!(output.status.code(), Some(0 | 3)));
    fs::write(folder.path().join("navigation.csv"), "from,to\n*,/\n").expect("written");
    let output = elephant(
        folder.path(),
        &["--quiet", "plan", "import", "navigation.csv"],
    );
    assert!(matches!(output.status.code(), Some(0 | 3)));
    stdout_of(folder.path(), &["--quiet", "analyze"], 0);
    for table in ["elephant_paths", "sessions", "transitions"] {
        let sql = format!("select count(*) from {table}");
        assert_eq!(rows(folder.path(), &sql), ["0"], "{table}");
    }
    // All but three of its lines bear one agent; those three are no views.
    assert_eq!(
        rows(
            folder.path(),
            "select a.class, a.reason, v.n_requests from actors as a \
             join activity as v on v.person = a.person"
        ),
        ["scanner,ten attacks or more of three kinds or more in a day,6536"]
    );
}

#[test]
fn wikispeedia_from_clicks_to_hidden_links() {
    let Some(walks) = data("wikispeedia/paths_finished_half.ngram.gz") else {
        return;
    };
    let folder = tempfile::tempdir().expect("a folder");
    let mut log = String::from("timestamp,user,url\n");
    for (number, walk) in unpacked(&walks).lines().enumerate() {
        let day = number % 28 + 1;
        for (step, page) in walk.split(',').enumerate() {
            let (minute, second) = (step / 60, step % 60);
            log.add_line(format_args!(
                "2026-02-{day:02}T{:02}:{minute:02}:{second:02}Z,p{number},/{page}",
                8
            ));
        }
    }
    fs::write(folder.path().join("clicks.csv"), log).expect("written");
    let mut plan = String::from("from,to\n");
    let links = data("wikispeedia/links_planned.tsv.gz").expect("beside the walks");
    for line in unpacked(&links)
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (from, to) = line.split_once('\t').expect("two columns");
        plan.add_line(format_args!("/{from},/{to}"));
    }
    fs::write(folder.path().join("navigation.csv"), plan).expect("written");
    let toml = "[[logs]]\npath = \"clicks.csv\"\n[plan]\nnavigation = \"navigation.csv\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    // The order of people follows from the key, and which copy is drawn from their order.
    fs::write(folder.path().join("elephant.key"), "07".repeat(32)).expect("a key");
    stdout_of(folder.path(), &["--quiet", "ingest"], 0);
    stdout_of(folder.path(), &["--quiet", "analyze"], 0);
    let found: BTreeSet<String> = rows(
        folder.path(),
        "select from_page || ' ' || to_page from elephant_paths",
    )
    .into_iter()
    .map(|pair| pair.trim_matches('"').to_owned())
    .collect();
    let hidden =
        fs::read_to_string(data("wikispeedia/hidden_links.tsv").expect("beside the walks"));
    let hidden: BTreeSet<String> = hidden
        .expect("a text")
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            format!("/{} /{}", decoded(fields[0]), decoded(fields[1]))
        })
        .collect();
    assert_eq!(hidden.len(), 200);
    let others: Vec<_> = found.difference(&hidden).collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(
        found.intersection(&hidden).count() >= 198,
        "{}",
        found.len()
    );
    let shuffled = rows(
        folder.path(),
        "select counts from runs where step = 'analyze'",
    );
    assert!(shuffled[0].contains("\"\"shuffled\"\":0"), "{shuffled:?}");
}

/// Percent-decoded, as the lake keeps pages.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if *first == b'%' => {
                bytes.push(byte);
                rest = &after[2..];
            }
            _ => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).expect("names are UTF-8")
}
