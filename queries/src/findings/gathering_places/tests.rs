//! Gathering places in worlds of departments: the mixed are found, the popular and the shuffled are not.

use super::*;
use crate::stats::calibration;

/// 300 persons, half of them in one large department and the rest in eleven small ones; 120 pages. Most pages are one
/// department's, which others visit now and then; some are for all, one is visited by everyone, and the last
/// `n_mixed` draw as many from each department.
fn world(seed: u64, n_mixed: u32) -> (Vec<(u32, u32)>, Vec<u32>) {
    let mut random = Random::new(seed);
    let unit: Vec<u32> = (0..300)
        .map(|person| if person < 150 { 0 } else { person % 11 + 1 })
        .collect();
    let activity: Vec<usize> = (0..300).map(|_| 1 + random.below(4)).collect();
    let mut visits = Vec::new();
    for page in 0..120_u32 {
        for person in 0..300_u32 {
            let at = person as usize;
            let is_own = page % 12 == unit[at];
            let chance = match page {
                0 => 1_000,
                1..20 => 80 * activity[at],
                _ if page >= 120 - n_mixed => {
                    if unit[at] == 0 {
                        20 * activity[at]
                    } else {
                        200 * activity[at]
                    }
                }
                _ if is_own => 150 * activity[at],
                _ => 8 * activity[at],
            };
            if random.below(1_000) < chance {
                visits.push((page, person));
            }
        }
    }
    (visits, unit)
}

/// In one dimension.
fn of_one(
    visits: &[(u32, u32)],
    unit: &[u32],
    is_leader: &[bool],
    meeting: &[u32],
    options: &Options,
) -> GatheringPlaces {
    let units = &[unit][..];
    let found = gathering_places(visits, &People { units, is_leader }, meeting, options);
    found.into_iter().next().unwrap()
}

fn tested_of_one(
    visits: &[(u32, u32)],
    unit: &[u32],
    is_leader: &[bool],
    meeting: &[u32],
    options: &Options,
) -> Vec<GatheringPlace> {
    let units = &[unit][..];
    let tested = tested(visits, &People { units, is_leader }, meeting, options);
    tested.into_iter().next().unwrap()
}

fn options(seed: u64) -> Options {
    Options {
        n_worlds: 49,
        seed,
        ..Options::default()
    }
}

#[test]
fn mixed_pages_are_found_and_popular_ones_are_not() {
    let (mut n_found, mut n_false) = (0, 0);
    for seed in 0..3 {
        let (visits, unit) = world(seed, 4);
        let is_leader: Vec<bool> = (0..300).map(|person| person % 50 == 7).collect();
        let found = of_one(&visits, &unit, &is_leader, &[], &options(seed));
        n_found += found
            .places
            .iter()
            .filter(|place| place.page >= 116)
            .count();
        // Small departments' own pages are no gathering places, nor is what all visit.
        n_false += found.places.iter().filter(|place| place.page < 116).count();
        for place in &found.places {
            assert!(place.mixing > place.expected_mixing && place.n_units > 5);
            let there = visits.iter().filter(|visit| visit.0 == place.page);
            let leaders = there.filter(|visit| is_leader[visit.1 as usize]).count();
            assert_eq!(place.n_leaders, leaders as u64);
        }
        assert_eq!(
            found,
            of_one(&visits, &unit, &is_leader, &[], &options(seed))
        );
        assert!(found.usual_mixing > 0.3 && found.usual_mixing < 0.75);
    }
    assert!(n_found >= 11, "{n_found} of 12");
    assert!(n_false <= 1, "{n_false} false");
}

/// The visits of a world, dealt out anew.
fn shuffled(seed: u64) -> (Vec<(u32, u32)>, Vec<u32>) {
    let (visits, unit) = world(seed, 4);
    let mut visits: Vec<(u32, u32)> = visits
        .iter()
        .map(|(page, person)| (*person, *page))
        .collect();
    visits.sort_unstable();
    let mut rows = Rows::default();
    for of_person in visits.chunk_by(|a, b| a.0 == b.0) {
        rows.push(of_person.iter().map(|(_, page)| *page));
    }
    rows.deal(&mut Random::new(seed * 31 + 5));
    let dealt = rows.entries();
    let people = visits.iter().map(|(person, _)| *person);
    let mut visits: Vec<(u32, u32)> = dealt.iter().copied().zip(people).collect();
    visits.sort_unstable();
    (visits, unit)
}

