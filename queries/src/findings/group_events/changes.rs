//! What happened: each event is judged by the windows up to the one after it, and so stays when more are known.

use super::tracks::{Sighting, Tracks};
use super::{Event, Kind, Options};

/// All events, sorted.
pub(super) fn events(tracks: &Tracks, options: &Options) -> Vec<Event> {
    let judge = Judge { tracks, options };
    let ids = || 0..tracks.seen.len() as u32;
    let mut events = joined(ids().filter_map(|id| judge.merge(id)).collect());
    let merged: Vec<Event> = events.clone();
    events.extend(joined(ids().filter_map(|id| judge.split(id)).collect()));
    let structural = events.clone();
    events.extend(ids().filter_map(|id| {
        let came_by = |event: &Event| match event.kind {
            Kind::Split => event.others.contains(&id),
            _ => event.id == id && judge.first_seen(id) == event.window,
        };
        judge.birth(id).filter(|_| !structural.iter().any(came_by))
    }));
    events.extend(ids().filter_map(|id| {
        let went_into = |event: &Event| event.others.contains(&id);
        let fell_apart = |event: &Event| event.kind == Kind::Split && event.id == id;
        let end = judge.end(id)?;
        let is_told = merged.iter().any(went_into)
            || structural
                .iter()
                .any(|event| fell_apart(event) && event.window >= end.window);
        (!is_told).then_some(end)
    }));
    for id in ids() {
        events.extend(judge.growth(id, &structural));
    }
    events.sort();
    events
}

/// Events of one kind, group and window become one.
fn joined(mut events: Vec<Event>) -> Vec<Event> {
    events.sort();
    let same = |a: &Event, b: &Event| (a.window, a.kind, a.id) == (b.window, b.kind, b.id);
    events
        .chunk_by(same)
        .map(|run| {
            let mut event = run[0].clone();
            event.others = run
                .iter()
                .flat_map(|one| one.others.iter().copied())
                .collect();
            event.others.sort_unstable();
            event.others.dedup();
            event
        })
        .collect()
}

struct Judge<'a> {
    tracks: &'a Tracks<'a>,
    options: &'a Options,
}

