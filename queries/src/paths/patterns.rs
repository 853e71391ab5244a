//! Patterns: pages in their order with anything between, and how many people have them.
//!
//! Plain counts, without a null. `PrefixSpan` (Pei and others 2001): a pattern grows by every page that enough
//! people have after it, looked for only behind the first place where each of them has completed it. Pages that
//! too few people have are taken out first: they are in no pattern and would be passed over at every look.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::sequences::Sequences;
use crate::parallel::in_order;

/// A pattern with its support.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// Its pages in their order.
    pub pages: Vec<u32>,
    /// Sequences that hold it, each counted once.
    pub n: u64,
}

/// Rests that a miner may hold at once, 1 GiB of them: more are held only where long sequences are alike.
const MAX_RESTS: usize = 1 << 27;

/// All patterns that at least `min_support` sequences hold (0 counts as 1), sorted by their pages; the same
/// whatever the number of threads. A sequence of n pages has up to 2^n of them: `None` when all together have
/// more than `max_pages` pages, or when sequences are so long and alike that their search would not end.
pub fn patterns(
    sequences: &Sequences,
    min_support: u64,
    max_pages: usize,
    n_threads: usize,
) -> Option<Vec<Pattern>> {
    let min_support = usize::try_from(min_support.max(1)).unwrap_or(usize::MAX);
    let frequent = Frequent::of(sequences, min_support);
    let n_pages = AtomicUsize::new(0);
    let miner = || Miner::of(&frequent, min_support, &n_pages, max_pages);
    let all: Vec<Rest> = (0..frequent.ends.len() as u32)
        .map(|number| Rest {
            number,
            start: frequent.start(number as usize) as u32,
        })
        .collect();
    let firsts = miner().longer(&all);
    // What most people have takes longest, so it is begun with.
    let mut order: Vec<usize> = (0..firsts.items.len()).collect();
    order.sort_by_key(|first| std::cmp::Reverse(firsts.of(*first).len()));
    let run = |miner: &mut Miner<'_>, task: usize| {
        miner.grow(&firsts, order[task]);
        std::mem::take(&mut miner.found)
    };
    let grown = in_order(order.len(), n_threads, miner, run);
    if n_pages.into_inner() > max_pages {
        return None;
    }
    let mut parts: Vec<(usize, Vec<Pattern>)> = order.into_iter().zip(grown).collect();
    parts.sort_unstable_by_key(|(first, _)| *first);
    Some(parts.into_iter().flat_map(|(_, found)| found).collect())
}

/// The sequences without the items that too few of them have; items by their number among the others.
struct Frequent {
    items: Vec<u32>,
    ends: Vec<usize>,
    /// The item of each number, ascending.
    item_of: Vec<u32>,
}

impl Frequent {
    fn of(sequences: &Sequences, min_support: usize) -> Self {
        let mut n = vec![0; sequences.n_items()];
        let mut last = vec![usize::MAX; n.len()];
        for number in 0..sequences.len() {
            for item in sequences.get(number).1 {
                if std::mem::replace(&mut last[*item as usize], number) != number {
                    n[*item as usize] += 1;
                }
            }
        }
        let mut number_of = vec![u32::MAX; n.len()];
        let mut item_of = Vec::new();
        for (item, n) in n.into_iter().enumerate() {
            if n >= min_support {
                number_of[item] = item_of.len() as u32;
                item_of.push(item as u32);
            }
        }
        let mut frequent = Self {
            items: Vec::new(),
            ends: Vec::with_capacity(sequences.len()),
            item_of,
        };
        for number in 0..sequences.len() {
            let items = sequences.get(number).1;
            let kept = items.iter().map(|item| number_of[*item as usize]);
            frequent.items.extend(kept.filter(|kept| *kept != u32::MAX));
            frequent.ends.push(frequent.items.len());
        }
        frequent
    }

    fn start(&self, number: usize) -> usize {
        number.checked_sub(1).map_or(0, |before| self.ends[before])
    }
}

/// What is left of a sequence behind a pattern.
#[derive(Debug, Clone, Copy, Default)]
struct Rest {
    number: u32,
    start: u32,
}

/// The items by which a pattern grows, ascending, each with the rests behind its first place in them.
struct Longer {
    items: Vec<u32>,
    rests: Vec<Rest>,
    ends: Vec<usize>,
}

impl Longer {
    fn of(&self, place: usize) -> &[Rest] {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rests[start..self.ends[place]]
    }
}

/// Of one item: the look at which it was seen last (a rest counts it once), its rests so far, and where its
/// next one belongs.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    at: u64,
    n: usize,
    cursor: usize,
}

struct Miner<'a> {
    frequent: &'a Frequent,
    min_support: usize,
    seen: Vec<Seen>,
    n_looks: u64,
    /// Items with the rests behind them, as they were met.
    met: Vec<(u32, Rest)>,
    touched: Vec<u32>,
    prefix: Vec<u32>,
    found: Vec<Pattern>,
    /// Pages of what all miners have found, and how many these may be.
    n_pages: &'a AtomicUsize,
    max_pages: usize,
}

impl<'a> Miner<'a> {
    fn of(
        frequent: &'a Frequent,
        min_support: usize,
        n_pages: &'a AtomicUsize,
        max_pages: usize,
    ) -> Self {
        Self {
            frequent,
            min_support,
            seen: vec![Seen::default(); frequent.item_of.len()],
            n_looks: 0,
            met: Vec::new(),
            touched: Vec::new(),
            prefix: Vec::new(),
            found: Vec::new(),
            n_pages,
            max_pages,
        }
    }

