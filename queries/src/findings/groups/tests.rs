//! What is planted is found, what only looks like it is not, and chance is told as chance.
//!
//! The full statistics: `cargo test --release -p elephant-queries --lib -- findings::groups --ignored --nocapture`.

use super::*;
use crate::stats::calibration;
use crate::stats::random::Random;
use world::{Options, World, jaccard, world};

fn people(group: &Group) -> Vec<u32> {
    group.members.iter().map(|member| member.person).collect()
}

fn found_in(world: &World, n_worlds: usize) -> Groups {
    let settings = Settings {
        n_worlds,
        n_threads: 2,
        ..Settings::default()
    };
    groups(&world.crowd(&[&world.role]), &settings)
}

/// How well each planted group is found, and the groups that were not planted.
fn score(world: &World, found: &Groups) -> (Vec<f64>, usize) {
    let best = |planted: &Vec<u32>| {
        let scores = found
            .groups
            .iter()
            .map(|group| jaccard(&people(group), planted));
        scores.fold(0.0, f64::max)
    };
    let is_false = |group: &&Group| {
        world
            .planted
            .iter()
            .all(|p| jaccard(&people(group), p) < 0.3)
    };
    let n_false = found.groups.iter().filter(is_false).count();
    (world.planted.iter().map(best).collect(), n_false)
}

#[expect(clippy::print_stdout, reason = "the full statistics are read")]
fn planted(seeds: std::ops::RangeInclusive<u64>, options: Options) -> (usize, usize, usize, f64) {
    let (mut n_found, mut n_planted, mut n_false, mut sum) = (0, 0, 0, 0.0);
    for seed in seeds {
        let world = world(&options, seed);
        let (scores, n_other) = score(&world, &found_in(&world, 19));
        n_planted += scores.len();
        n_found += scores.iter().filter(|score| **score >= 0.8).count();
        sum += scores.iter().sum::<f64>();
        n_false += n_other;
    }
    let mean = sum / n_planted.max(1) as f64;
    println!(
        "{options:?}: {n_found} of {n_planted} at Jaccard 0.8, mean {mean:.3}, {n_false} false"
    );
    (n_found, n_planted, n_false, mean)
}

#[test]
fn planted_groups_are_found_and_decoys_are_not() {
    let (n_found, n_planted, n_false, _) = planted(1..=2, Options::default());
    assert_eq!(n_planted, 10);
    assert!(
        n_found >= 9 && n_false <= 1,
        "{n_found} found, {n_false} false"
    );
}

#[test]
#[ignore = "ten seeds; the command stands above"]
fn planted_groups_are_found_over_ten_seeds() {
    let (n_found, n_planted, n_false, _) = planted(1..=10, Options::default());
    assert!(n_found * 100 >= n_planted * 95, "{n_found} of {n_planted}");
    assert!(n_false <= 1, "{n_false}");
    for strength in [0.5, 0.4] {
        planted(
            1..=10,
            Options {
                strength,
                ..Options::default()
            },
        );
    }
    planted(
        1..=10,
        Options {
            strength: 0.4,
            has_ties: true,
            ..Options::default()
        },
    );
}

#[test]
fn no_group_is_found_where_none_was_planted() {
    let (_, _, n_false, _) = planted(
        1..=3,
        Options {
            n_groups: 0,
            ..Options::default()
        },
    );
    assert_eq!(n_false, 0);
}

#[test]
#[ignore = "twenty worlds; the command stands above"]
fn at_most_one_group_in_twenty_worlds_without_any() {
    let (_, _, n_false, _) = planted(
        1..=20,
        Options {
            n_groups: 0,
            ..Options::default()
        },
    );
    assert!(n_false <= 1, "{n_false}");
}

/// The smallest p value of a world drawn from the model of another one: chance and nothing else.
fn smallest_p(seed: u64) -> f64 {
    let bare = Options {
        n_groups: 0,
        has_decoys: false,
        ..Options::default()
    };
    let seen = world(&bare, seed);
    let crowd = seen.crowd(&[]);
    let settings = Settings {
        n_worlds: 19,
        n_threads: 2,
        p_value: 1.0,
        ..Settings::default()
    };
    let background = background::Background::new(&seen.uses, &seen.department, 1);
    let every = vec![1.0; seen.uses.n_items()];
    let drawn = draw::Lots::new(&background, &every).draw(&mut Random::new(seed.wrapping_add(77)));
    let mut rows = Vec::new();
    for (place, person) in background.person.iter().enumerate() {
        let of_item = |item: &u32| [(*person, *item, 0), (*person, *item, 1)];
        rows.extend(drawn.items(place as u32).iter().flat_map(of_item));
    }
    rows.sort_unstable();
    let uses = Uses::new(seen.uses.n_persons(), seen.uses.n_items(), &rows);
    let found = groups(
        &Crowd {
            uses: &uses,
            ..crowd
        },
        &settings,
    );
    found
        .groups
        .iter()
        .map(|group| group.p_value)
        .fold(1.0, f64::min)
}

#[test]
#[ignore = "two hundred worlds; the command stands above"]
#[expect(clippy::print_stdout, reason = "the full statistics are read")]
fn p_values_claim_no_more_than_they_may() {
    let p_values: Vec<f64> = (1..=200).map(smallest_p).collect();
    let distance = calibration::unsafe_distance(&p_values);
    let n_small = p_values.iter().filter(|p| **p <= 0.05).count();
    println!("{n_small} of 200 at the 5 % level, unsafe distance {distance:.3}");
    assert!(distance <= 0.05, "{distance}");
}

#[test]
fn the_same_for_any_number_of_threads() {
    let world = world(
        &Options {
            has_ties: true,
            ..Options::default()
        },
        3,
    );
    let with = |n_threads| {
        let settings = Settings {
            n_worlds: 5,
            n_threads,
            p_value: 1.0,
            ..Settings::default()
        };
        groups(&world.crowd(&[&world.role]), &settings)
    };
    let one = with(1);
    assert_eq!(one, with(3));
    assert!(!one.groups.is_empty());
    let group = &one.groups[0];
    assert!(
        group
            .members
            .iter()
            .all(|m| m.strength >= 0.5 && m.is_core == (m.strength >= 0.7))
    );
    assert!(
        group
            .items
            .iter()
            .all(|item| item.lift > 1.0 && item.n_people >= 3)
    );
}

#[test]
fn nobody_and_nothing_are_ordinary() {
    let nobody = Crowd {
        uses: &Uses::new(0, 0, &[]),
        department: &[],
        others: &[],
        ties: &[],
    };
    assert_eq!(groups(&nobody, &Settings::default()).groups, []);
    let idle = Crowd {
        uses: &Uses::new(9, 4, &[]),
        department: &[0; 9],
        ..nobody
    };
    let found = groups(&idle, &Settings::default());
    assert_eq!(
        (found.groups.len(), found.n_candidates, found.n_edges),
        (0, 0, 0)
    );
    assert_eq!(found.community, [NO_COMMUNITY; 9]);
}
