//! Who came before and after whom, counted by tie and by item.

use crate::people::adoptions::{Adoption, Neighbours};

/// On how many items the other came after, and before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Pair {
    pub(super) after: u32,
    pub(super) before: u32,
}

/// All counts of a horizon.
pub(super) struct Counts {
    /// As the ties of [`Neighbours`] stand: person by person, both ways.
    pub(super) by_tie: Vec<Pair>,
    /// Person, and those after less those before of one item; sorted.
    by_item: Vec<(u32, i32)>,
    offsets: Vec<usize>,
}

impl Counts {
    /// Counts the items, each with its sorted adoptions.
    pub(super) fn of(items: &[&[Adoption]], neighbours: &Neighbours, reach_days: i32) -> Self {
        let n_persons = neighbours.n_persons();
        let mut by_tie = vec![Pair::default(); neighbours.len()];
        let mut by_item = Vec::new();
        let mut days = Days::new(n_persons);
        for of_item in items {
            days.begin(of_item);
            for adoption in *of_item {
                let (mut n, mut lead) = (0, 0);
                let ties = neighbours.of_person(adoption.person).iter();
                for (place, (other, since)) in neighbours.places(adoption.person).zip(ties) {
                    let Some(day) = days.of(*other) else {
                        continue;
                    };
                    let later = day - adoption.day;
                    if later == 0 || later.abs() > reach_days || *since >= day.min(adoption.day) {
                        continue;
                    }
                    n += 1;
                    lead += later.signum();
                    by_tie[place].after += u32::from(later > 0);
                    by_tie[place].before += u32::from(later < 0);
                }
                if n > 0 {
                    by_item.push((adoption.person, lead));
                }
            }
        }
        by_item.sort_unstable();
        let starts = |person: usize| by_item.partition_point(|row| (row.0 as usize) < person);
        let offsets = (0..=n_persons).map(starts).collect();
        Self {
            by_tie,
            by_item,
            offsets,
        }
    }

    /// The items on which somebody tied came before or after a person: those after less those before.
    pub(super) fn by_item(&self, person: u32) -> &[(u32, i32)] {
        let person = person as usize;
        &self.by_item[self.offsets[person]..self.offsets[person + 1]]
    }
}

/// The day on which each person began with the item at hand.
pub(super) struct Days {
    days: Vec<Option<i32>>,
    began: Vec<u32>,
}

impl Days {
    pub(super) fn new(n_persons: usize) -> Self {
        Self {
            days: vec![None; n_persons],
            began: Vec::new(),
        }
    }

    pub(super) fn begin(&mut self, adoptions: &[Adoption]) {
        for person in self.began.drain(..) {
            self.days[person as usize] = None;
        }
        for adoption in adoptions {
            self.days[adoption.person as usize] = Some(adoption.day);
            self.began.push(adoption.person);
        }
    }

    pub(super) fn of(&self, person: u32) -> Option<i32> {
        self.days[person as usize]
    }
}
