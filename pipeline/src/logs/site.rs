//! The intranet as addresses: which hosts, which pages, and the one name each page has.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::address::{self, Address};
use super::filters::{FilterRules, Filters};
use super::spelling::{self, Spelling};
use super::templates::{self, Named, Templates};

/// Documents that servers show for their folder, unless elephant.toml names others.
pub const DEFAULT_DOCUMENTS: [&str; 10] = [
    "index.html",
    "index.htm",
    "index.php",
    "index.jsp",
    "index.asp",
    "index.aspx",
    "default.html",
    "default.htm",
    "default.asp",
    "default.aspx",
];

/// The settings of `[intranet]`, `[site]` and `[filters]` that the reading of logs needs.
#[derive(Clone, Debug)]
pub struct SiteSettings {
    /// The address of the intranet, as `https://intranet.example.com`.
    pub base_url: String,
    /// Further hosts of the intranet.
    pub aliases: Vec<String>,
    /// The intranet's zone.
    pub zone: TimeZone,
    /// Start pages.
    pub home: Vec<String>,
    /// Search pages.
    pub search: Vec<String>,
    /// Parameters that hold the terms of a search.
    pub search_parameters: Vec<String>,
    /// Login pages.
    pub login: Vec<String>,
    /// Parameters that are part of a page's name.
    pub keep_parameters: Vec<String>,
    /// Documents that the server shows for their folder.
    pub default_documents: Vec<String>,
    /// Whether the server ignores the letter case of paths and names of parameters.
    pub ignore_case: bool,
    /// Pages with what differs in braces; the first that matches counts.
    pub templates: Vec<String>,
    /// Which lines are no use of a page.
    pub filters: FilterRules,
}

impl Default for SiteSettings {
    /// The defaults of `elephant.toml`, with no host.
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            base_url: String::new(),
            aliases: Vec::new(),
            zone: TimeZone::UTC,
            home: list(&["/"]),
            search: list(&["/search"]),
            search_parameters: list(&["q", "query", "s", "text"]),
            login: Vec::new(),
            keep_parameters: list(&["pageId", "id"]),
            default_documents: list(&DEFAULT_DOCUMENTS),
            ignore_case: false,
            templates: Vec::new(),
            filters: FilterRules::default(),
        }
    }
}

/// The compiled settings.
#[derive(Clone, Debug)]
pub struct Site {
    hosts: Vec<String>,
    zone: TimeZone,
    home: Vec<String>,
    search: Vec<String>,
    search_parameters: Vec<String>,
    login: Vec<String>,
    keep_parameters: Vec<String>,
    spelling: Spelling,
    templates: Templates,
    filters: Filters,
}

/// Where an address points to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A page of the intranet, by its name.
    Inside(Cow<'a, str>),
    /// Another host, in lower case.
    Outside(String),
    /// No address at all.
    Nowhere,
}

impl Site {
    /// Compiles the settings; page names in them pass `page_of` like all others. Start, search and login pages are
    /// never folded. A template that is none is left out: `template_mistake` tells why it is none.
    pub fn new(settings: SiteSettings) -> Self {
        let hosts = std::iter::once(&settings.base_url).chain(&settings.aliases);
        let mut site = Self {
            hosts: hosts
                .filter_map(|host| address::host_of_setting(host))
                .collect(),
            zone: settings.zone,
            home: Vec::new(),
            search: Vec::new(),
            search_parameters: settings.search_parameters,
            login: Vec::new(),
            keep_parameters: settings.keep_parameters,
            spelling: Spelling {
                default_documents: settings.default_documents,
                ignores_case: settings.ignore_case,
            },
            templates: Templates::default(),
            filters: Filters::new(&FilterRules::default(), false, Cow::Borrowed),
        };
        let pages = |names: &[String]| -> Vec<String> {
            names
                .iter()
                .map(|name| site.page_of(name.as_bytes()).into_owned())
                .collect()
        };
        let (home, search, login) = (
            pages(&settings.home),
            pages(&settings.search),
            pages(&settings.login),
        );
        let hubs = [&settings.home, &settings.search, &settings.login];
        let is_one = |template: &&String| templates::mistake(template).is_none();
        let all = hubs.into_iter().flatten();
        let all = all.chain(settings.templates.iter().filter(is_one));
        let mut compiled = Templates::default();
        for template in all {
            compiled.push(site.named(&Address::read(template.as_bytes())));
        }
        site.templates = compiled;
        let spelled = |page| site.page_of(str::as_bytes(page));
        let filters = Filters::new(&settings.filters, settings.ignore_case, spelled);
        Self {
            home,
            search,
            login,
            filters,
            ..site
        }
    }

