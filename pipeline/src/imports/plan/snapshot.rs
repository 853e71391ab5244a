//! One snapshot of the plan, and what it makes of the plan that the lake knows.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Imported;
use super::super::validity::Validity;
use crate::plan::titles::Titles;
use crate::plan::{Planned, PlannedLink};

/// Where a link is known from. Each source speaks for itself: a navigation says nothing about what a
/// crawl saw, nor a sitemap about links.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `navigation.csv`.
    Navigation,
    /// A menu as nested JSON or YAML.
    Menu,
    /// A sitemap: pages, no links.
    Sitemap,
    /// The site itself, or a folder of its saved pages.
    Crawl,
    /// The tree of the addresses.
    Tree,
}

impl Source {
    pub(super) const ALL: [Self; 5] = [
        Self::Navigation,
        Self::Menu,
        Self::Sitemap,
        Self::Crawl,
        Self::Tree,
    ];

    /// Its name in the table `plan`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Navigation => "navigation",
            Self::Menu => "menu",
            Self::Sitemap => "sitemap",
            Self::Crawl => "crawl",
            Self::Tree => "tree",
        }
    }

    /// The source of a name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.name() == name)
    }
}

/// A planned link as the lake keeps it; the order is that of the table's rows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Link {
    /// The page it stands on, `*` for every page; a sitemap's pages have none.
    pub(super) from: Option<String>,
    pub(super) to: String,
    pub(super) kind: String,
    pub(super) source: Source,
}

/// The known plan: the times in which each link held, in their order; none is empty.
pub(super) type History = BTreeMap<Link, Vec<Validity>>;

/// The known titles: those of each source.
pub(super) type KnownTitles = BTreeMap<Source, Titles>;

/// What the sources at hand say.
#[derive(Debug, Default)]
pub struct Snapshot {
    titles: KnownTitles,
    links: BTreeMap<Link, Validity>,
    sources: BTreeSet<Source>,
}

impl Snapshot {
    /// All that a file of a source says.
    pub fn add_planned(&mut self, source: Source, planned: Planned) {
        self.add(source, planned.links);
        self.add_titles(source, planned.titles);
    }

    /// Titles of pages; the first of a page stays.
    pub fn add_titles(&mut self, source: Source, titles: Titles) {
        let known = self.titles.entry(source).or_default();
        for (page, title) in titles {
            known.entry(page).or_insert(title);
        }
    }

    /// Puts its titles in the place of those that its sources gave before, but for those of pages that are `unseen`;
    /// tells whether that changed any.
    pub(super) fn retitle(
        &mut self,
        known: &mut KnownTitles,
        is_unseen: impl Fn(&str) -> bool,
    ) -> bool {
        let before = known.clone();
        for source in &self.sources {
            let mut titles = self.titles.remove(source).unwrap_or_default();
            for (page, title) in known.remove(source).unwrap_or_default() {
                if is_unseen(&page) {
                    titles.entry(page).or_insert(title);
                }
            }
            if !titles.is_empty() {
                known.insert(*source, titles);
            }
        }
        *known != before
    }

    /// All that a source says about links.
    pub fn add(&mut self, source: Source, links: Vec<PlannedLink>) {
        self.sources.insert(source);
        for link in links {
            let row = Link {
                from: Some(link.from.unwrap_or_else(|| "*".to_owned())),
                to: link.to,
                kind: link.kind,
                source,
            };
            self.links.insert(row, (link.valid_from, link.valid_to));
        }
    }

    /// The pages of a sitemap.
    pub fn add_pages(&mut self, pages: Vec<String>) {
        self.sources.insert(Source::Sitemap);
        for page in pages {
            let row = Link {
                from: None,
                to: page,
                kind: Source::Sitemap.name().to_owned(),
                source: Source::Sitemap,
            };
            self.links.insert(row, (None, None));
        }
    }

    /// The last day on which what its sources say changed.
    pub(super) fn last_change(&self, known: &History) -> Option<i32> {
        let own = known
            .iter()
            .filter(|(link, _)| self.sources.contains(&link.source));
        let times = own.flat_map(|(_, times)| times);
        let days = times.flat_map(|(first, last)| [*first, last.map(|last| last + 1)]);
        days.flatten().max()
    }

