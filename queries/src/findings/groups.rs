//! Informal groups across departments, in one window.
//!
//! METHODS (b). People are held against a model of each department in which activity and popularity alone
//! decide who uses what (`background`); pairs who share more, and rarer, items than that are a network of soft
//! evidence (`evidence`), its communities candidates (`consensus`), and a candidate is a group when no null
//! world holds a cluster as close (`worlds`), when it crosses departments and is no unit in disguise (`units`),
//! and when its people came again (`candidates`). A page counts once a person and window: how many weeks,
//! visits or clicks would only say how busy somebody is. Weeks tell a group from an errand instead: newcomers
//! use the same pages, in one week each.

mod background;
mod candidates;
mod cluster;
mod companions;
mod consensus;
mod draw;
mod evidence;
mod gathering;
mod incidence;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod lives_tests;
mod membership;
mod model;
mod moments;
mod prepared;
mod rare;
#[cfg(test)]
mod tests;
mod ties;
mod units;
#[cfg(test)]
mod world;
mod worlds;

use crate::people::uses::Uses;
use candidates::Candidate;
use cluster::Quality;
use prepared::Prepared;
use worlds::World;

pub use gathering::GatheredItem;
pub use ties::TieDays;
pub use units::Mixture;

/// Who uses what, who belongs where, and who is tied to whom.
#[derive(Debug, Clone, Copy)]
pub struct Crowd<'a> {
    /// Who uses which items; navigation hubs, kiosks and robots are not in it.
    pub uses: &'a Uses,
    /// The same uses by days in place of weeks, where they are known: they tell a route from a gathering.
    pub days: Option<&'a Uses>,
    /// Department of each person; [`NO_UNIT`](crate::findings::elephant_paths::NO_UNIT) where unknown, and all
    /// of these are one.
    pub department: &'a [u32],
    /// Other units, a list by person for each dimension (location, role).
    pub others: &'a [&'a [u32]],
    /// Social actions between persons; none is no evidence against anything.
    pub ties: &'a [TieDays],
}

/// What counts as a group, and how it is tried.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Fewest members of a group, from 2 up; to be shown is the gate's business.
    pub least_members: usize,
    /// Largest p value of a group.
    pub p_value: f64,
    /// Null worlds: 99 at a release and a first run, 19 a night. With fewer than 19 no p value is below 0.05.
    pub n_worlds: usize,
    /// Share of the runs, or chance to be a member, from which one is core.
    pub core: f64,
    /// Seed of everything drawn.
    pub seed: u64,
    /// Threads; the results do not depend on them.
    pub n_threads: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            least_members: 5,
            p_value: 0.05,
            n_worlds: 99,
            core: 0.7,
            seed: 1,
            n_threads: 1,
        }
    }
}

/// A member of a group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Member {
    /// Who.
    pub person: u32,
    /// How surely a member, 0.5 to 1.
    pub strength: f64,
    /// Core rather than loose.
    pub is_core: bool,
}

/// An informal group.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its members, by person.
    pub members: Vec<Member>,
    /// Evidence inside the group per member, in powers of ten of surprise.
    pub cohesion: f64,
    /// Share of null worlds whose closest cluster is as close, for all groups of the window together.
    pub p_value: f64,
    /// How much of it other seeds find, 0 to 1.
    pub stability: f64,
    /// Departments of its members.
    pub mixture: Mixture,
    /// Share of what members did in each one's busiest week, 0 to 1.
    pub share_of_busiest_week: f64,
    /// What it gathers round, the least likely first.
    pub items: Vec<GatheredItem>,
}

