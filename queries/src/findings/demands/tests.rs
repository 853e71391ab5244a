//! Demands on worlds small enough to reckon by hand, planted ones, and copies that must be silent.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;
use crate::findings::elephant_paths::NO_UNIT;
use crate::paths::trails::Writer;
use crate::stats::calibration;
use crate::stats::random::Random;

const N_PAGES: usize = 60;
/// The start page, which everybody passes.
const HUB: u32 = 0;

fn options() -> Options {
    Options {
        window_start: 0,
        window_end: 27,
        ..Options::default()
    }
}

/// Trails from pages, the last one wanted and about every third before it.
fn write(writer: &mut Writer, person: u32, day: i32, pages: &[u32]) {
    writer.begin(person, day);
    let mut here = None;
    for (place, page) in pages.iter().enumerate() {
        if writer.place_of(*page).is_none() {
            let is_last = place + 1 == pages.len();
            let number = u64::from(person) << 32 | (writer.trails.len() as u64);
            let is_goal = is_last || Random::new(number).below(3) == 0;
            here = Some(writer.push(*page, here, is_goal));
        }
    }
}

/// People wander: from each page to one of a few, whatever they came from; now and then through the hub.
fn wander(random: &mut Random, start: u32, n_steps: usize) -> Vec<u32> {
    let mut pages = vec![start];
    for _ in 0..n_steps {
        let here = pages[pages.len() - 1];
        let step = [1, 1, 1, 2, 3, 5, 8, 0][random.below(8)];
        let next = if step == 0 {
            HUB
        } else {
            (here + step) % N_PAGES as u32
        };
        if !pages.contains(&next) {
            pages.push(next);
        }
    }
    pages
}

/// 400 people with 12 sessions each. The first `n` of each plant also go from its first page to its last,
/// over two pages that are others each time.
fn world(seed: u64, planted: &[(u32, u32, u32)]) -> Trails {
    let mut random = Random::new(seed);
    let mut writer = Writer::new(N_PAGES);
    for person in 0..400 {
        for session in 0..12 {
            let start = random.below(N_PAGES) as u32;
            let day = random.below(28) as i32;
            write(&mut writer, person, day, &wander(&mut random, start, 6));
            for (n, from, to) in planted.iter().filter(|_| session < 2) {
                let any = |random: &mut Random| 1 + random.below(N_PAGES - 1) as u32;
                let way = [*from, any(&mut random), any(&mut random), *to];
                let is_once = BTreeSet::from(way).len() == way.len();
                if person < *n && is_once {
                    write(&mut writer, person, day, &way);
                }
            }
        }
    }
    writer.trails
}

fn find(trails: &Trails, unit: &[u32]) -> Demands {
    let mut is_hub = vec![false; N_PAGES];
    is_hub[HUB as usize] = true;
    let world = World {
        unit,
        is_hub: &is_hub,
    };
    demands(trails, &world, &options())
}

fn pairs_of(found: &Demands) -> Vec<(u32, u32)> {
    found.demands.iter().map(|d| (d.from, d.to)).collect()
}

#[test]
fn planted_demands_are_told_once_and_nothing_else() {
    for seed in 1..=4 {
        let planted = [(40, 10, 50), (25, 33, 7), (15, 52, 20)];
        let found = find(&world(seed, &planted), &[NO_UNIT; 400]);
        assert_eq!(pairs_of(&found), [(10, 50), (33, 7), (52, 20)], "{seed}");
    }
}

#[test]
fn people_who_wander_demand_nothing() {
    let found: Vec<Demands> = (1..=4)
        .map(|seed| find(&world(seed, &[]), &[NO_UNIT; 400]))
        .collect();
    let n: usize = found.iter().map(|found| found.demands.len()).sum();
    assert!(n <= 1, "{n}");
    assert!(found.iter().all(|found| found.n_candidates > 1_000));
}

