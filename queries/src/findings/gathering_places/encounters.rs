//! The days of people on a page, and how often two of them come in the same minutes.
//!
//! The first moment of a day stands for a person's day on a page: whoever loads it again and again counts once.
//! To count who has any company at all will not do: where a hundred come around noon everybody has some, whether they
//! meet or not. Pairs go on growing with everyone who comes.

use super::Presence;
use crate::stats::curveball::Bits;
use crate::stats::random::Random;

const DAY_SECS: i64 = 86_400;

/// The people of a page, their days there, and when they came on each. A visit is one person's first moment of a day.
#[derive(Debug, Clone)]
pub(super) struct Page {
    /// Which page.
    pub(super) id: u32,
    /// Who, sorted.
    pub(super) people: Vec<u32>,
    /// Where each person's visits end; those of a person stand in the order of days.
    ends: Vec<u32>,
    /// The days of each person.
    days: Bits,
    /// Every visit's time of day, that of the visit, and whose it is, by time: so each day is filled in its order.
    times: Vec<Moment>,
    /// Where the visits of each day end: every day keeps their number.
    day_ends: Vec<u32>,
}

/// A time of day, the visit it is of, and the place of who came then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Moment {
    second: u32,
    visit: u32,
    place: u32,
}

/// Visits to a page by days, in the order of their times.
#[derive(Debug, Clone, Default)]
pub(super) struct Days {
    /// The day of each visit of the page.
    day: Vec<u32>,
    moments: Vec<Moment>,
    ends: Vec<u32>,
    n_people: usize,
}

impl Page {
    /// `presences` are those of one page, sorted, at least one.
    pub(super) fn of(presences: &[Presence]) -> Self {
        let day = |presence: &Presence| presence.second.div_euclid(DAY_SECS);
        let first = presences.iter().map(day).min().unwrap_or(0);
        let last = presences.iter().map(day).max().unwrap_or(0);
        let number = |presence: &Presence| (day(presence) - first) as u32;
        let n_days = (last - first) as usize + 1;
        let by_person = || presences.chunk_by(|a, b| a.person == b.person);
        let mut page = Self {
            id: presences[0].page,
            people: by_person().map(|of_person| of_person[0].person).collect(),
            ends: Vec::new(),
            days: Bits::new(by_person().count(), n_days),
            times: Vec::with_capacity(presences.len()),
            day_ends: vec![0; n_days],
        };
        for (place, of_person) in by_person().enumerate() {
            for of_day in of_person.chunk_by(|a, b| day(a) == day(b)) {
                let number = number(&of_day[0]);
                page.days.insert(place, number);
                page.day_ends[number as usize] += 1;
                page.times.push(Moment {
                    second: of_day[0].second.rem_euclid(DAY_SECS) as u32,
                    visit: page.times.len() as u32,
                    place: place as u32,
                });
            }
            page.ends.push(page.times.len() as u32);
        }
        let mut end = 0;
        for n_visits in &mut page.day_ends {
            end += *n_visits;
            *n_visits = end;
        }
        page.times.sort_unstable();
        page
    }

    /// Days of people.
    pub(super) fn n_days(&self) -> usize {
        self.times.len()
    }

    /// The visits as they were.
    pub(super) fn seen(&self, days: &mut Days) {
        days.day.clear();
        for place in 0..self.people.len() {
            days.day.extend(self.days.row(place));
        }
        days.fill(self);
    }

    /// The same people with their days dealt out anew, and their times over their days: each keeps the number of days
    /// and the times of day, each day the number of people.
    pub(super) fn dealt(&self, random: &mut Random, days: &mut Days) {
        let mut dealt = self.days.clone();
        dealt.deal(random);
        days.day.clear();
        for place in 0..self.people.len() {
            let start = days.day.len();
            days.day.extend(dealt.row(place));
            random.shuffle(&mut days.day[start..]);
        }
        days.fill(self);
    }
}

impl Days {
    /// Puts the visits into their days.
    fn fill(&mut self, page: &Page) {
        self.n_people = page.people.len();
        self.moments.resize(page.times.len(), Moment::default());
        // Until all are in, where the next of each day goes.
        self.ends.clear();
        self.ends.push(0);
        self.ends.extend(&page.day_ends[..page.day_ends.len() - 1]);
        for moment in &page.times {
            let next = &mut self.ends[self.day[moment.visit as usize] as usize];
            self.moments[*next as usize] = *moment;
            *next += 1;
        }
    }

