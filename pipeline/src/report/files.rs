//! The report's bytes on disk.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};

/// Writes the named bytes below a folder; returns the path of the page.
pub(super) fn write_files(out: &Path, files: Vec<(String, Vec<u8>)>) -> Result<PathBuf, Error> {
    for (name, bytes) in files {
        let path = out.join(&name);
        let doing = format!("failed to write `{}`", path.display());
        fs::create_dir_all(path.parent().unwrap_or(out)).doing(&doing)?;
        // A reader sees the old file or the new one, never half of it.
        let half = path.with_extension("part");
        fs::write(&half, bytes).doing(&doing)?;
        fs::rename(&half, &path).doing(&doing)?;
    }
    Ok(out.join("index.html"))
}
