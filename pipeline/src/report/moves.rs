//! Moves by pair of pages, and which of them the plan offers.

use crate::engine::columns::{self, int_at};
use crate::engine::planned_steps::Plan;
use crate::error::Error;

use super::scope::Scope;

/// The moves of a window from one page to another, returns left out.
pub(super) struct PairMoves {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) n: u64,
    pub(super) is_planned: bool,
}

/// Every pair of the window.
pub(super) async fn moves_by_pair(scope: &Scope<'_>) -> Result<Vec<PairMoves>, Error> {
    let mut pairs = Vec::new();
    for batch in &scope.ask("moves_by_pair").await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let n = columns::ints(batch, "n_moves")?;
        pairs.extend((0..batch.num_rows()).map(|row| PairMoves {
            from: from.value(row).to_owned(),
            to: to.value(row).to_owned(),
            n: int_at(&n, row) as u64,
            is_planned: is_planned(scope.plan, from.value(row), to.value(row)),
        }));
    }
    Ok(pairs)
}

fn is_planned(plan: &Plan, from: &str, to: &str) -> bool {
    match (plan.id(from), plan.id(to)) {
        (Some(from), Some(to)) => plan.graph.has_link(from, to),
        _ => false,
    }
}

/// Share of the moves that the plan does not offer; `None` without a plan or a move.
pub(super) fn share_unplanned(plan: &Plan, moves: &[PairMoves]) -> Option<f64> {
    let all: u64 = moves.iter().map(|pair| pair.n).sum();
    let unplanned = moves.iter().filter(|pair| !pair.is_planned);
    let unplanned: u64 = unplanned.map(|pair| pair.n).sum();
    (plan.n_links > 0 && all > 0).then(|| unplanned as f64 / all as f64)
}
