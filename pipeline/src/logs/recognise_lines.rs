//! Recognising logs of lines: which layout reads how many of them.

use super::format::{ClfLayout, LogFormat, NotRecognised};
use super::header::Header;
use super::lines::{Kind, Lines, Mixed, W3c, runs};
use super::names::Names;

/// A layout with fewer lines than one in so many is no part of a log.
const RARE: usize = 100;

/// A format and the share of lines that it reads.
pub(super) struct Candidate {
    pub(super) format: LogFormat,
    pub(super) share: f64,
}

/// The layouts that the lines of a sample have, comments aside: each line counts for the strictest that reads it.
pub(super) fn known(lines: &[&[u8]], kinds: &[Kind]) -> Option<Candidate> {
    let said: Vec<&[u8]> = lines
        .iter()
        .copied()
        .filter(|line| !line.starts_with(b"#"))
        .collect();
    let mut found: Vec<(Kind, bool, usize)> = Vec::new();
    for line in &said {
        let read = Kind::ALL.iter().filter(|kind| kinds.contains(kind));
        let read = read.filter_map(|kind| Some((*kind, kind.read(line).ok()?)));
        let Some((kind, web)) = read.take(1).next() else {
            continue;
        };
        let has_referrer = !web.referrer.is_empty() || kind.always_has_referrer();
        match found
            .iter_mut()
            .find(|(k, has, _)| (*k, *has) == (kind, has_referrer))
        {
            Some((_, _, n)) => *n += 1,
            None => found.push((kind, has_referrer, 1)),
        }
    }
    found.retain(|(_, _, n)| n * RARE >= said.len());
    // The commonest first; equals by name, so that the same log is always called the same.
    found.sort_by_key(|(kind, has, n)| (usize::MAX - n, kind.word(*has)));
    let read: usize = found.iter().map(|(_, _, n)| n).sum();
    let share = read as f64 / said.len().max(1) as f64;
    (read > 0).then(|| Candidate {
        format: format_of(&found),
        share,
    })
}

fn format_of(found: &[(Kind, bool, usize)]) -> LogFormat {
    let has_referrer = found.iter().any(|(_, has, _)| *has);
    if let [(kind @ (Kind::Plain | Kind::Hosted), _, _)] = found {
        let has_host = *kind == Kind::Hosted;
        return LogFormat::Combined(ClfLayout {
            has_host,
            has_referrer,
        });
    }
    let mut names: Vec<&str> = Vec::new();
    let mut kinds: Vec<Kind> = Vec::new();
    for (kind, has, _) in found {
        let word = kind.word(*has);
        if !names.contains(&word) {
            names.push(word);
        }
        if !kinds.contains(kind) {
            kinds.push(*kind);
        }
    }
    LogFormat::Lines(Lines::Known(Mixed::new(
        kinds,
        names.join("+"),
        has_referrer,
    )))
}

/// The share of lines that a layout reads alone, for messages.
pub(super) fn share_of(lines: &[&[u8]], kind: Kind) -> f64 {
    share(lines, |line| kind.read(line).is_ok())
}

pub(super) fn share(lines: &[&[u8]], is_read: impl Fn(&[u8]) -> bool) -> f64 {
    // Comments say nothing about the format.
    let said = lines.iter().filter(|line| !line.starts_with(b"#"));
    let n = said.clone().count().max(1);
    said.filter(|line| is_read(line)).count() as f64 / n as f64
}

/// A W3C log, if a sample tells its fields; its directives may change on the way.
pub(super) fn w3c(
    sample: &[u8],
    names: &Names,
    has_zone: bool,
) -> Option<Result<Candidate, NotRecognised>> {
    let mut start = runs(sample).find_map(|run| {
        let mut header = Header::default();
        let end = memchr::memchr(b'\n', run).unwrap_or(run.len());
        header.see(&run[..end]);
        (!header.fields.is_empty()).then_some(header)
    })?;
    // Fields that come late are taken for those of the lines before them too; a day is not.
    let mut header = Header::default();
    header.see_all(sample);
    start.software.clone_from(&header.software);
    let w3c = W3c::new(names.clone(), has_zone, start);
    if let Some(field) = w3c.missing(!header.date.is_empty()) {
        let found = w3c.found();
        return Some(Err(NotRecognised::MissingColumn {
            format: "w3c",
            field: field.name(),
            found,
        }));
    }
    let share = w3c_share(sample, &w3c);
    Some(Ok(Candidate {
        format: LogFormat::Lines(Lines::W3c(Box::new(w3c))),
        share,
    }))
}

fn w3c_share(sample: &[u8], w3c: &W3c) -> f64 {
    let (mut w3c, mut said, mut read) = (w3c.clone(), 0, 0);
    for line in sample.split(|b| *b == b'\n') {
        let line = super::table::without_newline(line);
        if line.first() == Some(&b'#') {
            w3c.see(line);
        } else if !line.trim_ascii().is_empty() {
            said += 1;
            read += usize::from(w3c.read(line).is_ok());
        }
    }
    // A log of directives alone is one whose lines are still to come.
    if said == 0 {
        1.0
    } else {
        f64::from(read as u32) / f64::from(said)
    }
}
