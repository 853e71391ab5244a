//! The page is whole, safe, and the same for the same report.

use super::*;
use crate::example;
use crate::model::{
    Ambassador, BridgeCell, DimensionBridges, EndedGroup, Findings, Leader, Lists, Reach, RoleCount,
};

fn files(report: &Report) -> Vec<(String, String)> {
    let files = render(report).unwrap();
    files
        .into_iter()
        .map(|(name, bytes)| (name, String::from_utf8(bytes).unwrap()))
        .collect()
}

fn check_page(html: &str) {
    let outside = html.replace("http://www.w3.org/2000/svg", "");
    for forbidden in [
        "http://",
        "https://",
        "<script",
        "javascript:",
        "@import",
        "url(",
        "<link",
    ] {
        assert!(!outside.contains(forbidden), "{forbidden}");
    }
    // Text may speak of attributes; only tags can have them.
    for tag in html
        .split('<')
        .skip(1)
        .filter_map(|rest| rest.split('>').next())
    {
        let names: String = tag.split('"').step_by(2).collect();
        assert!(!names.contains(" src=") && !names.contains(" on"), "{tag}");
    }
    for link in html.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{}", &link[..link.len().min(40)]);
    }
    let svgs: Vec<&str> = html.split("<svg ").skip(1).collect();
    for svg in &svgs {
        let svg = &svg[..svg.find("</svg>").unwrap()];
        assert!(
            svg.contains("role=\"img\"") && svg.contains("<title id=") && svg.contains("<desc id=")
        );
    }
    let mut ids: Vec<&str> = html
        .split(" id=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    let n = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), n, "an id stands twice");
    assert!(!html.contains("NaN") && !html.contains("inf "));
}

#[test]
fn a_full_report_has_every_picture_and_table() {
    let files = files(&example::report());
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    for name in [
        "lawn",
        "spread",
        "ranked_paths",
        "days",
        "heat_map",
        "top_pages",
        "sections",
        "changes",
        "link_budget",
        "detours",
        "journeys",
        "drop_offs",
        "spreads",
        "deserted_links",
        "groups",
        "leaders",
        "initiators",
        "brokers",
        "ambassadors",
        "gathering_places",
        "bridges",
        "bridges_2",
        "audiences",
        "audience_shares",
        "applications",
    ] {
        assert!(
            names.contains(&format!("charts/{name}.svg").as_str()),
            "{name}"
        );
    }
    for name in [
        "lawn",
        "elephant_paths",
        "days",
        "hours",
        "pages",
        "sections",
        "ledger",
        "totals",
        "changes",
        "link_budget",
        "detours",
        "journeys",
        "drop_offs",
        "spreads",
        "new_pages",
        "past_paths",
        "deserted_links",
        "groups",
        "group_pages",
        "group_parts",
        "ended_groups",
        "leaders",
        "initiators",
        "brokers",
        "ambassadors",
        "gathering_places",
        "bridges",
        "bridges_2",
        "audiences",
        "audience_shares",
        "applications",
    ] {
        assert!(
            names.contains(&format!("tables/{name}.csv").as_str()),
            "{name}"
        );
    }
    let html = &files[0].1;
    check_page(html);
    assert_eq!(html.matches("<svg ").count(), 25);
    assert_eq!(
        html.matches("<details").count(),
        html.matches("</details>").count()
    );
    assert!(html.contains("fewer than 5"), "a withheld day is said");
    assert!(html.contains("1,214") && html.contains("+6 %"));
}

#[test]
fn every_page_is_told_with_its_address() {
    let report = example::report();
    let files = files(&report);
    let html = &files[0].1;
    for path in &report.paths {
        for page in [&path.from_page, &path.to_page] {
            assert!(html.contains(&format!("<bdi>{page}</bdi>")), "{page}");
        }
    }
    for page in &report.top_pages {
        assert!(
            html.contains(&format!("<bdi>{}</bdi>", page.page)),
            "{}",
            page.page
        );
    }
}

#[test]
fn every_part_has_its_place_and_its_numbers() {
    let files = files(&example::report());
    let html = &files[0].1;
    for id in [
        "helped", "add", "detours", "routes", "stop", "emerging", "deserted", "groups", "follow",
        "talk", "meet", "apart", "audience", "unmeant",
    ] {
        assert!(html.contains(&format!("<section id=\"{id}\">")), "{id}");
        assert!(html.contains(&format!("<a href=\"#{id}\">")), "{id}");
    }
    let route = "<bdi>/news</bdi> → <bdi>/expense-form</bdi> → <bdi>/exchange-rates</bdi>";
    assert!(
        html.contains(route),
        "a lead with the addresses of its pages"
    );
    assert!(
        html.contains("1.6\u{a0}% at most"),
        "no break before a percent sign"
    );
}

#[test]
fn a_window_that_begins_before_the_logs_says_so() {
    let begins = |n_unknown: usize| {
        let mut report = example::report();
        report.days.drain(..n_unknown);
        files(&report)[0].1.contains("(the logs begin on ")
    };
    assert_eq!([0, 3].map(begins), [false, true]);
}

