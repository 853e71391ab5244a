//! Applications nobody anticipated: pages that some people began to use together, as a tool of their own.
//!
//! METHODS (e). Pages are tied by co-use beyond their popularity inside each unit, and clustered. A cluster is an
//! application when its people are others than those of the sections its pages stand in, or do other things there (write
//! more, come back more), and when they became more for two windows. Each test is one of labels dealt out among people
//! who use these sections as much; Benjamini and Hochberg over all of them. It is named by its pages, never by its people.

mod co_use;
mod pool;

use crate::graph::leiden::{Quality, communities};
use crate::people::uses::Uses;
use crate::stats::random::Random;
use crate::stats::{binomial, fdr};

use pool::{Member, Pool, divergence};

/// What is known of three windows.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Who used which page, the window before last, the last, and this one; hubs left out, persons and pages the same.
    pub uses: [&'a Uses; 3],
    /// Persons and pages they wrote on in this window, sorted.
    pub written: &'a [(u32, u32)],
    /// Unit of each person; [`NO_UNIT`](crate::findings::elephant_paths::NO_UNIT) where unknown.
    pub unit: &'a [u32],
    /// Number of units.
    pub n_units: usize,
    /// Section of each page.
    pub section: &'a [u32],
    /// For whom sections were meant: section, unit and share, in any order; sections not named were meant for nobody in
    /// particular.
    pub planned: &'a [(u32, u32, f64)],
}

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people.
    pub k: u64,
    /// Least number of pages.
    pub least_pages: usize,
    /// Highest false discovery rate.
    pub q: f64,
    /// Least Jensen-Shannon distance: 0.2 is about a fifth of the people being others.
    pub least_distance: f64,
    /// How often labels are dealt out.
    pub n_draws: usize,
    /// Seed of the clustering and the draws.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 10,
            least_pages: 3,
            q: 0.05,
            least_distance: 0.2,
            n_draws: 199,
            seed: 1,
        }
    }
}

/// A cluster of pages and its people: those who used two of its pages or more.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// Its pages, those that most of its people use first.
    pub pages: Vec<u32>,
    /// Its people in the three windows.
    pub n_people: [u64; 3],
    /// Jensen-Shannon distance of their units from those of people who use the same sections as much, 0 to 1.
    pub audience_distance: f64,
    /// The same from the audience that was planned; `None` where one of its sections has none.
    pub planned_distance: Option<f64>,
    /// Share of its people who wrote in its sections.
    pub contribution_share: f64,
    /// Share of its people who came to a page there in two weeks or more.
    pub return_share: f64,
    /// Growth of its people over two windows, over that of all people.
    pub growth: f64,
    /// The smaller q value of audience and way of use.
    pub q_value: f64,
    /// p value of the audience.
    pub p_audience: f64,
    /// p value of the way of use.
    pub p_use: f64,
    /// Whether it passes all gates.
    pub is_found: bool,
}

/// Clusters of pages with enough people; those found first, then by people and pages.
pub fn applications(world: &World<'_>, options: &Options) -> Vec<Application> {
    // One stratum: what a whole unit took up would be explained by that unit's own popularity.
    let network = co_use::network(world.uses[2], &vec![0; world.unit.len()]);
    let community = communities(
        &network,
        Quality::Modularity { resolution: 1.0 },
        options.seed,
    );
    let mut random = Random::new(options.seed);
    let mut all: Vec<Application> = clusters(&community, options.least_pages)
        .into_iter()
        .filter_map(|pages| measure(world, pages, options, &mut random))
        .collect();
    judge(&mut all, world, options);
    all.sort_by(|a, b| {
        let key = |app: &Application| (!app.is_found, std::cmp::Reverse(app.n_people[2]));
        key(a).cmp(&key(b)).then(a.pages.cmp(&b.pages))
    });
    all
}

/// Pages by community, small ones left out.
fn clusters(community: &[u32], least_pages: usize) -> Vec<Vec<u32>> {
    let mut pages: Vec<(u32, u32)> = community.iter().copied().zip(0..).collect();
    pages.sort_unstable();
    pages
        .chunk_by(|a, b| a.0 == b.0)
        .filter(|same| same.len() >= least_pages)
        .map(|same| same.iter().map(|page| page.1).collect())
        .collect()
}

/// Whether somebody used two of the pages, which are marked.
fn is_user(uses: &Uses, person: u32, is_inside: &[bool]) -> bool {
    let pages = uses.items(person).iter();
    pages.filter(|page| is_inside[**page as usize]).count() >= 2
}

fn measure(
    world: &World<'_>,
    mut pages: Vec<u32>,
    options: &Options,
    random: &mut Random,
) -> Option<Application> {
    let mut is_inside = vec![false; world.section.len()];
    for page in &pages {
        is_inside[*page as usize] = true;
    }
    let count = |uses: &Uses| {
        (0..uses.n_persons() as u32)
            .filter(|person| is_user(uses, *person, &is_inside))
            .count() as u64
    };
    let n_people = world.uses.map(count);
    if n_people[2] < options.k {
        return None;
    }
    let members = members(world, &pages, &is_inside);
    let pool = Pool::of(&members, world.n_units);
    let judged = pool.audience(options.n_draws, random);
    let writes = pool.more_than_others(|member| member.has_written);
    let returns = pool.more_than_others(|member| member.has_returned);
    let users = || members.iter().filter(|member| member.is_user);
    let share = |n: usize| n as f64 / n_people[2] as f64;
    let popularity = popularity(world.uses[2], &is_inside);
    pages.sort_by_key(|page| (std::cmp::Reverse(popularity[*page as usize]), *page));
    Some(Application {
        planned_distance: planned_distance(world, &pages, &popularity, users()),
        pages,
        n_people,
        audience_distance: judged.distance,
        contribution_share: share(users().filter(|member| member.has_written).count()),
        return_share: share(users().filter(|member| member.has_returned).count()),
        growth: growth(world, n_people),
        q_value: 1.0,
        p_audience: judged.p_value,
        p_use: (2.0 * writes.min(returns)).min(1.0),
        is_found: false,
    })
}

