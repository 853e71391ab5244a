//! What waits for the disk: many files at once take little longer than one.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::store::durable;
use crate::store::error::StoreError;

/// A file that is being written, and synced with the folder that has its name.
#[derive(Debug)]
pub(super) struct Writing(State);

#[derive(Debug)]
enum State {
    Aside(JoinHandle<Done>),
    Done(Done),
}

/// The size of a file that outlives a power cut.
type Done = Result<u64, StoreError>;

/// What writing a file needs of a stack.
const STACK: usize = 1 << 19;

impl Writing {
    /// Begins to write a file; `write` gives its size and the file, which is synced then.
    pub(super) fn begin(
        path: PathBuf,
        write: impl FnOnce(&Path) -> Result<(u64, File), StoreError> + Send + 'static,
    ) -> Self {
        let work = move || {
            let (size, file) = write(&path)?;
            file.sync_all().map_err(StoreError::io(&path))?;
            let folder = durable::folder_of(&path);
            durable::sync(folder).map_err(StoreError::io(folder))?;
            Ok(size)
        };
        // Where no thread is to be had, it is taken back and done here.
        let work = Arc::new(Mutex::new(Some(work)));
        let take = |work: &Mutex<Option<_>>| {
            let mut work = work.lock().unwrap_or_else(PoisonError::into_inner);
            work.take()
        };
        let aside = Arc::clone(&work);
        let thread = thread::Builder::new()
            .name("write".to_owned())
            .stack_size(STACK)
            .spawn(move || take(&aside).map_or(Ok(0), |work| work()));
        Self(match thread {
            Ok(thread) => State::Aside(thread),
            Err(_) => State::Done(take(&work).map_or(Ok(0), |work| work())),
        })
    }

    /// Waits until file and name outlive a power cut; gives the file's size.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn finish(self) -> Result<u64, StoreError> {
        match self.0 {
            State::Aside(thread) => thread
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
            State::Done(done) => done,
        }
    }
}

/// Threads that wait at once.
const THREADS: usize = 16;

/// Does to all of them what mostly waits for the disk, many at once.
///
/// # Errors
/// One of those met.
pub(super) fn side_by_side<T: Sync>(
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
        let threads: Vec<_> = (1..THREADS.min(all.len()))
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
