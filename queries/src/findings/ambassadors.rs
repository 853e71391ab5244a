//! Ambassadors: the fewest people who reach the most others along ties.
//!
//! METHODS (c). Those with most ties reach the same circle over and over, so the people are chosen one after
//! the other, each for whom they reach that nobody before does; no choice of as many reaches more than 1 / 0.63 of
//! it (Nemhauser, Wolsey and Fisher 1978; with a quota for units, twice as many: Fisher and others 1978). What
//! somebody adds only falls as others join, so an old value is a bound and few need be reckoned again
//! (Minoux 1978). One person can be asked to carry word to so many and no more: people are assigned to
//! ambassadors, and handed over between them where that lets one more be reached. The list ends where the next
//! person would add less than one in a hundred to those reached.

mod carried;
mod due;
mod reach;

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::Network;
use crate::stats::random::Random;

pub use due::{Contact, Due, Subject, Touch, due};
pub use reach::reach_of;

use carried::Carried;

/// Who may be asked, and who is there to be reached; all by person.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Who may be listed.
    pub may_be_listed: &'a [bool],
    /// Unit; [`NO_UNIT`] where unknown.
    pub unit: &'a [u32],
    /// What it is worth to reach each person, 0 or more; empty where all count alike.
    pub weight: &'a [f64],
    /// Who is in which informal group: `(person, group)`, sorted; several groups each, or none.
    pub groups: &'a [(u32, u32)],
}

/// How many are chosen, and for what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Within how many steps somebody is reached, 1 or 2.
    pub n_steps: u32,
    /// How many are chosen at most.
    pub n_most: usize,
    /// How many of one unit at most; those of no known unit have none.
    pub quota: usize,
    /// How many people one ambassador can be asked to carry word to, the ambassador included; over two steps
    /// each of them carries as many.
    pub load: usize,
    /// The list ends where the next person adds less than this share of those reached.
    pub least_share: f64,
    /// Draws at random that the reach is compared with.
    pub n_draws: usize,
    /// Seed of these draws.
    pub seed: u64,
}

impl Default for Options {
    /// Fifty people are one talk a working day for ten weeks; three of a unit still leave others a say.
    fn default() -> Self {
        Self {
            n_steps: 1,
            n_most: 20,
            quota: 3,
            load: 50,
            least_share: 0.01,
            n_draws: 200,
            seed: 1,
        }
    }
}

/// A chosen person.
#[derive(Debug, Clone, PartialEq)]
pub struct Ambassador {
    /// Place in the list, from 1.
    pub rank: u32,
    /// Who.
    pub person: u32,
    /// People reached through this person beyond those reached before.
    pub n_new_people: u64,
    /// People reached by the list up to here.
    pub n_people_covered: u64,
    /// What the new people are worth; their number where all count alike.
    pub gain: f64,
    /// Known units of the people with a tie of so many steps to this person, sorted.
    pub units: Vec<u32>,
    /// Informal groups that the list up to here has somebody of within its steps.
    pub n_groups_reached: u64,
}

/// How many people some ambassadors reach.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Reach {
    /// Under the load that each can carry.
    pub carried: f64,
    /// Within one step, however many each carries.
    pub within_one_step: f64,
    /// Within two steps.
    pub within_two_steps: f64,
}

/// The ambassadors, and what they are compared with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Ambassadors {
    /// In the order of choice.
    pub chosen: Vec<Ambassador>,
    /// Their reach.
    pub reach: Reach,
    /// The reach of as many executives, or of all where there are fewer.
    pub reach_of_executives: Reach,
    /// The mean reach of as many by lot among those who may be listed.
    pub reach_by_lot: Reach,
}

/// Chooses ambassadors in a network of ties. `executives` come in the order of the chart; they count whether or
/// not they may be listed, since nothing but their number is told.
///
/// # Panics
/// When `n_steps` is neither 1 nor 2.
pub fn ambassadors(
    network: &Network,
    world: &World<'_>,
    executives: &[u32],
    options: &Options,
) -> Ambassadors {
    let chosen = choose(network, world, options);
    let people: Vec<u32> = chosen.iter().map(|one| one.person).collect();
    let reach = |people: &[u32]| reach::reach(network, people, options);
    let executives = &executives[..people.len().min(executives.len())];
    let eligible = eligible(network, world);
    let n_drawn = people.len().min(eligible.len());
    let mut random = Random::new(options.seed);
    let mut by_lot = Reach::default();
    let mut deck = eligible;
    for _ in 0..options.n_draws {
        for place in 0..n_drawn {
            let other = place + random.below(deck.len() - place);
            deck.swap(place, other);
        }
        let drawn = reach(&deck[..n_drawn]);
        by_lot.carried += drawn.carried;
        by_lot.within_one_step += drawn.within_one_step;
        by_lot.within_two_steps += drawn.within_two_steps;
    }
    let mean = |sum: f64| sum / options.n_draws.max(1) as f64;
    Ambassadors {
        reach: reach(&people),
        reach_of_executives: reach(executives),
        reach_by_lot: Reach {
            carried: mean(by_lot.carried),
            within_one_step: mean(by_lot.within_one_step),
            within_two_steps: mean(by_lot.within_two_steps),
        },
        chosen,
    }
}

