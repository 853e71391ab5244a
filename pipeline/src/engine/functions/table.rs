//! What functions have in common: a function of a source is a table, and its scan an operator over that of
//! the source.

use std::fmt::Debug;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result, internal_datafusion_err};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder, TableType};
use datafusion::physical_plan::ExecutionPlan;

use super::exec::FunctionExec;
use super::source::Source;

/// The rows that a function makes, batch by batch.
pub(super) type Batches = Box<dyn Iterator<Item = Result<RecordBatch>> + Send>;

/// Rows of a batch that a function makes: as many as the engine's own operators hand on.
pub(super) const ROWS_A_BATCH: usize = 8_192;

/// A function of the rows of its source.
pub(super) trait Function: Debug + Send + Sync + 'static {
    /// What is kept of the rows of one part of the source.
    type Part: Send + 'static;

    /// Its name, and its values but the source.
    fn told(&self) -> String;

    /// The columns that it makes.
    fn schema(&self) -> SchemaRef;

    /// Places of the source's columns that it reads when these of its own are wanted.
    fn reads(&self, wanted: &SchemaRef) -> Vec<usize>;

    /// A part without rows.
    fn begin(&self) -> Self::Part;

    /// Adds rows to a part; gives the bytes that they will take until the function is done.
    fn take(&self, part: &mut Self::Part, batch: RecordBatch) -> Result<usize>;

    /// The rows made of all parts, those columns that are wanted; the same however rows were dealt to parts.
    fn finish(
        &self,
        parts: Vec<Self::Part>,
        wanted: &SchemaRef,
        n_threads: usize,
    ) -> Result<Batches>;
}

/// A function of a source.
#[derive(Debug)]
pub(super) struct FunctionTable<F> {
    source: Source,
    function: Arc<F>,
}

impl<F: Function> FunctionTable<F> {
    pub(super) fn provider(source: Source, function: F) -> Arc<dyn TableProvider> {
        Arc::new(Self {
            source,
            function: Arc::new(function),
        })
    }
}

#[async_trait]
impl<F: Function> TableProvider for FunctionTable<F> {
    fn schema(&self) -> SchemaRef {
        self.function.schema()
    }

    fn table_type(&self) -> TableType {
        TableType::Temporary
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let wanted = match projection {
            Some(places) => Arc::new(self.schema().project(places)?),
            None => self.schema(),
        };
        let reads = self.function.reads(&wanted);
        let source = provider_as_source(self.source.provider.clone());
        let plan = LogicalPlanBuilder::scan("source", source, Some(reads))?.build()?;
        let input = state.create_physical_plan(&plan).await?;
        Ok(Arc::new(FunctionExec::new(
            self.function.clone(),
            input,
            wanted,
        )))
    }
}

/// A column of a batch by its name.
pub(super) fn column<'a>(batch: &'a RecordBatch, name: &str) -> Result<&'a ArrayRef> {
    batch
        .column_by_name(name)
        .ok_or_else(|| internal_datafusion_err!("the source lost its column `{name}`"))
}

/// The wanted columns among those at hand, as a batch.
pub(super) fn batch_of(
    wanted: &SchemaRef,
    n_rows: usize,
    columns: &[(&str, ArrayRef)],
) -> Result<RecordBatch> {
    let columns = wanted
        .fields()
        .iter()
        .map(|field| {
            let found = columns.iter().find(|(name, _)| name == field.name());
            found
                .map(|(_, column)| column.clone())
                .ok_or_else(|| internal_datafusion_err!("nobody made `{}`", field.name()))
        })
        .collect::<Result<_>>()?;
    let options = RecordBatchOptions::new().with_row_count(Some(n_rows));
    Ok(RecordBatch::try_new_with_options(
        wanted.clone(),
        columns,
        &options,
    )?)
}

/// `n_rows` rows, made a batch at a time when they are asked for.
pub(super) fn in_batches(
    n_rows: usize,
    make: impl Fn(Range<usize>) -> Result<RecordBatch> + Send + 'static,
) -> Batches {
    let starts = (0..n_rows).step_by(ROWS_A_BATCH);
    Box::new(starts.map(move |start| make(start..(start + ROWS_A_BATCH).min(n_rows))))
}
