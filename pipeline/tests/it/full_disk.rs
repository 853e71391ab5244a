//! A disk that is full or may not be written: the run says so and ends, and the lake is whole.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use arrow::util::pretty::pretty_format_batches;
use pipeline::engine::session;
use pipeline::store::Lake;

use crate::support::{elephant, files_below, stderr_of, stdout_of};

/// What depends on nothing but the logs, in an order of its own. The fingerprints of `stage_days` are
/// of files, whose names are random, so only its days are looked at.
const TABLES: [(&str, &str); 8] = [
    ("* from events", "event_id"),
    ("* from inputs", "input_id, lines"),
    ("* from activity", "day, person, input_id"),
    ("* from actors", "person"),
    ("* from sessions", "session_id"),
    ("* from transitions", "day, person, from_page, to_page, via"),
    ("* from pages", "page"),
    ("day from stage_days", "day"),
];

fn line(n: u32, person: u32) -> String {
    format!(
        "10.0.0.1 - u{person} [{:02}/Mar/2026:{:02}:{:02}:{:02} +0000] \"GET /s{}/p{} HTTP/1.1\" 200 {} \"-\" \"x\"\n",
        1 + n % 7,
        8 + n / 3600 % 10,
        n / 60 % 60,
        n % 60,
        n % 13,
        n.wrapping_mul(2_654_435_761) % 401,
        n.wrapping_mul(40_503) % 9973,
    )
}

fn log(n_lines: u32) -> String {
    (0..n_lines).map(|n| line(n, n % 97)).collect()
}

/// The rows of each table, as text.
fn all_rows(folder: &Path) -> Vec<String> {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let lake = Lake::create(&folder.join("lake")).expect("a lake");
        let context = session::over_lake(&lake, None).await.expect("it opens");
        let mut tables = Vec::new();
        for (table, order) in TABLES {
            let sql = format!("select {table} order by {order}");
            let frame = context.sql(&sql).await.expect("planned");
            let rows = frame.collect().await.expect("answered");
            let text = pretty_format_batches(&rows).expect("printed");
            tables.push(text.to_string());
        }
        tables
    })
}

/// A run that failed on the disk: exit code 1, the place, what was wrong, and what helps.
fn assert_told(output: &Output, place: &str, remedy: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains(place) && told.contains(remedy), "{told}");
}

#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn skip(why: &str) {
    println!("skipped: {why}");
}

/// A small disk, unmounted when it is dropped.
struct Disk(PathBuf);

impl Disk {
    /// A disk of so many kibibytes on a folder, where this user may mount one.
    fn mount(at: &Path, kibibytes: u32) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder");
        let done = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={kibibytes}k"), "tmpfs"])
            .arg(at)
            .output();
        done.is_ok_and(|output| output.status.success())
            .then(|| Self(at.to_owned()))
    }

    fn resize(&self, options: &str) {
        let done = Command::new("mount")
            .args(["-o", &format!("remount,{options}")])
            .arg(&self.0)
            .status();
        assert!(done.is_ok_and(|status| status.success()), "{options}");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        drop(Command::new("umount").arg("-l").arg(&self.0).status());
    }
}

/// What the logs give on a disk that has room.
struct Undisturbed {
    before: Vec<String>,
    ingested: Vec<String>,
    analyzed: Vec<String>,
}

const FIRST: u32 = 300;
const SECOND: u32 = 15_000;

/// A lake with a first log in it, analysed, and a larger second log beside it.
fn first_half(folder: &Path) {
    // The key is given: two lakes under one key have the same persons.
    fs::write(folder.join("elephant.key"), "5e".repeat(32)).expect("written");
    fs::write(folder.join("a.log"), log(FIRST)).expect("written");
    fs::write(folder.join("b.log"), log(SECOND)).expect("written");
    stdout_of(folder, &["ingest", "a.log"], 0);
    stdout_of(folder, &["analyze"], 0);
}

fn undisturbed(half: &Path) -> Undisturbed {
    let folder = tempfile::tempdir().expect("a folder");
    copy(half, folder.path());
    let before = all_rows(folder.path());
    stdout_of(folder.path(), &["ingest", "b.log"], 0);
    let ingested = all_rows(folder.path());
    stdout_of(folder.path(), &["analyze"], 0);
    Undisturbed {
        before,
        ingested,
        analyzed: all_rows(folder.path()),
    }
}