/// The groups of a window, and how honestly they were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Groups {
    /// The groups, the closest knit first.
    pub groups: Vec<Group>,
    /// Community of each person in the network of evidence before any test; [`NO_COMMUNITY`] outside of all.
    pub community: Vec<u32>,
    /// Candidates: communities of enough members, the same one counted once.
    pub n_candidates: usize,
    /// Candidates that are a unit in disguise.
    pub n_units: usize,
    /// Other candidates that are the errand of a week.
    pub n_errands: usize,
    /// Other candidates no closer than clusters of null worlds; what is left of all are the groups.
    pub n_by_chance: usize,
    /// Null worlds drawn; fewer than asked for when nothing could become a group any more.
    pub n_worlds: usize,
    /// Edges of the network of evidence.
    pub n_edges: usize,
    /// Resolution chosen: evidence between each two members that a community must have (in a small, dense network
    /// that of modularity).
    pub resolution: f64,
    /// Modularity of the communities minus the mean of null worlds.
    pub modularity_beyond_chance: f64,
}

/// In no community.
pub const NO_COMMUNITY: u32 = u32::MAX;

/// Finds the informal groups of a window.
///
/// # Panics
/// When a list by person is shorter than the persons of the uses.
pub fn groups(crowd: &Crowd<'_>, settings: &Settings) -> Groups {
    let lists = crowd.others.iter().chain([&crowd.department]);
    let n_persons = crowd.uses.n_persons();
    assert!(
        lists.into_iter().all(|list| list.len() >= n_persons),
        "a unit for each person"
    );
    let prepared = Prepared::new(crowd, settings);
    let network = prepared.network(
        &prepared.incidence,
        &prepared.ties.seen(),
        settings.n_threads,
    );
    let (seed, n_threads) = (settings.seed, settings.n_threads);
    let quality = consensus::quality(&network, seed, n_threads);
    let communities =
        consensus::communities(&network, quality, seed, settings.least_members, n_threads);
    let candidates = candidates::candidates(crowd, &prepared, &network, &communities, settings);
    let is_open = |candidate: &&Candidate| !candidate.is_unit && !candidate.is_errand;
    let open: Vec<f64> = candidates
        .iter()
        .filter(is_open)
        .map(|c| c.cohesion)
        .collect();
    let worlds = worlds::worlds(&prepared, settings, quality, &open);
    let once = cluster::once(&network, quality, seed);
    let beyond = cluster::modularity(&network, &once) - mean(&worlds);
    let mut found = Groups {
        community: vec![NO_COMMUNITY; n_persons],
        n_candidates: candidates.len(),
        n_worlds: worlds.len(),
        n_edges: network.n_edges(),
        resolution: match quality {
            Quality::Modularity { resolution } | Quality::ConstantPotts { resolution } => {
                resolution
            }
        },
        modularity_beyond_chance: beyond,
        ..Groups::default()
    };
    for (number, community) in communities.iter().enumerate() {
        for (place, _) in &community.members {
            found.community[prepared.background.person[*place as usize] as usize] = number as u32;
        }
    }
    for candidate in candidates {
        let p_value = worlds::p_value(&worlds, candidate.cohesion);
        if candidate.is_unit {
            found.n_units += 1;
        } else if candidate.is_errand {
            found.n_errands += 1;
        } else if p_value > settings.p_value {
            found.n_by_chance += 1;
        } else {
            found
                .groups
                .push(group(candidate, p_value, &prepared, settings));
        }
    }
    found
}

fn mean(worlds: &[World]) -> f64 {
    let sum: f64 = worlds.iter().map(|world| world.modularity).sum();
    sum / worlds.len().max(1) as f64
}

fn group(candidate: Candidate, p_value: f64, prepared: &Prepared, settings: &Settings) -> Group {
    let member = |(place, strength): &(u32, f64)| Member {
        person: prepared.background.person[*place as usize],
        strength: *strength,
        is_core: *strength >= settings.core,
    };
    let mut members: Vec<Member> = candidate.members.iter().map(member).collect();
    members.sort_unstable_by_key(|member| member.person);
    Group {
        members,
        cohesion: candidate.cohesion,
        p_value,
        stability: candidate.stability,
        mixture: candidate.mixture,
        share_of_busiest_week: candidate.share_of_busiest_week,
        items: candidate.items,
    }
}
