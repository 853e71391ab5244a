//! How honest the p values of changes without an effect are, lucky paths among them.

use super::world::World;
use super::*;
use crate::stats::calibration;

/// Seeds that no other test of this finding uses.
const FIRST_SEED: u64 = 5_000_000;

/// The p values of changes that did nothing.
fn p_values(world: World, n: u64) -> Vec<f64> {
    let options = Options::default();
    (0..n)
        .filter_map(|seed| world.judge(FIRST_SEED + seed, &options).effect)
        .map(|effect| effect.p_value)
        .collect()
}

fn worlds() -> impl Iterator<Item = World> {
    [(false, 60), (true, 60), (false, 30)]
        .into_iter()
        .map(|(is_lucky, n_untreated)| World {
            n_untreated,
            is_lucky,
            ..World::default()
        })
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    for world in worlds() {
        let p = p_values(world, 2_000);
        let distance = calibration::unsafe_distance(&p);
        assert!(
            p.len() > 1_000 && distance <= 0.05,
            "{world:?}: {distance} of {}",
            p.len()
        );
    }
}

/// `cargo test -p elephant-queries --lib -- pavings::calibration --ignored --nocapture` prints the distances.
#[test]
#[ignore = "half a minute: many more series, every noise and number of weeks"]
#[expect(
    clippy::print_stdout,
    reason = "the figures are what the command is for"
)]
fn p_values_of_all_kinds_of_series() {
    for world in worlds() {
        for (noise, n_weeks_after) in [(0.1, 8), (0.2, 8), (0.4, 8), (0.2, 4)] {
            let world = World {
                noise,
                n_weeks_after,
                ..world
            };
            let p = p_values(world, 10_000);
            let distance = calibration::unsafe_distance(&p);
            println!("{distance:.3} of {} series: {world:?}", p.len());
            assert!(distance <= 0.05, "{world:?}: {distance}");
        }
    }
}
