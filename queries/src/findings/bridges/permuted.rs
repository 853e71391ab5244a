//! What the ratios of units look like when units mean nothing: labels dealt out anew over people.
//!
//! The network stays as it is, with its circles of friends and its busy people, and only the labels move; so
//! whatever makes ties hang together is in the null too. Rewiring would take it out, and would call every circle a
//! bridge between the units it happens to lie in. The draws give a mean and a variance for each pair, and a gamma
//! variable of these two the tail: it reaches beyond one in as many draws, which a family of hundreds of pairs needs.

use super::expected::UnitPulls;
use super::ties::Ties;
use crate::findings::elephant_paths::NO_UNIT;
use crate::stats::gamma;
use crate::stats::random::Random;

/// Means and variances of the ratio of each pair of units under labels by lot.
pub(super) struct Permuted {
    n: Vec<u32>,
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl Permuted {
    /// Deals the labels of known units out `n_draws` times. `pulls` are everybody's, and stay.
    pub(super) fn of(ties: &Ties, pulls: &[f64], n_draws: usize, seed: u64) -> Self {
        let n_cells = ties.n_units * ties.n_units;
        let mut permuted = Self {
            n: vec![0; n_cells],
            sums: vec![0.0; n_cells],
            squares: vec![0.0; n_cells],
        };
        let is_known = |person: &usize| ties.unit[*person] != NO_UNIT;
        let known: Vec<usize> = (0..ties.unit.len()).filter(is_known).collect();
        let mut labels: Vec<u32> = known.iter().map(|person| ties.unit[*person]).collect();
        let mut unit = ties.unit.clone();
        let mut random = Random::new(seed);
        for _ in 0..n_draws {
            random.shuffle(&mut labels);
            for (person, label) in known.iter().zip(&labels) {
                unit[*person] = *label;
            }
            permuted.add(ties, pulls, &unit);
        }
        permuted
    }

    fn add(&mut self, ties: &Ties, pulls: &[f64], unit: &[u32]) {
        let mut between = vec![0.0; self.n.len()];
        for &(one, other, weight) in &ties.edges {
            let (a, b) = (unit[one as usize], unit[other as usize]);
            between[ties.cell(a.min(b), a.max(b))] += weight;
        }
        let pulls = UnitPulls::of(pulls, unit, ties.n_units);
        for (a, b) in ties.cells() {
            let expected = pulls.expected(a, b);
            if expected > 0.0 {
                let cell = ties.cell(a, b);
                let ratio = between[cell] / expected;
                self.n[cell] += 1;
                self.sums[cell] += ratio;
                self.squares[cell] += ratio * ratio;
            }
        }
    }

    /// Twice the smaller tail of a ratio; half a tie nearer to the middle, since ties come whole. 1 where the draws
    /// do not differ.
    pub(super) fn p_value(&self, cell: usize, ratio: f64, half_a_tie: f64) -> f64 {
        let n = f64::from(self.n[cell]);
        if n < 2.0 {
            return 1.0;
        }
        let mean = self.sums[cell] / n;
        let variance = (self.squares[cell] - n * mean * mean) / (n - 1.0);
        if mean <= 0.0 || variance <= 1e-12 * mean * mean {
            return 1.0;
        }
        let (shape, scale) = (mean * mean / variance, variance / mean);
        let above = gamma::upper_tail((ratio - half_a_tie).max(0.0) / scale, shape);
        let below = gamma::lower_tail((ratio + half_a_tie) / scale, shape);
        (2.0 * above.min(below)).min(1.0)
    }
}