fn copy(from: &Path, to: &Path) {
    for name in files_below(from) {
        let path = to.join(&name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        fs::copy(from.join(&name), path).expect("copied");
    }
}

/// Each table is the old or the new one, whole.
fn assert_whole(folder: &Path, old: &[String], new: &[String]) {
    let now = all_rows(folder);
    for (at, (table, _)) in TABLES.iter().enumerate() {
        let is_whole = now[at] == old[at] || now[at] == new[at];
        assert!(is_whole, "{table}: neither the old nor the new rows");
    }
}

/// Every table is the new one.
fn assert_done(folder: &Path, new: &[String], what: &str) {
    let now = all_rows(folder);
    for (at, (table, _)) in TABLES.iter().enumerate() {
        let differs = now[at].lines().zip(new[at].lines()).find(|(a, b)| a != b);
        assert!(now[at] == new[at], "{what}: {table}: {differs:?}");
    }
}

/// No file is there that a run left half-written: every data file is one of a version.
fn assert_no_leftovers(folder: &Path) {
    let lake = folder.join("lake");
    let names = files_below(&lake);
    let logs: String = names
        .iter()
        .filter(|name| name.ends_with(".json"))
        .map(|name| fs::read_to_string(lake.join(name)).expect("a log"))
        .collect();
    for name in names {
        assert!(!name.contains('#'), "{name} was left");
        if name.ends_with(".parquet") {
            let part = name.rsplit('/').next().unwrap_or_default();
            assert!(logs.contains(part), "{name} is in no version");
        }
    }
}

#[test]
fn a_full_disk_leaves_old_or_new_tables_and_a_rerun_mends_them() {
    let half = tempfile::tempdir().expect("a folder");
    first_half(half.path());
    let expected = undisturbed(half.path());
    let mut failed = [0, 0];
    // The disk is so much larger than the lake when the second log comes, in kibibytes.
    for room in [16, 64, 128, 256, 512, 768] {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(disk) = Disk::mount(&folder.path().join("lake"), 64 << 10) else {
            skip("no small disk can be mounted");
            return;
        };
        copy(half.path(), folder.path());
        disk.resize(&format!("size={}k", used(folder.path()) + room));
        let steps = [
            (
                &["ingest", "b.log"][..],
                &expected.before,
                &expected.ingested,
            ),
            (&["analyze"][..], &expected.ingested, &expected.analyzed),
        ];
        for (step, (arguments, old, new)) in steps.into_iter().enumerate() {
            let output = elephant(folder.path(), arguments);
            if !output.status.success() {
                failed[step] += 1;
                assert_told(&output, "lake/", "free some space");
                assert_whole(folder.path(), old, new);
                assert_no_leftovers(folder.path());
                disk.resize("size=64m");
                stdout_of(folder.path(), arguments, 0);
                disk.resize(&format!("size={}k", used(folder.path()) + room));
            }
            assert_done(folder.path(), new, &format!("{room} KiB, {arguments:?}"));
        }
    }
    assert!(failed[0] >= 2 && failed[1] >= 2, "{failed:?} failed");
}

/// Kibibytes in use on the lake's disk.
fn used(folder: &Path) -> u32 {
    let output = Command::new("df")
        .args(["-k", "--output=used"])
        .arg(folder.join("lake"))
        .output()
        .expect("df runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let used = text
        .lines()
        .nth(1)
        .and_then(|line| line.trim().parse().ok());
    used.expect("a number")
}

#[test]
fn an_analysis_that_broke_off_before_its_last_table_is_made_up_for() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.log"), log(FIRST)).expect("written");
    stdout_of(folder.path(), &["ingest", "a.log"], 0);
    // The next commit of `pages` cannot get its name.
    let taken = folder
        .path()
        .join("lake/pages/_delta_log/00000000000000000001.json");
    fs::create_dir(&taken).expect("made");
    let told = stderr_of(folder.path(), &["analyze"], 4);
    assert!(told.contains("`pages`"), "{told}");
    fs::remove_dir(&taken).expect("removed");
    stdout_of(folder.path(), &["analyze"], 0);
    let sql = "select count(distinct e.page) as n, count(distinct p.page) as n_pages \
               from events as e left join pages as p on p.page = e.page";
    let told = stdout_of(folder.path(), &["sql", sql, "--format", "csv"], 0);
    let counts = told.lines().nth(1).and_then(|line| line.split_once(','));
    assert!(counts.is_some_and(|(n, n_pages)| n == n_pages), "{told}");
}

#[test]
fn a_new_lake_on_a_full_disk_is_made_by_the_next_run() {
    let mut n_failed = 0;
    for kibibytes in [4, 12, 40, 80, 120, 160] {
        let folder = tempfile::tempdir().expect("a folder");
        let Some(disk) = Disk::mount(&folder.path().join("d"), kibibytes) else {
            skip("no small disk can be mounted");
            return;
        };
        fs::write(folder.path().join("a.log"), log(100)).expect("written");
        // The key stands beside the lake, on the full disk too.
        let ingest = ["--lake", "d/lake", "ingest", "a.log"];
        let output = elephant(folder.path(), &ingest);
        if !output.status.success() {
            n_failed += 1;
            assert_told(&output, "d/", "free some space");
            disk.resize("size=8m");
            stdout_of(folder.path(), &ingest, 0);
        }
        let sql = "select count(*) as n from events";
        let n = stdout_of(
            folder.path(),
            &["--lake", "d/lake", "sql", sql, "--format", "csv"],
            0,
        );
        assert_eq!(n.lines().nth(1), Some("100"), "{kibibytes} KiB");
    }
    assert!(n_failed >= 3, "{n_failed} failed");
}

#[test]
fn a_full_disk_under_an_answer_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    if !Path::new("/dev/full").exists() {
        skip("there is no /dev/full");
        return;
    }
    fs::write(folder.path().join("a.log"), log(100)).expect("written");
    stdout_of(folder.path(), &["ingest", "a.log"], 0);
    let to_full = |arguments: &[&str]| {
        let full = fs::OpenOptions::new().write(true).open("/dev/full");
        Command::new(env!("CARGO_BIN_EXE_elephant"))
            .current_dir(folder.path())
            .args(arguments)
            .stdout(Stdio::from(full.expect("opened")))
            .output()
            .expect("the binary runs")
    };
    let question = ["sql", "select * from events", "--format", "csv"];
    assert_told(&to_full(&question), "stdout", "free some space");
    assert_told(&to_full(&["status"]), "stdout", "free some space");
    // A file is written beside its place first: that one leads to the full disk.
    std::os::unix::fs::symlink("/dev/full", folder.path().join("out.part")).expect("linked");
    let output = elephant(
        folder.path(),
        &["sql", "select * from events", "-o", "out.csv"],
    );
    assert_told(&output, "out.csv", "free some space");
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn a_file_where_the_lake_should_be_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.log"), log(100)).expect("written");
    fs::write(folder.path().join("taken"), "text").expect("written");
    for lake in ["taken", "taken/lake", "taken/a/b"] {
        let told = stderr_of(folder.path(), &["--lake", lake, "ingest", "a.log"], 1);
        assert!(
            told.contains("taken") && told.contains("move it away"),
            "{told}"
        );
        let told = stderr_of(folder.path(), &["--lake", lake, "analyze"], 1);
        assert!(
            told.contains("taken") && told.contains("move it away"),
            "{told}"
        );
    }
    let text = fs::read_to_string(folder.path().join("taken")).expect("read");
    assert_eq!(text, "text");
    assert_eq!(files_below(folder.path()), ["a.log", "taken"]);
}

