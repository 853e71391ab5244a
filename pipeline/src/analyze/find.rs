//! The elephant paths of a window.

use queries::findings::elephant_paths::{self as detector, ElephantPaths, World};

use super::ground::Ground;
use crate::run::Run;

/// Finds the elephant paths.
pub(super) fn find(run: &Run, ground: &Ground) -> ElephantPaths {
    let world = World {
        n_pages: ground.plan.pages.len(),
        n_persons: ground.persons.len(),
        unit: &ground.units,
        plan: &ground.plan.graph,
        has_plan: ground.plan.n_links > 0,
        is_hub: &ground.is_hub,
    };
    detector::elephant_paths(&ground.moves.rows(), &world, &ground.gates(run))
}
