//! Bridges and silos: which units have more ties than everybody's number of ties explains, and which keep to
//! themselves.
//!
//! METHODS (d). For one dimension of the people file (department, location, role): observed over expected ties of every
//! pair of units and inside each, with an interval over people. A *bridge* is a pair whose lower bound is above 1.5 and
//! which labels by lot do not explain (Benjamini and Hochberg over all pairs); a *silo* a unit whose upper bound toward all
//! others together is below 0.5, and no other unit stands against it. More ties than chance do not say why: shared
//! services are bridges by their job.

mod carriers;
mod change;
mod clustered;
mod expected;
mod mixing;
mod permuted;
mod ties;

use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::Network;
use crate::stats::{fdr, gamma};

pub use change::{BridgeChange, changes};
pub use mixing::Mixing;

use carriers::Carriers;
use clustered::Variances;
use expected::UnitPulls;
use permuted::Permuted;
use ties::Ties;

/// The gates, and what is drawn by lot.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// A bridge's lower bound is above this.
    pub bridge_ratio: f64,
    /// A silo's upper bound toward all others is below this.
    pub silo_ratio: f64,
    /// Highest false discovery rate of a bridge.
    pub q: f64,
    /// How often labels are dealt out. 199 place the tail of a gamma variable well enough (its deviation to 5 %).
    pub n_draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            bridge_ratio: 1.5,
            silo_ratio: 0.5,
            q: 0.05,
            n_draws: 199,
            seed: 1,
        }
    }
}

/// What is said of a pair of units, or of a unit with itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Of a unit with itself: it keeps to itself.
    Silo,
    /// Of two units: they have more to do with each other than chance explains.
    Bridge,
    /// Nothing.
    Neither,
}

/// A pair of units, or a unit with itself.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bridge {
    /// The lower unit.
    pub a: u32,
    /// The higher one; the same for ties inside it.
    pub b: u32,
    /// Weight of the ties between them.
    pub observed: f64,
    /// What everybody's number of ties leads to expect.
    pub expected: f64,
    /// Observed over expected; 0 where nothing is expected.
    pub ratio: f64,
    /// Lower end of its 95 % interval, over people.
    pub ratio_low: f64,
    /// Upper end; infinite where nothing is expected.
    pub ratio_high: f64,
    /// Two-sided: the larger of that against labels dealt out by lot and that of a ratio of 1 given how people differ.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called, over all pairs that expect anything.
    pub q_value: f64,
    /// What is said of it.
    pub verdict: Verdict,
    /// People with such a tie, on the side where they are fewer. Fewer than k are not to be told.
    pub n_carriers: u64,
    /// Share of its ties that three people have an end in, those who have most.
    pub concentration: f64,
    /// The ratio that is left when the one person leaves who holds most of it.
    pub ratio_without_one: f64,
    /// Whether fewer than three carry it: fewer on one side, or two have an end in more than half of its ties.
    pub is_fragile: bool,
}

/// The bridges and silos of one dimension.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Bridges {
    /// Every pair of units once, each with itself too; by units.
    pub pairs: Vec<Bridge>,
    /// The whole network; `None` without ties of people whose units are known.
    pub mixing: Option<Mixing>,
    /// Size of the family.
    pub n_tested: u64,
}

