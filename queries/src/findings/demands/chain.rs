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

/// How often pages are reached from some of them; buffers that are used again for the next ones.
pub(super) struct Reach<'a> {
    chain: &'a Chain,
    now: Lanes,
    then: Lanes,
    sum: Lanes,
}

impl<'a> Reach<'a> {
    pub(super) fn new(chain: &'a Chain) -> Self {
        let n = chain.offsets.len() - 1;
        Self {
            chain,
            now: vec![[0.0; LANES]; n],
            then: vec![[0.0; LANES]; n],
            sum: vec![[0.0; LANES]; n],
        }
    }

    /// How often, a visit, each page is reached in two to six steps from each of at most [`LANES`] pages:
    /// by page, and by the place of the page among these.
    pub(super) fn from(&mut self, pages: impl Iterator<Item = u32>) -> &[[f64; LANES]] {
        self.now.fill([0.0; LANES]);
        self.sum.fill([0.0; LANES]);
        for (lane, page) in pages.enumerate() {
            self.now[page as usize][lane] = 1.0;
        }
        for step in 1..=LONGEST {
            self.step();
            if step >= SHORTEST {
                for (sum, now) in self.sum.iter_mut().zip(&self.now) {
                    (0..LANES).for_each(|lane| sum[lane] += now[lane]);
                }
            }
        }
        &self.sum
    }

    fn step(&mut self) {
        self.then.fill([0.0; LANES]);
        for (page, now) in (0..).zip(&self.now) {
            if now.iter().all(|chance| *chance <= 0.0) {
                continue;
            }
            for (target, share) in self.chain.row(page) {
                let then = &mut self.then[target as usize];
                (0..LANES).for_each(|lane| then[lane] += now[lane] * share);
            }
        }
        std::mem::swap(&mut self.now, &mut self.then);
    }
}
