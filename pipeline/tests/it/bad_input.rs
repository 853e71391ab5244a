//! Bad input: a clear message that names file, line and remedy, and the right exit code.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::support::{elephant, stderr_of, stdout_of};
use flate2::Compression;
use flate2::write::GzEncoder;

fn line(second: u32) -> String {
    format!(
        "10.0.0.1 - ann [02/Mar/2026:08:00:{second:02} +0000] \"GET /p{second} HTTP/1.1\" 200 10 \"-\" \"x\"\n"
    )
}

fn log() -> String {
    (0..20).map(line).collect()
}

fn write(folder: &Path, name: &str, bytes: &[u8]) {
    fs::write(folder.join(name), bytes).expect("written");
}

fn count(folder: &Path, table: &str) -> String {
    let sql = format!("select count(*) as n from {table}");
    let csv = stdout_of(folder, &["sql", &sql, "--format", "csv"], 0);
    csv.lines().nth(1).unwrap_or_default().to_owned()
}

#[test]
fn an_empty_file_is_no_fault() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "empty.log", b"");
    stdout_of(folder.path(), &["ingest", "empty.log"], 0);
}

#[test]
fn a_binary_file_is_refused_and_the_lake_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.log", log().as_bytes());
    stdout_of(folder.path(), &["ingest", "good.log"], 0);
    write(
        folder.path(),
        "bad.log",
        &[0_u8, 1, 2, 3, 0, 200, 255, 0].repeat(500),
    );
    let told = stderr_of(folder.path(), &["ingest", "bad.log"], 1);
    assert!(
        told.contains("bad.log") && told.contains("binary"),
        "{told}"
    );
    assert_eq!(count(folder.path(), "events"), "20");
}

#[test]
fn a_cut_gz_keeps_its_whole_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut packed = GzEncoder::new(Vec::new(), Compression::none());
    packed.write_all(log().as_bytes()).expect("packed");
    let packed = packed.finish().expect("packed");
    write(folder.path(), "cut.log.gz", &packed[..packed.len() / 2]);
    let told = stderr_of(folder.path(), &["ingest", "cut.log.gz"], 3);
    assert!(told.contains("cut off"), "{told}");
    let n: u64 = count(folder.path(), "events").parse().expect("a number");
    assert!((5..20).contains(&n), "{n}");
}

#[test]
fn all_members_of_a_gz_are_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = Vec::new();
    for second in 0..20 {
        let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(line(second).as_bytes()).expect("packed");
        bytes.extend(packed.finish().expect("packed"));
    }
    write(folder.path(), "members.gz", &bytes);
    stdout_of(folder.path(), &["ingest", "members.gz"], 0);
    assert_eq!(count(folder.path(), "events"), "20");
}

#[test]
fn long_lines_future_dates_and_broken_text_end_in_one_place_each() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut bytes = log().into_bytes();
    bytes.extend(vec![b'x'; 3 << 20]);
    bytes.push(b'\n');
    bytes.extend(line(30).replace("2026", "2099").as_bytes());
    bytes.extend(
        line(31)
            .replace("/p31", "/caf\u{e9}")
            .bytes()
            .map(|b| if b == 0xc3 { 0xff } else { b }),
    );
    write(folder.path(), "odd.log", &bytes);
    let told = stderr_of(folder.path(), &["ingest", "odd.log"], 3);
    assert!(told.contains("2 of 23"), "{told}");
    assert_eq!(count(folder.path(), "events"), "21");
    let reasons = stdout_of(
        folder.path(),
        &[
            "sql",
            "select reason from rejects order by line",
            "--format",
            "csv",
        ],
        0,
    );
    assert!(
        reasons.contains("line over 1 MiB") && reasons.contains("date in the future"),
        "{reasons}"
    );
    let shown = stdout_of(folder.path(), &["status", "--rejects", "odd.log"], 0);
    assert!(shown.contains("2099"), "{shown}");
}

#[test]
fn a_missing_column_is_named_with_its_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "log.csv",
        b"time,who,page\n2026-03-02T08:00:00Z,ann,/a\n",
    );
    let told = stderr_of(folder.path(), &["ingest", "log.csv"], 1);
    assert!(
        told.contains("log.csv") && told.contains("user") && told.contains("columns ="),
        "{told}"
    );
}

