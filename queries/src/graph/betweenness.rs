//! Betweenness: on how many shortest ways between others somebody sits.
//!
//! Freeman 1977, by the accumulation of Brandes 2001: a walk from a pivot counts the shortest ways to all
//! nodes, and a walk back hands each node its share of them. Edges count as one step whatever their
//! weight: a tie hands things on or it does not, and steps make many equal ways, so that the share of a
//! node does not hang on the last digit of a weight. With more nodes than pivots the walks start from
//! pivots by lot, and the sum is scaled up (Brandes and Pich 2007): the mean is right, the spread falls with
//! the root of the pivots.

use super::network::Network;
use crate::stats::random::Random;

/// Pairs of other nodes whose shortest ways lead over each node, in shares where there are several ways;
/// each pair counts once. Exact for up to `n_pivots` nodes, an estimate from so many seeded ones beyond.
pub fn betweenness(network: &Network, n_pivots: usize, seed: u64) -> Vec<f64> {
    let n = network.n_nodes();
    let mut walk = Walk::new(n);
    let mut pivots: Vec<u32> = (0..n as u32).collect();
    if n > n_pivots {
        Random::new(seed).shuffle(&mut pivots);
        pivots.truncate(n_pivots);
        pivots.sort_unstable();
    }
    let mut sums = vec![0.0; n];
    for pivot in &pivots {
        walk.from(network, *pivot);
        for node in &walk.order[1..] {
            sums[*node as usize] += walk.share[*node as usize];
        }
    }
    // Every pair was met from both its ends.
    let scale = n as f64 / (2 * pivots.len().max(1)) as f64;
    sums.iter().map(|sum| sum * scale).collect()
}

const FAR: u32 = u32::MAX;

/// The arrays of one walk, used again by the next.
struct Walk {
    steps: Vec<u32>,
    n_ways: Vec<f64>,
    share: Vec<f64>,
    /// Nodes reached, nearest first.
    order: Vec<u32>,
}

impl Walk {
    fn new(n: usize) -> Self {
        Self {
            steps: vec![FAR; n],
            n_ways: vec![0.0; n],
            share: vec![0.0; n],
            order: Vec::with_capacity(n),
        }
    }

    fn from(&mut self, network: &Network, pivot: u32) {
        for node in self.order.drain(..) {
            self.steps[node as usize] = FAR;
            self.n_ways[node as usize] = 0.0;
            self.share[node as usize] = 0.0;
        }
        self.steps[pivot as usize] = 0;
        self.n_ways[pivot as usize] = 1.0;
        self.order.push(pivot);
        let mut next = 0;
        while next < self.order.len() {
            let node = self.order[next];
            next += 1;
            let (steps, ways) = (self.steps[node as usize], self.n_ways[node as usize]);
            for other in network.neighbours(node) {
                let there = &mut self.steps[*other as usize];
                if *there == FAR {
                    *there = steps + 1;
                    self.order.push(*other);
                }
                if *there == steps + 1 {
                    self.n_ways[*other as usize] += ways;
                }
            }
        }
        for node in self.order.iter().rev() {
            let at = *node as usize;
            let each = (1.0 + self.share[at]) / self.n_ways[at];
            for before in network.neighbours(*node) {
                if self.steps[*before as usize] + 1 == self.steps[at] {
                    self.share[*before as usize] += self.n_ways[*before as usize] * each;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All pairs: ways over a node are the ways to it times the ways from it, where the steps add up.
    fn obvious(network: &Network) -> Vec<f64> {
        let n = network.n_nodes();
        let mut steps = vec![vec![n; n]; n];
        let mut ways = vec![vec![0.0; n]; n];
        for from in 0..n {
            steps[from][from] = 0;
            ways[from][from] = 1.0;
            for length in 1..n {
                for to in 0..n {
                    let near = network.neighbours(to as u32).iter();
                    let near: Vec<usize> = near
                        .map(|near| *near as usize)
                        .filter(|near| steps[from][*near] == length - 1)
                        .collect();
                    if steps[from][to] == n && !near.is_empty() {
                        steps[from][to] = length;
                        ways[from][to] = near.iter().map(|near| ways[from][*near]).sum();
                    }
                }
            }
        }
        let over = |node: usize| {
            let mut sum = 0.0;
            for from in 0..n {
                for to in from + 1..n {
                    let is_end = node == from || node == to;
                    let is_joined = steps[from][to] < n;
                    if !is_end
                        && is_joined
                        && steps[from][node] + steps[node][to] == steps[from][to]
                    {
                        sum += ways[from][node] * ways[node][to] / ways[from][to];
                    }
                }
            }
            sum
        };
        (0..n).map(over).collect()
    }

    #[test]
    fn a_line_and_a_square_by_hand() {
        let line = Network::new(4, &[(0, 1, 1.0), (1, 2, 7.0), (2, 3, 1.0)]);
        assert_eq!(betweenness(&line, 4, 0), [0.0, 2.0, 2.0, 0.0]);
        let square = [(0, 1, 1.0), (1, 2, 1.0), (2, 3, 1.0), (3, 0, 1.0)];
        assert_eq!(betweenness(&Network::new(4, &square), 4, 0), [0.5; 4]);
        assert!(betweenness(&Network::default(), 4, 0).is_empty());
    }

    #[test]
    fn pivots_are_right_on_average() {
        let mut random = Random::new(3);
        let edges: Vec<_> = (0..160)
            .map(|_| (random.below(60) as u32, random.below(60) as u32, 1.0))
            .collect();
        let network = Network::new(60, &edges);
        let exact: f64 = betweenness(&network, 60, 0)[7];
        let mean = (0..400)
            .map(|seed| betweenness(&network, 15, seed)[7])
            .sum::<f64>()
            / 400.0;
        assert!((mean / exact - 1.0).abs() < 0.05, "{mean} for {exact}");
        let twice = [betweenness(&network, 15, 9), betweenness(&network, 15, 9)];
        assert_eq!(twice[0], twice[1]);
    }

    proptest! {
        #[test]
        fn agrees_with_all_pairs(
            pairs in proptest::collection::vec((0_u32..9, 0_u32..9), 0..30),
        ) {
            let edges: Vec<_> = pairs.into_iter().map(|(a, b)| (a, b, 1.0)).collect();
            let network = Network::new(9, &edges);
            for (fast, slow) in betweenness(&network, 9, 0).iter().zip(obvious(&network)) {
                prop_assert!((fast - slow).abs() < 1e-9, "{} and {}", fast, slow);
            }
        }
    }
}
