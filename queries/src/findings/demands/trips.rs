//! Counting trips: who reaches which page from which.

use super::{Gates, World};
use crate::grouped::Grouped;
use crate::parallel::{in_order, n_cores};
use crate::paths::trails::Trails;
use crate::stats::poisson;

/// Steps of the shortest trip: a single one is a move.
pub const SHORTEST: usize = 2;

/// Steps of the longest trip.
pub const LONGEST: usize = 6;

/// One trip, as places in the trails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trip {
    /// Who.
    pub person: u32,
    /// Where it starts.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Its steps, searches counted.
    pub n_steps: u32,
}

impl Trip {
    /// The places passed on the way, from the last to the first.
    pub fn inner<'t>(&self, trails: &'t Trails) -> impl Iterator<Item = usize> + use<'t> {
        trails.way_to(self.end).take(self.n_steps as usize - 1)
    }

    /// The places that each step led to.
    pub(super) fn steps<'t>(&self, trails: &'t Trails) -> impl Iterator<Item = usize> + use<'t> {
        std::iter::once(self.end).chain(self.inner(trails))
    }
}

/// A pair with enough people for a finding.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pair {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) n_people: u64,
    pub(super) is_in_both_halves: bool,
    /// People expected under the null.
    pub(super) expected: f64,
}

impl Pair {
    pub(super) fn p_value(&self) -> f64 {
        poisson::upper_tail(self.n_people, self.expected)
    }
}

/// The places of each page, in the order of persons and time; the search is the last one.
pub(super) fn by_page(trails: &Trails) -> Grouped {
    Grouped::by(trails.n_pages + 1, &trails.page)
}

/// The trips that end at a place: from each page on the way to it, two to six steps before. A page passed
/// twice starts one, the shorter one; behind an earlier visit of the last page there is none.
fn trips_to(trails: &Trails, end: usize) -> impl Iterator<Item = Trip> + '_ {
    let (person, to) = (trails.person_at(end), trails.page[end]);
    let way = (1..=LONGEST as u32).zip(trails.way_to(end));
    way.take_while(move |(_, place)| trails.page[*place] != to)
        .filter(move |(n_steps, place)| {
            let mut nearer = trails.way_to(end).take(*n_steps as usize - 1);
            nearer.all(|near| trails.page[near] != trails.page[*place])
        })
        .skip_while(|(n_steps, _)| (*n_steps as usize) < SHORTEST)
        .map(move |(n_steps, start)| Trip {
            person,
            start,
            end,
            n_steps,
        })
}

/// Whether a trip may start at a place: a page that is no hub, and no page that people only pass on their
/// way down from a hub or out of a list of hits.
pub(super) fn is_start(trails: &Trails, world: &World<'_>, place: usize) -> bool {
    let is_hub = |page: u32| page == trails.search() || world.is_hub[page as usize];
    let is_from_hub = || {
        trails
            .parent(place)
            .is_some_and(|at| is_hub(trails.page[at]))
    };
    !is_hub(trails.page[place]) && (trails.is_goal[place] || !is_from_hub())
}

/// The share of wanted ones among the visits of each page that a click led to, and that are the first of their
/// trails: the others cannot be wanted.
pub(super) fn shares_wanted(trails: &Trails, is_first: &[bool]) -> Vec<f64> {
    let mut counts = vec![(0_u32, 0_u32); trails.n_pages + 1];
    let is_arrival = |place: &usize| is_first[*place] && trails.parent(*place).is_some();
    for place in (0..trails.len()).filter(is_arrival) {
        let (n, n_wanted) = &mut counts[trails.page[place] as usize];
        *n += 1;
        *n_wanted += u32::from(trails.is_goal[place]);
    }
    let share = |(n, n_wanted): &(u32, u32)| f64::from(*n_wanted) / f64::from(*n.max(&1));
    counts.iter().map(share).collect()
}

/// Last pages that one thread takes at once.
const BLOCK: usize = 16;

