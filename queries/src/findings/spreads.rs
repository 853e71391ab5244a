//! Spreading: how something new gains people, week by week, and whether it goes along ties.
//!
//! METHODS (a), (c). Each person adopts an item (an elephant path, a page) on the day of the first use.
//! Somebody comes after a tie when a person they were tied to before had adopted it on an earlier day.
//! Popular people and small departments make that happen by chance, so each adoption is held against the
//! people of the same unit who had not adopted yet: the share of them who had such a tie on that day is
//! the chance that somebody drawn by lot among them comes after a tie. The p value is the exact tail of
//! the sum of these chances (Poisson binomial). More than chance does not say that people imitate: who
//! is tied may also like the same things (Shalizi and Thomas 2011).

use crate::day::Day;
use crate::findings::elephant_paths::NO_UNIT;
use crate::people::adoptions::Neighbours;
use crate::stats::poisson_binomial;

pub use crate::people::adoptions::{Adoption, Tie};

/// A week in the life of an item.
#[derive(Debug, Clone, PartialEq)]
pub struct SpreadWeek {
    /// Which item.
    pub item: u32,
    /// Its Monday, days since 1970-01-01.
    pub week: i32,
    /// People who adopted it in this week.
    pub n_new_people: u64,
    /// Units of which nobody had adopted it before.
    pub n_new_units: u64,
    /// New people who came after a tie.
    pub n_after_a_tie: u64,
    /// How many would by lot.
    pub expected_after_a_tie: f64,
    /// People so far.
    pub n_people: u64,
    /// Those of them who came after a tie, so far.
    pub n_after_a_tie_so_far: u64,
    /// How many would by lot, so far.
    pub expected_after_a_tie_so_far: f64,
    /// Tail of the people who came after a tie, so far, if ties did not matter.
    pub p_value: f64,
}

/// How items spread: a row for every week in which someone was new, sorted by item and week.
/// `adoptions` are sorted; `unit` is by person, of whom everyone may adopt; ties count both ways.
pub fn spreads(adoptions: &[Adoption], ties: &[Tie], unit: &[u32]) -> Vec<SpreadWeek> {
    let neighbours = Neighbours::of(ties, unit.len());
    let n_units = unit.iter().filter(|unit| **unit != NO_UNIT).max();
    let mut crowd = Crowd::new(unit, n_units.map_or(0, |largest| *largest as usize + 1));
    let mut weeks = Vec::new();
    for of_item in adoptions.chunk_by(|a, b| a.item == b.item) {
        weeks.extend(spread(of_item, &neighbours, &mut crowd));
    }
    weeks
}

/// Everyone who may adopt an item, by unit; those of no known unit are a unit of their own.
struct Crowd<'a> {
    unit: &'a [u32],
    sizes: Vec<u64>,
    n_left: Vec<u64>,
    n_exposed: Vec<u64>,
    is_exposed: Vec<bool>,
    has_adopted: Vec<bool>,
    touched: Vec<u32>,
}

impl<'a> Crowd<'a> {
    fn new(unit: &'a [u32], n_units: usize) -> Self {
        let mut sizes = vec![0; n_units + 1];
        for unit in unit {
            sizes[(*unit as usize).min(n_units)] += 1;
        }
        Self {
            unit,
            n_left: sizes.clone(),
            n_exposed: vec![0; n_units + 1],
            sizes,
            is_exposed: vec![false; unit.len()],
            has_adopted: vec![false; unit.len()],
            touched: Vec::new(),
        }
    }

    fn unit_of(&self, person: u32) -> usize {
        (self.unit[person as usize] as usize).min(self.sizes.len() - 1)
    }

    fn forget(&mut self) {
        self.n_left.clone_from(&self.sizes);
        self.n_exposed.fill(0);
        for person in self.touched.drain(..) {
            self.is_exposed[person as usize] = false;
            self.has_adopted[person as usize] = false;
        }
    }

    fn expose(&mut self, person: u32) {
        if self.is_exposed[person as usize] || self.has_adopted[person as usize] {
            return;
        }
        self.is_exposed[person as usize] = true;
        self.touched.push(person);
        let unit = self.unit_of(person);
        self.n_exposed[unit] += 1;
    }

