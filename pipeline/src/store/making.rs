//! The tables of a lake, made where they are not there yet.
//!
//! There are many of them, and each is some waiting for the disk: a first load needs few, and its logs are read beside
//! the making of all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use deltalake_core::DeltaTableError;
use deltalake_core::kernel::StructType;
use deltalake_core::kernel::engine::arrow_conversion::TryIntoKernel;
use serde_json::json;

use crate::store::durable;
use crate::store::error::StoreError;
use crate::store::files::sync_folder;
use crate::store::lake::LOG;
use crate::store::syncing::{Pace, side_by_side};
use crate::store::tables::{TableSpec, tables};

/// The first commit of a log.
const FIRST: &str = "00000000000000000000.json";

/// The tables that a load needs: they come first.
const OF_LOAD: [&str; 4] = ["activity", "events", "inputs", "rejects"];

/// Tables of a lake that are being made.
#[derive(Debug)]
pub(super) struct Making {
    of_load: Portion,
    others: Portion,
}

/// Some of them, which are made together.
#[derive(Debug)]
struct Portion {
    root: PathBuf,
    missing: Vec<Missing>,
    state: Mutex<State>,
}

#[derive(Debug)]
enum State {
    Aside(JoinHandle<Result<(), StoreError>>),
    /// To be made when they are asked for: no thread was to be had, or it failed.
    Due,
    Done,
}

/// A table that is not there, and the folder of its log.
type Missing = (&'static TableSpec, PathBuf);

impl Making {
    /// Begins to make the tables that are not there.
    pub(super) fn begin(root: &Path) -> Self {
        let (of_load, others): (Vec<Missing>, Vec<Missing>) = tables()
            .iter()
            .map(|spec| (spec, root.join(spec.name).join(LOG)))
            .filter(|(_, log)| {
                !log.join(FIRST).is_file() && !log.join("_last_checkpoint").is_file()
            })
            .partition(|(spec, _)| OF_LOAD.contains(&spec.name));
        Self {
            of_load: Portion::begin(root, of_load, Pace::Foreground),
            others: Portion::begin(root, others, Pace::Background),
        }
    }

    /// Whether a table was not there.
    pub(super) fn is_new(&self, table: &str) -> bool {
        let mut missing = self.of_load.missing.iter().chain(&self.others.missing);
        missing.any(|(spec, _)| spec.name == table)
    }

    /// Waits until a table is there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(&self, table: &str) -> Result<(), StoreError> {
        if OF_LOAD.contains(&table) {
            self.of_load.finish()
        } else {
            self.others.finish()
        }
    }

    /// Waits until all are there.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish_all(&self) -> Result<(), StoreError> {
        self.of_load.finish().and(self.others.finish())
    }
}

impl Portion {
    fn begin(root: &Path, missing: Vec<Missing>, pace: Pace) -> Self {
        let state = if missing.is_empty() {
            State::Done
        } else {
            let of_thread = (root.to_owned(), missing.clone());
            let aside = thread::Builder::new()
                .name("tables".to_owned())
                .spawn(move || make(&of_thread.0, &of_thread.1, pace));
            // Where no thread is to be had, they are made when one of them is asked for.
            aside.map_or(State::Due, State::Aside)
        };
        Self {
            root: root.to_owned(),
            missing,
            state: Mutex::new(state),
        }
    }

    /// Waits until they are there; tries again what failed before.
    fn finish(&self) -> Result<(), StoreError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *state, State::Due) {
            State::Done => {}
            State::Due => make(&self.root, &self.missing, Pace::Foreground)?,
            State::Aside(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?,
        }
        *state = State::Done;
        Ok(())
    }
}

impl Drop for Portion {
    /// A lake is left whole where that can be; a table that is asked for tells why it cannot.
    fn drop(&mut self) {
        let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let State::Aside(thread) = std::mem::replace(state, State::Done) {
            drop(thread.join());
        }
    }
}

/// Makes tables. Their logs begin as the Delta protocol has it; the library that keeps them would take some milliseconds
/// for each.
fn make(root: &Path, missing: &[Missing], pace: Pace) -> Result<(), StoreError> {
    // Folders are synced, also those that are there: a run that broke off may have made them and not have come to
    // that.
    side_by_side(pace, missing, |(_, log)| {
        fs::create_dir_all(log).map_err(StoreError::io(log))?;
        sync_folder(durable::folder_of(log))
    })?;
    sync_folder(root)?;
    let above = durable::folder_of(root);
    match durable::sync(above) {
        // The lake's place may be one that others made for us, and whose list we must not read.
        Err(cause) if cause.kind() != io::ErrorKind::PermissionDenied => {
            return Err(StoreError::io(above)(cause));
        }
        _ => {}
    }
    side_by_side(pace, missing, |(spec, log)| {
        let path = log.join(FIRST);
        durable::write_first(&path, first_commit(spec)?.as_bytes()).map_err(StoreError::io(&path))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lake_is_whole_once_it_is_waited_for_or_let_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let is_there = |table: &str| folder.path().join(table).join(LOG).join(FIRST).is_file();
        let making = Making::begin(folder.path());
        assert!(tables().iter().all(|spec| making.is_new(spec.name)));
        making.finish("events").expect("made");
        assert!(OF_LOAD.into_iter().all(is_there));
        making.finish_all().expect("made");
        assert!(tables().iter().all(|spec| is_there(spec.name)));
        fs::remove_dir_all(folder.path().join("groups")).expect("removed");
        let again = Making::begin(folder.path());
        assert!(again.is_new("groups") && !again.is_new("events"));
        drop(again);
        assert!(is_there("groups"));
    }

    #[test]
    fn what_cannot_be_made_is_told_each_time_and_made_once_it_can() {
        let folder = tempfile::tempdir().expect("a folder");
        let in_the_way = folder.path().join("groups");
        fs::write(&in_the_way, "").expect("written");
        let making = Making::begin(folder.path());
        making.finish("events").expect("a load needs no groups");
        for _ in 0..2 {
            let error = making.finish_all().expect_err("a file is in the way");
            assert!(error.to_string().contains("groups"), "{error}");
        }
        fs::remove_file(&in_the_way).expect("removed");
        making.finish("groups").expect("made");
    }
}
