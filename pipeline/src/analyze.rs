//! From the lake to findings: the elephant paths of one window.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::findings::elephant_paths::{
    self as detector, ElephantPath, ElephantPaths, MoveRows, Options, World,
};
use queries::paths::moves::Via;

use crate::derive::{self, fit, replace_all};
use crate::engine::columns;
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::{self, ask, day, keep};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// The days an analysis looks at, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub start: i32,
    /// Last day, the as-of day.
    pub end: i32,
}

impl Window {
    /// Length in days.
    pub fn n_days(self) -> i32 {
        self.end - self.start + 1
    }

    /// The window of the same length right before.
    pub fn before(self) -> Self {
        Self {
            start: self.start - self.n_days(),
            end: self.start - 1,
        }
    }
}

/// What an analysis found, for the operator's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Analyzed {
    /// The window looked at.
    pub window: Window,
    /// Elephant paths.
    pub n_paths: usize,
    /// Pairs tested.
    pub n_tested: u64,
    /// Elephant paths that the same search finds on a shuffled copy.
    pub n_shuffled: u64,
}

/// Brings the derived tables up to date and finds the elephant paths of the window that ends on
/// `as_of` (the last day of the events without one). `None`: the lake has no events.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn analyze(
    run: &Run,
    lake: &Lake,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<Analyzed>, Error> {
    let derived = derive::derive(run, lake).await?;
    run.talk.say(format!(
        "sessions: {} on {} days computed again",
        derived.n_sessions, derived.n_days
    ));
    let Some(window) = window(run, lake, as_of, window_days).await? else {
        return Ok(None);
    };
    let context = session::over_lake(lake, run.memory).await?;
    derive::register_hubs(&context, run)?;
    let found = find(run, &context, window).await?;
    let rows = rows_of(&context, run, window, &found).await?;
    let rows = fit(lake, "elephant_paths", vec![rows])?;
    replace_all(lake, "elephant_paths", rows.clone()).await?;
    keep_history(lake, &context, window, rows).await?;
    note_run(lake, window, &found.paths).await?;
    Ok(Some(Analyzed {
        window,
        n_paths: found.paths.paths.len(),
        n_tested: found.paths.n_tested,
        n_shuffled: found.paths.n_shuffled,
    }))
}

/// The window of an analysis; `None` where the lake has no events.
///
/// # Errors
/// When the lake cannot be read.
pub async fn window(
    run: &Run,
    lake: &Lake,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<Window>, Error> {
    let last = last_day(lake).await?;
    let n_days = window_days
        .unwrap_or(run.settings.analysis.window_days)
        .max(1) as i32;
    Ok(last.map(|last| {
        let end = as_of.unwrap_or(last);
        Window {
            start: end - n_days + 1,
            end,
        }
    }))
}

/// The last civil day in `events`.
///
/// # Errors
/// When the lake cannot be read.
pub async fn last_day(lake: &Lake) -> Result<Option<i32>, Error> {
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    Ok(events.files.iter().filter_map(|file| file.day).max())
}

/// The detector's answer with the pages its ids stand for.
struct Found {
    pages: Vec<String>,
    paths: ElephantPaths,
}

async fn find(run: &Run, context: &SessionContext, window: Window) -> Result<Found, Error> {
    let days = [
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ];
    keep(context, "weak_persons", &days).await?;
    let moves = ask(context, "window_moves", &days).await?;
    let pages: BTreeSet<String> = distinct_pages(&moves)?;
    let plan = plan_on(context, Some(window.end), &pages).await?;
    let (moves, persons) = Moves::of(&moves, &plan)?;
    let units = units(context, window.end, &persons).await?;
    let is_hub = hubs(context, &plan).await?;
    let settings = &run.settings;
    let options = Options {
        k: settings.privacy.k_pages.into(),
        window_start: window.start,
        window_end: window.end,
        ..Options::default()
    };
    let world = World {
        n_pages: plan.pages.len(),
        n_persons: persons.len(),
        unit: &units,
        plan: &plan.graph,
        has_plan: plan.n_links > 0,
        is_hub: &is_hub,
    };
    let paths = detector::elephant_paths(&moves.rows(), &world, &options);
    Ok(Found {
        pages: plan.pages,
        paths,
    })
}

fn distinct_pages(moves: &[RecordBatch]) -> Result<BTreeSet<String>, Error> {
    let mut pages: hashbrown::HashSet<String, foldhash::fast::FixedState> =
        hashbrown::HashSet::default();
    for batch in moves {
        for name in ["from_page", "to_page"] {
            let column = columns::texts(batch, name)?;
            for row in 0..batch.num_rows() {
                if !pages.contains(column.value(row)) {
                    pages.insert(column.value(row).to_owned());
                }
            }
        }
    }
    Ok(pages.into_iter().collect())
}

/// The moves of a window as columns of dense ids.
#[derive(Default)]
struct Moves {
    person: Vec<u32>,
    from: Vec<u32>,
    to: Vec<u32>,
    day: Vec<i32>,
    via: Vec<Via>,
    n: Vec<u32>,
}

impl Moves {
    /// Dense ids for pages (places in the plan's list) and persons (places in the sorted answer).
    fn of(batches: &[RecordBatch], plan: &Plan) -> Result<(Self, Vec<i64>), Error> {
        let ids: HashMap<&str, u32> = plan
            .pages
            .iter()
            .enumerate()
            .map(|(i, p)| (p.as_str(), i as u32))
            .collect();
        let mut moves = Self::default();
        let mut persons: Vec<i64> = Vec::new();
        for batch in batches {
            let person = columns::ints(batch, "person")?;
            let from = columns::texts(batch, "from_page")?;
            let to = columns::texts(batch, "to_page")?;
            let days = columns::days(batch, "day")?;
            let via = columns::texts(batch, "via")?;
            let n = columns::ints(batch, "n")?;
            for row in 0..batch.num_rows() {
                // The rows come sorted by person.
                if persons.last() != Some(&person.value(row)) {
                    persons.push(person.value(row));
                }
                moves.person.push(persons.len() as u32 - 1);
                moves.from.push(ids[from.value(row)]);
                moves.to.push(ids[to.value(row)]);
                moves.day.push(days.value(row));
                moves
                    .via
                    .push(Via::parse(via.value(row)).unwrap_or(Via::Unknown));
                moves
                    .n
                    .push(n.value(row).clamp(0, i64::from(u32::MAX)) as u32);
            }
        }
        Ok((moves, persons))
    }

    fn rows(&self) -> MoveRows<'_> {
        MoveRows {
            person: &self.person,
            from: &self.from,
            to: &self.to,
            day: &self.day,
            via: &self.via,
            n: &self.n,
        }
    }
}

