//! What is on the disk when: nothing is named before it is there, nothing is left that failed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use pipeline::store::{Lake, StoreError};

use crate::lake::{add, events};
use crate::support::{files_below, stdout_of};

#[tokio::test]
async fn a_write_that_fails_takes_back_what_it_wrote() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    lake.replace("events", add(vec![events(20_000, &[(1, 1, "/a")])]))
        .await
        .expect("added");
    lake.whole().expect("all tables");
    let before = files_below(folder.path());
    let change = vec![
        events(20_000, &[(3, 1, "/c")]),
        events(20_001, &[(1, 1, "/a")]),
        events(20_002, &[(2, 1, "/b"), (1, 1, "/a")]),
    ];
    let told = lake
        .replace("events", add(change))
        .await
        .expect_err("the last day is unsorted");
    assert!(matches!(told, StoreError::Unsorted { .. }), "{told}");
    assert_eq!(files_below(folder.path()), before);
    let days = fs::read_dir(folder.path().join("events")).expect("a folder");
    assert_eq!(days.count(), 2, "one day and the log");
}

#[tokio::test]
async fn a_commit_that_fails_takes_its_files_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let lake = Lake::create(folder.path()).expect("a lake");
    let snapshot = lake.snapshot("events").await.expect("a version");
    lake.whole().expect("all tables");
    let before = files_below(folder.path());
    // Between reading and writing the log's folder is gone, as when a disk is unplugged.
    let log = folder.path().join("events/_delta_log");
    let aside = folder.path().join("log");
    fs::rename(&log, &aside).expect("moved");
    let change = add(vec![events(20_000, &[(1, 1, "/a")])]);
    lake.replace_at(&snapshot, change)
        .await
        .expect_err("there is no log");
    fs::rename(&aside, &log).expect("moved back");
    assert_eq!(files_below(folder.path()), before);
}

/// Versions 1 to 98 of a table, in which nothing happens.
fn quiet_versions(log: &Path) {
    for version in 1..99 {
        let path = log.join(format!("{version:020}.json"));
        fs::write(path, "{\"commitInfo\":{\"timestamp\":0}}\n").expect("written");
    }
}

#[tokio::test]
async fn a_hundredth_version_has_a_checkpoint_and_one_that_fails_fails_nothing() {
    for is_refused in [false, true] {
        let folder = tempfile::tempdir().expect("a folder");
        let lake = Lake::create(folder.path()).expect("a lake");
        lake.whole().expect("all tables");
        let log = folder.path().join("events/_delta_log");
        quiet_versions(&log);
        let checkpoint = log.join("00000000000000000099.checkpoint.parquet");
        if is_refused {
            fs::create_dir(&checkpoint).expect("a folder has the checkpoint's name");
        }
        let change = add(vec![events(20_000, &[(1, 1, "/a")])]);
        let version = lake.replace("events", change).await.expect("added");
        assert_eq!(version, 99);
        assert_eq!(checkpoint.is_file(), !is_refused);
        assert_eq!(log.join("_last_checkpoint").is_file(), !is_refused);
        let names = files_below(folder.path());
        assert!(!names.iter().any(|name| name.contains('#')), "{names:?}");
        let change = add(vec![events(20_001, &[(1, 1, "/a")])]);
        lake.replace("events", change).await.expect("added");
        let now = lake.snapshot("events").await.expect("a version");
        assert_eq!((now.version, now.files.len()), (100, 2));
    }
}

/// What a run did to files, as `strace` tells it, and what of it a power cut would lose.
#[derive(Default)]
struct Disk {
    /// Files written and not yet synced.
    files: BTreeSet<PathBuf>,
    /// Names that are new in a folder which is not yet synced.
    entries: BTreeSet<PathBuf>,
    /// Commits that got their name.
    n_commits: usize,
}

impl Disk {
    fn syncs(&mut self, path: &Path) {
        self.files.remove(path);
        self.entries.retain(|entry| entry.parent() != Some(path));
    }

    fn did(&mut self, call: &str, here: &Path) {
        let given = paths(call, here);
        match call.split_once('(').map_or("", |(name, _)| name) {
            "fsync" | "fdatasync" => self.syncs(&of_handle(call)),
            // The lock holds nothing, and a new one is as good.
            "openat" if call.contains("O_CREAT") && !given[0].ends_with(".lock") => {
                self.files.insert(given[0].clone());
                self.entries.insert(given[0].clone());
            }
            "mkdir" | "mkdirat" if call.ends_with("= 0") => {
                self.entries.insert(given[0].clone());
            }
            "unlink" | "unlinkat" => {
                self.files.remove(&given[0]);
                self.entries.remove(&given[0]);
            }
            _ => {}
        }
    }

