//! What is said of each verdict, and what is not.

use super::*;
use crate::chart::layout_tests::check_texts;
use crate::example;

#[test]
fn a_change_that_helped_is_told_with_all_its_numbers() {
    let changes = example::report().changes;
    assert_eq!(
        sentence(&changes[0]),
        "The link from Who is who to Team calendar, there since 2 March 2026: helped. The share who get there: +196 % against what would have been (95 % interval +120 % to +290 %), which is consistent with the link as its cause. About 15 people a week got there before, about 45 since. Of those whom the link has gained, 12 % merely moved from the old route. With so few people, an effect shows in four of five cases only from +34 % on. Besides, against what would have been, with 95 % intervals: typical steps on the way 3.1 before, 1.2 since (−60 %, −68 % to −51 %); typical seconds on the way 95.0 before, 22.0 since (−76 %, −85 % to −60 %); people a week who search from the first page 12.4 before, 7.8 since (−31 %, −60 % to +18 %). The verdict is not about these."
    );
    assert_eq!(
        line(&changes[1]).text,
        "since 2 March 2026: no visible effect. The share who get there: −4 % against what would have been (95 % interval −30 % to +31 %). About 15 people a week got there before, about 15 since. With so few people, an effect shows in four of five cases only from +34 % on. A smaller one may be there unseen."
    );
}

#[test]
fn too_early_says_when_and_too_few_says_no_number() {
    let mut early = example::report().changes[2].clone();
    assert_eq!(
        line(&early).text,
        "since 11 May 2026: too early; there can be a verdict when the logs reach 21 June 2026. About 15 people a week got there before. With so few people, an effect shows in four of five cases only from +34 % on."
    );
    early.effect = example::report().changes[1].effect;
    assert!(outcome(&early).starts_with(
        "too early; nothing is plain yet, and the last look is when the logs reach 21 June 2026. So far, the share"
    ));
    early.next_look = None;
    assert!(outcome(&early).starts_with("too early, and there will be no verdict"));
    early.verdict = None;
    assert!(outcome(&early).starts_with("not judged yet"));
    let few = &example::report().changes[3];
    assert_eq!(
        outcome(few),
        "too few people a week to tell, or too few ways alike that enough people walk. Its numbers stand for too few people, or for all but too few, and are not told."
    );
    assert!(numbers(few).iter().all(|cell| *cell == Cell::Empty));
}

#[test]
fn an_effect_below_the_smallest_sure_one_does_not_contradict_it() {
    let mut change = example::report().changes[0].clone();
    change.smallest_visible = Some(2.54);
    change.measured.clear();
    assert!(outcome(&change).ends_with(
        "from +254 % on. This one is smaller and shows all the same; its size is the less certain for that."
    ));
}

#[test]
fn what_is_withheld_is_said_to_be() {
    let mut change = example::report().changes[1].clone();
    (change.effect, change.people_after) = (None, None);
    assert_eq!(
        outcome(&change),
        "no visible effect. About 15 people a week got there before; the numbers since stand for too few people, or for all but too few, and are not told. With so few people, an effect shows in four of five cases only from +34 % on. A smaller one may be there unseen."
    );
}

#[test]
fn a_verdict_before_the_last_look_says_so() {
    let mut change = example::report().changes[0].clone();
    change.verdict = Some(Verdict::Worse);
    change.next_look = Some(Day::from_ymd(2026, 6, 21));
    let told = outcome(&change);
    assert!(told.starts_with("worse.") && told.contains("consistent with the change"));
    assert!(told.ends_with("It is looked at again until 21 June 2026."));
}

#[test]
fn effects_are_drawn_around_none_and_no_words_overlap() {
    let mut changes = example::report().changes;
    let drawn = picture(&changes).unwrap().unwrap();
    check_texts(drawn.size, &drawn.drawn);
    assert!(drawn.drawn.contains("+196 %") && drawn.drawn.contains("−4 %"));
    // A large effect with a wide interval, and the worst there is.
    for sizes in [[14.0, 3.0, 60.0], [-1.0, -1.0, -0.9]] {
        let [size, low, high] = sizes;
        changes[0].effect = changes[0].effect.map(|effect| Effect {
            size,
            low,
            high,
            ..effect
        });
        let drawn = picture(&changes).unwrap().unwrap();
        check_texts(drawn.size, &drawn.drawn);
    }
    let undecided = &changes[2..];
    assert!(picture(undecided).unwrap().is_none());
    assert!(item(&undecided[0], undecided).unwrap().table.is_some());
}

#[test]
fn nothing_says_how_to_register_a_change() {
    let mut report = example::report();
    report.changes.clear();
    let section = section(&report).unwrap();
    assert!(section.items[0].lead[0].contains("elephant paving add FROM TO --on DATE"));
}
