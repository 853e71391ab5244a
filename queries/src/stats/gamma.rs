//! The gamma distribution: tails and quantiles of any shape, for counts whose noise is more than counting.

use statrs::function::gamma::{gamma_lr, gamma_ur};

use super::bisection::bisect;

/// P(X <= x) of a gamma variable of this shape and scale 1; 1 for a shape of 0.
pub fn lower_tail(x: f64, shape: f64) -> f64 {
    match (shape > 0.0, x > 0.0) {
        (false, _) => 1.0,
        (true, false) => 0.0,
        (true, true) => gamma_lr(shape, x).clamp(0.0, 1.0),
    }
}

/// P(X >= x), with its digits where it is tiny.
pub fn upper_tail(x: f64, shape: f64) -> f64 {
    match (shape > 0.0, x > 0.0) {
        (false, _) => 0.0,
        (true, false) => 1.0,
        (true, true) => gamma_ur(shape, x).clamp(0.0, 1.0),
    }
}

/// The value that a gamma variable of this shape and scale 1 is below with probability `p`.
///
/// By bisection on the tail, to 1e-9 of the value.
pub fn quantile(p: f64, shape: f64) -> f64 {
    if shape <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, shape.max(1.0));
    while lower_tail(high, shape) < p {
        (low, high) = (high, high * 2.0);
    }
    let is_close = |low: f64, high: f64| high - low <= 1e-9 * high;
    bisect(low, high, is_close, |x| lower_tail(x, shape) < p).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::poisson;

    #[test]
    fn whole_shapes_are_poisson_tails() {
        for (n, mean) in [(1, 0.3), (4, 2.0), (30, 45.0)] {
            let tail = lower_tail(mean, f64::from(n));
            assert!((tail - poisson::upper_tail(n as u64, mean)).abs() < 1e-10);
            assert!((tail + upper_tail(mean, f64::from(n)) - 1.0).abs() < 1e-10);
        }
    }

    #[test]
    fn quantiles_turn_tails_round() {
        for shape in [0.5, 1.0, 7.3, 250.0] {
            for p in [0.025, 0.5, 0.975] {
                let x = quantile(p, shape);
                assert!((lower_tail(x, shape) - p).abs() < 1e-7, "{shape} {p}");
            }
        }
        // Garwood's bounds of ten.
        assert!((quantile(0.025, 10.0) - 4.795_389).abs() < 1e-5);
        assert!((quantile(0.975, 11.0) - 18.390_356).abs() < 1e-5);
        assert!(quantile(0.9, 0.0).abs() < f64::EPSILON);
    }
}
