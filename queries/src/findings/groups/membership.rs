//! Who belongs to a group, once it is there.
//!
//! A cluster of pairs misses those who share two pages with each of the others and three with nobody. For a
//! group that stands, each person can be asked directly: are the uses of what it gathers round more likely for
//! a member, or for anybody of that department and activity? With a the share of members drawn to an item
//! beyond chance, a member uses it with P + (1 - P)a, anybody with P. The answer is the posterior chance of
//! being one, the prior being the group's share of all people; a person's own uses never speak for an item
//! when that person is asked. What the group gathers round and who belongs to it are found in turns.

use super::background::{Background, Column};
use super::gathering;
use super::incidence::Incidence;
use crate::people::uses::Uses;

/// Turns after which nothing that matters changes.
const MOST_TURNS: usize = 8;

/// Where it no longer is the cluster that was tested, it is not taken.
const LEAST_SIMILAR: f64 = 0.3;

/// An item draws members when so many of them are this unlikely. An item too many weighs little, since the share
/// that it draws is small; one too few loses those who use it.
const DRAWS_AT: f64 = 0.01;

/// The first members were found by some of the items, which therefore seem to draw nearly all of them: to each share
/// so many members are lent whom the item draws as all items do in the mean.
const LENT: f64 = 5.0;

/// A member is as likely as not.
pub(super) const LEAST_STRENGTH: f64 = 0.5;

/// Fewer items say too little of a person.
const LEAST_ITEMS: usize = 3;

/// A place and the chance that the person there is a member; sorted.
pub(super) type Members = Vec<(u32, f64)>;

/// What people are asked about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Chances of cells.
    pub background: &'a Background,
    /// Who uses what.
    pub uses: &'a Uses,
    /// Users of each item.
    pub n_users: &'a [u32],
    /// The items that count, by place: whoever may be a member uses two of them.
    pub incidence: &'a Incidence,
    /// People who used anything.
    pub n_active: usize,
}

/// The members of the group round a cluster (sorted places); `None` where it gathers round too little to ask, or
/// would become another group.
pub(super) fn members(asked: &Asked<'_>, cluster: &[u32], least: usize) -> Option<Members> {
    let mut places = cluster.to_vec();
    let mut members = Vec::new();
    for _ in 0..MOST_TURNS {
        let draws = draws(asked, &places);
        if draws.len() < LEAST_ITEMS {
            return None;
        }
        let returns = returns(asked, &places, &draws);
        members = posterior(asked, &places, &draws, returns);
        let next: Vec<u32> = members.iter().map(|(place, _)| *place).collect();
        if next.len() < least {
            return None;
        }
        if next == places {
            break;
        }
        places = next;
    }
    (similarity(cluster, &places) >= LEAST_SIMILAR).then_some(members)
}

/// Of two sorted lists: what both have over what either has.
pub(super) fn similarity(one: &[u32], other: &[u32]) -> f64 {
    let n_both = one
        .iter()
        .filter(|place| other.binary_search(place).is_ok())
        .count();
    n_both as f64 / (one.len() + other.len() - n_both).max(1) as f64
}

/// An item that draws members: how many use it, and how many of them would by chance.
struct Draw {
    item: u32,
    n_people: f64,
    expected: f64,
    /// Users outside the group over those that the model has there.
    outside: f64,
    /// The share that the group's items draw in the mean.
    usual: f64,
}

impl Draw {
    /// Share of members drawn beyond chance, without one of them.
    fn share_without(&self, n_members: f64, uses: f64, chance: f64, is_member: bool) -> f64 {
        let out = if is_member { 1.0 } else { 0.0 };
        let n_people = self.n_people - out * uses;
        let expected = self.expected - out * chance;
        let n = n_members - out;
        let share = (n_people - expected + LENT * self.usual) / (n - expected + LENT);
        share.clamp(0.01, 0.99)
    }
}

fn draws(asked: &Asked<'_>, places: &[u32]) -> Vec<Draw> {
    let items = gathering::drawing(places, asked.background, asked.uses);
    let drawing = items.iter().filter(|item| item.p_value <= DRAWS_AT);
    let draw = |item: &gathering::GatheredItem| {
        let n_users = f64::from(asked.n_users[item.item as usize]);
        let n_people = f64::from(item.n_people);
        let outside = less(n_users - n_people, n_users - item.expected);
        Draw {
            item: item.item,
            n_people,
            expected: item.expected * outside,
            outside,
            usual: 0.5,
        }
    };
    let mut draws: Vec<Draw> = drawing.map(draw).collect();
    let n_members = places.len() as f64;
    let shares = draws
        .iter()
        .map(|draw| draw.share_without(n_members, 0.0, 0.0, false));
    let usual = shares.sum::<f64>() / draws.len().max(1) as f64;
    for draw in &mut draws {
        draw.usual = usual;
    }
    draws
}

