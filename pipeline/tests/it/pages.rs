//! Pages: one name each at the door, and templates that are proposed, accepted and applied.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;

use crate::support::{files_below, stderr_of, stdout_of};

fn line(user: u32, second: u32, address: &str) -> String {
    format!(
        "10.0.0.1 - u{user} [02/Mar/2026:{:02}:{:02}:{:02} +0000] \"GET {address} HTTP/1.1\" 200 10 \"-\" \"x\"\n",
        8 + second / 3600,
        second / 60 % 60,
        second % 60
    )
}

fn pages(folder: &Path) -> Vec<String> {
    let sql = "select distinct page from events order by page";
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

/// Thirty tickets of two people each, a form that all use, and forty good pages.
fn log() -> String {
    let mut log = String::new();
    let mut second = 0;
    let mut say = |user: u32, address: String| {
        log.push_str(&line(user, second, &address));
        second += 7;
    };
    for n in 0..30 {
        say(n, format!("/tickets/{}", 1000 + n));
        say(n + 1, format!("/tickets/{}/?x=1", 1000 + n));
        say(n, "/tickets/new".to_owned());
    }
    for n in 0..240 {
        let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
        say(
            n / 40,
            format!("/hr/{}{}", letter(n % 40), letter(n % 40 / 26)),
        );
    }
    log
}

#[test]
fn one_page_under_ten_addresses_is_one_page_of_the_lake() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[intranet]\nbase_url = \"https://portal\"\n[site]\nignore_case = true\n[[logs]]\npath = \"*.log\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let addresses = [
        "/hr/leave",
        "/hr/leave/",
        "/HR/Leave",
        "/hr//leave",
        "/hr/leave/index.html",
        "/hr/leave/Default.aspx",
        "/hr/leave;jsessionid=1F2E3D",
        "/(S(lit3py55t21z5v55vlm25s55))/hr/leave",
        "/hr/leave?PHPSESSID=6a1b&utm_source=mail",
        "https://portal:443/hr/l%65ave/index.htm",
    ];
    let log: String = (0..)
        .zip(addresses)
        .map(|(n, address)| line(1, n, address))
        .collect();
    fs::write(folder.path().join("a.log"), log).expect("written");
    stdout_of(folder.path(), &["ingest"], 0);
    assert_eq!(pages(folder.path()), ["/hr/leave"]);
}

#[test]
fn templates_are_proposed_accepted_and_hold_from_then_on() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.log"), log()).expect("written");
    stdout_of(folder.path(), &["ingest", "a.log"], 0);
    stdout_of(folder.path(), &["analyze"], 0);
    let before = files_below(folder.path());
    let told = stdout_of(folder.path(), &["pages", "propose"], 0);
    assert_eq!(files_below(folder.path()), before, "nothing is written");
    for words in [
        "71 pages of the lake would become 42. Nothing is written.",
        "    \"/tickets/new\",\n    \"/tickets/{id}\",\n]",
        "30 pages become one: 60 events of 31 people",
        "30 values in this place are numbers, 30 of them used by fewer than 5 people",
        "but not /tickets/new",
        "Days that are in the lake keep their addresses",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let json = stdout_of(folder.path(), &["pages", "propose", "--format", "json"], 0);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["proposals"][0]["template"], "/tickets/{id}");
    assert_eq!(json["proposals"][0]["people"], 31);
    assert_eq!(
        json["templates"],
        serde_json::json!(["/tickets/new", "/tickets/{id}"])
    );

    let start = told.find("templates = [").expect("the lines");
    let end = told[start..].find("]\n").expect("their end") + start + 2;
    let toml = format!("[site]\n{}", &told[start..end]);
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let more = line(1, 9000, "/tickets/4711") + &line(1, 9001, "/tickets/new?x=2");
    fs::write(folder.path().join("b.log"), more).expect("written");
    stdout_of(folder.path(), &["ingest", "b.log"], 0);
    stdout_of(folder.path(), &["analyze"], 0);
    let pages = pages(folder.path());
    assert!(
        pages.contains(&"/tickets/{id}".to_owned()) && pages.contains(&"/tickets/1000".to_owned())
    );
    assert!(
        !pages.contains(&"/tickets/4711".to_owned()) && pages.contains(&"/tickets/new".to_owned())
    );
    let status = stdout_of(folder.path(), &["status"], 0);
    assert!(
        status.contains("30 pages of the lake were loaded under earlier rules"),
        "{status}"
    );
    let again = stdout_of(folder.path(), &["pages", "propose"], 0);
    assert!(
        again.contains("no template is proposed")
            && again.contains("30 pages of the lake were loaded under earlier rules"),
        "{again}"
    );

    // A new lake under the same key folds all.
    let new = [
        "--lake",
        "new",
        "--key",
        "elephant.key",
        "ingest",
        "a.log",
        "b.log",
    ];
    stdout_of(folder.path(), &new, 0);
    let sql = "select count(*) from events where page = '/tickets/{id}'";
    let n = stdout_of(
        folder.path(),
        &[
            "--lake",
            "new",
            "--key",
            "elephant.key",
            "sql",
            sql,
            "--format",
            "csv",
        ],
        0,
    );
    assert_eq!(n.lines().nth(1), Some("61"));
}

#[test]
fn a_template_that_is_none_is_told_with_its_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[site]\ntemplates = [\"/t/no-{id}\"]\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let told = stderr_of(folder.path(), &["ingest", "-"], 2);
    assert!(
        told.contains("line 2: site.templates") && told.contains("whole segment"),
        "{told}"
    );
}

