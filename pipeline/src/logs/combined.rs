//! Lines of the common and combined log formats, with escaped quotes, IPv6, users with spaces and trailing fields.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::format::ClfLayout;
use super::rejects::Reason;
use super::time::ClfClock;

/// One line's fields; `-` is kept as it is.
#[derive(Debug)]
pub(super) struct ClfLine<'a> {
    pub(super) host: &'a [u8],
    pub(super) client: &'a [u8],
    pub(super) user: &'a [u8],
    pub(super) ts: i64,
    pub(super) request: Cow<'a, [u8]>,
    pub(super) status: u16,
    pub(super) bytes: i64,
    pub(super) referrer: Cow<'a, [u8]>,
    pub(super) agent: Cow<'a, [u8]>,
    pub(super) trailing: &'a [u8],
}

/// The method and target of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Request<'a> {
    pub(super) method: &'a [u8],
    pub(super) target: &'a [u8],
}

const EMPTY: Cow<'static, [u8]> = Cow::Borrowed(b"");

impl<'a> ClfLine<'a> {
    #[cfg(test)]
    pub(super) fn read(line: &'a [u8], layout: ClfLayout) -> Result<Self, Reason> {
        Self::read_at(line, layout, &mut ClfClock::default())
    }

    /// A line of this layout; the clock remembers the minute of the line before.
    pub(super) fn read_at(
        line: &'a [u8],
        layout: ClfLayout,
        clock: &mut ClfClock,
    ) -> Result<Self, Reason> {
        Self::of_parts(around_date_at(line, clock)?, layout, quoted)
    }

    /// The line around its date; `agent_of` reads the agent.
    #[inline]
    pub(super) fn of_parts(
        (head, ts, rest): (&'a [u8], i64, &'a [u8]),
        layout: ClfLayout,
        agent_of: impl Fn(&'a [u8]) -> Result<Quoted<'a>, Reason>,
    ) -> Result<Self, Reason> {
        let (host, head) = if layout.has_host {
            word(head).ok_or(Reason::Shape)?
        } else {
            (&head[..0], head)
        };
        let (client, head) = word(head).ok_or(Reason::Shape)?;
        let (_ident, user) = word(head).ok_or(Reason::Shape)?;
        let (request, rest) = quoted(rest)?.ok_or(Reason::Shape)?;
        let (status, rest) = number(rest).ok_or(Reason::Status)?;
        let status = match status {
            -1 => 0,
            100..=599 => status as u16,
            _ => return Err(Reason::Status),
        };
        let (bytes, rest) = number(rest).ok_or(Reason::Size)?;
        let (referrer, rest) = quoted(rest)?.unwrap_or((EMPTY, rest));
        let (agent, trailing) = agent_of(rest)?.unwrap_or((EMPTY, rest));
        Ok(Self {
            host,
            client,
            user: bare(user),
            ts,
            request,
            status,
            bytes,
            referrer,
            agent,
            trailing,
        })
    }

    /// Whether a trailing field says that the browser fetched in advance.
    pub(super) fn is_prefetch(&self) -> bool {
        let says = |word: &[u8]| memmem::find(self.trailing, word).is_some();
        !self.trailing.is_empty() && (says(b"prefetch") || says(b"prerender"))
    }
}

impl<'a> Request<'a> {
    /// The request, or nothing when the text is none: `-`, empty, or what port scanners send.
    pub(super) fn read(text: &'a [u8]) -> Option<Self> {
        if let Some(request) = Self::usual(text) {
            return Some(request);
        }
        let end = memchr(b' ', text)?;
        let (method, rest) = (&text[..end], text[end..].trim_ascii());
        if !method.iter().all(u8::is_ascii_uppercase) || method.is_empty() {
            return None;
        }
        let target = match memmem::rfind(rest, b" HTTP/") {
            Some(at) => rest[..at].trim_ascii_end(),
            // HTTP/0.9 had no version.
            None if memchr(b' ', rest).is_none() => rest,
            None => return None,
        };
        let is_target =
            target.starts_with(b"/") || memmem::find(target, b"://").is_some() || method != b"GET";
        (is_target && !matches!(target, b"" | b"-")).then_some(Self { method, target })
    }
}

impl<'a> Request<'a> {
    /// `GET /path HTTP/1.1`, as nearly all requests are.
    fn usual(text: &'a [u8]) -> Option<Self> {
        let target = text.strip_prefix(b"GET ")?;
        let end = target.len().checked_sub(9)?;
        let (target, version) = target.split_at(end);
        let is_usual = version.starts_with(b" HTTP/")
            && target.first() == Some(&b'/')
            && !target.last().is_some_and(u8::is_ascii_whitespace);
        is_usual.then_some(Self {
            method: b"GET",
            target,
        })
    }
}

/// What stands before the date, the date, and what follows it.
pub(super) fn around_date(line: &[u8]) -> Result<(&[u8], i64, &[u8]), Reason> {
    around_date_at(line, &mut ClfClock::default())
}

/// Like `around_date`; the clock remembers the minute of the line before.
fn around_date_at<'a>(
    line: &'a [u8],
    clock: &mut ClfClock,
) -> Result<(&'a [u8], i64, &'a [u8]), Reason> {
    let mut reason = Reason::Shape;
    for at in memchr_iter(b'[', line) {
        if line.get(at + 27) != Some(&b']') {
            continue;
        }
        match clock.read(&line[at + 1..at + 27]) {
            Some(ts) => return Ok((line[..at].trim_ascii_end(), ts, &line[at + 28..])),
            None => reason = Reason::Date,
        }
    }
    Err(reason)
}

