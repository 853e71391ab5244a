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
use crate::stats::curveball;
use crate::stats::fdr;
use crate::stats::random::Random;
use crate::stats::worlds::{Scale, ranks, worlds};

pub use together::{Presence, Together, TogetherOptions, meeting_pages, together};

use mixing::{Units, mixing_of};

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people.
    pub k: u64,
    /// Highest false discovery rate.
    pub q: f64,
    /// How often the visits are dealt out anew.
    pub n_worlds: usize,
    /// Seed of the dealing.
    pub seed: u64,
}

impl Default for Options {
    /// Ten people for anything about units; with 199 worlds and 100 pages of about a size, ranks go down to 1 in
    /// 19,900, so that the first two of a thousand pages can be called.
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

/// Finds the gathering places. `visits` are `(page, person)`, sorted, each once; `unit` (a department, a location) and
/// `is_leader` are by person. People of no known unit do not count. `meeting` are the pages where people come in the
/// same minutes, sorted ([`meeting_pages`]); none where times are not known.
///
/// # Panics
/// When the visits are not sorted, or one comes twice; when the meeting pages are not sorted.
pub fn gathering_places(
    visits: &[(u32, u32)],
    unit: &[u32],
    is_leader: &[bool],
    meeting: &[u32],
    options: &Options,
) -> GatheringPlaces {
    let tested = tested(visits, unit, is_leader, meeting, options);
    let n_tested = tested.len() as u64;
    let pairs = |place: &GatheringPlace| (place.n_people * (place.n_people - 1)) as f64;
    let all: f64 = tested.iter().map(pairs).sum();
    let different: f64 = tested.iter().map(|place| place.mixing * pairs(place)).sum();
    let mut places = tested;
    places.retain(|place| place.q_value <= options.q && place.mixing_low > place.expected_mixing);
    let beyond = |place: &GatheringPlace| place.mixing_low - place.expected_mixing;
    places.sort_by(|a, b| beyond(b).total_cmp(&beyond(a)).then(a.page.cmp(&b.page)));
    GatheringPlaces {
        places,
        n_tested,
        usual_mixing: if all > 0.0 { different / all } else { 0.0 },
    }
}

/// Every page with k visitors of known units, by page. Smaller ones are dealt with, but could not be told.
fn tested(
    visits: &[(u32, u32)],
    unit: &[u32],
    is_leader: &[bool],
    meeting: &[u32],
    options: &Options,
) -> Vec<GatheringPlace> {
    assert!(visits.is_sorted_by(|a, b| a < b), "visits once and sorted");
    assert!(meeting.is_sorted(), "meeting pages sorted");
    let known: Vec<(u32, u32)> = visits
        .iter()
        .copied()
        .filter(|(_, person)| unit[*person as usize] != NO_UNIT)
        .collect();
    let pages: Vec<&[(u32, u32)]> = known
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|of_page| of_page.len() > 1)
        .collect();
    let size: Vec<usize> = pages.iter().map(|of_page| of_page.len()).collect();
    // Rows by person, so that a deal exchanges the pages of people.
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); unit.len()];
    for (page, of_page) in (0..).zip(&pages) {
        for (_, person) in *of_page {
            rows[*person as usize].push(page);
        }
    }
    let units = Units::of(unit, &rows);
    let rows: Vec<Vec<u32>> = units.people().map(|person| rows[person].clone()).collect();
    let seen = units.mixing(&rows, &size);
    let dealt = worlds(options.n_worlds, |world| {
        let mut random = Random::new(options.seed.wrapping_add(world as u64 + 1));
        // A seed apart by one is a stream apart by one step: the first number makes them strangers.
        let mut random = Random::new(random.next_u64());
        let mut rows = rows.clone();
        curveball::deal(&mut rows, &mut random);
        units.mixing(&rows, &size)
    });
    let (scales, p) = judged(&seen, &dealt, &size);
    let is_of_family = |place: &usize| size[*place] as u64 >= options.k;
    let family: Vec<usize> = (0..pages.len()).filter(is_of_family).collect();
    let p: Vec<f64> = family.iter().map(|place| p[*place]).collect();
    let is_meeting = |place: &usize| meeting.binary_search(&pages[*place][0].0).is_ok();
    let is_meeting: Vec<bool> = family.iter().map(is_meeting).collect();
    let q = fdr::q_values_of_two(&p, &is_meeting);
    let row = |(member, place): (usize, &usize)| {
        let of_page = pages[*place];
        let mixing = mixing_of(of_page.iter().map(|(_, person)| unit[*person as usize]));
        let leaders = of_page.iter().filter(|visit| is_leader[visit.1 as usize]);
        GatheringPlace {
            page: of_page[0].0,
            n_people: of_page.len() as u64,
            n_units: mixing.n_units,
            mixing: mixing.chance,
            mixing_low: mixing.low,
            expected_mixing: scales[*place].mean,
            n_leaders: leaders.count() as u64,
            is_meeting: is_meeting[member],
            p_value: p[member],
            q_value: q[member],
        }
    };
    family.iter().enumerate().map(row).collect()
}

/// The scale of each value over its worlds, and its rank among values of about its size.
fn judged(seen: &[f64], dealt: &[Vec<f64>], size: &[usize]) -> (Vec<Scale>, Vec<f64>) {
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
    let p = ranks(&deviations(seen), &chance, size);
    (scales, p)
}

#[cfg(test)]
mod tests;
