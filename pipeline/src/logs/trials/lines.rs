//! Lines of servers and proxies as their manuals lay them out, with values plain and odd.

use std::io::Write;

use super::choices::Choices;

type Text = &'static str;

pub(super) const CLIENTS: [Text; 8] = [
    "10.0.0.1",
    "192.168.7.23",
    "2001:db8::1",
    "-",
    "::ffff:10.0.0.9",
    "pc7.example.com",
    "::1",
    "[2001:db8::2]",
];
pub(super) const USERS: [Text; 12] = [
    "-",
    "ann",
    "ANN",
    "CORP\\bob",
    "ann@example.com",
    "Ann Lee",
    "svc_backup",
    "\u{c4}nne",
    "\"\"",
    "a+b",
    "a%40b",
    "x [y] z",
];
const METHODS: [Text; 8] = [
    "GET", "GET", "GET", "POST", "HEAD", "OPTIONS", "PROPFIND", "get",
];
pub(super) const TARGETS: [Text; 22] = [
    "/",
    "/hr/leave",
    "/hr/leave.aspx?id=7&x=%20y",
    "/search?q=holiday+leave",
    "/caf%C3%A9",
    "/caf\u{e9}",
    "/a%2520b",
    "/docs/plan.pdf",
    "/style.css",
    "/health",
    "//double//slash/",
    "/a b c",
    "/q?u=http://x/y",
    "https://intranet/portal/",
    "http://other.example.com:8080/a?b=c#d",
    "*",
    "/%zz",
    "/a#b",
    "/a+b",
    "/..%5c..%5cwindows",
    "/a\"b",
    "-",
];
const VERSIONS: [Text; 6] = [
    " HTTP/1.1",
    " HTTP/2.0",
    " HTTP/1.0",
    "",
    " HTTP/1.1 ",
    "  HTTP/1.1",
];
pub(super) const STATUSES: [Text; 12] = [
    "200", "304", "206", "404", "302", "500", "-", "000", "99", "600", "20x", "-1",
];
pub(super) const SIZES: [Text; 8] = [
    "5120",
    "0",
    "-",
    "999999999999999999",
    "1000000000000000000",
    "007",
    "-1",
    "1k",
];
pub(super) const REFERRERS: [Text; 8] = [
    "-",
    "https://intranet/",
    "https://intranet/hr/leave?id=7",
    "http://www.google.com/search?q=x",
    "",
    "android-app://com.slack/",
    "/relative",
    "https://intranet/\u{fc}ber?a=\\xe4",
];
pub(super) const AGENTS: [Text; 8] = [
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "-",
    "",
    "curl/8.5.0",
    "Mozilla/5.0 \\\"quoted\\\" agent",
    "a \"b\" c",
    "Googlebot/2.1 (+http://www.google.com/bot.html)",
    "x\\",
];
const MONTHS: [Text; 14] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec", "feb",
    "Abc",
];
const ZONES: [Text; 8] = [
    "+0000", "-0500", "+0530", "+1400", "-1200", "+1900", "+0060", "Z",
];
const FRACTIONS: [Text; 6] = ["", ".5", ".123456", ".999999999", ",250", "."];

/// A part of a time, seldom beyond what clocks and calendars have.
fn part(choices: &mut Choices<'_>, low: usize, high: usize) -> usize {
    if choices.one_in(64) {
        return choices.below(100);
    }
    low + choices.below(high - low + 1)
}

fn year(choices: &mut Choices<'_>) -> usize {
    if choices.one_in(32) {
        return choices.pick(&[1969, 1970, 2031, 9999, 0, 1, 2100, 1900]);
    }
    2020 + choices.below(9)
}

