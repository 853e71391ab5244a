//! The binomial distribution: the exact upper bound of a rate.

use statrs::function::beta::beta_reg;

use super::bisection::bisect;

/// P(X <= x) of `n` trials at this rate.
///
/// By the identity with the regularised incomplete beta function.
pub fn lower_tail(x: u64, n: u64, rate: f64) -> f64 {
    if x >= n || rate <= 0.0 {
        return 1.0;
    }
    if rate >= 1.0 {
        return 0.0;
    }
    beta_reg((n - x) as f64, (x + 1) as f64, 1.0 - rate)
}

/// P(X >= x) of `n` trials at this rate; 1 for x = 0.
///
/// By the same identity, so that tiny values keep their digits.
pub fn upper_tail(x: u64, n: u64, rate: f64) -> f64 {
    if x == 0 || rate >= 1.0 {
        return 1.0;
    }
    if x > n || rate <= 0.0 {
        return 0.0;
    }
    beta_reg(x as f64, (n - x + 1) as f64, rate)
}

/// The largest rate at which `x` or fewer of `n` are no surprise at `alpha` (Clopper and Pearson 1934,
/// one side).
///
/// 1 where all of them did, or nobody was there. With `alpha` 0.05 nobody of `n` gives about 3 / n.
/// Found by bisection on the tail, to 1e-12.
pub fn upper_bound(x: u64, n: u64, alpha: f64) -> f64 {
    if x >= n {
        return 1.0;
    }
    if x == 0 {
        return 1.0 - alpha.powf(1.0 / n as f64);
    }
    let is_close = |low, high| high - low <= 1e-12;
    let is_likely = |rate| lower_tail(x, n, rate) > alpha;
    bisect(x as f64 / n as f64, 1.0, is_close, is_likely).1
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum of the terms up to x.
    fn obvious(x: u64, n: u64, rate: f64) -> f64 {
        let mut term = (1.0 - rate).powi(n as i32);
        let mut sum = term;
        for i in 0..x.min(n) {
            term *= (n - i) as f64 / (i + 1) as f64 * rate / (1.0 - rate);
            sum += term;
        }
        sum.min(1.0)
    }

    #[test]
    fn tails_agree_with_the_sum() {
        for rate in [0.01, 0.3, 0.5, 0.9] {
            for n in [1, 7, 60] {
                for x in 0..=n {
                    let (fast, slow) = (lower_tail(x, n, rate), obvious(x, n, rate));
                    assert!((fast - slow).abs() < 1e-10, "P(X <= {x}; {n}, {rate})");
                    let above = upper_tail(x + 1, n, rate);
                    assert!(
                        (above + fast - 1.0).abs() < 1e-10,
                        "P(X > {x}; {n}, {rate})"
                    );
                }
            }
        }
    }

    #[test]
    fn the_bounds_are_clopper_and_pearsons() {
        // Published for 10 of 100: 0.176223 on both sides at 95 %, so one-sided at 97.5 %.
        assert!((upper_bound(10, 100, 0.025) - 0.176_223).abs() < 1e-6);
        // Nobody of 300: the rule of three.
        assert!((upper_bound(0, 300, 0.05) - 0.01).abs() < 1e-4);
        assert!((upper_bound(3, 3, 0.05) - 1.0).abs() < f64::EPSILON);
        assert!((upper_bound(0, 0, 0.05) - 1.0).abs() < f64::EPSILON);
        let bound = upper_bound(2, 50, 0.05);
        assert!((obvious(2, 50, bound) - 0.05).abs() < 1e-9);
    }
}
