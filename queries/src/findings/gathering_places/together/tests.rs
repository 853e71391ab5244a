//! Company by hand, against every pair of moments, and in worlds where people meet or do not.

use proptest::prelude::*;

use super::*;
use crate::stats::calibration;

fn at(person: u32, day: i64, minute: i64) -> Presence {
    Presence {
        page: 3,
        person,
        second: day * DAY_SECS + minute * 60,
    }
}

fn few() -> TogetherOptions {
    TogetherOptions {
        k: 2,
        n_worlds: 9,
        ..TogetherOptions::default()
    }
}

#[test]
fn company_by_hand() {
    // 0 and 1 are of one unit, 2 of another, 3 of none that is known.
    let unit = [0, 0, 1, NO_UNIT];
    let mut presences = vec![
        at(0, 1, 600),
        at(1, 1, 605),
        at(2, 1, 620),
        at(2, 1, 621),
        at(0, 2, 600),
        at(2, 2, 616),
        at(3, 2, 600),
        at(0, 3, 1_439),
        at(2, 4, 1),
    ];
    presences.sort_unstable();
    let found = together(&presences, &unit, &few());
    // On day 1, 1 and 2 are a quarter of an hour apart; midnight parts days.
    assert_eq!(found.len(), 1);
    let told = (
        found[0].n_people,
        found[0].n_in_company,
        found[0].n_person_days,
    );
    assert_eq!(told, (3, 2, 2));
    assert!(together(&[], &[], &few()).is_empty());
}

/// 40 people of 4 units on 30 pages in 20 days; on the first pages
/// half of the visits are by appointment, on five days with a time of their own.
fn world(seed: u64, n_meetings: u32) -> (Vec<Presence>, Vec<u32>) {
    let mut random = Random::new(seed);
    let unit: Vec<u32> = (0..40).map(|person| person % 4).collect();
    let mut presences = Vec::new();
    for page in 0..30 {
        for person in 0..40 {
            if random.below(2) == 0 {
                continue;
            }
            let habit = 500 + random.below(500) as i64;
            for _ in 0..4 {
                let by_appointment = page < n_meetings && random.below(2) == 0;
                let (day, minute) = if by_appointment {
                    let day = 3 * random.below(5) as i64 + i64::from(page);
                    (day, 540 + day * 37 % 300 + random.below(5) as i64)
                } else {
                    (random.below(20) as i64, habit + random.below(60) as i64)
                };
                presences.push(Presence {
                    page,
                    ..at(person, day, minute)
                });
            }
        }
    }
    presences.sort_unstable();
    (presences, unit)
}

#[test]
fn meetings_are_more_than_habits() {
    let options = TogetherOptions::default();
    let (presences, unit) = world(4, 3);
    let found = together(&presences, &unit, &options);
    let called: Vec<u32> = found
        .iter()
        .filter(|one| one.q_value <= 0.05)
        .map(|one| one.page)
        .collect();
    assert_eq!(called, [0, 1, 2]);
    assert_eq!(found, together(&presences, &unit, &options));
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    let mut p_values = Vec::new();
    for seed in 20..50 {
        let (presences, unit) = world(seed, 0);
        let options = TogetherOptions {
            n_worlds: 39,
            seed,
            ..TogetherOptions::default()
        };
        p_values.extend(
            together(&presences, &unit, &options)
                .iter()
                .map(|one| one.p_value),
        );
    }
    let distance = calibration::unsafe_distance(&p_values);
    assert!(distance <= 0.05, "{distance} of {}", p_values.len());
}

proptest! {
    #[test]
    fn agrees_with_every_pair_of_moments(
        rows in proptest::collection::vec((0_u32..6, 0_i64..3, 0_i64..120), 1..40),
        unit in proptest::collection::vec(0_u32..3, 6),
    ) {
        let mut presences: Vec<Presence> =
            rows.iter().map(|(person, day, minute)| at(*person, *day, *minute)).collect();
        presences.sort_unstable();
        let page = Page::of(&presences);
        let fast = page.company(&page.days, &unit, 900);
        let mut slow: Vec<(u32, i64)> = Vec::new();
        for one in &presences {
            let day = one.second.div_euclid(DAY_SECS);
            let has_company = presences.iter().any(|other| {
                unit[one.person as usize] != unit[other.person as usize]
                    && other.second.div_euclid(DAY_SECS) == day
                    && (other.second - one.second).abs() <= 900
            });
            if has_company {
                slow.push((one.person, day));
            }
        }
        slow.sort_unstable();
        slow.dedup();
        prop_assert_eq!(fast.n_person_days, slow.len() as u64);
    }
}
