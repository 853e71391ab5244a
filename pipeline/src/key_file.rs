//! The key's file: 64 hexadecimal digits that only its owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use crate::error::{Doing, Error};

/// Reads a key.
///
/// # Errors
/// When the file is absent, unreadable or no key.
pub(crate) fn read(path: &Path) -> Result<[u8; 32], Error> {
    let shown = path.display();
    let text = fs::read_to_string(path).misused(format!(
        "failed to read the key `{shown}`: name it with --key or privacy.key_file"
    ))?;
    unhex(text.trim()).ok_or_else(|| {
        Error::usage(format!(
            "`{shown}` is no key: it should hold 64 hexadecimal digits"
        ))
    })
}

/// A new secret.
///
/// # Errors
/// When the system has no randomness to give.
pub(crate) fn random_bytes() -> Result<[u8; 32], Error> {
    let mut bytes = [0; 32];
    File::open("/dev/urandom")
        .and_then(|mut random| random.read_exact(&mut bytes))
        .doing("failed to draw a key from `/dev/urandom`")?;
    Ok(bytes)
}

/// Writes a key where there is none yet.
///
/// # Errors
/// When the file is there, or cannot be written.
pub(crate) fn write(path: &Path, key: &[u8; 32]) -> Result<(), Error> {
    let doing = format!("failed to make the key `{}`", path.display());
    let text: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut options = OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).doing(&doing)?;
    writeln!(file, "{text}")
        .and_then(|()| file.sync_all())
        // Half a key would be taken for a wrong one by the next run.
        .inspect_err(|_| drop(fs::remove_file(path)))
        .doing(&doing)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * i..2 * i + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_never_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("elephant.key");
        let key = random_bytes().expect("random bytes");
        write(&path, &key).expect("written");
        assert_eq!(read(&path).expect("a key"), key);
        assert!(write(&path, &[0; 32]).is_err());
        fs::write(&path, "+f".repeat(32)).expect("written");
        assert!(read(&path).is_err(), "a sign is no digit");
    }
}
