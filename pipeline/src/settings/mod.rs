//! elephant.toml: every key, its default, and errors that name line and nearest key.

mod check;
mod keys;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::logs::filters::FilterRules;
use crate::logs::site::DEFAULT_DOCUMENTS;

pub use keys::SettingsError;
pub(crate) use keys::nearest;

/// Everything that can be set.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The intranet itself.
    pub intranet: Intranet,
    /// Its hubs and addresses.
    pub site: SiteRules,
    /// What is no use of a page.
    pub filters: Filters,
    /// Where the lake is.
    pub lake: LakePath,
    /// The logs.
    pub logs: Vec<LogSource>,
    /// Social actions.
    pub social: Vec<LogSource>,
    /// The plan's files.
    pub plan: PlanFiles,
    /// The people's file.
    pub people: PeopleFile,
    /// What may be shown.
    pub privacy: Privacy,
    /// What ends a load with a warning.
    pub ingest: IngestRules,
    /// Windows and gaps.
    pub analysis: Analysis,
    /// Where the report goes.
    pub report: ReportPath,
}

/// `[intranet]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Intranet {
    /// What the report calls it.
    pub name: String,
    /// Its address; empty where it is not known.
    pub base_url: String,
    /// Further hosts.
    pub aliases: Vec<String>,
    /// Zone of its civil days.
    pub timezone: String,
}

impl Default for Intranet {
    fn default() -> Self {
        Self {
            name: "Intranet".to_owned(),
            base_url: String::new(),
            aliases: Vec::new(),
            timezone: "UTC".to_owned(),
        }
    }
}

/// `[site]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SiteRules {
    /// Start pages.
    pub home: Vec<String>,
    /// Search pages.
    pub search: Vec<String>,
    /// Parameters of a search page that hold its terms.
    pub search_parameters: Vec<String>,
    /// Login pages.
    pub login: Vec<String>,
    /// Parameters that tell pages apart.
    pub keep_parameters: Vec<String>,
    /// Documents that the server shows for their folder.
    pub default_documents: Vec<String>,
    /// Whether the server ignores the letter case of addresses.
    pub ignore_case: bool,
    /// Pages with what differs in braces; the first that matches counts.
    pub templates: Vec<String>,
}

impl Default for SiteRules {
    fn default() -> Self {
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        Self {
            home: list(&["/"]),
            search: list(&["/search"]),
            search_parameters: list(&["q", "query", "s", "text"]),
            login: Vec::new(),
            keep_parameters: list(&["pageId", "id"]),
            default_documents: list(&DEFAULT_DOCUMENTS),
            ignore_case: false,
            templates: Vec::new(),
        }
    }
}

/// `[filters]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// Endings of files that are part of a page.
    pub static_endings: Vec<String>,
    /// Methods whose requests are loaded.
    pub methods: Vec<String>,
    /// Paths that only monitors ask for.
    pub health: Vec<String>,
    /// Page patterns that are never loaded.
    pub ignore: Vec<String>,
}

impl Default for Filters {
    fn default() -> Self {
        let FilterRules {
            static_endings,
            methods,
            health,
            ignore,
        } = FilterRules::default();
        Self {
            static_endings,
            methods,
            health,
            ignore,
        }
    }
}

impl Filters {
    /// The rules as the reading of logs wants them.
    pub fn rules(&self) -> FilterRules {
        FilterRules {
            static_endings: self.static_endings.clone(),
            methods: self.methods.clone(),
            health: self.health.clone(),
            ignore: self.ignore.clone(),
        }
    }
}

/// `[lake]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LakePath {
    /// The folder.
    pub path: PathBuf,
}

impl Default for LakePath {
    fn default() -> Self {
        Self {
            path: PathBuf::from("lake"),
        }
    }
}

/// `[[logs]]` and `[[social]]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogSource {
    /// Files, with globs.
    pub path: String,
    /// Format, where it cannot be recognised: a name, a directive, or `regex:` and an expression.
    pub format: Option<String>,
    /// Zone of times that name none.
    pub timezone: Option<String>,
    /// Charset of text that is no UTF-8 and has no byte order mark.
    pub charset: Option<String>,
    /// Names of columns, or paths into JSON: ours to the log's.
    pub columns: BTreeMap<String, String>,
}

/// `[plan]`
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlanFiles {
    /// `from,to` links.
    pub navigation: Option<PathBuf>,
    /// Planned pages.
    pub sitemap: Option<PathBuf>,
    /// Routes that the organisation meant.
    pub journeys: Option<PathBuf>,
    /// For whom a section was meant.
    pub audiences: Option<PathBuf>,
}

