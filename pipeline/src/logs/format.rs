//! The formats of logs, and telling them apart by content.

use std::borrow::Cow;
use std::sync::Arc;

use super::header::Header;
use super::lines::{self, Kind, Laid, Lines, Own};
use super::names::{Column, Names};
use super::recognise_lines::{self, Candidate};
use super::row::Field;
use super::{jsonl, recognise_rows, rejects};

/// How the lines of an access log are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClfLayout {
    /// Whether a virtual host stands in front.
    pub has_host: bool,
    /// Whether lines have a referrer (combined) or not (common).
    pub has_referrer: bool,
}

/// The names of a log of JSON lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonMap {
    /// Which name is which field.
    pub names: Names,
    /// Whether the sample has referrers.
    pub has_referrer: bool,
}

/// The columns of a CSV log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvMap {
    /// The byte between cells.
    pub delimiter: u8,
    /// What each column holds, or nothing of ours.
    pub columns: Vec<Option<Column>>,
    /// The column with a record of Microsoft 365 in it, which then is all that is read.
    pub audit: Option<usize>,
    /// The header without its newline: a record that is the same is no row.
    pub header: Vec<u8>,
}

/// What a log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Common or combined lines.
    Combined(ClfLayout),
    /// Other lines of web servers and proxies, or common and combined mixed with them.
    Lines(Lines),
    /// Lines of a regular expression of the operator's own.
    Own(Arc<Own>),
    /// JSON lines.
    Jsonl(JsonMap),
    /// CSV, TSV and their like, with a header.
    Csv(CsvMap),
    /// Nothing, or empty lines only.
    Empty,
}

impl LogFormat {
    /// The word of `inputs.format`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Combined(layout) if layout.has_host => Kind::Hosted.word(layout.has_referrer),
            Self::Combined(layout) => Kind::Plain.word(layout.has_referrer),
            Self::Lines(lines) => lines.as_str(),
            Self::Own(_) => "regex",
            Self::Jsonl(map) if map.names.is_audit => "m365",
            Self::Csv(map) if map.audit.is_some() => "m365",
            Self::Jsonl(_) => "jsonl",
            Self::Csv(map) if map.delimiter == b'\t' => "tsv",
            Self::Csv(_) => "csv",
            Self::Empty => "empty",
        }
    }

    /// Whether the log names the page before: without, `via` is unknown.
    pub fn has_referrer(&self) -> bool {
        match self {
            Self::Combined(layout) => layout.has_referrer,
            Self::Lines(lines) => lines.has_referrer(),
            Self::Own(own) => own.has_referrer(),
            Self::Jsonl(map) => map.has_referrer,
            Self::Csv(map) => map
                .columns
                .iter()
                .flatten()
                .any(|column| column.field == Field::Referrer),
            Self::Empty => false,
        }
    }

    /// The directives under which the log begins, where its lines have any.
    pub fn header(&self) -> Option<&Header> {
        match self {
            Self::Lines(Lines::W3c(w3c)) => Some(w3c.header()),
            _ => None,
        }
    }

    /// The format of lines under other directives.
    pub fn under(&self, header: Option<&Header>) -> Cow<'_, Self> {
        match (self, header) {
            (Self::Lines(Lines::W3c(w3c)), Some(header)) if w3c.header() != header => {
                Cow::Owned(Self::Lines(Lines::W3c(Box::new(w3c.under(header)))))
            }
            _ => Cow::Borrowed(self),
        }
    }
}

/// What elephant.toml says about a log.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// A name, a directive of Apache, nginx or W3C, or `regex:` and an expression; none: recognised by content.
    pub format: Option<String>,
    /// Whether the source has a zone of its own: then W3C times, which are UTC, are of that zone.
    pub has_zone: bool,
    /// Field to column, as `("user", "Who")`.
    pub columns: Vec<(String, String)>,
    /// The byte between cells of CSV; none: recognised.
    pub delimiter: Option<u8>,
}

