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
    /// Where a night begins to crawl the site: an address, or a folder of saved pages.
    pub crawl: Option<PathBuf>,
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
            crawl,
        } = &mut self.plan;
        let files = [
            navigation,
            sitemap,
            journeys,
            audiences,
            crawl,
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
mod tests;
