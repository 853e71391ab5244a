//! Journeys on worlds small enough to reckon by hand, planted ones, and copies that must be silent.

use super::*;
use crate::paths::moves::Via;
use crate::stats::calibration;
use crate::stats::random::Random;

const N_PAGES: u32 = 40;

fn options(seed: u64) -> Options {
    Options {
        window_start: 0,
        window_end: 27,
        seed,
        ..Options::default()
    }
}

fn walk(walks: &mut Walks, person: u32, day: i32, pages: &[u32]) {
    walks.begin(person, day, pages[0], pages[pages.len() - 1]);
    for step in pages.windows(2) {
        walks.step(step[0], step[1], Via::Link);
    }
}

/// People wander: from each page to one of five, whatever they came from; some pages are popular.
fn wander(random: &mut Random, start: u32, n_steps: usize) -> Vec<u32> {
    let mut pages = vec![start];
    for _ in 0..n_steps {
        let here = pages[pages.len() - 1];
        let next = (here + [1, 1, 1, 2, 3, 5, 8][random.below(7)]) % N_PAGES;
        pages.push(next);
    }
    pages
}

/// 400 people with 12 sessions each; the first `n` also walk the planted routes.
fn world(seed: u64, planted: &[(u32, &[u32])]) -> Walks {
    let mut random = Random::new(seed);
    let mut walks = Walks::default();
    for person in 0..400 {
        for session in 0..12 {
            let start = random.below(N_PAGES as usize) as u32;
            let day = random.below(28) as i32;
            walk(&mut walks, person, day, &wander(&mut random, start, 5));
            for (n, pages) in planted.iter().filter(|_| session == 0) {
                if person < *n {
                    walk(&mut walks, person, day, pages);
                }
            }
        }
    }
    walks
}

fn pages_of(found: &Journeys) -> Vec<&[u32]> {
    found.journeys.iter().map(|j| j.pages.as_slice()).collect()
}

fn search_in(walks: &Walks, seed: u64) -> Journeys {
    journeys(walks, &[false; N_PAGES as usize], &[], &options(seed))
}

#[test]
fn by_hand() {
    // 30 go 0, 2, 3; 30 go 1, 2, 4; 5 go 0, 2, 4 and 5 go 1, 2, 3: lot 70, from 0 and to 3 each 35.
    let mut walks = Walks::default();
    let mut person = 0;
    for (n, pages) in [
        (30, [0, 2, 3]),
        (30, [1, 2, 4]),
        (5, [0, 2, 4]),
        (5, [1, 2, 3]),
    ] {
        for _ in 0..n {
            walk(&mut walks, person, person as i32 % 28, &pages);
            person += 1;
        }
    }
    let found = search_in(&walks, 1);
    assert_eq!(pages_of(&found), [[0, 2, 3], [1, 2, 4]]);
    let first = &found.journeys[0];
    assert_eq!(
        (first.n_people, first.n_times, first.first_day),
        (30, 30, 0)
    );
    assert!((first.expected_people - 17.5).abs() < 1e-12);
    assert!(first.q_value < 1e-6 && first.lift_low > 1.0 && !first.is_planned);
    assert_eq!(
        (found.n_tested, found.n_candidates, found.n_shuffled),
        (4, 4, 0)
    );
    let planned = journeys(&walks, &[false; 5], &[vec![7, 1, 2, 4]], &options(1));
    assert!(planned.journeys[1].is_planned && !planned.journeys[0].is_planned);
}

