//! How far two ways of putting the same things into groups agree.
//!
//! Both measures look at names of groups only through who shares one, so numbering does not matter. Two partitions
//! by chance have an adjusted Rand index near 0; normalised mutual information stays above 0 when groups are many
//! and small, so it is for comparing with published figures, not for testing.

/// Normalised mutual information, 0 to 1: what either partition says about the other, over the mean of what each
/// says at all (Danon and others 2005). 1 where both put everything into one group, or there is nothing.
///
/// # Panics
/// When the lists differ in length.
pub fn mutual_information(one: &[u32], other: &[u32]) -> f64 {
    let table = Table::of(one, other);
    let n = one.len() as f64;
    let entropy = |counts: &[u64]| -> f64 {
        let shares = counts.iter().map(|count| *count as f64 / n);
        -shares.map(|share| share * share.ln()).sum::<f64>()
    };
    let (ones, others) = (entropy(&table.ones), entropy(&table.others));
    if ones + others <= 0.0 {
        return 1.0;
    }
    let shared = ones + others - entropy(&table.both);
    (2.0 * shared / (ones + others)).clamp(0.0, 1.0)
}

/// The adjusted Rand index, up to 1: pairs that share a group in both partitions, beyond what chance gives with
/// groups of these sizes (Hubert and Arabie 1985). 1 where no pair could tell the partitions apart.
///
/// # Panics
/// When the lists differ in length.
pub fn adjusted_rand(one: &[u32], other: &[u32]) -> f64 {
    let table = Table::of(one, other);
    let n_pairs = |counts: &[u64]| -> f64 {
        counts
            .iter()
            .map(|n| (n * n.saturating_sub(1) / 2) as f64)
            .sum()
    };
    let all = n_pairs(&[one.len() as u64]);
    let (ones, others, both) = (
        n_pairs(&table.ones),
        n_pairs(&table.others),
        n_pairs(&table.both),
    );
    let expected = if all > 0.0 { ones * others / all } else { 0.0 };
    let most = f64::midpoint(ones, others);
    if most <= expected {
        return 1.0;
    }
    (both - expected) / (most - expected)
}

/// How many things are in each group of one partition, of the other, and of both at once.
struct Table {
    ones: Vec<u64>,
    others: Vec<u64>,
    both: Vec<u64>,
}

impl Table {
    fn of(one: &[u32], other: &[u32]) -> Self {
        assert_eq!(
            one.len(),
            other.len(),
            "both partitions are of the same things"
        );
        let pairs = one.iter().zip(other);
        Self {
            ones: run_lengths(one.iter().map(|own| u64::from(*own)).collect()),
            others: run_lengths(other.iter().map(|own| u64::from(*own)).collect()),
            both: run_lengths(
                pairs
                    .map(|(a, b)| u64::from(*a) << 32 | u64::from(*b))
                    .collect(),
            ),
        }
    }
}

fn run_lengths(mut values: Vec<u64>) -> Vec<u64> {
    values.sort_unstable();
    values
        .chunk_by(|a, b| a == b)
        .map(|run| run.len() as u64)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;
    use proptest::prelude::*;

    fn near(a: f64, b: f64) -> bool {
        (a - b).abs() < 1e-9
    }

    #[test]
    fn checked_by_hand() {
        let (one, other) = ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2]);
        // Pairs together: 6, 3, and 2 in both; 15 in all; by chance 6 x 3 / 15 = 1.2.
        assert!(near(adjusted_rand(&one, &other), (2.0 - 1.2) / (4.5 - 1.2)));
        // One bit and log2 3 bits; of the first, a third stays unknown in the middle group.
        let shared = 2_f64.ln() * 2.0 / 3.0;
        let expected = 2.0 * shared / (2_f64.ln() + 3_f64.ln());
        assert!(near(mutual_information(&one, &other), expected));
    }

    #[test]
    fn names_do_not_matter_and_nothing_is_agreed_on() {
        let (one, other) = ([5, 5, 2, 2, 9], [0, 0, 7, 7, 1]);
        assert!(
            near(adjusted_rand(&one, &other), 1.0) && near(mutual_information(&one, &other), 1.0)
        );
        assert!(near(adjusted_rand(&[], &[]), 1.0) && near(mutual_information(&[], &[]), 1.0));
        assert!(near(mutual_information(&[0, 0], &[1, 1]), 1.0));
        assert!(near(mutual_information(&[0, 0, 1, 1], &[0, 1, 0, 1]), 0.0));
        assert!(near(adjusted_rand(&[0, 0, 1, 1], &[0, 1, 0, 1]), -0.5));
    }

    #[test]
    fn chance_has_no_rand_index() {
        let mut random = Random::new(3);
        let mut draw = || {
            (0..10_000)
                .map(|_| random.below(8) as u32)
                .collect::<Vec<_>>()
        };
        assert!(adjusted_rand(&draw(), &draw()).abs() < 0.005);
    }

    proptest! {
        #[test]
        fn pair_by_pair_is_the_same(pairs in proptest::collection::vec((0_u32..4, 0_u32..4), 2..25)) {
            let (one, other): (Vec<u32>, Vec<u32>) = pairs.iter().copied().unzip();
            let (mut ones, mut others, mut both, mut all) = (0.0, 0.0, 0.0, 0.0);
            for a in 0..one.len() {
                for b in 0..a {
                    let (left, right) = (one[a] == one[b], other[a] == other[b]);
                    ones += f64::from(left);
                    others += f64::from(right);
                    both += f64::from(left && right);
                    all += 1.0;
                }
            }
            let expected = ones * others / all;
            let most = f64::midpoint(ones, others);
            prop_assume!(most > expected + 1e-9);
            let slow = (both - expected) / (most - expected);
            prop_assert!(near(adjusted_rand(&one, &other), slow));
            prop_assert!(near(adjusted_rand(&other, &one), slow));
        }
    }
}
