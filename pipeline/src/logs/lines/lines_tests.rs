//! Every layout among the others: told apart, never a panic, and the public samples to the line.

use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::logs::columns::Event;
use crate::logs::format::{LogFormat, NotRecognised, SourceOptions, recognise};
use crate::logs::key::Key;
use crate::logs::parse::parse_block;
use crate::logs::read::{LogBlocks, read_all};
use crate::logs::site::{Site, SiteSettings};
use crate::logs::split::header_behind;
use crate::logs::{Batch, Context, Header, unpack};

const ALB: &str = "https 2024-05-01T10:00:00.500000Z app/x 10.0.0.1:2817 10.0.0.2:80 0.000 0.001 0.000 200 200 0 57 \"GET https://intranet:443/a HTTP/1.1\" \"Mozilla/5.0\" - - arn \"x\" \"y\"";
const ELB: &str = "2024-05-01T10:00:00.500000Z lb 10.0.0.1:2817 10.0.0.2:80 0.000 0.001 0.000 200 200 0 57 \"GET https://intranet:443/a HTTP/1.1\" \"Mozilla/5.0\" - -";
const S3: &str = "79a5 docs [01/May/2024:10:00:00 +0000] 10.0.0.1 - 3E57 REST.GET.OBJECT a \"GET /a HTTP/1.1\" 200 - 26 34 70 10 \"https://intranet/\" \"Mozilla/5.0\" -";
const HAPROXY: &str = "haproxy[14]: 10.0.0.1:33317 [01/May/2024:10:00:00.655] http-in static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 \"GET /a HTTP/1.1\"";
const BITBUCKET: &str = "10.0.0.1 | https | o@PZQFBCx921x19253x0 | ann | 2024-05-01 10:00:00,431 | \"GET /a HTTP/1.1\" | \"\" \"\" | 200 | 0 | 19 | - | 6 | 1irez8i |";
const CONFLUENCE: &str = "[01/May/2024:10:00:00 +0000] ann http-nio-8080-exec-6 10.0.0.1 GET /a HTTP/1.1 200 20ms 78 https://wiki/ Mozilla/5.0 (X11)";
const FILTER: &str = "2024-05-01 10:00:00,845 INFO [TP-3] [atlassian.confluence.util.AccessLogFilter] doFilter ann https://intranet/a 17-32 81 10.0.0.1";
const JIRA: &str = "10.0.0.1 600x18x1 ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 134 125 \"https://jira/\" \"Mozilla/5.0\" \"1abc234\"";
const TIMED: &str = "intranet 10.0.0.1 - ann [01/May/2024:10:00:00 +0000] (0 s) \"GET /a HTTP/1.1\" 200 36 \"-\" \"Mozilla/5.0\"";
const HOSTED: &str = "intranet:443 10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 36 \"-\" \"Mozilla/5.0\"";
const COMBINED: &str =
    "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 36 \"-\" \"Mozilla/5.0\"";
const COMMON: &str = "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 36";

const SAMPLES: [(&str, &str); 13] = [
    ("alb", ALB),
    ("elb", ELB),
    ("s3", S3),
    ("haproxy", HAPROXY),
    ("iis_native", NATIVE),
    ("bitbucket", BITBUCKET),
    ("confluence", CONFLUENCE),
    ("access_filter", FILTER),
    ("jira", JIRA),
    ("timed", TIMED),
    ("vhost_combined", HOSTED),
    ("combined", COMBINED),
    ("common", COMMON),
];

const NATIVE: &str = "10.0.0.1, -, 05/01/24, 7:55:20, W3SVC2, SALES1, 10.0.0.9, 4502, 163, 3223, 200, 0, GET, /a, -,";
const IIS: &str = "#Software: Microsoft Internet Information Services 10.0\r\n#Version: 1.0\r\n#Date: 2024-05-01 10:00:00\r\n\
    #Fields: date time cs-method cs-uri-stem cs-uri-query cs-username c-ip cs(User-Agent) cs(Referer) sc-status time-taken\r\n\
    2024-05-01 10:00:00 GET /a - DOM\\ann 10.0.0.1 Mozilla/5.0+(X11) - 200 15\r\n";

fn context() -> Context {
    let settings = SiteSettings {
        base_url: "https://intranet".into(),
        ..SiteSettings::default()
    };
    let log_zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("the zone is known");
    Context {
        site: Site::new(settings),
        key: Key::new([3; 32]),
        log_zone,
        latest_ts: i64::MAX,
    }
}

fn of(text: &str) -> Result<LogFormat, NotRecognised> {
    recognise(text.as_bytes(), &SourceOptions::default())
}

