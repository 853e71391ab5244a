//! How far an audience is from the one meant, and how far audiences by lot are.

use crate::stats::random::Random;

use super::habits::Habits;
use super::lots::{self, Judged};
use super::pool::{Member, Pool};

/// An audience against the one meant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Compared {
    /// Jensen-Shannon distance, 0 to 1.
    pub distance: f64,
    pub judged: Judged,
}

/// Against people who use the sections as much, by the pool's lots. People of unknown unit are left out.
pub(super) fn against_sections(
    pool: &mut Pool,
    n_units: usize,
    most: usize,
    random: &mut Random,
) -> Compared {
    let mut expected = vec![0.0; n_units];
    for (member, chance) in pool.all() {
        if let Some(n) = expected.get_mut(member.unit as usize) {
            *n += chance;
        }
    }
    let seen = divergence(&units(pool.chosen(), n_units), &expected);
    let judged = lots::judge(seen, most, || {
        pool.choose(random);
        divergence(&units(pool.chosen(), n_units), &expected)
    });
    Compared {
        distance: seen.sqrt(),
        judged,
    }
}

/// Against shares declared by unit: as many people, each of a unit by lot.
pub(super) fn against_declared(
    pool: &Pool,
    declared: &[f64],
    most: usize,
    random: &mut Random,
) -> Compared {
    let counts = units(pool.chosen(), declared.len());
    let seen = divergence(&counts, declared);
    let up_to: Vec<f64> = declared
        .iter()
        .scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        })
        .collect();
    let total = up_to.last().copied().unwrap_or(0.0);
    let n_people = counts.iter().sum::<f64>() as usize;
    let judged = lots::judge(seen, most, || {
        let mut counts = vec![0.0; declared.len()];
        for _ in 0..n_people {
            let at = random.uniform() * total;
            let unit = up_to.partition_point(|sum| *sum <= at);
            counts[unit.min(declared.len() - 1)] += 1.0;
        }
        divergence(&counts, declared)
    });
    Compared {
        distance: seen.sqrt(),
        judged,
    }
}

/// Whether those chosen do something more than people by lot: the sum over them.
pub(super) fn more_than_sections(
    pool: &mut Pool,
    share: fn(Habits) -> f64,
    most: usize,
    random: &mut Random,
) -> Judged {
    let seen: f64 = pool.chosen().map(|member| share(member.habits)).sum();
    lots::judge(seen, most, || {
        pool.choose(random);
        pool.chosen().map(|member| share(member.habits)).sum()
    })
}

/// How many are of each unit.
pub(super) fn units<'a>(members: impl Iterator<Item = &'a Member>, n_units: usize) -> Vec<f64> {
    let mut counts = vec![0.0; n_units];
    for member in members {
        if let Some(n) = counts.get_mut(member.unit as usize) {
            *n += 1.0;
        }
    }
    counts
}

/// The Jensen-Shannon divergence of two lists of weights, in bits: 0 where shares are the same, 1 where they have
/// nothing in common, and 0 where one list is empty.
fn divergence(one: &[f64], other: &[f64]) -> f64 {
    let (all_one, all_other) = (one.iter().sum::<f64>(), other.iter().sum::<f64>());
    if all_one <= 0.0 || all_other <= 0.0 {
        return 0.0;
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{calibration, hypergeometric};

    #[test]
    fn divergences_by_hand() {
        assert!(divergence(&[1.0, 0.0], &[0.0, 3.0]) > 1.0 - 1e-12);
        assert!(divergence(&[2.0, 4.0], &[1.0, 2.0]) < 1e-12);
        // 0.7 against 0.5: the mean of two divergences from 0.6, in bits.
        assert!((divergence(&[7.0, 3.0], &[5.0, 5.0]).sqrt() - 0.173).abs() < 0.002);
        assert!(divergence(&[0.0, 0.0], &[5.0, 5.0]).abs() < f64::EPSILON);
        assert!(divergence(&[], &[]).abs() < f64::EPSILON);
    }

    /// A pool in which labels mean nothing: busy people are rather of one unit, write more, and are rather users.
    fn by_lot(random: &mut Random) -> Pool {
        let member = |_| {
            let n_pages = 1 + random.below(14) as u32;
            let is_busy = random.below(16) < n_pages as usize;
            Member {
                unit: if is_busy { 0 } else { random.below(4) as u32 },
                home: random.below(2) as u32,
                habits: Habits {
                    n_pages,
                    written_on: (0..n_pages)
                        .map(|_| u32::from(random.below(40) < n_pages as usize))
                        .sum(),
                    returned_to: u32::from(random.below(20) < n_pages as usize),
                },
                is_user: random.below(40) < n_pages as usize,
            }
        };
        Pool::of((0..300).map(member).collect())
    }

    #[test]
    fn p_values_claim_no_more_than_they_may() {
        let mut random = Random::new(11);
        let mut p = [const { Vec::new() }; 4];
        for _ in 0..1_500 {
            let mut pool = by_lot(&mut random);
            p[0].push(
                against_sections(&mut pool, 4, 499, &mut random)
                    .judged
                    .p_value,
            );
            let mut pool = by_lot(&mut random);
            let written = Habits::contribution_share;
            p[1].push(more_than_sections(&mut pool, written, 499, &mut random).p_value);
            let mut pool = by_lot(&mut random);
            let returned = Habits::return_rate;
            p[2].push(more_than_sections(&mut pool, returned, 499, &mut random).p_value);
            let member = |_| Member {
                unit: [0, 0, 0, 1, 1, 2][random.below(6)],
                home: 0,
                habits: Habits::default(),
                is_user: true,
            };
            let pool = Pool::of((0..30).map(member).collect());
            let shares = [0.5, 1.0 / 3.0, 1.0 / 6.0, 0.0];
            p[3].push(
                against_declared(&pool, &shares, 499, &mut random)
                    .judged
                    .p_value,
            );
        }
        let distances = p.map(|p| calibration::unsafe_distance(&p));
        assert!(distances.iter().all(|far| *far <= 0.05), "{distances:?}");
    }

    /// Lots for who writes at all are hypergeometric draws, one a stratum.
    #[test]
    fn lots_agree_with_the_exact_tail() {
        let mut random = Random::new(4);
        for _ in 0..20 {
            let mut pool = by_lot(&mut random);
            let writes = |habits: Habits| f64::from(u32::from(habits.written_on > 0));
            let writers = pool.chosen().filter(|member| member.habits.written_on > 0);
            let seen = writers.count() as u64;
            let mut strata = std::collections::BTreeMap::new();
            for (member, _) in pool.all() {
                let key = (member.home, member.habits.n_pages);
                let counts: &mut (u64, u64, u64) = strata.entry(key).or_default();
                counts.0 += 1;
                counts.1 += u64::from(member.habits.written_on > 0);
                counts.2 += u64::from(member.is_user);
            }
            let draws: Vec<(u64, u64, u64)> = strata.into_values().collect();
            let exact = hypergeometric::upper_tail_of_sum(seen, &draws);
            let judged = more_than_sections(&mut pool, writes, 4_999, &mut random);
            // Stopped at twenty: known to a quarter of itself or so.
            let slack = 0.8 * exact + 0.002;
            assert!((judged.p_value - exact).abs() < slack, "{judged:?} {exact}");
        }
    }
}
