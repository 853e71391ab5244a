//! Chains: the stretches of a session that were walked without a break.

use crate::paths::moves::Via;
use crate::paths::walks::{Walk, Walks};

/// Chains of at least three pages as columns; shorter ones have no middle.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Chains {
    /// The pages of all chains, one chain after the other.
    pub(super) page: Vec<u32>,
    /// The chain of each of these.
    pub(super) chain: Vec<u32>,
    /// How many pages follow in that chain.
    pub(super) n_after: Vec<u32>,
    /// Who walked each chain.
    pub(super) person: Vec<u32>,
    /// On which day.
    pub(super) day: Vec<i32>,
}

impl Chains {
    /// The chains of walks: a move goes on where the one before ended; hubs and returns break them.
    pub(super) fn of(walks: &Walks, is_hub: &[bool]) -> Self {
        let mut cutter = Cutter::new(is_hub.len());
        let mut pages = Vec::new();
        for walk in walks.iter() {
            pages.clear();
            for step in 0..walk.to.len() {
                if !is_step(&walk, step, is_hub) {
                    cutter.push(walk.person, walk.day, &pages);
                    pages.clear();
                    continue;
                }
                if pages.last() != Some(&walk.from[step]) {
                    cutter.push(walk.person, walk.day, &pages);
                    pages.clear();
                    pages.push(walk.from[step]);
                }
                pages.push(walk.to[step]);
            }
            cutter.push(walk.person, walk.day, &pages);
        }
        cutter.chains
    }

    /// Whether a place is inside its chain: something comes before it and something after.
    pub(super) fn is_inner(&self, place: usize) -> bool {
        place > 0 && self.chain[place - 1] == self.chain[place] && self.n_after[place] > 0
    }
}

fn is_step(walk: &Walk<'_>, step: usize, is_hub: &[bool]) -> bool {
    let (from, to) = (walk.from[step], walk.to[step]);
    walk.via[step] != Via::Back && from != to && !is_hub[from as usize] && !is_hub[to as usize]
}

/// Cuts chains where they come back to a page of their own, and keeps those that are long enough.
pub(super) struct Cutter {
    pub(super) chains: Chains,
    /// The part that saw each page last.
    seen_in: Vec<u32>,
    n_parts: u32,
}

impl Cutter {
    pub(super) fn new(n_pages: usize) -> Self {
        Self {
            chains: Chains::default(),
            seen_in: vec![0; n_pages],
            n_parts: 0,
        }
    }

    pub(super) fn push(&mut self, person: u32, day: i32, pages: &[u32]) {
        let mut start = 0;
        self.n_parts += 1;
        for (place, page) in pages.iter().enumerate() {
            if self.seen_in[*page as usize] == self.n_parts {
                self.keep(person, day, &pages[start..place]);
                start = place;
                self.n_parts += 1;
            }
            self.seen_in[*page as usize] = self.n_parts;
        }
        self.keep(person, day, &pages[start..]);
    }

    fn keep(&mut self, person: u32, day: i32, pages: &[u32]) {
        if pages.len() < super::SHORTEST {
            return;
        }
        let chains = &mut self.chains;
        let chain = chains.person.len() as u32;
        chains.person.push(person);
        chains.day.push(day);
        chains.page.extend_from_slice(pages);
        chains.chain.extend(pages.iter().map(|_| chain));
        chains.n_after.extend((0..pages.len() as u32).rev());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chains(moves: &[(u32, u32, Via)]) -> Vec<Vec<u32>> {
        let mut walks = Walks::default();
        walks.begin(0, 0, 0, 0);
        for (from, to, via) in moves {
            walks.step(*from, *to, *via);
        }
        let mut is_hub = vec![false; 10];
        is_hub[9] = true;
        let chains = Chains::of(&walks, &is_hub);
        let places: Vec<usize> = (0..chains.page.len()).collect();
        places
            .chunk_by(|a, b| chains.chain[*a] == chains.chain[*b])
            .map(|run| run.iter().map(|place| chains.page[*place]).collect())
            .collect()
    }

    #[test]
    fn tabs_hubs_and_returns_break_a_chain() {
        use Via::{Back, Direct, Home, Link, Search};
        let one = chains(&[(1, 2, Link), (2, 3, Search), (3, 4, Direct)]);
        assert_eq!(one, [[1, 2, 3, 4]]);
        let tabs = chains(&[(1, 2, Link), (2, 3, Link), (1, 4, Link), (4, 5, Link)]);
        assert_eq!(tabs, [[1, 2, 3], [1, 4, 5]]);
        let hub = chains(&[
            (1, 2, Link),
            (2, 9, Link),
            (9, 3, Home),
            (3, 4, Link),
            (4, 5, Link),
        ]);
        assert_eq!(hub, [[3, 4, 5]]);
        let back = chains(&[
            (1, 2, Link),
            (2, 3, Link),
            (3, 2, Back),
            (2, 4, Link),
            (4, 5, Link),
        ]);
        assert_eq!(back, [[1, 2, 3], [2, 4, 5]]);
        assert!(chains(&[(1, 2, Link)]).is_empty());
    }

    #[test]
    fn a_page_stands_once_in_a_chain() {
        let link = Via::Link;
        let ring = chains(&[
            (1, 2, link),
            (2, 3, link),
            (3, 1, link),
            (1, 4, link),
            (4, 5, link),
        ]);
        assert_eq!(ring, [[1, 2, 3], [1, 4, 5]]);
    }
}
