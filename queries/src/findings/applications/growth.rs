//! Whether the people of a cluster become more, and more than the site's.
//!
//! The unit is the person: who stays says nothing, newcomers stand against leavers, and without growth each who moved
//! is as likely one as the other. The interval of their share (Clopper and Pearson) is one of the growth.
//!
//! Where everybody does more, before a deadline or after the holidays, more people use two pages of any cluster; how
//! many more depends on how much these pages go together. So a cluster has to grow beyond the middle one of all.
//!
//! People are counted twice: all who use its pages, and those among them who came back. Whoever only reads a page that
//! became part of a tool comes and goes, and many who do hide that few came to stay. All count only where people surely
//! write, for then once is use enough; where all that is said is that they come back, those who do have to grow.

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
    is_steady: bool,
    n_stayed: usize,
    n_new: usize,
    n_left: usize,
}

impl Growth {
    /// How often as few of those who moved leave where nothing grows beyond the middle cluster, if that grew at all; 1
    /// where there were not more in every window.
    pub(super) fn p_value(self, of_middle: f64) -> f64 {
        if !self.is_steady {
            return 1.0;
        }
        let (n_stayed, n_moved) = (self.n_stayed as f64, (self.n_new + self.n_left) as f64);
        let ratio = of_middle.max(1.0);
        // The share of leavers that makes just this ratio.
        let share_left = (n_stayed + n_moved - ratio * n_stayed) / (n_moved * (1.0 + ratio));
        let n_moved = (self.n_new + self.n_left) as u64;
        binomial::lower_tail(self.n_left as u64, n_moved, share_left.clamp(0.0, 1.0))
    }
}

/// The growth of a cluster with these people, sorted, in each window.
pub(super) fn growth(users: &[Vec<u32>; 3]) -> Growth {
    let [first, middle, last] = users;
    let n_stayed = last
        .iter()
        .filter(|person| first.binary_search(person).is_ok());
    let n_stayed = n_stayed.count();
    let (n_new, n_left) = (last.len() - n_stayed, first.len() - n_stayed);
    Growth {
        ratio: (last.len() as f64 + 0.5) / (first.len() as f64 + 0.5),
        low: low(n_stayed, n_new, n_left),
        is_steady: first.len() < middle.len() && middle.len() < last.len(),
        n_stayed,
        n_new,
        n_left,
    }
}

/// The growth of all people and of those who came back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Counted {
    pub all: Growth,
    pub back: Growth,
}

/// The surer growth, where it is one, against the middle one of its kind.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Surest {
    pub growth: Growth,
    /// What the middle cluster grew.
    pub of_middle: f64,
    /// Of both counts, where both were looked at.
    pub p_value: f64,
}

impl Counted {
    /// Against the middle of all and the middle of those who came back; all people count where they `write`.
    pub(super) fn surest(self, of_middle: [f64; 2], write: bool) -> Surest {
        let one = |growth: Growth, of_middle: f64| Surest {
            growth,
            of_middle,
            p_value: growth.p_value(of_middle),
        };
        let back = one(self.back, of_middle[1]);
        if !write {
            return back;
        }
        let all = one(self.all, of_middle[0]);
        let surer = if all.p_value < back.p_value {
            all
        } else {
            back
        };
        Surest {
            p_value: (2.0 * surer.p_value).min(1.0),
            ..surer
        }
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
    use proptest::prelude::*;

    #[test]
    fn newcomers_stand_against_leavers() {
        let people = |range: std::ops::Range<u32>| range.collect::<Vec<u32>>();
        let grown = growth(&[people(0..20), people(0..27), people(1..35)]);
        assert!(is_sure(grown, 1.0) && grown.low > 1.2 && grown.low < grown.ratio);
        assert!((grown.ratio - 34.5 / 20.5).abs() < 1e-12);
        // Not beyond what the middle cluster did; and one that shrank is no help.
        assert!(!is_sure(grown, 1.7) && is_sure(grown, 0.2));
        // One of 16 left: 17 of 65,536 ways.
        assert!((grown.p_value(1.0) - 17.0 / 65_536.0).abs() < 1e-9);
        // The same numbers of others every time are no sure growth.
        let turned = growth(&[people(0..20), people(20..47), people(50..84)]);
        assert!(!is_sure(turned, 1.0) && turned.low < 1.0);
        let paused = growth(&[people(0..20), people(0..19), people(0..35)]);
        assert!(paused.low > 1.0 && !is_sure(paused, 1.0));
        let nobody = growth(&[people(0..0), people(0..0), people(0..0)]);
        assert!(!is_sure(nobody, 1.0));
    }

    fn is_sure(growth: Growth, of_middle: f64) -> bool {
        growth.p_value(of_middle) <= ALPHA
    }

    #[test]
    fn those_who_come_back_count_and_all_where_they_write() {
        let people = |range: std::ops::Range<u32>| range.collect::<Vec<u32>>();
        let [grown, still] = [
            growth(&[people(0..10), people(0..15), people(0..20)]),
            growth(&[people(0..20), people(0..20), people(0..20)]),
        ];
        let surest = |all, back, write| Counted { all, back }.surest([1.0, 1.1], write);
        assert!(surest(grown, still, false).p_value > 0.9);
        let by_all = surest(grown, still, true);
        assert!((by_all.p_value - 2.0 * grown.p_value(1.0)).abs() < 1e-12);
        let by_back = surest(still, grown, false);
        assert!((by_back.p_value - grown.p_value(1.1)).abs() < 1e-12);
        assert_eq!((by_all.of_middle, by_back.of_middle), (1.0, 1.1));
    }

    #[test]
    fn the_middle_cluster_is_the_measure() {
        assert!((of_middle(&mut [3.0, 0.9, 1.1]) - 1.1).abs() < 1e-12);
        assert!((of_middle(&mut []) - 1.0).abs() < 1e-12);
    }

    proptest! {
        /// The bound lies above a ratio where the p value for it lies below.
        #[test]
        fn bounds_and_p_values_agree(
            n_stayed in 0..60_usize,
            n_new in 1..60_usize,
            n_left in 0..60_usize,
            ratio in 1.0..3.0_f64,
        ) {
            let p = Growth { ratio, low: 0.0, is_steady: true, n_stayed, n_new, n_left }.p_value(ratio);
            prop_assume!((p - ALPHA).abs() > 1e-6);
            prop_assert_eq!(low(n_stayed, n_new, n_left) > ratio, p < ALPHA);
        }
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
