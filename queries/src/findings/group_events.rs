//! Groups from window to window: which one is the same, and which was born, grew, merged, split or ended.
//!
//! METHODS (b), emergence and tracking. Groups of neighbouring windows are matched by the assignment with the
//! largest sum of Jaccard indices, and continue from 0.2 on: half of the members may change and it is still the
//! same group. Names come at once and never change; events come one window later, since whatever lasts for one
//! window only is a glitch, and growth when a window has come that has no week in common with the one before it:
//! where windows overlap a group that is born seems to grow, one that merges too, and one that splits or ends to
//! shrink. Nothing is said of a group whose membership is not stable: it seems to change all
//! the time (at 30 % of noise more than half of all events named would be false).

mod changes;
#[cfg(test)]
mod history_tests;
mod matching;
#[cfg(test)]
mod tests;
mod tracks;

/// A group of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its members, sorted, each once.
    pub people: Vec<u32>,
    /// How likely chance has such a group.
    pub p_value: f64,
    /// How well its membership is known, 0 to 1: the mean Jaccard index between it and the same group of another run.
    pub stability: f64,
}

impl Group {
    /// The share of the members who are seen as such. A Jaccard index of s between a group and what a run sees of it
    /// is that of a share 2 s / (1 + s) seen right, the rest being strangers.
    fn share_seen(&self) -> f64 {
        let stability = self.stability.clamp(0.0, 1.0);
        2.0 * stability / (1.0 + stability)
    }
}

/// When groups are the same and when something happened.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The p value up to which a group is one.
    pub alpha: f64,
    /// The Jaccard index from which a group continues. Less is seen of it where membership is less well known, and
    /// is then enough; the same holds for the share within another group.
    pub jaccard_min: f64,
    /// The share of a smaller group within a larger from which it came from it or went into it.
    pub inclusion_min: f64,
    /// The share of members gained or lost that is growing or shrinking.
    pub growth_min: f64,
    /// The stability from which events are named.
    pub stability_min: f64,
    /// How many windows have weeks in common with a window, it and those after it: 1 where none do, 4 where windows
    /// of four weeks follow each other by one. What happens is then seen little by little in so many of them.
    pub n_overlapping: usize,
}

impl Options {
    /// A group may be missing for one window and still come back as itself, and where windows overlap until one has
    /// no week in common with the last in which it was seen: what is missing there is the same few weeks.
    fn n_patient(&self) -> usize {
        self.n_overlapping.max(2)
    }
}

impl Default for Options {
    /// As METHODS (b) has it. A stability of 0.6 is that of a group in which a run replaces one member in four.
    fn default() -> Self {
        Self {
            alpha: 0.05,
            jaccard_min: 0.2,
            inclusion_min: 0.5,
            growth_min: 0.25,
            stability_min: 0.6,
            n_overlapping: 1,
        }
    }
}

/// What happens to groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// It was not, and is.
    Born,
    /// It gained a quarter of its members or more since it was born or last changed.
    Growing,
    /// It is, and nothing happened.
    Stable,
    /// It lost a quarter of its members or more since it was born or last changed.
    Shrinking,
    /// Others went into it.
    Merged,
    /// Others came out of it.
    Split,
    /// It was, and is no more.
    Ended,
}

/// Something that happened to a group, between two windows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Event {
    /// The first window in which it had happened (for [`Kind::Born`]: in which the group could be told from chance);
    /// where windows overlap, the first of which half of the weeks lie after it.
    pub window: usize,
    /// The last window in which it had not: it happened between the two.
    pub after: usize,
    /// What.
    pub kind: Kind,
    /// The group.
    pub id: u32,
    /// The groups that went into it or came out of it, by id.
    pub others: Vec<u32>,
    /// Members before; 0 for one that is born.
    pub n_before: usize,
    /// Members after; 0 for one that ended.
    pub n_after: usize,
}

/// Groups over time.
#[derive(Debug, Clone, PartialEq)]
pub struct History {
    /// The id of each group of each window, in the order given. With one more window the ids stay.
    pub ids: Vec<Vec<u32>>,
    /// What each is in each window; none where it is too new, or its membership too uncertain, to say. In the last
    /// window nothing is final yet.
    pub states: Vec<Vec<Option<Kind>>>,
    /// What happened, by window; one more window adds to them and takes nothing away.
    pub events: Vec<Event>,
}

/// Follows groups over windows, each as far from the last.
///
/// # Panics
/// When the people of a group are not sorted.
pub fn group_events(windows: &[Vec<Group>], options: &Options) -> History {
    let is_sorted = |group: &Group| group.people.is_sorted_by(|a, b| a < b);
    assert!(
        windows.iter().flatten().all(is_sorted),
        "people are sorted, each once"
    );
    let tracks = tracks::Tracks::of(windows, options);
    let events = changes::events(&tracks, options);
    let states = states(&tracks, &events, options);
    History {
        ids: tracks.ids,
        states,
        events,
    }
}

fn states(tracks: &tracks::Tracks, events: &[Event], options: &Options) -> Vec<Vec<Option<Kind>>> {
    let state = |window: usize, at: usize, id: u32| {
        let is_stable = tracks.windows[window][at].stability >= options.stability_min;
        let is_known = tracks
            .established_at(id)
            .is_some_and(|since| since <= window);
        // What others did to a group says more than its size.
        let happened = events
            .iter()
            .filter(|event| event.window == window && event.id == id);
        let kind = happened
            .map(|event| event.kind)
            .max()
            .unwrap_or(Kind::Stable);
        (is_stable && is_known).then_some(kind)
    };
    let windows = tracks.ids.iter().enumerate();
    windows
        .map(|(window, ids)| {
            let groups = ids.iter().enumerate();
            groups.map(|(at, id)| state(window, at, *id)).collect()
        })
        .collect()
}
