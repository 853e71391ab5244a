//! An undirected weighted network, as compressed sparse rows.
//!
//! Every edge stands in the row of both its ends; rows are sorted, so that a walk over the network is a walk
//! over memory, and the same edges in any order give the same bytes. There are no edges from a node to itself.

/// A network of nodes 0 to n - 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Network {
    /// Start of each node's row; one more than there are nodes.
    offsets: Vec<u32>,
    targets: Vec<u32>,
    weights: Vec<f64>,
}

/// Two nodes and the weight of what lies between them.
pub type Edge = (u32, u32, f64);

impl Network {
    /// A network of `n_nodes` nodes. Edges may come in any order and either direction; the weights of those
    /// between the same nodes are added up in the order of the list, and edges from a node to itself are left out.
    ///
    /// # Panics
    /// When an edge names a node beyond `n_nodes`, when its weight is negative or no number, or when there are
    /// 2^31 edges or more.
    pub fn new(n_nodes: usize, edges: &[Edge]) -> Self {
        let mut both: Vec<Edge> = Vec::with_capacity(2 * edges.len());
        for &(one, other, weight) in edges {
            assert!(weight >= 0.0, "a weight is no negative number");
            assert!((one.max(other) as usize) < n_nodes, "an edge leads too far");
            if one != other {
                both.extend([(one, other, weight), (other, one, weight)]);
            }
        }
        let both = by_first(n_nodes, &by_second(n_nodes, &both));
        let mut network = Self {
            offsets: vec![0; n_nodes + 1],
            targets: Vec::with_capacity(both.len()),
            weights: Vec::with_capacity(both.len()),
        };
        let mut last = None;
        for (from, to, weight) in both {
            if last == Some((from, to)) {
                *network.weights.last_mut().expect("an edge came before") += weight;
            } else {
                network.targets.push(to);
                network.weights.push(weight);
                last = Some((from, to));
            }
            let end = u32::try_from(network.targets.len()).expect("fewer than 2^31 edges");
            network.offsets[from as usize + 1] = end;
        }
        for node in 0..n_nodes {
            network.offsets[node + 1] = network.offsets[node + 1].max(network.offsets[node]);
        }
        network
    }

    /// Number of nodes.
    pub fn n_nodes(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of edges, each counted once.
    pub fn n_edges(&self) -> usize {
        self.targets.len() / 2
    }

    fn row(&self, node: u32) -> std::ops::Range<usize> {
        self.offsets[node as usize] as usize..self.offsets[node as usize + 1] as usize
    }

    /// The nodes next to a node, sorted.
    pub fn neighbours(&self, node: u32) -> &[u32] {
        &self.targets[self.row(node)]
    }

    /// The weights of the edges to [`Self::neighbours`].
    pub fn weights(&self, node: u32) -> &[f64] {
        &self.weights[self.row(node)]
    }

    /// Neighbours with the weights of the edges to them.
    pub fn edges_of(&self, node: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let weights = self.weights(node).iter().copied();
        self.neighbours(node).iter().copied().zip(weights)
    }

    /// Every edge once, from the lower node to the higher, sorted.
    pub fn edges(&self) -> impl Iterator<Item = Edge> + '_ {
        (0..self.n_nodes() as u32).flat_map(move |one| {
            self.edges_of(one)
                .filter(move |(other, _)| one < *other)
                .map(move |(other, weight)| (one, other, weight))
        })
    }

    /// Number of neighbours.
    pub fn degree(&self, node: u32) -> usize {
        self.row(node).len()
    }

    /// Sum of the weights of a node's edges.
    pub fn strength(&self, node: u32) -> f64 {
        self.weights(node).iter().sum()
    }

    /// Sum of the weights of all edges, each counted once.
    pub fn total_weight(&self) -> f64 {
        self.weights.iter().sum::<f64>() / 2.0
    }

    /// Whether there is an edge between two nodes.
    pub fn has_edge(&self, one: u32, other: u32) -> bool {
        self.neighbours(one).binary_search(&other).is_ok()
    }
}

fn by_first(n_nodes: usize, edges: &[Edge]) -> Vec<Edge> {
    sorted_by(n_nodes, edges, |edge| edge.0)
}

fn by_second(n_nodes: usize, edges: &[Edge]) -> Vec<Edge> {
    sorted_by(n_nodes, edges, |edge| edge.1)
}

/// Counting sort: a pass over the edges and one over the nodes, and equal ones stay in order.
fn sorted_by(n_nodes: usize, edges: &[Edge], of: impl Fn(&Edge) -> u32) -> Vec<Edge> {
    let mut place = vec![0_usize; n_nodes + 1];
    for edge in edges {
        place[of(edge) as usize + 1] += 1;
    }
    for node in 0..n_nodes {
        place[node + 1] += place[node];
    }
    let mut sorted = vec![(0, 0, 0.0); edges.len()];
    for edge in edges {
        let at = &mut place[of(edge) as usize];
        sorted[*at] = *edge;
        *at += 1;
    }
    sorted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_stand_in_both_rows_once() {
        let network = Network::new(5, &[(3, 1, 2.0), (1, 3, 0.5), (0, 1, 1.0), (2, 2, 9.0)]);
        assert_eq!(network.n_edges(), 2);
        assert_eq!(network.neighbours(1), [0, 3]);
        assert_eq!(network.weights(1), [1.0, 2.5]);
        assert_eq!(network.neighbours(2), [0_u32; 0]);
        assert_eq!(network.degree(4), 0);
        assert!(network.has_edge(3, 1) && !network.has_edge(0, 3));
        assert_eq!(
            network.edges().collect::<Vec<_>>(),
            [(0, 1, 1.0), (1, 3, 2.5)]
        );
        assert!((network.total_weight() - 3.5).abs() < 1e-12);
        assert!((network.strength(1) - 3.5).abs() < 1e-12);
    }

    #[test]
    fn no_nodes_are_a_network_too() {
        let network = Network::new(0, &[]);
        assert_eq!((network.n_nodes(), network.n_edges()), (0, 0));
        assert_eq!(Network::default().n_nodes(), 0);
    }

    #[test]
    fn the_order_of_the_edges_does_not_matter() {
        let edges = [(0, 1, 1.0), (4, 2, 2.0), (2, 3, 4.0), (1, 4, 0.5)];
        let mut turned: Vec<Edge> = edges.iter().map(|(a, b, w)| (*b, *a, *w)).collect();
        turned.reverse();
        assert_eq!(Network::new(5, &edges), Network::new(5, &turned));
    }
}
