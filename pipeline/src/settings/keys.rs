//! Errors of a settings file, in words that mend it.

use std::path::{Path, PathBuf};

/// What is wrong with a settings file.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// The file cannot be read.
    #[error("failed to read `{file}`", file = file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// The cause.
        #[source]
        source: std::io::Error,
    },
    /// A key is unknown, a value impossible, or the text no TOML.
    #[error("`{file}` line {line}: {problem}", file = file.display())]
    Line {
        /// The file.
        file: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What is wrong there, and how to mend it.
        problem: String,
    },
}

/// A TOML error with its line, and the nearest known key where one is unknown.
pub(super) fn explained(text: &str, file: &Path, cause: &toml::de::Error) -> SettingsError {
    let start = cause.span().map_or(0, |span| span.start.min(text.len()));
    let line = text[..start].matches('\n').count() + 1;
    let message = cause
        .message()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned();
    let problem = match unknown_key(&message) {
        Some((key, known)) => no_key(key, &known),
        None => mended(message),
    };
    SettingsError::Line {
        file: file.to_owned(),
        line,
        problem,
    }
}

/// That a key is unknown, and the nearest known one.
pub(super) fn no_key(key: &str, known: &[&str]) -> String {
    nearest(key, known).map_or_else(
        || format!("`{key}` is no key here: {}", known.join(", ")),
        |near| format!("`{key}` is no key here: did you mean `{near}`?"),
    )
}

/// TOML's own words, with a remedy for the mistakes that they do not explain.
fn mended(message: String) -> String {
    if message.contains("invalid type: map, expected a sequence") {
        return "there can be several of these: write the heading in double brackets, such as `[[logs]]`"
            .to_owned();
    }
    // Types are told as people know them.
    for (theirs, ours) in [
        ("expected u32", "expected a whole number such as 10"),
        ("expected f64", "expected a number such as 0.01"),
        ("expected a boolean", "expected true or false"),
        (
            "expected a sequence",
            "expected a list such as [\"a\", \"b\"]",
        ),
        (
            "expected path string",
            "expected a text in quotes, the name of a file",
        ),
        ("expected a string", "expected a text in quotes"),
    ] {
        if let Some(before) = message.strip_suffix(theirs) {
            return format!("{before}{ours}");
        }
    }
    message
}

/// The key and the known ones, from serde's "unknown field `x`, expected one of `a`, `b`".
fn unknown_key(message: &str) -> Option<(&str, Vec<&str>)> {
    let rest = message.strip_prefix("unknown field ")?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let key = quoted.next()?;
    Some((key, quoted.collect()))
}

/// The known word that was probably meant.
pub(crate) fn nearest<'a>(key: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|candidate| (edits(key, candidate), *candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= candidate.len().max(key.len()) / 2)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance.
fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = corner + usize::from(x != *y);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::super::Settings;
    use super::*;

    fn told(text: &str) -> String {
        Settings::parse(text, Path::new("elephant.toml"))
            .expect_err(text)
            .to_string()
    }

    #[test]
    fn a_mistake_is_told_with_file_line_and_remedy() {
        for (text, line, remedy) in [
            ("[intranet]\n\n[privasy]\n", 3, "`privacy`"),
            ("[analysis]\nwindow_day = 7\n", 2, "`window_days`"),
            (
                "[[logs]]\npath = \"a\"\n[[logs]]\ntimezon = \"UTC\"\n",
                4,
                "`timezone`",
            ),
            ("[plan]\nnavgation = \"n.csv\"\n", 2, "`navigation`"),
            ("[report]\nzzzzzzzzzz = 1\n", 2, "no key here: out"),
            ("\n[logs]\npath = \"a\"\n", 2, "`[[logs]]`"),
            ("[lake]\npath = 3\n", 2, "expected"),
            ("[privacy]\nk_pages = -1\n", 2, "a whole number"),
            ("[privacy]\nk_people = \"ten\"\n", 2, "a whole number"),
            ("[site]\nhome = \"/\"\n", 2, "a list"),
            ("[lake\n", 1, ""),
        ] {
            let told = told(text);
            let place = format!("`elephant.toml` line {line}: ");
            assert!(
                told.starts_with(&place) && told.contains(remedy),
                "{text:?} gave {told}"
            );
        }
    }

    #[test]
    fn distance_counts_edits() {
        assert_eq!(
            (
                edits("", "abc"),
                edits("kitten", "sitting"),
                edits("a", "a")
            ),
            (3, 3, 0)
        );
    }
}
