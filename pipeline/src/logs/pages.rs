//! What kind of thing a path is: page, document, static file or health check.

use super::filters::Filters;

/// The kind of a path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PathKind {
    /// A page.
    #[default]
    Page,
    /// A PDF or office file.
    Document,
    /// A file of an ending such as css or png, favicon or robots.txt.
    Static,
    /// An address that only monitors ask for.
    Health,
}

const DOCUMENTS: [&[u8]; 18] = [
    b"pdf", b"doc", b"docx", b"docm", b"dot", b"dotx", b"xls", b"xlsx", b"xlsm", b"xlsb", b"ppt",
    b"pptx", b"pptm", b"pps", b"ppsx", b"odt", b"ods", b"odp",
];

/// The kind of an address, by its path alone and in any letter case.
pub(super) fn kind_of(address: &[u8], filters: &Filters) -> PathKind {
    let end = memchr::memchr2(b'?', b'#', address).unwrap_or(address.len());
    let path = &address[..end];
    let name = memchr::memrchr(b'/', path).map_or(path, |at| &path[at + 1..]);
    let is = |list: &[&[u8]], word: &[u8]| list.iter().any(|one| one.eq_ignore_ascii_case(word));
    let extension = memchr::memrchr(b'.', name).map_or(&b""[..], |at| &name[at + 1..]);
    let is_favicon = name.len() >= 8 && name[..8].eq_ignore_ascii_case(b"favicon.");
    if filters.is_static(extension) || is_favicon || name.eq_ignore_ascii_case(b"robots.txt") {
        PathKind::Static
    } else if is(&DOCUMENTS, extension) {
        PathKind::Document
    } else if filters.is_health(path) {
        PathKind::Health
    } else {
        PathKind::Page
    }
}

#[cfg(test)]
mod tests {
    use super::super::filters::FilterRules;
    use super::*;

    #[test]
    fn paths_have_their_kinds() {
        let filters = Filters::new(&FilterRules::default(), false, std::borrow::Cow::Borrowed);
        let rules = FilterRules {
            static_endings: vec!["pdf".to_owned()],
            health: Vec::new(),
            ..FilterRules::default()
        };
        let own = Filters::new(&rules, false, std::borrow::Cow::Borrowed);
        assert_eq!(kind_of(b"/a.pdf", &own), PathKind::Static);
        assert_eq!(kind_of(b"/a.css", &own), PathKind::Page);
        assert_eq!(kind_of(b"/favicon.ico", &own), PathKind::Static);
        assert_eq!(kind_of(b"/healthz", &own), PathKind::Page);
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
            assert_eq!(kind_of(path.as_bytes(), &filters), kind, "{path}");
        }
    }
}
