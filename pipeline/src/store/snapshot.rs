//! Whole versions of a table: which files they consist of.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::{Schema, SchemaRef};
use deltalake_core::DeltaTable;
use deltalake_core::kernel::LogicalFileView;
use futures::TryStreamExt;
use queries::day::Day;

use crate::store::error::StoreError;
use crate::store::lake::Lake;
use crate::store::tables::TableSpec;

/// A file that a version of a table consists of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveFile {
    /// Path below the table's folder.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// The day of its rows, where the table is cut into days.
    pub day: Option<i32>,
    /// Number of rows.
    pub num_rows: u64,
}

/// One whole version of a table.
#[derive(Debug, Clone)]
pub struct TableSnapshot {
    /// The table.
    pub spec: &'static TableSpec,
    /// The version.
    pub version: u64,
    /// Its files, sorted by day and path.
    pub files: Vec<ActiveFile>,
    /// The table's folder.
    pub root: PathBuf,
}

impl Lake {
    /// The newest whole version of a table.
    ///
    /// # Errors
    /// When its log cannot be read.
    pub async fn snapshot(&self, table: &str) -> Result<TableSnapshot, StoreError> {
        let spec = self.spec(table)?;
        let delta = self.open(table, None).await?;
        let views = views(&delta, table).await?;
        Ok(TableSnapshot {
            spec,
            version: version_of(&delta),
            files: sorted(views.iter().map(active).collect()),
            root: self.folder(table),
        })
    }
}

impl TableSnapshot {
    /// The version as a change will leave it that takes the files of some days away and brings others.
    #[must_use]
    pub fn after<'f>(
        mut self,
        replaced: &BTreeSet<i32>,
        brought: impl Iterator<Item = &'f ActiveFile>,
    ) -> Self {
        let goes = |day: Option<i32>| day.is_some_and(|day| replaced.contains(&day));
        self.files.retain(|file| !goes(file.day));
        self.files.extend(brought.cloned());
        self.files = sorted(self.files);
        self
    }

    /// The days from `first` on of which there are files.
    pub fn days_from(&self, first: i32) -> Vec<i32> {
        let days = self.files.iter().filter_map(|file| file.day);
        let mut days: Vec<i32> = days.filter(|day| *day >= first).collect();
        // The files are sorted by day.
        days.dedup();
        days
    }
}

fn sorted(mut files: Vec<ActiveFile>) -> Vec<ActiveFile> {
    files.sort_by(|a, b| (a.day, &a.path).cmp(&(b.day, &b.path)));
    files
}

fn active(view: &LogicalFileView) -> ActiveFile {
    ActiveFile {
        path: view.path().to_string(),
        size: view.size() as u64,
        day: day_of(view),
        num_rows: view.num_records().unwrap_or(0) as u64,
    }
}

/// The day of a file, where its table is cut into days.
pub(super) fn day_of(view: &LogicalFileView) -> Option<i32> {
    let day = view.partition_values_map().get("day").cloned().flatten();
    day.and_then(|day| Day::parse(&day)).map(|day| day.0)
}

/// The version of an opened table.
pub(super) fn version_of(delta: &DeltaTable) -> u64 {
    delta.version().unwrap_or(0)
}

/// The files of an opened table.
pub(super) async fn views(
    delta: &DeltaTable,
    table: &str,
) -> Result<Vec<LogicalFileView>, StoreError> {
    let log = StoreError::log(table);
    let store = delta.log_store();
    let state = delta.snapshot().map_err(&log)?.snapshot();
    state
        .file_views(store.as_ref(), None)
        .try_collect()
        .await
        .map_err(log)
}

/// The schema of a table's files: a partition column stands in the path, not in the file.
pub(crate) fn file_schema(spec: &TableSpec) -> SchemaRef {
    let fields: Vec<_> = spec
        .schema
        .fields()
        .iter()
        .filter(|f| !(spec.is_by_day && f.name() == "day"))
        .cloned()
        .collect();
    Arc::new(Schema::new(fields))
}