/// Judges all pairs of units 0 to `n_units` - 1. `unit` is by person,
/// [`NO_UNIT`](crate::findings::elephant_paths::NO_UNIT) where unknown; the ties of such people do not count.
pub fn bridges(network: &Network, unit: &[u32], n_units: usize, options: &Options) -> Bridges {
    let ties = Ties::of(network, unit, n_units);
    if ties.edges.is_empty() {
        return Bridges::default();
    }
    let pulls = expected::pulls(&ties.strength);
    let of_units = UnitPulls::of(&pulls, &ties.unit, n_units);
    let permuted = Permuted::of(&ties, &pulls, options.n_draws, options.seed);
    let carriers = carriers::by_pair(&ties);
    let mut carriers = carriers.iter().peekable();
    let measure = Measure::of(&ties);
    let mut pairs = Vec::new();
    for pair in ties.cells() {
        let edges = carriers.next_if(|(units, _)| *units == pair);
        let carriers = edges.map(|(_, edges)| carriers::carriers(&ties, pair, edges));
        let mut bridge = measure.bridge(pair, of_units.expected(pair.0, pair.1), carriers);
        if bridge.expected > 0.0 {
            let half = 0.5 * measure.weight / bridge.expected;
            let by_lot = permuted.p_value(ties.cell(pair.0, pair.1), bridge.ratio, half);
            bridge.p_value = by_lot.max(measure.p_value(pair, &bridge));
        }
        pairs.push(bridge);
    }
    let n_tested = judge(&mut pairs, options);
    for unit in 0..n_units as u32 {
        if is_silo(unit, &pairs, &measure, (network, &pulls), options) {
            let own = pairs
                .iter_mut()
                .find(|pair| (pair.a, pair.b) == (unit, unit));
            own.expect("every pair").verdict = Verdict::Silo;
        }
    }
    Bridges {
        pairs,
        mixing: mixing::mixing(&ties),
        n_tested,
    }
}

/// No ratio is known better than to a part in a thousand: below, the variance is rounding, as where there is one unit.
const LEAST_VARIANCE: f64 = 1e-6;

/// What intervals are made of.
struct Measure<'a> {
    ties: &'a Ties,
    variances: Variances<'a>,
    /// What one tie weighs.
    weight: f64,
    /// How many times more variance people make than their ties alone, over all pairs; at least 1.
    clustering: f64,
}

impl<'a> Measure<'a> {
    fn of(ties: &'a Ties) -> Self {
        let variances = Variances::new(ties);
        let (mut clustered, mut of_ties) = (0.0, 0.0);
        for pair in ties.cells() {
            let observed = ties.between[ties.cell(pair.0, pair.1)];
            let variance = variances.of(pair);
            clustered += observed * variance.clustered;
            of_ties += observed * variance.of_ties;
        }
        Self {
            ties,
            variances,
            weight: ties.typical_weight(),
            clustering: if of_ties > 0.0 {
                (clustered / of_ties).max(1.0)
            } else {
                1.0
            },
        }
    }

    fn bridge(&self, pair: (u32, u32), expected: f64, carriers: Option<Carriers>) -> Bridge {
        let observed = self.ties.between[self.ties.cell(pair.0, pair.1)];
        let ratio = if expected > 0.0 {
            observed / expected
        } else {
            0.0
        };
        let (ratio_low, ratio_high) = self.interval(pair, observed, expected);
        let carriers = carriers.unwrap_or(Carriers {
            n_people: 0,
            shares: [0.0; 3],
            without_one: 1.0,
        });
        Bridge {
            a: pair.0,
            b: pair.1,
            observed,
            expected,
            ratio,
            ratio_low,
            ratio_high,
            p_value: 1.0,
            q_value: 1.0,
            verdict: Verdict::Neither,
            n_carriers: carriers.n_people,
            concentration: carriers.shares[2],
            ratio_without_one: ratio * carriers.without_one,
            is_fragile: observed > 0.0 && (carriers.n_people < 3 || carriers.shares[1] > 0.5),
        }
    }

    /// The interval of a count that has as much noise as the logarithm of the ratio: Jeffreys' of a Poisson mean, whose
    /// mean coverage is right for few ties as well as for many.
    fn interval(&self, pair: (u32, u32), observed: f64, expected: f64) -> (f64, f64) {
        if expected <= 0.0 {
            return (0.0, f64::INFINITY);
        }
        if observed <= 0.0 {
            return (0.0, self.most_of_none(expected));
        }
        let variance = self.variances.of(pair).clustered.max(LEAST_VARIANCE);
        let count = 1.0 / variance;
        let bound = |p| gamma::quantile(p, count + 0.5) / count * observed / expected;
        (bound(0.025), bound(0.975))
    }