#[test]
fn an_empty_report_is_a_page_too() {
    let files = files(&Report::default());
    check_page(&files[0].1);
    assert_eq!(files[0].1.matches("<svg ").count(), 0, "no empty picture");
    for why in [
        "There is no plan, so a way",
        "elephant paving add FROM TO --on DATE",
        "Give people.csv",
        "Give journeys.csv",
        "not known where people were meant to get to",
        "not known who is tied to whom. With it you get:",
        "not known who belongs to which unit. With it you get:",
        "<li>What should we pave?</li>",
        "<li>Where do units meet?</li>",
        "<li>Whom do others follow?</li>",
        "Nothing is said about groups, units or people",
        "No person is listed",
    ] {
        assert!(files[0].1.contains(why), "{why}");
    }
    assert!(files[0].1.contains("Fewer than 5 people used the intranet"));
}

#[test]
fn the_top_of_the_page_leads_to_what_is_new_about_people() {
    let files = files(&example::report());
    let html = &files[0].1;
    for said in [
        "<li><a href=\"#groups\">Three groups gather that nobody planned; the one round Contract templates",
        "<li><a href=\"#talk\">Two ambassadors are due for a talk.</a></li>",
        "<li><a href=\"#apart\">Sales has hardly any ties to another department.</a></li>",
        "<li><a href=\"#audience\">In Projects, people of Client outnumber people of Consultant 4.1 : 1 (3.6 to 4.7) by now.",
    ] {
        assert!(html.contains(said), "{said}");
    }
    let promise = "Nothing here may be used to appraise anybody";
    assert!(html.contains(promise));
}

#[test]
fn the_top_of_the_page_says_what_to_do_first_in_the_words_of_the_parts() {
    let files = files(&example::report());
    let html = &files[0].1;
    let top = &html[..html.find("<nav").unwrap()];
    let tasks = &top[top.find("<ol").unwrap()..top.find("</ol>").unwrap()];
    let n = tasks.matches("<li>").count();
    assert!((5..=9).contains(&n), "{tasks}");
    for line in tasks.split("<a href=\"").skip(1) {
        let text = &line[line.find('>').unwrap() + 1..line.find("</a>").unwrap()];
        let text = text.chars().skip(1).collect::<String>();
        let of_its_part = html.matches(text.as_str()).count();
        assert!(of_its_part >= 2, "no second truth: {text}");
    }
    assert!(top.contains("Of the 4 paths, one is new, one is growing and one is fading."));
}

#[test]
fn nobody_is_named_in_any_file_while_lists_are_off() {
    let report = example::lists_off();
    let people = report.leaders.listed.iter().map(|leader| &leader.label);
    let people: Vec<&String> = people
        .chain(report.ambassadors.iter().map(|one| &one.label))
        .collect();
    assert!(people.len() > 5);
    for (name, text) in files(&report) {
        for person in &people {
            assert!(!text.contains(person.as_str()), "{person} in {name}");
        }
    }
}

#[test]
fn findings_of_which_little_is_known_are_shown_too() {
    let reach = Reach::default();
    for lists in [Lists::Off, Lists::OptIn, Lists::Everyone] {
        let mut report = Report {
            groups: bare(),
            ended_groups: vec![EndedGroup::default()],
            ambassadors: vec![Ambassador::default()],
            reach: Some(reach),
            gathering_places: bare(),
            audiences: bare(),
            applications: bare(),
            ..Report::default()
        };
        report.method.lists = lists;
        report.leaders.listed = vec![Leader::default()];
        report.leaders.counts = vec![RoleCount::default()];
        let cell = BridgeCell {
            b: 7,
            ..Default::default()
        };
        report.bridges = vec![DimensionBridges {
            cells: vec![cell],
            silos: vec![3],
            ..Default::default()
        }];
        check_page(&files(&report)[0].1);
    }
}

fn bare<T: Default>() -> Findings<T> {
    Findings {
        shown: vec![T::default()],
        n_withheld: 0,
    }
}

#[test]
fn hostile_texts_stay_text() {
    let files = files(&example::hostile());
    check_page(&files[0].1);
    assert!(
        files[0].1.contains("{{ 7*7 }}"),
        "no text is taken for a template"
    );
    for (name, text) in &files {
        if name.starts_with("tables/") {
            continue;
        }
        assert!(
            !text.contains("<script") && !text.contains("<img"),
            "{name}"
        );
        assert!(!text.contains("onload=\""), "{name}");
        let hidden = ['\u{202e}', '\u{200b}', '\u{0}', '\u{7}', '\u{feff}'];
        assert!(!text.contains(hidden), "{name}");
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    assert_eq!(
        render(&example::report()).unwrap(),
        render(&example::report()).unwrap()
    );
}

/// Writes the examples to the folder that `ELEPHANT_REPORT_EXAMPLES` names, to be looked at.
#[test]
fn examples_to_look_at() {
    let Ok(folder) = std::env::var("ELEPHANT_REPORT_EXAMPLES") else {
        return;
    };
    let mut upwards = example::other();
    let lawn = upwards.lawn.as_mut().unwrap();
    (lawn.from, lawn.to, lawn.route) = (10, 2, Vec::new());
    lawn.walks[0].via.clear();
    let examples = [
        ("full", example::report()),
        ("other", example::other()),
        ("upwards", upwards),
        ("empty", Report::default()),
        ("lists_off", example::lists_off()),
        ("hostile", example::hostile()),
    ];
    for (name, report) in examples {
        for (file, bytes) in render(&report).unwrap() {
            let path = std::path::Path::new(&folder).join(name).join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }
}
