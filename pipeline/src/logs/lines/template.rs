//! A line format compiled from a directive: text and fields in turn.

use std::borrow::Cow;

use super::super::combined;
use super::super::rejects::Reason;
use super::super::time::Written;
use super::scan;
use super::stamp::{self, Stamp};
use super::web::{Text, WebLine};

/// What a field of a directive is to us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slot {
    /// Nothing.
    Skip,
    Client,
    Forwarded,
    User,
    Host,
    Session,
    Referrer,
    Agent,
    Purpose,
    /// Method and address in one.
    Request,
    Method,
    /// Address without its query.
    Path,
    Query,
    /// Address with its query.
    Target,
    Status,
    Bytes,
    /// Microseconds.
    Micros,
    Millis,
    Seconds,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Text(Vec<u8>),
    Time(stamp::Piece),
    Slot(Slot),
}

/// A compiled directive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    name: &'static str,
    parts: Vec<Part>,
    has_escapes: bool,
}

/// Where addresses and times are put together while a line is read.
#[derive(Default)]
struct Pieces<'a> {
    stamp: Stamp,
    path: Text<'a>,
    query: Text<'a>,
    forwarded: Text<'a>,
    request: Option<Text<'a>>,
}

impl Template {
    pub(super) fn as_str(&self) -> &'static str {
        self.name
    }

    pub(super) fn has_referrer(&self) -> bool {
        self.parts.contains(&Part::Slot(Slot::Referrer))
    }

    /// Whether lines name the user.
    pub(in crate::logs) fn has_user(&self) -> bool {
        self.parts.contains(&Part::Slot(Slot::User))
    }

    /// Reads a whole line; what is not the directive's text and fields in turn is no line of it.
    pub(super) fn read<'a>(&self, line: &'a [u8]) -> Result<WebLine<'a>, Reason> {
        let mut web = WebLine::at(Written::Utc(0));
        let mut pieces = Pieces::default();
        let mut rest = line.trim_ascii();
        for (at, part) in self.parts.iter().enumerate() {
            rest = match part {
                Part::Text(text) => rest.strip_prefix(text.as_slice()).ok_or(Reason::Shape)?,
                Part::Time(piece) => pieces.stamp.take(*piece, rest).ok_or(Reason::Date)?,
                Part::Slot(slot) => {
                    let end = end_of(rest, *slot, &self.parts[at + 1..])?;
                    self.set(*slot, &rest[..end], &mut web, &mut pieces)?;
                    &rest[end..]
                }
            };
        }
        if !rest.is_empty() {
            return Err(Reason::Shape);
        }
        pieces.finish(web)
    }

    fn set<'a>(
        &self,
        slot: Slot,
        raw: &'a [u8],
        web: &mut WebLine<'a>,
        pieces: &mut Pieces<'a>,
    ) -> Result<(), Reason> {
        let text = || {
            if self.has_escapes {
                combined::unescape(raw)
            } else {
                Cow::Borrowed(raw)
            }
        };
        match slot {
            Slot::Skip => {}
            Slot::Client => web.client = raw.into(),
            Slot::Forwarded => pieces.forwarded = text(),
            Slot::User => web.user = text(),
            Slot::Host => web.host = text(),
            Slot::Session => web.session = text(),
            Slot::Referrer => web.referrer = text(),
            Slot::Agent => web.agent = text(),
            Slot::Purpose => {
                let is = |word: &[u8]| memchr::memmem::find(raw, word).is_some();
                web.is_prefetch |= is(b"prefetch") || is(b"prerender");
            }
            Slot::Request => pieces.request = Some(text()),
            Slot::Method => web.method = raw.into(),
            Slot::Path | Slot::Target => pieces.path = text(),
            Slot::Query => pieces.query = text(),
            Slot::Status => web.status = scan::status(raw)?,
            Slot::Bytes => web.bytes = scan::number(raw).ok_or(Reason::Size)?,
            Slot::Micros => web.duration_ms = scan::millis(raw, 0.001).unwrap_or(-1),
            Slot::Millis => web.duration_ms = scan::millis(raw, 1.0).unwrap_or(-1),
            Slot::Seconds => web.duration_ms = scan::millis(raw, 1000.0).unwrap_or(-1),
        }
        Ok(())
    }
}

impl<'a> Pieces<'a> {
    fn finish(self, mut web: WebLine<'a>) -> Result<WebLine<'a>, Reason> {
        web.time = self.stamp.written().ok_or(Reason::Date)?;
        if let Some(request) = self.request {
            web.ask(request);
        } else if !matches!(&*self.path, b"" | b"-") {
            web.target = joined(self.path, &self.query);
            if web.method.is_empty() {
                web.method = b"GET"[..].into();
            }
        }
        let first = scan::first_address(&self.forwarded);
        if !matches!(first, b"" | b"-") {
            web.client = first.to_vec().into();
        }
        Ok(web)
    }
}

/// A path and its query, which may bring its question mark along.
fn joined<'a>(path: Text<'a>, query: &[u8]) -> Text<'a> {
    let query = query.strip_prefix(b"?").unwrap_or(query);
    if matches!(query, b"" | b"-") {
        return path;
    }
    Cow::Owned([&path, &b"?"[..], query].concat())
}

