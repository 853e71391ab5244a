//! Lists of numbers by number: who uses a page, which pages a person uses, now and then or again and again.

use crate::people::uses::Uses;

/// Compressed sparse rows, each sorted and without doubles.
pub(super) struct Rows {
    offsets: Vec<usize>,
    values: Vec<u32>,
}

impl Rows {
    /// The rows 0 to `n_rows` - 1 of pairs of row and value, in any order.
    fn of(n_rows: usize, mut pairs: Vec<(u32, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let start = |row: usize| pairs.partition_point(|pair| (pair.0 as usize) < row);
        Self {
            offsets: (0..=n_rows).map(start).collect(),
            values: pairs.iter().map(|pair| pair.1).collect(),
        }
    }

    /// The persons of each page.
    pub(super) fn people(uses: &Uses) -> Self {
        let pairs = pairs(&[uses], 1);
        let turned = pairs.into_iter().map(|(person, page)| (page, person));
        Self::of(uses.n_items(), turned.collect())
    }

    /// The persons of each page, and the pages of each person, where a person used a page in so many weeks of the
    /// windows together. A week that two windows share counts in both.
    pub(super) fn of_habits(windows: &[&Uses], least_weeks: u32) -> (Self, Self) {
        let Some(first) = windows.first() else {
            return (Self::of(0, Vec::new()), Self::of(0, Vec::new()));
        };
        let pairs = pairs(windows, least_weeks);
        let turned = pairs.iter().map(|(person, page)| (*page, *person));
        let people = Self::of(first.n_items(), turned.collect());
        (people, Self::of(first.n_persons(), pairs))
    }

    /// A row.
    pub(super) fn row(&self, at: u32) -> &[u32] {
        &self.values[self.offsets[at as usize]..self.offsets[at as usize + 1]]
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Those in two of the rows or more, sorted.
    pub(super) fn in_two(&self, rows: &[u32]) -> Vec<u32> {
        let mut all: Vec<u32> = rows
            .iter()
            .flat_map(|row| self.row(*row))
            .copied()
            .collect();
        all.sort_unstable();
        let twice = all.chunk_by(|a, b| a == b).filter(|same| same.len() >= 2);
        twice.map(|same| same[0]).collect()
    }
}

/// Those of the persons who used any of the pages, both sorted, in two weeks or more of a window.
pub(super) fn who_came_back(uses: &Uses, persons: &[u32], pages: &[u32]) -> Vec<u32> {
    let came_back = |person: &&u32| {
        let of_person = uses.items(**person).iter().zip(uses.week_sets(**person));
        let inside = of_person.filter(|(page, _)| pages.binary_search(page).is_ok());
        let weeks = inside.fold(0_u32, |weeks, (_, set)| weeks | set);
        weeks.count_ones() >= 2
    };
    persons.iter().filter(came_back).copied().collect()
}

/// Persons and pages they used in so many weeks of the windows together, sorted.
fn pairs(windows: &[&Uses], least_weeks: u32) -> Vec<(u32, u32)> {
    let mut weeks: Vec<(u32, u32, u32)> =
        Vec::with_capacity(windows.iter().map(|uses| uses.len()).sum());
    for uses in windows {
        for person in 0..uses.n_persons() as u32 {
            let of_person = uses.items(person).iter().zip(uses.weeks(person));
            weeks.extend(of_person.map(|(page, n)| (person, *page, u32::from(*n))));
        }
    }
    weeks.sort_unstable();
    let same = weeks.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1));
    same.filter(|same| same.iter().map(|one| one.2).sum::<u32>() >= least_weeks)
        .map(|same| (same[0].0, same[0].1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_joined_and_turned_round() {
        let one = Uses::new(3, 4, &[(0, 1, 0), (0, 3, 0), (2, 1, 0)]);
        let other = Uses::new(3, 4, &[(0, 1, 9), (2, 0, 8), (2, 3, 9)]);
        let (people, pages) = Rows::of_habits(&[&one, &other], 1);
        assert_eq!(people.row(1), [0, 2]);
        assert_eq!(people.row(3), [0, 2]);
        assert!(people.row(2).is_empty());
        assert_eq!(people.in_two(&[0, 1, 3]), [0, 2]);
        assert_eq!(people.in_two(&[0, 1]), [2]);
        assert_eq!(pages.row(2), [0, 1, 3]);
        assert_eq!(Rows::people(&one).row(1), [0, 2]);
        assert_eq!(Rows::of_habits(&[], 1).0.len(), 0);
    }

    #[test]
    fn two_weeks_on_any_of_the_pages_are_coming_back() {
        let uses = Uses::new(
            4,
            4,
            &[
                (0, 1, 0),
                (0, 2, 1),
                (1, 1, 0),
                (1, 2, 0),
                (2, 1, 0),
                (2, 3, 1),
                (3, 2, 0),
                (3, 2, 1),
            ],
        );
        assert_eq!(who_came_back(&uses, &[0, 1, 2, 3], &[1, 2]), [0, 3]);
    }

    #[test]
    fn habits_are_weeks_of_all_windows() {
        let one = Uses::new(2, 3, &[(0, 1, 0), (0, 2, 0), (0, 2, 1), (1, 2, 0)]);
        let other = Uses::new(2, 3, &[(0, 1, 9), (1, 2, 8), (1, 2, 9)]);
        let (people, pages) = Rows::of_habits(&[&one, &other], 2);
        assert_eq!((people.row(1), people.row(2)), (&[0][..], &[0, 1][..]));
        assert_eq!((pages.row(0), pages.row(1)), (&[1, 2][..], &[2][..]));
        let (people, pages) = Rows::of_habits(&[&one, &other], 3);
        assert!(people.row(1).is_empty() && pages.row(0).is_empty());
        assert_eq!(people.row(2), [1]);
    }
}
