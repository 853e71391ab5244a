//! The null: how many people would walk a pair if arrivals followed popularity alone.

use super::{MoveRows, NO_UNIT, World};
use crate::paths::moves::Via;

/// Departures and arrivals of a window, returns left out.
///
/// People with the same number of departures from a page (and the same unit) expect the same, so each
/// page keeps a list of (unit, departures, people) and a candidate costs that list, not its visitors.
pub(super) struct Departures {
    /// Start of each page's list; one more than there are pages.
    offsets: Vec<u32>,
    list: Vec<Visitors>,
    arrivals: Vec<u64>,
    n_moves: u64,
    units: Units,
}

/// People of one unit who left a page equally often.
struct Visitors {
    unit: u32,
    n_departures: u32,
    n_people: u32,
}

/// Arrivals by unit: units are numbered from 0, unknown ones together as the last.
struct Units {
    /// Number of units; 0 where none is known.
    n: usize,
    /// (page, unit, arrivals), sorted; pairs without arrivals are left out, since pages times units
    /// may be more than memory holds.
    arrivals: Vec<(u32, u32, u64)>,
    n_moves: Vec<u64>,
}

impl Units {
    /// Sums arrivals of (page, unit, moves).
    fn of(n: usize, mut arrivals: Vec<(u32, u32, u32)>) -> Self {
        arrivals.sort_unstable();
        let mut n_moves = vec![0; n];
        let arrivals: Vec<(u32, u32, u64)> = arrivals
            .chunk_by(|a, b| (a.0, a.1) == (b.0, b.1))
            .map(|same| {
                (
                    same[0].0,
                    same[0].1,
                    same.iter().map(|row| u64::from(row.2)).sum(),
                )
            })
            .collect();
        for (_, unit, moves) in &arrivals {
            n_moves[*unit as usize] += moves;
        }
        Self {
            n,
            arrivals,
            n_moves,
        }
    }

    fn arrivals(&self, page: u32, unit: u32) -> u64 {
        let place = self
            .arrivals
            .binary_search_by_key(&(page, unit), |row| (row.0, row.1));
        place.map_or(0, |place| self.arrivals[place].2)
    }
}

impl Departures {
    pub(super) fn of(rows: &MoveRows<'_>, world: &World<'_>) -> Self {
        let known = world.unit.iter().filter(|unit| **unit != NO_UNIT).max();
        let n_units = known.map_or(0, |largest| *largest as usize + 2);
        let unit_of = |person: u32| -> u32 {
            let unit = world.unit[person as usize];
            if unit == NO_UNIT {
                n_units.saturating_sub(1) as u32
            } else {
                unit
            }
        };
        let mut unit_arrivals: Vec<(u32, u32, u32)> = Vec::new();
        let mut arrivals = vec![0; world.n_pages];
        let mut n_moves = 0;
        // Page left, person and moves, to be summed by page and person.
        let mut left: Vec<(u32, u32, u32)> = Vec::new();
        for row in 0..rows.n.len() {
            if rows.via[row] == Via::Back {
                continue;
            }
            let n = u64::from(rows.n[row]);
            arrivals[rows.to[row] as usize] += n;
            n_moves += n;
            if n_units > 0 {
                unit_arrivals.push((rows.to[row], unit_of(rows.person[row]), rows.n[row]));
            }
            left.push((rows.from[row], rows.person[row], rows.n[row]));
        }
        let (offsets, list) = visitors(left, world.n_pages, unit_of);
        let units = Units::of(n_units, unit_arrivals);
        Self {
            offsets,
            list,
            arrivals,
            n_moves,
            units,
        }
    }

    fn visitors(&self, page: u32) -> &[Visitors] {
        let page = page as usize;
        &self.list[self.offsets[page] as usize..self.offsets[page + 1] as usize]
    }

    /// People expected to walk from `from` to `to`.
    pub(super) fn expected(&self, from: u32, to: u32) -> f64 {
        let pi = share(
            self.arrivals[to as usize],
            self.n_moves,
            self.arrivals[from as usize],
        );
        self.visitors(from)
            .iter()
            .map(|visitors| reach(visitors, pi))
            .sum()
    }

    /// The same, each unit arriving by its own popularity; `None` where no unit is known.
    pub(super) fn expected_in_units(&self, from: u32, to: u32) -> Option<f64> {
        let units = &self.units;
        if units.n == 0 {
            return None;
        }
        let sum = self
            .visitors(from)
            .iter()
            .map(|visitors| {
                let unit = visitors.unit;
                let all = units.n_moves[unit as usize];
                reach(
                    visitors,
                    share(units.arrivals(to, unit), all, units.arrivals(from, unit)),
                )
            })
            .sum();
        Some(sum)
    }
}

/// The lists of all pages, one after the other, and where each starts; `left` holds the page, the
/// person and the moves of each departure.
fn visitors(
    mut left: Vec<(u32, u32, u32)>,
    n_pages: usize,
    unit_of: impl Fn(u32) -> u32,
) -> (Vec<u32>, Vec<Visitors>) {
    left.sort_unstable();
    let mut offsets = vec![0_u32; n_pages + 1];
    let mut list = Vec::new();
    for of_page in left.chunk_by(|a, b| a.0 == b.0) {
        let mut habits: Vec<(u32, u32)> = of_page
            .chunk_by(|a, b| a.1 == b.1)
            .map(|of_person| (unit_of(of_person[0].1), of_person.iter().map(|m| m.2).sum()))
            .collect();
        habits.sort_unstable();
        let before = list.len();
        list.extend(habits.chunk_by(|a, b| a == b).map(|same| Visitors {
            unit: same[0].0,
            n_departures: same[0].1,
            n_people: same.len() as u32,
        }));
        offsets[of_page[0].0 as usize + 1] = (list.len() - before) as u32;
    }
    for page in 0..n_pages {
        offsets[page + 1] += offsets[page];
    }
    (offsets, list)
}

/// Share of a page's arrivals among those at all other pages than the one left.
fn share(arrivals: u64, all: u64, at_source: u64) -> f64 {
    if all > at_source {
        arrivals as f64 / (all - at_source) as f64
    } else {
        0.0
    }
}

/// How many of these people arrive at least once.
fn reach(visitors: &Visitors, pi: f64) -> f64 {
    f64::from(visitors.n_people) * -(-f64::from(visitors.n_departures) * pi).exp_m1()
}
