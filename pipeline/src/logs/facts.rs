//! What a raw address means, worked out once for each.
//!
//! Most lines come from a page of one server: what stands in front of the path is compared, and the path is looked up
//! where the pages asked for are. So they are known once, and what is looked up for each line stays near.

use std::borrow::Cow;
use std::hash::Hasher;
use std::ops::ControlFlow;

use siphasher::sip::SipHasher13;

use super::address;
use super::attacks;
use super::columns::{Action, NONE, Referrer, Words};
use super::counts::Filter;
use super::dictionary::{self, Memo};
use super::pages::{self, PathKind};
use super::record::Record;
use super::site::{Place, Site};

/// The facts of raw addresses; ids are those of the parser's words.
///
/// A line's address is looked up once, by `look_at`; `filter` and `page` then speak of that line.
pub(super) struct Facts<'c> {
    site: &'c Site,
    pages: Memo<Path>,
    /// The servers that lines came from first.
    roots: Vec<Root>,
    /// Those of other servers, by their whole address.
    referrers: Memo<Referrer>,
    scratch: Vec<u8>,
    /// The path of the line looked at last, and its facts.
    latest: (u32, PageFacts),
}

/// Where what a line asks for and where it came from seem to be known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sought {
    page: Option<dictionary::Place>,
    /// The place of its root among the roots.
    root: Option<usize>,
    /// Among the pages where it has a root, else among the referrers.
    referrer: Option<dictionary::Place>,
}

/// Servers that are told by comparing: more would be looked up faster.
const ROOTS: usize = 4;

/// A server as referrers begin with it: `https://intranet.example.com`.
struct Root {
    text: Vec<u8>,
    /// What it stands for, where its pages are not of the intranet.
    outside: Option<Referrer>,
}

impl Root {
    /// The root of an address that has a path: all that decides where it points to, but for the path.
    fn of(raw: &[u8]) -> Option<&[u8]> {
        let host = address::after_scheme(raw)?;
        let end = host.iter().position(|b| matches!(b, b'/' | b'?' | b'#'))?;
        (host[end] == b'/').then(|| &raw[..raw.len() - host.len() + end])
    }

    /// The path behind it, if an address has this root.
    fn path<'a>(&self, raw: &'a [u8]) -> Option<&'a [u8]> {
        let path = raw.strip_prefix(self.text.as_slice())?;
        (path.first() == Some(&b'/')).then_some(path)
    }
}

/// What is known of a path.
#[derive(Clone, Copy, Default)]
struct Path {
    /// As one asked for.
    asked: Option<PageFacts>,
    /// As one that lines came from: the place of the root, and what they came from.
    came_from: Option<(u8, Referrer)>,
}

/// What a line asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AskedFor {
    /// Hash of the page, or of the address that is none; nothing for static files and prefetches.
    pub(super) page: Option<u32>,
    /// Kinds of attack in the address, a bit each.
    pub(super) attacks: u8,
}

#[derive(Clone, Copy, Default)]
struct PageFacts {
    kind: PathKind,
    /// Whether the page is never loaded.
    is_ignored: bool,
    asked_for: AskedFor,
    /// Page, terms and action, once the page is in the dictionary.
    named: Option<(u32, u32, Action)>,
}

impl<'c> Facts<'c> {
    pub(super) fn new(site: &'c Site) -> Self {
        Self {
            site,
            pages: Memo::default(),
            roots: Vec::new(),
            referrers: Memo::default(),
            scratch: Vec::new(),
            latest: (0, PageFacts::default()),
        }
    }

    /// Forgets the ids, for words that start anew.
    pub(super) fn forget_ids(&mut self) {
        self.pages.clear();
        self.roots.clear();
        self.referrers.clear();
    }

