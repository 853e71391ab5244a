//! Whom chance does not bring together: pairs of people who share more, and rarer, items than they would.
//!
//! The evidence of a pair is the sum of the weights of the items both use. Only pairs that share something are
//! ever looked at: for each person the users of that person's items are added up in an array as long as the
//! list of people, and what is surprising is kept. A map of pairs would hold 10^8 of them.
//!
//! Nearly all pairs are no surprise, and what would be one depends on the department and the activity of the two alone.
//! So people are taken in that order, and each pair costs one comparison with the bound of its kind.

use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::gamma::gamma_lr;

use super::background::Background;
use super::incidence::Incidence;
use super::moments::Moments;
use super::ties::TieEvidence;
use crate::graph::network::Edge;
use crate::parallel::in_order;

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
    let mut places: Vec<u32> = (0..n_places as u32).collect();
    places.sort_by_key(|place| null.background.class_in_all(*place));
    let blocks: Vec<&[u32]> = places.chunks(BLOCK).collect();
    let desk = || Desk::new(null);
    let of_blocks = in_order(blocks.len(), n_threads, desk, |desk, block| {
        let mut edges = Vec::new();
        for place in blocks[block] {
            desk.pairs_of(*place, null, incidence, ties, &mut edges);
        }
        edges
    });
    let mut edges = of_blocks.concat();
    edges.sort_unstable_by_key(|edge| (edge.0, edge.1));
    edges
}

/// What two people share: the number of items in the upper bits, their weights in the lower ones, so that both are added
/// in one step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shared(u64);

impl Shared {
    const WEIGHT_BITS: u32 = 44;

    const WEIGHT: u64 = (1 << Self::WEIGHT_BITS) - 1;

    /// Weights are kept to a millionth.
    const UNIT: f64 = (1 << 20) as f64;

    /// One item of a weight.
    fn one(weight: f64) -> Self {
        Self(1 << Self::WEIGHT_BITS | Self::fixed(weight))
    }

    /// A weight in units; none is larger than a person can have.
    fn fixed(weight: f64) -> u64 {
        ((weight * Self::UNIT).round() as u64).min(Self::WEIGHT)
    }

    fn n_items(self) -> u32 {
        (self.0 >> Self::WEIGHT_BITS) as u32
    }

    fn weight(self) -> f64 {
        (self.0 & Self::WEIGHT) as f64 / Self::UNIT
    }
}

/// So many others at a time are added up where a person shares with many: what they share then stays in the cache
/// nearest to the processor.
const TILE: usize = 4_096;

/// Where a thread adds up what one person shares with all others.
struct Desk {
    tile: Vec<Shared>,
    /// Of a person who shares with few, all others, and who of them it is.
    all: Vec<Shared>,
    touched: Vec<u32>,
    /// Class of each place.
    classes: Vec<u32>,
    /// The class of the person at the desk.
    class: u32,
    /// By class of the other: the weight up to which a pair is no surprise; [`UNKNOWN`] until it is asked for.
    bounds: Vec<u64>,
    /// So many deviations off, no pair is a surprise.
    deviations: f64,
}

/// No pair is below it.
const UNKNOWN: u64 = 0;

/// An item of a person: what it adds to a pair, and who after that person uses it as well.
type Users<'a> = (Shared, &'a [u32]);

