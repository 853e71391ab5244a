//! The first-order chain: from each page how often, a visit, people went on to each other page.

use super::trips::LONGEST;
use crate::grouped::Grouped;
use crate::parallel::{in_order, n_cores};
use crate::paths::trails::Trails;

/// What follows a visit of each page and of the search.
pub(super) struct Chain {
    /// Clicks to pages that are new in the session, a visit at which the page was not yet seen: only those can lead
    /// to something wanted.
    new: Matrix,
    /// Clicks a visit, by the page they led to, whether it was seen or not; the share of the new ones where that is
    /// larger, for whoever is under way may or may not have seen a page. Who comes back and goes on to another page
    /// makes several clicks of one visit.
    any: Matrix,
}

impl Chain {
    /// `is_first` is that of the trails.
    pub(super) fn of(trails: &Trails, index: &Grouped, is_first: &[bool]) -> Self {
        // The places clicked to, by the page clicked from.
        let from = |place| trails.parent(place).map(|at| trails.page[at] as usize);
        let clicks = Grouped::of(index.n_groups(), (0..trails.len()).map(from));
        let n_pages = index.n_groups();
        let blocks = in_order(
            n_pages.div_ceil(BLOCK),
            n_cores(),
            || Counted::new(n_pages),
            |counted, block| {
                let mut rows = Rows::default();
                for page in block * BLOCK..n_pages.min((block + 1) * BLOCK) {
                    rows.add(page as u32, (trails, index, is_first), &clicks, counted);
                }
                rows
            },
        );
        let mut all = Rows::default();
        for rows in blocks {
            all.new.append(&rows.new);
            all.any.append(&rows.any);
        }
        Self {
            new: Matrix::of(all.new),
            any: Matrix::of(all.any),
        }
    }

    fn n_pages(&self) -> usize {
        self.any.from.n_rows()
    }
}

/// The rows of both matrices, while they are counted.
#[derive(Default)]
struct Rows {
    new: Steps,
    any: Steps,
}

impl Rows {
    /// Adds the row of a page.
    fn add(
        &mut self,
        page: u32,
        (trails, index, is_first): (&Trails, &Grouped, &[bool]),
        clicks: &Grouped,
        counted: &mut Counted,
    ) {
        let Counted { any, new, n_seen } = counted;
        for place in clicks.places(page as usize) {
            any.count(trails.page[place]);
            if is_first[place] {
                new.count(trails.page[place]);
            }
        }
        let n_visits = index.places(page as usize).len() as u32;
        let before = index
            .places(page as usize)
            .flat_map(|place| trails.before(place));
        for place in before.filter(|place| is_first[*place]) {
            n_seen[trails.page[place] as usize] += u32::from(new.has(trails.page[place]));
        }
        self.new.add_row(new, |target| {
            n_visits - std::mem::take(&mut n_seen[target as usize])
        });
        self.any.add_row(any, |_| n_visits);
        self.any.raise_last_row(&self.new);
    }
}

/// Pages whose rows one thread makes at once.
const BLOCK: usize = 16;

/// What is counted of the clicks from a page; used again for the next one.
struct Counted {
    any: Counts,
    new: Counts,
    /// Visits of the page before which each other one was seen.
    n_seen: Vec<u32>,
}

impl Counted {
    fn new(n_pages: usize) -> Self {
        Self {
            any: Counts::new(n_pages),
            new: Counts::new(n_pages),
            n_seen: vec![0; n_pages],
        }
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

/// A sparse matrix of steps from page to page, by its rows.
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

    /// Raises the shares of the last row to those of another one's, which has no other targets.
    fn raise_last_row(&mut self, other: &Self) {
        let last = self.offsets.len() - 2;
        let start = self.offsets[last] as usize;
        let mut rest = other.row(last as u32).peekable();
        for (target, share) in self.targets[start..].iter().zip(&mut self.shares[start..]) {
            if let Some((_, raised)) = rest.next_if(|(other, _)| other == target) {
                *share = share.max(raised);
            }
        }
    }

    /// Adds the rows of others.
    fn append(&mut self, others: &Self) {
        let n = self.targets.len() as u32;
        self.offsets
            .extend(others.offsets[1..].iter().map(|end| n + end));
        self.targets.extend_from_slice(&others.targets);
        self.shares.extend_from_slice(&others.shares);
    }

    fn row(&self, page: u32) -> impl Iterator<Item = (u32, f64)> + '_ {
        let page = page as usize;
        let row = self.offsets[page] as usize..self.offsets[page + 1] as usize;
        let targets = self.targets[row.clone()].iter().copied();
        targets.zip(self.shares[row].iter().copied())
    }

    fn n_rows(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The same matrix by its columns (a counting sort).
    fn transposed(&self) -> Self {
        let n = self.n_rows();
        let mut offsets = vec![0_u32; n + 1];
        for target in &self.targets {
            offsets[*target as usize + 1] += 1;
        }
        for page in 0..n {
            offsets[page + 1] += offsets[page];
        }
        let mut next = offsets.clone();
        let (mut targets, mut shares) =
            (vec![0; self.targets.len()], vec![0.0; self.targets.len()]);
        for page in 0..n as u32 {
            for (target, share) in self.row(page) {
                let at = &mut next[target as usize];
                (targets[*at as usize], shares[*at as usize]) = (page, share);
                *at += 1;
            }
        }
        Self {
            offsets,
            targets,
            shares,
        }
    }
}

/// A sparse matrix by its rows and by its columns.
struct Matrix {
    from: Steps,
    to: Steps,
}

impl Matrix {
    fn of(from: Steps) -> Self {
        let to = from.transposed();
        Self { from, to }
    }

    /// One step from where people are now. Where they are on few pages these hand on what they have, else each page
    /// gathers what comes to it; both add in the order of the pages, so that the sums are the same.
    fn step(&self, now: &Lanes, then: &mut Lanes) {
        let is_anybody = |now: &[f64; LANES]| now.iter().any(|chance| *chance > 0.0);
        if now.iter().filter(|now| is_anybody(now)).count() * FEW > now.len() {
            for (page, then) in (0..).zip(then) {
                let mut sum = [0.0; LANES];
                for (source, share) in self.to.row(page) {
                    let now = &now[source as usize];
                    (0..LANES).for_each(|lane| sum[lane] += now[lane] * share);
                }
                *then = sum;
            }
            return;
        }
        then.fill([0.0; LANES]);
        for (page, now) in (0..).zip(now).filter(|(_, now)| is_anybody(now)) {
            for (target, share) in self.from.row(page) {
                let then = &mut then[target as usize];
                (0..LANES).for_each(|lane| then[lane] += now[lane] * share);
            }
        }
    }
}

/// One page in so many is few.
const FEW: usize = 4;

/// Pages whose reach is reckoned at once: the chain is read once for all of them.
pub(super) const LANES: usize = 16;

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
        let nowhere = vec![[0.0; LANES]; chain.n_pages()];
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
