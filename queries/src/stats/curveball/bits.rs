//! Rows of bits: many of a few things, such as days of weeks.

use super::pairs;
use crate::stats::random::Random;

/// Sets of small numbers, one a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bits {
    words: Vec<u64>,
    /// Words of a row.
    n_words: usize,
}

impl Bits {
    /// So many empty sets of numbers below `n_numbers`.
    pub(crate) fn new(n_rows: usize, n_numbers: usize) -> Self {
        let n_words = n_numbers.div_ceil(64).max(1);
        Self {
            words: vec![0; n_rows * n_words],
            n_words,
        }
    }

    /// Puts a number into a set.
    pub(crate) fn insert(&mut self, row: usize, number: u32) {
        self.words[row * self.n_words + number as usize / 64] |= 1 << (number % 64);
    }

    /// The numbers of a set, in order.
    pub(crate) fn row(&self, row: usize) -> impl Iterator<Item = u32> + '_ {
        let words = &self.words[row * self.n_words..][..self.n_words];
        (0..).zip(words).flat_map(|(place, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let number = left.trailing_zeros();
                left &= left.wrapping_sub(1);
                (number < 64).then_some(place * 64 + number)
            })
        })
    }

    /// Deals out the numbers anew.
    pub(crate) fn deal(&mut self, random: &mut Random) {
        let n_words = self.n_words;
        pairs(self.words.len() / n_words, random, |one, other, random| {
            let rows = [one, other].map(|row| row * n_words..(row + 1) * n_words);
            if let Ok([one, other]) = self.words.get_disjoint_mut(rows) {
                trade(one, other, random);
            }
        });
    }
}

/// The first draws as many as only it has from what only one of the two has; the rest is the other's.
fn trade(one: &mut [u64], other: &mut [u64], random: &mut Random) {
    let both = one.iter().zip(&*other);
    let (mut n_one, mut n_only) = both.fold((0, 0), |(n_one, n_only), (one, other)| {
        let n_of = |word: u64| word.count_ones() as usize;
        (n_one + n_of(one & !other), n_only + n_of(one ^ other))
    });
    for (one, other) in one.iter_mut().zip(other) {
        let (only, shared) = (*one ^ *other, *one & *other);
        let (mut left, mut drawn) = (only, 0);
        // Each is drawn with the chance that what is still to be drawn has among what is left.
        while n_one > 0 && n_one < n_only && left > 0 {
            let bit = left & left.wrapping_neg();
            left ^= bit;
            if random.below(n_only) < n_one {
                drawn |= bit;
                n_one -= 1;
            }
            n_only -= 1;
        }
        // All of the rest, or none.
        if n_one > 0 {
            drawn |= left;
            let n_left = left.count_ones() as usize;
            (n_one, n_only) = (n_one - n_left, n_only - n_left);
        }
        *one = shared | drawn;
        *other = shared | (only ^ drawn);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    fn bits_of(rows: &[Vec<u32>], n_numbers: usize) -> Bits {
        let mut bits = Bits::new(rows.len(), n_numbers);
        for (row, numbers) in rows.iter().enumerate() {
            for number in numbers {
                bits.insert(row, *number);
            }
        }
        bits
    }

    fn rows_of(bits: &Bits, n_rows: usize) -> Vec<Vec<u32>> {
        (0..n_rows).map(|row| bits.row(row).collect()).collect()
    }

    proptest! {
        #[test]
        fn margins_hold(
            rows in prop::collection::vec(prop::collection::btree_set(0_u32..150, 0..20), 0..12), seed in any::<u64>(),
        ) {
            let rows: Vec<Vec<u32>> = rows.into_iter().map(|row| row.into_iter().collect()).collect();
            let mut bits = bits_of(&rows, 150);
            prop_assert_eq!(&rows_of(&bits, rows.len()), &rows);
            bits.deal(&mut Random::new(seed));
            let dealt = rows_of(&bits, rows.len());
            prop_assert!(dealt.iter().zip(&rows).all(|(dealt, row)| dealt.len() == row.len()));
            let columns = |rows: &[Vec<u32>]| {
                let mut all = rows.concat();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(columns(&dealt), columns(&rows));
        }
    }

    #[test]
    fn every_table_comes_up_as_often() {
        // As for rows of numbers, in one word and across two.
        for numbers in [[0, 1, 2], [3, 70, 100]] {
            let [a, b, c] = numbers;
            let mut counts = BTreeMap::new();
            for seed in 0..5_000 {
                let mut bits = bits_of(&[vec![a], vec![b], vec![a, c]], 101);
                bits.deal(&mut Random::new(seed * 7_919));
                *counts.entry(rows_of(&bits, 3)).or_insert(0) += 1;
            }
            assert_eq!(counts.len(), 5, "{counts:?}");
            assert!(
                counts.values().all(|n| (850..1_150).contains(n)),
                "{counts:?}"
            );
        }
    }
}
