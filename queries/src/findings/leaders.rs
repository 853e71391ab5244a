//! Informal leaders: three roles, three lists, three tests, and never one score.
//!
//! METHODS (c). An *initiator* is early and then followed, a *broker* sits between groups, a *hub* has many
//! ties. They are different people as a rule, and a sum of the three would say nothing about any of them.
//! Nothing here says "influenced": whoever is followed may share the taste of those who follow (Shalizi and
//! Thomas 2011). Whether somebody has reports in the formal chart is looked up after the lists stand.

mod brokers;
mod hubs;
mod initiators;

use crate::graph::network::Network;
use crate::people::adoptions::{Adoption, Tie};

pub use brokers::{Broker, BrokerOptions, Brokers, brokers};
pub use hubs::{Hub, HubOptions, hubs};
pub use initiators::{Initiator, InitiatorOptions, Initiators, People, initiators};

/// What kind of leader somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Early and then followed.
    Initiator,
    /// Between groups.
    Broker,
    /// Many ties.
    Hub,
}

impl Role {
    /// The word of the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Broker => "broker",
            Self::Hub => "hub",
        }
    }
}

/// How much stands behind a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strength {
    /// The tests of the role pass; a hub is counted only.
    Listed,
    /// An initiator whose ties lead over others of the own department too.
    Strong,
}

impl Strength {
    /// The word of the tables.
    pub fn word(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Strong => "strong",
        }
    }
}

/// A person in a role.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Leader {
    /// Who.
    pub person: u32,
    /// As what.
    pub role: Role,
    /// Initiator: lead ratio. Broker: mean deviation from rewired ties. Hub: `PageRank`, 1 being the mean.
    /// Scores of different roles do not compare.
    pub score: f64,
    /// Initiator: people who came after; broker and hub: people with a tie.
    pub n_followers: u64,
    /// Smallest false discovery rate at which it is called; `None` for hubs, which nothing tests.
    pub q_value: Option<f64>,
    /// What stands behind it.
    pub strength: Strength,
    /// Whether somebody reports to the person in the formal chart.
    pub has_reports: bool,
}

/// Settings of the three roles.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Options {
    /// Of initiators.
    pub initiators: InitiatorOptions,
    /// Of brokers.
    pub brokers: BrokerOptions,
    /// Of hubs.
    pub hubs: HubOptions,
}

/// All leaders: by role, then in the order of each role's list. `adoptions` are sorted and may begin before the
/// horizon; `network` holds the ties of the window; `manager` is by person, [`NO_MANAGER`] where there is none.
pub fn leaders(
    adoptions: &[Adoption],
    ties: &[Tie],
    network: &Network,
    people: &People<'_>,
    manager: &[u32],
    options: &Options,
) -> Vec<Leader> {
    let has_reports = have_reports(people.unit.len(), manager);
    let has_reports = |person: u32| has_reports[person as usize];
    let mut leaders = Vec::new();
    let initiators = initiators(adoptions, ties, people, &options.initiators);
    leaders.extend(initiators.listed.iter().map(|found| Leader {
        person: found.person,
        role: Role::Initiator,
        score: found.lead_ratio,
        n_followers: found.n_followers,
        q_value: Some(found.q_value),
        strength: found.strength,
        has_reports: has_reports(found.person),
    }));
    let brokers = brokers(network, people.unit, &options.brokers);
    leaders.extend(brokers.listed.iter().map(|found| Leader {
        person: found.person,
        role: Role::Broker,
        score: found.deviation,
        n_followers: found.n_ties,
        q_value: Some(found.q_value),
        strength: Strength::Listed,
        has_reports: has_reports(found.person),
    }));
    let hubs = hubs(network, &options.hubs);
    leaders.extend(hubs.iter().map(|found| Leader {
        person: found.person,
        role: Role::Hub,
        score: found.page_rank,
        n_followers: found.n_ties,
        q_value: None,
        strength: Strength::Listed,
        has_reports: has_reports(found.person),
    }));
    leaders
}

/// Nobody stands above this person, or nobody is known to.
pub const NO_MANAGER: u32 = u32::MAX;

/// Who has reports: somebody else names them as manager.
pub fn have_reports(n_persons: usize, manager: &[u32]) -> Vec<bool> {
    let mut has_reports = vec![false; n_persons];
    for (person, manager) in (0_u32..).zip(manager) {
        if *manager != NO_MANAGER && *manager != person {
            has_reports[*manager as usize] = true;
        }
    }
    has_reports
}

#[cfg(test)]
mod broker_tests;
#[cfg(test)]
mod calibration_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
