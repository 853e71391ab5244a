//! Templates proposed from the pages that are there: `/tickets/17`, `/tickets/18`, ... as one page `/tickets/{id}`.
//!
//! The pages are read as a tree of segments and parameters. The values that stand in one place of it are folded where
//! all of this holds, because together it tells ids from pages that people know by name:
//! - *many*: at least 20 values, and at least four fifths of all values in this place; the others, 20 at most, are
//!   listed as exceptions, which stay as they are;
//! - *rarely used*: at least four fifths of them have no page that `few_people` or more used, and these have at least
//!   half of the events: a folder of well-visited pages is none of ids, whatever they are called;
//! - *alike*: each looks like an id (`look`), or has the same pages beneath: a page that a quarter of the values have.
//!
//! Years, and the months and days beneath them, are never folded. A template is proposed when it makes at least five
//! pages one. What it really does must be shown by applying it: the caller has the rules by which pages are named.

mod look;
mod tree;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use look::{Look, is_day_or_month, is_year, look_of};
use tree::{Node, Step, steps_of};

/// Fewer values in one place are no list of ids.
const LEAST_VALUES: usize = 20;
/// Fewer pages are not worth a template.
const LEAST_PAGES: usize = 5;
/// More exceptions are no exceptions.
const MOST_EXCEPTIONS: usize = 20;

/// A page and how it was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageUse<'a> {
    /// The page.
    pub page: &'a str,
    /// Events on it.
    pub n_events: u64,
    /// Different people who used it.
    pub n_people: u64,
}

/// Why values are taken for ids.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// What they have in common, in words: `are numbers`.
    pub alike: &'static str,
    /// How many there are.
    pub n_values: usize,
    /// How many of them few people used.
    pub n_rarely_used: usize,
}

/// A template and what must stay as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The page, with what differs in braces.
    pub template: String,
    /// Pages that it would fold and must not: to stand before it.
    pub exceptions: Vec<String>,
    /// Why the last of its values in braces are taken for ids.
    pub why: Why,
}

/// Proposes templates, the more particular first: in this order, each behind its exceptions, the first that matches a
/// page is the one that was made from it.
///
/// `few_people` is the least number of people who make a page worth being told apart. Ties are broken by name, and the
/// same pages in any order give the same answer. Pages of more than 16 steps, and those whose names no template could
/// be written for, are left aside.
pub fn propose(pages: &[PageUse<'_>], few_people: u64) -> Vec<Proposal> {
    let read: Vec<(PageUse<'_>, Vec<Step<'_>>)> = pages
        .iter()
        .filter_map(|used| Some((*used, steps_of(used.page)?)))
        .collect();
    let mut root = Node::default();
    for (place, (used, steps)) in read.iter().enumerate() {
        root.insert(steps, place, used);
    }
    let mut search = Search {
        few_people,
        path: Vec::new(),
        why: None,
        found: Vec::new(),
    };
    search.walk(root, Calendar::No);
    with_exceptions(search.found, &read)
}

/// Whether a place in the tree stands for a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Calendar {
    No,
    /// Beneath a year: months and days.
    Yes,
}

/// A template that was found, and the places of the pages it was made from.
struct Found<'a> {
    steps: Vec<Step<'a>>,
    places: Vec<usize>,
    why: Why,
}

struct Search<'a> {
    few_people: u64,
    path: Vec<Step<'a>>,
    why: Option<Why>,
    found: Vec<Found<'a>>,
}

impl<'a> Search<'a> {
    fn walk(&mut self, node: Node<'a>, calendar: Calendar) {
        if let Some(why) = self
            .why
            .clone()
            .filter(|_| node.places.len() >= LEAST_PAGES)
        {
            self.found.push(Found {
                steps: self.path.clone(),
                places: node.places,
                why,
            });
        }
        let fold = self.fold(&node.below, calendar);
        let mut folded = Node::default();
        for (step, child) in node.below {
            if fold.as_ref().is_some_and(|fold| fold.steps.contains(&step)) {
                folded.absorb(child);
                continue;
            }
            self.path.push(step);
            self.walk(child, beneath(step, calendar));
            self.path.pop();
        }
        if let Some(fold) = fold {
            self.path.push(fold.open);
            let before = self.why.replace(fold.why);
            self.walk(folded, Calendar::No);
            self.why = before;
            self.path.pop();
        }
    }

