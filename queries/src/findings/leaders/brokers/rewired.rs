//! Networks rewired at random with everybody's number of ties kept, many of them on all cores.

use std::num::NonZero;
use std::thread;

use crate::graph::network::{Edge, Network};
use crate::stats::random::Random;

/// Exchanges tried for each edge: after about ten nothing of the old network is left (Milo and others 2003).
const N_TRIES: usize = 10;

/// What each of `n` worlds gives, in their order, whichever thread makes it.
pub(super) fn worlds<T: Send>(n: usize, make: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let n_threads = thread::available_parallelism().map_or(1, NonZero::get);
    let worlds: Vec<usize> = (0..n).collect();
    let share = n.div_ceil(n_threads).max(1);
    thread::scope(|scope| {
        let made: Vec<_> = worlds
            .chunks(share)
            .map(|worlds| {
                let make = &make;
                scope.spawn(move || worlds.iter().map(|world| make(*world)).collect::<Vec<T>>())
            })
            .collect();
        let joined = made.into_iter().map(|thread| thread.join());
        joined.flat_map(|made| made.expect("a world")).collect()
    })
}

/// A copy in which two edges have exchanged their ends again and again; all weights are 1.
pub(super) fn rewired(network: &Network, seed: u64) -> Network {
    let mut edges: Vec<Edge> = network.edges().collect();
    let mut rows: Vec<Vec<u32>> = (0..network.n_nodes() as u32)
        .map(|node| network.neighbours(node).to_vec())
        .collect();
    let mut random = Random::new(seed);
    let n_tries = if edges.len() < 2 {
        0
    } else {
        N_TRIES * edges.len()
    };
    for _ in 0..n_tries {
        let (first, second) = (random.below(edges.len()), random.below(edges.len()));
        let (a, b, _) = edges[first];
        let (mut c, mut d, _) = edges[second];
        if random.below(2) == 1 {
            (c, d) = (d, c);
        }
        // a - b and c - d become a - d and c - b, unless that joins a node to itself or two nodes twice.
        if a == d || b == c || a == c || b == d || is_joined(&rows, a, d) || is_joined(&rows, b, c)
        {
            continue;
        }
        for (node, old, new) in [(a, b, d), (b, a, c), (c, d, b), (d, c, a)] {
            let row = &mut rows[node as usize];
            let place = row.iter().position(|other| *other == old);
            row[place.expect("every edge stands in both rows")] = new;
        }
        edges[first] = (a, d, 1.0);
        edges[second] = (c, b, 1.0);
    }
    let alike: Vec<Edge> = edges.iter().map(|edge| (edge.0, edge.1, 1.0)).collect();
    Network::new(network.n_nodes(), &alike)
}

fn is_joined(rows: &[Vec<u32>], one: u32, other: u32) -> bool {
    let (short, long) = if rows[one as usize].len() <= rows[other as usize].len() {
        (one, other)
    } else {
        (other, one)
    };
    rows[short as usize].contains(&long)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_keeps_the_number_of_ties_and_not_the_ties() {
        let mut random = Random::new(8);
        let edges: Vec<Edge> = (0..300)
            .map(|_| (random.below(60) as u32, random.below(60) as u32, 1.0))
            .collect();
        let network = Network::new(60, &edges);
        let copy = rewired(&network, 5);
        assert_eq!(copy.n_edges(), network.n_edges());
        assert!((0..60).all(|node| copy.degree(node) == network.degree(node)));
        let kept = copy
            .edges()
            .filter(|(a, b, _)| network.has_edge(*a, *b))
            .count();
        assert!(kept * 3 < network.n_edges(), "{kept}");
        assert_eq!(copy, rewired(&network, 5));
    }

    #[test]
    fn every_network_of_these_degrees_comes_up_as_often() {
        // Four nodes of one tie each: three ways to pair them.
        let network = Network::new(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
        let mut counts = [0; 4];
        for seed in 0..3_000 {
            counts[rewired(&network, seed * 7_919).neighbours(0)[0] as usize] += 1;
        }
        assert!(
            counts[1..].iter().all(|n| (880..1_120).contains(n)),
            "{counts:?}"
        );
    }

    #[test]
    fn worlds_come_in_order() {
        assert_eq!(worlds(7, |world| world * 2), [0, 2, 4, 6, 8, 10, 12]);
        assert!(worlds(0, |world| world).is_empty());
    }
}
