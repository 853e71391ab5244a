//! The network of one level: nodes are nodes of the network, or parts of it that became one node.

use super::Quality;
use crate::graph::network::Network;
use crate::grouped::Grouped;

/// A neighbour, and how strong the edge to it is. Weights in 32 bits halve what is read most; sums have 64.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tie {
    pub(super) to: u32,
    pub(super) weight: f32,
}

/// Nodes with ties; all weights are above 0.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Level {
    offsets: Vec<u32>,
    ties: Vec<Tie>,
    /// What a node brings into a community: its strength, or how many nodes it stands for.
    pub(super) mass: Vec<f64>,
}

impl Level {
    /// The lowest level, and the weight that is held against each unit of mass squared. None where there is no
    /// weight at all, so that every node stays alone.
    pub(super) fn of(network: &Network, quality: Quality) -> Option<(Self, f64)> {
        let n_nodes = network.n_nodes();
        assert!(n_nodes < 1 << 31, "fewer than 2^31 nodes");
        let both_ends = 2.0 * network.total_weight();
        if both_ends <= 0.0 || !both_ends.is_finite() {
            return None;
        }
        let unit = power_of_two_near(both_ends / (2 * network.n_edges()) as f64);
        let mut offsets = Vec::with_capacity(n_nodes + 1);
        let mut ties = Vec::with_capacity(2 * network.n_edges());
        let mut mass = vec![1.0; n_nodes];
        let is_modularity = matches!(quality, Quality::Modularity { .. });
        offsets.push(0);
        for node in 0..n_nodes as u32 {
            let mut strength = 0.0;
            for (to, weight) in network.edges_of(node) {
                let weight = (weight / unit) as f32;
                if weight > 0.0 {
                    ties.push(Tie { to, weight });
                    strength += f64::from(weight);
                }
            }
            if is_modularity {
                mass[node as usize] = strength;
            }
            offsets.push(ties.len() as u32);
        }
        let rate = match quality {
            Quality::Modularity { resolution } => resolution * unit / both_ends,
            Quality::ConstantPotts { resolution } => resolution / unit,
        };
        assert!(rate > 0.0, "a resolution is above 0");
        let level = Self {
            offsets,
            ties,
            mass,
        };
        Some((level, rate))
    }

    pub(super) fn n_nodes(&self) -> usize {
        self.mass.len()
    }

    pub(super) fn ties(&self, node: u32) -> &[Tie] {
        let node = node as usize;
        &self.ties[self.offsets[node] as usize..self.offsets[node + 1] as usize]
    }

    pub(super) fn degree_max(&self) -> usize {
        let degrees = self.offsets.windows(2).map(|ends| ends[1] - ends[0]);
        degrees.max().unwrap_or(0) as usize
    }

    /// The network in which each part is one node; ties inside a part vanish, their weight stays in its mass.
    pub(super) fn aggregated(&self, part: &[u32], n_parts: usize) -> Self {
        let by_part = Grouped::by(n_parts, part);
        let mut sums = vec![0.0_f64; n_parts];
        let mut touched = vec![0_u32; n_parts + 1];
        let mut level = Self {
            offsets: Vec::with_capacity(n_parts + 1),
            ties: Vec::with_capacity(self.ties.len() / 2),
            mass: Vec::with_capacity(n_parts),
        };
        level.offsets.push(0);
        for own in 0..n_parts {
            let members = by_part.slice(own);
            let mut n_touched = 0;
            for tie in members.iter().flat_map(|member| self.ties(*member)) {
                let other = part[tie.to as usize];
                let sum = &mut sums[other as usize];
                touched[n_touched] = other;
                n_touched += usize::from(*sum == 0.0);
                *sum += f64::from(tie.weight);
            }
            sums[own] = 0.0;
            for &to in &touched[..n_touched] {
                let weight = std::mem::take(&mut sums[to as usize]) as f32;
                if weight > 0.0 {
                    level.ties.push(Tie { to, weight });
                }
            }
            level.offsets.push(level.ties.len() as u32);
            let masses = members.iter().map(|member| self.mass[*member as usize]);
            level.mass.push(masses.sum());
        }
        level
    }

    /// Gives every connected piece of a community but the first a number of its own. Nothing is lost by it: between
    /// the pieces there is no weight, only the chance that is held against them.
    pub(super) fn split_unconnected(&self, community: &mut [u32]) {
        let mut next = community.iter().max().map_or(0, |max| max + 1);
        let mut is_met = vec![false; next as usize];
        let mut is_seen = vec![false; self.n_nodes()];
        let mut stack = Vec::new();
        for first in 0..self.n_nodes() as u32 {
            if is_seen[first as usize] {
                continue;
            }
            let old = community[first as usize];
            let new = if is_met[old as usize] { next } else { old };
            next += u32::from(is_met[old as usize]);
            is_met[old as usize] = true;
            is_seen[first as usize] = true;
            stack.push(first);
            while let Some(node) = stack.pop() {
                community[node as usize] = new;
                for tie in self.ties(node) {
                    let to = tie.to as usize;
                    if !is_seen[to] && community[to] == old {
                        is_seen[to] = true;
                        stack.push(tie.to);
                    }
                }
            }
        }
    }
}

/// The power of two at or below a number: dividing by it loses nothing, and weights of any unit fit 32 bits.
fn power_of_two_near(number: f64) -> f64 {
    const EXPONENT: u64 = 0x7FF0_0000_0000_0000;
    let power = f64::from_bits(number.to_bits() & EXPONENT);
    if power > 0.0 {
        power
    } else {
        f64::MIN_POSITIVE
    }
}
