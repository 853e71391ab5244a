//! Every line read twice: by these parsers, and by `tests/differential/parse.py`, which was written from the manuals of
//! the formats. Both must come to the same; what differs for a reason is listed with it.
//!
//! The lines are real ones (where `shared/data` lies beside the project) and made-up ones, most of them mutated, the
//! same in every run. `ELEPHANT_LINES=1000000` is the long form: it takes some twenty minutes, and writes what it found
//! into `fixtures/evidence`.

use queries::text::Append;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use super::super::batch::Context;
use super::super::combined::ClfLine;
use super::super::format::{LogFormat, SourceOptions, recognise};
use super::super::key::Key;
use super::super::lines::Lines;
use super::super::parse::parse_block;
use super::super::record::{Asked, Record, RowTexts};
use super::super::row::Row;
use super::super::site::{Site, SiteSettings};
use super::super::split::LINE_LIMIT;
use super::super::time::{ClfClock, Clock, DAY_SECONDS, RowClock, SECOND};
use super::super::{jsonl, table};
use super::choices::{Choices, Seeded};
use super::mutate::mutate;
use super::{lines, rows};

/// Lines of each format in an ordinary run, comments aside.
const LINES: usize = 20_000;
/// From here on a run is the long form.
const MANY: usize = 1_000_000;
/// Lines that the other parser is given at once.
const BATCH: usize = 20_000;
/// Later lines are rejected: 2030-01-01.
const LATEST: i64 = 1_893_456_000_000_000;
/// Differences that are shown when there are some.
const SHOWN: usize = 20;

