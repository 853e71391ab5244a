//! Which pages are used by the same people more than popularity explains.
//!
//! Popular pages share many people, and busy people share many pages. So the expectation is that of a configuration
//! model: somebody with d of all D uses has a page that n people use with chance d n / D, and two pages n m d (d - 1) /
//! D^2. Two pages are tied by the surprise of the people they share (Poisson tail, -log10 p). Pairs are not cut by their
//! false discovery rate: METHODS (b) on soft edges. Units have no say here: what a whole unit took up would else be
//! explained by its popularity in that unit.
//!
//! A use may ask for several weeks. Pages that have become a tool go on being read: two that sixteen people keep coming
//! back to share no more than popularity explains once a hundred others have read them, but they share habits.
//!
//! All windows count, as one. Ties of the last window alone would choose pages for what happened there by chance, and
//! every cluster would then seem to have grown.

use crate::graph::network::{Edge, Network};
use crate::people::uses::Uses;
use crate::stats::poisson;

use super::rows::Rows;

/// Fewer shared people are no tie, however rare the pages: METHODS (b).
const LEAST_SHARED: u32 = 3;

/// Less surprising ties are left out: METHODS (b).
const LARGEST_P: f64 = 1e-3;

/// Pages tied by the surprise of the people they share, who use both of them in so many weeks or more.
pub(super) fn network(windows: &[&Uses], least_weeks: u32) -> Network {
    let (people, pages) = Rows::of_habits(windows, least_weeks);
    let factor = pairs_over_squared_uses(&pages);
    let mut edges: Vec<Edge> = Vec::new();
    let mut n_shared = vec![0_u32; people.len()];
    let mut touched: Vec<u32> = Vec::new();
    for page in 0..people.len() as u32 {
        for person in people.row(page) {
            let all = pages.row(*person);
            for other in &all[all.partition_point(|other| *other <= page)..] {
                if n_shared[*other as usize] == 0 {
                    touched.push(*other);
                }
                n_shared[*other as usize] += 1;
            }
        }
        touched.sort_unstable();
        for other in touched.drain(..) {
            let shared = std::mem::take(&mut n_shared[other as usize]);
            let n_people = people.row(page).len() as f64 * people.row(other).len() as f64;
            edges.extend(surprise(shared, n_people * factor).map(|weight| (page, other, weight)));
        }
    }
    Network::new(people.len(), &edges)
}

/// The weight of a tie, where there is one.
fn surprise(n_shared: u32, expected: f64) -> Option<f64> {
    if n_shared < LEAST_SHARED {
        return None;
    }
    let p = poisson::upper_tail(u64::from(n_shared), expected);
    (p <= LARGEST_P).then(|| -p.max(f64::MIN_POSITIVE).log10())
}

/// The sum of d (d - 1) over the square of the sum of d.
fn pairs_over_squared_uses(pages: &Rows) -> f64 {
    let (mut pairs, mut total) = (0.0, 0.0);
    for person in 0..pages.len() as u32 {
        let n = pages.row(person).len() as f64;
        pairs += n * (n - 1.0);
        total += n;
    }
    if total > 0.0 {
        pairs / (total * total)
    } else {
        0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::uses::Use;
    use proptest::prelude::*;

    /// Every pair of pages and every person.
    fn obvious(uses: &Uses, least_weeks: u16) -> Vec<Edge> {
        let has = |person: u32, page: u32| {
            let mut pages = uses.items(person).iter().zip(uses.weeks(person));
            pages.any(|(one, n_weeks)| *one == page && *n_weeks >= least_weeks)
        };
        let persons = || 0..uses.n_persons() as u32;
        let d = |person: u32| {
            let pages = 0..uses.n_items() as u32;
            pages.filter(|page| has(person, *page)).count() as f64
        };
        let total: f64 = persons().map(d).sum();
        let n = |page: u32| persons().filter(|person| has(*person, page)).count() as f64;
        let mut edges = Vec::new();
        for one in 0..uses.n_items() as u32 {
            for other in one + 1..uses.n_items() as u32 {
                let both = |person: &u32| has(*person, one) && has(*person, other);
                let expected = persons()
                    .map(|p| n(one) * n(other) * d(p) * (d(p) - 1.0) / (total * total))
                    .sum();
                let shared = persons().filter(both).count() as u32;
                edges.extend(surprise(shared, expected).map(|weight| (one, other, weight)));
            }
        }
        edges
    }

    proptest! {
        #[test]
        fn ties_are_those_of_all_pairs(
            mut uses in prop::collection::vec((0..40_u32, 0..12_u32, 0..4_i32), 0..160),
            least_weeks in 1..4_u16,
        ) {
            // Some pages that belong together, lest there be no ties.
            let together = (0..9_u32).flat_map(|person| [0, 5, 7].map(|page| (person, page)));
            uses.extend(together.flat_map(|(person, page)| [0, 1, 3].map(|week| (person, page, week))));
            uses.sort_unstable();
            uses.dedup();
            let (early, late): (Vec<Use>, Vec<Use>) = uses.iter().partition(|row| row.2 < 2);
            let window = |rows: &[Use]| Uses::new(40, 12, rows);
            let (early, late, all) = (window(&early), window(&late), window(&uses));
            let fast: Vec<Edge> = network(&[&early, &late], u32::from(least_weeks)).edges().collect();
            let slow = obvious(&all, least_weeks);
            prop_assert_eq!(fast.len(), slow.len());
            for (fast, slow) in fast.iter().zip(&slow) {
                prop_assert_eq!((fast.0, fast.1), (slow.0, slow.1));
                prop_assert!((fast.2 - slow.2).abs() < 1e-9);
            }
        }
    }
}
