//! Who is no ordinary visitor: each class from a log that has it, and people who look odd but are none.

use queries::text::Append;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use pipeline::logs::key::Key;

use crate::support::stdout_of;

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const DAYS: u32 = 4;

/// The lines of a log with the second of the day they are of.
struct Log {
    day: u32,
    lines: Vec<(u32, u32, String)>,
}

impl Log {
    fn add(&mut self, second: u32, user: &str, address: &str, request: &str, status: u16) {
        let (hour, minute, second_of_minute) = (second / 3_600, second / 60 % 60, second % 60);
        let day = self.day;
        let line = format!(
            "{address} - {user} [{:02}/Mar/2024:{hour:02}:{minute:02}:{second_of_minute:02} +0000] \
             \"{request} HTTP/1.1\" {status} 100 \"-\" \"{BROWSER}\"\n",
            day + 2
        );
        self.lines.push((day, second, line));
    }

    fn view(&mut self, second: u32, user: &str, page: u32) {
        let request = format!("GET /pages/{page}");
        self.add(second, user, "10.0.0.1", &request, 200);
    }
}

/// A dozen visits, at odd times between eight and five.
fn works(log: &mut Log, user: &str, seed: u32) {
    for visit in 0..12_u32 {
        let start = 29_000 + visit * 2_500 + (visit * visit * 37 + seed * 91 + log.day * 13) % 900;
        for step in 0..4 {
            let at = start + step * step * 11 + seed % 7;
            log.view(at, user, (seed * 7 + visit * 3 + step) % 40);
        }
    }
}

fn people(log: &mut Log) {
    for number in 0..30 {
        works(log, &format!("p{number}"), number);
    }
    // A chat in the corner of the page asks for news every ten seconds, day and night.
    works(log, "polling", 31);
    for second in (0..86_400).step_by(10) {
        log.add(second, "polling", "10.0.0.1", "GET /api/news", 200);
    }
    // A picture that is gone, a part of the page that is gone, and a handshake at every request.
    works(log, "broken", 32);
    for number in 0..60 {
        let at = 30_000 + number * 400;
        log.add(at, "broken", "10.0.0.1", "GET /logo.png", 404);
        log.add(at, "broken", "10.0.0.1", "GET /parts/weather", 404);
        log.add(
            at,
            "broken",
            "10.0.0.1",
            &format!("GET /pages/{number}"),
            401,
        );
    }
    // A developer who looks for what looks like an attack, all day, of one kind.
    works(log, "developer", 33);
    for number in 0..20 {
        let request = format!("GET /search?q=%3Cscript%3E+{number}");
        log.add(
            31_000 + number * 700,
            "developer",
            "10.0.0.1",
            &request,
            200,
        );
    }
    // Desk, telephone and home on one day, one after the other.
    for (hour, address) in [(8, "10.0.1.1"), (12, "10.0.1.2"), (19, "10.0.1.3")] {
        log.add(hour * 3_600, "roaming", address, "GET /pages/1", 200);
        log.add(hour * 3_600 + 90, "roaming", address, "GET /pages/2", 200);
    }
}

fn machines(log: &mut Log) {
    for minute in (0..1_440).step_by(5) {
        log.add(minute * 60 + 3, "clock", "10.0.2.1", "GET /pages/1", 200);
    }
    for number in 0..400 {
        log.view(40_000 + number, "racer", number % 120);
    }
    for number in 0..60 {
        log.view(50_000 + number * 60, "plodder", number);
    }
    for number in 0..400 {
        let at = 20_000 + number * 90 + number * number % 61;
        log.view(at, "reader", number);
    }
    for number in 0..96 {
        log.view(
            number * 900 + number * number * 7 % 800,
            "sleepless",
            number % 30,
        );
    }
    for number in 0..64 {
        let address = format!("10.0.3.{}", number % 4);
        let request = format!("GET /pages/{}", number * 3 % 40);
        let at = 21_600 + number * 890 + number * number * 7 % 800;
        log.add(at, "lobby", &address, &request, 200);
    }
    for number in 0..24 {
        let address = format!("10.0.4.{}", number % 3);
        let request = format!("GET /pages/{}", number * 5 % 40);
        let at = 36_000 + number * 130 + number * number % 97;
        log.add(at, "counter", &address, &request, 200);
    }
    for number in 0..40 {
        let request = format!("GET /no/such/{number}");
        let status = if number % 4 == 0 { 200 } else { 404 };
        log.add(
            60_000 + number * number,
            "prober",
            "10.0.5.1",
            &request,
            status,
        );
    }
    for (number, text) in ["../../../etc/passwd", "%3Cscript%3E", "'+or+1=1", "a%00b"]
        .iter()
        .cycle()
        .take(16)
        .enumerate()
    {
        let request = format!("GET /pages/{number}?view={text}");
        let at = 70_000 + (number * number) as u32;
        log.add(at, "attacker", "10.0.6.1", &request, 200);
    }
    works(log, "svc_backup", 40);
    works(log, "robby", 41);
}

