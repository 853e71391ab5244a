//! The one place where evidence becomes communities: Leiden, by the weight between each two members.
//!
//! Modularity holds a community against the weight of the whole network, so in 50,000 people it makes one of
//! all groups smaller than the square root of that weight (Fortunato and Barthelemy 2007). What a group of ten
//! is does not depend on how large the house is: the constant Potts model asks for so much weight between each
//! two members, in a small house and in a large one.
//!
//! In a small, dense network (18 women) no group is small beside it, and what counts is rather that some have
//! far more evidence than others: there it is modularity.

pub(super) use crate::graph::leiden::Quality;

use crate::graph::leiden;
use crate::graph::network::Network;

/// Communities of one run: the community of each node.
pub(super) fn once(network: &Network, quality: Quality, seed: u64) -> Vec<u32> {
    leiden::communities(network, quality, seed)
}

/// Modularity of a run: weight inside communities beyond what the strengths of their members make, -0.5 to 1.
pub(super) fn modularity(network: &Network, community: &[u32]) -> f64 {
    leiden::modularity(network, community, 1.0)
}

/// Members of each community with at least so many, by community; members sorted.
pub(super) fn members(community: &[u32], least: usize) -> Vec<Vec<u32>> {
    let n = community.iter().max().map_or(0, |last| *last as usize + 1);
    let mut members = vec![Vec::new(); n];
    for (node, community) in community.iter().enumerate() {
        members[*community as usize].push(node as u32);
    }
    members.retain(|members| members.len() >= least);
    members
}
