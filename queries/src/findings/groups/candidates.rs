//! Clusters as groups: who belongs to them, what they gather round, and what they mix.

use super::background::Column;
use super::consensus::Community;
use super::gathering::{self, GatheredItem};
use super::membership::{self, Asked, Members};
use super::prepared::Prepared;
use super::units::{self, Mixture};
use super::worlds;
use super::{Crowd, Settings};
use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::Network;
use crate::parallel::in_order;
use crate::people::uses::Uses;
use crate::stats::poisson;

/// Six in ten of one unit are that unit (METHODS (b)).
const LARGEST_SHARE: f64 = 0.6;

/// Of a location or a role a group is the unit itself, and not some people who happen to share it, from a third
/// of its people on.
const LARGEST_PART: f64 = 1.0 / 3.0;

/// The rest of a unit is drawn to the same when it uses it so many times as often as by chance; some members are
/// always missed, and they may make up a half.
const ROUTINE_LIFT: f64 = 2.0;

/// A group is of at least such a part of as many departments, in effect (the exponential of the entropy), as people
/// drawn by lot are. METHODS asks for the 5 % quantile of those; but large groups by lot are of nearly all departments,
/// and one that has a centre of gravity, or leaves the clients out, is no department for that.
const LEAST_MIXED: f64 = 0.5;

/// Errands and routes are looked for among so many of the items that say most of a group: members use those beside
/// them on any day.
const N_TELLING: usize = 6;

/// Whoever gathers comes again: where three quarters of what members use falls into each one's busiest week, it
/// was an errand (newcomers on their first days, a course). By lot a busiest week of four holds about half.
const LARGEST_SHARE_OF_WEEK: f64 = 0.75;

/// What is always used on the same days is one route and no gathering: of two pages of a route, the one used on fewer
/// days has nine in ten of them in common with the other; of two pages that somebody comes back to for their own
/// sake, by lot, about a third.
const LARGEST_SHARE_OF_SAME_DAYS: f64 = 0.6;

/// Of two groups that share half of their people one is the other.
const SAME_GROUP: f64 = 0.5;

/// A cluster that may be a group.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Candidate {
    /// Weight per member inside the cluster, and what is compared with null worlds.
    pub cohesion: f64,
    pub stability: f64,
    /// Places and strengths.
    pub members: Members,
    pub items: Vec<GatheredItem>,
    pub mixture: Mixture,
    pub share_of_busiest_week: f64,
    /// Whether it is a unit, of departments or of another dimension.
    pub is_unit: bool,
    /// Whether it is the errand of a week, or a route of several pages.
    pub is_errand: bool,
}

/// Each community as a group, the closest knit first, none of them twice.
pub(super) fn candidates(
    crowd: &Crowd<'_>,
    prepared: &Prepared,
    network: &Network,
    communities: &[Community],
    settings: &Settings,
) -> Vec<Candidate> {
    let mut all = in_order(
        communities.len(),
        settings.n_threads,
        || (),
        |(), index| candidate(crowd, prepared, network, &communities[index], settings),
    );
    all.sort_by(|a, b| {
        b.cohesion
            .total_cmp(&a.cohesion)
            .then(a.members[0].0.cmp(&b.members[0].0))
    });
    let mut kept: Vec<Candidate> = Vec::new();
    let mut places: Vec<Vec<u32>> = Vec::new();
    for candidate in all {
        let own: Vec<u32> = candidate.members.iter().map(|(place, _)| *place).collect();
        let is_new = places
            .iter()
            .all(|other| membership::similarity(other, &own) < SAME_GROUP);
        if is_new {
            places.push(own);
            kept.push(candidate);
        }
    }
    kept
}

