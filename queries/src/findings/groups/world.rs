//! An invented intranet with groups across departments planted in it, and much that only looks like them.
//!
//! Nothing here is drawn from the model the finding holds people against: people visit one page after another,
//! each visit in a week of its own, by habit of their team, their department, their role and the whole house.

use super::{Crowd, TieDays};
use crate::people::uses::{Use, Uses};
use crate::stats::random::Random;

/// Size of the world and what is planted in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Options {
    /// Groups across departments.
    pub n_groups: usize,
    /// Chance of a member to use each of the group's pages.
    pub strength: f64,
    /// Whether there are teams, roles, kiosks and waves.
    pub has_decoys: bool,
    /// Whether groups are also tied by social actions.
    pub has_ties: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            n_groups: 5,
            strength: 0.6,
            has_decoys: true,
            has_ties: false,
        }
    }
}

pub(super) const N_PERSONS: u32 = 1_200;
const N_DEPARTMENTS: u32 = 12;
pub(super) const N_ITEMS: u32 = 600;
/// Items 0 to 239 are everybody's, then 30 of each department.
const N_COMMON: u32 = 240;
const N_OF_DEPARTMENT: u32 = 30;
pub(super) const N_WEEKS: usize = 4;
/// Pages a group gathers round; a member uses six of them in the mean, or four in weaker groups.
pub(super) const N_PAGES: usize = 10;
/// People of a team share pages of their own and nothing else that is news.
const TEAM: usize = 10;
const N_WAVES: usize = 2;
const N_IN_WAVE: usize = 15;
const N_IN_ROLE: usize = 60;
/// Three kiosks.
pub(super) fn is_kiosk(person: u32) -> bool {
    person.is_multiple_of(400)
}

/// The world, and what is in it.
#[derive(Debug, Clone)]
pub(super) struct World {
    pub uses: Uses,
    pub department: Vec<u32>,
    pub role: Vec<u32>,
    pub ties: Vec<TieDays>,
    pub planted: Vec<Vec<u32>>,
}

impl World {
    pub(super) fn crowd<'a>(&'a self, others: &'a [&'a [u32]]) -> Crowd<'a> {
        Crowd {
            uses: &self.uses,
            days: None,
            department: &self.department,
            others,
            ties: &self.ties,
        }
    }
}

/// Of two sorted lists: what both have over what either has.
pub(super) fn jaccard(one: &[u32], other: &[u32]) -> f64 {
    let n_both = one
        .iter()
        .filter(|person| other.binary_search(person).is_ok())
        .count();
    n_both as f64 / (one.len() + other.len() - n_both).max(1) as f64
}

/// A world from a seed.
pub(super) fn world(options: &Options, seed: u64) -> World {
    let mut random = Random::new(seed);
    let (mut world, mut uses) = bare(options.has_decoys, N_WEEKS, &mut random);
    let mut people = in_any_order(&mut random);
    for _ in 0..options.n_groups {
        let size = 10 + random.below(31);
        let members = across(&world.department, &mut people, size, &mut random);
        let pages = niche(N_PAGES, &mut random);
        for person in &members {
            gather(*person, &pages, options.strength, &mut uses, &mut random);
        }
        world.planted.push(members);
    }
    if options.has_ties {
        world.ties = ties(&world, &mut random);
    }
    uses.sort_unstable();
    world.uses = Uses::new(N_PERSONS as usize, N_ITEMS as usize, &uses);
    world
}

/// A world before anything is planted in it, and what people do there in so many weeks, a multiple of four.
pub(super) fn bare(has_decoys: bool, n_weeks: usize, random: &mut Random) -> (World, Vec<Use>) {
    let mut world = World {
        uses: Uses::default(),
        role: vec![0; N_PERSONS as usize],
        department: departments(),
        ties: Vec::new(),
        planted: Vec::new(),
    };
    let mut uses: Vec<Use> = Vec::new();
    background(&world.department, n_weeks, &mut uses, random);
    if has_decoys {
        decoys(&mut world, n_weeks, &mut uses, random);
    }
    (world, uses)
}

/// Everybody but the kiosks.
pub(super) fn in_any_order(random: &mut Random) -> Vec<u32> {
    let mut people: Vec<u32> = (0..N_PERSONS).filter(|person| !is_kiosk(*person)).collect();
    random.shuffle(&mut people);
    people
}

/// Departments of 30 to 250 people.
fn departments() -> Vec<u32> {
    let sizes = [250, 200, 160, 130, 100, 90, 70, 60, 50, 35, 30, 25];
    let of = sizes.iter().zip(0..N_DEPARTMENTS);
    of.flat_map(|(size, department)| std::iter::repeat_n(department, *size))
        .collect()
}

/// People of departments drawn by lot, each department as likely, whatever its size.
pub(super) fn across(
    department: &[u32],
    free: &mut Vec<u32>,
    n: usize,
    random: &mut Random,
) -> Vec<u32> {
    let mut members = Vec::new();
    while members.len() < n {
        let wanted = random.below(N_DEPARTMENTS as usize) as u32;
        // None is left of a small department now and then.
        if let Some(at) = free
            .iter()
            .position(|person| department[*person as usize] == wanted)
        {
            members.push(free.remove(at));
        }
    }
    members.sort_unstable();
    members
}