fn read(text: &[u8], options: &SourceOptions) -> (String, Batch) {
    let sample = unpack::sample(text, 1 << 16).expect("memory can be read");
    let format = recognise(&sample, options).expect("the format is known");
    let blocks = LogBlocks::new(text, &format).expect("memory can be read");
    let (all, _) = read_all(blocks, &format, &context()).expect("memory can be read");
    (format.as_str().to_owned(), all)
}

fn pages(batch: &Batch) -> Vec<String> {
    let page = |event: &Event| batch.words.pages.text(event.page).into_owned();
    batch.events.each(page)
}

#[test]
fn every_layout_is_told_by_its_content() {
    for (name, line) in SAMPLES {
        let (format, batch) = read(
            format!("{line}\n{line}\n# end\n").as_bytes(),
            &SourceOptions::default(),
        );
        assert_eq!(format, name, "{line}");
        assert_eq!(
            (batch.counts.events, batch.counts.comments),
            (2, 1),
            "{name}"
        );
        assert_eq!(pages(&batch), ["/a", "/a"], "{name}");
        let forced = SourceOptions {
            format: Some(name.replace("access_filter", "jira")),
            ..SourceOptions::default()
        };
        assert_eq!(read(line.as_bytes(), &forced).0, name);
    }
}

#[test]
fn several_layouts_in_one_file_are_reported() {
    for (first, a) in SAMPLES {
        for (second, b) in SAMPLES {
            let (format, batch) = read(
                format!("{a}\n{a}\n{b}\n").as_bytes(),
                &SourceOptions::default(),
            );
            let want = if first == second {
                first.to_owned()
            } else {
                format!("{first}+{second}")
            };
            assert_eq!((format, batch.counts.events), (want, 3));
        }
    }
}

#[test]
fn times_without_a_zone_are_the_sources_but_those_of_iis_are_utc() {
    let first =
        |text: &str, options: &SourceOptions| read(text.as_bytes(), options).1.events.rows[0].ts;
    let plain = SourceOptions::default();
    let utc = first(COMBINED, &plain);
    assert_eq!(first(IIS, &plain), utc);
    // Berlin is two hours ahead in May.
    let two_hours = 7_200_000_000;
    assert_eq!(first(HAPROXY, &plain), utc - two_hours + 655_000);
    assert_eq!(first(BITBUCKET, &plain), utc - two_hours + 431_000);
    let zoned = SourceOptions {
        has_zone: true,
        ..SourceOptions::default()
    };
    assert_eq!(first(IIS, &zoned), utc - two_hours);
}

#[test]
fn directives_change_inside_a_file() {
    let text = format!(
        "{IIS}#Date: 2024-05-02 00:00:00\r\n#Fields: time c-ip cs-username cs-uri-stem cs(X-Custom)\r\n\
         00:00:01 10.0.0.1 - /b \"x \"\"y\"\" z\"\r\n00:00:02 10.0.0.1 ann /c\r\n#Fields: cs-uri-stem c-ip date time\r\n/d 10.0.0.1 2024-05-03 00:00:00\r\n"
    );
    let (format, batch) = read(text.as_bytes(), &SourceOptions::default());
    assert_eq!(
        (format.as_str(), pages(&batch)),
        ("iis", vec!["/a".into(), "/b".into(), "/d".into()])
    );
    assert_eq!(
        (batch.counts.comments, batch.rejects.line.clone()),
        (7, vec![9])
    );
    let days: Vec<i32> = batch.events.each(|event| event.day);
    assert_eq!((days[1] - days[0], days[2] - days[1]), (1, 1));
}

#[test]
fn a_clock_that_goes_past_midnight_is_of_the_next_day() {
    let text = "#Date: 2024-05-01 22:10:00\n#Fields: time c-ip cs-uri-stem\n\
        23:59:58 10.0.0.1 /a\n00:00:01 10.0.0.1 /b\n23:59:59 10.0.0.1 /late\n00:00:02 10.0.0.1 /c\n\
        00:00:01 10.0.0.1 /d\n21:00:00 10.0.0.1 /e\n06:00:00 10.0.0.1 /f\n\
        #Date: 2024-05-07 23:50:00\n00:10:00 10.0.0.1 /g\n";
    let (_, batch) = read(text.as_bytes(), &SourceOptions::default());
    let first = batch.events.rows[0].day;
    let days: Vec<i32> = batch.events.each(|event| event.day - first);
    assert_eq!(days, [0, 1, 0, 1, 1, 1, 2, 7]);
    let hours = |from: usize, to: usize| {
        (batch.events.rows[to].ts - batch.events.rows[from].ts) / 3_600_000_000
    };
    assert_eq!(
        pages(&batch),
        ["/a", "/b", "/late", "/c", "/d", "/e", "/f", "/g"]
    );
    assert_eq!((hours(1, 5), hours(5, 6)), (20, 9));
}

