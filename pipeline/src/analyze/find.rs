//! The elephant paths of a window.

use queries::findings::elephant_paths::{self as detector, ElephantPaths, World};

use super::ground::Ground;
use crate::run::Run;

/// Finds the elephant paths; what is watched and found again is not told twice.
pub(super) fn find(run: &Run, ground: &Ground) -> ElephantPaths {
    let world = World {
        n_pages: ground.plan.pages.len(),
        n_persons: ground.persons.len(),
        unit: &ground.units,
        plan: &ground.plan.graph,
        has_plan: ground.plan.n_links > 0,
        is_hub: &ground.is_hub,
    };
    let (rows, gates) = (ground.moves.rows(), ground.gates(run));
    let mut found = detector::elephant_paths_and(&rows, &world, &gates, &ground.watched);
    let is_found = |ends: (u32, u32)| found.paths.iter().any(|path| (path.from, path.to) == ends);
    let mut watched = std::mem::take(&mut found.watched);
    watched.retain(|path| !is_found((path.from, path.to)));
    found.watched = watched;
    found
}
