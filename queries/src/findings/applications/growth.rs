//! Whether the people of a cluster become more, and more than the site's.
//!
//! The unit is the person: who stays says nothing, newcomers stand against leavers, and without growth each who moved
//! is as likely one as the other. The interval of their share (Clopper and Pearson) is one of the growth.
//!
//! Where everybody does more, before a deadline or after the holidays, more people use two pages of any cluster; how
//! many more depends on how much these pages go together. So a cluster has to grow beyond the middle one of all.

use crate::stats::binomial;
use crate::stats::median::median;

/// One side of a 95 % interval.
const ALPHA: f64 = 0.025;

/// How the people of a cluster changed over three windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Growth {
    /// Last over first; half a person is added to both.
    pub ratio: f64,
    /// Its lower bound.
    pub low: f64,
    /// More in every window.
    pub is_steady: bool,
}

impl Growth {
    /// More in every window, and surely more over both than the middle cluster, if that grew at all.
    pub(super) fn is_sure(self, of_middle: f64) -> bool {
        self.is_steady && self.low > of_middle.max(1.0)
    }
}

/// The growth of a cluster with these people, sorted, in each window.
pub(super) fn growth(users: &[Vec<u32>; 3]) -> Growth {
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
        is_steady: is_more,
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

/// How much the middle one of several clusters grew; 1 where there is none.
pub(super) fn of_middle(ratios: &mut [f64]) -> f64 {
    ratios.sort_by(f64::total_cmp);
    median(ratios).unwrap_or(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::calibration;
    use crate::stats::random::Random;

    #[test]
    fn newcomers_stand_against_leavers() {
        let people = |range: std::ops::Range<u32>| range.collect::<Vec<u32>>();
        let grown = growth(&[people(0..20), people(0..27), people(1..35)]);
        assert!(grown.is_sure(1.0) && grown.low > 1.2 && grown.low < grown.ratio);
        assert!((grown.ratio - 34.5 / 20.5).abs() < 1e-12);
        // Not beyond what the middle cluster did; and one that shrank is no help.
        assert!(!grown.is_sure(1.7) && grown.is_sure(0.2));
        // The same numbers of others every time are no sure growth.
        let turned = growth(&[people(0..20), people(20..47), people(50..84)]);
        assert!(!turned.is_sure(1.0) && turned.low < 1.0);
        let paused = growth(&[people(0..20), people(0..19), people(0..35)]);
        assert!(paused.low > 1.0 && !paused.is_sure(1.0));
        assert!(!growth(&[people(0..0), people(0..0), people(0..0)]).is_sure(1.0));
    }

    #[test]
    fn the_middle_cluster_is_the_measure() {
        assert!((of_middle(&mut [3.0, 0.9, 1.1]) - 1.1).abs() < 1e-12);
        assert!((of_middle(&mut []) - 1.0).abs() < 1e-12);
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
