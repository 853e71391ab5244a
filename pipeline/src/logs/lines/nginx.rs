//! `log_format` of nginx, compiled.

use super::apache::{cookie, header};
use super::stamp::Piece;
use super::template::{Builder, Slot, Template};

/// Variables of nginx that say nothing to us; those of modules by how they begin.
const SILENT: [&str; 42] = [
    "ancient_browser",
    "body_bytes",
    "binary_",
    "bytes_",
    "connection",
    "connections_",
    "content_",
    "document_",
    "date_",
    "geoip",
    "gzip_",
    "hostname",
    "http2",
    "http3",
    "https",
    "invalid_referer",
    "is_args",
    "jwt_",
    "limit_",
    "modern_browser",
    "mssl_",
    "nginx_version",
    "otel_",
    "pid",
    "pipe",
    "protocol",
    "proxy_",
    "quic",
    "realip_",
    "realpath_root",
    "remote_port",
    "request_",
    "scheme",
    "sent_",
    "server_",
    "session_",
    "slice_range",
    "ssl_",
    "tcpinfo_",
    "time",
    "uid_",
    "upstream_",
];

/// Whether a text is a `log_format`, or the string of one.
pub(super) fn is_directive(text: &str) -> bool {
    let is_name = |rest: &str| rest.starts_with(|c: char| c.is_ascii_lowercase() || c == '{');
    text.trim_start().starts_with("log_format") || text.split('$').skip(1).any(is_name)
}

/// Compiles a format, with or without `log_format` and its name in front and quotes around.
///
/// # Errors
/// What cannot be read, and where it stands.
pub(super) fn compile(text: &str) -> Result<Template, String> {
    let (format, has_escapes) = inside(text);
    let mut builder = Builder::new();
    let mut at = 0;
    while at < format.len() {
        let (place, byte) = format[at];
        if byte != b'$' {
            builder.text(byte);
            at += 1;
            continue;
        }
        let rest = format[at + 1..].iter().map(|(_, byte)| *byte);
        let (name, length) = variable(rest.collect());
        let place = text[..place].chars().count() + 1;
        if name.is_empty() {
            return Err(format!(
                "the `$` at character {place} has no name behind it"
            ));
        }
        add(&name, place, &mut builder)?;
        at += 1 + length;
    }
    builder.build("nginx", has_escapes)
}

/// The name of a variable, and how long it is with its braces.
fn variable(text: Vec<u8>) -> (String, usize) {
    let (inner, braces) = match text.strip_prefix(b"{") {
        Some(inner) => (inner, 2),
        None => (&text[..], 0),
    };
    let is_name = |b: &&u8| b.is_ascii_alphanumeric() || **b == b'_';
    let name: Vec<u8> = inner.iter().take_while(is_name).copied().collect();
    if braces > 0 && inner.get(name.len()) != Some(&b'}') {
        return (String::new(), 0);
    }
    let length = name.len() + braces;
    (String::from_utf8_lossy(&name).into_owned(), length)
}

fn add(name: &str, at: usize, builder: &mut Builder) -> Result<(), String> {
    match name {
        "time_local" => builder.time(Piece::Clf, at),
        "time_iso8601" => builder.time(Piece::Iso, at),
        "msec" => builder.time(Piece::Unix, at),
        _ => {
            let slot = slot_of(name);
            if slot.is_none() {
                // It may be one of the operator's own, and is told only where something is missing.
                builder.unknown(&format!("${name}"), at);
            }
            builder.slot(slot.unwrap_or(Slot::Skip), at)
        }
    }
}

fn slot_of(name: &str) -> Option<Slot> {
    Some(match name {
        "remote_addr" | "proxy_protocol_addr" => Slot::Client,
        "proxy_add_x_forwarded_for" => Slot::Forwarded,
        "remote_user" => Slot::User,
        "host" | "server_name" => Slot::Host,
        "request" => Slot::Request,
        "request_method" => Slot::Method,
        "request_uri" => Slot::Target,
        "uri" | "document_uri" => Slot::Path,
        "args" | "query_string" | "is_args" => Slot::Query,
        "status" => Slot::Status,
        "body_bytes_sent" | "bytes_sent" => Slot::Bytes,
        "request_time" => Slot::Seconds,
        _ => {
            if let Some(name) = name.strip_prefix("http_") {
                header(name)
            } else if let Some(name) = name.strip_prefix("cookie_") {
                cookie(name)
            } else if name.starts_with("arg_") || SILENT.iter().any(|start| name.starts_with(start))
            {
                Slot::Skip
            } else {
                return None;
            }
        }
    })
}

/// The bytes of the format with their places, and whether values are escaped.
fn inside(text: &str) -> (Vec<(usize, u8)>, bool) {
    let is_whole = text.trim_start().starts_with("log_format");
    let has_escapes = !text.contains("escape=none");
    let is_quoted =
        text.trim_start().starts_with(['\'', '"']) && text.trim_end().ends_with(['\'', '"', ';']);
    let mut format = Vec::new();
    let mut quote = None;
    let mut bytes = text.bytes().enumerate().peekable();
    while let Some((place, byte)) = bytes.next() {
        match (quote, byte) {
            _ if !is_whole && !is_quoted && byte != b'\\' => format.push((place, byte)),
            (None, b'\'' | b'"') if is_whole || is_quoted => quote = Some(byte),
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) | (None, b'\\') => {
                let next = bytes
                    .next_if(|(_, next)| byte == b'\\' && matches!(next, b'"' | b'\'' | b'\\'));
                format.push(next.unwrap_or((place, byte)));
            }
            _ => {}
        }
    }
    (format, has_escapes)
}
