//! The ledger of changes: half a year in which one path is paved that helps, one that was only lucky, one that people
//! merely move to, and one that hardly anyone walks.

use std::fs;
use std::path::Path;

use queries::day::Day;
use queries::stats::random::Random;
use queries::text::Append;

use crate::support::{stderr_of, stdout_of};

/// The first Monday, and that of the change, fourteen weeks later.
const START: &str = "2026-01-05";
const CHANGE: &str = "2026-04-13";

/// A place with two pages, and how many of a hundred people who are at the first go on to the second.
struct Place {
    name: String,
    n_people: usize,
    percent: fn(i32) -> usize,
    route: Route,
}

/// How they go.
#[derive(Clone, Copy, PartialEq)]
enum Route {
    /// By a link that was always there.
    Link,
    /// Typed until a link is made.
    Typed,
    /// Over two other pages until a link is made.
    Long,
}

fn places() -> Vec<Place> {
    let place = |name: &str, n_people, percent, route| Place {
        name: name.to_owned(),
        n_people,
        percent,
        route,
    };
    let mut places = vec![
        place(
            "/helped",
            60,
            |week| if week < 14 { 25 } else { 75 },
            Route::Typed,
        ),
        // Four good weeks, in which it was chosen; before and after it is as it always was.
        place(
            "/lucky",
            60,
            |week| if (10..14).contains(&week) { 65 } else { 30 },
            Route::Link,
        ),
        place("/moved", 60, |_| 50, Route::Long),
        place("/rare", 12, |_| 25, Route::Typed),
    ];
    places.extend((0..22).map(|n| place(&format!("/hall{n}"), 30, |_| 40, Route::Link)));
    places
}

/// The log of some weeks: everyone comes once a week, for one visit.
fn log(weeks: std::ops::Range<i32>) -> String {
    let start = Day::parse(START).expect("a date");
    let mut random = Random::new(weeks.start as u64 + 5);
    let mut log = "timestamp,user,url,referrer\n".to_owned();
    for week in weeks {
        for place in places() {
            for person in 0..place.n_people {
                let goes = random.below(100) < (place.percent)(week);
                let day = Day(start.0 + week * 7 + (person % 7) as i32);
                for (minute, (page, referrer)) in
                    visit(&place, (week, person), goes).into_iter().enumerate()
                {
                    log.add_line(format_args!(
                        "{day}T10:{minute:02}:00Z,{}-{person},{page},{referrer}",
                        &place.name[1..]
                    ));
                }
            }
        }
    }
    log
}

/// In the halls every third looks at something else first, and some of those who do not go on search, as always. From
/// `/moved/a` fewer search once the link is there.
fn visit(place: &Place, (week, person): (i32, usize), goes: bool) -> Vec<(String, String)> {
    let page = |leaf: &str| format!("{}/{leaf}", place.name);
    let mut visit = vec![(page("a"), String::new())];
    let is_hall = place.name.starts_with("/hall");
    if !goes {
        let searches = match place.route {
            Route::Link => is_hall && person % 4 == 1,
            Route::Long => person % if week < 14 { 2 } else { 4 } == 0,
            Route::Typed => false,
        };
        if searches {
            visit.push(("/search?q=where".to_owned(), page("a")));
        }
        return visit;
    }
    if is_hall && person % 3 == 0 {
        visit.push((page("else"), page("a")));
    }
    match place.route {
        Route::Typed if week < 14 => visit.push((page("b"), String::new())),
        Route::Long if week < 14 => {
            visit.push((page("one"), page("a")));
            visit.push((page("two"), page("one")));
            visit.push((page("b"), page("two")));
        }
        _ => visit.push((page("b"), page("a"))),
    }
    visit
}

fn navigation(has_changed: bool) -> String {
    let mut text =
        "from,to\n/moved/a,/moved/one\n/moved/one,/moved/two\n/moved/two,/moved/b\n".to_owned();
    for n in 0..22 {
        text.add_line(format_args!("/hall{n}/a,/hall{n}/b"));
    }
    text.push_str("/lucky/a,/lucky/b\n");
    if has_changed {
        text.push_str("/helped/a,/helped/b\n/moved/a,/moved/b\n/rare/a,/rare/b\n");
    }
    text
}

const TOML: &str = "[intranet]\nbase_url = \"https://intranet.example.com\"\n[[logs]]\npath = \"logs/*.csv\"\n\
                    [plan]\nnavigation = \"navigation.csv\"\n";

fn json(folder: &Path, arguments: &[&str]) -> Vec<serde_json::Value> {
    let all = [arguments, &["--format", "json"]].concat();
    serde_json::from_str(&stdout_of(folder, &all, 0)).expect("JSON")
}

fn of<'a>(rows: &'a [serde_json::Value], from: &str) -> &'a serde_json::Value {
    let mut found = rows.iter().filter(|row| row["from_page"] == from);
    let row = found
        .next()
        .unwrap_or_else(|| panic!("{from} is not in {rows:?}"));
    assert!(found.next().is_none(), "{from} is there twice");
    row
}

