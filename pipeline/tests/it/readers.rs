//! Other tools can read every table: DuckDB by `delta_scan`, Polars by `scan_delta`.

use std::path::Path;
use std::process::Command;

use crate::support::demo;

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn duckdb_and_polars_read_every_table() {
    let python = std::env::var("ELEPHANT_READERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_both = Command::new(&python)
        .args(["-c", "import duckdb, duckdb_ext, pytz, polars, deltalake"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_both {
        println!("skipped: no Python with duckdb, duckdb-ext-delta, pytz, polars and deltalake");
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers.py");
    let output = Command::new(&python)
        .arg(script)
        .arg(demo().join("lake"))
        .output()
        .expect("python runs");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{told}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    for table in pipeline::store::tables::tables() {
        assert!(
            told.contains(table.name),
            "{} was not read: {told}",
            table.name
        );
    }
}
