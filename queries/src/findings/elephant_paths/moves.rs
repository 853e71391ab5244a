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
    /// No moves, with room for so many.
    pub fn with_room(n: usize) -> Self {
        Self {
            person: Vec::with_capacity(n),
            from: Vec::with_capacity(n),
            to: Vec::with_capacity(n),
            day: Vec::with_capacity(n),
            via: Vec::with_capacity(n),
            n: Vec::with_capacity(n),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: MoveRow) {
        self.person.push(row.person);
        self.from.push(row.from);
        self.to.push(row.to);
        self.day.push(row.day);
        self.via.push(row.via);
        self.n.push(row.n);
    }

    /// Sums rows that differ in nothing but how often, and sorts by person, move, day and via.
    pub fn sort_and_sum(&mut self) {
        let mut rows: Vec<MoveRow> = (0..self.n.len())
            .map(|place| self.rows().row(place))
            .collect();
        let key = |row: &MoveRow| (row.person, row.from, row.to, row.day, row.via);
        rows.sort_unstable_by_key(key);
        *self = Self::with_room(rows.len());
        for same in rows.chunk_by(|a, b| key(a) == key(b)) {
            self.push(MoveRow {
                n: same.iter().map(|row| row.n).sum(),
                ..same[0]
            });
        }
    }

    /// Adds the rows of others, whose persons are numbered from `first_person` on.
    pub fn append(&mut self, others: &Self, first_person: u32) {
        self.person
            .extend(others.person.iter().map(|person| first_person + person));
        self.from.extend_from_slice(&others.from);
        self.to.extend_from_slice(&others.to);
        self.day.extend_from_slice(&others.day);
        self.via.extend_from_slice(&others.via);
        self.n.extend_from_slice(&others.n);
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