#[test]
fn what_helped_is_told_from_what_was_lucky() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    fs::create_dir(folder.join("logs")).expect("a folder");
    write("elephant.toml", TOML);
    write("navigation.csv", &navigation(false));
    write("logs/1.csv", &log(0..14));
    let night = || stdout_of(folder, &["--quiet", "nightly"], 0);
    night();
    let add = |from: &str, to: &str, on: &str| {
        vec!["paving", "add", from, to, "--on", on]
            .into_iter()
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    for (from, to, on, said) in [
        ("/lucky/a", "/nowhere", CHANGE, "nobody ever saw `/nowhere`"),
        ("/lucky/a", "/lucky/a/", CHANGE, "to itself"),
        ("/lucky/a", "/", CHANGE, "no end of a path"),
        ("/lucky/a", "/lucky/b", "13.04.2026", "--on wants a date"),
        ("/lucky/a", "/lucky/b", "2026-02-30", "--on wants a date"),
        (
            "/lucky/a",
            "/lucky/b",
            START,
            "the events begin on 2026-01-05",
        ),
        (
            "/lucky/a",
            "/lucky/b",
            "2026-05-13",
            "the events end on 2026-04-12",
        ),
    ] {
        let typed = add(from, to, on);
        let typed: Vec<&str> = typed.iter().map(String::as_str).collect();
        let told = stderr_of(folder, &typed, 2);
        assert!(told.contains(said), "{typed:?} is told {told}");
    }
    assert!(json(folder, &["paving", "list"]).is_empty());
    // The link is made the next day; people say so of three of the paths, in their own spelling.
    write("navigation.csv", &navigation(true));
    stdout_of(
        folder,
        &[
            "--quiet",
            "plan",
            "import",
            "navigation.csv",
            "--on",
            CHANGE,
        ],
        0,
    );
    for place in ["lucky", "moved", "rare"] {
        let from = format!("https://intranet.example.com/{place}/a?utm=1#top");
        let to = format!("/{place}/b/");
        let typed = [
            "--quiet",
            "paving",
            "add",
            &from,
            &to,
            "--on",
            "2026-04-12",
            "--note",
            "asked for",
        ];
        let id = stdout_of(folder, &typed, 0);
        assert!(id.starts_with("paving-"), "{id}");
        let told = stderr_of(folder, &typed, 2);
        assert!(told.contains("is in the ledger since 2026-04-12"), "{told}");
    }
    // Two weeks later the fourth is noticed, once, and nothing can be said yet.
    write("logs/2.csv", &log(14..16));
    night();
    stdout_of(folder, &["--quiet", "analyze"], 0);
    let list = json(folder, &["paving", "list"]);
    assert_eq!(list.len(), 4, "{list:?}");
    let noticed = of(&list, "/helped/a");
    assert_eq!(
        (&noticed["is_noticed"], &noticed["on_day"]),
        (&true.into(), &CHANGE.into())
    );
    assert_eq!(noticed["baseline_start"], START);
    assert_eq!(of(&list, "/lucky/a")["note"], "asked for");
    assert_eq!(of(&list, "/lucky/a")["is_noticed"], false);
    for row in &list {
        let few = row["from_page"] == "/rare/a";
        let verdict = if few { "too few people" } else { "too early" };
        assert_eq!(row["verdict"], verdict, "{row}");
        assert!(few || row["n_controls"].as_i64() >= Some(20), "{row}");
    }
    let early = json(folder, &["paving", "evaluate"]);
    assert!(of(&early, "/lucky/a")["smallest_visible_percent"].as_f64() > Some(0.0));
    assert!(of(&early, "/lucky/a")["effect_percent"].is_null());
    let told = fs::read_to_string(folder.join("report/index.html")).expect("a report");
    assert!(told.contains("too early; there can be a verdict when the logs reach 24 May 2026"));
    // After eight more weeks everything is known.
    write("logs/3.csv", &log(16..24));
    night();
    let results = json(folder, &["paving", "evaluate"]);
    let helped = of(&results, "/helped/a");
    assert_eq!(helped["verdict"], "helped", "{helped}");
    let number = |row: &serde_json::Value, name: &str| row[name].as_f64().expect("a number");
    assert!(
        (150.0..250.0).contains(&number(helped, "effect_percent")),
        "{helped}"
    );
    assert!(number(helped, "effect_low_percent") > 100.0 && number(helped, "p_value") < 0.05);
    assert!(number(helped, "moved_percent") < 50.0, "{helped}");
    let lucky = of(&results, "/lucky/a");
    assert_eq!(lucky["verdict"], "no visible effect", "{lucky}");
    assert!(number(lucky, "smallest_visible_percent") < 60.0, "{lucky}");
    let moved = of(&results, "/moved/a");
    assert_eq!(moved["verdict"], "no visible effect", "{moved}");
    assert!(number(moved, "moved_percent") > 80.0, "{moved}");
    // Three clicks before, of a minute each, one since; half of those who stay searched, now a quarter does.
    assert!(
        (number(moved, "steps_before") - 3.0).abs() < 1e-9,
        "{moved}"
    );
    assert!((number(moved, "steps_after") - 1.0).abs() < 1e-9, "{moved}");
    assert!(
        (number(moved, "steps_percent") + 67.0).abs() <= 5.0,
        "{moved}"
    );
    assert!(
        (number(moved, "secs_before") - 180.0).abs() < 0.2,
        "{moved}"
    );
    assert!(
        (number(moved, "secs_percent") + 67.0).abs() <= 5.0,
        "{moved}"
    );
    assert!(
        (number(moved, "searches_percent") + 50.0).abs() <= 15.0,
        "{moved}"
    );
    // One step and one minute, before and after; and nobody searched there.
    assert!(
        (number(helped, "steps_after") - 1.0).abs() < 1e-9,
        "{helped}"
    );
    assert!(number(helped, "secs_percent").abs() <= 5.0, "{helped}");
    assert!(helped["searches_percent"].is_null(), "{helped}");
    // Three people a week: not one number about them.
    let rare = of(&results, "/rare/a").as_object().expect("a row");
    assert_eq!(rare["verdict"], "too few people");
    let numbers = rare.values().filter(|value| value.is_number()).count();
    assert_eq!(numbers, 0, "{rare:?}");
    the_report_tells(folder);
    // Judging again changes nothing, and each night is kept.
    let stored = [
        "select * from paving_results order by paving_id",
        "select * from paving_measures order by paving_id, measure",
    ];
    let before = stored.map(|sql| json(folder, &["sql", sql]));
    stdout_of(folder, &["--quiet", "analyze"], 0);
    assert_eq!(stored.map(|sql| json(folder, &["sql", sql])), before);
    let more = json(folder, &["sql", "what_else_changed"]);
    let steps = more
        .iter()
        .find(|row| row["from_page"] == "/moved/a" && row["measure"] == "steps");
    let steps = steps.expect("the steps");
    assert!(number(steps, "effect_high_percent") < -50.0 && number(steps, "p_value") < 0.05);
    let nights = "select distinct window_end from paving_results_history";
    assert_eq!(json(folder, &["sql", nights]).len(), 2);
    assert_eq!(json(folder, &["sql", "did_it_help"]).len(), 4);
    a_slow_twin_counts_the_same(folder);
}

