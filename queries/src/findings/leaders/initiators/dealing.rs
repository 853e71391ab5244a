//! The first days of an item dealt out anew inside each department.
//!
//! Anagnostopoulos, Kumar and Mahdian 2008 shuffle who began when. Here the person in question keeps the own
//! day, or somebody who is early by nature would seem to lead; the days of the others are dealt out among
//! those of the same department who began with the item at all, and who arrived in the same four weeks, or
//! newcomers who take up everything at once would seem to follow those they sit with. How many of those
//! tied then fall within reach after the person is a hypergeometric draw for each item and department, and
//! their sum has an exact distribution: no copy is shuffled, and small p values keep their digits.

use super::before_and_after::Days;
use super::{InitiatorOptions, People};
use crate::people::adoptions::{Adoption, Neighbours};
use crate::stats::hypergeometric;

/// Newcomers of so many days arrive together.
const ARRIVAL_DAYS: i32 = 28;

/// Those of an item and a department who began with it, and what dealing out their days anew would do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Draw {
    /// Those who began, the person in question left out.
    pub(super) all: u64,
    /// Those of them who began within reach after the person.
    pub(super) after: u64,
    /// Those of them to whom a tie stood.
    pub(super) tied: u64,
    /// Those tied who began within reach after.
    pub(super) sooner: u64,
}

/// How the sums of draws lie: for all persons at once, before any exact distribution.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Moments {
    sooner: u64,
    expected: f64,
    variance: f64,
}

impl Moments {
    pub(super) fn add(&mut self, draw: &Draw) {
        let (all, after, tied) = (draw.all as f64, draw.after as f64, draw.tied as f64);
        let expected = tied * after / all;
        self.sooner += draw.sooner;
        self.expected += expected;
        self.variance += expected * (1.0 - after / all) * (all - tied) / (all - 1.0);
    }

    /// Whether those tied come sooner by more than a standard deviation: without that there is nothing to test.
    pub(super) fn is_ahead(&self) -> bool {
        self.sooner as f64 - self.expected > self.variance.sqrt()
    }
}

/// P that as many of those tied, or more, fall within reach after.
pub(super) fn p_value(draws: &[Draw]) -> f64 {
    let sooner = draws.iter().map(|draw| draw.sooner).sum();
    let rows: Vec<(u64, u64, u64)> = draws.iter().map(|d| (d.all, d.after, d.tied)).collect();
    hypergeometric::upper_tail_of_sum(sooner, &rows)
}

/// P that those tied come after so often, among all pairs before and after with and without ties (Fisher).
pub(super) fn strict(after: u64, before: u64, others_after: u64, others_before: u64) -> f64 {
    let all = after + before + others_after + others_before;
    hypergeometric::upper_tail(after, all, after + others_after, after + before)
}

/// The persons by department, and by department and arrival.
pub(super) struct Department<'a> {
    unit: &'a [u32],
    /// Department and arrival as one number, by person.
    class: Vec<u32>,
    reach_days: i32,
}

impl<'a> Department<'a> {
    pub(super) fn of(people: &People<'a>, options: &InitiatorOptions) -> Self {
        let arrival = |day: i32| {
            let days = (i64::from(day) - i64::from(options.from)).max(-1);
            days.div_euclid(i64::from(ARRIVAL_DAYS))
        };
        let key = |person: usize| (people.unit[person], arrival(people.first_day[person]));
        let mut keys: Vec<(u32, i64)> = (0..people.unit.len()).map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        let class = |person| keys.partition_point(|other| *other < key(person)) as u32;
        Self {
            unit: people.unit,
            class: (0..people.unit.len()).map(class).collect(),
            reach_days: options.reach_days,
        }
    }

    /// Hands over every draw of every person who is asked about, item by item. Whoever is tied to one of `apart`
    /// who began with the item too is left aside: their days may go by those people.
    pub(super) fn deal(
        &self,
        items: &[&[Adoption]],
        neighbours: &Neighbours,
        is_asked: &[bool],
        apart: &[u32],
        mut take: impl FnMut(u32, Draw),
    ) {
        let mut days = Days::new(is_asked.len());
        let mut is_aside = vec![false; is_asked.len()];
        for of_item in items {
            if of_item.iter().any(|one| is_asked[one.person as usize]) {
                days.begin(of_item);
                let of_apart = |person: &u32| {
                    let day = days.of(*person)?;
                    let ties = neighbours.of_person(*person).iter();
                    Some(ties.filter(move |tie| tie.1 < day).map(|tie| tie.0))
                };
                let aside: Vec<u32> = apart.iter().filter_map(of_apart).flatten().collect();
                for person in &aside {
                    is_aside[*person as usize] = true;
                }
                let mut rest = of_item.to_vec();
                rest.retain(|one| !is_aside[one.person as usize]);
                let by_class = Sorted::of(&rest, &self.class);
                for one in of_item.iter().filter(|one| is_asked[one.person as usize]) {
                    let mut take = |draw| take(one.person, draw);
                    self.draw(one, neighbours, &days, &is_aside, &by_class, &mut take);
                }
                for person in &aside {
                    is_aside[*person as usize] = false;
                }
            }
        }
    }

