//! Settings as they are written, and as they are refused.

use super::*;

#[test]
fn the_commented_file_says_the_defaults() {
    let read = Settings::parse(commented_default(), Path::new("elephant.toml"));
    assert_eq!(read.expect("the file is right"), Settings::default());
}

#[test]
fn an_unknown_key_is_told_with_its_line_and_the_nearest_one() {
    let text = "[privacy]\nk_page = 3\n";
    let error = Settings::parse(text, Path::new("elephant.toml")).expect_err("no such key");
    let told = error.to_string();
    assert!(
        told.contains("line 2") && told.contains("`k_page`") && told.contains("`k_pages`"),
        "{told}"
    );
}

#[test]
fn paths_are_relative_to_the_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("elephant.toml");
    std::fs::write(&file, "[lake]\npath = \"l\"\n[[logs]]\npath = \"logs/*\"\n").expect("written");
    let settings = Settings::load(&file).expect("read");
    assert_eq!(settings.lake.path, folder.path().join("l"));
    assert!(settings.logs[0].path.ends_with("logs/*"));
}

#[test]
fn a_folder_is_no_pattern_and_an_address_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    let odd = folder.path().join("a[1]*");
    std::fs::create_dir(&odd).expect("made");
    std::fs::write(odd.join("one.log"), "").expect("written");
    let file = odd.join("elephant.toml");
    let text = "[lake]\npath = \"s3://bucket/lake\"\n[[logs]]\npath = \"*.log\"\n";
    std::fs::write(&file, text).expect("written");
    let settings = Settings::load(&file).expect("read");
    assert_eq!(settings.lake.path, Path::new("s3://bucket/lake"));
    let found: Vec<_> = glob::glob(&settings.logs[0].path)
        .expect("a pattern")
        .flatten()
        .collect();
    assert_eq!(found, [odd.join("one.log")]);
}

#[test]
fn every_key_of_the_contract_is_read() {
    let text = r#"
[intranet]
name = "Example"
base_url = "https://intranet.example.com"
aliases = ["old.example.com"]
timezone = "Europe/Berlin"
[site]
home = ["/"]
search = ["/search"]
search_parameters = ["q", "query", "s", "text"]
login = []
keep_parameters = ["pageId", "id"]
default_documents = ["index.html", "index.htm", "index.php", "index.jsp", "index.asp", "index.aspx", "default.html",
    "default.htm", "default.asp", "default.aspx"]
ignore_case = false
templates = []
[filters]
static_endings = ["css", "js", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "ttf"]
methods = ["GET"]
health = ["/health", "/healthz", "/healthcheck", "/health-check", "/health_check", "/livez", "/readyz", "/ping",
    "/actuator/health", "/server-status", "/nginx_status", "/metrics"]
ignore = []
[lake]
path = "lake"
[[logs]]
path = "logs/*"
format = "csv"
timezone = "UTC"
charset = "windows-1252"
columns = { user = "login_name", url = "request.uri" }
[[social]]
path = "social.jsonl"
[plan]
navigation = "navigation.csv"
sitemap = "sitemap.xml"
journeys = "journeys.csv"
audiences = "audiences.csv"
crawl = "https://intranet.example.com/"
[people]
file = "people.csv"
lists = "off"
domains = ["EXAMPLE", "example.com"]
aliases = { "ann.old" = "ann" }
[privacy]
mode = "pseudonymous"
key_file = "elephant.key"
k_pages = 5
k_people = 10
sensitive = ["/health/*"]
[ingest]
reject_limit = 0.01
[analysis]
window_days = 28
session_gap_minutes = 30
horizon_weeks = 26
[report]
out = "report"
"#;
    let read = Settings::parse(text, Path::new("elephant.toml")).expect("all known");
    assert_eq!(read.social[0].path, "social.jsonl");
    assert_eq!(
        read.plan.journeys.as_deref(),
        Some(Path::new("journeys.csv"))
    );
    assert_eq!(read.logs[0].columns["user"], "login_name");
    assert_eq!(read.analysis, Settings::default().analysis);
    assert_eq!(read.site, Settings::default().site);
    assert_eq!(read.filters, Settings::default().filters);
}

#[test]
fn every_default_stands_in_the_commented_file() {
    // Keys without a default are comments there; taken in, the file still has no unknown key.
    let all: String = commented_default()
        .lines()
        .map(|line| {
            let bare = line.strip_prefix("# ").unwrap_or(line);
            let is_key = bare.starts_with("[[")
                || bare.split_once(" = ").is_some_and(|(key, _)| {
                    key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                });
            format!("{}\n", if is_key { bare } else { line })
        })
        .collect();
    let read = Settings::parse(&all, Path::new("elephant.toml")).expect("all known");
    assert!(read.plan.navigation.is_some() && read.plan.audiences.is_some());
    assert!(read.people.file.is_some() && !read.logs.is_empty() && !read.social.is_empty());
}
