//! A copy of the trails in which every step forgets the ones before.
//!
//! At each page what follows (the next page, or the end) is dealt out anew among all visits there, so
//! that every step is made as often as before; persons and days keep the starts of their trails.

use super::trips::Index;
use crate::paths::trails::{Trails, Writer};
use crate::stats::random::Random;

/// A shuffled copy of trails.
pub fn shuffled(trails: &Trails, seed: u64) -> Trails {
    let next = dealt(trails, seed);
    let mut is_walked = vec![false; trails.len()];
    let is_start = |place: &usize| *place == 0 || trails.trail[place - 1] != trails.trail[*place];
    let starts = (0..trails.len()).filter(is_start);
    // What no start leads to runs in rings, which are opened at their first place.
    let mut walked: Vec<(usize, Vec<usize>)> = Vec::new();
    for start in starts.chain(0..trails.len()) {
        let mut places = Vec::new();
        let mut place = Some(start).filter(|start| !is_walked[*start]);
        while let Some(here) = place {
            is_walked[here] = true;
            places.push(here);
            place = next[here].filter(|next| !is_walked[*next]);
        }
        if !places.is_empty() {
            walked.push((start, places));
        }
    }
    walked.sort_by_key(|(start, _)| *start);
    written(trails, &walked)
}

/// A trail that comes to a page again begins anew there.
fn written(trails: &Trails, walked: &[(usize, Vec<usize>)]) -> Trails {
    let mut writer = Writer::new(trails.n_pages);
    for (start, places) in walked {
        let (person, day) = (trails.person_at(*start), trails.day_at(*start));
        writer.begin(person, day);
        for place in places {
            let page = trails.page[*place];
            if writer.has_seen(page) {
                writer.begin(person, day);
            }
            writer.push(page, trails.is_goal[*place], trails.is_turn[*place]);
        }
    }
    writer.trails
}

/// The place that follows each place, dealt out anew among the places of each page.
fn dealt(trails: &Trails, seed: u64) -> Vec<Option<usize>> {
    let mut random = Random::new(seed);
    let index = Index::of(trails);
    let mut next = vec![None; trails.len()];
    for page in 0..=trails.search() {
        let mut after: Vec<Option<usize>> =
            index.places(page).map(|place| trails.next(place)).collect();
        random.shuffle(&mut after);
        for (place, after) in index.places(page).zip(after) {
            next[place] = after;
        }
    }
    next
}
