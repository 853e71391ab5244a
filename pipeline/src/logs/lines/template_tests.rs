//! Directives pasted as they are, their mistakes, and lines written out and read back.

use proptest::prelude::*;

use super::super::{apache, nginx};
use super::*;
use crate::logs::time::Written;

const COMBINED: &str = r#"%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i""#;
const MAIN: &str = "log_format  main  '$remote_addr - $remote_user [$time_local] \"$request\" '\n    \
    '$status $body_bytes_sent \"$http_referer\" '\n    '\"$http_user_agent\" \"$http_x_forwarded_for\" $request_time';";
const AT: i64 = 1_714_557_600_000_000;

fn apache(format: &str) -> Template {
    apache::compile(format).unwrap_or_else(|error| panic!("{format}: {error}"))
}

#[test]
fn directives_of_apache() {
    let line = br#"intranet:443 10.0.0.1 - Ann Lee [01/May/2024:10:00:00 +0000] "GET /a\"b?q=1 HTTP/1.1" 200 - "-" "x \\ y" 1500 "-" abc "s1""#;
    let format = r#"LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\" %D \"%{X-Forwarded-For}i\" %{UNIQUE_ID}e \"%{JSESSIONID}C\"" timed"#;
    let web = apache(format).read(line).expect("a line of it");
    assert_eq!(
        (&*web.host, &*web.client, &*web.user),
        (&b"intranet"[..], &b"10.0.0.1"[..], &b"Ann Lee"[..])
    );
    assert_eq!(
        (&*web.target, &*web.agent),
        (&b"/a\"b?q=1"[..], &b"x \\ y"[..])
    );
    assert_eq!((web.status, web.bytes, web.duration_ms), (200, -1, 2));
    assert_eq!((&*web.session, web.time), (&b"s1"[..], Written::Utc(AT)));
    // The same string as TOML gives it from single quotes.
    let bare = r#"%h %l %u %t \"%r\" %>s %b"#;
    let line = b"10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5";
    assert!(
        apache(bare)
            .read(line)
            .is_ok_and(|web| web.bytes == 5 && &*web.target == b"/")
    );
}

#[test]
fn addresses_and_times_in_pieces() {
    let format = "%{%Y-%m-%d %H:%M:%S}t.%{msec_frac}t %{%z}t %a %u %m %U%q %H %s %{ms}T";
    let line = b"2024-05-01 12:00:00.250 +0200 10.0.0.1 ann GET /a?b=c HTTP/1.1 200 7";
    let web = apache(format).read(line).expect("a line of it");
    assert_eq!(
        (&*web.target, web.time, web.duration_ms),
        (&b"/a?b=c"[..], Written::Utc(AT + 250_000), 7)
    );
    let apart = apache("%{sec}t %h %U %q")
        .read(b"1714557600 10.0.0.1 /a ?b")
        .expect("a line of it");
    assert_eq!(
        (&*apart.target, apart.time),
        (&b"/a?b"[..], Written::Utc(AT))
    );
    let tomcat = "%t %{X-AUSERNAME}o %I %h %r %s %Dms %b %{Referer}i %{User-Agent}i";
    let line = b"[01/May/2024:10:00:00 +0000] ann exec-1 10.0.0.1 GET /a HTTP/1.1 200 20ms 5 - Mozilla/5.0 (X11)";
    let web = apache(tomcat).read(line).expect("a line of it");
    assert_eq!(
        (&*web.user, &*web.target, web.duration_ms),
        (&b"ann"[..], &b"/a"[..], 20)
    );
    assert_eq!(&*web.agent, b"Mozilla/5.0 (X11)");
    let jira = "%a %{jira.request.id}r %{jira.request.username}r %t &quot;%m %U%{sanitized.query}r %H&quot; %s %b %D \
        &quot;%{sanitized.referer}r&quot; &quot;%{User-Agent}i&quot; &quot;%{jira.request.assession.id}r&quot;";
    let line = b"10.0.0.1 1x2x3 ann [01/May/2024:10:00:00 +0000] \"GET /a?b HTTP/1.1\" 200 5 9 \"-\" \"x\" \"s1\"";
    assert!(
        apache(jira)
            .read(line)
            .is_ok_and(|web| &*web.session == b"s1" && &*web.target == b"/a?b")
    );
}