    /// What is wrong with a template beside these kept parameters, if anything is.
    pub fn template_mistake(template: &str, keep_parameters: &[String]) -> Option<String> {
        let address = Address::read(template.as_bytes());
        let names = address.query.split(|b| *b == b'&');
        let names = names.map(|pair| pair.split(|b| *b == b'=').next().unwrap_or(pair));
        let is_dropped = |name: &&[u8]| {
            !name.is_empty() && !keep_parameters.iter().any(|kept| kept.as_bytes() == *name)
        };
        templates::mistake(template).or_else(|| {
            let dropped = names.clone().find(is_dropped)?;
            Some(format!(
                "`{}` in `{template}` is no parameter that is kept: name it in keep_parameters too",
                String::from_utf8_lossy(dropped)
            ))
        })
    }

    /// Which lines are no use of a page.
    pub(super) fn filters(&self) -> &Filters {
        &self.filters
    }

    /// The intranet's zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// The page of an address as plans, referrers and rows write it: absolute, `//host/path`, a path, or a bare name
    /// (which becomes `/name`).
    pub fn page_of<'a>(&self, raw: &'a [u8]) -> Cow<'a, str> {
        self.page_of_address(&Address::read(raw))
    }

    /// The page of an HTTP request's target: a leading `//` is a path here. `host` is the virtual host, or empty.
    pub fn page_of_target<'a>(&self, target: &'a [u8], host: &[u8]) -> Cow<'a, str> {
        self.page_of_address(&address_of_target(target, host))
    }

    /// Like `page_of`, but not folded: which of the pages of a template was asked for.
    pub fn unfolded_of<'a>(&self, raw: &'a [u8]) -> Cow<'a, str> {
        self.joined(self.named(&Address::read(raw)))
    }

    /// Like `page_of_target`, but not folded.
    pub fn unfolded_of_target<'a>(&self, target: &'a [u8], host: &[u8]) -> Cow<'a, str> {
        self.joined(self.named(&address_of_target(target, host)))
    }

    /// The name under today's rules of a page that was named under earlier ones; nothing is decoded again.
    pub fn renamed<'a>(&self, page: &'a str) -> Cow<'a, str> {
        let (host, rest) = match page.strip_prefix("//") {
            Some(rest) => rest.split_at(rest.find('/').unwrap_or(rest.len())),
            None => ("", page),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) if query.contains('=') => (path, query),
            _ => (rest, ""),
        };
        let pairs = || query.split('&').filter_map(|pair| pair.split_once('='));
        let value = |name: &str| {
            let mut same = pairs().filter(|(known, _)| self.is_same_name(known, name));
            same.next().map(|(_, value)| value.to_owned())
        };
        let mut named = Named {
            host: (!host.is_empty() && !self.is_ours(&address::host_name(host.as_bytes())))
                .then(|| host.to_owned()),
            path: self.spelling.of(Cow::Borrowed(path)),
            parameters: self.kept(value),
        };
        self.templates.fold(&mut named);
        self.joined(named)
    }

    /// Whether an address lies inside the intranet, and where.
    pub fn place_of<'a>(&self, raw: &'a [u8]) -> Place<'a> {
        let address = Address::read(raw);
        if address.host.is_empty() {
            // A referrer is an absolute address; browsers write nothing else, some proxies a path.
            let is_path = raw.first() == Some(&b'/');
            return if is_path {
                Place::Inside(self.page_of_address(&address))
            } else {
                Place::Nowhere
            };
        }
        let host = address::host_name(&address.host);
        if self.is_ours(&host) {
            Place::Inside(self.page_of_address(&address))
        } else {
            Place::Outside(host)
        }
    }

    /// The terms of a search, from an address or its query: the first of the search parameters that is not empty.
    pub fn terms_of(&self, raw: &[u8]) -> Option<String> {
        let query = Address::read_target(raw).query;
        let values = self
            .search_parameters
            .iter()
            .filter_map(|name| address::parameter(query, name, |known, name| known == name));
        values
            .map(|value| tidy(&value))
            .find(|value| !value.is_empty())
    }

    /// Whether a page (its name) is a search page.
    pub fn is_search(&self, page: &str) -> bool {
        is_listed(&self.search, page)
    }

    /// Whether a page is a start page.
    pub fn is_home(&self, page: &str) -> bool {
        is_listed(&self.home, page)
    }

    /// Whether a page is a login page.
    pub fn is_login(&self, page: &str) -> bool {
        is_listed(&self.login, page)
    }

    fn page_of_address<'a>(&self, address: &Address<'a>) -> Cow<'a, str> {
        let mut named = self.named(address);
        self.templates.fold(&mut named);
        self.joined(named)
    }

    /// An address under its one spelling, not yet folded.
    fn named<'a>(&self, address: &Address<'a>) -> Named<'a> {
        let path = address::path_name(address.path);
        let is_same = |known: &str, name: &str| self.is_same_name(known, name);
        let parameters = self.kept(|name| {
            address::parameter(address.query, name, is_same)
                .or_else(|| spelling::path_parameter(&path, name))
        });
        let is_ours = address.host.is_empty() || self.is_ours(&address::host_name(&address.host));
        Named {
            host: (!is_ours).then(|| address::host_and_port(&address.host)),
            path: self.spelling.of(path),
            parameters,
        }
    }

    /// The parameters that are kept and have a value, in the order of the settings.
    fn kept(&self, value_of: impl Fn(&str) -> Option<String>) -> Vec<(usize, String)> {
        let names = self.keep_parameters.iter().enumerate();
        names
            .filter_map(|(at, name)| Some((at, value_of(name)?)))
            .collect()
    }

    fn is_same_name(&self, known: &str, name: &str) -> bool {
        known == name || self.spelling.ignores_case && known.eq_ignore_ascii_case(name)
    }

    fn joined<'a>(&self, named: Named<'a>) -> Cow<'a, str> {
        let mut page = named.path;
        for (n, (at, value)) in named.parameters.iter().enumerate() {
            let page = page.to_mut();
            page.push(if n == 0 { '?' } else { '&' });
            page.push_str(&self.keep_parameters[*at]);
            page.push('=');
            page.push_str(value);
        }
        match named.host {
            Some(host) => Cow::Owned(format!("//{host}{page}")),
            None => page,
        }
    }

    /// Without any host set up, an intranet has only paths: every other host is outside.
    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours == host)
    }
}

fn address_of_target<'a>(target: &'a [u8], host: &[u8]) -> Address<'a> {
    let mut address = Address::read_target(target);
    if address.host.is_empty() {
        address.host = Cow::Owned(host.to_vec());
    }
    address
}

/// Whether a page is in a list; a kept parameter does not make it another page.
fn is_listed(list: &[String], page: &str) -> bool {
    let path = page.split('?').next().unwrap_or(page);
    list.iter().any(|listed| listed == page || listed == path)
}

/// Search terms with single spaces.
fn tidy(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
#[path = "site_tests.rs"]
mod tests;
