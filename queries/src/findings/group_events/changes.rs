//! What happened: each event is judged by so many windows after it, and so stays when more are known.

use std::ops::Range;

use super::tracks::{Sighting, Tracks};
use super::{Event, Kind, Options};
use crate::stats::binomial;

/// Growth is more people who came than went, or fewer, and chance has that in one of ten groups that only change
/// their people. The size and the windows must say so too.
const GROWTH_P: f64 = 0.1;

/// All events, sorted.
pub(super) fn events(tracks: &Tracks, options: &Options) -> Vec<Event> {
    let judge = Judge { tracks, options };
    let ids = || 0..tracks.seen.len() as u32;
    let merges = joined(ids().filter_map(|id| judge.merge(id)).collect());
    let splits = joined(ids().filter_map(|id| judge.split(id)).collect());
    let known: Vec<Known> = merges.into_iter().chain(splits).collect();
    let mut events: Vec<Event> = known.iter().map(|known| known.event.clone()).collect();
    // What is told stays, so only what is known by then can take the place of a birth or an end.
    events.extend(ids().filter_map(|id| {
        let came_by = |event: &Event| match event.kind {
            Kind::Split => event.others.contains(&id),
            _ => event.id == id && judge.first_seen(id) == event.window,
        };
        let birth = judge.birth(id)?;
        let is_told = |one: &Known| one.by <= birth.window + 1 && came_by(&one.event);
        (!known.iter().any(is_told)).then_some(birth)
    }));
    events.extend(ids().filter_map(|id| {
        let went_into = |event: &Event| event.kind == Kind::Merged && event.others.contains(&id);
        let end = judge.end(id)?;
        let fell_apart = |event: &Event| {
            let is_of_it = event.kind == Kind::Split && event.id == id;
            is_of_it && event.window + options.n_overlapping > end.event.window
        };
        let is_told =
            |one: &Known| one.by <= end.by && (went_into(&one.event) || fell_apart(&one.event));
        (!known.iter().any(is_told)).then_some(end.event)
    }));
    for id in ids() {
        events.extend(judge.growth(id, &known));
    }
    events.sort();
    events
}

/// Events of one kind, group and window that are known at once become one.
fn joined(mut events: Vec<Known>) -> Vec<Known> {
    let key = |known: &Known| {
        (
            known.event.window,
            known.event.kind,
            known.event.id,
            known.by,
        )
    };
    events.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| a.event.cmp(&b.event)));
    events
        .chunk_by(|a, b| key(a) == key(b))
        .map(|run| {
            let mut event = run[0].event.clone();
            event.others = run
                .iter()
                .flat_map(|one| one.event.others.iter().copied())
                .collect();
            event.others.sort_unstable();
            event.others.dedup();
            Known {
                event,
                by: run[0].by,
            }
        })
        .collect()
}

/// An event, and the last window that was needed to tell it.
struct Known {
    event: Event,
    by: usize,
}

impl Known {
    fn is_of(&self, id: u32) -> bool {
        self.event.id == id || self.event.others.contains(&id)
    }
}

struct Judge<'a> {
    tracks: &'a Tracks<'a>,
    options: &'a Options,
}

