//! Hubs: people with many ties, as plain baselines to set beside the other roles.
//!
//! There is no null here: that somebody has most ties is a count and is told as one. Few are told.

use crate::graph::network::Network;
use crate::graph::{k_core, pagerank};

/// How many, and how much behind each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HubOptions {
    /// How many at most.
    pub n_hubs: usize,
    /// Least number of ties.
    pub least_ties: u64,
}

impl Default for HubOptions {
    /// As many as fit a glance; ties to as many people as a number about people stands for.
    fn default() -> Self {
        Self {
            n_hubs: 10,
            least_ties: 10,
        }
    }
}

/// Somebody with many ties.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hub {
    /// Who.
    pub person: u32,
    /// `PageRank` times the number of persons with a tie: 1 is their mean.
    pub page_rank: f64,
    /// The core the person sits in: everyone there has at least so many ties to others there.
    pub core: u32,
    /// People with a tie.
    pub n_ties: u64,
}

/// The hubs, highest `PageRank` first, ties by person. Ties count by their weight.
pub fn hubs(network: &Network, options: &HubOptions) -> Vec<Hub> {
    let ranks = pagerank::of_network(network, &pagerank::Options::default());
    let cores = k_core::k_core(network);
    let persons = 0..network.n_nodes() as u32;
    let tied = persons.filter(|person| network.degree(*person) > 0);
    let (mut n_tied, mut total) = (0_u64, 0.0);
    let mut hubs: Vec<Hub> = Vec::new();
    for person in tied {
        n_tied += 1;
        total += ranks[person as usize];
        hubs.push(Hub {
            person,
            page_rank: ranks[person as usize],
            core: cores[person as usize],
            n_ties: network.degree(person) as u64,
        });
    }
    hubs.retain(|hub| hub.n_ties >= options.least_ties);
    hubs.sort_by(|a, b| {
        let by_rank = b.page_rank.total_cmp(&a.page_rank);
        by_rank.then(a.person.cmp(&b.person))
    });
    hubs.truncate(options.n_hubs);
    for hub in &mut hubs {
        hub.page_rank *= n_tied as f64 / total;
    }
    hubs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_tied_stand_first_and_the_lonely_do_not_count() {
        let mut edges: Vec<(u32, u32, f64)> = (1..13).map(|other| (0, other, 1.0)).collect();
        edges.extend((2..13).map(|other| (1, other, 1.0)));
        let found = hubs(&Network::new(40, &edges), &HubOptions::default());
        let told: Vec<_> = found.iter().map(|h| (h.person, h.core, h.n_ties)).collect();
        assert_eq!(told, [(0, 2, 12), (1, 2, 12)]);
        assert!(found[0].page_rank > 2.0 && found[0].page_rank < 13.0);
        assert!(hubs(&Network::default(), &HubOptions::default()).is_empty());
    }
}
