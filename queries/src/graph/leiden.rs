//! Communities of a network, by the method of Leiden (Traag, Waltman and van Eck 2019).
//!
//! The obvious method before it (Louvain) moves nodes between communities and then makes one node of each community;
//! a node that held a community together may leave it later, and two halves that nothing ties stay one community.
//! Here each community is taken apart once more before it becomes a node: single nodes grow together again along
//! edges, inside the community only, so that whatever is called one node is connected. What hangs together in the
//! last, smallest network alone is a community, so every community is connected, whenever one stops.
//!
//! A community is no evidence: a random network has some too. Say how many a rewired network gives.

mod level;
mod moving;
mod refining;
#[cfg(test)]
mod tests;

use super::network::Network;
use crate::stats::random::Random;
use level::Level;

/// What a partition is judged by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quality {
    /// Weight inside the communities beyond what nodes of such strengths have by chance (Newman and Girvan 2004).
    Modularity {
        /// How much chance is held against a community, above 0; 1 is customary, more gives smaller communities.
        resolution: f64,
    },
    /// Weight inside the communities beyond `resolution` for each pair of members (Traag, Van Dooren and
    /// Nesterov 2011): finds communities however small they are beside the network.
    ConstantPotts {
        /// The weight per pair, above 0, that a community must have inside.
        resolution: f64,
    },
}

/// Rounds of the whole method; the second repairs what the first could not know, more gain little.
const N_ROUNDS: usize = 2;

/// The community of each node, numbered from 0 by their first node. Nodes without edges stay alone.
///
/// # Panics
/// When the resolution is not above 0, or there are 2^31 nodes or more.
pub fn communities(network: &Network, quality: Quality, seed: u64) -> Vec<u32> {
    communities_after(network, quality, seed, N_ROUNDS)
}

/// As [`communities`], with at most so many rounds; it ends earlier when a round changes nothing.
fn communities_after(network: &Network, quality: Quality, seed: u64, n_rounds: usize) -> Vec<u32> {
    let mut community: Vec<u32> = (0..network.n_nodes() as u32).collect();
    let Some((level, rate)) = Level::of(network, quality) else {
        return community;
    };
    let mut random = Random::new(seed);
    for _ in 0..n_rounds {
        let before = community.clone();
        improve(&level, rate, &mut community, &mut random);
        number_by_first(&mut community);
        if community == before {
            break;
        }
    }
    community
}

/// One round: move, refine, make one node of each refined part, and again with these nodes.
fn improve(base: &Level, rate: f64, community: &mut [u32], random: &mut Random) {
    // The node of the level at hand that a node of the base is part of.
    let mut node_of: Vec<u32> = Vec::new();
    let mut here = community.to_vec();
    let mut smaller: Option<Level> = None;
    loop {
        let level = smaller.as_ref().unwrap_or(base);
        moving::move_nodes(level, rate, &mut here, random);
        let n_communities = number_by_first(&mut here);
        let is_done = n_communities == level.n_nodes();
        let refined =
            (!is_done).then(|| refining::refine(level, rate, &here, n_communities, random));
        let Some(refined) = refined.filter(|refined| refined.n_parts() < level.n_nodes()) else {
            level.split_unconnected(&mut here);
            break;
        };
        if node_of.is_empty() {
            node_of.clone_from(&refined.part);
        } else {
            for node in &mut node_of {
                *node = refined.part[*node as usize];
            }
        }
        smaller = Some(level.aggregated(&refined.part, refined.n_parts()));
        here = refined.community_of_part;
    }
    if node_of.is_empty() {
        community.copy_from_slice(&here);
    } else {
        for (community, node) in community.iter_mut().zip(&node_of) {
            *community = here[*node as usize];
        }
    }
}

/// Numbers communities from 0 by their first node; gives their number.
fn number_by_first(community: &mut [u32]) -> usize {
    const NONE: u32 = u32::MAX;
    let n_names = community.iter().max().map_or(0, |max| *max as usize + 1);
    let mut number = vec![NONE; n_names];
    let mut n_seen = 0;
    for community in community {
        let number = &mut number[*community as usize];
        if *number == NONE {
            *number = n_seen;
            n_seen += 1;
        }
        *community = *number;
    }
    n_seen as usize
}

/// The modularity of a partition, -0.5 to 1: the share of the weight inside communities, less `resolution` times the
/// share expected there of nodes of such strengths. 0 where there are no edges.
///
/// # Panics
/// When there are fewer communities in the list than nodes.
pub fn modularity(network: &Network, community: &[u32], resolution: f64) -> f64 {
    let both_ends = 2.0 * network.total_weight();
    if both_ends <= 0.0 {
        return 0.0;
    }
    let n_communities = community.iter().max().map_or(0, |max| *max as usize + 1);
    let mut strength = vec![0.0; n_communities];
    let mut inside = 0.0;
    for node in 0..network.n_nodes() as u32 {
        let own = community[node as usize];
        for (other, weight) in network.edges_of(node) {
            strength[own as usize] += weight;
            if community[other as usize] == own {
                inside += weight;
            }
        }
    }
    let expected: f64 = strength.iter().map(|all| (all / both_ends).powi(2)).sum();
    inside / both_ends - resolution * expected
}
