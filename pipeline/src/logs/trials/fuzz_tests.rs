//! Every parser on lines like its own, most of them mutated: none panics or hangs, and every line ends in one place.
//!
//! A million cases and more in an ordinary run. A failure is told with its seed: `BOLERO_RANDOM_SEED=... cargo test`
//! tries it again. `BOLERO_RANDOM_ITERATIONS=10000000 cargo test -p elephant-pipeline --lib fuzz` is the long form, and
//! `cargo bolero test` lets a fuzzer that sees the code choose the bytes.

use std::io::Read;
use std::sync::LazyLock;

use jiff::tz::TimeZone;

use super::super::batch::{Batch, Context};
use super::super::charset::{Charset, Decoded};
use super::super::format::{self, ClfLayout, LogFormat, SourceOptions, recognise};
use super::super::header::Header;
use super::super::key::Key;
use super::super::limits::Limits;
use super::super::lines::{Kind, Laid, Lines, Mixed, laid_down};
use super::super::names::Names;
use super::super::parse::parse_block;
use super::super::site::{Site, SiteSettings};
use super::super::split::{Block, Blocks, LINE_LIMIT, Unit};
use super::super::time::{self, ClfClock, Clock, Written};
use super::super::unpack::{Unpacking, unpack_with};
use super::super::users::Users;
use super::super::{agents, attacks, endings};
use super::choices::Choices;
use super::mutate::mutate;
use super::packed::{PACKINGS, packed};
use super::watch::Watch;
use super::{lines, rows};

/// Bytes that choose a case: what they leave open follows from them.
const CHOICES: usize = 192;
/// Later lines are rejected: 2030-01-01.
const LATEST: i64 = 1_893_456_000_000_000;

static CONTEXT: LazyLock<Context> = LazyLock::new(|| Context {
    site: Site::new(SiteSettings {
        base_url: "https://intranet".into(),
        ..SiteSettings::default()
    }),
    key: Key::new([7; 32]),
    log_zone: TimeZone::get("Europe/Berlin").expect("the zone is known"),
    latest_ts: LATEST,
});

