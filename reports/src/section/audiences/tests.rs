//! What is said of each audience, and what is not.

use super::by_now::off_plan;
use super::*;
use crate::example;

#[test]
fn a_change_is_dated_with_its_interval() {
    let audiences = example::report().audiences.shown;
    assert_eq!(
        sentence(&audiences[0]),
        "people of Client make 80 % of all who come since the week of 9 February 2026 (95 % interval 26 January 2026 to 23 February 2026); before, it was 12 %. 10 % was meant."
    );
    assert_eq!(
        split(&audiences[0]).unwrap(),
        "Of that change, +60 percentage points come from the same pages, and +8 percentage points from other pages being used than before."
    );
    assert_eq!(
        contributions(&audiences[0]).unwrap(),
        "Of what is written there, people of Client write 55 %."
    );
    assert!(contributions(&audiences[2]).is_none());
}

#[test]
fn a_ratio_has_its_interval_and_what_it_would_take() {
    let mut one = example::report().audiences.shown[0].clone();
    assert_eq!(
        ratio_of(&one).unwrap(),
        "People of Client outnumber people of Consultant 4.1 : 1 (3.6 to 4.7). That is rough, for it rests on 1,020 people: to be right within a tenth it takes about 2,500."
    );
    let ratio = one.ratio.as_mut().unwrap();
    (ratio.n_people, ratio.low) = (2_600, 0.9);
    assert_eq!(
        ratio_of(&one).unwrap(),
        "People of Client and people of Consultant are about as many: 4.1 : 1 (0.9 to 4.7), so it is open who are more."
    );
    let other = &example::report().audiences.shown[1];
    assert!(
        ratio_of(other)
            .unwrap()
            .starts_with("All others outnumber people of Consultant 2.0 : 1 (1.6 to 2.4).")
    );
}

#[test]
fn shares_off_the_plan_are_counted() {
    let report = example::report();
    let all: Vec<&Audience> = report.audiences.shown.iter().collect();
    assert_eq!(
        off_plan(&all),
        "Of 2 declared shares that can be compared, two are clearly off what was meant; those that changed are told above."
    );
    assert!(off_plan(&all[2..]).starts_with("No declared share"));
    let told = by_now::item(&report.audiences.shown, &report).unwrap();
    assert!(told.lead[1].starts_with("2 findings stand for fewer than 10"));
    assert_eq!(told.more.len(), 1, "what is told above is not told again");
    assert!(told.more[0].text.ends_with("50 % was meant."));
}

#[test]
fn one_change_seen_by_several_units_is_told_once() {
    let mut all = example::report().audiences.shown;
    let mut other = all[0].clone();
    other.unit = "Consultant".to_owned();
    other.alarm = other.alarm.map(|alarm| Alarm {
        share_before: ToldShare::Is(0.75),
        share_after: ToldShare::Is(0.19),
        ..alarm
    });
    all.insert(1, other);
    let (first, others) = by_section(&all);
    assert_eq!((first.len(), others.len()), (1, 1));
    assert_eq!(
        other_sides(first[0], &others),
        "Other sides of the same change: Consultant 75 % before and 19 % since."
    );
}

#[test]
fn a_withheld_week_has_no_number() {
    let mut report = example::report();
    for one in &mut report.audiences.shown {
        for week in &mut one.weeks {
            (week.n_people, week.share) = (None, 0.777);
        }
    }
    let told = section(&report).unwrap();
    for table in told
        .tables()
        .chain(told.pictures().map(|picture| &picture.table))
    {
        assert!(!table.csv().contains("0.777"), "{}", table.csv());
    }
    assert!(told.items[1].picture.is_none() && told.items[1].table.is_some());
}

#[test]
fn nothing_has_a_reason() {
    let mut report = example::report();
    for one in &mut report.audiences.shown {
        one.alarm = None;
    }
    report.method.has_audiences = false;
    let steady = section(&report).unwrap();
    assert!(steady.items[0].lead[0].starts_with("96 shares of units in sections were watched"));
    assert!(steady.items[1].lead[0].contains("audiences.csv"));
    report.audiences.shown.clear();
    assert!(why_nothing(&report).starts_with("2 findings stand"));
    report.audiences.n_withheld = 0;
    assert!(why_nothing(&report).starts_with("No section has 10"));
    report.method.has_units = false;
    assert!(why_nothing(&report).contains("people.csv"));
}
