//! What a person does on pages: writes on them, comes back to them.

use crate::people::uses::Uses;

/// Pages a person used, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Habits {
    /// Number of pages used.
    pub n_pages: u32,
    /// How many of them were written on.
    pub written_on: u32,
    /// How many were used in two weeks or more.
    pub returned_to: u32,
}

impl Habits {
    /// Written on of used, 0 to 1.
    pub(super) fn contribution_share(self) -> f64 {
        f64::from(self.written_on) / f64::from(self.n_pages.max(1))
    }

    /// Returned to of used, 0 to 1.
    pub(super) fn return_rate(self) -> f64 {
        f64::from(self.returned_to) / f64::from(self.n_pages.max(1))
    }
}

/// A window and what was written in it: persons and pages, sorted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window<'a> {
    pub uses: &'a Uses,
    pub written: &'a [(u32, u32)],
}

impl Window<'_> {
    /// What a person did on those pages that are meant.
    pub(super) fn habits(&self, person: u32, is_meant: impl Fn(u32) -> bool) -> Habits {
        let of_person = |rows: &[(u32, u32)], person| rows.partition_point(|row| row.0 < person);
        let from = of_person(self.written, person);
        let written = &self.written[from..];
        let written = &written[..written.partition_point(|row| row.0 == person)];
        let mut habits = Habits::default();
        let pages = self.uses.items(person).iter().zip(self.uses.weeks(person));
        for (page, n_weeks) in pages.filter(|(page, _)| is_meant(**page)) {
            habits.n_pages += 1;
            habits.written_on += u32::from(written.binary_search(&(person, *page)).is_ok());
            habits.returned_to += u32::from(*n_weeks >= 2);
        }
        habits
    }
}

/// What people do on average, each person once.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Mean {
    /// The mean; 0 of nobody.
    pub mean: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
}

/// Deviations of a mean on one side of a 95 % interval; of ten people and more.
const DEVIATIONS: f64 = 1.96;

impl Mean {
    /// Over people who used anything.
    pub(super) fn of(all: &[Habits], share: fn(Habits) -> f64) -> Self {
        let shares = || {
            let active = all.iter().filter(|habits| habits.n_pages > 0);
            active.map(|habits| share(*habits))
        };
        let n = shares().count() as f64;
        if n < 1.0 {
            return Self::default();
        }
        let mean = shares().sum::<f64>() / n;
        let squares: f64 = shares().map(|share| (share - mean).powi(2)).sum();
        let error = (squares / (n - 1.0).max(1.0) / n).sqrt();
        Self {
            mean,
            low: mean - DEVIATIONS * error,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn habits_by_hand() {
        let uses = Uses::new(
            3,
            5,
            &[(1, 0, 0), (1, 2, 0), (1, 2, 1), (1, 4, 1), (2, 2, 0)],
        );
        let written = [(0, 4), (1, 2), (1, 3), (2, 0)];
        let window = Window {
            uses: &uses,
            written: &written,
        };
        let habits = window.habits(1, |page| page != 0);
        let expected = Habits {
            n_pages: 2,
            written_on: 1,
            returned_to: 1,
        };
        assert_eq!(habits, expected);
        let all: Vec<Habits> = (0..3)
            .map(|person| window.habits(person, |_| true))
            .collect();
        // A third and nothing: the deviation is their difference over the root of two.
        let written = Mean::of(&all, Habits::contribution_share);
        assert!((written.mean - 1.0 / 6.0).abs() < 1e-12);
        assert!((written.low - (1.0 / 6.0 - DEVIATIONS / 6.0)).abs() < 1e-12);
        assert_eq!(Mean::of(&[], Habits::return_rate), Mean::default());
    }
}
