//! What is said of each group, and what is not.

use super::numbers::{pages, parts};
use super::*;
use crate::example;

#[test]
fn a_group_is_told_with_whom_it_mixes_and_when_it_was_born() {
    let groups = example::report().groups.shown;
    assert_eq!(
        sentence(&groups[0], 10),
        "34 people gather round Contract templates, Patent search, Open source at work and one more: 12 from Engineering, 10 from Legal, and fewer than 10 each from Sales and Service. By location: 18 from Ghent and 16 from Lyon. 22 of them are its core."
    );
    assert_eq!(
        history(&groups[0]),
        "It was born between 12 April 2026 and 19 April 2026, and was growing in the window to 24 May 2026."
    );
    assert!(how_sure(&groups[0]).starts_with("At most 1 % of invented worlds"));
}

#[test]
fn an_unstable_group_has_no_event_and_the_few_have_no_number() {
    let group = &example::report().groups.shown[2];
    assert!(history(group).ends_with("to say how it goes on."));
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
