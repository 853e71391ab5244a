//! A lake: one Delta table a folder, each commit whole or absent.
//!
//! deltalake-core keeps the log; the Parquet files are ours, because the order of rows matters to us
//! and Delta has no word for it. A data file is synced before the commit that names it, the commit
//! before it gets its name, and only then a step counts as done.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::datatypes::SchemaRef;
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};

use crate::store::durable::{self, DurableStore};
use crate::store::error::StoreError;
use crate::store::making::Making;
use crate::store::tables::{self, TableSpec};

/// The folder of a table that holds its log.
pub(super) const LOG: &str = "_delta_log";

/// A lake in a folder.
#[derive(Debug, Clone)]
pub struct Lake {
    root: PathBuf,
    /// Tables as they stood when they were last opened: from there on only what came since has to be read.
    opened: Arc<Mutex<BTreeMap<&'static str, DeltaTable>>>,
    making: Arc<Making>,
}

impl Lake {
    /// The lake of a folder; tables that do not exist yet are made, empty, beside whatever is done meanwhile.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn create(root: &Path) -> Result<Self, StoreError> {
        durable::make_folder(root).map_err(StoreError::io(root))?;
        let root = std::fs::canonicalize(root).map_err(StoreError::io(root))?;
        let making = Arc::new(Making::begin(&root));
        Ok(Self {
            root,
            opened: Arc::default(),
            making,
        })
    }

    /// Waits until every table is there: a new lake is used before that.
    ///
    /// # Errors
    /// When one of them cannot be made.
    pub fn whole(&self) -> Result<(), StoreError> {
        self.making.finish_all()
    }

    /// Whether a table was not there when the lake was opened, and was not asked for since: who has the lock knows then
    /// that it is empty.
    pub fn is_new(&self, table: &str) -> bool {
        self.making.is_new(table) && !self.opened().contains_key(table)
    }

    /// The lake's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub(super) fn folder(&self, table: &str) -> PathBuf {
        self.root.join(table)
    }

    /// The schema of a table.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn schema(&self, table: &str) -> Result<SchemaRef, StoreError> {
        Ok(self.spec(table)?.schema.clone())
    }

    #[expect(clippy::unused_self, reason = "a lake is asked for its tables")]
    pub(super) fn spec(&self, table: &str) -> Result<&'static TableSpec, StoreError> {
        tables::table(table).ok_or_else(|| StoreError::NoTable(table.to_owned()))
    }

    /// A table as it stood at a version; without one, as it stands now.
    pub(super) async fn open(
        &self,
        table: &str,
        version: Option<u64>,
    ) -> Result<DeltaTable, StoreError> {
        let log = StoreError::log(table);
        let spec = self.spec(table)?;
        self.making.finish(table)?;
        let known = self.opened().get(spec.name).cloned();
        let mut delta = match known {
            Some(known) => known,
            None => DeltaTable::new(self.log_store(table).map_err(&log)?),
        };
        match version {
            Some(version) if delta.version() == Some(version) => {}
            Some(version) => delta.load_version(version).await.map_err(log)?,
            None => delta.load().await.map_err(log)?,
        }
        self.remember(spec, delta.clone());
        Ok(delta)
    }

    /// Keeps a table as it stands at its newest version known.
    pub(super) fn remember(&self, spec: &'static TableSpec, delta: DeltaTable) {
        let mut opened = self.opened();
        let known = opened.get(spec.name).and_then(DeltaTable::version);
        if known <= delta.version() {
            opened.insert(spec.name, delta);
        }
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<&'static str, DeltaTable>> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn log_store(&self, table: &str) -> Result<LogStoreRef, DeltaTableError> {
        let folder = self.folder(table);
        let url = deltalake_core::ensure_table_uri(folder.to_string_lossy())?;
        DeltaTableBuilder::from_url(url.clone())?
            .with_storage_backend(Arc::new(DurableStore::default()), url)
            .build_storage()
    }
}
