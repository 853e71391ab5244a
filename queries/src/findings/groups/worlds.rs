//! How closely knit the closest group is where there is none: null worlds through the same pipeline.
//!
//! METHODS (b): each world is drawn from the model, weighed against it, and clustered once. A group's p value
//! is the share of worlds, itself among them, whose closest cluster is as close: the largest of all clusters is
//! what is compared, so the value holds for all groups of a window together.

use super::Settings;
use super::cluster::{self, Quality};
use super::draw::Lots;
use super::prepared::Prepared;
use crate::graph::network::Network;
use crate::parallel::in_order;
use crate::stats::random::Random;

/// Worlds between two looks at whether more of them can matter; a number of its own, so that the look falls at
/// the same world whatever the number of threads.
const BATCH: usize = 10;

/// A group that so many worlds have matched is by chance, and how often exactly is of no use (Besag and
/// Clifford 1991).
const ENOUGH_MATCHES: usize = 10;

/// What a null world gave.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct World {
    /// Weight per member of its closest cluster.
    pub closest: f64,
    /// Modularity of its clustering.
    pub modularity: f64,
}

/// Draws up to `n_worlds` worlds; fewer when each of the groups has been matched often enough.
pub(super) fn worlds(
    prepared: &Prepared,
    settings: &Settings,
    quality: Quality,
    cohesion: &[f64],
) -> Vec<World> {
    let lots = Lots::new(&prepared.background, prepared.weights());
    let mut worlds: Vec<World> = Vec::new();
    while worlds.len() < settings.n_worlds {
        let from = worlds.len();
        let n = BATCH.min(settings.n_worlds - from);
        worlds.extend(in_order(
            n,
            settings.n_threads,
            || (),
            |(), index| {
                let number = (1 + from + index) as u64;
                let mut random = Random::new(settings.seed ^ number.rotate_left(32));
                // Seeds that differ in few bits give numbers that differ in all.
                let mut random = Random::new(random.next_u64());
                world(prepared, &lots, settings, quality, &mut random)
            },
        ));
        let n_matches = |own: &f64| worlds.iter().filter(|world| world.closest >= *own).count();
        if cohesion.iter().all(|own| n_matches(own) >= ENOUGH_MATCHES) {
            break;
        }
    }
    worlds
}

fn world(
    prepared: &Prepared,
    lots: &Lots<'_>,
    settings: &Settings,
    quality: Quality,
    random: &mut Random,
) -> World {
    let incidence = lots.draw(random);
    let ties = prepared.ties.drawn(random);
    let network = prepared.network(&incidence, &ties, 1);
    let community = cluster::once(&network, quality, settings.seed);
    let clusters = cluster::members(&community, settings.least_members);
    World {
        closest: clusters
            .iter()
            .map(|c| cohesion(&network, c))
            .fold(0.0, f64::max),
        modularity: cluster::modularity(&network, &community),
    }
}

/// Weight inside a cluster per member; its members are sorted.
pub(super) fn cohesion(network: &Network, members: &[u32]) -> f64 {
    let inside = |node: &u32| -> f64 {
        let edges = network.edges_of(*node);
        let own = edges.filter(|(other, _)| members.binary_search(other).is_ok());
        own.map(|(_, weight)| weight).sum()
    };
    members.iter().map(inside).sum::<f64>() / 2.0 / members.len().max(1) as f64
}

/// The share of worlds that match a group, itself one of them.
pub(super) fn p_value(worlds: &[World], cohesion: f64) -> f64 {
    let n_matches = worlds
        .iter()
        .filter(|world| world.closest >= cohesion)
        .count();
    (1 + n_matches) as f64 / (worlds.len() + 1) as f64
}
