//! The plan inside the engine: `planned_steps(from_page, to_page)` as a scalar function of SQL.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use datafusion::prelude::SessionContext;
use queries::graph::plan::PlanGraph;

use crate::engine::{columns, session};
use crate::error::{Doing, Error};

/// The plan of one day: its pages, sorted, and the links among them.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Pages of the plan and any others asked for, sorted; the graph's ids are places in this list.
    pub pages: Vec<String>,
    /// The planned links.
    pub graph: PlanGraph,
    /// Number of planned links, those from every page counted once.
    pub n_links: usize,
}

impl Plan {
    /// The id of a page.
    pub fn id(&self, page: &str) -> Option<u32> {
        self.pages
            .binary_search_by(|p| p.as_str().cmp(page))
            .ok()
            .map(|i| i as u32)
    }
}

/// The plan as it stood on a day (or as it stands, without one), over its own pages and `more`.
///
/// # Errors
/// When the table `plan` cannot be read.
pub async fn plan_on(
    context: &SessionContext,
    on: Option<i32>,
    more: &BTreeSet<String>,
) -> Result<Plan, Error> {
    let doing = "failed to read the plan";
    let valid = on.map_or_else(
        || "valid_to is null".to_owned(),
        |_| {
            "(valid_from is null or valid_from <= $on) and (valid_to is null or valid_to >= $on)"
                .to_owned()
        },
    );
    let sql = format!(
        "select distinct from_page, to_page from plan where to_page is not null and kind <> 'sitemap' \
         and {valid} order by 1, 2"
    );
    let mut frame = context.sql(&sql).await.doing(doing)?;
    if let Some(on) = on {
        frame = frame
            .with_param_values(vec![("on", session::day(on))])
            .doing(doing)?;
    }
    let mut links: Vec<(String, String)> = Vec::new();
    for batch in &frame.collect().await.doing(doing)? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        links.extend(
            (0..batch.num_rows()).map(|row| (from.value(row).to_owned(), to.value(row).to_owned())),
        );
    }
    Ok(plan_of(&links, more))
}

/// A plan from its links; `*` as a source stands for every page.
///
/// # Panics
/// Never: every end of a link is in its list of pages.
pub fn plan_of(links: &[(String, String)], more: &BTreeSet<String>) -> Plan {
    let ends = links
        .iter()
        .flat_map(|(from, to)| [from, to])
        .filter(|p| *p != "*")
        .cloned();
    let pages: Vec<String> = ends
        .chain(more.iter().cloned())
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let id = |page: &String| pages.binary_search(page).expect("every end is in the list") as u32;
    let global: Vec<u32> = links
        .iter()
        .filter(|(from, _)| from == "*")
        .map(|(_, to)| id(to))
        .collect();
    let pairs: Vec<(u32, u32)> = links
        .iter()
        .filter(|(from, _)| from != "*")
        .map(|(from, to)| (id(from), id(to)))
        .collect();
    let graph = PlanGraph::new(pages.len(), &pairs, &global);
    Plan {
        n_links: links.len(),
        pages,
        graph,
    }
}

/// The pages that the plan names, as the table `planned_pages` of the session. The tree of the addresses names
/// none: it is made of pages that are there already.
///
/// # Errors
/// When the table `plan` cannot be read.
pub async fn register_planned_pages(context: &SessionContext) -> Result<(), Error> {
    let doing = "failed to list the pages of the plan";
    let sql = "select distinct page from (\
               select from_page as page from plan where from_page <> '*' and valid_to is null and source <> 'tree' \
               union all select to_page as page from plan where valid_to is null and source <> 'tree') as ends \
               order by 1";
    let rows = context
        .sql(sql)
        .await
        .doing(doing)?
        .collect()
        .await
        .doing(doing)?;
    let mut pages = Vec::new();
    for batch in &rows {
        let column = columns::texts(batch, "page")?;
        pages.extend((0..batch.num_rows()).map(|row| column.value(row).to_owned()));
    }
    let schema = Arc::new(Schema::new(vec![Field::new("page", DataType::Utf8, false)]));
    let column = StringArray::from(pages);
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(column)]).doing(doing)?;
    session::register(context, "planned_pages", schema, vec![rows])
}

/// Makes `planned_steps` known to a session: clicks the plan needs from a page to a page, null where
/// it does not lead there.
///
/// # Errors
/// When the plan cannot be read.
pub async fn register(context: &SessionContext) -> Result<(), Error> {
    let plan = Arc::new(plan_on(context, None, &BTreeSet::new()).await?);
    context.register_udf(function(plan));
    Ok(())
}

fn function(plan: Arc<Plan>) -> ScalarUDF {
    create_udf(
        "planned_steps",
        vec![DataType::Utf8, DataType::Utf8],
        DataType::Int64,
        Volatility::Stable,
        Arc::new(move |arguments: &[ColumnarValue]| {
            let columns = ColumnarValue::values_to_arrays(arguments)?;
            let from = cast(&columns[0], &DataType::Utf8)?;
            let to = cast(&columns[1], &DataType::Utf8)?;
            let steps = steps(&plan, from.as_string::<i32>(), to.as_string::<i32>());
            Ok(ColumnarValue::Array(Arc::new(steps)))
        }),
    )
}

/// One breadth-first search a distinct source, not one a row.
fn steps(plan: &Plan, from: &StringArray, to: &StringArray) -> Int64Array {
    let mut order: Vec<usize> = (0..from.len()).collect();
    order.sort_by_key(|row| (from.is_valid(*row)).then(|| from.value(*row)));
    let mut answer: Vec<Option<i64>> = vec![None; from.len()];
    let mut walked: Option<(u32, Vec<u32>)> = None;
    for row in order {
        if from.is_null(row) || to.is_null(row) {
            continue;
        }
        let (Some(source), Some(target)) = (plan.id(from.value(row)), plan.id(to.value(row)))
        else {
            continue;
        };
        if walked.as_ref().is_none_or(|(last, _)| *last != source) {
            walked = Some((source, plan.graph.steps_from(source)));
        }
        answer[row] = walked
            .as_ref()
            .map(|(_, steps)| steps[target as usize])
            .filter(|steps| *steps != u32::MAX)
            .map(i64::from);
    }
    Int64Array::from(answer)
}
