//! The intranet as addresses: which hosts, which pages, and the one name each page has.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use super::address::{self, Address};

/// The settings of `[intranet]` and `[site]` that the reading of logs needs.
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
    /// Compiles the settings; page names in them pass `page_of` like all others.
    pub fn new(settings: SiteSettings) -> Self {
        let mut site = Self {
            hosts: Vec::new(),
            zone: settings.zone,
            home: Vec::new(),
            search: Vec::new(),
            search_parameters: settings.search_parameters,
            login: Vec::new(),
            keep_parameters: settings.keep_parameters,
        };
        let hosts = std::iter::once(&settings.base_url).chain(&settings.aliases);
        site.hosts = hosts
            .filter_map(|host| address::host_of_setting(host))
            .collect();
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
        Self {
            home,
            search,
            login,
            ..site
        }
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
        let mut address = Address::read_target(target);
        if address.host.is_empty() {
            address.host = Cow::Owned(host.to_vec());
        }
        self.page_of_address(&address)
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
            .filter_map(|name| address::parameter(query, name));
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
        let mut page = address::path_name(address.path);
        for name in &self.keep_parameters {
            if let Some(value) = address::parameter(address.query, name) {
                let joint = if page.contains('?') { '&' } else { '?' };
                let page = page.to_mut();
                page.push(joint);
                page.push_str(name);
                page.push('=');
                page.push_str(&value);
            }
        }
        if address.host.is_empty() || self.is_ours(&address::host_name(&address.host)) {
            return page;
        }
        Cow::Owned(format!("//{}{page}", address::host_and_port(&address.host)))
    }

    /// Without any host set up, an intranet has only paths: every other host is outside.
    fn is_ours(&self, host: &str) -> bool {
        self.hosts.iter().any(|ours| ours == host)
    }
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
mod tests {
    use super::*;

    fn site() -> Site {
        Site::new(SiteSettings {
            base_url: "https://Intranet.example.com/".into(),
            aliases: vec!["portal".into(), "wiki.example.com:8080".into()],
            ..SiteSettings::default()
        })
    }

    #[test]
    fn a_page_has_one_name() {
        let site = site();
        let cases: [(&str, &str); 29] = [
            ("/", "/"),
            ("", "/"),
            ("/hr/", "/hr"),
            ("/hr//", "/hr"),
            ("/HR/Leave", "/HR/Leave"),
            ("/hr#top", "/hr"),
            ("/hr?utm=1", "/hr"),
            ("/p?x=1&id=7&pageId=3", "/p?pageId=3&id=7"),
            ("/p/?id=", "/p"),
            ("/caf%C3%A9", "/caf\u{e9}"),
            ("/a%2Fb", "/a/b"),
            ("/a%00b", "/a\u{fffd}b"),
            ("/a%FFb", "/a\u{fffd}b"),
            ("/100%", "/100%"),
            ("/caf%25C3%25A9%2520x", "/caf\u{e9} x"),
            ("/100%25", "/100%"),
            ("/100%25C", "/100%C"),
            ("/100%25C3", "/100%C3"),
            ("/a%2500", "/a\u{fffd}"),
            ("/a//b", "/a//b"),
            ("/%2Fa", "/a"),
            ("home", "/home"),
            ("https://intranet.example.com", "/"),
            ("HTTPS://INTRANET.EXAMPLE.COM:443/hr/?a=b#c", "/hr"),
            ("http://portal/x", "/x"),
            ("http://wiki.example.com/x", "/x"),
            ("https://Other.example.org/X/", "//other.example.org/X"),
            ("//other.example.org:81", "//other.example.org:81/"),
            ("http://u:p@[2001:db8::1]:80/x", "//[2001:db8::1]/x"),
        ];
        for (raw, page) in cases {
            assert_eq!(site.page_of(raw.as_bytes()), page, "{raw}");
        }
        assert_eq!(site.page_of(b"/a\xffb"), "/a\u{fffd}b");
        let long = [b"/".as_slice(), &vec![b'x'; 1 << 20]].concat();
        assert_eq!(site.page_of(&long).len(), (1 << 20) + 1);
    }

    #[test]
    fn a_target_with_two_slashes_is_a_path() {
        let site = site();
        assert_eq!(site.page_of_target(b"//hr/leave", b""), "/hr/leave");
        assert_eq!(
            site.page_of_target(b"http://other.example.org/x", b""),
            "//other.example.org/x"
        );
        assert_eq!(
            site.page_of_target(b"/x", b"other.example.org:443"),
            "//other.example.org/x"
        );
        assert_eq!(site.page_of_target(b"/x", b"portal:443"), "/x");
        assert_eq!(site.page_of_target(b"/go?to=http://a.b/c", b""), "/go");
    }

    #[test]
    fn referrers_are_inside_outside_or_nowhere() {
        let site = site();
        assert_eq!(
            site.place_of(b"https://portal/hr/"),
            Place::Inside("/hr".into())
        );
        assert_eq!(
            site.place_of(b"https://www.Google.com/search?q=x"),
            Place::Outside("www.google.com".into())
        );
        assert_eq!(site.place_of(b"nonsense"), Place::Nowhere);
        assert_eq!(site.place_of(b"about:blank"), Place::Nowhere);
    }

    #[test]
    fn terms_come_from_the_first_parameter_that_has_some() {
        let site = site();
        assert_eq!(
            site.terms_of(b"/search?query=&q=holiday+%20leave%26x#y"),
            Some("holiday leave&x".into())
        );
        assert_eq!(site.terms_of(b"/search?s=B"), Some("B".into()));
        assert_eq!(site.terms_of(b"/search"), None);
        assert!(site.is_search("/search") && site.is_search("/search?id=3") && site.is_home("/"));
    }
}
