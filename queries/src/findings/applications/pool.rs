//! A cluster's people among all who use the sections of its pages.
//!
//! Whoever uses two pages of a cluster is busier than whoever used one page of its sections, and busy people are of
//! other units and write more; and whoever is at home in one of its sections differs from who is at home in another. So
//! lots are drawn among people of the same home who use as many pages there. Wide classes of activity will not do: within
//! one that holds from four to seven pages, whoever uses seven is still rather of this unit and rather of the cluster.

use crate::stats::random::Random;

use super::habits::Habits;

/// Bits of a number of pages that count: up to 15 each number is a class, then steps of an eighth to a sixteenth.
const N_BITS: u32 = 4;

/// Somebody who uses the sections.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Member {
    /// Unit.
    pub unit: u32,
    /// The section among the cluster's of which most pages were used.
    pub home: u32,
    /// What was done in these sections.
    pub habits: Habits,
    /// Of the cluster's people.
    pub is_user: bool,
}

/// Members of one home and class of activity; those chosen stand first.
struct Stratum {
    members: Vec<Member>,
    n_chosen: usize,
}

/// Members in strata, of whom the users are chosen, or by lot as many others.
pub(super) struct Pool {
    strata: Vec<Stratum>,
}

impl Pool {
    /// The users are chosen.
    pub(super) fn of(mut members: Vec<Member>) -> Self {
        let key = |member: &Member| (member.home, class(member.habits.n_pages));
        members.sort_by_key(|member| (key(member), !member.is_user));
        let strata = members.chunk_by(|a, b| key(a) == key(b));
        Self {
            strata: strata
                .map(|members| Stratum {
                    members: members.to_vec(),
                    n_chosen: members.iter().filter(|member| member.is_user).count(),
                })
                .collect(),
        }
    }

    /// Those chosen.
    pub(super) fn chosen(&self) -> impl Iterator<Item = &Member> {
        self.strata
            .iter()
            .flat_map(|stratum| &stratum.members[..stratum.n_chosen])
    }

    /// Everybody, with the chance to be chosen.
    pub(super) fn all(&self) -> impl Iterator<Item = (&Member, f64)> {
        self.strata.iter().flat_map(|stratum| {
            let chance = stratum.n_chosen as f64 / stratum.members.len() as f64;
            stratum.members.iter().map(move |member| (member, chance))
        })
    }

    /// Chooses others by lot, as many of each stratum.
    pub(super) fn choose(&mut self, random: &mut Random) {
        for Stratum { members, n_chosen } in &mut self.strata {
            let n_all = members.len();
            if *n_chosen < n_all {
                for at in 0..*n_chosen {
                    members.swap(at, at + random.below(n_all - at));
                }
            }
        }
    }
}

/// The first bits of a number and how many follow.
fn class(n_pages: u32) -> (u32, u32) {
    let n_dropped = (u32::BITS - n_pages.leading_zeros()).saturating_sub(N_BITS);
    (n_dropped, n_pages >> n_dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_narrow() {
        assert!((1..16).all(|n| class(n) == (0, n)));
        assert_eq!(class(16), class(17));
        assert_ne!(class(17), class(18));
        assert_eq!(class(100), class(103));
        assert_ne!(class(103), class(104));
    }

    #[test]
    fn as_many_of_each_stratum_are_chosen_and_each_as_often() {
        let member = |unit: u32| Member {
            unit,
            home: unit % 2,
            habits: Habits {
                n_pages: 3,
                ..Habits::default()
            },
            is_user: unit < 3,
        };
        let mut pool = Pool::of((0..8).map(member).collect());
        let units = |pool: &Pool| pool.chosen().map(|member| member.unit).collect::<Vec<_>>();
        assert_eq!(units(&pool), [0, 2, 1]);
        let mut n = [0_u32; 8];
        let mut random = Random::new(2);
        for _ in 0..8_000 {
            pool.choose(&mut random);
            let chosen = units(&pool);
            assert_eq!(chosen.iter().filter(|unit| *unit % 2 == 0).count(), 2);
            for unit in chosen {
                n[unit as usize] += 1;
            }
        }
        for (unit, n) in n.iter().enumerate() {
            let expected = if unit % 2 == 0 { 4_000 } else { 2_000 };
            assert!(n.abs_diff(expected) < 200, "{unit}: {n}");
        }
        let chances: f64 = pool.all().map(|(_, chance)| chance).sum();
        assert!((chances - 3.0).abs() < 1e-12);
    }
}
