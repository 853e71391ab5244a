//! Networks in which everyone has as many ties as before, but with others: what chance alone would look like.
//!
//! Two edges are drawn and exchange their ends, if that gives no edge twice and none from a node to itself
//! (Maslov and Sneppen 2002). Weights travel with their edges, so degrees stay exactly, strengths about.

use super::leiden::{Quality, communities, modularity};
use super::network::{Edge, Network};
use crate::stats::random::Random;

/// Exchanges tried for each edge. Each try draws two edges, so an edge is drawn 20 times on average and is never
/// drawn with probability e^-20; Milo and others (2003) see no difference any more well below that.
const N_TRIES_PER_EDGE: usize = 10;

/// A network with the degrees of the given one and its edges at random.
pub fn rewired(network: &Network, seed: u64) -> Network {
    let mut random = Random::new(seed);
    let mut edges: Vec<Edge> = network.edges().collect();
    // Rows only change their entries, never their length; short ones are looked through faster than a table is asked.
    let mut rows = Rows::of(network);
    if edges.len() < 2 {
        return network.clone();
    }
    for _ in 0..edges.len() * N_TRIES_PER_EDGE {
        let (first, second) = (random.below(edges.len()), random.below(edges.len()));
        let (a, b, weight) = edges[first];
        let (mut c, mut d, other_weight) = edges[second];
        if random.next_u64() & 1 == 1 {
            (c, d) = (d, c);
        }
        if first == second || a == d || c == b || rows.has(a, d) || rows.has(c, b) {
            continue;
        }
        rows.replace(a, b, d);
        rows.replace(d, c, a);
        rows.replace(c, d, b);
        rows.replace(b, a, c);
        edges[first] = (a, d, weight);
        edges[second] = (c, b, other_weight);
    }
    Network::new(network.n_nodes(), &edges)
}

/// The neighbours of each node, in any order.
struct Rows {
    starts: Vec<usize>,
    targets: Vec<u32>,
}

impl Rows {
    fn of(network: &Network) -> Self {
        let mut starts = vec![0];
        let mut targets = Vec::with_capacity(2 * network.n_edges());
        for node in 0..network.n_nodes() as u32 {
            targets.extend_from_slice(network.neighbours(node));
            starts.push(targets.len());
        }
        Self { starts, targets }
    }

    fn row(&self, node: u32) -> &[u32] {
        &self.targets[self.starts[node as usize]..self.starts[node as usize + 1]]
    }

    fn has(&self, one: u32, other: u32) -> bool {
        let (row, wanted) = if self.row(one).len() <= self.row(other).len() {
            (self.row(one), other)
        } else {
            (self.row(other), one)
        };
        row.contains(&wanted)
    }

    fn replace(&mut self, node: u32, old: u32, new: u32) {
        let row = &mut self.targets[self.starts[node as usize]..self.starts[node as usize + 1]];
        let at = row
            .iter()
            .position(|to| *to == old)
            .expect("the edge stands in both rows");
        row[at] = new;
    }
}

/// The modularity of a network's communities beside that of rewired networks: it is no evidence by itself, since
/// random networks have communities too (Guimera, Sales-Pardo and Amaral 2004).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BesideRewired {
    /// Of the network itself.
    pub observed: f64,
    /// Mean over the rewired networks.
    pub rewired_mean: f64,
    /// The largest of them.
    pub rewired_max: f64,
    /// Rank among the rewired, (1 + those at least as large) / (1 + all).
    pub p_value: f64,
}

/// Judges the modularity (resolution 1) of a network's communities by `n_rewired` rewired networks.
///
/// # Panics
/// When `n_rewired` is 0.
pub fn modularity_beside_rewired(network: &Network, n_rewired: usize, seed: u64) -> BesideRewired {
    assert!(n_rewired > 0, "a network is wanted to compare with");
    let best = |network: &Network| {
        let found = communities(network, Quality::Modularity { resolution: 1.0 }, seed);
        modularity(network, &found, 1.0)
    };
    let observed = best(network);
    let worlds: Vec<f64> = (0..n_rewired as u64)
        .map(|world| best(&rewired(network, seed.wrapping_add(world))))
        .collect();
    let n_as_large = worlds.iter().filter(|world| **world >= observed).count();
    BesideRewired {
        observed,
        rewired_mean: worlds.iter().sum::<f64>() / n_rewired as f64,
        rewired_max: worlds.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        p_value: (1 + n_as_large) as f64 / (1 + n_rewired) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn degrees(network: &Network) -> Vec<usize> {
        (0..network.n_nodes() as u32)
            .map(|node| network.degree(node))
            .collect()
    }

    fn ring(n: u32) -> Network {
        let edges: Vec<Edge> = (0..n).map(|node| (node, (node + 1) % n, 1.0)).collect();
        Network::new(n as usize, &edges)
    }

    #[test]
    fn a_ring_loses_its_neighbours_and_keeps_its_degrees() {
        let network = ring(200);
        let other = rewired(&network, 1);
        assert_eq!(degrees(&network), degrees(&other));
        let n_kept = other
            .edges()
            .filter(|edge| network.has_edge(edge.0, edge.1))
            .count();
        // By chance 200 of 19,900 pairs, so 2 of the 200.
        assert!(n_kept <= 8, "{n_kept}");
        assert_eq!(other, rewired(&network, 1));
        assert_ne!(other, rewired(&network, 2));
    }

    #[test]
    fn each_way_to_pair_up_is_as_likely() {
        // Four nodes with one tie each can be paired in three ways.
        let network = Network::new(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
        let mut n_with = [0; 4];
        for seed in 0..3_000 {
            n_with[rewired(&network, seed).neighbours(0)[0] as usize] += 1;
        }
        assert!(
            n_with[1..].iter().all(|n| (900..1_100).contains(n)),
            "{n_with:?}"
        );
    }

    #[test]
    fn cliques_stand_out_and_chance_does_not() {
        let groups: Vec<Edge> = (0..60_u32)
            .flat_map(|one| (one + 1..60).map(move |other| (one, other, 1.0)))
            .filter(|(one, other, _)| one / 10 == other / 10 || other - one == 10)
            .collect();
        let network = Network::new(60, &groups);
        let judged = modularity_beside_rewired(&network, 19, 5);
        assert!(
            judged.observed > judged.rewired_max + 0.2 && judged.p_value <= 0.05,
            "{judged:?}"
        );
        let chance = modularity_beside_rewired(&rewired(&network, 99), 19, 5);
        assert!(
            (chance.observed - chance.rewired_mean).abs() < 0.05,
            "{chance:?}"
        );
    }

    proptest! {
        #[test]
        fn degrees_and_weights_stay(
            edges in proptest::collection::vec((0_u32..12, 0_u32..12, 1_u32..9), 0..40), seed in 0_u64..100,
        ) {
            let edges: Vec<Edge> = edges.into_iter().map(|(a, b, w)| (a, b, f64::from(w))).collect();
            let network = Network::new(12, &edges);
            let other = rewired(&network, seed);
            prop_assert_eq!(degrees(&network), degrees(&other));
            let weights = |network: &Network| {
                let mut weights: Vec<f64> = network.edges().map(|edge| edge.2).collect();
                weights.sort_by(f64::total_cmp);
                weights
            };
            prop_assert_eq!(weights(&network), weights(&other));
        }
    }
}
