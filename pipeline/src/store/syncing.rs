//! What waits for the disk: many syncs at once take little longer than one.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use crate::store::durable;
use crate::store::error::StoreError;

/// A file, and the folder that has its name, that are being synced.
#[derive(Debug)]
pub(super) struct Syncing(State);

#[derive(Debug)]
enum State {
    Aside(JoinHandle<Result<(), StoreError>>),
    Done(Result<(), StoreError>),
}

impl Syncing {
    /// Begins to sync a file that is written.
    pub(super) fn begin(file: File, path: &Path) -> Self {
        let sync = |file: &File, path: &Path| {
            file.sync_all().map_err(StoreError::io(path))?;
            let folder = durable::folder_of(path);
            durable::sync(folder).map_err(StoreError::io(folder))
        };
        // A second handle: where no thread is to be had, it is done here.
        let aside = file.try_clone().and_then(|file| {
            let path: PathBuf = path.to_owned();
            thread::Builder::new()
                .name("sync".to_owned())
                .stack_size(1 << 16)
                .spawn(move || sync(&file, &path))
        });
        Self(match aside {
            Ok(thread) => State::Aside(thread),
            Err(_) => State::Done(sync(&file, path)),
        })
    }

    /// Waits until file and name outlive a power cut.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(self) -> Result<(), StoreError> {
        match self.0 {
            State::Aside(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            State::Done(done) => done,
        }
    }
}

/// How much is done at once that mostly waits for the disk.
#[derive(Debug, Clone, Copy)]
pub(super) enum Pace {
    /// Much: somebody waits for it.
    Foreground,
    /// Little: somebody does something else meanwhile, and is not to be held up.
    Background,
}

impl Pace {
    /// Sixteen threads have the disk write what waits in a few goes; two leave cores to whoever works.
    fn n_threads(self) -> usize {
        match self {
            Self::Foreground => 16,
            Self::Background => 2,
        }
    }
}

/// Does to all of them what mostly waits for the disk, some at once.
///
/// # Errors
/// One of those met.
pub(super) fn side_by_side<T: Sync>(
    pace: Pace,
    all: &[T],
    one: impl Fn(&T) -> Result<(), StoreError> + Sync,
) -> Result<(), StoreError> {
    let next = AtomicUsize::new(0);
    let work = || loop {
        let Some(item) = all.get(next.fetch_add(1, Ordering::Relaxed)) else {
            return Ok(());
        };
        one(item)?;
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (1..pace.n_threads().min(all.len()))
            .filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok())
            .collect();
        let mut done = work();
        for thread in threads {
            let of_thread = thread.join();
            done = done.and(of_thread.unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    })
}