    /// Twice the smaller Poisson tail of a count with that much noise, where as much is expected as observed.
    fn p_value(&self, pair: (u32, u32), bridge: &Bridge) -> f64 {
        let variance = self.variances.of(pair).clustered.max(LEAST_VARIANCE);
        let (count, expected) = if bridge.observed > 0.0 {
            (1.0 / variance, 1.0 / variance / bridge.ratio)
        } else {
            (0.0, bridge.expected / (self.weight * self.clustering))
        };
        let at_least = gamma::lower_tail(expected, count);
        let at_most = gamma::upper_tail(expected, count + 1.0);
        (2.0 * at_least.min(at_most)).min(1.0)
    }

    /// The upper bound of a pair without ties.
    fn most_of_none(&self, expected: f64) -> f64 {
        gamma::quantile(0.975, 0.5) * self.weight * self.clustering / expected
    }
}

/// q values and bridges; returns the size of the family.
fn judge(pairs: &mut [Bridge], options: &Options) -> u64 {
    let tested: Vec<usize> = (0..pairs.len())
        .filter(|at| pairs[*at].expected > 0.0)
        .collect();
    let p: Vec<f64> = tested.iter().map(|at| pairs[*at].p_value).collect();
    for (at, q) in tested.iter().zip(fdr::q_values(&p, p.len() as u64)) {
        let pair = &mut pairs[*at];
        pair.q_value = q;
        let is_called = q <= options.q && pair.ratio_low > options.bridge_ratio;
        if is_called && pair.a != pair.b {
            pair.verdict = Verdict::Bridge;
        }
    }
    tested.len() as u64
}

/// A unit is a silo when it has few ties with all others together, up to the upper bound. Pair by pair, as METHODS
/// has it, a unit of sixteen people never is one: even no tie at all is too little to tell where only a few are expected.
/// But no pair may stand against it: neither one that expects enough to tell, whose ratio itself is not low, nor one
/// that expects less and has so many all the same that its lower bound is not.
fn is_silo(
    unit: u32,
    pairs: &[Bridge],
    measure: &Measure<'_>,
    (network, pulls): (&Network, &[f64]),
    options: &Options,
) -> bool {
    let is_outward = |pair: &&Bridge| {
        pair.a != pair.b && (pair.a == unit || pair.b == unit) && pair.expected > 0.0
    };
    let outward: Vec<&Bridge> = pairs.iter().filter(is_outward).collect();
    let observed: f64 = outward.iter().map(|pair| pair.observed).sum();
    let expected: f64 = outward.iter().map(|pair| pair.expected).sum();
    let is_against = |pair: &&Bridge| {
        let is_telling = measure.most_of_none(pair.expected) < options.silo_ratio;
        let least = if is_telling {
            pair.ratio
        } else {
            pair.ratio_low
        };
        least >= options.silo_ratio
    };
    // The bound is above the ratio, and takes a look at all ties.
    let may_be = observed < options.silo_ratio * expected && !outward.iter().any(is_against);
    may_be && most_outward(unit, measure.ties, (network, pulls)) < options.silo_ratio
}

/// Upper bound of a unit's ratio with all others together, as if they were one unit.
fn most_outward(unit: u32, ties: &Ties, (network, pulls): (&Network, &[f64])) -> f64 {
    let side = |one: &u32| match *one {
        NO_UNIT => NO_UNIT,
        one => u32::from(one != unit),
    };
    let sides: Vec<u32> = ties.unit.iter().map(side).collect();
    let two = Ties::of(network, &sides, 2);
    let expected = UnitPulls::of(pulls, &two.unit, 2).expected(0, 1);
    Measure::of(&two).bridge((0, 1), expected, None).ratio_high
}

#[cfg(test)]
mod coverage_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
