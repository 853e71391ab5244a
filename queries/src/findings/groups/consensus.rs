//! Communities that do not hang on a resolution or on a seed.
//!
//! METHODS (b): never one run. The resolution is the middle of the longest plateau of a grid, where communities
//! stay as they are though the resolution changes; the members are those whom most of twenty seeds put together.

use super::cluster::{self, Quality};
use crate::graph::network::Network;
use crate::parallel::in_order;

/// Steps of the grid of resolutions.
const N_RESOLUTIONS: usize = 10;

/// The grid of the constant Potts model, as shares of a usual edge: a community must have at least this much of an
/// edge between each two members. Below a fiftieth whole departments would do, above a half only people who share
/// everything.
const OF_AN_EDGE: (f64, f64) = (0.02, 0.5);

/// The grid of modularity (METHODS (b)).
const OF_CHANCE: (f64, f64) = (0.3, 3.0);

/// A network in which everybody is tied to one in ten is dense.
const DENSE: f64 = 0.1;

/// Two neighbours on the grid are the same plateau when they agree on this share of the weight of the edges.
const SAME_PLATEAU: f64 = 0.95;

/// Seeds of the consensus.
const N_SEEDS: u64 = 20;

/// A community of several runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Community {
    /// Its nodes, sorted, with the share of runs in which each was in it; at least half.
    pub members: Vec<(u32, f64)>,
    /// Mean Jaccard similarity to the nearest community of each run, 0 to 1.
    pub stability: f64,
}

/// The middle of the longest plateau of resolutions; of several the one of the larger communities.
pub(super) fn quality(network: &Network, seed: u64, n_threads: usize) -> Quality {
    let at = grid(network);
    let runs = in_order(
        N_RESOLUTIONS,
        n_threads,
        || (),
        |(), index| cluster::once(network, at(index), seed),
    );
    let (mut best, mut start) = (0..1, 0);
    for index in 1..=N_RESOLUTIONS {
        let is_same = index < N_RESOLUTIONS
            && agreement(network, &runs[index - 1], &runs[index]) >= SAME_PLATEAU;
        if !is_same {
            if index - start > best.len() {
                best = start..index;
            }
            start = index;
        }
    }
    at((best.start + best.end - 1) / 2)
}

/// The steps of the grid, from the least resolution.
fn grid(network: &Network) -> impl Fn(usize) -> Quality + Sync {
    let weight = network.total_weight();
    let usual = if weight > 0.0 {
        weight / network.n_edges() as f64
    } else {
        1.0
    };
    let n_tied = (0..network.n_nodes() as u32)
        .filter(|node| network.degree(*node) > 0)
        .count() as f64;
    let n_pairs = (n_tied * (n_tied - 1.0) / 2.0).max(1.0);
    let is_dense = network.n_edges() as f64 >= DENSE * n_pairs;
    move |index| {
        let (low, high) = if is_dense { OF_CHANCE } else { OF_AN_EDGE };
        let step = (high / low).powf(1.0 / (N_RESOLUTIONS - 1) as f64);
        let resolution = low * step.powf(index as f64);
        if is_dense {
            Quality::Modularity { resolution }
        } else {
            Quality::ConstantPotts {
                resolution: resolution * usual,
            }
        }
    }
}

/// Share of the weight of edges that both runs put inside communities, or both between them.
fn agreement(network: &Network, one: &[u32], other: &[u32]) -> f64 {
    let is_inside = |run: &[u32], a: u32, b: u32| run[a as usize] == run[b as usize];
    let (mut same, mut all) = (0.0, 0.0);
    for (a, b, weight) in network.edges() {
        all += weight;
        if is_inside(one, a, b) == is_inside(other, a, b) {
            same += weight;
        }
    }
    if all > 0.0 { same / all } else { 1.0 }
}

/// The communities of the run that agrees best with the others, each as the runs see it together.
pub(super) fn communities(
    network: &Network,
    quality: Quality,
    seed: u64,
    least: usize,
    n_threads: usize,
) -> Vec<Community> {
    let runs = in_order(
        N_SEEDS as usize,
        n_threads,
        || (),
        |(), index| cluster::once(network, quality, seed.wrapping_add(index as u64)),
    );
    let medoid = in_order(
        runs.len(),
        n_threads,
        || (),
        |(), index| {
            let agreements = runs.iter().map(|run| agreement(network, &runs[index], run));
            agreements.sum::<f64>()
        },
    );
    let order = |a: &usize, b: &usize| medoid[*a].total_cmp(&medoid[*b]).then(b.cmp(a));
    let best = (0..runs.len()).max_by(order).unwrap_or(0);
    let members: Vec<Vec<Vec<u32>>> = runs.iter().map(|run| cluster::members(run, 1)).collect();
    let own = members[best].iter().filter(|own| own.len() >= least);
    let together = own.map(|own| together(own, &runs, &members));
    together
        .filter(|community| community.members.len() >= least)
        .collect()
}

fn together(own: &[u32], runs: &[Vec<u32>], members: &[Vec<Vec<u32>>]) -> Community {
    let mut all: Vec<u32> = Vec::new();
    let mut similar = 0.0;
    for (run, members) in runs.iter().zip(members) {
        let mut seen: Vec<u32> = own.iter().map(|node| run[*node as usize]).collect();
        seen.sort_unstable();
        let nearest = seen.chunk_by(|a, b| a == b).map(|same| {
            let n_both = same.len() as f64;
            let n_either = own.len() as f64 + members[same[0] as usize].len() as f64 - n_both;
            (n_both / n_either, same[0])
        });
        // The first of several as near.
        let nearest = nearest.fold(
            (0.0, 0),
            |best, next| if next.0 > best.0 { next } else { best },
        );
        similar += nearest.0;
        all.extend(&members[nearest.1 as usize]);
    }
    all.sort_unstable();
    let share = |same: &[u32]| (same[0], same.len() as f64 / runs.len() as f64);
    let shares = all.chunk_by(|a, b| a == b).map(share);
    Community {
        members: shares.filter(|(_, share)| *share >= 0.5).collect(),
        stability: similar / runs.len() as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::network::Edge;
    use crate::stats::random::Random;

    /// Three groups of 12 and threads between them.
    fn three() -> Network {
        let mut random = Random::new(1);
        let mut edges: Vec<Edge> = Vec::new();
        for one in 0..36_u32 {
            for other in one + 1..36 {
                let chance = if one / 12 == other / 12 { 0.6 } else { 0.03 };
                if random.uniform() < chance {
                    edges.push((one, other, 3.0 + random.uniform()));
                }
            }
        }
        Network::new(40, &edges)
    }

    #[test]
    fn three_groups_are_seen_by_all_runs() {
        let network = three();
        let chosen = quality(&network, 1, 2);
        assert_eq!(chosen, quality(&network, 1, 1));
        let found = communities(&network, chosen, 1, 5, 2);
        assert_eq!(found, communities(&network, chosen, 1, 5, 1));
        assert_eq!(found.len(), 3);
        for (group, from) in found.iter().zip([0, 12, 24]) {
            let nodes: Vec<u32> = group.members.iter().map(|(node, _)| *node).collect();
            assert_eq!(nodes, (from..from + 12).collect::<Vec<_>>());
            assert!(group.stability > 0.9);
        }
    }

    #[test]
    fn nothing_is_a_network_too() {
        let nothing = Network::new(3, &[]);
        let chosen = quality(&nothing, 1, 1);
        assert_eq!(communities(&nothing, chosen, 1, 5, 1), []);
    }
}