    fn days(&self) -> impl Iterator<Item = &[Moment]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        let bounds = starts.zip(&self.ends);
        bounds.map(|(start, end)| &self.moments[*start as usize..*end as usize])
    }

    /// Pairs of people who came within so many seconds on a day, by days.
    pub(super) fn n_encounters(&self, within_secs: u32) -> u64 {
        let mut n_pairs = 0;
        for of_day in self.days() {
            let mut start = 0;
            for (at, moment) in of_day.iter().enumerate() {
                while moment.second - of_day[start].second > within_secs {
                    start += 1;
                }
                n_pairs += (at - start) as u64;
            }
        }
        n_pairs
    }

    /// Those of them who are of different units. `units` are in the order of the people.
    pub(super) fn n_mixed_encounters(&self, within_secs: u32, units: &[u32]) -> u64 {
        let n_units = units.iter().max().map_or(0, |most| *most as usize + 1);
        let mut n_alike = 0;
        // How many of each unit came shortly before.
        let mut before = vec![0_u64; n_units];
        for of_day in self.days() {
            let mut start = 0;
            for moment in of_day {
                while moment.second - of_day[start].second > within_secs {
                    before[units[of_day[start].place as usize] as usize] -= 1;
                    start += 1;
                }
                let own = &mut before[units[moment.place as usize] as usize];
                n_alike += *own;
                *own += 1;
            }
            for moment in &of_day[start..] {
                before[units[moment.place as usize] as usize] -= 1;
            }
        }
        self.n_encounters(within_secs) - n_alike
    }

    /// People who came within so many seconds of somebody of another unit on at least `n_days` days.
    pub(super) fn n_in_company(&self, within_secs: u32, units: &[u32], n_days: usize) -> u64 {
        let mut in_company = vec![0; self.n_people];
        let unit = |moment: &Moment| units[moment.place as usize];
        for of_day in self.days() {
            // The nearest of another unit is the last before a run of one unit, or the first after it.
            let mut end = 0_usize;
            for run in of_day.chunk_by(|a, b| unit(a) == unit(b)) {
                let before = end.checked_sub(1).map(|at| of_day[at].second);
                end += run.len();
                let after = of_day.get(end).map(|moment| moment.second);
                for moment in run {
                    let is_near = |other: u32| other.abs_diff(moment.second) <= within_secs;
                    if before.is_some_and(is_near) || after.is_some_and(is_near) {
                        in_company[moment.place as usize] += 1;
                    }
                }
            }
        }
        in_company.iter().filter(|days| **days >= n_days).count() as u64
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
            let mut seen = Days::default();
            page.seen(&mut seen);
            let slow = firsts.iter().map(pairs).sum::<u64>();
            prop_assert_eq!(2 * seen.n_mixed_encounters(300, &units), slow);
            let everyone: Vec<u32> = (0..page.people.len() as u32).collect();
            prop_assert_eq!(seen.n_encounters(300), seen.n_mixed_encounters(300, &everyone));
            for n_days in 1..3 {
                let days = |person: u32| {
                    let own = firsts.iter().filter(|one| one.person == person);
                    own.filter(|one| pairs(one) > 0).count()
                };
                let slow = (0..6).filter(|person| days(*person) >= n_days).count() as u64;
                prop_assert_eq!(seen.n_in_company(300, &units, n_days), slow);
            }
            // Dealing keeps everyone's times, the number of people of each day, and that nobody comes twice on a day.
            let mut dealt = Days::default();
            page.dealt(&mut Random::new(7), &mut dealt);
            let ends = |days: &Days| days.days().map(<[Moment]>::len).collect::<Vec<usize>>();
            prop_assert_eq!(ends(&dealt), ends(&seen));
            let times = |days: &Days| {
                let mut times: Vec<Moment> = days.moments.clone();
                times.sort_unstable();
                times
            };
            prop_assert_eq!(times(&dealt), times(&seen));
            for of_day in dealt.days() {
                let mut people: Vec<u32> = of_day.iter().map(|moment| moment.place).collect();
                prop_assert!(of_day.is_sorted_by_key(|moment| moment.second));
                people.sort_unstable();
                prop_assert!(people.is_sorted_by(|a, b| a < b));
            }
        }
    }
}
