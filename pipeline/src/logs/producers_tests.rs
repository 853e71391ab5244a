//! A record of each producer, and public samples as a ledger.

use std::io::{Read, Write};

use super::super::batch::{Batch, Context};
use super::super::columns::NONE;
use super::super::format::{LogFormat, SourceOptions, recognise};
use super::super::key::Key;
use super::super::names::Names;
use super::super::parse::parse_block;
use super::super::read::{LogBlocks, read_all};
use super::super::site::{Site, SiteSettings};
use super::super::unpack::unpack;
use super::*;

#[test]
fn every_producer_names_a_time_and_a_page_in_few_columns() {
    for producer in PRODUCERS {
        assert!(producer.columns.len() < 50);
        let names = Names::of_producer(Some(producer), &[]).expect("no columns of one's own");
        let says = |field| producer.columns.iter().any(|(one, ..)| *one == field);
        assert!(says(Page) && (says(Time) || names.find(b"date").is_some()));
        for (field, path, unit) in producer.columns {
            let found = names.find(path.as_bytes()).expect("the path is a name too");
            assert_eq!((found.field, found.unit), (*field, *unit), "{path}");
        }
    }
}

fn context() -> Context {
    Context {
        site: Site::new(SiteSettings {
            base_url: "https://intranet".into(),
            ..SiteSettings::default()
        }),
        key: Key::new([3; 32]),
        log_zone: jiff::tz::TimeZone::UTC,
        latest_ts: i64::MAX,
    }
}

fn parse(text: &[u8]) -> (LogFormat, Batch) {
    let format = recognise(text, &SourceOptions::default()).expect("the format is known");
    let batch = parse_block(&format, text, 1, 0, &context());
    (format, batch)
}

/// One view of `/hr` by Ann, after `/`, of 1500 bytes in 43 ms.
fn is_the_view(line: &str, has_user: bool) {
    let (format, batch) = parse(format!("{line}\n").as_bytes());
    let (events, key) = (&batch.events, context().key);
    assert_eq!(
        (batch.counts.events, batch.counts.rejected),
        (1, 0),
        "{line}"
    );
    let page = |id: u32| (id != NONE).then(|| batch.words.pages.text(id).into_owned());
    assert_eq!(page(events.rows[0].page).as_deref(), Some("/hr"), "{line}");
    assert_eq!(
        page(events.rows[0].referrer.page()).as_deref(),
        Some("/"),
        "{line}"
    );
    assert!(format.has_referrer());
    assert_eq!(events.rows[0].ts, 1_714_557_600_000_000, "{line}");
    assert_eq!(
        (events.rows[0].status, events.rows[0].bytes),
        (200, 1500),
        "{line}"
    );
    assert!(matches!(events.duration_ms.get(0), 43 | -1), "{line}");
    assert_eq!(events.rows[0].client, key.client(b"10.0.0.1"), "{line}");
    let person = if has_user {
        key.person_of_user(b"ann")
    } else {
        key.weak_person(b"10.0.0.1", b"Mozilla/5.0")
    };
    assert_eq!(events.rows[0].person, person, "{line}");
}

#[test]
fn a_record_of_each_producer() {
    is_the_view(
        r#"{"level":"info","ts":1714557600.0,"request":{"remote_ip":"10.0.0.1","client_ip":"10.0.0.1","method":"GET","host":"intranet:443","uri":"/hr?x=1","headers":{"User-Agent":["Mozilla/5.0"],"Referer":["https://intranet/"]}},"user_id":"Ann","duration":0.0431,"size":1500,"status":200}"#,
        true,
    );
    is_the_view(
        r#"{"ClientAddr":"10.0.0.1:5123","ClientHost":"10.0.0.1","ClientUsername":"-","DownstreamContentSize":1500,"DownstreamStatus":200,"Duration":43100000,"RequestHost":"intranet","RequestMethod":"GET","RequestPath":"/hr/","StartUTC":"2024-05-01T10:00:00.000000000Z","request_Referer":"https://intranet/","request_User-Agent":"Mozilla/5.0","time":"2024-05-01T10:00:01Z"}"#,
        false,
    );
    is_the_view(
        r#"{"timeStamp":"2024-05-01T12:00:00+02:00","properties":{"clientIP":"10.0.0.1","httpMethod":"GET","originalRequestUriWithArgs":"\/hr?x=1","requestUri":"\/x","userAgent":"Mozilla\/5.0","referer":"https://intranet/","httpStatus":200,"sentBytes":1500,"timeTaken":0.043,"originalHost":"intranet"}}"#,
        false,
    );
    is_the_view(
        r#"{"httpRequest":{"requestMethod":"GET","requestUrl":"https://intranet/hr","status":200,"responseSize":"1500","userAgent":"Mozilla/5.0","remoteIp":"10.0.0.1","referer":"https://intranet/","latency":"0.043s"},"timestamp":"2024-05-01T10:00:00Z"}"#,
        false,
    );
    is_the_view(
        r#"{"ClientIP":"10.0.0.1","ClientRequestHost":"intranet","ClientRequestMethod":"GET","ClientRequestURI":"/hr","ClientRequestReferer":"https://intranet/","ClientRequestUserAgent":"Mozilla/5.0","EdgeResponseBytes":1500,"EdgeResponseStatus":200,"EdgeStartTimestamp":1714557600000000000}"#,
        false,
    );
    is_the_view(
        r#"{"@timestamp":"2024-05-01T10:00:00.000Z","url.original":"/hr?x=1","user":{"name":"Ann"},"http":{"request":{"method":"GET","referrer":"https://intranet/"},"response":{"status_code":200,"body":{"bytes":1500}}},"source":{"ip":"10.0.0.1"},"user_agent":{"original":"Mozilla/5.0"},"event":{"duration":43000000}}"#,
        true,
    );
    is_the_view(
        r#"{"start_time":"2024-05-01T10:00:00.000Z","method":"GET","path":"/hr","response_code":200,"bytes_sent":1500,"duration":43,"user_agent":"Mozilla/5.0","x_forwarded_for":"10.0.0.1,10.9.9.9","authority":"intranet","referer":"https://intranet/"}"#,
        false,
    );
    is_the_view(
        r#"{"time_local":"01/May/2024:10:00:00 +0000","remote_addr":"10.0.0.1","remote_user":"Ann","request":"GET /hr?x=1 HTTP/1.1","status":"200","body_bytes_sent":"1500","request_time":"0.043","http_referer":"https://intranet/","http_user_agent":"Mozilla/5.0","http_host":"intranet"}"#,
        true,
    );
    is_the_view(
        r#"{"ip":"10.0.0.1","host":"intranet","path":"/hr","status":"200","referrer":"https://intranet/","user_agent":"Mozilla/5.0","length":1500,"generation_time_milli":0.043,"date":"2024-05-01T10:00:00Z"}"#,
        false,
    );
}

