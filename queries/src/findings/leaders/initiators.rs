//! Initiators: people who begin with something new and are then followed by those they are tied to.
//!
//! A pair of tied people who began with the same item within two weeks of each other has one who came before
//! and one who came after; on the same day it has neither. Only ties count that stood before both began.
//! What shared taste does, it does in both orders, so who came before is held against who came after, with
//! the sign of each follower, and of each item, thrown anew ([`symmetry`]): a campaign that moves thirty
//! people at once is one item, a loyal follower is one vote. That leaves those who are early by nature. So
//! the first days of the others are dealt out anew inside their department ([`dealing`]): somebody is
//! early *and* followed only when those tied come sooner after than others of their department do. Both must
//! hold, each at its own false discovery rate, of which the largest is told: the dealing and the signs by item over
//! everyone tested, the signs by follower over those who pass these. (With ten followers signs give no p value
//! below 1 in 1,024; asked of hundreds they would find nobody.) Last, whoever shares followers with a stronger
//! initiator must be followed by others too. Whoever passes is listed; `strong` also beats the strict comparison
//! with people of the own department to whom there is no tie.

mod before_and_after;
mod dealing;
mod symmetry;

use super::Strength;
use crate::people::adoptions::{Adoption, Neighbours, Tie};
use crate::stats::fdr;

use before_and_after::Counts;
use dealing::{Department, Draw, Moments};

/// What is known of the persons, each by person.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    /// Department; [`crate::findings::elephant_paths::NO_UNIT`] where unknown: these are a department of their own.
    pub unit: &'a [u32],
    /// The first day on which the person was seen at all: those who arrive together are compared with each other.
    pub first_day: &'a [i32],
}

/// What counts, and the gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InitiatorOptions {
    /// First day of the horizon: items that anybody used before it are not new.
    pub from: i32,
    /// Within how many days one comes after the other.
    pub reach_days: i32,
    /// Least number of pairs before and after together, to be tested.
    pub least_pairs: u64,
    /// Least number of items, to be tested.
    pub least_items: u64,
    /// Least number of people before or after, to be tested, and after, to be listed.
    pub least_followers: u64,
    /// Least lead ratio, to be listed.
    pub lead_ratio: f64,
    /// Highest false discovery rate.
    pub q: f64,
}

impl Default for InitiatorOptions {
    /// METHODS (c); the lead ratio is the least lift of every other finding.
    fn default() -> Self {
        Self {
            from: i32::MIN,
            reach_days: 14,
            least_pairs: 10,
            least_items: 5,
            least_followers: 5,
            lead_ratio: 1.5,
            q: 0.05,
        }
    }
}

/// Somebody who is early and then followed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Initiator {
    /// Who.
    pub person: u32,
    /// Times that somebody tied came after.
    pub n_after: u64,
    /// Times that somebody tied came before.
    pub n_before: u64,
    /// Half more than after over half more than before.
    pub lead_ratio: f64,
    /// Distinct people who came after.
    pub n_followers: u64,
    /// Items with anybody before or after.
    pub n_items: u64,
    /// The symmetry of before and after, signs thrown by item.
    pub p_by_item: f64,
    /// The same by follower, each of whom has one vote however often they came after.
    pub p_by_follower: f64,
    /// First days dealt out anew inside departments.
    pub p_dealt: f64,
    /// The same with everyone left aside who is tied to a stronger initiator that began with the item too; that
    /// of the strongest is `p_dealt`.
    pub p_apart: f64,
    /// Before and after among those tied, against the rest of the department.
    pub p_strict: f64,
    /// Of both tests together, over all tested.
    pub q_value: f64,
    /// Strong when the strict comparison passes too.
    pub strength: Strength,
}

/// The initiators of a horizon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Initiators {
    /// Those listed, the highest lead ratio first, ties by person.
    pub listed: Vec<Initiator>,
    /// Size of the family.
    pub n_tested: u64,
}

/// Finds the initiators. `adoptions` are sorted; an item counts when all of them lie in the horizon. Its start
/// must lie well after the start of the logs, or everything seems new.
pub fn initiators(
    adoptions: &[Adoption],
    ties: &[Tie],
    people: &People<'_>,
    options: &InitiatorOptions,
) -> Initiators {
    let tested = tested(adoptions, ties, people, options, Reckoned::Ahead);
    let n_tested = tested.len() as u64;
    let of_all = |p: fn(&Initiator) -> f64| {
        let p: Vec<f64> = tested.iter().map(p).collect();
        fdr::q_values(&p, n_tested)
    };
    let (dealt, by_item) = (of_all(|one| one.p_dealt), of_all(|one| one.p_by_item));
    let strict = of_all(|one| one.p_strict);
    let mut q: Vec<f64> = dealt.iter().zip(&by_item).map(|(a, b)| a.max(*b)).collect();
    // The votes of followers are asked of those who pass the rest: these are their family.
    let passed: Vec<usize> = (0..tested.len()).filter(|at| q[*at] <= options.q).collect();
    let votes: Vec<f64> = passed.iter().map(|at| tested[*at].p_by_follower).collect();
    let votes = fdr::q_values(&votes, passed.len() as u64);
    for (at, votes) in passed.into_iter().zip(votes) {
        q[at] = q[at].max(votes);
    }
    let judged = tested.into_iter().zip(q).zip(strict);
    let mut listed: Vec<Initiator> = judged
        .map(|((one, q_value), strict)| Initiator {
            q_value,
            strength: if strict <= options.q {
                Strength::Strong
            } else {
                Strength::Listed
            },
            ..one
        })
        .filter(|one| {
            one.q_value <= options.q
                && one.lead_ratio >= options.lead_ratio
                && one.n_followers >= options.least_followers
        })
        .collect();
    let horizon = Horizon::of(adoptions, ties, people, options);
    horizon.keep_apart(&mut listed, people, options);
    listed.sort_by(|a, b| {
        b.lead_ratio
            .total_cmp(&a.lead_ratio)
            .then(a.person.cmp(&b.person))
    });
    Initiators { listed, n_tested }
}

