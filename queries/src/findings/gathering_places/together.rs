//! People on a page at the same time.
//!
//! A page can mix units over weeks without anybody meeting. An encounter is a pair of people who come to a page
//! within minutes on a day. Many are there at nine whatever the page, and on the day of its news; so encounters
//! are held against days dealt out anew, in which everyone keeps the number of days there and the times of day,
//! and every day the number of people. Only coming at the same time on the same days is more than that.

use super::encounters::Page;
use super::judged;
use crate::findings::elephant_paths::NO_UNIT;
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
    /// Seconds within which two people come at the same time.
    pub within_secs: i64,
    /// Least number of people.
    pub k: u64,
    /// How often the days are dealt out anew.
    pub n_worlds: usize,
    /// Seed of the dealing.
    pub seed: u64,
}

impl Default for TogetherOptions {
    /// Whoever comes within five minutes of another may find the other still there; within a quarter of an hour
    /// nearly all who come around noon do. 39 worlds and 100 pages of about a size give ranks down to 1 in 3,900.
    fn default() -> Self {
        Self {
            within_secs: 5 * 60,
            k: 10,
            n_worlds: 39,
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
    /// Those of them who came at the same time as somebody of another unit on at least two days.
    pub n_in_company: u64,
    /// How many there would be by chance.
    pub expected_in_company: f64,
    /// Pairs of people of different units who came at the same time, by days.
    pub n_encounters: u64,
    /// How many there would be by chance.
    pub expected_encounters: f64,
    /// Rank of the encounters among those of dealt pages with about as many days of people.
    pub p_value: f64,
    /// Smallest false discovery rate at which there are more encounters than chance.
    pub q_value: f64,
}

/// Once at the same time is a coincidence, or a mail to all.
const DAYS_IN_COMPANY: usize = 2;

/// Presence at the same time on every page with at least k people, sorted by page. `presences` are sorted; `unit` is
/// by person, and those of no known unit do not count.
///
/// # Panics
/// When the presences are not sorted.
pub fn together(presences: &[Presence], unit: &[u32], options: &TogetherOptions) -> Vec<Together> {
    let known: Vec<Presence> = presences
        .iter()
        .copied()
        .filter(|presence| unit[presence.person as usize] != NO_UNIT)
        .collect();
    let pages = pages_of(&known, options.k);
    let encounters = Counted::of(&pages, options, |page| {
        page.n_encounters(options.within_secs, &units_of(page, unit)) as f64
    });
    let company = Counted::of(&pages, options, |page| {
        page.n_in_company(options.within_secs, &units_of(page, unit), DAYS_IN_COMPANY) as f64
    });
    let q = fdr::q_values(&encounters.p_values, pages.len() as u64);
    let row = |place: usize| Together {
        page: pages[place].id,
        n_people: pages[place].people.len() as u64,
        n_in_company: company.seen[place] as u64,
        expected_in_company: company.expected[place],
        n_encounters: encounters.seen[place] as u64,
        expected_encounters: encounters.expected[place],
        p_value: encounters.p_values[place],
        q_value: q[place],
    };
    (0..pages.len()).map(row).collect()
}

/// A page without meetings is among those with meetings once in a hundred: few enough to leave these few a large share of
/// an error budget, and no claim is made by it.
const MEETING_LEVEL: f64 = 0.01;

/// The pages of at least k people on which, whoever they are, they come at the same time more often than chance, sorted.
/// Nothing about units goes in, so that units can be tested there as if nothing were known.
///
/// # Panics
/// When the presences are not sorted.
pub fn meeting_pages(presences: &[Presence], options: &TogetherOptions) -> Vec<u32> {
    let pages = pages_of(presences, options.k);
    let counted = Counted::of(&pages, options, |page| {
        let everyone: Vec<u32> = (0..page.people.len() as u32).collect();
        page.n_encounters(options.within_secs, &everyone) as f64
    });
    let meeting = pages.iter().zip(&counted.p_values);
    let meeting = meeting.filter(|(_, p)| **p <= MEETING_LEVEL);
    meeting.map(|(page, _)| page.id).collect()
}

/// Those with at least k people.
fn pages_of(presences: &[Presence], k: u64) -> Vec<Page> {
    assert!(presences.is_sorted(), "presences by page and person");
    presences
        .chunk_by(|a, b| a.page == b.page)
        .map(Page::of)
        .filter(|page| page.people.len() as u64 >= k)
        .collect()
}

fn units_of(page: &Page, unit: &[u32]) -> Vec<u32> {
    let people = page.people.iter();
    people.map(|person| unit[*person as usize]).collect()
}

/// A count of each page against the same of dealt days.
struct Counted {
    seen: Vec<f64>,
    expected: Vec<f64>,
    p_values: Vec<f64>,
}

impl Counted {
    fn of(pages: &[Page], options: &TogetherOptions, count: impl Fn(&Page) -> f64 + Sync) -> Self {
        let seen: Vec<f64> = pages.iter().map(&count).collect();
        let dealt = worlds(options.n_worlds, |world| {
            let mut random = Random::new(options.seed.wrapping_add(world as u64 + 1));
            let mut random = Random::new(random.next_u64());
            let of_page = |page: &Page| count(&page.dealt(&mut random));
            pages.iter().map(of_page).collect::<Vec<f64>>()
        });
        let size: Vec<usize> = pages.iter().map(Page::n_days).collect();
        let (scales, p_values) = judged(&seen, &dealt, &size);
        Self {
            seen,
            expected: scales.iter().map(|scale| scale.mean).collect(),
            p_values,
        }
    }
}

#[cfg(test)]
mod tests;