/// Everybody who used a page of the sections that the cluster's pages stand in.
fn members(world: &World<'_>, pages: &[u32], is_inside: &[bool]) -> Vec<Member> {
    let mut sections: Vec<u32> = pages
        .iter()
        .map(|page| world.section[*page as usize])
        .collect();
    sections.sort_unstable();
    sections.dedup();
    let is_there = |page: u32| {
        sections
            .binary_search(&world.section[page as usize])
            .is_ok()
    };
    let uses = world.uses[2];
    let member = |person: u32| {
        let row = uses.items(person).iter().zip(uses.weeks(person));
        let there: Vec<u16> = row
            .filter(|(page, _)| is_there(**page))
            .map(|row| *row.1)
            .collect();
        let from = world.written.partition_point(|row| row.0 < person);
        let written = world.written[from..]
            .iter()
            .take_while(|row| row.0 == person);
        (!there.is_empty()).then(|| Member {
            unit: world.unit[person as usize],
            n_pages: there.len() as u32,
            is_user: is_user(uses, person, is_inside),
            has_written: written.into_iter().any(|row| is_there(row.1)),
            has_returned: there.iter().any(|weeks| *weeks >= 2),
        })
    };
    (0..uses.n_persons() as u32).filter_map(member).collect()
}

/// How many of the cluster's people use each page.
fn popularity(uses: &Uses, is_inside: &[bool]) -> Vec<u64> {
    let mut popularity = vec![0; is_inside.len()];
    for person in 0..uses.n_persons() as u32 {
        if is_user(uses, person, is_inside) {
            for page in uses.items(person) {
                popularity[*page as usize] += 1;
            }
        }
    }
    popularity
}

/// The users' units against the planned shares of their sections, mixed by the cluster's use.
fn planned_distance<'a>(
    world: &World<'_>,
    pages: &[u32],
    popularity: &[u64],
    users: impl Iterator<Item = &'a Member>,
) -> Option<f64> {
    let mut meant = vec![0.0; world.n_units];
    for page in pages {
        let section = world.section[*page as usize];
        let mut rows = world
            .planned
            .iter()
            .filter(|row| row.0 == section)
            .peekable();
        rows.peek()?;
        for (_, unit, share) in rows.filter(|row| (row.1 as usize) < world.n_units) {
            meant[*unit as usize] += share * popularity[*page as usize] as f64;
        }
    }
    let mut seen = vec![0.0; world.n_units];
    for user in users.filter(|user| (user.unit as usize) < world.n_units) {
        seen[user.unit as usize] += 1.0;
    }
    Some(divergence(&seen, &meant).sqrt())
}

/// People with any use at all.
fn n_active(uses: &Uses) -> u64 {
    (0..uses.n_persons() as u32)
        .filter(|person| !uses.items(*person).is_empty())
        .count() as u64
}

/// Half a person is added, so that what began from nobody has a growth too.
fn growth(world: &World<'_>, n_people: [u64; 3]) -> f64 {
    let of_all = n_active(world.uses[2]) as f64 / n_active(world.uses[0]).max(1) as f64;
    (n_people[2] as f64 + 0.5) / (n_people[0] as f64 + 0.5) / of_all.max(f64::MIN_POSITIVE)
}

/// Whether a cluster's people became more in both windows, and over both by more than all people did (one-sided 97.5 %,
/// each window's people as if others: those who stay make it surer, not less).
fn is_growing(world: &World<'_>, n_people: [u64; 3]) -> bool {
    let [first, middle, last] = n_people;
    let (before, now) = (
        n_active(world.uses[0]) as f64,
        n_active(world.uses[2]) as f64,
    );
    let tail = binomial::upper_tail(last, first + last, now / (before + now).max(1.0));
    first < middle && middle < last && tail <= 0.025
}

fn judge(all: &mut [Application], world: &World<'_>, options: &Options) {
    let p: Vec<f64> = all
        .iter()
        .flat_map(|app| [app.p_audience, app.p_use])
        .collect();
    let q = fdr::q_values(&p, p.len() as u64);
    let middle = |of: fn(&Application) -> f64| {
        let mut shares: Vec<f64> = all.iter().map(of).collect();
        shares.sort_by(f64::total_cmp);
        crate::stats::median::median(&shares).unwrap_or(0.0)
    };
    let medians = (
        middle(|app| app.contribution_share),
        middle(|app| app.return_share),
    );
    for (app, q) in all.iter_mut().zip(q.chunks_exact(2)) {
        let has_others = q[0] <= options.q && app.audience_distance >= options.least_distance;
        let is_above = app.contribution_share > medians.0 || app.return_share > medians.1;
        let is_used_otherwise = q[1] <= options.q && is_above;
        app.q_value = q[0].min(q[1]);
        app.is_found = (has_others || is_used_otherwise) && is_growing(world, app.n_people);
    }
}

#[cfg(test)]
mod tests;
