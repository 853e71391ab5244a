//! What is planted about people: groups, leaders, bridges, a drift, new pages that spread.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fixtures::{Day, PeopleDecoyKind, Truth};

use super::part;
use crate::support::stdout_of;

/// People that a planted and a found group have in common, of those of either: so many are the same group.
const SAME_GROUP: f64 = 0.7;
/// Days that the beginning of a drift may be told too early or too late.
const DRIFT_DAYS: i32 = 21;

/// What the demo plants is in its tables and its report; what only looks like it is not.
pub(super) fn are_told(demo: &Path, html: &str, truth: &Truth) {
    groups_are_told(demo, html, truth);
    group_events_are_told(demo);
    leaders_are_told(demo, html, truth);
    units_are_told(demo, html, truth);
    the_drift_is_told(demo, html, truth);
    a_new_page_is_told(html, truth);
}

/// The rows of an answer, fields as texts, nothing for none.
fn rows(demo: &Path, sql: &str) -> Vec<Vec<String>> {
    let json = stdout_of(demo, &["sql", sql, "--format", "json"], 0);
    let rows: Vec<serde_json::Map<String, serde_json::Value>> =
        serde_json::from_str(&json).expect("JSON");
    let text = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    };
    rows.iter()
        .map(|row| row.values().map(text).collect())
        .collect()
}

fn users(demo: &Path) -> BTreeMap<String, String> {
    let rows = rows(demo, "select person, user from names");
    rows.into_iter()
        .map(|mut row| (row.remove(0), row.remove(0)))
        .collect()
}

fn groups_are_told(demo: &Path, html: &str, truth: &Truth) {
    let users = users(demo);
    let sql = "select group_id, person from group_members \
               where window_end = (select max(window_end) from group_members)";
    let mut found: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for row in rows(demo, sql) {
        let user = users.get(&row[1]).map_or("?", String::as_str);
        found.entry(row[0].clone()).or_default().insert(user);
    }
    let living: Vec<_> = truth
        .groups
        .iter()
        .filter(|group| group.ended_on.is_none())
        .collect();
    assert!(living.len() >= 4);
    for group in living {
        let members: BTreeSet<&str> = group
            .members
            .iter()
            .map(|member| member.user.as_str())
            .collect();
        let alike = |other: &BTreeSet<&str>| {
            members.intersection(other).count() as f64 / members.union(other).count() as f64
        };
        let best = found.values().map(alike).fold(0.0, f64::max);
        assert!(
            best >= SAME_GROUP,
            "{best} of the group round {:?}",
            group.pages
        );
        let told = part(html, "groups");
        let told = group.pages.iter().filter(|page| told.contains(*page));
        assert!(told.count() >= 3, "{:?} are not told", group.pages);
    }
    // Not yet of waves: who joined in the last weeks and was shown the same pages is told as a group of those weeks.
    let decoys = truth.people_decoys.iter();
    for decoy in decoys.filter(|decoy| decoy.kind == PeopleDecoyKind::Campaign) {
        let of_it = |group: &&BTreeSet<&str>| {
            let both = decoy
                .users
                .iter()
                .filter(|user| group.contains(user.as_str()));
            both.count() * 2 > group.len()
        };
        assert_eq!(found.values().find(of_it), None, "{:?}", decoy.kind);
    }
}

/// One is born within the time, one splits, and one ends. Two become one, too, which may be told as one that grows.
fn group_events_are_told(demo: &Path) {
    let told = rows(demo, "select distinct event from group_events");
    let told: BTreeSet<&str> = told.iter().map(|row| row[0].as_str()).collect();
    for event in ["born", "growing", "split", "ended"] {
        assert!(told.contains(event), "{event} is not among {told:?}");
    }
}

/// Named, since the settings let everybody be listed.
fn leaders_are_told(demo: &Path, html: &str, truth: &Truth) {
    let people = std::fs::read_to_string(demo.join("people.csv")).expect("people");
    let names: BTreeMap<&str, &str> = people
        .lines()
        .filter_map(|line| line.split_once(','))
        .map(|(user, rest)| (user, rest.split(',').next().unwrap_or_default()))
        .collect();
    let told = part(html, "follow");
    let n_told = truth
        .leaders
        .iter()
        .filter(|leader| told.contains(names[leader.user.as_str()]))
        .count();
    // Each is followed by a dozen people, so that not all can be told from chance.
    assert!(
        n_told * 2 >= truth.leaders.len(),
        "{n_told} leaders are named"
    );
    let users = users(demo);
    let sql = "select person from leaders where role = 'initiator'";
    let found: BTreeSet<&str> = rows(demo, sql)
        .iter()
        .filter_map(|row| users.get(&row[0]))
        .map(String::as_str)
        .collect();
    for decoy in &truth.people_decoys {
        if decoy.kind == PeopleDecoyKind::EarlyBird {
            let user = decoy.users[0].as_str();
            assert!(!found.contains(user), "nobody follows {user}");
        }
    }
}

/// The bridges, and the places. With ten departments two visitors of a place differ in at most 90 of 100
/// pairs, where chance gives 83; of 110 visitors that is three standard deviations, which is enough where they
/// also come in the same minutes. One page in twenty may be called by chance.
fn units_are_told(demo: &Path, html: &str, truth: &Truth) {
    let found = rows(
        demo,
        "select distinct page from gathering_places order by page",
    );
    let is_planted = |row: &&Vec<String>| truth.places.iter().any(|place| place.page == row[0]);
    let n_planted = found.iter().filter(is_planted).count();
    assert!(3 * n_planted >= 2 * truth.places.len(), "{found:?}");
    assert!(found.len() <= n_planted + 1, "{found:?}");
    let found = rows(demo, "select unit_a from bridges where verdict = 'silo'");
    let found: Vec<&str> = found.iter().map(|row| row[0].as_str()).collect();
    let planted: Vec<&str> = truth.silos.iter().map(|silo| silo.unit.as_str()).collect();
    assert_eq!(found, planted);
    let sql =
        "select unit_a, unit_b from bridges where verdict = 'bridge' and dimension = 'department'";
    let found = rows(demo, sql);
    for bridge in &truth.bridges {
        let [one, other] = &bridge.units;
        let is_it = |row: &&Vec<String>| row.contains(one) && row.contains(other);
        assert!(
            found.iter().any(|row| is_it(&row)),
            "{one} and {other}: {found:?}"
        );
        let told = part(html, "apart");
        assert!(told.contains(one.as_str()) && told.contains(other.as_str()));
    }
}

fn the_drift_is_told(demo: &Path, html: &str, truth: &Truth) {
    let audience = &truth.audiences[0];
    let [began, _] = audience.drift.expect("a drift");
    let sql = "select distinct section, alarm_since from audiences where verdict = 'drifted'";
    let found = rows(demo, sql);
    assert!(!found.is_empty());
    for row in &found {
        assert_eq!(row[0], audience.section, "no other section has drifted");
        let since: Day = row[1].parse().expect("a day");
        assert!((since.0 - began.0).abs() <= DRIFT_DAYS, "{row:?}, {began}");
    }
    assert!(part(html, "audience").contains(&audience.section));
}

fn a_new_page_is_told(html: &str, truth: &Truth) {
    let told = part(html, "emerging");
    let n_told = truth
        .new_pages
        .iter()
        .filter(|page| told.contains(&format!("<bdi>{}</bdi>", page.page)))
        .count();
    assert!(n_told > 0, "no new page is told");
}