#[test]
fn a_shuffled_copy_is_silent_and_keeps_its_steps() {
    let trails = world(1, &[(40, 10, 50), (25, 33, 7)]);
    let copy = shuffled(&trails, 7);
    let sorted = |items: &[u32]| {
        let mut items = items.to_vec();
        items.sort_unstable();
        items
    };
    assert_eq!(sorted(&copy.page), sorted(&trails.page));
    assert!(copy.person.is_sorted());
    let n: usize = (1..=4)
        .map(|seed| {
            find(&shuffled(&trails, seed), &[NO_UNIT; 400])
                .demands
                .len()
        })
        .sum();
    assert!(n <= 1, "{n}");
}

#[test]
fn what_one_unit_likes_is_no_demand() {
    // Thirty people belong to a unit whose pages 40 and 45 they visit in most of their sessions.
    let unit: Vec<u32> = (0..400).map(|person| u32::from(person >= 30)).collect();
    let mut random = Random::new(3);
    let mut writer = Writer::new(N_PAGES);
    for person in 0..400 {
        for _ in 0..12 {
            let day = random.below(28) as i32;
            let start = random.below(N_PAGES) as u32;
            let mut pages = wander(&mut random, start, 6);
            for own in [40, 45] {
                if person < 30 && random.below(10) < 9 {
                    pages.insert(random.below(pages.len()), own);
                }
            }
            write(&mut writer, person, day, &pages);
        }
    }
    let trails = writer.trails;
    let pair = |unit: &[u32]| {
        let (index, is_hub) = (trips::by_page(&trails), [false; N_PAGES]);
        let world = World {
            unit,
            is_hub: &is_hub,
        };
        let (_, mut pairs) = trips::pairs(&trails, &index, &world, &Gates::of(&options()));
        Null::of(&trails, &index, &world).expect(&mut pairs);
        let place = pairs
            .iter()
            .position(|pair| (pair.from, pair.to) == (40, 45));
        pairs.swap_remove(place.expect("many go there"))
    };
    let (blind, seeing) = (pair(&[NO_UNIT; 400]), pair(&unit));
    assert!(
        seeing.expected > 1.2 * blind.expected,
        "{blind:?} {seeing:?}"
    );
    assert!(find(&trails, &unit).demands.is_empty());
}

#[test]
fn nothing_comes_of_nothing() {
    assert_eq!(find(&Trails::default(), &[]).n_tested, 0);
}

