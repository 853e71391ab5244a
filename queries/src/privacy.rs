//! The one gate that every published number passes.
//!
//! A number may be shown when it stands for nobody or for at least `k` people, and when the people
//! it leaves out of its parent are also nobody or at least `k`: otherwise the few could be told by
//! subtraction (RELIABILITY P3).

/// How many people a number must stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gate {
    /// Least number of people behind a number about pages and paths.
    pub k_pages: u64,
    /// Least number of people behind a number about groups and units.
    pub k_people: u64,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            k_pages: 5,
            k_people: 10,
        }
    }
}

/// A share of people, 0 to 1, as the gate lets it be told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ToldShare {
    /// The share.
    Is(f64),
    /// It stands for too few; it lies below this.
    Below(f64),
}

impl Default for ToldShare {
    fn default() -> Self {
        Self::Is(0.0)
    }
}

/// Numbers about people are told in steps of this.
const STEP: u64 = 5;
/// A share that is a quotient of whole numbers is one up to so much.
const NEARLY: f64 = 1e-6;

/// What a number is about; decides which `k` holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Pages, paths, days, hours.
    Pages,
    /// Units, groups, and anything else that describes people.
    People,
}

impl Gate {
    /// The least number of people for this kind of number.
    pub fn k(self, about: About) -> u64 {
        match about {
            About::Pages => self.k_pages,
            About::People => self.k_people,
        }
    }

    /// A number about people as it may be told: `None` where [`Self::shows`] says no, else down to a whole number
    /// of fives. Two reports that differ by one person, or by one week, then differ by nothing or by five at least,
    /// so that nobody can be had by subtraction (RELIABILITY P4). Numbers about pages are told as they are: they
    /// count strangers, not members.
    pub fn told(self, about: About, n_people: u64, parent: Option<u64>) -> Option<u64> {
        let is_shown = self.shows(about, n_people, parent);
        is_shown.then(|| match about {
            About::Pages => n_people,
            About::People => n_people - n_people % STEP.min(self.k_people.max(1)),
        })
    }

    /// A share of `n_all` people, 0 to 1, as it may be told: that of whole fives, rounded down. A share to two digits
    /// beside a number by fives would tell the number itself.
    pub fn told_share(self, share: f64, n_all: u64) -> f64 {
        let step = STEP.min(self.k_people.max(1));
        let fives = |n: u64| (n - n % step) as f64;
        let n = (share.clamp(0.0, 1.0) * n_all as f64 + NEARLY).floor() as u64;
        fives(n) / fives(n_all).max(1.0)
    }

    /// A share of `n_all` people: as [`Self::told_share`] tells it where it stands for nobody or for `k` people or more,
    /// else the share of `k` people, which it lies below.
    pub fn told_share_of_enough(self, share: f64, n_all: u64) -> ToldShare {
        let n = (share.clamp(0.0, 1.0) * n_all as f64 + NEARLY).floor() as u64;
        if n == 0 || n >= self.k_people {
            ToldShare::Is(self.told_share(share, n_all))
        } else {
            ToldShare::Below((self.k_people as f64 / n_all.max(1) as f64).min(1.0))
        }
    }

    /// Parts of a whole that the reader sees too, as they may be told, in order. Where those withheld come to fewer
    /// than `k` together, the smallest one shown is withheld as well: the rest could be had by subtraction.
    pub fn told_parts(self, about: About, whole: u64, parts: &[u64]) -> Vec<Option<u64>> {
        let k = self.k(about);
        let mut shown: Vec<bool> = parts.iter().map(|n| *n >= k).collect();
        loop {
            let told: u64 = parts
                .iter()
                .zip(&shown)
                .map(|(n, s)| if *s { *n } else { 0 })
                .sum();
            let withheld = whole.saturating_sub(told);
            if withheld == 0 || withheld >= k {
                break;
            }
            let candidates = (0..parts.len()).filter(|at| shown[*at]);
            match candidates.min_by_key(|at| parts[*at]) {
                Some(smallest) => shown[smallest] = false,
                None => break,
            }
        }
        let each = parts.iter().zip(&shown);
        each.map(|(n, is_shown)| {
            if *is_shown {
                self.told(about, *n, None)
            } else {
                None
            }
        })
        .collect()
    }