    /// Where what a line asks for and where it came from seem to be known; texts are empty where it does not say.
    pub(super) fn seek(&self, host: &[u8], page: &[u8], referrer: &[u8]) -> Sought {
        let mut sought = Sought {
            page: host.is_empty().then(|| self.pages.seek(page)),
            ..Sought::default()
        };
        match self.rooted(referrer) {
            Some((place, path)) => {
                sought.root = Some(place);
                let is_inside = self.roots[place].outside.is_none();
                sought.referrer = is_inside.then(|| self.pages.seek(path));
            }
            None if !referrer.is_empty() => sought.referrer = Some(self.referrers.seek(referrer)),
            None => {}
        }
        sought
    }

    /// The root of an address, if it is known, and the path behind it.
    fn rooted<'a>(&self, raw: &'a [u8]) -> Option<(usize, &'a [u8])> {
        let mut roots = self.roots.iter().enumerate();
        roots.find_map(|(place, root)| Some((place, root.path(raw)?)))
    }

    /// Brings what is known of them near.
    pub(super) fn approach(&self, sought: Sought) {
        if let Some(page) = sought.page {
            self.pages.approach(page);
        }
        match (sought.referrer, sought.root) {
            (Some(page), Some(_)) => self.pages.approach(page),
            (Some(referrer), None) => self.referrers.approach(referrer),
            (None, _) => {}
        }
    }

    /// What a line asks for; the line is from now on the one looked at. `sought` is where that seems to be known, if
    /// it was asked.
    pub(super) fn look_at(&mut self, record: &Record<'_>, sought: Sought) -> AskedFor {
        // A row's `//host/path` names a host, a request's is a path.
        let is_path = record.is_target || !record.page.starts_with(b"//");
        let id = if record.host.is_empty() && is_path {
            self.pages.id_at(sought.page, record.page, Path::default)
        } else {
            // A path starts with a slash and a host never holds one: the key is unambiguous.
            self.scratch.clear();
            self.scratch.extend_from_slice(record.host);
            self.scratch.push(b' ');
            self.scratch.extend_from_slice(record.page);
            self.pages.id(&self.scratch, Path::default)
        };
        let asked = &mut self.pages.at(id).asked;
        let facts = asked.get_or_insert_with(|| PageFacts::of(self.site, record));
        self.latest = (id, *facts);
        AskedFor {
            page: facts.asked_for.page.filter(|_| !record.is_prefetch),
            ..facts.asked_for
        }
    }

    /// Whether the page of the line looked at is never loaded.
    pub(super) fn is_ignored(&self) -> bool {
        self.latest.1.is_ignored
    }

    /// The filters behind the method, in their order, on the line looked at.
    pub(super) fn filter(&self, record: &Record<'_>) -> ControlFlow<Filter> {
        let PageFacts {
            kind, is_ignored, ..
        } = self.latest.1;
        let filter = match record.status {
            _ if is_ignored => Filter::Ignored,
            _ if kind == PathKind::Static => Filter::Static,
            304 | 200 | 206 | 0 if record.is_prefetch => Filter::Prefetch,
            304 | 200 | 206 | 0 if kind == PathKind::Health => Filter::Health,
            304 | 200 | 206 | 0 => return ControlFlow::Continue(()),
            300..400 => Filter::Redirect,
            400.. => Filter::Error,
            _ => Filter::Status,
        };
        ControlFlow::Break(filter)
    }

    /// The page's id, the id of its terms, and what asking for it is, of the line looked at.
    pub(super) fn page(&mut self, record: &Record<'_>, words: &mut Words) -> (u32, u32, Action) {
        if record.page.is_empty() {
            return (NONE, NONE, Action::Other);
        }
        let (id, facts) = self.latest;
        facts.named.unwrap_or_else(|| {
            let named = name(self.site, record, facts.kind, words);
            if let Some(asked) = &mut self.pages.at(id).asked {
                asked.named = Some(named);
            }
            named
        })
    }

    /// What a referrer stands for; empty where the line does not say. `sought` is where that seems to be known, if it
    /// was asked.
    pub(super) fn referrer(&mut self, raw: &[u8], sought: Sought, words: &mut Words) -> Referrer {
        if raw.is_empty() {
            return Referrer::NONE;
        }
        let site = self.site;
        let mut make = || referrer(site, raw, words);
        let Some((place, root)) = sought
            .root
            .and_then(|place| Some((place, self.roots.get(place)?)))
        else {
            let id = self.referrers.id_at(sought.referrer, raw, make);
            let referrer = *self.referrers.at(id);
            self.learn(raw, referrer);
            return referrer;
        };
        if let Some(outside) = root.outside {
            return outside;
        }
        let path = &raw[root.text.len()..];
        let id = self.pages.id_at(sought.referrer, path, Path::default);
        let came_from = &mut self.pages.at(id).came_from;
        match *came_from {
            Some((of_root, referrer)) if usize::from(of_root) == place => referrer,
            // Another server's page of this path was met first.
            Some(_) => *self.referrers.get(raw, make),
            None => came_from.insert((place as u8, make())).1,
        }
    }

    /// Remembers the server of a referrer, if it is one of the first.
    fn learn(&mut self, raw: &[u8], referrer: Referrer) {
        if self.roots.len() < ROOTS
            && let Some(text) = Root::of(raw)
            && !self.roots.iter().any(|root| root.text == text)
        {
            self.roots.push(Root {
                text: text.to_vec(),
                outside: (referrer.host() != NONE).then_some(referrer),
            });
        }
    }
}