#[test]
fn a_user_twice_is_told_with_both_lines() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "people.csv",
        b"user,department,location,role\nann,a,b,c\nAnn,a,b,c\n",
    );
    let told = stderr_of(folder.path(), &["people", "import", "people.csv"], 1);
    assert!(
        told.contains("people.csv") && told.contains("line 3") && told.contains("line 2"),
        "{told}"
    );
}

#[test]
fn a_plan_of_unknown_pages_needs_a_look() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.log", log().as_bytes());
    stdout_of(folder.path(), &["ingest", "good.log"], 0);
    stdout_of(folder.path(), &["analyze"], 0);
    write(folder.path(), "navigation.csv", b"from,to\n/x,/y\n/y,/z\n");
    let told = stderr_of(folder.path(), &["plan", "import", "navigation.csv"], 3);
    assert!(
        told.contains("never seen") && told.contains("base_url"),
        "{told}"
    );
}

#[test]
fn wrong_use_is_told_with_exit_code_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = stderr_of(folder.path(), &["analyze"], 2);
    assert!(told.contains("there is no lake"), "{told}");
    let told = stderr_of(folder.path(), &["ingest", "absent.log"], 2);
    assert!(told.contains("absent.log"), "{told}");
    write(
        folder.path(),
        "elephant.toml",
        b"[analysis]\nwindow_day = 7\n",
    );
    let told = stderr_of(folder.path(), &["status"], 2);
    assert!(
        told.contains("line 2") && told.contains("window_days"),
        "{told}"
    );
}

#[test]
fn another_key_is_no_key() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.log", log().as_bytes());
    stdout_of(folder.path(), &["ingest", "good.log"], 0);
    write(folder.path(), "other.key", "ab".repeat(32).as_bytes());
    let told = stderr_of(
        folder.path(),
        &["--key", "other.key", "ingest", "good.log"],
        2,
    );
    assert!(told.contains("another key"), "{told}");
    fs::remove_file(folder.path().join("elephant.key")).expect("removed");
    let told = stderr_of(folder.path(), &["sql", "select * from events"], 2);
    assert!(told.contains("key"), "{told}");
}

#[test]
fn two_writers_do_not_meet() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "good.log", log().as_bytes());
    stdout_of(folder.path(), &["ingest", "good.log"], 0);
    let path = folder.path().join("lake/.lock");
    let holder = fs::read_to_string(&path).expect("the lock is there");
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("the lock is there");
    lock.lock().expect("locked");
    let told = stderr_of(folder.path(), &["ingest", "good.log"], 4);
    let words = format!("another run (process {}) is writing", holder.trim());
    assert!(told.contains(&words), "{told}");
    lock.set_len(0).expect("emptied");
    let told = stderr_of(folder.path(), &["ingest", "good.log"], 4);
    assert!(told.contains("another run is writing"), "{told}");
}

#[test]
fn a_grown_file_gives_its_new_part_and_an_overlap_gives_nothing_twice() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.log", log().as_bytes());
    stdout_of(folder.path(), &["ingest", "a.log"], 0);
    // The new part repeats the last line: it is a second event, not the same one.
    let grown = log() + &line(19) + &line(40);
    write(folder.path(), "a.log", grown.as_bytes());
    stdout_of(folder.path(), &["ingest", "a.log"], 0);
    assert_eq!(count(folder.path(), "events"), "22");
    let overlap: String = (10..20).map(line).chain([line(50)]).collect();
    write(folder.path(), "b.log", overlap.as_bytes());
    stdout_of(folder.path(), &["ingest", "b.log"], 0);
    assert_eq!(count(folder.path(), "events"), "23");
    let ledger = stdout_of(
        folder.path(),
        &[
            "sql",
            "select lines, events, duplicates from inputs order by name, lines desc",
            "--format",
            "csv",
        ],
        0,
    );
    assert_eq!(
        ledger.lines().skip(1).collect::<Vec<_>>(),
        ["20,20,0", "2,2,0", "11,1,10"]
    );
}

