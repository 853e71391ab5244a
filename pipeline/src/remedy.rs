//! What an operator can do about a failure of the disk: the system's words say what is wrong, these
//! say what helps.

use std::error::Error;
use std::io::{self, ErrorKind};

/// The remedy of a failure, where the disk is at its root and something helps.
pub fn of(error: &(dyn Error + 'static)) -> Option<&'static str> {
    let mut cause = Some(error);
    while let Some(this) = cause {
        if let Some(disk) = this.downcast_ref::<io::Error>() {
            // What an error of this kind wraps is no source of it, but hidden in it.
            let wrapped = disk.get_ref().and_then(|wrapped| of(wrapped));
            if let Some(remedy) = of_disk(disk).or(wrapped) {
                return Some(remedy);
            }
        }
        cause = this.source();
    }
    None
}

fn of_disk(cause: &io::Error) -> Option<&'static str> {
    Some(match cause.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "free some space there, then run this again"
        }
        ErrorKind::PermissionDenied => {
            "give the user who runs this the right to it, or name another place"
        }
        ErrorKind::ReadOnlyFilesystem => {
            "that disk can only be read: name another place, or mount it for writing"
        }
        ErrorKind::NotFound => {
            "check how it is written, and from which folder, or name one that is there"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "a file stands where a folder should be: move it away, or name another place"
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Doing;

    #[test]
    fn the_disk_is_found_at_the_root_of_a_failure() {
        let full = io::Error::from(ErrorKind::StorageFull);
        let full = parquet::errors::ParquetError::External(Box::new(full));
        let told = Err::<(), _>(full)
            .doing("failed to write")
            .expect_err("an error");
        assert!(of(&told).is_some_and(|remedy| remedy.contains("free some space")));
        let other = io::Error::from(ErrorKind::BrokenPipe);
        assert_eq!(of(&other), None);
    }
}
