//! How honest the p values of steps are at which people leave as they do elsewhere.

use super::*;
use crate::paths::moves::Via;
use crate::stats::calibration;
use crate::stats::random::Random;

const N_PAGES: usize = 80;
/// The journeys of a world, of six pages each: pages 0 to 5, 6 to 11 and so on; the rest is wandered among.
const N_JOURNEYS: usize = 5;
const N_STEPS: usize = 6;
const FIRST_PAGE: usize = N_JOURNEYS * N_STEPS;

/// 600 people, of whom everybody leaves a page with a readiness of their own, whatever the page: between 5
/// and 25 of a hundred. Each wanders in three sessions and tries half of the journeys.
fn world(seed: u64) -> (Walks, Vec<Vec<u32>>) {
    let mut random = Random::new(seed);
    let journeys: Vec<Vec<u32>> = (0..N_JOURNEYS)
        .map(|number| {
            (0..N_STEPS)
                .map(|step| (number * N_STEPS + step) as u32)
                .collect()
        })
        .collect();
    let mut walks = Walks::default();
    for person in 0..600 {
        let readiness = 0.05 + 0.2 * random.uniform();
        for _ in 0..3 {
            let mut pages = vec![any_page(&mut random)];
            while random.uniform() >= readiness {
                pages.push(any_page(&mut random));
            }
            walk(&mut walks, person, &pages);
        }
        for journey in &journeys {
            if random.below(2) == 0 {
                continue;
            }
            let mut n = 1;
            while n < N_STEPS && (n == 1 || random.uniform() >= readiness) {
                n += 1;
            }
            walk(&mut walks, person, &journey[..n]);
        }
    }
    (walks, journeys)
}

fn any_page(random: &mut Random) -> u32 {
    (FIRST_PAGE + random.below(N_PAGES - FIRST_PAGE)) as u32
}

fn walk(walks: &mut Walks, person: u32, pages: &[u32]) {
    walks.begin(person, 0, pages[0], pages[pages.len() - 1]);
    for step in pages.windows(2) {
        walks.step(step[0], step[1], Via::Link);
    }
}

/// The p values of all steps of a world, found or not.
fn p_values(seed: u64) -> Vec<f64> {
    let (walks, journeys) = world(seed);
    let options = Options::default();
    tested(
        &walks,
        &journeys,
        &[1; N_PAGES],
        &[false; N_PAGES],
        &options,
    )
    .into_iter()
    .map(|step| step.p_value)
    .collect()
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    let p: Vec<f64> = (1..=60).flat_map(p_values).collect();
    let distance = calibration::unsafe_distance(&p);
    assert!(
        p.len() > 1_000 && distance <= 0.05,
        "{distance} of {}",
        p.len()
    );
}
