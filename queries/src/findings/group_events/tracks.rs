//! The names of groups: each window is matched with those before it alone, so that names never change.

use super::matching::{assign, overlaps};
use super::{Group, Options};

/// Where a group was seen: its place in the list of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sighting {
    pub(super) window: usize,
    pub(super) at: usize,
}

/// All groups with their names.
pub(super) struct Tracks<'a> {
    pub(super) windows: &'a [Vec<Group>],
    pub(super) ids: Vec<Vec<u32>>,
    /// Where each id was seen, by window.
    pub(super) seen: Vec<Vec<Sighting>>,
    /// The first of two windows in a row in which the group is none by chance and its membership is stable.
    established: Vec<Option<usize>>,
}

impl<'a> Tracks<'a> {
    pub(super) fn of(windows: &'a [Vec<Group>], options: &Options) -> Self {
        let mut tracks = Self {
            windows,
            ids: Vec::new(),
            seen: Vec::new(),
            established: Vec::new(),
        };
        for window in 0..windows.len() {
            tracks.add(window, options);
        }
        tracks.established = (0..tracks.seen.len() as u32)
            .map(|id| tracks.first_certain(id, options))
            .collect();
        tracks
    }

    fn add(&mut self, window: usize, options: &Options) {
        let groups = &self.windows[window];
        let last = |seen: &Vec<Sighting>| *seen.last().expect("a name comes with a sighting");
        let is_near = |seen: &&Vec<Sighting>| last(seen).window + options.n_patient() >= window;
        let near: Vec<Sighting> = self.seen.iter().filter(is_near).map(last).collect();
        let before: Vec<&[u32]> = near.iter().map(|sighting| self.people(*sighting)).collect();
        let gains: Vec<(usize, usize, f64)> = overlaps(&before, &people_of(groups))
            .into_iter()
            .filter_map(|both| {
                let (old, new) = (self.group(near[both.before]), &groups[both.after]);
                let either = old.people.len() + new.people.len() - both.n_common;
                let index = both.n_common as f64 / either as f64;
                (index >= seen_index(options.jaccard_min, old, new)).then_some((
                    both.before,
                    both.after,
                    index,
                ))
            })
            .collect();
        let mut ids = vec![None; groups.len()];
        for (before, after) in assign(&gains) {
            let sighting = near[before];
            ids[after] = Some(self.ids[sighting.window][sighting.at]);
        }
        // New names by the people, so that the order of the list does not matter.
        let mut new: Vec<usize> = (0..groups.len()).filter(|at| ids[*at].is_none()).collect();
        new.sort_by_key(|at| &groups[*at].people);
        for at in new {
            ids[at] = Some(self.seen.len() as u32);
            self.seen.push(Vec::new());
        }
        let ids: Vec<u32> = ids.into_iter().flatten().collect();
        for (at, id) in ids.iter().enumerate() {
            self.seen[*id as usize].push(Sighting { window, at });
        }
        self.ids.push(ids);
    }

    fn first_certain(&self, id: u32, options: &Options) -> Option<usize> {
        let is_certain = |sighting: &Sighting| {
            let group = self.group(*sighting);
            group.p_value <= options.alpha && group.stability >= options.stability_min
        };
        let mut pairs = self.seen[id as usize].windows(2);
        let first =
            pairs.find(|pair| pair[0].window + 1 == pair[1].window && pair.iter().all(is_certain));
        first.map(|pair| pair[0].window)
    }

    pub(super) fn group(&self, sighting: Sighting) -> &'a Group {
        &self.windows[sighting.window][sighting.at]
    }

    pub(super) fn people(&self, sighting: Sighting) -> &'a [u32] {
        &self.group(sighting).people
    }

    pub(super) fn id(&self, sighting: Sighting) -> u32 {
        self.ids[sighting.window][sighting.at]
    }

    /// Since which window a group is one, if it is.
    pub(super) fn established_at(&self, id: u32) -> Option<usize> {
        self.established[id as usize]
    }

    /// Where a group is in a window.
    pub(super) fn sighting(&self, id: u32, window: usize) -> Option<Sighting> {
        let seen = &self.seen[id as usize];
        let at = seen
            .binary_search_by_key(&window, |sighting| sighting.window)
            .ok()?;
        Some(seen[at])
    }

    /// Groups of a window who share people with this one, and how many.
    pub(super) fn sharing(&self, sighting: Sighting, window: usize) -> Vec<(Sighting, usize)> {
        let groups = self.windows.get(window).map_or(&[][..], Vec::as_slice);
        let shared = overlaps(&[self.people(sighting)], &people_of(groups));
        let shared = shared.into_iter().map(|both| {
            let at = both.after;
            (Sighting { window, at }, both.n_common)
        });
        shared.collect()
    }
}

/// What is seen of a Jaccard index between two groups of one size: of the share that both have, those seen in both.
fn seen_index(index: f64, one: &Group, other: &Group) -> f64 {
    let share = 2.0 * index / (1.0 + index) * one.share_seen() * other.share_seen();
    share / (2.0 - share)
}

fn people_of(groups: &[Group]) -> Vec<&[u32]> {
    groups.iter().map(|group| group.people.as_slice()).collect()
}
