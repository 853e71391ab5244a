//! People on a page at the same time.
//!
//! A page can mix units over weeks without anybody meeting. An encounter is a pair of people who come to a page
//! within minutes on a day. Many are there at nine whatever the page, and on the day of its news; so encounters
//! are held against days dealt out anew, in which everyone keeps the number of days there and the times of day,
//! and every day the number of people. Only coming at the same time on the same days is more than that.

use super::encounters::{Days, Page};
use super::judged;
use crate::findings::elephant_paths::NO_UNIT;
use crate::parallel::{in_order, n_cores};
use crate::stats::fdr;
use crate::stats::random::Random;
use crate::stats::worlds::worlds_for;

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
    pub within_secs: u32,
    /// Least number of people.
    pub k: u64,
    /// How often the days are dealt out anew at most; the more pages there are, the less often, down to a quarter.
    pub n_worlds: usize,
    /// Seed of the dealing.
    pub seed: u64,
}

impl Default for TogetherOptions {
    /// Whoever comes within five minutes of another may find the other still there; within a quarter of an hour
    /// nearly all who come around noon do. 39 worlds and 100 pages of about a size give ranks down to 1 in 3,900; where a
    /// class has more pages, fewer worlds do.
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
    /// Those who came at the same time as somebody of another unit on any day: who stand behind the encounters.
    pub n_met: u64,
    /// Pairs of people of different units who came at the same time, by days. Where hours are shared nearly everybody
    /// has company on two days, whatever the page; encounters go on growing with everyone who comes on purpose.
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
    let counted = Counted::of(&known, options, |page, days| {
        let units: Vec<u32> = page.people.iter().map(|one| unit[*one as usize]).collect();
        [
            days.n_mixed_encounters(options.within_secs, &units),
            days.n_in_company(options.within_secs, &units, DAYS_IN_COMPANY),
            days.n_in_company(options.within_secs, &units, 1),
        ]
    });
    let [encounters, company] = [0, 1].map(|count| counted.against_chance(count));
    let q = fdr::q_values(&encounters.p_values, counted.pages.len() as u64);
    let row = |(place, page): (usize, &OfPage<3>)| Together {
        page: page.id,
        n_people: page.n_people as u64,
        n_in_company: page.seen[1],
        expected_in_company: company.expected[place],
        n_met: page.seen[2],
        n_encounters: page.seen[0],
        expected_encounters: encounters.expected[place],
        p_value: encounters.p_values[place],
        q_value: q[place],
    };
    counted.pages.iter().enumerate().map(row).collect()
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
    let counted = Counted::of(presences, options, |_, days| {
        [days.n_encounters(options.within_secs)]
    });
    let p_values = counted.against_chance(0).p_values;
    let meeting = counted.pages.iter().zip(&p_values);
    let meeting = meeting.filter(|(_, p)| **p <= MEETING_LEVEL);
    meeting.map(|(page, _)| page.id).collect()
}

/// What is counted on a page.
struct OfPage<const N: usize> {
    id: u32,
    n_people: usize,
    n_days: usize,
    /// As they came.
    seen: [u64; N],
    /// With days dealt out anew, by worlds.
    dealt: Vec<[u64; N]>,
}

/// Counts of every page with at least k people.
struct Counted<const N: usize> {
    pages: Vec<OfPage<N>>,
}

/// A count of each page against the same of dealt days.
struct Chance {
    expected: Vec<f64>,
    p_values: Vec<f64>,
}

impl<const N: usize> Counted<N> {
    /// Page by page, so that only few lie in memory at a time, and each with random numbers of its own.
    fn of(
        presences: &[Presence],
        options: &TogetherOptions,
        count: impl Fn(&Page, &Days) -> [u64; N] + Sync,
    ) -> Self {
        assert!(presences.is_sorted(), "presences by page and person");
        let of_k = |of_page: &&[Presence]| {
            let people = of_page.chunk_by(|a, b| a.person == b.person);
            people.count() as u64 >= options.k
        };
        let by_page = presences.chunk_by(|a, b| a.page == b.page);
        let by_page: Vec<&[Presence]> = by_page.filter(of_k).collect();
        let n_worlds = worlds_for(by_page.len(), options.n_worlds);
        let pages = in_order(by_page.len(), n_cores(), Days::default, |days, place| {
            let page = Page::of(by_page[place]);
            let mut random = Random::stream(options.seed, page.id.into());
            page.seen(days);
            let seen = count(&page, days);
            let dealt = (0..n_worlds).map(|_| {
                page.dealt(&mut random, days);
                count(&page, days)
            });
            OfPage {
                id: page.id,
                n_people: page.people.len(),
                n_days: page.n_days(),
                seen,
                dealt: dealt.collect(),
            }
        });
        Self { pages }
    }

    /// One of the counts.
    fn against_chance(&self, count: usize) -> Chance {
        let seen: Vec<f64> = self
            .pages
            .iter()
            .map(|page| page.seen[count] as f64)
            .collect();
        let n_worlds = self.pages.first().map_or(0, |page| page.dealt.len());
        let of_world = |world: usize| -> Vec<f64> {
            let pages = self.pages.iter();
            pages.map(|page| page.dealt[world][count] as f64).collect()
        };
        let dealt: Vec<Vec<f64>> = (0..n_worlds).map(of_world).collect();
        let dealt: Vec<&[f64]> = dealt.iter().map(Vec::as_slice).collect();
        let size: Vec<usize> = self.pages.iter().map(|page| page.n_days).collect();
        let (scales, p_values) = judged(&seen, &dealt, &size);
        Chance {
            expected: scales.iter().map(|scale| scale.mean).collect(),
            p_values,
        }
    }
}

#[cfg(test)]
mod tests;