#[test]
fn planted_journeys_come_out_and_popular_steps_do_not() {
    for seed in [1, 2] {
        let long: &[u32] = &[3, 20, 7, 31];
        let short: &[u32] = &[10, 18, 20];
        let found = search_in(&world(seed, &[(40, long), (80, short)]), seed);
        let pages = pages_of(&found);
        assert!(pages.contains(&short), "{pages:?}");
        let is_part = |part: &&[u32]| {
            [long, short]
                .iter()
                .any(|route| route.windows(part.len()).any(|own| own == *part))
        };
        assert!(pages.iter().all(is_part), "{pages:?}");
        assert!(
            pages
                .iter()
                .any(|part| long.windows(part.len()).any(|own| own == *part)),
            "{pages:?}"
        );
        assert_eq!(found.n_shuffled, 0);
        // The most walked route of the wanderers is first-order only.
        assert!(!pages.contains(&&[10, 11, 12][..]));
    }
}

#[test]
fn a_world_without_memory_and_copies_of_one_with_it_are_silent() {
    let long: &[u32] = &[3, 20, 7, 31];
    let chains = Chains::of(&world(3, &[(60, long)]), &[false; N_PAGES as usize]);
    let (mut in_copies, mut in_worlds) = (0, 0);
    for seed in 0..20 {
        let copy = shuffle::shuffled(&chains, N_PAGES as usize, seed);
        in_copies += search(&copy, &[], &options(1)).journeys.len();
        in_worlds += search_in(&world(100 + seed, &[]), 1).journeys.len();
    }
    assert!(
        in_copies <= 10,
        "{in_copies} findings on 20 shuffled copies"
    );
    assert!(in_worlds <= 10, "{in_worlds} findings in 20 worlds");
}

#[test]
fn a_zealot_counts_once_and_one_half_is_not_enough() {
    let route: &[u32] = &[3, 20, 7];
    let mut walks = Walks::default();
    for day in 0..200 {
        walk(&mut walks, 0, day % 28, route);
    }
    for person in 1..60 {
        walk(&mut walks, person, 0, &[4, 20, 8]);
        if person < 30 {
            walk(&mut walks, person, 0, &[5, 20, 9]);
        }
    }
    let found = search_in(&walks, 1);
    assert!(found.journeys.is_empty(), "{:?}", pages_of(&found));
    assert_eq!(found.n_candidates, 2, "one person is no support");
}

#[test]
fn a_page_with_two_neighbours_makes_no_journey() {
    let mut walks = Walks::default();
    for person in 0..200 {
        let pages = if person % 2 == 0 {
            [1, 2, 3]
        } else {
            [3, 2, 1]
        };
        walk(&mut walks, person, person as i32 % 28, &pages);
    }
    assert!(search_in(&walks, 1).journeys.is_empty());
}

#[test]
fn parts_of_a_longer_finding_are_told_once() {
    // 1, 2 and 3 lie on two long routes; nobody walks them otherwise.
    let mut walks = Walks::default();
    for person in 0..120 {
        let pages = if person % 2 == 0 {
            [10, 1, 2, 20]
        } else {
            [11, 1, 2, 21]
        };
        walk(&mut walks, person, person as i32 % 28, &pages);
    }
    let found = search_in(&walks, 1);
    assert_eq!(pages_of(&found), [[10, 1, 2, 20], [11, 1, 2, 21]]);
    assert_eq!(search_in(&Walks::default(), 1), Journeys::default());
}

/// Routes of wanderers whose next step forgets the one before.
#[test]
fn p_values_claim_no_more_than_they_may() {
    let mut p_values = Vec::new();
    for seed in 1..=3 {
        let chains = Chains::of(&world(seed, &[]), &[false; N_PAGES as usize]);
        let copy = shuffle::shuffled(&chains, N_PAGES as usize, seed);
        let (_, routes) = grams::candidates(&copy, 1, true);
        let often = routes.iter().filter(|c| c.n_from * c.n_to >= 5 * c.n_lots);
        let p = |c: &Candidate| hypergeometric::upper_tail(c.n_people, c.n_lots, c.n_from, c.n_to);
        p_values.extend(often.map(p));
    }
    let distance = calibration::unsafe_distance(&p_values);
    assert!(
        p_values.len() > 500 && distance <= 0.05,
        "{distance} of {}",
        p_values.len()
    );
}
