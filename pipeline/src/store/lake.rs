//! A lake: one Delta table a folder, each commit whole or absent.
//!
//! deltalake-core keeps the log; the Parquet files are ours, because the order of rows matters to us
//! and Delta has no word for it. A data file is synced before the commit that names it, the commit
//! before it gets its name, and only then a step counts as done.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arrow::datatypes::SchemaRef;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::logstore::LogStoreRef;
use deltalake_core::{DeltaTable, DeltaTableBuilder, DeltaTableError};
use serde_json::json;

use crate::store::durable::{self, DurableStore};
use crate::store::error::StoreError;
use crate::store::files::sync_folder;
use crate::store::syncing::side_by_side;
use crate::store::tables::{self, TableSpec, tables};

/// The folder of a table that holds its log.
pub(super) const LOG: &str = "_delta_log";

/// The first commit of a log.
const FIRST: &str = "00000000000000000000.json";

/// A lake in a folder.
#[derive(Debug, Clone)]
pub struct Lake {
    root: PathBuf,
    /// Tables as they stood when they were last opened: from there on only what came since has to be read.
    opened: Arc<Mutex<BTreeMap<&'static str, DeltaTable>>>,
}

impl Lake {
    /// The lake of a folder; tables that do not exist yet are made, empty.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn create(root: &Path) -> Result<Self, StoreError> {
        durable::make_folder(root).map_err(StoreError::io(root))?;
        let root = std::fs::canonicalize(root).map_err(StoreError::io(root))?;
        let lake = Self {
            root,
            opened: Arc::default(),
        };
        lake.create_tables()?;
        Ok(lake)
    }

    /// Makes the tables that do not exist yet. Their logs begin as the Delta protocol has it; the library that keeps
    /// them would take some milliseconds for each.
    fn create_tables(&self) -> Result<(), StoreError> {
        let missing: Vec<(&TableSpec, PathBuf)> = tables()
            .iter()
            .map(|spec| (spec, self.folder(spec.name).join(LOG)))
            .filter(|(_, log)| {
                !log.join(FIRST).is_file() && !log.join("_last_checkpoint").is_file()
            })
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        // Folders are synced, also those that are there: a run that broke off may have made them and not have come to
        // that.
        side_by_side(&missing, |(_, log)| {
            fs::create_dir_all(log).map_err(StoreError::io(log))?;
            sync_folder(durable::folder_of(log))
        })?;
        sync_folder(&self.root)?;
        let above = durable::folder_of(&self.root);
        match durable::sync(above) {
            // The lake's place may be one that others made for us, and whose list we must not read.
            Err(cause) if cause.kind() != io::ErrorKind::PermissionDenied => {
                return Err(StoreError::io(above)(cause));
            }
            _ => {}
        }
        side_by_side(&missing, |(spec, log)| {
            let path = log.join(FIRST);
            durable::write_first(&path, first_commit(spec)?.as_bytes())
                .map_err(StoreError::io(&path))
        })
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

/// The commit that makes a table: what readers and writers must know, and its columns.
fn first_commit(spec: &TableSpec) -> Result<String, StoreError> {
    let kernel: StructType = spec
        .schema
        .as_ref()
        .try_into_kernel()
        .map_err(StoreError::misfit(spec.name))?;
    let columns = serde_json::to_string(&kernel)
        .map_err(|cause| StoreError::log(spec.name)(DeltaTableError::generic(cause.to_string())))?;
    let partitions: &[&str] = if spec.is_by_day { &["day"] } else { &[] };
    let (high, low) = (durable::random(), durable::random());
    let protocol = json!({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}});
    let metadata = json!({"metaData": {
        "id": format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xffff,
            high & 0xfff,
            low >> 48 & 0x3fff | 0x8000,
            low & 0xffff_ffff_ffff,
        ),
        "name": spec.name,
        "description": null,
        "format": {"provider": "parquet", "options": {}},
        "schemaString": columns,
        "partitionColumns": partitions,
        "createdTime": jiff::Timestamp::now().as_millisecond(),
        "configuration": {},
    }});
    Ok(format!("{protocol}\n{metadata}\n"))
}
