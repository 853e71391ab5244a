//! Formats of logs at the door: what the ledger says of them, and what is refused.

use std::fs;
use std::path::Path;

use crate::support::{stderr_of, stdout_of};

const FIELDS: &str = "#Fields: date time cs-method cs-uri-stem cs-username c-ip sc-status\r\n";

fn rows(folder: &Path, sql: &str) -> Vec<String> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_w3c_log_that_grows_is_read_under_the_directives_of_its_first_part() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("iis.log");
    let line = |n: u32| format!("2024-05-01 10:00:0{n} GET /p{n} DOM\\ann 10.0.0.1 200\r\n");
    let swapped = "#Fields: cs-uri-stem c-ip date time\r\n";
    let first = format!("{FIELDS}{}{}{swapped}", line(1), line(2));
    fs::write(&file, &first).expect("written");
    stdout_of(folder.path(), &["ingest", "iis.log"], 0);
    let more = "/p3 10.0.0.1 2024-05-01 10:00:03\r\n";
    fs::write(&file, format!("{first}{more}")).expect("written");
    stdout_of(folder.path(), &["ingest", "iis.log"], 0);
    assert_eq!(
        rows(
            folder.path(),
            "select format, lines, events, comments, rejected from inputs order by lines desc"
        ),
        ["w3c,4,2,2,0", "w3c,1,1,0,0"]
    );
    assert_eq!(
        rows(folder.path(), "select page, ts from events order by ts"),
        [
            "/p1,2024-05-01T10:00:01Z",
            "/p2,2024-05-01T10:00:02Z",
            "/p3,2024-05-01T10:00:03Z"
        ]
    );
}

#[test]
fn a_log_of_which_a_tenth_is_unreadable_needs_force() {
    let folder = tempfile::tempdir().expect("a folder");
    let line = "2024-05-01T10:00:00.5Z lb 10.0.0.1:2817 10.0.0.2:80 0.1 0.1 0.1 200 200 0 57 \
                \"GET https://intranet:443/a HTTP/1.1\" \"Mozilla/5.0\" - -\n";
    let tls = "tls 2.0 2024-05-01T10:00:00 net/x c6e7 10.0.0.1:51341 10.0.0.2:443 5 2 98 246 -\n";
    fs::write(folder.path().join("elb.log"), line.repeat(7) + tls).expect("written");
    let told = stderr_of(folder.path(), &["ingest", "elb.log"], 1);
    assert!(
        told.contains("1 of 8 lines could not be read") && told.contains("--force"),
        "{told}"
    );
    stdout_of(folder.path(), &["ingest", "--force", "elb.log"], 3);
    let sql = "select format, events, rejected from inputs";
    assert_eq!(rows(folder.path(), sql), ["elb,7,1"]);
}

#[test]
fn a_pasted_directive_reads_what_nothing_else_would() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = "[[logs]]\npath = \"*.log\"\nformat = '%{%F %T}t %u -> %U%q (%s)'\ntimezone = \"Europe/Berlin\"\n";
    fs::write(folder.path().join("elephant.toml"), toml).expect("written");
    let line = "2024-05-01 12:00:00 ann -> /a?id=7 (200)\n";
    fs::write(folder.path().join("own.log"), line).expect("written");
    stdout_of(folder.path(), &["ingest"], 0);
    assert_eq!(
        rows(folder.path(), "select page, ts from events"),
        ["/a?id=7,2024-05-01T10:00:00Z"]
    );
    fs::write(
        folder.path().join("elephant.toml"),
        toml.replace("%U%q", "%J"),
    )
    .expect("written");
    let told = stderr_of(folder.path(), &["ingest"], 2);
    assert!(
        told.contains("line 3: logs.format: `%J` at character 17"),
        "{told}"
    );
}
