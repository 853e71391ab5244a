//! Table functions of SQL, without a lake, against plain SQL, plain loops and public data with known truth.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use queries::stats::random::Random;
use queries::text::Append;

use crate::support::{data, demo, stderr_of, stdout_of, unpacked};

/// Person 2 comes back after exactly 30 minutes, and once more a second later than that.
const EVENTS: &str = "person,ts,page,mood\n\
    2,2026-05-01T08:00:00Z,/a,x\n\
    1,2026-05-01T09:00:00Z,/b,y\n\
    2,2026-05-01T08:30:00Z,/b,x\n\
    2,2026-05-01T09:00:01Z,/a,z\n\
    1,2026-05-01T09:00:00Z,/a,y\n\
    1,2026-05-01T09:05:00Z,/a,w\n\
    ,2026-05-01T09:06:00Z,/a,w\n";

fn folder_with(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        fs::write(folder.path().join(name), text).expect("written");
    }
    folder
}

fn rows(folder: &Path, sql: &str) -> Vec<String> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn a_few_events_by_hand() {
    let folder = folder_with(&[("e.csv", EVENTS)]);
    let rows = |sql: &str| rows(folder.path(), sql);
    // Equal times go by page; what has no person has no session.
    assert_eq!(
        rows("select person, page, mood, session_id from sessionize('e.csv')"),
        [
            "1,/a,y,1", "1,/b,y,1", "1,/a,w,1", "2,/a,x,2", "2,/b,x,2", "2,/a,z,3", ",/a,w,"
        ]
    );
    assert_eq!(rows("select count(*) from sessionize('e.csv')"), ["7"]);
    assert_eq!(
        rows("select * from transitions('e.csv')"),
        ["/a,/b,2,2", "/b,/a,1,1"]
    );
    assert_eq!(
        rows("select * from transitions('e.csv', 31)"),
        ["/a,/b,2,2", "/b,/a,2,2"]
    );
    assert_eq!(
        rows("select * from transitions('e.csv', interval '4 minutes')"),
        ["/a,/b,1,1"]
    );
    assert_eq!(
        rows("select * from paths('e.csv', 2, 3, 1)"),
        [
            "\"[\"\"/a\"\",\"\"/b\"\"]\",2,2",
            "\"[\"\"/a\"\",\"\"/b\"\",\"\"/a\"\"]\",1,1",
            "\"[\"\"/b\"\",\"\"/a\"\"]\",1,1"
        ]
    );
    // Sessions are ignored, each person counts once, and 0.6 of two persons are two.
    let patterns = [
        "[/a],2",
        "[/a, /a],2",
        "[/a, /b],2",
        "[/a, /b, /a],2",
        "[/b],2",
        "[/b, /a],2",
    ];
    for support in ["0.6", "2", "1.0 + 1"] {
        let sql =
            format!("select cast(pages as varchar) as p, n from patterns('e.csv', {support})");
        let told: Vec<String> = rows(&sql).iter().map(|row| row.replace('"', "")).collect();
        assert_eq!(told, patterns, "{support}");
    }
}

#[test]
fn views_other_types_and_several_calls() {
    let folder = folder_with(&[("e.csv", EVENTS)]);
    let rows = |sql: &str| rows(folder.path(), sql);
    let numbers = "create view V as select cast(person as varchar) as person, cast(ts as varchar) as ts, \
                   arrow_cast(ascii(substr(page, 2)), 'UInt8') as page from 'e.csv'; ";
    let sql = format!("{numbers} select * from transitions('V')");
    assert_eq!(rows(&sql), ["97,98,2,2", "98,97,1,1"]);
    let sql = format!(
        "{numbers} select a.n - b.n as d from transitions('v') a join transitions('e.csv') b on \
         chr(a.from_page) = substr(b.from_page, 2) order by 1"
    );
    assert_eq!(rows(&sql), ["0", "0"]);
    // A function reads a view of a function.
    let sql = "create view s as select session_id as person, ts, page from sessionize('e.csv') where \
               session_id < 3; select * from patterns('s', 2)";
    assert_eq!(rows(sql).len(), 3);
    let sql = "select sum(n) from transitions('e.csv') where from_page = '/a'";
    assert_eq!(rows(sql), ["2"]);
    let plan = rows("explain select n from paths('e.csv', 1, 2, 0)").join("\n");
    assert!(
        plan.contains("FunctionExec: paths of 1 to 2 pages"),
        "{plan}"
    );
    // Numbers are an order, if no time.
    let sql = "create view o as select person, cast(ts as bigint) as ts, page from 'e.csv'; \
               select count(*) from patterns('o', 2)";
    assert_eq!(rows(sql), ["6"]);
    let json = "{\"person\":1,\"ts\":\"2026-05-01 08:00:00\",\"page\":3}\n\
                {\"person\":1,\"ts\":\"2026-05-01 08:01:00\",\"page\":4}\n";
    fs::write(folder.path().join("e.json"), json).expect("written");
    assert_eq!(rows("select * from transitions('e.json')"), ["3,4,1,1"]);
    let none = "create view n as select * from 'e.csv' where person = 9; ";
    for call in [
        "transitions('n')",
        "paths('n', 1, 9, 0)",
        "patterns('n', 0.5)",
        "sessionize('n')",
    ] {
        assert!(
            rows(&format!("{none} select * from {call}")).is_empty(),
            "{call}"
        );
    }
}

