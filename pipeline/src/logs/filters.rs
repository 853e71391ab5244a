//! The rules of `[filters]`: which lines are well-formed and no use of a page.

use std::borrow::Cow;

use super::pattern::Pattern;

/// Endings of files that pages are made of, unless elephant.toml names others.
pub const STATIC_ENDINGS: [&str; 13] = [
    "css", "js", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "ttf",
];

/// Methods that look at something, unless elephant.toml names others.
pub const METHODS: [&str; 1] = ["GET"];

/// Addresses that only monitors ask for, unless elephant.toml names others.
pub const HEALTH: [&str; 12] = [
    "/health",
    "/healthz",
    "/healthcheck",
    "/health-check",
    "/health_check",
    "/livez",
    "/readyz",
    "/ping",
    "/actuator/health",
    "/server-status",
    "/nginx_status",
    "/metrics",
];

/// The settings of `[filters]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterRules {
    /// Endings of files that are part of a page, without their dot.
    pub static_endings: Vec<String>,
    /// Methods whose requests are loaded.
    pub methods: Vec<String>,
    /// Paths, with `*`, that only monitors ask for.
    pub health: Vec<String>,
    /// Pages, with `*`, that are never loaded.
    pub ignore: Vec<String>,
}

impl Default for FilterRules {
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            static_endings: list(&STATIC_ENDINGS),
            methods: list(&METHODS),
            health: list(&HEALTH),
            ignore: Vec::new(),
        }
    }
}

impl FilterRules {
    /// The first impossible value: its key and what is wrong with it.
    pub fn mistake(&self) -> Option<(&'static str, String)> {
        let is_word = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        let odd = |words: &[String]| {
            let odd = |word: &&String| word.is_empty() || !is_word(word);
            words.iter().find(odd).cloned()
        };
        let is_path = |path: &str| path.starts_with('/') || path.starts_with("*/");
        let rootless = |paths: &[String]| paths.iter().find(|path| !is_path(path)).cloned();
        let slash = |path| format!("`{path}` is no path: begin it with a slash");
        if let Some(ending) = odd(&self.static_endings) {
            let problem = format!("`{ending}` is no ending of files: write one such as `css`");
            return Some(("static_endings", problem));
        }
        if self.methods.is_empty() {
            let problem = "names no method, so nothing would be loaded: write [\"GET\"]".to_owned();
            return Some(("methods", problem));
        }
        if let Some(method) = odd(&self.methods) {
            return Some(("methods", format!("`{method}` is no method of HTTP")));
        }
        let health = rootless(&self.health).map(|path| ("health", slash(path)));
        health.or_else(|| rootless(&self.ignore).map(|path| ("ignore", slash(path))))
    }
}

/// The compiled rules. They are asked once for each distinct address, never for each line.
#[derive(Clone, Debug)]
pub(super) struct Filters {
    static_endings: Vec<String>,
    methods: Vec<String>,
    takes_get: bool,
    health: Vec<Pattern>,
    ignore: Vec<Pattern>,
}

impl Filters {
    /// Compiles the rules; `spelled` gives the name of a page that is written without `*`.
    pub(super) fn new<'a>(
        rules: &'a FilterRules,
        ignores_case: bool,
        spelled: impl Fn(&'a str) -> Cow<'a, str>,
    ) -> Self {
        let is_get = |method: &String| method.eq_ignore_ascii_case("GET");
        let page = |written: &'a String| {
            let name = if written.contains('*') {
                Cow::Borrowed(written.as_str())
            } else {
                spelled(written)
            };
            Pattern::new(&name, ignores_case)
        };
        let path = |written: &String| Pattern::new(written.trim_end_matches('/'), true);
        Self {
            static_endings: rules.static_endings.clone(),
            methods: rules.methods.clone(),
            takes_get: rules.methods.iter().any(is_get),
            health: rules.health.iter().map(path).collect(),
            ignore: rules.ignore.iter().map(page).collect(),
        }
    }

    /// Whether GET requests are loaded.
    pub(super) fn takes_get(&self) -> bool {
        self.takes_get
    }

    /// Whether requests of another method than GET are.
    pub(super) fn takes(&self, method: &[u8]) -> bool {
        let is_it = |one: &String| one.as_bytes().eq_ignore_ascii_case(method);
        self.methods.iter().any(is_it)
    }

    /// Whether files of this ending are part of a page.
    pub(super) fn is_static(&self, ending: &[u8]) -> bool {
        let is_it = |one: &String| one.as_bytes().eq_ignore_ascii_case(ending);
        self.static_endings.iter().any(is_it)
    }

    /// Whether only monitors ask for a path.
    pub(super) fn is_health(&self, path: &[u8]) -> bool {
        let path = path.strip_suffix(b"/").unwrap_or(path);
        self.health.iter().any(|pattern| pattern.matches(path))
    }

    /// Whether any page is never loaded.
    pub(super) fn ignores_some(&self) -> bool {
        !self.ignore.is_empty()
    }

    /// Whether a page is never loaded.
    pub(super) fn ignores(&self, page: &str) -> bool {
        self.ignore
            .iter()
            .any(|pattern| pattern.matches(page.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(change: impl FnOnce(&mut FilterRules)) -> String {
        let mut rules = FilterRules::default();
        change(&mut rules);
        let mistake = rules.mistake();
        mistake.map_or_else(String::new, |(key, problem)| format!("{key}: {problem}"))
    }

    #[test]
    fn the_defaults_are_right_and_mistakes_are_told() {
        assert_eq!(told(|_| ()), "");
        assert!(told(|rules| rules.static_endings.push(".css".into())).contains("`.css`"));
        assert!(told(|rules| rules.methods.clear()).contains("names no method"));
        assert!(told(|rules| rules.methods.push("P T".into())).contains("`P T`"));
        assert!(told(|rules| rules.health.push("alive".into())).starts_with("health: `alive`"));
        assert!(told(|rules| rules.ignore.push("*".into())).starts_with("ignore: `*`"));
    }

    #[test]
    fn methods_endings_and_paths_match_in_any_letter_case() {
        let rules = FilterRules {
            static_endings: vec!["Zip".into()],
            methods: vec!["post".into()],
            health: vec!["/Alive/".into(), "/probe/*".into()],
            ignore: vec!["/index.html".into()],
        };
        let filters = Filters::new(&rules, false, |_| Cow::Borrowed("/"));
        assert!(!filters.takes_get() && filters.takes(b"POST") && !filters.takes(b"PUT"));
        assert!(filters.is_static(b"ZIP") && !filters.is_static(b"css"));
        assert!(filters.is_health(b"/alive/") && filters.is_health(b"/PROBE/7"));
        assert!(!filters.is_health(b"/health"));
        assert!(filters.ignores_some() && filters.ignores("/") && !filters.ignores("/a"));
    }
}