/// `01/May/2024:10:00:00`, without its zone.
pub(super) fn clf_clock(choices: &mut Choices<'_>) -> String {
    let day = part(choices, 1, 31);
    let month = if choices.one_in(16) {
        choices.pick(&MONTHS)
    } else {
        choices.pick(&MONTHS[..12])
    };
    let year = year(choices);
    let (hour, minute, second) = clock(choices);
    format!("{day:02}/{month}/{year:04}:{hour:02}:{minute:02}:{second:02}")
}

fn clock(choices: &mut Choices<'_>) -> (usize, usize, usize) {
    let second = if choices.one_in(32) { 60 } else { 59 };
    (
        part(choices, 0, 23),
        part(choices, 0, 59),
        part(choices, 0, second),
    )
}

pub(super) fn clf_time(choices: &mut Choices<'_>) -> String {
    let clock = clf_clock(choices);
    let zone = if choices.one_in(4) {
        choices.pick(&ZONES)
    } else {
        choices.pick(&ZONES[..3])
    };
    format!("{clock} {zone}")
}

pub(super) fn iso_date(choices: &mut Choices<'_>) -> String {
    let (year, month) = (year(choices), part(choices, 1, 12));
    format!("{year:04}-{month:02}-{:02}", part(choices, 1, 31))
}

pub(super) fn time_of_day(choices: &mut Choices<'_>) -> String {
    let (hour, minute, second) = clock(choices);
    let fraction = if choices.one_in(4) {
        choices.pick(&FRACTIONS)
    } else {
        ""
    };
    format!("{hour:02}:{minute:02}:{second:02}{fraction}")
}

pub(super) fn iso_time(choices: &mut Choices<'_>) -> String {
    let date = iso_date(choices);
    let between = choices.pick(&["T", "T", " ", "t"]);
    let zone = choices.pick(&["Z", "", "+00:00", "+02:00", "-0530", "+01", " UTC", "z"]);
    format!("{date}{between}{}{zone}", time_of_day(choices))
}

/// `GET /a HTTP/1.1`, seldom something that port scanners send.
pub(super) fn request(choices: &mut Choices<'_>) -> String {
    if choices.one_in(16) {
        let noise = ["-", "", "\\x16\\x03\\x01", "GET", "hello world", "- - - "];
        return choices.pick(&noise).to_owned();
    }
    let (method, target) = (choices.pick(&METHODS), choices.pick(&TARGETS));
    format!("{method} {target}{}", choices.pick(&VERSIONS))
}

pub(super) fn status(choices: &mut Choices<'_>) -> Text {
    if choices.one_in(16) {
        choices.pick(&STATUSES)
    } else {
        choices.pick(&STATUSES[..6])
    }
}

pub(super) fn size(choices: &mut Choices<'_>) -> Text {
    if choices.one_in(16) {
        choices.pick(&SIZES)
    } else {
        choices.pick(&SIZES[..3])
    }
}

macro_rules! line {
    ($out:expr, $($part:tt)*) => {
        write!($out, $($part)*).expect("memory takes all")
    };
}

/// Common and combined lines, with what may follow them.
pub(super) fn combined(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let ident = choices.pick(&["-", "-", "id"]);
    let (client, user) = (choices.pick(&CLIENTS), choices.pick(&USERS));
    line!(out, "{client} {ident} {user} [{}] ", clf_time(choices));
    line!(
        out,
        "\"{}\" {} {}",
        request(choices),
        status(choices),
        size(choices)
    );
    if choices.one_in(4) {
        return;
    }
    let (referrer, agent) = (choices.pick(&REFERRERS), choices.pick(&AGENTS));
    let trailing = choices.pick(&["", "", " 123", " \"prefetch\"", " - 0.5 \"x\""]);
    line!(out, " \"{referrer}\" \"{agent}\"{trailing}");
}

pub(super) fn hosted(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let host = choices.pick(&["intranet", "intranet:443", "portal.example.com", "-", "::1"]);
    line!(out, "{host} ");
    combined(choices, out);
}