/// The department of each person on a day, as a dense id; `u32::MAX` where unknown.
async fn units(context: &SessionContext, on: i32, persons: &[i64]) -> Result<Vec<u32>, Error> {
    let doing = "failed to read the departments";
    let sql = "select person, department from people where department is not null \
               and (valid_from is null or valid_from <= $on) and (valid_to is null or valid_to >= $on) \
               order by person";
    let frame = context.sql(sql).await.doing(doing)?;
    let frame = frame
        .with_param_values(vec![("on", day(on))])
        .doing(doing)?;
    let mut units = vec![u32::MAX; persons.len()];
    let mut names: BTreeMap<String, u32> = BTreeMap::new();
    for batch in &frame.collect().await.doing(doing)? {
        let person = columns::ints(batch, "person")?;
        let department = columns::texts(batch, "department")?;
        for row in 0..batch.num_rows() {
            if let Ok(place) = persons.binary_search(&person.value(row)) {
                let next = names.len() as u32;
                units[place] = *names
                    .entry(department.value(row).to_owned())
                    .or_insert(next);
            }
        }
    }
    Ok(units)
}

async fn hubs(context: &SessionContext, plan: &Plan) -> Result<Vec<bool>, Error> {
    let doing = "failed to read the hubs";
    let rows = context
        .sql("select page from hubs order by page")
        .await
        .doing(doing)?;
    let mut is_hub = vec![false; plan.pages.len()];
    for batch in &rows.collect().await.doing(doing)? {
        let pages = columns::texts(batch, "page")?;
        for row in 0..batch.num_rows() {
            if let Some(id) = plan.id(pages.value(row)) {
                is_hub[id as usize] = true;
            }
        }
    }
    Ok(is_hub)
}

/// A finding's name: the same move has the same one in every window.
pub fn finding_id(from_page: &str, to_page: &str) -> String {
    let hash = blake3::hash(format!("elephant_paths\0{from_page}\0{to_page}").as_bytes());
    format!("path-{}", &hash.to_hex()[..12])
}

fn run_id(window: Window) -> i64 {
    let hash = blake3::hash(format!("{} {}", window.start, window.end).as_bytes());
    let first: [u8; 8] = hash.as_bytes()[..8]
        .try_into()
        .expect("a hash has 32 bytes");
    i64::from_le_bytes(first) & i64::MAX
}