/// What a referrer stands for.
fn referrer(site: &Site, raw: &[u8], words: &mut Words) -> Referrer {
    match site.place_of(raw) {
        // What is never loaded comes not in by this door either.
        Place::Inside(page) if site.filters().ignores(&page) => Referrer::NONE,
        Place::Inside(page) => Referrer::of_page(words.pages.insert(page.as_bytes())),
        Place::Outside(host) => Referrer::of_host(words.hosts.insert(host.as_bytes())),
        Place::Nowhere => Referrer::NONE,
    }
}

impl PageFacts {
    fn of(site: &Site, record: &Record<'_>) -> Self {
        let filters = site.filters();
        let kind = pages::kind_of(record.page, filters);
        let is_page = !record.page.is_empty() && kind != PathKind::Static;
        let asked_for = AskedFor {
            page: is_page.then(|| hash(unfolded_name(site, record).as_bytes())),
            attacks: attacks::kinds_of(record.page),
        };
        Self {
            kind,
            is_ignored: filters.ignores_some()
                && !record.page.is_empty()
                && filters.ignores(&page_name(site, record)),
            asked_for,
            named: None,
        }
    }
}

/// The same on every machine and in every run: what is estimated from it goes into the lake.
fn hash(bytes: &[u8]) -> u32 {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    hasher.finish() as u32
}

fn page_name<'a>(site: &Site, record: &Record<'a>) -> Cow<'a, str> {
    if record.is_target {
        site.page_of_target(record.page, record.host)
    } else {
        site.page_of(record.page)
    }
}

/// What a machine asks for is told by its addresses: a thousand tickets are a thousand pages to it.
fn unfolded_name<'a>(site: &Site, record: &Record<'a>) -> Cow<'a, str> {
    if record.is_target {
        site.unfolded_of_target(record.page, record.host)
    } else {
        site.unfolded_of(record.page)
    }
}