/// The new items and the ties.
struct Horizon<'a> {
    items: Vec<&'a [Adoption]>,
    neighbours: Neighbours,
}

impl<'a> Horizon<'a> {
    fn of(
        adoptions: &'a [Adoption],
        ties: &[Tie],
        people: &People<'_>,
        options: &InitiatorOptions,
    ) -> Self {
        let items = adoptions.chunk_by(|a, b| a.item == b.item);
        Self {
            items: items
                .filter(|of_item| of_item[0].day >= options.from)
                .collect(),
            neighbours: Neighbours::of(ties, people.unit.len()),
        }
    }

    /// Those who share followers with a leader come before these followers as often as not, and seem to be
    /// followed. So the strongest is kept first, and each next one must still be followed sooner than chance by those
    /// whom nobody kept may have moved.
    fn keep_apart(
        &self,
        listed: &mut Vec<Initiator>,
        people: &People<'_>,
        options: &InitiatorOptions,
    ) {
        listed.sort_by(|a, b| {
            a.p_dealt
                .total_cmp(&b.p_dealt)
                .then(a.person.cmp(&b.person))
        });
        let department = Department::of(people, options);
        let mut kept: Vec<u32> = Vec::new();
        listed.retain_mut(|one| {
            let mut is_asked = vec![false; people.unit.len()];
            is_asked[one.person as usize] = true;
            let mut draws = Vec::new();
            let take = |_, draw| draws.push(draw);
            department.deal(&self.items, &self.neighbours, &is_asked, &kept, take);
            one.p_apart = dealing::p_value(&draws);
            let is_kept = one.p_apart <= options.q;
            if is_kept {
                kept.push(one.person);
            }
            is_kept
        });
    }
}

/// Of whom the exact p values are reckoned that compare with the department.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reckoned {
    /// Those whose ties are ahead by a standard deviation; that of others is told as 1, which claims nothing.
    Ahead,
    /// Everyone, for tests.
    #[cfg(test)]
    All,
}

/// Everyone of the family by person, with p values and without q.
pub(super) fn tested(
    adoptions: &[Adoption],
    ties: &[Tie],
    people: &People<'_>,
    options: &InitiatorOptions,
    reckoned: Reckoned,
) -> Vec<Initiator> {
    let n_persons = people.unit.len();
    let Horizon { items, neighbours } = Horizon::of(adoptions, ties, people, options);
    let counts = Counts::of(&items, &neighbours, options.reach_days);
    let mut tested: Vec<Initiator> = (0..n_persons as u32)
        .filter_map(|person| counted(person, &counts, &neighbours, options))
        .collect();
    let mut is_asked = vec![false; n_persons];
    for one in &tested {
        is_asked[one.person as usize] = true;
    }
    let department = Department::of(people, options);
    if reckoned == Reckoned::Ahead {
        let mut moments = vec![Moments::default(); n_persons];
        department.deal(&items, &neighbours, &is_asked, &[], |person, draw| {
            moments[person as usize].add(&draw);
        });
        for (is_asked, moments) in is_asked.iter_mut().zip(&moments) {
            *is_asked &= moments.is_ahead();
        }
    }
    let mut draws: Vec<Vec<Draw>> = vec![Vec::new(); n_persons];
    department.deal(&items, &neighbours, &is_asked, &[], |person, draw| {
        draws[person as usize].push(draw);
    });
    let untied = department.untied(&items, &neighbours, &is_asked);
    for one in tested
        .iter_mut()
        .filter(|one| is_asked[one.person as usize])
    {
        let (after, before) = untied[one.person as usize];
        one.p_dealt = dealing::p_value(&draws[one.person as usize]);
        one.p_strict = dealing::strict(one.n_after, one.n_before, after, before);
    }
    tested
}

/// The counts of a person and their symmetry; `None` outside the family. The family asks for nothing that
/// tells before from after, or its p values would not be even.
fn counted(
    person: u32,
    counts: &Counts,
    neighbours: &Neighbours,
    options: &InitiatorOptions,
) -> Option<Initiator> {
    let by_other = || neighbours.places(person).map(|place| counts.by_tie[place]);
    let by_item = counts.by_item(person);
    let n_after: u64 = by_other().map(|pair| u64::from(pair.after)).sum();
    let n_before: u64 = by_other().map(|pair| u64::from(pair.before)).sum();
    let n_others = by_other()
        .filter(|pair| pair.after + pair.before > 0)
        .count() as u64;
    let n_items = by_item.len() as u64;
    if n_after + n_before < options.least_pairs
        || n_items < options.least_items
        || n_others < options.least_followers
    {
        return None;
    }
    let votes: Vec<i64> = by_other()
        .map(|pair| i64::from(pair.after) - i64::from(pair.before))
        .map(i64::signum)
        .collect();
    let item_leads: Vec<i64> = by_item.iter().map(|row| i64::from(row.1)).collect();
    Some(Initiator {
        person,
        n_after,
        n_before,
        lead_ratio: (n_after as f64 + 0.5) / (n_before as f64 + 0.5),
        n_followers: by_other().filter(|pair| pair.after > 0).count() as u64,
        n_items,
        p_by_item: symmetry::p_value(&item_leads),
        p_by_follower: symmetry::p_value(&votes),
        p_dealt: 1.0,
        p_apart: 1.0,
        p_strict: 1.0,
        q_value: 1.0,
        strength: Strength::Listed,
    })
}