pub(super) fn timed(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (client, user) = (choices.pick(&CLIENTS), choices.pick(&USERS));
    let taken = choices.pick(&["0 s", "12 s", "- s", "x", "999999999999999999 s"]);
    line!(out, "{client} - {user} [{}] ({taken}) ", clf_time(choices));
    let (request, status, size) = (request(choices), status(choices), size(choices));
    line!(out, "\"{request}\" {status} {size} \"-\" \"x\"");
}

/// Lines of load balancers, classic and application.
pub(super) fn balancer(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let protocol = choices.pick(&["", "https ", "h2 ", "", "", "http ", "ws ", "tls "]);
    let client = choices.pick(&["10.0.0.1:2817", "[2001:db8::1]:80", "-", "10.0.0.1"]);
    line!(
        out,
        "{protocol}{} app/web/1 {client} 10.0.0.2:80",
        iso_time(choices)
    );
    for _ in 0..3 {
        let taken = choices.pick(&["0.001", "0.000086", "-1", "-", "12", ".5"]);
        line!(out, " {taken}");
    }
    let (status, size) = (status(choices), size(choices));
    let (request, agent) = (request(choices), choices.pick(&AGENTS));
    line!(
        out,
        " {status} 200 0 {size} \"{request}\" \"{agent}\" - TLSv1.2"
    );
    if !protocol.is_empty() {
        line!(out, " arn:x \"Root=1\" \"intranet\" \"-\" 0 - \"forward\"");
    }
}

pub(super) fn s3(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (client, user) = (
        choices.pick(&CLIENTS),
        choices.pick(&["-", "arn:aws:iam::1:user/ann", "79a5"]),
    );
    let operation = if choices.one_in(16) {
        "BATCH"
    } else {
        choices.pick(&["REST.GET.OBJECT", "S3.EXPIRE.OBJECT"])
    };
    line!(
        out,
        "79a5 docs [{}] {client} {user} 3E57 {operation} hr/leave.pdf ",
        clf_time(choices)
    );
    let (request, status, size) = (request(choices), status(choices), size(choices));
    let (referrer, agent) = (choices.pick(&REFERRERS), choices.pick(&AGENTS));
    line!(
        out,
        "\"{request}\" {status} - {size} {size} 70 10 \"{referrer}\" \"{agent}\" - x SigV4"
    );
}

pub(super) fn haproxy(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let syslog = choices.pick(&["Feb  6 12:14:14 localhost haproxy[14389]: ", "", "<134>x: "]);
    let client = choices.pick(&["10.0.1.2:33317", "2001:db8::1:33317", "unix:1", "-"]);
    let clock = clf_clock(choices);
    let timers = if choices.one_in(16) {
        choices.pick(&["0/0/0/0", "1/2/3/4/x", "1/2/3/4/5/6", "1/2/3/4/"])
    } else {
        choices.pick(&["10/0/30/69/109", "-1/-1/-1/-1/+50", "0/0/0/0/-1"])
    };
    line!(
        out,
        "{syslog}{client} [{clock}.{:03}] http-in~ static/srv1 {timers}",
        choices.below(1000)
    );
    let captured = choices.pick(&[
        "",
        " {intranet|https://intranet/a|Mozilla/5.0 (X11)}",
        " {|} {http://a \"b\"}",
        " {Mozilla/5.0}",
    ]);
    let (status, size, request) = (status(choices), size(choices), request(choices));
    line!(
        out,
        " {status} {size} - - ---- 1/1/1/1/0 0/0{captured} \"{request}\""
    );
}