    /// Which of the steps that lead on from a place are ids.
    fn fold(&self, below: &BTreeMap<Step<'a>, Node<'a>>, calendar: Calendar) -> Option<Fold<'a>> {
        let values: Vec<Value<'a, '_>> = below
            .iter()
            .filter_map(|(step, node)| Value::of(*step, node))
            .collect();
        if values.len() < LEAST_VALUES {
            return None;
        }
        let all_years = most(
            values.iter().filter(|value| is_year(value.text)).count(),
            values
                .iter()
                .filter(|value| value.look == Look::Number)
                .count(),
        );
        let is_time = |value: &Value<'_, '_>| {
            all_years && is_year(value.text)
                || calendar == Calendar::Yes && is_day_or_month(value.text)
        };
        let ids = values
            .iter()
            .filter(|v| v.look != Look::Word && !is_time(v));
        let ids: Vec<&Value<'a, '_>> = ids.collect();
        if let Some(fold) = self.accept(
            &ids,
            values.len(),
            look::commonest(ids.iter().map(|v| v.look)),
        ) {
            return Some(fold);
        }
        let usual = usual_beneath(&values);
        let alike = values
            .iter()
            .filter(|v| !is_time(v) && v.node.below.keys().any(|step| usual.contains(step)));
        let alike: Vec<&Value<'a, '_>> = alike.collect();
        self.accept(&alike, values.len(), Look::Word)
    }

    fn accept(&self, chosen: &[&Value<'a, '_>], n_all: usize, look: Look) -> Option<Fold<'a>> {
        let few = |value: &&&Value<'_, '_>| value.node.most_people() < self.few_people;
        let rare: Vec<_> = chosen.iter().filter(few).collect();
        let events = |values: &mut dyn Iterator<Item = &Node<'a>>| -> u64 {
            values.map(Node::n_events).sum()
        };
        let of_rare = events(&mut rare.iter().map(|value| value.node));
        let of_all = events(&mut chosen.iter().map(|value| value.node));
        let is_one = chosen.len() >= LEAST_VALUES
            && most(chosen.len(), n_all)
            && n_all - chosen.len() <= MOST_EXCEPTIONS
            && most(rare.len(), chosen.len())
            && 2 * of_rare >= of_all;
        is_one.then(|| Fold {
            steps: chosen.iter().map(|value| value.step).collect(),
            open: match chosen[0].step {
                Step::Value(_) => Step::Value(look.braces()),
                _ => Step::Segment(look.braces()),
            },
            why: Why {
                alike: look.words(),
                n_values: chosen.len(),
                n_rarely_used: rare.len(),
            },
        })
    }
}

/// Steps that are ids, and what stands for them.
struct Fold<'a> {
    steps: BTreeSet<Step<'a>>,
    open: Step<'a>,
    why: Why,
}

/// A step that may be an id.
struct Value<'a, 'n> {
    step: Step<'a>,
    text: &'a str,
    look: Look,
    node: &'n Node<'a>,
}

impl<'a, 'n> Value<'a, 'n> {
    fn of(step: Step<'a>, node: &'n Node<'a>) -> Option<Self> {
        let text = match step {
            Step::Segment(text) | Step::Value(text) => text,
            Step::Host(_) | Step::Parameter(_) => return None,
        };
        (!tree::is_open(text)).then(|| Self {
            step,
            text,
            look: look_of(text),
            node,
        })
    }
}

/// The steps beneath values that a quarter of those values have which have any.
fn usual_beneath<'a>(values: &[Value<'a, '_>]) -> BTreeSet<Step<'a>> {
    let mut counts: BTreeMap<Step<'a>, usize> = BTreeMap::new();
    let with_any = values.iter().filter(|value| !value.node.below.is_empty());
    let n = with_any.clone().count();
    for value in with_any {
        for step in value.node.below.keys() {
            *counts.entry(*step).or_default() += 1;
        }
    }
    counts.retain(|_, count| 4 * *count >= n);
    counts.into_keys().collect()
}

/// Whether a part is at least four fifths.
fn most(part: usize, all: usize) -> bool {
    part > 0 && 5 * part >= 4 * all
}

fn beneath(step: Step<'_>, calendar: Calendar) -> Calendar {
    match step {
        Step::Segment(text) if is_year(text) => Calendar::Yes,
        Step::Segment(text) if calendar == Calendar::Yes && is_day_or_month(text) => Calendar::Yes,
        _ => Calendar::No,
    }
}

/// The templates with the pages that match one and were made into none; those with too many are dropped.
fn with_exceptions(
    mut found: Vec<Found<'_>>,
    read: &[(PageUse<'_>, Vec<Step<'_>>)],
) -> Vec<Proposal> {
    // Names before braces, from the left: the more particular is asked first.
    let openness = |found: &Found<'_>| -> Vec<bool> {
        found.steps.iter().map(|step| step.is_open()).collect()
    };
    found.sort_by_cached_key(|one| (openness(one), tree::text_of(&one.steps)));
    let folded: BTreeSet<usize> = found
        .iter()
        .flat_map(|one| one.places.iter().copied())
        .collect();
    let mut exceptions: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); found.len()];
    for (place, (used, steps)) in read.iter().enumerate() {
        if folded.contains(&place) {
            continue;
        }
        if let Some(at) = found
            .iter()
            .position(|one| tree::matches(&one.steps, steps))
        {
            exceptions[at].insert(used.page);
        }
    }
    let all = found.into_iter().zip(exceptions);
    all.filter(|(_, exceptions)| exceptions.len() <= MOST_EXCEPTIONS)
        .map(|(one, exceptions)| Proposal {
            template: tree::text_of(&one.steps),
            exceptions: exceptions.into_iter().map(str::to_owned).collect(),
            why: one.why,
        })
        .collect()
}
