//! The null: how many people would walk a pair if arrivals followed popularity alone.

use super::{MoveRows, NO_UNIT, World};
use crate::grouped::Grouped;
use crate::parallel::{in_order, n_cores};
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
    /// Counts the arrivals of `n` units.
    fn of(
        n: usize,
        rows: &MoveRows<'_>,
        n_pages: usize,
        unit_of: impl Fn(u32) -> u32 + Sync,
    ) -> Self {
        let mut n_moves = vec![0; n];
        let mut arrivals = Vec::new();
        if n > 0 {
            let by_to = Grouped::by(n_pages, rows.to);
            let nobody = || vec![0_u64; n];
            let lists = in_order(n_pages, n_cores(), nobody, |of_unit, page| {
                for row in by_to.places(page).filter(|row| rows.via[*row] != Via::Back) {
                    of_unit[unit_of(rows.person[row]) as usize] += u64::from(rows.n[row]);
                }
                let counts = (0..).zip(of_unit).filter(|(_, n)| **n > 0);
                let counts = counts.map(|(unit, n)| (page as u32, unit, std::mem::take(n)));
                counts.collect::<Vec<(u32, u32, u64)>>()
            });
            arrivals.extend(lists.into_iter().flatten());
        }
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
    /// `by_from` are the rows by the page left.
    pub(super) fn of(rows: &MoveRows<'_>, by_from: &Grouped, world: &World<'_>) -> Self {
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
        let mut arrivals = vec![0; world.n_pages];
        let mut n_moves = 0;
        for row in 0..rows.n.len() {
            if rows.via[row] == Via::Back {
                continue;
            }
            let n = u64::from(rows.n[row]);
            arrivals[rows.to[row] as usize] += n;
            n_moves += n;
        }
        let (offsets, list) = visitors(rows, by_from, unit_of);
        let units = Units::of(n_units, rows, world.n_pages, unit_of);
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

/// The lists of all pages, one after the other, and where each starts.
fn visitors(
    rows: &MoveRows<'_>,
    by_from: &Grouped,
    unit_of: impl Fn(u32) -> u32 + Sync,
) -> (Vec<u32>, Vec<Visitors>) {
    let lists = in_order(
        by_from.n_groups(),
        n_cores(),
        Vec::new,
        |left: &mut Vec<(u32, u32)>, page| {
            left.clear();
            let moves = by_from
                .places(page)
                .filter(|row| rows.via[*row] != Via::Back);
            left.extend(moves.map(|row| (rows.person[row], rows.n[row])));
            left.sort_unstable();
            let mut habits: Vec<(u32, u32)> = left
                .chunk_by(|a, b| a.0 == b.0)
                .map(|of_person| (unit_of(of_person[0].0), of_person.iter().map(|m| m.1).sum()))
                .collect();
            habits.sort_unstable();
            let alike = habits.chunk_by(|a, b| a == b);
            let visitors = alike.map(|same| Visitors {
                unit: same[0].0,
                n_departures: same[0].1,
                n_people: same.len() as u32,
            });
            visitors.collect::<Vec<_>>()
        },
    );
    let (mut offsets, mut all) = (vec![0], Vec::new());
    for list in lists {
        all.extend(list);
        offsets.push(all.len() as u32);
    }
    (offsets, all)
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
