//! The plan from files and from the addresses.

use std::fs;
use std::path::Path;

use queries::text::Append;

use crate::support::{stderr_of, stdout_of};

/// A folder with settings.
pub(crate) fn folder(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("elephant.toml"), settings).expect("written");
    folder
}

/// The plan as lines `from to kind since until`.
pub(crate) fn plan(folder: &Path) -> Vec<String> {
    let sql = "select from_page, to_page, kind, valid_from, valid_to from plan \
               order by 1, 2, 3, 4 nulls first";
    let csv = stdout_of(folder, &["sql", "--format", "csv", sql], 0);
    csv.lines()
        .skip(1)
        .map(|line| line.replace(',', " ").trim_end().to_owned())
        .collect()
}

fn import(folder: &Path, text: &str, on: &str) {
    fs::write(folder.join("navigation.csv"), text).expect("written");
    stdout_of(folder, &["plan", "import", "navigation.csv", "--on", on], 0);
}

#[test]
fn three_snapshots_and_a_link_that_comes_back() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n/,/b\n", "2026-05-01");
    import(folder, "from,to\n/,/a\n", "2026-05-10");
    import(folder, "from,to\n/,/b\n/,/c\n", "2026-05-20");
    let expected = [
        "/ /a menu  2026-05-19",
        "/ /b menu  2026-05-09",
        "/ /b menu 2026-05-20",
        "/ /c menu 2026-05-20",
    ];
    assert_eq!(plan(folder), expected);
    let earlier = ["plan", "import", "navigation.csv", "--on", "2026-05-19"];
    let told = stderr_of(folder, &earlier, 2);
    assert!(
        told.contains("the plan changes on 2026-05-20, after --on"),
        "{told}"
    );
    assert_eq!(plan(folder), expected);
    let told = stdout_of(folder, &["plan", "show"], 0);
    let snapshots: Vec<Vec<&str>> = told
        .lines()
        .map(|l| l.split_whitespace().collect())
        .collect();
    for line in [
        ["navigation", "menu", "2", "2"],
        ["always", "navigation", "2", "0"],
        ["2026-05-10", "navigation", "0", "1"],
        ["2026-05-20", "navigation", "2", "1"],
    ] {
        assert!(
            snapshots.iter().any(|found| *found == line),
            "{line:?} in {told}"
        );
    }
}

#[test]
fn menus_and_navigations_stand_side_by_side() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n", "2026-05-01");
    fs::write(
        folder.join("menu.yml"),
        "HR:\n  url: /hr\n  children:\n  - /hr/leave\n",
    )
    .expect("written");
    stdout_of(folder, &["plan", "import", "menu.yml"], 0);
    let expected = [
        "* /hr global",
        "/ /a menu",
        "/hr /hr/leave menu",
        "/hr/leave /hr menu",
    ];
    assert_eq!(plan(folder), expected);
    fs::write(
        folder.join("menu.yml"),
        "- url: /hr\n- {title: x, url: &a /x}\n- *a\n",
    )
    .expect("written");
    let told = stderr_of(folder, &["plan", "import", "menu.yml"], 1);
    assert!(told.contains("`menu.yml` line 3"), "{told}");
    assert_eq!(plan(folder), expected);
}