type Make = fn(&mut Choices<'_>, &mut Option<usize>, &mut Vec<u8>);

/// A format on trial.
struct Trial {
    name: &'static str,
    /// The parser of the script.
    other: &'static str,
    /// What each batch starts with.
    head: String,
    /// Lines by which the format is recognised.
    sample: String,
    real: Vec<Vec<u8>>,
    make: Option<Make>,
}

/// A difference that is meant.
struct Exception {
    name: &'static str,
    /// Why neither parser is wrong.
    reason: &'static str,
    fits: fn(line: &[u8], ours: &str, theirs: &str) -> bool,
}

const EXCEPTIONS: [Exception; 1] = [Exception {
    name: "microsecond of a JSON number",
    reason: "a time with more than six decimals is between two microseconds, and the quick reading of numbers may be off \
             by one unit of the last place of a double, a quarter of a microsecond",
    fits: |line, ours, theirs| {
        let (ours, theirs) = (time_and_rest(ours), time_and_rest(theirs));
        let is_long = |digits: &[u8]| digits.iter().take_while(|b| b.is_ascii_digit()).count() > 6;
        let has_decimals = line.split(|b| *b == b'.').skip(1).any(is_long);
        has_decimals && ours.1 == theirs.1 && ours.0.abs_diff(theirs.0) == 1
    },
}];

/// The time of a line that was read, and the other fields.
fn time_and_rest(told: &str) -> (i64, &str) {
    let rest = told.strip_prefix("read\t").unwrap_or_default();
    let (time, rest) = rest.split_once('\t').unwrap_or_default();
    (time.parse().unwrap_or(0), rest)
}

/// What came of a format.
#[derive(Default)]
struct Outcome {
    lines: usize,
    real: usize,
    mutated: usize,
    read: usize,
    rejected: usize,
    comments: usize,
    excepted: BTreeMap<&'static str, usize>,
    differences: Vec<String>,
}

#[expect(
    clippy::print_stdout,
    reason = "a test that skips, or that lets something pass, says so"
)]
fn run(trial: &Trial) {
    let python = std::env::var("ELEPHANT_READERS_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_python = Command::new(&python).arg("--version").output();
    if !has_python.is_ok_and(|output| output.status.success()) {
        println!("skipped: no Python, the other parser's language");
        return;
    }
    if trial.real.is_empty() {
        println!("no real lines of {}: all are made up", trial.name);
    }
    let wanted = std::env::var("ELEPHANT_LINES").ok();
    let wanted = wanted.map_or(LINES, |n| n.parse().expect("ELEPHANT_LINES is a number"));
    let format = recognise(trial.sample.as_bytes(), &SourceOptions::default());
    let format = format.expect("the format is known");
    let mut seeded = Seeded(seed_of(trial.name));
    let mut outcome = Outcome::default();
    while outcome.read + outcome.rejected < wanted {
        let text = batch(trial, &mut seeded, &mut outcome, BATCH.min(wanted));
        compare(trial, &format, &text, &python, &mut outcome);
    }
    let told = outcome.differences.len();
    let shown = &outcome.differences[..told.min(SHOWN)];
    assert!(
        shown.is_empty(),
        "{told} differences in {}:\n{}",
        trial.name,
        shown.join("\n")
    );
    for one in &EXCEPTIONS {
        let n = outcome.excepted.get(one.name).unwrap_or(&0);
        if *n > 0 {
            println!(
                "{n} lines of {} differ: {}: {}",
                trial.name, one.name, one.reason
            );
        }
    }
    if wanted >= MANY {
        keep(trial, &outcome);
    }
}

fn seed_of(name: &str) -> u64 {
    name.bytes()
        .fold(7, |sum: u64, b| sum.wrapping_mul(31) + u64::from(b))
}

/// The lines of a batch: each real line once as it is, then real ones and made-up ones, most of them mutated.
fn batch(trial: &Trial, seeded: &mut Seeded, outcome: &mut Outcome, n: usize) -> Vec<u8> {
    let mut text = trial.head.clone().into_bytes();
    let mut layout = None;
    let mut bytes = [0; 256];
    for _ in 0..n {
        seeded.fill(&mut bytes);
        let choices = &mut Choices::of(&bytes);
        let mut line = Vec::new();
        if outcome.real < trial.real.len() {
            line.clone_from(&trial.real[outcome.real]);
            outcome.real += 1;
            layout = None;
        } else {
            base(trial, choices, &mut layout, &mut line);
            outcome.mutated += usize::from(spoil(&mut line, choices));
        }
        text.append(&mut line);
        text.push(b'\n');
    }
    text
}

fn base(trial: &Trial, choices: &mut Choices<'_>, layout: &mut Option<usize>, line: &mut Vec<u8>) {
    let at = usize::from(choices.byte()) << 16 | choices.below(1 << 16);
    match trial.make {
        Some(make) if trial.real.is_empty() || at % 5 < 3 => make(choices, layout, line),
        _ => {
            line.clone_from(&trial.real[at % trial.real.len()]);
            *layout = None;
        }
    }
}

/// Mutates a line, what stands on lines before it seldom; whether anything changed.
fn spoil(line: &mut Vec<u8>, choices: &mut Choices<'_>) -> bool {
    let before = line.clone();
    let last = line
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at + 1);
    if last == 0 || choices.one_in(16) {
        mutate(line, choices);
    } else {
        let mut end = line.split_off(last);
        mutate(&mut end, choices);
        line.append(&mut end);
    }
    *line != before
}

fn compare(trial: &Trial, format: &LogFormat, text: &[u8], python: &str, outcome: &mut Outcome) {
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(text).expect("the file takes all");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/differential/parse.py");
    // Python would keep what it compiled beside the script.
    let output = Command::new(python)
        .arg("-B")
        .arg(script)
        .arg(trial.other)
        .arg(file.path())
        .arg(LATEST.to_string())
        .output()
        .expect("python runs");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut theirs = output.stdout.split(|b| *b == b'\n');
    let ours = told(format, text);
    agrees_with_blocks(format, text, &ours);
    for (line, ours) in &ours {
        outcome.lines += 1;
        let theirs = latin(theirs.next().unwrap_or_default());
        let kind = match ours.as_str() {
            "comment" => &mut outcome.comments,
            "reject" => &mut outcome.rejected,
            _ => &mut outcome.read,
        };
        *kind += 1;
        if *ours == theirs {
            continue;
        }
        match EXCEPTIONS
            .iter()
            .find(|one| (one.fits)(line, ours, &theirs))
        {
            Some(one) => *outcome.excepted.entry(one.name).or_default() += 1,
            None => outcome.differences.push(format!(
                "line   {}\nours   {ours}\ntheirs {theirs}\n",
                line.escape_ascii()
            )),
        }
    }
    assert_eq!(theirs.next(), Some(&b""[..]), "as many lines");
}

