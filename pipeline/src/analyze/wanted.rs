//! What people want from where they are: the detours, shortcut candidates and link budget of a window.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::demands::{Demand, Demands, World, demands, shuffled};
use queries::findings::detours::{Detour, detours, planned_steps};
use queries::findings::link_budget::{BudgetedLink, link_budget};
use queries::findings::shortcut_candidates::{ShortcutCandidate, shortcut_candidates};
use queries::paths::trails::Trails;

use super::ground::Ground;
use super::history::{self, PastById, finding_id, status};
use super::layout::Layout;
use crate::error::Error;
use crate::run::Run;
use crate::store::Lake;

/// Links in the budget: more than anybody adds at once.
const MOST_LINKS: usize = 30;

/// The detours and shortcut candidates, and how honestly they were found.
pub(super) struct Wanted {
    pub(super) found: Demands,
    pub(super) detours: Vec<Detour>,
    pub(super) candidates: Vec<ShortcutCandidate>,
    pub(super) budget: Vec<BudgetedLink>,
    /// Detours and candidates of the same search on trails whose every step forgets the ones before.
    pub(super) n_shuffled: (usize, usize),
}

/// Finds them, and those of a shuffled copy. Both searches go on beside each other: what one does on a single core
/// takes no time from the other.
pub(super) fn find(run: &Run, ground: &Ground) -> Wanted {
    let trails = Trails::of(&ground.walks, ground.plan.pages.len());
    let seed = ground.gates(run).seed;
    let (found, copy) = std::thread::scope(|scope| {
        let copy = scope.spawn(|| find_in(run, ground, &shuffled(&trails, seed)));
        let found = find_in(run, ground, &trails);
        let copy = copy.join();
        (
            found,
            copy.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        )
    });
    Wanted {
        n_shuffled: (copy.detours.len(), copy.candidates.len()),
        ..found
    }
}

fn find_in(run: &Run, ground: &Ground, trails: &Trails) -> Wanted {
    let world = World {
        unit: &ground.units,
        is_hub: &ground.is_hub,
    };
    let gates = ground.gates(run);
    let mut found = demands(trails, &world, &gates);
    // Who goes a planned journey goes as it was meant, however long it is.
    found
        .demands
        .retain(|demand| !ground.is_meant(demand.from, demand.to));
    let (all, plan) = (&found.demands, &ground.plan.graph);
    let planned = planned_steps(all, plan);
    let has_plan = ground.plan.n_links > 0;
    let candidates = shortcut_candidates(all, &planned, trails, plan, has_plan);
    let places: Vec<usize> = candidates.iter().map(|c| c.demand).collect();
    Wanted {
        detours: detours(all, trails, &ground.is_hub, plan, &ground.moves.rows()),
        budget: link_budget(&places, all, trails, MOST_LINKS, gates.k),
        candidates,
        found,
        n_shuffled: (0, 0),
    }
}

/// Writes the tables `detours`, `shortcut_candidates` and `link_budget`.
pub(super) async fn keep(
    lake: &Lake,
    context: &SessionContext,
    ground: &Ground,
    wanted: &Wanted,
) -> Result<(), Error> {
    let told = Told { ground, wanted };
    let window = ground.window;
    let past = history::past(context, "detours", "n_people", window).await?;
    let rows = told.detours(&past)?;
    history::keep(lake, context, "detours", window, rows).await?;
    let past = history::past(context, "shortcut_candidates", "n_people", window).await?;
    let rows = told.candidates(&past)?;
    history::keep(lake, context, "shortcut_candidates", window, rows).await?;
    history::keep(lake, context, "link_budget", window, told.budget()?).await
}

/// Findings with the names of their pages.
struct Told<'a> {
    ground: &'a Ground,
    wanted: &'a Wanted,
}

