//! The Poisson binomial distribution: how many of several trials succeed, each with its own chance.

/// P(X >= x) for trials of these chances; 1 for x = 0.
///
/// The distribution is built trial by trial (exact; n * x steps).
pub fn upper_tail(x: u64, chances: &[f64]) -> f64 {
    let x = x as usize;
    if x == 0 {
        return 1.0;
    }
    // below[k] is the chance of exactly k successes so far; what reaches x stays in `tail`.
    let mut below = vec![0.0; x];
    below[0] = 1.0;
    let mut tail = 0.0;
    for chance in chances {
        tail += below[x - 1] * chance;
        for k in (1..x).rev() {
            below[k] = below[k] * (1.0 - chance) + below[k - 1] * chance;
        }
        below[0] *= 1.0 - chance;
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn by_hand() {
        assert!((upper_tail(1, &[0.5, 0.5]) - 0.75).abs() < 1e-12);
        assert!((upper_tail(2, &[0.5, 0.2]) - 0.1).abs() < 1e-12);
        assert!((upper_tail(3, &[0.5, 0.2])).abs() < 1e-12);
        assert!((upper_tail(0, &[]) - 1.0).abs() < 1e-12);
    }

    proptest! {
        /// Every outcome of every trial.
        #[test]
        fn agrees_with_all_outcomes(
            chances in proptest::collection::vec(0.0_f64..1.0, 0..9),
            x in 0_u64..9,
        ) {
            let mut slow = 0.0;
            for outcome in 0_u32..1 << chances.len() {
                let weight: f64 = (0..).zip(&chances)
                    .map(|(bit, p)| if outcome >> bit & 1 == 1 { *p } else { 1.0 - p })
                    .product();
                if u64::from(outcome.count_ones()) >= x {
                    slow += weight;
                }
            }
            prop_assert!((upper_tail(x, &chances) - slow).abs() < 1e-9);
        }
    }
}
