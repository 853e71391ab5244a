//! Four clients to one consultant: the ratio, how sure it is, and how many people it takes to say so.

use crate::stats::NORMAL_975;

/// A unit's people against all others'.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ratio {
    /// People of the unit for each one of the rest; infinite where there is no rest.
    pub value: f64,
    /// Lower end of its 95 % interval. "r to 1 or more" may be said only where this is at least r.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// How many people it takes to state it within 10 % either way: about 2,600 at 4 : 1, fewest at 1 : 1.
    pub n_needed: f64,
}

/// The ratio of people of a unit to the rest; `None` where there is nobody.
///
/// The interval is that of log-odds with half a person added on both sides (Haldane and Anscombe 1956), so that none
/// and all have one too; people count once each, whatever they do.
pub fn ratio(n_unit: u64, n_all: u64) -> Option<Ratio> {
    let n_rest = n_all.checked_sub(n_unit).filter(|_| n_all > 0)?;
    let (unit, rest) = (n_unit as f64 + 0.5, n_rest as f64 + 0.5);
    let (center, deviation) = ((unit / rest).ln(), (1.0 / unit + 1.0 / rest).sqrt());
    let share = unit / (unit + rest);
    Some(Ratio {
        value: n_unit as f64 / n_rest as f64,
        low: (center - NORMAL_975 * deviation).exp(),
        high: (center + NORMAL_975 * deviation).exp(),
        n_needed: (NORMAL_975 / 1.1_f64.ln()).powi(2) / (share * (1.0 - share)),
    })
}

/// The 95 % interval of a share of people (Wilson 1927): it never leaves 0 to 1. All of it where there is nobody.
pub fn share_interval(n_unit: u64, n_all: u64) -> (f64, f64) {
    if n_all == 0 {
        return (0.0, 1.0);
    }
    let (n, share) = (n_all as f64, n_unit as f64 / n_all as f64);
    let square = NORMAL_975 * NORMAL_975;
    let center = (share + square / (2.0 * n)) / (1.0 + square / n);
    let half = NORMAL_975 * (share * (1.0 - share) / n + square / (4.0 * n * n)).sqrt()
        / (1.0 + square / n);
    ((center - half).max(0.0), (center + half).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn four_to_one_by_hand() {
        let four = ratio(400, 500).expect("there are people");
        assert!((four.value - 4.0).abs() < 1e-12);
        assert!((four.low - 3.2).abs() < 0.05 && (four.high - 5.0).abs() < 0.05);
        assert!((2_400.0..2_700.0).contains(&four.n_needed));
        // With as many people as needed the interval is as wide as promised.
        let n = four.n_needed.round() as u64;
        let enough = ratio(n * 4 / 5, n).expect("there are people");
        assert!((enough.high / enough.value / 1.1 - 1.0).abs() < 0.01);
        assert_eq!(ratio(0, 0), None);
        assert!(ratio(3, 3).expect("three").low > 0.0);
    }

    #[test]
    fn intervals_hold_the_truth() {
        for (n, share) in [(40, 0.1), (200, 0.1), (200, 0.8), (1_000, 0.5)] {
            let mut random = Random::new(n);
            let (mut shares, mut ratios) = (0.0, 0.0);
            for _ in 0..2_000 {
                let drawn = (0..n).filter(|_| random.uniform() < share).count() as u64;
                let (low, high) = share_interval(drawn, n);
                shares += f64::from(u8::from(low <= share && share <= high)) / 2_000.0;
                let odds = share / (1.0 - share);
                let ratio = ratio(drawn, n).expect("there are people");
                ratios += f64::from(u8::from(ratio.low <= odds && odds <= ratio.high)) / 2_000.0;
            }
            assert!((0.93..0.98).contains(&shares), "{n} {share}: {shares}");
            assert!((0.93..0.98).contains(&ratios), "{n} {share}: {ratios}");
        }
    }
}