/// The report names each change with its verdict, and no number about three people a week.
fn the_report_tells(folder: &Path) {
    let read = |name: &str| {
        let path = folder.join("report").join(name);
        fs::read_to_string(path).expect("a file of the report")
    };
    let page = read("index.html");
    assert!(page.contains("<a href=\"#helped\">Did it help <b>4</b></a>"));
    assert!(page.contains("consistent with the link as its cause"));
    assert!(page.contains("in four of five cases only from +"));
    assert!(page.contains("typical steps on the way 3.0 before, 1.0 since"));
    let table = read("tables/changes.csv");
    let row = |place: &str| {
        let page = format!(",{place}/a,");
        let mut found = table.lines().filter(|line| line.contains(&page));
        found
            .next()
            .unwrap_or_else(|| panic!("{place} is not in {table}"))
    };
    for (place, verdict) in [
        ("/helped", "2026-04-13,helped,,"),
        ("/lucky", "2026-04-12,no visible effect,,"),
        ("/moved", "2026-04-12,no visible effect,,"),
    ] {
        assert!(row(place).contains(verdict), "{}", row(place));
    }
    let rare = row("/rare");
    assert!(
        rare.ends_with(&format!("2026-04-12,too few people{}", ",".repeat(26))),
        "{rare}"
    );
}

/// Weeks counted by hand from the log's own rule: everyone comes once a week, so visits are people.
fn a_slow_twin_counts_the_same(folder: &Path) {
    let sql = "create view asked_moves as select from_page, to_page from plan \
               where from_page like '%/a' and to_page like '%/b'; select * from reached_by_week";
    let rows = json(
        folder,
        &[
            "sql",
            sql,
            "-p",
            "window_start=2026-04-20",
            "-p",
            "window_end=2026-04-26",
            "-p",
            "from_day=2026-04-20",
            "-p",
            "to_day=2026-04-27",
        ],
    );
    assert_eq!(rows.len(), 26);
    let text = log(14..16);
    for row in rows {
        let place = row["from_page"]
            .as_str()
            .expect("a page")
            .trim_end_matches("/a");
        let n = |leaf: &str| {
            let page = format!(",{place}/{leaf},");
            let of_week = text
                .lines()
                .filter(|line| line[..10] >= *"2026-04-20" && line.contains(&page));
            of_week.count() as i64
        };
        assert_eq!(row["n_at"], n("a"), "{row}");
        assert_eq!(row["n_reached"], n("b"), "{row}");
        assert_eq!(row["n_by_link"], n("b"), "{row}");
    }
}
