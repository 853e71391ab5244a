//! A run: the settings resolved, the lake, the key, and the talk with the operator.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;
use std::sync::Arc;

use jiff::tz::TimeZone;

use crate::error::{Doing, Error};
use crate::key_file;
use crate::logs::key::Key;
use crate::logs::site::{Site, SiteSettings};
use crate::logs::users::Users;
use crate::settings::Settings;
use crate::store::{Lake, durable};
use crate::talk::Talk;

/// Name of the file in the lake's folder that tells which key the lake is under.
const KEY_CHECK: &str = "key-check";
/// Name of the file in the lake's folder that writers lock.
const LOCK: &str = ".lock";

/// Everything a command needs to know about where and how it runs.
pub struct Run {
    /// The settings, from elephant.toml or the defaults.
    pub settings: Settings,
    /// The lake's folder.
    pub lake_path: PathBuf,
    /// The key's file.
    pub key_path: PathBuf,
    /// Ceiling of the queries' memory in bytes.
    pub memory: Option<usize>,
    /// A folder of further questions.
    pub queries: Option<PathBuf>,
    /// The talk with the operator.
    pub talk: Arc<Talk>,
}

impl Run {
    /// A quiet run of a folder with these settings, for tests.
    #[cfg(test)]
    pub(crate) fn of_test(folder: &std::path::Path, settings: &str) -> Self {
        let file = folder.join("elephant.toml");
        fs::write(&file, settings).expect("written");
        let settings = Settings::load(&file).expect("settings");
        Self {
            key_path: settings.privacy.key_file.clone(),
            lake_path: settings.lake.path.clone(),
            memory: None,
            queries: None,
            talk: Arc::new(Talk::new(true, false, true)),
            settings,
        }
    }

