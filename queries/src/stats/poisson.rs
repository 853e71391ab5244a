//! The Poisson distribution: upper tails and exact bounds of a mean.

use statrs::function::gamma::{gamma_lr, ln_gamma};

/// P(X >= x) for a Poisson variable of this mean; 1 for x = 0, 0 for a mean of 0 and x > 0.
///
/// By the identity with the regularised lower gamma function; where that underflows, by the series
/// of the tail itself, so that tiny values still rank.
pub fn upper_tail(x: u64, mean: f64) -> f64 {
    if x == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let x = x as f64;
    if x <= mean {
        return gamma_lr(x, mean).clamp(0.0, 1.0);
    }
    // Each term is the one before times mean / (x + i), so the series falls at once.
    let first = (x * mean.ln() - mean - ln_gamma(x + 1.0)).exp();
    let (mut term, mut sum, mut i) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= mean / (x + i);
        sum += term;
        i += 1.0;
    }
    (first * sum).clamp(0.0, 1.0)
}

/// The smallest mean that does not make `x` or more a surprise at `alpha` (Garwood 1936, one side).
///
/// 0 for x = 0. Found by bisection on the tail, to 1e-9 of the count.
pub fn lower_bound(x: u64, alpha: f64) -> f64 {
    if x == 0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, x as f64);
    while high - low > 1e-9 * x as f64 {
        let middle = 0.5 * (low + high);
        if upper_tail(x, middle) < alpha {
            low = middle;
        } else {
            high = middle;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 minus the sum of the terms below x.
    fn obvious(x: u64, mean: f64) -> f64 {
        let mut term = (-mean).exp();
        let mut below = 0.0;
        for i in 0..x {
            below += term;
            term *= mean / (i + 1) as f64;
        }
        1.0 - below
    }

    #[test]
    fn tails_agree_with_the_sum() {
        for mean in [0.1, 0.9, 3.0, 10.0, 40.0] {
            for x in 0..60 {
                let (fast, slow) = (upper_tail(x, mean), obvious(x, mean));
                assert!((fast - slow).abs() < 1e-11, "P(X >= {x}; {mean}): {fast} and {slow}");
            }
        }
    }

    #[test]
    fn tiny_tails_still_rank() {
        // P(X >= 100; 1) = e^-1 / 100! * (1 + 1/101 + ...), about 3.98e-159.
        let tail = upper_tail(100, 1.0);
        assert!((tail / 3.981_8e-159 - 1.0).abs() < 1e-3, "{tail}");
        assert!(upper_tail(120, 1.0) < tail);
    }

    #[test]
    fn the_bound_of_ten_is_garwoods() {
        assert!((lower_bound(10, 0.025) - 4.795).abs() < 1e-3);
        assert_eq!(lower_bound(0, 0.025), 0.0);
    }
}