    /// Whether a number that stands for `n_people` may be shown; `parent`, where the reader can see
    /// it too, is the number of people that the number is a part of.
    pub fn shows(self, about: About, n_people: u64, parent: Option<u64>) -> bool {
        let k = self.k(about);
        let enough = |n: u64| n == 0 || n >= k;
        n_people >= k && parent.is_none_or(|all| enough(all.saturating_sub(n_people)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hides_the_few_and_those_left_out() {
        let gate = Gate::default();
        assert!(!gate.shows(About::Pages, 4, None));
        assert!(gate.shows(About::Pages, 5, None));
        assert!(!gate.shows(About::People, 9, None));
        assert!(
            !gate.shows(About::Pages, 0, None),
            "an empty cell is not shown"
        );
        assert!(gate.shows(About::Pages, 100, Some(100)));
        assert!(
            !gate.shows(About::Pages, 98, Some(100)),
            "two people could be told by subtraction"
        );
        assert!(gate.shows(About::Pages, 95, Some(100)));
    }

    #[test]
    fn numbers_about_people_go_by_fives() {
        let gate = Gate::default();
        assert_eq!(gate.told(About::People, 9, None), None);
        assert_eq!(gate.told(About::People, 14, None), Some(10));
        assert_eq!(gate.told(About::People, 27, Some(40)), Some(25));
        assert_eq!(gate.told(About::People, 27, Some(30)), None);
        assert_eq!(gate.told(About::Pages, 27, None), Some(27));
        let one = Gate {
            k_pages: 1,
            k_people: 1,
        };
        assert_eq!(one.told(About::People, 7, None), Some(7));
    }

    #[test]
    fn shares_tell_no_more_than_the_numbers_that_they_are_of() {
        let gate = Gate::default();
        for all in 20..90_u64 {
            for n in 10..=all {
                let (part, whole) = (n - n % 5, all - all % 5);
                let told = gate.told_share(n as f64 / all as f64, all);
                assert!(
                    (told - part as f64 / whole as f64).abs() < 1e-9,
                    "{n} of {all}"
                );
            }
        }
        assert!((gate.told_share(0.37, 0) - 0.0).abs() < 1e-9);
        let one = Gate {
            k_pages: 1,
            k_people: 1,
        };
        assert!((one.told_share(3.0 / 7.0, 7) - 3.0 / 7.0).abs() < 1e-9);
    }

    #[test]
    fn a_share_of_too_few_is_told_by_its_bound() {
        let gate = Gate::default();
        let told = |n: u64| gate.told_share_of_enough(n as f64 / 80.0, 80);
        assert_eq!(told(0), ToldShare::Is(0.0));
        assert_eq!(told(5), ToldShare::Below(10.0 / 80.0));
        assert_eq!(told(9), ToldShare::Below(10.0 / 80.0));
        assert_eq!(told(14), ToldShare::Is(10.0 / 80.0));
        assert_eq!(gate.told_share_of_enough(1.0, 4), ToldShare::Below(1.0));
    }

    #[test]
    fn what_is_withheld_of_a_whole_is_enough_or_nothing() {
        let gate = Gate::default();
        let told = |whole, parts: &[u64]| gate.told_parts(About::People, whole, parts);
        assert_eq!(told(34, &[12, 10, 7, 5]), [Some(10), Some(10), None, None]);
        // Four are no reason to show the eleven.
        assert_eq!(told(28, &[13, 11, 4]), [Some(10), None, None]);
        assert_eq!(told(24, &[13, 11]), [Some(10), Some(10)]);
        assert_eq!(told(14, &[10, 4]), [None, None]);
        assert!(told(0, &[]).is_empty());
    }

    /// Groups with parts, before and after one person has left, or some have come and gone: no pair of published
    /// numbers differs by fewer people than a step.
    #[test]
    fn nobody_is_had_by_subtraction_in_ten_thousand_trials() {
        let gate = Gate::default();
        let mut random = crate::stats::random::Random::new(7);
        for _ in 0..10_000 {
            let parts: Vec<u64> = (0..=random.below(6))
                .map(|_| random.below(30) as u64)
                .collect();
            let whole: u64 = parts.iter().sum();
            let mut later = parts.clone();
            let changed = random.below(later.len());
            let n_gone = if random.below(2) == 0 {
                1
            } else {
                random.below(9) as u64
            };
            later[changed] = later[changed].saturating_sub(n_gone);
            let before = gate.told_parts(About::People, whole, &parts);
            let after = gate.told_parts(About::People, later.iter().sum(), &later);
            for (before, after) in before.iter().zip(&after) {
                if let (Some(before), Some(after)) = (before, after) {
                    let difference = before.abs_diff(*after);
                    assert!(difference == 0 || difference >= STEP, "{parts:?} {later:?}");
                }
            }
            let hidden: u64 = parts
                .iter()
                .zip(&before)
                .filter(|(_, told)| told.is_none())
                .map(|(n, _)| n)
                .sum();
            assert!(hidden == 0 || hidden >= gate.k_people || before.iter().all(Option::is_none));
        }
    }
}
