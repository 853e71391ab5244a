//! Routes counted by persons, and by lot.
//!
//! A map of page lists would hash and hold every route of a window. Here a route of k pages is the pair of
//! its two routes of k - 1, both already numbered, so that one sort of integers a length counts all.

use super::chains::Chains;
use super::{LONGEST, SHORTEST};
use crate::findings::elephant_paths::half;

/// No route of this length starts here.
const NONE: u32 = u32::MAX;

/// A route with enough people, and the lot it is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) pages: Vec<u32>,
    /// Distinct persons.
    pub(super) n_people: u64,
    /// How often it was walked.
    pub(super) n_times: u64,
    /// Person and route pairs with its middle, without those to its first page or from its last.
    pub(super) n_lots: u64,
    /// Those of them from its first page.
    pub(super) n_from: u64,
    /// Those of them to its last page.
    pub(super) n_to: u64,
    pub(super) is_in_both_halves: bool,
    pub(super) first_day: i32,
}

/// A route of one length.
struct Gram {
    /// Where it is walked first.
    place: u32,
    n_people: u32,
    n_times: u32,
    is_in_both_halves: bool,
    first_day: i32,
}

/// The number of all routes, and those of at least `support` persons.
pub(super) fn candidates(chains: &Chains, support: u64, is_by_week: bool) -> (u64, Vec<Candidate>) {
    let (mut n_routes, mut candidates) = (0, Vec::new());
    let mut middles = chains.page.clone();
    let mut shorter = level(chains, &middles, 2, is_by_week).0;
    for length in SHORTEST..=LONGEST {
        let (ids, grams) = level(chains, &shorter, length, is_by_week);
        n_routes += grams.len() as u64;
        judge(chains, length, &middles, &grams, support, &mut candidates);
        middles = std::mem::replace(&mut shorter, ids);
    }
    (n_routes, candidates)
}

/// The number of the route of this length at each place, and the routes by number.
fn level(
    chains: &Chains,
    shorter: &[u32],
    length: usize,
    is_by_week: bool,
) -> (Vec<u32>, Vec<Gram>) {
    let mut walked: Vec<(u64, u32, u32)> = (0..chains.page.len())
        .filter(|place| chains.n_after[*place] as usize >= length - 1)
        .map(|place| {
            let key = u64::from(shorter[place]) << 32 | u64::from(shorter[place + 1]);
            let person = chains.person[chains.chain[place] as usize];
            (key, person, place as u32)
        })
        .collect();
    walked.sort_unstable();
    let mut ids = vec![NONE; chains.page.len()];
    let mut grams = Vec::new();
    for run in walked.chunk_by(|a, b| a.0 == b.0) {
        for (_, _, place) in run {
            ids[*place as usize] = grams.len() as u32;
        }
        grams.push(gram(chains, run, is_by_week));
    }
    (ids, grams)
}

fn gram(chains: &Chains, run: &[(u64, u32, u32)], is_by_week: bool) -> Gram {
    let day = |place: u32| chains.day[chains.chain[place as usize] as usize];
    let (mut n_odd, mut first_day, mut first_place) = (0, i32::MAX, u32::MAX);
    for (_, _, place) in run {
        n_odd += usize::from(half(day(*place), is_by_week));
        first_day = first_day.min(day(*place));
        first_place = first_place.min(*place);
    }
    Gram {
        place: first_place,
        n_people: run.chunk_by(|a, b| a.1 == b.1).count() as u32,
        n_times: run.len() as u32,
        is_in_both_halves: n_odd > 0 && n_odd < run.len(),
        first_day,
    }
}

/// Holds the routes with enough people against the lot, one middle after the other.
fn judge(
    chains: &Chains,
    length: usize,
    middles: &[u32],
    grams: &[Gram],
    support: u64,
    candidates: &mut Vec<Candidate>,
) {
    let middle = |gram: &Gram| middles[gram.place as usize + 1];
    let mut order: Vec<u32> = (0..grams.len() as u32).collect();
    order.sort_unstable_by_key(|id| (middle(&grams[*id as usize]), *id));
    for run in order.chunk_by(|a, b| middle(&grams[*a as usize]) == middle(&grams[*b as usize])) {
        let grams: Vec<&Gram> = run.iter().map(|id| &grams[*id as usize]).collect();
        if grams.iter().all(|gram| u64::from(gram.n_people) < support) {
            continue;
        }
        let table = Table::of(chains, length, &grams);
        let enough = grams.iter().filter(|g| u64::from(g.n_people) >= support);
        candidates.extend(enough.map(|gram| table.candidate(chains, length, gram)));
    }
}

/// Everyone who passed a middle, by the page they came from and the page they went on to.
struct Table {
    /// From, to, persons; sorted.
    cells: Vec<(u32, u32, u64)>,
    by_from: Vec<(u32, u64)>,
    by_to: Vec<(u32, u64)>,
    n: u64,
}

