//! The first-order chain: from each page how often, a visit, people went on to each other page.

use super::trips::{Index, LONGEST};
use crate::paths::trails::Trails;

/// What follows a visit of each page and of the search.
pub(super) struct Chain {
    /// Clicks to pages that are new in the session, a visit at which the page was not yet seen: only those can lead
    /// to something wanted.
    new: Steps,
    /// Clicks a visit, by the page they led to, whether it was seen or not; the share of the new ones where that is
    /// larger, for whoever is under way may or may not have seen a page. Who comes back and goes on to another page
    /// makes several clicks of one visit.
    any: Steps,
}

impl Chain {
    pub(super) fn of(trails: &Trails, index: &Index) -> Self {
        let (clicks, is_first) = (Clicks::of(trails), trails.is_first());
        let (mut any, mut new) = (Steps::default(), Steps::default());
        let n_pages = index.n_pages() + 1;
        let (mut to_any, mut to_new) = (Counts::new(n_pages), Counts::new(n_pages));
        let mut n_seen = vec![0_u32; n_pages];
        for page in 0..=trails.search() {
            for place in clicks.from(page) {
                to_any.count(trails.page[place]);
                if is_first[place] {
                    to_new.count(trails.page[place]);
                }
            }
            let n_visits = index.places(page).len() as u32;
            let before = index.places(page).flat_map(|place| trails.before(place));
            for place in before.filter(|place| is_first[*place]) {
                n_seen[trails.page[place] as usize] += u32::from(to_new.has(trails.page[place]));
            }
            new.add_row(&mut to_new, |target| {
                n_visits - std::mem::take(&mut n_seen[target as usize])
            });
            any.add_row(&mut to_any, |_| n_visits);
            any.raise_row(page, &new);
        }
        Self { new, any }
    }
}

/// Counts by page, and which pages have any.
struct Counts {
    counts: Vec<u32>,
    pages: Vec<u32>,
}

impl Counts {
    fn new(n_pages: usize) -> Self {
        Self {
            counts: vec![0; n_pages],
            pages: Vec::new(),
        }
    }

    fn count(&mut self, page: u32) {
        if !self.has(page) {
            self.pages.push(page);
        }
        self.counts[page as usize] += 1;
    }

    fn has(&self, page: u32) -> bool {
        self.counts[page as usize] > 0
    }
}

/// A sparse matrix of steps from page to page.
struct Steps {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    shares: Vec<f64>,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            offsets: vec![0],
            targets: Vec::new(),
            shares: Vec::new(),
        }
    }
}

impl Steps {
    /// Adds what follows the next page, of as many visits as each target says; the counts are empty then.
    fn add_row(&mut self, counts: &mut Counts, mut n_visits: impl FnMut(u32) -> u32) {
        counts.pages.sort_unstable();
        for target in counts.pages.drain(..) {
            let n = std::mem::take(&mut counts.counts[target as usize]);
            self.targets.push(target);
            self.shares.push(f64::from(n) / f64::from(n_visits(target)));
        }
        self.offsets.push(self.targets.len() as u32);
    }

    /// Raises the shares of a row to those of another one, which has no other targets.
    fn raise_row(&mut self, page: u32, other: &Self) {
        let start = self.offsets[page as usize] as usize;
        let mut rest = other.row(page).peekable();
        for (target, share) in self.targets[start..].iter().zip(&mut self.shares[start..]) {
            if let Some((_, raised)) = rest.next_if(|(other, _)| other == target) {
                *share = share.max(raised);
            }
        }
    }

    fn row(&self, page: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let page = page as usize;
        let row = self.offsets[page] as usize..self.offsets[page + 1] as usize;
        let targets = self.targets[row.clone()].iter().copied();
        targets.zip(self.shares[row].iter().copied())
    }

    /// One step from where people are now.
    fn step(&self, now: &Lanes, then: &mut Lanes) {
        then.fill([0.0; LANES]);
        for (page, now) in (0..).zip(now) {
            if now.iter().all(|chance| *chance <= 0.0) {
                continue;
            }
            for (target, share) in self.row(page) {
                let then = &mut then[target as usize];
                (0..LANES).for_each(|lane| then[lane] += now[lane] * share);
            }
        }
    }
}

