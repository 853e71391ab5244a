//! A change of a small table, which is not cut into days, on its way: rows that are written and that no commit names
//! yet.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;

use crate::derive;
use crate::error::{Doing, Error};
use crate::ingest::day::{Part, take_away};
use crate::store::{Lake, Removed, Staged, TableSnapshot};

/// Files of a small table above which it is written anew as one.
const MANY_FILES: usize = 32;

/// What a commit is to name of a table.
pub(super) struct Small {
    /// The table as it is.
    snapshot: TableSnapshot,
    removed: Removed,
    staged: Staged,
}

impl Small {
    /// Rows beside those that are there; a table of many small files is written anew as one.
    ///
    /// # Errors
    /// When the table cannot be read or the disk refuses.
    async fn of(lake: &Lake, table: &str, rows: RecordBatch) -> Result<Self, Error> {
        let snapshot = lake.snapshot(table).await.doing(doing(table))?;
        if snapshot.files.len() >= MANY_FILES {
            let mut all = lake.read(table, None, None).await.doing(doing(table))?;
            all.push(rows);
            return Self::anew(lake, snapshot, all);
        }
        let staged = lake.stage(table, None, vec![rows]).doing(doing(table))?;
        Ok(Self {
            snapshot,
            removed: Removed::Nothing,
            staged,
        })
    }

    /// The rows of these parts; rows that a load which broke off left of them, `earlier`, are replaced.
    ///
    /// # Errors
    /// As those of [`Small::of`].
    pub(super) async fn of_parts(
        lake: &Lake,
        table: &str,
        earlier: &BTreeSet<i64>,
        parts: &[Part],
        rows: RecordBatch,
    ) -> Result<Self, Error> {
        if !parts.iter().any(|part| earlier.contains(&part.input_id)) {
            return Self::of(lake, table, rows).await;
        }
        let snapshot = lake.snapshot(table).await.doing(doing(table))?;
        let mut all = lake.read(table, None, None).await.doing(doing(table))?;
        take_away(&mut all, parts)?;
        all.push(rows);
        Self::anew(lake, snapshot, all)
    }

    /// All rows of the table.
    fn anew(lake: &Lake, snapshot: TableSnapshot, all: Vec<RecordBatch>) -> Result<Self, Error> {
        let table = snapshot.spec.name;
        let all = derive::fit(lake, table, all)?;
        let staged = lake.stage(table, None, all).doing(doing(table))?;
        Ok(Self {
            snapshot,
            removed: Removed::All,
            staged,
        })
    }

    /// Commits it.
    ///
    /// # Errors
    /// When the disk refuses, or another writer was faster; the table is then as it was.
    pub(super) async fn commit(self, lake: &Lake) -> Result<(), Error> {
        let doing = doing(self.snapshot.spec.name);
        let done = lake.replace_staged(&self.snapshot, self.removed, vec![self.staged]);
        done.await.map(drop).doing(doing)
    }
}

/// Adds rows to a small table; one of many small files is written anew as one.
///
/// # Errors
/// When the table cannot be read, the disk refuses, or another writer was faster.
pub(crate) async fn append(lake: &Lake, table: &str, rows: RecordBatch) -> Result<(), Error> {
    Small::of(lake, table, rows).await?.commit(lake).await
}

fn doing(table: &str) -> String {
    format!("failed to write `{table}`")
}
