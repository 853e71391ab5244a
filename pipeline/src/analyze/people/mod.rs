//! What is found about people: groups that nobody planned, whom others follow, where units meet and where they do
//! not, for whom sections are.
//!
//! Everything here goes by the ids of a crowd: the people of a window, without those who are counted nowhere and
//! without what they did on declared sensitive pages.

mod ambassadors;
mod applications;
mod audiences;
mod bonds;
mod crowd;
mod following;
mod grouping;
mod leading;
mod places;
mod steps;
mod units;

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::leaders::Role;

use super::Window;
use crate::derive::{fit, replace_all};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::runs::Steps;
use crate::store::Lake;

use crowd::Crowd;
use following::Following;

/// What a window came to, for the ledger of runs.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Counts {
    pub(super) groups: u64,
    pub(super) groups_tested: u64,
    pub(super) worlds: u64,
    pub(super) windows: u64,
    pub(super) leaders: u64,
    pub(super) people: u64,
    pub(super) ambassadors: u64,
    pub(super) places: u64,
    pub(super) places_tested: u64,
    pub(super) bridges: u64,
    pub(super) bridges_tested: u64,
    pub(super) applications: u64,
    pub(super) clusters: u64,
    pub(super) drifts: u64,
    pub(super) audiences_watched: u64,
}

/// Finds all of it and writes the tables. `found_moves` are the elephant paths.
pub(super) async fn keep(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    window: Window,
    steps: &mut Steps<'_>,
) -> Result<Counts, Error> {
    let crowd = Crowd::read(context, window).await?;
    steps.end("people");
    let first = first_day(context).await?.unwrap_or(window.end);
    let grouped = grouping::keep(run, lake, context, &crowd, first).await?;
    steps.end("groups");
    let following = Following::read(run, context, window).await?;
    let leaders = leading::find(&following);
    leading::keep(lake, &following, window, &leaders).await?;
    let groups = members(&following, &grouped.members);
    let n_ambassadors = ambassadors::keep(run, lake, &following, &groups, window).await?;
    steps.end("leaders, ambassadors");
    let followed: BTreeSet<i64> = leaders
        .iter()
        .filter(|leader| leader.role == Role::Initiator)
        .map(|leader| following.persons[leader.person as usize])
        .collect();
    let is_leader: Vec<bool> = crowd
        .persons
        .iter()
        .map(|one| followed.contains(one))
        .collect();
    let (n_places, n_places_tested) = places::keep(run, lake, context, &crowd, &is_leader).await?;
    steps.end("gathering places");
    let bonds = bonds::keep(lake, context, window).await?;
    steps.end("bridges");
    let (n_drifts, n_audiences_watched) = audiences::keep(run, lake, context, &crowd).await?;
    steps.end("audiences");
    let (n_applications, n_clusters) =
        applications::keep(run, lake, context, &crowd, &bonds.bridges).await?;
    steps.end("applications");
    Ok(Counts {
        applications: n_applications,
        clusters: n_clusters,
        groups: grouped.names.len() as u64,
        groups_tested: grouped.n_tested,
        worlds: grouped.n_worlds,
        windows: grouped.n_windows,
        leaders: leaders.len() as u64,
        people: following.persons.len() as u64,
        ambassadors: n_ambassadors,
        places: n_places,
        places_tested: n_places_tested,
        bridges: bonds.n_found,
        bridges_tested: bonds.n_tested,
        drifts: n_drifts,
        audiences_watched: n_audiences_watched,
    })
}

/// The groups of the window by the ids of the horizon's people, sorted.
fn members(following: &Following, members: &[(i64, u32)]) -> Vec<(u32, u32)> {
    let id = |person: &i64| following.persons.binary_search(person).ok();
    let members = members.iter();
    let mut members: Vec<(u32, u32)> = members
        .filter_map(|(person, group)| Some((id(person)? as u32, *group)))
        .collect();
    members.sort_unstable();
    members
}

/// The first day with a session.
pub(super) async fn first_day(context: &SessionContext) -> Result<Option<i32>, Error> {
    let doing = "failed to find the first day";
    let sql = "select min(day) as day from sessions";
    let rows = context.sql(sql).await.doing(doing)?.collect().await;
    let mut first = None;
    for batch in &rows.doing(doing)? {
        first = columns::days(batch, "day")?.iter().flatten().next();
    }
    Ok(first)
}

/// Writes a table that holds what the latest window tells and nothing before it.
async fn replace(lake: &Lake, table: &str, rows: RecordBatch) -> Result<(), Error> {
    let rows = fit(lake, table, vec![rows])?;
    replace_all(lake, table, rows).await
}
