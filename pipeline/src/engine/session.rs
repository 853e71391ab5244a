//! One session of the engine: the lake's tables, the hubs, and the named questions.

use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::common::ScalarValue;
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, SessionConfig, SessionContext};

use crate::engine::provider;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// A parameter of a question: its name and its value.
pub type Parameter<'a> = (&'a str, ScalarValue);

/// A session over the whole lake; `memory` is the ceiling of the queries in bytes.
///
/// # Errors
/// When a table's log cannot be read.
pub async fn over_lake(lake: &Lake, memory: Option<usize>) -> Result<SessionContext, Error> {
    let context = bare(memory)?;
    provider::register_all(&context, lake)
        .await
        .doing("failed to open the tables of the lake")?;
    Ok(context)
}

/// A session without a lake.
///
/// # Errors
/// When the engine's surroundings cannot be set up.
pub fn bare(memory: Option<usize>) -> Result<SessionContext, Error> {
    // `DATAFUSION_EXECUTION_TARGET_PARTITIONS` and its like are the operator's.
    let config = SessionConfig::from_env()
        .misused("failed to read the engine's settings from the environment (DATAFUSION_...)")?
        .with_information_schema(true)
        .with_sort_spill_reservation_bytes(spill_reserve(memory))
        .set_bool("datafusion.optimizer.prefer_existing_sort", true);
    let mut runtime = RuntimeEnvBuilder::new();
    if let Some(bytes) = memory {
        runtime = runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes)));
    }
    let runtime = runtime.build_arc().doing("failed to start the engine")?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// What each sort sets aside for merging what it spilled: a small ceiling must hold several.
fn spill_reserve(memory: Option<usize>) -> usize {
    const USUAL: usize = 10 << 20;
    memory.map_or(USUAL, |bytes| (bytes / 32).min(USUAL))
}

/// A named question with its values, not yet run.
///
/// # Errors
/// When the question does not exist or does not fit the tables.
pub async fn frame(
    context: &SessionContext,
    name: &str,
    parameters: &[Parameter<'_>],
) -> Result<DataFrame, Error> {
    let question = queries::sql::question(name)
        .ok_or_else(|| Error::failed(format!("there is no question named `{name}`")))?;
    let frame = context
        .sql(question.text)
        .await
        .doing(format!("failed to plan `{name}`"))?;
    if parameters.is_empty() {
        return Ok(frame);
    }
    let values: Vec<(String, ScalarValue)> = parameters
        .iter()
        .map(|(key, value)| ((*key).to_owned(), value.clone()))
        .collect();
    frame
        .with_param_values(values)
        .doing(format!("failed to give `{name}` its parameters"))
}

/// The rows of a named question.
///
/// # Errors
/// When the question fails.
pub async fn ask(
    context: &SessionContext,
    name: &str,
    parameters: &[Parameter<'_>],
) -> Result<Vec<RecordBatch>, Error> {
    frame(context, name, parameters)
        .await?
        .collect()
        .await
        .doing(format!("failed to answer `{name}`"))
}

/// Answers a question once and keeps its rows as a table of the question's name.
///
/// # Errors
/// When the question fails.
pub async fn keep(
    context: &SessionContext,
    name: &str,
    parameters: &[Parameter<'_>],
) -> Result<Vec<RecordBatch>, Error> {
    let frame = frame(context, name, parameters).await?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame
        .collect()
        .await
        .doing(format!("failed to answer `{name}`"))?;
    register(context, name, schema, rows.clone())?;
    Ok(rows)
}

/// Puts rows beside the lake as a table of this session; replaces one of the same name.
///
/// # Errors
/// When the rows do not fit the schema.
pub fn register(
    context: &SessionContext,
    name: &str,
    schema: arrow::datatypes::SchemaRef,
    rows: Vec<RecordBatch>,
) -> Result<(), Error> {
    let doing = format!("failed to keep `{name}`");
    let table = MemTable::try_new(schema, vec![rows]).doing(&doing)?;
    context.deregister_table(name).doing(&doing)?;
    context
        .register_table(name, Arc::new(table))
        .doing(&doing)?;
    Ok(())
}

/// Puts moves, from a page to a page, beside the lake as a table of this session.
///
/// # Errors
/// When the engine refuses.
pub fn register_pairs<'a>(
    context: &SessionContext,
    name: &str,
    moves: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<(), Error> {
    let schema = Arc::new(Schema::new(vec![
        Field::new("from_page", DataType::Utf8, false),
        Field::new("to_page", DataType::Utf8, false),
    ]));
    let (from, to): (Vec<&str>, Vec<&str>) = moves.unzip();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from(from)),
        Arc::new(StringArray::from(to)),
    ];
    let rows = RecordBatch::try_new(schema.clone(), columns);
    let rows = rows.doing(format!("failed to keep `{name}`"))?;
    register(context, name, schema, vec![rows])
}

/// A day as a parameter.
pub fn day(day: i32) -> ScalarValue {
    ScalarValue::Date32(Some(day))
}

/// A count as a parameter.
pub fn count(n: i64) -> ScalarValue {
    ScalarValue::Int64(Some(n))
}
