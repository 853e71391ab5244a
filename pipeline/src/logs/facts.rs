//! What a raw address means, worked out once for each.

use std::ops::ControlFlow;

use super::columns::{Action, NONE, Words};
use super::counts::Filter;
use super::dictionary::Memo;
use super::pages::{self, PathKind};
use super::record::Record;
use super::site::{Place, Site};

/// The facts of raw addresses; ids are those of the parser's words.
pub(super) struct Facts<'c> {
    site: &'c Site,
    pages: Memo<PageFacts>,
    referrers: Memo<(u32, u32)>,
    scratch: Vec<u8>,
}

/// What an address means.
#[derive(Clone, Copy)]
pub(super) struct PageFacts {
    kind: PathKind,
    /// Page, terms and action, once the page is in the dictionary.
    named: Option<(u32, u32, Action)>,
}

impl PageFacts {
    /// Page, terms and action, where they were worked out before.
    pub(super) fn named(self) -> Option<(u32, u32, Action)> {
        self.named
    }

    /// The filters behind the method, in their order.
    pub(super) fn filter(self, record: &Record<'_>) -> ControlFlow<Filter> {
        let filter = match record.status {
            _ if self.kind == PathKind::Static => Filter::Static,
            304 | 200 | 206 | 0 if record.is_prefetch => Filter::Prefetch,
            304 | 200 | 206 | 0 if self.kind == PathKind::Health => Filter::Health,
            304 | 200 | 206 | 0 => return ControlFlow::Continue(()),
            300..400 => Filter::Redirect,
            400.. => Filter::Error,
            _ => Filter::Status,
        };
        ControlFlow::Break(filter)
    }
}

impl<'c> Facts<'c> {
    pub(super) fn new(site: &'c Site) -> Self {
        Self {
            site,
            pages: Memo::default(),
            referrers: Memo::default(),
            scratch: Vec::new(),
        }
    }

    /// Forgets the ids, for words that start anew.
    pub(super) fn forget_ids(&mut self) {
        self.pages.clear();
        self.referrers.clear();
    }

    /// The facts of a record's page.
    pub(super) fn of(&mut self, record: &Record<'_>) -> &mut PageFacts {
        let make = || PageFacts {
            kind: pages::kind_of(record.page),
            named: None,
        };
        if record.host.is_empty() {
            return self.pages.get(record.page, make);
        }
        // A path starts with a slash and a host never holds one: the key is unambiguous.
        self.scratch.clear();
        self.scratch.extend_from_slice(record.host);
        self.scratch.push(b' ');
        self.scratch.extend_from_slice(record.page);
        self.pages.get(&self.scratch, make)
    }

    /// The page's id, the id of its terms, and what asking for it is.
    pub(super) fn page(&mut self, record: &Record<'_>, words: &mut Words) -> (u32, u32, Action) {
        if record.page.is_empty() {
            return (NONE, NONE, Action::Other);
        }
        let site = self.site;
        let facts = self.of(record);
        let kind = facts.kind;
        *facts
            .named
            .get_or_insert_with(|| name(site, record, kind, words))
    }

    /// The ids of a referrer: a page inside, or a host outside.
    pub(super) fn referrer(&mut self, raw: &[u8], words: &mut Words) -> (u32, u32) {
        if raw.is_empty() {
            return (NONE, NONE);
        }
        let site = self.site;
        *self.referrers.get(raw, || match site.place_of(raw) {
            Place::Inside(page) => (words.pages.insert(page.as_bytes()), NONE),
            Place::Outside(host) => (NONE, words.hosts.insert(host.as_bytes())),
            Place::Nowhere => (NONE, NONE),
        })
    }
}

fn name(site: &Site, record: &Record<'_>, kind: PathKind, words: &mut Words) -> (u32, u32, Action) {
    let page = if record.is_target {
        site.page_of_target(record.page, record.host)
    } else {
        site.page_of(record.page)
    };
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
