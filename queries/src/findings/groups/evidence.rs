//! Whom chance does not bring together: pairs of people who share more, and rarer, items than they would.
//!
//! The evidence of a pair is the sum of the weights of the items both use. Only pairs that share something are
//! ever looked at: for each person the users of that person's items are added up in an array as long as the
//! list of people, and what is surprising is kept. A map of pairs would hold 10^8 of them.

use statrs::function::gamma::gamma_lr;

use super::background::Background;
use super::incidence::Incidence;
use super::moments::Moments;
use super::ties::TieEvidence;
use crate::graph::network::Edge;

/// No pair is surer than this, in powers of ten: two who share one job share all its pages, and a single pair
/// must not carry a group of five.
pub(super) const MOST_SURPRISE: f64 = 10.0;

/// People handled at once by a thread; enough that reading where items start is no cost.
const BLOCK: usize = 512;

/// What makes an edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Threshold {
    /// Largest chance of a pair as close as this.
    pub p_value: f64,
    /// Fewest items shared.
    pub n_shared: u32,
}

/// Everything that a pair is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Null<'a> {
    /// Chances of cells.
    pub background: &'a Background,
    /// Mean and variance of pairs.
    pub moments: &'a Moments,
    /// Weight of each item.
    pub weights: &'a [f64],
    /// What makes an edge.
    pub threshold: Threshold,
}

/// The soft edges: pairs of places, the lower first, with -log10 of their chance, sorted.
pub(super) fn edges(
    null: &Null<'_>,
    incidence: &Incidence,
    ties: &TieEvidence,
    n_threads: usize,
) -> Vec<Edge> {
    let n_places = incidence.n_places();
    let n_blocks = n_places.div_ceil(BLOCK);
    let desk = || Desk::new(n_places);
    let blocks = super::threads::by_index(n_blocks, n_threads, desk, |desk, block| {
        let mut edges = Vec::new();
        for place in block * BLOCK..n_places.min((block + 1) * BLOCK) {
            desk.pairs_of(place as u32, null, incidence, ties, &mut edges);
        }
        edges
    });
    blocks.concat()
}

#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    weight: f32,
    n_shared: u32,
}

/// Where a thread adds up what one person shares with all others.
struct Desk {
    sums: Vec<Sum>,
    tied: Vec<f32>,
    touched: Vec<u32>,
}

impl Desk {
    fn new(n_places: usize) -> Self {
        Self {
            sums: vec![Sum::default(); n_places],
            tied: vec![0.0; n_places],
            touched: Vec::new(),
        }
    }

    fn pairs_of(
        &mut self,
        place: u32,
        null: &Null<'_>,
        incidence: &Incidence,
        ties: &TieEvidence,
        edges: &mut Vec<Edge>,
    ) {
        for item in incidence.items(place) {
            let weight = null.weights[*item as usize] as f32;
            if weight > 0.0 {
                let users = incidence.places(*item);
                let after = users.partition_point(|other| *other <= place);
                self.add(weight, &users[after..]);
            }
        }
        for (other, surprise) in ties.of(place) {
            self.tied[*other as usize] = *surprise;
            if self.sums[*other as usize].n_shared == 0 {
                self.touched.push(*other);
            }
        }
        let from = edges.len();
        for other in self.touched.drain(..) {
            let sum = std::mem::take(&mut self.sums[other as usize]);
            let tied = std::mem::take(&mut self.tied[other as usize]);
            if let Some(weight) = surprise(null, place, other, sum, f64::from(tied)) {
                edges.push((place, other, weight));
            }
        }
        edges[from..].sort_unstable_by_key(|edge| edge.1);
    }

    fn add(&mut self, weight: f32, others: &[u32]) {
        for other in others {
            let sum = &mut self.sums[*other as usize];
            if sum.n_shared == 0 {
                self.touched.push(*other);
            }
            sum.weight += weight;
            sum.n_shared += 1;
        }
    }
}

/// -log10 of the chance of a pair if that is small enough. What the two share and what they did towards each
/// other are two witnesses: their surprises add up, and where there is no tie nothing is added.
fn surprise(null: &Null<'_>, place: u32, other: u32, sum: Sum, tied: f64) -> Option<f64> {
    let least = -null.threshold.p_value.log10();
    let mut shared = 0.0;
    if sum.n_shared >= null.threshold.n_shared {
        let at = |place: u32| {
            let (department, class) = (&null.background.department, &null.background.class);
            (department[place as usize], class[place as usize])
        };
        let (mean, variance) = null.moments.of_pair(at(place), at(other));
        let seen = f64::from(sum.weight);
        // A tail of a thousandth begins beyond three deviations: most pairs end here.
        let is_near = seen <= mean + 3.0 * variance.sqrt();
        if tied > 0.0 || least < 3.0 || !is_near {
            shared = -tail(seen, mean, variance).log10();
        }
    }
    let both = shared + tied;
    (both >= least.max(1e-9)).then_some(both.min(MOST_SURPRISE))
}

/// The chance of evidence this large: a Poisson number of steps as large as gives the same mean and variance
/// (Bohm and Zech 2014), continued between whole steps by the gamma function. A gamma variable of the same
/// moments has twice the skewness and calls three shared rare pages ten times likelier than they are.
pub(super) fn tail(seen: f64, mean: f64, variance: f64) -> f64 {
    let step = variance / mean;
    if seen <= mean || step <= 0.0 {
        return 1.0;
    }
    gamma_lr(seen / step, mean / step).clamp(1e-300, 1.0)
}

#[cfg(test)]
mod tests;
