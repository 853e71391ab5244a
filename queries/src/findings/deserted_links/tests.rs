//! Deserted links on worlds small enough to reckon by hand, and against plain sets.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::findings::elephant_paths::{MoveRow, Moves};
use crate::paths::moves::Via;
use crate::stats::random::Random;

fn row(person: u32, from: u32, to: u32, via: Via) -> MoveRow {
    MoveRow {
        person,
        from,
        to,
        day: 0,
        via,
        n: 1,
    }
}

fn link(from: u32, to: u32) -> PlannedLink {
    PlannedLink {
        from: Some(from),
        to,
        slot: 1,
    }
}

/// 400 people at page 0; half go to 1, half to 2, one to 3, nobody to 4.
fn crossing() -> Moves {
    let mut moves = Moves::default();
    for person in 0..400 {
        moves.push(row(person, 0, 1 + person % 2, Via::Link));
    }
    moves.push(row(7, 0, 3, Via::Search));
    moves
}

fn search(moves: &Moves, links: &[PlannedLink], is_hub: &[bool]) -> DesertedLinks {
    deserted_links(&moves.rows(), links, is_hub, &Options::default())
}

#[test]
fn the_link_that_nobody_follows() {
    let links = [link(0, 1), link(0, 2), link(0, 4)];
    let found = search(&crossing(), &links, &[false; 5]);
    assert_eq!((found.n_links, found.n_tested), (3, 3));
    assert_eq!(found.links.len(), 1);
    let deserted = &found.links[0];
    assert_eq!(deserted.link, link(0, 4));
    assert_eq!((deserted.n_people_at, deserted.n_people_used), (400, 0));
    assert!((deserted.rate_median - 0.5).abs() < 1e-12);
    assert!((deserted.rate_high - (1.0 - 0.05_f64.powf(1.0 / 400.0))).abs() < 1e-12);
}

#[test]
fn one_person_of_many_is_next_to_nobody_and_a_search_counts_as_use() {
    let found = search(
        &crossing(),
        &[link(0, 1), link(0, 2), link(0, 3)],
        &[false; 5],
    );
    assert_eq!(found.links.len(), 1);
    assert_eq!(found.links[0].n_people_used, 1);
    // 1 of 400: the upper bound is about 4.7 / 400.
    assert!((found.links[0].rate_high - 0.0118).abs() < 1e-4);
}

/// Nobody of 1,200 and a median of 0.0248 (`fixtures/evidence/README.md`, seed 12): ten people more, and it is told.
#[test]
fn a_link_that_ten_people_too_few_passed_is_not_told() {
    let found = |n_people: u32| {
        let mut moves = Moves::default();
        for person in 0..n_people {
            moves.push(row(person, 5, 6, Via::Link));
        }
        // 31 of 1,250 is 0.0248: the median of three links, two of which are alike.
        for person in 0..1_250 {
            let to = if person < 31 { 1 } else { 2 + person % 2 };
            moves.push(row(person, 0, to, Via::Link));
            moves.push(row(person, 4, to, Via::Link));
        }
        let found = search(&moves, &[link(0, 1), link(4, 1), link(5, 7)], &[false; 8]);
        assert!(found.links.len() as u64 == found.n_tested - 2);
        found.links.len()
    };
    assert_eq!((found(1_200), found(1_210)), (0, 1));
}

#[test]
fn few_people_a_hub_at_the_end_or_a_slot_of_idle_links_say_nothing() {
    let mut moves = crossing();
    (0..50).for_each(|person| moves.push(row(person, 1, 2, Via::Link)));
    // 50 people at page 1: nobody of them gives 0.058, above a tenth of 0.5.
    let few = search(&moves, &[link(0, 1), link(0, 2), link(1, 4)], &[false; 5]);
    assert_eq!((few.links.len(), few.n_tested), (0, 2));
    let mut is_hub = [false; 5];
    is_hub[4] = true;
    let hub = search(&moves, &[link(0, 1), link(0, 2), link(0, 4)], &is_hub);
    assert_eq!((hub.links.len(), hub.n_links), (0, 2));
    let idle = search(&moves, &[link(0, 4), link(0, 1), link(2, 4)], &[false; 5]);
    assert_eq!(idle.links.len(), 1, "page 2 has nobody and no say");
    let idle = search(&moves, &[link(0, 4), link(1, 4), link(0, 1)], &[false; 5]);
    assert!(idle.links.is_empty(), "most links of the slot are idle");
}

#[test]
fn a_link_on_every_page_is_one_link_passed_by_all() {
    let everywhere = |to| PlannedLink {
        from: None,
        to,
        slot: 0,
    };
    let links = [
        everywhere(1),
        everywhere(2),
        everywhere(4),
        link(0, 4),
        link(0, 1),
    ];
    let found = search(&crossing(), &links, &[false; 5]);
    let order: Vec<PlannedLink> = found.links.iter().map(|found| found.link).collect();
    assert_eq!(order, [everywhere(4), link(0, 4)], "the larger space first");
    assert_eq!(found.links[0].n_people_at, 400);
}

/// 60 pages of 8 links each; the last link of every page is used once in 3,000 times.
#[test]
fn the_planted_deserted_links_come_out_and_nothing_else() {
    for seed in [1, 2] {
        let mut random = Random::new(seed);
        let (mut moves, mut links) = (Moves::default(), Vec::new());
        for page in 0..60_u32 {
            links.extend((0..8).map(|place| link(page, (page + 1 + place) % 60)));
            for person in 0..600 {
                // A link of even number is used half as often as an odd one.
                let place = match random.below(3_000) {
                    0 => 7,
                    other => [0, 1, 1, 2, 3, 3, 4, 5, 5, 6][other % 10],
                };
                moves.push(row(person, page, (page + 1 + place) % 60, Via::Link));
            }
        }
        let found = search(&moves, &links, &[false; 60]);
        let is_planted = |found: &DesertedLink| {
            let from = found.link.from.expect("no link stands everywhere");
            found.link.to == (from + 8) % 60
        };
        assert!(found.links.iter().all(is_planted), "seed {seed}");
        // The bound allows one of 600 people; of 60 links chance gives one more than that to one or two.
        assert!(
            found.links.len() >= 57,
            "seed {seed}: {}",
            found.links.len()
        );
    }
}

proptest! {
    #[test]
    fn counts_agree_with_plain_sets(
        moves in proptest::collection::vec((0_u32..5, 0_u32..4, 0_u32..4), 0..30),
    ) {
        let mut rows = Moves::default();
        for (person, from, to) in &moves {
            rows.push(row(*person, *from, *to, Via::Back));
        }
        let used = Use::of(&rows.rows());
        let persons = |is_meant: &dyn Fn(u32, u32) -> bool| {
            let all = moves.iter().filter(|(_, from, to)| is_meant(*from, *to));
            all.map(|(person, ..)| *person).collect::<BTreeSet<_>>().len() as u64
        };
        for from in 0..4 {
            for to in 0..4 {
                let expected = (
                    persons(&|a, _| a == from),
                    persons(&|a, b| (a, b) == (from, to)),
                );
                prop_assert_eq!(used.of_link(&link(from, to)), expected);
                let everywhere = PlannedLink { from: None, to, slot: 0 };
                let expected = (persons(&|_, _| true), persons(&|_, b| b == to));
                prop_assert_eq!(used.of_link(&everywhere), expected);
            }
        }
    }
}
