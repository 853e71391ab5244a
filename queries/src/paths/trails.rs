//! Trails: the pages of a session, each with the page it was clicked from, the search a step of its own.
//!
//! What somebody was looking for is told by the way that leads to a page, not by single moves. A move
//! starts where its referrer was, so that the pages of a session hang together as a tree: whoever turns
//! back, or has several tabs, goes on from a page seen before, and the branch that was left is no part of
//! the way. A link clicked to a page seen before (the start page, most often) goes on from there, but it
//! is nobody's goal; a return by the back button adds nothing. A page at which people stay, or at which
//! the session ends, is what they wanted.

use super::moves::Via;
use super::walks::{Walk, Walks};

/// Who looks at a page for this long has found something there (Fox and others 2005 call a result that
/// was looked at for 30 seconds a satisfied click).
const GOAL_SECS: u32 = 30;

/// The way to this place is not known.
const NOWHERE: u32 = u32::MAX;

/// Trails of a window as columns, sorted by person and time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trails {
    /// The page of each place; [`Trails::search`] for a search. The trails lie one after the other.
    pub page: Vec<u32>,
    /// The trail of each place.
    pub trail: Vec<u32>,
    /// The place it was clicked from, which lies before it in its trail.
    parent: Vec<u32>,
    /// Whether this page was wanted: people stayed at it, or the session ended there.
    pub is_goal: Vec<bool>,
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
        let mut writer = Writer::with_room(n_pages, walks.n_moves() + walks.len());
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

    /// The place that a place was clicked from.
    pub fn parent(&self, place: usize) -> Option<usize> {
        let parent = self.parent[place];
        (parent != NOWHERE).then_some(parent as usize)
    }

    /// The places on the way to a place, from the last one back to the first.
    pub fn way_to(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.parent(place), |place| self.parent(*place))
    }

    /// Whether each place is the first of its page in its trail, and no search: only such a one can be wanted.
    pub fn is_first(&self) -> Vec<bool> {
        let mut seen_in = vec![None; self.n_pages + 1];
        let places = self.page.iter().zip(&self.trail);
        let is_first = places.map(|(page, trail)| {
            let is_seen = seen_in[*page as usize].replace(*trail) == Some(*trail);
            *page != self.search() && !is_seen
        });
        is_first.collect()
    }

    /// The places before a place in its trail, from the last to the first.
    pub fn before(&self, place: usize) -> impl Iterator<Item = usize> + '_ {
        let is_same = move |before: &usize| self.trail[*before] == self.trail[place];
        (0..place).rev().take_while(is_same)
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
    /// Where each page was seen last.
    seen_at: Vec<u32>,
}

impl Writer {
    #[cfg(test)]
    pub(crate) fn new(n_pages: usize) -> Self {
        Self::with_room(n_pages, 0)
    }

    /// With room for so many places; more can be added.
    pub(crate) fn with_room(n_pages: usize, n_places: usize) -> Self {
        Self {
            trails: Trails {
                page: Vec::with_capacity(n_places),
                trail: Vec::with_capacity(n_places),
                parent: Vec::with_capacity(n_places),
                is_goal: Vec::with_capacity(n_places),
                n_pages,
                ..Trails::default()
            },
            seen_at: vec![NOWHERE; n_pages + 1],
        }
    }

    pub(crate) fn begin(&mut self, person: u32, day: i32) {
        self.trails.person.push(person);
        self.trails.day.push(day);
    }

    /// Where this trail saw a page last; a search is a new one every time.
    pub(crate) fn place_of(&self, page: u32) -> Option<usize> {
        let place = self.seen_at[page as usize];
        let is_here = place != NOWHERE
            && page != self.trails.search()
            && self.trails.trail[place as usize] + 1 == self.trails.person.len() as u32;
        is_here.then_some(place as usize)
    }

    /// Adds a place; returns it.
    pub(crate) fn push(&mut self, page: u32, parent: Option<usize>, is_goal: bool) -> usize {
        let trails = &mut self.trails;
        let place = trails.page.len();
        self.seen_at[page as usize] = place as u32;
        trails.page.push(page);
        trails.trail.push(trails.person.len() as u32 - 1);
        trails
            .parent
            .push(parent.map_or(NOWHERE, |place| place as u32));
        trails.is_goal.push(is_goal);
        place
    }

    fn walk(&mut self, walk: &Walk<'_>) {
        self.begin(walk.person, walk.day);
        self.push(walk.entry, None, false);
        for step in 0..walk.to.len() {
            let (from, to) = (walk.from[step], walk.to[step]);
            if walk.via[step] == Via::Back || self.place_of(to).is_some() {
                // By a link of the page on the screen, not by the back button.
                let here = self.trails.page.len() - 1;
                if self.trails.page[here] == from {
                    self.push(to, Some(here), false);
                }
                continue;
            }
            // A page that no move led to: the session began with a search for it.
            let mut here = self.place_of(from);
            here = here.or_else(|| Some(self.push(from, None, false)));
            if walk.via[step] == Via::Search {
                here = Some(self.push(self.trails.search(), here, false));
            }
            self.push(to, here, walk.stay_secs[step] >= GOAL_SECS);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_that_were_left_are_no_part_of_the_way() {
        use Via::{Back, Direct, Link, Search};
        let mut walks = Walks::default();
        walks.begin(7, 3, 0, 4);
        for (from, to, via, secs) in [
            (0, 1, Link, 5),
            (9, 0, Back, 5),
            (0, 2, Link, 40),
            (2, 3, Search, 29),
            (2, 4, Direct, u32::MAX),
        ] {
            walks.step(from, to, via);
            walks.stayed(secs);
        }
        walks.begin(8, 3, 9, 6);
        walks.step(5, 6, Link);
        walks.begin(9, 3, 0, 2);
        walks.step(0, 1, Link);
        walks.step(1, 0, Back);
        walks.step(0, 2, Link);
        let trails = Trails::of(&walks, 10);
        assert_eq!(trails.page, [0, 1, 2, 10, 3, 4, 9, 5, 6, 0, 1, 0, 2]);
        assert_eq!(trails.trail, [0, 0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2]);
        let way = |place: usize| -> Vec<u32> {
            trails
                .way_to(place)
                .map(|place| trails.page[place])
                .collect()
        };
        assert_eq!(way(4), [10, 2, 0]);
        assert_eq!(way(5), [2, 0]);
        assert_eq!((way(6), way(8)), (vec![], vec![5]));
        assert_eq!(way(12), [0, 1, 0], "a link to a page seen before");
        let goals: Vec<u32> = (0..trails.len())
            .filter(|place| trails.is_goal[*place])
            .map(|place| trails.page[place])
            .collect();
        assert_eq!(goals, [2, 4, 6, 1, 2]);
        assert_eq!(trails.person_at(8), 8);
        let is_first = trails.is_first();
        let seen: Vec<usize> = (0..trails.len()).filter(|at| !is_first[*at]).collect();
        assert_eq!(seen, [3, 11], "a search, and the start page again");
        assert_eq!(trails.before(11).collect::<Vec<_>>(), [10, 9]);
    }
}
