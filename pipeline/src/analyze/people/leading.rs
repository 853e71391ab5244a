//! Whom others follow: the table `leaders`.

use queries::findings::leaders::{Leader, Options, People, leaders};

use super::bonds::network;
use super::following::Following;
use super::replace;
use crate::analyze::Window;
use crate::analyze::layout::Layout;
use crate::error::Error;
use crate::store::Lake;

/// The leaders of a window's horizon.
pub(super) fn find(following: &Following) -> Vec<Leader> {
    let people = People {
        unit: &following.chart.departments().unit,
        first_day: &following.first_day,
    };
    let mut options = Options::default();
    options.initiators.from = following.new_since;
    leaders(
        &following.adoptions,
        &following.ties,
        &network(following.persons.len(), &following.ties_now),
        &people,
        &following.managers(),
        &options,
    )
}

/// Writes the table.
pub(super) async fn keep(
    lake: &Lake,
    following: &Following,
    window: Window,
    found: &[Leader],
) -> Result<(), Error> {
    let chart = &following.chart;
    let knows_managers = chart.manager.iter().any(Option::is_some);
    let rows = Layout::of_window(found, window)
        .int("person", |leader| following.persons[leader.person as usize])
        .text("role", |leader| leader.role.word().to_owned())
        .float("score", |leader| leader.score)
        .int("n_followers", |leader| leader.n_followers as i64)
        .maybe_float("q_value", |leader| leader.q_value)
        .text("strength", |leader| leader.strength.word().to_owned())
        .maybe_truth("has_reports", |leader| {
            let is_told = knows_managers && chart.is_known[leader.person as usize];
            is_told.then_some(leader.has_reports)
        })
        .finish("leaders")?;
    replace(lake, "leaders", rows).await
}