#[test]
fn what_is_wrong_is_told_with_a_remedy() {
    let people = "user,at,page\n1,2026-05-01T08:00:00Z,/a\n";
    let edges = "source,target,weight\na,b,-1\n";
    let folder = folder_with(&[("e.csv", EVENTS), ("p.csv", people), ("g.csv", edges)]);
    let told = |sql: &str| stderr_of(folder.path(), &["sql", sql], 2);
    let real = "create view r as select person + 0.5 as person, ts, page from 'e.csv'; ";
    let number = "create view r as select person, 5 as ts, page from 'e.csv'; ";
    let word = "create view r as select person, 'noon' as ts, page from 'e.csv'; ";
    let twice = "create view r as select *, 1 as session_id from 'e.csv'; ";
    let mixed = "create view r as select 1 as source, 'a' as target; ";
    for (sql, remedy) in [
        (
            "select * from transitions('p.csv')".to_owned(),
            "it has user, at, page",
        ),
        (
            "select * from transitions('q.csv')".to_owned(),
            "no file `q.csv`",
        ),
        (
            format!("{real} select * from transitions('rr')"),
            "did you mean `r`",
        ),
        (
            format!("{real} select * from transitions('r')"),
            "cast(person as bigint)",
        ),
        (
            format!("{number} select * from transitions('r')"),
            "to_timestamp_seconds",
        ),
        (format!("{word} select * from transitions('r')"), "no time"),
        (format!("{twice} select * from sessionize('r')"), "already"),
        (format!("{mixed} select * from pagerank('r')"), "cast one"),
        (
            "select * from transitions('e.csv', -5)".to_owned(),
            "0 or more",
        ),
        (
            "select * from transitions('e.csv', interval '1 month')".to_owned(),
            "0 or more",
        ),
        (
            "select * from transitions('e.csv', 'x')".to_owned(),
            "0 or more",
        ),
        ("select * from transitions(e)".to_owned(), "in quotes"),
        (
            "select * from transitions((select 1))".to_owned(),
            "make a view",
        ),
        (
            "select * from transitions()".to_owned(),
            "as transitions('events.parquet'",
        ),
        (
            "select * from paths('e.csv', 5, 2, 1)".to_owned(),
            "the shorter length comes first",
        ),
        (
            "select * from paths('e.csv', 0, 2, 1)".to_owned(),
            "from 1 to 100",
        ),
        (
            "select * from paths('e.csv', 1, 2)".to_owned(),
            "min_people",
        ),
        (
            "select * from patterns('e.csv', -0.1)".to_owned(),
            "a share",
        ),
        ("select * from pagerank('g.csv')".to_owned(), "0 or more"),
        (
            "select * from communities('g.csv', 0)".to_owned(),
            "above 0",
        ),
        (
            "select * from sessionize('events')".to_owned(),
            "there is no lake",
        ),
    ] {
        let told = told(&sql);
        assert!(told.contains(remedy), "{sql} is told {told}");
    }
}

/// Events in a random order, several at a time and page among them.
fn random_events(n: usize, seed: u64) -> Vec<(i64, i64, String, u64)> {
    let mut random = Random::new(seed);
    (0..n)
        .map(|_| {
            let person = random.below(40) as i64 - 20;
            let ts = random.below(4_000) as i64 * 30;
            (
                person << 40,
                ts,
                format!("/p{}", random.below(7)),
                random.below(3) as u64,
            )
        })
        .collect()
}

fn as_csv(events: &[(i64, i64, String, u64)]) -> String {
    let mut csv = String::from("person,ts,page,mood\n");
    for (person, ts, page, mood) in events {
        let (day, hour) = (1 + ts / 86_400, ts / 3_600 % 24);
        let (minute, second) = (ts / 60 % 60, ts % 60);
        csv.add_line(format_args!(
            "{person},2026-05-{day:02}T{hour:02}:{minute:02}:{second:02}Z,{page},{mood}"
        ));
    }
    csv
}

