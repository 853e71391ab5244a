//! A lake: one Delta table a folder, each commit whole or absent.
//!
//! deltalake-core keeps the log; the Parquet files are ours, because the order of rows matters to us
//! and Delta has no word for it. A data file is synced before the commit that names it, the commit
//! file right after it, and only then a step counts as done.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch};
use arrow::datatypes::{Schema, SchemaRef};
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, StructType, Transaction};
use deltalake_core::operations::create::CreateBuilder;
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::{DeltaTable, DeltaTableError, open_table};
use futures::TryStreamExt;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use queries::day::Day;
use rayon::prelude::*;

use crate::store::files::{sync_folder, write_file};
use crate::store::tables::{self, TableSpec, tables};

/// Rows that a day's file holds at most; more are cut into ranges of person.
const ROWS_A_FILE: usize = 2_000_000;

/// What can go wrong with the lake.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The Delta log could not be read or written.
    #[error("failed to use the log of the table `{table}`")]
    Log {
        /// The table.
        table: String,
        /// The cause.
        #[source]
        source: Box<DeltaTableError>,
    },
    /// Another writer was faster.
    #[error("another run wrote to the table `{0}` meanwhile: run this again")]
    Busy(String),
    /// A file could not be read or written.
    #[error("failed to use `{path}`", path = path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A Parquet file is damaged or could not be written.
    #[error("failed to use the Parquet file `{path}`", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: parquet::errors::ParquetError,
    },
    /// Rows do not fit their table.
    #[error("rows do not fit the table `{table}`")]
    Misfit {
        /// The table.
        table: String,
        /// The cause.
        #[source]
        source: arrow::error::ArrowError,
    },
    /// Rows that should be sorted are not: a mistake of this program.
    #[error("rows for `{path}` are not sorted by {by}", path = path.display())]
    Unsorted {
        /// The file that was not written.
        path: PathBuf,
        /// The order.
        by: String,
    },
    /// There is no such table.
    #[error("the lake has no table `{0}`")]
    NoTable(String),
}

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

impl TableSnapshot {
    /// The rows of a day.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn read_day(&self, day: i32) -> Result<Vec<RecordBatch>, StoreError> {
        let mut rows = Vec::new();
        for file in self.files.iter().filter(|file| file.day == Some(day)) {
            rows.extend(read_file(self, file, None)?);
        }
        Ok(rows)
    }
}

/// Which files a change takes away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// None: rows are added.
    Nothing,
    /// Those of these days.
    Days(Vec<i32>),
    /// All of them.
    All,
}

