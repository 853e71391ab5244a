//! The report speaks plainly and no louder than it may.

use super::*;
use crate::example;

#[test]
fn a_headline_for_a_manager() {
    let mut report = example::report();
    assert_eq!(
        headline(&report),
        "People wore four paths that the plan does not offer. The one most worth paving leads from Leave request to Team calendar."
    );
    report.paths.truncate(1);
    assert!(
        headline(&report).starts_with("48 people go straight from Leave request to Team calendar")
    );
    report.paths.clear();
    assert_eq!(
        headline(&report),
        "1,214 people used 342 pages, and wore no path that the plan does not offer."
    );
    assert!(headline(&Report::default()).starts_with("Fewer than 5 people used"));
}

#[test]
fn nothing_found_has_an_honest_reason() {
    let mut report = Report {
        paths: Vec::new(),
        ..example::report()
    };
    assert!(why_nothing(&report).contains("The plan holds"));
    report.method.n_candidates = 0;
    assert!(why_nothing(&report).contains("walked by 5 people or more"));
    report.method.n_withheld = 2;
    assert!(
        why_nothing(&report).contains("stands for fewer than 5"),
        "{}",
        why_nothing(&report)
    );
    report.days.truncate(7);
    assert!(why_nothing(&report).contains("7 days are too short"));
    report.totals.people = 6;
    assert!(why_nothing(&report).contains("too few"));
    report.method.has_plan = false;
    assert!(why_nothing(&report).contains("no plan"));
}

#[test]
fn certainty_is_said_no_stronger_than_it_is() {
    let mut path = example::report().paths[0].clone();
    assert_eq!(
        how_sure(&path, 28),
        "very. By chance about 9 would walk it (4 to 15 in 19 of 20 cases); 48 did, 5.3 times as many (at least 3.9). It shows in odd and even weeks alike."
    );
    let said = how_sure(&path, 4);
    assert!(
        said.starts_with("fairly.") && said.contains("The logs hold 4 days only"),
        "{said}"
    );
    path.q_value = 0.03;
    path.is_unit_routine = true;
    let said = how_sure(&path, 20);
    assert!(
        said.starts_with("fairly.") && said.contains("odd and even days"),
        "{said}"
    );
    assert!(said.contains("routine of one department"));
}

#[test]
fn a_link_that_people_click_is_not_to_be_added() {
    let mut path = example::report().paths[0].clone();
    assert!(what_to_do(&path, 5).contains("and some came by it"));
    path.share_link = 1.0;
    assert_eq!(
        what_to_do(&path, 5),
        "put the link to Team calendar into the menu, or into the plan: one stands on Leave request already, and most came by it, but the plan does not know it."
    );
    path.share_link = 0.05;
    assert_eq!(
        what_to_do(&path, 5),
        "add a link to Team calendar on Leave request."
    );
    assert_eq!(
        what_it_spares(&path),
        "Whoever goes straight is spared the planned way: about 1,560 clicks in these days."
    );
    path.planned_steps = None;
    assert!(what_it_spares(&path).is_empty());
}

#[test]
fn addresses_and_steps_are_said_before_the_numbers() {
    let mut report = example::report();
    assert!(counted(&report).is_empty());
    assert!(by_steps(&report).contains("rounded down to fives"));
    report.method.counts_addresses = true;
    assert!(counted(&report).contains("counts addresses"));
    report.paths.clear();
    assert!(headline(&report).starts_with("1,214 addresses used"));
    report.gate.k_people = 1;
    assert!(by_steps(&report).is_empty());
}

#[test]
fn a_small_share_is_not_told() {
    let mut path = example::report().paths[0].clone();
    assert!(how_they_came(&path, 5).starts_with("61 % of the times by search, 27 %"));
    path.share_link = 0.02;
    assert_eq!(how_they_came(&path, 5), "Mostly by search.");
}

#[test]
fn the_ledger_adds_up_or_says_so() {
    let mut counts = example::report().ledger;
    assert!(ledger_sum(&counts).starts_with("Every line"));
    counts.lines += 1;
    assert!(ledger_sum(&counts).contains("add up to"));
}
