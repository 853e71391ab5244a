//! How much it says that two people share an item: the rarer, the more.
//!
//! METHODS (b): the weight of an item with df users among U people is -ln(df / U). Items with more users than
//! one person in twenty are left out: they say little, and pairs of their users are most of all pairs.

/// The largest share of people who may use an item that counts.
pub(super) const LARGEST_SHARE: f64 = 0.05;

/// Up to as many users an item counts however few people there are: where the share would leave next to
/// nothing (1 of 18), the weight alone has to tell rare from common, and the pairs cost nothing.
pub(super) const ALWAYS_COUNTS: u32 = 200;

/// The weight of each item; 0 where it is left out. An item of one user is shared by nobody.
pub(super) fn weights(n_users: &[u32], n_people: usize) -> Vec<f64> {
    let most = (LARGEST_SHARE * n_people as f64).max(f64::from(ALWAYS_COUNTS));
    let weight = |n_users: &u32| {
        let n = f64::from(*n_users);
        if *n_users < 2 || n > most {
            0.0
        } else {
            -(n / n_people as f64).ln()
        }
    };
    n_users.iter().map(weight).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_counts_more_and_common_not_at_all() {
        let weights = weights(&[0, 1, 2, 50, 51], 1_000);
        assert!(
            (weights[2] - 500_f64.ln()).abs() < 1e-12 && (weights[3] - 20_f64.ln()).abs() < 1e-12
        );
        assert_eq!(weights.iter().filter(|w| **w > 0.0).count(), 2);
        // Of 18 people all count but what everybody uses.
        assert_eq!(
            super::weights(&[3, 14, 18], 18)
                .iter()
                .filter(|w| **w > 0.0)
                .count(),
            2
        );
    }
}
