//! Inference by placebo: a change is judged against the changes of those to whom nothing was done.
//!
//! Formulae that trust in independent observations find effects of laws that never were in up to 45 % of
//! all cases (Bertrand, Duflo and Mullainathan 2004), because a week resembles the week before. Here the
//! label "treated" is moved over the untreated, and p is the rank of the treated among them (Abadie,
//! Diamond and Hainmueller 2010).
//!
//! Units differ in how many events they are counted from, so changes are put on one scale first: their
//! variance is that of counting plus one that all share, by Paule and Mandel 1982. Each untreated unit is
//! compared with the others, as the treated one is. A date on which nothing happened may lend its own
//! distances: they are on the same scale, because its shared variance is its own.

use super::bisection::bisect;

/// A change of one unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// How large, on a scale on which effects add (such as the logarithm of a ratio).
    pub size: f64,
    /// The variance that counting alone gives it, above 0.
    pub noise: f64,
}

/// The changes of the untreated on one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Placebos {
    /// Their weighted mean: what would have happened anyway.
    pub center: f64,
    /// The variance that they share beyond counting.
    pub spread: f64,
    center_noise: f64,
    /// Of each from the others, in deviations; without sign.
    distances: Vec<f64>,
}

/// What a change is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judged {
    /// The change beyond that of the untreated.
    pub size: f64,
    /// Lower end of the interval: the smallest effect that the same test would not refuse.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
    /// Rank among the placebos, (1 + those at least as far out) / (1 + all).
    pub p_value: f64,
    /// The smallest effect that would be called in four of five cases.
    pub smallest: f64,
}

impl Placebos {
    /// The placebos of a date; at least three untreated are wanted.
    ///
    /// # Panics
    /// With fewer than three.
    pub fn of(untreated: &[Change]) -> Self {
        assert!(untreated.len() >= 3, "placebos want three untreated");
        let spread = shared_variance(untreated, (untreated.len() - 1) as f64);
        let weight = |change: &Change| 1.0 / (change.noise + spread);
        let total: f64 = untreated.iter().map(weight).sum();
        let sum: f64 = untreated.iter().map(|c| weight(c) * c.size).sum();
        let distances = untreated.iter().map(|change| {
            let others = total - weight(change);
            let center = (sum - weight(change) * change.size) / others;
            (change.size - center).abs() / (change.noise + spread + 1.0 / others).sqrt()
        });
        Self {
            center: sum / total,
            spread,
            center_noise: 1.0 / total,
            distances: distances.collect(),
        }
    }

    /// The deviation of one more change from the center.
    pub fn deviation(&self, noise: f64) -> f64 {
        (noise + self.spread + self.center_noise).sqrt()
    }
}

/// Judges the change of the treated on the date of `now`; the placebos of earlier dates lend their distances.
/// `alpha` is the risk of an effect where there is none.
pub fn judge(treated: Change, now: &Placebos, earlier: &[Placebos], alpha: f64) -> Judged {
    let mut distances = now.distances.clone();
    distances.extend(earlier.iter().flat_map(|date| &date.distances));
    distances.sort_by(|a, b| b.total_cmp(a));
    let deviation = now.deviation(treated.noise);
    let size = treated.size - now.center;
    let distance = size.abs() / deviation;
    let n_as_far = distances.partition_point(|placebo| *placebo >= distance);
    let reach = deviation * critical(&distances, alpha);
    Judged {
        size,
        low: size - reach,
        high: size + reach,
        p_value: (1 + n_as_far) as f64 / (1 + distances.len()) as f64,
        smallest: reach + deviation * four_in_five(&distances),
    }
}

/// The distance beyond which the rank is called; where there are too few placebos for that, the largest.
fn critical(distances: &[f64], alpha: f64) -> f64 {
    let rank = (alpha * (distances.len() + 1) as f64 + 1e-9).floor() as usize;
    distances[rank.max(1) - 1]
}