/// Why a log's format is not known.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NotRecognised {
    /// The sample has bytes that no text has.
    #[error(
        "cannot read a binary file as a log: name the text files in [[logs]] path, and the charset where it is UTF-16 without a mark"
    )]
    Binary,
    /// Rows without a column that is needed.
    #[error("cannot find the {field} of this {format} log among {}: name it as columns = {{ {field} = \"...\" }}", .found.join(", "))]
    MissingColumn {
        /// `csv` or `jsonl`.
        format: &'static str,
        /// The field's name in `columns`.
        field: &'static str,
        /// The columns that are there.
        found: Vec<String>,
    },
    /// `columns` names a field that does not exist.
    #[error("cannot use the key {0} of columns: it is no field of a log")]
    UnknownField(String),
    /// `format` names no format.
    #[error(
        "cannot read the format {0}: use {NAMES}, a `LogFormat` of Apache, a `log_format` of nginx, or a regex"
    )]
    UnknownFormat(String),
    /// `format` lays down lines that cannot be read.
    #[error("cannot use the format of [[logs]]: {0}")]
    BadFormat(String),
    /// `format` names another format than the lines have.
    #[error(
        "elephant.toml says format = \"{said}\" of this log in [[logs]], but it reads as {found}: write that there, or remove the format"
    )]
    OtherFormat {
        /// The word of the settings.
        said: String,
        /// The format by content.
        found: String,
    },
    /// Most lines fit no format.
    #[error("not recognised: {}; if it is a log, give its `format` or its `columns` in [[logs]]; first lines that fit none, letters as a and digits as 9: {}", share_text(.shares), .lines.join(" | "))]
    Unknown {
        /// The formats tried, with the share of lines each can read.
        shares: Vec<(&'static str, f64)>,
        /// The shapes of up to three lines that the best format cannot read.
        lines: Vec<String>,
    },
}