#[test]
fn a_file_that_grew_keeps_the_directives_of_its_first_part() {
    let first =
        format!("{IIS}#Fields: date time c-ip cs-uri-stem\r\n2024-05-01 10:00:00 10.0.0.1 /b\r\n");
    let more = "2024-05-01 10:00:00 10.0.0.1 /c\r\n";
    let format = of(&first).expect("the format is known");
    let before = format.header().cloned().expect("a header");
    let header = header_behind(first.as_bytes(), before).expect("memory can be read");
    let format = format.under(Some(&header));
    let start = (8, first.len() as u64);
    let blocks = LogBlocks::starting_at(more.as_bytes(), &format, start);
    let (all, _) = read_all(blocks.expect("memory can be read"), &format, &context())
        .expect("memory can be read");
    assert_eq!(
        (pages(&all), all.counts.rejected),
        (vec!["/c".to_owned()], 0)
    );
}

#[test]
fn what_is_missing_or_unknown_is_told() {
    let shout = of("#Fields: c-dns date time\nx 2024-05-01 10:00:00\n").expect_err("no user");
    assert!(
        shout
            .to_string()
            .contains("cannot find the user of this w3c log among c-dns, date, time"),
        "{shout}"
    );
    let unknown = of(
        "some words\nother words\n# comment\n10.0.0.1 - - [01/May/2024:10:00:00 +0000] \"-\" 408 0\nthird 3\nfourth\n",
    );
    let told = unknown.expect_err("no format").to_string();
    assert!(
        told.starts_with("not recognised: combined reads 20 %, jsonl reads 0 %, csv reads 0 %"),
        "{told}"
    );
    assert!(
        told.ends_with("aaaa aaaaa | aaaaa aaaaa | aaaaa 9"),
        "{told}"
    );
    let options = SourceOptions {
        format: Some("%h %J".into()),
        ..SourceOptions::default()
    };
    let bad = recognise(b"x\n", &options).expect_err("no directive");
    assert!(
        bad.to_string()
            .contains("cannot use the format of [[logs]]: `%J` at character 4"),
        "{bad}"
    );
    let options = SourceOptions {
        format: Some("elb2".into()),
        ..SourceOptions::default()
    };
    let bad = recognise(b"x\n", &options).expect_err("no format");
    assert!(
        bad.to_string()
            .contains("cannot read the format elb2: use combined"),
        "{bad}"
    );
}

