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

/// Chances to reach pages from one of them; buffers that are used again for the next one.
pub(super) struct Reach<'a> {
    chain: &'a Chain,
    now: Sparse,
    then: Sparse,
    sum: Sparse,
}

/// A vector over pages of which few entries are not 0.
struct Sparse {
    values: Vec<f64>,
    pages: Vec<u32>,
}

impl Sparse {
    fn new(n: usize) -> Self {
        Self {
            values: vec![0.0; n],
            pages: Vec::new(),
        }
    }

    fn add(&mut self, page: u32, value: f64) {
        let slot = &mut self.values[page as usize];
        if *slot == 0.0 {
            self.pages.push(page);
        }
        *slot += value;
    }

    fn clear(&mut self) {
        for page in self.pages.drain(..) {
            self.values[page as usize] = 0.0;
        }
    }
}

impl<'a> Reach<'a> {
    pub(super) fn new(chain: &'a Chain) -> Self {
        let n = chain.offsets.len() - 1;
        Self {
            chain,
            now: Sparse::new(n),
            then: Sparse::new(n),
            sum: Sparse::new(n),
        }
    }

    /// How often, a visit, each page is reached from a page in two to six steps, by page.
    pub(super) fn from(&mut self, page: u32) -> &[f64] {
        self.now.clear();
        self.sum.clear();
        self.now.add(page, 1.0);
        for step in 1..=LONGEST {
            self.then.clear();
            for here in &self.now.pages {
                let chance = self.now.values[*here as usize];
                for (target, share) in self.chain.row(*here) {
                    self.then.add(target, chance * share);
                }
            }
            std::mem::swap(&mut self.now, &mut self.then);
            if step >= SHORTEST {
                for here in &self.now.pages {
                    self.sum.add(*here, self.now.values[*here as usize]);
                }
            }
        }
        &self.sum.values
    }
}
