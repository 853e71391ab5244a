//! A table of the lake inside the engine: one whole version of it, its files in their order.
//!
//! The naive way is to let the engine list the folder: it would read files of older versions, and it
//! would not know that each file is sorted. Here the files come from one version's log, those of days
//! that a filter excludes are never opened, and each file is a partition of its own with its order
//! declared, so that sessions are counted without sorting the events again.

use std::sync::Arc;

use arrow::compute::SortOptions;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::{Result as EngineResult, ScalarValue, internal_err};
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::object_store::ObjectStoreUrl;
use datafusion::datasource::physical_plan::{FileGroup, FileScanConfigBuilder, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::datasource::table_schema::TableSchema;
use datafusion::execution::memory_pool::MemoryLimit;
use datafusion::logical_expr::{
    BinaryExpr, Expr, Operator, TableProviderFilterPushDown, TableType,
};
use datafusion::physical_expr::expressions::Column;
use datafusion::physical_expr::{LexOrdering, PhysicalSortExpr};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::prelude::SessionContext;
use object_store::path::Path as StorePath;

use crate::error::{Doing, Error};
use crate::store::snapshot::{ActiveFile, file_schema};
use crate::store::tables::tables;
use crate::store::{Lake, TableSnapshot};

/// Files that are merged in their order at most: 26 weeks of days, the horizon of an analysis, and some
/// to spare. Merging costs a comparison more each time the files double, sorting the same rows costs
/// more than that from the first file on; what bounds the merge is that all files are read at once.
const ORDERED_FILES: usize = 192;

/// Bytes that the files read at once may hold in memory together; with a ceiling set by the user, a
/// quarter of that instead where it is less. Above it the rows are sorted, which may spill to disk.
const ORDERED_BYTES: u64 = 1 << 30;

/// Rows of a file that are held at once: a row group as our files have them.
const ROWS_AT_ONCE: u64 = 1 << 20;

/// One version of a table of the lake.
#[derive(Debug)]
pub struct LakeTable {
    snapshot: TableSnapshot,
}

impl LakeTable {
    /// A table over one version.
    pub fn new(snapshot: TableSnapshot) -> Self {
        Self { snapshot }
    }

    /// Places of public columns among those of the reader, which puts the partition column last.
    fn places(&self, projection: Option<&Vec<usize>>) -> Vec<usize> {
        let n = self.snapshot.spec.schema.fields().len();
        let all: Vec<usize> = (0..n).collect();
        let wanted = projection.unwrap_or(&all);
        if !self.snapshot.spec.is_by_day {
            return wanted.clone();
        }
        wanted
            .iter()
            .map(|place| if *place == 0 { n - 1 } else { place - 1 })
            .collect()
    }

    fn partitioned(&self, file: &ActiveFile) -> EngineResult<PartitionedFile> {
        let full = self.snapshot.root.join(&file.path);
        let Ok(path) = StorePath::from_absolute_path(&full) else {
            return internal_err!("`{}` is no path of a file", full.display());
        };
        let mut part = PartitionedFile::new(path.to_string(), file.size);
        // `new` encodes the path again, which turns the `=` of a partition into something else.
        part.object_meta.location = path;
        if self.snapshot.spec.is_by_day {
            part.partition_values = vec![ScalarValue::Date32(file.day)];
        }
        Ok(part)
    }

    /// Bytes held when these files are read side by side: a row group of each, as the columns' share.
    fn bytes_at_once(&self, files: &[&ActiveFile], n_columns: usize) -> u64 {
        let held = |file: &&ActiveFile| {
            let rows = file.num_rows.max(1);
            u128::from(file.size) * u128::from(rows.min(ROWS_AT_ONCE)) / u128::from(rows)
        };
        let all: u128 = files.iter().map(held).sum();
        let share = all * n_columns as u128 / self.snapshot.spec.schema.fields().len() as u128;
        u64::try_from(share).unwrap_or(u64::MAX)
    }

    fn order(&self, schema: &SchemaRef) -> Option<LexOrdering> {
        let options = SortOptions {
            descending: false,
            nulls_first: true,
        };
        LexOrdering::new(self.snapshot.spec.sort.iter().filter_map(|name| {
            let place = schema.index_of(name).ok()?;
            Some(PhysicalSortExpr::new(
                Arc::new(Column::new(name, place)),
                options,
            ))
        }))
    }
}

#[async_trait]
impl TableProvider for LakeTable {
    fn schema(&self) -> SchemaRef {
        self.snapshot.spec.schema.clone()
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        let spec = self.snapshot.spec;
        let files: Vec<&ActiveFile> = self
            .snapshot
            .files
            .iter()
            .filter(|file| {
                file.day
                    .is_none_or(|day| filters.iter().all(|f| may_hold(f, day)))
            })
            .collect();
        if files.is_empty() {
            let schema = match projection {
                Some(places) => Arc::new(spec.schema.project(places)?),
                None => spec.schema.clone(),
            };
            return Ok(Arc::new(EmptyExec::new(schema)));
        }
        let partition = spec
            .is_by_day
            .then(|| Arc::new(spec.schema.field(0).clone()));
        let schema = TableSchema::builder(file_schema(spec))
            .with_table_partition_cols(partition.into_iter().collect::<Vec<_>>())
            .build();
        let order = self.order(schema.table_schema());
        let source = Arc::new(ParquetSource::new(schema));
        let n_columns = projection.map_or(spec.schema.fields().len(), Vec::len);
        let is_ordered = files.len() <= ORDERED_FILES
            && self.bytes_at_once(&files, n_columns) <= ordered_bytes(state);
        let n_groups = if is_ordered {
            files.len()
        } else {
            state.config().target_partitions()
        };
        let mut groups = vec![FileGroup::default(); n_groups];
        for (place, file) in files.iter().enumerate() {
            groups[place % n_groups].push(self.partitioned(file)?);
        }
        let mut scan = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), source)
            .with_file_groups(groups)
            .with_limit(limit.filter(|_| filters.is_empty()))
            .with_projection_indices(Some(self.places(projection)))?;
        if let Some(order) = order.filter(|_| is_ordered) {
            scan = scan.with_output_ordering(vec![order]);
        }
        Ok(DataSourceExec::from_data_source(scan.build()))
    }
}

