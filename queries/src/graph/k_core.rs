//! Cores: how deep in the thick of a network somebody sits.
//!
//! Seidman 1983: the k-core is what is left when nodes with fewer than k neighbours are taken away until
//! there are none; a node's core is the largest k at which it is left. Whoever has many ties to people with
//! few has a low one. Peeled from the thinnest node up with counting-sorted nodes, in time of the edges
//! (Batagelj and Zaveršnik 2003); taking nodes away for each k in turn costs that for every k.

use super::network::Network;

/// The core of each node; 0 without neighbours. Weights do not count.
pub fn k_core(network: &Network) -> Vec<u32> {
    let mut core: Vec<u32> = (0..network.n_nodes() as u32)
        .map(|node| network.degree(node) as u32)
        .collect();
    let mut queue = Queue::of(&core);
    for next in 0..core.len() {
        let node = queue.nodes[next];
        for other in network.neighbours(node) {
            let (here, there) = (core[node as usize], core[*other as usize]);
            if there > here {
                queue.move_down(*other, there);
                core[*other as usize] -= 1;
            }
        }
    }
    core
}

/// The nodes sorted by what is left of their degree.
struct Queue {
    nodes: Vec<u32>,
    place: Vec<usize>,
    /// Where each degree begins.
    starts: Vec<usize>,
}

impl Queue {
    fn of(degrees: &[u32]) -> Self {
        let most = degrees.iter().max().map_or(0, |most| *most as usize);
        let mut starts = vec![0; most + 2];
        for degree in degrees {
            starts[*degree as usize + 1] += 1;
        }
        for degree in 0..=most {
            starts[degree + 1] += starts[degree];
        }
        let mut free = starts.clone();
        let mut nodes = vec![0; degrees.len()];
        let mut place = vec![0; degrees.len()];
        for (node, degree) in degrees.iter().enumerate() {
            let at = &mut free[*degree as usize];
            nodes[*at] = node as u32;
            place[node] = *at;
            *at += 1;
        }
        Self {
            nodes,
            place,
            starts,
        }
    }

    /// Moves a node of this degree to the front of its degree, and makes it the last of the one below.
    fn move_down(&mut self, node: u32, degree: u32) {
        let (from, to) = (self.place[node as usize], self.starts[degree as usize]);
        let other = self.nodes[to];
        self.nodes.swap(from, to);
        self.place[node as usize] = to;
        self.place[other as usize] = from;
        self.starts[degree as usize] += 1;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// For each k, take nodes away until all left have k neighbours.
    fn obvious(network: &Network) -> Vec<u32> {
        let n = network.n_nodes() as u32;
        let mut core = vec![0; n as usize];
        for k in 1..=n {
            let mut is_left = vec![true; n as usize];
            loop {
                let thin = (0..n).find(|node| {
                    let left = network.neighbours(*node).iter();
                    is_left[*node as usize]
                        && (left.filter(|other| is_left[**other as usize]).count() as u32) < k
                });
                match thin {
                    Some(node) => is_left[node as usize] = false,
                    None => break,
                }
            }
            for (core, is_left) in core.iter_mut().zip(is_left) {
                *core = if is_left { k } else { *core };
            }
        }
        core
    }

    #[test]
    fn a_triangle_with_a_tail_by_hand() {
        let edges = [(0, 1, 1.0), (1, 2, 1.0), (0, 2, 1.0), (2, 3, 1.0)];
        assert_eq!(k_core(&Network::new(5, &edges)), [2, 2, 2, 1, 0]);
        assert!(k_core(&Network::default()).is_empty());
    }

    proptest! {
        #[test]
        fn agrees_with_taking_away(
            pairs in proptest::collection::vec((0_u32..12, 0_u32..12), 0..50),
        ) {
            let edges: Vec<_> = pairs.into_iter().map(|(a, b)| (a, b, 1.0)).collect();
            let network = Network::new(12, &edges);
            prop_assert_eq!(k_core(&network), obvious(&network));
        }
    }
}
