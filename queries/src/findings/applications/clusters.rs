//! Clusters of pages at several scales.
//!
//! A tool of five pages beside sections of hundreds is swallowed at the customary resolution (Fortunato and Barthelemy
//! 2007), and a larger one falls apart at a fine one. Nobody knows the scale beforehand; so all are looked at, each
//! cluster once, all count as tested, and of those that overlap the surest is told.

use crate::graph::leiden::{Quality, communities};
use crate::graph::network::Network;

use super::Options;

/// Resolutions of the modularity: doubled until clusters are cliques of a few pages.
const RESOLUTIONS: [f64; 5] = [1.0, 2.0, 4.0, 8.0, 16.0];

/// Clusters of enough pages, each sorted and once, in their order.
pub(super) fn clusters(network: &Network, options: &Options) -> Vec<Vec<u32>> {
    let mut clusters: Vec<Vec<u32>> = Vec::new();
    for resolution in RESOLUTIONS {
        let quality = Quality::Modularity { resolution };
        let community = communities(network, quality, options.seed);
        let mut pages: Vec<(u32, u32)> = community.iter().copied().zip(0..).collect();
        pages.sort_unstable();
        let same = pages.chunk_by(|a, b| a.0 == b.0);
        let large = same.filter(|same| same.len() >= options.least_pages.max(2));
        clusters.extend(large.map(|same| same.iter().map(|page| page.1).collect()));
    }
    clusters.sort_unstable();
    clusters.dedup();
    clusters
}
