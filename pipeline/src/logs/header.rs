//! The directives of a W3C log, which say how the lines after them are read, and how many days have passed since the
//! one that tells the day.

use super::time;

/// The directives in force at some line: those that tell the fields, the day and the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub(super) fields: Vec<u8>,
    pub(super) date: Vec<u8>,
    pub(super) software: Vec<u8>,
    /// Midnights since `#Date`, where lines have a time and no date: some servers write no new directive then.
    pub(super) n_midnights: i64,
    /// The second of the day of the latest such line, or of `#Date` itself.
    clock: Option<i64>,
}

/// A directive has no more bytes: longer lines that begin like one are data gone wrong.
const DIRECTIVE_BYTES: usize = 64 << 10;
/// Lines are written as requests end, or begin: a clock goes by less than this between two lines only over midnight.
const BACKWARD: i64 = -3600;
/// A line that is late by midnight goes forward by so much.
const FORWARD: i64 = 23 * 3600;
/// Columns that tell the day of a line.
const DATED: [&[u8]; 6] = [
    b"date",
    b"datetime",
    b"date-time",
    b"timestamp",
    b"x-timestamp",
    b"date-local",
];

impl Header {
    /// Takes in a line, if it is a directive; whether it was one.
    pub fn see(&mut self, line: &[u8]) -> bool {
        if line.first() != Some(&b'#') || line.len() > DIRECTIVE_BYTES {
            return false;
        }
        for (name, value) in [
            (&b"#fields:"[..], &mut self.fields),
            (b"#date:", &mut self.date),
            (b"#software:", &mut self.software),
        ] {
            if line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name) {
                *value = line[name.len()..].trim_ascii().to_vec();
                if name == b"#date:" {
                    self.n_midnights = 0;
                    self.clock = value.get(11..).and_then(second_of_day);
                }
                return true;
            }
        }
        false
    }

    /// Takes in every directive of some whole lines; whether there was one.
    pub fn see_all(&mut self, lines: &[u8]) -> bool {
        let mut has_seen = false;
        for run in runs(lines) {
            let end = memchr::memchr(b'\n', run).unwrap_or(run.len());
            has_seen |= self.see(&run[..end]);
            let mut rest = run;
            while !rest.is_empty() && self.time_column().is_some() {
                rest = self.split_day(rest).1;
                has_seen = true;
            }
        }
        has_seen
    }

    /// Takes in the first lines that are of one day, which is then `n_midnights` behind `#Date`, and hands them over
    /// with the rest. Lines that tell their date are all of one day here.
    pub fn split_day<'a>(&mut self, lines: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let Some(column) = self.time_column() else {
            return (lines, &[]);
        };
        let mut end = 0;
        while end < lines.len() {
            let rest = &lines[end..];
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            if let Some(second) = value(&rest[..length], column).and_then(second_of_day) {
                let step = self.clock.map_or(0, |before| self.step(before, second));
                if step != 0 && end > 0 {
                    break;
                }
                self.n_midnights += step;
                self.clock = Some(second);
            }
            end += length;
        }
        lines.split_at(end)
    }

    /// Days from a line to the next.
    fn step(&self, before: i64, second: i64) -> i64 {
        match second - before {
            ..BACKWARD => 1,
            FORWARD.. if self.n_midnights > 0 => -1,
            _ => 0,
        }
    }

    /// The place of the time among the columns, where none of them tells the day.
    fn time_column(&self) -> Option<usize> {
        let mut names = self.fields.split(u8::is_ascii_whitespace);
        let is = |name: &[u8], other: &[u8]| name.eq_ignore_ascii_case(other);
        let mut filled = names.clone().filter(|name| !name.is_empty());
        if names.any(|name| DATED.iter().any(|dated| is(name, dated))) {
            return None;
        }
        filled.position(|name| is(name, b"time"))
    }
}

/// A value of a line whose values are between tabs, or between spaces where it has no tab.
fn value(line: &[u8], column: usize) -> Option<&[u8]> {
    if line.first() == Some(&b'#') {
        return None;
    }
    if memchr::memchr(b'\t', line).is_some() {
        return line.split(|b| *b == b'\t').nth(column);
    }
    let values = line.trim_ascii().split(|b| *b == b' ');
    values.filter(|value| !value.is_empty()).nth(column)
}

/// The second of `hh:mm:ss`, whatever follows.
fn second_of_day(text: &[u8]) -> Option<i64> {
    let [h, hh, b':', m, mm, b':', s, ss, ..] = text else {
        return None;
    };
    let two = |tens: &u8, ones: &u8| time::number(&[*tens, *ones]);
    time::clock(two(h, hh)?, two(m, mm)?, two(s, ss)?)
}

/// Cuts whole lines before each that begins with `#`.
pub(super) fn runs(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if lines.is_empty() {
            return None;
        }
        let end = memchr::memmem::find(lines, b"\n#").map_or(lines.len(), |at| at + 1);
        let (run, rest) = lines.split_at(end);
        lines = rest;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_directive_counts() {
        let mut header = Header::default();
        let text =
            b"#Fields: a b\nx\n#DATE: 2024-05-01\r\n# Fields: no\ny #Fields: no\n#fields: c\n";
        assert!(header.see_all(text));
        assert_eq!(
            (&*header.fields, &*header.date),
            (&b"c"[..], &b"2024-05-01"[..])
        );
        assert!(!header.see_all(b"x\ny"));
        assert_eq!(runs(text).count(), 4);
        assert_eq!(runs(text).collect::<Vec<_>>().concat(), text);
    }
}
