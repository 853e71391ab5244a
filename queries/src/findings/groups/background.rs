//! What everybody would use if nothing but departments, activity and popularity counted.
//!
//! One model a department, whose margins are how much each of its people uses and how many of them use each
//! item: department routine, popular pages and busy people are all in it, so none of them is news.
//! People are kept by *place*: sorted by department, then by id, so that a department is a range.

use std::ops::Range;

use super::model::{self, Class};
use crate::parallel::in_order;
use crate::people::uses::Uses;

/// An item used in a department.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Used {
    /// Which item.
    pub item: u32,
    /// Class of popularity inside the department.
    pub class: u32,
}

/// A department's model.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Department {
    /// Places of its people.
    pub places: Range<u32>,
    /// ln x by class of activity, from the least active; those who used nothing are a class too.
    pub log_x: Vec<f64>,
    /// ln z by class of popularity.
    pub log_z: Vec<f64>,
    /// Items anyone there used, sorted.
    pub used: Vec<Used>,
    /// Chances by class of popularity and, in it, by class of activity.
    chances: Vec<f64>,
}

impl Department {
    /// The chances of the classes of activity to use an item; `None` where nobody there used it.
    fn row(&self, item: u32) -> Option<&[f64]> {
        let at = self
            .used
            .binary_search_by_key(&item, |used| used.item)
            .ok()?;
        let n = self.log_x.len();
        Some(&self.chances[self.used[at].class as usize * n..][..n])
    }
}

/// The chances of everybody to use one item.
#[derive(Debug, Clone)]
pub(super) struct Column<'a> {
    background: &'a Background,
    rows: Vec<Option<&'a [f64]>>,
}

impl Column<'_> {
    /// The chance that the person at this place uses the item.
    pub(super) fn chance(&self, place: u32) -> f64 {
        let row = self.rows[self.background.department[place as usize] as usize];
        row.map_or(0.0, |row| {
            row[self.background.class[place as usize] as usize]
        })
    }
}

/// The models of all departments.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Background {
    /// The person at each place.
    pub person: Vec<u32>,
    /// Department of each place, as an index into `departments`.
    pub department: Vec<u32>,
    /// Class of activity of each place, inside its department.
    pub class: Vec<u32>,
    /// Number of classes of activity in all departments before each, and in all.
    pub n_classes_before: Vec<u32>,
    /// The departments, by their label.
    pub departments: Vec<Department>,
}

impl Background {
    /// Fits each department; `label` by person, any numbers.
    pub(super) fn new(uses: &Uses, label: &[u32], n_threads: usize) -> Self {
        let mut person: Vec<u32> = (0..uses.n_persons() as u32).collect();
        person.sort_by_key(|person| (label[*person as usize], *person));
        let mut background = Self {
            department: vec![0; person.len()],
            class: vec![0; person.len()],
            ..Self::default()
        };
        let mut ranges = Vec::new();
        let mut start = 0;
        for of_label in person.chunk_by(|a, b| label[*a as usize] == label[*b as usize]) {
            let places = start..start + of_label.len();
            background.department[places.clone()].fill(ranges.len() as u32);
            start = places.end;
            ranges.push(places);
        }
        let fitted = in_order(
            ranges.len(),
            n_threads,
            || (),
            |(), index| {
                fit(
                    uses,
                    &person[ranges[index].clone()],
                    ranges[index].start as u32,
                )
            },
        );
        for (department, classes) in fitted {
            let places = department.places.start as usize..department.places.end as usize;
            background.class[places].copy_from_slice(&classes);
            background.departments.push(department);
        }
        background.n_classes_before.push(0);
        let mut n_classes = 0;
        for department in &background.departments {
            n_classes += department.log_x.len() as u32;
            background.n_classes_before.push(n_classes);
        }
        background.person = person;
        background
    }

    /// Department and class of a place as one number, those of a department side by side.
    pub(super) fn class_in_all(&self, place: u32) -> u32 {
        let place = place as usize;
        self.n_classes_before[self.department[place] as usize] + self.class[place]
    }

