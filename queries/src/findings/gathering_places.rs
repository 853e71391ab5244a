//! Gathering places, the digital coffee machine: pages where people of different units meet more than by chance.
//!
//! METHODS (b), (c). Mixing is the chance that two visitors of a page, drawn by lot, are of different units. Large
//! and busy units are met everywhere, so it is held against visits that are dealt out anew: everyone keeps the
//! number of pages, every page the number of visitors. A page that everybody visits mixes as much as
//! there is to mix, and no dealing changes it: it is popular and no gathering place. The deviation of a page
//! is ranked among those of dealt pages with about as many visitors. A page is called when it is significant
//! (Benjamini and Hochberg over all pages with k visitors), and mixed more than expected even at the lower end
//! of its interval over people.
//!
//! Mixing has a ceiling, and any crowd is near it: with eleven departments two people by lot differ in 86 of 100
//! cases, and at most in 91. So a real place deviates little, and among hundreds of pages such a deviation is
//! nothing. But where people come in the same minutes, more than their habits explain ([`meeting_pages`]), is known
//! without looking at their units, and there a gathering place is likely: these pages have half of the error budget to
//! themselves, the others the other half (weights of Genovese, Roeder and Wasserman 2006; [`fdr::q_values_of_two`]).
//! The claim stays that of mixing: meeting alone calls nothing, and neither does a unit's own daily meeting.
//!
//! The null, exactly: given how many pages everyone visits and how many visitors every page has, and whatever the times
//! of coming are, it is as likely for each such table of visits to be the one that is seen.
//! How far people of different units meet on a page is counted apart ([`together`]).

mod encounters;
mod mixing;
mod together;

use crate::findings::elephant_paths::NO_UNIT;
use crate::parallel::on_all_cores;
use crate::stats::curveball::Rows;
use crate::stats::fdr;
use crate::stats::random::Random;
use crate::stats::worlds::{Scale, class_of, ranks, worlds_for};

pub use together::{Presence, Together, TogetherOptions, meeting_pages, together};

use mixing::{Units, mixing_of};

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people.
    pub k: u64,
    /// Highest false discovery rate.
    pub q: f64,
    /// How often the visits are dealt out anew at most; the more pages there are, the less often, down to a quarter.
    pub n_worlds: usize,
    /// Seed of the dealing.
    pub seed: u64,
}

impl Default for Options {
    /// Ten people for anything about units; with 199 worlds and 100 pages of about a size, ranks go down to 1 in
    /// 19,900, so that the first two of a thousand pages can be called. Of more pages more are ranked together (a fifth
    /// of them), so that with fewer worlds still the first few of all can.
    fn default() -> Self {
        Self {
            k: 10,
            q: 0.05,
            n_worlds: 199,
            seed: 1,
        }
    }
}

/// A page where units mix.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GatheringPlace {
    /// Which page.
    pub page: u32,
    /// Its visitors of known units.
    pub n_people: u64,
    /// Their units.
    pub n_units: u64,
    /// Chance that two of its visitors are of different units, 0 to 1.
    pub mixing: f64,
    /// Lower bound of the mixing, 97.5 % one-sided, over people (jackknife).
    pub mixing_low: f64,
    /// Mean of the mixing where visits are dealt out anew.
    pub expected_mixing: f64,
    /// How many of its visitors are leaders.
    pub n_leaders: u64,
    /// Whether people come there in the same minutes more than chance.
    pub is_meeting: bool,
    /// Rank among dealt pages with about as many visitors.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called, with half of the budget for the pages where people meet.
    pub q_value: f64,
}

/// The gathering places of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GatheringPlaces {
    /// Those called, the largest `mixing_low` beyond the expected first, ties by page.
    pub places: Vec<GatheringPlace>,
    /// Size of the family: pages that k people of known units visited.
    pub n_tested: u64,
    /// Mixing of these pages together, by pairs of visitors: what is usual here.
    pub usual_mixing: f64,
}

/// What is known of people.
#[derive(Debug, Clone, Copy)]
pub struct People<'a> {
    /// Units by person (departments, locations), one slice for each dimension.
    pub units: &'a [&'a [u32]],
    /// Whether a person is a leader.
    pub is_leader: &'a [bool],
}

