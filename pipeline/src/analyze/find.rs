//! From the moves of a window to what the detector finds in them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::findings::elephant_paths::{
    self as detector, ElephantPaths, MoveRow, Moves, Options, World,
};
use queries::paths::moves::Via;

use super::Window;
use crate::engine::columns;
use crate::engine::planned_steps::{Plan, plan_on};
use crate::engine::session::{ask, day};
use crate::error::{Doing, Error};
use crate::run::Run;

/// The detector's answer with the pages its ids stand for.
pub(super) struct Found {
    pub(super) pages: Vec<String>,
    pub(super) paths: ElephantPaths,
}

/// Finds the elephant paths of a window.
pub(super) async fn find(
    run: &Run,
    context: &SessionContext,
    window: Window,
) -> Result<Found, Error> {
    let moves = ask(context, "window_moves", &window.parameters()).await?;
    let pages: BTreeSet<String> = distinct_pages(&moves)?;
    let plan = plan_on(context, Some(window.end), &pages).await?;
    let (moves, persons) = moves_of(&moves, &plan)?;
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

/// The moves with dense ids for pages (places in the plan's list) and persons (places in the sorted
/// answer), and the persons.
fn moves_of(batches: &[RecordBatch], plan: &Plan) -> Result<(Moves, Vec<i64>), Error> {
    let ids: HashMap<&str, u32> = plan
        .pages
        .iter()
        .enumerate()
        .map(|(i, p)| (p.as_str(), i as u32))
        .collect();
    let mut moves = Moves::default();
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
            moves.push(MoveRow {
                person: persons.len() as u32 - 1,
                from: ids[from.value(row)],
                to: ids[to.value(row)],
                day: days.value(row),
                via: Via::parse(via.value(row)).unwrap_or(Via::Unknown),
                n: n.value(row).clamp(0, i64::from(u32::MAX)) as u32,
            });
        }
    }
    Ok((moves, persons))
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
