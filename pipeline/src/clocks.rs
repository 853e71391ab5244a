//! Whether the clock of a log has jumped, told to the operator: a server whose zone or summer time is handled wrongly.
//!
//! The base is `activity`, small and cut into days: a night reads the days before it that it is compared with, and
//! never an event. A source is a series of files that one server writes: the names of inputs, without dates and numbers
//! of rotation. Not the entry of [[logs]], which may hold the files of many servers, where the one with a wrong clock
//! would drown; not the parts of one file, for most logs begin a new file every day.

mod hours;
mod source;
mod words;

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::clocks::{DAYS_BEFORE, Jump, MOST_APART, jumps};
use queries::day::Day;
use rayon::prelude::*;

use crate::civil;
use crate::clocks::hours::{Sources, hours_by_source};
use crate::engine::columns::{self, text_at};
use crate::engine::session::{self, ask};
use crate::error::{Doing, Error};
use crate::ingest::Entry;
use crate::run::Run;
use crate::store::{Lake, TableSnapshot};

/// Days before the first new one that are looked at again: the day before may have been cut off by the night, and a
/// jump of few people takes a week to be seen.
const DAYS_AGAIN: i32 = 7;

/// The base of it: what people did, and which inputs tell that.
pub(crate) struct Base {
    /// The table `activity`.
    pub(crate) activity: TableSnapshot,
    /// The id and the name of each input.
    pub(crate) inputs: Vec<(i64, String)>,
}

impl Base {
    /// That of a load under way: `activity` holds what it brought, `stored` is the ledger that it met, and `brought` what
    /// it adds to that.
    ///
    /// # Errors
    /// When the ledger is none.
    pub(crate) fn of_load(
        activity: TableSnapshot,
        stored: &[RecordBatch],
        brought: &[Entry],
    ) -> Result<Self, Error> {
        let mut inputs = inputs(stored)?;
        let new = brought.iter();
        inputs.extend(new.map(|entry| (entry.input_id, entry.name.clone())));
        Ok(Self { activity, inputs })
    }

    async fn of(lake: &Lake) -> Result<Self, Error> {
        let doing = "failed to read the log of `activity`";
        Ok(Self {
            activity: lake.snapshot("activity").await.doing(doing)?,
            inputs: inputs(&ledger(lake).await?)?,
        })
    }
}

/// What a load says of the clocks of the logs whose days it added to; `base` holds what it brought.
///
/// # Errors
/// When the lake cannot be read.
pub(crate) async fn notes_of_load(
    run: &Run,
    lake: &Lake,
    base: &Base,
    brought: &[Entry],
) -> Result<Vec<String>, Error> {
    let zone = run.zone()?;
    let times = brought.iter().filter_map(|entry| entry.counts.first_ts);
    let Some(first) = times.min() else {
        return Ok(Vec::new());
    };
    let names = brought.iter().map(|entry| source::of_name(&entry.name));
    let loaded: Vec<String> = names.collect();
    let from = civil::day_of(&zone, first).saturating_sub(DAYS_AGAIN);
    let found = found(run, lake, base, Some(from)).await?;
    let ours = found.iter().filter(|one| loaded.contains(&one.source));
    Ok(words::notes(run, &zone, ours))
}

/// What the lake says of the clocks of its logs within the horizon.
///
/// # Errors
/// When the lake cannot be read.
pub async fn notes(run: &Run, lake: &Lake) -> Result<Vec<String>, Error> {
    let found = found(run, lake, &Base::of(lake).await?, None).await?;
    Ok(words::notes(run, &run.zone()?, found.iter()))
}

/// A jump of a source.
struct Found {
    source: String,
    /// The name of one of its inputs.
    input: String,
    jump: Jump,
}

