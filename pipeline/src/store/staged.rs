//! Files of a table ahead of the commit that names them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::store::error::StoreError;
use crate::store::snapshot::ActiveFile;
use crate::store::syncing::Writing;

/// Files of a table, written or being written, that no commit names yet; those that none comes to name are removed.
#[derive(Debug)]
pub struct Staged {
    pub(super) folder: PathBuf,
    pub(super) files: Files,
}

impl Staged {
    /// The files, as a version that has them will tell of them once they are [finished](Staged::finish).
    pub fn files(&self) -> impl Iterator<Item = &ActiveFile> {
        self.files.0.iter().map(|written| &written.file)
    }

    /// Waits until they are written and outlive a power cut.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        self.files.finish()
    }
}

/// Files that are written or being written.
#[derive(Debug, Default)]
pub(super) struct Files(pub(super) Vec<Written>);

#[derive(Debug)]
pub(super) struct Written {
    /// What is known of it; its size once nothing is waited for.
    pub(super) file: ActiveFile,
    pub(super) writing: Option<Writing>,
}

impl Files {
    pub(super) fn paths(&self) -> Vec<String> {
        let paths = self.0.iter().map(|written| written.file.path.clone());
        paths.collect()
    }

    /// Waits until all of them outlive a power cut, also where one fails: nobody is at any of them then.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(&mut self) -> Result<(), StoreError> {
        let mut done = Ok(());
        for written in &mut self.0 {
            match written.writing.take().map(Writing::finish) {
                Some(Ok(size)) => written.file.size = size,
                Some(Err(cause)) => done = done.and(Err(cause)),
                None => {}
            }
        }
        done
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Whether they came to be does not matter any more.
        drop(self.files.finish());
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
