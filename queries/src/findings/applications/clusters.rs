//! Clusters of pages at several scales.
//!
//! Modularity will not do: a tool of five pages is swallowed by its neighbours as soon as the site is large (Fortunato and
//! Barthelemy 2007). The constant Potts model asks for so much of a tie between each two pages, whatever the site's size
//! (Traag, Van Dooren and Nesterov 2011); how much nobody knows beforehand. So steps from whole sections to cliques are
//! looked at, each cluster once, all count as tested, and of those that overlap the surest is told.

use crate::graph::leiden::{Quality, communities};
use crate::graph::network::Network;

use super::Options;

/// What each two pages must have of a usual tie, doubled from a sixteenth, where whole departments hang together, to
/// eight, since ties of popular pages are many times as strong as usual.
const OF_A_TIE: [f64; 8] = [0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// Clusters of enough pages, each sorted and once, in their order.
pub(super) fn clusters(network: &Network, options: &Options) -> Vec<Vec<u32>> {
    let mut clusters: Vec<Vec<u32>> = Vec::new();
    let usual = network.total_weight() / network.n_edges().max(1) as f64;
    let steps = OF_A_TIE.iter().filter(|_| usual > 0.0);
    for share in steps {
        let quality = Quality::ConstantPotts {
            resolution: share * usual,
        };
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
