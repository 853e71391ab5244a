//! SQL for people: statements, files and named questions, over the lake or without one.
//!
//! A named question is also a table: `select * from use_by_day where n_people > 100` runs it on the
//! way, as do the questions that read another one.

mod calls;
mod catalogue;
mod person_lists;
mod provide;
mod values;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::logical_expr::{DdlStatement, LogicalPlan};
use datafusion::prelude::SessionContext;
use datafusion::sql::parser::{DFParser, Statement};

pub use catalogue::{Listed, query_list, table_list};

use crate::analyze::window;
use crate::derive::register_hubs;
use crate::engine::functions::{self, Told};
use crate::engine::{planned_steps, session};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::tables::tables;

/// The answer to a question: its schema and its rows.
#[derive(Debug)]
pub struct Answer {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub rows: Vec<RecordBatch>,
}

/// An engine to ask, and the values that parameters have unless others are given.
pub struct Engine {
    context: SessionContext,
    defaults: values::Values,
}

/// An engine to ask: over the lake where there is one.
///
/// # Errors
/// When the lake is there but cannot be opened.
pub async fn engine(run: &Run) -> Result<Engine, Error> {
    if !run.has_lake()? {
        let context = session::bare(run.memory)?.enable_url_table();
        functions::register(&context);
        return Ok(Engine {
            context,
            defaults: values::Values::default(),
        });
    }
    let lake = run.lake()?;
    let context = session::over_lake(&lake, run.memory).await?;
    register_hubs(&context, run)?;
    planned_steps::register(&context).await?;
    planned_steps::register_planned_pages(&context).await?;
    let window = window(run, &lake, None, None).await?;
    if run.key().is_err() {
        hide_persons(&context).await?;
    }
    let context = context.enable_url_table();
    functions::register(&context);
    Ok(Engine {
        context,
        defaults: window.map_or_else(values::Values::default, |window| {
            values::defaults(run, window)
        }),
    })
}

/// Without the key the tables that hold persons are not there.
async fn hide_persons(context: &SessionContext) -> Result<(), Error> {
    let doing = "failed to guard the tables that hold persons";
    let sql = "select distinct table_name from information_schema.columns \
               where column_name in ('person', 'client') and table_schema = 'public'";
    let rows = context
        .sql(sql)
        .await
        .doing(doing)?
        .collect()
        .await
        .doing(doing)?;
    for batch in &rows {
        let names = crate::engine::columns::texts(batch, "table_name")?;
        for row in 0..batch.num_rows() {
            context.deregister_table(names.value(row)).doing(doing)?;
        }
    }
    Ok(())
}

/// Answers several statements, or the question of this name; the rows of the last statement are the
/// answer.
///
/// # Errors
/// When a statement cannot be read, planned or run.
pub async fn answer(
    run: &Run,
    text: &str,
    given: &BTreeMap<String, String>,
) -> Result<Answer, Error> {
    let engine = engine(run).await?;
    let (answer, values) = asked(run, &engine, text, given).await?;
    values.check_given(given)?;
    Ok(answer)
}

/// The same in an engine that is there already, where a value may be given for later questions.
///
/// # Errors
/// When a statement cannot be read, planned or run.
pub async fn answer_in(
    run: &Run,
    engine: &Engine,
    text: &str,
    given: &BTreeMap<String, String>,
) -> Result<Answer, Error> {
    Ok(asked(run, engine, text, given).await?.0)
}

async fn asked(
    run: &Run,
    engine: &Engine,
    text: &str,
    given: &BTreeMap<String, String>,
) -> Result<(Answer, values::Values), Error> {
    let question = named(run, text)?;
    let text = question.as_deref().unwrap_or(text);
    let mut values = engine.defaults.with_given(given)?;
    let mut last = None;
    let statements = DFParser::parse_sql(text).map_err(|cause| match cause {
        // The parser's own words, without those of the engine around them.
        DataFusionError::SQL(cause, _) => Error::Usage {
            message: "failed to read the SQL".to_owned(),
            source: Some(cause),
        },
        cause => Error::usage(format!("failed to read the SQL: {cause}")),
    })?;
    for statement in statements {
        last = Some(one(run, engine, statement, &mut values).await?);
    }
    let last = last.ok_or_else(|| Error::usage("there is no statement in the SQL"))?;
    Ok((last, values))
}

