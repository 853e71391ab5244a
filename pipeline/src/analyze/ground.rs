//! What every finding of a window stands on, read once: walks and moves with dense ids, plan, units, hubs.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, RecordBatch};
use datafusion::prelude::SessionContext;
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use queries::findings::elephant_paths::{MoveRow, Moves, Options};
use queries::paths::moves::Via;
use queries::paths::walks::Walks;

use super::Window;
use crate::derive::register_moves;
use crate::engine::columns;
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::{ask, day};
use crate::error::{Doing, Error};
use crate::run::Run;

/// The ground of a window.
pub(super) struct Ground {
    /// The window.
    pub(super) window: Window,
    /// The plan of the window's last day; a page's id is its place among the plan's pages.
    pub(super) plan: Plan,
    /// Moves, summed by person, day and via.
    pub(super) moves: Moves,
    /// Sessions with their moves in order.
    pub(super) walks: Walks,
    /// Persons, sorted; a person's id is the place here.
    pub(super) persons: Vec<i64>,
    /// Department of each person; `u32::MAX` where unknown.
    pub(super) units: Vec<u32>,
    /// Whether a page is a declared hub.
    pub(super) is_hub: Vec<bool>,
    /// Elephant paths of the windows before, as pairs of pages, to see what became of them.
    pub(super) watched: Vec<(u32, u32)>,
    /// The planned journeys, by name, each as its pages in order.
    pub(super) journeys: Vec<(String, Vec<u32>)>,
}

impl Ground {
    /// Reads the ground of a window.
    pub(super) async fn read(
        run: &Run,
        context: &SessionContext,
        window: Window,
    ) -> Result<Self, Error> {
        let moves = ask(context, "window_moves", &window.parameters()).await?;
        // A session that starts on the last day may end on the next.
        register_moves(context, &run.settings, window.start, window.end + 1).await?;
        let walks = ask(context, "window_walks", &window.parameters()).await?;
        let journeys = journeys(context).await?;
        let mut pages = Texts::default();
        pages.collect(&journeys, &["page"])?;
        let watched = watched(context, window).await?;
        pages.collect(&watched, &["from_page", "to_page"])?;
        pages.collect(&moves, &["from_page", "to_page"])?;
        pages.collect(&walks, &["entry", "exit", "from_page", "to_page"])?;
        let plan = plan_on(context, Some(window.end), &pages.into_sorted()).await?;
        let persons = persons_of(&[&moves, &walks])?;
        let ids = Ids::new(&plan, &persons);
        let (moves, walks) = (moves_of(&moves, &ids)?, walks_of(&walks, &ids)?);
        let journeys = journeys_of(&journeys, &ids)?;
        let watched = pairs_of(&watched, &ids)?;
        drop(ids);
        Ok(Self {
            window,
            moves,
            walks,
            units: units(context, window.end, &persons).await?,
            is_hub: hubs(context, &plan).await?,
            journeys,
            watched,
            plan,
            persons,
        })
    }

    /// The gates of what people walk.
    pub(super) fn gates(&self, run: &Run) -> Options {
        Options {
            k: run.settings.privacy.k_pages.into(),
            window_start: self.window.start,
            window_end: self.window.end,
            ..Options::default()
        }
    }

    /// The pages of each planned journey.
    pub(super) fn planned_routes(&self) -> Vec<Vec<u32>> {
        self.journeys
            .iter()
            .map(|(_, pages)| pages.clone())
            .collect()
    }

    /// The address of a page.
    pub(super) fn page(&self, id: u32) -> &str {
        &self.plan.pages[id as usize]
    }
}

/// Distinct texts of columns.
#[derive(Default)]
struct Texts(HashSet<String, FixedState>);

impl Texts {
    fn collect(&mut self, batches: &[RecordBatch], names: &[&str]) -> Result<(), Error> {
        for batch in batches {
            for name in names {
                let column = columns::texts(batch, name)?;
                for text in column.iter().flatten() {
                    if !self.0.contains(text) {
                        self.0.insert(text.to_owned());
                    }
                }
            }
        }
        Ok(())
    }

    fn into_sorted(self) -> BTreeSet<String> {
        self.0.into_iter().collect()
    }
}

fn persons_of(tables: &[&[RecordBatch]]) -> Result<Vec<i64>, Error> {
    let mut persons = Vec::new();
    for batch in tables.iter().flat_map(|batches| batches.iter()) {
        // The rows come sorted by person.
        let column = columns::ints(batch, "person")?;
        persons.extend(column.values().chunk_by(|a, b| a == b).map(|run| run[0]));
    }
    persons.sort_unstable();
    persons.dedup();
    Ok(persons)
}

/// Dense ids of pages and persons.
struct Ids<'a> {
    pages: hashbrown::HashMap<&'a str, u32, FixedState>,
    persons: &'a [i64],
}