/// The jumps of days from `from` on, but not before the horizon.
async fn found(
    run: &Run,
    lake: &Lake,
    Base { activity, inputs }: &Base,
    from: Option<i32>,
) -> Result<Vec<Found>, Error> {
    let Some(last) = activity.files.iter().filter_map(|file| file.day).max() else {
        return Ok(Vec::new());
    };
    let horizon = last - run.settings.analysis.horizon_weeks.max(1) as i32 * 7;
    let from = from.unwrap_or(horizon).max(horizon);
    let start = from - MOST_APART - DAYS_BEFORE;
    let is_read = |day: &i32| *day >= start;
    let mut days: Vec<i32> = activity.files.iter().filter_map(|file| file.day).collect();
    days.retain(is_read);
    days.dedup();
    if days.len() <= DAYS_AGAIN as usize {
        return Ok(Vec::new());
    }
    let excluded = excluded(run, lake).await?;
    let (mut of_inputs, mut names) = (BTreeMap::new(), BTreeMap::new());
    for (id, input) in inputs {
        let next = names.len();
        let source = source::of_name(input);
        let (number, example) = names.entry(source).or_insert((next, String::new()));
        example.clone_from(input);
        of_inputs.insert(*id, *number);
    }
    let sources = Sources {
        of_inputs: &of_inputs,
        n: names.len(),
        excluded: &excluded,
    };
    let read = |day| {
        let doing = "failed to read a day of `activity`";
        activity.read_day_columns(day, &hours::COLUMNS).doing(doing)
    };
    let all = hours_by_source(&days, read, &sources)?;
    let jumps: Vec<Vec<Jump>> = all.par_iter().map(|rows| jumps(rows, Day(from))).collect();
    let mut found = Vec::new();
    for (source, (number, input)) in names {
        found.extend(jumps[number].iter().map(|jump| Found {
            source: source.clone(),
            input: input.clone(),
            jump: *jump,
        }));
    }
    Ok(found)
}

/// The people that are counted nowhere, ascending.
async fn excluded(run: &Run, lake: &Lake) -> Result<Vec<i64>, Error> {
    let mut tables = Vec::new();
    for table in ["actors", "opt_outs"] {
        let doing = format!("failed to read `{table}`");
        tables.push((table, lake.read(table, None, None).await.doing(&doing)?));
    }
    let is_empty = |rows: &[RecordBatch]| rows.iter().all(|batch| batch.num_rows() == 0);
    if tables.iter().all(|(_, rows)| is_empty(rows)) {
        return Ok(Vec::new());
    }
    let context = session::bare(run.memory)?;
    for (table, rows) in tables {
        let doing = format!("failed to read `{table}`");
        session::register(&context, table, lake.schema(table).doing(&doing)?, rows)?;
    }
    let mut people = Vec::new();
    for batch in &ask(&context, "excluded", &[]).await? {
        people.extend_from_slice(columns::ints(batch, "person")?.values());
    }
    Ok(people)
}

async fn ledger(lake: &Lake) -> Result<Vec<RecordBatch>, Error> {
    let ledger = lake.read("inputs", None, None).await;
    ledger.doing("failed to read the ledger")
}

/// The id and the name of each input of a ledger.
fn inputs(ledger: &[RecordBatch]) -> Result<Vec<(i64, String)>, Error> {
    let mut inputs = Vec::new();
    for batch in ledger {
        let id = columns::ints(batch, "input_id")?;
        let name = columns::texts(batch, "name")?;
        let rows = 0..batch.num_rows();
        inputs.extend(rows.map(|row| (id.value(row), text_at(&name, row).to_owned())));
    }
    Ok(inputs)
}

/// Makes the table `input_sources`, which `hours_by_source` reads.
///
/// # Errors
/// When the ledger cannot be read.
pub(crate) async fn register_sources(context: &SessionContext, lake: &Lake) -> Result<(), Error> {
    let inputs = inputs(&ledger(lake).await?)?;
    let schema = Arc::new(Schema::new(vec![
        Field::new("input_id", DataType::Int64, false),
        Field::new("source", DataType::Utf8, false),
    ]));
    let ids = inputs.iter().map(|(id, _)| *id);
    let names = inputs.iter().map(|(_, name)| source::of_name(name));
    let columns: Vec<ArrayRef> = vec![
        Arc::new(Int64Array::from_iter_values(ids)),
        Arc::new(StringArray::from_iter_values(names)),
    ];
    let rows = RecordBatch::try_new(schema.clone(), columns).doing("failed to read the ledger")?;
    session::register(context, "input_sources", schema, vec![rows])
}
