//! What two people would share by chance: mean and variance of their evidence, in closed form.
//!
//! With w the weight of an item and q the product of both chances to use it, the evidence has the mean sum(wq)
//! and the variance sum(w^2 q(1 - q)). Summed for every pair that is pairs times items; both sums are smooth in
//! the activity ln x of the two, so for each pair of departments they are reckoned at a few levels of activity
//! and read off between them (straight lines in logarithms). Where a department has no more classes of
//! activity than levels, the levels are the classes and nothing is read off in between.

use super::background::{Background, Department};
use super::model;
use crate::parallel::in_order;

/// Levels of activity a department, where memory allows: steps of about 2 at the busiest spread, which keeps
/// the mean to a few hundredths.
const N_LEVELS: usize = 12;

/// Fewer levels do for no intranet.
const LEAST_LEVELS: usize = 4;

/// Entries of all tables; 8 bytes each. Beyond some 480 departments levels are saved.
const MOST_ENTRIES: usize = 1 << 24;

/// Beyond this an activity is one that settles its cells whatever the item: a level of its own.
const SETTLED_FROM: f64 = 1e3;

/// Stands for the logarithm of nothing.
const LOG_OF_NOTHING: f32 = -80.0;

/// A department's levels of activity.
#[derive(Debug, Clone, PartialEq)]
struct Levels {
    log_x: Vec<f64>,
    /// The level at or below each class, and how far it is on the way to the next.
    of_class: Vec<(u16, f32)>,
}

/// Means and variances of the evidence of all pairs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moments {
    levels: Vec<Levels>,
    /// Number of levels in all departments before each.
    n_before: Vec<usize>,
    /// Tables of each department with itself and those after it: ln mean and ln variance.
    tables: Vec<Vec<[f32; 2]>>,
}

impl Moments {
    /// Reckons the tables for items of these weights; 0 leaves an item out.
    pub(super) fn new(background: &Background, weights: &[f64], n_threads: usize) -> Self {
        let departments = &background.departments;
        let n_pairs = departments.len() * (departments.len() + 1) / 2;
        let most = ((MOST_ENTRIES / n_pairs.max(1)) as f64).sqrt() as usize;
        let n_levels = most.clamp(LEAST_LEVELS, N_LEVELS);
        let levels: Vec<Levels> = departments
            .iter()
            .map(|d| Levels::of(d, n_levels))
            .collect();
        let mut n_before = vec![0];
        for own in &levels {
            n_before.push(n_before[n_before.len() - 1] + own.log_x.len());
        }
        let columns: Vec<Columns> = departments
            .iter()
            .zip(&levels)
            .map(|(department, levels)| Columns::of(department, levels, weights))
            .collect();
        let tables = in_order(
            departments.len(),
            n_threads,
            || (),
            |(), one| {
                let after = columns[one..].iter();
                after
                    .flat_map(|other| table(&columns[one], other, weights))
                    .collect()
            },
        );
        Self {
            levels,
            n_before,
            tables,
        }
    }

    /// Mean and variance for two people: department and class of each, the first department no later.
    pub(super) fn of_pair(&self, one: (u32, u32), other: (u32, u32)) -> (f64, f64) {
        let (first, second) = (&self.levels[one.0 as usize], &self.levels[other.0 as usize]);
        let (low_a, part_a) = first.of_class[one.1 as usize];
        let (low_b, part_b) = second.of_class[other.1 as usize];
        let (one, other) = (one.0 as usize, other.0 as usize);
        let start = first.log_x.len() * (self.n_before[other] - self.n_before[one]);
        let width = second.log_x.len();
        let at = start + low_a as usize * width + low_b as usize;
        let table = &self.tables[one];
        let next_a = if part_a > 0.0 { width } else { 0 };
        let next_b = usize::from(part_b > 0.0);
        let read = |which: usize| {
            let along =
                |at: usize| table[at][which] * (1.0 - part_b) + table[at + next_b][which] * part_b;
            let log = along(at) * (1.0 - part_a) + along(at + next_a) * part_a;
            f64::from(log).exp()
        };
        (read(0), read(1))
    }
}

impl Levels {
    fn of(department: &Department, n_levels: usize) -> Self {
        let classes = &department.log_x;
        let is_settled = |log_x: &f64| log_x.abs() > SETTLED_FROM;
        let inner: Vec<f64> = classes
            .iter()
            .copied()
            .filter(|log| !is_settled(log))
            .collect();
        let mut log_x: Vec<f64> = classes.iter().copied().filter(is_settled).collect();
        if inner.len() <= n_levels {
            log_x.extend(&inner);
        } else {
            let (low, high) = (inner[0], inner[inner.len() - 1]);
            let step = (high - low) / (n_levels - 1) as f64;
            log_x.extend((0..n_levels).map(|level| low + step * level as f64));
        }
        log_x.sort_by(f64::total_cmp);
        let place = |log: &f64| {
            let low = log_x
                .partition_point(|level| level <= log)
                .saturating_sub(1);
            let to_next = log_x.get(low + 1).map_or(1.0, |next| next - log_x[low]);
            // Rounding may leave the last class a hair beyond or below a level.
            let part = ((log - log_x[low]) / to_next).clamp(0.0, 1.0) as f32;
            let is_last = low + 1 == log_x.len();
            (low as u16, if is_last { 0.0 } else { part })
        };
        Self {
            of_class: classes.iter().map(place).collect(),
            log_x,
        }
    }
}

