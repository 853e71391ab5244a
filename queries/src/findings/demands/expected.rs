//! The null: how many people would reach a page from another if every step forgot the one before.

use std::sync::Mutex;

use super::World;
use super::chain::{Chain, LANES, Powers, Reach, first_passage};
use super::trips::{Pair, is_start, shares_wanted};
use crate::findings::elephant_paths::NO_UNIT;
use crate::grouped::Grouped;
use crate::parallel::n_cores;
use crate::paths::trails::Trails;

/// What the expectation of every pair is made of.
pub(super) struct Null<'a> {
    trails: &'a Trails,
    index: &'a Grouped,
    world: &'a World<'a>,
    chain: Chain,
    /// See [`shares_wanted`].
    wanted: Vec<f64>,
    /// See [`Trails::is_first`].
    is_first: Vec<bool>,
    /// Visits of each known unit, and of all of them.
    unit_visits: Vec<u64>,
    n_visits: u64,
}

/// People of one unit who were at a page equally often: unit, visits, people.
type Visitors = (u32, u32, u32);

/// The visits at the first page of pairs.
struct Visits {
    /// All of them.
    all: Vec<Visitors>,
    /// People who had been at the last page of a pair (its place among them) earlier in the same session, as whoever
    /// comes from a page to the one below it: pair, unit, visits, and those of them from which the page can therefore
    /// not be wanted any more. Sorted.
    seen: Vec<(usize, u32, u32, u32)>,
}

impl<'a> Null<'a> {
    pub(super) fn of(trails: &'a Trails, index: &'a Grouped, world: &'a World<'a>) -> Self {
        let n_units = world.unit.iter().filter(|unit| **unit != NO_UNIT).max();
        let mut unit_visits = vec![0; n_units.map_or(0, |largest| *largest as usize + 1)];
        for place in 0..trails.len() {
            let unit = world.unit[trails.person_at(place) as usize];
            if unit != NO_UNIT && trails.page[place] < trails.search() {
                unit_visits[unit as usize] += 1;
            }
        }
        let is_first = trails.is_first();
        Self {
            trails,
            index,
            world,
            chain: Chain::of(trails, index, &is_first),
            wanted: shares_wanted(trails, &is_first),
            is_first,
            n_visits: unit_visits.iter().sum(),
            unit_visits,
        }
    }

    /// Fills in what is expected of pairs that are sorted by (from, to). Blocks of first pages are
    /// reckoned side by side; no block knows of another, so that the number of threads changes nothing.
    pub(super) fn expect(&self, pairs: &mut [Pair]) {
        let ends = Ends {
            liking: self.liking(pairs),
            returns: self.returns(pairs),
        };
        let mut groups: Vec<&mut [Pair]> = pairs.chunk_by_mut(|a, b| a.from == b.from).collect();
        self.side_by_side(groups.chunks_mut(LANES), |groups, reach| {
            reach.walk(groups.iter().map(|group| group[0].from));
            for (lane, group) in groups.iter_mut().enumerate() {
                self.expect_of(group, (reach, lane), &ends);
            }
        });
    }

