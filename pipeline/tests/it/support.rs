//! Running the binary, for tests.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use flate2::read::MultiGzDecoder;

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

/// What `elephant demo` makes: one for all tests, which only read it. The next run makes it anew.
pub(crate) fn demo() -> &'static Path {
    static DEMO: LazyLock<PathBuf> = LazyLock::new(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let printed = stdout_of(folder, &["--quiet", "demo", "d"], 0);
        let page = printed.lines().last().expect("a last line");
        assert!(page.ends_with("report/index.html"), "{page}");
        folder.join("d")
    });
    &DEMO
}

/// Every file below a folder, sorted; paths are those below it.
pub(crate) fn files_below(folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let below = path.strip_prefix(folder).expect("it is below");
                files.push(below.to_string_lossy().into_owned());
            }
        }
    }
    files.sort();
    files
}

/// Public data beside the project; says so where it is absent.
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data")
        .join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: shared/data/{name} is absent");
    None
}

/// The text of a gz file, all its members.
pub(crate) fn unpacked(path: &Path) -> String {
    let mut text = String::new();
    let bytes = fs::read(path).expect("the data is there");
    MultiGzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .expect("a text");
    text
}
