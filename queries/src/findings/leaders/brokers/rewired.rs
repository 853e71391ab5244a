//! Networks rewired at random, with everybody's number of ties kept, and that between each two units.
//!
//! Rewired without regard to units a network loses its departments, and beside such a one everybody seems shut in,
//! brokers too. Here only who carries a tie is by lot: two people of the same unit exchange an end of
//! a tie each, so that what leads from unit to unit stays and what leads from person to person does not.

use crate::graph::network::{Edge, Network};
use crate::stats::random::Random;

/// Exchanges tried for each edge: after about ten nothing of the old network is left (Milo and others 2003).
const N_TRIES: usize = 10;

/// A copy in which people of the same unit have exchanged ends of edges again and again; all weights are 1.
/// People of no known unit count as one.
pub(super) fn rewired(network: &Network, unit: &[u32], seed: u64) -> Network {
    // Ends stand in pairs: an edge leads from each even place to the next.
    let mut ends: Vec<u32> = network.edges().flat_map(|edge| [edge.0, edge.1]).collect();
    let unit_of = |place: u32| unit[ends[place as usize] as usize];
    let mut by_unit: Vec<u32> = (0..ends.len() as u32).collect();
    by_unit.sort_by_key(|place| unit_of(*place));
    let mut range_of = vec![(0, 0); ends.len()];
    let mut start = 0;
    for of_unit in by_unit.chunk_by(|a, b| unit_of(*a) == unit_of(*b)) {
        for place in of_unit {
            range_of[*place as usize] = (start, of_unit.len());
        }
        start += of_unit.len();
    }
    let mut rows: Vec<Vec<u32>> = (0..network.n_nodes() as u32)
        .map(|node| network.neighbours(node).to_vec())
        .collect();
    let mut random = Random::new(seed);
    for _ in 0..N_TRIES * network.n_edges() {
        let first = random.below(ends.len());
        let (start, n_of_unit) = range_of[first];
        let second = by_unit[start + random.below(n_of_unit)] as usize;
        let (a, b, c, d) = (ends[first], ends[first ^ 1], ends[second], ends[second ^ 1]);
        // a - b and c - d become c - b and a - d, unless that joins a node to itself or two nodes twice.
        if a == c || b == d || a == d || b == c || is_joined(&rows, a, d) || is_joined(&rows, b, c)
        {
            continue;
        }
        for (node, old, new) in [(a, b, d), (b, a, c), (c, d, b), (d, c, a)] {
            let row = &mut rows[node as usize];
            let place = row.iter().position(|other| *other == old);
            row[place.expect("every edge stands in both rows")] = new;
        }
        ends.swap(first, second);
    }
    let edges: Vec<Edge> = ends.chunks(2).map(|edge| (edge[0], edge[1], 1.0)).collect();
    Network::new(network.n_nodes(), &edges)
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
    fn people_and_units_keep_their_number_of_ties_and_not_the_ties() {
        let mut random = Random::new(8);
        let edges: Vec<Edge> = (0..300)
            .map(|_| (random.below(60) as u32, random.below(60) as u32, 1.0))
            .collect();
        let network = Network::new(60, &edges);
        let unit: Vec<u32> = (0..60).map(|node| node % 3).collect();
        let copy = rewired(&network, &unit, 5);
        assert_eq!(copy.n_edges(), network.n_edges());
        assert!((0..60).all(|node| copy.degree(node) == network.degree(node)));
        let between = |network: &Network| {
            let units = |(a, b, _): Edge| {
                let (a, b) = (unit[a as usize], unit[b as usize]);
                (a.min(b), a.max(b))
            };
            let mut between: Vec<(u32, u32)> = network.edges().map(units).collect();
            between.sort_unstable();
            between
        };
        assert_eq!(between(&copy), between(&network));
        let mut kept = copy.edges();
        let n_kept = kept
            .by_ref()
            .filter(|(a, b, _)| network.has_edge(*a, *b))
            .count();
        assert!(n_kept * 3 < network.n_edges(), "{n_kept}");
        assert_eq!(copy, rewired(&network, &unit, 5));
        let empty = Network::new(3, &[]);
        assert_eq!(rewired(&empty, &[0; 3], 1), empty);
    }

    #[test]
    fn every_network_of_these_degrees_comes_up_as_often() {
        // Four nodes of one tie each: three ways to pair them, two where each tie crosses units.
        let network = Network::new(4, &[(0, 1, 1.0), (2, 3, 1.0)]);
        let counts = |unit: &[u32; 4]| {
            let mut counts = [0; 4];
            for seed in 0..3_000 {
                let copy = rewired(&network, unit, seed * 7_919);
                counts[copy.neighbours(0)[0] as usize] += 1;
            }
            counts
        };
        let of_one = counts(&[7; 4]);
        assert!(
            of_one[1..].iter().all(|n| (880..1_120).contains(n)),
            "{of_one:?}"
        );
        let of_two = counts(&[0, 1, 0, 1]);
        assert!(
            of_two[2] == 0 && (1_350..1_650).contains(&of_two[1]),
            "{of_two:?}"
        );
    }
}
