//! The rules of `[filters]`: what each of them catches stands in the ledger, and what was loaded before stays.

use std::fs;
use std::path::Path;

use crate::support::{stderr_of, stdout_of};

const RULES: &str = "\
[intranet]
base_url = \"https://portal\"
[filters]
static_endings = [\"css\", \"zip\"]
methods = [\"GET\", \"POST\"]
health = [\"/alive\", \"/probe/*\"]
ignore = [\"/api/*\", \"/council/index.html\"]
[[logs]]
path = \"*.log\"
";

fn line(second: u32, request: &str, status: u16, referrer: &str) -> String {
    format!(
        "10.0.0.1 - ann [01/May/2024:10:00:{second:02} +0000] \"{request} HTTP/1.1\" {status} 5 \"{referrer}\" \"x\"\n"
    )
}

fn log() -> String {
    [
        line(0, "GET /a", 200, "-"),
        line(1, "POST /form", 200, "https://portal/a"),
        line(2, "PUT /form", 200, "-"),
        line(3, "GET /pack.zip", 200, "-"),
        line(4, "GET /logo.png", 200, "-"),
        line(5, "GET /Alive/", 200, "-"),
        line(6, "GET /probe/7", 200, "-"),
        line(7, "GET /health", 200, "-"),
        line(8, "GET /api/users?x=1", 404, "-"),
        line(9, "POST /api", 302, "-"),
        line(10, "GET /council/", 200, "-"),
        line(11, "GET /b", 200, "https://portal/council/index.html"),
    ]
    .concat()
}

fn rows(folder: &Path, sql: &str) -> Vec<String> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn the_ledger_counts_what_each_rule_catches() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("elephant.toml"), RULES).expect("written");
    fs::write(folder.path().join("one.log"), log()).expect("written");
    let told = stdout_of(folder.path(), &["ingest", "--explain", "one.log"], 0);
    assert!(told.contains("3 ignored, such as /api/users"), "{told}");
    stdout_of(folder.path(), &["ingest"], 0);
    let ledger = "select lines, events, filtered, filtered_by from inputs";
    assert_eq!(
        rows(folder.path(), ledger),
        [r#"12,5,7,"{""method"":1,""ignored"":3,""static"":1,""health"":2}""#]
    );
    assert_eq!(
        rows(
            folder.path(),
            "select page, referrer from events order by ts"
        ),
        ["/a,", "/form,/a", "/logo.png,", "/health,", "/b,"]
    );
}

#[test]
fn rows_are_ignored_too_and_changed_rules_leave_what_was_loaded() {
    let folder = tempfile::tempdir().expect("a folder");
    let toml = folder.path().join("elephant.toml");
    fs::write(&toml, "").expect("written");
    let csv = |day: u32| {
        format!("ts,user,url\n2024-05-0{day} 10:00:00,ann,/api/x\n2024-05-0{day} 10:01:00,ann,/a\n")
    };
    fs::write(folder.path().join("one.csv"), csv(1)).expect("written");
    stdout_of(folder.path(), &["ingest", "one.csv"], 0);
    fs::write(&toml, "[filters]\nignore = [\"*/x\"]\n").expect("written");
    fs::write(folder.path().join("two.csv"), csv(2)).expect("written");
    stdout_of(folder.path(), &["ingest", "one.csv", "two.csv"], 0);
    assert_eq!(
        rows(
            folder.path(),
            "select name, events, filtered_by from inputs order by name"
        ),
        ["one.csv,2,{}", r#"two.csv,1,"{""ignored"":1}""#]
    );
    fs::write(&toml, "[filters]\nmethods = [\"G T\"]\n").expect("written");
    let told = stderr_of(folder.path(), &["ingest", "two.csv"], 2);
    assert!(told.contains("line 2: filters.methods: `G T`"), "{told}");
}
