//! How honest the p values of steps are at which people leave as they do elsewhere.

use super::*;
use crate::paths::moves::Via;
use crate::stats::calibration;
use crate::stats::random::Random;

const N_PAGES: usize = 80;
/// Journeys have six pages each: 0 to 5, 6 to 11 and so on; the pages from `FIRST_PAGE` on are wandered among.
const N_STEPS: usize = 6;
const FIRST_PAGE: usize = 30;

/// What a world is like in which no step differs from its like.
#[derive(Debug, Clone, Copy)]
struct Kind {
    /// Deviation of the logarithm of what a page makes of people's readiness to leave.
    pages_differ_by: f64,
    /// How readily people leave a journey, as a multiple of elsewhere.
    on_the_way: f64,
    /// At most 5.
    n_journeys: usize,
}

/// 600 people, of whom everybody leaves a page with a readiness of their own: between 5 and 25 of a hundred, times
/// what the page makes of it. Each wanders in three sessions and tries half of the journeys.
fn world(seed: u64, kind: Kind) -> (Walks, Vec<Vec<u32>>) {
    let mut random = Random::new(seed);
    let mut pages = Random::new(seed ^ (1 << 40));
    let factors: Vec<f64> = (0..N_PAGES)
        .map(|_| (kind.pages_differ_by * pages.normal()).exp())
        .collect();
    let leaves = |readiness: f64, page: u32, random: &mut Random| {
        random.uniform() < (readiness * factors[page as usize]).min(0.95)
    };
    let journeys: Vec<Vec<u32>> = (0..kind.n_journeys)
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
            while !leaves(readiness, pages[pages.len() - 1], &mut random) {
                pages.push(any_page(&mut random));
            }
            walk(&mut walks, person, &pages);
        }
        for journey in &journeys {
            if random.below(2) == 0 {
                continue;
            }
            let mut n = 1;
            while n < N_STEPS
                && (n == 1 || !leaves(kind.on_the_way * readiness, journey[n - 1], &mut random))
            {
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

/// All steps of a world, found or not.
fn steps(seed: u64, kind: Kind) -> Vec<DropOff> {
    let (walks, journeys) = world(seed, kind);
    let (depth, is_hub) = ([1; N_PAGES], [false; N_PAGES]);
    tested(&walks, &journeys, &depth, &is_hub, &Options::default())
}

/// What some worlds come to.
struct Claims {
    /// How much the p values claim beyond what they may.
    distance: f64,
    /// The same with one exit rate for all pages.
    distance_of_one_rate: f64,
    /// Worlds in which a step is called, though none differs from its like.
    n_called: usize,
}

fn claims(seeds: std::ops::RangeInclusive<u64>, kind: Kind) -> Claims {
    let worlds: Vec<Vec<DropOff>> = seeds.map(|seed| steps(seed, kind)).collect();
    let steps = || worlds.iter().flatten();
    assert!(steps().count() > 1_000, "{} steps", steps().count());
    let p: Vec<f64> = steps().map(|step| step.p_value).collect();
    let one_rate: Vec<f64> = steps()
        .map(|s| binomial::upper_tail(s.n_people_left, s.n_people, s.exit_rate_expected))
        .collect();
    let is_any_called =
        |steps: &&Vec<DropOff>| steps.iter().any(|s| is_called(s, &Options::default()));
    Claims {
        distance: calibration::unsafe_distance(&p),
        distance_of_one_rate: calibration::unsafe_distance(&one_rate),
        n_called: worlds.iter().filter(is_any_called).count(),
    }
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    for (pages_differ_by, on_the_way) in
        [(0.0, 1.0), (0.3, 1.0), (0.6, 1.0), (0.0, 0.3), (0.6, 0.3)]
    {
        let kind = Kind {
            pages_differ_by,
            on_the_way,
            n_journeys: 5,
        };
        let claims = claims(1..=100, kind);
        assert!(
            claims.distance <= 0.05,
            "{} where {kind:?}",
            claims.distance
        );
        // Five of a hundred may be, and three deviations more.
        assert!(claims.n_called <= 11, "{} where {kind:?}", claims.n_called);
        // What is wrong with one rate for all pages.
        let is_unsafe = claims.distance_of_one_rate > 0.05;
        assert!(
            on_the_way < 1.0 || is_unsafe == (pages_differ_by > 0.0),
            "{kind:?}"
        );
    }
}

/// `cargo test -p elephant-queries --lib -- drop_offs::calibration --ignored --nocapture` prints the table of
/// `fixtures/evidence/drop_offs.csv`.
#[test]
#[ignore = "some minutes: 2,000 worlds of each kind"]
#[expect(
    clippy::print_stdout,
    reason = "the figures are what the command is for"
)]
fn p_values_of_all_kinds_of_worlds() {
    println!(
        "pages_differ_by,on_the_way,journeys,worlds,distance,distance_of_one_rate,called_worlds"
    );
    for (n_journeys, on_the_way) in [(5, 1.0), (5, 0.3), (1, 1.0), (1, 0.3)] {
        for pages_differ_by in [0.0, 0.15, 0.3, 0.6, 0.9] {
            let kind = Kind {
                pages_differ_by,
                on_the_way,
                n_journeys,
            };
            let claims = claims(20_001..=22_000, kind);
            let (distance, one_rate) = (claims.distance, claims.distance_of_one_rate);
            println!(
                "{pages_differ_by},{on_the_way},{n_journeys},2000,{distance:.3},{one_rate:.3},{}",
                claims.n_called
            );
            assert!(distance <= 0.05, "{distance} where {kind:?}");
        }
    }
}
