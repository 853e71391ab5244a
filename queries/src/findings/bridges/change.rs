//! What became of a pair of units from one window to the next.

use statrs::function::erf::erfc;

use super::clustered::{Slope, row_sums, sums_by_kind};
use super::expected::{UnitPulls, pulls};
use super::ties::Ties;
use crate::graph::network::{Edge, Network};
use crate::stats::NORMAL_975;
use crate::stats::fdr;

/// A pair of units in two windows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BridgeChange {
    /// The lower unit.
    pub a: u32,
    /// The higher one, or the same.
    pub b: u32,
    /// Observed over expected before, half a tie added to both.
    pub ratio_before: f64,
    /// The same after.
    pub ratio_after: f64,
    /// After over before.
    pub factor: f64,
    /// Lower end of its 95 % interval, over people.
    pub factor_low: f64,
    /// Upper end.
    pub factor_high: f64,
    /// Two-sided, against no change.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called, over all pairs that had something to expect.
    pub q_value: f64,
}

/// The change of every pair of units that can have ties in both windows, by units. People and units are the same in
/// both windows, so that somebody who moved from one unit to another is no change of the two.
///
/// A person who keeps a tie, or the habit of having many, counts in both windows; so the variance is that of each
/// person's difference, and what stays as it was adds nothing.
pub fn changes(
    before: &Network,
    after: &Network,
    unit: &[u32],
    n_units: usize,
) -> Vec<BridgeChange> {
    assert_eq!(before.n_nodes(), after.n_nodes(), "the same people");
    let windows = [before, after].map(|network| Window::of(network, unit, n_units));
    let kept = kept(&windows[0].ties, &windows[1].ties);
    let kept_rows = row_sums(&windows[0].ties, &kept);
    let mut sums = [vec![0.0; unit.len()], vec![0.0; unit.len()]];
    let mut changes = Vec::new();
    for pair in windows[0].ties.cells() {
        let looks = windows.each_ref().map(|window| window.look(pair));
        let [Some(old), Some(new)] = looks else {
            continue;
        };
        windows[0].fill(&old, &mut sums[0]);
        windows[1].fill(&new, &mut sums[1]);
        let by_people: f64 = sums[0]
            .iter()
            .zip(&sums[1])
            .map(|(old, new)| (new - old).powi(2))
            .sum();
        let both = sums_by_kind(&windows[0].ties, &kept, &kept_rows, pair);
        let kinds = old.slope.by_kind().into_iter().zip(new.slope.by_kind());
        let shared: f64 = both
            .iter()
            .zip(kinds)
            .map(|(sum, (old, new))| sum * old * new)
            .sum();
        let of_ties = (old.of_ties + new.of_ties - 2.0 * shared).max(0.0);
        let variance = (by_people - of_ties).max(of_ties) + old.of_few + new.of_few;
        changes.push(change(pair, old.ratio, new.ratio, variance.sqrt()));
    }
    let p: Vec<f64> = changes.iter().map(|change| change.p_value).collect();
    for (change, q) in changes.iter_mut().zip(fdr::q_values(&p, p.len() as u64)) {
        change.q_value = q;
    }
    changes
}

fn change((a, b): (u32, u32), before: f64, after: f64, deviation: f64) -> BridgeChange {
    let size = (after / before).ln();
    let distance = if deviation > 0.0 {
        size.abs() / deviation
    } else {
        0.0
    };
    BridgeChange {
        a,
        b,
        ratio_before: before,
        ratio_after: after,
        factor: size.exp(),
        factor_low: (size - NORMAL_975 * deviation).exp(),
        factor_high: (size + NORMAL_975 * deviation).exp(),
        p_value: erfc(distance / std::f64::consts::SQRT_2).min(1.0),
        q_value: 1.0,
    }
}

struct Window {
    ties: Ties,
    pulls: UnitPulls,
    rows: Vec<f64>,
    half: f64,
}

struct Look {
    slope: Slope,
    ratio: f64,
    of_ties: f64,
    /// The variance that few ties do not show: none at all leaves no tie to vary.
    of_few: f64,
}

impl Window {
    fn of(network: &Network, unit: &[u32], n_units: usize) -> Self {
        let ties = Ties::of(network, unit, n_units);
        Self {
            pulls: UnitPulls::of(&pulls(&ties.strength), &ties.unit, n_units),
            rows: row_sums(&ties, &ties.squares),
            half: 0.5 * ties.typical_weight(),
            ties,
        }
    }

    fn look(&self, pair: (u32, u32)) -> Option<Look> {
        let expected = self.pulls.expected(pair.0, pair.1);
        if expected <= 0.0 {
            return None;
        }
        let observed = self.ties.between[self.ties.cell(pair.0, pair.1)];
        let slope = Slope::of(&self.ties, pair, self.half);
        let sums = sums_by_kind(&self.ties, &self.ties.squares, &self.rows, pair);
        let of_ties = sums
            .iter()
            .zip(slope.by_kind())
            .map(|(s, by)| s * by * by)
            .sum();
        // The ties seen vary by O / (O + 1/2)^2; a count and a half by 1 / (O + 1/2), which is more where they are few.
        let of_few = 2.0 * (self.half / (observed + self.half)).powi(2);
        Some(Look {
            slope,
            ratio: (observed + self.half) / (expected + self.half),
            of_ties,
            of_few,
        })
    }

    fn fill(&self, look: &Look, sums: &mut [f64]) {
        look.slope.fill(&self.ties, sums);
    }
}

/// Products of the weights of ties that are in both windows, by units as in [`Ties`].
fn kept(before: &Ties, after: &Ties) -> Vec<f64> {
    let mut kept = vec![0.0; before.between.len()];
    let mut at = after.edges.iter().peekable();
    let ends = |edge: &Edge| (edge.0, edge.1);
    for edge in &before.edges {
        while at.next_if(|other| ends(other) < ends(edge)).is_some() {}
        if let Some(same) = at.next_if(|other| ends(other) == ends(edge)) {
            let (a, b) = (before.unit[edge.0 as usize], before.unit[edge.1 as usize]);
            kept[before.cell(a, b)] += edge.2 * same.2;
            if a != b {
                kept[before.cell(b, a)] += edge.2 * same.2;
            }
        }
    }
    kept
}
