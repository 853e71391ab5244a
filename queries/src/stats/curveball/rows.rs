//! Rows of numbers: few things of many.

use super::pairs;
use crate::stats::random::Random;

/// Rows that are sorted and hold nothing twice, one behind the other.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Rows {
    entries: Vec<u32>,
    /// Where each row ends.
    ends: Vec<usize>,
}

impl Rows {
    /// Puts a row behind the others.
    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = u32>) {
        self.entries.extend(row);
        self.ends.push(self.entries.len());
    }

    /// Where a row is.
    fn range(&self, row: usize) -> std::ops::Range<usize> {
        let before = row.checked_sub(1);
        before.map_or(0, |before| self.ends[before])..self.ends[row]
    }

    /// The entries of a row.
    pub(crate) fn row(&self, row: usize) -> &[u32] {
        &self.entries[self.range(row)]
    }

    /// The entries of all rows, one row after the other.
    #[cfg(test)]
    pub(crate) fn entries(&self) -> &[u32] {
        &self.entries
    }

    /// Deals out the entries anew.
    pub(crate) fn deal(&mut self, random: &mut Random) {
        let mut table = Table::default();
        pairs(self.ends.len(), random, |one, other, random| {
            let rows = [self.range(one), self.range(other)];
            if let Ok([one, other]) = self.entries.get_disjoint_mut(rows) {
                table.trade(one, other, random);
            }
        });
    }
}

/// What two people lay on the table. Nothing is sorted again: entries stay in their order, and are told apart by marks.
/// Whose an entry is cannot be foreseen, so nothing branches on it.
#[derive(Default)]
struct Table {
    /// The entries of both, each once.
    entries: Vec<u32>,
    /// 1 for those of them that both have, 0 for the others.
    is_shared: Vec<u8>,
    /// The others, by their number, the drawn ones first.
    order: Vec<u32>,
    /// 1 for those of the others that are drawn, 0 for the rest.
    is_drawn: Vec<u8>,
    left: Vec<u32>,
    right: Vec<u32>,
}

impl Table {
    fn trade(&mut self, one: &mut [u32], other: &mut [u32], random: &mut Random) {
        let (n, n_one) = self.lay_down(one, other);
        // What is shared was laid down twice.
        let n_only = 2 * n - one.len() - other.len();
        self.order.clear();
        self.order.extend(0..n_only as u32);
        self.is_drawn.clear();
        self.is_drawn.resize(n_only + 1, 0);
        // Only as many are drawn as the first laid down; the rest is the other's.
        for place in 0..n_one {
            self.order.swap(place, place + random.below(n_only - place));
            self.is_drawn[self.order[place] as usize] = 1;
        }
        self.take_up(n);
        one.copy_from_slice(&self.left[..one.len()]);
        other.copy_from_slice(&self.right[..other.len()]);
    }

    /// Gives the number of entries, and how many only the first has.
    fn lay_down(&mut self, one: &[u32], other: &[u32]) -> (usize, usize) {
        let most = one.len() + other.len();
        self.entries.resize(most.max(self.entries.len()), 0);
        self.is_shared.resize(self.entries.len(), 0);
        let (mut at_one, mut at_other, mut n, mut n_one) = (0, 0, 0, 0);
        while at_one < one.len() && at_other < other.len() {
            let (first, second) = (one[at_one], other[at_other]);
            self.entries[n] = first.min(second);
            self.is_shared[n] = u8::from(first == second);
            n_one += usize::from(first < second);
            at_one += usize::from(first <= second);
            at_other += usize::from(second <= first);
            n += 1;
        }
        n_one += one.len() - at_one;
        for rest in [&one[at_one..], &other[at_other..]] {
            self.entries[n..n + rest.len()].copy_from_slice(rest);
            self.is_shared[n..n + rest.len()].fill(0);
            n += rest.len();
        }
        (n, n_one)
    }

    /// What is shared is both's, what is drawn the first's.
    fn take_up(&mut self, n: usize) {
        self.left.resize(self.entries.len() + 1, 0);
        self.right.resize(self.entries.len() + 1, 0);
        let (mut n_left, mut n_right, mut only) = (0, 0, 0);
        for (entry, is_shared) in self.entries[..n].iter().zip(&self.is_shared[..n]) {
            let is_drawn = self.is_drawn[only];
            self.left[n_left] = *entry;
            self.right[n_right] = *entry;
            n_left += usize::from(is_shared | is_drawn);
            n_right += usize::from(is_shared | (1 - is_drawn));
            only += usize::from(1 - is_shared);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// The obvious way: what is drawn is put behind what is shared, and sorted.
    fn deal_plainly(rows: &mut [Vec<u32>], random: &mut Random) {
        pairs(rows.len(), random, |one, other, random| {
            let (first, second) = (rows[one].clone(), rows[other].clone());
            let shared: Vec<u32> = first
                .iter()
                .copied()
                .filter(|x| second.contains(x))
                .collect();
            let mut only: Vec<u32> = [&first[..], &second].concat();
            only.retain(|x| !shared.contains(x));
            only.sort_unstable();
            let n_one = first.len() - shared.len();
            for place in 0..n_one {
                let n_left = only.len() - place;
                only.swap(place, place + random.below(n_left));
            }
            rows[one] = [&shared[..], &only[..n_one]].concat();
            rows[other] = [&shared[..], &only[n_one..]].concat();
            rows[one].sort_unstable();
            rows[other].sort_unstable();
        });
    }

    fn rows_of(rows: &[Vec<u32>]) -> Rows {
        let mut all = Rows::default();
        for row in rows {
            all.push(row.iter().copied());
        }
        all
    }

    proptest! {
        #[test]
        fn rows_are_those_dealt_plainly(
            rows in prop::collection::vec(prop::collection::btree_set(0_u32..30, 0..20), 0..12), seed in any::<u64>(),
        ) {
            let mut plain: Vec<Vec<u32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let mut rows = rows_of(&plain);
            rows.deal(&mut Random::new(seed));
            deal_plainly(&mut plain, &mut Random::new(seed));
            prop_assert_eq!(rows, rows_of(&plain));
        }
    }

    #[test]
    fn margins_hold_and_entries_move() {
        let mut random = Random::new(2);
        let rows: Vec<Vec<u32>> = (0..40)
            .map(|_| (0..30).filter(|_| random.below(4) == 0).collect())
            .collect();
        let before = rows_of(&rows);
        let mut rows = before.clone();
        rows.deal(&mut random);
        let columns = |rows: &Rows| {
            let mut all = rows.entries().to_vec();
            all.sort_unstable();
            all
        };
        assert_eq!(columns(&rows), columns(&before));
        assert!((0..40).all(|row| rows.row(row).is_sorted_by(|a, b| a < b)));
        let moved = (0..40).filter(|row| rows.row(*row) != before.row(*row));
        assert!(moved.count() > 30);
        Rows::default().deal(&mut random);
    }

    #[test]
    fn every_table_comes_up_as_often() {
        // Three rows of one, one and two entries over columns of two, one and one: listed by hand, five tables.
        let mut counts = BTreeMap::new();
        for seed in 0..5_000 {
            let mut rows = rows_of(&[vec![0], vec![1], vec![0, 2]]);
            rows.deal(&mut Random::new(seed * 7_919));
            *counts.entry(rows.entries().to_vec()).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 5, "{counts:?}");
        assert!(
            counts.values().all(|n| (850..1_150).contains(n)),
            "{counts:?}"
        );
    }
}