/// Pages and titles as an analysis tells them.
fn titles(folder: &Path) -> Vec<String> {
    stdout_of(folder, &["--quiet", "analyze"], 0);
    let sql = "select page, title from pages order by 1";
    let csv = stdout_of(folder, &["sql", "--format", "csv", sql], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn pages_have_the_titles_that_people_gave_them_before_those_of_their_own() {
    let folder = folder("[intranet]\nbase_url = \"http://intra.example\"\n");
    let folder = folder.path();
    with_people(folder);
    assert_eq!(titles(folder), ["/a,A", "/a/b,B", "/a/b/own,Own", "/c,C"]);
    let saved = folder.join("saved/a");
    fs::create_dir_all(saved.join("b")).expect("written");
    let page = |title: &str| format!("<title>{title}</title><a href=/c>");
    fs::write(saved.join("index.html"), page("Absence &amp; leave")).expect("written");
    fs::write(saved.join("b/index.html"), page("Booking")).expect("written");
    stdout_of(folder, &["plan", "crawl", "saved"], 0);
    fs::write(folder.join("menu.yml"), "Leave: /a\nCars:\n  /c\n").expect("written");
    stdout_of(folder, &["plan", "import", "menu.yml"], 0);
    let expected = ["/a,Leave", "/a/b,Booking", "/a/b/own,Own", "/c,Cars"];
    assert_eq!(titles(folder), expected);
    stdout_of(folder, &["plan", "import", "--end", "menu"], 0);
    let expected = ["/a,Absence & leave", "/a/b,Booking", "/a/b/own,Own", "/c,C"];
    assert_eq!(titles(folder), expected);
}

/// Six people go from `/a` to `/a/b`, three to `/c`; one saw `/a/b/own`.
fn with_people(folder: &Path) {
    let mut log = "timestamp,user,url\n".to_owned();
    for n in 0..9 {
        let to = if n < 6 { "/a/b" } else { "/c" };
        log.add_line(format_args!("2026-05-04T09:00:00Z,u{n},/a"));
        log.add_line(format_args!("2026-05-04T09:01:00Z,u{n},{to}"));
    }
    log.push_str("2026-05-04T09:02:00Z,u0,/a/b/own\n");
    fs::write(folder.join("log.csv"), log).expect("written");
    stdout_of(folder, &["--quiet", "ingest", "log.csv"], 0);
    stdout_of(folder, &["--quiet", "analyze"], 0);
}

#[test]
fn a_source_that_is_given_up_is_ended() {
    let folder = folder("");
    let folder = folder.path();
    import(folder, "from,to\n/,/a\n", "2026-05-01");
    fs::write(folder.join("menu.json"), "[\"/b\"]").expect("written");
    stdout_of(folder, &["plan", "import", "menu.json"], 0);
    let end = ["plan", "import", "--on", "2026-05-10", "--end"];
    stdout_of(folder, &[&end[..], &["navigation"]].concat(), 0);
    assert_eq!(plan(folder), ["* /b global", "/ /a menu  2026-05-09"]);
    let told = stderr_of(folder, &[&end[..], &["nav"]].concat(), 2);
    assert!(told.contains("write one of navigation, menu"), "{told}");
}

#[test]
fn a_page_shows_its_plan_and_what_enough_people_do() {
    let folder = folder("");
    let folder = folder.path();
    with_people(folder);
    import(folder, "from,to\n/,/a\n/a,/c\n*,/help\n", "2026-05-01");
    let told = stdout_of(
        folder,
        &["plan", "show", "http:///a/", "--format", "json"],
        0,
    );
    let view: serde_json::Value = serde_json::from_str(&told).expect("JSON");
    assert_eq!(view["page"], "/a");
    assert_eq!(view["planned_steps_from_home"], 1);
    let pages = |list: &str| {
        let rows = view[list].as_array().expect("a list").iter();
        rows.map(|row| row["page"].as_str().expect("a page").to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(pages("links_out"), ["/c", "/help"]);
    assert_eq!(pages("links_in"), ["/"]);
    // Six of nine go to /a/b, and the three who do not could be told by subtraction.
    assert_eq!(
        (pages("moves").len(), view["n_people"].as_i64()),
        (0, Some(9))
    );
    fs::write(folder.join("elephant.toml"), "[privacy]\nk_pages = 3\n").expect("written");
    let told = stdout_of(folder, &["plan", "show", "/a"], 0);
    for line in [
        "1 click from the start page",
        "unplanned  /a/b, 6 people, 6 times",
        "planned    /c, 3 people",
    ] {
        assert!(told.contains(line), "{line} in {told}");
    }
    let told = stderr_of(folder, &["plan", "show", "/nowhere"], 2);
    assert!(
        told.contains("nobody planned or saw the page `/nowhere`"),
        "{told}"
    );
}

#[test]
fn the_tree_follows_the_pages() {
    let folder = folder("");
    let folder = folder.path();
    with_people(folder);
    stdout_of(folder, &["plan", "import", "--tree"], 0);
    let (one, two) = (
        ["/a /a/b tree", "/a/b /a tree"],
        ["/a/b /a/b/own tree", "/a/b/own /a/b tree"],
    );
    let mut both = [one, two].concat();
    both.sort_unstable();
    assert_eq!(plan(folder), both);
    let planned = "select count(*) as n from pages where is_planned";
    assert!(stdout_of(folder, &["sql", planned, "--format", "csv"], 0).contains("\n0"));
    stdout_of(folder, &["people", "opt-out", "u0"], 0);
    stdout_of(folder, &["--quiet", "analyze"], 0);
    assert_eq!(plan(folder), one);
    stdout_of(folder, &["plan", "import", "--end", "tree"], 0);
    assert_eq!(plan(folder), [""; 0]);
}
