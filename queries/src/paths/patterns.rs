//! Patterns: pages in their order with anything between, and how many people have them.
//!
//! Plain counts, without a null. `PrefixSpan` (Pei and others 2001): a pattern grows by every page that enough
//! people have after it, looked for only behind the first place where each of them has completed it.

use super::sequences::Sequences;

/// A pattern with its support.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pattern {
    /// Its pages in their order.
    pub pages: Vec<u32>,
    /// Sequences that hold it, each counted once.
    pub n: u64,
}

/// All patterns that at least `min_support` sequences hold (0 counts as 1), sorted by their pages.
pub fn patterns(sequences: &Sequences, min_support: u64) -> Vec<Pattern> {
    let mut miner = Miner {
        sequences,
        min_support: min_support.max(1),
        seen_at: vec![u64::MAX; sequences.n_items()],
        n_looks: 0,
        prefix: Vec::new(),
        found: Vec::new(),
    };
    let all = (0..sequences.len() as u32).map(|number| Rest {
        number,
        start: sequences.places(number as usize).start as u32,
    });
    miner.grow(&all.collect::<Vec<_>>());
    miner.found.sort_unstable();
    miner.found
}

/// What is left of a sequence behind a pattern.
#[derive(Debug, Clone, Copy)]
struct Rest {
    number: u32,
    start: u32,
}

struct Miner<'a> {
    sequences: &'a Sequences,
    min_support: u64,
    /// The look at which each item was seen last: a rest counts it once.
    seen_at: Vec<u64>,
    n_looks: u64,
    prefix: Vec<u32>,
    found: Vec<Pattern>,
}

impl Miner<'_> {
    /// All patterns that begin with the prefix, given where each of its sequences goes on.
    fn grow(&mut self, rests: &[Rest]) {
        for (item, rests) in self.longer(rests) {
            self.prefix.push(item);
            self.found.push(Pattern {
                pages: self.prefix.clone(),
                n: rests.len() as u64,
            });
            self.grow(&rests);
            self.prefix.pop();
        }
    }

    /// The items that follow in enough rests, each with the rests behind its first place there.
    fn longer(&mut self, rests: &[Rest]) -> Vec<(u32, Vec<Rest>)> {
        let mut firsts: Vec<(u32, Rest)> = Vec::new();
        for rest in rests {
            self.n_looks += 1;
            let end = self.sequences.places(rest.number as usize).end;
            for place in rest.start as usize..end {
                let item = self.sequences.items()[place];
                let seen_at = &mut self.seen_at[item as usize];
                if std::mem::replace(seen_at, self.n_looks) != self.n_looks {
                    let behind = Rest {
                        number: rest.number,
                        start: place as u32 + 1,
                    };
                    firsts.push((item, behind));
                }
            }
        }
        firsts.sort_by_key(|(item, _)| *item);
        firsts
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|same| same.len() as u64 >= self.min_support)
            .map(|same| (same[0].0, same.iter().map(|(_, rest)| *rest).collect()))
            .collect()
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
        let found = patterns(&sequences(&all), 2);
        let told: Vec<(&[u32], u64)> = found.iter().map(|p| (p.pages.as_slice(), p.n)).collect();
        let expected: [(&[u32], u64); 5] =
            [(&[0], 3), (&[0, 1], 2), (&[0, 2], 3), (&[1], 2), (&[2], 3)];
        assert_eq!(told, expected);
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
            prop_assert_eq!(patterns(&sequences(&all), min_support), slow);
        }
    }
}
