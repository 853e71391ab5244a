//! Whether a group crosses units, or is one of them in disguise.
//!
//! METHODS (b): fewer than six in ten of a group may be of one department, and its departments must be no less
//! mixed than those of as many people drawn by lot (entropy, 5 %).

use crate::findings::elephant_paths::NO_UNIT;
use crate::stats::random::Random;

/// Draws by lot; the 5 % quantile of 999 is the 50th.
const N_DRAWS: usize = 999;

/// What a group's members are in departments.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mixture {
    /// Known units among the members.
    pub n_units: u32,
    /// Share of the largest unit among the members; people of no known unit count as one unit.
    pub largest_share: f64,
    /// Entropy of the units, natural logarithm.
    pub entropy: f64,
    /// The entropy that 95 of 100 groups of as many people drawn by lot reach.
    pub entropy_low: f64,
    /// Share of groups drawn by lot that are mixed as little or less.
    pub p_mixed: f64,
}

/// The mixture of some people. `crowd` are all people that might have been members, `unit` is by person.
pub(super) fn mixture(members: &[u32], crowd: &[u32], unit: &[u32], seed: u64) -> Mixture {
    let unit_of = |person: &u32| unit[*person as usize];
    let own: Vec<u32> = members.iter().map(unit_of).collect();
    let counts = counted(&own);
    let (_, n_largest) = largest(members, unit);
    let entropy_seen = entropy(&counts);
    let mut pool: Vec<u32> = crowd.iter().map(unit_of).collect();
    let mut random = Random::new(seed);
    let mut drawn: Vec<f64> = (0..N_DRAWS)
        .map(|_| entropy(&counted(some(&mut pool, own.len(), &mut random))))
        .collect();
    drawn.sort_by(f64::total_cmp);
    // Equal entropies come from different orders of summing.
    let n_as_low = drawn.partition_point(|drawn| *drawn <= entropy_seen + 1e-9);
    Mixture {
        n_units: counts.iter().filter(|(unit, _)| *unit != NO_UNIT).count() as u32,
        largest_share: n_largest as f64 / own.len().max(1) as f64,
        entropy: entropy_seen,
        entropy_low: drawn[(N_DRAWS + 1) / 20 - 1],
        p_mixed: (1 + n_as_low) as f64 / (N_DRAWS + 1) as f64,
    }
}

/// The unit of most members, and how many they are; of several the first.
pub(super) fn largest(members: &[u32], unit: &[u32]) -> (u32, usize) {
    let own: Vec<u32> = members
        .iter()
        .map(|person| unit[*person as usize])
        .collect();
    let counts = counted(&own);
    let largest = counts.iter().max_by_key(|(unit, n)| (*n, u32::MAX - unit));
    largest.copied().unwrap_or((NO_UNIT, 0))
}

/// Brings a few drawn by lot to the front.
fn some<'a>(pool: &'a mut [u32], n: usize, random: &mut Random) -> &'a [u32] {
    let n = n.min(pool.len());
    for place in 0..n {
        let from = place + random.below(pool.len() - place);
        pool.swap(place, from);
    }
    &pool[..n]
}

/// Units and how many are of each.
fn counted(units: &[u32]) -> Vec<(u32, usize)> {
    let mut sorted = units.to_vec();
    sorted.sort_unstable();
    let count = |same: &[u32]| (same[0], same.len());
    sorted.chunk_by(|a, b| a == b).map(count).collect()
}

fn entropy(counts: &[(u32, usize)]) -> f64 {
    let n: usize = counts.iter().map(|(_, count)| count).sum();
    let term = |count: usize| {
        let share = count as f64 / n as f64;
        share * share.ln()
    };
    -counts.iter().map(|(_, count)| term(*count)).sum::<f64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        let unit: Vec<u32> = (0..100).map(|person| person / 25).collect();
        let crowd: Vec<u32> = (0..100).collect();
        let even = mixture(&[0, 1, 25, 26, 50, 51, 75, 76], &crowd, &unit, 1);
        assert_eq!(even.n_units, 4);
        assert!(
            (even.largest_share - 0.25).abs() < 1e-12 && (even.entropy - 4_f64.ln()).abs() < 1e-12
        );
        assert!(even.p_mixed > 0.9 && even.entropy_low < even.entropy);
        assert_eq!(largest(&[3, 99, 30, 1], &unit), (0, 2));
        let disguise = mixture(&(0..20).chain([30]).collect::<Vec<_>>(), &crowd, &unit, 1);
        assert!(disguise.p_mixed < 0.01 && disguise.largest_share > 0.9);
        assert!(disguise.entropy < disguise.entropy_low);
        let nobody = mixture(&[], &[], &[], 1);
        assert_eq!(nobody.n_units, 0);
    }

    #[test]
    fn drawn_by_lot_is_seldom_called_unmixed() {
        let unit: Vec<u32> = (0..300).map(|person| person % 17 % 6).collect();
        let crowd: Vec<u32> = (0..300).collect();
        let mut random = Random::new(8);
        let mut pool = crowd.clone();
        let n_low = (0..400)
            .filter(|_| {
                let members = some(&mut pool, 12, &mut random).to_vec();
                let seen = mixture(&members, &crowd, &unit, 3);
                seen.entropy < seen.entropy_low - 1e-9
            })
            .count();
        assert!(n_low <= 28, "{n_low} of 400");
    }
}
