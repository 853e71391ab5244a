//! How many ties two units would have if only everybody's number of ties counted.
//!
//! The naive expectation `s_i s_j / 2m` of two people lets each have ties to themselves, so that the ties of
//! others come out too few. Here each person has a pull x with `x (X - x) = s`, X the sum of all pulls:
//! nobody has a tie to themselves, and everybody's number of ties is met. Two units then expect the product of
//! their people's pulls: one pass over people, not over pairs. Ties may weigh more than 1, so no pair is capped.

/// More rounds are needed only where one person has nearly half of all ties; then the last one stands.
const MOST_ROUNDS: usize = 200;

/// Everybody's pull, given the weight of everybody's ties.
pub(super) fn pulls(strength: &[f64]) -> Vec<f64> {
    let ends: f64 = strength.iter().sum();
    if ends <= 0.0 {
        return vec![0.0; strength.len()];
    }
    let mut sum = ends.sqrt();
    let mut pulls: Vec<f64> = strength.iter().map(|s| s / sum).collect();
    for _ in 0..MOST_ROUNDS {
        let mut next = 0.0;
        for (pull, strength) in pulls.iter_mut().zip(strength) {
            // The mean of the old and the new one: the new alone swings where one person has most ties.
            *pull = 0.5 * (*pull + strength / (sum - *pull).max(f64::MIN_POSITIVE));
            next += *pull;
        }
        let is_settled = (next - sum).abs() <= 1e-12 * sum;
        sum = next;
        if is_settled {
            break;
        }
    }
    pulls
}

/// The pulls of units: sums, and sums of squares.
pub(super) struct UnitPulls {
    sums: Vec<f64>,
    squares: Vec<f64>,
}

impl UnitPulls {
    /// Of persons of these units; units beyond `n_units` are left out.
    pub(super) fn of(pulls: &[f64], unit: &[u32], n_units: usize) -> Self {
        let mut sums = vec![0.0; n_units];
        let mut squares = vec![0.0; n_units];
        for (pull, unit) in pulls.iter().zip(unit) {
            if (*unit as usize) < n_units {
                sums[*unit as usize] += pull;
                squares[*unit as usize] += pull * pull;
            }
        }
        Self { sums, squares }
    }

    /// Expected weight of the ties between two units, or inside one.
    pub(super) fn expected(&self, a: u32, b: u32) -> f64 {
        let (a, b) = (a as usize, b as usize);
        if a == b {
            (self.sums[a] * self.sums[a] - self.squares[a]).max(0.0) / 2.0
        } else {
            self.sums[a] * self.sums[b]
        }
    }
}
