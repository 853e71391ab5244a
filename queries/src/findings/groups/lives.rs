//! The invented intranet over half a year, in which groups are born, grow, shrink, merge, split and end.
//!
//! Windows overlap, as in the product: four weeks each, a step of one. So whatever happens is seen little by little,
//! and is dated by the first window of which half of the weeks lie after it.

use super::world::{self, N_ITEMS, N_PAGES, N_PERSONS, N_WEEKS, World};
use crate::findings::group_events::Kind;
use crate::people::uses::{Use, Uses};
use crate::stats::random::Random;

/// Weeks of the world.
const N_LONG: usize = 28;
/// Nothing happens in so many weeks at the beginning and at the end, so that what was before and what is after can be
/// known: growth is told when six more windows are.
const N_QUIET: (usize, usize) = (8, 12);
/// Members who leave in a week, each for another: one in ten in five weeks.
const CHURN: f64 = 0.02;
/// Members who come by growth, and who go by shrinking.
const GAINED: f64 = 0.5;
const LOST: f64 = 0.4;

/// What becomes of the groups of a world; two are taken for a merge.
const FATES: [Kind; 11] = [
    Kind::Stable,
    Kind::Born,
    Kind::Born,
    Kind::Growing,
    Kind::Growing,
    Kind::Shrinking,
    Kind::Shrinking,
    Kind::Merged,
    Kind::Split,
    Kind::Ended,
    Kind::Ended,
];

/// Something that happened to a group.
pub(super) struct Planted {
    pub kind: Kind,
    /// The first window of which half of the weeks lie after it.
    pub window: usize,
    /// Those to whom it happened: members before, or, of one that was born, after.
    pub people: Vec<u32>,
}

/// Half a year of a world.
pub(super) struct Lives {
    world: World,
    uses: Vec<Use>,
    pub planted: Vec<Planted>,
    /// The members of each group, by week.
    pub by_week: Vec<Vec<Vec<u32>>>,
}

impl Lives {
    pub(super) fn n_windows() -> usize {
        N_LONG - N_WEEKS + 1
    }

    /// What is seen in a window.
    pub(super) fn window(&self, window: usize) -> World {
        let weeks = window as i32..(window + N_WEEKS) as i32;
        let of_window = self.uses.iter().filter(|one| weeks.contains(&one.2));
        let of_window: Vec<Use> = of_window.copied().collect();
        World {
            uses: Uses::new(N_PERSONS as usize, N_ITEMS as usize, &of_window),
            ..self.world.clone()
        }
    }
}

/// A group while it lives.
#[derive(Clone)]
struct Living {
    fate: Kind,
    people: Vec<u32>,
    pages: Vec<u32>,
}

/// What is drawn from.
struct Soil {
    department: Vec<u32>,
    /// People in no group.
    free: Vec<u32>,
    random: Random,
}

impl Soil {
    fn group(&mut self, fate: Kind) -> Living {
        // What splits or shrinks is large enough to be told afterwards.
        let least = match fate {
            Kind::Split => 26,
            Kind::Shrinking => 20,
            _ => 12,
        };
        let n = least + self.random.below(15);
        Living {
            fate,
            people: self.people(n),
            pages: world::niche(N_PAGES, &mut self.random),
        }
    }

    fn people(&mut self, n: usize) -> Vec<u32> {
        world::across(&self.department, &mut self.free, n, &mut self.random)
    }

    fn churn(&mut self, people: &mut [u32]) {
        for member in people {
            if self.random.uniform() < CHURN {
                let left = std::mem::replace(member, self.people(1)[0]);
                self.free.push(left);
            }
        }
    }
}