/// A change of a table: one commit.
#[derive(Debug)]
pub struct Replace {
    /// Files taken away.
    pub removed: Removed,
    /// Rows added, sorted as the table wants; by day where the table is cut into days. They have
    /// the table's whole schema.
    pub added: Vec<(Option<i32>, Vec<RecordBatch>)>,
    /// An application's own version, so that a repeated commit can be told.
    pub transaction: Option<(String, i64)>,
}

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
        let io = |cause| StoreError::Io {
            path: root.to_owned(),
            source: cause,
        };
        std::fs::create_dir_all(root).map_err(io)?;
        let root = std::fs::canonicalize(root).map_err(io)?;
        let lake = Self { root };
        for spec in tables() {
            lake.create_table(spec).await?;
        }
        Ok(lake)
    }

    async fn create_table(&self, spec: &TableSpec) -> Result<(), StoreError> {
        let folder = self.folder(spec.name);
        if folder
            .join("_delta_log/00000000000000000000.json")
            .is_file()
            || folder.join("_delta_log/_last_checkpoint").is_file()
        {
            return Ok(());
        }
        let log = |cause| StoreError::Log {
            table: spec.name.to_owned(),
            source: Box::new(cause),
        };
        std::fs::create_dir_all(&folder).map_err(|cause| StoreError::Io {
            path: folder.clone(),
            source: cause,
        })?;
        let kernel: StructType =
            spec.schema
                .as_ref()
                .try_into_kernel()
                .map_err(|cause| StoreError::Misfit {
                    table: spec.name.to_owned(),
                    source: cause,
                })?;
        let mut create = CreateBuilder::new()
            .with_location(folder.to_string_lossy())
            .with_table_name(spec.name)
            .with_save_mode(SaveMode::Ignore)
            .with_columns(kernel.fields().cloned());
        if spec.is_by_day {
            create = create.with_partition_columns(["day"]);
        }
        create.await.map_err(log)?;
        self.sync_log(spec.name, 0)
    }

    /// The lake's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    fn folder(&self, table: &str) -> PathBuf {
        self.root.join(table)
    }

    /// The schema of a table.
    ///
    /// # Errors
    /// When there is no such table.
    pub fn schema(&self, table: &str) -> Result<SchemaRef, StoreError> {
        Ok(self.spec(table)?.schema.clone())
    }

    fn spec(&self, table: &str) -> Result<&'static TableSpec, StoreError> {
        tables::table(table).ok_or_else(|| StoreError::NoTable(table.to_owned()))
    }

    async fn delta(&self, table: &str) -> Result<DeltaTable, StoreError> {
        let folder = self.folder(table);
        let url = deltalake_core::ensure_table_uri(folder.to_string_lossy());
        let log = |cause| StoreError::Log {
            table: table.to_owned(),
            source: Box::new(cause),
        };
        open_table(url.map_err(log)?).await.map_err(log)
    }

    /// The newest whole version of a table.
    ///
    /// # Errors
    /// When its log cannot be read.
    pub async fn snapshot(&self, table: &str) -> Result<TableSnapshot, StoreError> {
        let spec = self.spec(table)?;
        let delta = self.delta(table).await?;
        let mut files: Vec<ActiveFile> = views(&delta, table)
            .await?
            .iter()
            .map(|view| {
                let partition = view.partition_values_map();
                let day = partition.get("day").cloned().flatten();
                ActiveFile {
                    path: view.path().to_string(),
                    size: view.size() as u64,
                    day: day.and_then(|day| Day::parse(&day)).map(|day| day.0),
                    num_rows: view.num_records().unwrap_or(0) as u64,
                }
            })
            .collect();
        files.sort_by(|a, b| (a.day, &a.path).cmp(&(b.day, &b.path)));
        let version = delta.version().unwrap_or(0) as u64;
        Ok(TableSnapshot {
            spec,
            version,
            files,
            root: self.folder(table),
        })
    }

    /// Changes a table in one commit; returns its new version.
    ///
    /// # Errors
    /// When the rows do not fit, the disk refuses, or another writer was faster; the table is then
    /// as it was.
    pub async fn replace(&self, table: &str, change: Replace) -> Result<u64, StoreError> {
        let spec = self.spec(table)?;
        let delta = self.delta(table).await?;
        let log = |cause| StoreError::Log {
            table: table.to_owned(),
            source: Box::new(cause),
        };
        let mut actions: Vec<Action> = Vec::new();
        let days: BTreeSet<i32> = match &change.removed {
            Removed::Days(days) => days.iter().copied().collect(),
            _ => BTreeSet::new(),
        };
        if change.removed != Removed::Nothing {
            for view in views(&delta, table).await? {
                let day = view.partition_values_map().get("day").cloned().flatten();
                let day = day.and_then(|day| Day::parse(&day)).map(|day| day.0);
                if change.removed == Removed::All || day.is_some_and(|day| days.contains(&day)) {
                    actions.push(Action::Remove(view.remove_action(true)));
                }
            }
        }
        actions.extend(self.write(spec, change.added)?.into_iter().map(Action::Add));
        if actions.is_empty() {
            return Ok(delta.version().unwrap_or(0) as u64);
        }
        let mut properties = CommitProperties::default();
        if let Some((application, version)) = change.transaction {
            properties =
                properties.with_application_transaction(Transaction::new(application, version));
        }
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: spec.is_by_day.then(|| vec!["day".to_owned()]),
            predicate: None,
        };
        let state = delta.snapshot().map_err(log)?.snapshot();
        let commit = CommitBuilder::from(properties)
            .with_actions(actions)
            .with_max_retries(0)
            .build(Some(state), delta.log_store(), operation)
            .await
            .map_err(|cause| busy_or(table, cause))?;
        let version = commit.version() as u64;
        self.sync_log(table, version)?;
        Ok(version)
    }

    /// The commit itself must outlive a power cut too: the store below never syncs.
    fn sync_log(&self, table: &str, version: u64) -> Result<(), StoreError> {
        let folder = self.folder(table).join("_delta_log");
        let file = folder.join(format!("{version:020}.json"));
        std::fs::File::open(&file)
            .and_then(|file| file.sync_all())
            .map_err(|cause| StoreError::Io {
                path: file.clone(),
                source: cause,
            })?;
        sync_folder(&folder)
    }

    /// Writes the files of a change, days in parallel.
    fn write(
        &self,
        spec: &TableSpec,
        added: Vec<(Option<i32>, Vec<RecordBatch>)>,
    ) -> Result<Vec<Add>, StoreError> {
        let parts: Vec<(Option<i32>, usize, Vec<RecordBatch>)> = added
            .into_iter()
            .flat_map(|(day, rows)| {
                let ranges = ranges_of_person(rows);
                ranges
                    .into_iter()
                    .enumerate()
                    .map(move |(i, rows)| (day, i, rows))
            })
            .collect();
        parts
            .into_par_iter()
            .map(|(day, _, rows)| self.write_one(spec, day, &rows))
            .collect::<Result<Vec<Option<Add>>, StoreError>>()
            .map(|adds| adds.into_iter().flatten().collect())
    }

    fn write_one(
        &self,
        spec: &TableSpec,
        day: Option<i32>,
        rows: &[RecordBatch],
    ) -> Result<Option<Add>, StoreError> {
        let num_rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
        if num_rows == 0 {
            return Ok(None);
        }
        let misfit = |cause| StoreError::Misfit {
            table: spec.name.to_owned(),
            source: cause,
        };
        let schema = file_schema(spec);
        let skip = usize::from(spec.is_by_day);
        let rows: Vec<RecordBatch> = rows
            .iter()
            .map(|batch| RecordBatch::try_new(schema.clone(), batch.columns()[skip..].to_vec()))
            .collect::<Result<_, _>>()
            .map_err(misfit)?;
        let name = format!("part-{}.parquet", uuid());
        let day = day.map(|day| Day(day).to_string());
        let path = day
            .as_ref()
            .map_or(name.clone(), |day| format!("day={day}/{name}"));
        let size = write_file(
            &self.folder(spec.name).join(&path),
            &schema,
            spec.sort,
            &rows,
        )?;
        let partition = day.map(|day| ("day".to_owned(), Some(day)));
        Ok(Some(Add {
            path,
            partition_values: partition.into_iter().collect(),
            size: size as i64,
            modification_time: jiff::Timestamp::now().as_millisecond(),
            data_change: true,
            stats: Some(format!("{{\"numRecords\":{num_rows}}}")),
            ..Add::default()
        }))
    }

    /// Rows of a table, of some days and some columns only where told; `day` is among the columns.
    ///
    /// # Errors
    /// When a file is damaged.
    pub async fn read(
        &self,
        table: &str,
        days: Option<RangeInclusive<i32>>,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let snapshot = self.snapshot(table).await?;
        let files: Vec<&ActiveFile> = snapshot
            .files
            .iter()
            .filter(|f| {
                days.as_ref()
                    .is_none_or(|d| f.day.is_some_and(|day| d.contains(&day)))
            })
            .collect();
        let read: Vec<Vec<RecordBatch>> = files
            .par_iter()
            .map(|file| read_file(&snapshot, file, columns))
            .collect::<Result<_, _>>()?;
        Ok(read.into_iter().flatten().collect())
    }
}

