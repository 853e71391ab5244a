//! The ledger for people's eyes, as tables: what was changed, and what came of it.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use queries::findings::pavings::Span;
use queries::privacy::Gate;

use super::ledger::Paving;
use super::told::{Told, told};
use crate::error::{Doing, Error};
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
    let shown = Shown(&changes);
    let is_noticed: BooleanArray = changes.iter().map(|t| Some(t.paving.is_noticed)).collect();
    let n_controls: Int64Array = changes
        .iter()
        .map(|t| Some(t.paving.controls.len() as i64))
        .collect();
    answer(vec![
        ("paving_id", shown.texts(&|t| Some(&t.paving.id))),
        ("from_page", shown.texts(&|t| Some(&t.paving.from))),
        ("to_page", shown.texts(&|t| Some(&t.paving.to))),
        ("on_day", shown.days(&|p| Some(p.on_day))),
        ("verdict", shown.texts(&|t| t.verdict.as_deref())),
        ("is_noticed", Arc::new(is_noticed)),
        ("selection_start", shown.starts(&|p| p.windows.selection)),
        ("selection_end", shown.ends(&|p| p.windows.selection)),
        ("baseline_start", shown.starts(&|p| p.windows.baseline)),
        ("baseline_end", shown.ends(&|p| p.windows.baseline)),
        ("n_controls", Arc::new(n_controls)),
        ("note", shown.texts(&|t| t.paving.note.as_deref())),
    ])
}

/// What came of the changes, the latest first. Numbers about fewer than k people, or that leave out fewer, are absent; so
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
    let shown = Shown(&changes);
    let number = |name: &'static str| shown.floats(&|t| t.number(name));
    let percent = |name: &'static str| shown.floats(&|t| t.percent(name));
    answer(vec![
        ("from_page", shown.texts(&|t| Some(&t.paving.from))),
        ("to_page", shown.texts(&|t| Some(&t.paving.to))),
        ("on_day", shown.days(&|p| Some(p.on_day))),
        ("verdict", shown.texts(&|t| t.verdict.as_deref())),
        ("effect_percent", percent("effect")),
        ("effect_low_percent", percent("effect_low")),
        ("effect_high_percent", percent("effect_high")),
        ("p_value", number("p_value")),
        (
            "smallest_visible_percent",
            percent("smallest_visible_effect"),
        ),
        ("moved_percent", percent("moved_share")),
        ("people_a_week_before", number("people_before")),
        ("people_a_week_after", number("people_after")),
        ("n_weeks_after", number("n_weeks_after")),
        ("n_controls", number("n_controls")),
    ])
}

fn answer(columns: Vec<(&str, ArrayRef)>) -> Result<Answer, Error> {
    let columns = columns
        .into_iter()
        .map(|(name, column)| (name, column, true));
    let rows =
        RecordBatch::try_from_iter_with_nullable(columns).doing("failed to lay out the changes")?;
    Ok(Answer {
        schema: rows.schema(),
        rows: vec![rows],
    })
}

fn has_days(span: Span) -> bool {
    span.start <= span.end
}

/// Columns of changes.
struct Shown<'a>(&'a [Told]);

impl Shown<'_> {
    fn texts(&self, f: &dyn Fn(&Told) -> Option<&str>) -> ArrayRef {
        Arc::new(self.0.iter().map(f).collect::<StringArray>())
    }

    fn days(&self, f: &dyn Fn(&Paving) -> Option<i32>) -> ArrayRef {
        let days = self.0.iter().map(|t| f(&t.paving));
        Arc::new(days.collect::<Date32Array>())
    }

    /// First days; none of a span without a day.
    fn starts(&self, f: &dyn Fn(&Paving) -> Span) -> ArrayRef {
        self.days(&|paving| {
            Some(f(paving))
                .filter(|span| has_days(*span))
                .map(|span| span.start)
        })
    }

    /// Last days; none of a span without a day.
    fn ends(&self, f: &dyn Fn(&Paving) -> Span) -> ArrayRef {
        self.days(&|paving| {
            Some(f(paving))
                .filter(|span| has_days(*span))
                .map(|span| span.end)
        })
    }

    fn floats(&self, f: &dyn Fn(&Told) -> Option<f64>) -> ArrayRef {
        Arc::new(self.0.iter().map(f).collect::<Float64Array>())
    }
}