/// The first word, and the rest behind the space.
pub(super) fn word(text: &[u8]) -> Option<(&[u8], &[u8])> {
    // Words are short: a loop is over before a vector search has begun.
    let end = text.iter().position(|b| *b == b' ')?;
    (end > 0).then(|| (&text[..end], &text[end + 1..]))
}

/// A user without the quotes that Apache writes around an empty one.
fn bare(user: &[u8]) -> &[u8] {
    let inner = user
        .strip_prefix(b"\"")
        .and_then(|user| user.strip_suffix(b"\""));
    inner.unwrap_or(user)
}

/// A number or `-` (as -1) behind a space.
fn number(text: &[u8]) -> Option<(i64, &[u8])> {
    let text = text.strip_prefix(b" ")?;
    let end = text.iter().position(|b| *b == b' ');
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    match word {
        b"-" => Some((-1, rest)),
        b"" => None,
        // Eighteen digits fit.
        _ if word.len() > 18 || !word.iter().all(u8::is_ascii_digit) => None,
        _ => Some((
            word.iter()
                .fold(0, |n, digit| n * 10 + i64::from(digit - b'0')),
            rest,
        )),
    }
}

pub(super) type Quoted<'a> = Option<(Cow<'a, [u8]>, &'a [u8])>;

/// A quoted field behind a space, unescaped, and the rest; nothing when no quote stands there.
///
/// A quote closes when a space or the end follows: some servers do not escape those inside.
pub(super) fn quoted(text: &[u8]) -> Result<Quoted<'_>, Reason> {
    let Some(text) = text.strip_prefix(b" \"") else {
        return Ok(None);
    };
    // Nearly always the first quote closes, and no escape stands before it.
    if let Some(end) = memchr2(b'"', b'\\', text)
        && text[end] == b'"'
        && matches!(text.get(end + 1), None | Some(b' '))
    {
        return Ok(Some((Cow::Borrowed(&text[..end]), &text[end + 1..])));
    }
    let closes =
        |at: &usize| matches!(text.get(at + 1), None | Some(b' ')) && !is_escaped(text, *at);
    let end = memchr_iter(b'"', text)
        .find(closes)
        .ok_or(Reason::OpenQuote)?;
    Ok(Some((unescape(&text[..end]), &text[end + 1..])))
}