    /// The share of the person's unit that has a tie to someone who adopted, among those who have not.
    fn chance(&self, person: u32) -> f64 {
        let unit = self.unit_of(person);
        self.n_exposed[unit] as f64 / self.n_left[unit] as f64
    }

    /// Whether nobody of the person's unit has adopted yet; the unknown unit is never new.
    fn is_first_of_unit(&self, person: u32) -> bool {
        let unit = self.unit_of(person);
        unit + 1 < self.sizes.len() && self.n_left[unit] == self.sizes[unit]
    }

    fn adopt(&mut self, person: u32) {
        let unit = self.unit_of(person);
        self.n_left[unit] -= 1;
        self.n_exposed[unit] -= u64::from(self.is_exposed[person as usize]);
        self.has_adopted[person as usize] = true;
        self.touched.push(person);
    }
}

fn spread(adoptions: &[Adoption], neighbours: &Neighbours, crowd: &mut Crowd) -> Vec<SpreadWeek> {
    crowd.forget();
    let exposures = exposures(adoptions, neighbours);
    let mut exposed = exposures.iter().peekable();
    let mut weeks: Vec<SpreadWeek> = Vec::new();
    let mut chances = Vec::with_capacity(adoptions.len());
    for of_day in adoptions.chunk_by(|a, b| a.day == b.day) {
        let day = of_day[0].day;
        while let Some((_, person)) = exposed.next_if(|(from, _)| *from <= day) {
            crowd.expose(*person);
        }
        let week = week_of(&mut weeks, of_day[0]);
        for adoption in of_day {
            let chance = crowd.chance(adoption.person);
            let is_after = crowd.is_exposed[adoption.person as usize];
            chances.push(chance);
            week.n_new_people += 1;
            week.n_after_a_tie += u64::from(is_after);
            week.expected_after_a_tie += chance;
        }
        for adoption in of_day {
            week.n_new_units += u64::from(crowd.is_first_of_unit(adoption.person));
            crowd.adopt(adoption.person);
        }
    }
    sum_up(&mut weeks, &chances);
    weeks
}

/// From which day on each person has a tie that stood to someone who had adopted, sorted by day.
fn exposures(adoptions: &[Adoption], neighbours: &Neighbours) -> Vec<(i32, u32)> {
    let of_adoption = |adoption: &Adoption| {
        let day = adoption.day;
        let ties = neighbours.of_person(adoption.person).iter();
        ties.map(move |(other, since)| (day.max(*since) + 1, *other))
    };
    let mut exposures: Vec<(i32, u32)> = adoptions.iter().flat_map(of_adoption).collect();
    exposures.sort_unstable();
    exposures
}

/// The week of an adoption, begun if it is the first one there.
fn week_of(weeks: &mut Vec<SpreadWeek>, adoption: Adoption) -> &mut SpreadWeek {
    let week = Day(adoption.day).monday().0;
    if weeks.last().is_none_or(|last| last.week != week) {
        weeks.push(SpreadWeek {
            item: adoption.item,
            week,
            n_new_people: 0,
            n_new_units: 0,
            n_after_a_tie: 0,
            expected_after_a_tie: 0.0,
            n_people: 0,
            n_after_a_tie_so_far: 0,
            expected_after_a_tie_so_far: 0.0,
            p_value: 1.0,
        });
    }
    weeks.last_mut().expect("one was pushed")
}

/// Fills in the sums so far; the chances lie in the order of adoptions.
fn sum_up(weeks: &mut [SpreadWeek], chances: &[f64]) {
    let (mut n_people, mut n_after, mut expected) = (0, 0, 0.0);
    for week in weeks {
        n_people += week.n_new_people;
        n_after += week.n_after_a_tie;
        expected += week.expected_after_a_tie;
        week.n_people = n_people;
        week.n_after_a_tie_so_far = n_after;
        week.expected_after_a_tie_so_far = expected;
        week.p_value = poisson_binomial::upper_tail(n_after, &chances[..n_people as usize]);
    }
}

#[cfg(test)]
mod tests;
