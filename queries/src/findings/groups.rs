//! Informal groups across departments, in one window.

mod background;
mod cluster;
mod companions;
mod draw;
mod evidence;
mod gathering;
mod incidence;
mod model;
mod moments;
mod rare;
mod threads;
mod ties;
mod units;
mod worlds;
#[cfg(test)]
mod world;
#[cfg(test)]
mod tests;

use crate::graph::leiden;
use crate::graph::network::Network;
use crate::people::uses::Uses;
use background::Background;
use evidence::{Null, Threshold};
use incidence::Incidence;
use moments::Moments;
use ties::{TieEvidence, TieNull};

pub use gathering::GatheredItem;
pub use ties::TieDays;
pub use units::Mixture;

/// Who uses what, who belongs where, and who is tied to whom.
#[derive(Debug, Clone, Copy)]
pub struct Crowd<'a> {
    /// Who uses which items.
    pub uses: &'a Uses,
    /// Department of each person.
    pub department: &'a [u32],
    /// Other units of each person: location, role; a list by person each.
    pub others: &'a [&'a [u32]],
    /// Social actions.
    pub ties: &'a [TieDays],
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    pub n_worlds: usize,
    pub seed: u64,
    pub n_threads: usize,
    pub least_members: usize,
    pub edges_by_chance: f64,
    pub resolution: f64,
    pub mode: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { n_worlds: 99, seed: 1, n_threads: 1, least_members: 5, edges_by_chance: 1.2, resolution: 0.5, mode: 0 }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    pub members: Vec<u32>,
    pub cohesion: f64,
    pub p_value: f64,
    pub mixture: Mixture,
    pub items: Vec<GatheredItem>,
    pub one_week: f64,
}

fn network(null: &Null<'_>, incidence: &Incidence, ties: &TieEvidence, n_threads: usize) -> Network {
    let edges = evidence::edges(null, incidence, ties, n_threads);
    let n = incidence.n_places();
    Network::new(n, &companions::in_triangles(n, &edges))
}

pub fn groups(crowd: &Crowd<'_>, settings: &Settings) -> Vec<Group> {
    let t = std::time::Instant::now();
    let uses = crowd.uses;
    let background = Background::new(uses, crowd.department, settings.n_threads);
    let n_active = (0..uses.n_persons() as u32).filter(|p| !uses.items(*p).is_empty()).count();
    let weights = rare::weights(&uses.n_people_by_item(), n_active);
    eprintln!("model {:?}", t.elapsed());
    let moments = Moments::new(&background, &weights, settings.n_threads);
    eprintln!("moments {:?}", t.elapsed());
    let tie_null = TieNull::new(&background, crowd.ties);
    let null = Null {
        background: &background,
        moments: &moments,
        weights: &weights,
        threshold: Threshold {
            p_value: (settings.edges_by_chance / n_active.max(1) as f64).min(0.5),
            n_shared: (weights.iter().filter(|w| **w > 0.0).count() as u32 / 20).clamp(1, 3),
        },
    };
    let mut cells = Vec::new();
    for (place, person) in background.person.iter().enumerate() {
        for item in uses.items(*person) {
            if weights[*item as usize] > 0.0 { cells.push((place as u32, *item)); }
        }
    }
    let incidence = Incidence::new(background.n_places(), uses.n_items(), &cells);
    let edges = evidence::edges(&null, &incidence, &tie_null.seen(), settings.n_threads);
    eprintln!("edges {:?} {} threshold {:?}", t.elapsed(), edges.len(), null.threshold);
    let n = incidence.n_places();
    let network = Network::new(n, &companions::in_triangles(n, &edges));
    eprintln!("kept {} {:?}", network.n_edges(), t.elapsed());
    let community = cluster::once(&network, settings.resolution, settings.seed);
    let clusters = cluster::members(&community, settings.least_members);
    let cohesions: Vec<f64> = clusters.iter().map(|c| worlds::cohesion(&network, c)).collect();
    eprintln!("clustered {:?} {:?}", t.elapsed(), clusters.len());
    let worlds = worlds::worlds(&null, &tie_null, settings, settings.resolution, &cohesions);
    eprintln!("worlds {} {:?} closest {:?} q {}", worlds.len(), t.elapsed(), worlds.iter().map(|w| (w.closest * 10.0) as u32).collect::<Vec<_>>(), leiden::modularity(&network, &community, 1.0));
    let active: Vec<u32> = (0..uses.n_persons() as u32).filter(|p| !uses.items(*p).is_empty()).collect();
    let mut found = Vec::new();
    for (places, cohesion) in clusters.iter().zip(&cohesions) {
        let mut members: Vec<u32> = places.iter().map(|p| background.person[*p as usize]).collect();
        members.sort_unstable();
        let items = gathering::items(places, &background, uses);
        found.push(Group {
            mixture: units::mixture(&members, &active, crowd.department, settings.seed),
            p_value: worlds::p_value(&worlds, *cohesion),
            cohesion: *cohesion,
            one_week: 0.0,
            members,
            items,
        });
    }
    found
}