fn name(site: &Site, record: &Record<'_>, kind: PathKind, words: &mut Words) -> (u32, u32, Action) {
    let page = page_name(site, record);
    let id = words.pages.insert(page.as_bytes());
    if kind == PathKind::Document {
        return (id, NONE, Action::Download);
    }
    if !site.is_search(&page) {
        return (id, NONE, Action::View);
    }
    let terms = site
        .terms_of(record.page)
        .map_or(NONE, |terms| words.searches.insert(terms.as_bytes()));
    (id, terms, Action::Search)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::combined::ClfLine;
    use super::super::filters::FilterRules;
    use super::super::format::ClfLayout;
    use super::super::site::SiteSettings;
    use super::*;

    const LAYOUT: ClfLayout = ClfLayout {
        has_host: false,
        has_referrer: true,
    };
    const ROOTS: [&str; 9] = [
        "https://intranet.example.com",
        "http://intranet.example.com:8080",
        "https://wiki.example.com",
        "https://www.example.org",
        "https://a@intranet.example.com",
        "http://b",
        "http://c",
        "http:/",
        "",
    ];
    const PATHS: [&str; 8] = [
        "/",
        "/a",
        "/A/",
        "/b?id=1",
        "/b?id=2#x",
        "//a",
        "",
        "/private/x",
    ];

    fn site() -> Site {
        Site::new(SiteSettings {
            base_url: "https://intranet.example.com".to_owned(),
            aliases: vec!["wiki.example.com".to_owned()],
            filters: FilterRules {
                ignore: vec!["/private/*".to_owned()],
                ..FilterRules::default()
            },
            ..SiteSettings::default()
        })
    }

    /// What a referrer is called: a page, or a host behind a colon.
    fn called(referrer: Referrer, words: &Words) -> String {
        match (referrer.page(), referrer.host()) {
            (NONE, NONE) => String::new(),
            (NONE, host) => format!(":{}", words.hosts.text(host)),
            (page, _) => words.pages.text(page).into_owned(),
        }
    }

    proptest! {
        #[test]
        fn paths_are_as_if_worked_out_anew(
            lines in prop::collection::vec((0..9_usize, 0..8_usize, 0..7_usize, 0..20_u8), 1..80),
        ) {
            let site = site();
            let (mut facts, mut words) = (Facts::new(&site), Words::default());
            for (root, path, page, chance) in lines {
                if chance == 0 {
                    words.clear();
                    facts.forget_ids();
                }
                let line = format!(
                    "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET {} HTTP/1.1\" 200 1 \"{}{}\" \"-\"",
                    PATHS[page], ROOTS[root], PATHS[path],
                );
                let read = ClfLine::read(line.as_bytes(), LAYOUT).expect("the line is well formed");
                let record = Record::of_clf(&read);
                let sought = match chance % 2 {
                    0 => facts.seek(record.host, record.page, record.referrer),
                    _ => Sought::default(),
                };
                let asked_for = facts.look_at(&record, sought);
                prop_assert_eq!(asked_for, PageFacts::of(&site, &record).asked_for);
                let (page, _, _) = facts.page(&record, &mut words);
                if !record.page.is_empty() {
                    prop_assert_eq!(&*words.pages.text(page), &*page_name(&site, &record));
                }
                let came_from = facts.referrer(record.referrer, sought, &mut words);
                let mut other = Words::default();
                let anew = match record.referrer {
                    b"" => Referrer::NONE,
                    raw => referrer(&site, raw, &mut other),
                };
                prop_assert_eq!(called(came_from, &words), called(anew, &other));
            }
        }
    }

    #[test]
    fn two_slashes_are_a_host_to_a_row_and_a_path_to_a_request() {
        let line = r#"::1 - ann [01/May/2024:10:00:00 +0000] "GET //b/a HTTP/1.1" 200 1 "-" "-""#;
        let read = ClfLine::read(line.as_bytes(), LAYOUT).expect("the line is well formed");
        let site = site();
        for order in [[true, false], [false, true]] {
            let (mut facts, mut words) = (Facts::new(&site), Words::default());
            for is_target in order {
                let record = Record {
                    is_target,
                    ..Record::of_clf(&read)
                };
                facts.look_at(&record, Sought::default());
                let (page, _, _) = facts.page(&record, &mut words);
                let named = if is_target { "/b/a" } else { "//b/a" };
                assert_eq!(words.pages.text(page), named);
            }
        }
    }

    #[test]
    fn a_root_is_all_in_front_of_the_path() {
        let root = |raw: &'static str| Root::of(raw.as_bytes()).map(String::from_utf8_lossy);
        assert_eq!(
            root("https://a.b:8/c/d?e").as_deref(),
            Some("https://a.b:8")
        );
        assert_eq!(root("https://a?b/c"), None);
        assert_eq!(root("https://a"), None);
        assert_eq!(root("/a/b"), None);
    }
}
