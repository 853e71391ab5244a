//! What a raw address means, worked out once for each.

use std::borrow::Cow;
use std::hash::Hasher;
use std::ops::ControlFlow;

use siphasher::sip::SipHasher13;

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
    pages: Memo<PageFacts>,
    referrers: Memo<Referrer>,
    scratch: Vec<u8>,
    /// The facts of the line looked at last.
    latest: u32,
}

/// Where what a line asks for and where it came from seem to be known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sought {
    page: Option<dictionary::Place>,
    referrer: Option<dictionary::Place>,
}

/// What a line asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AskedFor {
    /// Hash of the page, or of the address that is none; nothing for static files and prefetches.
    pub(super) page: Option<u32>,
    /// Kinds of attack in the address, a bit each.
    pub(super) attacks: u8,
}

#[derive(Clone, Copy)]
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
            referrers: Memo::default(),
            scratch: Vec::new(),
            latest: 0,
        }
    }

    /// Forgets the ids, for words that start anew.
    pub(super) fn forget_ids(&mut self) {
        self.pages.clear();
        self.referrers.clear();
    }

    /// Where what a line asks for and where it came from seem to be known; texts are empty where it does not say.
    pub(super) fn seek(&self, host: &[u8], page: &[u8], referrer: &[u8]) -> Sought {
        Sought {
            page: host.is_empty().then(|| self.pages.seek(page)),
            referrer: (!referrer.is_empty()).then(|| self.referrers.seek(referrer)),
        }
    }

    /// Brings what is known of them near.
    pub(super) fn approach(&self, Sought { page, referrer }: Sought) {
        if let Some(page) = page {
            self.pages.approach(page);
        }
        if let Some(referrer) = referrer {
            self.referrers.approach(referrer);
        }
    }

    /// What a line asks for; the line is from now on the one looked at. `sought` is where that seems to be known, if
    /// it was asked.
    pub(super) fn look_at(&mut self, record: &Record<'_>, sought: Sought) -> AskedFor {
        let site = self.site;
        let make = || PageFacts::of(site, record);
        self.latest = if record.host.is_empty() {
            self.pages.id_at(sought.page, record.page, make)
        } else {
            // A path starts with a slash and a host never holds one: the key is unambiguous.
            self.scratch.clear();
            self.scratch.extend_from_slice(record.host);
            self.scratch.push(b' ');
            self.scratch.extend_from_slice(record.page);
            self.pages.id(&self.scratch, make)
        };
        let asked_for = self.pages.at(self.latest).asked_for;
        AskedFor {
            page: asked_for.page.filter(|_| !record.is_prefetch),
            ..asked_for
        }
    }

    /// Whether the page of the line looked at is never loaded.
    pub(super) fn is_ignored(&mut self) -> bool {
        self.pages.at(self.latest).is_ignored
    }

    /// The filters behind the method, in their order, on the line looked at.
    pub(super) fn filter(&mut self, record: &Record<'_>) -> ControlFlow<Filter> {
        let PageFacts {
            kind, is_ignored, ..
        } = *self.pages.at(self.latest);
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
        let site = self.site;
        let facts = self.pages.at(self.latest);
        let kind = facts.kind;
        *facts
            .named
            .get_or_insert_with(|| name(site, record, kind, words))
    }

    /// What a referrer stands for; empty where the line does not say.
    pub(super) fn referrer(&mut self, raw: &[u8], sought: Sought, words: &mut Words) -> Referrer {
        if raw.is_empty() {
            return Referrer::NONE;
        }
        let site = self.site;
        let make = || match site.place_of(raw) {
            // What is never loaded comes not in by this door either.
            Place::Inside(page) if site.filters().ignores(&page) => Referrer::NONE,
            Place::Inside(page) => Referrer::of_page(words.pages.insert(page.as_bytes())),
            Place::Outside(host) => Referrer::of_host(words.hosts.insert(host.as_bytes())),
            Place::Nowhere => Referrer::NONE,
        };
        let id = self.referrers.id_at(sought.referrer, raw, make);
        *self.referrers.at(id)
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
