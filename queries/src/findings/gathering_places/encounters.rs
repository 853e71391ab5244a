//! The days of people on a page, and how often two of them come in the same minutes.
//!
//! The first moment of a day stands for a person's day on a page: whoever loads it again and again counts once.
//! To count who has any company at all will not do: where a hundred come around noon everybody has some, whether they
//! meet or not. Pairs go on growing with everyone who comes.

use super::Presence;
use crate::stats::curveball;
use crate::stats::random::Random;

const DAY_SECS: i64 = 86_400;

/// The people of a page, their days there, and when they came on each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Page {
    /// Which page.
    pub(super) id: u32,
    /// Who, sorted.
    pub(super) people: Vec<u32>,
    /// Numbers of days, by person, sorted.
    pub(super) days: Vec<Vec<u32>>,
    /// Seconds of the day, one for each of the days.
    pub(super) times: Vec<Vec<i64>>,
}

/// A day, a second of it, and the place of who came then.
type Moment = (u32, i64, usize);

impl Page {
    /// `presences` are those of one page, sorted, at least one.
    pub(super) fn of(presences: &[Presence]) -> Self {
        let day = |presence: &Presence| presence.second.div_euclid(DAY_SECS);
        let first = presences.iter().map(day).min().unwrap_or(0);
        let mut page = Self {
            id: presences[0].page,
            people: Vec::new(),
            days: Vec::new(),
            times: Vec::new(),
        };
        for of_person in presences.chunk_by(|a, b| a.person == b.person) {
            let of_days = of_person.chunk_by(|a, b| day(a) == day(b));
            let of_days: Vec<&Presence> = of_days.map(|of_day| &of_day[0]).collect();
            let days = of_days.iter().map(|one| (day(one) - first) as u32);
            let times = of_days.iter().map(|one| one.second.rem_euclid(DAY_SECS));
            page.people.push(of_person[0].person);
            page.days.push(days.collect());
            page.times.push(times.collect());
        }
        page
    }

    /// Days of people.
    pub(super) fn n_days(&self) -> usize {
        self.days.iter().map(Vec::len).sum()
    }

    /// The same people with their days dealt out anew, and their times over their days: each keeps the number of days
    /// and the times of day, each day the number of people.
    pub(super) fn dealt(&self, random: &mut Random) -> Self {
        let mut dealt = self.clone();
        curveball::deal(&mut dealt.days, random);
        for of_person in &mut dealt.times {
            random.shuffle(of_person);
        }
        dealt
    }

    /// Pairs of people of different units who came within so many seconds on a day, by days. `units` are in the order
    /// of the people.
    pub(super) fn n_encounters(&self, within_secs: i64, units: &[u32]) -> u64 {
        let moments = self.moments();
        let n_units = units.iter().max().map_or(0, |most| *most as usize + 1);
        // How many of each unit came shortly before.
        let mut before = vec![0_u64; n_units];
        let (mut n_pairs, mut start) = (0, 0);
        for (at, (day, second, place)) in moments.iter().enumerate() {
            while moments[start].0 != *day || second - moments[start].1 > within_secs {
                before[units[moments[start].2] as usize] -= 1;
                start += 1;
            }
            let own = &mut before[units[*place] as usize];
            n_pairs += (at - start) as u64 - *own;
            *own += 1;
        }
        n_pairs
    }

    /// People who came within so many seconds of somebody of another unit on at least `n_days` days.
    pub(super) fn n_in_company(&self, within_secs: i64, units: &[u32], n_days: usize) -> u64 {
        let mut in_company = vec![0; self.people.len()];
        for of_day in self.moments().chunk_by(|a, b| a.0 == b.0) {
            // The nearest of another unit is the last before a run of one unit, or the first after it.
            let mut end = 0_usize;
            for run in of_day.chunk_by(|a, b| units[a.2] == units[b.2]) {
                let before = end.checked_sub(1).map(|at| of_day[at].1);
                end += run.len();
                let after = of_day.get(end).map(|moment| moment.1);
                for (_, second, place) in run {
                    let is_near = |other: i64| (other - second).abs() <= within_secs;
                    if before.is_some_and(is_near) || after.is_some_and(is_near) {
                        in_company[*place] += 1;
                    }
                }
            }
        }
        in_company.iter().filter(|days| **days >= n_days).count() as u64
    }

    /// In order.
    fn moments(&self) -> Vec<Moment> {
        let mut moments: Vec<Moment> = Vec::with_capacity(self.n_days());
        for (place, (days, times)) in self.days.iter().zip(&self.times).enumerate() {
            moments.extend((days.iter().zip(times)).map(|(day, second)| (*day, *second, place)));
        }
        moments.sort_unstable();
        moments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn presences(rows: &[(u32, i64, i64)]) -> Vec<Presence> {
        let at = |(person, day, minute): &(u32, i64, i64)| Presence {
            page: 3,
            person: *person,
            second: day * DAY_SECS + minute * 60,
        };
        let mut presences: Vec<Presence> = rows.iter().map(at).collect();
        presences.sort_unstable();
        presences
    }

    proptest! {
        #[test]
        fn agrees_with_every_pair(
            rows in proptest::collection::vec((0_u32..6, 0_i64..3, 0_i64..40), 1..40),
            unit in proptest::collection::vec(0_u32..3, 6),
        ) {
            let presences = presences(&rows);
            let page = Page::of(&presences);
            let units: Vec<u32> = page.people.iter().map(|one| unit[*one as usize]).collect();
            // The first moments of days, and every pair of them.
            let day = |one: &Presence| one.second.div_euclid(DAY_SECS);
            let mut firsts: Vec<&Presence> = Vec::new();
            for one in &presences {
                if !firsts.iter().any(|first| first.person == one.person && day(first) == day(one)) {
                    firsts.push(one);
                }
            }
            let meet = |a: &Presence, b: &Presence| {
                unit[a.person as usize] != unit[b.person as usize]
                    && day(a) == day(b)
                    && (a.second - b.second).abs() <= 300
            };
            let pairs = |a: &&Presence| firsts.iter().filter(|b| meet(a, b)).count() as u64;
            prop_assert_eq!(2 * page.n_encounters(300, &units), firsts.iter().map(pairs).sum::<u64>());
            for n_days in 1..3 {
                let days = |person: u32| {
                    let own = firsts.iter().filter(|one| one.person == person);
                    own.filter(|one| pairs(one) > 0).count()
                };
                let slow = (0..6).filter(|person| days(*person) >= n_days).count() as u64;
                prop_assert_eq!(page.n_in_company(300, &units, n_days), slow);
            }
            // Dealing keeps days of people, people of days, and everyone's times.
            let dealt = page.dealt(&mut Random::new(7));
            let sorted = |rows: &[Vec<i64>]| {
                let mut rows = rows.to_vec();
                for row in &mut rows {
                    row.sort_unstable();
                }
                rows
            };
            prop_assert_eq!(sorted(&dealt.times), sorted(&page.times));
            let columns = |days: &[Vec<u32>]| {
                let mut all = days.concat();
                all.sort_unstable();
                all
            };
            prop_assert_eq!(columns(&dealt.days), columns(&page.days));
        }
    }
}