/// `[people]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PeopleFile {
    /// Who works where.
    pub file: Option<PathBuf>,
    /// Whom the report may list as leaders and ambassadors.
    pub lists: Lists,
    /// Accounts that are no people, by the names that the logs give them.
    pub system: Vec<String>,
    /// The organisation's own domains: users are the same with and without them.
    pub domains: Vec<String>,
    /// Other names of users: the other name to the user.
    pub aliases: BTreeMap<String, String>,
}

/// Whom the report may list as leaders and ambassadors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Lists {
    /// Nobody.
    Off,
    /// Those who asked for it: `elephant people opt-in`.
    OptIn,
    /// Everybody.
    Everyone,
}

/// How people stand in the lake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// By keyed numbers alone.
    Pseudonymous,
    /// By keyed numbers, with a table `names` apart, for organisations that agreed to it.
    Named,
}

impl Default for PeopleFile {
    fn default() -> Self {
        Self {
            file: None,
            lists: Lists::Off,
            system: Vec::new(),
            domains: Vec::new(),
            aliases: BTreeMap::new(),
        }
    }
}

/// `[privacy]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Privacy {
    /// How people stand in the lake.
    pub mode: Mode,
    /// The key of the pseudonyms.
    pub key_file: PathBuf,
    /// Least number of people for pages and paths.
    pub k_pages: u32,
    /// Least number of people for units and groups.
    pub k_people: u32,
    /// Page patterns kept out of results about people.
    pub sensitive: Vec<String>,
}

impl Default for Privacy {
    fn default() -> Self {
        Self {
            mode: Mode::Pseudonymous,
            key_file: PathBuf::from("elephant.key"),
            k_pages: 5,
            k_people: 10,
            sensitive: Vec::new(),
        }
    }
}

/// `[ingest]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IngestRules {
    /// Share of unreadable lines above which a run needs a look.
    pub reject_limit: f64,
}

impl Default for IngestRules {
    fn default() -> Self {
        Self { reject_limit: 0.01 }
    }
}

/// `[analysis]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Analysis {
    /// Length of the window.
    pub window_days: u32,
    /// A longer gap begins a new session.
    pub session_gap_minutes: u32,
    /// How far back histories reach.
    pub horizon_weeks: u32,
}

impl Default for Analysis {
    fn default() -> Self {
        Self {
            window_days: 28,
            session_gap_minutes: 30,
            horizon_weeks: 26,
        }
    }
}

/// `[report]`
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReportPath {
    /// The folder.
    pub out: PathBuf,
}

impl Default for ReportPath {
    fn default() -> Self {
        Self {
            out: PathBuf::from("report"),
        }
    }
}

/// What `elephant init` writes.
pub fn commented_default() -> &'static str {
    include_str!("elephant.toml")
}

impl Settings {
    /// The sources of events: logs, then social actions.
    pub fn sources(&self) -> impl Iterator<Item = &LogSource> {
        self.logs.iter().chain(&self.social)
    }

    /// Reads a settings file; its relative paths become relative to the file's folder.
    ///
    /// # Errors
    /// When the file cannot be read, has an unknown key or an impossible value.
    pub fn load(file: &Path) -> Result<Self, SettingsError> {
        let text = std::fs::read_to_string(file).map_err(|source| SettingsError::Unreadable {
            file: file.to_owned(),
            source,
        })?;
        let mut settings = Self::parse(&text, file)?;
        let folder = file.parent().unwrap_or(Path::new(""));
        settings.place(folder);
        Ok(settings)
    }

    /// Settings from their text; `file` is only named in errors.
    ///
    /// # Errors
    /// When there is an unknown key or an impossible value.
    pub fn parse(text: &str, file: &Path) -> Result<Self, SettingsError> {
        let settings: Self =
            toml::from_str(text).map_err(|cause| keys::explained(text, file, &cause))?;
        check::check(&settings, text, file)?;
        Ok(settings)
    }