async fn rows_of(
    context: &SessionContext,
    run: &Run,
    window: Window,
    found: &Found,
) -> Result<RecordBatch, Error> {
    let paths = &found.paths.paths;
    let page = |id: u32| found.pages[id as usize].as_str();
    let past = past(context, run, window, found).await?;
    let ints = |f: &dyn Fn(&ElephantPath) -> i64| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Int64Array>())
    };
    let floats = |f: &dyn Fn(&ElephantPath) -> f64| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Float64Array>())
    };
    let texts = |f: &dyn Fn(&ElephantPath) -> String| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<StringArray>())
    };
    let days = |f: &dyn Fn(&ElephantPath) -> i32| -> ArrayRef {
        Arc::new(paths.iter().map(|p| Some(f(p))).collect::<Date32Array>())
    };
    let id = |p: &ElephantPath| finding_id(page(p.from), page(p.to));
    let steps: Int64Array = paths
        .iter()
        .map(|p| p.planned_steps.map(i64::from))
        .collect();
    let routine: BooleanArray = paths.iter().map(|p| Some(p.is_unit_routine)).collect();
    let n_units: Int64Array = paths
        .iter()
        .map(|p| (p.n_units > 0).then_some(p.n_units as i64))
        .collect();
    let id_of_run = run_id(window);
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("run_id", ints(&|_| id_of_run)),
        ("window_start", days(&|_| window.start)),
        ("window_end", days(&|_| window.end)),
        ("finding_id", texts(&id)),
        ("from_page", texts(&|p| page(p.from).to_owned())),
        ("to_page", texts(&|p| page(p.to).to_owned())),
        ("n_people", ints(&|p| p.n_people as i64)),
        ("n_moves", ints(&|p| p.n_moves as i64)),
        ("expected_people", floats(&|p| p.expected_people)),
        ("lift", floats(&|p| p.lift)),
        ("lift_low", floats(&|p| p.lift_low)),
        ("p_value", floats(&|p| p.p_value)),
        ("q_value", floats(&|p| p.q_value)),
        ("n_units", Arc::new(n_units)),
        ("planned_steps", Arc::new(steps)),
        ("clicks_saved", floats(&|p| p.clicks_saved)),
        ("share_link", floats(&|p| p.share_link)),
        ("share_search", floats(&|p| p.share_search)),
        ("share_direct", floats(&|p| p.share_direct)),
        ("is_unit_routine", Arc::new(routine)),
        (
            "first_seen",
            days(&|p| past.get(&id(p)).map_or(p.first_day, |(first, _)| *first)),
        ),
        (
            "status",
            texts(&|p| status(p, window, past.get(&id(p)).copied()).to_owned()),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(
        columns
            .into_iter()
            .map(|(name, column)| (name, column, true)),
    )
    .doing("failed to lay out the elephant paths")
}

/// First day within the horizon, and people in the window before, of each finding.
async fn past(
    context: &SessionContext,
    run: &Run,
    window: Window,
    found: &Found,
) -> Result<HashMap<String, (i32, u64)>, Error> {
    let paths = &found.paths.paths;
    let page = |id: u32| Some(found.pages[id as usize].as_str());
    let schema = Arc::new(Schema::new(vec![
        Field::new("from_page", DataType::Utf8, false),
        Field::new("to_page", DataType::Utf8, false),
    ]));
    let from: StringArray = paths.iter().map(|p| page(p.from)).collect();
    let to: StringArray = paths.iter().map(|p| page(p.to)).collect();
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(from), Arc::new(to)])
        .doing("failed to keep the moves found")?;
    session::register(context, "found_moves", schema, vec![rows])?;
    let horizon = run.settings.analysis.horizon_weeks as i32 * 7;
    let before = window.before();
    let parameters = [
        ("horizon_start", day(window.end - horizon + 1)),
        ("before_start", day(before.start)),
        ("window_start", day(window.start)),
        ("window_end", day(window.end)),
    ];
    let mut past = HashMap::new();
    for batch in &ask(context, "past_of_paths", &parameters).await? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let first = columns::days(batch, "first_seen")?;
        let n = columns::ints(batch, "n_people_before")?;
        for row in 0..batch.num_rows() {
            let id = finding_id(from.value(row), to.value(row));
            past.insert(id, (first.value(row), columns::int_at(&n, row) as u64));
        }
    }
    Ok(past)
}

/// Against the window before: more or less than a quarter of the people tells growing from fading.
fn status(path: &ElephantPath, window: Window, past: Option<(i32, u64)>) -> &'static str {
    let n = path.n_people as f64;
    match past {
        Some((first, before)) if first < window.start => {
            if n > before as f64 * 1.25 {
                "growing"
            } else if n < before as f64 * 0.75 {
                "fading"
            } else {
                "stable"
            }
        }
        _ => "new",
    }
}

/// Every window's findings; analysing a window again replaces its rows.
async fn keep_history(
    lake: &Lake,
    context: &SessionContext,
    window: Window,
    mut rows: Vec<RecordBatch>,
) -> Result<(), Error> {
    let doing = "failed to read the history of the elephant paths";
    let sql = "select * from elephant_paths_history \
               where not (window_start = $start and window_end = $end) \
               order by window_end, window_start, clicks_saved desc, finding_id";
    let frame = context.sql(sql).await.doing(doing)?;
    let values = vec![("start", day(window.start)), ("end", day(window.end))];
    let frame = frame.with_param_values(values).doing(doing)?;
    let mut history = fit(
        lake,
        "elephant_paths_history",
        frame.collect().await.doing(doing)?,
    )?;
    history.append(&mut rows);
    replace_all(lake, "elephant_paths_history", history).await
}

/// The shuffled copy's count and the size of the family belong to the findings: they are stored.
async fn note_run(lake: &Lake, window: Window, found: &ElephantPaths) -> Result<(), Error> {
    let counts = serde_json::json!({
        "window_start": queries::day::Day(window.start).to_string(),
        "window_end": queries::day::Day(window.end).to_string(),
        "elephant_paths": found.paths.len(),
        "candidates": found.n_candidates,
        "tested": found.n_tested,
        "shuffled": found.n_shuffled,
    });
    crate::runs::note(lake, run_id(window), "analyze", "done", &counts).await
}
