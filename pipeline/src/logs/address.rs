//! Addresses taken apart, and their parts under one spelling.

use std::borrow::Cow;

use memchr::{memchr, memchr2, memmem};
use percent_encoding::percent_decode;

use super::spelling;

/// The parts of an address; none is decoded.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    /// Host with port, perhaps with a user before it; empty where the address has none.
    pub(super) host: Cow<'a, [u8]>,
    /// From the first slash.
    pub(super) path: &'a [u8],
    /// After the question mark.
    pub(super) query: &'a [u8],
}

impl<'a> Address<'a> {
    /// An address as links write it: `//host/path` names a host.
    pub(super) fn read(raw: &'a [u8]) -> Self {
        let raw = raw.trim_ascii();
        match raw.strip_prefix(b"//") {
            Some(rest) => Self::with_host(rest),
            None => Self::read_target(raw),
        }
    }

    /// An address as HTTP requests write it: `//a/b` is a path.
    pub(super) fn read_target(raw: &'a [u8]) -> Self {
        match after_scheme(raw) {
            Some(rest) => Self::with_host(rest),
            None => Self::new(b"", raw),
        }
    }

    fn with_host(rest: &'a [u8]) -> Self {
        let end = rest
            .iter()
            .position(|b| matches!(b, b'/' | b'?' | b'#'))
            .unwrap_or(rest.len());
        Self::new(&rest[..end], &rest[end..])
    }

    fn new(host: &'a [u8], rest: &'a [u8]) -> Self {
        let rest = &rest[..memchr(b'#', rest).unwrap_or(rest.len())];
        let (path, query) = match memchr(b'?', rest) {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, &rest[rest.len()..]),
        };
        Self {
            host: Cow::Borrowed(host),
            path,
            query,
        }
    }
}

/// What follows `scheme://` when that stands at the very start.
pub(super) fn after_scheme(raw: &[u8]) -> Option<&[u8]> {
    let first = *raw.first()?;
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let at = memmem::find(&raw[..raw.len().min(32)], b"://")?;
    let is_scheme = raw[..at]
        .iter()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
    is_scheme.then(|| &raw[at + 3..])
}

/// The path decoded, and decoded again where a proxy encoded it twice and that gives proper text.
fn decode_path(path: &[u8]) -> Cow<'_, str> {
    let once = decode(path);
    if memmem::find(path, b"%25").is_none() {
        return once;
    }
    if percent_decode(once.as_bytes()).decode_utf8().is_err() {
        return once;
    }
    Cow::Owned(decode(once.as_bytes()).into_owned())
}

/// The path as a page's name: decoded, one slash in front, none at the end, control characters as U+FFFD.
pub(super) fn path_name(path: &[u8]) -> Cow<'_, str> {
    let decoded = decode_path(path);
    let inner = decoded.trim_matches('/');
    let is_named = decoded.len() == inner.len() + 1 && decoded.starts_with('/');
    if is_named {
        return decoded;
    }
    Cow::Owned(format!("/{inner}"))
}

/// The decoded value of a query's parameter, `+` as a space; an empty one counts as absent. `is_same` tells whether a
/// name as written is the one asked for.
pub(super) fn parameter(
    query: &[u8],
    name: &str,
    is_same: impl Fn(&str, &str) -> bool,
) -> Option<String> {
    if query.is_empty() {
        return None;
    }
    for pair in query.split(|b| *b == b'&') {
        let at = memchr(b'=', pair).unwrap_or(pair.len());
        if at + 1 >= pair.len() {
            continue;
        }
        // Pages that escape their links twice ask for `amp;id` where `id` was meant.
        let written = pair[..at].strip_prefix(b"amp;").unwrap_or(&pair[..at]);
        let is_it = match std::str::from_utf8(written) {
            Ok(plain) if memchr2(b'%', b'+', written).is_none() => is_same(plain, name),
            _ => is_same(&decode(written), name),
        };
        if is_it {
            return Some(value_of(&pair[at + 1..]));
        }
    }
    None
}

fn value_of(raw: &[u8]) -> String {
    let spaced: Vec<u8> = raw
        .iter()
        .map(|b| if *b == b'+' { b' ' } else { *b })
        .collect();
    let mut value = decode(&spaced).into_owned();
    // Some servers glue the session to the last value.
    let mut marks = value.match_indices(';').map(|(at, _)| at);
    let end = marks.find(|at| {
        let name = value[at + 1..].split_once('=').map(|(name, _)| name);
        name.is_some_and(spelling::is_session)
    });
    value.truncate(end.unwrap_or(value.len()));
    value
}

/// The host's name: no user, no port, lower case.
pub(super) fn host_name(authority: &[u8]) -> String {
    let host = without_user(authority);
    let end = port_at(host).unwrap_or(host.len());
    lower(&host[..end])
}

/// The host with its port where that is neither 80 nor 443.
pub(super) fn host_and_port(authority: &[u8]) -> String {
    let host = without_user(authority);
    match port_at(host) {
        Some(at) if matches!(&host[at..], b":" | b":80" | b":443") => lower(&host[..at]),
        _ => lower(host),
    }
}

/// The host of a setting: an address, or a host with or without port.
pub(super) fn host_of_setting(setting: &str) -> Option<String> {
    let setting = setting.trim().as_bytes();
    let rest = after_scheme(setting)
        .or_else(|| setting.strip_prefix(b"//"))
        .unwrap_or(setting);
    let host = host_name(&Address::with_host(rest).host);
    (!host.is_empty()).then_some(host)
}

fn without_user(authority: &[u8]) -> &[u8] {
    memchr::memrchr(b'@', authority).map_or(authority, |at| &authority[at + 1..])
}

/// Where `:port` starts; the colons of an IPv6 address are none.
fn port_at(host: &[u8]) -> Option<usize> {
    let from = if host.first() == Some(&b'[') {
        memchr(b']', host)?
    } else {
        0
    };
    memchr(b':', &host[from..]).map(|at| from + at)
}

fn lower(host: &[u8]) -> String {
    String::from_utf8_lossy(host)
        .trim_end_matches('.')
        .to_lowercase()
}

/// Percent-decoded; what is no UTF-8 and control characters show as U+FFFD.
pub(super) fn decode(raw: &[u8]) -> Cow<'_, str> {
    let text = if memchr(b'%', raw).is_some() {
        // decode_utf8_lossy borrows where nothing was decoded.
        percent_decode(raw).decode_utf8_lossy()
    } else {
        String::from_utf8_lossy(raw)
    };
    if text.chars().any(char::is_control) {
        return Cow::Owned(
            text.chars()
                .map(|c| if c.is_control() { '\u{fffd}' } else { c })
                .collect(),
        );
    }
    text
}