#[test]
fn explain_tells_an_operator_everything_and_names_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[intranet]\nbase_url = \"https://portal\"\ntimezone = \"Europe/Berlin\"\n\
                [site]\ntemplates = [\"/tickets/{id}\"]\n\
                [[logs]]\npath = \"old.csv\"\ncharset = \"windows-1252\"\ntimezone = \"Europe/Paris\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let mut log: String = (0..20)
        .map(|n| line(n, n, &format!("/tickets/{n}?q=secret")))
        .collect();
    log += &line(3, 30, "/hr/index.html");
    log += &line(3, 31, "/hr;jsessionid=secret");
    log += &line(3, 32, "/a.css?secret");
    log += &line(3, 33, "/hr").replace("2026", "2099");
    log += &line(3, 34, "/hr").replace("- u3 ", "- - ");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut packed, log.as_bytes()).expect("packed");
    fs::write(
        folder.path().join("a.log.gz"),
        packed.finish().expect("packed"),
    )
    .expect("written");
    let csv = b"time,who_user,user,url\n2026-03-02 08:00:00,x,M\xfcller,/caf\xe9\n";
    fs::write(folder.path().join("old.csv"), csv).expect("written");
    fs::write(folder.path().join("none.txt"), "some words\nof mine\n").expect("written");
    let before = files_below(folder.path());
    let told = stdout_of(
        folder.path(),
        &["ingest", "--explain", "a.log.gz", "old.csv", "none.txt"],
        0,
    );
    assert_eq!(files_below(folder.path()), before, "nothing is written");
    for words in [
        "a.log.gz\n  load      from its start\n  sample    all lines: 25\n  format    combined; lines name the page before\n  \
         packing   gzip\n  charset   UTF-8, as nothing says otherwise\n  \
         zone      each time names its own; days are those of Europe/Berlin\n  \
         times     2026-03-02T08:00:00Z to 2026-03-02T08:00:34Z\n  \
         person    the user of each line (%u, $remote_user): 23 of 24 lines name one, 1 have only an address",
        "lines     25 = 23 events + 1 filtered + 1 rejected + 0 comments\n  \
         filtered  1 static, such as /a.css?\u{2026} (200)\n  \
         rejected  1 date in the future, such as line 24: 99.9.9.9 - a9 [99/aaa/9999",
        "pages     23 addresses are 2 pages\n            /tickets/0?q=\u{2026} -> /tickets/{id} (as do 19 more)\n            \
         /hr/index.html -> /hr (as do 2 more)",
        "windows-1252, from charset of [[logs]]",
        "zone      Europe/Paris, from timezone of [[logs]]; days are those of Europe/Berlin",
        "`user`: 1 of 1 lines name one",
        "1 addresses are 1 pages\n            /caf\u{e9} -> /caf\u{e9}",
        "none.txt\n  load      refused: not recognised",
        "\nnothing was written\n",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    for personal in ["10.0.0.1", "secret", "u3", "ller", "words"] {
        assert!(!told.contains(personal), "{personal} in {told}");
    }

    stdout_of(folder.path(), &["ingest", "a.log.gz"], 3);
    let told = stdout_of(folder.path(), &["ingest", "--explain", "a.log.gz"], 0);
    assert!(
        told.contains("load      skipped: it is in the lake as it is"),
        "{told}"
    );
}

#[test]
fn rejects_are_shown_as_a_load_reads_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[[logs]]\npath = \"*.csv\"\ncharset = \"windows-1252\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let mut csv = b"time,user,url\n\"2026-03-02 08:00:00\",\"two\nlines\",/a\n".to_vec();
    csv.extend(b"yesterday,ann,/caf\xe9\n");
    csv.extend(b"2026-03-02 08:00:00,ann,/b\n".repeat(10));
    csv.extend(b"tomorrow,ann,/c\n");
    fs::write(folder.path().join("old.csv"), &csv).expect("written");
    let rejects = ["status", "--rejects", "old.csv"];
    stdout_of(folder.path(), &["ingest", "--force", "old.csv"], 3);
    assert_eq!(
        stdout_of(folder.path(), &rejects, 0),
        "3: no readable date: yesterday,ann,/caf\u{e9}\n14: no readable date: tomorrow,ann,/c\n"
    );
    fs::write(folder.path().join("old.csv"), b"time,user,url\nother,1,2\n").expect("written");
    let told = stdout_of(folder.path(), &rejects, 0);
    assert!(
        told.starts_with("3: no readable date: its source has changed since; the line looked like aaaaaaaaa,aaa,/aaaa\n"),
        "{told}"
    );
}

#[test]
fn rejects_of_parquet_are_its_rows() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = |values: &[&str]| -> ArrayRef { Arc::new(StringArray::from(values.to_vec())) };
    let mut times = vec!["2026-03-02T08:00:00Z"; 30];
    times[7] = "never";
    let rows = RecordBatch::try_from_iter([
        ("time", texts(&times)),
        ("user", texts(&["ann"; 30])),
        ("url", texts(&["/a"; 30])),
    ]);
    let rows = rows.expect("columns of one length");
    let file = fs::File::create(folder.path().join("a.parquet")).expect("made");
    let mut writer = ArrowWriter::try_new(file, rows.schema(), None).expect("a writer");
    writer.write(&rows).expect("written");
    writer.close().expect("closed");
    let explained = stdout_of(folder.path(), &["ingest", "--explain", "a.parquet"], 0);
    assert!(
        explained.contains("format    parquet") && !explained.contains("charset"),
        "{explained}"
    );
    stdout_of(folder.path(), &["ingest", "a.parquet"], 3);
    assert_eq!(
        stdout_of(folder.path(), &["status", "--rejects", "a.parquet"], 0),
        "8: no readable date: {\"time\":\"never\",\"user\":\"ann\",\"url\":\"/a\"}\n"
    );
}
