//! Spreading on worlds small enough to reckon by hand, along ties and apart from them.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::stats::calibration;
use crate::stats::random::Random;

fn adopted(rows: &[(i32, u32)]) -> Vec<Adoption> {
    let adoption = |(day, person): &(i32, u32)| Adoption {
        item: 0,
        day: *day,
        person: *person,
    };
    rows.iter().map(adoption).collect()
}

fn tie(one: u32, other: u32, since: i32) -> Tie {
    Tie { one, other, since }
}

#[test]
fn a_tie_counts_from_the_day_after_both_stand() {
    // Day 4 is a Monday (5 January 1970).
    let adoptions = adopted(&[(4, 0), (5, 1), (5, 2), (6, 3), (11, 4)]);
    // 1 had a tie to 0 before; 2's came on the day itself; 3's tie adopted on the same day as 2.
    let ties = [tie(0, 1, 2), tie(2, 0, 5), tie(3, 2, 0), tie(1, 4, 9)];
    let unit = [0, 0, 1, 1, NO_UNIT, 0];
    let weeks = spreads(&adoptions, &ties, &unit);
    let told: Vec<_> = weeks
        .iter()
        .map(|w| (w.week, w.n_new_people, w.n_new_units, w.n_after_a_tie))
        .collect();
    assert_eq!(told, [(4, 4, 2, 2), (11, 1, 0, 1)]);
    // On day 5 one of the two left of unit 0 is exposed, nobody of unit 1; on day 6 the one left of it.
    assert!((weeks[0].expected_after_a_tie - 1.5).abs() < 1e-12);
    assert_eq!((weeks[1].n_people, weeks[1].n_after_a_tie_so_far), (5, 3));
}

/// 300 people of 6 units with 6 ties each; 40 adopt, following ties or by lot.
fn world(random: &mut Random, follows: bool) -> (Vec<Adoption>, Vec<Tie>, Vec<u32>) {
    let unit: Vec<u32> = (0..300).map(|person| person / 50).collect();
    let mut ties = Vec::new();
    for one in 0..300 {
        for _ in 0..3 {
            // Most ties are inside the unit.
            let other = if random.below(10) < 7 {
                one / 50 * 50 + random.below(50) as u32
            } else {
                random.below(300) as u32
            };
            ties.push(tie(one, other, 0));
        }
    }
    let mut chosen: Vec<u32> = vec![random.below(300) as u32];
    while chosen.len() < 40 {
        let next = if follows && random.below(10) < 6 {
            let from = chosen[random.below(chosen.len())];
            let known = ties
                .iter()
                .filter(|tie| tie.one == from || tie.other == from);
            let known: Vec<u32> = known.map(|tie| tie.one + tie.other - from).collect();
            known[random.below(known.len())]
        } else {
            random.below(300) as u32
        };
        if !chosen.contains(&next) {
            chosen.push(next);
        }
    }
    let adoptions = chosen.iter().zip(10..).map(|(person, day)| (day, *person));
    (adopted(&adoptions.collect::<Vec<_>>()), ties, unit)
}

#[test]
fn following_is_seen_and_chance_is_not() {
    let mut random = Random::new(4);
    let mut n_called = |follows| {
        let worlds = (0..200).map(|_| world(&mut random, follows));
        let called = worlds.filter(|(adoptions, ties, unit)| {
            let weeks = spreads(adoptions, ties, unit);
            weeks.last().is_some_and(|week| week.p_value <= 0.05)
        });
        called.count()
    };
    let by_lot = n_called(false);
    assert!(by_lot <= 16, "{by_lot} of 200 at the 5 % level");
    let along = n_called(true);
    assert!(along >= 150, "{along} of 200");
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    let mut random = Random::new(9);
    let p_values: Vec<f64> = (0..1_500)
        .filter_map(|_| {
            let (adoptions, ties, unit) = world(&mut random, false);
            let weeks = spreads(&adoptions, &ties, &unit);
            weeks.last().map(|week| week.p_value)
        })
        .collect();
    let distance = calibration::unsafe_distance(&p_values);
    assert!(distance <= 0.05, "{distance} of {}", p_values.len());
}

proptest! {
    /// Every adoption against everyone, day by day.
    #[test]
    fn agrees_with_the_plain_loop(
        days in proptest::collection::vec((0_i32..20, 0_u32..12), 0..12),
        ties in proptest::collection::vec((0_u32..12, 0_u32..12, 0_i32..20), 0..25),
        unit in proptest::collection::vec(0_u32..3, 12),
    ) {
        let mut people = BTreeSet::new();
        let mut rows: Vec<(i32, u32)> = days.into_iter().filter(|(_, p)| people.insert(*p)).collect();
        rows.sort_unstable();
        let ties: Vec<Tie> = ties.into_iter()
            .filter(|(one, other, _)| one != other)
            .map(|(one, other, since)| tie(one, other, since))
            .collect();
        let fast = spreads(&adopted(&rows), &ties, &unit);
        let is_exposed = |person: u32, day: i32| ties.iter().any(|t| {
            let other = if t.one == person { t.other } else { t.one };
            let is_of = t.one == person || t.other == person;
            let adopted = rows.iter().find(|(_, p)| *p == other).map(|(d, _)| *d);
            is_of && t.since < day && adopted.is_some_and(|adopted| adopted < day)
        });
        let (mut n_after, mut expected) = (0, 0.0);
        for (day, person) in &rows {
            let left: Vec<u32> = (0..12)
                .filter(|p| unit[*p as usize] == unit[*person as usize])
                .filter(|p| !rows.iter().any(|(d, q)| q == p && d < day))
                .collect();
            n_after += u64::from(is_exposed(*person, *day));
            let n_exposed = left.iter().filter(|p| is_exposed(**p, *day)).count();
            expected += n_exposed as f64 / left.len() as f64;
        }
        let last = fast.last();
        prop_assert_eq!(last.map_or(0, |w| w.n_after_a_tie_so_far), n_after);
        prop_assert!((last.map_or(0.0, |w| w.expected_after_a_tie_so_far) - expected).abs() < 1e-9);
        prop_assert_eq!(last.map_or(0, |w| w.n_people) as usize, rows.len());
    }
}