const CLASSES: [(&str, &str, &str); 11] = [
    (
        "attacker",
        "scanner",
        "ten attacks or more of three kinds or more in a day",
    ),
    (
        "clock",
        "monitor",
        "asks for one page at regular times on most of its days",
    ),
    (
        "counter",
        "kiosk",
        "three or more addresses within one hour on most of its days",
    ),
    (
        "lobby",
        "kiosk",
        "active for more than 14 hours on most of its days",
    ),
    (
        "plodder",
        "crawler",
        "goes from page to page at regular times on most of its days",
    ),
    (
        "prober",
        "scanner",
        "more than half of its requests are client errors",
    ),
    (
        "racer",
        "crawler",
        "more than 30 pages a minute for five minutes or more",
    ),
    (
        "reader",
        "crawler",
        "visits more than 30 % of all pages in a day",
    ),
    ("robby", "system", "it is declared to be no person"),
    (
        "sleepless",
        "crawler",
        "active in every hour of most of its days",
    ),
    (
        "svc_backup",
        "system",
        "its name is that of a system account",
    ),
];

fn lines() -> Vec<String> {
    let mut log = Log {
        day: 0,
        lines: Vec::new(),
    };
    for day in 0..DAYS {
        log.day = day;
        people(&mut log);
        machines(&mut log);
    }
    log.lines.sort();
    log.lines.into_iter().map(|(_, _, line)| line).collect()
}

/// The actors by user after a load of these inputs.
fn actors(folder: &Path, inputs: &[String]) -> BTreeMap<String, (String, String)> {
    fs::create_dir_all(folder.join("logs")).expect("a folder");
    let toml = "[[logs]]\npath = \"logs/*\"\n[people]\nsystem = [\"Robby\"]\n";
    fs::write(folder.join("elephant.toml"), toml).expect("written");
    fs::write(folder.join("elephant.key"), "07".repeat(32)).expect("a key");
    for (number, input) in inputs.iter().enumerate() {
        fs::write(folder.join(format!("logs/{number}.log")), input).expect("written");
    }
    stdout_of(folder, &["--quiet", "ingest"], 0);
    stdout_of(folder, &["--quiet", "analyze"], 0);
    let key = Key::new([7; 32]);
    let users = CLASSES.map(|(user, ..)| (key.person_of_user(user.as_bytes()).to_string(), user));
    let names: BTreeMap<String, &str> = users.into_iter().collect();
    let sql = "select person, class, reason from actors order by person";
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    let row = |line: &str| {
        let cells: Vec<&str> = line.splitn(3, ',').collect();
        let user = names.get(cells[0]).copied().unwrap_or("somebody else");
        (user.to_owned(), (cells[1].to_owned(), cells[2].to_owned()))
    };
    csv.lines().skip(1).map(row).collect()
}

#[test]
fn each_class_is_told_however_its_lines_are_spread() {
    let expected: BTreeMap<String, (String, String)> = CLASSES
        .iter()
        .map(|(user, class, reason)| {
            (
                (*user).to_owned(),
                ((*class).to_owned(), (*reason).to_owned()),
            )
        })
        .collect();
    let lines = lines();
    let whole = vec![lines.concat()];
    let halves = lines.chunks(lines.len() / 2 + 1).map(<[String]>::concat);
    // Two servers behind one door take turns. Neither sees a clock: what is regular is told by one input.
    let mut turns = vec![String::new(); 2];
    let is_irregular = |line: &&String| !line.contains(" clock ") && !line.contains(" plodder ");
    for (number, line) in lines.iter().filter(is_irregular).enumerate() {
        turns[number * number / 3 % 2].add(format_args!("{line}"));
    }
    // The same log under two names, each time with a line of its own at the end.
    let twice: Vec<String> = (1..3)
        .map(|end| whole[0].clone() + &lines[lines.len() - end])
        .collect();
    for (name, inputs) in [
        ("whole", whole),
        ("halves", halves.collect()),
        ("turns", turns),
        ("twice", twice),
    ] {
        let folder = tempfile::tempdir().expect("a folder");
        let mut expected = expected.clone();
        if name == "turns" {
            expected.retain(|user, _| user != "clock" && user != "plodder");
        }
        assert_eq!(actors(folder.path(), &inputs), expected, "{name}");
    }
}

#[test]
fn who_is_not_there_keeps_the_judgement_and_an_opt_out_is_no_actor() {
    let folder = tempfile::tempdir().expect("a folder");
    let lines = lines();
    let before = actors(folder.path(), &[lines.concat()]);
    // A year later only people are there: nobody looks at the old days again.
    let late: String = lines
        .iter()
        .filter(|line| line.contains(" p1 ") || line.contains(" p2 "))
        .map(|line| line.replace("2024:", "2025:"))
        .collect();
    fs::write(folder.path().join("logs/late.log"), late).expect("written");
    stdout_of(folder.path(), &["--quiet", "ingest"], 0);
    stdout_of(folder.path(), &["--quiet", "analyze"], 0);
    let count = |sql: &str| {
        let csv = stdout_of(folder.path(), &["sql", sql, "--format", "csv"], 0);
        csv.lines().nth(1).map(str::to_owned)
    };
    let n_actors = |n: usize| Some(n.to_string());
    assert_eq!(count("select count(*) from actors"), n_actors(before.len()));
    let sessions = "select count(*) from sessions as s join actors as a on a.person = s.person";
    assert_eq!(count(sessions), n_actors(0));
    stdout_of(folder.path(), &["--quiet", "people", "opt-out", "lobby"], 0);
    stdout_of(folder.path(), &["--quiet", "analyze"], 0);
    assert_eq!(
        count("select count(*) from actors"),
        n_actors(before.len() - 1)
    );
}