/// The places clicked to, by the page clicked from (a counting sort).
struct Clicks {
    offsets: Vec<u32>,
    to: Vec<u32>,
}

impl Clicks {
    fn of(trails: &Trails) -> Self {
        let from = |place: usize| trails.parent(place).map(|at| trails.page[at] as usize);
        let mut offsets = vec![0_u32; trails.n_pages + 2];
        for page in (0..trails.len()).filter_map(from) {
            offsets[page + 1] += 1;
        }
        for page in 0..=trails.n_pages {
            offsets[page + 1] += offsets[page];
        }
        let mut next = offsets.clone();
        let mut to = vec![0; offsets[trails.n_pages + 1] as usize];
        for place in 0..trails.len() {
            if let Some(page) = from(place) {
                to[next[page] as usize] = place as u32;
                next[page] += 1;
            }
        }
        Self { offsets, to }
    }

    fn from(&self, page: u32) -> impl Iterator<Item = usize> + '_ {
        let page = page as usize;
        let range = self.offsets[page] as usize..self.offsets[page + 1] as usize;
        self.to[range].iter().map(|place| *place as usize)
    }
}

/// Pages whose reach is reckoned at once: the chain is read once for all of them.
pub(super) const LANES: usize = 8;

/// A vector over pages for each of these.
type Lanes = Vec<[f64; LANES]>;

/// Steps of the longest trip but the last one.
const STEPS: usize = LONGEST - 1;

/// How often, a visit, a page is reached from another one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Powers {
    /// In one step, two steps and so on.
    any: [f64; STEPS],
    /// After one step, two steps and so on, by one step more that finds it new.
    new: [f64; STEPS],
}

/// How often pages are reached from some of them; buffers that are used again for the next ones.
pub(super) struct Reach<'a> {
    chain: &'a Chain,
    start: Lanes,
    any: [Lanes; STEPS],
    new: [Lanes; STEPS],
}

impl<'a> Reach<'a> {
    pub(super) fn new(chain: &'a Chain) -> Self {
        let nowhere = vec![[0.0; LANES]; chain.any.offsets.len() - 1];
        Self {
            chain,
            any: std::array::from_fn(|_| nowhere.clone()),
            new: std::array::from_fn(|_| nowhere.clone()),
            start: nowhere,
        }
    }

    /// Walks the chain from each of at most [`LANES`] pages.
    pub(super) fn walk(&mut self, pages: impl Iterator<Item = u32>) {
        self.start.fill([0.0; LANES]);
        for (lane, page) in pages.enumerate() {
            self.start[page as usize][lane] = 1.0;
        }
        let mut now = &self.start;
        for (any, new) in self.any.iter_mut().zip(&mut self.new) {
            self.chain.any.step(now, any);
            self.chain.new.step(any, new);
            now = any;
        }
    }

    /// How often a page was reached from the page at this place among those walked from last.
    pub(super) fn powers(&self, lane: usize, page: u32) -> Powers {
        let of = |steps: &[Lanes; STEPS]| std::array::from_fn(|n| steps[n][page as usize][lane]);
        Powers {
            any: of(&self.any),
            new: of(&self.new),
        }
    }
}

/// How often, a visit before which a page was not seen, a trip (two to six steps) finds it new: whoever is there after
/// one step and comes again makes none.
///
/// By the renewal equation (Feller 1968, XIII): whoever is at a page after n steps came there first after k of them and
/// came back in the others. `returns` are the page's powers from itself.
pub(super) fn first_passage(powers: &Powers, returns: &Powers) -> f64 {
    let mut first = [0.0; STEPS];
    let mut sum = 0.0;
    for n in 0..STEPS {
        let after =
            |back: &[f64; STEPS]| -> f64 { (0..n).map(|k| first[k] * back[n - k - 1]).sum() };
        sum += f64::max(powers.new[n] - after(&returns.new), 0.0);
        first[n] = f64::max(powers.any[n] - after(&returns.any), 0.0);
    }
    sum
}
