//! The plan as the site itself shows it: its own links, followed page by page, or read from saved pages.
//!
//! What people see is the plan, robots or not: a link that robots must not follow is planned, and not followed.
//! Nor are links that sign out. Scripts are not run, so menus that only scripts write are not seen.

mod addresses;
mod folder;
mod gathered;
mod html;
mod robots;
mod web;

use std::collections::{BTreeSet, VecDeque};
use std::path::Path;
use std::time::Duration;

use url::Url;

use self::addresses::{base_of, may_be_asked, page_of, target};
use self::gathered::Gathered;
use self::html::Links;
use self::web::{Answer, Web};
use super::PlannedLink;
use super::titles::Titles;
use crate::error::{Doing, Error};
use crate::logs::site::Site;
use crate::talk::Talk;

/// An address that leads on to itself this often never ends.
const MOST_MOVES: usize = 10;

/// How a site is crawled.
#[derive(Debug, Clone)]
pub struct Options {
    /// Pages to ask for, at most.
    pub max_pages: usize,
    /// Least time between two requests.
    pub pause: Duration,
    /// Longest time for a page.
    pub timeout: Duration,
    /// Headers as `Name: value`; they are sent to the intranet's hosts alone, and never shown.
    pub headers: Vec<String>,
}

/// Pages that are asked for, at most, unless somebody says otherwise.
pub const MAX_PAGES: u32 = 5000;

/// Milliseconds between two requests, unless somebody says otherwise.
pub const PAUSE_MS: u32 = 200;

/// Seconds for a page, unless somebody says otherwise.
pub const TIMEOUT_SECS: u32 = 30;

impl Default for Options {
    fn default() -> Self {
        Self {
            max_pages: MAX_PAGES as usize,
            pause: Duration::from_millis(PAUSE_MS.into()),
            timeout: Duration::from_secs(TIMEOUT_SECS.into()),
            headers: Vec::new(),
        }
    }
}

/// What a crawl saw.
#[derive(Debug, Default)]
pub struct Crawled {
    /// The links, sorted.
    pub links: Vec<PlannedLink>,
    /// The titles of the pages.
    pub titles: Titles,
    /// Pages that were read.
    pub read: BTreeSet<String>,
    /// Pages that are not there, or only lead on.
    pub gone: BTreeSet<String>,
    /// Whether every page that it knows of was read.
    pub is_whole: bool,
    /// What is worth saying.
    pub notes: Vec<String>,
    /// What needs a look.
    pub worries: Vec<String>,
}

/// Crawls the site from an address on.
///
/// # Errors
/// When the address is none of the intranet, or not a single page can be read.
pub async fn crawl_site(
    site: &Site,
    start: &str,
    options: &Options,
    talk: &Talk,
) -> Result<Crawled, Error> {
    let start = Url::parse(start).misused(format!("`{start}` is no address"))?;
    if !matches!(start.scheme(), "http" | "https") || page_of(site, &start).is_none() {
        return Err(Error::usage(format!(
            "`{start}` is no address of the intranet: name its host in base_url or aliases of elephant.toml"
        )));
    }
    let mut crawl = Crawl::new(site);
    let mut web = Web::new(&start, options)?;
    crawl.reach(start);
    let bar = talk.bar(options.max_pages as u64, "pages");
    while let Some(url) = crawl.queue.pop_front() {
        if crawl.n_asked == options.max_pages {
            crawl.queue.push_front(url);
            break;
        }
        crawl.n_asked += 1;
        crawl.visit(&mut web, url).await;
        bar.inc(1);
    }
    bar.finish_and_clear();
    crawl.finish(options.max_pages)
}

/// Reads a folder of saved pages, whose paths are addresses below `base_url`.
///
/// # Errors
/// When the folder cannot be read, or holds no page.
pub fn crawl_folder(
    site: &Site,
    base_url: Option<&str>,
    folder: &Path,
    options: &Options,
) -> Result<Crawled, Error> {
    let base = base_of(base_url.unwrap_or("localhost"))?;
    let mut crawl = Crawl::new(site);
    crawl.host = base_url.is_none().then(|| base.clone());
    let pages = folder::pages_below(folder)?;
    for page in pages.iter().take(options.max_pages) {
        let Some(url) = folder::url_of(&base, page) else {
            continue;
        };
        match (crawl.page_of(&url), folder::read(&folder.join(page))?) {
            (Some(name), Some(html)) => crawl.read(&name, &url, &html::links(&html), false),
            (_, None) => crawl.fail(page.display().to_string(), "is larger than 5 MB"),
            (None, _) => {}
        }
    }
    crawl.is_cut = pages.len() > options.max_pages;
    crawl.finish(options.max_pages)
}

/// A crawl under way.
struct Crawl<'a> {
    site: &'a Site,
    /// Where the settings name no host: the one that saved pages are given.
    host: Option<Url>,
    queue: VecDeque<Url>,
    /// Pages that were or will be asked for.
    known: BTreeSet<String>,
    gathered: Gathered,
    n_asked: usize,
    n_kept: usize,
    n_locked: usize,
    /// Pages that ask for a password instead of being what was asked for.
    logins: BTreeSet<String>,
    is_cut: bool,
    /// Pages that cannot be had, and why.
    failed: Vec<(String, String)>,
}

impl<'a> Crawl<'a> {
    fn new(site: &'a Site) -> Self {
        Self {
            site,
            host: None,
            queue: VecDeque::new(),
            known: BTreeSet::new(),
            gathered: Gathered::default(),
            n_asked: 0,
            n_kept: 0,
            n_locked: 0,
            logins: BTreeSet::new(),
            is_cut: false,
            failed: Vec::new(),
        }
    }