proptest! {
    /// Every trip of every trail, one by one, into sets.
    #[test]
    fn counts_are_those_of_the_plain_loop(
        trails in proptest::collection::vec(proptest::collection::vec(0_u32..12, 1..12), 0..40),
    ) {
        let mut writer = Writer::new(11);
        for (number, pages) in trails.iter().enumerate() {
            write(&mut writer, number as u32 / 3, number as i32 % 28, pages);
        }
        let trails = writer.trails;
        let mut is_hub = [false; 11];
        is_hub[0] = true;
        let world = World { unit: &[NO_UNIT; 14], is_hub: &is_hub };
        let gates = Gates { support: 2, ..Gates::of(&options()) };
        let index = trips::by_page(&trails);
        let (n_tested, pairs) = trips::pairs(&trails, &index, &world, &gates);
        let mut slow: BTreeMap<(u32, u32), BTreeSet<u32>> = BTreeMap::new();
        for end in (0..trails.len()).filter(|end| trails.is_goal[*end]) {
            let mut place = end;
            for n_steps in 1..=6 {
                let Some(start) = trails.parent(place) else { break };
                let (from, to) = (trails.page[start], trails.page[end]);
                let is_passed = !trails.is_goal[start]
                    && trails.parent(start).is_some_and(|at| trails.page[at].is_multiple_of(11));
                if n_steps >= 2 && from % 11 != 0 && to % 11 != 0 && !is_passed {
                    slow.entry((from, to)).or_default().insert(trails.person_at(end));
                }
                place = start;
            }
        }
        prop_assert_eq!(n_tested as usize, slow.len());
        let slow: Vec<((u32, u32), u64)> = slow
            .into_iter()
            .map(|(pair, people)| (pair, people.len() as u64))
            .filter(|(_, n)| *n >= 2)
            .collect();
        let fast: Vec<_> = pairs.iter().map(|p| ((p.from, p.to), p.n_people)).collect();
        prop_assert_eq!(fast, slow);
        let trips = trips::of_pairs(&trails, &index, &world, &pairs);
        for (pair, trips) in pairs.iter().zip(trips) {
            let people: BTreeSet<u32> = trips.iter().map(|trip| trip.person).collect();
            prop_assert_eq!(pair.n_people, people.len() as u64);
        }
    }

    /// The chance to find a page new, step by step over all pages, with no way on from it.
    #[test]
    fn chances_are_those_of_first_passages(
        trails in proptest::collection::vec(proptest::collection::vec(0_u32..7, 1..9), 1..20),
    ) {
        let mut writer = Writer::new(6);
        for pages in &trails {
            write(&mut writer, 0, 0, pages);
        }
        let trails = writer.trails;
        let (mut any, mut new) = ([[0.0; 7]; 7], [[0.0; 7]; 7]);
        let (mut visits, mut visits_before) = ([0.0; 7], [[0.0; 7]; 7]);
        for place in 0..trails.len() {
            let here = trails.page[place] as usize;
            visits[here] += 1.0;
            let is_seen = |page: usize| trails.before(place).any(|at| trails.page[at] as usize == page);
            for (page, n) in visits_before[here].iter_mut().enumerate() {
                *n += if is_seen(page) { 0.0 } else { 1.0 };
            }
            if let Some(parent) = trails.parent(place) {
                any[trails.page[parent] as usize][here] += 1.0;
            }
        }
        for page in 0..7 {
            for to in 0..7 {
                // Nobody wants a search.
                new[page][to] = if to == 6 { 0.0 } else { any[page][to] / f64::max(visits_before[page][to], 1.0) };
                any[page][to] = f64::max(any[page][to] / f64::max(visits[page], 1.0), new[page][to]);
            }
        }
        let index = trips::by_page(&trails);
        let chain = chain::Chain::of(&trails, &index, &trails.is_first());
        let mut reach = chain::Reach::new(&chain);
        for start in 0..6_u32 {
            // Another page in the lane before.
            reach.walk([(start + 1) % 6, start].into_iter());
            let from_start: Vec<_> = (0..6).map(|to| reach.powers(1, to)).collect();
            for to in 0..6 {
                reach.walk(std::iter::once(to as u32));
                let fast = chain::first_passage(&from_start[to], &reach.powers(0, to as u32));
                let mut now = [0.0; 7];
                now[start as usize] = 1.0;
                let mut slow = 0.0;
                for _ in 1..=5 {
                    now = std::array::from_fn(|to| (0..7).map(|via| now[via] * any[via][to]).sum());
                    // Whoever has come to the page goes no further.
                    now[to] = 0.0;
                    slow += (0..7).map(|via| now[via] * new[via][to]).sum::<f64>();
                }
                prop_assert!((fast - slow).abs() < 1e-9, "{} {}", fast, slow);
            }
        }
    }
}

/// Pairs that are expected often enough for those that nobody walked not to matter.
#[test]
fn p_values_claim_no_more_than_they_may() {
    let mut p_values = Vec::new();
    for seed in 1..=3 {
        let trails = shuffled(&world(seed, &[]), seed);
        let is_hub = [false; N_PAGES];
        let world = World {
            unit: &[NO_UNIT; 400],
            is_hub: &is_hub,
        };
        let gates = Gates {
            support: 1,
            ..Gates::of(&options())
        };
        let index = trips::by_page(&trails);
        let (_, mut pairs) = trips::pairs(&trails, &index, &world, &gates);
        Null::of(&trails, &index, &world).expect(&mut pairs);
        let often = pairs.iter().filter(|pair| pair.expected >= 5.0);
        p_values.extend(often.map(Pair::p_value));
    }
    let distance = calibration::unsafe_distance(&p_values);
    assert!(
        p_values.len() > 3_000 && distance <= 0.05,
        "{distance} of {}",
        p_values.len()
    );
}
