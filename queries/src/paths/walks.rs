//! Walks: sessions with their moves in order, as columns of dense ids.

use super::moves::Via;

/// The walks of a window, sorted by person and time.
///
/// A move starts where its referrer was, which is not always where the move before ended: people have several tabs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walks {
    person: Vec<u32>,
    day: Vec<i32>,
    entry: Vec<u32>,
    exit: Vec<u32>,
    /// Where each walk's moves end; they start where those of the walk before end.
    ends: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    via: Vec<Via>,
    stay_secs: Vec<u32>,
}

/// One session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Walk<'a> {
    /// Who.
    pub person: u32,
    /// The day it started, since 1970-01-01.
    pub day: i32,
    /// The page of its first event.
    pub entry: u32,
    /// The page of its last event.
    pub exit: u32,
    /// Page left by each move.
    pub from: &'a [u32],
    /// Page reached by each move.
    pub to: &'a [u32],
    /// How each move was made.
    pub via: &'a [Via],
    /// Seconds from each move to the next; [`TO_THE_END`] for the last.
    pub stay_secs: &'a [u32],
}

/// How long the last page of a session is looked at: nobody knows.
pub const TO_THE_END: u32 = u32::MAX;

impl Walks {
    /// No walks, with room for so many with so many moves.
    pub fn with_room(n_walks: usize, n_moves: usize) -> Self {
        Self {
            person: Vec::with_capacity(n_walks),
            day: Vec::with_capacity(n_walks),
            entry: Vec::with_capacity(n_walks),
            exit: Vec::with_capacity(n_walks),
            ends: Vec::with_capacity(n_walks),
            from: Vec::with_capacity(n_moves),
            to: Vec::with_capacity(n_moves),
            via: Vec::with_capacity(n_moves),
            stay_secs: Vec::with_capacity(n_moves),
        }
    }

    /// The number of walks.
    pub fn len(&self) -> usize {
        self.person.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.person.is_empty()
    }

    /// The number of moves of all walks.
    pub fn n_moves(&self) -> usize {
        self.to.len()
    }

    /// Begins a walk; walks come sorted by person.
    pub fn begin(&mut self, person: u32, day: i32, entry: u32, exit: u32) {
        self.person.push(person);
        self.day.push(day);
        self.entry.push(entry);
        self.exit.push(exit);
        self.ends.push(self.to.len() as u32);
    }

    /// Adds a move to the walk begun last.
    ///
    /// # Panics
    /// When no walk was begun.
    pub fn step(&mut self, from: u32, to: u32, via: Via) {
        self.from.push(from);
        self.to.push(to);
        self.via.push(via);
        self.stay_secs.push(TO_THE_END);
        *self.ends.last_mut().expect("a walk was begun") += 1;
    }

    /// Says how long the page of the move added last was looked at before the next one.
    ///
    /// # Panics
    /// When no move was added.
    pub fn stayed(&mut self, secs: u32) {
        *self.stay_secs.last_mut().expect("a move was added") = secs;
    }

    /// Adds the walks of others, whose persons are numbered from `first_person` on.
    pub fn append(&mut self, others: &Self, first_person: u32) {
        let n_moves = self.to.len() as u32;
        self.person
            .extend(others.person.iter().map(|person| first_person + person));
        self.ends
            .extend(others.ends.iter().map(|end| n_moves + end));
        self.day.extend_from_slice(&others.day);
        self.entry.extend_from_slice(&others.entry);
        self.exit.extend_from_slice(&others.exit);
        self.from.extend_from_slice(&others.from);
        self.to.extend_from_slice(&others.to);
        self.via.extend_from_slice(&others.via);
        self.stay_secs.extend_from_slice(&others.stay_secs);
    }

    /// A walk.
    ///
    /// # Panics
    /// When there is none at this place.
    pub fn get(&self, place: usize) -> Walk<'_> {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]) as usize;
        let moves = start..self.ends[place] as usize;
        Walk {
            person: self.person[place],
            day: self.day[place],
            entry: self.entry[place],
            exit: self.exit[place],
            from: &self.from[moves.clone()],
            to: &self.to[moves.clone()],
            via: &self.via[moves.clone()],
            stay_secs: &self.stay_secs[moves],
        }
    }

    /// The walks in their order.
    pub fn iter(&self) -> impl Iterator<Item = Walk<'_>> {
        (0..self.len()).map(|place| self.get(place))
    }

    /// The places of each person's walks, in the order of persons.
    pub fn by_person(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        let mut start = 0;
        self.person.chunk_by(|a, b| a == b).map(move |run| {
            let places = start..start + run.len();
            start += run.len();
            places
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn walks_keep_their_moves_apart() {
        let mut walks = Walks::default();
        walks.begin(0, 5, 1, 3);
        walks.step(1, 2, Via::Link);
        walks.stayed(7);
        walks.step(2, 3, Via::Search);
        walks.begin(0, 6, 4, 4);
        walks.begin(2, 6, 4, 1);
        walks.step(4, 1, Via::Home);
        let to: Vec<&[u32]> = walks.iter().map(|walk| walk.to).collect();
        assert_eq!(to, [&[2, 3][..], &[], &[1]]);
        assert_eq!(walks.get(0).stay_secs, [7, TO_THE_END]);
        assert_eq!(walks.get(1).entry, 4);
        assert_eq!(walks.by_person().collect::<Vec<_>>(), [0..2, 2..3]);
        assert_eq!((walks.len(), walks.n_moves()), (3, 3));
    }
}
