//! Clusters of pages at several scales, of pages read together and of pages that people keep coming back to.
//!
//! Modularity will not do: a tool of five pages is swallowed by its neighbours as soon as the site is large (Fortunato and
//! Barthelemy 2007). The constant Potts model asks for so much of a tie between each two pages, whatever the site's size
//! (Traag, Van Dooren and Nesterov 2011); how much nobody knows beforehand, nor how often somebody must come back until it
//! is a habit. So steps from whole sections to cliques, and from reading to habits, are looked at, each cluster once, all
//! count as tested, and of those that overlap the surest is told.

use crate::graph::leiden::{Quality, communities};
use crate::graph::network::Network;
use crate::people::uses::Uses;

use super::{Options, co_use};

/// In how many weeks people must have used two pages for these to be tied by them, doubled: read at all, since what is
/// written on once is a tool too; come back to; come back to again and again.
const WEEKS: [u32; 3] = [1, 2, 4];

/// What each two pages must have of a usual tie, doubled from a sixteenth, where whole departments hang together, to
/// eight, since ties of popular pages are many times as strong as usual.
const OF_A_TIE: [f64; 8] = [0.0625, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0];

/// Clusters of enough pages, each sorted and once, in their order.
pub(super) fn clusters(windows: &[&Uses], options: &Options) -> Vec<Vec<u32>> {
    let of_weeks = WEEKS.iter().map(|n| co_use::network(windows, *n));
    let mut clusters: Vec<Vec<u32>> = of_weeks
        .flat_map(|network| of_network(&network, options))
        .collect();
    clusters.sort_unstable();
    clusters.dedup();
    clusters
}

/// The same of one network, those found at several steps several times.
fn of_network(network: &Network, options: &Options) -> Vec<Vec<u32>> {
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
    clusters
}