/// A world in which members use each of a group's pages in a window with the chance `strength`.
pub(super) fn lives(strength: f64, seed: u64) -> Lives {
    let mut random = Random::new(seed);
    let (world, mut uses) = world::bare(true, N_LONG, &mut random);
    let mut soil = Soil {
        department: world.department.clone(),
        free: world::in_any_order(&mut random),
        random,
    };
    let mut fates: Vec<(Kind, usize)> = Vec::new();
    let mut living: Vec<Living> = Vec::new();
    for fate in FATES {
        let week = N_QUIET.0 + soil.random.below(N_LONG - N_QUIET.0 - N_QUIET.1 + 1);
        fates.push((fate, week));
        let n = match fate {
            Kind::Born => 0,
            Kind::Merged => 2,
            _ => 1,
        };
        living.extend((0..n).map(|_| soil.group(fate)));
    }
    let (mut planted, mut by_week) = (Vec::new(), Vec::new());
    for week in 0..N_LONG {
        for (kind, _) in fates.iter().filter(|fate| fate.1 == week) {
            let people = happen(*kind, &mut living, &mut soil);
            let window = week - N_WEEKS / 2;
            planted.extend((*kind != Kind::Stable).then_some(Planted {
                kind: *kind,
                window,
                people,
            }));
        }
        for group in &mut living {
            soil.churn(&mut group.people);
            for (person, page) in cells(group) {
                if comes((person, page), week, strength, seed) {
                    uses.push((person, page, week as i32));
                }
            }
        }
        let members = living.iter().map(|group| group.people.clone());
        by_week.push(members.collect());
    }
    uses.sort_unstable();
    Lives {
        world,
        uses,
        planted,
        by_week,
    }
}

/// Each page with a chance, in one to three of four weeks; these four begin in another week for each.
fn comes((person, page): (u32, u32), week: usize, chance: f64, seed: u64) -> bool {
    let pair = u64::from(person) * u64::from(N_ITEMS) + u64::from(page);
    let mut random = Random::stream(seed.rotate_left(32), pair);
    let at = week + random.below(N_WEEKS);
    let (four, own) = (at / N_WEEKS, at % N_WEEKS);
    let mut random = Random::stream(random.next_u64(), four as u64);
    let n = if random.uniform() < chance {
        1 + random.below(3)
    } else {
        0
    };
    (0..n).any(|_| random.below(N_WEEKS) == own)
}

fn cells(group: &Living) -> impl Iterator<Item = (u32, u32)> {
    let people = group.people.iter();
    people.flat_map(|person| group.pages.iter().map(|page| (*person, *page)))
}

/// Lets the first group to which this is to happen go through it; whom it happened to.
fn happen(kind: Kind, living: &mut Vec<Living>, soil: &mut Soil) -> Vec<u32> {
    let is_due = |group: &Living| group.fate == kind;
    if kind == Kind::Born {
        living.push(Living {
            fate: Kind::Stable,
            ..soil.group(kind)
        });
        return living.last().expect("the one just born").people.clone();
    }
    let at = living
        .iter()
        .position(is_due)
        .expect("a group for each fate");
    let mut group = living.remove(at);
    group.fate = Kind::Stable;
    let mut before = group.people.clone();
    let n = before.len() as f64;
    match kind {
        Kind::Growing => group.people.extend(soil.people((n * GAINED) as usize)),
        Kind::Shrinking => {
            soil.random.shuffle(&mut group.people);
            let gone = group.people.split_off((n * (1.0 - LOST)) as usize);
            soil.free.extend(gone);
        }
        Kind::Merged => {
            let other = living.iter().position(is_due).expect("two for a merge");
            let other = living.remove(other);
            before.extend(&other.people);
            group.people.extend(other.people);
            group.pages.truncate(N_PAGES / 2);
            group.pages.extend(&other.pages[..N_PAGES / 2]);
            group.pages.sort_unstable();
            group.pages.dedup();
        }
        Kind::Split => {
            soil.random.shuffle(&mut group.people);
            let mut half = group.clone();
            half.people = group.people.split_off(before.len() / 2);
            half.pages = group.pages.split_off(N_PAGES / 2);
            for piece in [&mut half, &mut group] {
                let fresh = world::niche(N_PAGES / 2, &mut soil.random);
                piece.pages.extend(fresh);
                piece.pages.sort_unstable();
                piece.pages.dedup();
            }
            living.push(half);
        }
        Kind::Ended => soil.free.append(&mut group.people),
        Kind::Stable | Kind::Born => {}
    }
    if kind != Kind::Ended {
        living.push(group);
    }
    before
}