async fn views(
    delta: &DeltaTable,
    table: &str,
) -> Result<Vec<deltalake_core::kernel::LogicalFileView>, StoreError> {
    let log = |cause| StoreError::Log {
        table: table.to_owned(),
        source: Box::new(cause),
    };
    let store = delta.log_store();
    let state = delta.snapshot().map_err(log)?.snapshot();
    state
        .file_views(store.as_ref(), None)
        .try_collect()
        .await
        .map_err(log)
}

fn busy_or(table: &str, cause: DeltaTableError) -> StoreError {
    let words = cause.to_string().to_lowercase();
    if words.contains("concurrent") || words.contains("conflict") || words.contains("max commit") {
        StoreError::Busy(table.to_owned())
    } else {
        StoreError::Log {
            table: table.to_owned(),
            source: Box::new(cause),
        }
    }
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

/// A day too large for one file, cut between persons.
fn ranges_of_person(rows: Vec<RecordBatch>) -> Vec<Vec<RecordBatch>> {
    let num_rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
    if num_rows <= ROWS_A_FILE {
        return vec![rows];
    }
    let mut ranges: Vec<Vec<RecordBatch>> = vec![Vec::new()];
    let (mut in_range, mut last) = (0, None);
    for batch in rows {
        let Ok(persons) = crate::engine::columns::ints(&batch, "person") else {
            ranges[0].push(batch);
            continue;
        };
        let mut start = 0;
        for row in 0..batch.num_rows() {
            let person = persons.value(row);
            if in_range + row - start >= ROWS_A_FILE && last.is_some_and(|last| last != person) {
                if let Some(range) = ranges.last_mut() {
                    range.push(batch.slice(start, row - start));
                }
                ranges.push(Vec::new());
                (in_range, start) = (0, row);
            }
            last = Some(person);
        }
        in_range += batch.num_rows() - start;
        if let Some(range) = ranges.last_mut() {
            range.push(batch.slice(start, batch.num_rows() - start));
        }
    }
    ranges
}

fn read_file(
    snapshot: &TableSnapshot,
    file: &ActiveFile,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, StoreError> {
    let path = snapshot.root.join(&file.path);
    let parquet = |cause| StoreError::Parquet {
        path: path.clone(),
        source: cause,
    };
    let misfit = |cause| StoreError::Misfit {
        table: snapshot.spec.name.to_owned(),
        source: cause,
    };
    let opened = std::fs::File::open(&path).map_err(|cause| StoreError::Io {
        path: path.clone(),
        source: cause,
    })?;
    let mut builder = ParquetRecordBatchReaderBuilder::try_new(opened).map_err(parquet)?;
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    let reader = builder.with_batch_size(65_536).build().map_err(parquet)?;
    let wanted: Vec<_> = snapshot
        .spec
        .schema
        .fields()
        .iter()
        .filter(|f| columns.is_none_or(|c| c.contains(&f.name().as_str()) || f.name() == "day"))
        .cloned()
        .collect();
    let schema = Arc::new(Schema::new(wanted));
    reader
        .map(|batch| {
            let batch = batch.map_err(misfit)?;
            let columns = schema
                .fields()
                .iter()
                .map(|field| match batch.column_by_name(field.name()) {
                    Some(column) => arrow::compute::cast(column, field.data_type()),
                    None => {
                        let days = Date32Array::from(vec![file.day; batch.num_rows()]);
                        Ok(Arc::new(days) as ArrayRef)
                    }
                })
                .collect::<Result<Vec<_>, _>>()
                .map_err(misfit)?;
            RecordBatch::try_new(schema.clone(), columns).map_err(misfit)
        })
        .collect()
}

/// A name that no other file has: 128 random bits.
fn uuid() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    let part = || RandomState::new().build_hasher().finish();
    format!(
        "{:016x}{:016x}",
        part(),
        part() ^ jiff::Timestamp::now().as_nanosecond() as u64
    )
}
