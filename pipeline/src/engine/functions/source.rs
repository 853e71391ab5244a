//! The source of a function: a table, a view or a file, and its columns.

use std::sync::Arc;

use arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::{SchemaProvider, Session, TableProvider};
use datafusion::common::{DataFusionError, Result};

use super::dictionary::Kind;
use super::told::{Told, misused};
use crate::settings::nearest;

/// What a function reads.
#[derive(Debug, Clone)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) provider: Arc<dyn TableProvider>,
    pub(super) schema: SchemaRef,
}

impl Source {
    /// Looks the source up in the session, which knows tables and views and, behind them, files.
    ///
    /// Planning a call is no async work and looking a file up is: a thread of its own with a small runtime
    /// waits for it, whatever runtime the caller stands in.
    pub(super) fn open(session: &dyn Session, name: &str) -> Result<Self> {
        let catalog = &session.config_options().catalog;
        let schema = session
            .catalog_list()
            .catalog(&catalog.default_catalog)
            .and_then(|found| found.schema(&catalog.default_schema));
        let Some(schema) = schema else {
            return Err(no_source(name, &[]));
        };
        let look = || {
            tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(DataFusionError::from)?
                .block_on(find(schema.as_ref(), name))
        };
        let found = std::thread::scope(|scope| scope.spawn(look).join());
        let found = found.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        let Some(provider) = found else {
            return Err(no_source(name, &schema.table_names()));
        };
        Ok(Self {
            name: name.to_owned(),
            schema: provider.schema(),
            provider,
        })
    }

    /// The place of a column, if there is one.
    pub(super) fn place_if_any(&self, column: &str) -> Option<usize> {
        self.schema.index_of(column).ok()
    }

    /// The place of a column.
    pub(super) fn place(&self, column: &str) -> Result<usize> {
        self.place_if_any(column).ok_or_else(|| {
            let fields = self.schema.fields().iter();
            let has: Vec<&str> = fields.map(|field| field.name().as_str()).collect();
            let from = if self.name.contains(['.', '/']) {
                format!("'{}'", self.name)
            } else {
                self.name.clone()
            };
            misused(format!(
                "`{}` has no column `{column}`, it has {}: name one so in a view, as `create view v as \
                 select ... as {column} from {from}`",
                self.name,
                has.join(", ")
            ))
        })
    }

    /// The type of a column.
    pub(super) fn data_type(&self, column: &str) -> Result<&DataType> {
        let place = self.place(column)?;
        Ok(self.schema.field(place).data_type())
    }

    /// The kind of a column of names: whole numbers or texts.
    pub(super) fn kind(&self, column: &str) -> Result<Kind> {
        let data_type = self.data_type(column)?;
        Kind::of(data_type).ok_or_else(|| {
            misused(format!(
                "`{column}` of `{}` is {data_type}: it must be whole numbers or texts, as \
                 `cast({column} as bigint)` or `cast({column} as varchar)` in a view",
                self.name
            ))
        })
    }
}

/// As it is written, or as SQL folds a name without quotes.
async fn find(schema: &dyn SchemaProvider, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
    let folded = name.to_lowercase();
    if !schema.table_exist(name) && schema.table_exist(&folded) {
        return schema.table(&folded).await;
    }
    schema.table(name).await
}

fn no_source(name: &str, known: &[String]) -> DataFusionError {
    let mut known: Vec<&str> = known.iter().map(String::as_str).collect();
    known.sort_unstable();
    let nearest = nearest(name, &known).map(str::to_owned);
    DataFusionError::External(Box::new(Told::NoSource {
        name: name.to_owned(),
        nearest,
    }))
}