#[test]
fn agrees_with_a_plain_loop_and_with_plain_sql() {
    let mut events = random_events(6_000, 5);
    let folder = folder_with(&[("e.csv", &as_csv(&events))]);
    events.sort();
    let mut sessions: Vec<(i64, Vec<&str>)> = Vec::new();
    for (place, (person, ts, page, _)) in events.iter().enumerate() {
        let before = place.checked_sub(1).map(|before| &events[before]);
        if before.is_none_or(|last| last.0 != *person || ts - last.1 > 1_800) {
            sessions.push((*person, Vec::new()));
        }
        sessions.last_mut().expect("a session").1.push(page);
    }
    let mut walked: BTreeMap<&[&str], (u64, BTreeSet<i64>)> = BTreeMap::new();
    for (person, pages) in &sessions {
        for length in 2..=4 {
            for window in pages.windows(length) {
                let counts = walked.entry(window).or_default();
                counts.0 += 1;
                counts.1.insert(*person);
            }
        }
    }
    let told: Vec<String> = walked
        .iter()
        .filter(|(_, (_, people))| people.len() >= 5)
        .map(|(pages, (n, people))| format!("{},{n},{}", pages.join(">"), people.len()))
        .collect();
    let sql = "select array_to_string(pages, '>'), n, n_people from paths('e.csv', 2, 4, 5)";
    assert!(told.len() > 100);
    assert_eq!(rows(folder.path(), sql), told);
    let sql = "select count(distinct session_id), max(session_id), min(session_id) from sessionize('e.csv')";
    let n = sessions.len();
    assert_eq!(rows(folder.path(), sql), [format!("{n},{n},1")]);

    let plain = "with w as (select person, page, ts, lag(page) over k as before, lag(ts) over k as left_at \
                 from 'e.csv' window k as (partition by person order by ts, page)) \
                 select before as from_page, page as to_page, count(*) as n, count(distinct person) as n_people \
                 from w where to_unixtime(ts) - to_unixtime(left_at) <= 1800 group by 1, 2 order by 1, 2";
    let ours = "select * from transitions('e.csv')";
    assert_eq!(rows(folder.path(), ours), rows(folder.path(), plain));
}

#[test]
fn the_same_bytes_for_any_number_of_threads() {
    let edges: String = {
        let mut random = Random::new(3);
        let edge = |_| {
            let (one, other) = (random.below(60), random.below(60));
            format!("n{one},n{other},{}\n", random.uniform())
        };
        (0..2_000).map(edge).collect()
    };
    let folder = folder_with(&[
        ("e.csv", &as_csv(&random_events(30_000, 8))),
        ("g.csv", &format!("source,target,weight\n{edges}")),
    ]);
    // The union has many partitions, of which none is in order.
    let view = "create view v as select * from 'e.csv' where mood = 2 union all \
                select * from 'e.csv' where mood < 2; \
                create view w as select * from v where ts < '2026-05-01T00:10:00Z'; ";
    for call in [
        "sessionize('v')",
        "transitions('v')",
        "paths('v', 1, 3, 2)",
        "patterns('w', 2)",
        "communities('g.csv', 1.0, 7)",
        "pagerank('g.csv')",
    ] {
        let told = |n_threads: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_elephant"))
                .current_dir(folder.path())
                .args(["sql", "--format", "csv"])
                .arg(format!("{view} select * from {call}"))
                .env("TOKIO_WORKER_THREADS", n_threads)
                .env("DATAFUSION_EXECUTION_TARGET_PARTITIONS", n_threads)
                .output()
                .expect("the binary runs");
            assert!(output.status.success(), "{call}: {output:?}");
            output.stdout
        };
        let one = told("1");
        assert!(one.len() > 200, "{call}");
        assert!(one == told("8") && one == told("8"), "{call}");
    }
}

#[test]
fn ecom_has_3605_sessions_in_sql_too() {
    let Some(path) = data("ecom_sessions/ecom.csv.gz") else {
        return;
    };
    let folder = folder_with(&[("ecom.csv", &unpacked(&path))]);
    let sql = "create view e as select user_id as person, \"timestamp\" as ts, event as page, \
               session_id as known from 'ecom.csv'; \
               select count(distinct session_id), count(distinct known), \
               count(distinct concat(session_id, ' ', known)) from sessionize('e')";
    assert_eq!(rows(folder.path(), sql), ["3605,3605,3605"]);
}

