//! A lake: one Delta table a folder, each commit whole or absent.
//!
//! deltalake-core keeps the log; the Parquet files are ours, because the order of rows matters to us
//! and Delta has no word for it. A data file is synced before the commit that names it, the commit
//! before it gets its name, and only then a step counts as done.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::SaveMode;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};

use crate::store::durable::{self, DurableStore};
use crate::store::error::StoreError;
use crate::store::files::sync_folder;
use crate::store::tables::{self, TableSpec, tables};

/// The folder of a table that holds its log.
pub(super) const LOG: &str = "_delta_log";

/// A lake in a folder.
#[derive(Debug, Clone)]
pub struct Lake {
    root: PathBuf,
}

impl Lake {
    /// The lake of a folder; tables that do not exist yet are made, empty.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn create(root: &Path) -> Result<Self, StoreError> {
        durable::make_folder(root).map_err(StoreError::io(root))?;
        let root = std::fs::canonicalize(root).map_err(StoreError::io(root))?;
        let lake = Self { root };
        for spec in tables() {
            lake.create_table(spec).await?;
        }
        Ok(lake)
    }

    async fn create_table(&self, spec: &TableSpec) -> Result<(), StoreError> {
        let log = self.folder(spec.name).join(LOG);
        if log.join("00000000000000000000.json").is_file() || log.join("_last_checkpoint").is_file()
        {
            return Ok(());
        }
        self.make_folders(&log)?;
        let kernel: StructType = spec
            .schema
            .as_ref()
            .try_into_kernel()
            .map_err(StoreError::misfit(spec.name))?;
        let mut create = CreateBuilder::new()
            .with_log_store(
                self.log_store(spec.name)
                    .map_err(StoreError::log(spec.name))?,
            )
            .with_table_name(spec.name)
            .with_save_mode(SaveMode::Ignore)
            .with_columns(kernel.fields().cloned());
        if spec.is_by_day {
            create = create.with_partition_columns(["day"]);
        }
        create.await.map_err(StoreError::log(spec.name))?;
        Ok(())
    }

    /// The folders of a new table. All of them are synced, also those that are there: a run that broke
    /// off may have made them and not have come to that.
    fn make_folders(&self, log: &Path) -> Result<(), StoreError> {
        durable::make_folder(log).map_err(StoreError::io(log))?;
        for folder in log
            .ancestors()
            .skip(1)
            .take_while(|f| f.starts_with(&self.root))
        {
            sync_folder(folder)?;
        }
        let above = durable::folder_of(&self.root);
        match durable::sync(above) {
            // The lake's place may be one that others made for us, and whose list we must not read.
            Err(cause) if cause.kind() != io::ErrorKind::PermissionDenied => {
                Err(StoreError::io(above)(cause))
            }
            _ => Ok(()),
        }
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
        let mut delta = DeltaTable::new(self.log_store(table).map_err(&log)?);
        match version {
            Some(version) => delta.load_version(version).await.map_err(log)?,
            None => delta.load().await.map_err(log)?,
        }
        Ok(delta)
    }

    fn log_store(&self, table: &str) -> Result<LogStoreRef, DeltaTableError> {
        let folder = self.folder(table);
        let url = deltalake_core::ensure_table_uri(folder.to_string_lossy())?;
        DeltaTableBuilder::from_url(url.clone())?
            .with_storage_backend(Arc::new(DurableStore::default()), url)
            .build_storage()
    }
}
