//! Groups that nobody planned, window by window: the tables `groups`, `group_members`, `group_pages`, `group_units`,
//! `group_events` and `group_windows`.

mod stored;

use std::collections::{BTreeMap, BTreeSet};

use datafusion::prelude::SessionContext;
use queries::findings::group_events::{self, Event, History, Kind, group_events};
use queries::findings::groups::{self, Groups, Settings, TieDays};

use super::crowd::Crowd;
use super::steps::{Fingerprints, is_sunday, steps};
use crate::analyze::Window;
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

pub(super) use stored::{Found, Member, Page, Step, UnitPart};

/// Worlds of the window that is reported on a Sunday, and stays in the history.
const WORLDS_A_WEEK: usize = 99;

/// Worlds of a night, whose window the next one takes the place of, and of the weeks that a first analysis looks back on:
/// the fewest that can tell a group.
const WORLDS_A_NIGHT: usize = 19;

/// What the groups of a window came to.
#[derive(Debug, Clone, Default)]
pub(super) struct Grouped {
    /// Persons and the number of their group in the window, sorted by group and person.
    pub(super) members: Vec<(i64, u32)>,
    /// Names of the groups, by number.
    pub(super) names: Vec<String>,
    /// Clusters that were held against null worlds.
    pub(super) n_tested: u64,
    /// Null worlds.
    pub(super) n_worlds: u64,
    /// Windows of the history.
    pub(super) n_windows: u64,
}

/// Finds the groups of every step up to the window that is new or was touched, follows them, and writes the tables.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    crowd: &Crowd,
    first: i32,
) -> Result<Grouped, Error> {
    let window = crowd.window;
    let horizon_days = run.settings.analysis.horizon_weeks as i32 * 7;
    let prints = Fingerprints::read(run, lake).await?;
    let mut known: BTreeMap<i32, Step> = stored::read(lake)
        .await?
        .into_iter()
        .filter(|step| step.window.n_days() == window.n_days())
        .filter(|step| is_sunday(step.window.end) || step.window.end == window.end)
        .map(|step| (step.window.end, step))
        .collect();
    let steps = steps(window, first, horizon_days);
    let is_done = |step: &Window, known: &BTreeMap<i32, Step>| {
        known
            .get(&step.end)
            .is_some_and(|known| known.fingerprint == prints.of(*step))
    };
    let n_new = steps.iter().filter(|step| !is_done(step, &known)).count();
    if n_new > 1 {
        run.talk
            .say(format!("groups: {n_new} windows to look at, one a week"));
    }
    for step in steps {
        let n_worlds = if step == window && is_sunday(step.end) {
            WORLDS_A_WEEK
        } else {
            WORLDS_A_NIGHT
        };
        let fingerprint = prints.of(step);
        if is_done(&step, &known) {
            continue;
        }
        let found = if step == window {
            found(crowd, n_worlds, fingerprint)
        } else {
            found(&Crowd::read(context, step).await?, n_worlds, fingerprint)
        };
        known.insert(step.end, found);
    }
    let mut all: Vec<Step> = known.into_values().collect();
    let history = followed(&all);
    name(&mut all, &history);
    stored::write(lake, &all, &history).await?;
    Ok(all
        .iter()
        .find(|step| step.window == window)
        .map_or_else(Grouped::default, |step| grouped(step, all.len())))
}

fn grouped(step: &Step, n_windows: usize) -> Grouped {
    let groups = (0_u32..).zip(&step.groups);
    let members = groups.flat_map(|(number, group)| {
        let members = group.members.iter();
        members.map(move |member| (member.person, number))
    });
    Grouped {
        members: members.collect(),
        names: step.groups.iter().map(|group| group.name.clone()).collect(),
        n_tested: step.n_tested as u64,
        n_worlds: step.n_worlds as u64,
        n_windows: n_windows as u64,
    }
}

/// The groups of a window.
fn found(crowd: &Crowd, n_worlds: usize, fingerprint: i64) -> Step {
    let chart = &crowd.chart;
    let ties: Vec<TieDays> = crowd
        .ties
        .iter()
        .map(|tie| TieDays {
            one: tie.one,
            other: tie.other,
            n_days: tie.n_days,
        })
        .collect();
    let (departments, locations) = (chart.departments(), chart.locations());
    let roles = &chart.dimensions[2];
    let others = [locations.unit.as_slice(), roles.unit.as_slice()];
    let known: Vec<&[u32]> = [locations, roles]
        .iter()
        .zip(others)
        .filter(|(dimension, _)| dimension.units.len() > 1)
        .map(|(_, unit)| unit)
        .collect();
    let asked = groups::Crowd {
        uses: &crowd.uses,
        days: Some(&crowd.days),
        department: &departments.unit,
        others: &known,
        ties: &ties,
    };
    let settings = Settings {
        n_worlds,
        n_threads: std::thread::available_parallelism().map_or(1, usize::from),
        ..Settings::default()
    };
    step(crowd, &groups::groups(&asked, &settings), fingerprint)
}

