//! The formats of logs, and telling them apart by content.

use super::combined::ClfLine;
use super::names::{Column, Names};
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
    /// JSON lines.
    Jsonl(JsonMap),
    /// CSV, TSV and their like, with a header.
    Csv(CsvMap),
    /// Nothing, or empty lines only.
    Empty,
}

impl LogFormat {
    /// The word of `inputs.format`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Combined(layout) if layout.has_referrer => "combined",
            Self::Combined(_) => "common",
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
            Self::Jsonl(map) => map.has_referrer,
            Self::Csv(map) => map
                .columns
                .iter()
                .flatten()
                .any(|column| column.field == Field::Referrer),
            Self::Empty => false,
        }
    }
}

/// What elephant.toml says about a log.
#[derive(Clone, Debug, Default)]
pub struct SourceOptions {
    /// `combined`, `common`, `jsonl`, `csv`, `tsv` or `m365`; none: recognised by content.
    pub format: Option<String>,
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
    #[error("cannot read the format {0}: use combined, common, jsonl, csv, tsv or m365")]
    UnknownFormat(String),
    /// Most lines fit no format.
    #[error("cannot recognise the format: {}; first lines that fit none, letters as a and digits as 9: {}", share_text(.shares), .lines.join(" | "))]
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
    match options
        .format
        .as_deref()
        .map(str::to_ascii_lowercase)
        .as_deref()
    {
        None => by_content(sample, &lines, &names, options),
        Some("combined" | "common") => Ok(LogFormat::Combined(best_layout(&lines).0)),
        Some("m365") if lines[0].starts_with(b"{") => recognise_rows::jsonl(&lines, options),
        Some("jsonl" | "json") => recognise_rows::jsonl(&lines, options),
        Some("csv" | "tsv" | "m365") => recognise_rows::csv(sample, &names, options)
            .unwrap_or_else(|| Err(unknown(&lines, 0.0, 0.0))),
        Some(other) => Err(NotRecognised::UnknownFormat(other.to_owned())),
    }
}

fn by_content(
    sample: &[u8],
    lines: &[&[u8]],
    names: &Names,
    options: &SourceOptions,
) -> Result<LogFormat, NotRecognised> {
    let (layout, clf_share) = best_layout(lines);
    let json_share = share(lines, |line| jsonl::read(line, names).is_ok());
    if clf_share >= NEEDED_SHARE && clf_share >= json_share {
        return Ok(LogFormat::Combined(layout));
    }
    if json_share >= NEEDED_SHARE {
        return recognise_rows::jsonl(lines, options);
    }
    recognise_rows::csv(sample, names, options)
        .unwrap_or_else(|| Err(unknown(lines, clf_share, json_share)))
}

/// The sample without its last line, which may be cut; all of it when it has no whole line.
fn complete(sample: &[u8]) -> &[u8] {
    memchr::memrchr(b'\n', sample).map_or(sample, |at| &sample[..=at])
}

fn share(lines: &[&[u8]], is_read: impl Fn(&[u8]) -> bool) -> f64 {
    // Comments say nothing about the format.
    let said = lines.iter().filter(|line| !line.starts_with(b"#"));
    let n = said.clone().count().max(1);
    said.filter(|line| is_read(line)).count() as f64 / n as f64
}

fn best_layout(lines: &[&[u8]]) -> (ClfLayout, f64) {
    let plain = ClfLayout {
        has_host: false,
        has_referrer: true,
    };
    let hosted = ClfLayout {
        has_host: true,
        has_referrer: true,
    };
    let plain_share = share(lines, |line| ClfLine::read(line, plain).is_ok());
    // A host in front makes the address the ident of a plain line.
    let hosted_share = share(lines, |line| {
        ClfLine::read(line, hosted).is_ok_and(|read| is_address(read.client))
    });
    let has_host = hosted_share > 0.0 && hosted_share >= plain_share / 2.0;
    let has_referrer = share(lines, |line| {
        ClfLine::read(line, plain).is_ok_and(|read| !read.referrer.is_empty())
    }) > 0.0;
    (
        ClfLayout {
            has_host,
            has_referrer,
        },
        if has_host { hosted_share } else { plain_share },
    )
}

/// Whether a word is an IP address.
fn is_address(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}

fn unknown(lines: &[&[u8]], clf: f64, json: f64) -> NotRecognised {
    let plain = ClfLayout {
        has_host: false,
        has_referrer: true,
    };
    let failing = lines
        .iter()
        .filter(|line| ClfLine::read(line, plain).is_err());
    NotRecognised::Unknown {
        shares: vec![("combined", clf), ("jsonl", json), ("csv", 0.0)],
        lines: failing.take(3).map(|line| rejects::shape(line)).collect(),
    }
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
        let name = |sample: &str| of(sample).expect("the format is known").as_str();
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
    }
}