impl Judge<'_> {
    fn first_seen(&self, id: u32) -> usize {
        self.tracks.seen[id as usize][0].window
    }

    fn is_established(&self, id: u32, window: usize) -> bool {
        self.tracks
            .established_at(id)
            .is_some_and(|since| since <= window)
    }

    fn is_stable(&self, sighting: Sighting) -> bool {
        self.tracks.group(sighting).stability >= self.options.stability_min
    }

    fn size(&self, sighting: Sighting) -> usize {
        self.tracks.people(sighting).len()
    }

    /// Whether most of a group is in another. Membership is known so well only, and a person counts who is seen
    /// in both; so of half of the group that much less is seen.
    fn is_most_of(&self, n_common: usize, one: Sighting, other: Sighting) -> bool {
        let wanted = self.options.inclusion_min * self.seen_of_both(one, other);
        n_common as f64 >= wanted * self.size(one) as f64
    }

    fn seen_of_both(&self, one: Sighting, other: Sighting) -> f64 {
        self.tracks.group(one).share_seen() * self.tracks.group(other).share_seen()
    }

    /// Groups that were there when the windows began were born nobody knows when.
    fn birth(&self, id: u32) -> Option<Event> {
        let window = self.tracks.established_at(id)?;
        let after = self.first_seen(id).checked_sub(1)?;
        let n_after = self.size(self.tracks.sighting(id, window)?);
        Some(Event {
            window,
            after,
            kind: Kind::Born,
            id,
            others: Vec::new(),
            n_before: 0,
            n_after,
        })
    }

    /// Where an established group was seen last, if it was missing for two windows since.
    fn last_of_ended(&self, id: u32) -> Option<Sighting> {
        let last = *self.tracks.seen[id as usize].last()?;
        let is_over = last.window + 2 < self.tracks.windows.len();
        (is_over && self.is_established(id, last.window) && self.is_stable(last)).then_some(last)
    }

    fn end(&self, id: u32) -> Option<Event> {
        let last = self.last_of_ended(id)?;
        let (after, n_before) = (last.window, self.size(last));
        let window = after + 1;
        Some(Event {
            window,
            after,
            kind: Kind::Ended,
            id,
            others: Vec::new(),
            n_before,
            n_after: 0,
        })
    }

    /// A group that ended and is most of it in another, to which another one went as well or which was there before.
    fn merge(&self, id: u32) -> Option<Event> {
        let last = self.last_of_ended(id)?;
        let (heir, _) = self.tracks.next_of(last).find(|(heir, n_common)| {
            self.is_most_of(*n_common, last, *heir) && self.is_stable(*heir) && self.lasts(*heir)
        })?;
        let heir_id = self.tracks.id(heir);
        let (other, _) = self.tracks.before(heir).find(|(other, n_common)| {
            let other_id = self.tracks.id(*other);
            let came_whole = self.is_most_of(*n_common, *other, heir) && self.is_stable(*other);
            let counts = other_id == heir_id || self.last_of_ended(other_id) == Some(*other);
            *other != last && came_whole && counts && self.is_established(other_id, other.window)
        })?;
        Some(Event {
            window: heir.window,
            after: last.window,
            kind: Kind::Merged,
            id: heir_id,
            others: vec![id],
            n_before: self.size(other),
            n_after: self.size(heir),
        })
    }

    /// A new group that came out of an established one, of which at least one more group came or which goes on.
    fn split(&self, id: u32) -> Option<Event> {
        let window = self.tracks.established_at(id)?;
        let child = self.tracks.seen[id as usize][0];
        if child.window == 0 {
            return None;
        }
        let (parent, _) = self.tracks.before(child).find(|(parent, n_common)| {
            let parent_id = self.tracks.id(*parent);
            self.came_from(child, *parent, *n_common)
                && self.is_stable(*parent)
                && self.is_established(parent_id, parent.window)
                && self.tracks.next_of(*parent).any(|(other, n_common)| {
                    let is_good = self.is_stable(other) && self.lasts(other);
                    other != child && is_good && self.came_from(other, *parent, n_common)
                })
        })?;
        let parent_id = self.tracks.id(parent);
        let after = self.tracks.sighting(parent_id, window);
        Some(Event {
            window,
            after: parent.window,
            kind: Kind::Split,
            id: parent_id,
            others: vec![id],
            n_before: self.size(parent),
            n_after: after.map_or(0, |sighting| self.size(sighting)),
        })
    }

    /// Most of the child is from the parent, and so much of the parent is in it that it could have gone on as it.
    fn came_from(&self, child: Sighting, parent: Sighting, n_common: usize) -> bool {
        let share_of_parent = n_common as f64 / self.size(parent) as f64;
        let wanted = self.options.jaccard_min * self.seen_of_both(child, parent);
        self.is_most_of(n_common, child, parent) && share_of_parent >= wanted
    }

    /// Whether the group is there in the next window as well.
    fn lasts(&self, sighting: Sighting) -> bool {
        let id = self.tracks.id(sighting);
        self.tracks.sighting(id, sighting.window + 1).is_some()
    }

    fn growth(&self, id: u32, structural: &[Event]) -> Vec<Event> {
        let Some(since) = self.tracks.established_at(id) else {
            return Vec::new();
        };
        let seen = &self.tracks.seen[id as usize];
        let known: Vec<Sighting> = seen
            .iter()
            .copied()
            .filter(|one| one.window >= since)
            .collect();
        let mut events = Vec::new();
        let Some(mut size) = known.first().map(|first| self.size(*first)) else {
            return events;
        };
        let happened = |window: usize| {
            structural
                .iter()
                .any(|event| event.id == id && event.window == window)
        };
        for three in known.windows(3) {
            let (before, now, next) = (three[0], three[1], three[2]);
            let (n_now, n_next) = (self.size(now), self.size(next));
            if happened(now.window) {
                // It is another group now, in size.
                size = n_now;
                continue;
            }
            if ![before, now, next]
                .into_iter()
                .all(|one| self.is_stable(one))
            {
                continue;
            }
            let share = self.options.growth_min;
            let (n_most, n_least) = ((1.0 + share) * size as f64, (1.0 - share) * size as f64);
            let kind = if n_now.min(n_next) as f64 >= n_most {
                Kind::Growing
            } else if n_now.max(n_next) as f64 <= n_least {
                Kind::Shrinking
            } else {
                continue;
            };
            let (window, after) = (now.window, before.window);
            events.push(Event {
                window,
                after,
                kind,
                id,
                others: Vec::new(),
                n_before: size,
                n_after: n_now,
            });
            size = n_now;
        }
        events
    }
}