/// What our parsers say of each line (of CSV: record), in the words of the script.
fn told<'t>(format: &LogFormat, text: &'t [u8]) -> Vec<(&'t [u8], String)> {
    let mut format = format.clone();
    let (mut rest, mut all) = (text, Vec::new());
    let mut clf_clock = ClfClock::default();
    let mut clock = Clock::new(jiff::tz::TimeZone::UTC);
    while !rest.is_empty() {
        let (length, is_closed) = match &format {
            LogFormat::Csv(map) => table::next_record(rest, map.delimiter),
            _ => (
                memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1),
                true,
            ),
        };
        let line = table::without_newline(&rest[..length]);
        rest = &rest[length..];
        if let LogFormat::Lines(Lines::W3c(w3c)) = &mut format {
            w3c.see(line);
        }
        let said = if is_closed && line.len() <= LINE_LIMIT {
            told_line(&format, line, &mut clf_clock, &mut clock)
        } else {
            None
        };
        all.push((line, said.unwrap_or_else(|| "reject".to_owned())));
    }
    all
}

fn told_line(
    format: &LogFormat,
    line: &[u8],
    clf_clock: &mut ClfClock,
    clock: &mut Clock,
) -> Option<String> {
    let is_comment = match format {
        LogFormat::Csv(map) => table::is_header(line, map),
        LogFormat::Combined(_) => line.first() == Some(&b'#'),
        LogFormat::Lines(lines) => lines.is_comment(line),
        _ => false,
    };
    if is_comment || line.trim_ascii().is_empty() {
        return Some("comment".to_owned());
    }
    let mut of_row = |row: Row<'_>| {
        let ts = clock.utc(row.time(&mut RowClock::default())?);
        record(&Record::of_row(ts, &row, &RowTexts::of(&row)).ok()?)
    };
    match format {
        LogFormat::Combined(layout) => record(&Record::of_clf(
            &ClfLine::read_at(line, *layout, clf_clock).ok()?,
        )),
        LogFormat::Lines(lines) => {
            let web = lines.read(line).ok()?;
            record(&Record::of_web(clock.utc(web.time), &web))
        }
        LogFormat::Jsonl(map) => of_row(jsonl::read(line, &map.names).ok()?),
        LogFormat::Csv(map) => of_row(table::read(line, map).ok()?),
        _ => unreachable!("no format on trial"),
    }
}

fn record(record: &Record<'_>) -> Option<String> {
    let is_anybody = [record.user, record.client, record.session]
        .iter()
        .any(|text| !text.is_empty());
    if record.ts > LATEST || !is_anybody {
        return None;
    }
    let asked = match record.request {
        Asked::Nothing => "nothing",
        Asked::Get => "get",
        Asked::OtherMethod => "other",
        Asked::Row => "row",
    };
    let mut told = format!(
        "read\t{}\t{asked}\t{}\t{}",
        record.ts, record.status, record.bytes
    );
    for text in [
        record.host,
        record.client,
        record.user,
        record.page,
        record.referrer,
        record.agent,
    ] {
        told.push('\t');
        told.add(format_args!("{}", shown(text)));
    }
    Some(told)
}

fn shown(text: &[u8]) -> String {
    latin(text)
        .replace('\\', "\\\\")
        .replace('\t', "\\t")
        .replace('\n', "\\n")
        .replace('\r', "\\r")
}

/// Bytes as ISO 8859-1: each is one character, and none is lost.
fn latin(bytes: &[u8]) -> String {
    bytes.iter().map(|b| char::from(*b)).collect()
}

