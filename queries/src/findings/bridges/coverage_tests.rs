//! How often intervals hold the truth, and how honest p values are, over many invented networks.

use super::world::World;
use super::*;
use crate::stats::calibration;
use crate::stats::random::Random;

/// Of intervals over worlds: how many held the truth, and how many there were.
#[derive(Debug, Default)]
struct Held {
    bridge: (u32, u32),
    ordinary: (u32, u32),
    index: (u32, u32),
    beyond: (u32, u32),
}

impl Held {
    fn share((held, all): (u32, u32)) -> f64 {
        f64::from(held) / f64::from(all.max(1))
    }
}

/// One pair has twice as much to do with each other as any other, units keep inside a little.
fn world(density: f64, spread: (f64, f64)) -> World {
    let mut world = World::even(5, 40, density, spread).keep_inside(2.0);
    world.set(1, 3, 2.0);
    world
}

fn held(world: &World, n_worlds: u64) -> Held {
    let mut held = Held::default();
    let count = |at: &mut (u32, u32), low: f64, truth: f64, high: f64| {
        at.0 += u32::from(low <= truth && truth <= high);
        at.1 += 1;
    };
    let unit = world.unit();
    for seed in 0..n_worlds {
        let network = world.network(&mut Random::new(seed));
        let options = Options {
            n_draws: 0,
            ..Options::default()
        };
        let found = bridges(&network, &unit, 5, &options);
        for pair in &found.pairs {
            let truth = world.true_ratio(pair.a as usize, pair.b as usize);
            match (pair.a, pair.b) {
                (1, 3) => count(&mut held.bridge, pair.ratio_low, truth, pair.ratio_high),
                (a, b) if a != b => {
                    count(&mut held.ordinary, pair.ratio_low, truth, pair.ratio_high);
                }
                _ => {}
            }
        }
        if let Some(mixing) = found.mixing {
            let truth = world.true_index();
            count(
                &mut held.index,
                mixing.observed_low,
                truth,
                mixing.observed_high,
            );
            // The deviation under labels by lot: how far the index of units that mean nothing lies out.
            let mut labels = unit.clone();
            Random::new(seed + 1_000_000).shuffle(&mut labels);
            let by_lot = bridges(&network, &labels, 5, &options)
                .mixing
                .expect("the same ties");
            count(&mut held.beyond, -1.959_964, by_lot.z, 1.959_964);
        }
    }
    held
}

#[test]
fn intervals_hold_the_truth() {
    for (density, spread) in [(2.0, (0.5, 0.0)), (1.5, (0.7, 0.5))] {
        let held = held(&world(density, spread), 300);
        for share in [held.bridge, held.ordinary, held.index, held.beyond].map(Held::share) {
            // 300 worlds have a deviation of 1.3 %; the pairs of one world are not independent.
            assert!(
                (0.915..=0.985).contains(&share),
                "{density} {spread:?}: {held:?}"
            );
        }
    }
}

/// `cargo test -p elephant-queries --lib -- bridges --ignored --nocapture` prints the table of 2,000 worlds each.
#[test]
#[ignore = "a minute: the full statistics"]
#[expect(clippy::print_stdout, reason = "the figures are read")]
fn intervals_hold_the_truth_in_2000_worlds() {
    println!("ties a person and unit, spread: bridge, other pairs, E-I index, E-I by lot");
    let mut all = Vec::new();
    for density in [0.5, 1.0, 2.0] {
        for spread in [(0.0, 0.0), (0.7, 0.0), (0.7, 0.5)] {
            let held = held(&world(density, spread), 2_000);
            let shares = [held.bridge, held.ordinary, held.index, held.beyond].map(Held::share);
            println!("{density} {spread:?}: {shares:.3?}");
            all.extend(shares);
        }
    }
    assert!(all.iter().all(|share| (0.93..=0.975).contains(share)));
}

/// p values of all pairs of worlds in which units mean nothing.
fn by_lot(n_worlds: u64, spread: (f64, f64)) -> Vec<f64> {
    let world = World::even(5, 30, 1.0, spread);
    let mut p = Vec::new();
    for seed in 0..n_worlds {
        let network = world.network(&mut Random::new(seed));
        let mut unit = world.unit();
        Random::new(seed + 9).shuffle(&mut unit);
        let found = bridges(
            &network,
            &unit,
            5,
            &Options {
                seed,
                ..Options::default()
            },
        );
        p.extend(found.pairs.iter().map(|pair| pair.p_value));
    }
    p
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    for spread in [(0.0, 0.0), (1.0, 0.8)] {
        let p = by_lot(60, spread);
        let distance = calibration::unsafe_distance(&p);
        assert!(distance <= 0.05, "{distance} in {spread:?}");
        let n_small = p.iter().filter(|p| **p <= 0.001).count();
        assert!(n_small <= 4, "{n_small} of {} at 0.001", p.len());
    }
}
