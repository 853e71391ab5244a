//! The house keeps its floors: who may import whom, and who may touch a file.

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A file's text without its test module; a file that is one has none.
fn code(file: &Path) -> String {
    if file.to_string_lossy().ends_with("_tests.rs") {
        return String::new();
    }
    let text = fs::read_to_string(file).expect("a source file can be read");
    text.split("#[cfg(test)]")
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn dependencies(room: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(room).join("Cargo.toml")).expect("a manifest");
    text.split("[dependencies]")
        .nth(1)
        .unwrap_or_default()
        .lines()
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn floors_run_one_way() {
    let heavy = [
        "datafusion",
        "arrow",
        "parquet",
        "tokio",
        "clap",
        "deltalake-core",
    ];
    let forbidden = [
        (
            "queries",
            vec!["reports", "pipeline", "fixtures", "plotters", "minijinja"],
        ),
        ("reports", vec!["pipeline", "fixtures"]),
        ("fixtures", vec!["queries", "reports", "pipeline"]),
    ];
    for (room, rooms) in forbidden {
        let has = dependencies(room);
        for name in rooms.into_iter().chain(heavy) {
            assert!(
                !has.iter().any(|h| h == name),
                "{room} must not depend on {name}"
            );
        }
    }
}

#[test]
fn pure_rooms_open_no_file_and_have_no_clock() {
    let absent = [
        "std::fs",
        "File::open",
        "TcpStream",
        "UdpSocket",
        "Instant::now",
        "SystemTime",
        "async fn",
    ];
    for folder in ["queries/src", "reports/src", "pipeline/src/logs"] {
        for file in rust_files(&root().join(folder)) {
            for word in absent {
                assert!(
                    !code(&file).contains(word),
                    "{} uses {word}",
                    file.display()
                );
            }
        }
    }
}

#[test]
fn clap_is_only_in_the_binary() {
    let binary = ["main.rs", "args.rs", "commands.rs", "shell.rs"];
    for file in rust_files(&root().join("pipeline/src")) {
        let name = file
            .file_name()
            .and_then(|n| n.to_str())
            .unwrap_or_default();
        let is_top = file.parent().is_some_and(|p| p.ends_with("src"));
        if !(is_top && binary.contains(&name)) {
            assert!(
                !code(&file).contains("clap"),
                "{} uses clap",
                file.display()
            );
        }
    }
}

#[test]
fn every_sql_file_is_a_question() {
    let queries = root().join("queries");
    for entry in fs::read_dir(&queries).expect("the room is there").flatten() {
        if !entry.path().is_dir() || entry.file_name() == "src" || entry.file_name() == "tests" {
            continue;
        }
        for file in fs::read_dir(entry.path()).expect("a stage").flatten() {
            let path = file.path();
            if path.extension().is_some_and(|e| e == "sql") {
                let stem = path
                    .file_stem()
                    .and_then(|s| s.to_str())
                    .unwrap_or_default();
                assert!(
                    queries::sql::question(stem).is_some(),
                    "{} is unlisted",
                    path.display()
                );
            }
        }
    }
}