impl Judge<'_> {
    fn first_seen(&self, id: u32) -> usize {
        self.tracks.seen[id as usize][0].window
    }

    /// Between which windows people have gone who were last seen in the first and are missing in the second. Where
    /// windows overlap, whoever comes is seen as soon as half of a window's weeks are theirs, and whoever goes as long
    /// as half are: so a window of which half of the weeks lie after it is the last that shows those who have gone, as it
    /// is the first that shows those who have come.
    fn gone_between(&self, last: usize, missing: usize) -> (usize, usize) {
        let lag = usize::from(self.options.n_overlapping > 1);
        (last.saturating_sub(lag), missing.saturating_sub(lag))
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

    /// Where an established group was seen last, if it has been missing for too long to come back as itself.
    fn last_of_ended(&self, id: u32) -> Option<Sighting> {
        let last = *self.tracks.seen[id as usize].last()?;
        let is_over = last.window + self.options.n_patient() < self.tracks.windows.len();
        (is_over && self.is_established(id, last.window) && self.is_stable(last)).then_some(last)
    }

    fn end(&self, id: u32) -> Option<Known> {
        let last = self.last_of_ended(id)?;
        let n_before = self.size(last);
        let (after, window) = self.gone_between(last.window, last.window + 1);
        let event = Event {
            window,
            after,
            kind: Kind::Ended,
            id,
            others: Vec::new(),
            n_before,
            n_after: 0,
        };
        let by = last.window + self.options.n_patient();
        Some(Known { event, by })
    }

    /// A group that ended and is most of it in another, to which another one went as well or which was there before.
    fn merge(&self, id: u32) -> Option<Known> {
        let last = self.last_of_ended(id)?;
        let (heir, _) = self
            .tracks
            .sharing(last, last.window + 1)
            .into_iter()
            .find(|(heir, n_common)| {
                self.is_most_of(*n_common, last, *heir)
                    && self.is_stable(*heir)
                    && self.lasts(*heir)
            })?;
        let heir_id = self.tracks.id(heir);
        let before = self.tracks.sharing(heir, last.window);
        let (other, _) = before.into_iter().find(|(other, n_common)| {
            let other_id = self.tracks.id(*other);
            let came_whole = self.is_most_of(*n_common, *other, heir) && self.is_stable(*other);
            let counts = other_id == heir_id || self.last_of_ended(other_id) == Some(*other);
            *other != last && came_whole && counts && self.is_established(other_id, other.window)
        })?;
        let event = Event {
            window: heir.window,
            after: last.window,
            kind: Kind::Merged,
            id: heir_id,
            others: vec![id],
            n_before: self.size(other),
            n_after: self.size(heir),
        };
        let by = last.window + self.options.n_patient();
        Some(Known { event, by })
    }

    /// A new group that came out of an established one, of which at least one more group came or which goes on. Where
    /// windows overlap the old one may have lost its people before the new one can be told.
    fn split(&self, id: u32) -> Option<Known> {
        let established = self.tracks.established_at(id)?;
        let child = self.tracks.seen[id as usize][0];
        let from = child.window.saturating_sub(self.options.n_overlapping);
        let parent = (from..child.window)
            .rev()
            .find_map(|window| self.parent(child, window))?;
        let parent_id = self.tracks.id(parent);
        let piece = self.tracks.sighting(parent_id, established);
        let (after, window) = self.gone_between(parent.window, parent.window + 1);
        let event = Event {
            // Whoever is certain only later has come out of it all the same.
            window,
            after,
            kind: Kind::Split,
            id: parent_id,
            others: vec![id],
            n_before: self.size(parent),
            n_after: piece.map_or(0, |sighting| self.size(sighting)),
        };
        let by = established + 1;
        Some(Known { event, by })
    }

    /// The group of a window that a child came out of.
    fn parent(&self, child: Sighting, window: usize) -> Option<Sighting> {
        let before = self.tracks.sharing(child, window).into_iter();
        let parents = before.filter(|(parent, n_common)| {
            self.came_from(child, *parent, *n_common)
                && self.is_stable(*parent)
                && self.is_established(self.tracks.id(*parent), window)
        });
        let mut parents = parents.map(|(parent, _)| parent);
        parents.find(|parent| {
            let pieces = self.tracks.sharing(*parent, child.window);
            pieces.into_iter().any(|(other, n_common)| {
                let is_good = self.is_stable(other) && self.lasts(other);
                other != child && is_good && self.came_from(other, *parent, n_common)
            })
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

    /// The group against what it was when it had last changed. Whatever changes a group is seen whole only when no
    /// window reaches back before it, and until then its size says nothing.
    fn growth(&self, id: u32, known: &[Known]) -> Vec<Event> {
        let n_overlapping = self.options.n_overlapping;
        let Some(since) = self.tracks.established_at(id) else {
            return Vec::new();
        };
        let mut seen = self.tracks.seen[id as usize]
            .iter()
            .filter(|one| one.window >= since);
        let Some(mut base) = seen.next().copied() else {
            return Vec::new();
        };
        let mut unsettled_until = since + n_overlapping;
        // A group that was there when the windows began is seen whole from the first.
        let mut is_whole = self.first_seen(id) == 0;
        let mut before = base;
        let mut events = Vec::new();
        for &now in seen {
            let happens = |windows: Range<usize>| {
                let is_told = |one: &Known| one.is_of(id) && one.by <= self.known_until(now);
                known
                    .iter()
                    .any(|one| is_told(one) && windows.contains(&one.event.window))
            };
            if happens(now.window..now.window + 1) {
                unsettled_until = now.window + n_overlapping;
                is_whole = false;
            }
            let is_settled = now.window >= unsettled_until;
            let kind = self.kind_of_growth(base, now, before);
            let may_be_told =
                (is_settled || is_whole) && !happens(now.window..now.window + n_overlapping);
            if let Some(kind) = kind.filter(|_| may_be_told) {
                let (after, window) = match kind {
                    Kind::Shrinking => self.gone_between(before.window, now.window),
                    _ => (before.window, now.window),
                };
                events.push(Event {
                    window,
                    after,
                    kind,
                    id,
                    others: Vec::new(),
                    n_before: self.size(base),
                    n_after: self.size(now),
                });
                base = now;
                unsettled_until = now.window + n_overlapping;
                is_whole = false;
            } else if !is_settled && !is_whole {
                base = now;
            } else if is_whole && now.window + 1 >= unsettled_until {
                // From now on what it was at the very beginning is long ago.
                base = now;
                is_whole = false;
            }
            before = now;
        }
        events
    }

    /// The last window that is needed to tell growth: one that has no week in common, and half as many more, since what
    /// goes into another group is still seen for a while.
    fn known_until(&self, now: Sighting) -> usize {
        now.window + self.options.n_overlapping + self.options.n_overlapping / 2
    }

    /// Whether a group has grown or shrunk, in this window, the next and the first one that has no week in common
    /// with those before; one that ends meanwhile only ends.
    fn kind_of_growth(&self, base: Sighting, now: Sighting, before: Sighting) -> Option<Kind> {
        let id = self.tracks.id(now);
        let apart = now.window + self.options.n_overlapping;
        let is_over = self.known_until(now) >= self.tracks.windows.len();
        let seen = &self.tracks.seen[id as usize];
        let next = *seen.iter().find(|one| one.window > now.window)?;
        let last = *seen.iter().find(|one| one.window >= apart)?;
        let all = [now, next, last];
        let is_stable = [before, now, next, last]
            .into_iter()
            .all(|one| self.is_stable(one));
        if is_over || !is_stable {
            return None;
        }
        let n = self.size(base) as f64;
        let share = self.options.growth_min;
        let sizes = all.map(|one| self.size(one) as f64);
        let is_more = |one: &Sighting| self.is_more(base, *one);
        let is_less = |one: &Sighting| self.is_more(*one, base);
        if sizes.iter().all(|size| *size >= (1.0 + share) * n) && all.iter().all(is_more) {
            Some(Kind::Growing)
        } else if sizes.iter().all(|size| *size <= (1.0 - share) * n) && all.iter().all(is_less) {
            Some(Kind::Shrinking)
        } else {
            None
        }
    }

    /// Whether more people have come from one sighting to another than have gone, beyond what chance does.
    fn is_more(&self, one: Sighting, other: Sighting) -> bool {
        let (one, other) = (self.tracks.people(one), self.tracks.people(other));
        let n_new = |of: &[u32], to: &[u32]| {
            let new = of.iter().filter(|person| to.binary_search(person).is_err());
            new.count() as u64
        };
        let (n_came, n_went) = (n_new(other, one), n_new(one, other));
        binomial::upper_tail(n_came, n_came + n_went, 0.5) <= GROWTH_P
    }
}
