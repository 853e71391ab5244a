//! People of different units on a page at the same time.
//!
//! A page can mix units over weeks without anybody meeting. Here a person's day on a page counts when somebody
//! of another unit was there within a quarter of an hour. Many are there at nine whatever the page, and on
//! the day of its news; so it is held against days dealt out anew, in which everyone keeps the number of days
//! there with their times of day, and every day the number of people.

use super::judged;
use crate::findings::elephant_paths::NO_UNIT;
use crate::stats::curveball;
use crate::stats::fdr;
use crate::stats::random::Random;
use crate::stats::worlds::worlds;

/// Somebody on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Presence {
    /// Which page.
    pub page: u32,
    /// Who.
    pub person: u32,
    /// When: seconds since 1970-01-01, in the civil time of the intranet, so that days end at midnight.
    pub second: i64,
}

/// What counts as the same time, and the gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TogetherOptions {
    /// Seconds within which two people are there at the same time.
    pub within_secs: i64,
    /// Least number of people.
    pub k: u64,
    /// How often the days are dealt out anew.
    pub n_worlds: usize,
    /// Seed of the dealing.
    pub seed: u64,
}

impl Default for TogetherOptions {
    fn default() -> Self {
        Self {
            within_secs: 15 * 60,
            k: 10,
            n_worlds: 99,
            seed: 1,
        }
    }
}

/// How far people are on a page at the same time as others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Together {
    /// Which page.
    pub page: u32,
    /// Its visitors of known units.
    pub n_people: u64,
    /// Those of them who ever had company of another unit there.
    pub n_in_company: u64,
    /// Days of people with company of another unit.
    pub n_person_days: u64,
    /// How many there would be by chance.
    pub expected_person_days: f64,
    /// Rank among dealt pages with about as many days of people.
    pub p_value: f64,
    /// Smallest false discovery rate at which there is more company than chance.
    pub q_value: f64,
}

/// Presence at the same time on every page with at least k people, sorted by page. `presences` are sorted; `unit` is
/// by person, and those of no known unit do not count.
///
/// # Panics
/// When the presences are not sorted.
pub fn together(presences: &[Presence], unit: &[u32], options: &TogetherOptions) -> Vec<Together> {
    assert!(presences.is_sorted(), "presences by page and person");
    let known: Vec<Presence> = presences
        .iter()
        .copied()
        .filter(|presence| unit[presence.person as usize] != NO_UNIT)
        .collect();
    let pages: Vec<Page> = known
        .chunk_by(|a, b| a.page == b.page)
        .map(Page::of)
        .filter(|page| page.people.len() as u64 >= options.k)
        .collect();
    let seen: Vec<Company> = pages
        .iter()
        .map(|page| page.company(&page.days, unit, options.within_secs))
        .collect();
    let dealt = worlds(options.n_worlds, |world| {
        let mut random = Random::new(options.seed.wrapping_add(world as u64 + 1));
        let mut random = Random::new(random.next_u64());
        let company = |page: &Page| {
            let mut days = page.days.clone();
            curveball::deal(&mut days, &mut random);
            page.company(&days, unit, options.within_secs).n_person_days as f64
        };
        pages.iter().map(company).collect::<Vec<f64>>()
    });
    let n_days = |page: &Page| page.days.iter().map(Vec::len).sum::<usize>();
    let size: Vec<usize> = pages.iter().map(n_days).collect();
    let counts: Vec<f64> = seen
        .iter()
        .map(|company| company.n_person_days as f64)
        .collect();
    let (scales, p) = judged(&counts, &dealt, &size);
    let q = fdr::q_values(&p, p.len() as u64);
    let row = |place: usize| Together {
        page: pages[place].id,
        n_people: pages[place].people.len() as u64,
        n_in_company: seen[place].n_people,
        n_person_days: seen[place].n_person_days,
        expected_person_days: scales[place].mean,
        p_value: p[place],
        q_value: q[place],
    };
    (0..pages.len()).map(row).collect()
}

const DAY_SECS: i64 = 86_400;

/// The people of a page, their days there, and their times of each of these days, in order.
struct Page {
    id: u32,
    people: Vec<u32>,
    /// Numbers of days, by person, sorted.
    days: Vec<Vec<u32>>,
    times: Vec<Vec<Vec<i64>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Company {
    n_people: u64,
    n_person_days: u64,
}

impl Page {
    fn of(presences: &[Presence]) -> Self {
        let day = |presence: &Presence| presence.second.div_euclid(DAY_SECS);
        let first = presences.iter().map(day).min().unwrap_or(0);
        let mut page = Self {
            id: presences[0].page,
            people: Vec::new(),
            days: Vec::new(),
            times: Vec::new(),
        };
        for of_person in presences.chunk_by(|a, b| a.person == b.person) {
            let of_days = || of_person.chunk_by(|a, b| day(a) == day(b));
            let times = |of_day: &[Presence]| {
                let times = of_day.iter().map(|one| one.second.rem_euclid(DAY_SECS));
                times.collect::<Vec<i64>>()
            };
            page.people.push(of_person[0].person);
            page.days.push(
                of_days()
                    .map(|of_day| (day(&of_day[0]) - first) as u32)
                    .collect(),
            );
            page.times.push(of_days().map(times).collect());
        }
        page
    }

    /// Whose days have company of another unit, when everyone's times fall on these days.
    fn company(&self, days: &[Vec<u32>], unit: &[u32], within_secs: i64) -> Company {
        let mut moments: Vec<(u32, i64, u32)> = Vec::new();
        for (place, (days, times)) in (0_u32..).zip(days.iter().zip(&self.times)) {
            for (day, times) in days.iter().zip(times) {
                moments.extend(times.iter().map(|time| (*day, *time, place)));
            }
        }
        moments.sort_unstable();
        let unit_of = |place: u32| unit[self.people[place as usize] as usize];
        // Company of a moment is the nearest of another unit, on either side: a run of one unit has the moment
        // before the run and the one after it.
        let mut in_company: Vec<(u32, u32)> = Vec::new();
        for of_day in moments.chunk_by(|a, b| a.0 == b.0) {
            let mut end = 0;
            for run in of_day.chunk_by(|a, b| unit_of(a.2) == unit_of(b.2)) {
                let start = end;
                end += run.len();
                let before = start.checked_sub(1).map(|at| of_day[at].1);
                let after = of_day.get(end).map(|moment| moment.1);
                for (day, time, place) in run {
                    let is_near = |other: i64| (other - time).abs() <= within_secs;
                    if before.is_some_and(is_near) || after.is_some_and(is_near) {
                        in_company.push((*place, *day));
                    }
                }
            }
        }
        in_company.sort_unstable();
        in_company.dedup();
        let n_people = in_company.chunk_by(|a, b| a.0 == b.0).count() as u64;
        Company {
            n_people,
            n_person_days: in_company.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests;