/// The items of a department that count, and the chance of each at every level.
struct Columns {
    n_levels: usize,
    items: Vec<u32>,
    chances: Vec<f64>,
}

impl Columns {
    fn of(department: &Department, levels: &Levels, weights: &[f64]) -> Self {
        let counted = department
            .used
            .iter()
            .filter(|used| weights[used.item as usize] > 0.0);
        let mut columns = Self {
            n_levels: levels.log_x.len(),
            items: Vec::new(),
            chances: Vec::new(),
        };
        for used in counted {
            columns.items.push(used.item);
            let log_z = department.log_z[used.class as usize];
            let at_levels = levels
                .log_x
                .iter()
                .map(|log_x| model::chance(*log_x, log_z));
            columns.chances.extend(at_levels);
        }
        columns
    }

    fn at(&self, index: usize) -> &[f64] {
        &self.chances[index * self.n_levels..(index + 1) * self.n_levels]
    }
}

/// ln mean and ln variance at every pair of levels of two departments.
fn table(one: &Columns, other: &Columns, weights: &[f64]) -> Vec<[f32; 2]> {
    let mut sums = vec![(0.0, 0.0); one.n_levels * other.n_levels];
    let mut other_at = 0;
    for (one_at, item) in one.items.iter().enumerate() {
        while other.items.get(other_at).is_some_and(|next| next < item) {
            other_at += 1;
        }
        if other.items.get(other_at) != Some(item) {
            continue;
        }
        let weight = weights[*item as usize];
        let rows = sums.chunks_exact_mut(other.n_levels);
        for (row, chance) in rows.zip(one.at(one_at)) {
            for (sum, across) in row.iter_mut().zip(other.at(other_at)) {
                let both = chance * across;
                let mean = weight * both;
                sum.0 += mean;
                sum.1 += weight * mean * (1.0 - both);
            }
        }
    }
    let log = |sum: f64| (sum.ln() as f32).max(LOG_OF_NOTHING);
    sums.iter()
        .map(|(mean, variance)| [log(*mean), log(*variance)])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::uses::Uses;
    use crate::stats::random::Random;

    /// The sums over all items, pair by pair.
    fn obvious(background: &Background, weights: &[f64], one: u32, other: u32) -> (f64, f64) {
        let (mut mean, mut variance) = (0.0, 0.0);
        for (item, weight) in weights.iter().enumerate() {
            let column = background.column(item as u32);
            let both = column.chance(one) * column.chance(other);
            mean += weight * both;
            variance += weight * weight * both * (1.0 - both);
        }
        (mean, variance)
    }

    fn worst(n_people: u32, n_items: u32, spread: f64) -> f64 {
        let mut random = Random::new(11);
        let mut rows = Vec::new();
        for person in 0..n_people {
            let busy = (random.normal() * spread).exp() * 0.1;
            for item in 0..n_items {
                if random.uniform() < busy / (1.0 + f64::from(item) / 20.0) || person == 5 {
                    rows.push((person, item, 0));
                }
            }
        }
        let label: Vec<u32> = (0..n_people).map(|person| person % 3).collect();
        let uses = Uses::new(n_people as usize, n_items as usize, &rows);
        let background = Background::new(&uses, &label, 1);
        let weights = super::super::rare::weights(&uses.n_people_by_item(), n_people as usize);
        let moments = Moments::new(&background, &weights, 2);
        assert_eq!(moments, Moments::new(&background, &weights, 1));
        let mut worst: f64 = 0.0;
        for one in 0..n_people {
            for other in one + 1..n_people {
                let at = |place: u32| {
                    (
                        background.department[place as usize],
                        background.class[place as usize],
                    )
                };
                let (mean, variance) = moments.of_pair(at(one), at(other));
                let (slow_mean, slow_variance) = obvious(&background, &weights, one, other);
                if slow_mean > 1e-9 {
                    worst = worst.max((mean / slow_mean).ln().abs());
                    worst = worst.max((variance / slow_variance).ln().abs());
                }
            }
        }
        worst
    }

    #[test]
    fn exact_where_classes_are_few() {
        let off = worst(24, 30, 0.2);
        assert!(off < 1e-4, "{off}");
    }

    #[test]
    fn close_where_they_are_many() {
        let off = worst(240, 400, 1.0);
        assert!(off < 0.05, "{off}");
    }
}