/// Where a field ends: at the text that follows it. A quote inside is escaped, or is not followed by the rest of it.
fn end_of(rest: &[u8], slot: Slot, behind: &[Part]) -> Result<usize, Reason> {
    let Some(Part::Text(text)) = behind.first() else {
        return Ok(rest.len());
    };
    let is_quote = text[0] == b'"';
    let is_end = |at: &usize| !is_quote || !combined::is_escaped(rest, *at);
    let missing = if is_quote {
        Reason::OpenQuote
    } else {
        Reason::Shape
    };
    if behind.len() == 1 {
        let end = rest.len().checked_sub(text.len());
        return end
            .filter(|at| rest[*at..] == **text && is_end(at))
            .ok_or(missing);
    }
    // Without quotes around it a request has spaces of its own.
    let from = match slot {
        Slot::Request if !is_quote && !rest.starts_with(b"-") => {
            memchr::memmem::find(rest, b" HTTP/").map_or(0, |at| at + 1)
        }
        _ => 0,
    };
    let ends = memchr::memmem::find_iter(&rest[from..], text.as_slice());
    ends.map(|at| from + at).find(is_end).ok_or(missing)
}

/// Puts the parts of a directive together.
pub(super) struct Builder {
    parts: Vec<Part>,
    /// Fields that are not known, with their places: for messages.
    unknown: Vec<String>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            parts: Vec::new(),
            unknown: Vec::new(),
        }
    }

    pub(super) fn text(&mut self, byte: u8) {
        match self.parts.last_mut() {
            Some(Part::Text(text)) => text.push(byte),
            _ => self.parts.push(Part::Text(vec![byte])),
        }
    }

    /// Adds a piece of a time that stands at a character of the directive, from 1.
    pub(super) fn time(&mut self, piece: stamp::Piece, at: usize) -> Result<(), String> {
        self.end_before(at)?;
        self.parts.push(Part::Time(piece));
        Ok(())
    }

    pub(super) fn unknown(&mut self, field: &str, at: usize) {
        self.unknown.push(format!("`{field}` at character {at}"));
    }

    /// Adds a field that stands at a character of the directive, from 1.
    pub(super) fn slot(&mut self, slot: Slot, at: usize) -> Result<(), String> {
        match (self.parts.last_mut(), slot) {
            // A query follows its path at once; nginx writes the question mark as a field of its own.
            (Some(Part::Slot(path @ (Slot::Path | Slot::Target))), Slot::Query) => {
                *path = Slot::Target;
            }
            _ => {
                self.end_before(at)?;
                self.parts.push(Part::Slot(slot));
            }
        }
        Ok(())
    }

    /// A time knows its own end; any other field needs text behind it.
    fn end_before(&self, at: usize) -> Result<(), String> {
        match self.parts.last() {
            Some(Part::Slot(_)) => Err(format!(
                "no text stands before the field at character {at}, so where the one before it ends cannot be told"
            )),
            _ => Ok(()),
        }
    }

    /// The template, if it tells when, who and what.
    pub(super) fn build(
        mut self,
        name: &'static str,
        has_escapes: bool,
    ) -> Result<Template, String> {
        self.trim();
        let has = |slots: &[Slot]| {
            self.parts
                .iter()
                .any(|part| matches!(part, Part::Slot(slot) if slots.contains(slot)))
        };
        let has_time = self.parts.iter().any(|part| matches!(part, Part::Time(_)));
        let missing = if !has_time {
            "time"
        } else if !has(&[Slot::User, Slot::Client, Slot::Forwarded, Slot::Session]) {
            "user and no address of a client"
        } else if !has(&[Slot::Request, Slot::Path, Slot::Target]) {
            "request"
        } else {
            return Ok(Template {
                name,
                parts: self.parts,
                has_escapes,
            });
        };
        let also = if self.unknown.is_empty() {
            String::new()
        } else {
            format!("; not known: {}", self.unknown.join(", "))
        };
        Err(format!("the directive has no {missing}{also}"))
    }

    /// Lines are read without the spaces around them.
    fn trim(&mut self) {
        if let Some(Part::Text(text)) = self.parts.first_mut() {
            *text = text.trim_ascii_start().to_vec();
        }
        if let Some(Part::Text(text)) = self.parts.last_mut() {
            *text = text.trim_ascii_end().to_vec();
        }
        self.parts
            .retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
    }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