fn eligible(network: &Network, world: &World<'_>) -> Vec<u32> {
    let people = 0..network.n_nodes() as u32;
    people
        .filter(|person| world.may_be_listed[*person as usize])
        .collect()
}

fn choose(network: &Network, world: &World<'_>, options: &Options) -> Vec<Ambassador> {
    let n_units = world.unit.iter().filter(|unit| **unit != NO_UNIT).max();
    let mut n_of_unit = vec![0; n_units.map_or(0, |most| *most as usize + 1)];
    let mut queue: BinaryHeap<Bound> = eligible(network, world)
        .into_iter()
        .map(|person| Bound {
            gain: f64::INFINITY,
            n_ties: network.degree(person),
            person,
            n_before: 0,
        })
        .collect();
    let mut carried = Carried::new(network.n_nodes(), world.weight, options.load_over_steps());
    let mut groups = GroupsReached::new(world.groups);
    let (mut chosen, mut worth) = (Vec::new(), 0.0);
    while let Some(first) = queue.pop() {
        if chosen.len() == options.n_most {
            break;
        }
        let unit = world.unit[first.person as usize] as usize;
        if n_of_unit.get(unit).is_some_and(|n| *n >= options.quota) {
            continue;
        }
        if first.gain.is_infinite() || first.n_before < chosen.len() {
            let reach = reach_of(network, first.person, options.n_steps);
            queue.push(Bound {
                gain: carried.gain(&reach),
                n_before: chosen.len(),
                ..first
            });
            continue;
        }
        if first.gain <= 0.0 || first.gain < options.least_share * worth {
            break;
        }
        worth += first.gain;
        if let Some(n) = n_of_unit.get_mut(unit) {
            *n += 1;
        }
        let reach = reach_of(network, first.person, options.n_steps);
        groups.add(&reach);
        let units = units(&reach, world.unit);
        let n_new_people = carried.add(reach);
        chosen.push(Ambassador {
            rank: chosen.len() as u32 + 1,
            person: first.person,
            n_new_people,
            n_people_covered: carried.n_people(),
            gain: first.gain,
            units,
            n_groups_reached: groups.n_reached,
        });
    }
    chosen
}

impl Options {
    fn load_over_steps(&self) -> usize {
        if self.n_steps == 2 {
            self.load.saturating_mul(self.load)
        } else {
            self.load
        }
    }
}

fn units(reach: &[u32], unit: &[u32]) -> Vec<u32> {
    let units = reach.iter().map(|person| unit[*person as usize]);
    let mut units: Vec<u32> = units.filter(|unit| *unit != NO_UNIT).collect();
    units.sort_unstable();
    units.dedup();
    units
}

/// The most that somebody can add, reckoned when so many had been chosen. The greatest stands first; among equals
/// the one with more ties (whoever is reached twice is reached more surely), then the lower id.
#[derive(Debug, Clone, Copy)]
struct Bound {
    gain: f64,
    n_ties: usize,
    person: u32,
    n_before: usize,
}

impl Ord for Bound {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_gain = self.gain.total_cmp(&other.gain);
        let by_ties = self.n_ties.cmp(&other.n_ties);
        by_gain.then(by_ties).then(other.person.cmp(&self.person))
    }
}

impl PartialOrd for Bound {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Bound {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Bound {}

/// Which groups have somebody reached.
struct GroupsReached<'a> {
    groups: &'a [(u32, u32)],
    is_reached: Vec<bool>,
    n_reached: u64,
}

impl<'a> GroupsReached<'a> {
    fn new(groups: &'a [(u32, u32)]) -> Self {
        assert!(groups.is_sorted(), "groups by person");
        let n_groups = groups.iter().map(|row| row.1 as usize + 1).max();
        Self {
            groups,
            is_reached: vec![false; n_groups.unwrap_or(0)],
            n_reached: 0,
        }
    }

    fn add(&mut self, reach: &[u32]) {
        for person in reach {
            let start = self.groups.partition_point(|row| row.0 < *person);
            let of_person = self.groups[start..].iter();
            for (_, group) in of_person.take_while(|row| row.0 == *person) {
                let is_reached = &mut self.is_reached[*group as usize];
                self.n_reached += u64::from(!*is_reached);
                *is_reached = true;
            }
        }
    }
}

#[cfg(test)]
mod tests;
