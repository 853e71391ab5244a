//! The chance that two visitors of a page are of different units.

/// How mixed some visitors are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mixing {
    pub(super) n_units: u64,
    /// Chance that two are of different units.
    pub(super) chance: f64,
    /// 97.5 % one-sided, over people.
    pub(super) low: f64,
}

/// 97.5 % of a normal distribution lie below it.
const NORMAL_975: f64 = 1.959_964;

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

/// The people who visit anything, in the order of their units.
pub(super) struct Units {
    people: Vec<usize>,
    /// Where each unit ends.
    ends: Vec<usize>,
}

impl Units {
    /// `rows` are the pages of each person; people without any are left out.
    pub(super) fn of(unit: &[u32], rows: &[Vec<u32>]) -> Self {
        let mut people: Vec<usize> = (0..rows.len()).filter(|at| !rows[*at].is_empty()).collect();
        people.sort_by_key(|person| (unit[*person], *person));
        let of_units = people.chunk_by(|a, b| unit[*a] == unit[*b]);
        let ends = of_units.scan(0, |end, of_unit| {
            *end += of_unit.len();
            Some(*end)
        });
        Self {
            ends: ends.collect(),
            people,
        }
    }

    pub(super) fn people(&self) -> impl Iterator<Item = usize> + '_ {
        self.people.iter().copied()
    }

    /// The mixing of each page, of which `size` tells the number of visitors; rows in the order of [`Self::people`].
    pub(super) fn mixing(&self, rows: &[Vec<u32>], size: &[usize]) -> Vec<f64> {
        let mut same = vec![0_u64; size.len()];
        let mut counts = vec![0_u64; size.len()];
        let mut start = 0;
        for end in &self.ends {
            for page in rows[start..*end].iter().flatten() {
                // Whoever comes makes a pair with each of the unit who came before.
                same[*page as usize] += 2 * counts[*page as usize];
                counts[*page as usize] += 1;
            }
            for page in rows[start..*end].iter().flatten() {
                counts[*page as usize] = 0;
            }
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
            let rows = vec![vec![0]; units.len()];
            let table = Units::of(&units, &rows);
            prop_assert!((table.mixing(&rows, &[units.len()])[0] - mixing.chance).abs() < 1e-12);
        }
    }
}
