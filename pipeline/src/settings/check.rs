//! Values that TOML can hold and no run can use, told with the line that holds them.

use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::{LogSource, Settings, SettingsError, keys};
use crate::logs::Field;
use crate::logs::charset::Charset;
use crate::logs::format;
use crate::logs::site::Site;
use crate::logs::users::Users;

/// Longest window: ten years of days, so that a mistyped date is no window.
const MOST_DAYS: u32 = 3660;
/// Longest horizon: the same in weeks.
const MOST_WEEKS: u32 = 522;

/// Where a value stands: a table and a key, or one of several tables, its place from 0, and a key.
type Place<'a> = (&'a str, usize, &'a str);

/// Refuses the first impossible value of `settings`, which were read from `text`.
pub(super) fn check(settings: &Settings, text: &str, file: &Path) -> Result<(), SettingsError> {
    let found = privacy(settings)
        .or_else(|| pages(settings))
        .or_else(|| filters(settings))
        .or_else(|| people(settings))
        .or_else(|| numbers(settings))
        .or_else(|| zone("intranet", 0, &settings.intranet.timezone))
        .or_else(|| {
            settings
                .logs
                .iter()
                .enumerate()
                .find_map(|(i, log)| source("logs", i, log))
        })
        .or_else(|| {
            settings
                .social
                .iter()
                .enumerate()
                .find_map(|(i, log)| source("social", i, log))
        });
    let Some((place, problem)) = found else {
        return Ok(());
    };
    let (table, _, key) = place;
    Err(SettingsError::Line {
        file: file.to_owned(),
        line: line_of(text, place),
        problem: format!("{table}.{key}: {problem}"),
    })
}

fn privacy(settings: &Settings) -> Option<(Place<'static>, String)> {
    let privacy = &settings.privacy;
    for (key, least) in [("k_pages", privacy.k_pages), ("k_people", privacy.k_people)] {
        if least == 0 {
            return Some((("privacy", 0, key), "must be at least 1".to_owned()));
        }
    }
    let is_rootless = |pattern: &&String| !(pattern.starts_with('/') || pattern.starts_with("*/"));
    let pattern = privacy.sensitive.iter().find(is_rootless)?;
    let problem = format!("`{pattern}` is no path: begin it with a slash");
    Some((("privacy", 0, "sensitive"), problem))
}

fn pages(settings: &Settings) -> Option<(Place<'static>, String)> {
    let site = &settings.site;
    let is_path = |document: &&String| document.is_empty() || document.contains('/');
    if let Some(document) = site.default_documents.iter().find(is_path) {
        let problem =
            format!("`{document}` is no name of a document: write one such as `index.html`");
        return Some((("site", 0, "default_documents"), problem));
    }
    let mistake = |template: &String| Site::template_mistake(template, &site.keep_parameters);
    let problem = site.templates.iter().find_map(mistake)?;
    Some((("site", 0, "templates"), problem))
}

fn filters(settings: &Settings) -> Option<(Place<'static>, String)> {
    let (key, problem) = settings.filters.rules().mistake()?;
    Some((("filters", 0, key), problem))
}

fn people(settings: &Settings) -> Option<(Place<'static>, String)> {
    let people = &settings.people;
    let circle = Users::new(&people.domains, &people.aliases).err()?;
    Some((("people", 0, "aliases"), circle.to_string()))
}

fn numbers(settings: &Settings) -> Option<(Place<'static>, String)> {
    let analysis = &settings.analysis;
    let found = if !(1..=MOST_DAYS).contains(&analysis.window_days) {
        (
            ("analysis", 0, "window_days"),
            format!("must be 1 to {MOST_DAYS}"),
        )
    } else if analysis.session_gap_minutes == 0 {
        (
            ("analysis", 0, "session_gap_minutes"),
            "must be at least 1".to_owned(),
        )
    } else if analysis.horizon_weeks > MOST_WEEKS {
        (
            ("analysis", 0, "horizon_weeks"),
            format!("must be 0 to {MOST_WEEKS}"),
        )
    } else if !(0.0..=1.0).contains(&settings.ingest.reject_limit) {
        let problem = "is a share: write a number from 0 to 1, such as 0.01".to_owned();
        (("ingest", 0, "reject_limit"), problem)
    } else {
        return None;
    };
    Some(found)
}

fn source(
    table: &'static str,
    place: usize,
    source: &LogSource,
) -> Option<(Place<'static>, String)> {
    if source.path.is_empty() {
        let problem = "names no file: write one, or a pattern such as `logs/*`".to_owned();
        return Some(((table, place, "path"), problem));
    }
    let zone = source
        .timezone
        .as_deref()
        .and_then(|name| zone(table, place, name));
    zone.or_else(|| charset(table, place, source.charset.as_deref()?))
        .or_else(|| columns(table, place, source))
        .or_else(|| {
            let columns: Vec<_> = source.columns.clone().into_iter().collect();
            let problem = format::mistake(source.format.as_deref()?, &columns)?;
            Some(((table, place, "format"), problem))
        })
}

fn charset(table: &'static str, place: usize, name: &str) -> Option<(Place<'static>, String)> {
    Charset::named(name).is_none().then(|| {
        let problem = format!(
            "`{name}` is no charset: write one such as `windows-1252`, `big5` or `utf-16le`"
        );
        ((table, place, "charset"), problem)
    })
}

