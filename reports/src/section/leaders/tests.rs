//! What is said of whom others follow, and what is not.

use super::counts::{
    how_many, picture as counts_picture, table as counts_table, who_may_be_listed,
};
use super::*;
use crate::example;
use crate::model::RoleCount;

#[test]
fn roles_are_counted_in_words_that_promise_nothing() {
    let report = example::report();
    let said = &counts::item(&report).unwrap().lead;
    assert_eq!(
        said[0],
        "31 people were early and then followed, 21 of them lead nobody in the chart of the organisation; 14 people stand between groups that are otherwise apart; fewer than 10 people have many ties to people who have many."
    );
    let mut few = report.clone();
    few.leaders.counts[0].n_people = None;
    let said = &counts::item(&few).unwrap().lead[0];
    assert!(
        said.contains("may be listed by name and are below)"),
        "{said}"
    );
    let one = RoleCount {
        n_people: Some(1),
        ..RoleCount::default()
    };
    assert_eq!(how_many(one, 1), "1 person was early and then followed");
    for item in section(&report).unwrap().items {
        let said = format!("{item:?}");
        assert!(!said.contains("influence") && !said.contains("key people"));
    }
}

#[test]
fn nobody_is_named_while_lists_are_off() {
    let mut report = example::report();
    assert_eq!(section(&report).unwrap().n, 5);
    report.method.lists = Lists::Off;
    let told = section(&report).unwrap();
    assert_eq!((told.n, told.items.len()), (0, 1));
    let said = format!("{:?}", told.items);
    assert!(!said.contains("quiet-heron"));
    assert!(said.contains("elephant people opt-in USER"));
    report.method.lists = Lists::OptIn;
    report.leaders.listed.clear();
    assert!(who_may_be_listed(&report).starts_with("None of them has agreed"));
}

#[test]
fn a_person_is_told_with_the_test_that_they_passed() {
    let leaders = example::report().leaders.listed;
    assert_eq!(
        line(&leaders[0]).text,
        "Service. 23 people took something up after them; 5.4 times as often after as before them. Colleagues of the same department without ties to them did not, which is the strictest comparison. Leads nobody in the chart of the organisation."
    );
    assert_eq!(
        line(&leaders[2]).text,
        "Engineering. 2.6 times as often after as before them."
    );
    assert!(
        line(&leaders[3])
            .text
            .contains("41 people are tied to them; 4.2 standard deviations")
    );
}

#[test]
fn nothing_has_a_reason_and_the_few_have_no_picture() {
    let mut report = example::report();
    report.leaders = crate::model::Leaders::default();
    assert!(why_nothing(&report).contains("None of them was followed"));
    report.method.n_judged_people = 0;
    assert!(why_nothing(&report).starts_with("Of nobody is enough known"));
    report.method.has_ties = false;
    assert!(why_nothing(&report).contains("social actions"));
    let few = [RoleCount::default()];
    assert!(counts_picture(&few, 10).unwrap().is_none());
    assert!(counts_table(&few, 10).csv().contains("fewer than 10"));
}
