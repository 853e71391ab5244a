//! The one place where evidence becomes communities.

use crate::graph::leiden::{self, Quality};
use crate::graph::network::Network;

/// Communities of one run.
pub(super) fn once(network: &Network, resolution: f64, seed: u64) -> Vec<u32> {
    leiden::communities(network, Quality::ConstantPotts { resolution }, seed)
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