/// The same lines parsed as blocks end in the same places with the same numbers: none is lost on the way.
fn agrees_with_blocks(format: &LogFormat, text: &[u8], told: &[(&[u8], String)]) {
    let context = Context {
        site: Site::new(SiteSettings::default()),
        key: Key::new([7; 32]),
        log_zone: jiff::tz::TimeZone::UTC,
        latest_ts: LATEST,
    };
    let batch = parse_block(format, text, 1, 0, &context);
    let numbered = || {
        told.iter()
            .zip(1..)
            .map(|((_, said), n): (_, u64)| (n, said))
    };
    let rejected: Vec<u64> = numbered()
        .filter(|(_, said)| *said == "reject")
        .map(|(n, _)| n)
        .collect();
    assert_eq!(batch.rejects.line, rejected);
    assert_eq!(batch.counts.lines, told.len() as u64);
    let events = &batch.events;
    // Invented times come in any order, and without a date of their own they tell no day then.
    let cycle = match format {
        LogFormat::Lines(Lines::W3c(_)) => DAY_SECONDS * SECOND,
        _ => i64::MAX,
    };
    for at in 0..events.len() {
        let said = &told[events.rows[at].line as usize - 1].1;
        let ts = events.rows[at].ts.rem_euclid(cycle);
        let numbers = (ts, events.rows[at].status, events.rows[at].bytes);
        let mut words = said.split('\t').skip(1);
        let mut next = |skipped| words.nth(skipped).and_then(|word| word.parse().ok());
        let time: Option<i64> = next(0);
        assert_eq!(
            (time.map(|ts| ts.rem_euclid(cycle)), next(1), next(0)),
            (Some(numbers.0), Some(i64::from(numbers.1)), Some(numbers.2))
        );
    }
}

/// Writes the outcome into its line of the evidence.
fn keep(trial: &Trial, outcome: &Outcome) {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    const HEADER: &str =
        "format\tlines\treal\tmutated\tread\trejected\tcomments\tdifferences\texceptions";
    let _guard = ONE_AT_A_TIME.lock();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/evidence/differential.tsv");
    let old = std::fs::read_to_string(&file).unwrap_or_default();
    let start = format!("{}\t", trial.name);
    let mut rows: Vec<String> = old
        .lines()
        .skip(1)
        .filter(|row| !row.starts_with(&start))
        .map(str::to_owned)
        .collect();
    let excepted: Vec<String> = outcome
        .excepted
        .iter()
        .map(|(name, n)| format!("{name} {n}"))
        .collect();
    rows.push(format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t0\t{}",
        trial.name,
        outcome.lines,
        outcome.real,
        outcome.mutated,
        outcome.read,
        outcome.rejected,
        outcome.comments,
        excepted.join(", ")
    ));
    rows.sort();
    std::fs::create_dir_all(file.parent().expect("a folder")).expect("made");
    std::fs::write(file, format!("{HEADER}\n{}\n", rows.join("\n"))).expect("written");
}

/// The lines of public logs, unpacked; a file that is absent has none.
fn real(names: &[&str]) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let mut all = Vec::new();
    for name in names {
        let Ok(bytes) = std::fs::read(folder.join(name)) else {
            continue;
        };
        let mut text = Vec::new();
        if name.ends_with(".gz") {
            let mut packed = flate2::read::MultiGzDecoder::new(bytes.as_slice());
            packed.read_to_end(&mut text).expect("the data is sound");
        } else {
            text = bytes;
        }
        let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        all.extend(lines.map(<[u8]>::to_vec));
    }
    all
}

/// Each line behind the directive that says how it is to be read.
fn under_fields(lines: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let mut fields = Vec::new();
    let mut all = Vec::new();
    for line in lines {
        if line.starts_with(b"#Fields") {
            fields = [line.as_slice(), b"\n"].concat();
        } else {
            all.push([fields.as_slice(), &line].concat());
        }
    }
    all
}

