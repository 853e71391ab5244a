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
}