impl Table {
    fn of(chains: &Chains, length: usize, grams: &[&Gram]) -> Self {
        let mut cells: Vec<(u32, u32, u64)> = grams
            .iter()
            .map(|gram| {
                let (from, to) = ends(chains, length, gram);
                (from, to, gram.n_people.into())
            })
            .collect();
        cells.sort_unstable();
        Self {
            by_from: sums(cells.iter().map(|(from, _, n)| (*from, *n)).collect()),
            by_to: sums(cells.iter().map(|(_, to, n)| (*to, *n)).collect()),
            n: cells.iter().map(|cell| cell.2).sum(),
            cells,
        }
    }

    fn candidate(&self, chains: &Chains, length: usize, gram: &Gram) -> Candidate {
        let (from, to) = ends(chains, length, gram);
        let start = gram.place as usize;
        // Nobody goes on to where they came from: neither could be a way from `from` to `to`.
        let n_left_out = sum_of(&self.by_to, from) + sum_of(&self.by_from, to);
        Candidate {
            pages: chains.page[start..start + length].to_vec(),
            n_people: gram.n_people.into(),
            n_times: gram.n_times.into(),
            n_lots: self.n + self.cell(to, from) - n_left_out,
            n_from: sum_of(&self.by_from, from),
            n_to: sum_of(&self.by_to, to),
            is_in_both_halves: gram.is_in_both_halves,
            first_day: gram.first_day,
        }
    }

    fn cell(&self, from: u32, to: u32) -> u64 {
        let place = self
            .cells
            .binary_search_by_key(&(from, to), |cell| (cell.0, cell.1));
        place.map_or(0, |place| self.cells[place].2)
    }
}

fn ends(chains: &Chains, length: usize, gram: &Gram) -> (u32, u32) {
    let start = gram.place as usize;
    (chains.page[start], chains.page[start + length - 1])
}

fn sums(mut counts: Vec<(u32, u64)>) -> Vec<(u32, u64)> {
    counts.sort_unstable();
    counts
        .chunk_by(|a, b| a.0 == b.0)
        .map(|run| (run[0].0, run.iter().map(|count| count.1).sum()))
        .collect()
}

fn sum_of(sums: &[(u32, u64)], page: u32) -> u64 {
    let place = sums.binary_search_by_key(&page, |sum| sum.0);
    place.map_or(0, |place| sums[place].1)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::super::chains::Cutter;
    use super::*;

    /// Every route as a list, its persons as a set; every sum by a loop over all routes.
    fn obvious(walks: &[(u32, Vec<u32>)]) -> BTreeMap<Vec<u32>, [u64; 4]> {
        let mut persons: BTreeMap<Vec<u32>, BTreeSet<u32>> = BTreeMap::new();
        let mut cutter = Cutter::new(6);
        for (person, pages) in walks {
            cutter.push(*person, 0, pages);
        }
        let chains = cutter.chains;
        for start in 0..chains.page.len() {
            for length in SHORTEST..=LONGEST {
                if chains.n_after[start] as usize >= length - 1 {
                    let pages = chains.page[start..start + length].to_vec();
                    let person = chains.person[chains.chain[start] as usize];
                    persons.entry(pages).or_default().insert(person);
                }
            }
        }
        let told = persons.iter().map(|(pages, people)| {
            let last = pages.len() - 1;
            let sum = |is_meant: &dyn Fn(&[u32]) -> bool| {
                let all = persons.iter().filter(|(other, _)| {
                    other.len() == pages.len()
                        && other[1..last] == pages[1..last]
                        && other[0] != pages[last]
                        && other[last] != pages[0]
                        && is_meant(other)
                });
                all.map(|(_, people)| people.len() as u64).sum::<u64>()
            };
            let counts = [
                people.len() as u64,
                sum(&|_| true),
                sum(&|other| other[0] == pages[0]),
                sum(&|other| other[last] == pages[last]),
            ];
            (pages.clone(), counts)
        });
        told.collect()
    }

    proptest! {
        #[test]
        fn counts_agree_with_plain_sets(
            walks in proptest::collection::vec(
                (0_u32..5, proptest::collection::vec(0_u32..6, 0..9)),
                0..30,
            ),
        ) {
            let mut cutter = Cutter::new(6);
            for (person, pages) in &walks {
                cutter.push(*person, 0, pages);
            }
            let (n_routes, candidates) = candidates(&cutter.chains, 1, false);
            let slow = obvious(&walks);
            prop_assert_eq!(n_routes, slow.len() as u64);
            let fast: BTreeMap<Vec<u32>, [u64; 4]> = candidates
                .into_iter()
                .map(|c| (c.pages, [c.n_people, c.n_lots, c.n_from, c.n_to]))
                .collect();
            prop_assert_eq!(fast, slow);
        }
    }
}