impl<'a> Ids<'a> {
    fn new(plan: &'a Plan, persons: &'a [i64]) -> Self {
        let pages = (0..).zip(&plan.pages).map(|(id, page)| (page.as_str(), id));
        Self {
            pages: pages.collect(),
            persons,
        }
    }

    fn page(&self, page: &str) -> u32 {
        self.pages[page]
    }

    /// The id of a person at or behind the place `at`, which moves there: rows come sorted by person.
    fn person(&self, at: &mut usize, person: i64) -> u32 {
        while self.persons[*at] < person {
            *at += 1;
        }
        *at as u32
    }
}

fn moves_of(batches: &[RecordBatch], ids: &Ids<'_>) -> Result<Moves, Error> {
    let mut moves = Moves::default();
    let mut at = 0;
    for batch in batches {
        let person = columns::ints(batch, "person")?;
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let days = columns::days(batch, "day")?;
        let via = columns::texts(batch, "via")?;
        let n = columns::ints(batch, "n")?;
        for row in 0..batch.num_rows() {
            moves.push(MoveRow {
                person: ids.person(&mut at, person.value(row)),
                from: ids.page(from.value(row)),
                to: ids.page(to.value(row)),
                day: days.value(row),
                via: Via::parse(via.value(row)).unwrap_or(Via::Unknown),
                n: n.value(row).clamp(0, i64::from(u32::MAX)) as u32,
            });
        }
    }
    Ok(moves)
}

fn walks_of(batches: &[RecordBatch], ids: &Ids<'_>) -> Result<Walks, Error> {
    let mut walks = Walks::default();
    let (mut at, mut last, mut arrived) = (0, None, None);
    for batch in batches {
        let person = columns::ints(batch, "person")?;
        let session = columns::ints(batch, "session_id")?;
        let days = columns::days(batch, "day")?;
        let (entry, exit) = (
            columns::texts(batch, "entry")?,
            columns::texts(batch, "exit")?,
        );
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let via = columns::texts(batch, "via")?;
        let times = columns::times(batch, "ts")?;
        for row in 0..batch.num_rows() {
            let this = (person.value(row), session.value(row));
            if last != Some(this) {
                last = Some(this);
                arrived = None;
                let person = ids.person(&mut at, this.0);
                let ends = (ids.page(entry.value(row)), ids.page(exit.value(row)));
                walks.begin(person, days.value(row), ends.0, ends.1);
            }
            if to.is_valid(row) {
                let now = times.value(row);
                if let Some(before) = arrived.replace(now) {
                    walks.stayed(seconds(now - before));
                }
                let via = Via::parse(via.value(row)).unwrap_or(Via::Unknown);
                walks.step(ids.page(from.value(row)), ids.page(to.value(row)), via);
            }
        }
    }
    Ok(walks)
}

/// What was an elephant path in a window that this one overlaps or follows.
async fn watched(context: &SessionContext, window: Window) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read the elephant paths of before";
    let sql = "select distinct from_page, to_page from elephant_paths_history \
               where window_end < $window_end and window_end >= $day_before \
               and status not in ('paved', 'gone') order by 1, 2";
    let frame = context.sql(sql).await.doing(doing)?;
    let parameters = vec![
        ("window_end", day(window.end)),
        ("day_before", day(window.start - 1)),
    ];
    let frame = frame.with_param_values(parameters).doing(doing)?;
    frame.collect().await.doing(doing)
}

fn pairs_of(batches: &[RecordBatch], ids: &Ids<'_>) -> Result<Vec<(u32, u32)>, Error> {
    let mut pairs = Vec::new();
    for batch in batches {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let rows = 0..batch.num_rows();
        pairs.extend(rows.map(|row| (ids.page(from.value(row)), ids.page(to.value(row)))));
    }
    Ok(pairs)
}

async fn journeys(context: &SessionContext) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read the planned journeys";
    let sql = "select journey, page from planned_journeys order by journey, step";
    let frame = context.sql(sql).await.doing(doing)?;
    frame.collect().await.doing(doing)
}

fn journeys_of(batches: &[RecordBatch], ids: &Ids<'_>) -> Result<Vec<(String, Vec<u32>)>, Error> {
    let mut journeys: Vec<(String, Vec<u32>)> = Vec::new();
    for batch in batches {
        let name = columns::texts(batch, "journey")?;
        let page = columns::texts(batch, "page")?;
        for row in 0..batch.num_rows() {
            let page = ids.page(page.value(row));
            match journeys.last_mut() {
                Some((last, pages)) if last == name.value(row) => pages.push(page),
                _ => journeys.push((name.value(row).to_owned(), vec![page])),
            }
        }
    }
    Ok(journeys)
}

/// Whole seconds of microseconds, at most a day: a session has no longer break.
fn seconds(microseconds: i64) -> u32 {
    (microseconds / 1_000_000).clamp(0, 86_400) as u32
}

/// The department of each person on a day, as a dense id; `u32::MAX` where unknown.
pub(super) async fn units(
    context: &SessionContext,
    on: i32,
    persons: &[i64],
) -> Result<Vec<u32>, Error> {
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