    /// Takes blocks one after the other, on as many threads as there are.
    fn side_by_side<B: Send>(
        &self,
        blocks: impl Iterator<Item = B> + Send,
        with: impl Fn(B, &mut Reach<'_>) + Sync,
    ) {
        let blocks = Mutex::new(blocks);
        let next = || {
            blocks
                .lock()
                .expect("nobody panics while taking a block")
                .next()
        };
        std::thread::scope(|scope| {
            for _ in 0..n_cores() {
                scope.spawn(|| {
                    let mut reach = Reach::new(&self.chain);
                    while let Some(block) = next() {
                        with(block, &mut reach);
                    }
                });
            }
        });
    }

    /// The same of pairs with one first page, from which the chain was walked in this lane.
    fn expect_of(&self, pairs: &mut [Pair], (reach, lane): (&Reach<'_>, usize), ends: &Ends) {
        let visits = self.visits(pairs);
        let mut seen = visits.seen.iter().peekable();
        for (place, pair) in pairs.iter_mut().enumerate() {
            let to = pair.to as usize;
            let first = first_passage(&reach.powers(lane, pair.to), &ends.returns[to]);
            let chance = first * self.wanted[to];
            let of_unit = |unit| chance * ends.liking.of(pair.to, unit, self.unit_visits.len());
            let mut alike = expected(&visits.all, |_| chance);
            let mut by_unit = expected(&visits.all, of_unit);
            while let Some((_, unit, n, n_seen)) = seen.next_if(|one| one.0 == place) {
                let lost = |chance: f64| {
                    let left = f64::from(n - n_seen);
                    (-left * chance).exp() - (-f64::from(*n) * chance).exp()
                };
                alike -= lost(chance);
                by_unit -= lost(of_unit(*unit));
            }
            pair.expected = alike.max(by_unit);
        }
    }

    /// The visits at the first page of these pairs.
    fn visits(&self, pairs: &[Pair]) -> Visits {
        let end_of = |page: u32| pairs.binary_search_by_key(&page, |pair| pair.to).ok();
        let places = self.index.places(pairs[0].from as usize);
        let starts: Vec<usize> = places
            .filter(|place| is_start(self.trails, self.world, *place))
            .collect();
        let (mut people, mut seen) = (Vec::new(), Vec::new());
        let mut n_seen = vec![0_u32; pairs.len()];
        let mut seen_by_person = Vec::new();
        for of_person in starts.chunk_by(|a, b| self.is_same_person(*a, *b)) {
            let (unit, n) = (self.unit_at(of_person[0]), of_person.len() as u32);
            people.push((unit, n));
            let before = of_person
                .iter()
                .flat_map(|place| self.trails.before(*place));
            for end in before.filter(|place| self.is_first[*place]) {
                if let Some(pair) = end_of(self.trails.page[end]) {
                    n_seen[pair] += 1;
                    if n_seen[pair] == 1 {
                        seen_by_person.push(pair);
                    }
                }
            }
            for pair in seen_by_person.drain(..) {
                seen.push((pair, unit, n, std::mem::take(&mut n_seen[pair])));
            }
        }
        seen.sort_unstable();
        people.sort_unstable();
        let alike = people.chunk_by(|a, b| a == b);
        let all = alike.map(|same| (same[0].0, same[0].1, same.len() as u32));
        Visits {
            all: all.collect(),
            seen,
        }
    }

    fn is_same_person(&self, place: usize, other: usize) -> bool {
        self.trails.person_at(place) == self.trails.person_at(other)
    }

    /// How often people come back to each page that is the end of a pair; 0 for the others.
    fn returns(&self, pairs: &[Pair]) -> Vec<Powers> {
        let mut returns = vec![Powers::default(); self.trails.n_pages];
        let mut is_end = vec![false; self.trails.n_pages];
        for pair in pairs {
            is_end[pair.to as usize] = true;
        }
        let places = (0..).zip(&mut returns);
        let mut ends: Vec<(u32, &mut Powers)> =
            places.filter(|(page, _)| is_end[*page as usize]).collect();
        self.side_by_side(ends.chunks_mut(LANES), |ends, reach| {
            reach.walk(ends.iter().map(|(page, _)| *page));
            for (lane, (page, returns)) in ends.iter_mut().enumerate() {
                **returns = reach.powers(lane, *page);
            }
        });
        returns
    }

    fn unit_at(&self, place: usize) -> u32 {
        self.world.unit[self.trails.person_at(place) as usize]
    }

    /// How much more often each unit comes to the ends of pairs than all people do.
    fn liking(&self, pairs: &[Pair]) -> Liking {
        let mut pages: Vec<u32> = pairs.iter().map(|pair| pair.to).collect();
        pages.sort_unstable();
        pages.dedup();
        let n_units = self.unit_visits.len();
        let mut ratios = Vec::with_capacity(pages.len() * n_units);
        for page in &pages {
            let mut visits = vec![0_u64; n_units];
            for place in self.index.places(*page as usize) {
                let unit = self.unit_at(place);
                if unit != NO_UNIT {
                    visits[unit as usize] += 1;
                }
            }
            let all = visits.iter().sum::<u64>() as f64 / self.n_visits as f64;
            ratios.extend(visits.iter().zip(&self.unit_visits).map(|(at, of_unit)| {
                if *at == 0 {
                    0.0
                } else {
                    *at as f64 / *of_unit as f64 / all
                }
            }));
        }
        Liking { pages, ratios }
    }
}

/// What is known of the ends of pairs.
struct Ends {
    liking: Liking,
    /// By page.
    returns: Vec<Powers>,
}

/// Ratios by page and unit.
struct Liking {
    pages: Vec<u32>,
    ratios: Vec<f64>,
}

impl Liking {
    fn of(&self, page: u32, unit: u32, n_units: usize) -> f64 {
        if unit == NO_UNIT {
            return 1.0;
        }
        let row = self.pages.partition_point(|known| *known < page);
        self.ratios[row * n_units + unit as usize]
    }
}

/// How many of these people reach the page at least once.
fn expected(visitors: &[Visitors], chance: impl Fn(u32) -> f64) -> f64 {
    visitors
        .iter()
        .map(|(unit, n_visits, n_people)| {
            f64::from(*n_people) * -(-f64::from(*n_visits) * chance(*unit)).exp_m1()
        })
        .sum()
}
