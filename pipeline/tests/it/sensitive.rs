//! Declared sensitive pages are in nothing about people: no table, no tie, no person's path, no report, no export.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fixtures::{Society, Truth};
use tempfile::tempdir;

use crate::people::{NAMED, groups, intranet, jaccard, rows, settle, text};
use crate::support::stdout_of;

/// Tables about pages and what holds for everybody, not about people, with their histories: whoever may read the lake
/// finds sensitive pages there. Each table that is not among them is looked at.
const OF_PAGES: [&str; 19] = [
    "deserted_links",
    "detours",
    "drop_offs",
    "elephant_paths",
    "events",
    "inputs",
    "journeys",
    "link_budget",
    "pages",
    "paving_results",
    "pavings",
    "plan",
    "planned_audiences",
    "planned_journeys",
    "rejects",
    "runs",
    "sessions",
    "shortcut_candidates",
    "transitions",
];

/// Questions that the findings about people are made from, and those that tell of a person's pages.
const QUESTIONS: [&str; 8] = [
    "uses",
    "written",
    "talk",
    "first_uses",
    "presence",
    "section_weeks",
    "adoptions_of_pages",
    "adoptions_of_paths",
];

/// Parts of the report about people, and what of its tables is made from them.
const PARTS: [&str; 7] = [
    "groups", "follow", "talk", "meet", "apart", "audience", "unmeant",
];
const EXPORTS: [&str; 15] = [
    "ambassadors",
    "applications",
    "audience_shares",
    "audiences",
    "bridges",
    "ended_groups",
    "gathering_places",
    "group_pages",
    "group_parts",
    "groups",
    "initiators",
    "leaders",
    "new_pages",
    "spread",
    "spreads",
];

/// Everything that was planted about people goes on on these pages. The name of a section is left out: it stands for all
/// of its pages, and the others are not declared.
fn sensitive_pages(truth: &Truth) -> BTreeSet<String> {
    let groups = truth.groups.iter().flat_map(|group| group.pages.clone());
    let applications = truth.applications.iter().flat_map(|one| one.pages.clone());
    let bridges = truth.bridges.iter().flat_map(|one| one.threads.clone());
    let places = truth.places.iter().map(|place| place.page.clone());
    let new = truth.new_pages.iter().map(|page| page.page.clone());
    let all = groups.chain(applications).chain(bridges);
    let is_section = |page: &String| page.matches('/').count() < 2;
    all.chain(places)
        .chain(new)
        .filter(|page| !is_section(page))
        .collect()
}

/// Whether a text names one of the pages, alone or among others: a page that begins like one is another.
fn names_any(text: &str, pages: &BTreeSet<String>) -> Option<String> {
    let is_of_page = |c: char| c.is_alphanumeric() || "/-_.~".contains(c);
    let mut words = text.split(|c| !is_of_page(c));
    words.find(|word| pages.contains(*word)).map(str::to_owned)
}

/// The tables of the lake by name, with all they hold.
fn tables(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder.join("lake")).expect("a lake");
    let names = entries.map(|entry| entry.expect("an entry").file_name());
    let names = names.filter_map(|name| name.into_string().ok());
    let is_table = |name: &String| folder.join("lake").join(name).join("_delta_log").exists();
    let read = |name: String| {
        let sql = format!("select * from {name}");
        let rows = stdout_of(folder, &["sql", &sql, "--format", "csv"], 0);
        (name, rows)
    };
    names.filter(is_table).map(read).collect()
}

fn is_of_people(table: &str) -> bool {
    !OF_PAGES.contains(&table.trim_end_matches("_history"))
}

/// Tables about people that name one of the pages.
fn naming(tables: &BTreeMap<String, String>, pages: &BTreeSet<String>) -> BTreeMap<String, String> {
    let of_people = tables.iter().filter(|(name, _)| is_of_people(name));
    let named = of_people.filter_map(|(name, rows)| Some((name.clone(), names_any(rows, pages)?)));
    named.collect()
}

fn n_ties(folder: &Path) -> i64 {
    let n = &rows(folder, "select count(*) as n from ties")[0]["n"];
    n.as_i64().expect("a count")
}

#[test]
fn sensitive_pages_are_in_nothing_about_people() {
    let folder = tempdir().expect("a folder");
    let folder = folder.path();
    let truth = intranet(folder, 1, Society::default(), NAMED);
    let pages = sensitive_pages(&truth);
    stdout_of(folder, &["--quiet", "nightly"], 0);
    // Undeclared, they are what most of it is about: so the test would see them.
    let open = naming(&tables(folder), &pages);
    for table in ["gathering_places", "group_pages", "groups", "spreads"] {
        assert!(open.contains_key(table), "{table} is not among {open:?}");
    }
    let n_ties_open = n_ties(folder);

    let patterns: Vec<String> = pages.iter().map(|page| format!("\"{page}\"")).collect();
    let declared = format!("{NAMED}sensitive = [{}]\n", patterns.join(", "));
    settle(folder, &declared);
    stdout_of(folder, &["--quiet", "nightly"], 0);
    let tables = tables(folder);
    assert!(tables.contains_key("group_members") && tables.contains_key("leaders"));
    assert_eq!(naming(&tables, &pages), BTreeMap::new());
    for question in QUESTIONS {
        let rows = stdout_of(folder, &["sql", question, "--format", "csv"], 0);
        assert_eq!(names_any(&rows, &pages), None, "{question}");
    }
    assert!(
        n_ties(folder) < n_ties_open,
        "what is done there makes no tie"
    );
    nobody_is_known_by_them(folder, &truth);
    nothing_is_told(folder, &pages);
}

/// Groups that gather there are none any more, and two departments that talk there are no bridge.
fn nobody_is_known_by_them(folder: &Path, truth: &Truth) {
    for group in &truth.groups {
        let members = group.members.iter().map(|member| member.user.clone());
        let members: BTreeSet<String> = members.collect();
        for found in groups(folder).values() {
            assert!(jaccard(found, &members) < 0.3, "{:?}", group.pages);
        }
    }
    for bridge in &truth.bridges {
        let sql = "select unit_a, unit_b from bridges \
                   where dimension = 'department' and verdict = 'bridge'";
        let is_it = |unit: String| bridge.units.contains(&unit);
        for row in rows(folder, sql) {
            let both = is_it(text(&row, "unit_a")) && is_it(text(&row, "unit_b"));
            assert!(!both, "{:?}", bridge.units);
        }
    }
}

/// Neither in the report's parts about people nor in its tables of them.
fn nothing_is_told(folder: &Path, pages: &BTreeSet<String>) {
    let report = folder.join("report");
    let html = fs::read_dir(&report).expect("a report");
    let html = html.map(|entry| entry.expect("an entry").path());
    let mut html = html.filter(|path| path.extension().is_some_and(|end| end == "html"));
    let html = fs::read_to_string(html.next().expect("a page")).expect("a text");
    for part in PARTS {
        let start = html.find(&format!("<section id=\"{part}\">"));
        let start = start.unwrap_or_else(|| panic!("{part} is there"));
        let end = html[start..].find("</section>").expect("its end");
        let told = &html[start..start + end];
        assert_eq!(names_any(told, pages), None, "{part}");
    }
    let mut n_read = 0;
    for export in EXPORTS {
        let path = report.join("tables").join(format!("{export}.csv"));
        if let Ok(rows) = fs::read_to_string(path) {
            n_read += 1;
            assert_eq!(names_any(&rows, pages), None, "{export}");
        }
    }
    assert!(n_read >= 3, "{n_read} tables of the report");
}
