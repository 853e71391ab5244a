//! How often lots give as much as is seen, drawing only as long as it matters.
//!
//! What is common is clear after a few draws, and what is rare needs thousands, for a family of hundreds of tests asks
//! for p values of one in ten thousand. So draws stop once enough of them reach what is seen (Besag and Clifford 1991);
//! the p value is then that number over the draws, and is exact whether it stopped or not.

/// Draws that reach what is seen, after which no more are needed: the p value is then known to a fifth of itself.
const ENOUGH: usize = 20;

/// Bounds of the number of draws, whatever the family.
const N_DRAWS: (usize, usize) = (999, 99_999);

/// So many that the only one among `n_tested` could be called at this false discovery rate, twice over.
pub(super) fn most_draws(n_tested: u64, q: f64) -> usize {
    let wanted = (2.0 * n_tested as f64 / q.max(f64::MIN_POSITIVE)).ceil();
    wanted.clamp(N_DRAWS.0 as f64, N_DRAWS.1 as f64) as usize
}

/// So few that only tell what is rare from what is common.
pub(super) const FEW_DRAWS: usize = N_DRAWS.0;

/// No p value above this can be called at this false discovery rate among `n_tested`, whatever the others are known to
/// be by more draws. Benjamini and Hochberg call what is below q times the share of those called; so what is below q
/// times the share of all below q contains them, and so on. What few draws cannot tell apart stays in.
pub(super) fn highest_called(p: &[f64], n_tested: u64, q: f64) -> f64 {
    let least = 1.0 / (FEW_DRAWS + 1) as f64;
    let mut highest = q;
    loop {
        let n_below = p.iter().filter(|p| **p <= highest).count();
        let next = (q * n_below as f64 / n_tested.max(1) as f64).max(least);
        if next >= highest {
            return highest;
        }
        highest = next;
    }
}

/// What lots say of something seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judged {
    /// How often they give as much or more.
    pub p_value: f64,
    /// By how many of their deviations it is above their mean; 0 where they never differ.
    pub deviations: f64,
}

/// Draws until enough reach what is seen, or `most` are drawn.
pub(super) fn judge(seen: f64, most: usize, mut draw: impl FnMut() -> f64) -> Judged {
    // The same parts summed in another order differ by rounding.
    let reached = seen - 1e-9;
    let (mut n, mut n_reached, mut sum, mut squares) = (0, 0, 0.0, 0.0);
    while n < most && n_reached < ENOUGH {
        let value = draw();
        n += 1;
        n_reached += usize::from(value >= reached);
        sum += value - seen;
        squares += (value - seen).powi(2);
    }
    let n_draws = n.max(1) as f64;
    let mean = sum / n_draws;
    let variance = squares / n_draws - mean * mean;
    Judged {
        p_value: if n_reached >= ENOUGH {
            n_reached as f64 / n_draws
        } else {
            (n_reached + 1) as f64 / (n + 1) as f64
        },
        deviations: if variance > 1e-12 {
            -mean / variance.sqrt()
        } else {
            0.0
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::calibration;
    use crate::stats::fdr;
    use crate::stats::random::Random;

    #[test]
    fn p_values_are_even_where_nothing_is_meant() {
        let mut random = Random::new(5);
        let p: Vec<f64> = (0..3_000)
            .map(|_| {
                let seen = random.normal();
                judge(seen, 999, || random.normal()).p_value
            })
            .collect();
        let distance = calibration::unsafe_distance(&p);
        assert!(distance <= 0.05, "{distance}");
    }

    #[test]
    fn nothing_above_the_highest_is_called() {
        let mut random = Random::new(8);
        for _ in 0..300 {
            let n_far = random.below(60);
            let p: Vec<f64> = (0..200)
                .map(|at| random.uniform().powi(if at < n_far { 6 } else { 1 }))
                .collect();
            let coarse: Vec<f64> = p.iter().map(|p| p.max(0.001)).collect();
            let highest = highest_called(&coarse, 250, 0.05);
            let called = p.iter().zip(fdr::q_values(&p, 250));
            let mut called = called.filter(|(_, q)| *q <= 0.05);
            assert!(called.all(|(p, _)| *p <= highest));
        }
        assert!((highest_called(&[0.9, 0.06], 2, 0.05) - 0.001).abs() < 1e-12);
        assert!((highest_called(&[0.001, 0.002, 0.9, 0.04], 10, 0.05) - 0.01).abs() < 1e-12);
    }

    #[test]
    fn draws_stop_when_they_may_and_go_on_when_they_must() {
        let mut n = 0;
        let common = judge(0.0, 999, || {
            n += 1;
            1.0
        });
        assert!((common.p_value - 1.0).abs() < 1e-12 && n == ENOUGH);
        let mut random = Random::new(1);
        let rare = judge(9.0, 999, || random.normal());
        assert!((rare.p_value - 0.001).abs() < 1e-12 && (rare.deviations - 9.0).abs() < 1.0);
        assert_eq!(most_draws(3, 0.05), 999);
        assert_eq!(most_draws(300, 0.05), 12_000);
        assert_eq!(most_draws(1_000_000, 0.05), 99_999);
    }
}
