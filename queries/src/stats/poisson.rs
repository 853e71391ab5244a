//! The Poisson distribution: upper tails and exact bounds of a mean.

use std::f64::consts::PI;

use statrs::function::gamma::gamma_lr;

use super::bisection::bisect;

/// P(X >= x) for a Poisson variable of this mean; 1 for x = 0, 0 for a mean of 0 and x > 0.
///
/// Up to the mean by the identity with the regularised lower gamma function; beyond it by the series
/// of the tail itself, so that tiny values keep their digits and still rank.
pub fn upper_tail(x: u64, mean: f64) -> f64 {
    if x == 0 {
        return 1.0;
    }
    if mean <= 0.0 {
        return 0.0;
    }
    let count = x;
    let x = x as f64;
    if x <= mean {
        return gamma_lr(x, mean).clamp(0.0, 1.0);
    }
    // Each term is the one before times mean / (x + i), so the series falls at once.
    let first = mass(count, mean);
    let (mut term, mut sum, mut i) = (1.0, 1.0, 1.0);
    while term > sum * 1e-17 {
        term *= mean / (x + i);
        sum += term;
        i += 1.0;
    }
    (first * sum).clamp(0.0, 1.0)
}

/// P(X = x) for x > 0 and a mean > 0, without the cancellation of x ln(mean) - mean - ln(x!): the
/// saddle point of Loader (2000).
fn mass(x: u64, mean: f64) -> f64 {
    if x <= 20 {
        return (1..=x).fold((-mean).exp(), |mass, i| mass * mean / i as f64);
    }
    let x = x as f64;
    let square = 1.0 / (x * x);
    // Stirling's error of ln(x!), to less than 1e-16 from x = 20 on.
    let tail = 1.0 / 1260.0 - square * (1.0 / 1680.0 - square / 1188.0);
    let stirling = (1.0 / 12.0 - square * (1.0 / 360.0 - square * tail)) / x;
    (-stirling - deviance(x, mean)).exp() / (2.0 * PI * x).sqrt()
}

/// x ln(x / mean) + mean - x, by a series where the two are close.
fn deviance(x: f64, mean: f64) -> f64 {
    let v = (x - mean) / (x + mean);
    if v.abs() > 0.1 {
        return x * (x / mean).ln() + mean - x;
    }
    let (mut sum, mut power, mut i) = ((x - mean) * v, 2.0 * x * v, 3.0);
    loop {
        power *= v * v;
        let next = sum + power / i;
        if next <= sum {
            return sum;
        }
        sum = next;
        i += 2.0;
    }
}

/// The smallest mean that does not make `x` or more a surprise at `alpha` (Garwood 1936, one side).
///
/// 0 for x = 0. Found by bisection on the tail, to 1e-9 of the count.
pub fn lower_bound(x: u64, alpha: f64) -> f64 {
    if x == 0 {
        return 0.0;
    }
    let is_close = |low, high| high - low <= 1e-9 * x as f64;
    let is_surprise = |mean| upper_tail(x, mean) < alpha;
    bisect(0.0, x as f64, is_close, is_surprise).0
}

/// The largest mean that does not make `x` or fewer a surprise at `alpha` (Garwood 1936, one side).
///
/// -ln(alpha) for x = 0. Found by bisection on the tail, to 1e-9 of the bound.
pub fn upper_bound(x: u64, alpha: f64) -> f64 {
    let (mut low, mut high) = (x as f64, x as f64 + 1.0);
    while 1.0 - upper_tail(x + 1, high) > alpha {
        (low, high) = (high, high * 2.0);
    }
    let is_close = |low, high| high - low <= 1e-9 * high;
    let is_likely = |mean| 1.0 - upper_tail(x + 1, mean) > alpha;
    bisect(low, high, is_close, is_likely).1
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
                assert!(
                    (fast - slow).abs() < 1e-11,
                    "P(X >= {x}; {mean}): {fast} and {slow}"
                );
            }
        }
    }

    #[test]
    fn tiny_tails_still_rank() {
        // Summed with 60 decimal digits.
        let known = [
            (5, 1e-3, 8.326_391_864_211_502e-18),
            (20, 1e-9, 4.110_317_619_397_576_7e-199),
            (100, 1.0, 3.981_280_818_956_854_6e-159),
            (300, 40.0, 6.642_129_898_045_882_5e-152),
            (1_000, 500.0, 3.298_272_797_067_1e-86),
            (10_000, 9_000.0, 2.073_299_202_433_928e-25),
            (17, 16.5, 4.835_194_268_540_231e-1),
        ];
        for (x, mean, expected) in known {
            let tail = upper_tail(x, mean);
            assert!(
                (tail / expected - 1.0).abs() < 1e-12,
                "P(X >= {x}; {mean}) = {tail:e}"
            );
        }
        assert!(upper_tail(120, 1.0) < upper_tail(100, 1.0));
    }

    #[test]
    fn the_bounds_are_garwoods() {
        assert!((lower_bound(10, 0.025) - 4.795_389).abs() < 1e-6);
        assert!((upper_bound(10, 0.025) - 18.390_356).abs() < 1e-6);
        assert!((upper_bound(0, 0.025) - 3.688_879).abs() < 1e-6);
        assert!(lower_bound(0, 0.025).abs() < f64::EPSILON);
    }
}
