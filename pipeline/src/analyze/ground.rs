//! What every finding of a window stands on, read once: walks and moves with dense ids, plan, units, hubs.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use foldhash::fast::FixedState;
use hashbrown::HashSet;
use queries::findings::elephant_paths::{Moves, Options};
use queries::paths::walks::Walks;

use super::Window;
use super::walked::{Rules, walked};
use crate::derive::looks::{Asked, Looks};
use crate::derive::{carried, hub_kinds, hubs_among};
use crate::engine::columns;
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

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
        lake: &Lake,
        context: &SessionContext,
        window: Window,
    ) -> Result<Self, Error> {
        carried(context, window.start).await?;
        // A session that starts on the last day may end on the next.
        let left_out = "select person from excluded union select person from weak_persons";
        let asked = Asked::of(context, (window.start, window.end + 1), left_out).await?;
        let looks = Looks::read(lake, &asked).await?;
        let journeys = journeys(context).await?;
        let mut pages = Texts::default();
        pages.0.extend(looks.pages.iter().cloned());
        pages.collect(&journeys, &["page"])?;
        let watched = watched(context, window).await?;
        pages.collect(&watched, &["from_page", "to_page"])?;
        let plan = plan_on(context, Some(window.end), &pages.into_sorted()).await?;
        let ids = Ids::new(&plan);
        let page_ids: Vec<u32> = looks.pages.iter().map(|page| ids.page(page)).collect();
        let rules = Rules {
            gap_us: i64::from(run.settings.analysis.session_gap_minutes) * 60_000_000,
            window,
        };
        let hub_kinds = hub_kinds(context).await?;
        let hubs = hubs_among(&hub_kinds, &looks.pages);
        let walked = walked(&looks, rules, &hubs, &page_ids);
        let persons: Vec<i64> = walked.persons.iter().map(|at| looks.persons[*at]).collect();
        drop(looks);
        let journeys = journeys_of(&journeys, &ids)?;
        let watched = pairs_of(&watched, &ids)?;
        drop(ids);
        let is_hub = plan.pages.iter().map(|page| hub_kinds.contains_key(page));
        Ok(Self {
            window,
            moves: walked.moves,
            walks: walked.walks,
            units: units(context, window.end, &persons).await?,
            is_hub: is_hub.collect(),
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

    /// Whether a planned journey leads from one page to another.
    pub(super) fn is_meant(&self, from: u32, to: u32) -> bool {
        self.journeys.iter().any(|(_, pages)| {
            let place = |page: u32| pages.iter().position(|step| *step == page);
            place(from)
                .zip(place(to))
                .is_some_and(|(from, to)| from < to)
        })
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

/// Dense ids of pages.
struct Ids<'a>(hashbrown::HashMap<&'a str, u32, FixedState>);

impl<'a> Ids<'a> {
    fn new(plan: &'a Plan) -> Self {
        let pages = (0..).zip(&plan.pages).map(|(id, page)| (page.as_str(), id));
        Self(pages.collect())
    }

    fn page(&self, page: &str) -> u32 {
        self.0[page]
    }
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

#[cfg(test)]
#[path = "ground_tests.rs"]
mod tests;
