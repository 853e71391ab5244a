//! What can go wrong with the lake.

use std::io;
use std::path::{Path, PathBuf};

use arrow::error::ArrowError;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::{CommitConflictError, TransactionError};
use parquet::errors::ParquetError;

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
        source: io::Error,
    },
    /// A Parquet file is damaged or could not be written.
    #[error("failed to use the Parquet file `{path}`", path = path.display())]
    Parquet {
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: ParquetError,
    },
    /// Rows do not fit their table.
    #[error("rows do not fit the table `{table}`")]
    Misfit {
        /// The table.
        table: String,
        /// The cause.
        #[source]
        source: ArrowError,
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

impl StoreError {
    /// The log of a table failed; as another writer's doing where it was that.
    pub(super) fn log(table: &str) -> impl Fn(DeltaTableError) -> Self {
        move |cause| {
            if is_busy(&cause) {
                return Self::Busy(table.to_owned());
            }
            Self::Log {
                table: table.to_owned(),
                source: Box::new(cause),
            }
        }
    }

    /// A file failed.
    pub(super) fn io(path: &Path) -> impl Fn(io::Error) -> Self {
        move |cause| Self::Io {
            path: path.to_owned(),
            source: cause,
        }
    }

    /// A Parquet file failed.
    pub(super) fn parquet(path: &Path) -> impl Fn(ParquetError) -> Self {
        move |cause| Self::Parquet {
            path: path.to_owned(),
            source: cause,
        }
    }

    /// Rows do not fit.
    pub(super) fn misfit(table: &str) -> impl Fn(ArrowError) -> Self {
        move |cause| Self::Misfit {
            table: table.to_owned(),
            source: cause,
        }
    }
}

/// Whether a commit failed because another one took its place, told by the error's kind: its words
/// are for people and change with the library.
fn is_busy(cause: &DeltaTableError) -> bool {
    match cause {
        DeltaTableError::VersionAlreadyExists(_) => true,
        DeltaTableError::Transaction { source } => match source {
            // No commit is tried twice here, so that the first attempt already is the last one.
            TransactionError::VersionAlreadyExists(_) | TransactionError::MaxCommitAttempts(_) => {
                true
            }
            TransactionError::CommitConflict(conflict) => is_conflict(conflict),
            _ => false,
        },
        _ => false,
    }
}

fn is_conflict(conflict: &CommitConflictError) -> bool {
    use CommitConflictError as Conflict;
    matches!(
        conflict,
        Conflict::ConcurrentAppend
            | Conflict::ConcurrentDeleteRead
            | Conflict::ConcurrentDeleteDelete
            | Conflict::ConcurrentTransaction
            | Conflict::MetadataChanged
            | Conflict::ProtocolChanged(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(cause: DeltaTableError) -> StoreError {
        StoreError::log("events")(cause)
    }

    #[test]
    fn only_another_writers_commit_is_busy() {
        let busy = [
            DeltaTableError::VersionAlreadyExists(3),
            DeltaTableError::Transaction {
                source: TransactionError::MaxCommitAttempts(0),
            },
            DeltaTableError::Transaction {
                source: TransactionError::CommitConflict(CommitConflictError::ConcurrentAppend),
            },
        ];
        for cause in busy {
            assert!(matches!(told(cause), StoreError::Busy(_)));
        }
        let broken = [
            DeltaTableError::Generic("a concurrent conflict, max commit".to_owned()),
            DeltaTableError::Transaction {
                source: TransactionError::CommitConflict(CommitConflictError::NoMetadata),
            },
        ];
        for cause in broken {
            assert!(matches!(told(cause), StoreError::Log { .. }));
        }
    }
}