fn step(crowd: &Crowd, found: &Groups, fingerprint: i64) -> Step {
    let groups = found.groups.iter().map(|group| {
        let members = group.members.iter().map(|member| Member {
            person: crowd.persons[member.person as usize],
            strength: member.strength,
            is_core: member.is_core,
        });
        let pages = group.items.iter().map(|item| Page {
            address: crowd.pages[item.item as usize].clone(),
            n_people: item.n_people.into(),
            expected: item.expected,
            lift: item.lift,
        });
        Found {
            name: String::new(),
            members: members.collect(),
            pages: pages.collect(),
            units: units(crowd, group),
            n_units: group.mixture.n_units.into(),
            largest_share: group.mixture.largest_share,
            cohesion: group.cohesion,
            p_value: group.p_value,
            stability: group.stability,
        }
    });
    Step {
        window: crowd.window,
        fingerprint,
        n_people: crowd.persons.len() as i64,
        n_pages: crowd.pages.len() as i64,
        n_ties: crowd.ties.len() as i64,
        n_tested: (found.n_candidates - found.n_units - found.n_errands) as i64,
        n_worlds: found.n_worlds as i64,
        resolution: found.resolution,
        groups: groups.collect(),
    }
}

/// How many members belong to each unit of each dimension.
fn units(crowd: &Crowd, group: &groups::Group) -> Vec<UnitPart> {
    let mut counts: BTreeMap<(String, Option<String>), i64> = BTreeMap::new();
    for dimension in &crowd.chart.dimensions {
        for member in &group.members {
            let unit = dimension.of(member.person as usize).map(str::to_owned);
            *counts.entry((dimension.name.clone(), unit)).or_default() += 1;
        }
    }
    let counts = counts.into_iter();
    counts
        .map(|((dimension, unit), n_people)| UnitPart {
            dimension,
            unit,
            n_people,
        })
        .collect()
}

/// The groups over the windows, people numbered over all of them.
fn followed(steps: &[Step]) -> History {
    let members = steps.iter().flat_map(|step| &step.groups);
    let mut persons: Vec<i64> = members
        .flat_map(|group| group.members.iter().map(|member| member.person))
        .collect();
    persons.sort_unstable();
    persons.dedup();
    let place = |member: &Member| persons.partition_point(|person| *person < member.person) as u32;
    let group = |found: &Found| {
        let mut people: Vec<u32> = found.members.iter().map(place).collect();
        people.sort_unstable();
        group_events::Group {
            people,
            p_value: found.p_value,
            stability: found.stability,
        }
    };
    let windows: Vec<Vec<group_events::Group>> = steps
        .iter()
        .map(|step| step.groups.iter().map(group).collect())
        .collect();
    // Windows end on Sundays, a week apart, but for the last one.
    let n_days = steps.last().map_or(1, |step| step.window.n_days());
    let options = group_events::Options {
        n_overlapping: (n_days as usize).div_ceil(7),
        ..group_events::Options::default()
    };
    group_events(&windows, &options)
}

/// Gives each group the name that it had, or one after those who made it up when it was first seen. Names stay when the
/// window in which a group was first seen is long gone, or was found anew.
fn name(steps: &mut [Step], history: &History) {
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    let mut taken: BTreeSet<String> = BTreeSet::new();
    for (step, ids) in steps.iter().zip(&history.ids) {
        for (group, id) in step.groups.iter().zip(ids) {
            let is_free = !group.name.is_empty() && !taken.contains(&group.name);
            if is_free && !names.contains_key(id) {
                taken.insert(group.name.clone());
                names.insert(*id, group.name.clone());
            }
        }
    }
    for (step, ids) in steps.iter_mut().zip(&history.ids) {
        for (group, id) in step.groups.iter_mut().zip(ids) {
            let name = names.entry(*id).or_insert_with(|| {
                let fresh = fresh_name(step.window, &group.members);
                taken.insert(fresh.clone());
                fresh
            });
            group.name.clone_from(name);
        }
    }
}

fn fresh_name(window: Window, members: &[Member]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&window.end.to_le_bytes());
    for member in members {
        hasher.update(&member.person.to_le_bytes());
    }
    format!("group-{}", &hasher.finalize().to_hex()[..12])
}

/// The word of the tables.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Born => "born",
        Kind::Growing => "growing",
        Kind::Stable => "stable",
        Kind::Shrinking => "shrinking",
        Kind::Merged => "merged",
        Kind::Split => "split",
        Kind::Ended => "ended",
    }
}

/// Between which two windows a group was born; `None` where it was there in the first one.
fn birth(history: &History, id: u32) -> Option<&Event> {
    let mut events = history.events.iter();
    events.find(|event| event.id == id && event.kind == Kind::Born)
}
