//! The first-order chain: from each page how often, a visit, people went on to each other page.

use super::trips::{Index, LONGEST, SHORTEST};
use crate::paths::trails::Trails;

/// Clicks a visit of all pages and of the search, by the page they led to; who comes back and goes on to
/// another page makes several of one visit.
pub(super) struct Chain {
    offsets: Vec<u32>,
    targets: Vec<u32>,
    shares: Vec<f64>,
}

impl Chain {
    pub(super) fn of(trails: &Trails, index: &Index) -> Self {
        let mut chain = Self {
            offsets: vec![0],
            targets: Vec::new(),
            shares: Vec::new(),
        };
        let clicks = Clicks::of(trails);
        let mut counts = vec![0_u32; index.n_pages() + 1];
        let mut targets = Vec::new();
        for page in 0..=trails.search() {
            let n_visits = index.places(page).len() as f64;
            for target in clicks.from(page) {
                if counts[*target as usize] == 0 {
                    targets.push(*target);
                }
                counts[*target as usize] += 1;
            }
            targets.sort_unstable();
            for target in targets.drain(..) {
                let n = std::mem::take(&mut counts[target as usize]);
                chain.targets.push(target);
                chain.shares.push(f64::from(n) / n_visits);
            }
            chain.offsets.push(chain.targets.len() as u32);
        }
        chain
    }

    fn row(&self, page: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let page = page as usize;
        let row = self.offsets[page] as usize..self.offsets[page + 1] as usize;
        let targets = self.targets[row.clone()].iter().copied();
        targets.zip(self.shares[row].iter().copied())
    }
}

/// The pages clicked to, by the page clicked from (a counting sort).
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
                to[next[page] as usize] = trails.page[place];
                next[page] += 1;
            }
        }
        Self { offsets, to }
    }

    fn from(&self, page: u32) -> &[u32] {
        let page = page as usize;
        &self.to[self.offsets[page] as usize..self.offsets[page + 1] as usize]
    }
}

/// Pages whose reach is reckoned at once: the chain is read once for all of them.
pub(super) const LANES: usize = 8;

/// A vector over pages for each of these.
type Lanes = Vec<[f64; LANES]>;

/// How often, a visit, a page is reached in one step, two steps and so on to [`LONGEST`].
pub(super) type Powers = [f64; LONGEST];

/// How often pages are reached from some of them; buffers that are used again for the next ones.
pub(super) struct Reach<'a> {
    chain: &'a Chain,
    start: Lanes,
    after: [Lanes; LONGEST],
}

impl<'a> Reach<'a> {
    pub(super) fn new(chain: &'a Chain) -> Self {
        let nowhere = vec![[0.0; LANES]; chain.offsets.len() - 1];
        Self {
            chain,
            after: std::array::from_fn(|_| nowhere.clone()),
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
        for then in &mut self.after {
            self.chain.step(now, then);
            now = then;
        }
    }

    /// How often a page was reached from the page at this place among those walked from last.
    pub(super) fn powers(&self, lane: usize, page: u32) -> Powers {
        std::array::from_fn(|step| self.after[step][page as usize][lane])
    }
}

impl Chain {
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

/// How often, a visit, a page is reached for the first time by a trip (two to six steps): whoever is there after one
/// step and comes again makes none.
///
/// By the renewal equation (Feller 1968, XIII): what reaches a page in n steps reached it first in k of them and came
/// back in the others. `returns` are the page's powers from itself.
pub(super) fn first_passage(powers: &Powers, returns: &Powers) -> f64 {
    let mut first = [0.0; LONGEST];
    for n in 0..LONGEST {
        let again: f64 = (0..n).map(|k| first[k] * returns[n - k - 1]).sum();
        first[n] = f64::max(powers[n] - again, 0.0);
    }
    first[SHORTEST - 1..].iter().sum()
}