#[test]
fn formats_of_the_settings() {
    for (format, name, line) in [
        (r#"%h %l %u %t "%r" %>s %b"#, "apache", COMMON),
        (
            "$remote_addr - $remote_user [$time_local] \"$request\" $status $bytes_sent",
            "nginx",
            COMMON,
        ),
        (
            r#"regex:(?P<ip>\S+) - (?P<user>\S+) \[(?P<time>[^]]+)\] "(?P<request>[^"]+)" (?P<status>\d+) (?P<bytes>\d+)"#,
            "regex",
            COMMON,
        ),
        (
            "#Fields: date time c-ip cs-uri-stem",
            "w3c",
            "2024-05-01 10:00:00 10.0.0.1 /a",
        ),
    ] {
        let options = SourceOptions {
            format: Some(format.into()),
            ..SourceOptions::default()
        };
        let (told, batch) = read(format!("{line}\nnonsense\n").as_bytes(), &options);
        assert_eq!(
            (told.as_str(), batch.counts.events, batch.counts.rejected),
            (name, 1, 1),
            "{format}"
        );
        assert_eq!(pages(&batch), ["/a"]);
    }
}

/// File, format, and the filters that caught lines.
const PUBLIC: [(&str, &str, &str); 15] = [
    ("matomo_amazon_cloudfront_web.log", "cloudfront", ""),
    ("matomo_common.log", "common", "redirect 1"),
    ("matomo_common.log.gz", "common", "method 1"),
    ("matomo_common_complete.log", "vhost_combined", "redirect 1"),
    ("matomo_elb.log", "elb", "no_request 1"),
    ("matomo_gandi.log", "timed", "redirect 1"),
    ("matomo_icecast2.log", "combined", "redirect 1"),
    ("matomo_logs_to_tests.log", "combined", "method 1"),
    ("matomo_ncsa_extended.log", "combined", "redirect 1"),
    ("matomo_shoutcast.log", "w3c", ""),
    ("matomo_static_ignores.log", "vhost_combined", "static 3"),
    (
        "plaso_apache_access.log",
        "combined+common+vhost_combined",
        "error 2",
    ),
    (
        "plaso_aws_elb_access.log",
        "alb+elb",
        "no_request 2, static 8",
    ),
    ("plaso_confluence_access.log", "confluence", "static 1"),
    ("plaso_confluence_access_post7.11.log", "confluence", ""),
];

#[test]
fn public_samples_to_the_line() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/log_formats");
    let Ok(expected) = std::fs::read_to_string(format!("{folder}/expect.tsv")) else {
        writeln!(std::io::stderr(), "skipped: no folder {folder}").ok();
        return;
    };
    for (file, format, filtered) in PUBLIC {
        let bytes = std::fs::read(format!("{folder}/{file}")).expect("the sample is there");
        let (name, batch) = read(&bytes, &SourceOptions::default());
        let counts = &batch.counts;
        let row = expected
            .lines()
            .map(|row| row.split('\t').collect::<Vec<_>>())
            .find(|row| row[0] == file);
        let row = row.expect("the file is expected");
        let readable = counts.events + counts.filtered_sum();
        assert_eq!(
            (counts.lines.to_string(), readable.to_string()),
            (row[1].to_owned(), row[2].to_owned()),
            "{file}"
        );
        let caught: Vec<String> = counts
            .filtered_by()
            .map(|(filter, n)| format!("{} {n}", filter.as_str()))
            .collect();
        assert_eq!(
            (name.as_str(), caught.join(", ").as_str()),
            (format, filtered),
            "{file}"
        );
    }
}

fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        (0..9).prop_map(|n| format!("2024-05-01 10:00:0{n} 10.0.0.{n} /p{n}\n")),
        (0..9).prop_map(|n| format!("10:00:0{n} /p{n} 10.0.0.{n}\r\n")),
        (0..24).prop_map(|h| format!("{h:02}:59:59 /h{h} 10.0.0.{h}\n")),
        Just("#Fields: date time c-ip cs-uri-stem\n".to_owned()),
        Just("#Fields: time cs-uri-stem c-ip\r\n".to_owned()),
        (1..9).prop_map(|n| format!("#Date: 2024-05-0{n} 00:00:00\n")),
        "[#a \n]{0,9}",
    ]
}

proptest! {
    #[test]
    fn no_bytes_make_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), at in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>()) {
        let mut lines: Vec<Vec<u8>> = vec![bytes.clone()];
        for (_, line) in SAMPLES {
            // A good line with some bytes of it replaced, and cut anywhere.
            let mut line = line.as_bytes().to_vec();
            let at = at.index(line.len());
            let n = bytes.len().min(line.len() - at).min(3);
            line[at..at + n].copy_from_slice(&bytes[..n]);
            lines.push(line[..cut.index(line.len())].to_vec());
            lines.push(line);
        }
        for line in &lines {
            for kind in Kind::ALL {
                kind.read(line).ok();
            }
            recognise(line, &SourceOptions::default()).ok();
        }
        let mut header = Header::default();
        header.see_all(IIS.as_bytes());
        let mut w3c = W3c::new(Names::new(&[]).expect("no columns"), false, header);
        w3c.see(&[&b"#Fields: "[..], &bytes].concat());
        w3c.read(&bytes).ok();
    }

    #[test]
    fn any_cutting_keeps_the_directives(pieces in prop::collection::vec(piece(), 0..40), target in 1usize..200) {
        use crate::logs::parse::Parser;
        use crate::logs::split::{Block, Blocks, Unit};

        let format = of("#Fields: date time c-ip cs-uri-stem\n").expect("the format is known");
        let text = pieces.concat();
        let context = context();
        let whole = parse_block(&format, text.as_bytes(), 1, 0, &context);
        let mut blocks = Blocks::with_target(text.as_bytes(), Unit::Directed, target)
            .starting_under(format.header().cloned().expect("a header"));
        let (mut parser, mut block, mut cut) = (Parser::new(&context), Block::default(), Batch::default());
        while blocks.next_into(&mut block).expect("memory can be read") {
            let format = format.under(block.header.as_deref());
            cut.append(parser.parse_block(&format, &block.bytes, block.first_line, block.first_offset));
        }
        cut.words = parser.words().clone();
        prop_assert_eq!(whole, cut);
    }
}