    /// A pattern of one item and all that begin with it, by a stack of our own: patterns may be as long as
    /// sequences are.
    fn grow(&mut self, firsts: &Longer, first: usize) {
        let mut open = vec![(self.step(firsts, first), 0)];
        let mut n_rests = open[0].0.rests.len();
        while let Some((longer, next)) = open.last_mut() {
            let is_full = self.n_pages.load(Ordering::Relaxed) > self.max_pages;
            if *next == longer.items.len() || is_full {
                n_rests -= longer.rests.len();
                open.pop();
                self.prefix.pop();
                continue;
            }
            *next += 1;
            let longer = self.step(longer, *next - 1);
            n_rests += longer.rests.len();
            open.push((longer, 0));
            if n_rests > MAX_RESTS {
                let too_many = self.max_pages.saturating_add(1);
                self.n_pages.fetch_max(too_many, Ordering::Relaxed);
            }
        }
    }

    /// The pattern that is longer by one of these items; what it grows by.
    fn step(&mut self, longer: &Longer, place: usize) -> Longer {
        let rests = longer.of(place);
        let item = self.frequent.item_of[longer.items[place] as usize];
        self.prefix.push(item);
        self.n_pages.fetch_add(self.prefix.len(), Ordering::Relaxed);
        self.found.push(Pattern {
            pages: self.prefix.clone(),
            n: rests.len() as u64,
        });
        self.longer(rests)
    }

    /// The items that follow in enough rests.
    fn longer(&mut self, rests: &[Rest]) -> Longer {
        self.met.clear();
        for rest in rests {
            self.n_looks += 1;
            let end = self.frequent.ends[rest.number as usize];
            for place in rest.start as usize..end {
                let item = self.frequent.items[place];
                let seen = &mut self.seen[item as usize];
                if std::mem::replace(&mut seen.at, self.n_looks) != self.n_looks {
                    if seen.n == 0 {
                        self.touched.push(item);
                    }
                    seen.n += 1;
                    let behind = Rest {
                        number: rest.number,
                        start: place as u32 + 1,
                    };
                    self.met.push((item, behind));
                }
            }
        }
        self.enough()
    }

    /// What was met often enough, item by item.
    fn enough(&mut self) -> Longer {
        let mut longer = Longer {
            items: Vec::new(),
            rests: Vec::new(),
            ends: Vec::new(),
        };
        self.touched.sort_unstable();
        let mut room = 0;
        for item in &self.touched {
            let seen = &mut self.seen[*item as usize];
            seen.cursor = usize::MAX;
            if seen.n >= self.min_support {
                seen.cursor = room;
                room += seen.n;
                longer.items.push(*item);
                longer.ends.push(room);
            }
        }
        longer.rests.resize(room, Rest::default());
        for (item, rest) in &self.met {
            let cursor = &mut self.seen[*item as usize].cursor;
            if *cursor != usize::MAX {
                longer.rests[*cursor] = *rest;
                *cursor += 1;
            }
        }
        for item in self.touched.drain(..) {
            self.seen[item as usize].n = 0;
        }
        longer
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;

    fn sequences(all: &[Vec<u32>]) -> Sequences {
        let mut sequences = Sequences::default();
        for (person, items) in (0..).zip(all) {
            sequences.begin(person);
            for item in items {
                sequences.push(*item);
            }
        }
        sequences
    }

    #[test]
    fn the_example_of_the_paper() {
        // a, b, c, d as 0 to 3, single items only.
        let all = [vec![0, 1, 2], vec![0, 2, 1], vec![2, 0, 2]];
        let found = patterns(&sequences(&all), 2, 100, 1).expect("few");
        let told: Vec<(&[u32], u64)> = found.iter().map(|p| (p.pages.as_slice(), p.n)).collect();
        let expected: [(&[u32], u64); 5] =
            [(&[0], 3), (&[0, 1], 2), (&[0, 2], 3), (&[1], 2), (&[2], 3)];
        assert_eq!(told, expected);
    }

    #[test]
    fn long_sequences_are_given_up_in_time() {
        let alike = vec![(0..2_000).collect(); 3];
        assert_eq!(patterns(&sequences(&alike), 3, 200_000, 2), None);
        assert_eq!(patterns(&sequences(&[vec![7]]), 1, 0, 1), None);
        let one = patterns(&sequences(&[vec![7]]), 1, 1, 1);
        assert_eq!(one.map(|found| found.len()), Some(1));
    }

    proptest! {
        /// Every subsequence of every sequence, into a map.
        #[test]
        fn agrees_with_all_subsequences(
            all in proptest::collection::vec(proptest::collection::vec(0_u32..4, 0..8), 0..8),
            min_support in 0_u64..4,
        ) {
            let mut slow: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
            for items in &all {
                let subsets = (1_u32..1 << items.len()).map(|set| {
                    let kept = (0..items.len()).filter(|place| set >> place & 1 == 1);
                    kept.map(|place| items[place]).collect::<Vec<_>>()
                });
                for pages in subsets.collect::<BTreeSet<_>>() {
                    *slow.entry(pages).or_default() += 1;
                }
            }
            let slow: Vec<Pattern> = slow
                .into_iter()
                .map(|(pages, n)| Pattern { pages, n })
                .filter(|pattern| pattern.n >= min_support.max(1))
                .collect();
            for n_threads in [1, 8] {
                let found = patterns(&sequences(&all), min_support, usize::MAX, n_threads);
                prop_assert_eq!(found.as_ref(), Some(&slow));
            }
        }
    }
}
