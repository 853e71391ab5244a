//! What a group gathers round: the items that more of its members use than would by chance.

use super::background::Background;
use crate::people::uses::Uses;
use crate::stats::{fdr, poisson, poisson_binomial};

/// Fewer members gather round nothing.
const LEAST_PEOPLE: usize = 3;

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
    let mut items = drawing(places, background, uses);
    let p_values: Vec<f64> = items.iter().map(|item| item.p_value).collect();
    let n_used = n_used(places, background, uses);
    let mut q_values = fdr::q_values(&p_values, n_used).into_iter();
    items.retain(|_| q_values.next().expect("one each") <= LARGEST_Q);
    items.sort_by(|a, b| a.p_value.total_cmp(&b.p_value).then(a.item.cmp(&b.item)));
    items
}

/// All items that enough of the people at these places use, with how likely that is, by item.
pub(super) fn drawing(places: &[u32], background: &Background, uses: &Uses) -> Vec<GatheredItem> {
    let used = used(places, background, uses);
    let several = used
        .chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= LEAST_PEOPLE);
    let weigh = |same: &[u32]| {
        let (item, n_people) = (same[0], same.len() as u32);
        let column = background.column(item);
        let chances: Vec<f64> = places.iter().map(|place| column.chance(*place)).collect();
        let expected: f64 = chances.iter().sum();
        let p_value = if chances.len() > MOST_EXACT {
            poisson::upper_tail(u64::from(n_people), expected)
        } else {
            poisson_binomial::upper_tail(u64::from(n_people), &chances)
        };
        let lift = f64::from(n_people) / expected.max(1e-12);
        GatheredItem {
            item,
            n_people,
            expected,
            lift,
            p_value,
        }
    };
    several.map(weigh).collect()
}

/// The items of all these people, sorted, each as often as it is used.
fn used(places: &[u32], background: &Background, uses: &Uses) -> Vec<u32> {
    let of_place = |place: &u32| uses.items(background.person[*place as usize]);
    let mut used: Vec<u32> = places.iter().flat_map(of_place).copied().collect();
    used.sort_unstable();
    used
}

/// How many items any of these people use: the family of the tests.
fn n_used(places: &[u32], background: &Background, uses: &Uses) -> u64 {
    let mut used = used(places, background, uses);
    used.dedup();
    used.len() as u64
}
