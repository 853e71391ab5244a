//! Addresses as they may be shown: what stands in them, without values that may tell of people.

/// At most this many characters are shown.
const SHOWN_CHARACTERS: usize = 120;
/// What stands for a value.
const VALUE: &str = "\u{2026}";

/// An address without the user before a host, the values of parameters, sessions in the path, and what follows `#`.
pub(super) fn shown(raw: &[u8]) -> String {
    let text = String::from_utf8_lossy(raw);
    let text = text.split('#').next().unwrap_or_default();
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (text, None),
    };
    let mut out = path_shown(&without_user(path));
    if let Some(query) = query {
        out.push('?');
        let pairs: Vec<String> = query.split('&').map(pair_shown).collect();
        out.push_str(&pairs.join("&"));
    }
    if out.chars().count() > SHOWN_CHARACTERS {
        out = out.chars().take(SHOWN_CHARACTERS).collect();
        out.push_str(VALUE);
    }
    out
}

/// The name of a parameter; what has none is a value.
fn pair_shown(pair: &str) -> String {
    match pair.split_once('=') {
        Some((name, "")) => format!("{name}="),
        Some((name, _)) => format!("{name}={VALUE}"),
        None if pair.is_empty() => String::new(),
        None => VALUE.to_owned(),
    }
}

fn without_user(path: &str) -> String {
    let at = match path.find("://") {
        Some(at) if at < 32 => at + 3,
        _ if path.starts_with("//") => 2,
        _ => return path.to_owned(),
    };
    let (before, rest) = path.split_at(at);
    let end = rest.find('/').unwrap_or(rest.len());
    let host = rest[..end]
        .rfind('@')
        .map_or(rest, |user| &rest[user + 1..]);
    format!("{before}{host}")
}

/// A path whose segments keep no values: neither behind an equals sign, encoded or not, nor in brackets of a session.
fn path_shown(path: &str) -> String {
    let segments: Vec<String> = path.split('/').map(segment_shown).collect();
    segments.join("/")
}

fn segment_shown(segment: &str) -> String {
    if segment.starts_with('(') && segment.ends_with("))") {
        return format!("({VALUE})");
    }
    let mut out = String::new();
    let mut rest = segment;
    while let Some((at, length)) = equals_sign(rest) {
        out.push_str(&rest[..at + length]);
        out.push_str(VALUE);
        let behind = &rest[at + length..];
        rest = behind.find([';', '&']).map_or("", |end| &behind[end..]);
    }
    out.push_str(rest);
    out
}

/// Where the first equals sign is, and how long it is as written.
fn equals_sign(text: &str) -> Option<(usize, usize)> {
    let plain = text.find('=').map(|at| (at, 1));
    let encoded = text.to_ascii_lowercase().find("%3d").map(|at| (at, 3));
    plain.into_iter().chain(encoded).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_is_shown() {
        for (raw, told) in [
            ("/hr/leave", "/hr/leave"),
            ("/find?q=my+illness&x=#y", "/find?q=\u{2026}&x="),
            ("/find?my+illness", "/find?\u{2026}"),
            (
                "/a;jsessionid=1F2E;b=c/d;e",
                "/a;jsessionid=\u{2026};b=\u{2026}/d;e",
            ),
            ("/a%3Bjsessionid%3D1F2E", "/a%3Bjsessionid%3D\u{2026}"),
            ("/(S(lit3py55t21))/a", "/(\u{2026})/a"),
            (
                "http://ann:secret@portal:81/x?y=z",
                "http://portal:81/x?y=\u{2026}",
            ),
            ("//ann@portal/x", "//portal/x"),
            ("/ann@example.com", "/ann@example.com"),
            ("", ""),
        ] {
            assert_eq!(shown(raw.as_bytes()), told, "{raw}");
        }
        assert_eq!(shown(&[b'/'; 500]).chars().count(), 121);
    }
}
