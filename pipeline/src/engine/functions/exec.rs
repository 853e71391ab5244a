//! The operator of a function: it reads all partitions of its source at once, and then makes its rows.

use std::fmt;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::common::runtime::{JoinSet, SpawnedTask};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{DataFusionError, Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, ExecutionPlan, ExecutionPlanProperties, Partitioning,
    PlanProperties,
};
use futures::{StreamExt, TryStreamExt, stream};

use super::table::{Batches, Function};

/// A function over the rows of its input.
#[derive(Debug)]
pub(super) struct FunctionExec<F> {
    function: Arc<F>,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
}

impl<F: Function> FunctionExec<F> {
    /// The function with those of its columns that are wanted.
    pub(super) fn new(function: Arc<F>, input: Arc<dyn ExecutionPlan>, wanted: SchemaRef) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(wanted),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Final,
            Boundedness::Bounded,
        );
        Self {
            function,
            input,
            properties: Arc::new(properties),
        }
    }
}

impl<F: Function> DisplayAs for FunctionExec<F> {
    fn fmt_as(&self, _kind: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FunctionExec: {}", self.function.told())
    }
}

impl<F: Function> ExecutionPlan for FunctionExec<F> {
    fn name(&self) -> &'static str {
        "FunctionExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(
        self: Arc<Self>,
        mut children: Vec<Arc<dyn ExecutionPlan>>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let (Some(input), true) = (children.pop(), children.is_empty()) else {
            return internal_err!("a function has one source");
        };
        Ok(Arc::new(Self::new(
            self.function.clone(),
            input,
            self.schema(),
        )))
    }

    fn execute(
        &self,
        partition: usize,
        context: Arc<TaskContext>,
    ) -> Result<SendableRecordBatchStream> {
        if partition != 0 {
            return internal_err!("a function has one partition, not {partition}");
        }
        let n_partitions = self.input.output_partitioning().partition_count();
        let streams = (0..n_partitions)
            .map(|partition| self.input.execute(partition, context.clone()))
            .collect::<Result<Vec<_>>>()?;
        let made = make(self.function.clone(), streams, self.schema(), context);
        let batches = stream::once(made).map_ok(stream::iter).try_flatten();
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            self.schema(),
            batches,
        )))
    }
}

/// Reads every partition in a task of its own and makes the rows of the function.
async fn make<F: Function>(
    function: Arc<F>,
    streams: Vec<SendableRecordBatchStream>,
    wanted: SchemaRef,
    context: Arc<TaskContext>,
) -> Result<Batches> {
    let n_threads = context.session_config().target_partitions();
    let mut tasks = JoinSet::new();
    for (place, stream) in streams.into_iter().enumerate() {
        let function = function.clone();
        let memory = MemoryConsumer::new(function.told()).register(context.memory_pool());
        tasks.spawn(async move {
            read(function.as_ref(), stream, memory)
                .await
                .map(|r| (place, r))
        });
    }
    let mut parts = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        parts.push(ended.map_err(|cause| DataFusionError::External(Box::new(cause)))??);
    }
    parts.sort_by_key(|(place, _)| *place);
    let (parts, memory): (Vec<_>, Vec<_>) = parts.into_iter().map(|(_, part)| part).unzip();
    let finished = SpawnedTask::spawn_blocking(move || function.finish(parts, &wanted, n_threads));
    let batches = finished
        .await
        .map_err(|cause| DataFusionError::External(Box::new(cause)))??;
    // What was reserved is given back when the last row is out.
    Ok(Box::new(batches.inspect(move |_| {
        let _held = &memory;
    })))
}

async fn read<F: Function>(
    function: &F,
    mut stream: SendableRecordBatchStream,
    memory: MemoryReservation,
) -> Result<(F::Part, MemoryReservation)> {
    let mut part = function.begin();
    while let Some(batch) = stream.next().await {
        let bytes = function.take(&mut part, batch?)?;
        memory.try_grow(bytes)?;
    }
    Ok((part, memory))
}
