//! Rates that differ from one to the next: their log odds are normal, and what is counted is binomial.
//!
//! A rate among its like is not held against one rate for all, but against what such rates are: how far a rate as high
//! is out among them, counting included.

use std::f64::consts::PI;

use super::placebo::{Change, shared_variance};
use super::{binomial, gamma};

/// Log odds of rates that are alike.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Their mean.
    pub mean: f64,
    /// Their variance.
    pub variance: f64,
}

impl Odds {
    /// Those of several counts, x of n each, by empirical log odds. The variance is not the estimate but the most that it
    /// may be, at a risk of `alpha` (Viechtbauer 2007): who is held against a few dozen must not take them for all there
    /// could be. `None` without counts.
    pub fn of_counts(counts: &[(u64, u64)], alpha: f64) -> Option<Self> {
        let odds = |(x, n): &(u64, u64)| {
            let (some, others) = (*x as f64 + 0.5, (n - x) as f64 + 0.5);
            Change {
                size: (some / others).ln(),
                noise: 1.0 / some + 1.0 / others,
            }
        };
        let odds: Vec<Change> = counts.iter().map(odds).collect();
        let freedom = odds.len().checked_sub(1)? as f64;
        let variance = if freedom > 0.0 {
            shared_variance(&odds, 2.0 * gamma::quantile(alpha, freedom / 2.0))
        } else {
            0.0
        };
        let weight = |one: &Change| 1.0 / (one.noise + variance);
        let total: f64 = odds.iter().map(weight).sum();
        let sum: f64 = odds.iter().map(|one| weight(one) * one.size).sum();
        Some(Self {
            mean: sum / total,
            variance,
        })
    }

    /// P(X >= x) of `n` trials at a rate with such odds.
    pub fn upper_tail(self, x: u64, n: u64) -> f64 {
        let tail = |odds: f64| binomial::upper_tail(x, n, 1.0 / (1.0 + (-odds).exp()));
        if self.variance <= 0.0 {
            return tail(self.mean);
        }
        let deviation = self.variance.sqrt();
        // The trapezoid rule over eight deviations either way: exact to many digits for smooth curves.
        let step = |at: i32| f64::from(at) * STEP;
        let sum: f64 = (-N_STEPS..=N_STEPS)
            .map(|at| (-step(at).powi(2) / 2.0).exp() * tail(self.mean + deviation * step(at)))
            .sum();
        (sum * STEP / (2.0 * PI).sqrt()).min(1.0)
    }
}

const STEP: f64 = 0.05;
const N_STEPS: i32 = 160;

/// The log odds of a rate.
pub fn log_odds(rate: f64) -> f64 {
    (rate / (1.0 - rate)).ln()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn one_rate_is_binomial_and_many_are_counted() {
        let one = Odds {
            mean: log_odds(0.2),
            variance: 0.0,
        };
        assert!((one.upper_tail(3, 9) - binomial::upper_tail(3, 9, 0.2)).abs() < 1e-12);
        let many = Odds {
            variance: 0.5,
            ..one
        };
        let mut random = Random::new(1);
        let n_drawn = 200_000;
        let mut counts = [0.0; 31];
        for _ in 0..n_drawn {
            let odds = many.mean + many.variance.sqrt() * random.normal();
            let rate = 1.0 / (1.0 + (-odds).exp());
            counts[(0..30).filter(|_| random.uniform() < rate).count()] += 1.0;
        }
        for x in [0, 3, 8, 15, 20] {
            let drawn = counts[x..].iter().sum::<f64>() / f64::from(n_drawn);
            let told = many.upper_tail(x as u64, 30);
            assert!((told - drawn).abs() < 0.004, "{x}: {told} {drawn}");
        }
    }

    #[test]
    fn the_spread_is_held_by_its_bound() {
        let mut random = Random::new(2);
        let counts: Vec<(u64, u64)> = (0..4_000)
            .map(|_| {
                let rate = 1.0 / (1.0 + (1.5 + 0.4 * random.normal()).exp());
                let n = 100 + random.below(400) as u64;
                let x = (0..n).filter(|_| random.uniform() < rate).count();
                (x as u64, n)
            })
            .collect();
        let all = Odds::of_counts(&counts, 0.5).expect("odds");
        assert!((all.variance - 0.16).abs() < 0.02, "{all:?}");
        assert!((all.mean + 1.5).abs() < 0.03, "{all:?}");
        let high = |of: &[(u64, u64)]| Odds::of_counts(of, 0.05).expect("odds").variance;
        let n_held = counts.chunks(50).filter(|of| high(of) >= 0.16).count();
        assert!((70..=80).contains(&n_held), "{n_held} of 80");
        assert!(high(&[(20, 100), (21, 100), (19, 100)]) < 0.2);
        assert_eq!(Odds::of_counts(&[], 0.05), None);
        assert!(high(&[(20, 100)]).abs() < 1e-12);
    }
}
