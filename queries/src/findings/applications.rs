//! Applications nobody anticipated: pages that some people began to use together, as a tool of their own.
//!
//! METHODS (e). Pages are tied by the people they share beyond their popularity (`co_use`) and clustered at several
//! scales (`clusters`). A cluster is an application when three things hold together. It is used as a tool, not read:
//! people surely write on it, or come back to it, more than on the site. Something about it is otherwise than meant: its
//! people are others than those it was declared for, or than those of the sections its pages stand in, or they write or
//! come back more than people of these sections do (`pool`, `audience`); Benjamini and Hochberg over all clusters and
//! tests. And it grows: more people in each window, and surely more over two, also than the middle one of all clusters
//! (`growth`); Benjamini and Hochberg over all that may be otherwise. A limit of its own for each would not do: every way
//! that some people walk each week is used otherwise than its sections, and one in forty of them grows by chance.
//!
//! Two other things that people begin look like it: talk of two departments on a few pages, which people write on (where
//! `bridges` tells of these two, the pages are its place and no finding beside it: [`is_place_of`]), and a new way that
//! people walk week after week (`elephant_paths`).
//!
//! What is held against chance in words: the people of a cluster are anybody among those who use its sections, have the
//! same one of them as their home and use as many pages there. It is named by its pages, never by its people.

mod audience;
mod clusters;
mod co_use;
mod growth;
mod habits;
mod lots;
mod measured;
mod place;
mod pool;
mod rows;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;

use crate::findings::audiences::Planned;
use crate::parallel::on_all_cores;
use crate::people::uses::Uses;
use crate::stats::fdr;

pub use place::is_place_of;

use growth::Growth;
use measured::{Cluster, Measured, N_TESTS, Site};

/// What is known of three windows one after the other.
#[derive(Debug, Clone, Copy)]
pub struct World<'a> {
    /// Who used which page in each window, the earliest first; persons and pages are the same, hubs left out. A window
    /// nobody knows of is empty, and then nothing grows.
    pub windows: [&'a Uses; 3],
    /// Persons and pages they wrote on in the last window, sorted.
    pub written: &'a [(u32, u32)],
    /// Unit of each person; [`NO_UNIT`](crate::findings::elephant_paths::NO_UNIT) where unknown, and then in no
    /// audience.
    pub unit: &'a [u32],
    /// Number of units.
    pub n_units: usize,
    /// Section of each page.
    pub section: &'a [u32],
    /// For whom sections were declared, in any order; those not named were declared for nobody.
    pub planned: &'a [Planned],
}

/// The gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Least number of people, now.
    pub k: u64,
    /// Least number of pages.
    pub least_pages: usize,
    /// Highest false discovery rate.
    pub q: f64,
    /// Least Jensen-Shannon distance, 0 to 1, of an audience that is another: 0.2 is about a fifth of the people
    /// being others.
    pub least_distance: f64,
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
            seed: 1,
        }
    }
}

/// What a cluster's audience was held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meant {
    /// Shares declared for all of its sections.
    Declared,
    /// People who use its sections as much.
    Section,
}

impl Meant {
    /// As tables have it.
    pub fn id(self) -> &'static str {
        match self {
            Self::Declared => "declared",
            Self::Section => "section",
        }
    }
}

/// Pages used otherwise than meant. Its people are those who used two of the pages or more.
#[derive(Debug, Clone, PartialEq)]
pub struct Application {
    /// Its pages, those that most of its people use first.
    pub pages: Vec<u32>,
    /// Its people in the three windows.
    pub n_people: [u64; 3],
    /// Its people by unit, units of nobody left out; for the gate to cut.
    pub units: Vec<(u32, u64)>,
    /// What the audience was held against.
    pub meant: Meant,
    /// Jensen-Shannon distance of its people's units from those meant, 0 to 1.
    pub audience_distance: f64,
    /// Share of its pages that its people wrote on: mean over people of written on to used, 0 to 1.
    pub contribution_share: f64,
    /// The same of all people and pages.
    pub site_contribution_share: f64,
    /// Share of its pages that its people used in two weeks or more, mean over people, 0 to 1.
    pub return_rate: f64,
    /// The same of all people and pages.
    pub site_return_rate: f64,
    /// Its people now over those two windows before, or those of them who came back in a second week, if their number
    /// says it more surely; half a person is added to both.
    pub growth: f64,
    /// Lower end of its 95 % interval.
    pub growth_low: f64,
    /// What the middle one of all clusters grew, people counted in the same way.
    pub site_growth: f64,
    /// Its audience is another.
    pub has_other_audience: bool,
    /// Its people write more than people of its sections.
    pub is_written_more: bool,
    /// Its people come back more than people of its sections.
    pub is_returned_to_more: bool,
    /// Of the surest of the three, or of the growth, where that is less sure: for both have to hold.
    pub p_value: f64,
    /// Smallest false discovery rate at which the surest of the three, and the growth, are called.
    pub q_value: f64,
}

