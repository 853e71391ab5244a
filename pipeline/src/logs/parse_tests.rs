//! Hand-checked lines of every format.

use super::super::format::{SourceOptions, recognise};
use super::super::key::Key;
use super::super::site::{Site, SiteSettings};
use super::*;
use Reason::{Date, NoPage, NoUser, OpenQuote, Shape, Status};

fn context() -> Context {
    let settings = SiteSettings {
        base_url: "https://intranet".into(),
        ..SiteSettings::default()
    };
    let latest_ts = "2026-01-01T00:00:00Z"
        .parse::<jiff::Timestamp>()
        .expect("a time")
        .as_microsecond();
    let log_zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("the zone is known");
    Context {
        site: Site::new(settings),
        key: Key::new([3; 32]),
        log_zone,
        latest_ts,
    }
}

fn parse(text: &[u8]) -> Batch {
    let format = recognise(text, &SourceOptions::default()).expect("the format is known");
    let batch = parse_block(&format, text, 1, 0, &context());
    let counts = &batch.counts;
    assert_eq!(
        counts.lines,
        counts.events + counts.filtered_sum() + counts.rejected + counts.comments
    );
    assert_eq!(
        (counts.events, counts.rejected),
        (batch.events.len() as u64, batch.rejects.len() as u64)
    );
    batch
}

fn clf(user: &str, request: &str, status: u16, referrer: &str) -> String {
    format!(
        "10.0.0.1 - {user} [01/May/2024:10:00:00 +0200] \"{request}\" {status} 10 \"{referrer}\" \"Mozilla/5.0\"\n"
    )
}

fn names(batch: &Batch, ids: &[u32]) -> Vec<String> {
    let name = |id: &u32| {
        if *id == NONE {
            String::new()
        } else {
            batch.words.pages.text(*id).into_owned()
        }
    };
    ids.iter().map(name).collect()
}

#[test]
fn combined_lines_become_columns() {
    let text = [
        clf("Ann", "GET /hr/?x=1 HTTP/1.1", 200, "https://intranet/"),
        clf(
            "ann",
            "GET /search?q=holiday+leave HTTP/1.1",
            304,
            "https://www.Google.com/x",
        ),
        clf("-", "GET /a.pdf HTTP/1.1", 206, "-"),
    ];
    let batch = parse(text.concat().as_bytes());
    let events = &batch.events;
    assert_eq!(
        names(&batch, &events.each(|e| e.page)),
        ["/hr", "/search", "/a.pdf"]
    );
    assert_eq!(
        names(&batch, &events.each(|e| e.referrer.page())),
        ["/", "", ""]
    );
    assert_eq!(
        events.each(|e| e.action),
        [Action::View, Action::Search, Action::Download]
    );
    assert_eq!(
        batch.words.searches.text(events.terms.get(1)),
        "holiday leave"
    );
    assert_eq!(
        batch.words.hosts.text(events.rows[1].referrer.host()),
        "www.google.com"
    );
    assert_eq!(events.rows[0].person, events.rows[1].person);
    assert_eq!(events.each(|e| e.is_weak), [false, false, true]);
    assert_eq!(
        (events.rows[0].ts, events.rows[0].day),
        (1_714_550_400_000_000, 19_844)
    );
    assert_eq!(
        (
            events.rows[2].line,
            batch.counts.bytes,
            batch.evidence().len()
        ),
        (3, 30, 2)
    );
}

#[test]
fn filters_count_in_their_order() {
    let text = [
        clf("a", "-", 408, "-"),
        clf("a", "POST /x.css HTTP/1.1", 404, "-"),
        clf("a", "GET /x.css HTTP/1.1", 404, "-"),
        clf("a", "GET /x HTTP/1.1", 302, "-"),
        clf("a", "GET /x HTTP/1.1", 404, "-"),
        clf("a", "GET /x HTTP/1.1", 204, "-"),
        clf("a", "GET /x HTTP/1.1", 200, "-").replace("5.0\"", "5.0\" \"prefetch\""),
        clf("a", "GET /healthz HTTP/1.1", 200, "-"),
        "# a comment\n\n".into(),
    ];
    let batch = parse(text.concat().as_bytes());
    // Nothing is ignored unless the settings say so.
    assert_eq!(batch.counts.filtered[..9], [1, 1, 0, 1, 1, 1, 1, 1, 1]);
    assert_eq!(
        (
            batch.counts.comments,
            batch.counts.lines,
            batch.counts.bytes
        ),
        (2, 10, 80)
    );
    assert_eq!(
        (
            batch.evidence()[0].n_requests,
            batch.evidence()[0].n_client_errors
        ),
        (8, 1)
    );
    assert!(batch.words.pages.is_empty());
}

