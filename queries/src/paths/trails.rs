//! Trails: the pages of a session in the order of their first visit, the search a step of its own.
//!
//! What somebody was looking for is told by the way from page to page, not by single moves: returns are
//! left out (the page was seen already), a search is a click like any other, and a page at which people
//! stay, or at which the session ends, is what they wanted. Every page stands once in a trail.

use super::moves::Via;
use super::walks::{Walk, Walks};

/// Who looks at a page for this long has found something there (Fox and others 2005 call a result that
/// was looked at for 30 seconds a satisfied click).
const GOAL_SECS: u32 = 30;

/// Trails of a window as columns, sorted by person and time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trails {
    /// The page of each place; [`Trails::search`] for a search. The trails lie one after the other.
    pub page: Vec<u32>,
    /// The trail of each place.
    pub trail: Vec<u32>,
    /// Whether this page was wanted: people stayed at it, or the session ended there.
    pub is_goal: Vec<bool>,
    /// Whether people turned back at this page.
    pub is_turn: Vec<bool>,
    /// Who walked each trail.
    pub person: Vec<u32>,
    /// On which day.
    pub day: Vec<i32>,
    /// Number of pages; the search has this id.
    pub n_pages: usize,
}

impl Trails {
    /// The trails of walks among pages 0 to `n_pages` - 1.
    pub fn of(walks: &Walks, n_pages: usize) -> Self {
        let mut writer = Writer::new(n_pages);
        for walk in walks.iter() {
            writer.walk(&walk);
        }
        writer.trails
    }

    /// The id that stands for a search.
    pub fn search(&self) -> u32 {
        self.n_pages as u32
    }

    /// Number of pages and searches of all trails.
    pub fn len(&self) -> usize {
        self.page.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.page.is_empty()
    }

    /// The place that follows a place in its trail.
    pub fn next(&self, place: usize) -> Option<usize> {
        let next = place + 1;
        (next < self.len() && self.trail[next] == self.trail[place]).then_some(next)
    }

    /// Who was at a place.
    pub fn person_at(&self, place: usize) -> u32 {
        self.person[self.trail[place] as usize]
    }

    /// On which day.
    pub fn day_at(&self, place: usize) -> i32 {
        self.day[self.trail[place] as usize]
    }
}

/// Writes trails place by place.
pub(crate) struct Writer {
    pub(crate) trails: Trails,
    /// The trail that saw each page last, counted from 1.
    seen_in: Vec<u32>,
}

impl Writer {
    pub(crate) fn new(n_pages: usize) -> Self {
        Self {
            trails: Trails {
                n_pages,
                ..Trails::default()
            },
            seen_in: vec![0; n_pages + 1],
        }
    }

    pub(crate) fn begin(&mut self, person: u32, day: i32) {
        self.trails.person.push(person);
        self.trails.day.push(day);
    }

    /// Whether this trail was at a page; the search may come again.
    pub(crate) fn has_seen(&self, page: u32) -> bool {
        self.seen_in[page as usize] == self.trails.person.len() as u32
            && page != self.trails.search()
    }

    pub(crate) fn push(&mut self, page: u32, is_goal: bool, is_turn: bool) {
        let trails = &mut self.trails;
        let n_trails = trails.person.len() as u32;
        self.seen_in[page as usize] = n_trails;
        trails.page.push(page);
        trails.trail.push(n_trails - 1);
        trails.is_goal.push(is_goal);
        trails.is_turn.push(is_turn);
    }

    fn walk(&mut self, walk: &Walk<'_>) {
        self.begin(walk.person, walk.day);
        self.push(walk.entry, false, false);
        for step in 0..walk.to.len() {
            if walk.via[step] == Via::Back {
                self.turn();
            } else {
                self.leave(walk.from[step]);
                if walk.via[step] == Via::Search {
                    self.push(self.trails.search(), false, false);
                }
                self.arrive(walk.to[step], walk.stay_secs[step]);
            }
        }
    }

    /// The move starts elsewhere than the one before ended: at a page reached without a move (from a
    /// search that opened the session), or back at one seen before.
    fn leave(&mut self, page: u32) {
        if self.trails.page.last() == Some(&page) {
            return;
        }
        if self.has_seen(page) {
            self.turn();
        } else {
            self.push(page, false, false);
        }
    }

    fn arrive(&mut self, page: u32, stay_secs: u32) {
        if !self.has_seen(page) {
            self.push(page, stay_secs >= GOAL_SECS, false);
        }
    }

    fn turn(&mut self) {
        if let Some(is_turn) = self.trails.is_turn.last_mut() {
            *is_turn = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn returns_are_left_out_and_searches_are_steps() {
        use Via::{Back, Direct, Link, Search};
        let mut walks = Walks::default();
        walks.begin(7, 3, 0, 4);
        for (from, to, via, secs) in [
            (0, 1, Link, 5),
            (1, 0, Back, 5),
            (0, 2, Link, 40),
            (2, 3, Search, 29),
            (2, 4, Direct, u32::MAX),
        ] {
            walks.step(from, to, via);
            walks.stayed(secs);
        }
        walks.begin(8, 3, 9, 6);
        walks.step(5, 6, Link);
        let trails = Trails::of(&walks, 10);
        assert_eq!(trails.page, [0, 1, 2, 10, 3, 4, 9, 5, 6]);
        assert_eq!(trails.trail, [0, 0, 0, 0, 0, 0, 1, 1, 1]);
        let goals = |of: &[bool]| -> Vec<u32> {
            let places = (0..of.len()).filter(|place| of[*place]);
            places.map(|place| trails.page[place]).collect()
        };
        assert_eq!(goals(&trails.is_goal), [2, 4, 6]);
        assert_eq!(goals(&trails.is_turn), [1, 3]);
        assert_eq!((trails.person_at(8), trails.next(5)), (8, None));
    }
}
