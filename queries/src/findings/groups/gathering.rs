//! What a group gathers round: the items that more of its members use than would by chance.

use super::background::Background;
use crate::people::uses::Uses;
use crate::stats::{fdr, poisson, poisson_binomial};

/// Fewer members gather round nothing.
const LEAST_PEOPLE: u32 = 3;

/// The largest false discovery rate among the items that members use.
const LARGEST_Q: f64 = 0.05;

/// The exact tail costs the square of the members; for more of them Poisson's is close, and never too bold.
const MOST_EXACT: usize = 200;

/// An item that a group gathers round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GatheredItem {
    /// Which item.
    pub item: u32,
    /// Members who use it.
    pub n_people: u32,
    /// Members who would by chance.
    pub expected: f64,
    /// Members over expected members.
    pub lift: f64,
    /// Tail of the members who use it; the group was chosen for such items, so this ranks and claims nothing.
    pub p_value: f64,
}

/// The items that the people at these places gather round, the least likely first.
pub(super) fn items(places: &[u32], background: &Background, uses: &Uses) -> Vec<GatheredItem> {
    let of_place = |place: &u32| uses.items(background.person[*place as usize]);
    let mut used: Vec<u32> = places.iter().flat_map(of_place).copied().collect();
    used.sort_unstable();
    let mut found = Vec::new();
    let mut p_values = Vec::new();
    for same in used.chunk_by(|a, b| a == b) {
        let (item, n_people) = (same[0], same.len() as u32);
        if n_people < LEAST_PEOPLE {
            p_values.push(1.0);
            continue;
        }
        let chances: Vec<f64> = places.iter().map(|place| background.chance(*place, item)).collect();
        let expected: f64 = chances.iter().sum();
        let p_value = if chances.len() > MOST_EXACT {
            poisson::upper_tail(u64::from(n_people), expected)
        } else {
            poisson_binomial::upper_tail(u64::from(n_people), &chances)
        };
        let lift = f64::from(n_people) / expected.max(1e-12);
        found.push((p_values.len(), GatheredItem { item, n_people, expected, lift, p_value }));
        p_values.push(p_value);
    }
    let q_values = fdr::q_values(&p_values, p_values.len() as u64);
    found.retain(|(at, _)| q_values[*at] <= LARGEST_Q);
    let mut items: Vec<GatheredItem> = found.into_iter().map(|(_, item)| item).collect();
    items.sort_by(|a, b| a.p_value.total_cmp(&b.p_value).then(a.item.cmp(&b.item)));
    items
}
