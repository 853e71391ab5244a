//! Words, quotes and numbers of a line, from left to right.

use super::super::combined;
use super::super::rejects::Reason;
use super::web::Text;

/// The rest of a line that is read field by field, single spaces between.
pub(super) struct Scan<'a> {
    rest: &'a [u8],
}

/// The status of a request whose client went away before the answer, as nginx writes it.
const CLIENT_GONE: u16 = 499;

impl<'a> Scan<'a> {
    pub(super) fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// The next word.
    pub(super) fn word(&mut self) -> Result<&'a [u8], Reason> {
        let text = self.rest.strip_prefix(b" ").unwrap_or(self.rest);
        let end = memchr::memchr(b' ', text).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        self.rest = rest;
        (!word.is_empty()).then_some(word).ok_or(Reason::Shape)
    }

    /// The next field in quotes, unescaped; a bare `-` is one too.
    pub(super) fn quoted(&mut self) -> Result<Text<'a>, Reason> {
        match combined::quoted(self.rest)? {
            Some((text, rest)) => {
                self.rest = rest;
                Ok(text)
            }
            None if self.word()? == b"-" => Ok(Text::Borrowed(b"-")),
            None => Err(Reason::Shape),
        }
    }

    /// The next number; -1 where `-` or negative.
    pub(super) fn number(&mut self) -> Result<i64, Reason> {
        number(self.word()?).ok_or(Reason::Size)
    }

    pub(super) fn status(&mut self) -> Result<u16, Reason> {
        status(self.word()?)
    }
}

/// A whole number, which HAProxy may put a plus before; -1 where the word is `-` or `-1`.
pub(super) fn number(word: &[u8]) -> Option<i64> {
    if matches!(word, b"-" | b"-1") {
        return Some(-1);
    }
    let digits = word.strip_prefix(b"+").unwrap_or(word);
    // Eighteen digits fit.
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let add = |n, digit: &u8| n * 10 + i64::from(digit - b'0');
    Some(digits.iter().fold(0, add))
}

/// A status; 0 where the word is `-`, and that of a client that went away where the log has none to tell.
pub(super) fn status(word: &[u8]) -> Result<u16, Reason> {
    match (word, number(word)) {
        (b"-", _) => Ok(0),
        (_, Some(status @ 100..=599)) => Ok(status as u16),
        (_, Some(-1 | 0)) => Ok(CLIENT_GONE),
        _ => Err(Reason::Status),
    }
}

/// Milliseconds of a number with or without a point, whose unit is so many milliseconds; -1 where `-` or negative.
pub(super) fn millis(word: &[u8], unit: f64) -> Option<i64> {
    if word == b"-" {
        return Some(-1);
    }
    let text = std::str::from_utf8(word).ok()?;
    let is_number = text
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'-'));
    let value: f64 = text.parse().ok().filter(|_| is_number)?;
    Some(if value < 0.0 {
        -1
    } else {
        (value * unit).min(1e15).round() as i64
    })
}

/// An address without the port behind its last colon.
pub(super) fn without_port(word: &[u8]) -> &[u8] {
    let address = match memchr::memrchr(b':', word) {
        Some(at) if word[at + 1..].iter().all(u8::is_ascii_digit) => &word[..at],
        _ => word,
    };
    let inner = address.strip_prefix(b"[");
    inner
        .and_then(|address| address.strip_suffix(b"]"))
        .unwrap_or(address)
}

/// The first of a list of addresses, which is the client's own.
pub(super) fn first_address(list: &[u8]) -> &[u8] {
    let end = memchr::memchr(b',', list).unwrap_or(list.len());
    list[..end].trim_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_one_after_the_other() {
        let mut scan = Scan::new(b"a \"b \\\"c\\\"\" - 12 -1 404");
        assert_eq!(scan.word(), Ok(&b"a"[..]));
        assert_eq!(scan.quoted().as_deref(), Ok(&b"b \"c\""[..]));
        assert_eq!(scan.quoted().as_deref(), Ok(&b"-"[..]));
        assert_eq!(
            (scan.number(), scan.number(), scan.status()),
            (Ok(12), Ok(-1), Ok(404))
        );
        assert_eq!(
            (number(b"+5"), number(b"+-1"), number(b"+-")),
            (Some(5), None, None)
        );
        assert_eq!(scan.word(), Err(Reason::Shape));
    }

    #[test]
    fn numbers_and_addresses() {
        assert_eq!(
            (status(b"-"), status(b"000"), status(b"-1"), status(b"700")),
            (Ok(0), Ok(499), Ok(499), Err(Reason::Status))
        );
        assert_eq!(
            (
                millis(b"0.0120", 1000.0),
                millis(b"-", 1.0),
                millis(b"-1", 1.0),
                millis(b"inf", 1.0)
            ),
            (Some(12), Some(-1), Some(-1), None)
        );
        assert_eq!(without_port(b"[2001:db8::1]:80"), b"2001:db8::1");
        assert_eq!(without_port(b"10.0.0.1:80"), b"10.0.0.1");
        assert_eq!(first_address(b"10.0.0.1, 10.0.0.2"), b"10.0.0.1");
    }
}
