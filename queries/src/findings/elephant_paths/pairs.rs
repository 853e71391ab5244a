//! What is counted of each pair of pages.

use super::{MoveRows, NO_UNIT, World};
use crate::day::Day;
use crate::grouped::Grouped;
use crate::parallel::{in_order, n_cores};
use crate::paths::moves::Via;

/// Counts of one pair of pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) from: u32,
    pub(super) to: u32,
    /// Distinct persons with a move that is no return.
    pub(super) n_people: u64,
    /// Moves that are no returns.
    pub(super) n_moves: u64,
    pub(super) n_returns: u64,
    pub(super) n_by_link: u64,
    pub(super) n_by_search: u64,
    pub(super) n_direct: u64,
    /// Distinct known units of those persons.
    pub(super) n_units: u64,
    /// Those of them whose unit is not known.
    pub(super) n_people_without_unit: u64,
    pub(super) is_in_both_halves: bool,
    pub(super) first_day: i32,
}

impl Pair {
    fn nobody(from: u32, to: u32) -> Self {
        Self {
            from,
            to,
            n_people: 0,
            n_moves: 0,
            n_returns: 0,
            n_by_link: 0,
            n_by_search: 0,
            n_direct: 0,
            n_units: 0,
            n_people_without_unit: 0,
            is_in_both_halves: false,
            first_day: i32::MAX,
        }
    }

    /// Whether one unit alone walks it; someone of an unknown unit may be of another.
    pub(super) fn is_of_one_unit(&self) -> bool {
        self.n_units == 1 && self.n_people_without_unit == 0
    }
}

/// A move by its page reached and person, for sorting; the last one is its row.
type Place = (u32, u32, u32);

/// Which pairs are kept.
pub(super) struct Kept<'a> {
    /// Least number of people.
    pub(super) support: u64,
    /// Whether the halves of the window are odd and even weeks, or days.
    pub(super) is_by_week: bool,
    /// Pairs that are kept whoever walks them, sorted.
    pub(super) watched: &'a [(u32, u32)],
}

/// The pairs of a window.
#[derive(Debug, Default)]
pub(super) struct Pairs {
    /// Those that anyone walked, and that may be a finding.
    pub(super) n_tested: u64,
    /// Those of them with enough people, sorted by (from, to).
    pub(super) candidates: Vec<Pair>,
    /// Those watched that anyone walked, sorted.
    watched: Vec<Pair>,
}

impl Pairs {
    /// A pair that is watched; nobody walked one that is not there.
    pub(super) fn watched(&self, (from, to): (u32, u32)) -> Pair {
        let place = self
            .watched
            .binary_search_by_key(&(from, to), |pair| (pair.from, pair.to));
        place.map_or_else(
            |_| Pair::nobody(from, to),
            |place| self.watched[place].clone(),
        )
    }

    fn append(&mut self, others: Self) {
        self.n_tested += others.n_tested;
        self.candidates.extend(others.candidates);
        self.watched.extend(others.watched);
    }
}

/// Counts every pair and keeps those that are asked for. `by_from` are the rows by the page left.
pub(super) fn pairs(
    rows: &MoveRows<'_>,
    by_from: &Grouped,
    world: &World<'_>,
    kept: &Kept<'_>,
) -> Pairs {
    let blocks = in_order(
        by_from.n_groups(),
        n_cores(),
        Vec::new,
        |places: &mut Vec<Place>, from| {
            places.clear();
            let moves = by_from.places(from);
            places.extend(moves.map(|row| (rows.to[row], rows.person[row], row as u32)));
            places.sort_unstable();
            let mut found = Pairs::default();
            for places in places.chunk_by(|a, b| a.0 == b.0) {
                let pair = pair(rows, world, from as u32, places, kept.is_by_week);
                if kept.watched.binary_search(&(pair.from, pair.to)).is_ok() {
                    found.watched.push(pair.clone());
                }
                if is_tested(&pair, world) {
                    found.n_tested += 1;
                    if pair.n_people >= kept.support && pair.n_moves > pair.n_returns {
                        found.candidates.push(pair);
                    }
                }
            }
            found
        },
    );
    let mut all = Pairs::default();
    for found in blocks {
        all.append(found);
    }
    all
}

/// Whether a pair may be a finding: no hub at either end, and not planned.
fn is_tested(pair: &Pair, world: &World<'_>) -> bool {
    !world.is_hub[pair.from as usize]
        && !world.is_hub[pair.to as usize]
        && !world.plan.has_link(pair.from, pair.to)
}

fn pair(
    rows: &MoveRows<'_>,
    world: &World<'_>,
    from: u32,
    places: &[Place],
    is_by_week: bool,
) -> Pair {
    let mut pair = Pair::nobody(from, places[0].0);
    let mut units: Vec<u32> = Vec::new();
    let (mut is_in_even, mut is_in_odd, mut last_person) = (false, false, None);
    for (_, person, row) in places {
        let row = *row as usize;
        let n = u64::from(rows.n[row]);
        if rows.via[row] == Via::Back {
            pair.n_returns += n;
            continue;
        }
        pair.n_moves += n;
        match rows.via[row] {
            Via::Link | Via::Home => pair.n_by_link += n,
            Via::Search => pair.n_by_search += n,
            Via::Direct => pair.n_direct += n,
            Via::Back | Via::Unknown => {}
        }
        pair.first_day = pair.first_day.min(rows.day[row]);
        if half(rows.day[row], is_by_week) {
            is_in_odd = true;
        } else {
            is_in_even = true;
        }
        if last_person != Some(*person) {
            last_person = Some(*person);
            pair.n_people += 1;
            units.extend(Some(world.unit[*person as usize]).filter(|unit| *unit != NO_UNIT));
        }
    }
    pair.n_people_without_unit = pair.n_people - units.len() as u64;
    units.sort_unstable();
    units.dedup();
    pair.n_units = units.len() as u64;
    pair.is_in_both_halves = is_in_even && is_in_odd;
    pair
}

/// The half of the window: odd weeks, or odd days where it is shorter than four weeks.
pub(crate) fn half(day: i32, is_by_week: bool) -> bool {
    let number = if is_by_week {
        Day(day).week_number()
    } else {
        day
    };
    number.rem_euclid(2) == 1
}
