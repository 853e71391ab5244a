//! A cluster's people among all who use the sections of its pages, and what label by lot would give.
//!
//! Whoever uses two pages of a cluster is busier than whoever used one page of its sections, and busy people may be of
//! other units. So labels are dealt out among people who use about as many pages of these sections.

use crate::findings::elephant_paths::NO_UNIT;
use crate::stats::gamma;
use crate::stats::random::Random;

/// Somebody who uses the sections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub unit: u32,
    /// Pages of the sections.
    pub n_pages: u32,
    pub is_user: bool,
    pub has_written: bool,
    pub has_returned: bool,
}

/// What the audience of a cluster is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Judged {
    /// Jensen-Shannon distance of the users' units from those expected, 0 to 1.
    pub distance: f64,
    pub p_value: f64,
}

/// Members in strata of like activity.
pub(super) struct Pool {
    strata: Vec<Vec<Member>>,
    n_units: usize,
}

impl Pool {
    /// Units from `n_units` on are unknown, and are one more.
    pub(super) fn of(members: &[Member], n_units: usize) -> Self {
        let mut strata = vec![Vec::new(); 33];
        for member in members {
            strata[(32 - member.n_pages.leading_zeros()) as usize].push(*member);
        }
        Self { strata, n_units }
    }

    fn place(&self, unit: u32) -> usize {
        if unit == NO_UNIT {
            self.n_units
        } else {
            (unit as usize).min(self.n_units)
        }
    }

    fn n_users(stratum: &[Member]) -> usize {
        stratum.iter().filter(|member| member.is_user).count()
    }

    fn units<'a>(&self, members: impl Iterator<Item = &'a Member>) -> Vec<f64> {
        let mut counts = vec![0.0; self.n_units + 1];
        for member in members {
            counts[self.place(member.unit)] += 1.0;
        }
        counts
    }

    /// Users' units that labels by lot lead to expect.
    fn expected(&self) -> Vec<f64> {
        let mut expected = vec![0.0; self.n_units + 1];
        for stratum in self.strata.iter().filter(|stratum| !stratum.is_empty()) {
            let share = Self::n_users(stratum) as f64 / stratum.len() as f64;
            for (sum, n) in expected.iter_mut().zip(self.units(stratum.iter())) {
                *sum += share * n;
            }
        }
        expected
    }

    /// The audience against that of people who use the sections as much. The tail is that of a gamma variable with the
    /// mean and the variance of `n_draws` draws, so that it reaches beyond one in as many.
    pub(super) fn audience(&self, n_draws: usize, random: &mut Random) -> Judged {
        let expected = self.expected();
        let users = self.strata.iter().flatten().filter(|member| member.is_user);
        let seen = divergence(&self.units(users), &expected);
        let mut strata = self.strata.clone();
        let draws: Vec<f64> = (0..n_draws)
            .map(|_| {
                let mut counts = vec![0.0; self.n_units + 1];
                for stratum in &mut strata {
                    for at in 0..Self::n_users(stratum) {
                        // The label stays in its place, the unit moves.
                        let other = at + random.below(stratum.len() - at);
                        let (one, two) = (stratum[at].unit, stratum[other].unit);
                        (stratum[at].unit, stratum[other].unit) = (two, one);
                        counts[self.place(two)] += 1.0;
                    }
                }
                divergence(&counts, &expected)
            })
            .collect();
        Judged {
            distance: seen.sqrt(),
            p_value: tail(seen, &draws),
        }
    }

    /// How far more of the users do something than labels by lot lead to expect: the upper tail, strata summed.
    pub(super) fn more_than_others(&self, does: impl Fn(&Member) -> bool) -> f64 {
        let (mut seen, mut mean, mut variance) = (0.0, 0.0, 0.0);
        for stratum in self.strata.iter().filter(|stratum| stratum.len() > 1) {
            let (n, users) = (stratum.len() as f64, Self::n_users(stratum) as f64);
            let rate = stratum.iter().filter(|member| does(member)).count() as f64 / n;
            seen += stratum
                .iter()
                .filter(|member| member.is_user && does(member))
                .count() as f64;
            mean += users * rate;
            variance += users * rate * (1.0 - rate) * (n - users) / (n - 1.0);
        }
        if variance <= 0.0 {
            return 1.0;
        }
        // Half a person nearer to the middle, since people come whole; a gamma tail, since counts are skewed.
        let (shape, scale) = (mean * mean / variance, variance / mean);
        gamma::upper_tail((seen - 0.5).max(0.0) / scale, shape)
    }
}

/// The divergence of two sets of counts, in bits: 0 where shares are the same, 1 where they have nothing in common.
pub(super) fn divergence(one: &[f64], other: &[f64]) -> f64 {
    let total = |counts: &[f64]| counts.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    let (all_one, all_other) = (total(one), total(other));
    let part = |share: f64, middle: f64| {
        if share > 0.0 {
            share * (share / middle).log2()
        } else {
            0.0
        }
    };
    let sum = one.iter().zip(other).map(|(one, other)| {
        let (one, other) = (one / all_one, other / all_other);
        let middle = 0.5 * (one + other);
        0.5 * (part(one, middle) + part(other, middle))
    });
    sum.sum::<f64>().clamp(0.0, 1.0)
}

/// The upper tail of a value among draws.
pub(super) fn tail(seen: f64, draws: &[f64]) -> f64 {
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let variance = draws.iter().map(|draw| (draw - mean).powi(2)).sum::<f64>() / (n - 1.0);
    if draws.len() < 2 || variance <= 1e-18 || mean <= 0.0 {
        return 1.0;
    }
    gamma::upper_tail(seen * mean / variance, mean * mean / variance)
}
