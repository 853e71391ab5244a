//! Communities against the obvious: by hand, by every partition, by a walk through each community.

use super::*;
use crate::graph::network::Edge;
use proptest::prelude::*;

const PLAIN: Quality = Quality::Modularity { resolution: 1.0 };

/// Two triangles and the one edge between them.
fn bow_tie() -> Network {
    let ends = [(0, 1), (0, 2), (1, 2), (2, 3), (3, 4), (3, 5), (4, 5)];
    Network::new(6, &ends.map(|(one, other)| (one, other, 1.0)))
}

/// `n_groups` groups of `size`, tied inside with the first chance and between with the second.
fn planted(n_groups: u32, size: u32, inside: f64, between: f64, seed: u64) -> Network {
    let mut random = Random::new(seed);
    let n = n_groups * size;
    let mut edges: Vec<Edge> = Vec::new();
    for one in 0..n {
        for other in one + 1..n {
            let chance = if one / size == other / size {
                inside
            } else {
                between
            };
            if random.uniform() < chance {
                edges.push((one, other, 1.0 + random.below(3) as f64));
            }
        }
    }
    Network::new(n as usize, &edges)
}

/// Whether one can walk from each member of a community to each other inside it: by colours spreading until none does.
fn all_connected(network: &Network, community: &[u32]) -> bool {
    let mut colour: Vec<u32> = (0..network.n_nodes() as u32).collect();
    loop {
        let before = colour.clone();
        for (one, other, weight) in network.edges() {
            if weight > 0.0 && community[one as usize] == community[other as usize] {
                let least = colour[one as usize].min(colour[other as usize]);
                colour[one as usize] = least;
                colour[other as usize] = least;
            }
        }
        if colour == before {
            break;
        }
    }
    let mut pairs: Vec<(u32, u32)> = community.iter().copied().zip(colour).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs.windows(2).all(|pair| pair[0].0 != pair[1].0)
}

/// The quality by its definition, over all pairs of nodes.
fn obvious(network: &Network, community: &[u32], quality: Quality) -> f64 {
    let n = network.n_nodes() as u32;
    let both_ends = 2.0 * network.total_weight();
    let mut sum = 0.0;
    for (one, other) in (0..n).flat_map(|one| (0..n).map(move |other| (one, other))) {
        if community[one as usize] != community[other as usize] {
            continue;
        }
        let between = network.edges_of(one).filter(|tie| tie.0 == other);
        sum += between.map(|tie| tie.1).sum::<f64>();
        sum -= match quality {
            Quality::Modularity { resolution } => {
                resolution * network.strength(one) * network.strength(other) / both_ends
            }
            Quality::ConstantPotts { resolution } if one != other => resolution,
            Quality::ConstantPotts { .. } => 0.0,
        };
    }
    sum / both_ends
}

/// The best that any partition reaches: all of them are tried.
fn best_of_all(network: &Network, quality: Quality) -> f64 {
    fn extend(network: &Network, quality: Quality, community: &mut Vec<u32>, best: &mut f64) {
        if community.len() == network.n_nodes() {
            *best = best.max(obvious(network, community, quality));
            return;
        }
        let n_used = community.iter().max().map_or(0, |max| max + 1);
        for own in 0..=n_used {
            community.push(own);
            extend(network, quality, community, best);
            community.pop();
        }
    }
    let mut best = f64::NEG_INFINITY;
    extend(network, quality, &mut Vec::new(), &mut best);
    best
}

#[test]
fn two_triangles_are_two_communities() {
    let network = bow_tie();
    let found = communities(&network, PLAIN, 1);
    assert_eq!(found, [0, 0, 0, 1, 1, 1]);
    // 6 of 7 edges inside; each side holds half of all ends.
    assert!((modularity(&network, &found, 1.0) - (6.0 / 7.0 - 0.5)).abs() < 1e-12);
    // A pair held against 0.9: still triangles. Against 1.1 no edge is worth it; against 0.01 all are one.
    let potts = |resolution| communities(&network, Quality::ConstantPotts { resolution }, 1);
    assert_eq!(potts(0.9), [0, 0, 0, 1, 1, 1]);
    assert_eq!(potts(1.1), [0, 1, 2, 3, 4, 5]);
    assert_eq!(potts(0.01), [0; 6]);
}

#[test]
fn nothing_and_nobody_are_ordinary() {
    assert_eq!(communities(&Network::default(), PLAIN, 1), [0_u32; 0]);
    assert_eq!(communities(&Network::new(3, &[]), PLAIN, 1), [0, 1, 2]);
    let weightless = Network::new(3, &[(0, 1, 0.0)]);
    assert_eq!(communities(&weightless, PLAIN, 1), [0, 1, 2]);
    let lonely = Network::new(4, &[(3, 1, 5.0)]);
    assert_eq!(communities(&lonely, PLAIN, 1), [0, 1, 2, 1]);
    assert!(modularity(&weightless, &[0, 0, 0], 1.0).abs() < 1e-12);
}

