//! Zachary's karate club: its two leaders, and three people who reach nearly all.

use std::path::PathBuf;

use queries::findings::ambassadors::{Options, World, ambassadors, reach_of};
use queries::findings::elephant_paths::NO_UNIT;
use queries::findings::leaders::{HubOptions, hubs};
use queries::graph::betweenness::betweenness;
use queries::graph::constraint::constraint;
use queries::graph::k_core::k_core;
use queries::graph::network::{Edge, Network};
use queries::graph::pagerank;

const N: usize = 34;

/// The ties with how much was done together, or each as one.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn karate(is_weighted: bool) -> Option<Network> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/karate_club");
    let Ok(text) = std::fs::read_to_string(folder.join("edges.tsv")) else {
        println!("skipped: shared/data/karate_club is absent");
        return None;
    };
    let edge = |line: &str| -> Edge {
        let fields: Vec<u32> = line
            .split('\t')
            .map(|field| field.parse().expect("a number"))
            .collect();
        let weight = if is_weighted {
            f64::from(fields[2])
        } else {
            1.0
        };
        (fields[0], fields[1], weight)
    };
    let edges: Vec<Edge> = text.lines().skip(1).map(edge).collect();
    Some(Network::new(N, &edges))
}

fn by_rank(network: &Network) -> Vec<u32> {
    let ranks = pagerank::of_network(network, &pagerank::Options::default());
    let mut people: Vec<u32> = (0..N as u32).collect();
    people.sort_by(|a, b| ranks[*b as usize].total_cmp(&ranks[*a as usize]));
    people
}

fn n_reached(network: &Network, people: &[u32]) -> usize {
    let reach = people
        .iter()
        .flat_map(|person| reach_of(network, *person, 1));
    let mut reach: Vec<u32> = reach.collect();
    reach.sort_unstable();
    reach.dedup();
    reach.len()
}

#[test]
fn the_two_leaders_come_first() {
    for is_weighted in [false, true] {
        let Some(network) = karate(is_weighted) else {
            return;
        };
        assert_eq!(by_rank(&network)[..2], [33, 0]);
        let found = hubs(&network, &HubOptions::default());
        let told: Vec<u32> = found.iter().map(|hub| hub.person).collect();
        assert_eq!(told[..2], [33, 0]);
    }
}

#[test]
fn measures_are_the_published_ones() {
    let Some(network) = karate(false) else {
        return;
    };
    // As in the documentation of NetworkX: PageRank of 33 and 0, betweenness of 0 among 33 * 32 / 2 pairs.
    let ranks = pagerank::of_network(&network, &pagerank::Options::default());
    assert!((ranks[33] - 0.100_918).abs() < 1e-5 && (ranks[0] - 0.096_997).abs() < 1e-5);
    let between = betweenness(&network, N, 0);
    assert!((between[0] / 528.0 - 0.437_635).abs() < 1e-5);
    let cores = k_core(&network);
    assert_eq!(cores.iter().max(), Some(&4));
    assert_eq!(cores.iter().filter(|core| **core == 4).count(), 10);
    let constraints = constraint(&network);
    let least = (0..N).min_by(|a, b| constraints[*a].total_cmp(&constraints[*b]));
    assert!(matches!(least, Some(0 | 33)), "{least:?}");
}

#[test]
fn three_people_reach_thirty_three() {
    let Some(network) = karate(false) else {
        return;
    };
    let world = World {
        may_be_listed: &[true; N],
        unit: &[NO_UNIT; N],
        weight: &[],
        groups: &[],
    };
    let options = Options {
        n_most: 3,
        ..Options::default()
    };
    let found = ambassadors(&network, &world, &by_rank(&network), &options);
    let people: Vec<u32> = found.chosen.iter().map(|one| one.person).collect();
    assert_eq!(people, [33, 0, 31]);
    let gains: Vec<u64> = found.chosen.iter().map(|one| one.n_new_people).collect();
    assert_eq!(gains, [18, 13, 2]);
    assert_eq!(found.chosen[2].n_people_covered, 33);
    // Here the executives are those of the highest rank.
    assert!((found.reach_of_executives.carried - 31.0).abs() < 1e-12);
    assert!(
        found.reach_by_lot.carried < 25.0,
        "{:?}",
        found.reach_by_lot
    );
    let mut best = 0;
    for a in 0..N as u32 {
        for b in a + 1..N as u32 {
            for c in b + 1..N as u32 {
                best = best.max(n_reached(&network, &[a, b, c]));
            }
        }
    }
    assert!(33.0 >= 0.99 * best as f64, "the best three reach {best}");
    let by_rank = by_rank(&network);
    let greedy = ambassadors(&network, &world, &[], &Options::default());
    for one in &greedy.chosen {
        let ranked = n_reached(&network, &by_rank[..one.rank as usize]);
        assert!(one.n_people_covered as usize >= ranked, "{one:?}");
    }
}
