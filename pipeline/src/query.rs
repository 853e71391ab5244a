//! SQL for people: statements, files and named questions, over the lake or without one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use datafusion::common::ScalarValue;
use datafusion::prelude::{DataFrame, SessionContext};
use datafusion::sql::parser::DFParser;

use crate::analyze::{Window, window};
use crate::derive::register_hubs;
use crate::engine::{planned_steps, session};
use crate::error::{Doing, Error};
use crate::run::Run;

/// The answer to a question: its schema and its rows.
#[derive(Debug)]
pub struct Answer {
    /// Names and types of the columns.
    pub schema: SchemaRef,
    /// The rows.
    pub rows: Vec<RecordBatch>,
}

/// An engine to ask: over the lake where there is one.
///
/// # Errors
/// When the lake is there but cannot be opened.
pub async fn engine(run: &Run) -> Result<(SessionContext, Option<Window>), Error> {
    if !run.lake_path.join("events").is_dir() {
        return Ok((session::bare(run.memory)?, None));
    }
    let lake = run.lake().await?;
    let context = session::over_lake(&lake, run.memory).await?;
    register_hubs(&context, run)?;
    planned_steps::register(&context).await?;
    planned_steps::register_planned_pages(&context).await?;
    let window = window(run, &lake, None, None).await?;
    if run.key().is_err() {
        hide_persons(&context).await?;
    }
    Ok((context, window))
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

/// Answers several statements; the rows of the last one are the answer.
///
/// # Errors
/// When a statement cannot be read, planned or run.
pub async fn answer(
    run: &Run,
    text: &str,
    given: &BTreeMap<String, String>,
) -> Result<Answer, Error> {
    let (context, window) = engine(run).await?;
    if let Some(question) = named(run, text)? {
        views_for(&context, window).await?;
        return statements(run, &context, &question, given, window).await;
    }
    statements(run, &context, text, given, window).await
}

/// Runs the statements of a text in a session.
///
/// # Errors
/// When a statement cannot be read, planned or run.
pub async fn statements(
    run: &Run,
    context: &SessionContext,
    text: &str,
    given: &BTreeMap<String, String>,
    window: Option<Window>,
) -> Result<Answer, Error> {
    let parsed = DFParser::parse_sql(text).misused("failed to read the SQL")?;
    let mut last = None;
    for statement in parsed {
        let plan = context
            .state()
            .statement_to_plan(statement)
            .await
            .map_err(|cause| explained(run, cause.into()))?;
        let frame = context
            .execute_logical_plan(plan)
            .await
            .map_err(|c| explained(run, c.into()))?;
        let frame = with_values(frame, given, window)?;
        let schema = SchemaRef::new(frame.schema().as_arrow().clone());
        let rows = frame
            .collect()
            .await
            .doing("failed to answer the question")?;
        last = Some(Answer { schema, rows });
    }
    last.ok_or_else(|| Error::usage("there is no statement in the SQL"))
}

fn explained(run: &Run, cause: Box<dyn std::error::Error + Send + Sync>) -> Error {
    let text = cause.to_string();
    let mut message = String::from("failed to plan the question");
    if text.contains("not found") && text.contains("table") {
        if !run.lake_path.join("events").is_dir() {
            message = format!(
                "there is no lake at `{}`, so its tables are absent: run `elephant ingest`, or name one with --lake",
                run.lake_path.display()
            );
        } else if run.key().is_err() {
            message = "tables that hold persons are only there with the key: \
                       give it with --key or privacy.key_file"
                .to_owned();
        }
    }
    Error::Usage {
        message,
        source: Some(cause),
    }
}

/// The text of a question: a file of `--queries`, or one that comes with the program.
fn named(run: &Run, name: &str) -> Result<Option<String>, Error> {
    let is_name = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if !is_name {
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
        Some(question) => Ok(Some(question.text.to_owned())),
        None => Err(Error::usage(format!(
            "there is no query named `{name}`: `elephant queries` lists them"
        ))),
    }
}

/// Tables that questions of a later stage read and that are made on the way.
async fn views_for(context: &SessionContext, window: Option<Window>) -> Result<(), Error> {
    if context.table_exist("events").unwrap_or(false) {
        session::keep(context, "excluded", &[]).await?;
        if let Some(w) = window {
            let days = [
                ("window_start", session::day(w.start)),
                ("window_end", session::day(w.end)),
            ];
            session::keep(context, "weak_persons", &days).await?;
        }
    }
    Ok(())
}

/// Parameters: those given, and the latest window's days for those that were not.
fn with_values(
    frame: DataFrame,
    given: &BTreeMap<String, String>,
    window: Option<Window>,
) -> Result<DataFrame, Error> {
    let wanted = frame
        .logical_plan()
        .get_parameter_names()
        .doing("failed to find the parameters of the question")?;
    if wanted.is_empty() {
        return Ok(frame);
    }
    let mut wanted: Vec<String> = wanted.into_iter().collect();
    wanted.sort();
    let mut values = Vec::new();
    for name in wanted {
        let name = name.trim_start_matches('$').to_owned();
        let value = match (given.get(&name), window) {
            (Some(text), _) => value_of(text),
            (None, Some(w)) if name == "window_start" => session::day(w.start),
            (None, Some(w)) if name == "window_end" => session::day(w.end),
            _ => {
                return Err(Error::usage(format!(
                    "the question wants a value for `{name}`: give it with -p {name}=VALUE"
                )));
            }
        };
        values.push((name, value));
    }
    frame
        .with_param_values(values)
        .misused("failed to give the question its parameters")
}

/// A number, a date or a text, as it looks.
fn value_of(text: &str) -> ScalarValue {
    if let Some(day) = queries::day::Day::parse(text) {
        ScalarValue::Date32(Some(day.0))
    } else if let Ok(n) = text.parse::<i64>() {
        ScalarValue::Int64(Some(n))
    } else if let Ok(x) = text.parse::<f64>() {
        ScalarValue::Float64(Some(x))
    } else {
        ScalarValue::Utf8(Some(text.to_owned()))
    }
}

/// A file of SQL.
///
/// # Errors
/// When the file cannot be read.
pub fn read_file(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).misused(format!("failed to read `{}`", path.display()))
}