#[test]
fn directives_of_nginx() {
    let template = nginx::compile(MAIN).expect("a directive");
    let line = b"10.0.0.9 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"https://intranet/\" \"x\" \
        \"10.0.0.1, 10.0.0.2\" 0.250";
    let web = template.read(line).expect("a line of it");
    assert_eq!(
        (&*web.client, &*web.user, web.duration_ms),
        (&b"10.0.0.1"[..], &b"ann"[..], 250)
    );
    assert!(template.has_referrer() && template.as_str() == "nginx");
    let format = "${time_iso8601}|$msec|$remote_addr|$uri$is_args$args|$mine|$cookie_sessionid";
    let read = nginx::compile(format).expect("a format");
    let web = read
        .read(b"2024-05-01T10:00:00+00:00|1714557600.5|::1|/a?b=c|?|s1")
        .expect("a line of it");
    assert_eq!(
        (&*web.target, web.time, &*web.session),
        (&b"/a?b=c"[..], Written::Utc(AT + 500_000), &b"s1"[..])
    );
    let json = r#"log_format json escape=json '{"t":"$time_iso8601","ip":"$remote_addr","r":"$request"}';"#;
    let line = br#"{"t":"2024-05-01T10:00:00+00:00","ip":"::1","r":"GET /a HTTP/1.1"}"#;
    assert!(
        nginx::compile(json)
            .expect("a directive")
            .read(line)
            .is_ok()
    );
}