/// What a true effect must have beyond the critical distance: the 80 % quantile of the placebos with their
/// signs is the 60 % one without.
fn four_in_five(distances: &[f64]) -> f64 {
    distances[distances.len() * 2 / 5]
}

/// The variance beyond counting at which the weighted squares are as `wanted`; as many as there are degrees of freedom is
/// the estimate of Paule and Mandel 1982.
pub(super) fn shared_variance(changes: &[Change], wanted: f64) -> f64 {
    let squares = |spread: f64| {
        let weight = |change: &Change| 1.0 / (change.noise + spread);
        let total: f64 = changes.iter().map(weight).sum();
        let center = changes.iter().map(|c| weight(c) * c.size).sum::<f64>() / total;
        let square = |c: &Change| weight(c) * (c.size - center).powi(2);
        changes.iter().map(square).sum::<f64>()
    };
    if squares(0.0) <= wanted {
        return 0.0;
    }
    let range = |pick: fn(f64, f64) -> f64| changes.iter().map(|c| c.size).reduce(pick);
    let width = range(f64::max).unwrap_or(0.0) - range(f64::min).unwrap_or(0.0);
    // The squares are at most the n of them, each within the width, over the variance.
    let most = (changes.len() as f64 / wanted).max(2.0) * width * width + f64::MIN_POSITIVE;
    let is_close = |low: f64, high: f64| high - low <= 1e-9 * high;
    bisect(0.0, most, is_close, |spread| squares(spread) > wanted).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn changes(seed: u64, n: usize) -> Vec<Change> {
        let mut random = Random::new(seed);
        (0..n)
            .map(|_| {
                let noise = 0.01 + 0.1 * random.uniform();
                let size = 0.3 + (noise + 0.04).sqrt() * random.normal();
                Change { size, noise }
            })
            .collect()
    }

    #[test]
    fn the_interval_holds_what_the_test_does_not_refuse() {
        for seed in 0..50 {
            let all = changes(seed, 41);
            let (treated, others) = all.split_first().expect("changes");
            let placebos = Placebos::of(others);
            let judged = judge(*treated, &placebos, &[], 0.05);
            // The slow way: shift the treated by an effect and test again.
            for effect in [judged.low, judged.high] {
                for (inside, is_called) in [(0.999_999, false), (1.000_001, true)] {
                    let middle = judged.size;
                    let size = treated.size - (middle + (effect - middle) * inside);
                    let shifted = Change { size, ..*treated };
                    let p = judge(shifted, &placebos, &[], 0.05).p_value;
                    assert_eq!(p <= 0.05, is_called, "{p} at {effect} x {inside}");
                }
            }
        }
    }

    #[test]
    fn the_rank_is_counted_by_hand() {
        // All counted from as much, and no more apart than that: no variance is shared.
        let change = |size| Change { size, noise: 1.0 };
        let placebos = Placebos::of(&[change(-1.0), change(0.0), change(1.0)]);
        assert!(placebos.spread.abs() < 1e-12 && placebos.center.abs() < 1e-12);
        // Each from the mean of the other two: 1.5, 0, 1.5 over the root of 1.5.
        let judged = judge(change(1.1), &placebos, &[], 0.05);
        assert!((judged.p_value - 0.75).abs() < 1e-12, "{judged:?}");
        let judged = judge(
            change(5.0),
            &placebos,
            std::slice::from_ref(&placebos),
            0.05,
        );
        assert!((judged.p_value - 1.0 / 7.0).abs() < 1e-12, "{judged:?}");
    }

    #[test]
    fn the_shared_variance_is_found() {
        let mean = (0..40)
            .map(|seed| Placebos::of(&changes(seed, 100)).spread)
            .sum::<f64>();
        assert!((mean / 40.0 - 0.04).abs() < 0.006, "{mean}");
        let same = [Change {
            size: 0.2,
            noise: 0.1,
        }; 5];
        assert!(Placebos::of(&same).spread.abs() < f64::EPSILON);
    }
}
