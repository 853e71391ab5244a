//! Which pages are used by the same people more than their popularity explains.
//!
//! Popular pages share many people, busy people share many pages, and a department shares its routine; each of them would
//! glue everything together. So the expectation is taken inside each unit: somebody with d of the unit's D uses has a page
//! that n of the unit use with chance d n / D, and two pages n n' d (d - 1) / D^2. Two pages are tied by the surprise of
//! the people they share (Poisson tail). Pairs are not cut by their false discovery rate: METHODS (b) on soft edges.

use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::{Edge, Network};
use crate::people::uses::Uses;
use crate::stats::poisson;

/// Fewer shared people are no tie, however rare the pages.
const LEAST_SHARED: u32 = 3;

/// Less surprising ties are left out: METHODS (b).
const LARGEST_P: f64 = 1e-3;

/// Pages tied by the surprise of their shared people, -log10 p.
pub(super) fn network(uses: &Uses, unit: &[u32]) -> Network {
    let popularity = Popularity::of(uses, unit);
    let mut edges: Vec<Edge> = Vec::new();
    let mut shared = vec![0_u32; uses.n_items()];
    for item in 0..uses.n_items() as u32 {
        for person in popularity.people(item) {
            for other in uses.items(*person).iter().filter(|other| **other > item) {
                shared[*other as usize] += 1;
            }
        }
        for (other, n_shared) in shared.iter_mut().enumerate().skip(item as usize + 1) {
            if *n_shared >= LEAST_SHARED {
                let p = poisson::upper_tail(
                    u64::from(*n_shared),
                    popularity.expected(item, other as u32),
                );
                if p <= LARGEST_P {
                    edges.push((item, other as u32, -p.max(f64::MIN_POSITIVE).log10()));
                }
            }
            *n_shared = 0;
        }
    }
    Network::new(uses.n_items(), &edges)
}

/// Who uses an item, and how many of each unit.
struct Popularity {
    offsets: Vec<usize>,
    people: Vec<u32>,
    /// Of each item: units and their people, by unit.
    by_unit: Vec<Vec<(usize, f64)>>,
    /// Of each unit: d (d - 1) of its people, over D squared.
    factors: Vec<f64>,
}

impl Popularity {
    fn of(uses: &Uses, unit: &[u32]) -> Self {
        let n_units = unit
            .iter()
            .filter(|unit| **unit != NO_UNIT)
            .max()
            .map_or(0, |most| *most as usize + 1);
        // People of unknown units are a unit of their own.
        let unit_of = |person: u32| (unit[person as usize] as usize).min(n_units);
        let mut rows: Vec<(u32, usize, u32)> = Vec::with_capacity(uses.len());
        let (mut totals, mut pairs) = (vec![0.0; n_units + 1], vec![0.0; n_units + 1]);
        for person in 0..uses.n_persons() as u32 {
            let n = uses.items(person).len() as f64;
            totals[unit_of(person)] += n;
            pairs[unit_of(person)] += n * (n - 1.0);
            rows.extend(
                uses.items(person)
                    .iter()
                    .map(|item| (*item, unit_of(person), person)),
            );
        }
        rows.sort_unstable();
        let mut by_unit = vec![Vec::new(); uses.n_items()];
        for same in rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            by_unit[same[0].0 as usize].push((same[0].1, same.len() as f64));
        }
        let start = |item: usize| rows.partition_point(|row| (row.0 as usize) < item);
        let factor = |(pairs, total): (&f64, &f64)| {
            if *total > 0.0 {
                pairs / (total * total)
            } else {
                0.0
            }
        };
        Self {
            offsets: (0..=uses.n_items()).map(start).collect(),
            people: rows.iter().map(|row| row.2).collect(),
            by_unit,
            factors: pairs.iter().zip(&totals).map(factor).collect(),
        }
    }

    fn people(&self, item: u32) -> &[u32] {
        &self.people[self.offsets[item as usize]..self.offsets[item as usize + 1]]
    }

    fn expected(&self, one: u32, other: u32) -> f64 {
        let (mut at, of_other) = (0, &self.by_unit[other as usize]);
        let mut sum = 0.0;
        for (unit, n) in &self.by_unit[one as usize] {
            while at < of_other.len() && of_other[at].0 < *unit {
                at += 1;
            }
            if at < of_other.len() && of_other[at].0 == *unit {
                sum += n * of_other[at].1 * self.factors[*unit];
            }
        }
        sum
    }
}