fn taken(free: &mut &[u32], n: usize) -> Vec<u32> {
    let (members, rest) = free.split_at(n);
    *free = rest;
    let mut members = members.to_vec();
    members.sort_unstable();
    members
}

/// Pages few people use: from the rear of the common list and of department sections.
pub(super) fn niche(n: usize, random: &mut Random) -> Vec<u32> {
    let mut pages = Vec::new();
    while pages.len() < n {
        let page = if random.below(2) == 0 {
            120 + random.below(120) as u32
        } else {
            let section = N_COMMON + N_OF_DEPARTMENT * random.below(N_DEPARTMENTS as usize) as u32;
            section + 10 + random.below(20) as u32
        };
        if !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

/// Each page with a chance, in one to three of four weeks.
fn gather(person: u32, pages: &[u32], chance: f64, uses: &mut Vec<Use>, random: &mut Random) {
    gather_long(person, pages, (chance, N_WEEKS), uses, random);
}

/// The same in each four of so many weeks.
fn gather_long(
    person: u32,
    pages: &[u32],
    (chance, n_weeks): (f64, usize),
    uses: &mut Vec<Use>,
    random: &mut Random,
) {
    for (page, four_weeks) in pages.iter().flat_map(|page| each_four(n_weeks, *page)) {
        if random.uniform() < chance {
            for _ in 0..=random.below(3) {
                uses.push((person, page, four_weeks + random.below(N_WEEKS) as i32));
            }
        }
    }
}

/// A page with the first of each four weeks.
fn each_four(n_weeks: usize, page: u32) -> impl Iterator<Item = (u32, i32)> {
    (0..n_weeks as i32)
        .step_by(N_WEEKS)
        .map(move |week| (page, week))
}

/// A rank by Zipf's law: low ranks are popular.
fn zipf(n: u32, random: &mut Random) -> u32 {
    // The inverse of the distribution whose density falls as 1 / rank.
    let rank = f64::from(n + 1).powf(random.uniform());
    (rank as u32 - 1).min(n - 1)
}

/// Everybody's visits: half to the own department's section, the rest to what is everybody's or anybody's.
fn background(department: &[u32], n_weeks: usize, uses: &mut Vec<Use>, random: &mut Random) {
    for person in 0..N_PERSONS {
        let own = N_COMMON + N_OF_DEPARTMENT * department[person as usize];
        let n_visits = (random.normal() * 0.9 + 2.6).exp() as usize + 1;
        for _ in 0..n_visits.min(400) * n_weeks / N_WEEKS {
            let page = match random.below(20) {
                0..10 => own + zipf(N_OF_DEPARTMENT, random),
                10..18 => zipf(N_COMMON, random),
                _ => random.below(N_ITEMS as usize) as u32,
            };
            uses.push((person, page, random.below(n_weeks) as i32));
        }
    }
    for kiosk in (0..N_PERSONS).filter(|person| is_kiosk(*person)) {
        for (page, four_weeks) in (0..N_ITEMS).flat_map(|page| each_four(n_weeks, page)) {
            if random.below(50) > 0 {
                uses.push((kiosk, page, four_weeks + random.below(N_WEEKS) as i32));
            }
        }
    }
}

/// Teams inside departments, a role across them, waves of newcomers: alike, and no informal group.
fn decoys(world: &mut World, n_weeks: usize, uses: &mut Vec<Use>, random: &mut Random) {
    // Every third team of ten inside a department has five pages it uses.
    let people: Vec<u32> = (0..N_PERSONS).collect();
    for team in people.chunks(TEAM).step_by(3) {
        let home = world.department[team[0] as usize];
        let team: Vec<u32> = team
            .iter()
            .copied()
            .filter(|p| world.department[*p as usize] == home)
            .collect();
        let pages = niche(5, random);
        for person in &team {
            gather_long(*person, &pages, (0.7, n_weeks), uses, random);
        }
    }
    let mut people: Vec<u32> = people
        .into_iter()
        .filter(|person| !is_kiosk(*person))
        .collect();
    random.shuffle(&mut people);
    let mut free = people.as_slice();
    let role = taken(&mut free, N_IN_ROLE);
    let pages = niche(10, random);
    for person in &role {
        world.role[*person as usize] = 1;
        gather_long(*person, &pages, (0.4, n_weeks), uses, random);
    }
    for _ in 0..N_WAVES * n_weeks / N_WEEKS {
        let wave = taken(&mut free, N_IN_WAVE);
        let week = random.below(n_weeks) as i32;
        for person in &wave {
            for page in 200..208 {
                if random.uniform() < 0.9 {
                    uses.push((*person, page, week));
                }
            }
        }
    }
}

/// Ties by department, and among members of groups.
fn ties(world: &World, random: &mut Random) -> Vec<TieDays> {
    let mut ties = Vec::new();
    let mut tie = |one: u32, other: u32, n_days: usize| {
        ties.push(TieDays {
            one,
            other,
            n_days: 1 + n_days as u32,
        });
    };
    for one in 0..N_PERSONS {
        for _ in 0..3 {
            let other = random.below(N_PERSONS as usize) as u32;
            let is_near = world.department[one as usize] == world.department[other as usize];
            if is_near || random.below(4) == 0 {
                tie(one, other, random.below(4) * random.below(3));
            }
        }
    }
    for members in &world.planted {
        for one in members {
            for _ in 0..2 {
                tie(*one, members[random.below(members.len())], random.below(5));
            }
        }
    }
    ties
}