#[test]
fn shuffled_copies_are_silent_and_p_values_even() {
    let mut p_values = Vec::new();
    let mut n_found = 0;
    for seed in 0..20 {
        let (visits, unit) = shuffled(seed);
        let options = options(seed + 100);
        // People meet on every twelfth page, which says nothing about their units.
        let meeting: Vec<u32> = (0..120).filter(|page| page % 12 == 5).collect();
        let nobody = vec![false; unit.len()];
        n_found += of_one(&visits, &unit, &nobody, &meeting, &options)
            .places
            .len();
        let tested = tested_of_one(&visits, &unit, &nobody, &meeting, &options);
        p_values.extend(tested.iter().map(|place| place.p_value));
    }
    assert!(n_found <= 2, "{n_found} on twenty shuffled copies");
    let distance = calibration::unsafe_distance(&p_values);
    assert!(distance <= 0.05, "{distance} of {}", p_values.len());
}

#[test]
fn dimensions_share_their_worlds_or_do_not() {
    let (visits, unit) = world(2, 4);
    let is_leader = vec![false; unit.len()];
    let of_one = |unit: &[u32]| of_one(&visits, unit, &is_leader, &[], &options(1));
    let other: Vec<u32> = unit.iter().map(|unit| unit % 5).collect();
    let mut partly = unit.clone();
    partly[3] = NO_UNIT;
    let units = [&unit[..], &other, &partly];
    let people = People {
        units: &units,
        is_leader: &is_leader,
    };
    let found = gathering_places(&visits, &people, &[], &options(1));
    assert_eq!(found, [of_one(&unit), of_one(&other), of_one(&partly)]);
}

#[test]
fn a_page_of_everyone_mixes_as_much_as_there_is() {
    let visits: Vec<(u32, u32)> = (0..20)
        .map(|person| (0, person))
        .chain([(1, 3), (1, 4)])
        .collect();
    let mut unit: Vec<u32> = (0..20).map(|person| person % 2).collect();
    unit[19] = NO_UNIT;
    let found = tested_of_one(&visits, &unit, &[true; 20], &[], &options(3));
    assert_eq!(
        (found[0].n_people, found[0].n_units, found[0].n_leaders),
        (19, 2, 19)
    );
    assert!(found[0].p_value > 0.2, "{found:?}");
    assert!((found[0].mixing - found[0].expected_mixing).abs() < 1e-9);
    assert_eq!(
        of_one(&[], &[], &[], &[], &options(3)),
        GatheringPlaces::default()
    );
}

/// 400 people of ten units and 200 pages, of which the units use their own and 40 are for all; on the last four pages
/// half come of each unit alike, which is no more than a little above what chance gives.
fn faint(seed: u64) -> (Vec<(u32, u32)>, Vec<u32>) {
    let mut random = Random::new(seed);
    // Units of 10 to 70.
    let unit: Vec<u32> = (0..400_u32)
        .map(|person| (f64::from(person) / 4.0).sqrt() as u32)
        .collect();
    let mut visits = Vec::new();
    for page in 0..200_u32 {
        let mut n_left = [if page >= 196 { 8 } else { 0 }; 10];
        for person in 0..400_u32 {
            let unit = unit[person as usize];
            let is_regular = n_left[unit as usize] > 0 && random.below(3) == 0;
            if is_regular {
                n_left[unit as usize] -= 1;
            }
            let chance = match page {
                0..40 | 196.. => 100,
                _ if page % 10 == unit => 250,
                _ => 60,
            };
            if is_regular || random.below(1_000) < chance {
                visits.push((page, person));
            }
        }
    }
    (visits, unit)
}

#[test]
fn a_faint_place_is_found_where_people_meet() {
    let (mut n_alone, mut n_found, mut n_false) = (0, 0, 0);
    for seed in 0..5 {
        let (visits, unit) = faint(seed);
        let nobody = vec![false; unit.len()];
        // They meet on the places, on two pages of one unit (its daily meeting), and on two that are for all (a mail).
        let meeting = [7, 23, 110, 151, 196, 197, 198, 199];
        let found =
            |meeting: &[u32]| of_one(&visits, &unit, &nobody, meeting, &options(seed)).places;
        n_alone += found(&[]).len();
        let found = found(&meeting);
        assert!(
            found
                .iter()
                .all(|place| place.is_meeting == meeting.contains(&place.page))
        );
        n_found += found.iter().filter(|place| place.page >= 196).count();
        n_false += found.iter().filter(|place| place.page < 196).count();
    }
    assert!(n_found >= 13, "{n_found} of 20");
    assert!(
        n_found > 2 * n_alone,
        "{n_found}, {n_alone} by mixing alone"
    );
    assert!(n_false <= 1, "{n_false} false");
}