/// Whether an odd number of backslashes stands before.
pub(super) fn is_escaped(text: &[u8], at: usize) -> bool {
    text[..at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// The bytes behind the escapes of Apache and nginx: `\"`, `\\`, `\t`, `\xhh`.
pub(super) fn unescape(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr(b'\\', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        let (byte, length) = unescaped(&text[at..]);
        out.push(byte);
        at += length;
    }
    Cow::Owned(out)
}

/// The first byte of a text that may start with an escape, and how long that is.
fn unescaped(text: &[u8]) -> (u8, usize) {
    match text {
        [b'\\', b'x', high, low, ..] => match (hex(*high), hex(*low)) {
            (Some(high), Some(low)) => (high * 16 + low, 4),
            _ => (b'\\', 1),
        },
        [b'\\', b'n', ..] => (b'\n', 2),
        [b'\\', b'r', ..] => (b'\r', 2),
        [b'\\', b't', ..] => (b'\t', 2),
        [b'\\', c @ (b'"' | b'\\'), ..] => (*c, 2),
        _ => (text[0], 1),
    }
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: ClfLayout = ClfLayout {
        has_host: false,
        has_referrer: true,
    };
    const HOSTS: ClfLayout = ClfLayout {
        has_host: true,
        has_referrer: true,
    };

    #[test]
    fn a_combined_line_and_its_oddities() {
        let line = br#"2001:db8::1 - Ann Lee [01/May/2024:10:00:00 +0000] "GET /a\"b?q=\xc3\xa4 HTTP/1.1" 200 - "-" "x "y" z\\" 123 "prefetch""#;
        let read = ClfLine::read(line, PLAIN).expect("the line is well formed");
        assert_eq!(read.client, b"2001:db8::1");
        assert_eq!(read.user, b"Ann Lee");
        assert_eq!(&*read.request, "GET /a\"b?q=\u{e4} HTTP/1.1".as_bytes());
        assert_eq!((read.status, read.bytes), (200, -1));
        assert!(read.is_prefetch());
        let request = Request::read(&read.request).expect("a request");
        assert_eq!(request.target, "/a\"b?q=\u{e4}".as_bytes());
    }

    #[test]
    fn hosts_in_front_and_common_lines() {
        let line = b"intranet:443 10.0.0.1 - \"\" [01/May/2024:10:00:00 +0000] \"-\" 408 0";
        let read = ClfLine::read(line, HOSTS).expect("the line is well formed");
        assert_eq!(
            (read.host, read.client, read.user),
            (&b"intranet:443"[..], &b"10.0.0.1"[..], &b""[..])
        );
        assert_eq!(Request::read(&read.request), None);
        assert!(read.agent.is_empty());
    }

    #[test]
    fn unreadable_lines_say_why() {
        let why = |line: &[u8]| ClfLine::read(line, PLAIN).expect_err("the line is unreadable");
        assert_eq!(why(b"hello"), Reason::Shape);
        assert_eq!(
            why(b"h - - [99/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1"),
            Reason::Date
        );
        assert_eq!(
            why(b"h - - [01/May/2024:10:00:00 +0000] \"GET / HTTP"),
            Reason::OpenQuote
        );
        assert_eq!(
            why(b"h - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" x 1"),
            Reason::Status
        );
        assert_eq!(
            why(b"h - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1k"),
            Reason::Size
        );
        assert_eq!(
            why(b"h - - [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"Moz"),
            Reason::OpenQuote
        );
    }

    #[test]
    fn requests_are_told_from_noise() {
        assert!(Request::read(b"GET / HTTP/1.1").is_some());
        assert_eq!(
            Request::read(b"GET /a b HTTP/1.1").map(|r| r.target),
            Some(&b"/a b"[..])
        );
        assert_eq!(
            Request::read(b"GET /a\t HTTP/1.1").map(|r| r.target),
            Some(&b"/a"[..])
        );
        assert!(Request::read(b"GET /old").is_some());
        assert!(Request::read(b"OPTIONS * HTTP/1.0").is_some());
        for noise in [
            &b"-"[..],
            b"",
            b"\x16\x03\x01 \x00",
            b"GET",
            b"hello world",
            b"GET x y",
            b"POST - HTTP/1.1",
        ] {
            assert!(Request::read(noise).is_none(), "{noise:?}");
        }
    }
}