pub(super) fn iis(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (client, user) = (choices.pick(&CLIENTS), choices.pick(&USERS));
    let (day, hour) = (part(choices, 1, 28), part(choices, 0, 23));
    let date = match choices.below(8) {
        0..=3 => format!("05/{day:02}/24"),
        4 | 5 => format!("5/{day}/2024"),
        6 => format!("{day}/5/2024"),
        _ => format!("5/{day}/124"),
    };
    let service = choices.pick(&["W3SVC1", "W3SVC1", "W3SVC21", "MSFTPSVC1"]);
    let (status, size) = (status(choices), size(choices));
    let target = choices.pick(&["/a.aspx", "/", "/a, b", "-", "/caf%C3%A9"]);
    let query = choices.pick(&["-", "id=7", "q=a, b", ""]);
    line!(
        out,
        "{client}, {user}, {date}, {hour}:55:20, {service}, WEB1, 10.0.0.9, 4502, 163, {size}, {status}, 0, "
    );
    line!(out, "{}, {target}, {query},", choices.pick(&METHODS));
}

pub(super) fn confluence(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let forwarded = choices.pick(&["", "10.1.1.1 ", "10.1.1.1, 10.2.2.2 ", "- "]);
    let (user, client) = (
        choices.pick(&["ann", "-", "ann%40x.org", "B%C3%B6"]),
        choices.pick(&CLIENTS),
    );
    let (request, status, size) = (request(choices), status(choices), size(choices));
    let taken = choices.pick(&["20ms", "1020ms", "0ms", "5ms", "5ms", "ms", "20"]);
    let (referrer, agent) = (
        choices.pick(&["https://wiki/", "-", "http://wiki/a?b=c"]),
        choices.pick(&AGENTS),
    );
    line!(
        out,
        "[{}] {forwarded}{user} http-nio-8080-exec-6 {client} ",
        clf_time(choices)
    );
    line!(out, "{request} {status} {taken} {size} {referrer} {agent}");
}

pub(super) fn access_filter(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (date, user) = (iso_date(choices), choices.pick(&USERS));
    let kept = choices.pick(&["doFilter ", "", "initialized "]);
    let page = choices.pick(&["https://wiki/display/HOME/home", "http://jira/x?y=1", "/a"]);
    line!(
        out,
        "{date} 07:29:34,{:03} INFO [x] [atlassian.confluence.util.AccessLogFilter] {kept}{user} {page} 17-32 81 10.0.0.1",
        choices.below(1000)
    );
}

pub(super) fn jira(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let (client, user) = (choices.pick(&CLIENTS), choices.pick(&USERS));
    let id = choices.pick(&[
        "1441x18x1",
        "http-nio-8080-exec-39 i*1441x18x1",
        "o@1x2x3",
        "-",
    ]);
    let (request, status, size) = (request(choices), status(choices), size(choices));
    let taken = choices.pick(&["125", "0.1250", "-", "x"]);
    let (referrer, agent) = (choices.pick(&REFERRERS), choices.pick(&AGENTS));
    line!(out, "{client} {id} {user} [{}] ", clf_time(choices));
    line!(
        out,
        "\"{request}\" {status} {size} {taken} \"{referrer}\" \"{agent}\" \"1abc234\""
    );
}

pub(super) fn bitbucket(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let id = choices.pick(&["o@PZQ", "i@PZQ", "o*N65", "i*", "x"]);
    let (protocol, user) = (
        choices.pick(&["https", "ssh", "http"]),
        choices.pick(&USERS),
    );
    let (date, time) = (iso_date(choices), time_of_day(choices));
    let (request, status, size) = (request(choices), status(choices), size(choices));
    let (referrer, agent) = (choices.pick(&REFERRERS), choices.pick(&AGENTS));
    line!(
        out,
        "10.0.0.1,10.0.0.2 | {protocol} | {id} | {user} | {date} {time} | \"{request}\" | "
    );
    line!(
        out,
        "\"{referrer}\" \"{agent}\" | {status} | 0 | {size} | - | 6 | 1irez8i |"
    );
}

