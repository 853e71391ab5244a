//! The consensus against a table of all pairs, against planted groups, and where nothing is to be agreed on.

use super::*;
use crate::graph::network::Edge;
use crate::stats::random::Random;
use proptest::prelude::*;

fn planted(n_groups: u32, size: u32, inside: f64, between: f64, seed: u64) -> Network {
    let mut random = Random::new(seed);
    let n = n_groups * size;
    let pairs = (0..n).flat_map(|one| (one + 1..n).map(move |other| (one, other)));
    let edges: Vec<Edge> = pairs
        .filter(|(one, other)| {
            random.uniform()
                < if one / size == other / size {
                    inside
                } else {
                    between
                }
        })
        .map(|(one, other)| (one, other, 1.0))
        .collect();
    Network::new(n as usize, &edges)
}

fn is_connected(network: &Network, nodes: &[u32]) -> bool {
    let mut reached: Vec<u32> = nodes.first().copied().into_iter().collect();
    for _ in 0..nodes.len() {
        for node in nodes {
            let is_next = |(to, weight): (u32, f64)| weight > 0.0 && reached.contains(&to);
            if !reached.contains(node) && network.edges_of(*node).any(is_next) {
                reached.push(*node);
            }
        }
    }
    reached.len() == nodes.len()
}

#[test]
fn planted_groups_are_agreed_on() {
    let network = planted(6, 20, 0.5, 0.02, 3);
    let found = consensus(&network, &Options::default());
    assert_eq!(found.communities.len(), 6, "{found:?}");
    for (at, community) in found.communities.iter().enumerate() {
        let nodes: Vec<u32> = community.members.iter().map(|member| member.node).collect();
        let truth: Vec<u32> = (0..20).map(|node| at as u32 * 20 + node).collect();
        assert_eq!(nodes, truth);
        assert!(community.loose.is_empty() && community.stability > 0.95);
    }
}

#[test]
fn chance_is_not_stable() {
    let stable = consensus(&planted(6, 20, 0.5, 0.02, 3), &Options::default());
    let chance = consensus(&planted(1, 120, 0.08, 0.0, 3), &Options::default());
    let mean = |found: &Consensus| {
        let sum: f64 = found.communities.iter().map(|one| one.stability).sum();
        sum / found.communities.len().max(1) as f64
    };
    assert!(mean(&chance) + 0.2 < mean(&stable), "{chance:?}");
}

#[test]
fn nothing_is_ordinary() {
    let none = consensus(&Network::default(), &Options::default());
    assert!(none.communities.is_empty());
    assert!(
        consensus(&Network::new(5, &[]), &Options::default())
            .communities
            .is_empty()
    );
}

#[test]
fn the_longest_plateau_wins_and_of_none_the_best_pair() {
    // Places 0-1, then 2-3-4-5 hang together: four places, and their middle.
    assert_eq!(middle_of_plateau(&[0.99, 0.1, 0.95, 0.95, 0.95, 0.2]), 3);
    assert_eq!(middle_of_plateau(&[0.95, 0.1, 0.97]), 2);
    assert_eq!(middle_of_plateau(&[0.2, 0.6, 0.4]), 1);
    assert_eq!(middle_of_plateau(&[f64::NEG_INFINITY; 3]), 1);
    assert_eq!(middle_of_plateau(&[]), 0);
}

proptest! {
    #[test]
    fn strengths_are_those_of_the_table_of_pairs_and_all_is_connected(
        edges in proptest::collection::vec((0_u32..14, 0_u32..14, 0_u32..3), 0..40), seed in 0_u64..50,
    ) {
        let edges: Vec<Edge> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let network = Network::new(14, &edges);
        let options = Options { n_seeds: 7, seed, member_min: 0.6, ..Options::default() };
        let found = consensus_at(&network, 1.3, &options);
        let runs: Vec<Vec<u32>> = (0..7)
            .map(|run| communities(&network, Quality::Modularity { resolution: 1.3 }, seed + run))
            .collect();
        let naming = &runs[most_agreeing(&runs)];
        for community in &found.communities {
            let members: Vec<u32> = community.members.iter().map(|one| one.node).collect();
            let mut all: Vec<u32> = community.loose.iter().map(|one| one.node).collect();
            all.extend(&members);
            prop_assert!(is_connected(&network, &members) && is_connected(&network, &all));
            prop_assert!(community.stability > 0.0 && community.stability <= 1.0);
            for member in community.members.iter().chain(&community.loose) {
                let own = naming[member.node as usize];
                let others: Vec<usize> = (0..14)
                    .filter(|other| naming[*other] == own && *other != member.node as usize)
                    .collect();
                let n_together: usize = runs
                    .iter()
                    .map(|run| others.iter().filter(|other| run[**other] == run[member.node as usize]).count())
                    .sum();
                let slow = n_together as f64 / (7 * others.len()) as f64;
                prop_assert!((slow - member.strength).abs() < 1e-12);
                prop_assert!(slow >= 0.5);
            }
        }
    }
}
