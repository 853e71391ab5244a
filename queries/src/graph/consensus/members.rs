//! Who belongs to a community for how much of the runs, and which of them are connected.

use super::{Community, Member, Options};
use crate::graph::network::Network;

/// The communities that one run names, as all runs see them.
pub(super) fn communities(
    network: &Network,
    naming: &[u32],
    runs: &[Vec<u32>],
    options: &Options,
) -> Vec<Community> {
    let strengths = strengths(naming, runs);
    let sizes: Vec<Vec<u32>> = runs.iter().map(|run| counts(run)).collect();
    let mut nodes_of = vec![Vec::new(); counts(naming).len()];
    for (node, own) in naming.iter().enumerate() {
        if strengths[node] >= options.loose_min {
            nodes_of[*own as usize].push(node as u32);
        }
    }
    let mut search = Search::new(network);
    nodes_of
        .iter()
        .filter_map(|nodes| {
            let is_strong = |node: u32| strengths[node as usize] >= options.member_min;
            let core = search.largest_piece(nodes, is_strong);
            let whole = search.piece_around(&core, nodes);
            let member = |node: u32| Member {
                node,
                strength: strengths[node as usize],
            };
            let loose = whole
                .iter()
                .filter(|node| core.binary_search(node).is_err());
            (core.len() >= 2).then(|| Community {
                members: core.iter().map(|node| member(*node)).collect(),
                loose: loose.map(|node| member(*node)).collect(),
                stability: stability(&whole, runs, &sizes),
            })
        })
        .collect()
}

/// Of each node: how often it is with the others of its community, mean over them and the runs. 0 for who is alone.
fn strengths(naming: &[u32], runs: &[Vec<u32>]) -> Vec<f64> {
    let sizes = counts(naming);
    let mut together = vec![0_u64; naming.len()];
    for run in runs {
        let mut nodes: Vec<(u32, u32, u32)> = naming
            .iter()
            .zip(run)
            .enumerate()
            .map(|(node, (own, other))| (*own, *other, node as u32))
            .collect();
        nodes.sort_unstable();
        for both in nodes.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            for (_, _, node) in both {
                together[*node as usize] += both.len() as u64 - 1;
            }
        }
    }
    let strength = |(own, together): (&u32, &u64)| {
        let n_others = sizes[*own as usize] - 1;
        *together as f64 / (f64::from(n_others.max(1)) * runs.len() as f64)
    };
    naming.iter().zip(&together).map(strength).collect()
}

fn counts(partition: &[u32]) -> Vec<u32> {
    let mut counts = vec![0; partition.iter().max().map_or(0, |max| *max as usize + 1)];
    for own in partition {
        counts[*own as usize] += 1;
    }
    counts
}

fn stability(nodes: &[u32], runs: &[Vec<u32>], sizes: &[Vec<u32>]) -> f64 {
    let best = |(run, sizes): (&Vec<u32>, &Vec<u32>)| {
        let mut theirs: Vec<u32> = nodes.iter().map(|node| run[*node as usize]).collect();
        theirs.sort_unstable();
        let jaccard = |same: &[u32]| {
            let either = nodes.len() + sizes[same[0] as usize] as usize - same.len();
            same.len() as f64 / either as f64
        };
        theirs
            .chunk_by(|a, b| a == b)
            .map(jaccard)
            .fold(0.0, f64::max)
    };
    runs.iter().zip(sizes).map(best).sum::<f64>() / runs.len() as f64
}

/// A walk through parts of a network; its marks are kept so that none is cleared for each community.
struct Search<'a> {
    network: &'a Network,
    /// The last search that the node was open to.
    open: Vec<u32>,
    n_searches: u32,
}

impl<'a> Search<'a> {
    fn new(network: &'a Network) -> Self {
        Self {
            network,
            open: vec![0; network.n_nodes()],
            n_searches: 0,
        }
    }

    fn open(&mut self, nodes: impl Iterator<Item = u32>) {
        self.n_searches += 1;
        for node in nodes {
            self.open[node as usize] = self.n_searches;
        }
    }

    /// Who can be reached over edges with weight among the open, sorted; they are open no more.
    fn reached(&mut self, from: &[u32]) -> Vec<u32> {
        let mut reached = Vec::new();
        let mut stack = Vec::new();
        for first in from {
            if std::mem::take(&mut self.open[*first as usize]) == self.n_searches {
                stack.push(*first);
            }
            while let Some(node) = stack.pop() {
                reached.push(node);
                for (to, weight) in self.network.edges_of(node) {
                    if weight > 0.0 && self.open[to as usize] == self.n_searches {
                        self.open[to as usize] = 0;
                        stack.push(to);
                    }
                }
            }
        }
        reached.sort_unstable();
        reached
    }

    /// The largest connected piece of those nodes that `is_in`; of several the one with the first node.
    fn largest_piece(&mut self, nodes: &[u32], is_in: impl Fn(u32) -> bool) -> Vec<u32> {
        self.open(nodes.iter().copied().filter(|node| is_in(*node)));
        let mut largest = Vec::new();
        for node in nodes {
            let piece = self.reached(&[*node]);
            if piece.len() > largest.len() {
                largest = piece;
            }
        }
        largest
    }

    /// All of the nodes that hang together with the core.
    fn piece_around(&mut self, core: &[u32], nodes: &[u32]) -> Vec<u32> {
        self.open(nodes.iter().copied());
        self.reached(core)
    }
}
