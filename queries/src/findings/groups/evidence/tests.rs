//! Evidence against every pair written out, and its tail against coins thrown.

use std::collections::BTreeMap;

use super::super::ties::{TieDays, TieNull};
use super::*;
use crate::people::uses::Uses;
use crate::stats::random::Random;

fn some_uses(n_people: u32, n_items: u32, seed: u64) -> Uses {
    let mut random = Random::new(seed);
    let mut rows = Vec::new();
    for person in 0..n_people {
        let busy = 0.04 + f64::from(person % 6) / 20.0;
        for item in 0..n_items {
            let is_club = person % 15 == 0 && item % 12 == 5;
            if random.uniform() < busy / (1.0 + f64::from(item % 7)) || is_club {
                rows.push((person, item, 0));
            }
        }
    }
    Uses::new(n_people as usize, n_items as usize, &rows)
}

#[test]
fn agrees_with_every_pair_written_out() {
    let uses = some_uses(90, 60, 4);
    let label: Vec<u32> = (0..90).map(|person| person % 4).collect();
    let background = Background::new(&uses, &label, 1);
    let weights = super::super::rare::weights(&uses.n_people_by_item(), 90);
    let moments = Moments::new(&background, &weights, 1);
    let threshold = Threshold {
        p_value: 1e-2,
        n_shared: 2,
    };
    let null = Null {
        background: &background,
        moments: &moments,
        weights: &weights,
        threshold,
    };
    let mut cells = Vec::new();
    for (place, person) in background.person.iter().enumerate() {
        cells.extend(uses.items(*person).iter().map(|item| (place as u32, *item)));
    }
    let incidence = Incidence::new(90, 60, &cells);
    let fast = edges(&null, &incidence, &TieEvidence::default(), 3);
    assert_eq!(fast, edges(&null, &incidence, &TieEvidence::default(), 1));
    let mut slow = Vec::new();
    for one in 0..90_u32 {
        for other in one + 1..90 {
            let items = |place: u32| uses.items(background.person[place as usize]);
            let shared: Vec<u32> = items(one)
                .iter()
                .copied()
                .filter(|item| items(other).contains(item) && weights[*item as usize] > 0.0)
                .collect();
            let seen: f64 = shared.iter().map(|item| weights[*item as usize]).sum();
            let (mut mean, mut variance) = (0.0, 0.0);
            for (item, weight) in weights.iter().enumerate() {
                let column = background.column(item as u32);
                let both = column.chance(one) * column.chance(other);
                mean += weight * both;
                variance += weight * weight * both * (1.0 - both);
            }
            let p_value = tail(seen, mean, variance);
            if shared.len() >= 2 && p_value <= 1e-2 {
                slow.push((one, other, (-p_value.log10()).min(MOST_SURPRISE)));
            }
        }
    }
    assert!(slow.len() > 8, "{} pairs", slow.len());
    assert_eq!(fast.len(), slow.len());
    for (fast, slow) in fast.iter().zip(&slow) {
        assert_eq!((fast.0, fast.1), (slow.0, slow.1));
        assert!((fast.2 - slow.2).abs() < 0.01, "{fast:?} {slow:?}");
    }
}

/// The tail by which METHODS began: a gamma variable of the same mean and variance.
fn gamma_tail(seen: f64, mean: f64, variance: f64) -> f64 {
    1.0 - gamma_lr(mean * mean / variance, seen * mean / variance)
}

/// The share of many throws of all coins.
fn thrown(coins: &[(f64, f64)], seen: f64, random: &mut Random) -> f64 {
    let n_throws = 400_000;
    let n = (0..n_throws)
        .filter(|_| {
            let heads = coins
                .iter()
                .filter(|(chance, _)| random.uniform() < *chance);
            heads.map(|(_, weight)| weight).sum::<f64>() >= seen - 1e-9
        })
        .count();
    n as f64 / f64::from(n_throws)
}