impl Desk {
    fn new(null: &Null<'_>) -> Self {
        let background = null.background;
        let places = 0..background.n_places() as u32;
        Self {
            tile: vec![Shared::default(); TILE],
            all: vec![Shared::default(); background.n_places()],
            touched: Vec::new(),
            classes: places.map(|place| background.class_in_all(place)).collect(),
            class: u32::MAX,
            bounds: Vec::new(),
            deviations: deviations_of(null.threshold.p_value),
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
        let class = self.classes[place as usize];
        if class != self.class {
            let n_classes = null.background.n_classes_before.last().copied();
            self.class = class;
            self.bounds.clear();
            self.bounds.resize(n_classes.unwrap_or(0) as usize, UNKNOWN);
        }
        let after = |item: &u32| {
            let weight = null.weights[*item as usize];
            let users = incidence.places(*item);
            let from = users.partition_point(|other| *other <= place);
            (weight > 0.0).then(|| (Shared::one(weight), &users[from..]))
        };
        let others: Vec<Users<'_>> = incidence.items(place).iter().filter_map(after).collect();
        let n_others: usize = others.iter().map(|(_, users)| users.len()).sum();
        let mut pairs = Pairs {
            null,
            place,
            bounds: &mut self.bounds,
            deviations: self.deviations,
            edges,
        };
        let ties = ties.of(place);
        let n_after = self.classes.len() - place as usize - 1;
        if n_others > n_after / 4 {
            over_tiles(others, ties, &mut self.tile, &self.classes, &mut pairs);
        } else {
            for (one, users) in others {
                for other in users {
                    let shared = &mut self.all[*other as usize];
                    if *shared == Shared::default() {
                        self.touched.push(*other);
                    }
                    shared.0 += one.0;
                }
            }
            for (other, tied) in ties {
                let shared = std::mem::take(&mut self.all[*other as usize]);
                pairs.judge(*other, shared, f64::from(*tied));
            }
            for other in self.touched.drain(..) {
                let shared = std::mem::take(&mut self.all[other as usize]);
                pairs.weigh(other, self.classes[other as usize], shared);
            }
        }
    }
}

/// Adds up and weighs all others, tile by tile; the tile is left empty.
fn over_tiles(
    mut others: Vec<Users<'_>>,
    mut ties: &[(u32, f32)],
    tile: &mut [Shared],
    classes: &[u32],
    pairs: &mut Pairs<'_>,
) {
    let first = (pairs.place as usize + 1) / TILE;
    for (number, classes) in classes.chunks(TILE).enumerate().skip(first) {
        let start = (number * TILE) as u32;
        let end = start + TILE as u32;
        for (one, users) in &mut others {
            let mut n_here = 0;
            for other in users.iter().take_while(|other| **other < end) {
                tile[*other as usize % TILE].0 += one.0;
                n_here += 1;
            }
            *users = &users[n_here..];
        }
        let n_tied = ties.partition_point(|(other, _)| *other < end);
        for (other, tied) in &ties[..n_tied] {
            let shared = std::mem::take(&mut tile[*other as usize % TILE]);
            pairs.judge(*other, shared, f64::from(*tied));
        }
        ties = &ties[n_tied..];
        for (other, (shared, class)) in (start..).zip(tile.iter_mut().zip(classes)) {
            let shared = std::mem::take(shared);
            if shared != Shared::default() {
                pairs.weigh(other, *class, shared);
            }
        }
    }
}

/// The pairs of the person at a desk.
struct Pairs<'a> {
    null: &'a Null<'a>,
    place: u32,
    bounds: &'a mut [u64],
    deviations: f64,
    edges: &'a mut Vec<Edge>,
}

impl Pairs<'_> {
    /// A pair without a tie.
    #[inline]
    fn weigh(&mut self, other: u32, class: u32, shared: Shared) {
        let weight = shared.0 & Shared::WEIGHT;
        if weight > self.bounds[class as usize] {
            self.look_at(other, class, shared);
        }
    }

    /// The bound may not be known yet.
    #[cold]
    #[inline(never)]
    fn look_at(&mut self, other: u32, class: u32, shared: Shared) {
        let bound = &mut self.bounds[class as usize];
        if *bound == UNKNOWN {
            *bound = self::bound(self.null, self.place, other, self.deviations);
        }
        if shared.0 & Shared::WEIGHT > *bound {
            self.judge(other, shared, 0.0);
        }
    }

    fn judge(&mut self, other: u32, shared: Shared, tied: f64) {
        if let Some(weight) = surprise(self.null, self.place, other, shared, tied) {
            self.edges.push((self.place, other, weight));
        }
    }
}

/// Mean and variance of what the people of two places share; the first place is no later.
fn moments(null: &Null<'_>, place: u32, other: u32) -> (f64, f64) {
    let at = |place: u32| {
        let (department, class) = (&null.background.department, &null.background.class);
        (department[place as usize], class[place as usize])
    };
    null.moments.of_pair(at(place), at(other))
}

/// The weight up to which two people of these classes, without a tie, are no surprise.
fn bound(null: &Null<'_>, place: u32, other: u32, deviations: f64) -> u64 {
    let (mean, variance) = moments(null, place, other);
    Shared::fixed(mean + deviations * variance.sqrt()).max(UNKNOWN + 1)
}

/// No tail of a Poisson number is this small within so many deviations: it is longer than a normal one, as long as it is
/// a small one.
fn deviations_of(p_value: f64) -> f64 {
    if p_value > 1e-3 {
        return 0.0;
    }
    0.98 * Normal::standard().inverse_cdf(1.0 - p_value)
}

/// The least surprise of an edge.
fn least(null: &Null<'_>) -> f64 {
    (-null.threshold.p_value.log10()).max(1e-9)
}

/// -log10 of the chance of a pair if that is small enough. What the two share and what they did towards each
/// other are two witnesses: their surprises add up, and where there is no tie nothing is added.
fn surprise(null: &Null<'_>, place: u32, other: u32, shared: Shared, tied: f64) -> Option<f64> {
    let mut both = tied;
    if shared.n_items() >= null.threshold.n_shared {
        let (mean, variance) = moments(null, place, other);
        both -= tail(shared.weight(), mean, variance).log10();
    }
    (both >= least(null)).then_some(both.min(MOST_SURPRISE))
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
