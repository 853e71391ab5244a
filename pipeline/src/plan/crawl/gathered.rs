//! The links of all pages that were read, as one plan.

use std::collections::{BTreeMap, BTreeSet};

use super::super::PlannedLink;
use super::super::titles::{self, Titles};
use super::html::Place;

/// A link stands on every page if it stands on this share of them, in percent: error pages and printed views
/// have other menus.
const EVERYWHERE_PERCENT: usize = 90;
/// Of fewer pages nobody can tell what stands on every one.
const LEAST_PAGES: usize = 5;

/// Pages and their links.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// Each page that was read, with the pages it links to and where.
    pages: BTreeMap<String, BTreeMap<String, BTreeSet<Place>>>,
    /// What pages call themselves.
    titles: Titles,
    /// Pages that lead on to another one.
    moved: BTreeMap<String, String>,
    /// Pages that are not there.
    gone: BTreeSet<String>,
}

impl Gathered {
    /// Notes a page as read, with its title as written.
    pub(super) fn add_page(&mut self, page: &str, title: &str) {
        self.pages.entry(page.to_owned()).or_default();
        if let Some(title) = titles::cleaned(title) {
            self.titles.insert(page.to_owned(), title);
        }
    }

    /// What the pages are called.
    pub(super) fn titles(&self) -> Titles {
        titles::without_site_name(self.titles.clone())
    }

    /// Notes a link of a page.
    pub(super) fn add_link(&mut self, from: &str, to: &str, place: Place) {
        let links = self.pages.entry(from.to_owned()).or_default();
        links.entry(to.to_owned()).or_default().insert(place);
    }

    /// Notes that a page leads on to another one.
    pub(super) fn add_move(&mut self, from: &str, to: &str) {
        if from != to {
            self.moved.insert(from.to_owned(), to.to_owned());
        }
    }

    /// Whether another page leads on to this one.
    pub(super) fn is_moved_to(&self, page: &str) -> bool {
        self.moved.values().any(|to| to == page)
    }

    /// Forgets that pages lead on to this one, and tells which did.
    pub(super) fn take_moves_to(&mut self, page: &str) -> Vec<String> {
        let moved = self.moved.extract_if(.., |_, to| to == page);
        moved.map(|(from, _)| from).collect()
    }

    /// Notes that a page is not there.
    pub(super) fn add_gone(&mut self, page: &str) {
        self.gone.insert(page.to_owned());
    }

    /// The pages that were read.
    pub(super) fn read(&self) -> impl Iterator<Item = &String> {
        self.pages.keys()
    }

    /// The pages that are not there, or only lead on.
    pub(super) fn gone(&self) -> impl Iterator<Item = &String> {
        self.gone.iter().chain(self.moved.keys())
    }

    /// How many pages were read.
    pub(super) fn n_pages(&self) -> usize {
        self.pages.len()
    }

    /// How many pages link to nothing.
    pub(super) fn n_without_links(&self) -> usize {
        self.pages.values().filter(|links| links.is_empty()).count()
    }

    /// The plan, sorted. A link leads where its address leads on to; one to a page that is not there is none;
    /// one on nearly every page stands there once.
    pub(super) fn plan(&self) -> Vec<PlannedLink> {
        let pages: BTreeMap<&str, BTreeMap<&str, BTreeSet<Place>>> = self
            .pages
            .iter()
            .map(|(page, links)| (page.as_str(), self.settled(page, links)))
            .collect();
        let everywhere = everywhere(&pages);
        let mut plan: Vec<PlannedLink> = everywhere
            .iter()
            .map(|to| PlannedLink::now(None, to, "global"))
            .collect();
        for (from, links) in &pages {
            for (to, places) in links.iter().filter(|(to, _)| !everywhere.contains(**to)) {
                let kinds = places.iter().map(|place| place.kind());
                plan.extend(kinds.map(|kind| PlannedLink::now(Some(from), to, kind)));
            }
        }
        plan.sort();
        plan
    }

    /// The links of a page to others that are there.
    fn settled<'a>(
        &'a self,
        page: &str,
        links: &'a BTreeMap<String, BTreeSet<Place>>,
    ) -> BTreeMap<&'a str, BTreeSet<Place>> {
        let mut settled: BTreeMap<&str, BTreeSet<Place>> = BTreeMap::new();
        for (to, places) in links {
            let to = self.end_of(to);
            if to != page && !self.gone.contains(to) {
                settled.entry(to).or_default().extend(places);
            }
        }
        settled
    }

    /// Where a page leads in the end; of pages that lead to each other, itself.
    fn end_of<'a>(&'a self, page: &'a str) -> &'a str {
        let mut end = page;
        for _ in 0..=self.moved.len() {
            match self.moved.get(end) {
                Some(next) => end = next,
                None => return end,
            }
        }
        page
    }
}

/// What stands on nearly every page. A page counts as if it linked to itself: its own entry in a menu often is no link.
fn everywhere(pages: &BTreeMap<&str, BTreeMap<&str, BTreeSet<Place>>>) -> BTreeSet<String> {
    if pages.len() < LEAST_PAGES {
        return BTreeSet::new();
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for to in pages.values().flat_map(BTreeMap::keys) {
        *counts.entry(to).or_default() += 1;
    }
    let is_everywhere = |to: &str, n: usize| {
        let n = n + usize::from(pages.contains_key(to));
        100 * n >= EVERYWHERE_PERCENT * pages.len()
    };
    let found = counts.into_iter().filter(|(to, n)| is_everywhere(to, *n));
    found.map(|(to, _)| to.to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(gathered: &Gathered) -> Vec<String> {
        let plan = gathered.plan();
        let told = plan.iter().map(|link| {
            let from = link.from.as_deref().unwrap_or("*");
            format!("{from} {} {}", link.to, link.kind)
        });
        told.collect()
    }

    #[test]
    fn what_stands_on_nearly_every_page_stands_there_once() {
        let mut gathered = Gathered::default();
        for n in 0..10 {
            let page = format!("/{n}");
            gathered.add_page(&page, "");
            if n != 9 {
                gathered.add_link(&page, "/0", Place::Menu);
                gathered.add_link(&page, "/0", Place::Footer);
            }
            if n > 2 {
                gathered.add_link(&page, "/1", Place::Menu);
            }
        }
        let told = told(&gathered);
        assert_eq!(told[0], "* /0 global", "9 of 10, itself among them");
        assert_eq!(told.len(), 8, "7 of 10 link to /1");
    }

    #[test]
    fn of_four_pages_nothing_is_everywhere() {
        let mut gathered = Gathered::default();
        for n in 0..4 {
            gathered.add_link(&format!("/{n}"), "/0", Place::Menu);
        }
        assert_eq!(told(&gathered), ["/1 /0 menu", "/2 /0 menu", "/3 /0 menu"]);
    }

    #[test]
    fn links_lead_where_their_address_leads_on_to() {
        let mut gathered = Gathered::default();
        for to in ["/old", "/gone", "/round", "/x"] {
            gathered.add_link("/x", to, Place::Body);
        }
        gathered.add_move("/old", "/older");
        gathered.add_move("/older", "/new");
        gathered.add_move("/round", "/and-round");
        gathered.add_move("/and-round", "/round");
        gathered.add_gone("/gone");
        assert_eq!(told(&gathered), ["/x /new body", "/x /round body"]);
    }
}