/// Applications, and among how many tests they were found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Applications {
    /// The surest first. No two share a page.
    pub applications: Vec<Application>,
    /// Clusters with enough people and pages, of all scales.
    pub n_clusters: u64,
    /// Those of them that are used as tools and may be otherwise than meant: the family of growth.
    pub n_otherwise: u64,
    /// Those of these that grow.
    pub n_growing: u64,
    /// Tests in the family: three a cluster; where it does not grow they count as passed by chance for certain.
    pub n_tested: u64,
}

/// Finds applications in the last of three windows.
///
/// # Panics
/// When a list is shorter than the persons or pages of the uses, or windows differ in these.
pub fn applications(world: &World<'_>, options: &Options) -> Applications {
    let uses = world.windows[2];
    let is_same = |window: &&Uses| {
        (window.n_persons(), window.n_items()) == (uses.n_persons(), uses.n_items())
    };
    assert!(world.windows.iter().all(is_same), "windows of one site");
    assert!(world.unit.len() >= uses.n_persons(), "a unit a person");
    assert!(world.section.len() >= uses.n_items(), "a section a page");
    let site = Site::of(world);
    let pages = clusters::clusters(&world.windows, options);
    let mut clusters = on_all_cores(pages.len(), |at| site.cluster(pages[at].clone()));
    clusters.retain(|cluster| cluster.n_people() >= options.k);
    let n_clusters = clusters.len() as u64;
    let of_middle = middle(&clusters);
    clusters.retain(Cluster::is_tool);
    let n_tested = N_TESTS as u64 * n_clusters;
    let most = lots::most_draws(n_tested, options.q);
    let is_known = world.windows.iter().all(|uses| !uses.is_empty());
    let mut otherwise: Vec<Measured> = on_all_cores(clusters.len(), |at| {
        let cluster = &clusters[at];
        let grown = cluster.growth.surest(of_middle, cluster.writes_more);
        // What does not grow is not told, so how much otherwise it is need not be known so well.
        let may_grow = is_known && grown.p_value <= options.q;
        let n_draws = if may_grow { most } else { lots::FEW_DRAWS };
        let seed = options.seed.wrapping_add(at as u64);
        site.measure(cluster, grown, n_draws, seed)
    });
    let p: Vec<f64> = otherwise.iter().flat_map(Measured::p_values).collect();
    let highest_p = lots::highest_called(&p, n_tested, options.q);
    otherwise.retain(|one| one.may_be_otherwise(highest_p, options));
    let n_otherwise = otherwise.len() as u64;
    let growing = if is_known {
        growing(otherwise, options)
    } else {
        Vec::new()
    };
    Applications {
        applications: called(&growing, n_tested, options),
        n_clusters,
        n_otherwise,
        n_growing: growing.len() as u64,
        n_tested,
    }
}

/// What the middle one of all clusters grew, by all people and by those who came back.
fn middle(clusters: &[Cluster]) -> [f64; 2] {
    let of: [fn(&Cluster) -> Growth; 2] = [|one| one.growth.all, |one| one.growth.back];
    of.map(|growth| {
        let mut ratios: Vec<f64> = clusters.iter().map(|one| growth(one).ratio).collect();
        growth::of_middle(&mut ratios)
    })
}

/// Those that grow, among all that may be otherwise.
fn growing(mut otherwise: Vec<Measured>, options: &Options) -> Vec<Measured> {
    let p: Vec<f64> = otherwise.iter().map(|one| one.grown.p_value).collect();
    let q = fdr::q_values(&p, p.len() as u64);
    for (one, q) in otherwise.iter_mut().zip(q) {
        one.growth_q_value = q;
    }
    otherwise.retain(|one| one.growth_q_value <= options.q);
    otherwise
}

/// Those that pass the gates; of several that share pages the surest.
fn called(measured: &[Measured], n_tested: u64, options: &Options) -> Vec<Application> {
    let p: Vec<f64> = measured.iter().flat_map(Measured::p_values).collect();
    let q = fdr::q_values(&p, n_tested);
    let mut found: Vec<(f64, Application)> = measured
        .iter()
        .zip(q.chunks_exact(N_TESTS))
        .filter_map(|(measured, q)| measured.called(q, options))
        .collect();
    // Many have the least p value that so many draws can give: among these the one farthest from chance.
    found.sort_by(|(a_far, a), (b_far, b)| {
        let by_p = a.p_value.total_cmp(&b.p_value);
        by_p.then(b_far.total_cmp(a_far))
            .then_with(|| a.pages.cmp(&b.pages))
    });
    let mut kept: Vec<Application> = Vec::new();
    for (_, application) in found {
        let shares =
            |other: &Application| application.pages.iter().any(|p| other.pages.contains(p));
        if !kept.iter().any(shares) {
            kept.push(application);
        }
    }
    kept
}