    fn page_of(&self, url: &Url) -> Option<String> {
        match &self.host {
            Some(host) if host.origin() == url.origin() => {
                let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
                Some(self.site.page_of_target(path.as_bytes(), b"").into_owned())
            }
            _ => page_of(self.site, url),
        }
    }

    /// Will ask for a page, unless it is known.
    fn reach(&mut self, mut url: Url) {
        url.set_fragment(None);
        if let Some(page) = self.page_of(&url)
            && self.known.insert(page)
        {
            self.queue.push_back(url);
        }
    }

    async fn visit(&mut self, web: &mut Web, mut url: Url) {
        let Some(page) = self.page_of(&url) else {
            return;
        };
        for _ in 0..MOST_MOVES {
            match web.get(&url).await {
                Answer::Page { html, is_followed } => {
                    let links = html::links(&html);
                    let is_login = links.asks_password && self.stands_for_another(&page);
                    return if is_login {
                        self.note_login(page);
                    } else {
                        self.read(&page, &url, &links, is_followed);
                    };
                }
                Answer::Moved(next) => match self.page_of(&next) {
                    Some(to) if to == page => url = next,
                    Some(to) if !self.site.is_login(&to) && !self.logins.contains(&to) => {
                        self.gathered.add_move(&page, &to);
                        return self.reach(next);
                    }
                    _ => return self.lock(page, "leads to a login or another host"),
                },
                Answer::Gone => return self.gathered.add_gone(&page),
                Answer::NoPage => return,
                Answer::Kept => {
                    self.n_kept += 1;
                    return;
                }
                Answer::Refused(status) => return self.lock(page, &format!("answers {status}")),
                Answer::Failed(problem) => return self.fail(page, &problem),
            }
        }
        self.fail(page, "leads on to itself for ever");
    }

    /// Whether a page was come to in place of another one, or is where the crawl began.
    fn stands_for_another(&self, page: &str) -> bool {
        self.n_asked == 1 || self.gathered.is_moved_to(page)
    }

    /// Without this a login that ran out would end the plan of every page that leads to it.
    fn note_login(&mut self, page: String) {
        for moved in self.gathered.take_moves_to(&page) {
            self.lock(moved, "leads to a login");
        }
        self.lock(page.clone(), "asks for a password");
        self.logins.insert(page);
    }

    fn lock(&mut self, page: String, problem: &str) {
        self.n_locked += 1;
        self.fail(page, problem);
    }

    fn fail(&mut self, page: String, problem: &str) {
        self.failed.push((page, problem.to_owned()));
    }

    /// Notes the links of a page, and which pages to ask for next.
    fn read(&mut self, page: &str, url: &Url, links: &Links, is_followed: bool) {
        self.gathered.add_page(page, &links.title);
        let base = links.base.as_deref().and_then(|base| url.join(base).ok());
        let base = base.as_ref().unwrap_or(url);
        for anchor in &links.anchors {
            let Some(target) = target(base, &anchor.href) else {
                continue;
            };
            let Some(to) = self.page_of(&target) else {
                continue;
            };
            self.gathered.add_link(page, &to, anchor.place);
            if is_followed && anchor.is_followed && may_be_asked(&target) {
                self.reach(target);
            }
        }
    }

    fn finish(self, max_pages: usize) -> Result<Crawled, Error> {
        let is_cut = self.is_cut || !self.queue.is_empty();
        if self.gathered.n_pages() == 0 {
            return Err(self.nothing());
        }
        let mut crawled = Crawled {
            links: self.gathered.plan(),
            titles: self.gathered.titles(),
            read: self.gathered.read().cloned().collect(),
            gone: self.gathered.gone().cloned().collect(),
            is_whole: !is_cut && self.failed.is_empty(),
            ..Crawled::default()
        };
        let n_empty = self.gathered.n_without_links();
        if n_empty > 0 {
            crawled.notes.push(format!(
                "{n_empty} of the pages have no link: where scripts write the menu, import it as a file"
            ));
        }
        if self.n_kept > 0 {
            let n = self.n_kept;
            crawled
                .notes
                .push(format!("robots.txt keeps {n} of the pages"));
        }
        if is_cut {
            crawled.worries.push(format!(
                "stopped after {max_pages} pages: raise --max-pages, or fold addresses by [site] templates"
            ));
        }
        crawled.worries.extend(self.failures());
        Ok(crawled)
    }

    /// The pages that cannot be had, in a sentence with examples.
    fn failures(&self) -> Option<String> {
        let examples: Vec<String> = self
            .failed
            .iter()
            .take(3)
            .map(|(page, problem)| format!("`{page}` {problem}"))
            .collect();
        let remedy = if self.n_locked > 0 {
            ": give the login with --header \"Cookie: ...\""
        } else {
            ""
        };
        let n = self.failed.len();
        (n > 0).then(|| {
            format!(
                "{n} of the pages cannot be read, such as {}{remedy}",
                examples.join(", ")
            )
        })
    }

    /// Why there is not a single page.
    fn nothing(&self) -> Error {
        let why = self.failures().unwrap_or_else(|| match self.n_kept {
            0 => "there is no HTML page".to_owned(),
            _ => format!(
                "robots.txt keeps it: allow it there for `User-agent: {}`",
                robots::AGENT
            ),
        });
        Error::failed(format!("failed to crawl: {why}"))
    }
}
