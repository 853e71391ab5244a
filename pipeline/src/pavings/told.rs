//! The changes with what came of them, as people may be told: every number has passed the gate.

use std::collections::BTreeMap;

use arrow::array::{Float64Array, RecordBatch};
use queries::findings::pavings::{Effect, Measure, Measured};
use queries::privacy::{About, Gate};

use super::ledger::{self, Paving};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// A change and what may be told of it.
pub(crate) struct Told {
    /// The change.
    pub(crate) paving: Paving,
    /// The words of its verdict; `None` = the latest analysis did not know it.
    pub(crate) verdict: Option<String>,
    /// Numbers by name, those alone that may be shown.
    numbers: BTreeMap<&'static str, f64>,
    /// What else was measured and may be shown.
    pub(crate) measured: Vec<Measured>,
}

impl Told {
    /// A number as it is stored; `None` = there is none, or the gate withholds it.
    pub(crate) fn number(&self, name: &str) -> Option<f64> {
        self.numbers.get(name).copied()
    }

    /// A share in whole percent, never -0.
    pub(crate) fn percent(&self, name: &str) -> Option<f64> {
        self.number(name).map(percent)
    }

    /// What else was measured, if it may be shown.
    pub(crate) fn measured(&self, measure: Measure) -> Option<&Measured> {
        self.measured.iter().find(|one| one.measure == measure)
    }
}

/// A share in whole percent, never -0.
pub(crate) fn percent(share: f64) -> f64 {
    (100.0 * share).round() + 0.0
}

/// Which people a number tells of: those before the change, or those after it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Before,
    After,
}

/// The numbers that are told.
const NUMBERS: [(&str, When); 10] = [
    ("effect", When::After),
    ("effect_low", When::After),
    ("effect_high", When::After),
    ("p_value", When::After),
    ("smallest_visible_effect", When::Before),
    ("moved_share", When::After),
    ("people_before", When::Before),
    ("people_after", When::After),
    ("n_weeks_after", When::Before),
    ("n_controls", When::Before),
];

/// All changes, the latest first.
pub(crate) async fn told(lake: &Lake, gate: Gate) -> Result<Vec<Told>, Error> {
    let doing = "failed to read what came of the changes";
    let mut measured = Rows::new();
    for batch in &lake
        .read("paving_measures", None, None)
        .await
        .doing(doing)?
    {
        read_measures(batch, &mut measured)?;
    }
    let mut results = Results::new();
    for batch in &lake.read("paving_results", None, None).await.doing(doing)? {
        read(batch, gate, &mut measured, &mut results)?;
    }
    let mut pavings = ledger::read(lake).await?;
    pavings.sort_by(|a, b| {
        b.on_day
            .cmp(&a.on_day)
            .then_with(|| a.pair().cmp(&b.pair()))
    });
    let told = pavings.into_iter().map(|paving| {
        let result = results.remove(&paving.id);
        let (verdict, numbers, measured) = match result {
            Some((verdict, numbers, measured)) => (Some(verdict), numbers, measured),
            None => (None, BTreeMap::new(), Vec::new()),
        };
        Told {
            paving,
            verdict,
            numbers,
            measured,
        }
    });
    Ok(told.collect())
}

/// What else was measured, by the change's name.
type Rows = BTreeMap<String, Vec<Measured>>;

fn read_measures(batch: &RecordBatch, rows: &mut Rows) -> Result<(), Error> {
    let id = columns::texts(batch, "paving_id")?;
    let measure = columns::texts(batch, "measure")?;
    let number = |name: &str| columns::floats(batch, name);
    let (before, after, size) = (number("before")?, number("after")?, number("effect")?);
    let (low, high) = (number("effect_low")?, number("effect_high")?);
    let (p_value, smallest) = (number("p_value")?, number("smallest_visible_effect")?);
    let n_controls = columns::ints(batch, "n_controls")?;
    for row in 0..batch.num_rows() {
        let Some(measure) = Measure::of_word(measure.value(row)) else {
            continue;
        };
        let measured = rows.entry(id.value(row).to_owned()).or_default();
        measured.push(Measured {
            measure,
            before: before.value(row),
            after: after.value(row),
            effect: Effect {
                size: size.value(row),
                low: low.value(row),
                high: high.value(row),
                p_value: p_value.value(row),
            },
            smallest_visible_effect: smallest.value(row),
            n_controls: n_controls.value(row) as usize,
        });
    }
    Ok(())
}

/// A verdict, and the numbers and measures that may be shown, by the change's name.
type Results = BTreeMap<String, (String, BTreeMap<&'static str, f64>, Vec<Measured>)>;

fn read(
    batch: &RecordBatch,
    gate: Gate,
    measured: &mut Rows,
    results: &mut Results,
) -> Result<(), Error> {
    let id = columns::texts(batch, "paving_id")?;
    let verdict = columns::texts(batch, "verdict")?;
    let people = People::read(batch)?;
    let numbers = NUMBERS
        .iter()
        .map(|(name, when)| Ok((*name, *when, columns::floats(batch, name)?)))
        .collect::<Result<Vec<_>, Error>>()?;
    for row in 0..batch.num_rows() {
        let numbers = numbers
            .iter()
            .filter(|(_, when, _)| people.may_be_told(row, gate, *when))
            .filter_map(|(name, _, column)| Some((*name, column.iter().nth(row)??)));
        let mut measured = measured.remove(id.value(row)).unwrap_or_default();
        measured.retain(|one| people.may_measure(row, gate, one));
        let result = (verdict.value(row).to_owned(), numbers.collect(), measured);
        results.insert(id.value(row).to_owned(), result);
    }
    Ok(())
}

/// People a week at the second page and at the first, before and after.
struct People([[Float64Array; 2]; 2]);

impl People {
    fn read(batch: &RecordBatch) -> Result<Self, Error> {
        let column = |name| columns::floats(batch, name);
        Ok(Self([
            [column("people_before")?, column("people_at_before")?],
            [column("people_after")?, column("people_at_after")?],
        ]))
    }

    /// Means a week are no more than the people of all weeks.
    fn may_be_told(&self, row: usize, gate: Gate, when: When) -> bool {
        let shows = |[reached, at]: &[Float64Array; 2]| {
            let n = |column: &Float64Array| column.iter().nth(row).flatten().unwrap_or(0.0) as u64;
            gate.shows(About::Pages, n(reached), Some(n(at)))
        };
        let [before, after] = &self.0;
        shows(before) && (when == When::Before || shows(after))
    }

    /// Those who search are people of their own, before and after.
    fn may_measure(&self, row: usize, gate: Gate, measured: &Measured) -> bool {
        let shows = |n: f64, [_, at]: &[Float64Array; 2]| {
            gate.shows(About::Pages, n as u64, Some(at.value(row) as u64))
        };
        let [before, after] = &self.0;
        let is_of_searchers = measured.measure == Measure::Searches;
        self.may_be_told(row, gate, When::After)
            && (!is_of_searchers || shows(measured.before, before) && shows(measured.after, after))
    }
}