fn sample(make: Make) -> String {
    let mut text = Vec::new();
    let mut layout = None;
    for _ in 0..3 {
        make(&mut Choices::of(&[]), &mut layout, &mut text);
        text.push(b'\n');
    }
    String::from_utf8(text).expect("plain lines are text")
}

fn trial(name: &'static str, make: Make, real: Vec<Vec<u8>>) -> Trial {
    Trial {
        name,
        other: name,
        head: String::new(),
        sample: sample(make),
        real,
        make: Some(make),
    }
}

#[test]
fn combined_lines() {
    let real = real(&[
        "web_logs/apache_combined_10k.log.gz",
        "scanner_log/acunetix.log.gz",
        "log_formats/matomo_common.log",
        "log_formats/matomo_ncsa_extended.log",
        "log_formats/matomo_icecast2.log",
        "log_formats/matomo_logs_to_tests.log",
        "log_formats/plaso_apache_access.log",
    ]);
    run(&trial(
        "combined",
        |c, _, out| lines::combined(c, out),
        real,
    ));
}

#[test]
fn lines_with_a_virtual_host_in_front() {
    let real = real(&[
        "log_formats/matomo_common_complete.log",
        "log_formats/matomo_static_ignores.log",
        "log_formats/plaso_apache_access.log",
    ]);
    let mut trial = trial("vhost_combined", |c, _, out| lines::hosted(c, out), real);
    trial.sample = trial.sample.replace("\nintranet ", "\nintranet:443 ");
    run(&trial);
}

#[test]
fn w3c_lines() {
    let real = under_fields(real(&[
        "log_formats/matomo_amazon_cloudfront_web.log",
        "log_formats/matomo_shoutcast.log",
    ]));
    run(&trial("w3c", lines::w3c, real));
}

#[test]
fn balancer_lines() {
    let real = real(&[
        "log_formats/matomo_elb.log",
        "log_formats/plaso_aws_elb_access.log",
    ]);
    let mut trial = trial("elb", |c, _, out| lines::balancer(c, out), real);
    let other = format!("h2 {}", trial.sample);
    trial.sample.push_str(&other);
    run(&trial);
}

#[test]
fn s3_lines() {
    run(&trial("s3", |c, _, out| lines::s3(c, out), Vec::new()));
}

#[test]
fn haproxy_lines() {
    run(&trial(
        "haproxy",
        |c, _, out| lines::haproxy(c, out),
        Vec::new(),
    ));
}

#[test]
fn confluence_lines() {
    let real = real(&[
        "log_formats/plaso_confluence_access.log",
        "log_formats/plaso_confluence_access_post7.11.log",
    ]);
    run(&trial(
        "confluence",
        |c, _, out| lines::confluence(c, out),
        real,
    ));
}

#[test]
fn iis_lines() {
    run(&trial(
        "iis_native",
        |c, _, out| lines::iis(c, out),
        Vec::new(),
    ));
}

#[test]
fn json_lines_of_nginx() {
    run(&trial(
        "nginx_json",
        |c, _, out| rows::nginx(c, out),
        Vec::new(),
    ));
}

#[test]
fn json_lines_of_caddy() {
    let real = real(&["log_formats/matomo_caddy_json.log"]);
    run(&trial("caddy_json", |c, _, out| rows::caddy(c, out), real));
}

#[test]
fn records_of_a_table() {
    let mut trial = trial("csv", |c, _, out| rows::csv(c, out), Vec::new());
    trial.head = rows::CSV_HEADER.to_owned();
    trial.sample = rows::CSV_HEADER.to_owned() + &trial.sample;
    run(&trial);
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn records_of_a_real_table() {
    let real = real(&["ecom_sessions/ecom.csv.gz"]);
    let Some((head, real)) = real.split_first() else {
        println!("skipped: shared/data/ecom_sessions is absent");
        return;
    };
    let head = String::from_utf8_lossy(head).into_owned() + "\n";
    run(&Trial {
        name: "csv_ecom",
        other: "csv",
        sample: head.clone() + &String::from_utf8_lossy(&real[0]) + "\n",
        head,
        real: real.to_vec(),
        make: None,
    });
}
