//! The chance that two visitors of a page are of different units.

use crate::stats::NORMAL_975;
use crate::stats::curveball::Rows;

/// How mixed some visitors are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mixing {
    pub(super) n_units: u64,
    /// Chance that two are of different units.
    pub(super) chance: f64,
    /// 97.5 % one-sided, over people.
    pub(super) low: f64,
}

/// The mixing of visitors of these units, at least two. The interval is that of the jackknife: what the mixing
/// would be without each person in turn, which is the same for all of a unit.
pub(super) fn mixing_of(units: impl Iterator<Item = u32>) -> Mixing {
    let mut units: Vec<u32> = units.collect();
    units.sort_unstable();
    let counts: Vec<f64> = units
        .chunk_by(|a, b| a == b)
        .map(|u| u.len() as f64)
        .collect();
    let n = units.len() as f64;
    let same: f64 = counts.iter().map(|count| count * (count - 1.0)).sum();
    let mixing = 1.0 - same / (n * (n - 1.0));
    let mut low = 0.0;
    if units.len() > 2 {
        let without = |count: f64| 1.0 - (same - 2.0 * (count - 1.0)) / ((n - 1.0) * (n - 2.0));
        let mean = counts
            .iter()
            .map(|count| count * without(*count))
            .sum::<f64>()
            / n;
        let square = |count: &f64| count * (without(*count) - mean).powi(2);
        let variance = (n - 1.0) / n * counts.iter().map(square).sum::<f64>();
        low = (mixing - NORMAL_975 * variance.sqrt()).max(0.0);
    }
    Mixing {
        n_units: counts.len() as u64,
        chance: mixing,
        low,
    }
}

/// The rows of a table of visits in the order of the units of their people.
pub(super) struct Units {
    rows: Vec<usize>,
    /// Where each unit ends.
    ends: Vec<usize>,
}

impl Units {
    /// `unit` is by row.
    pub(super) fn of(unit: Vec<u32>) -> Self {
        let mut rows: Vec<usize> = (0..unit.len()).collect();
        rows.sort_by_key(|row| unit[*row]);
        let of_units = rows.chunk_by(|a, b| unit[*a] == unit[*b]);
        let ends = of_units.scan(0, |end, of_unit| {
            *end += of_unit.len();
            Some(*end)
        });
        Self {
            ends: ends.collect(),
            rows,
        }
    }

    /// The mixing of each page, of which `size` tells the number of visitors. `table` holds the pages of each person.
    pub(super) fn mixing(&self, table: &Rows, size: &[usize]) -> Vec<f64> {
        let mut same = vec![0_u64; size.len()];
        let mut counts = vec![0_u64; size.len()];
        let mut start = 0;
        for end in &self.ends {
            for row in &self.rows[start..*end] {
                for page in table.row(*row) {
                    // Whoever comes makes a pair with each of the unit who came before.
                    same[*page as usize] += 2 * counts[*page as usize];
                    counts[*page as usize] += 1;
                }
            }
            counts.fill(0);
            start = *end;
        }
        let mixing = |(same, size): (&u64, &usize)| 1.0 - *same as f64 / (size * (size - 1)) as f64;
        same.iter().zip(size).map(mixing).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Every pair.
    fn obvious(units: &[u32]) -> f64 {
        let mut different = 0;
        for (place, one) in units.iter().enumerate() {
            different += units[..place].iter().filter(|other| *other != one).count();
        }
        different as f64 / (units.len() * (units.len() - 1) / 2) as f64
    }

    proptest! {
        #[test]
        fn agrees_with_every_pair(units in proptest::collection::vec(0_u32..4, 3..15)) {
            let mixing = mixing_of(units.iter().copied());
            prop_assert!((mixing.chance - obvious(&units)).abs() < 1e-12);
            // The slow jackknife.
            let n = units.len() as f64;
            let without: Vec<f64> = (0..units.len())
                .map(|place| {
                    let mut others = units.clone();
                    others.remove(place);
                    obvious(&others)
                })
                .collect();
            let mean = without.iter().sum::<f64>() / n;
            let squares: f64 = without.iter().map(|value| (value - mean).powi(2)).sum();
            let low = mixing.chance - NORMAL_975 * ((n - 1.0) / n * squares).sqrt();
            prop_assert!((mixing.low - low.max(0.0)).abs() < 1e-9);
            // All on one page, reckoned for all pages at once.
            let mut table = Rows::default();
            for _ in &units {
                table.push([0]);
            }
            let of_page = Units::of(units.clone()).mixing(&table, &[units.len()])[0];
            prop_assert!((of_page - mixing.chance).abs() < 1e-12);
        }
    }
}