/// A user without rights: this one, or where this one is root another.
struct Nobody(Option<u32>);

impl Nobody {
    fn find(folder: &Path) -> Option<Self> {
        let is_root = fs::metadata("/proc/self").is_ok_and(|of| of.uid() == 0);
        let nobody = Self(is_root.then_some(65_534));
        // Its files and the way there are another's now.
        if let Some(id) = nobody.0 {
            std::os::unix::fs::chown(folder, Some(id), Some(id)).ok()?;
        }
        let ran = nobody.command(folder).arg("--help").output();
        ran.is_ok_and(|output| output.status.success())
            .then_some(nobody)
    }

    fn command(&self, folder: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_elephant"));
        command.current_dir(folder);
        if let Some(id) = self.0 {
            command.uid(id).gid(id);
        }
        command
    }

    fn run(&self, folder: &Path, arguments: &[&str]) -> Output {
        let ran = self.command(folder).args(arguments).output();
        ran.expect("the binary runs")
    }
}

fn allow(folder: &Path, mode: u32) {
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        fs::set_permissions(&next, fs::Permissions::from_mode(mode)).expect("changed");
        for entry in fs::read_dir(&next).expect("a folder").flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
}

#[test]
fn a_lake_that_may_not_be_written_stays_and_can_be_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let Some(nobody) = Nobody::find(folder.path()) else {
        skip("this user may write everywhere, and no other may run the binary");
        return;
    };
    let run = |arguments: &[&str]| nobody.run(folder.path(), arguments);
    fs::write(folder.path().join("a.log"), log(100)).expect("written");
    fs::write(folder.path().join("b.log"), log(200)).expect("written");
    assert!(run(&["ingest", "a.log"]).status.success());
    assert!(run(&["analyze"]).status.success());
    let read = || {
        run(&[
            "sql",
            "select * from events order by event_id",
            "--format",
            "csv",
        ])
        .stdout
    };
    let before = read();
    let lake = folder.path().join("lake");
    // A table alone, and then the lake.
    for (place, files) in [("lake/events", "lake/events"), ("lake", "lake")] {
        let names = files_below(&lake);
        allow(&folder.path().join(files), 0o555);
        if place == "lake" {
            fs::set_permissions(lake.join(".lock"), fs::Permissions::from_mode(0o444))
                .expect("changed");
        }
        assert_told(&run(&["ingest", "b.log"]), place, "the right to it");
        if place == "lake" {
            assert_told(&run(&["analyze"]), place, "the right to it");
        }
        assert_eq!(read(), before);
        allow(&folder.path().join(files), 0o755);
        assert_eq!(files_below(&lake), names);
    }
    fs::set_permissions(lake.join(".lock"), fs::Permissions::from_mode(0o644)).expect("changed");
    assert!(run(&["ingest", "b.log"]).status.success());
}
