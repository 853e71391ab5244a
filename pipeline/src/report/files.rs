//! The report's bytes on disk.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Doing, Error};

/// The folders that a report keeps to itself.
const FOLDERS: [&str; 2] = ["charts", "tables"];

/// Writes the named bytes below a folder; returns the path of the page. Pictures and tables of an earlier report that
/// this one does not have go: whoever opted out since must not go on standing in one.
pub(super) fn write_files(out: &Path, files: Vec<(String, Vec<u8>)>) -> Result<PathBuf, Error> {
    let written: BTreeSet<PathBuf> = files.iter().map(|(name, _)| out.join(name)).collect();
    for (name, bytes) in files {
        let path = out.join(&name);
        let doing = format!("failed to write `{}`", path.display());
        fs::create_dir_all(path.parent().unwrap_or(out)).doing(&doing)?;
        // A reader sees the old file or the new one, never half of it.
        let half = path.with_extension("part");
        fs::write(&half, bytes).doing(&doing)?;
        fs::rename(&half, &path).doing(&doing)?;
    }
    for folder in FOLDERS {
        let Ok(entries) = fs::read_dir(out.join(folder)) else {
            continue;
        };
        for entry in entries.flatten() {
            let path = entry.path();
            let is_ours = path
                .extension()
                .is_some_and(|ending| ending == "svg" || ending == "csv");
            if is_ours && !written.contains(&path) {
                fs::remove_file(&path)
                    .doing(format!("failed to remove the old `{}`", path.display()))?;
            }
        }
    }
    Ok(out.join("index.html"))
}