#[test]
fn patterns_and_pairs_of_public_sequences_are_exact() {
    for name in ["BMS_WebView1", "SIGN"] {
        let (Some(path), Some(truth)) = (
            data(&format!("sequences/{name}.spmf.txt.gz")),
            data(&format!("sequences/{name}.truth.tsv")),
        ) else {
            return;
        };
        let mut csv = String::from("person,ts,page\n");
        for (person, line) in unpacked(&path).lines().enumerate() {
            let items = line
                .split(" -1")
                .map(str::trim)
                .filter(|item| *item != "-2");
            for (place, item) in items.filter(|item| !item.is_empty()).enumerate() {
                let (hour, minute, second) = (place / 3_600, place / 60 % 60, place % 60);
                csv.add_line(format_args!(
                    "{person},2026-05-01T{hour:02}:{minute:02}:{second:02}Z,{item}"
                ));
            }
        }
        let folder = folder_with(&[("s.csv", &csv)]);
        let truth = fs::read_to_string(truth).expect("the truth");
        let truth: Vec<Vec<&str>> = truth
            .lines()
            .skip(1)
            .map(|line| line.split('\t').collect())
            .collect();
        let gapped = truth.iter().filter(|row| !row[0].starts_with("contiguous"));
        let count = |row: &&Vec<&str>| row[2].parse::<u64>().expect("a count");
        let least = gapped.map(|row| count(&row)).min().expect("rows");
        let told = |sql: &str| -> BTreeMap<String, Vec<String>> {
            let told = rows(folder.path(), sql);
            let fields = told.iter().map(|row| row.split(',').map(str::to_owned));
            fields
                .map(|mut fields| (fields.next().expect("pages"), fields.collect()))
                .collect()
        };
        let sql = format!("select array_to_string(pages, '>'), n from patterns('s.csv', {least})");
        let patterns = told(&sql);
        let pairs =
            told("select concat(from_page, '>', to_page), n, n_people from transitions('s.csv')");
        for row in &truth {
            let ours = match row[0] {
                "contiguous_bigram_occurrences" => &pairs[row[1]][0],
                "contiguous_bigram_support" => &pairs[row[1]][1],
                _ => &patterns[row[1]][0],
            };
            assert_eq!(ours, row[2], "{name} {row:?}");
        }
    }
}

#[test]
fn the_karate_club_falls_apart_and_its_leaders_are_found() {
    let (Some(edges), Some(labels)) = (
        data("karate_club/edges.tsv"),
        data("karate_club/labels.tsv"),
    ) else {
        return;
    };
    let csv = |path: &Path| {
        fs::read_to_string(path)
            .expect("the data")
            .replace('\t', ",")
    };
    let folder = folder_with(&[("edges.csv", &csv(&edges)), ("labels.csv", &csv(&labels))]);
    let view = "create view e as select a as source, b as target, interactions as weight from 'edges.csv'; \
                create view both as select source, target, weight from e union all \
                select target, source, weight from e; ";
    let sql = format!("{view} select node from pagerank('both') order by score desc limit 2");
    assert_eq!(rows(folder.path(), &sql), ["33", "0"]);
    let sql = format!("{view} select abs(sum(score) - 1) < 1e-9, count(*) from pagerank('e')");
    assert_eq!(rows(folder.path(), &sql), ["true,34"]);
    // Of each community nearly all went with the same leader.
    let sql = format!(
        "{view} with c as (select community, faction, count(*) as n from communities('e', 1.0, 1) \
         join 'labels.csv' on node = id group by 1, 2), m as (select community, max(n) as n from c group by 1) \
         select count(*) between 2 and 5, sum(n) >= 31 from m"
    );
    assert_eq!(rows(folder.path(), &sql), ["true,true"]);
    // With little held against large ones the club is one.
    let sql = format!("{view} select count(distinct community) from communities('e', 0.01)");
    assert_eq!(rows(folder.path(), &sql), ["1"]);
}

#[test]
fn persons_stay_hidden_without_the_key() {
    let demo = demo();
    let sql = "select sum(n) > 1000 as is_much from transitions('events')";
    assert_eq!(rows(demo, sql), ["true"]);
    // A question is a source; the table of the same name as the function is still read.
    let sql = "select count(*) > 0 from paths('session_events', 2, 3, 5)";
    assert_eq!(rows(demo, sql), ["true"]);
    let sql = "select count(*) > 0 from transitions t join transitions('events') f on t.from_page = f.from_page \
               and t.to_page = f.to_page";
    assert_eq!(rows(demo, sql), ["true"]);
    for source in ["events", "sessions", "session_events", "people"] {
        let sql = format!("select * from sessionize('{source}')");
        let told = stderr_of(demo, &["--key", "nowhere", "sql", &sql], 2);
        assert!(told.contains("key"), "{told}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let own = folder.path().join("e.csv");
    fs::write(&own, EVENTS).expect("written");
    let own = format!("select * from transitions('{}')", own.display());
    let arguments = ["--key", "nowhere", "sql", &own, "--format", "csv"];
    assert!(stdout_of(demo, &arguments, 0).contains("/a,/b,2,2"));
}