    /// The lake, which must exist.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn lake(&self) -> Result<Lake, Error> {
        self.must_have_lake()?;
        // Tables that this version added are made.
        Lake::create(&self.lake_path).doing(format!(
            "failed to open the lake `{}`",
            self.lake_path.display()
        ))
    }

    /// How a command about this lake begins.
    pub(crate) fn program(&self) -> String {
        if self.lake_path == self.settings.lake.path {
            "elephant".to_owned()
        } else {
            format!("elephant --lake {}", self.lake_path.display())
        }
    }

    /// Whether there is a lake.
    ///
    /// # Errors
    /// When nobody lets us look, or a file stands where its folder would be.
    pub fn has_lake(&self) -> Result<bool, Error> {
        match fs::metadata(self.lake_path.join("events")) {
            Ok(found) => Ok(found.is_dir()),
            Err(cause) if is_in_the_way(&cause) => Err(cause).doing(format!(
                "failed to look into the lake `{}`",
                self.lake_path.display()
            )),
            Err(_) => Ok(false),
        }
    }

    /// That there is no lake, and what helps.
    pub(crate) fn no_lake(&self) -> Error {
        Error::usage(format!(
            "there is no lake at `{}`: run `elephant ingest` first, or name one with --lake",
            self.lake_path.display()
        ))
    }

    fn must_have_lake(&self) -> Result<(), Error> {
        if self.has_lake()? {
            return Ok(());
        }
        Err(self.no_lake())
    }

    /// The lake and its key; both are made where there are none yet.
    ///
    /// # Errors
    /// When the key is not the lake's, or either cannot be made.
    pub fn lake_or_new(&self) -> Result<(Lake, Key), Error> {
        let is_new = !self.has_lake()?;
        if is_new && !self.key_path.exists() {
            key_file::write(&self.key_path, &key_file::random_bytes()?)?;
            self.talk.say(format!(
                "made the key `{}`: keep it, and keep it away from the lake",
                self.key_path.display()
            ));
        }
        let key = self.key()?;
        let lake = Lake::create(&self.lake_path).doing(format!(
            "failed to make the lake `{}`",
            self.lake_path.display()
        ))?;
        let check = self.lake_path.join(KEY_CHECK);
        if !check.exists() {
            durable::write_whole(&check, key_check(&key).as_bytes())
                .doing(format!("failed to write `{}`", check.display()))?;
        }
        self.check_key(&key)?;
        Ok((lake, key))
    }

    /// The key of the lake.
    ///
    /// # Errors
    /// When the file is absent, unreadable or no key, or the lake is under another one.
    pub fn key(&self) -> Result<Key, Error> {
        let bytes = key_file::read(&self.key_path)?;
        let people = &self.settings.people;
        let users = Users::new(&people.domains, &people.aliases)
            .misused("the names of people contradict themselves")?;
        let key = Key::new(bytes).with_users(users);
        self.check_key(&key)?;
        Ok(key)
    }

    fn check_key(&self, key: &Key) -> Result<(), Error> {
        let check = self.lake_path.join(KEY_CHECK);
        match fs::read_to_string(&check) {
            Ok(stored) if stored != key_check(key) => Err(Error::usage(format!(
                "the lake `{}` is under another key than `{}`: give its own key with --key, \
                 or load into a new lake",
                self.lake_path.display(),
                self.key_path.display()
            ))),
            _ => Ok(()),
        }
    }

    /// Locks a lake that must be there for writing; see [`Run::lock`].
    ///
    /// # Errors
    /// When there is none, or [`Error::Busy`] when another run holds it.
    pub fn lock_lake(&self) -> Result<File, Error> {
        self.must_have_lake()?;
        self.lock()
    }

    /// Locks the lake for writing until the guard is dropped; its folder is made where there is none.
    ///
    /// # Errors
    /// [`Error::Busy`] when another run holds it.
    pub fn lock(&self) -> Result<File, Error> {
        fs::create_dir_all(&self.lake_path).doing(format!(
            "failed to make the folder `{}`",
            self.lake_path.display()
        ))?;
        let path = self.lake_path.join(LOCK);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .doing(format!("failed to open the lock `{}`", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                // Only told to whoever comes meanwhile: the lock holds without it, also on a full disk.
                file.set_len(0).ok();
                writeln!(file, "{}", std::process::id()).ok();
                Ok(file)
            }
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                (&file).take(20).read_to_string(&mut holder).ok();
                let process = holder
                    .trim()
                    .parse()
                    .map(|id: u32| format!(" (process {id})"));
                Err(Error::Busy(format!(
                    "another run{} is writing to the lake `{}`: wait for it to end",
                    process.unwrap_or_default(),
                    self.lake_path.display()
                )))
            }
            Err(TryLockError::Error(cause)) => {
                Err(cause).doing(format!("failed to lock `{}`", path.display()))
            }
        }
    }

    /// The rules of the site: what a page is, and which zone its days are of.
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn site(&self) -> Result<Site, Error> {
        self.site_with(self.settings.site.templates.clone())
    }

    /// The rules of the site as they would be with these templates.
    ///
    /// # Errors
    /// When the settings contradict themselves.
    pub fn site_with(&self, templates: Vec<String>) -> Result<Site, Error> {
        let (intranet, site) = (&self.settings.intranet, &self.settings.site);
        Ok(Site::new(SiteSettings {
            base_url: intranet.base_url.clone(),
            aliases: intranet.aliases.clone(),
            zone: self.zone()?,
            home: site.home.clone(),
            search: site.search.clone(),
            search_parameters: site.search_parameters.clone(),
            login: site.login.clone(),
            keep_parameters: site.keep_parameters.clone(),
            default_documents: site.default_documents.clone(),
            ignore_case: site.ignore_case,
            templates,
            filters: self.settings.filters.rules(),
        }))
    }

    /// The intranet's zone.
    ///
    /// # Errors
    /// When the zone is unknown.
    pub fn zone(&self) -> Result<TimeZone, Error> {
        self.zone_named(None)
    }

    /// A zone by its name; the intranet's without one.
    ///
    /// # Errors
    /// When the zone is unknown.
    pub fn zone_named(&self, name: Option<&str>) -> Result<TimeZone, Error> {
        let name = name.unwrap_or(&self.settings.intranet.timezone);
        TimeZone::get(name).misused(format!(
            "`{name}` is no time zone: try `Europe/Berlin` or `UTC`"
        ))
    }
}

/// A value that only this key gives; it tells keys apart and nothing about them.
fn key_check(key: &Key) -> String {
    format!("{:016x}\n", key.person_of_user(b"\0elephant key check"))
}

/// Whether there could be a lake behind this, for all we know.
fn is_in_the_way(cause: &std::io::Error) -> bool {
    matches!(
        cause.kind(),
        ErrorKind::PermissionDenied | ErrorKind::NotADirectory
    )
}
