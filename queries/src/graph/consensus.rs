//! Communities that do not hang on one run: the resolution at which they last longest, and what twenty seeds agree on.
//!
//! The obvious way keeps for each pair of nodes how often they were together; of 100,000 nodes that is a table of
//! five thousand million. Here the run that agrees best with the others names the communities, and a node's
//! strength is the mean, over the other members and all runs, of being together: a count of runs and groups only.

mod members;
#[cfg(test)]
mod tests;

use super::leiden::{Quality, communities};
use super::network::Network;
use crate::parallel::on_all_cores;
use crate::stats::agreement::adjusted_rand;

/// How the consensus is found.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Resolutions of the modularity, ascending, above 0.
    pub resolutions: Vec<f64>,
    /// Runs at the resolution chosen.
    pub n_seeds: usize,
    /// Share of being together from which a node is a member.
    pub member_min: f64,
    /// Share of being together from which it is a loose one.
    pub loose_min: f64,
    /// Where chance starts.
    pub seed: u64,
}

impl Default for Options {
    /// As METHODS (b) has it: ten resolutions from 0.3 to 3, evenly on the scale of logarithms, and 20 seeds.
    fn default() -> Self {
        Self {
            resolutions: (0..10)
                .map(|at| 0.3 * 10_f64.powf(f64::from(at) / 9.0))
                .collect(),
            n_seeds: 20,
            member_min: 0.7,
            loose_min: 0.5,
            seed: 1,
        }
    }
}

/// A node of a community.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// The node.
    pub node: u32,
    /// How often it was together with the others of its community, 0 to 1: mean over them and the runs.
    pub strength: f64,
}

/// A community that runs agree on; connected, with and without its loose members.
#[derive(Debug, Clone, PartialEq)]
pub struct Community {
    /// Who belongs to it, by node; at least two.
    pub members: Vec<Member>,
    /// Who belongs to it in part of the runs, or is tied to it by such nodes only; by node.
    pub loose: Vec<Member>,
    /// How well the runs find the community again, 0 to 1: the mean over the runs of the largest Jaccard index
    /// between members with loose ones and a community of the run.
    pub stability: f64,
}

/// What the runs agree on.
#[derive(Debug, Clone, PartialEq)]
pub struct Consensus {
    /// The resolution chosen; the middle of the plateau.
    pub resolution: f64,
    /// The communities, by their first node (of the run that names them).
    pub communities: Vec<Community>,
}

/// The consensus of a network.
///
/// # Panics
/// When there is no resolution or no seed.
pub fn consensus(network: &Network, options: &Options) -> Consensus {
    consensus_at(network, plateau(network, options), options)
}

/// The consensus at a resolution chosen before, as for worlds of chance.
pub fn consensus_at(network: &Network, resolution: f64, options: &Options) -> Consensus {
    assert!(options.n_seeds > 0, "a run is wanted");
    let quality = Quality::Modularity { resolution };
    let runs = on_all_cores(options.n_seeds, |run| {
        communities(network, quality, options.seed.wrapping_add(run as u64))
    });
    let naming = &runs[most_agreeing(&runs)];
    Consensus {
        resolution,
        communities: members::communities(network, naming, &runs, options),
    }
}

/// Two neighbouring resolutions are on one plateau when their partitions agree so well (adjusted Rand index): of the
/// pairs together in one, nine in ten are so in the other.
const PLATEAU_MIN: f64 = 0.9;

/// The resolution in the middle of the longest plateau: of the run of neighbouring resolutions whose partitions
/// change least. Of runs as long the one that agrees better; where there is none, the pair that agrees best.
/// Partitions that say nothing (all in one, or all alone) stand on no plateau.
pub fn plateau(network: &Network, options: &Options) -> f64 {
    let resolutions = &options.resolutions;
    let found = on_all_cores(resolutions.len(), |at| {
        communities(
            network,
            Quality::Modularity {
                resolution: resolutions[at],
            },
            options.seed,
        )
    });
    let says_something = |partition: &Vec<u32>| {
        let n_communities = partition.iter().max().map_or(0, |max| *max as usize + 1);
        n_communities > 1 && n_communities < partition.len()
    };
    let agreements: Vec<f64> = found
        .windows(2)
        .map(|pair| {
            if pair.iter().all(says_something) {
                adjusted_rand(&pair[0], &pair[1])
            } else {
                f64::NEG_INFINITY
            }
        })
        .collect();
    options.resolutions[middle_of_plateau(&agreements)]
}

/// From how well each agrees with the next to the place in the middle.
fn middle_of_plateau(agreements: &[f64]) -> usize {
    let mut best = (0, f64::NEG_INFINITY, 0);
    let mut start = 0;
    for end in 0..agreements.len() {
        if agreements[end] < PLATEAU_MIN {
            start = end + 1;
        }
        // A pair below the mark is a run of no length; of those the best may still win.
        let n_steps = end + 1 - start;
        let run = &agreements[start.min(end)..=end];
        let mean = run.iter().sum::<f64>() / run.len() as f64;
        if n_steps > best.0 || (n_steps == best.0 && mean > best.1) {
            best = (n_steps, mean, (start.min(end) + end).div_ceil(2));
        }
    }
    if best.1 == f64::NEG_INFINITY {
        agreements.len() / 2
    } else {
        best.2
    }
}

/// The run that agrees best with all others; of several the first.
fn most_agreeing(runs: &[Vec<u32>]) -> usize {
    let mut agreement = vec![0.0; runs.len()];
    for one in 0..runs.len() {
        for other in 0..one {
            let both = adjusted_rand(&runs[one], &runs[other]);
            agreement[one] += both;
            agreement[other] += both;
        }
    }
    let better = |best: usize, at: usize| {
        if agreement[at] > agreement[best] {
            at
        } else {
            best
        }
    };
    (0..runs.len()).reduce(better).expect("a run")
}