#[test]
fn mistakes_say_what_and_where() {
    for (format, told) in [
        ("%h %t %J", "`%J` at character 7 is no directive"),
        ("é%h %t %{abc}y", "`%{abc}y` at character 8"),
        (r#"LogFormat "%h %J" x"#, "`%J` at character 15"),
        (
            "%h%u %t %r",
            "no text stands before the field at character 3",
        ),
        ("%h %{Referer", "the brace at character 4 is never closed"),
        ("%h %{%Y %Q}t", "`%Q` in the time at character 4"),
        ("%h %r", "has no time"),
        ("%t %r", "has no user and no address"),
        ("%h %t", "has no request"),
        ("%h %t %", "`%` at character 7"),
    ] {
        let error = apache::compile(format).expect_err(format);
        assert!(error.contains(told), "{format}: {error}");
    }
    for (format, told) in [
        (
            "$remote_addr $tme_local $request",
            "has no time; not known: `$tme_local` at character 14",
        ),
        (
            "$remote_addr $ [$time_local] $request",
            "the `$` at character 14",
        ),
        ("${remote_addr [$time_local]", "the `$` at character 1"),
        ("$remote_addr$request [$time_local]", "character 13"),
    ] {
        let error = nginx::compile(format).expect_err(format);
        assert!(error.contains(told), "{format}: {error}");
    }
}

#[test]
fn a_line_that_is_none_says_why() {
    let template = apache(COMBINED);
    let why = |line: &[u8]| template.read(line).expect_err("no line of it");
    assert_eq!(
        why(b"10.0.0.1 - - [01/Mai/2024:10:00:00 +0000] \"-\" 200 1 \"-\" \"-\""),
        Reason::Date
    );
    assert_eq!(
        why(b"10.0.0.1 - - [01/May/2024:10:00:00 +0000] \"-\" abc 1 \"-\" \"-\""),
        Reason::Status
    );
    assert_eq!(
        why(b"10.0.0.1 - - [01/May/2024:10:00:00 +0000] \"-\" 200 x \"-\" \"-\""),
        Reason::Size
    );
    assert_eq!(
        why(b"10.0.0.1 - - [01/May/2024:10:00:00 +0000] \"-\" 200 1 \"-\" \"-"),
        Reason::OpenQuote
    );
    assert_eq!(why(b"10.0.0.1 - -"), Reason::Shape);
}

/// As Apache writes a value.
fn escaped(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    for byte in value {
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\t' => out.extend_from_slice(b"\\t"),
            b' '..=b'~' => out.push(*byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out
}

/// A field of a directive, a value for it, and how the value is written.
#[derive(Clone, Debug)]
struct Sample {
    directive: &'static str,
    value: Vec<u8>,
    text: Vec<u8>,
}

fn field() -> impl Strategy<Value = Sample> {
    let bytes = prop::collection::vec(any::<u8>(), 0..20);
    let word = prop::collection::vec(33u8..127, 1..12);
    prop_oneof![
        (
            prop_oneof![
                Just("\"%{Referer}i\""),
                Just("\"%{User-Agent}i\""),
                Just("\"%{UNIQUE_ID}e\""),
                Just("\"%{JSESSIONID}C\"")
            ],
            bytes
        )
            .prop_map(|(directive, value)| {
                let text = [b"\"", escaped(&value).as_slice(), b"\""].concat();
                Sample {
                    directive,
                    value,
                    text,
                }
            }),
        (prop_oneof![Just("%u"), Just("%v"), Just("%l")], word).prop_map(|(directive, value)| {
            Sample {
                directive,
                text: escaped(&value),
                value,
            }
        }),
        (
            prop_oneof![Just("%b"), Just("%D"), Just("%{ms}T")],
            0u32..2_000_000
        )
            .prop_map(|(directive, n)| {
                let text = n.to_string().into_bytes();
                Sample {
                    directive,
                    value: text.clone(),
                    text,
                }
            }),
    ]
}

proptest! {
    #[test]
    fn what_a_directive_writes_is_read_back(
        fields in prop::collection::vec(field(), 0..8),
        path in "/[!-~]{0,20}",
        status in 100u16..600,
        second in 0i64..2_000_000_000,
    ) {
        let mut format = "%h".to_owned();
        let mut line = b"10.0.0.1".to_vec();
        for field in &fields {
            format = format!("{format} {}", field.directive);
            line = [&line, &b" "[..], &field.text].concat();
        }
        format.push_str(" %t \"%r\" %>s");
        let date = jiff::Timestamp::from_second(second).expect("in range").strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
        let request = escaped(format!("GET {path} HTTP/1.1").as_bytes());
        line = [&line, format!(" [{date}] \"").as_bytes(), &request, format!("\" {status}").as_bytes()].concat();

        let template = apache(&format);
        let web = template.read(&line).map_err(|why| TestCaseError::fail(format!("{why:?}: {format}")))?;
        prop_assert_eq!(&*web.target, path.as_bytes());
        prop_assert_eq!((web.status, web.time), (status, Written::Utc(second * 1_000_000)));
        let last = |directive: &str| fields.iter().rev().find(|field| field.directive == directive).map(|field| field.value.clone());
        for (directive, read) in [
            ("\"%{Referer}i\"", &web.referrer), ("\"%{User-Agent}i\"", &web.agent), ("\"%{JSESSIONID}C\"", &web.session),
            ("%u", &web.user), ("%v", &web.host),
        ] {
            let want = last(directive).unwrap_or_default();
            prop_assert_eq!(read.as_ref(), want.as_slice(), "{}", directive);
        }
        if let Some(bytes) = last("%b") {
            prop_assert_eq!(web.bytes.to_string().into_bytes(), bytes);
        }
    }

    #[test]
    fn no_directive_and_no_line_makes_a_panic(format in "[%$a-z{} \"\\\\<>\u{e9}A-Z0-9]{0,40}", line in prop::collection::vec(any::<u8>(), 0..200)) {
        let made = [apache::compile(&format), nginx::compile(&format), apache::compile(COMBINED), nginx::compile(MAIN)];
        for template in made.into_iter().flatten() {
            template.read(&line).ok();
        }
    }
}
