//! The ledger for people's eyes: what was changed, and what came of it. Every number passes the gate.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use queries::privacy::{About, Gate};

use super::ledger::{self, Paving};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::query::Answer;
use crate::run::Run;
use crate::store::Lake;

/// The changes, the latest first, each with its verdict, if there is one.
///
/// # Errors
/// When the lake cannot be read.
pub async fn list(lake: &Lake) -> Result<Answer, Error> {
    let (pavings, results) = (by_day(ledger::read(lake).await?), Stored::read(lake).await?);
    let shown = Shown(&pavings);
    let verdict = |p: &Paving| results.rows.get(&p.id).map(|r| r.verdict.clone());
    let is_noticed: BooleanArray = pavings.iter().map(|p| Some(p.is_noticed)).collect();
    let n_controls: Int64Array = pavings
        .iter()
        .map(|p| Some(p.controls.len() as i64))
        .collect();
    answer(vec![
        ("paving_id", shown.texts(&|p| Some(p.id.clone()))),
        ("from_page", shown.texts(&|p| Some(p.from.clone()))),
        ("to_page", shown.texts(&|p| Some(p.to.clone()))),
        ("on_day", shown.days(&|p| p.on_day)),
        ("verdict", shown.texts(&verdict)),
        ("is_noticed", Arc::new(is_noticed)),
        (
            "selection_start",
            shown.days(&|p| p.windows.selection.start),
        ),
        ("selection_end", shown.days(&|p| p.windows.selection.end)),
        ("baseline_start", shown.days(&|p| p.windows.baseline.start)),
        ("baseline_end", shown.days(&|p| p.windows.baseline.end)),
        ("n_controls", Arc::new(n_controls)),
        ("note", shown.texts(&|p| p.note.clone())),
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
    let stored = Stored::read(lake).await?;
    let mut pavings = by_day(ledger::read(lake).await?);
    pavings.retain(|p| stored.rows.contains_key(&p.id));
    let shown = Shown(&pavings);
    let number = |name: &'static str, when: When| {
        let rows = &stored.rows;
        shown.floats(&|p| {
            let row = rows.get(&p.id).filter(|row| row.is_shown(gate, when))?;
            row.numbers.get(name).copied()
        })
    };
    let percent = |name: &'static str, when: When| {
        let rows = &stored.rows;
        shown.floats(&|p| {
            let row = rows.get(&p.id).filter(|row| row.is_shown(gate, when))?;
            row.numbers.get(name).map(|share| (100.0 * share).round())
        })
    };
    answer(vec![
        ("from_page", shown.texts(&|p| Some(p.from.clone()))),
        ("to_page", shown.texts(&|p| Some(p.to.clone()))),
        ("on_day", shown.days(&|p| p.on_day)),
        (
            "verdict",
            shown.texts(&|p| stored.rows.get(&p.id).map(|r| r.verdict.clone())),
        ),
        ("effect_percent", percent("effect", When::After)),
        ("effect_low_percent", percent("effect_low", When::After)),
        ("effect_high_percent", percent("effect_high", When::After)),
        ("p_value", number("p_value", When::After)),
        (
            "smallest_visible_percent",
            percent("smallest_visible_effect", When::Before),
        ),
        ("moved_percent", percent("moved_share", When::After)),
        (
            "people_a_week_before",
            number("people_before", When::Before),
        ),
        ("people_a_week_after", number("people_after", When::After)),
        ("n_weeks_after", number("n_weeks_after", When::Before)),
        ("n_controls", number("n_controls", When::Before)),
    ])
}

fn by_day(mut pavings: Vec<Paving>) -> Vec<Paving> {
    pavings.sort_by(|a, b| {
        b.on_day
            .cmp(&a.on_day)
            .then_with(|| a.pair().cmp(&b.pair()))
    });
    pavings
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

/// Columns of changes.
struct Shown<'a>(&'a [Paving]);

impl Shown<'_> {
    fn texts(&self, f: &dyn Fn(&Paving) -> Option<String>) -> ArrayRef {
        Arc::new(self.0.iter().map(f).collect::<StringArray>())
    }

    fn days(&self, f: &dyn Fn(&Paving) -> i32) -> ArrayRef {
        Arc::new(self.0.iter().map(|p| Some(f(p))).collect::<Date32Array>())
    }

    fn floats(&self, f: &dyn Fn(&Paving) -> Option<f64>) -> ArrayRef {
        Arc::new(self.0.iter().map(f).collect::<Float64Array>())
    }
}

/// The results of the latest window, by change.
struct Stored {
    rows: BTreeMap<String, Row>,
}

/// Which people a number tells of: those before the change, or those after it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

struct Row {
    verdict: String,
    numbers: BTreeMap<&'static str, f64>,
}

impl Row {
    /// Whether its numbers may be shown: means a week are no more than the people of all weeks.
    fn is_shown(&self, gate: Gate, when: When) -> bool {
        let people = |name: &str| self.numbers.get(name).map_or(0, |n| *n as u64);
        let shows =
            |reached: &str, at: &str| gate.shows(About::Pages, people(reached), Some(people(at)));
        shows("people_before", "people_at_before")
            && (when == When::Before || shows("people_after", "people_at_after"))
    }
}

const NUMBERS: [&str; 12] = [
    "effect",
    "effect_low",
    "effect_high",
    "p_value",
    "smallest_visible_effect",
    "moved_share",
    "people_before",
    "people_after",
    "people_at_before",
    "people_at_after",
    "n_weeks_after",
    "n_controls",
];

impl Stored {
    async fn read(lake: &Lake) -> Result<Self, Error> {
        let mut rows = BTreeMap::new();
        let stored = lake.read("paving_results", None, None).await;
        for batch in &stored.doing("failed to read what came of the changes")? {
            let id = columns::texts(batch, "paving_id")?;
            let verdict = columns::texts(batch, "verdict")?;
            let numbers = NUMBERS
                .iter()
                .map(|name| Ok((*name, columns::floats(batch, name)?)))
                .collect::<Result<Vec<_>, Error>>()?;
            for row in 0..batch.num_rows() {
                let numbers = numbers
                    .iter()
                    .filter_map(|(name, column)| Some((*name, column.iter().nth(row)??)));
                let row_of = Row {
                    verdict: verdict.value(row).to_owned(),
                    numbers: numbers.collect(),
                };
                rows.insert(id.value(row).to_owned(), row_of);
            }
        }
        Ok(Self { rows })
    }
}
