//! What kind of thing a path is: page, document, static file or health check.

/// The kind of a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PathKind {
    /// A page.
    Page,
    /// A PDF or office file.
    Document,
    /// A style, script, picture, font, favicon or robots.txt.
    Static,
    /// An address that only monitors ask for.
    Health,
}

const STATIC: [&[u8]; 13] = [
    b"css", b"js", b"map", b"png", b"jpg", b"jpeg", b"gif", b"svg", b"webp", b"ico", b"woff",
    b"woff2", b"ttf",
];

const DOCUMENTS: [&[u8]; 18] = [
    b"pdf", b"doc", b"docx", b"docm", b"dot", b"dotx", b"xls", b"xlsx", b"xlsm", b"xlsb", b"ppt",
    b"pptx", b"pptm", b"pps", b"ppsx", b"odt", b"ods", b"odp",
];

const HEALTH: [&[u8]; 12] = [
    b"/health",
    b"/healthz",
    b"/healthcheck",
    b"/health-check",
    b"/health_check",
    b"/livez",
    b"/readyz",
    b"/ping",
    b"/actuator/health",
    b"/server-status",
    b"/nginx_status",
    b"/metrics",
];

/// The kind of an address, by its path alone and in any letter case.
pub(super) fn kind_of(address: &[u8]) -> PathKind {
    let end = memchr::memchr2(b'?', b'#', address).unwrap_or(address.len());
    let path = &address[..end];
    let name = memchr::memrchr(b'/', path).map_or(path, |at| &path[at + 1..]);
    let is = |list: &[&[u8]], word: &[u8]| list.iter().any(|one| one.eq_ignore_ascii_case(word));
    let extension = memchr::memrchr(b'.', name).map_or(&b""[..], |at| &name[at + 1..]);
    let is_favicon = name.len() >= 8 && name[..8].eq_ignore_ascii_case(b"favicon.");
    if is(&STATIC, extension) || is_favicon || name.eq_ignore_ascii_case(b"robots.txt") {
        PathKind::Static
    } else if is(&DOCUMENTS, extension) {
        PathKind::Document
    } else if is(&HEALTH, path.strip_suffix(b"/").unwrap_or(path)) {
        PathKind::Health
    } else {
        PathKind::Page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_have_their_kinds() {
        for (path, kind) in [
            ("/", PathKind::Page),
            ("/css", PathKind::Page),
            ("/a.b/c?x=y.css", PathKind::Page),
            ("/style.CSS?v=3", PathKind::Static),
            ("/favicon.ico", PathKind::Static),
            ("/favicon.x", PathKind::Static),
            ("/robots.txt", PathKind::Static),
            ("/hr/Leave.PDF#page=2", PathKind::Document),
            ("/healthz", PathKind::Health),
            ("/health/", PathKind::Health),
            ("/health/insurance", PathKind::Page),
        ] {
            assert_eq!(kind_of(path.as_bytes()), kind, "{path}");
        }
    }
}
