//! Bad input: a clear message that names file, line and remedy, and the right exit code.

use std::fs;
use std::io::Write;
use std::path::Path;

use crate::support::{stderr_of, stdout_of};
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
    let lock = fs::OpenOptions::new()
        .write(true)
        .open(folder.path().join("lake/.lock"))
        .expect("the lock is there");
    lock.lock().expect("locked");
    let told = stderr_of(folder.path(), &["ingest", "good.log"], 4);
    assert!(told.contains("another run"), "{told}");
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