    /// Number of people.
    pub(super) fn n_places(&self) -> usize {
        self.person.len()
    }

    /// The chances of everybody to use an item.
    pub(super) fn column(&self, item: u32) -> Column<'_> {
        Column {
            background: self,
            rows: self.departments.iter().map(|one| one.row(item)).collect(),
        }
    }
}

/// A department's model, and the class of activity of each of its people.
fn fit(uses: &Uses, people: &[u32], start: u32) -> (Department, Vec<u32>) {
    let mut items: Vec<u32> = people
        .iter()
        .flat_map(|p| uses.items(*p))
        .copied()
        .collect();
    items.sort_unstable();
    let popularity: Vec<(u32, u32)> = items
        .chunk_by(|a, b| a == b)
        .map(|same| (same[0], same.len() as u32))
        .collect();
    let activity: Vec<u32> = people.iter().map(|p| uses.items(*p).len() as u32).collect();
    let (rows, classes) = by_degree(&activity);
    let users: Vec<u32> = popularity.iter().map(|(_, n)| *n).collect();
    let (columns, popular) = by_degree(&users);
    let fit = model::fit(&rows, &columns);
    let of_popularity = |log_z: &f64| {
        let log_z = *log_z;
        fit.rows
            .iter()
            .map(move |log_x| model::chance(*log_x, log_z))
    };
    let chances = fit.columns.iter().flat_map(of_popularity).collect();
    let used = popularity.iter().zip(popular);
    let department = Department {
        places: start..start + people.len() as u32,
        log_x: fit.rows,
        log_z: fit.columns,
        used: used
            .map(|((item, _), class)| Used { item: *item, class })
            .collect(),
        chances,
    };
    (department, classes)
}

/// Classes of equal degree, sorted, and the class of each.
pub(super) fn by_degree(degrees: &[u32]) -> (Vec<Class>, Vec<u32>) {
    let mut sorted = degrees.to_vec();
    sorted.sort_unstable();
    let class = |same: &[u32]| Class {
        degree: same[0],
        size: same.len() as u32,
    };
    let classes: Vec<Class> = sorted.chunk_by(|a, b| a == b).map(class).collect();
    let class_of = |degree: &u32| classes.partition_point(|class| class.degree < *degree) as u32;
    let of = degrees.iter().map(class_of).collect();
    (classes, of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn margins_hold_in_every_department() {
        let mut random = Random::new(3);
        let label: Vec<u32> = (0..60).map(|person| [7, 2, 9][person % 3]).collect();
        let mut rows = Vec::new();
        for person in 0..60_u32 {
            for item in 0..25_u32 {
                // Item 24 is used by everyone, item 23 by nobody; person 1 uses everything.
                let chance = 0.05 + f64::from(person % 7) / 20.0 + f64::from(item % 5) / 20.0;
                let is_used = item == 24 || person == 1 || random.uniform() < chance;
                if is_used && item != 23 {
                    rows.push((person, item, 0));
                }
            }
        }
        let uses = Uses::new(60, 25, &rows);
        let background = Background::new(&uses, &label, 2);
        assert_eq!(background.departments.len(), 3);
        assert_eq!(background, Background::new(&uses, &label, 1));
        for (place, person) in background.person.iter().enumerate() {
            let sum: f64 = (0..25)
                .map(|item| background.column(item).chance(place as u32))
                .sum();
            assert!((sum - uses.items(*person).len() as f64).abs() < 1e-4);
        }
        for department in &background.departments {
            for item in 0..25 {
                let sum: f64 = department
                    .places
                    .clone()
                    .map(|p| background.column(item).chance(p))
                    .sum();
                let people = &background.person
                    [department.places.start as usize..department.places.end as usize];
                let n = people
                    .iter()
                    .filter(|p| uses.items(**p).contains(&item))
                    .count();
                assert!((sum - n as f64).abs() < 1e-4);
            }
        }
    }
}