    /// Takes over what the plan says now and this snapshot cannot know better: the links of a source for which
    /// `is_unseen` of the page they stand on and the page they lead to.
    pub(super) fn keep(
        &mut self,
        known: &History,
        source: Source,
        is_unseen: impl Fn(&str, &str) -> bool,
    ) {
        for (link, times) in known.iter().filter(|(link, _)| link.source == source) {
            let from = link.from.as_deref().unwrap_or("*");
            let last = times.last().filter(|last| last.1.is_none());
            if let Some(last) = last.filter(|_| is_unseen(from, &link.to)) {
                self.links.entry(link.clone()).or_insert(*last);
            }
        }
    }

    /// Ends on the day before `on` what its sources no longer have, and begins on `on` what they bring.
    /// The first snapshot of a source holds from always. Without `on` nobody has used the intranet yet,
    /// and the snapshot takes the place of the one before.
    pub(super) fn merge_into(self, known: &mut History, on: Option<i32>) -> Imported {
        let speaks = |link: &Link| self.sources.contains(&link.source);
        let is_known = |source: Source| known.keys().any(|link| link.source == source);
        let first: BTreeSet<Source> = self.sources.iter().copied().collect();
        let first: BTreeSet<Source> = first.into_iter().filter(|s| !is_known(*s)).collect();
        let mut done = Imported {
            n_rows: self.links.len(),
            ..Imported::default()
        };
        for (link, times) in known.iter_mut() {
            if speaks(link) && !self.links.contains_key(link) && end(times, on) {
                done.n_ended += 1;
            }
        }
        for (link, validity) in self.links {
            let on = on.filter(|_| !first.contains(&link.source));
            if begin(known.entry(link).or_default(), validity, on) {
                done.n_begun += 1;
            }
        }
        known.retain(|_, times| !times.is_empty());
        done
    }

    /// Puts its links in the place of all that its sources said before, without dates.
    pub(super) fn replace_in(self, known: &mut History) -> Imported {
        let mut done = Imported {
            n_rows: self.links.len(),
            ..Imported::default()
        };
        known.retain(|link, _| {
            let stays = !self.sources.contains(&link.source) || self.links.contains_key(link);
            done.n_ended += usize::from(!stays);
            stays
        });
        for link in self.links.into_keys() {
            let before = known.insert(link, vec![(None, None)]);
            done.n_begun += usize::from(before.is_none());
        }
        done
    }
}

/// Ends a link; what would end before it began never held. Whether that changed anything.
fn end(times: &mut Vec<Validity>, on: Option<i32>) -> bool {
    let Some(last) = times.last_mut().filter(|last| last.1.is_none()) else {
        return false;
    };
    match on {
        Some(on) if last.0.is_none_or(|first| first < on) => last.1 = Some(on - 1),
        _ => {
            times.pop();
        }
    }
    true
}

/// Begins a link, or gives it the dates that its file names. Whether that changed anything.
fn begin(times: &mut Vec<Validity>, (from, to): Validity, on: Option<i32>) -> bool {
    let before = times.clone();
    let is_only = times.len() == 1;
    match times.last_mut() {
        None => times.push((from.or(on), to)),
        // It holds: what the file says about its days is heard, as long as it held but once.
        Some(last) if last.1.is_none() || to.is_some() && last.1 >= to => {
            last.1 = to;
            if is_only && from.is_some() {
                last.0 = from;
            }
        }
        Some(last) => {
            let ended = last.1.unwrap_or(i32::MAX);
            let first = from.filter(|first| *first > ended).or(on);
            match first {
                Some(first)
                    if first > ended.saturating_add(1) && to.is_none_or(|to| to >= first) =>
                {
                    times.push((Some(first), to));
                }
                // It came back before it was missed.
                _ => last.1 = to,
            }
        }
    }
    *times != before
}

#[cfg(test)]
#[path = "snapshot_tests.rs"]
mod tests;
