//! Lists of numbers by number: who uses a page, which pages a person uses.

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

    /// The persons of each page, in any of the windows.
    pub(super) fn people(windows: &[&Uses]) -> Self {
        let n_pages = windows.first().map_or(0, |uses| uses.n_items());
        Self::of(n_pages, pairs(windows, |person, page| (page, person)))
    }

    /// The pages of each person, in any of the windows.
    pub(super) fn pages(windows: &[&Uses]) -> Self {
        let n_persons = windows.first().map_or(0, |uses| uses.n_persons());
        Self::of(n_persons, pairs(windows, |person, page| (person, page)))
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

fn pairs(windows: &[&Uses], pair: impl Fn(u32, u32) -> (u32, u32)) -> Vec<(u32, u32)> {
    let mut pairs = Vec::with_capacity(windows.iter().map(|uses| uses.len()).sum());
    for uses in windows {
        for person in 0..uses.n_persons() as u32 {
            pairs.extend(uses.items(person).iter().map(|page| pair(person, *page)));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_joined_and_turned_round() {
        let one = Uses::new(3, 4, &[(0, 1, 0), (0, 3, 0), (2, 1, 0)]);
        let other = Uses::new(3, 4, &[(0, 1, 9), (2, 0, 8), (2, 3, 9)]);
        let people = Rows::people(&[&one, &other]);
        assert_eq!(people.row(1), [0, 2]);
        assert_eq!(people.row(3), [0, 2]);
        assert!(people.row(2).is_empty());
        assert_eq!(people.in_two(&[0, 1, 3]), [0, 2]);
        assert_eq!(people.in_two(&[0, 1]), [2]);
        assert_eq!(Rows::pages(&[&one, &other]).row(2), [0, 1, 3]);
        assert_eq!(Rows::people(&[]).len(), 0);
    }
}
