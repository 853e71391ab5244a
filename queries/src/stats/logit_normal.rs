//! Rates that differ from one to the next: their log odds are normal, and what is counted is binomial.
//!
//! A rate among its like is not held against one rate for all, but against what such rates are: how far a rate as high
//! is out among them, counting included.

use std::f64::consts::PI;

use super::placebo::{Change, shared_variance};
use super::{binomial, gamma};

/// What was counted at one rate: x of n.
pub type Count = (u64, u64);

/// Empirical log odds, and the variance that counting gives them.
fn log_odds((x, n): Count) -> Change {
    let (some, others) = (x as f64 + 0.5, (n - x) as f64 + 0.5);
    Change {
        size: (some / others).ln(),
        noise: 1.0 / some + 1.0 / others,
    }
}

/// The variance of the log odds beyond counting: not the estimate but the most that it may be, at a risk of `alpha`
/// (Viechtbauer 2007). Who is held against a few dozen must not take them for all there could be. `None` for fewer
/// than two.
pub fn spread_at_most(counts: &[Count], alpha: f64) -> Option<f64> {
    if counts.len() < 2 {
        return None;
    }
    let odds: Vec<Change> = counts.iter().copied().map(log_odds).collect();
    let freedom = (odds.len() - 1) as f64;
    Some(shared_variance(
        &odds,
        2.0 * gamma::quantile(alpha, freedom / 2.0),
    ))
}

/// P(X >= x) of `n` trials at one more rate like these: the larger one of those at no spread and at the most that it may
/// be, since a wide one makes what is below the mean look far out for being in the middle. 1 without counts.
pub fn upper_tail(x: u64, n: u64, like: &[Count], spread_at_most: f64) -> f64 {
    [0.0, spread_at_most]
        .map(|spread| Odds::of_one_more(like, spread).map_or(1.0, |odds| odds.upper_tail(x, n)))
        .into_iter()
        .fold(0.0, f64::max)
}

/// Log odds that are not known but drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Odds {
    /// Their mean.
    mean: f64,
    /// Their variance.
    variance: f64,
}

impl Odds {
    /// Those of one more rate, like these: about their weighted mean, as far out as `spread` and what is not known of
    /// the mean make them. `None` without counts.
    fn of_one_more(like: &[Count], spread: f64) -> Option<Self> {
        let odds = || like.iter().copied().map(log_odds);
        let weight = |one: &Change| 1.0 / (one.noise + spread);
        let total: f64 = odds().map(|one| weight(&one)).sum();
        let sum: f64 = odds().map(|one| weight(&one) * one.size).sum();
        (total > 0.0).then(|| Self {
            mean: sum / total,
            variance: spread + 1.0 / total,
        })
    }

    /// P(X >= x) of `n` trials at a rate with such odds.
    fn upper_tail(self, x: u64, n: u64) -> f64 {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn one_rate_is_binomial_and_many_are_counted() {
        let one = Odds {
            mean: (0.2_f64 / 0.8).ln(),
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
        let estimate = spread_at_most(&counts, 0.5).expect("counts");
        assert!((estimate - 0.16).abs() < 0.02, "{estimate}");
        let next = Odds::of_one_more(&counts, estimate).expect("odds");
        assert!((next.mean + 1.5).abs() < 0.03, "{next:?}");
        assert!((next.variance - estimate).abs() < 0.001, "{next:?}");
        let is_held = |of: &&[Count]| spread_at_most(of, 0.05) >= Some(0.16);
        let n_held = counts.chunks(50).filter(is_held).count();
        assert!((70..=80).contains(&n_held), "{n_held} of 80");
        assert!(spread_at_most(&[(20, 100), (21, 100), (19, 100)], 0.05) < Some(0.2));
        assert_eq!(spread_at_most(&[(20, 100)], 0.05), None);
    }

    #[test]
    fn one_more_is_as_uncertain_as_the_few_it_is_like() {
        // By hand: odds of 1 to 1 and 1 to 1 of 7 and 7, so 7.5 on each side: a noise of 2 / 7.5 each.
        let two = Odds::of_one_more(&[(7, 14), (7, 14)], 0.1).expect("odds");
        assert!(two.mean.abs() < 1e-12);
        assert!((two.variance - (0.1 + 0.05 + 1.0 / 7.5)).abs() < 1e-12);
        assert_eq!(Odds::of_one_more(&[], 0.1), None);
    }
}