type Make = fn(&mut Choices<'_>, &mut Vec<u8>);

macro_rules! targets {
    ($($name:ident: $cases:literal, $case:expr;)*) => {
        $(#[test]
        fn $name() {
            let watch = Watch::over(stringify!($name));
            bolero::check!()
                .with_max_len(CHOICES)
                .with_iterations($cases)
                .for_each(|bytes: &[u8]| {
                    watch.case(bytes);
                    let case: fn(&mut Choices<'_>) = $case;
                    case(&mut Choices::of(bytes));
                });
        })*
    };
}

targets! {
    combined_lines: 100_000, |c| clf_lines(false, c);
    lines_behind_a_host: 80_000, |c| clf_lines(true, c);
    balancer_lines: 50_000, |c| kind_lines(&[Kind::Alb, Kind::Elb], lines::balancer, c);
    s3_lines: 40_000, |c| kind_lines(&[Kind::S3], lines::s3, c);
    haproxy_lines: 40_000, |c| kind_lines(&[Kind::Haproxy], lines::haproxy, c);
    bitbucket_lines: 40_000, |c| kind_lines(&[Kind::Bitbucket], lines::bitbucket, c);
    iis_lines: 30_000, |c| kind_lines(&[Kind::Iis], lines::iis, c);
    confluence_lines: 40_000, |c| kind_lines(&[Kind::Confluence], lines::confluence, c);
    access_filter_lines: 40_000, |c| kind_lines(&[Kind::AccessFilter], lines::access_filter, c);
    jira_lines: 40_000, |c| kind_lines(&[Kind::Jira], lines::jira, c);
    timed_lines: 40_000, |c| kind_lines(&[Kind::Timed], lines::timed, c);
    lines_of_all_kinds: 40_000, mixed_lines;
    w3c_lines: 50_000, w3c_lines_and_directives;
    template_lines: 50_000, lines_of_a_directive;
    lines_of_an_expression: 30_000, lines_of_a_regex;
    directives: 30_000, compile;
    json_lines_of_nginx: 30_000, |c| json_lines(0, rows::nginx, c);
    json_lines_of_caddy: 30_000, |c| json_lines(1, rows::caddy, c);
    json_lines_of_others: 30_000, |c| json_lines(2, rows::produced, c);
    audit_records: 30_000, |c| json_lines(3, rows::audit, c);
    table_records: 40_000, csv_records;
    recognising: 4_000, recognise_anything;
    times: 200_000, every_time;
    users_and_addresses: 60_000, names_of_all;
    ends_of_lines: 4_000, cut_into_blocks;
    charsets: 2_000, decode_anything;
    packed_inputs: 2_000, unpack_anything;
}

/// Some lines, most of them mutated, the last sometimes without its end.
fn text_of(make: Make, choices: &mut Choices<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    for _ in 0..choices.pick(&[1, 1, 2, 3]) {
        let mut line = Vec::new();
        make(choices, &mut line);
        mutate(&mut line, choices);
        text.append(&mut line);
        text.extend_from_slice(choices.pick(&[b"\n", b"\n", b"\n", b"\r\n", b"\n\n"]));
    }
    if choices.one_in(8) {
        text.pop();
    }
    text
}

/// Parses lines as one block: each ends in exactly one place, and nothing grows beyond what was read.
fn parse(format: &LogFormat, text: &[u8]) -> Batch {
    let batch = parse_block(format, text, 1, 0, &CONTEXT);
    let (counts, events, rejects) = (&batch.counts, &batch.events, &batch.rejects);
    let settled = counts.events + counts.filtered_sum() + counts.rejected + counts.comments;
    assert_eq!(counts.lines, settled);
    assert_eq!(counts.events, events.len() as u64);
    assert_eq!(counts.rejected, rejects.len() as u64);
    if !matches!(format, LogFormat::Csv(_)) {
        let n_lines = text.split_inclusive(|b| *b == b'\n').count();
        assert_eq!(counts.lines, n_lines as u64);
    }
    let of_events = events.each(|event| event.line);
    for lines in [&of_events, &rejects.line] {
        assert!(lines.is_sorted_by(|a, b| a < b));
        assert!(lines.iter().all(|line| (1..=counts.lines).contains(line)));
    }
    assert!(!of_events.iter().any(|line| rejects.line.contains(line)));
    assert!(events.rows.iter().all(|event| event.ts <= LATEST));
    assert!(rejects.text.iter().all(|text| text.chars().count() <= 200));
    let room = 16 * text.len() + 4096;
    assert!(batch.words.n_bytes() <= room);
    batch
}

fn clf_lines(has_host: bool, choices: &mut Choices<'_>) {
    let make = if has_host == choices.one_in(8) {
        lines::combined
    } else {
        lines::hosted
    };
    let layout = ClfLayout {
        has_host,
        has_referrer: true,
    };
    parse(&LogFormat::Combined(layout), &text_of(make, choices));
}

const MAKERS: [Make; 11] = [
    lines::combined,
    lines::hosted,
    lines::timed,
    lines::balancer,
    lines::s3,
    lines::haproxy,
    lines::iis,
    lines::bitbucket,
    lines::confluence,
    lines::access_filter,
    lines::jira,
];

fn kind_lines(kinds: &[Kind], make: Make, choices: &mut Choices<'_>) {
    let make = if choices.one_in(16) {
        choices.pick(&MAKERS)
    } else {
        make
    };
    let mixed = Mixed::new(kinds.to_vec(), "tried".into(), true);
    parse(
        &LogFormat::Lines(Lines::Known(mixed)),
        &text_of(make, choices),
    );
}

fn mixed_lines(choices: &mut Choices<'_>) {
    let make = choices.pick(&MAKERS);
    let mixed = Mixed::new(Kind::ALL.to_vec(), "tried".into(), true);
    let format = LogFormat::Lines(Lines::Known(mixed));
    parse(&format, &text_of(make, choices));
}

fn w3c_line(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let mut layout = choices.one_in(3).then(|| choices.below(7));
    lines::w3c(choices, &mut layout, out);
}

fn w3c_lines_and_directives(choices: &mut Choices<'_>) {
    static FORMATS: LazyLock<Vec<LogFormat>> = LazyLock::new(|| {
        let formats = lines::W3C_FIELDS.iter().map(|fields| {
            let line = format!("#Fields: {fields}");
            laid(&line).unwrap_or_else(|| panic!("{line}"))
        });
        formats.collect()
    });
    let format = &FORMATS[choices.below(FORMATS.len())];
    let text = text_of(w3c_line, choices);
    parse(format, &text);
    // What a block ends under is what its directives say, however it is cut.
    let mut header = Header::default();
    header.see_all(&text);
    parse(&format.under(Some(&header)), &text);
}

/// The format that a text of the settings lays down.
fn laid(text: &str) -> Option<LogFormat> {
    let names = Names::new(&[]).expect("no columns");
    Some(match laid_down(text, &names, false)?.ok()? {
        Laid::Lines(lines) => LogFormat::Lines(lines),
        Laid::Own(own) => LogFormat::Own(own),
    })
}

const DIRECTIVES: [&str; 12] = [
    "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" combined",
    "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D",
    "%{X-Forwarded-For}i %u %{%F %T}t \"%m %U%q %H\" %s %B %{ms}T",
    "%a %{begin:sec}t.%{begin:usec_frac}t %u [%{sessionid}C] \"%r\" %s",
    "%{%d/%b/%Y:%T}t.%{msec_frac}t %{%z}t %h %u %r %s %b",
    "log_format main '$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent \"$http_referer\" '\n\
     '\"$http_user_agent\" \"$http_x_forwarded_for\"';",
    "$time_iso8601|$http_x_forwarded_for|$remote_user|$request_method|$uri?$args|$status|$request_time",
    "$msec $remote_addr $remote_user \"$request_method $request_uri\" $status $cookie_sessionid;",
    "regex:(?P<timestamp>\\S+ \\S+) (?P<user>\\w+) (?P<url>/\\S*)",
    "regex:(?P<ip>\\S+) \\[(?P<time>[^]]+)\\] \"(?P<request>[^\"]*)\" (?P<status>\\d+)",
    "#Fields: date time c-ip cs-uri-stem sc-status",
    "%t %h %u %U %^ti %{VARNAME}^to",
];

/// Lines as each of the directives lays them out.
const PARTS: [Make; 12] = [
    parts::<0>,
    parts::<1>,
    parts::<2>,
    parts::<3>,
    parts::<4>,
    parts::<5>,
    parts::<6>,
    parts::<7>,
    parts::<8>,
    parts::<9>,
    parts::<10>,
    parts::<11>,
];

/// Lines that compiled directives read, seldom those of another one.
fn lines_of_a_directive(choices: &mut Choices<'_>) {
    static FORMATS: LazyLock<Vec<LogFormat>> = LazyLock::new(|| {
        let formats = DIRECTIVES
            .iter()
            .map(|text| laid(text).unwrap_or_else(|| panic!("{text}")));
        formats.collect()
    });
    let at = choices.below(FORMATS.len());
    let make = if choices.one_in(16) {
        choices.pick(&PARTS)
    } else {
        PARTS[at]
    };
    parse(&FORMATS[at], &text_of(make, choices));
}

fn parts<const N: usize>(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (time, iso) = (lines::clf_time(choices), lines::iso_time(choices));
    let (client, user) = (choices.pick(&lines::CLIENTS), choices.pick(&lines::USERS));
    let (request, status) = (lines::request(choices), lines::status(choices));
    let (size, agent) = (lines::size(choices), choices.pick(&lines::AGENTS));
    let date = lines::iso_date(choices);
    let clock = lines::time_of_day(choices);
    let behind = format!("\"{request}\" {status} {size} \"-\" \"{agent}\"");
    let line = match N {
        0 => format!("{client} - {user} [{time}] {behind}"),
        1 => format!("intranet:80 {client} - {user} [{time}] {behind} 12"),
        2 => format!("{client},::1 {user} {date} {clock} \"GET /a?b HTTP/1.1\" {status} {size} 5"),
        3 => format!("{client} 1714557600.123456 {user} [s1] \"{request}\" {status}"),
        4 => format!(
            "{}.250 +0200 {client} {user} {request} {status} {size}",
            &time[..20]
        ),
        5 => format!("{client} - {user} [{time}] {behind} \"{client}\""),
        6 => format!("{iso}|{client}|{user}|GET|/a?b=c|{status}|0.250"),
        7 => format!("1714557600.123 {client} {user} \"GET /a\" {status} s1;"),
        8 => format!("{date} {clock} {user} /a"),
        9 => format!("{client} [{time}] \"{request}\" {status}"),
        10 => format!("{date} {clock} {client} /a {status}"),
        _ => format!("[{time}] {client} {user} /a x y"),
    };
    out.extend_from_slice(line.as_bytes());
}

fn lines_of_a_regex(choices: &mut Choices<'_>) {
    static FORMATS: LazyLock<Vec<LogFormat>> = LazyLock::new(|| {
        let all = [
            r#"(?P<client>\S+) - (?P<user>.*?) \[(?P<timestamp>[^]]+)\] "(?P<request>.*?)" (?P<status>\S+) (?P<bytes>\S+).*"#,
            r"(?P<ts>\S+ \S+) (?P<user>\S+) (?P<url>/\S*)(?s:.*)",
            r"(?-u)(?P<ts>.{10})[|](?P<session_id>.*?)[|](?P<action>.*)",
        ];
        let formats =
            all.map(|one| laid(&format!("regex:{one}")).unwrap_or_else(|| panic!("{one}")));
        formats.to_vec()
    });
    let at = choices.below(FORMATS.len());
    let make = [PARTS[0], PARTS[8], PARTS[6]][at];
    parse(&FORMATS[at], &text_of(make, choices));
}

/// Directives, most of them wrong somewhere: they are compiled or refused in words.
fn compile(choices: &mut Choices<'_>) {
    // Expressions take long to compile.
    let n = if choices.one_in(16) { 12 } else { 8 };
    let at = choices.below(n);
    let mut directive = DIRECTIVES[at].as_bytes().to_vec();
    mutate(&mut directive, choices);
    let directive = String::from_utf8_lossy(&directive);
    let names = Names::new(&[]).expect("no columns");
    match laid_down(&directive, &names, choices.one_in(2)) {
        Some(Ok(Laid::Lines(lines))) => {
            parse(&LogFormat::Lines(lines), &text_of(PARTS[at], choices));
        }
        Some(Ok(Laid::Own(own))) => {
            parse(&LogFormat::Own(own), &text_of(PARTS[at], choices));
        }
        Some(Err(problem)) => assert!(!problem.is_empty()),
        None => {
            format::mistake(&directive, &[]);
        }
    }
}

fn json_lines(which: usize, make: Make, choices: &mut Choices<'_>) {
    static FORMATS: LazyLock<Vec<LogFormat>> = LazyLock::new(|| {
        let makers: [Make; 4] = [rows::nginx, rows::caddy, rows::produced, rows::audit];
        let formats = makers.map(|make| {
            let mut line = Vec::new();
            make(&mut Choices::of(&[]), &mut line);
            recognise(&line, &SourceOptions::default()).expect("plain lines are known")
        });
        formats.to_vec()
    });
    parse(&FORMATS[which], &text_of(make, choices));
}

fn csv_records(choices: &mut Choices<'_>) {
    static FORMATS: LazyLock<Vec<LogFormat>> = LazyLock::new(|| {
        let headers = [
            rows::CSV_HEADER.to_owned(),
            rows::CSV_HEADER.replace(',', "\t"),
            "time,user,AuditData\n".to_owned(),
            "CreationTime;Operation;user;page;date\n".to_owned(),
        ];
        let formats = headers.map(|header| {
            recognise(header.as_bytes(), &SourceOptions::default()).expect("a header is known")
        });
        formats.to_vec()
    });
    let mut text = text_of(rows::csv, choices);
    let which = choices.below(FORMATS.len());
    if which == 1 && choices.one_in(2) {
        for byte in text.iter_mut().filter(|byte| **byte == b',') {
            *byte = b'\t';
        }
    }
    parse(&FORMATS[which], &text);
}

/// Whatever a log holds: it is recognised or refused in words, and then read.
fn recognise_anything(choices: &mut Choices<'_>) {
    const ROWS: [Make; 6] = [
        rows::nginx,
        rows::caddy,
        rows::produced,
        rows::audit,
        rows::csv,
        w3c_line,
    ];
    let mut text = Vec::new();
    if choices.one_in(3) {
        text.extend_from_slice(rows::CSV_HEADER.as_bytes());
    }
    for _ in 0..choices.pick(&[1, 1, 2]) {
        let make = if choices.one_in(2) {
            choices.pick(&MAKERS)
        } else {
            choices.pick(&ROWS)
        };
        text.append(&mut text_of(make, choices));
    }
    let words = [
        None,
        None,
        None,
        Some("combined"),
        Some("jsonl"),
        Some("csv"),
        Some("w3c"),
        Some("jira"),
    ];
    let options = SourceOptions {
        format: choices.pick(&words).map(str::to_owned),
        has_zone: choices.one_in(2),
        ..SourceOptions::default()
    };
    match recognise(&text, &options) {
        Ok(format) => {
            parse(&format, &text);
        }
        Err(problem) => assert!(!problem.to_string().is_empty()),
    }
}

/// Times of every layout: none before the year 1 or after 9999, and the clock of any zone can show them.
fn every_time(choices: &mut Choices<'_>) {
    const FIRST: i64 = -62_135_683_200_000_000;
    const LAST: i64 = 253_402_387_200_000_000;
    let mut text = match choices.below(5) {
        0 => lines::clf_time(choices),
        1 => lines::iso_time(choices),
        2 => lines::iso_date(choices),
        3 => format!(
            "{}/{}/2024 11:59:60 PM",
            choices.below(14),
            choices.below(33)
        ),
        _ => format!("{}.{}", choices.below(65536) * 26_000, choices.below(1000)),
    }
    .into_bytes();
    mutate(&mut text, choices);
    let mut clf_clock = ClfClock::default();
    clf_clock.read(b"17/May/2015:10:05:03 +0000");
    assert_eq!(clf_clock.read(&text), time::clf(&text));
    assert_eq!(clf_clock.read(&text), time::clf(&text));
    let Some(written) = time::any(&text) else {
        return;
    };
    let (Written::Utc(ts) | Written::Clock(ts)) = written;
    assert!((FIRST..LAST).contains(&ts), "{ts}");
    let zone = choices.pick(&[
        "Europe/Berlin",
        "UTC",
        "America/St_Johns",
        "Australia/Lord_Howe",
    ]);
    let mut clock = Clock::new(TimeZone::get(zone).expect("the zone is known"));
    let utc = clock.utc(written);
    assert!((utc - ts).abs() <= 86_400_000_000);
    let (day, hour) = clock.day_and_hour(utc);
    assert!(hour < 24 && (i64::from(day) - utc.div_euclid(86_400_000_000)).abs() <= 1);
}

/// Users, agents and addresses as logs write them: each has one name, and that has the same.
fn names_of_all(choices: &mut Choices<'_>) {
    static USERS: LazyLock<Users> = LazyLock::new(|| {
        let aliases = [("ann.smith".to_owned(), "CORP\\Ann".to_owned())];
        let domains = ["corp".to_owned(), "us.com".to_owned()];
        Users::new(&domains, &aliases.into()).expect("no circle")
    });
    let mut user = choices.pick(&lines::USERS).as_bytes().to_vec();
    mutate(&mut user, choices);
    let folded = USERS.fold(&user);
    assert!(folded.len() <= 3 * user.len() + 8);
    let mut address = match choices.below(3) {
        0 => choices.pick(&lines::TARGETS),
        1 => choices.pick(&lines::REFERRERS),
        _ => "https://ann:x@Intranet.:8443/a/../%2e%2e/?q=a+b&id=7#c",
    }
    .as_bytes()
    .to_vec();
    mutate(&mut address, choices);
    let site = &CONTEXT.site;
    site.place_of(&address);
    let page = site.page_of_target(&address, choices.pick(&[b"", b"intranet", b"[::1]:8080"]));
    assert!(page.len() <= 4 * address.len() + 64);
    site.terms_of(&address);
    attacks::kinds_of(&address);
    let mut agent = choices.pick(&lines::AGENTS).as_bytes().to_vec();
    mutate(&mut agent, choices);
    agents::class_of(&agent);
}

/// Blocks of any size hold all bytes in their order, and count their lines as one would.
fn cut_into_blocks(choices: &mut Choices<'_>) {
    let make: Make = choices.pick(&[lines::combined, rows::csv, rows::caddy, w3c_line]);
    let mut text = choices
        .pick(&["", "[", "{\n", "\u{feff}", " "])
        .as_bytes()
        .to_vec();
    text.append(&mut text_of(make, choices));
    if choices.one_in(4) {
        for byte in text.iter_mut().filter(|byte| **byte == b'\n') {
            *byte = b'\r';
        }
    }
    let mut whole = Vec::new();
    let mut lines = endings::Lines::new(text.as_slice()).expect("memory can be read");
    lines.read_to_end(&mut whole).expect("memory can be read");
    assert_eq!(whole.len(), text.len());
    let unit = choices.pick(&[
        Unit::Line,
        Unit::Directed,
        Unit::Record(b','),
        Unit::Record(b'\t'),
    ]);
    let mut blocks = Blocks::with_target(whole.as_slice(), unit, choices.below(300));
    let (mut block, mut kept) = (Block::default(), Vec::new());
    while blocks.next_into(&mut block).expect("memory can be read") {
        assert_eq!(block.first_offset as usize, kept.len());
        assert!(!block.bytes.is_empty() && block.bytes.len() <= LINE_LIMIT);
        kept.extend_from_slice(&block.bytes);
    }
    assert_eq!(kept, whole);
    let (next_line, end) = blocks.position();
    assert_eq!(end as usize, whole.len());
    if matches!(unit, Unit::Line | Unit::Directed) {
        let n_lines = whole.split_inclusive(|b| *b == b'\n').count();
        assert_eq!(next_line, n_lines as u64 + 1);
    }
}

fn decode_anything(choices: &mut Choices<'_>) {
    const NAMES: [&str; 8] = [
        "utf-8",
        "windows-1252",
        "utf-16le",
        "utf-16be",
        "big5",
        "gb18030",
        "iso-2022-jp",
        "shift_jis",
    ];
    let mut bytes = choices.pick(&["", "\u{feff}"]).as_bytes().to_vec();
    if choices.one_in(4) {
        bytes = choices.pick(&[b"\xff\xfe", b"\xfe\xff"]).to_vec();
    }
    bytes.append(&mut text_of(lines::combined, choices));
    let charset = choices.one_in(2).then(|| choices.pick(&NAMES));
    let charset = charset.map(|name| Charset::named(name).expect("it is known"));
    let mut text = Vec::new();
    let mut decoded = Decoded::new(bytes.as_slice(), charset).expect("memory can be read");
    decoded.read_to_end(&mut text).expect("memory can be read");
    assert!(text.len() <= 3 * bytes.len() + 3);
}

/// Damaged archives end in text or an error, and never in more than the limits allow.
fn unpack_anything(choices: &mut Choices<'_>) {
    static PACKED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let line =
            b"10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n".repeat(40);
        PACKINGS
            .iter()
            .map(|packing| packed(packing, &line))
            .collect()
    });
    let mut bytes = PACKED[choices.below(PACKED.len())].clone();
    if choices.one_in(3) {
        bytes.extend_from_slice(&PACKED[choices.below(PACKED.len())]);
    }
    mutate(&mut bytes, choices);
    let how = Unpacking {
        charset: None,
        limits: Limits {
            ratio: 100,
            ratio_from: 1 << 12,
            bytes: 1 << 16,
        },
    };
    let mut text = Vec::new();
    let unpacked = unpack_with(bytes.as_slice(), &how);
    let read = unpacked.and_then(|mut unpacked| unpacked.read_to_end(&mut text));
    assert!(text.len() <= 1 << 16 || bytes.len() > 1 << 16);
    if let Err(problem) = read {
        assert!(!problem.to_string().is_empty());
    }
}