#[test]
fn planted_groups_come_back_whatever_the_unit() {
    let network = planted(8, 40, 0.3, 0.01, 5);
    let truth: Vec<u32> = (0..320).map(|node| node / 40).collect();
    for seed in 0..5 {
        assert_eq!(communities(&network, PLAIN, seed), truth);
    }
    for unit in [1e-30, 1e-3, 1e30] {
        let edges: Vec<Edge> = network.edges().map(|(a, b, w)| (a, b, w * unit)).collect();
        let scaled = Network::new(320, &edges);
        assert_eq!(communities(&scaled, PLAIN, 1), truth);
        let potts = Quality::ConstantPotts {
            resolution: 0.1 * unit,
        };
        assert_eq!(communities(&scaled, potts, 1), truth);
    }
}

#[test]
fn the_same_seed_gives_the_same_communities() {
    let network = planted(6, 30, 0.2, 0.08, 9);
    let found = |seed| communities(&network, PLAIN, seed);
    assert_eq!(found(3), found(3));
    assert!((4..20).any(|seed| found(seed) != found(3)));
}

#[test]
fn rounds_without_end_come_to_rest_and_gain() {
    let network = planted(10, 30, 0.15, 0.03, 2);
    let after = |n_rounds| communities_after(&network, PLAIN, 4, n_rounds);
    let quality = |n_rounds| modularity(&network, &after(n_rounds), 1.0);
    assert!(quality(2) >= quality(1) - 1e-9);
    assert!(quality(100) >= quality(2) - 1e-9);
    assert_eq!(after(100), after(101));
}

fn networks() -> impl Strategy<Value = Network> {
    let edges = proptest::collection::vec((0_u32..30, 0_u32..30, 0_u32..5), 0..90);
    edges.prop_map(|edges| {
        let edges: Vec<Edge> = edges
            .into_iter()
            .map(|(one, other, weight)| (one, other, f64::from(weight) / 2.0))
            .collect();
        Network::new(30, &edges)
    })
}

proptest! {
    #[test]
    fn every_community_is_connected(
        network in networks(), seed in 0_u64..1000, tenths in 1_u32..40, n_rounds in 1_usize..4,
    ) {
        let resolution = f64::from(tenths) / 10.0;
        for quality in [Quality::Modularity { resolution }, Quality::ConstantPotts { resolution }] {
            let found = communities_after(&network, quality, seed, n_rounds);
            prop_assert!(all_connected(&network, &found), "{found:?}");
            let mut numbered = found.clone();
            number_by_first(&mut numbered);
            prop_assert_eq!(&found, &numbered);
            // Never worse than everybody alone.
            let alone: Vec<u32> = (0..30).collect();
            let gained = obvious(&network, &found, quality) - obvious(&network, &alone, quality);
            prop_assert!(gained >= -1e-6 || network.n_edges() == 0 || gained.is_nan(), "{gained}");
        }
    }

    #[test]
    fn modularity_is_what_its_definition_says(network in networks(), seed in 0_u64..1000) {
        let mut random = Random::new(seed);
        let community: Vec<u32> = (0..30).map(|_| random.below(5) as u32).collect();
        prop_assume!(network.total_weight() > 0.0);
        let slow = obvious(&network, &community, Quality::Modularity { resolution: 0.7 });
        prop_assert!((modularity(&network, &community, 0.7) - slow).abs() < 1e-9);
    }

    /// One run may end where no single node gains by moving (in one of 13,000 such networks 0.1 below the best); whoever
    /// uses communities takes twenty seeds. So the best of twenty is held against all partitions, and what one run gives
    /// on average. Of 40,000 networks the worst were 0.06 and 0.07 below.
    #[test]
    fn nearly_as_good_as_the_best_of_all_partitions(
        edges in proptest::collection::vec((0_u32..7, 0_u32..7, 1_u32..4), 1..16), seed in 0_u64..100,
    ) {
        let edges: Vec<Edge> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
        let network = Network::new(7, &edges);
        prop_assume!(network.total_weight() > 0.0);
        let best = best_of_all(&network, PLAIN);
        let found: Vec<f64> = (seed..seed + 20)
            .map(|seed| modularity(&network, &communities(&network, PLAIN, seed), 1.0))
            .collect();
        let most = found.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        prop_assert!(most <= best + 1e-9 && most >= best - 0.08, "{most} of {best}");
        let mean = found.iter().sum::<f64>() / 20.0;
        prop_assert!(mean >= best - 0.1, "{mean} of {best} on average");
    }
}

#[test]
fn a_community_in_two_pieces_is_taken_apart() {
    let network = Network::new(5, &[(0, 1, 1.0), (2, 3, 1.0), (3, 4, 1.0)]);
    let (level, _) = Level::of(&network, PLAIN).expect("edges");
    let mut community = vec![0, 0, 0, 0, 1];
    level.split_unconnected(&mut community);
    assert_eq!(community, [0, 0, 2, 2, 1]);
}
