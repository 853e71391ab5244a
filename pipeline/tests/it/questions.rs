//! What is asked from the command line, as people type it.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use crate::support::{demo, elephant, stderr_of, stdout_of};

fn rows_of(arguments: &[&str]) -> Vec<serde_json::Value> {
    let mut all = vec!["sql", "--format", "json"];
    all.extend(arguments);
    serde_json::from_str(&stdout_of(demo(), &all, 0)).expect("JSON")
}

/// Questions that the demo leaves without an answer: one asks about pages that a caller names, and of the paths that
/// were paved none is worn any more.
const EMPTY: [&str; 2] = ["presence", "paved_paths"];

#[test]
fn every_question_of_the_list_can_be_asked_by_its_name() {
    let list = stdout_of(demo(), &["queries", "--all"], 0);
    let (list, functions) = list.split_once("\n\n").expect("questions, then functions");
    for function in &pipeline::engine::functions::FUNCTIONS {
        assert!(functions.contains(&function.call()), "{}", function.name);
    }
    let path = &rows_of(&["what_to_pave"])[0];
    let value = |name: &str| path[name].as_str().expect("a page").to_owned();
    assert_eq!(list.lines().count(), queries::sql::QUESTIONS.len());
    for line in list.lines() {
        let (name, rest) = line.split_once(' ').expect("a name and what it answers");
        let mut arguments = vec![name.to_owned()];
        // Those in brackets have a value; the others want one.
        for word in rest.split_whitespace().filter(|word| word.ends_with('=')) {
            arguments.extend([
                "-p".to_owned(),
                format!("{word}{}", value(word.trim_end_matches('='))),
            ]);
        }
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let rows = rows_of(&arguments);
        assert!(
            !rows.is_empty() || EMPTY.contains(&name),
            "{name} has no answer"
        );
    }
}

#[test]
fn a_question_is_a_table_too() {
    let all = rows_of(&["use_by_day"]);
    let few = rows_of(&["select * from use_by_day where n_people > 100 order by day"]);
    assert!(few.len() > 5 && few.len() < all.len());
    let sql = "select count(*) as n from session_events";
    let n = |more: &[&str]| {
        rows_of(&[&[sql], more].concat())[0]["n"]
            .as_i64()
            .expect("a count")
    };
    assert!(n(&["-p", "from_day=2026-04-20"]) < n(&[]));
    // The sessions of the window are those that the lake holds.
    let stored =
        "select * from sessions where day >= '2026-03-30' order by day, person, session_id";
    assert_eq!(rows_of(&["sessions"]), rows_of(&[stored]));
}

#[test]
fn mistakes_are_told_with_a_remedy() {
    for (arguments, remedy) in [
        (vec!["sql", "what_to_pav"], "`what_to_pave`"),
        (vec!["sql", "events"], "select * from events"),
        (vec!["sql", "moves_by_via"], "-p from_page="),
        (
            vec!["sql", "use_by_day", "-p", "windw_end=2026-04-01"],
            "it has window_end, window_start",
        ),
        (vec!["sql", "select 1", "-p", "a=1"], "no parameter"),
        (vec!["sql", "select 1", "-p", "a"], "name=value"),
        (vec!["sql", "select 1", "-o", "x.doc"], ".parquet"),
        (vec!["sql", "select 1", "--format", "exel"], "markdown"),
        (vec!["sql", ";"], "no statement"),
        (
            vec!["sql", "select * from sesions"],
            "did you mean `sessions`? `elephant queries --tables`",
        ),
        (vec!["sql", "select * from evnts"], "did you mean `events`?"),
        (vec!["sql", "delete from events"], "SQL only reads"),
        (
            vec!["sql", "insert into events select * from events"],
            "SQL only reads",
        ),
        (vec!["sql", "drop table events"], "SQL only reads"),
        (
            vec!["sql", "drop view if exists use_by_day"],
            "SQL only reads",
        ),
        (vec!["--memory", "lots", "sql", "select 1"], "512M"),
        (
            vec!["--key", "nowhere", "sql", "select * from use_by_day"],
            "failed to read the key `nowhere`",
        ),
        (
            vec!["--key", "elephant.toml", "sql", "select * from events"],
            "`elephant.toml` is no key",
        ),
    ] {
        let told = stderr_of(demo(), &arguments, 2);
        assert!(told.contains(remedy), "{arguments:?} is told {told}");
    }
    assert!(!demo().join("x.doc").exists() && !demo().join("x.part").exists());
}

