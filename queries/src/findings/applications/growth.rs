//! Whether the people of a cluster become more, and more than the site's.
//!
//! The unit is the person: who stays says nothing, newcomers stand against leavers, and without growth each who moved
//! is as likely one as the other. The interval of their share (Clopper and Pearson) is one of the growth.
//!
//! Where everybody does more, before a deadline or after the holidays, more people use two pages of any cluster. How
//! many more is reckoned with pages that keep their share of everybody's use; a cluster has to grow beyond that.

use crate::people::uses::Uses;
use crate::stats::binomial;

/// One side of a 95 % interval.
const ALPHA: f64 = 0.025;

/// How the people of a cluster changed over three windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    /// Last over first; half a person is added to both.
    pub ratio: f64,
    /// Its lower bound.
    pub low: f64,
    /// What it would be by everybody's use alone.
    pub of_site: f64,
    /// More in every window, and over both surely more than all people and the site's use explain.
    pub is_sure: bool,
}

/// The growth of a cluster with these people, sorted, in each window.
pub(super) fn growth(users: &[Vec<u32>; 3], of_site: f64) -> Growth {
    let [first, middle, last] = users;
    let n_stayed = last
        .iter()
        .filter(|person| first.binary_search(person).is_ok());
    let n_stayed = n_stayed.count();
    let low = low(n_stayed, last.len() - n_stayed, first.len() - n_stayed);
    let is_more = first.len() < middle.len() && middle.len() < last.len();
    Growth {
        ratio: (last.len() as f64 + 0.5) / (first.len() as f64 + 0.5),
        low,
        of_site,
        is_sure: is_more && low > of_site.max(1.0),
    }
}

/// The least growth at which so many newcomers are no surprise.
fn low(n_stayed: usize, n_new: usize, n_left: usize) -> f64 {
    let n_moved = (n_new + n_left) as f64;
    let share_left = binomial::upper_bound(n_left as u64, (n_new + n_left) as u64, ALPHA);
    let before = n_stayed as f64 + share_left * n_moved;
    if before > 0.0 {
        (n_stayed as f64 + (1.0 - share_left) * n_moved) / before
    } else {
        1.0
    }
}

/// How many times as many people would use two pages of a cluster of this share of all uses. 1 where nobody did.
pub(super) fn of_site(first: &Uses, last: &Uses, share: f64) -> f64 {
    let (before, now) = (expected(first, share), expected(last, share));
    if before > 0.0 { now / before } else { 1.0 }
}

/// People with two of the pages, if each use fell on one of them with this chance.
fn expected(uses: &Uses, share: f64) -> f64 {
    let two_or_more = |person: u32| {
        let n = uses.items(person).len() as i32;
        let misses = 1.0 - share;
        1.0 - misses.powi(n) - f64::from(n) * share * misses.powi((n - 1).max(0))
    };
    (0..uses.n_persons() as u32).map(two_or_more).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::calibration;
    use crate::stats::random::Random;

    #[test]
    fn newcomers_stand_against_leavers() {
        let people = |range: std::ops::Range<u32>| range.collect::<Vec<u32>>();
        let grown = growth(&[people(0..20), people(0..27), people(1..35)], 1.0);
        assert!(grown.is_sure && grown.low > 1.2 && grown.low < grown.ratio);
        assert!((grown.ratio - 34.5 / 20.5).abs() < 1e-12);
        // The same numbers of others every time are no sure growth.
        let turned = growth(&[people(0..20), people(20..47), people(50..84)], 1.0);
        assert!(!turned.is_sure && turned.low < 1.0);
        // Nor is what everybody did.
        assert!(!growth(&[people(0..20), people(0..27), people(1..35)], 1.7).is_sure);
        assert!(!growth(&[people(0..20), people(0..19), people(0..35)], 1.0).is_sure);
        assert!(!growth(&[people(0..0), people(0..0), people(0..0)], 1.0).is_sure);
    }

    #[test]
    fn the_site_grows_as_its_people_do() {
        let rows = |n: u32| -> Vec<(u32, u32, i32)> {
            let person = |person: u32| (0..n).map(move |page| (person, page, 0));
            (0..5).flat_map(person).collect()
        };
        let (one, three) = (Uses::new(5, 9, &rows(2)), Uses::new(5, 9, &rows(3)));
        assert!((of_site(&one, &one, 0.3) - 1.0).abs() < 1e-12);
        // Two uses: 0.09. Three: 1 - 0.343 - 3 * 0.3 * 0.49.
        assert!((of_site(&one, &three, 0.3) - 0.216 / 0.09).abs() < 1e-9);
        let none = Uses::new(5, 9, &[]);
        assert!((of_site(&none, &one, 0.3) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_lower_bound_is_above_one_no_more_often_than_it_may() {
        let mut random = Random::new(3);
        let mut p = Vec::new();
        for _ in 0..4_000 {
            let n_moved = 5 + random.below(40);
            let n_new = (0..n_moved).filter(|_| random.below(2) == 0).count();
            let (n_new, n_left) = (n_new, n_moved - n_new);
            p.push(binomial::upper_tail(n_new as u64, n_moved as u64, 0.5));
            let is_low = p.last().is_some_and(|p| *p <= ALPHA);
            assert_eq!(low(30, n_new, n_left) >= 1.0, is_low);
        }
        let distance = calibration::unsafe_distance(&p);
        assert!(distance <= 0.05, "{distance}");
    }
}
