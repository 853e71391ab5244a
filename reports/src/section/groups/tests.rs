//! What is said of each group, and what is not.

use super::numbers::{pages, parts};
use super::*;
use crate::example;
use queries::day::Day;

#[test]
fn a_group_is_told_with_whom_it_mixes_and_when_it_was_born() {
    let groups = example::report().groups.shown;
    assert_eq!(
        sentence(&groups[0], 10),
        "34 people gather round Contract templates, Patent search, Open source at work and one more: 12 from Engineering, 10 from Legal, and fewer than 10 each from Sales and Service. By location: 18 from Ghent and 16 from Lyon. 22 of them are its core."
    );
    assert_eq!(
        history(&groups[0]),
        "It was born between 12 April 2026 and 19 April 2026, and grew between 17 May 2026 and 24 May 2026; 13 people at first, 34 now."
    );
    assert_eq!(
        history(&groups[1]),
        "It was there already when these logs begin; 58 people at first, 63 at most, 61 now."
    );
    assert!(how_sure(&groups[0]).starts_with("At most 1 % of invented worlds"));
}

#[test]
fn a_group_that_came_out_of_another_is_not_said_to_have_been_there() {
    let groups = example::report().groups.shown;
    let event = |event: &str, weeks: i32| GroupEvent {
        event: event.to_owned(),
        since: Day(Day::from_ymd(2026, 3, 15).0 + 7 * weeks),
        at: Day(Day::from_ymd(2026, 3, 22).0 + 7 * weeks),
    };
    let mut child = groups[1].clone();
    child.events = vec![event("came out", 0)];
    child.origin = child.events.first().cloned();
    assert!(
        history(&child).starts_with(
            "It split off from another group between 15 March 2026 and 22 March 2026;"
        )
    );
    child.origin = None;
    child.events = vec![
        event("growing", -2),
        event("split", 0),
        event("shrinking", 1),
    ];
    assert!(history(&child).contains(
        "begin, lost a part that became a group of its own between 15 March 2026 and 22 March 2026 and shrank between"
    ));
    child.events = vec![event("merged", 0)];
    child.origin = child.events.first().cloned();
    assert!(history(&child).starts_with("Groups went together into it between"));
}

#[test]
fn an_unstable_group_has_no_event_and_the_few_have_no_number() {
    let group = &example::report().groups.shown[2];
    assert!(history(group).contains("; it is too early to say how it goes on; 14 people"));
    let mut loose = group.clone();
    loose.stability = 0.5;
    loose.sizes.truncate(7);
    assert!(history(&loose).ends_with("too much from run to run to say more."));
    let said = sentence(group, 10);
    assert!(
        said.contains("fewer than 10 each from Finance, HR, IT and two more"),
        "{said}"
    );
    assert!(!said.contains("core"));
}

#[test]
fn pages_and_parts_have_tables_of_their_own() {
    let groups = example::report().groups.shown;
    let table = pages(&groups).table.unwrap().csv();
    assert!(
        table.contains("g-31,Contract templates,/contract-templates,31,8.4"),
        "{table}"
    );
    let table = parts(&groups, 10).table.unwrap().csv();
    for row in [
        "g-31,department,Sales,fewer than 10",
        "g-31,window to,2026-04-05,fewer than 10",
        "g-17,location,Lyon,33",
    ] {
        assert!(table.contains(row), "{row}: {table}");
    }
}

#[test]
fn groups_that_are_no_more_are_told_apart() {
    let report = example::report();
    let told = ended(&report.ended_groups, 10);
    assert!(told.lead[0].starts_with("2 groups of earlier windows were not"));
    assert!(
        told.more[0]
            .text
            .starts_with("became part of another group by 10 May 2026; 19 people")
    );
    assert!(told.more[1].text.contains("fewer than 10 people at most"));
    assert!(
        ended(&report.ended_groups[..1], 10).lead[0].starts_with("1 group of earlier windows was")
    );
}

#[test]
fn nothing_has_a_reason() {
    let mut report = example::report();
    report.groups.shown.clear();
    assert!(why_nothing(&report).starts_with("1 finding stands for fewer than 10"));
    report.groups.n_withheld = 0;
    assert!(why_nothing(&report).starts_with("14 clusters of people were held against 99"));
    report.method.n_judged_groups = 0;
    assert!(why_nothing(&report).starts_with("No 10 people"));
    report.method.n_windows = 1;
    assert!(
        why_nothing(&report).contains("two windows of four weeks in a row; the logs reach one")
    );
    report.method.has_units = false;
    assert!(why_nothing(&report).contains("people.csv"));
}
