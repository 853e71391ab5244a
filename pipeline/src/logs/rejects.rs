//! Unreadable lines: why, where, and their shape without the content.

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Longer than the limit.
    TooLong,
    /// Not the format of its log.
    Shape,
    /// A quote that never closes.
    OpenQuote,
    /// No time, or one that no calendar has.
    Date,
    /// A time after the latest that can be.
    Future,
    /// A status that is no number from 100 to 599.
    Status,
    /// A size that is no number.
    Size,
    /// Not JSON, or no object.
    Json,
    /// Neither a page nor an action.
    NoPage,
    /// Neither user nor address nor session.
    NoUser,
}

impl Reason {
    /// The words of the table `rejects`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooLong => "line over 1 MiB",
            Self::Shape => "not the format of this log",
            Self::OpenQuote => "quote never closed",
            Self::Date => "no readable date",
            Self::Future => "date in the future",
            Self::Status => "no readable status",
            Self::Size => "no readable size",
            Self::Json => "not a JSON object",
            Self::NoPage => "no page and no action",
            Self::NoUser => "no user and no address",
        }
    }
}

/// The rejects of a batch as columns; row `i` is one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rejects {
    /// Number of the line (CSV: record) in the input, from 1.
    pub line: Vec<u64>,
    /// Byte where the line starts, in the unpacked input.
    pub offset: Vec<u64>,
    /// Why.
    pub reason: Vec<Reason>,
    /// The shape: see `shape`.
    pub text: Vec<String>,
}

impl Rejects {
    /// The number of rejects.
    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.line.is_empty()
    }

    /// The reasons and how often each was one, the most frequent first.
    pub fn by_reason(&self) -> Vec<(Reason, usize)> {
        let mut counts: Vec<(Reason, usize)> = Vec::new();
        for reason in &self.reason {
            match counts.iter_mut().find(|(known, _)| known == reason) {
                Some((_, n)) => *n += 1,
                None => counts.push((*reason, 1)),
            }
        }
        // Stable: those first met stay first among equals.
        counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        counts
    }

    /// Adds the rejects of a later batch.
    pub fn merge(&mut self, mut other: Self) {
        self.line.append(&mut other.line);
        self.offset.append(&mut other.offset);
        self.reason.append(&mut other.reason);
        self.text.append(&mut other.text);
    }

    pub(super) fn push(&mut self, line: u64, offset: u64, reason: Reason, bytes: &[u8]) {
        self.line.push(line);
        self.offset.push(offset);
        self.reason.push(reason);
        self.text.push(shape(bytes));
    }
}

/// At most this many characters of a reject's shape are kept.
const SHAPE_CHARACTERS: usize = 200;

/// The shape of a line: letters as `a`, digits as `9`, control characters as U+FFFD, cut at 200 characters.
pub fn shape(line: &[u8]) -> String {
    // A character has at most four bytes.
    let head = &line[..line.len().min(4 * SHAPE_CHARACTERS)];
    String::from_utf8_lossy(head)
        .chars()
        .take(SHAPE_CHARACTERS)
        .map(mask)
        .collect()
}

fn mask(c: char) -> char {
    match c {
        _ if c.is_numeric() => '9',
        '\u{fffd}' => c,
        '\t' => ' ',
        _ if c.is_control() => '\u{fffd}',
        _ if c.is_ascii() && !c.is_ascii_alphabetic() => c,
        // Emoji and marks could tell as much as letters.
        _ => 'a',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_shows_no_content() {
        assert_eq!(
            shape(b"10.0.0.1 - ann [x] \"\xff\""),
            "99.9.9.9 - aaa [a] \"\u{fffd}\""
        );
        assert_eq!(shape("\u{e4}\u{663}\u{1f600}".as_bytes()), "a9a");
        assert_eq!(shape(&[b'x'; 5000]).chars().count(), 200);
    }
}