/// Finds the gathering places of each dimension. `visits` are `(page, person)`, sorted, each once. People of no known unit
/// do not count. `meeting` are the pages where people come in the same minutes, sorted ([`meeting_pages`]); none where
/// times are not known.
///
/// # Panics
/// When the visits are not sorted, or one comes twice; when the meeting pages are not sorted.
pub fn gathering_places(
    visits: &[(u32, u32)],
    people: &People<'_>,
    meeting: &[u32],
    options: &Options,
) -> Vec<GatheringPlaces> {
    let of_dimensions = tested(visits, people, meeting, options).into_iter();
    of_dimensions
        .map(|tested| called(tested, options.q))
        .collect()
}

/// Those of the tested pages that are called.
fn called(tested: Vec<GatheringPlace>, q: f64) -> GatheringPlaces {
    let n_tested = tested.len() as u64;
    let pairs = |place: &GatheringPlace| (place.n_people * (place.n_people - 1)) as f64;
    let all: f64 = tested.iter().map(pairs).sum();
    let different: f64 = tested.iter().map(|place| place.mixing * pairs(place)).sum();
    let mut places = tested;
    places.retain(|place| place.q_value <= q && place.mixing_low > place.expected_mixing);
    let beyond = |place: &GatheringPlace| place.mixing_low - place.expected_mixing;
    places.sort_by(|a, b| beyond(b).total_cmp(&beyond(a)).then(a.page.cmp(&b.page)));
    GatheringPlaces {
        places,
        n_tested,
        usual_mixing: if all > 0.0 { different / all } else { 0.0 },
    }
}

/// Every page with k visitors of known units, by page, for each dimension. Smaller ones are dealt with, but could not be
/// told. Dimensions in which the same people are known share the dealing.
fn tested(
    visits: &[(u32, u32)],
    people: &People<'_>,
    meeting: &[u32],
    options: &Options,
) -> Vec<Vec<GatheringPlace>> {
    assert!(visits.is_sorted_by(|a, b| a < b), "visits once and sorted");
    assert!(meeting.is_sorted(), "meeting pages sorted");
    let is_known = |unit: &u32| *unit != NO_UNIT;
    let alike = |a: &&[u32], b: &&[u32]| a.iter().map(is_known).eq(b.iter().map(is_known));
    let mut tested = Vec::new();
    for units in people.units.chunk_by(alike) {
        let visits = visits.iter().copied();
        let known = visits.filter(|(_, person)| is_known(&units[0][*person as usize]));
        let table = Table::of(&known.collect::<Vec<_>>());
        let judged = table.judged(units, options);
        for (judged, unit) in judged.iter().zip(units) {
            tested.push(table.places(judged, unit, people.is_leader, meeting, options.k));
        }
    }
    tested
}

/// Who visits which of the pages that at least two visit.
struct Table {
    pages: Vec<u32>,
    /// The visitors of each.
    visitors: Vec<Vec<u32>>,
    /// Everyone who visits any.
    people: Vec<u32>,
    /// The places of the pages of each of these.
    rows: Rows,
}

/// The mixing of each page of a table in one dimension against chance.
struct Judged {
    expected: Vec<f64>,
    p_values: Vec<f64>,
}

impl Table {
    /// `visits` are sorted.
    fn of(visits: &[(u32, u32)]) -> Self {
        let by_page = visits.chunk_by(|a, b| a.0 == b.0);
        let by_two: Vec<&[(u32, u32)]> = by_page.filter(|of_page| of_page.len() > 1).collect();
        let places = (0..).zip(&by_two);
        let mut by_person: Vec<(u32, u32)> = places
            .flat_map(|(place, of_page)| of_page.iter().map(move |visit| (visit.1, place)))
            .collect();
        by_person.sort_unstable();
        let mut table = Self {
            pages: by_two.iter().map(|of_page| of_page[0].0).collect(),
            visitors: Vec::new(),
            people: Vec::new(),
            rows: Rows::default(),
        };
        for of_page in by_two {
            let visitors = of_page.iter().map(|(_, person)| *person);
            table.visitors.push(visitors.collect());
        }
        for of_person in by_person.chunk_by(|a, b| a.0 == b.0) {
            table.people.push(of_person[0].0);
            table.rows.push(of_person.iter().map(|(_, place)| *place));
        }
        table
    }