/// What it says of a person to have used an item in several weeks, and in one: logarithms of how much likelier
/// each is for a use by a member.
#[derive(Debug, Clone, Copy)]
struct Returns {
    several: f64,
    one: f64,
}

fn returns(asked: &Asked<'_>, places: &[u32], draws: &[Draw]) -> Returns {
    // Uses in several weeks, and all, of others and of members.
    let mut n = [[0.0; 2]; 2];
    for draw in draws {
        for place in asked.incidence.places(draw.item) {
            let own = &mut n[usize::from(places.binary_search(place).is_ok())];
            own[1] += 1.0;
            if n_weeks(asked, *place, draw.item) > 1 {
                own[0] += 1.0;
            }
        }
    }
    // One use each way, so that few uses say little.
    let share = |[several, all]: [f64; 2]| (several + 1.0) / (all + 2.0);
    let (others, members) = (share(n[0]), share(n[1]));
    Returns {
        several: (members / others).ln(),
        one: ((1.0 - members) / (1.0 - others)).ln(),
    }
}

/// Weeks in which the person at a place used an item; 0 for never.
fn n_weeks(asked: &Asked<'_>, place: u32, item: u32) -> u16 {
    let person = asked.background.person[place as usize];
    let at = asked.uses.items(person).binary_search(&item);
    at.map_or(0, |at| asked.uses.weeks(person)[at])
}

/// How many times fewer were seen than expected; half a one each, so that none seen is not never.
fn less(seen: f64, expected: f64) -> f64 {
    ((seen + 0.5) / (expected + 0.5)).clamp(0.0, 1.0)
}

/// Everybody who is a member as likely as not.
fn posterior(asked: &Asked<'_>, places: &[u32], draws: &[Draw], returns: Returns) -> Members {
    let mut candidates: Vec<u32> = Vec::new();
    for draw in draws {
        candidates.extend(asked.incidence.places(draw.item));
    }
    candidates.sort_unstable();
    // Whoever uses one item only is nobody's member.
    let several = candidates
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() > 1);
    let columns: Vec<Column<'_>> = draws
        .iter()
        .map(|draw| asked.background.column(draw.item))
        .collect();
    let n_members = places.len() as f64;
    let prior = (n_members / (asked.n_active as f64 - n_members).max(1.0)).ln();
    let ask = |place: u32| {
        let is_member = places.binary_search(&place).is_ok();
        let used = asked.uses.items(asked.background.person[place as usize]);
        let chances: Vec<f64> = columns.iter().map(|column| column.chance(place)).collect();
        let weeks: Vec<u16> = draws
            .iter()
            .map(|d| n_weeks(asked, place, d.item))
            .collect();
        let n_elsewhere = (used.len() - weeks.iter().filter(|n| **n > 0).count()) as f64;
        let elsewhere = less(n_elsewhere, used.len() as f64 - chances.iter().sum::<f64>());
        let mut odds = prior;
        for ((draw, chance), n_weeks) in draws.iter().zip(chances).zip(weeks) {
            let uses = if n_weeks > 0 { 1.0 } else { 0.0 };
            let chance = (chance * draw.outside * elsewhere).clamp(1e-9, 1.0 - 1e-9);
            let share = draw.share_without(n_members, uses, chance, is_member);
            let drawn = (1.0 - chance) / chance * share;
            odds += match n_weeks {
                0 => (-share).ln_1p(),
                1 => drawn.ln_1p() + returns.one,
                _ => drawn.ln_1p() + returns.several,
            };
        }
        (place, 1.0 / (1.0 + (-odds).exp()))
    };
    let asked = several.map(|same| ask(same[0]));
    asked
        .filter(|(_, strength)| *strength >= LEAST_STRENGTH)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn half_of_a_group_calls_the_other_half_and_nobody_else() {
        let mut random = Random::new(12);
        let mut rows = Vec::new();
        for person in 0..400_u32 {
            for item in 0..80_u32 {
                let chance = if person < 20 && item < 8 { 0.7 } else { 0.04 };
                if random.uniform() < chance {
                    rows.push((person, item, 0));
                }
            }
        }
        let uses = Uses::new(400, 80, &rows);
        let background = Background::new(&uses, &[0; 400], 1);
        let cells: Vec<(u32, u32)> = rows.iter().map(|row| (row.0, row.1)).collect();
        let incidence = Incidence::new(400, 80, &cells);
        let asked = Asked {
            background: &background,
            uses: &uses,
            incidence: &incidence,
            n_users: &uses.n_people_by_item(),
            n_active: 400,
        };
        let found = members(&asked, &(0..10).collect::<Vec<_>>(), 5).unwrap();
        let places: Vec<u32> = found.iter().map(|(place, _)| *place).collect();
        assert!(
            similarity(&places, &(0..20).collect::<Vec<_>>()) >= 0.85,
            "{places:?}"
        );
        // People who have nothing in common gather round nothing.
        assert_eq!(members(&asked, &(100..115).collect::<Vec<_>>(), 5), None);
    }
}
