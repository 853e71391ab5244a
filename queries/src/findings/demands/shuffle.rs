//! A copy of the trails in which every step forgets the ones before.
//!
//! At each page what follows (the pages clicked to from there) is dealt out anew among all visits of the
//! page, so that every step is made as often as before; persons and days keep the starts of their trails. Whether a
//! page was wanted is drawn anew where a trail comes to it for the first time, as often as it was.

use super::trips::{by_page, shares_wanted};
use crate::grouped::Grouped;
use crate::paths::trails::{Trails, Writer};
use crate::stats::random::Random;

/// A shuffled copy of trails.
pub fn shuffled(trails: &Trails, seed: u64) -> Trails {
    let mut copy = Copy {
        trails,
        children: Grouped::of(
            trails.len(),
            (0..trails.len()).map(|place| trails.parent(place)),
        ),
        follows: dealt(trails, seed),
        is_walked: vec![false; trails.len()],
        open: Vec::new(),
        places: Vec::with_capacity(trails.len()),
        trees: Vec::with_capacity(trails.person.len()),
    };
    let is_start = |place: &usize| trails.parent(*place).is_none();
    // What no start leads to runs in rings, which are opened at their first place.
    for root in (0..trails.len()).filter(is_start).chain(0..trails.len()) {
        copy.walk(root);
    }
    let mut copy = copy.written();
    let is_first = copy.is_first();
    let shares = shares_wanted(trails, &trails.is_first());
    let mut random = Random::new(seed);
    for (place, is_first) in is_first.into_iter().enumerate() {
        let is_arrival = is_first && copy.parent(place).is_some();
        copy.is_goal[place] = is_arrival && random.uniform() < shares[copy.page[place] as usize];
    }
    copy
}

/// The visit whose clicks follow each visit: another one of the same page.
fn dealt(trails: &Trails, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let index = by_page(trails);
    let mut follows = vec![0; trails.len()];
    for page in 0..index.n_groups() {
        let mut others = index.slice(page).to_vec();
        random.shuffle(&mut others);
        for (place, other) in index.places(page).zip(others) {
            follows[place] = other;
        }
    }
    follows
}

/// The parent of a root.
const NONE: u32 = u32::MAX;

struct Copy<'a> {
    trails: &'a Trails,
    /// The places clicked to from each place.
    children: Grouped,
    follows: Vec<u32>,
    is_walked: Vec<bool>,
    /// What is still to be walked to from the root at hand, with the parents.
    open: Vec<(u32, u32)>,
    /// The places of the new trails one after the other, each with its parent's place in its trail.
    places: Vec<(u32, u32)>,
    /// The root of each new trail, and where it starts among the places.
    trees: Vec<(u32, usize)>,
}

impl Copy<'_> {
    /// Walks on from a place and keeps what it comes to as a trail.
    fn walk(&mut self, root: usize) {
        let start = self.places.len();
        self.open.push((root as u32, NONE));
        while let Some((place, parent)) = self.open.pop() {
            if std::mem::replace(&mut self.is_walked[place as usize], true) {
                continue;
            }
            let here = (self.places.len() - start) as u32;
            self.places.push((place, parent));
            let children = self.children.slice(self.follows[place as usize] as usize);
            let open = children.iter().rev().map(|child| (*child, here));
            self.open.extend(open);
        }
        if self.places.len() > start {
            self.trees.push((root as u32, start));
        }
    }

    /// The trails in the order of their roots, which is that of persons.
    fn written(self) -> Trails {
        let (trails, places, trees) = (self.trails, self.places, self.trees);
        // Large, and done with.
        drop((self.children, self.follows, self.is_walked));
        let ends = trees.iter().skip(1).map(|(_, start)| *start);
        let mut order: Vec<(u32, std::ops::Range<usize>)> = trees
            .iter()
            .zip(ends.chain([places.len()]))
            .map(|((root, start), end)| (*root, *start..end))
            .collect();
        order.sort_unstable_by_key(|(root, _)| *root);
        let mut writer = Writer::with_room(trails.n_pages, places.len());
        for (root, tree) in order {
            writer.begin(
                trails.person_at(root as usize),
                trails.day_at(root as usize),
            );
            let first = writer.trails.len();
            for (place, parent) in &places[tree] {
                let parent = (*parent != NONE).then(|| first + *parent as usize);
                writer.push(trails.page[*place as usize], parent, false);
            }
        }
        writer.trails
    }
}
