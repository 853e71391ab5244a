//! The ledger for people's eyes, as tables: what was changed, and what came of it.

use arrow::array::RecordBatch;
use queries::findings::pavings::{Measure, Measured, Span};
use queries::privacy::Gate;

use super::told::{Told, percent, told};
use crate::analyze::layout::Layout;
use crate::error::Error;
use crate::query::Answer;
use crate::run::Run;
use crate::store::Lake;

/// The changes, the latest first, each with its verdict, if there is one.
///
/// # Errors
/// When the lake cannot be read.
pub async fn list(lake: &Lake) -> Result<Answer, Error> {
    // No number is told here, so any gate will do.
    let changes = told(lake, Gate::default()).await?;
    let rows = Layout::new(&changes)
        .text("paving_id", |t| t.paving.id.clone())
        .text("from_page", |t| t.paving.from.clone())
        .text("to_page", |t| t.paving.to.clone())
        .day("on_day", |t| t.paving.on_day)
        .maybe_text("verdict", |t| t.verdict.clone())
        .truth("is_noticed", |t| t.paving.is_noticed)
        .maybe_day("selection_start", |t| first(t.paving.windows.selection))
        .maybe_day("selection_end", |t| last(t.paving.windows.selection))
        .maybe_day("baseline_start", |t| first(t.paving.windows.baseline))
        .maybe_day("baseline_end", |t| last(t.paving.windows.baseline))
        .int("n_controls", |t| t.paving.controls.len() as i64)
        .maybe_text("note", |t| t.paving.note.clone());
    Ok(answer(rows.finish("pavings")?))
}

/// What came of the changes, the latest first; what else changed is told without its intervals, which the question
/// `what_else_changed` has. Numbers about fewer than k people, or that leave out fewer, are absent; so
/// are those that could be told from them.
///
/// # Errors
/// When the lake cannot be read.
pub async fn results(run: &Run, lake: &Lake) -> Result<Answer, Error> {
    let privacy = &run.settings.privacy;
    let gate = Gate {
        k_pages: privacy.k_pages.into(),
        k_people: privacy.k_people.into(),
    };
    let mut changes = told(lake, gate).await?;
    changes.retain(|t| t.verdict.is_some());
    let rows = Layout::new(&changes)
        .text("from_page", |t| t.paving.from.clone())
        .text("to_page", |t| t.paving.to.clone())
        .day("on_day", |t| t.paving.on_day)
        .maybe_text("verdict", |t| t.verdict.clone())
        .maybe_float("effect_percent", |t| t.percent("effect"))
        .maybe_float("effect_low_percent", |t| t.percent("effect_low"))
        .maybe_float("effect_high_percent", |t| t.percent("effect_high"))
        .maybe_float("p_value", |t| t.number("p_value"))
        .maybe_float("smallest_visible_percent", |t| {
            t.percent("smallest_visible_effect")
        })
        .maybe_float("moved_percent", |t| t.percent("moved_share"))
        .maybe_float("people_a_week_before", |t| t.number("people_before"))
        .maybe_float("people_a_week_after", |t| t.number("people_after"))
        .maybe_float("steps_before", |t| tenths(t, Measure::Steps, |m| m.before))
        .maybe_float("steps_after", |t| tenths(t, Measure::Steps, |m| m.after))
        .maybe_float("steps_percent", |t| change(t, Measure::Steps))
        .maybe_float("secs_before", |t| tenths(t, Measure::Secs, |m| m.before))
        .maybe_float("secs_after", |t| tenths(t, Measure::Secs, |m| m.after))
        .maybe_float("secs_percent", |t| change(t, Measure::Secs))
        .maybe_float("searches_before", |t| {
            tenths(t, Measure::Searches, |m| m.before)
        })
        .maybe_float("searches_after", |t| {
            tenths(t, Measure::Searches, |m| m.after)
        })
        .maybe_float("searches_percent", |t| change(t, Measure::Searches))
        .maybe_float("n_weeks_after", |t| t.number("n_weeks_after"))
        .maybe_float("n_controls", |t| t.number("n_controls"));
    Ok(answer(rows.finish("paving_results")?))
}

fn tenths(told: &Told, measure: Measure, of: fn(&Measured) -> f64) -> Option<f64> {
    let measured = told.measured(measure)?;
    Some((10.0 * of(measured)).round() / 10.0)
}

/// Against what would have been, in whole percent.
fn change(told: &Told, measure: Measure) -> Option<f64> {
    Some(percent(told.measured(measure)?.effect.size))
}

fn answer(rows: RecordBatch) -> Answer {
    Answer {
        schema: rows.schema(),
        rows: vec![rows],
    }
}

/// The first day of a span that has one.
fn first(span: Span) -> Option<i32> {
    (span.start <= span.end).then_some(span.start)
}

/// The last day of a span that has one.
fn last(span: Span) -> Option<i32> {
    (span.start <= span.end).then_some(span.end)
}
