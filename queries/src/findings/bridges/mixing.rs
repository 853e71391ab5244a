//! One figure for the whole network: how far ties stay inside units.

use super::ties::Ties;
use crate::stats::NORMAL_975;

/// The E-I index (Krackhardt and Stern 1988): ties between units less ties inside, over all. -1: all inside; 1: all
/// between. Zero is not neutral, since sizes of units fix what chance gives.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixing {
    /// Ties counted, of people whose units are known.
    pub n_ties: u64,
    /// (E - I) / (E + I) as it is.
    pub observed: f64,
    /// Lower end of its 95 % interval, over people.
    pub observed_low: f64,
    /// Upper end.
    pub observed_high: f64,
    /// Mean under labels dealt out by lot.
    pub expected: f64,
    /// Standard deviation of the index under such labels.
    pub expected_deviation: f64,
    /// (observed - expected) / deviation; 0 where labels make no difference.
    pub z: f64,
    /// (observed - expected) / (1 + |expected|): how far from chance, comparable between networks.
    pub beyond_chance: f64,
    /// Assortativity (Newman 2003): 1 where all ties are inside, 0 where units mean nothing given everybody's number of
    /// ties; 0 where there is one unit.
    pub assortativity: f64,
}

/// The mixing of a network; `None` without ties.
pub(super) fn mixing(ties: &Ties) -> Option<Mixing> {
    if ties.edges.is_empty() {
        return None;
    }
    let inside: f64 = (0..ties.n_units as u32)
        .map(|unit| ties.between[ties.cell(unit, unit)])
        .sum();
    let share = inside / ties.total;
    let (low, high) = interval(ties, share);
    let index = |share: f64| 1.0 - 2.0 * share;
    let (mean, deviation) = by_lot(ties);
    let (observed, expected) = (index(share), index(mean));
    let spread = 2.0 * deviation;
    Some(Mixing {
        n_ties: ties.edges.len() as u64,
        observed,
        observed_low: index(high),
        observed_high: index(low),
        expected,
        expected_deviation: spread,
        z: if spread > 0.0 {
            (observed - expected) / spread
        } else {
            0.0
        },
        beyond_chance: (observed - expected) / (1.0 + expected.abs()),
        assortativity: assortativity(ties, share),
    })
}

/// The interval of the share inside: on the scale of log-odds, variance over people as in
/// [`super::clustered`]. Half a tie is added to both sides, so that none or all have an interval too.
fn interval(ties: &Ties, share: f64) -> (f64, f64) {
    let mut of_person = vec![0.0; ties.unit.len()];
    let mut of_ties = 0.0;
    for &(one, other, weight) in &ties.edges {
        let is_inside = ties.unit[one as usize] == ties.unit[other as usize];
        let pull = weight * (if is_inside { 1.0 } else { 0.0 } - share);
        of_person[one as usize] += pull;
        of_person[other as usize] += pull;
        of_ties += pull * pull;
    }
    let by_people: f64 = of_person.iter().map(|sum| sum * sum).sum();
    let half = 0.5 * ties.typical_weight();
    let smoothed = (share * ties.total + half) / (ties.total + 2.0 * half);
    let even = smoothed * (1.0 - smoothed);
    let least = ties.typical_weight() * even / ties.total;
    let variance = (by_people - of_ties).max(of_ties) / (ties.total * ties.total);
    let deviation = variance
        .max(if share > 0.0 && share < 1.0 {
            0.0
        } else {
            least
        })
        .sqrt()
        / even;
    let odds = (smoothed / (1.0 - smoothed)).ln();
    let back = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    (
        back(odds - NORMAL_975 * deviation),
        back(odds + NORMAL_975 * deviation),
    )
}

/// Mean and deviation of the share inside under labels dealt out by lot, exactly: two ties with a person in common are
/// both inside when three people are of one unit, two ties apart when two pairs are.
fn by_lot(ties: &Ties) -> (f64, f64) {
    let falling = |n: f64, k: i32| (0..k).map(|i| (n - f64::from(i)).max(0.0)).product::<f64>();
    let sizes: Vec<f64> = ties.sizes.iter().map(|n| *n as f64).collect();
    let n: f64 = sizes.iter().sum();
    let chance = |k: i32, same: f64| {
        if falling(n, k) > 0.0 {
            same / falling(n, k)
        } else {
            0.0
        }
    };
    let sum = |k: i32| sizes.iter().map(|size| falling(*size, k)).sum::<f64>();
    let pairs = sum(2);
    let squares: f64 = sizes.iter().map(|size| falling(*size, 2).powi(2)).sum();
    let (two, three) = (chance(2, pairs), chance(3, sum(3)));
    let apart = chance(4, sum(4) + pairs * pairs - squares);
    let of_itself: f64 = ties.edges.iter().map(|edge| edge.2 * edge.2).sum();
    let of_people: f64 = ties.strength.iter().map(|s| s * s).sum();
    let sharing = of_people - 2.0 * of_itself;
    let rest = ties.total * ties.total - of_itself - sharing;
    let square = of_itself * two + sharing * three + rest * apart;
    let variance = square / (ties.total * ties.total) - two * two;
    (two, variance.max(0.0).sqrt())
}

fn assortativity(ties: &Ties, share: f64) -> f64 {
    let by_chance = |strength: &f64| (strength / (2.0 * ties.total)).powi(2);
    let chance: f64 = ties.unit_strength.iter().map(by_chance).sum();
    if chance < 1.0 - 1e-12 {
        (share - chance) / (1.0 - chance)
    } else {
        0.0
    }
}