    /// How often others of the own department without a tie came after each person who is asked about, and before.
    pub(super) fn untied(
        &self,
        items: &[&[Adoption]],
        neighbours: &Neighbours,
        is_asked: &[bool],
    ) -> Vec<(u64, u64)> {
        let mut untied = vec![(0, 0); is_asked.len()];
        let mut days = Days::new(is_asked.len());
        for of_item in items {
            if of_item.iter().any(|one| is_asked[one.person as usize]) {
                days.begin(of_item);
                let by_unit = Sorted::of(of_item, self.unit);
                for one in of_item.iter().filter(|one| is_asked[one.person as usize]) {
                    let (after, before) = self.compare(one, neighbours, &days, &by_unit);
                    let sums = &mut untied[one.person as usize];
                    *sums = (sums.0 + after, sums.1 + before);
                }
            }
        }
        untied
    }

    /// The draws of one person and item.
    fn draw(
        &self,
        adoption: &Adoption,
        neighbours: &Neighbours,
        days: &Days,
        is_aside: &[bool],
        by_class: &Sorted,
        take: &mut impl FnMut(Draw),
    ) {
        let ties = neighbours.of_person(adoption.person).iter();
        let stood = ties.filter(|tie| tie.1 < adoption.day && !is_aside[tie.0 as usize]);
        let mut tied: Vec<(u32, bool)> = stood
            .filter_map(|(other, _)| {
                let later = days.of(*other)? - adoption.day;
                let is_after = later > 0 && later <= self.reach_days;
                Some((self.class[*other as usize], is_after))
            })
            .collect();
        tied.sort_unstable();
        for of_class in tied.chunk_by(|a, b| a.0 == b.0) {
            let class = of_class[0].0;
            let person = adoption.person as usize;
            let is_own = class == self.class[person] && !is_aside[person];
            let all = by_class.n_within(class, None) - u64::from(is_own);
            let after = (adoption.day + 1, adoption.day + self.reach_days);
            let n_after = by_class.n_within(class, Some(after));
            // Where all or none are tied, or within reach, no dealing changes anything.
            let n_tied = of_class.len() as u64;
            if n_after > 0 && n_after < all && n_tied < all {
                take(Draw {
                    all,
                    after: n_after,
                    tied: n_tied,
                    sooner: of_class.iter().filter(|tie| tie.1).count() as u64,
                });
            }
        }
    }

    /// Those of the own department without a tie who came after, and before.
    fn compare(
        &self,
        adoption: &Adoption,
        neighbours: &Neighbours,
        days: &Days,
        by_unit: &Sorted,
    ) -> (u64, u64) {
        let own = self.unit[adoption.person as usize];
        let (day, reach) = (adoption.day, self.reach_days);
        let mut n_after = by_unit.n_within(own, Some((day + 1, day + reach)));
        let mut n_before = by_unit.n_within(own, Some((day - reach, day - 1)));
        for (other, _) in neighbours.of_person(adoption.person) {
            let Some(other_day) = days.of(*other) else {
                continue;
            };
            if self.unit[*other as usize] == own && (other_day - day).abs() <= reach {
                n_after -= u64::from(other_day > day);
                n_before -= u64::from(other_day < day);
            }
        }
        (n_after, n_before)
    }
}

/// The days of an item by class, sorted.
struct Sorted(Vec<(u32, i32)>);

impl Sorted {
    fn of(adoptions: &[Adoption], class: &[u32]) -> Self {
        let row = |adoption: &Adoption| (class[adoption.person as usize], adoption.day);
        let mut rows: Vec<(u32, i32)> = adoptions.iter().map(row).collect();
        rows.sort_unstable();
        Self(rows)
    }

    /// How many of a class began from the first to the last of these days, or at all.
    fn n_within(&self, class: u32, days: Option<(i32, i32)>) -> u64 {
        let (first, last) = days.unwrap_or((i32::MIN, i32::MAX));
        let start = self.0.partition_point(|row| *row < (class, first));
        let end = self.0.partition_point(|row| *row <= (class, last));
        (end - start) as u64
    }
}

#[cfg(test)]
mod tests;
