//! The moves of a window as columns of dense ids.

use crate::paths::moves::Via;

/// Moves of a window, a row per person, move, day and via; all slices run in parallel.
#[derive(Debug, Clone, Copy)]
pub struct MoveRows<'a> {
    /// Who.
    pub person: &'a [u32],
    /// Page left.
    pub from: &'a [u32],
    /// Page reached.
    pub to: &'a [u32],
    /// Day, since 1970-01-01.
    pub day: &'a [i32],
    /// How.
    pub via: &'a [Via],
    /// How often, at least 1.
    pub n: &'a [u32],
}

/// One row of [`Moves`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MoveRow {
    /// Who.
    pub person: u32,
    /// Page left.
    pub from: u32,
    /// Page reached.
    pub to: u32,
    /// Day, since 1970-01-01.
    pub day: i32,
    /// How.
    pub via: Via,
    /// How often, at least 1.
    pub n: u32,
}

/// The columns that [`MoveRows`] looks at, owned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Moves {
    /// Who.
    pub person: Vec<u32>,
    /// Page left.
    pub from: Vec<u32>,
    /// Page reached.
    pub to: Vec<u32>,
    /// Day, since 1970-01-01.
    pub day: Vec<i32>,
    /// How.
    pub via: Vec<Via>,
    /// How often, at least 1.
    pub n: Vec<u32>,
}

impl Moves {
    /// Adds a row.
    pub fn push(&mut self, row: MoveRow) {
        self.person.push(row.person);
        self.from.push(row.from);
        self.to.push(row.to);
        self.day.push(row.day);
        self.via.push(row.via);
        self.n.push(row.n);
    }

    /// The columns as slices.
    pub fn rows(&self) -> MoveRows<'_> {
        MoveRows {
            person: &self.person,
            from: &self.from,
            to: &self.to,
            day: &self.day,
            via: &self.via,
            n: &self.n,
        }
    }
}

impl MoveRows<'_> {
    /// The row at a place.
    ///
    /// # Panics
    /// When there is none.
    pub fn row(&self, place: usize) -> MoveRow {
        MoveRow {
            person: self.person[place],
            from: self.from[place],
            to: self.to[place],
            day: self.day[place],
            via: self.via[place],
            n: self.n[place],
        }
    }
}