fn share_text(shares: &[(&'static str, f64)]) -> String {
    let all = shares
        .iter()
        .map(|(name, share)| format!("{name} reads {:.0} %", share * 100.0));
    all.collect::<Vec<_>>().join(", ")
}

/// At least this share of a sample's lines must be readable.
const NEEDED_SHARE: f64 = 0.5;
/// So many candidates are told when none will do, and so many lines that the best of them cannot read.
const CANDIDATES: usize = 3;
const SHOWN_LINES: usize = 3;
/// The words of `format`.
const NAMES: &str = "combined, common, vhost_combined, w3c, iis, iis_native, cloudfront, elb, alb, s3, haproxy, confluence, jira, \
    bitbucket, jsonl, csv, tsv";

/// Tells a log's format from its first bytes (unpacked; 64 KiB are plenty).
///
/// # Errors
/// When the sample is binary, lacks a needed column, or fits no format.
pub fn recognise(sample: &[u8], options: &SourceOptions) -> Result<LogFormat, NotRecognised> {
    let names = Names::new(&options.columns).map_err(NotRecognised::UnknownField)?;
    let sample = complete(sample.strip_prefix(b"\xef\xbb\xbf").unwrap_or(sample));
    // A text may hold a few, NUL too: what a crash or a scanner leaves makes no binary file of a log.
    let is_text = |b: &u8| !matches!(*b, 0..=8 | 14..=26);
    if sample.iter().filter(|b| !is_text(b)).count() * 100 > sample.len() {
        return Err(NotRecognised::Binary);
    }
    let lines: Vec<&[u8]> = sample
        .split(|b| *b == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|l| !l.is_empty())
        .collect();
    if lines.is_empty() {
        return Ok(LogFormat::Empty);
    }
    match options.format.as_deref() {
        None => by_content(sample, &lines, &names, options),
        Some(format) => match named(format, sample, &lines, names.clone(), options) {
            Err(unknown @ NotRecognised::Unknown { .. }) => {
                let found = by_content(sample, &lines, &names, options);
                Err(found.map_or(unknown, |found| NotRecognised::OtherFormat {
                    said: format.to_owned(),
                    found: found.as_str().to_owned(),
                }))
            }
            other => other,
        },
    }
}

/// The format that the settings name or lay down.
fn named(
    format: &str,
    sample: &[u8],
    lines: &[&[u8]],
    names: Names,
    options: &SourceOptions,
) -> Result<LogFormat, NotRecognised> {
    if let Some(laid) = lines::laid_down(format, &names, options.has_zone) {
        return match laid.map_err(NotRecognised::BadFormat)? {
            Laid::Lines(lines) => Ok(LogFormat::Lines(lines)),
            Laid::Own(own) => Ok(LogFormat::Own(own)),
        };
    }
    let word = format.to_ascii_lowercase();
    if let Some(kinds) = Kind::of_word(&word) {
        let found = recognise_lines::known(lines, kinds);
        return found.map_or_else(
            || Err(unknown(sample, lines, &names)),
            |found| Ok(found.format),
        );
    }
    match word.as_str() {
        "m365" if lines[0].starts_with(b"{") => recognise_rows::jsonl(lines, options),
        "jsonl" | "json" => recognise_rows::jsonl(lines, options),
        "csv" | "tsv" | "m365" => recognise_rows::csv(sample, &names, options)
            .unwrap_or_else(|| Err(unknown(sample, lines, &names))),
        "w3c" | "iis" | "cloudfront" => {
            match recognise_lines::w3c(sample, &names, options.has_zone) {
                Some(found) => found.map(|found| found.format),
                None => Err(unknown(sample, lines, &names)),
            }
        }
        _ => Err(NotRecognised::UnknownFormat(format.to_owned())),
    }
}

/// What is wrong with a `format` of the settings beside these `columns`, if anything is.
pub fn mistake(format: &str, columns: &[(String, String)]) -> Option<String> {
    let names = Names::new(columns).ok()?;
    match lines::laid_down(format, &names, false) {
        Some(laid) => laid.err(),
        None => {
            let word = format.to_ascii_lowercase();
            let is_name = NAMES.split(", ").any(|name| name == word);
            let is_known = is_name || word == "json" || Kind::of_word(&word).is_some();
            (!is_known).then(|| NotRecognised::UnknownFormat(format.to_owned()).to_string())
        }
    }
}

fn by_content(
    sample: &[u8],
    lines: &[&[u8]],
    names: &Names,
    options: &SourceOptions,
) -> Result<LogFormat, NotRecognised> {
    let w3c = recognise_lines::w3c(sample, names, options.has_zone);
    let known = recognise_lines::known(lines, &Kind::ALL);
    let known_share = known.as_ref().map_or(0.0, |known| known.share);
    // Where a layout reads all, no more than that can be read.
    let json_share = if known_share < 1.0 {
        recognise_lines::share(lines, |line| jsonl::read(line, names).is_ok())
    } else {
        0.0
    };
    match (w3c, known) {
        (_, Some(known)) if known_share >= NEEDED_SHARE.max(json_share) => Ok(known.format),
        (Some(Err(missing)), _) => Err(missing),
        (Some(Ok(Candidate { format, share })), _) if share >= NEEDED_SHARE => Ok(format),
        _ if json_share >= NEEDED_SHARE => recognise_rows::jsonl(lines, options),
        _ => recognise_rows::csv(sample, names, options)
            .unwrap_or_else(|| Err(unknown(sample, lines, names))),
    }
}

/// The sample without its last line, which may be cut; all of it when it has no whole line.
fn complete(sample: &[u8]) -> &[u8] {
    memchr::memrchr(b'\n', sample).map_or(sample, |at| &sample[..=at])
}

/// The error of a log that fits no format: the best candidates, and lines that the best of them cannot read.
fn unknown(sample: &[u8], lines: &[&[u8]], names: &Names) -> NotRecognised {
    let json = recognise_lines::share(lines, |line| jsonl::read(line, names).is_ok());
    let mut shares = vec![
        ("combined", recognise_lines::share_of(lines, Kind::Plain)),
        ("jsonl", json),
        ("csv", 0.0),
    ];
    if let Some(Ok(w3c)) = recognise_lines::w3c(sample, names, false) {
        shares.push(("w3c", w3c.share));
    }
    let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Plain);
    shares.extend(others.map(|kind| (kind.word(true), recognise_lines::share_of(lines, kind))));
    // Those first named stay first among equals.
    shares.sort_by(|a, b| b.1.total_cmp(&a.1));
    shares.truncate(CANDIDATES);
    let best = shares[0].0;
    let is_read = |line: &[u8]| match Kind::ALL.into_iter().find(|kind| kind.word(true) == best) {
        Some(kind) => kind.read(line).is_ok(),
        None => best == "jsonl" && jsonl::read(line, names).is_ok(),
    };
    let failing = lines
        .iter()
        .filter(|line| !line.starts_with(b"#") && !is_read(line));
    let lines = failing
        .take(SHOWN_LINES)
        .map(|line| rejects::shape(line))
        .collect();
    NotRecognised::Unknown { shares, lines }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(sample: &str) -> Result<LogFormat, NotRecognised> {
        recognise(sample.as_bytes(), &SourceOptions::default())
    }

    #[test]
    fn formats_are_told_apart() {
        let combined =
            "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"\n";
        let common = "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
        let name = |sample: &str| of(sample).expect("the format is known").as_str().to_owned();
        assert_eq!(name(combined), "combined");
        assert_eq!(name(common), "common");
        assert_eq!(
            name("{\"ts\":1714557600,\"user\":\"a\",\"url\":\"/\"}\n"),
            "jsonl"
        );
        assert_eq!(name("Time;User;Page\n2024-05-01;a;/\n"), "csv");
        assert_eq!(name("\u{feff}time\tuser\tpage\n2024-05-01\ta\t/\n"), "tsv");
        assert_eq!(name(""), "empty");
        assert_eq!(name("\n \n"), "empty");
        let hosted = of(&format!("intranet:443 {combined}portal {combined}"));
        assert_eq!(
            hosted,
            Ok(LogFormat::Combined(ClfLayout {
                has_host: true,
                has_referrer: true
            }))
        );
    }

    #[test]
    fn failures_say_what_is_missing() {
        assert_eq!(of("a\0b\n"), Err(NotRecognised::Binary));
        let missing = of("time,who,page\n2024-05-01,a,/\n").expect_err("no user");
        assert!(
            missing.to_string().contains("columns = { user ="),
            "{missing}"
        );
        let unknown = of("some words\nother words\n").expect_err("no format");
        assert!(
            unknown.to_string().contains("combined reads 0 %"),
            "{unknown}"
        );
        let options = SourceOptions {
            columns: vec![("user".into(), "who".into())],
            ..SourceOptions::default()
        };
        assert!(recognise(b"time,who,page\n2024-05-01,a,/\n", &options).is_ok());
        let foreign = of("Zeit;Wer;Seite\n2024-05-01 10:00:00;a;/\n").expect_err("foreign names");
        assert!(
            foreign
                .to_string()
                .contains("Zeit, Wer, Seite: name it as columns = { timestamp ="),
            "{foreign}"
        );
    }

    #[test]
    fn a_format_that_the_lines_do_not_have_is_told_with_theirs() {
        let common = "10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5\n";
        let options = SourceOptions {
            format: Some("w3c".into()),
            ..SourceOptions::default()
        };
        let told = recognise(common.as_bytes(), &options).expect_err("no directive");
        let told = told.to_string();
        assert!(
            told.contains("format = \"w3c\"") && told.contains("reads as common"),
            "{told}"
        );
        let words = recognise(b"some words\n", &options).expect_err("no format");
        assert!(matches!(words, NotRecognised::Unknown { .. }), "{words}");
    }
}