fn columns(
    table: &'static str,
    place: usize,
    source: &LogSource,
) -> Option<(Place<'static>, String)> {
    let unknown = |key: &&String| Field::of_key(key).is_none();
    let key = source.columns.keys().find(unknown)?;
    let known: Vec<&str> = Field::keys().collect();
    let problem = format!("{}: it names a field of the log", keys::no_key(key, &known));
    Some(((table, place, "columns"), problem))
}

fn zone(table: &'static str, place: usize, name: &str) -> Option<(Place<'static>, String)> {
    jiff::tz::TimeZone::get(name).err().map(|_| {
        let problem =
            format!("`{name}` is no time zone: write one such as `Europe/Berlin` or `UTC`");
        ((table, place, "timezone"), problem)
    })
}

/// The line of a value, from 1; of its table, where the key itself is absent.
fn line_of(text: &str, (table, place, key): Place) -> usize {
    let start = DeTable::parse(text).ok().and_then(|root| {
        let found = root.get_ref().get(table)?;
        let one = match found.get_ref() {
            DeValue::Array(several) => several.get(place)?,
            _ => found,
        };
        let value = one.get_ref().get(key);
        Some(value.map_or(one.span().start, |value| value.span().start))
    });
    text[..start.unwrap_or(0)].matches('\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_value_is_told_with_its_line() {
        for (text, told) in [
            ("[privacy]\nk_pages = 0", "line 2: privacy.k_pages"),
            ("[privacy]\n# k\nk_people = 0", "line 3: privacy.k_people"),
            (
                "[privacy]\nsensitive = [\"health\"]",
                "line 2: privacy.sensitive: `health` is no path",
            ),
            ("[privacy]\nmode = \"open\"", "expected `pseudonymous` or `named`"),
            (
                "[people]\nlists = \"some\"",
                "expected one of `off`, `opt-in`, `everyone`",
            ),
            (
                "[site]\ndefault_documents = [\"a/b\"]",
                "line 2: site.default_documents: `a/b`",
            ),
            (
                "[site]\ntemplates = [\"/t-{id}\"]",
                "line 2: site.templates: `t-{id}` in `/t-{id}`: braces stand for a whole segment",
            ),
            (
                "[site]\ntemplates = [\"tickets/{id}\"]",
                "begin it with a slash",
            ),
            ("[site]\ntemplates = [\"/t/{}\"]", "`{}` in `/t/{}`"),
            (
                "[site]\ntemplates = [\"/t?nr={nr}\"]",
                "`nr` in `/t?nr={nr}` is no parameter that is kept",
            ),
            (
                "[filters]\n# e\nstatic_endings = [\".css\"]",
                "line 3: filters.static_endings: `.css` is no ending of files: write one such as `css`",
            ),
            (
                "[filters]\nmethods = []",
                "line 2: filters.methods: names no method",
            ),
            (
                "[filters]\nhealth = [\"ping\"]",
                "line 2: filters.health: `ping` is no path: begin it with a slash",
            ),
            (
                "[filters]\nignored = []",
                "line 2: `ignored` is no key here: did you mean `ignore`?",
            ),
            (
                "[analysis]\nwindow_days = 0",
                "line 2: analysis.window_days",
            ),
            ("[analysis]\nwindow_days = 4000000000", "1 to 3660"),
            ("[analysis]\nhorizon_weeks = 4000000000", "0 to 522"),
            ("[analysis]\nsession_gap_minutes = 0", "session_gap_minutes"),
            (
                "[ingest]\nreject_limit = nan",
                "line 2: ingest.reject_limit",
            ),
            (
                "[intranet]\nname = \"x\"\ntimezone = \"Mars\"",
                "line 3: intranet.timezone: `Mars`",
            ),
            (
                "[[logs]]\npath = \"a\"\n[[logs]]\npath = \"b\"\ntimezone = \"X/Y\"",
                "line 5: logs.timezone",
            ),
            (
                "[[logs]]\npath = \"a\"\ncharset = \"utf-99\"",
                "line 3: logs.charset: `utf-99` is no charset",
            ),
            (
                "[[logs]]\npath = \"a\"\ncolumns = { usr = \"b\" }",
                "line 3: logs.columns: `usr` is no key here: did you mean `user`?",
            ),
            (
                "[people]\naliases = { a = \"b\", b = \"a\" }",
                "line 2: people.aliases: the alias `a` leads back to itself",
            ),
            (
                "[people]\ndomain = [\"a\"]",
                "line 2: `domain` is no key here: did you mean `domains`?",
            ),
            (
                "[[social]]\npath = \"a\"\ntimezone = \"X/Y\"",
                "line 3: social.timezone",
            ),
            (
                "\n[[logs]]\nformat = \"csv\"",
                "line 2: logs.path: names no file",
            ),
            (
                "[[logs]]\npath = \"a\"\nformat = '%h %t %J'",
                "line 3: logs.format: `%J` at character 7 is no directive",
            ),
            (
                "[[logs]]\npath = \"a\"\nformat = 'regex:(?P<usr>.*)'",
                "line 3: logs.format: the group `usr` is no field",
            ),
            (
                "[[logs]]\npath = \"a\"\nformat = \"csw\"",
                "line 3: logs.format: cannot read the format csw: use combined",
            ),
        ] {
            let error = Settings::parse(text, Path::new("e.toml"))
                .expect_err(text)
                .to_string();
            assert!(
                error.starts_with("`e.toml` line ") && error.contains(told),
                "{error}"
            );
        }
    }
}
