//! The detector on worlds small enough to reckon by hand, and against a plain loop.

use super::*;
use crate::paths::moves::Via;
use crate::stats::calibration;
use crate::stats::random::Random;

/// A row: person, from, to, day, via, n.
fn row(person: u32, from: u32, to: u32, day: i32, via: Via, n: u32) -> MoveRow {
    MoveRow {
        person,
        from,
        to,
        day,
        via,
        n,
    }
}

const N_PAGES: usize = 40;
const N_PERSONS: u32 = 200;

/// Everybody wanders over planned links from page to page + 1; 30 people also go from 3 to 20.
fn world_with_a_path() -> (Moves, PlanGraph) {
    let mut random = Random::new(5);
    let mut moves = Moves::default();
    for person in 0..N_PERSONS {
        for _ in 0..30 {
            let from = random.below(N_PAGES) as u32;
            let day = random.below(28) as i32;
            moves.push(row(
                person,
                from,
                (from + 1) % N_PAGES as u32,
                day,
                Via::Link,
                1,
            ));
        }
    }
    for person in 0..30 {
        moves.push(row(person, 3, 20, person as i32 % 28, Via::Search, 1));
    }
    let links: Vec<(u32, u32)> = (0..N_PAGES as u32)
        .map(|page| (page, (page + 1) % N_PAGES as u32))
        .collect();
    (moves, PlanGraph::new(N_PAGES, &links, &[]))
}

fn search_in(moves: &Moves, plan: &PlanGraph, unit: &[u32], is_hub: &[bool]) -> ElephantPaths {
    let world = World {
        n_pages: N_PAGES,
        n_persons: N_PERSONS as usize,
        unit,
        plan,
        has_plan: true,
        is_hub,
    };
    let options = Options {
        window_start: 0,
        window_end: 27,
        ..Options::default()
    };
    elephant_paths(&moves.rows(), &world, &options)
}

fn found(moves: &Moves, plan: &PlanGraph) -> ElephantPaths {
    search_in(
        moves,
        plan,
        &[NO_UNIT; N_PERSONS as usize],
        &[false; N_PAGES],
    )
}

#[test]
fn finds_the_planted_path_and_only_it() {
    let (moves, plan) = world_with_a_path();
    let found = found(&moves, &plan);
    assert_eq!(found.paths.len(), 1);
    let path = &found.paths[0];
    assert_eq!(
        (path.from, path.to, path.n_people, path.n_moves),
        (3, 20, 30, 30)
    );
    assert_eq!(path.planned_steps, Some(17));
    assert!((path.share_search - 1.0).abs() < 1e-12);
    assert!(path.lift_low > 1.5 && path.lift > path.lift_low);
    assert!((path.clicks_saved - (30.0 - path.expected_people) * 16.0).abs() < 1e-9);
    assert!(!path.is_unit_routine);
}

#[test]
fn a_zealot_counts_once() {
    let (mut moves, plan) = world_with_a_path();
    for day in 0..28 {
        moves.push(row(150, 8, 30, day, Via::Direct, 40));
    }
    assert_eq!(found(&moves, &plan).paths.len(), 1);
}

#[test]
fn returns_hubs_and_one_half_are_not_enough() {
    let (mut moves, plan) = world_with_a_path();
    for person in 40..70 {
        moves.push(row(person, 10, 30, person as i32 % 28, Via::Link, 1));
        moves.push(row(person, 10, 30, person as i32 % 28, Via::Back, 2));
        moves.push(row(person, 12, 33, 3, Via::Direct, 1));
    }
    let found_all = found(&moves, &plan);
    assert_eq!(
        found_all.paths.len(),
        1,
        "mostly returns, and a path of one week only"
    );
    let is_hub: Vec<bool> = (0..N_PAGES).map(|page| page == 20).collect();
    let none = search_in(&moves, &plan, &[NO_UNIT; N_PERSONS as usize], &is_hub);
    assert!(none.paths.is_empty(), "a hub is no end");
}

#[test]
fn one_units_habit_is_flagged() {
    let (moves, plan) = world_with_a_path();
    let unit: Vec<u32> = (0..N_PERSONS)
        .map(|person| u32::from(person >= 30))
        .collect();
    let found = search_in(&moves, &plan, &unit, &[false; N_PAGES]);
    assert_eq!(found.paths.len(), 1);
    assert!(found.paths[0].is_unit_routine);
    assert_eq!(found.paths[0].n_units, 1);
}

