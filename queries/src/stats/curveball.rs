//! Who has what, dealt out anew with both margins kept.
//!
//! Strona and others 2014: two people lay what only one of them has on the table and draw back as much
//! as they laid down. Everyone keeps the number of things, every thing the number of people, and after enough
//! trades each such table is as likely. Exchanging single pairs gets there too, in many more steps.

use super::random::Random;

/// Trades for each row: after about five nothing more changes (Strona and others 2014).
const N_TRADES: usize = 5;

/// Deals out the entries of rows anew. Each row is sorted and holds nothing twice, before and after.
pub(crate) fn deal(rows: &mut [Vec<u32>], random: &mut Random) {
    if rows.len() < 2 {
        return;
    }
    let (mut only, mut left, mut right) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..N_TRADES * rows.len() {
        let one = random.below(rows.len());
        let other = (one + 1 + random.below(rows.len() - 1)) % rows.len();
        only.clear();
        left.clear();
        right.clear();
        let n_one = split(&rows[one], &rows[other], &mut left, &mut only);
        right.clone_from(&left);
        // Only as many are drawn as the first laid down; the rest is the other's.
        for place in 0..n_one {
            let n_left = only.len() - place;
            only.swap(place, place + random.below(n_left));
        }
        left.extend(&only[..n_one]);
        right.extend(&only[n_one..]);
        left.sort_unstable();
        right.sort_unstable();
        rows[one].clone_from(&left);
        rows[other].clone_from(&right);
    }
}

/// What both have, and what only one has; gives how many of these are the first's.
fn split(one: &[u32], other: &[u32], both: &mut Vec<u32>, only: &mut Vec<u32>) -> usize {
    let (mut a, mut b, mut n_one) = (0, 0, 0);
    while a < one.len() || b < other.len() {
        match (one.get(a), other.get(b)) {
            (Some(x), Some(y)) if x == y => {
                both.push(*x);
                (a, b) = (a + 1, b + 1);
            }
            (Some(x), y) if y.is_none_or(|y| x < y) => {
                only.push(*x);
                (a, n_one) = (a + 1, n_one + 1);
            }
            (_, y) => {
                only.extend(y);
                b += 1;
            }
        }
    }
    n_one
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn margins_hold_and_entries_move() {
        let mut random = Random::new(2);
        let mut rows: Vec<Vec<u32>> = (0..40)
            .map(|_| (0..30).filter(|_| random.below(4) == 0).collect())
            .collect();
        let before = rows.clone();
        deal(&mut rows, &mut random);
        let columns = |rows: &[Vec<u32>]| {
            let mut all = rows.concat();
            all.sort_unstable();
            all
        };
        assert_eq!(columns(&rows), columns(&before));
        assert!((rows.iter().zip(&before)).all(|(row, old)| row.len() == old.len()));
        assert!(rows.iter().all(|row| row.is_sorted_by(|a, b| a < b)));
        let moved = rows.iter().zip(&before).filter(|(row, old)| row != old);
        assert!(moved.count() > 30);
        deal(&mut [], &mut random);
    }

    #[test]
    fn every_table_comes_up_as_often() {
        // Three rows of one, one and two entries over columns of two, one and one: listed by hand, five tables.
        let mut counts = BTreeMap::new();
        for seed in 0..5_000 {
            let mut rows = vec![vec![0], vec![1], vec![0, 2]];
            deal(&mut rows, &mut Random::new(seed * 7_919));
            *counts.entry(rows).or_insert(0) += 1;
        }
        assert_eq!(counts.len(), 5, "{counts:?}");
        assert!(
            counts.values().all(|n| (850..1_150).contains(n)),
            "{counts:?}"
        );
    }
}