impl Told<'_> {
    fn demand(&self, place: usize) -> &Demand {
        &self.wanted.found.demands[place]
    }

    fn ends(&self, place: usize) -> [&str; 2] {
        let demand = self.demand(place);
        [self.ground.page(demand.from), self.ground.page(demand.to)]
    }

    fn candidate_id(&self, place: usize) -> String {
        finding_id("shortcut_candidates", "candidate", self.ends(place))
    }

    /// The columns that detours and candidates share.
    fn layout<'r, T>(
        &'r self,
        rows: &'r [T],
        place: impl Fn(&T) -> usize + Copy,
        id: impl Fn(&T) -> String,
    ) -> Layout<'r, T> {
        let demand = |row: &T| self.demand(place(row));
        Layout::of_findings(rows, self.ground.window, id)
            .text("from_page", |r| self.ends(place(r))[0].to_owned())
            .text("to_page", |r| self.ends(place(r))[1].to_owned())
            .int("n_people", |r| demand(r).n_people as i64)
            .int("n_times", |r| demand(r).trips.len() as i64)
            .float("expected_people", |r| demand(r).expected_people)
            .float("lift", |r| demand(r).lift)
            .float("lift_low", |r| demand(r).lift_low)
            .float("p_value", |r| demand(r).p_value)
            .float("q_value", |r| demand(r).q_value)
    }

    fn detours(&self, past: &PastById) -> Result<RecordBatch, Error> {
        let id = |d: &Detour| finding_id("detours", "detour", self.ends(d.demand));
        let n = |d: &Detour| self.demand(d.demand).n_people;
        self.layout(&self.wanted.detours, |d| d.demand, id)
            .float("steps_median", |d| d.steps_median)
            .int("planned_steps", |d| d.planned_steps.into())
            .float("stretch", |d| d.stretch)
            .float("stretch_low", |d| d.stretch_low)
            .text("cause", |d| d.cause.name().to_owned())
            .float("cause_share", |d| d.cause_share)
            .int("n_people_straight", |d| d.n_people_straight as i64)
            .day("first_seen", |d| self.demand(d.demand).first_day)
            .text("status", |d| status(n(d), past.get(&id(d))).to_owned())
            .finish("detours")
    }

    fn candidates(&self, past: &PastById) -> Result<RecordBatch, Error> {
        let id = |c: &ShortcutCandidate| self.candidate_id(c.demand);
        let n = |c: &ShortcutCandidate| self.demand(c.demand).n_people;
        let turned = |c: &ShortcutCandidate| c.turned_back_at;
        self.layout(&self.wanted.candidates, |c| c.demand, id)
            .int("n_people_at", |c| c.n_people_at as i64)
            .float("share_search", |c| c.share_search)
            .float("steps_median", |c| c.steps_median)
            .maybe_int("planned_steps", |c| c.planned_steps.map(i64::from))
            .float("clicks_saved", |c| c.clicks_saved)
            .maybe_text("turned_back_at", |c| {
                turned(c).map(|(page, _)| self.ground.page(page).to_owned())
            })
            .maybe_int("n_people_turned_back", |c| turned(c).map(|(_, n)| n as i64))
            .day("first_seen", |c| self.demand(c.demand).first_day)
            .text("status", |c| status(n(c), past.get(&id(c))).to_owned())
            .finish("shortcut_candidates")
    }

    fn budget(&self) -> Result<RecordBatch, Error> {
        let ranked: Vec<(usize, &BudgetedLink)> = (1..).zip(&self.wanted.budget).collect();
        let id = |(_, link): &(usize, &BudgetedLink)| self.candidate_id(link.demand);
        Layout::of_findings(&ranked, self.ground.window, id)
            .int("rank", |(rank, _)| *rank as i64)
            .text("from_page", |(_, l)| self.ends(l.demand)[0].to_owned())
            .text("to_page", |(_, l)| self.ends(l.demand)[1].to_owned())
            .int("n_people", |(_, l)| l.n_people as i64)
            .int("n_saved", |(_, l)| l.n_saved as i64)
            .int("n_saved_together", |(_, l)| l.n_saved_together as i64)
            .finish("link_budget")
    }
}
