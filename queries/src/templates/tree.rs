//! Pages as a tree of steps: host, segments, parameters and their values.

use std::collections::BTreeMap;

use super::PageUse;

/// Pages of more steps are left aside, so that no address, however long, makes the tree deep.
const MOST_STEPS: usize = 16;

/// One step into the tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step<'a> {
    /// A host that is none of the intranet's own.
    Host(&'a str),
    /// Between two slashes.
    Segment(&'a str),
    /// The name of a parameter.
    Parameter(&'a str),
    /// Its value.
    Value(&'a str),
}

impl Step<'_> {
    /// Whether it stands in braces.
    pub(super) fn is_open(self) -> bool {
        match self {
            Self::Segment(text) | Self::Value(text) => is_open(text),
            Self::Host(_) | Self::Parameter(_) => false,
        }
    }
}

pub(super) fn is_open(text: &str) -> bool {
    text.len() > 2 && text.starts_with('{') && text.ends_with('}')
}

/// The steps of a page; none for one that is too deep, or that a template could not name.
pub(super) fn steps_of(page: &str) -> Option<Vec<Step<'_>>> {
    let mut steps = Vec::new();
    let (path, query) = page.split_once('?').unwrap_or((page, ""));
    let mut rest = path;
    if let Some(outside) = path.strip_prefix("//") {
        let end = outside.find('/').unwrap_or(outside.len());
        steps.push(Step::Host(&outside[..end]));
        rest = &outside[end..];
    }
    let segments = rest.strip_prefix('/')?.split('/');
    steps.extend(segments.map(Step::Segment).take(MOST_STEPS + 1));
    if page.contains('?') {
        for pair in query.split('&').take(MOST_STEPS) {
            let (name, value) = pair.split_once('=')?;
            steps.extend([Step::Parameter(name), Step::Value(value)]);
        }
    }
    let can_be_written = |step: &Step<'_>| match step {
        Step::Host(text) | Step::Segment(text) | Step::Parameter(text) | Step::Value(text) => {
            step.is_open() || !text.contains(['{', '}', '%', '#', '?', '&', '+'])
        }
    };
    (steps.len() <= MOST_STEPS && steps.iter().all(can_be_written)).then_some(steps)
}

/// The page of some steps.
pub(super) fn text_of(steps: &[Step<'_>]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Host(host) => text.extend(["//", host]),
            Step::Segment(segment) => text.extend(["/", segment]),
            Step::Parameter(name) => {
                let mark = if text.contains('?') { "&" } else { "?" };
                text.extend([mark, name, "="]);
            }
            Step::Value(value) => text.push_str(value),
        }
    }
    text
}

/// Whether a template of these steps folds a page of those.
pub(super) fn matches(template: &[Step<'_>], page: &[Step<'_>]) -> bool {
    template.len() == page.len()
        && template.iter().zip(page).all(|(mine, theirs)| {
            mine == theirs
                || mine.is_open() && std::mem::discriminant(mine) == std::mem::discriminant(theirs)
        })
}

/// A place in the tree, or several that are taken for one.
#[derive(Debug, Default)]
pub(super) struct Node<'a> {
    /// The places of the pages that end here.
    pub(super) places: Vec<usize>,
    n_events: u64,
    n_people: u64,
    /// What lies beneath.
    pub(super) below: BTreeMap<Step<'a>, Node<'a>>,
}

impl<'a> Node<'a> {
    pub(super) fn insert(&mut self, steps: &[Step<'a>], place: usize, used: &PageUse<'_>) {
        let mut node = self;
        for step in steps {
            node = node.below.entry(*step).or_default();
        }
        node.places.push(place);
        node.n_events += used.n_events;
        node.n_people += used.n_people;
    }

    /// Takes in another place. People who used both count twice: that makes it no rarer than it is.
    pub(super) fn absorb(&mut self, other: Self) {
        self.places.extend(other.places);
        self.n_events += other.n_events;
        self.n_people += other.n_people;
        for (step, node) in other.below {
            self.below.entry(step).or_default().absorb(node);
        }
    }

    /// Events here and beneath.
    pub(super) fn n_events(&self) -> u64 {
        self.n_events + self.below.values().map(Self::n_events).sum::<u64>()
    }

    /// The people of the page, here or beneath, that most used.
    pub(super) fn most_people(&self) -> u64 {
        let beneath = self.below.values().map(Self::most_people).max();
        self.n_people.max(beneath.unwrap_or(0))
    }
}