fn candidate(
    crowd: &Crowd<'_>,
    prepared: &Prepared,
    network: &Network,
    community: &Community,
    settings: &Settings,
) -> Candidate {
    let background = &prepared.background;
    let cluster: Vec<u32> = community.members.iter().map(|(place, _)| *place).collect();
    let asked = Asked {
        background,
        uses: crowd.uses,
        n_users: &prepared.n_users,
        incidence: &prepared.incidence,
        n_active: prepared.active.len(),
    };
    let members = match membership::members(&asked, &cluster, settings.least_members) {
        Some(members) => with_the_tied(members, community, prepared),
        None => community.members.clone(),
    };
    let places: Vec<u32> = members.iter().map(|(place, _)| *place).collect();
    let items = gathering::items(&places, background, crowd.uses);
    let mut people: Vec<u32> = places
        .iter()
        .map(|place| background.person[*place as usize])
        .collect();
    people.sort_unstable();
    let mixture = units::mixture(&people, &prepared.active, crowd.department, settings.seed);
    let share = share_of_busiest_week(&people, &items, prepared.weights(), crowd);
    Candidate {
        cohesion: worlds::cohesion(network, &cluster),
        stability: community.stability,
        is_unit: is_department(&mixture, background.departments.len())
            || crowd
                .others
                .iter()
                .any(|unit| is_unit(&people, &items, unit, prepared)),
        is_errand: has_weeks(crowd) && share > LARGEST_SHARE_OF_WEEK
            || crowd
                .days
                .is_some_and(|days| is_route(&people, &items, prepared.weights(), days)),
        members,
        items,
        mixture,
        share_of_busiest_week: share,
    }
}

/// Those whom the runs put into the cluster for their ties to two others of it stay, whatever they use.
fn with_the_tied(mut members: Members, community: &Community, prepared: &Prepared) -> Members {
    let cluster = &community.members;
    for (place, share) in cluster {
        let is_tied = |other: &&(u32, f64)| prepared.ties.has(*place, other.0);
        if cluster.iter().filter(is_tied).count() >= 2 {
            match members.binary_search_by_key(place, |(other, _)| *other) {
                Ok(at) => members[at].1 = members[at].1.max(*share),
                Err(at) => members.insert(at, (*place, *share)),
            }
        }
    }
    members
}

/// Nothing crosses departments where there is only one.
fn is_department(mixture: &Mixture, n_departments: usize) -> bool {
    let effective = (mixture.entropy - mixture.entropy_by_lot).exp();
    let is_mixed = mixture.largest_share < LARGEST_SHARE && effective >= LEAST_MIXED;
    n_departments > 1 && !is_mixed
}

/// Whether a group is of one unit that is not most of all people, and either most of it, or drawn to what the
/// rest of the unit is drawn to as well: what a role uses is no informal group of ten of its people.
fn is_unit(people: &[u32], items: &[GatheredItem], unit: &[u32], prepared: &Prepared) -> bool {
    let (largest, n) = units::largest(people, unit);
    let is_of_unit = |person: &u32| unit[*person as usize] == largest;
    let n_in_unit = prepared
        .active
        .iter()
        .filter(|person| is_of_unit(person))
        .count();
    let share = n as f64 / people.len().max(1) as f64;
    let is_common = n_in_unit as f64 >= LARGEST_SHARE * prepared.active.len() as f64;
    if largest == NO_UNIT || is_common || share < LARGEST_SHARE {
        return false;
    }
    n as f64 >= LARGEST_PART * n_in_unit as f64 || {
        let column = |item: &GatheredItem| prepared.background.column(item.item);
        let columns: Vec<Column<'_>> = items.iter().map(column).collect();
        let (mut seen, mut expected) = (0_u64, 0.0);
        for (place, person) in prepared.background.person.iter().enumerate() {
            if is_of_unit(person) && people.binary_search(person).is_err() {
                let used = prepared.incidence.items(place as u32);
                seen += items
                    .iter()
                    .filter(|item| used.contains(&item.item))
                    .count() as u64;
                let chances = columns.iter().map(|column| column.chance(place as u32));
                expected += chances.sum::<f64>();
            }
        }
        seen as f64 >= ROUTINE_LIFT * expected && poisson::upper_tail(seen, expected) < 0.01
    }
}