#[test]
fn someone_of_an_unknown_unit_may_be_of_another() {
    let (moves, plan) = world_with_a_path();
    // Everyone whose unit is known is of one unit, so the units explain nothing.
    let unit: Vec<u32> = (0..N_PERSONS)
        .map(|person| if person == 4 { NO_UNIT } else { 0 })
        .collect();
    let found = search_in(&moves, &plan, &unit, &[false; N_PAGES]);
    assert_eq!(found.paths[0].n_units, 1);
    assert!(!found.paths[0].is_unit_routine);
}

#[test]
fn fewer_than_five_people_are_no_support() {
    let (mut moves, plan) = world_with_a_path();
    for person in 50..54 {
        moves.push(row(person, 25, 9, person as i32 * 7 % 28, Via::Link, 1));
    }
    let world = World {
        n_pages: N_PAGES,
        n_persons: N_PERSONS as usize,
        unit: &[NO_UNIT; N_PERSONS as usize],
        plan: &plan,
        has_plan: true,
        is_hub: &[false; N_PAGES],
    };
    let options = Options {
        k: 1,
        window_start: 0,
        window_end: 27,
        ..Options::default()
    };
    let found = elephant_paths(&moves.rows(), &world, &options);
    assert_eq!(
        (found.n_tested, found.n_candidates, found.paths.len()),
        (2, 1, 1)
    );
}

#[test]
fn without_a_plan_nothing_is_unplanned() {
    let (moves, plan) = world_with_a_path();
    let world = World {
        n_pages: N_PAGES,
        n_persons: N_PERSONS as usize,
        unit: &[NO_UNIT; N_PERSONS as usize],
        plan: &plan,
        has_plan: false,
        is_hub: &[false; N_PAGES],
    };
    assert_eq!(
        elephant_paths(&moves.rows(), &world, &Options::default()),
        ElephantPaths::default()
    );
}

#[test]
fn the_expectation_agrees_with_a_plain_loop() {
    let (moves, plan) = world_with_a_path();
    let path = &found(&moves, &plan).paths[0];
    let all: u32 = moves.n.iter().sum();
    let into = |page| -> u32 {
        (0..moves.n.len())
            .filter(|r| moves.to[*r] == page)
            .map(|r| moves.n[r])
            .sum()
    };
    let pi = f64::from(into(20)) / f64::from(all - into(3));
    let mut expected = 0.0;
    for person in 0..N_PERSONS {
        let departures: u32 = (0..moves.n.len())
            .filter(|r| moves.person[*r] == person && moves.from[*r] == 3)
            .map(|r| moves.n[r])
            .sum();
        expected += 1.0 - (-f64::from(departures) * pi).exp();
    }
    assert!((path.expected_people - expected).abs() < 1e-9);
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let (moves, plan) = world_with_a_path();
    let mut order: Vec<usize> = (0..moves.n.len()).collect();
    Random::new(9).shuffle(&mut order);
    let mut other = Moves::default();
    for place in order {
        other.push(moves.rows().row(place));
    }
    assert_eq!(found(&moves, &plan).paths, found(&other, &plan).paths);
}

/// Arrivals by popularity, whatever the departure: pairs expected often enough.
#[test]
fn p_values_claim_no_more_than_they_may() {
    let mut p_values = Vec::new();
    for seed in 1..=3 {
        let mut random = Random::new(seed);
        let popular =
            |random: &mut Random| (random.below(N_PAGES) * random.below(N_PAGES) / N_PAGES) as u32;
        let mut moves = Moves::default();
        for person in 0..N_PERSONS {
            for _ in 0..5 + random.below(60) {
                let (from, to) = (random.below(N_PAGES) as u32, popular(&mut random));
                if from != to {
                    moves.push(row(person, from, to, random.below(28) as i32, Via::Link, 1));
                }
            }
        }
        let plan = PlanGraph::new(N_PAGES, &[], &[]);
        let world = World {
            n_pages: N_PAGES,
            n_persons: N_PERSONS as usize,
            unit: &[NO_UNIT; N_PERSONS as usize],
            plan: &plan,
            has_plan: true,
            is_hub: &[false; N_PAGES],
        };
        let rows = moves.rows();
        let by_from = Grouped::by(N_PAGES, rows.from);
        let departures = Departures::of(&rows, &by_from, &world);
        let kept = Kept {
            support: 1,
            is_by_week: false,
            watched: &[],
        };
        for pair in pairs::pairs(&rows, &by_from, &world, &kept).candidates {
            let expected = departures.expected(pair.from, pair.to);
            if expected >= 5.0 {
                p_values.push(poisson::upper_tail(pair.n_people, expected));
            }
        }
    }
    let distance = calibration::unsafe_distance(&p_values);
    assert!(
        p_values.len() > 500 && distance <= 0.05,
        "{distance} of {}",
        p_values.len()
    );
}
