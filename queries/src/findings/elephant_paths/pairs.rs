//! What is counted of each pair of pages.

use super::{MoveRows, NO_UNIT, Options, World};
use crate::day::Day;
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

/// A pair among sorted ones; nobody walked one that is not there.
pub(super) fn find(pairs: &[Pair], (from, to): (u32, u32)) -> Pair {
    let place = pairs.binary_search_by_key(&(from, to), |pair| (pair.from, pair.to));
    place.map_or_else(|_| Pair::nobody(from, to), |place| pairs[place].clone())
}

/// A row by its pair and person, for sorting: no hash map where a sort does.
type Place = (u64, u32, u32);

/// The counts of every pair, sorted by (from, to).
pub(super) fn pairs(rows: &MoveRows<'_>, world: &World<'_>, options: &Options) -> Vec<Pair> {
    let mut places: Vec<Place> = (0..rows.n.len())
        .map(|row| {
            let key = u64::from(rows.from[row]) << 32 | u64::from(rows.to[row]);
            (key, rows.person[row], row as u32)
        })
        .collect();
    places.sort_unstable();
    let is_by_week = options.window_end - options.window_start + 1 >= 28;
    places
        .chunk_by(|a, b| a.0 == b.0)
        .map(|places| pair(rows, world, places, is_by_week))
        .collect()
}

fn pair(rows: &MoveRows<'_>, world: &World<'_>, places: &[Place], is_by_week: bool) -> Pair {
    let mut pair = Pair::nobody((places[0].0 >> 32) as u32, places[0].0 as u32);
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
