//! A change of a table cut into days, on its way: files that are written and that no commit names yet.

use std::collections::BTreeSet;

use crate::error::{Doing, Error};
use crate::store::{Lake, Removed, Staged, StoreError, TableSnapshot};

/// What a commit is to name of a table.
pub(super) struct Change {
    /// The table as it is.
    snapshot: TableSnapshot,
    /// Days whose files go.
    replaced: BTreeSet<i32>,
    /// What comes, by day.
    staged: Vec<(i32, Staged)>,
}

impl Change {
    /// No change yet.
    pub(super) fn of(snapshot: TableSnapshot) -> Self {
        Self {
            snapshot,
            replaced: BTreeSet::new(),
            staged: Vec::new(),
        }
    }

    /// The table as it will be: what is written next stands beside that.
    pub(super) fn after(&self) -> TableSnapshot {
        let brought = self.staged.iter().flat_map(|(_, staged)| staged.files());
        self.snapshot.clone().after(&self.replaced, brought)
    }

    /// Adds files to those of a day.
    pub(super) fn add(&mut self, day: i32, staged: Staged) {
        self.staged.push((day, staged));
    }

    /// Takes files that hold all of a day: no other of it is to stay.
    pub(super) fn replace(&mut self, day: i32, staged: Staged) {
        self.replaced.insert(day);
        self.staged.retain(|(of, _)| *of != day);
        self.staged.push((day, staged));
    }

    /// Waits until what is written outlives a power cut.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        let mut staged = self.staged.iter_mut();
        staged.try_for_each(|(_, staged)| staged.finish())
    }

    /// Commits it, once it is finished.
    ///
    /// # Errors
    /// When the disk refuses, or another writer was faster; the table is then as it was.
    pub(super) async fn commit(self, lake: &Lake, doing: &str) -> Result<(), Error> {
        if self.staged.is_empty() {
            return Ok(());
        }
        let removed = Removed::Days(self.replaced.into_iter().collect());
        let staged = self.staged.into_iter().map(|(_, staged)| staged).collect();
        lake.replace_staged(&self.snapshot, removed, staged)
            .await
            .map(drop)
            .doing(doing)
    }
}
