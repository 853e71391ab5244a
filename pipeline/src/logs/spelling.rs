//! One spelling of a path: what session, server and typist add to an address taken off again.

use std::borrow::Cow;

/// Names of parameters that carry a session, in small letters: where they are glued to a path by `&` they are none of it.
const SESSIONS: [&str; 8] = [
    "jsessionid",
    "phpsessid",
    "sessionid",
    "session_id",
    "sid",
    "cftoken",
    "oscsid",
    "zenid",
];

/// How the server spells paths.
#[derive(Clone, Debug)]
pub(super) struct Spelling {
    /// Documents that a server shows for their folder.
    pub(super) default_documents: Vec<String>,
    /// Whether the server ignores the letter case of paths.
    pub(super) ignores_case: bool,
}

impl Spelling {
    /// The one spelling of a decoded path that starts with a slash: no path parameters and sessions, no empty
    /// segments, no default document and no slash at the end, and small letters where the server ignores their case.
    pub(super) fn of<'a>(&self, path: Cow<'a, str>) -> Cow<'a, str> {
        let mut path = if may_be_odd(&path) {
            Cow::Owned(without_oddities(&path))
        } else {
            path
        };
        while let Some(end) = self.end_of_folder(&path) {
            cut(&mut path, end);
        }
        if self.ignores_case && path.chars().any(char::is_uppercase) {
            return Cow::Owned(path.to_lowercase());
        }
        path
    }

    /// Where the folder of a default document ends.
    fn end_of_folder(&self, path: &str) -> Option<usize> {
        let slash = path.rfind('/')?;
        let name = &path[slash + 1..];
        let is_default = |document: &String| name.eq_ignore_ascii_case(document);
        (!name.is_empty() && self.default_documents.iter().any(is_default)).then(|| slash.max(1))
    }
}

fn cut(path: &mut Cow<'_, str>, end: usize) {
    match path {
        Cow::Borrowed(text) => *text = &text[..end],
        Cow::Owned(text) => text.truncate(end),
    }
}

/// Whether a path may hold anything that `without_oddities` takes off: most do not, and need no copy.
fn may_be_odd(path: &str) -> bool {
    memchr::memchr3(b';', b'&', b'(', path.as_bytes()).is_some() || path.contains("//")
}

fn without_oddities(path: &str) -> String {
    let mut kept = String::with_capacity(path.len());
    for segment in path.split('/') {
        let segment = without_parameters(segment);
        if !segment.is_empty() && !is_cookieless(segment) {
            kept.push('/');
            kept.push_str(segment);
        }
    }
    if kept.is_empty() {
        kept.push('/');
    }
    kept
}

/// A segment before its first parameter: `;name=value` of any name, `&name=value` of a session.
fn without_parameters(segment: &str) -> &str {
    let is_parameter = |at: &usize| {
        name_at(segment, *at)
            .is_some_and(|name| segment.as_bytes()[*at] == b';' || is_session(name))
    };
    let mut marks = memchr::memchr2_iter(b';', b'&', segment.as_bytes());
    marks
        .find(is_parameter)
        .map_or(segment, |at| &segment[..at])
}

/// The name between a mark and the `=` that follows it.
fn name_at(segment: &str, at: usize) -> Option<&str> {
    let (name, _) = segment[at + 1..].split_once('=')?;
    let is_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    (!name.is_empty() && name.bytes().all(is_name)).then_some(name)
}

/// Whether a parameter of this name carries a session.
pub(super) fn is_session(name: &str) -> bool {
    SESSIONS
        .iter()
        .any(|known| name.eq_ignore_ascii_case(known))
}

/// Whether a segment is a session or ticket of ASP.NET without cookies, such as `(S(lit3py55t21z5v55vlm25s55))`.
fn is_cookieless(segment: &str) -> bool {
    let inner = segment
        .strip_prefix('(')
        .and_then(|rest| rest.strip_suffix(')'));
    let Some(mut rest) = inner.filter(|inner| !inner.is_empty()) else {
        return false;
    };
    while !rest.is_empty() {
        let Some(ticket) = rest.strip_prefix(['A', 'F', 'S', 'X']) else {
            return false;
        };
        let Some((token, behind)) = ticket.strip_prefix('(').and_then(|t| t.split_once(')')) else {
            return false;
        };
        if !token
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        {
            return false;
        }
        rest = behind;
    }
    true
}

/// The value of a parameter that stands in the path, as `/map;year=2024`.
pub(super) fn path_parameter(path: &str, name: &str) -> Option<String> {
    memchr::memchr(b';', path.as_bytes())?;
    let pairs = path
        .split('/')
        .flat_map(|segment| segment.split(';').skip(1));
    let mut values = pairs.filter_map(|pair| pair.split_once('='));
    values
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelled(path: &str) -> String {
        let spelling = Spelling {
            default_documents: vec!["index.html".into(), "default.aspx".into()],
            ignores_case: false,
        };
        spelling.of(Cow::Borrowed(path)).into_owned()
    }

    #[test]
    fn what_is_no_part_of_a_page_goes() {
        for (path, kept) in [
            ("/hr", "/hr"),
            ("/index.html", "/"),
            ("/hr/Index.HTML", "/hr"),
            ("/hr/default.aspx/index.html", "/hr"),
            ("/index.html/leave", "/index.html/leave"),
            ("/hr/myindex.html", "/hr/myindex.html"),
            ("/hr;jsessionid=1F2E/leave;v=1;w=2", "/hr/leave"),
            ("/;jsessionid=1F2E", "/"),
            ("/hr&PHPSESSID=1f2e", "/hr"),
            ("/r&d", "/r&d"),
            ("/r&d=fun", "/r&d=fun"),
            ("/a;b", "/a;b"),
            ("/a; b=c", "/a; b=c"),
            ("/(S(lit3py55t21))/hr", "/hr"),
            ("/(A(x)F(y-_9))/hr", "/hr"),
            ("/(S(x)/hr", "/(S(x)/hr"),
            ("/(draft)/hr()", "/(draft)/hr()"),
            ("/()", "/()"),
            ("/hr///leave", "/hr/leave"),
        ] {
            assert_eq!(spelled(path), kept, "{path}");
            assert_eq!(spelled(kept), kept, "once is enough");
        }
    }

    #[test]
    fn letter_case_goes_where_the_server_ignores_it() {
        let spelling = Spelling {
            default_documents: Vec::new(),
            ignores_case: true,
        };
        let of = |path: &'static str| spelling.of(Cow::Borrowed(path));
        assert_eq!(of("/HR/\u{c4}mter"), "/hr/\u{e4}mter");
        assert!(
            matches!(of("/hr"), Cow::Borrowed(_)),
            "no copy without need"
        );
    }

    #[test]
    fn a_parameter_in_the_path_can_be_kept() {
        assert_eq!(path_parameter("/map;id=7;y=2/x", "id"), Some("7".into()));
        assert_eq!(path_parameter("/map;id=/x;y=2", "y"), Some("2".into()));
        assert_eq!(path_parameter("/map;id=", "id"), None);
    }
}