#[test]
fn a_table_of_a_producer_and_requests_that_are_none() {
    let text = "time_iso8601\tremote_addr\tremote_user\trequest\tstatus\n\
        2024-05-01T10:00:00+00:00\t10.0.0.1\tann\tGET /hr HTTP/1.1\t200\n\
        2024-05-01T10:00:00+00:00\t10.0.0.1\tann\tPOST /hr HTTP/1.1\t200\n\
        2024-05-01T10:00:00+00:00\t10.0.0.1\t-\t\\x16\\x03\t400\n\
        time_iso8601\tremote_addr\tremote_user\trequest\tstatus\n\
        2024-05-01T10:00:00+00:00\t10.0.0.1\tann\t-\t400\n";
    let (format, batch) = parse(text.as_bytes());
    assert_eq!(format.as_str(), "tsv");
    let filtered: Vec<_> = batch
        .counts
        .filtered_by()
        .map(|(f, n)| (f.as_str(), n))
        .collect();
    assert_eq!(filtered, [("no_request", 2), ("method", 1)]);
    // The header again is a comment.
    assert_eq!(
        (
            batch.counts.events,
            batch.counts.comments,
            batch.counts.rejected
        ),
        (1, 2, 0)
    );
}

#[test]
fn a_header_behind_blank_lines_is_found_in_any_block() {
    let blank = "\r\n".repeat(5 << 19);
    let text = format!("{blank}ts,user,url\n1714557600,ann,/hr\n");
    let format = recognise(
        b"\n\nts,user,url\n1714557600,ann,/hr\n",
        &SourceOptions::default(),
    );
    let format = format.expect("it is known");
    let blocks = LogBlocks::new(text.as_bytes(), &format).expect("memory can be read");
    let (all, _) = read_all(blocks, &format, &context()).expect("memory can be read");
    assert_eq!((all.counts.events, all.counts.rejected), (1, 0));
}

#[test]
fn the_ledger_of_public_samples() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/log_formats");
    // File, format, lines, events, filtered, comments; none is rejected.
    let ledger: [(&str, &str, [u64; 4]); 6] = [
        ("matomo_caddy_json.log", "jsonl", [3, 1, 2, 0]),
        ("matomo_nginx_json.log", "jsonl", [2, 2, 0, 0]),
        (
            "plaso_azure_application_gateway_access.json",
            "jsonl",
            [2, 1, 1, 0],
        ),
        ("matomo_common.log", "common", [1, 0, 1, 0]),
        ("matomo_common.log.gz", "common", [1, 0, 1, 0]),
        ("matomo_common.log.bz2", "common", [1, 0, 1, 0]),
    ];
    for (name, format, counts) in ledger {
        let Ok(bytes) = std::fs::read(format!("{folder}/{name}")) else {
            writeln!(std::io::stderr(), "skipped: no file {folder}/{name}").ok();
            continue;
        };
        let mut text = Vec::new();
        let mut unpacked = unpack(&*bytes).expect("memory can be read");
        unpacked.read_to_end(&mut text).expect("it is sound");
        let (found, batch) = parse(&text);
        let c = &batch.counts;
        assert_eq!(found.as_str(), format, "{name}");
        assert_eq!(
            [c.lines, c.events, c.filtered_sum(), c.comments],
            counts,
            "{name}"
        );
        assert_eq!(c.rejected, 0, "{name}");
    }
}
