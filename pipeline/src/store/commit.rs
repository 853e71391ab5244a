//! Changes of a table: files first, then the one commit that names them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use deltalake_core::DeltaTable;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties};
use deltalake_core::kernel::{Action, Add, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use deltalake_core::table::config::TablePropertiesExt;
use queries::day::Day;
use rayon::prelude::*;

use crate::store::durable;
use crate::store::error::StoreError;
use crate::store::files::{sync_folder, write_file, write_groups};
use crate::store::group::{By, Group, pack};
use crate::store::lake::{LOG, Lake};
use crate::store::snapshot::{ActiveFile, TableSnapshot, day_of, file_schema, version_of, views};
use crate::store::staged::{Files, Staged, discard};
use crate::store::syncing::Syncing;
use crate::store::tables::TableSpec;

/// Rows that a day's file holds at most; more are cut into ranges of person.
const ROWS_A_FILE: usize = 2_000_000;

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

/// A file to be written.
struct Part {
    day: Option<i32>,
    path: String,
    rows: Rows,
}

/// The rows of a file, which are some.
enum Rows {
    LaidOut(Vec<RecordBatch>),
    Packed(Vec<Group>),
}

/// Rows packed ahead of the file that they will stand in: some tenth of their columns.
pub struct Packed(Vec<Group>);

impl Lake {
    /// Changes a table in one commit; returns its new version.
    ///
    /// # Errors
    /// When the rows do not fit, the disk refuses, or another writer was faster; the table is then
    /// as it was.
    pub async fn replace(&self, table: &str, change: Replace) -> Result<u64, StoreError> {
        let spec = self.spec(table)?;
        let delta = self.open(table, None).await?;
        self.change(spec, &delta, change).await
    }

    /// Changes a table that still is at this version: the way of a writer whose rows depend on what
    /// it has read.
    ///
    /// # Errors
    /// As [`Lake::replace`]; [`StoreError::Busy`] as soon as the table has a newer version.
    pub async fn replace_at(
        &self,
        snapshot: &TableSnapshot,
        change: Replace,
    ) -> Result<u64, StoreError> {
        let spec = snapshot.spec;
        let delta = self.open(spec.name, Some(snapshot.version)).await?;
        self.change(spec, &delta, change).await
    }

    /// Writes rows of a table ahead of the commit that names them, so that they need not be held until then.
    ///
    /// # Errors
    /// When the rows do not fit or the disk refuses.
    pub fn stage(
        &self,
        table: &str,
        day: Option<i32>,
        rows: Vec<RecordBatch>,
    ) -> Result<Staged, StoreError> {
        let files = self.write(self.spec(table)?, parts(vec![(day, rows)]))?;
        let folder = self.folder(table);
        Ok(Staged { folder, files })
    }

    /// Packs rows of a table by the thread that asks. Of a day that many threads lay out each holds the columns of
    /// but one piece, where otherwise those of all pieces are held until the day is written.
    ///
    /// # Errors
    /// When the rows do not fit or are not sorted.
    pub fn pack(&self, table: &str, rows: &RecordBatch) -> Result<Packed, StoreError> {
        let spec = self.spec(table)?;
        let rows = rows_of_file(spec, rows)?;
        pack(&self.folder(table), spec.sort, &rows, By::ThisThread).map(Packed)
    }

    /// Writes packed rows as [`Lake::stage`] writes others; each begins with a person that is not in those before.
    ///
    /// # Errors
    /// When rows may not follow those before, or the disk refuses.
    pub fn stage_packed(
        &self,
        table: &str,
        day: Option<i32>,
        rows: Vec<Packed>,
    ) -> Result<Staged, StoreError> {
        let files = self.write(self.spec(table)?, packed_parts(day, rows))?;
        let folder = self.folder(table);
        Ok(Staged { folder, files })
    }

    /// Changes a table that still is at this version by rows that were staged.
    ///
    /// # Errors
    /// As [`Lake::replace_at`].
    pub async fn replace_staged(
        &self,
        snapshot: &TableSnapshot,
        removed: Removed,
        staged: Vec<Staged>,
    ) -> Result<u64, StoreError> {
        let spec = snapshot.spec;
        let delta = self.open(spec.name, Some(snapshot.version)).await?;
        let actions = removals(spec, &delta, &removed).await?;
        let mut files = Files::default();
        for mut one in staged {
            files.extend(std::mem::take(&mut one.files));
        }
        self.commit_files(spec, &delta, actions, files, None).await
    }

    async fn change(
        &self,
        spec: &'static TableSpec,
        delta: &DeltaTable,
        change: Replace,
    ) -> Result<u64, StoreError> {
        let actions = removals(spec, delta, &change.removed).await?;
        let added = self.write(spec, parts(change.added))?;
        self.commit_files(spec, delta, actions, added, change.transaction)
            .await
    }

    /// Commits removals and files that were written for this; where that fails the files are removed.
    async fn commit_files(
        &self,
        spec: &'static TableSpec,
        delta: &DeltaTable,
        mut actions: Vec<Action>,
        mut added: Files,
        transaction: Option<(String, i64)>,
    ) -> Result<u64, StoreError> {
        let folder = self.folder(spec.name);
        let paths = added.paths();
        // The table's folder too, where days have theirs: a run that broke off may have made a day and not come to
        // that.
        let synced = added.finish().and_then(|()| {
            if paths.is_empty() {
                return Ok(());
            }
            sync_folder(&folder)
        });
        if let Err(cause) = synced {
            discard(&folder, &paths);
            return Err(cause);
        }
        actions.extend(added.written.into_iter().map(add).map(Action::Add));
        if actions.is_empty() {
            return Ok(version_of(delta));
        }
        let done = self.commit(spec, delta, actions, transaction).await;
        if let Err(cause) = &done
            && !self.may_be_committed(spec, delta, cause)
        {
            discard(&folder, &paths);
        }
        done
    }

    async fn commit(
        &self,
        spec: &'static TableSpec,
        delta: &DeltaTable,
        actions: Vec<Action>,
        transaction: Option<(String, i64)>,
    ) -> Result<u64, StoreError> {
        let log = StoreError::log(spec.name);
        let mut properties = CommitProperties::default();
        if let Some((application, version)) = transaction {
            properties =
                properties.with_application_transaction(Transaction::new(application, version));
        }
        let operation = DeltaOperation::Write {
            mode: SaveMode::Append,
            partition_by: spec.is_by_day.then(|| vec!["day".to_owned()]),
            predicate: None,
        };
        let state = delta.snapshot().map_err(&log)?.snapshot();
        let prepared = CommitBuilder::from(properties)
            .with_actions(actions)
            .with_max_retries(0)
            .build(Some(state), delta.log_store(), operation)
            .into_prepared_commit_future()
            .await
            .map_err(&log)?;
        let committed = prepared.await.map_err(&log)?;
        let version = committed.version;
        // The change is in. What follows reads it back, makes a checkpoint of each hundredth version and drops logs that
        // no reader needs: it is done where a checkpoint is due. Where it fails, on a disk that is full by now, the log
        // is longer to read and nothing else, so it is no failure of the change.
        if is_checkpoint_due(delta, version) {
            drop(committed.await);
        }
        Ok(version)
    }

    /// Whether a commit that failed may still be in the log: it got its name, and then the disk refused
    /// to sync the folder. Files that a commit may name are never removed.
    fn may_be_committed(&self, spec: &TableSpec, delta: &DeltaTable, cause: &StoreError) -> bool {
        let name = format!("{:020}.json", version_of(delta) + 1);
        let is_others = matches!(cause, StoreError::Busy(_));
        !is_others && self.folder(spec.name).join(LOG).join(name).exists()
    }

    /// Writes the files of a change, days in parallel: all of them, or none.
    fn write(&self, spec: &TableSpec, parts: Vec<Part>) -> Result<Files, StoreError> {
        let folder = self.folder(spec.name);
        let paths: Vec<String> = parts.iter().map(|part| part.path.clone()).collect();
        let written = make_day_folders(&folder, &parts).and_then(|()| {
            parts
                .into_par_iter()
                .map(|part| write_part(&folder, spec, part))
                .collect::<Result<(Vec<ActiveFile>, Vec<Syncing>), StoreError>>()
        });
        if written.is_err() {
            discard(&folder, &paths);
        }
        let (written, syncing) = written?;
        Ok(Files { written, syncing })
    }
}

/// Whether a version is one of those that have a checkpoint.
fn is_checkpoint_due(delta: &DeltaTable, version: u64) -> bool {
    let interval = delta
        .snapshot()
        .map_or(1, |state| state.table_config().checkpoint_interval().get());
    (version + 1).is_multiple_of(interval)
}

async fn removals(
    spec: &TableSpec,
    delta: &DeltaTable,
    removed: &Removed,
) -> Result<Vec<Action>, StoreError> {
    let days: BTreeSet<i32> = match removed {
        Removed::Nothing => return Ok(Vec::new()),
        Removed::Days(days) => days.iter().copied().collect(),
        Removed::All => BTreeSet::new(),
    };
    let views = views(delta, spec.name).await?;
    let gone = views.iter().filter(|view| {
        *removed == Removed::All || day_of(view).is_some_and(|day| days.contains(&day))
    });
    Ok(gone
        .map(|view| Action::Remove(view.remove_action(true)))
        .collect())
}

fn parts(added: Vec<(Option<i32>, Vec<RecordBatch>)>) -> Vec<Part> {
    added
        .into_iter()
        .flat_map(|(day, rows)| {
            let ranges = ranges_of_person(rows).into_iter();
            ranges.map(move |rows| (day, rows))
        })
        .filter(|(_, rows)| rows.iter().any(|batch| batch.num_rows() > 0))
        .map(|(day, rows)| Part {
            day,
            path: path_of(day),
            rows: Rows::LaidOut(rows),
        })
        .collect()
}

fn packed_parts(day: Option<i32>, rows: Vec<Packed>) -> Vec<Part> {
    let mut files: Vec<Vec<Group>> = Vec::new();
    let mut in_file = 0;
    for Packed(groups) in rows {
        let n: usize = groups.iter().map(|group| group.n_rows).sum();
        match files.last_mut().filter(|_| in_file + n <= ROWS_A_FILE) {
            Some(file) => {
                file.extend(groups);
                in_file += n;
            }
            None => {
                files.push(groups);
                in_file = n;
            }
        }
    }
    files.retain(|groups| !groups.is_empty());
    let part = |groups| Part {
        day,
        path: path_of(day),
        rows: Rows::Packed(groups),
    };
    files.into_iter().map(part).collect()
}

/// A path below the table's folder that no other file has.
fn path_of(day: Option<i32>) -> String {
    let (a, b) = (durable::random(), durable::random());
    let name = format!("part-{a:016x}{b:016x}.parquet");
    match day {
        Some(day) => format!("day={}/{name}", Day(day)),
        None => name,
    }
}

/// The folders of days.
fn make_day_folders(folder: &Path, parts: &[Part]) -> Result<(), StoreError> {
    let days: BTreeSet<i32> = parts.iter().filter_map(|part| part.day).collect();
    days.into_iter().try_for_each(|day| {
        let path = folder.join(format!("day={}", Day(day)));
        fs::create_dir_all(&path).map_err(StoreError::io(&path))
    })
}

fn write_part(
    folder: &Path,
    spec: &TableSpec,
    part: Part,
) -> Result<(ActiveFile, Syncing), StoreError> {
    let path = folder.join(&part.path);
    let (num_rows, (size, file)) = match part.rows {
        Rows::LaidOut(rows) => {
            let num_rows: usize = rows.iter().map(RecordBatch::num_rows).sum();
            let rows = rows.iter().map(|batch| rows_of_file(spec, batch));
            let rows = rows.collect::<Result<Vec<_>, _>>()?;
            let schema = rows.first().map(RecordBatch::schema);
            let schema = schema.unwrap_or_else(|| file_schema(spec));
            (num_rows, write_file(&path, &schema, spec.sort, &rows)?)
        }
        Rows::Packed(groups) => {
            let num_rows = groups.iter().map(|group| group.n_rows).sum();
            let schema = groups.first().map(|group| Arc::clone(&group.schema));
            let schema = schema.unwrap_or_else(|| file_schema(spec));
            (num_rows, write_groups(&path, &schema, spec.sort, groups)?)
        }
    };
    let syncing = Syncing::begin(file, &path);
    let written = ActiveFile {
        path: part.path,
        size,
        day: part.day,
        num_rows: num_rows as u64,
    };
    Ok((written, syncing))
}

/// What a commit says of a file that comes.
fn add(file: ActiveFile) -> Add {
    let day = file.day.map(|day| Day(day).to_string());
    let partition = day.map(|day| ("day".to_owned(), Some(day)));
    Add {
        path: file.path,
        partition_values: partition.into_iter().collect(),
        size: file.size as i64,
        modification_time: jiff::Timestamp::now().as_millisecond(),
        data_change: true,
        stats: Some(format!("{{\"numRecords\":{}}}", file.num_rows)),
        ..Add::default()
    }
}

/// A table's rows as they stand in a file: the day is in its path.
fn rows_of_file(spec: &TableSpec, rows: &RecordBatch) -> Result<RecordBatch, StoreError> {
    let columns = &rows.columns()[usize::from(spec.is_by_day)..];
    let schema = schema_of(&file_schema(spec), columns);
    RecordBatch::try_new(schema, columns.to_vec()).map_err(StoreError::misfit(spec.name))
}

/// The schema of a file's rows: texts may be dictionaries of texts, which are the same in a file.
fn schema_of(schema: &SchemaRef, columns: &[ArrayRef]) -> SchemaRef {
    let fields = schema.fields().iter().zip(columns).map(|(field, column)| {
        let is_dictionary = matches!(column.data_type(), DataType::Dictionary(..));
        match field.data_type() {
            DataType::Utf8 if is_dictionary => Arc::new(
                field
                    .as_ref()
                    .clone()
                    .with_data_type(column.data_type().clone()),
            ),
            _ => field.clone(),
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
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
