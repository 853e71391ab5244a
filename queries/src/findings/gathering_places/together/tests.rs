//! Company by hand, and in worlds where people meet or do not.

use super::*;
use crate::stats::calibration;

const DAY_SECS: i64 = 86_400;

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
        at(0, 1, 604),
        at(1, 1, 602),
        at(2, 1, 605),
        at(2, 1, 606),
        at(0, 2, 600),
        at(2, 2, 606),
        at(3, 2, 600),
        at(1, 3, 700),
        at(2, 3, 699),
        at(0, 4, 1_439),
        at(2, 5, 1),
    ];
    presences.sort_unstable();
    let found = together(&presences, &unit, &few());
    // Midnight parts days, and only the first moment of a day counts: 2 meets 0 and 1 on day 1, and 1 again on day 3.
    assert_eq!(found.len(), 1);
    let told = (
        found[0].n_people,
        found[0].n_in_company,
        found[0].n_met,
        found[0].n_encounters,
    );
    assert_eq!(told, (3, 2, 3, 3));
    assert!(together(&[], &[], &few()).is_empty());
    assert!(meeting_pages(&[], &few()).is_empty());
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
    assert!(found[0].n_encounters as f64 > 2.0 * found[0].expected_encounters);
    assert!(found[0].n_in_company as f64 > found[0].expected_in_company);
    assert_eq!(found, together(&presences, &unit, &options));
    let meeting = meeting_pages(&presences, &options);
    assert!(meeting.starts_with(&[0, 1, 2]) && meeting.len() < 5);
    // Whoever people are.
    assert_eq!(meeting, meeting_pages(&presences, &options));
}

/// Everybody comes every day in the hour before noon: nearly all have company, on every page, and none of it is told
/// from chance but where people of different units come in the same minutes.
#[test]
fn where_hours_are_shared_encounters_tell_and_company_does_not() {
    let mut random = Random::new(11);
    let unit: Vec<u32> = (0..60).map(|person| person % 4).collect();
    let mut presences = Vec::new();
    for at_once in 0..20 * 60 * 10_u32 {
        let (page, person, day) = (at_once / 600, at_once / 10 % 60, at_once % 10);
        // On the first page a third of the people agreed on three minutes of every other day.
        let is_meeting = page == 0 && person < 20 && day % 2 == 0;
        let minute = random.below(if is_meeting { 3 } else { 60 });
        presences.push(Presence {
            page,
            ..at(person, day.into(), 660 + minute as i64)
        });
    }
    presences.sort_unstable();
    let found = together(&presences, &unit, &TogetherOptions::default());
    let company = |one: &Together| one.n_in_company as f64 / one.expected_in_company;
    assert!(found.iter().all(|one| (company(one) - 1.0).abs() < 0.02));
    let called: Vec<u32> = found
        .iter()
        .filter(|one| one.q_value <= 0.05)
        .map(|one| one.page)
        .collect();
    assert_eq!(called, [0]);
    assert!(found[0].n_encounters as f64 > 1.1 * found[0].expected_encounters);
}

#[test]
fn a_mail_to_all_makes_no_company_of_two_days() {
    // 60 people of 4 units come once, in the hour after a mail; a few come at times of their own.
    let mut random = Random::new(3);
    let unit: Vec<u32> = (0..60).map(|person| person % 4).collect();
    let mut presences: Vec<Presence> = (0..60)
        .map(|person| at(person, 7, 600 + random.below(60) as i64))
        .collect();
    presences.extend((0..20).map(|person| at(person, 8 + i64::from(person), 500)));
    presences.sort_unstable();
    assert_eq!(
        together(&presences, &unit, &TogetherOptions::default())[0].n_in_company,
        0
    );
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    let (mut p_values, mut n_meeting) = (Vec::new(), 0);
    for seed in 20..50 {
        let (presences, unit) = world(seed, 0);
        let options = TogetherOptions {
            seed,
            ..TogetherOptions::default()
        };
        let found = together(&presences, &unit, &options);
        p_values.extend(found.iter().map(|one| one.p_value));
        n_meeting += meeting_pages(&presences, &options).len();
    }
    let distance = calibration::unsafe_distance(&p_values);
    assert!(distance <= 0.05, "{distance} of {}", p_values.len());
    // Nine are to be expected of 900 pages.
    assert!(n_meeting <= 18, "{n_meeting} of {} pages", p_values.len());
}