/// Size of the family, and the pairs with enough people, sorted by (from, to). Nothing is expected yet.
pub(super) fn pairs(
    trails: &Trails,
    index: &Grouped,
    world: &World<'_>,
    gates: &Gates,
) -> (u64, Vec<Pair>) {
    let n_blocks = trails.n_pages.div_ceil(BLOCK);
    let seen = || Seen::new(trails.n_pages);
    let blocks = in_order(n_blocks, n_cores(), seen, |seen, block| {
        let (mut n_tested, mut pairs) = (0, Vec::new());
        let pages = block * BLOCK..trails.n_pages.min((block + 1) * BLOCK);
        for to in pages.filter(|page| !world.is_hub[*page]) {
            n_tested += pairs_to(to as u32, seen, (trails, index, world), gates, &mut pairs);
        }
        (n_tested, pairs)
    });
    let n_tested = blocks.iter().map(|(n_tested, _)| n_tested).sum();
    let n_pairs = blocks.iter().map(|(_, pairs)| pairs.len()).sum();
    let mut all = Vec::with_capacity(n_pairs);
    for (_, pairs) in blocks {
        all.extend(pairs);
    }
    all.sort_unstable_by_key(|pair: &Pair| (pair.from, pair.to));
    (n_tested, all)
}

/// Adds the pairs that end at a page; gives how many of any size there are.
fn pairs_to(
    to: u32,
    seen: &mut Seen,
    (trails, index, world): (&Trails, &Grouped, &World<'_>),
    gates: &Gates,
    pairs: &mut Vec<Pair>,
) -> u64 {
    for end in index
        .places(to as usize)
        .filter(|place| trails.is_goal[*place])
    {
        let is_odd = gates.is_in_odd_half(trails.day_at(end));
        for trip in trips_to(trails, end) {
            if is_start(trails, world, trip.start) {
                seen.see(trails.page[trip.start], trip.person, is_odd);
            }
        }
    }
    let n_tested = seen.pages.len() as u64;
    seen.take(|from, counts| {
        if counts.n_people >= gates.support {
            pairs.push(Pair {
                from,
                to,
                n_people: counts.n_people,
                is_in_both_halves: counts.is_in_odd && counts.is_in_even,
                expected: 0.0,
            });
        }
    });
    n_tested
}

/// What is counted of the starts of trips to one page. Persons come in order, so that the last one seen
/// is enough to count them once.
struct Seen {
    counts: Vec<Counts>,
    pages: Vec<u32>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Counts {
    n_people: u64,
    last_person: u32,
    is_in_odd: bool,
    is_in_even: bool,
}

impl Seen {
    fn new(n_pages: usize) -> Self {
        Self {
            counts: vec![Counts::default(); n_pages],
            pages: Vec::new(),
        }
    }

    fn see(&mut self, page: u32, person: u32, is_odd: bool) {
        let counts = &mut self.counts[page as usize];
        if counts.n_people == 0 {
            self.pages.push(page);
        }
        if counts.n_people == 0 || counts.last_person != person {
            counts.n_people += 1;
            counts.last_person = person;
        }
        counts.is_in_odd |= is_odd;
        counts.is_in_even |= !is_odd;
    }

    fn take(&mut self, mut with: impl FnMut(u32, Counts)) {
        for page in self.pages.drain(..) {
            with(page, std::mem::take(&mut self.counts[page as usize]));
        }
    }
}

/// The trips of each of these pairs (sorted by (from, to)), sorted by person and time.
pub(super) fn of_pairs(
    trails: &Trails,
    index: &Grouped,
    world: &World<'_>,
    pairs: &[Pair],
) -> Vec<Vec<Trip>> {
    let mut by_end: Vec<usize> = (0..pairs.len()).collect();
    by_end.sort_by_key(|place| pairs[*place].to);
    let ends: Vec<&[usize]> = by_end
        .chunk_by(|a, b| pairs[*a].to == pairs[*b].to)
        .collect();
    let nowhere = || vec![None; index.n_groups()];
    let found = in_order(ends.len(), n_cores(), nowhere, |place_from, task| {
        let same_end = ends[task];
        for (place, pair) in same_end.iter().enumerate() {
            place_from[pairs[*pair].from as usize] = Some(place);
        }
        let mut trips = vec![Vec::new(); same_end.len()];
        let ends = index.places(pairs[same_end[0]].to as usize);
        for end in ends.filter(|place| trails.is_goal[*place]) {
            let starts = trips_to(trails, end).filter(|trip| is_start(trails, world, trip.start));
            for trip in starts {
                if let Some(place) = place_from[trails.page[trip.start] as usize] {
                    trips[place].push(trip);
                }
            }
        }
        for pair in same_end {
            place_from[pairs[*pair].from as usize] = None;
        }
        trips
    });
    let mut trips = vec![Vec::new(); pairs.len()];
    for (pair, found) in by_end.iter().zip(found.into_iter().flatten()) {
        trips[*pair] = found;
    }
    trips
}