#[test]
fn the_tail_is_that_of_coins_thrown() {
    let mut random = Random::new(6);
    // Many rare items, some popular ones, and few very likely ones (two who use nearly everything).
    let rare: Vec<(f64, f64)> = (0..40)
        .map(|i| (0.002, 5.0 + f64::from(i % 5) / 4.0))
        .collect();
    let mixed: Vec<(f64, f64)> = (0..30)
        .map(|i| (0.1 / f64::from(1 + i % 10), 3.0 + f64::from(i % 10) / 3.0))
        .collect();
    let likely: Vec<(f64, f64)> = (0..12).map(|i| (0.7, 3.0 + f64::from(i % 3))).collect();
    for (coins, seen) in [
        (&rare, 10.5),
        (&rare, 15.5),
        (&mixed, 12.0),
        (&mixed, 21.0),
        (&likely, 45.0),
    ] {
        let mean: f64 = coins.iter().map(|(chance, weight)| chance * weight).sum();
        let variance: f64 = coins.iter().map(|(c, w)| w * w * c * (1.0 - c)).sum();
        let (ours, gamma) = (tail(seen, mean, variance), gamma_tail(seen, mean, variance));
        let truth = thrown(coins, seen, &mut random);
        assert!(
            (ours / truth).ln().abs() <= (gamma / truth).ln().abs() + 0.4,
            "{seen}: {ours} {gamma} {truth}"
        );
        assert!((ours / truth).ln().abs() < 1.2, "{ours} of {truth}");
    }
}

#[test]
fn no_pair_below_the_bound_is_a_surprise() {
    for p_value in [1e-3, 2.4e-5, 1e-6, 1e-9] {
        let deviations = deviations_of(p_value);
        for power in -60..=50 {
            let steps = 10_f64.powf(f64::from(power) / 10.0);
            let seen = steps + deviations * steps.sqrt();
            let tail = tail(seen, steps, steps);
            assert!(tail > p_value, "{steps} steps: {tail} of {p_value}");
        }
    }
    assert!(deviations_of(0.01) < 1e-12);
}

#[test]
fn the_same_in_tiles_and_by_those_touched() {
    // More people than two tiles; some use a dozen items and share with thousands, most use two.
    const N_PEOPLE: u32 = 9_000;
    let mut random = Random::new(8);
    let mut rows = Vec::new();
    for person in 0..N_PEOPLE {
        let n_items = if person % 9 == 0 { 10 } else { 2 };
        for _ in 0..n_items {
            rows.push((person, random.below(70) as u32, 0));
        }
        if person % 300 == 7 {
            rows.extend((60..68).map(|item| (person, item, 0)));
        }
    }
    rows.sort_unstable();
    rows.dedup();
    let uses = Uses::new(N_PEOPLE as usize, 70, &rows);
    let label: Vec<u32> = (0..N_PEOPLE).map(|person| person % 3).collect();
    let background = Background::new(&uses, &label, 2);
    let weights = super::super::rare::weights(&uses.n_people_by_item(), N_PEOPLE as usize);
    let moments = Moments::new(&background, &weights, 2);
    let null = Null {
        background: &background,
        moments: &moments,
        weights: &weights,
        threshold: Threshold {
            p_value: 1e-3,
            n_shared: 3,
        },
    };
    let mut cells = Vec::new();
    for (place, person) in background.person.iter().enumerate() {
        cells.extend(uses.items(*person).iter().map(|item| (place as u32, *item)));
    }
    let incidence = Incidence::new(N_PEOPLE as usize, 70, &cells);
    let tie = |one: u32, other: u32| TieDays {
        one,
        other,
        n_days: 3,
    };
    let ties = [tie(0, 9), tie(1, 8_000), tie(18, 8_991), tie(2, 5)];
    let ties = TieNull::new(&background, &ties).seen();
    let fast = edges(&null, &incidence, &ties, 2);
    let mut pairs: BTreeMap<(u32, u32), Shared> = BTreeMap::new();
    for item in 0..70 {
        let users = incidence.places(item);
        for (at, one) in users.iter().enumerate() {
            for other in &users[at + 1..] {
                let weight = Shared::one(weights[item as usize]).0;
                pairs.entry((*one, *other)).or_default().0 += weight;
            }
        }
    }
    let mut tied = BTreeMap::new();
    for place in 0..N_PEOPLE {
        for (other, surprise) in ties.of(place) {
            pairs.entry((place, *other)).or_default();
            tied.insert((place, *other), f64::from(*surprise));
        }
    }
    let slow: Vec<Edge> = pairs
        .iter()
        .filter_map(|(pair, shared)| {
            let tied = tied.get(pair).copied().unwrap_or(0.0);
            let weight = surprise(&null, pair.0, pair.1, *shared, tied)?;
            Some((pair.0, pair.1, weight))
        })
        .collect();
    assert!(slow.len() > 100 && tied.len() == 4, "{}", slow.len());
    assert_eq!(fast, slow);
}
