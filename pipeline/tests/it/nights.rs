//! Nights that nobody watches: what cron mails, and what a night must not keep to itself.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::support::{elephant, stderr_of, stdout_of};

/// Twenty people look at two pages on two days.
fn log() -> String {
    let line = |n: u32| {
        format!(
            "10.0.0.{n} - user{n} [{:02}/Mar/2026:08:{:02}:00 +0000] \"GET /{} HTTP/1.1\" 200 10 \"-\" \"x\"\n",
            2 + n % 2,
            n,
            ["hr/leave", "news"][n as usize / 2 % 2]
        )
    };
    (0..20).map(line).collect()
}

fn settle(folder: &Path, plan: &str) {
    let toml = format!("[[logs]]\npath = \"*.log\"\n{plan}");
    fs::write(folder.join("elephant.toml"), toml).expect("written");
}

fn quiet_night(folder: &Path) -> (Option<i32>, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = elephant(folder, &["--quiet", "nightly"]);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_good_night_is_silent_and_another_tells_what_needs_a_look() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("a.log"), log()).expect("written");
    settle(folder, "");
    let nothing = (Some(0), String::new(), String::new());
    assert_eq!(quiet_night(folder), nothing);
    assert!(folder.join("report/index.html").is_file());
    assert!(!stdout_of(folder, &["status"], 0).contains("needed a look"));

    settle(folder, "[plan]\nnavigation = \"navigation.csv\"\n");
    fs::write(
        folder.join("b.log"),
        log().replace(":08:", ":09:") + "no line of a log\n",
    )
    .expect("written");
    let (code, out, err) = quiet_night(folder);
    assert_eq!((code, out.as_str()), (Some(3), ""), "{err}");
    assert!(
        err.contains("navigation.csv` of the settings is not there")
            && err.contains("b.log`: 1 of 21 lines could not be read"),
        "{err}"
    );
    assert!(stdout_of(folder, &["status"], 0).contains("needed a look"));
}

#[test]
fn a_plan_of_another_site_is_told_in_the_first_night_and_in_each_one_after_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("a.log"), log()).expect("written");
    fs::write(folder.join("navigation.csv"), "from,to\n/x,/news\n/x,/y\n").expect("written");
    settle(folder, "[plan]\nnavigation = \"navigation.csv\"\n");
    for _ in 0..2 {
        let (code, _, err) = quiet_night(folder);
        assert_eq!(code, Some(3), "{err}");
        assert!(
            err.contains("2 of 3 planned pages (navigation) were never seen")
                && err.contains("such as `/x`; the logs have pages such as `/hr/leave`")
                && err.contains("base_url"),
            "{err}"
        );
        assert_eq!(err.lines().count(), 1, "{err}");
    }
    // One page in three may be a page that nobody wanted: a note, and no look.
    fs::write(
        folder.join("navigation.csv"),
        "from,to\n/hr/leave,/news\n/news,/y\n",
    )
    .expect("written");
    let told = stderr_of(folder, &["nightly"], 0);
    assert!(
        told.contains(
            "note: 1 of 3 planned pages (navigation) were never seen in the logs, such as `/y`"
        ),
        "{told}"
    );
}

#[test]
fn journeys_and_audiences_of_pages_that_nobody_knows_are_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).expect("written");
    write("a.log", &log());
    write("navigation.csv", "from,to\n/news,/planned/only\n");
    write(
        "journeys.csv",
        "journey,step,url\nleave,1,/news\nleave,2,/planned/only\nleave,3,/hr/laeve\n",
    );
    write(
        "audiences.csv",
        "section,role,share\n/hr,clerk,0.5\n/planned,clerk,0.5\n/hrr,clerk,0.5\n",
    );
    settle(
        folder,
        "[plan]\nnavigation = \"navigation.csv\"\njourneys = \"journeys.csv\"\naudiences = \"audiences.csv\"\n",
    );
    let (code, _, err) = quiet_night(folder);
    assert_eq!(code, Some(3), "{err}");
    assert!(
        err.contains("planned journeys name 1 page that neither the logs nor the plan know, such as `/hr/laeve` in `leave`")
            && err.contains("planned audiences name 1 section that neither the logs nor the plan know, such as `/hrr`"),
        "{err}"
    );
}

#[test]
fn a_night_without_logs_makes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let told = stderr_of(folder.path(), &["nightly"], 2);
    assert!(told.contains("no log is named"), "{told}");
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0);
}

#[test]
fn a_window_without_events_is_refused_and_the_findings_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    fs::write(folder.join("a.log"), log()).expect("written");
    stdout_of(folder, &["ingest", "a.log"], 0);
    let told = stderr_of(folder, &["report"], 1);
    assert!(
        told.contains("no findings yet: run `elephant analyze`"),
        "{told}"
    );
    stdout_of(folder, &["analyze"], 0);
    let runs = || {
        stdout_of(
            folder,
            &["sql", "select count(*) from runs", "--format", "csv"],
            0,
        )
    };
    let before = runs();
    for command in ["analyze", "report"] {
        let told = stderr_of(folder, &[command, "--as-of", "2020-01-01"], 2);
        assert!(
            told.contains("no events from 2019-12-05 to 2020-01-01")
                && told.contains("2026-03-02 to 2026-03-03"),
            "{told}"
        );
    }
    assert_eq!(runs(), before);
}
