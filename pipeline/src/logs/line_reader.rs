//! The first of some lines, read: where it ends, and what its fields are.

use memchr::memchr;

use super::combined::ClfLine;
use super::format::ClfLayout;
use super::lines::{Lines, WebLine};
use super::marks::{Marks, Words};
use super::rejects::Reason;
use super::split::LINE_LIMIT;
use super::table;
use super::time::ClfClock;

/// What was read of a line; nothing of a comment.
pub(super) type Read<R> = Option<Result<R, Reason>>;

/// The first of some lines, read.
pub(super) struct FirstLine<'a, R> {
    pub(super) line: &'a [u8],
    /// With its end.
    pub(super) length: usize,
    pub(super) read: Read<R>,
}

/// Reads lines of web servers; mostly by their marks, which are found in one pass.
#[derive(Default)]
pub(super) struct LineReader {
    clock: ClfClock,
    marks: Marks,
    words: Words,
}

impl LineReader {
    /// Reads the first of some lines of the common or combined format.
    pub(super) fn combined<'a>(
        &mut self,
        lines: &'a [u8],
        layout: ClfLayout,
    ) -> FirstLine<'a, ClfLine<'a>> {
        if let Some(end) = self.marks.look_at(lines)
            && lines[0] != b'#'
        {
            let line = lines[..end].strip_suffix(b"\r").unwrap_or(&lines[..end]);
            let read = ClfLine::usual(line, layout, &self.marks, &mut self.clock);
            if let Some(read) = read {
                return FirstLine {
                    line,
                    length: end + 1,
                    read: Some(Ok(read)),
                };
            }
        }
        one(lines, |line| {
            (line[0] != b'#').then(|| ClfLine::read_at(line, layout, &mut self.clock))
        })
    }

    /// Reads the first of some lines of a web server.
    pub(super) fn web<'a>(&mut self, rest: &'a [u8], lines: &Lines) -> FirstLine<'a, WebLine<'a>> {
        if let Lines::W3c(w3c) = lines
            && let Some(end) = self.words.look_at(rest)
            && rest[0] != b'#'
        {
            let line = &rest[..end];
            return FirstLine {
                line,
                length: end + if rest[end] == b'\r' { 2 } else { 1 },
                read: Some(w3c.of_words(self.words.of(line))),
            };
        }
        one(rest, |line| {
            (!lines.is_comment(line)).then(|| lines.read(line))
        })
    }
}

/// Reads the first of some lines, unless it is blank or too long.
pub(super) fn one<'a, R>(
    lines: &'a [u8],
    read: impl FnOnce(&'a [u8]) -> Read<R>,
) -> FirstLine<'a, R> {
    let (line, length) = first_line(lines);
    let read = if is_blank(line) {
        None
    } else if line.len() > LINE_LIMIT {
        Some(Err(Reason::TooLong))
    } else {
        read(line)
    };
    FirstLine { line, length, read }
}

/// The first of some lines, and how long it is with its end.
fn first_line(lines: &[u8]) -> (&[u8], usize) {
    let length = memchr(b'\n', lines).map_or(lines.len(), |end| end + 1);
    (table::without_newline(&lines[..length]), length)
}

fn is_blank(line: &[u8]) -> bool {
    line.first().is_none_or(u8::is_ascii_whitespace) && line.trim_ascii().is_empty()
}