#[test]
fn a_refusal_names_its_reason_and_its_file_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let log = log().replace("2026", "2099");
    write(folder, "late.log", log.as_bytes());
    let told = stderr_of(folder, &["ingest", "late.log"], 1);
    assert!(
        told.contains("20 of 20 lines could not be read (date in the future)")
            && told.contains("clocks")
            && told.matches("late.log").count() == 1,
        "{told}"
    );
    // Beside a file that is loaded it is told once, on stderr.
    write(folder, "good.log", self::log().as_bytes());
    write(folder, "words.log", b"some words\nother words\n");
    let output = elephant(folder, &["ingest", "late.log", "words.log", "good.log"]);
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    );
    assert_eq!(output.status.code(), Some(3), "{err}");
    for name in ["late.log", "words.log"] {
        assert_eq!(
            (out.matches(name).count(), err.matches(name).count()),
            (0, 1),
            "{out}{err}"
        );
    }
    // Where every file is refused, each is told.
    let told = stderr_of(folder, &["ingest", "late.log", "words.log"], 1);
    assert!(
        told.contains("late.log") && told.contains("words.log"),
        "{told}"
    );
}

#[test]
fn a_format_of_the_settings_that_does_not_fit_is_told_with_the_remedy() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "a.log", log().as_bytes());
    write(
        folder.path(),
        "elephant.toml",
        b"[[logs]]\npath = \"*.log\"\nformat = \"w3c\"\n",
    );
    let told = stderr_of(folder.path(), &["ingest"], 1);
    assert!(
        told.contains("elephant.toml says format = \"w3c\"") && told.contains("reads as combined"),
        "{told}"
    );
}

#[test]
fn who_opts_out_under_an_unknown_name_is_written_down_and_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    write(folder, "good.log", log().as_bytes());
    stdout_of(folder, &["ingest", "good.log"], 0);
    for choice in ["opt-out", "opt-in"] {
        let told = stderr_of(folder, &["people", choice, "nosuch.person"], 3);
        assert!(
            told.contains("neither the people nor the logs know `nosuch.person`"),
            "{told}"
        );
    }
    stderr_of(folder, &["people", "opt-out", "nosuch.person"], 3);
    assert_eq!(count(folder, "opt_outs"), "1");
    let told = stderr_of(folder, &["people", "opt-out", "ann"], 0);
    assert!(
        told.contains("left out from the next analysis on"),
        "{told}"
    );
    // Known still, when nothing of what she did is counted any more.
    stdout_of(folder, &["--quiet", "analyze"], 0);
    stderr_of(folder, &["people", "opt-out", "ann"], 0);
}

#[test]
fn what_is_not_there_is_said_and_nothing_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::create_dir(folder.join("logs")).expect("a folder");
    let told = stderr_of(folder, &["ingest", "logs"], 2);
    assert!(told.contains("no file is in the folder `logs`"), "{told}");
    let told = stderr_of(folder, &["--queries", "nodir", "queries"], 2);
    assert!(told.contains("`nodir` is no folder"), "{told}");
    let told = stderr_of(folder, &["plan", "import", "absent.csv"], 2);
    assert!(told.contains("name one that is there"), "{told}");
    for arguments in [
        vec!["analyze"],
        vec!["paving", "evaluate"],
        vec!["paving", "add", "/a", "/b", "--on", "2026-05-04"],
        vec!["ambassadors", "contact", "ann"],
    ] {
        let all = [vec!["--lake", "nolake"], arguments].concat();
        let told = stderr_of(folder, &all, 2);
        assert!(told.contains("there is no lake at `nolake`"), "{told}");
        assert!(!folder.join("nolake").exists(), "{all:?}");
    }
    let told = stderr_of(folder, &["init"], 0);
    assert!(
        told.contains("[[logs]]") && told.contains("elephant nightly"),
        "{told}"
    );
}

#[test]
fn help_begins_with_what_it_is_for() {
    let help = stdout_of(Path::new("."), &["--help"], 0);
    assert!(
        help.starts_with("Finds the paths that people wear"),
        "{help}"
    );
}
