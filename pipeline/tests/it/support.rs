//! Running the binary, for tests.

use std::path::Path;
use std::process::{Command, Output};

/// Runs `elephant` in a folder.
pub(crate) fn elephant(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_elephant"))
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("the binary runs")
}

/// Its stdout, after it ended with this exit code.
pub(crate) fn stdout_of(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = elephant(folder, arguments);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(
        output.status.code(),
        Some(code),
        "elephant {arguments:?}: {told}"
    );
    String::from_utf8(output.stdout).expect("text")
}

/// Its stderr, after it ended with this exit code.
pub(crate) fn stderr_of(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = elephant(folder, arguments);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(code),
        "elephant {arguments:?}: {told}"
    );
    told
}