fn ordered_bytes(state: &dyn Session) -> u64 {
    match state.runtime_env().memory_pool.memory_limit() {
        MemoryLimit::Finite(bytes) => ORDERED_BYTES.min(bytes as u64 / 4),
        _ => ORDERED_BYTES,
    }
}

/// Whether rows of a day may pass a filter; filters on anything but `day` let every day pass.
fn may_hold(filter: &Expr, day: i32) -> bool {
    match filter {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::And,
            right,
        }) => may_hold(left, day) && may_hold(right, day),
        Expr::BinaryExpr(BinaryExpr { left, op, right }) => match (left.as_ref(), right.as_ref()) {
            (Expr::Column(column), Expr::Literal(ScalarValue::Date32(Some(bound)), _))
                if column.name == "day" =>
            {
                compares(day, *op, *bound)
            }
            _ => true,
        },
        Expr::Between(between) if !between.negated => {
            match (
                between.expr.as_ref(),
                between.low.as_ref(),
                between.high.as_ref(),
            ) {
                (
                    Expr::Column(column),
                    Expr::Literal(ScalarValue::Date32(Some(low)), _),
                    Expr::Literal(ScalarValue::Date32(Some(high)), _),
                ) if column.name == "day" => (*low..=*high).contains(&day),
                _ => true,
            }
        }
        _ => true,
    }
}

fn compares(day: i32, operator: Operator, bound: i32) -> bool {
    match operator {
        Operator::Eq => day == bound,
        Operator::Lt => day < bound,
        Operator::LtEq => day <= bound,
        Operator::Gt => day > bound,
        Operator::GtEq => day >= bound,
        _ => true,
    }
}

/// Registers every table of the lake under its name, each at its newest version.
///
/// # Errors
/// When a table's log cannot be read.
pub async fn register_all(context: &SessionContext, lake: &Lake) -> Result<(), Error> {
    for spec in tables() {
        let doing = format!("failed to open the table `{}`", spec.name);
        let snapshot = lake.snapshot(spec.name).await.doing(&doing)?;
        context
            .register_table(spec.name, Arc::new(LakeTable::new(snapshot)))
            .doing(&doing)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use datafusion::prelude::{col, lit};

    #[test]
    fn only_days_that_a_filter_excludes_are_left_out() {
        let date = |day| lit(ScalarValue::Date32(Some(day)));
        assert!(!may_hold(&col("day").gt_eq(date(10)), 9));
        assert!(may_hold(&col("day").gt_eq(date(10)), 10));
        assert!(!may_hold(&col("day").between(date(1), date(3)), 4));
        assert!(may_hold(&col("person").eq(lit(1_i64)), 4));
        assert!(!may_hold(
            &col("day").lt(date(3)).and(col("person").eq(lit(1_i64))),
            3
        ));
    }
}