/// Whether anything was used in more than one week.
fn has_weeks(crowd: &Crowd<'_>) -> bool {
    let sets = (0..crowd.uses.n_persons() as u32).flat_map(|person| crowd.uses.week_sets(person));
    sets.fold(0_u32, |all, set| all | set).count_ones() > 1
}

/// Of the weeks in which members used what counts of what they gather round, those in each one's busiest week.
fn share_of_busiest_week(
    people: &[u32],
    items: &[GatheredItem],
    weights: &[f64],
    crowd: &Crowd<'_>,
) -> f64 {
    let gathered = gathered(items, weights);
    let (mut busiest, mut all) = (0, 0);
    for person in people {
        let mut by_week = [0_u32; 32];
        let sets = crowd.uses.week_sets(*person);
        for (item, set) in crowd.uses.items(*person).iter().zip(sets) {
            if gathered.binary_search(item).is_ok() {
                for (week, n) in by_week.iter_mut().enumerate() {
                    *n += set >> week & 1;
                }
            }
        }
        busiest += by_week.iter().max().expect("32 weeks");
        all += by_week.iter().sum::<u32>();
    }
    f64::from(busiest) / f64::from(all.max(1))
}

/// What says most of a group, of what counts, sorted.
fn gathered(items: &[GatheredItem], weights: &[f64]) -> Vec<u32> {
    let counting = items
        .iter()
        .filter(|item| weights[item.item as usize] > 0.0);
    let mut gathered: Vec<u32> = counting.map(|item| item.item).take(N_TELLING).collect();
    gathered.sort_unstable();
    gathered
}

/// Whether members use what they gather round on the same days: of each two items of a member, the days that both
/// have of those of the one with fewer.
fn is_route(people: &[u32], items: &[GatheredItem], weights: &[f64], days: &Uses) -> bool {
    let gathered = gathered(items, weights);
    let (mut n_same, mut n_fewer) = (0_u32, 0_u32);
    for person in people {
        let used = days.items(*person).iter().zip(days.week_sets(*person));
        let sets: Vec<u32> = used
            .filter(|(item, _)| gathered.binary_search(item).is_ok())
            .map(|(_, set)| *set)
            .collect();
        for (at, one) in sets.iter().enumerate() {
            for other in &sets[..at] {
                n_same += (one & other).count_ones();
                n_fewer += one.count_ones().min(other.count_ones());
            }
        }
    }
    f64::from(n_same) > LARGEST_SHARE_OF_SAME_DAYS * f64::from(n_fewer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(item: u32) -> GatheredItem {
        GatheredItem {
            item,
            n_people: 2,
            expected: 0.1,
            lift: 20.0,
            p_value: 0.01,
        }
    }

    /// Two people and three items, on these days each.
    fn is_it_a_route(days: [[&[i32]; 3]; 2]) -> bool {
        let mut uses = Vec::new();
        for (person, of_person) in (0_u32..).zip(days) {
            for (item, on) in (0_u32..).zip(of_person) {
                uses.extend(on.iter().map(|day| (person, item, *day)));
            }
        }
        let days = Uses::new(2, 3, &uses);
        is_route(&[0, 1], &[item(0), item(1), item(2)], &[1.0; 3], &days)
    }

    #[test]
    fn what_is_always_used_on_the_same_days_is_a_route() {
        assert!(is_it_a_route([
            [&[1, 9], &[1, 9], &[1]],
            [&[4], &[4], &[4]]
        ]));
        assert!(!is_it_a_route([
            [&[1, 9], &[2, 9], &[5]],
            [&[4], &[6], &[4]]
        ]));
        assert!(!is_it_a_route([[&[], &[], &[]], [&[], &[], &[]]]));
    }
}