#[test]
fn rejects_say_where_and_why() {
    let future = clf("a", "GET / HTTP/1.1", 200, "-").replace("2024", "2027");
    let long = "x".repeat(LINE_LIMIT + 1);
    let good = clf("a", "GET / HTTP/1.1", 200, "-");
    let text = format!("{good}{good}{good}{future}{long}\nwhat?\n");
    let format = LogFormat::Combined(super::super::format::ClfLayout {
        has_host: false,
        has_referrer: true,
    });
    let batch = parse_block(&format, text.as_bytes(), 11, 1000, &context());
    assert_eq!(
        batch.rejects.reason,
        [Reason::Future, Reason::TooLong, Reason::Shape]
    );
    assert_eq!(batch.rejects.line, [14, 15, 16]);
    assert_eq!(batch.rejects.offset[0], 1000 + 3 * good.len() as u64);
    assert_eq!(batch.rejects.text[2], "aaaa?");
}

#[test]
fn rows_of_csv_and_json_agree() {
    let csv = "\u{feff}Time,USER,Page,Referer,session_id,action,target_user\r\n\
        2024-05-01 10:00:00,ann,/a,/,s1,,\r\n\
        \r\n\
        2024-05-01T08:00:00Z,\"Ann\",\"home\",,\"s\n2\",like,bob\r\n";
    let json = "{\"time\":\"2024-05-01 10:00:00\",\"user\":\"ann\",\"page\":\"/a\",\"referrer\":\"/\",\"session_id\":\"s1\"}\n\
        {\"time\":1714550400,\"user\":\"Ann\",\"page\":\"home\",\"session_id\":\"s\\n2\",\"action\":\"Like\",\"target_user\":\"bob\"}\n";
    let (csv, json) = (parse(csv.as_bytes()), parse(json.as_bytes()));
    assert_eq!(
        (csv.counts.lines, csv.counts.comments, csv.counts.events),
        (4, 2, 2)
    );
    assert_eq!(names(&csv, &csv.events.each(|e| e.page)), ["/a", "/home"]);
    assert_eq!(csv.events.each(|e| e.action), [Action::View, Action::Like]);
    assert_eq!(
        (csv.events.rows[0].ts, csv.events.rows[1].line),
        (1_714_550_400_000_000, 4)
    );
    let bob = context().key.person_of_user(b"bob");
    assert_eq!(
        (csv.events.target.get(0), csv.events.target.get(1)),
        (0, bob)
    );
    let same = |batch: &Batch| {
        (
            batch.events.each(|e| e.ts),
            batch.events.each(|e| e.page),
            batch.events.log_session.clone(),
        )
    };
    assert_eq!(same(&csv), same(&json));
    assert_eq!(csv.evidence(), json.evidence());
}

#[test]
fn rows_of_http_pass_the_filters_and_others_do_not() {
    let csv = "ts,user,url,status,method,event_id\n\
        1714550400,a,/x,404,,1\n1714550400,a,/x.css,,,2\n1714550400,a,/x,200,POST,2\n\
        1714550400,a,,,,3\n1714550400,,/x,,,4\n1714550400,a,/x,abc,,4\nnever,a,/x,,,\n1714550400,a\n1714550400,a,\"/x\n";
    let batch = parse(csv.as_bytes());
    assert_eq!(batch.counts.events, 1);
    assert!(batch.events.has_own_id.get(0));
    assert_eq!(
        batch.counts.filtered[Filter::Error as usize]
            + batch.counts.filtered[Filter::Method as usize],
        2
    );
    assert_eq!(
        batch.rejects.reason,
        [NoPage, NoUser, Status, Date, Shape, OpenQuote]
    );
}

#[test]
fn an_expression_that_finds_no_request_filters_the_line() {
    let options = SourceOptions {
        format: Some(r#"regex:(?P<ip>\S+) (?P<ts>\S+) "(?P<request>[^"]*)""#.into()),
        ..SourceOptions::default()
    };
    let text =
        b"10.0.0.1 1714550400 \"GET //a/b HTTP/1.1\"\n10.0.0.1 1714550400 \"POST /a HTTP/1.1\"\n\
        10.0.0.1 1714550400 \"-\"\n10.0.0.1 1714550400 \"\"\n10.0.0.1 1714550400 \"\\x16\"\n";
    let format = recognise(text, &options).expect("it is laid down");
    let batch = parse_block(&format, text, 1, 0, &context());
    assert_eq!(names(&batch, &batch.events.each(|e| e.page)), ["/a/b"]);
    let filtered: Vec<_> = batch.counts.filtered_by().collect();
    assert_eq!(filtered, [(Filter::NoRequest, 3), (Filter::Method, 1)]);
}

#[test]
fn a_mark_alone_is_an_empty_line() {
    let batch = parse("\u{feff}".as_bytes());
    assert_eq!((batch.counts.lines, batch.counts.comments), (1, 1));
}
