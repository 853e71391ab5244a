//! Rows as servers and tables write them: JSON lines, CSV, and the audit log of Microsoft 365.

use std::io::Write;

use super::choices::Choices;
use super::lines::{
    AGENTS, CLIENTS, REFERRERS, TARGETS, USERS, clf_time, iso_date, iso_time, request, status,
    time_of_day,
};

/// Numbers as JSON may write them where a number is meant, and where it is not.
const NUMBERS: [&str; 14] = [
    "5120",
    "0",
    "\"77\"",
    "null",
    "-1",
    "1.5",
    "2e2",
    "\"-\"",
    "\"\"",
    "18446744073709551615",
    "1e400",
    "-0",
    "true",
    "[1]",
];
const TIMES: [&str; 10] = [
    "1714557600",
    "1703373474.8155608",
    "1714557600000",
    "1714557600123456",
    "1714557600123456789",
    "\"1714557600.25\"",
    "0.5",
    "-5",
    "1e9",
    "\"5/1/2024 10:00:00 PM\"",
];

fn number(choices: &mut Choices<'_>) -> &'static str {
    if choices.one_in(8) {
        choices.pick(&NUMBERS)
    } else {
        choices.pick(&NUMBERS[..4])
    }
}

/// A text of JSON; some write their slashes, or all beyond ASCII, as escapes.
fn text(plain: &str, choices: &mut Choices<'_>) -> String {
    let written = serde_json::to_string(plain).expect("texts can be written");
    match choices.below(8) {
        7 => written.replace('/', "\\/"),
        6 => written
            .chars()
            .map(|c| match u32::from(c) {
                code @ 128..65536 => format!("\\u{code:04x}"),
                _ => c.to_string(),
            })
            .collect(),
        _ => written,
    }
}

fn json_status(choices: &mut Choices<'_>) -> String {
    let written = status(choices);
    if choices.one_in(2) && written.parse::<u16>().is_ok() && !written.starts_with('0') {
        written.to_owned()
    } else {
        format!("\"{written}\"")
    }
}

macro_rules! line {
    ($out:expr, $($part:tt)*) => {
        write!($out, $($part)*).expect("memory takes all")
    };
}

/// The variables of nginx.
pub(super) fn nginx(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let time = match choices.below(4) {
        0 | 1 => format!("\"time_iso8601\":\"{}\"", iso_time(choices)),
        2 => format!("\"time_local\":\"{}\"", clf_time(choices)),
        _ => format!("\"msec\":{}", choices.pick(&TIMES)),
    };
    let client = text(choices.pick(&CLIENTS), choices);
    let user = text(choices.pick(&USERS), choices);
    line!(
        out,
        "{{{time},\"remote_addr\":{client},\"remote_user\":{user},"
    );
    if choices.one_in(3) {
        let target = text(choices.pick(&TARGETS), choices);
        let method = choices.pick(&["GET", "POST", "get", ""]);
        line!(
            out,
            "\"request_method\":\"{method}\",\"request_uri\":{target}"
        );
    } else {
        let request = request(choices);
        line!(out, "\"request\":{}", text(&request, choices));
    }
    let referrer = text(choices.pick(&REFERRERS), choices);
    let agent = text(choices.pick(&AGENTS), choices);
    line!(
        out,
        ",\"status\":{},\"body_bytes_sent\":{},\"http_referer\":{referrer}, \"http_user_agent\" : {agent}",
        json_status(choices),
        number(choices)
    );
    let host = choices.pick(&["", ",\"host\":\"intranet\"", ",\"HOST\":\"Portal:80\""]);
    line!(out, "{host}}}");
}

/// Caddy, whose fields are nested.
pub(super) fn caddy(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let time = if choices.one_in(2) {
        let fraction = choices.below(65536) * 153 + choices.below(153);
        format!("17145576{:02}.{fraction:07}", choices.below(60))
    } else {
        choices.pick(&TIMES).to_owned()
    };
    let (client, target) = (
        choices.pick(&CLIENTS),
        text(choices.pick(&TARGETS), choices),
    );
    let method = choices.pick(&["GET", "POST", "get"]);
    line!(
        out,
        "{{\"level\":\"info\",\"ts\":{time},\"request\":{{\"remote_ip\":\"{client}\",\"client_ip\":\"{client}\",\
         \"method\":\"{method}\",\"host\":\"intranet\",\"uri\":{target},\"headers\":{{"
    );
    let referrer = text(choices.pick(&REFERRERS), choices);
    let agent = text(choices.pick(&AGENTS), choices);
    let headers = [
        format!("\"User-Agent\":[{agent}],\"Referer\":[{referrer}]"),
        format!("\"User-Agent\":[{agent},\"x\"]"),
        format!("\"User-Agent\":{agent},\"Te\":[]"),
        "\"User-Agent\":[[\"y\"]]".to_owned(),
    ];
    line!(out, "{}", headers[choices.below(4)]);
    let user = text(choices.pick(&USERS), choices);
    line!(
        out,
        "}}}},\"user_id\":{user},\"duration\":0.0013,\"size\":{},\"status\":{}}}",
        number(choices),
        json_status(choices)
    );
}

/// A table's header and rows.
pub(super) const CSV_HEADER: &str =
    "timestamp,user,url,referrer,status,bytes,method,user_agent,client_ip,note\n";

fn mostly(usual: &[&str], odd: &str, choices: &mut Choices<'_>) -> String {
    let cell = if choices.one_in(32) {
        odd
    } else {
        choices.pick(usual)
    };
    cell.to_owned()
}

pub(super) fn csv(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let time = match choices.below(8) {
        0..=3 => iso_time(choices),
        4 => clf_time(choices),
        5 => choices.pick(&TIMES).replace('"', ""),
        6 => format!(
            "5/{}/2024 10:00:0{} AM",
            choices.below(33),
            choices.below(10)
        ),
        _ => iso_date(choices),
    };
    let mut cells = vec![
        time,
        choices.pick(&USERS).to_owned(),
        choices.pick(&TARGETS).to_owned(),
        choices.pick(&REFERRERS).to_owned(),
        mostly(&["", "200", "304", "404", "200.0", "-"], "x", choices),
        mostly(
            &["", "5120", "-", "1e3", "-1"],
            "9999999999999999999",
            choices,
        ),
        choices.pick(&["", "GET", "POST", "get"]).to_owned(),
        choices.pick(&AGENTS).to_owned(),
        choices.pick(&CLIENTS).to_owned(),
    ];
    cells.push(
        choices
            .pick(&["", "x", "two\nlines", "a,b", " spaced "])
            .to_owned(),
    );
    let cells: Vec<String> = cells
        .into_iter()
        .map(|cell| {
            if cell.contains(['"', ',', '\n']) || choices.one_in(16) {
                format!("\"{}\"", cell.replace('"', "\"\""))
            } else {
                cell
            }
        })
        .collect();
    line!(out, "{}", cells.join(","));
}

/// A record of the unified audit log.
pub(super) fn audit(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let operation = choices.pick(&[
        "PageViewed",
        "FileAccessed",
        "MessageCreatedHasLink",
        "UserLoggedIn",
        "AddedToGroup",
        "Send",
    ]);
    let workload = choices.pick(&[
        "SharePoint",
        "OneDrive",
        "MicrosoftTeams",
        "Yammer",
        "Exchange",
    ]);
    let user = text(choices.pick(&USERS), choices);
    let (date, time) = (iso_date(choices), time_of_day(choices));
    line!(
        out,
        "{{\"CreationTime\":\"{date}T{time}\",\"Id\":\"3d13-{}\",\"Operation\":\"{operation}\",\
         \"Workload\":\"{workload}\",\"UserId\":{user},\"UserType\":{},",
        choices.byte(),
        choices.below(9)
    );
    let object = text(
        choices.pick(&[
            "https://x.sharepoint.com/sites/hr/a#b.docx",
            "/sites/a",
            "x",
            "",
        ]),
        choices,
    );
    let members = choices.pick(&[
        "[]",
        "[{\"UPN\":\"bob@x.com\"}]",
        "null",
        "{\"0\":1}",
        "[7]",
    ]);
    line!(
        out,
        "\"ClientIP\":\"10.0.0.1:5123\",\"ObjectId\":{object},\"ItemType\":\"File\",\"Members\":{members},\
         \"TeamName\":\"A/B\",\"ChannelName\":\"C%\",\"CommunicationType\":\"Team\"}}"
    );
}

/// Lines of servers that `producers` knows, each with the fields by which it is known.
pub(super) fn produced(choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let time = iso_time(choices);
    let target = text(choices.pick(&TARGETS), choices);
    let client = choices.pick(&CLIENTS);
    let (status, bytes) = (json_status(choices), number(choices));
    match choices.below(7) {
        0 => line!(
            out,
            "{{\"StartUTC\":\"{time}\",\"RequestPath\":{target},\"RequestMethod\":\"GET\",\"ClientHost\":\"{client}\",\
             \"DownstreamStatus\":{status},\"Duration\":{bytes}}}"
        ),
        1 => line!(
            out,
            "{{\"timeStamp\":\"{time}\",\"properties\":{{\"httpMethod\":\"GET\",\"clientIP\":\"{client}\",\
             \"requestUri\":{target},\"httpStatus\":{status},\"timeTaken\":{bytes}}}}}"
        ),
        2 => line!(
            out,
            "{{\"timestamp\":\"{time}\",\"httpRequest\":{{\"requestUrl\":{target},\"requestMethod\":\"GET\",\
             \"remoteIp\":\"{client}\",\"status\":{status},\"latency\":\"0.05s\"}}}}"
        ),
        3 => line!(
            out,
            "{{\"EdgeStartTimestamp\":\"{time}\",\"ClientRequestURI\":{target},\"ClientRequestMethod\":\"GET\",\
             \"ClientIP\":\"{client}\",\"EdgeResponseStatus\":{status}}}"
        ),
        4 => line!(
            out,
            "{{\"@timestamp\":\"{time}\",\"http\":{{\"request\":{{\"method\":\"GET\"}}}},\"url.original\":{target},\
             \"client.ip\":\"{client}\",\"event\":{{\"duration\":{bytes}}}}}"
        ),
        5 => line!(
            out,
            "{{\"start_time\":\"{time}\",\"response_code\":{status},\"path\":{target},\"method\":\"GET\",\
             \"x_forwarded_for\":\"{client}\",\"duration\":{bytes}}}"
        ),
        _ => line!(
            out,
            "{{\"ip\":\"{client}\",\"host\":\"intranet\",\"path\":{target},\"generation_time_milli\":1.5,\
             \"date\":\"{time}\",\"status\":{status},\"length\":{bytes}}}"
        ),
    }
}
