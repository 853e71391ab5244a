//! The changes that were made to the plan, and what may be told of what came of them.

use queries::day::Day;
use queries::findings::pavings::{Effect, Measured, Verdict};
use reports::model::Change;

use crate::error::Error;
use crate::pavings::{Told, next_look, percent, told};
use crate::store::Lake;

use super::pages::Pages;
use super::scope::Scope;

/// Those made by the end of the window: those that helped first, then those with another verdict, then the latest
/// first.
pub(super) async fn changes(
    scope: &Scope<'_>,
    lake: &Lake,
    pages: &Pages,
) -> Result<Vec<Change>, Error> {
    let as_of = scope.window.end;
    let made = told(lake, scope.gate).await?;
    let made = made.iter().filter(|told| told.paving.on_day <= as_of);
    let mut changes: Vec<Change> = made.map(|told| change(told, pages, as_of)).collect();
    changes.sort_by_key(|change| match change.verdict {
        Some(Verdict::Helped) => 0,
        _ if change.is_decided() => 1,
        _ => 2,
    });
    Ok(changes)
}

fn change(told: &Told, pages: &Pages, as_of: i32) -> Change {
    let paving = &told.paving;
    let share = |name| told.percent(name).map(|percent| percent / 100.0);
    let count = |name| told.number(name).map(|n| n as u64);
    Change {
        from: pages.name(&paving.from),
        to: pages.name(&paving.to),
        since: Day(paving.on_day),
        verdict: told.verdict.as_deref().and_then(Verdict::of_words),
        next_look: next_look(paving, as_of).map(Day),
        effect: effect(told),
        smallest_visible: share("smallest_visible_effect"),
        moved_share: share("moved_share"),
        people_before: told.number("people_before"),
        people_after: told.number("people_after"),
        measured: told.measured.iter().copied().map(in_percent).collect(),
        n_weeks_after: count("n_weeks_after"),
        n_controls: count("n_controls"),
    }
}

fn in_percent(measured: Measured) -> Measured {
    let share = |share| percent(share) / 100.0;
    Measured {
        effect: Effect {
            size: share(measured.effect.size),
            low: share(measured.effect.low),
            high: share(measured.effect.high),
            ..measured.effect
        },
        smallest_visible_effect: share(measured.smallest_visible_effect),
        ..measured
    }
}

/// In whole percent, as `elephant paving evaluate` tells it.
fn effect(told: &Told) -> Option<Effect> {
    let share = |name| told.percent(name).map(|percent| percent / 100.0);
    Some(Effect {
        size: share("effect")?,
        low: share("effect_low")?,
        high: share("effect_high")?,
        p_value: told.number("p_value")?,
    })
}