    /// A commit gets its name: everything of its table must be on the disk.
    fn names(&mut self, staged: &Path, path: &Path) {
        assert!(
            !self.files.contains(staged),
            "{} is not synced",
            path.display()
        );
        let log = path.parent().expect("a folder");
        if log.ends_with("_delta_log") && path.extension().is_some_and(|e| e == "json") {
            self.n_commits += 1;
            let table = log.parent().expect("a table");
            let loose = self.files.iter().find(|file| file.starts_with(table));
            assert_eq!(loose, None, "{} names it", path.display());
            let loose = self.entries.iter().find(|entry| {
                (entry.starts_with(table) && entry.parent() != Some(log))
                    || table.starts_with(entry)
            });
            assert_eq!(loose, None, "{} needs it", path.display());
        }
        self.entries.insert(path.to_owned());
    }
}

/// The quoted paths of a line of `strace`, from the folder it ran in.
fn paths(line: &str, here: &Path) -> Vec<PathBuf> {
    let quoted = line.split('"').skip(1).step_by(2);
    quoted.map(|path| plain(&here.join(path))).collect()
}

fn plain(path: &Path) -> PathBuf {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .collect()
}

/// The path that `strace -y` tells of an open file.
fn of_handle(call: &str) -> PathBuf {
    let path = call
        .split_once('<')
        .and_then(|(_, rest)| rest.split_once('>'));
    PathBuf::from(path.map_or("", |(path, _)| path))
}

/// Names count from when they are asked for, everything else from when it is done.
fn replay(trace: &str, here: &Path) -> Disk {
    let mut disk = Disk::default();
    let mut begun: BTreeMap<&str, &str> = BTreeMap::new();
    for line in trace.lines() {
        let (thread, call) = line.split_once(' ').unwrap_or(("", line));
        let call = call.trim_start();
        if call.starts_with("link") || call.starts_with("rename") {
            let given = paths(call, here);
            disk.names(&given[0], &given[1]);
        } else if let Some((start, _)) = call.split_once(" <unfinished") {
            begun.insert(thread, start);
        } else if call.starts_with("<...") {
            let start = begun.remove(thread).unwrap_or_default();
            disk.did(&format!("{start}{call}"), here);
        } else {
            disk.did(call, here);
        }
    }
    disk
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn nothing_is_named_before_it_is_on_the_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = fs::canonicalize(folder.path()).expect("a path");
    let trace = here.join("trace.txt");
    let traced = |arguments: &[&str]| {
        let calls = "trace=fsync,fdatasync,openat,mkdir,mkdirat,link,linkat,rename,renameat,\
                     renameat2,unlink,unlinkat";
        Command::new("strace")
            .current_dir(&here)
            .args(["-f", "-y", "-qq", "-s", "4096", "-e", calls, "-o"])
            .arg(&trace)
            .args(arguments)
            .output()
            .is_ok_and(|output| output.status.success())
    };
    if !traced(&["true"]) {
        println!("skipped: strace is not there, or must not trace");
        return;
    }
    let line = |second: u32| {
        format!(
            "10.0.0.1 - ann [0{}/Mar/2026:08:00:{second:02} +0000] \"GET /p{} HTTP/1.1\" 200 10 \"-\" \"x\"\n",
            2 + second % 3,
            second % 5
        )
    };
    let log: String = (0..30).map(line).collect();
    fs::write(here.join("a.log"), log).expect("written");
    let binary = env!("CARGO_BIN_EXE_elephant");
    for arguments in [&[binary, "ingest", "a.log"][..], &[binary, "analyze"][..]] {
        assert!(traced(arguments), "{arguments:?}");
        let told = fs::read_to_string(&trace).expect("a trace");
        let mut disk = replay(&told, &here);
        assert!(disk.n_commits >= 3, "{} commits", disk.n_commits);
        let lake = here.join("lake");
        disk.files.retain(|path| path.starts_with(&lake));
        disk.entries.retain(|path| path.starts_with(&lake));
        assert_eq!(disk.files, BTreeSet::new());
        assert_eq!(disk.entries, BTreeSet::new());
    }
    let n = stdout_of(
        &here,
        &["sql", "select count(*) from events", "--format", "csv"],
        0,
    );
    assert!(n.contains("30"), "{n}");
}