async fn one(
    run: &Run,
    engine: &Engine,
    statement: Statement,
    values: &mut values::Values,
) -> Result<Answer, Error> {
    let context = &engine.context;
    let state = context.state();
    let calls = calls::calls(&statement)?;
    let tables = state.resolve_table_references(&statement);
    for table in tables.misused("failed to find the tables of the question")? {
        if table.schema().is_none() && !calls.is_function(table.table()) {
            provide::provide(run, context, values, table.table()).await?;
        }
    }
    for source in &calls.sources {
        provide::provide(run, context, values, source).await?;
    }
    // The state again: it now knows the tables made on the way.
    let plan = context.state().statement_to_plan(statement).await;
    let plan = plan.map_err(|cause| explained(run, cause))?;
    refuse_change(&plan)?;
    let frame = context.execute_logical_plan(plan).await;
    let frame = frame.map_err(|cause| explained(run, cause))?;
    let frame = values::bound(frame, values)?;
    let schema = SchemaRef::new(frame.schema().as_arrow().clone());
    let rows = frame.collect().await.map_err(|cause| failed(run, cause))?;
    Ok(Answer { schema, rows })
}

/// SQL only reads the lake. A table that is dropped would go from this one question, and look as if it were gone.
fn refuse_change(plan: &LogicalPlan) -> Result<(), Error> {
    let changed = match plan {
        LogicalPlan::Ddl(DdlStatement::DropTable(drop)) => drop.name.table(),
        LogicalPlan::Ddl(DdlStatement::DropView(drop)) => drop.name.table(),
        LogicalPlan::Dml(statement) => statement.table_name.table(),
        _ => return Ok(()),
    };
    if catalogue::is_table(changed) {
        return Err(Error::usage(format!(
            "`{changed}` is a table of the lake, which SQL only reads: it stays as it is"
        )));
    }
    Ok(())
}

fn failed(run: &Run, cause: DataFusionError) -> Error {
    if functions::told(&cause).is_some() {
        return explained(run, cause);
    }
    Error::Failed {
        message: match cause.find_root() {
            DataFusionError::ResourcesExhausted(_) => "the question wants more memory than it may \
                take: raise --memory, or ask for less at a time"
                .to_owned(),
            _ => "failed to answer the question".to_owned(),
        },
        source: Some(cause.into()),
    }
}

fn explained(run: &Run, cause: DataFusionError) -> Error {
    let is_hidden = |name: &str| tables().iter().any(|table| table.name == name);
    let absent = match functions::told(&cause) {
        // What a table of the lake wants is said below.
        Some(Told::NoSource { name, .. }) if is_hidden(name) => Some(name.clone()),
        Some(told) => return Error::usage(told),
        None => absent_table(&cause.to_string()),
    };
    match absent {
        Some(name) => no_table(run, &name),
        None => Error::Usage {
            message: "failed to plan the question".to_owned(),
            source: Some(cause.into()),
        },
    }
}

/// The table that the engine does not find, from "table 'datafusion.public.evnts' not found".
fn absent_table(text: &str) -> Option<String> {
    let before = &text[..text.find("' not found")?];
    let (_, name) = before.rsplit_once("table '")?;
    // A file's name has dots too: what the engine puts before a name is known.
    let bare = name.strip_prefix("datafusion.public.");
    let bare = bare.or_else(|| name.strip_prefix("datafusion."));
    Some(bare.unwrap_or(name).to_owned())
}

/// Why there is no table of this name, and what helps.
fn no_table(run: &Run, name: &str) -> Error {
    if catalogue::is_table(name) {
        match run.has_lake() {
            Ok(true) => {}
            Ok(false) => return run.no_lake(),
            Err(error) => return error,
        }
        // Without the key, or under another one, the tables that hold persons are not there.
        if let Err(cause) = run.key() {
            return Error::Usage {
                message: format!("`{name}` holds persons and is only there with the lake's key"),
                source: Some(cause.into()),
            };
        }
    }
    Error::usage(catalogue::no_table(name))
}

/// The text of a question: a file of `--queries`, or one that comes with the program.
fn named(run: &Run, text: &str) -> Result<Option<String>, Error> {
    let name = text.trim().trim_end_matches(';').trim_end();
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if name.is_empty() || !is_name {
        return Ok(None);
    }
    if let Some(folder) = &run.queries {
        let file = folder.join(format!("{name}.sql"));
        if file.is_file() {
            let text = fs::read_to_string(&file)
                .misused(format!("failed to read `{}`", file.display()))?;
            return Ok(Some(text));
        }
    }
    match queries::sql::question(name) {
        Some(question) => {
            let text = person_lists::text_of(question, run.settings.people.lists)?;
            Ok(Some(text.into_owned()))
        }
        None => Err(Error::usage(catalogue::unknown(run, name))),
    }
}

/// A file of SQL.
///
/// # Errors
/// When the file cannot be read.
pub fn read_file(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).misused(format!("failed to read `{}`", path.display()))
}