    /// Each dimension against the same dealt worlds.
    fn judged(&self, units: &[&[u32]], options: &Options) -> Vec<Judged> {
        let size: Vec<usize> = self.visitors.iter().map(Vec::len).collect();
        let of_people = |unit: &&[u32]| self.people.iter().map(|one| unit[*one as usize]).collect();
        let units: Vec<Units> = units
            .iter()
            .map(|unit| Units::of(of_people(unit)))
            .collect();
        let mixing = |rows: &Rows| -> Vec<Vec<f64>> {
            units
                .iter()
                .map(|units| units.mixing(rows, &size))
                .collect()
        };
        let seen = mixing(&self.rows);
        let n_worlds = worlds_for(self.pages.len(), options.n_worlds);
        let dealt = on_all_cores(n_worlds, |world| {
            let mut rows = self.rows.clone();
            rows.deal(&mut Random::stream(options.seed, world as u64));
            mixing(&rows)
        });
        let of_dimension = |(dimension, seen): (usize, &Vec<f64>)| {
            let dealt: Vec<&[f64]> = dealt.iter().map(|world| &world[dimension][..]).collect();
            let (scales, p_values) = judged(seen, &dealt, &size);
            Judged {
                expected: scales.iter().map(|scale| scale.mean).collect(),
                p_values,
            }
        };
        seen.iter().enumerate().map(of_dimension).collect()
    }

    /// The pages of at least k visitors.
    fn places(
        &self,
        judged: &Judged,
        unit: &[u32],
        is_leader: &[bool],
        meeting: &[u32],
        k: u64,
    ) -> Vec<GatheringPlace> {
        let is_of_family = |place: &usize| self.visitors[*place].len() as u64 >= k;
        let family: Vec<usize> = (0..self.pages.len()).filter(is_of_family).collect();
        let p: Vec<f64> = family.iter().map(|place| judged.p_values[*place]).collect();
        let is_meeting = |place: &usize| meeting.binary_search(&self.pages[*place]).is_ok();
        let is_meeting: Vec<bool> = family.iter().map(is_meeting).collect();
        let q = fdr::q_values_of_two(&p, &is_meeting);
        let row = |(member, place): (usize, &usize)| {
            let visitors = &self.visitors[*place];
            let mixing = mixing_of(visitors.iter().map(|person| unit[*person as usize]));
            let leaders = visitors
                .iter()
                .filter(|person| is_leader[**person as usize]);
            GatheringPlace {
                page: self.pages[*place],
                n_people: visitors.len() as u64,
                n_units: mixing.n_units,
                mixing: mixing.chance,
                mixing_low: mixing.low,
                expected_mixing: judged.expected[*place],
                n_leaders: leaders.count() as u64,
                is_meeting: is_meeting[member],
                p_value: p[member],
                q_value: q[member],
            }
        };
        family.iter().enumerate().map(row).collect()
    }
}

/// The scale of each value over its worlds, and its rank among values of about its size.
fn judged(seen: &[f64], dealt: &[&[f64]], size: &[usize]) -> (Vec<Scale>, Vec<f64>) {
    let of_place = |place: usize| {
        let of_worlds = dealt.iter().map(move |world| world[place]);
        Scale::of(of_worlds.chain([seen[place]]))
    };
    let scales: Vec<Scale> = (0..seen.len()).map(of_place).collect();
    let deviations = |values: &[f64]| -> Vec<f64> {
        let both = values.iter().zip(&scales);
        both.map(|(value, scale)| scale.deviation(*value)).collect()
    };
    let chance: Vec<Vec<f64>> = dealt.iter().map(|world| deviations(world)).collect();
    let p = ranks(&deviations(seen), &chance, size, class_of(seen.len()));
    (scales, p)
}

#[cfg(test)]
mod tests;