/// The layouts of W3C logs that are tried, and how values stand in them.
pub(super) const W3C_FIELDS: [Text; 7] = [
    "date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status \
     sc-substatus sc-win32-status time-taken",
    "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) \
     cs-uri-query cs(Cookie) x-host-header time-taken x-forwarded-for",
    "time c-ip cs-username cs-method cs-uri-stem sc-status sc-bytes cs-host",
    "c-ip c-dns date time cs-uri-stem c-status cs(User-Agent) sc-bytes x-duration avgbandwidth",
    "x-timestamp c-ip cs-username cs-uri sc-status x-session-id",
    "date-local time-local c-ip cs-method cs-uri-stem cs-uri-query X-Forwarded-For sc-status",
    "cs-uri-stem cs-uri-query date time cs-username sc-status sc-bytes c-ip cs-uri-stem",
];
const CLOUDFRONT: usize = 1;

/// A line under the layout in force, and sometimes directives before it.
pub(super) fn w3c(choices: &mut Choices<'_>, layout: &mut Option<usize>, out: &mut Vec<u8>) {
    if choices.one_in(100) {
        line!(
            out,
            "#Version: 1.0\n#Date: {} {}\n",
            iso_date(choices),
            time_of_day(choices)
        );
    }
    if layout.is_none() || choices.one_in(50) {
        let chosen = choices.below(W3C_FIELDS.len());
        *layout = Some(chosen);
        line!(out, "#Fields: {}\n", W3C_FIELDS[chosen]);
    }
    let chosen = layout.unwrap_or_default();
    let between = if chosen == CLOUDFRONT || choices.one_in(8) {
        "\t"
    } else {
        " "
    };
    for (at, name) in W3C_FIELDS[chosen].split(' ').enumerate() {
        let value = w3c_value(name, choices);
        line!(out, "{}{value}", if at == 0 { "" } else { between });
    }
}

fn w3c_value(name: &str, choices: &mut Choices<'_>) -> String {
    let text = match name {
        "date" | "date-local" => return iso_date(choices),
        "time" | "time-local" => return time_of_day(choices),
        "x-timestamp" => {
            let quoted = format!("\"{} {}\"", iso_date(choices), time_of_day(choices));
            let plain = iso_time(choices).replace(' ', "T");
            return if choices.one_in(2) { quoted } else { plain };
        }
        "c-ip" => choices.pick(&CLIENTS),
        "X-Forwarded-For" | "x-forwarded-for" => {
            choices.pick(&["-", "10.9.9.9", "10.9.9.9,+10.8.8.8"])
        }
        "cs-username" => choices.pick(&[
            "-",
            "CORP\\ann",
            "Ann+Lee",
            "\"Ann Lee\"",
            "\"a \"\"b\"\"\"",
        ]),
        "cs-method" => choices.pick(&METHODS),
        "cs-uri-stem" | "cs-uri" => choices.pick(&[
            "/",
            "/My+Docs/C#.aspx",
            "/caf%25C3%25A9",
            "/caf%C3%A9",
            "/a?b=c",
            "-",
            "/a%20b",
        ]),
        "cs-uri-query" => choices.pick(&["-", "q=a+b", "id=7&x=%2520y", "?", "a=\"b\""]),
        "sc-status" | "c-status" => status(choices),
        "sc-bytes" => size(choices),
        "cs(User-Agent)" => choices.pick(&[
            "Mozilla/5.0+(X11;+Linux)",
            "Mozilla/5.0%2520(X11)",
            "NSPlayer%2F10.0",
            "-",
            "\"x y\"",
            "a%25b",
        ]),
        "cs(Referer)" => choices.pick(&[
            "-",
            "https://intranet/a+b",
            "https://intranet/%2525",
            "\"x\"\"y\"",
        ]),
        "cs-host" | "cs(Host)" | "x-host-header" => {
            choices.pick(&["intranet", "-", "d1.cloudfront.net:443"])
        }
        "x-session-id" => choices.pick(&["-", "s1"]),
        _ => choices.pick(&["-", "0", "250", "0.5", "\"\""]),
    };
    text.to_owned()
}
