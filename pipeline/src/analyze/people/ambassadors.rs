//! Whom to talk to: the tables `ambassadors` and `reach`.

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use queries::findings::ambassadors::{Ambassadors, Options, World, ambassadors};
use queries::findings::leaders::NO_MANAGER;
use queries::graph::network::Network;

use super::bonds::network;
use super::following::Following;
use super::replace;
use crate::analyze::Window;
use crate::analyze::layout::Layout;
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::settings::Lists;
use crate::store::Lake;

/// Chooses among those who may be listed and writes the tables; returns how many were chosen. `groups` are the members
/// of the window's groups, by the ids of `following`, sorted. While lists are off, everybody counts as someone who
/// could be chosen: what is told then is how far such people would reach, never who they are.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    following: &Following,
    groups: &[(u32, u32)],
    window: Window,
) -> Result<u64, Error> {
    let may_be_listed: Vec<bool> = if run.settings.people.lists == Lists::OptIn {
        let opted_in = opted_in(lake).await?;
        let persons = following.persons.iter();
        persons.map(|person| opted_in.binary_search(person).is_ok()).collect()
    } else {
        vec![true; following.persons.len()]
    };
    let network = network(following.persons.len(), &following.ties_now);
    let world = World {
        may_be_listed: &may_be_listed,
        unit: &following.chart.departments().unit,
        weight: &[],
        groups,
    };
    let executives = executives(following);
    let chosen = ambassadors(&network, &world, &executives, &Options::default());
    replace(lake, "ambassadors", laid_out(following, &chosen, window)?).await?;
    let n_executives = executives.len();
    replace(lake, "reach", reach(&network, &chosen, n_executives, window)?).await?;
    Ok(chosen.chosen.len() as u64)
}

/// Who asked to be listed, sorted.
async fn opted_in(lake: &Lake) -> Result<Vec<i64>, Error> {
    let doing = "failed to read who may be listed";
    let mut persons = Vec::new();
    for batch in &lake.read("opt_ins", None, None).await.doing(doing)? {
        persons.extend(columns::ints(batch, "person")?.values());
    }
    persons.sort_unstable();
    Ok(persons)
}

/// Those with reports, the ones with most people under them first, as the chart has it.
fn executives(following: &Following) -> Vec<u32> {
    let managers = following.managers();
    let mut under: BTreeMap<u32, u64> = BTreeMap::new();
    for person in 0..managers.len() as u32 {
        // A chart that goes in circles is left after as many steps as there are people.
        let mut above = managers[person as usize];
        let mut n_steps = 0;
        while above != NO_MANAGER && above != person && n_steps < managers.len() {
            *under.entry(above).or_default() += 1;
            above = managers[above as usize];
            n_steps += 1;
        }
    }
    let mut ranked: Vec<(u64, u32)> = under.into_iter().map(|(person, n)| (n, person)).collect();
    ranked.sort_by_key(|(n, person)| (std::cmp::Reverse(*n), *person));
    ranked.into_iter().map(|(_, person)| person).collect()
}

fn laid_out(
    following: &Following,
    found: &Ambassadors,
    window: Window,
) -> Result<RecordBatch, Error> {
    let departments = &following.chart.departments().units;
    Layout::of_window(&found.chosen, window)
        .int("rank", |one| i64::from(one.rank))
        .int("person", |one| following.persons[one.person as usize])
        .int("n_new_people", |one| one.n_new_people as i64)
        .int("n_people_covered", |one| one.n_people_covered as i64)
        .texts("units", |one| {
            let units = one.units.iter();
            units.map(|unit| departments[*unit as usize].clone()).collect()
        })
        .finish("ambassadors")
}

fn reach(
    network: &Network,
    found: &Ambassadors,
    n_executives: usize,
    window: Window,
) -> Result<RecordBatch, Error> {
    let people = 0..network.n_nodes() as u32;
    let n_people = people.filter(|person| network.degree(*person) > 0).count();
    let rows: &[&Ambassadors] = if found.chosen.is_empty() { &[] } else { &[found] };
    Layout::of_window(rows, window)
        .int("n_chosen", |found| found.chosen.len() as i64)
        .int("n_people", |_| n_people as i64)
        .int("covered", |found| found.reach.within_one_step as i64)
        .maybe_int("by_executives", |found| {
            let has_any = n_executives > 0;
            has_any.then_some(found.reach_of_executives.within_one_step as i64)
        })
        .float("by_random", |found| found.reach_by_lot.within_one_step)
        .int("two_steps", |found| found.reach.within_two_steps as i64)
        .finish("reach")
}