    fn place(&mut self, folder: &Path) {
        // An address is nobody's file: it stays as it is.
        let join = |path: &mut PathBuf| {
            if !path.to_string_lossy().contains("://") {
                *path = folder.join(&*path);
            }
        };
        join(&mut self.lake.path);
        join(&mut self.privacy.key_file);
        join(&mut self.report.out);
        let PlanFiles {
            navigation,
            sitemap,
            journeys,
            audiences,
        } = &mut self.plan;
        let files = [
            navigation,
            sitemap,
            journeys,
            audiences,
            &mut self.people.file,
        ];
        files.into_iter().flatten().for_each(join);
        // The folder is no pattern, whatever letters its name has; what the file says is one.
        let literal = glob::Pattern::escape(&folder.to_string_lossy());
        for source in self.logs.iter_mut().chain(&mut self.social) {
            let path = Path::new(&literal).join(&source.path);
            source.path = path.to_string_lossy().into_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commented_file_says_the_defaults() {
        let read = Settings::parse(commented_default(), Path::new("elephant.toml"));
        assert_eq!(read.expect("the file is right"), Settings::default());
    }

    #[test]
    fn an_unknown_key_is_told_with_its_line_and_the_nearest_one() {
        let text = "[privacy]\nk_page = 3\n";
        let error = Settings::parse(text, Path::new("elephant.toml")).expect_err("no such key");
        let told = error.to_string();
        assert!(
            told.contains("line 2") && told.contains("`k_page`") && told.contains("`k_pages`"),
            "{told}"
        );
    }

    #[test]
    fn paths_are_relative_to_the_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("elephant.toml");
        std::fs::write(&file, "[lake]\npath = \"l\"\n[[logs]]\npath = \"logs/*\"\n")
            .expect("written");
        let settings = Settings::load(&file).expect("read");
        assert_eq!(settings.lake.path, folder.path().join("l"));
        assert!(settings.logs[0].path.ends_with("logs/*"));
    }

    #[test]
    fn a_folder_is_no_pattern_and_an_address_no_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let odd = folder.path().join("a[1]*");
        std::fs::create_dir(&odd).expect("made");
        std::fs::write(odd.join("one.log"), "").expect("written");
        let file = odd.join("elephant.toml");
        let text = "[lake]\npath = \"s3://bucket/lake\"\n[[logs]]\npath = \"*.log\"\n";
        std::fs::write(&file, text).expect("written");
        let settings = Settings::load(&file).expect("read");
        assert_eq!(settings.lake.path, Path::new("s3://bucket/lake"));
        let found: Vec<_> = glob::glob(&settings.logs[0].path)
            .expect("a pattern")
            .flatten()
            .collect();
        assert_eq!(found, [odd.join("one.log")]);
    }

    #[test]
    fn every_key_of_the_contract_is_read() {
        let text = r#"
[intranet]
name = "Example"
base_url = "https://intranet.example.com"
aliases = ["old.example.com"]
timezone = "Europe/Berlin"
[site]
home = ["/"]
search = ["/search"]
search_parameters = ["q", "query", "s", "text"]
login = []
keep_parameters = ["pageId", "id"]
default_documents = ["index.html", "index.htm", "index.php", "index.jsp", "index.asp", "index.aspx", "default.html",
    "default.htm", "default.asp", "default.aspx"]
ignore_case = false
templates = []
[filters]
static_endings = ["css", "js", "map", "png", "jpg", "jpeg", "gif", "svg", "webp", "ico", "woff", "woff2", "ttf"]
methods = ["GET"]
health = ["/health", "/healthz", "/healthcheck", "/health-check", "/health_check", "/livez", "/readyz", "/ping",
    "/actuator/health", "/server-status", "/nginx_status", "/metrics"]
ignore = []
[lake]
path = "lake"
[[logs]]
path = "logs/*"
format = "csv"
timezone = "UTC"
charset = "windows-1252"
columns = { user = "login_name", url = "request.uri" }
[[social]]
path = "social.jsonl"
[plan]
navigation = "navigation.csv"
sitemap = "sitemap.xml"
journeys = "journeys.csv"
audiences = "audiences.csv"
[people]
file = "people.csv"
lists = "off"
domains = ["EXAMPLE", "example.com"]
aliases = { "ann.old" = "ann" }
[privacy]
mode = "pseudonymous"
key_file = "elephant.key"
k_pages = 5
k_people = 10
sensitive = ["/health/*"]
[ingest]
reject_limit = 0.01
[analysis]
window_days = 28
session_gap_minutes = 30
horizon_weeks = 26
[report]
out = "report"
"#;
        let read = Settings::parse(text, Path::new("elephant.toml")).expect("all known");
        assert_eq!(read.social[0].path, "social.jsonl");
        assert_eq!(
            read.plan.journeys.as_deref(),
            Some(Path::new("journeys.csv"))
        );
        assert_eq!(read.logs[0].columns["user"], "login_name");
        assert_eq!(read.analysis, Settings::default().analysis);
        assert_eq!(read.site, Settings::default().site);
        assert_eq!(read.filters, Settings::default().filters);
    }

    #[test]
    fn every_default_stands_in_the_commented_file() {
        // Keys without a default are comments there; taken in, the file still has no unknown key.
        let all: String = commented_default()
            .lines()
            .map(|line| {
                let bare = line.strip_prefix("# ").unwrap_or(line);
                let is_key = bare.starts_with("[[")
                    || bare.split_once(" = ").is_some_and(|(key, _)| {
                        key.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                    });
                format!("{}\n", if is_key { bare } else { line })
            })
            .collect();
        let read = Settings::parse(&all, Path::new("elephant.toml")).expect("all known");
        assert!(read.plan.navigation.is_some() && read.plan.audiences.is_some());
        assert!(read.people.file.is_some() && !read.logs.is_empty() && !read.social.is_empty());
    }
}
