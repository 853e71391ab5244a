//! Files of a table ahead of the commit that names them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::snapshot::ActiveFile;
use crate::store::syncing::Syncing;

/// Files of a table that are on the disk and that no commit names yet; those that none comes to name are removed.
#[derive(Debug)]
pub struct Staged {
    pub(super) folder: PathBuf,
    pub(super) files: Files,
}

impl Staged {
    /// The files, as a version that has them will tell of them.
    pub fn files(&self) -> &[ActiveFile] {
        &self.files.written
    }

    /// Waits until they outlive a power cut.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        self.files.finish()
    }
}

/// Files that are written and on their way to the disk.
#[derive(Debug, Default)]
pub(super) struct Files {
    pub(super) written: Vec<ActiveFile>,
    pub(super) syncing: Vec<Syncing>,
}

impl Files {
    pub(super) fn paths(&self) -> Vec<String> {
        self.written.iter().map(|file| file.path.clone()).collect()
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.written.extend(more.written);
        self.syncing.extend(more.syncing);
    }

    /// Waits until all of them outlive a power cut.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        self.syncing.drain(..).try_for_each(Syncing::finish)
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        discard(&self.folder, &self.files.paths());
    }
}

/// Takes back files that no commit names, and days that held nothing else. Best effort: the failure that
/// led here is the one to tell, and readers never see such files.
pub(super) fn discard(folder: &Path, paths: &[String]) {
    for path in paths {
        let path = folder.join(path);
        drop(fs::remove_file(&path));
        if let Some(day) = path.parent().filter(|day| *day != folder) {
            // A folder that is not empty stays.
            drop(fs::remove_dir(day));
        }
    }
}
