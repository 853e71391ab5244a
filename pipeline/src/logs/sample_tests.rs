//! Samples of several formats: where lines go, which pages there would be, and that nobody is named.

use super::super::format::{SourceOptions, recognise};
use super::super::key::Key;
use super::super::read::LogBlocks;
use super::super::site::{Site, SiteSettings};
use super::super::user_field::user_field;
use super::*;

fn context() -> Context {
    Context {
        site: Site::new(SiteSettings {
            base_url: "https://portal".into(),
            templates: vec!["/tickets/{id}".into()],
            ..SiteSettings::default()
        }),
        key: Key::new([7; 32]),
        log_zone: jiff::tz::TimeZone::UTC,
        latest_ts: i64::MAX,
    }
}

fn sample(text: &str) -> (Sample, Option<String>) {
    let format = recognise(text.as_bytes(), &SourceOptions::default()).expect("a known format");
    let mut blocks = LogBlocks::new(text.as_bytes(), &format).expect("memory can be read");
    let mut block = Block::default();
    assert!(blocks.next_into(&mut block).expect("memory can be read"));
    let sample = look(&format, &block, &context());
    let told = format!("{sample:?}");
    for personal in ["ann", "10.0.0.1", "secret"] {
        assert!(!told.contains(personal), "{personal} in {told}");
    }
    let counts = &sample.counts;
    let sum = counts.events + counts.filtered_sum() + counts.rejected + counts.comments;
    assert_eq!(counts.lines, sum);
    let whole = super::super::parse::parse_block(&format, &block.bytes, 1, 0, &context());
    assert_eq!(sample.counts, whole.counts, "line by line it is the same");
    (sample, user_field(&format, &block.bytes))
}

fn pages(sample: &Sample) -> Vec<(&str, Vec<&str>)> {
    let all = sample.pages.iter();
    all.map(|(page, of)| (page.as_str(), of.iter().map(String::as_str).collect()))
        .collect()
}

#[test]
fn combined_lines_filters_and_rejects() {
    let line = |user: &str, method: &str, address: &str, status: u32| {
        format!(
            "10.0.0.1 - {user} [01/May/2024:10:00:00 +0000] \"{method} {address} HTTP/1.1\" {status} 5 \"-\" \"x\"\n"
        )
    };
    let text = [
        line("ann", "GET", "/hr/index.html?q=secret&x=", 200),
        line("ann", "GET", "/hr/;jsessionid=secret", 200),
        line("-", "GET", "/tickets/17", 200),
        line("ann", "GET", "/a.css?v=secret", 200),
        line("ann", "GET", "/gone", 404),
        line("ann", "POST", "/form?user=secret", 200),
        line("ann", "GET", "/x", 200).replace("01/May", "41/May"),
        "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"secret\" 400 5 \"-\" \"x\"\n".to_owned(),
        "\n".to_owned(),
    ]
    .concat();
    let (sample, user) = sample(&text);
    assert_eq!(
        user.as_deref(),
        Some("the user of each line (%u, $remote_user)")
    );
    assert_eq!(
        (sample.n_records, sample.n_with_user, sample.n_without_zone),
        (7, 6, 0)
    );
    let shape = "99.9.9.9 - aaa [99/aaa/9999:99:99:99 +9999] \"aaaaaa\" 999 9 \"-\" \"a\"";
    let filtered: Vec<_> = sample
        .filtered
        .iter()
        .map(|(f, e)| (*f, e.as_str()))
        .collect();
    assert_eq!(
        filtered,
        [
            ("error", "/gone (404)"),
            ("method", "/form?user=\u{2026} (200)"),
            ("no_request", shape),
            ("static", "/a.css?v=\u{2026} (200)"),
        ]
    );
    let rejected: Vec<_> = sample
        .rejected
        .iter()
        .map(|(r, (n, line, _))| (*r, *n, *line))
        .collect();
    assert_eq!(rejected, [("no readable date", 1, 7)]);
    assert_eq!(
        pages(&sample),
        [
            (
                "/hr",
                vec!["/hr/;jsessionid=\u{2026}", "/hr/index.html?q=\u{2026}&x="]
            ),
            ("/tickets/{id}", vec!["/tickets/17"]),
        ]
    );
}

#[test]
fn the_field_of_users_is_named_in_every_format() {
    let w3c = "#Fields: date time cs-uri-stem cs-username c-ip\n2024-05-01 10:00:00 /a ann 10.0.0.1\n\
               #Fields: cs-uri-stem date time c-ip\n/b 2024-05-01 10:00:00 10.0.0.1\n";
    let (seen, user) = sample(w3c);
    assert_eq!(
        (user.as_deref(), seen.counts.events),
        (Some("`cs-username`"), 2)
    );
    assert_eq!(
        (seen.n_records, seen.n_with_user, seen.n_without_zone),
        (2, 1, 0)
    );
    let (seen, user) = sample(
        "Time;Who;User;Page\n2024-05-01 10:00:00;x;\"ann\nb\";/a\n2024-05-01 10:00:00;x;;/b\n",
    );
    assert_eq!((user.as_deref(), seen.n_without_zone), (Some("`User`"), 1));
    assert_eq!((seen.counts.comments, seen.counts.rejected), (1, 1));
    let json = "{\"ts\":1714557600,\"username\":\"ann\",\"url\":\"https://portal/a\"}\n";
    let (seen, user) = sample(&json.repeat(3));
    assert_eq!(user.as_deref(), Some("`username`"));
    assert_eq!(pages(&seen), [("/a", vec!["https://portal/a"])]);
    let common = "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5\n";
    let hosted = format!("portal:443 {common}");
    let (seen, _) = sample(&[common, &hosted, common].concat());
    let kinds: Vec<_> = seen.kinds.into_iter().collect();
    assert_eq!(kinds, [("common", 2), ("vhost_common", 1)]);
    assert_eq!(sample("\n").1, None);
}
