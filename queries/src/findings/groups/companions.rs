//! Edges whose ends have nobody in common say nothing about a group.
//!
//! Chance gives everybody an edge or so, and a network of these hangs together in long threads, which a
//! clustering attaches to whatever group they touch. Three people who are close to each other are rare by
//! chance and what a group is made of.

use crate::graph::network::{Edge, Network};

/// The edges that are part of a triangle; sorted in, sorted out.
pub(super) fn in_triangles(n_nodes: usize, edges: &[Edge]) -> Vec<Edge> {
    let network = Network::new(n_nodes, edges);
    let is_kept =
        |edge: &&Edge| have_common(network.neighbours(edge.0), network.neighbours(edge.1));
    edges.iter().filter(is_kept).copied().collect()
}

/// Whether two sorted lists have something in common.
fn have_common(mut one: &[u32], mut other: &[u32]) -> bool {
    while let (Some(a), Some(b)) = (one.first(), other.first()) {
        match a.cmp(b) {
            std::cmp::Ordering::Less => one = &one[1..],
            std::cmp::Ordering::Greater => other = &other[1..],
            std::cmp::Ordering::Equal => return true,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_go_and_triangles_stay() {
        let edges = [
            (0, 1, 1.0),
            (0, 2, 1.0),
            (1, 2, 2.0),
            (2, 3, 1.0),
            (3, 4, 1.0),
        ];
        assert_eq!(in_triangles(5, &edges), edges[..3]);
        assert_eq!(in_triangles(0, &[]), []);
    }
}
