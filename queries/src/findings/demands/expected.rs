//! The null: how many people would reach a page from another if every step forgot the one before.

use std::sync::Mutex;

use super::World;
use super::chain::{Chain, LANES, Reach};
use super::trips::{Index, Pair, is_start};
use crate::findings::elephant_paths::NO_UNIT;
use crate::paths::trails::Trails;

/// What the expectation of every pair is made of.
pub(super) struct Null<'a> {
    trails: &'a Trails,
    index: &'a Index,
    world: &'a World<'a>,
    chain: Chain,
    /// The share of wanted ones among the visits of each page that a click led to.
    wanted: Vec<f64>,
    /// Visits of each known unit, and of all of them.
    unit_visits: Vec<u64>,
    n_visits: u64,
}

/// People of one unit who were at a page equally often.
type Visitors = (u32, u32, u32);

impl<'a> Null<'a> {
    pub(super) fn of(trails: &'a Trails, index: &'a Index, world: &'a World<'a>) -> Self {
        let n_units = world.unit.iter().filter(|unit| **unit != NO_UNIT).max();
        let mut unit_visits = vec![0; n_units.map_or(0, |largest| *largest as usize + 1)];
        for place in 0..trails.len() {
            let unit = world.unit[trails.person_at(place) as usize];
            if unit != NO_UNIT && trails.page[place] < trails.search() {
                unit_visits[unit as usize] += 1;
            }
        }
        Self {
            trails,
            index,
            world,
            chain: Chain::of(trails, index),
            wanted: shares_wanted(trails),
            n_visits: unit_visits.iter().sum(),
            unit_visits,
        }
    }

    /// Fills in what is expected of pairs that are sorted by (from, to). Blocks of first pages are
    /// reckoned side by side; no block knows of another, so that the number of threads changes nothing.
    pub(super) fn expect(&self, pairs: &mut [Pair]) {
        let liking = self.liking(pairs);
        let mut groups: Vec<&mut [Pair]> = pairs.chunk_by_mut(|a, b| a.from == b.from).collect();
        let blocks = Mutex::new(groups.chunks_mut(LANES));
        let next = || {
            blocks
                .lock()
                .expect("nobody panics while taking a block")
                .next()
        };
        let n_threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..n_threads {
                scope.spawn(|| {
                    let mut reach = Reach::new(&self.chain);
                    while let Some(block) = next() {
                        self.expect_of(block, &mut reach, &liking);
                    }
                });
            }
        });
    }

    /// The same of at most [`LANES`] groups of pairs with the same first page each.
    fn expect_of(&self, groups: &mut [&mut [Pair]], reach: &mut Reach<'_>, liking: &Liking) {
        let chances = reach.from(groups.iter().map(|group| group[0].from));
        for (lane, group) in groups.iter_mut().enumerate() {
            let visitors = self.visitors(group[0].from);
            for pair in group.iter_mut() {
                let chance = chances[pair.to as usize][lane] * self.wanted[pair.to as usize];
                let alike = expected(&visitors, |_| chance);
                let by_unit = expected(&visitors, |unit| {
                    chance * liking.of(pair.to, unit, self.unit_visits.len())
                });
                pair.expected = alike.max(by_unit);
            }
        }
    }

    fn unit_at(&self, place: usize) -> u32 {
        self.world.unit[self.trails.person_at(place) as usize]
    }

    /// (unit, visits, people) of a page, for people who expect the same.
    fn visitors(&self, page: u32) -> Vec<Visitors> {
        let mut people: Vec<(u32, u32)> = Vec::new();
        let mut last_person = None;
        let places = self.index.places(page);
        for place in places.filter(|place| is_start(self.trails, self.world, *place)) {
            let person = Some(self.trails.person_at(place));
            match people.last_mut() {
                Some((_, n)) if person == last_person => *n += 1,
                _ => people.push((self.unit_at(place), 1)),
            }
            last_person = person;
        }
        people.sort_unstable();
        let alike = people.chunk_by(|a, b| a == b);
        alike
            .map(|same| (same[0].0, same[0].1, same.len() as u32))
            .collect()
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
            for place in self.index.places(*page) {
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

fn shares_wanted(trails: &Trails) -> Vec<f64> {
    let mut counts = vec![(0_u32, 0_u32); trails.n_pages + 1];
    for place in (0..trails.len()).filter(|place| trails.parent(*place).is_some()) {
        let (n, n_wanted) = &mut counts[trails.page[place] as usize];
        *n += 1;
        *n_wanted += u32::from(trails.is_goal[place]);
    }
    let share = |(n, n_wanted): &(u32, u32)| f64::from(*n_wanted) / f64::from(*n.max(&1));
    counts.iter().map(share).collect()
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