#[test]
fn the_lists_name_what_can_be_asked() {
    let few = stdout_of(demo(), &["queries"], 0);
    assert!(
        few.starts_with("adoptions_of_pages")
            && few.contains("what_to_pave")
            && few.contains("queries --all"),
        "{few}"
    );
    assert!(!few.contains("window_walks"), "{few}");
    let list = stdout_of(demo(), &["queries", "--all"], 0);
    assert!(
        list.contains("[-p window_start=]") && list.contains(" -p from_page="),
        "{list}"
    );
    let tables = stdout_of(demo(), &["queries", "--tables"], 0);
    for said in [
        "events",
        "BIGINT",
        "Made when a question reads them",
        "session_events",
    ] {
        assert!(tables.contains(said), "{said}");
    }
    let own = tempfile::tempdir().expect("a folder");
    std::fs::write(
        own.path().join("mine.sql"),
        "-- What: my own\nselect 7 as n\n",
    )
    .expect("written");
    let folder = own.path().to_str().expect("a path");
    assert!(stdout_of(demo(), &["--queries", folder, "queries"], 0).contains("my own"));
    assert!(stdout_of(demo(), &["--queries", folder, "sql", "mine"], 0).contains('7'));
}

#[test]
fn a_closed_pipe_ends_quietly() {
    for arguments in [
        vec![
            "sql",
            "select event_id, page from events",
            "--format",
            "csv",
        ],
        vec!["sql", "select event_id, page from events"],
        vec!["queries", "--tables"],
        vec!["status"],
    ] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_elephant"))
            .current_dir(demo())
            .args(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut first = String::new();
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        out.read_line(&mut first).expect("a line");
        drop(out);
        let mut told = String::new();
        let mut err = child.stderr.take().expect("a pipe");
        err.read_to_string(&mut told).expect("text");
        let code = child.wait().expect("it ends").code();
        assert_eq!((code, told.as_str()), (Some(0), ""), "{arguments:?}");
        assert!(!first.is_empty());
    }
}

#[test]
fn the_shell_reads_statements_and_names() {
    let shell = |typed: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_elephant"))
            .current_dir(demo())
            .arg("sql")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut to = child.stdin.take().expect("a pipe");
        to.write_all(typed.as_bytes()).expect("typed");
        drop(to);
        let output = child.wait_with_output().expect("it ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (
            output.status.code(),
            text(&output.stdout),
            text(&output.stderr),
        )
    };
    let (code, out, err) = shell("select 40 +\n 2 as answer;\nwhat_to_pave\nselect 7 as last");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for said in ["answer", "42", "clicks_saved", "last"] {
        assert!(out.contains(said), "{said} is not in {out}");
    }
    let (code, out, _) = shell("select 1 as n;\nquit\nselect nonsense;\n");
    assert_eq!(code, Some(0), "{out}");
    let (code, _, err) = shell("select nonsense;\nselect 1;\n");
    assert!(code == Some(2) && err.contains("nonsense"), "{err}");
}

#[test]
fn talk_is_json_where_asked_for() {
    let output = elephant(demo(), &["--log-format", "json", "sql", "nothing_like_it"]);
    let told = String::from_utf8_lossy(&output.stderr);
    let line: serde_json::Value =
        serde_json::from_str(told.trim()).expect("one JSON object a line");
    assert_eq!(line["level"], "error");
    assert_eq!(output.status.code(), Some(2));
}
