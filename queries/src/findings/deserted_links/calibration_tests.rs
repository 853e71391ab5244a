//! How often links that are followed just enough are called deserted, at every risk.

use super::*;
use crate::findings::elephant_paths::{MoveRow, Moves};
use crate::paths::moves::Via;
use crate::stats::calibration;
use crate::stats::random::Random;

const N_PAGES: u32 = 40;
/// Links of each page; every fifth one stands at the bar.
const N_LINKS: u32 = 10;
/// How often, a visit, the other links are followed.
const RATE: f64 = 0.1;

/// On each page eight links are followed in ten visits of a hundred each and two in one of a hundred: as
/// seldom as a link may be and not be deserted. Everybody comes once.
fn world(seed: u64, n_people: usize) -> (Moves, Vec<PlannedLink>) {
    let mut random = Random::new(seed);
    let (mut moves, mut links) = (Moves::default(), Vec::new());
    for page in 0..N_PAGES {
        let to = |place: u32| (page + 1 + place) % N_PAGES;
        links.extend((0..N_LINKS).map(|place| PlannedLink {
            from: Some(page),
            to: to(place),
            slot: 0,
        }));
        for person in 0..n_people as u32 {
            let at = random.uniform();
            let ordinary = (at / RATE) as u32;
            let seldom = ((at - 8.0 * RATE) / (0.1 * RATE)) as u32;
            let place = match (ordinary, seldom) {
                (0..8, _) => ordinary / 4 * 5 + ordinary % 4,
                (_, 0..2) => seldom * 5 + 4,
                // Somewhere that no link of the page leads to.
                _ => N_LINKS,
            };
            moves.push(MoveRow {
                person,
                from: page,
                to: to(place),
                day: 0,
                via: Via::Link,
                n: 1,
            });
        }
    }
    (moves, links)
}

fn is_at_the_bar(link: &PlannedLink) -> bool {
    let from = link.from.expect("every link stands on a page");
    let place = (link.to + N_PAGES - from - 1) % N_PAGES;
    place % 5 == 4
}

/// The smallest risk at which each link at the bar is called, of every twentieth: what a p value is.
fn p_values(seed: u64, n_people: usize) -> Vec<f64> {
    let (moves, links) = world(seed, n_people);
    let at_the_bar: Vec<PlannedLink> = links.iter().copied().filter(is_at_the_bar).collect();
    let mut p = vec![1.0; at_the_bar.len()];
    for twentieth in (1..20).rev() {
        let options = Options {
            alpha: f64::from(twentieth) / 20.0,
            ..Options::default()
        };
        let found = deserted_links(&moves.rows(), &links, &[false; N_PAGES as usize], &options);
        for (link, p) in at_the_bar.iter().zip(&mut p) {
            if found.links.iter().any(|found| found.link == *link) {
                *p = options.alpha;
            }
        }
    }
    p
}

#[test]
fn risks_claim_no_more_than_they_may() {
    for n_people in [400, 1_000] {
        let p: Vec<f64> = (1..=13).flat_map(|seed| p_values(seed, n_people)).collect();
        let distance = calibration::unsafe_distance(&p);
        assert!(
            p.len() > 900 && distance <= 0.05,
            "{n_people} people: {distance} of {}",
            p.len()
        );
    }
}
