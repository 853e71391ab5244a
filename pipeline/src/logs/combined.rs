//! Lines of the common and combined log formats, with escaped quotes, IPv6, users with spaces and trailing fields.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::format::ClfLayout;
use super::marks::Marks;
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

    /// A line as nearly all are, by its marks: no escapes, no spaces in the user, all fields there. Nothing where it
    /// is another, which `read_at` tells what to make of; never what `read_at` would not give.
    pub(super) fn usual(
        line: &'a [u8],
        layout: ClfLayout,
        marks: &Marks,
        clock: &mut ClfClock,
    ) -> Option<Self> {
        if marks.has_backslash {
            return None;
        }
        let mut spaces = marks.spaces;
        let mut word = |start: usize| {
            let end = spaces.trailing_zeros() as usize;
            spaces &= spaces.wrapping_sub(1);
            Some(line.get(start..end)?).filter(|word| !word.is_empty())
        };
        let host = if layout.has_host {
            word(0)?
        } else {
            &line[..0]
        };
        let start = host.len() + usize::from(layout.has_host);
        let client = word(start)?;
        let start = start + client.len() + 1;
        let ident = word(start)?;
        let start = start + ident.len() + 1;
        let user = word(start)?;
        let date = start + user.len() + 2;
        let [asked, behind, from, until, by, end] = marks.quotes()?;
        let is_usual = marks.brackets.trailing_zeros() as usize + 1 == date
            && !user.last().is_some_and(u8::is_ascii_whitespace)
            && line.get(date + 26..=asked)? == b"] \""
            && line.get(until..=by)? == b"\" \""
            && matches!(line.get(end + 1), None | Some(b' '));
        if !is_usual {
            return None;
        }
        // A space, three digits of the status, a space, those of the bytes, a space.
        let (status, bytes) = (behind + 2..behind + 5, behind + 6..from.checked_sub(1)?);
        if [status.start - 1, status.end, bytes.end].map(|at| line.get(at)) != [Some(&b' '); 3] {
            return None;
        }
        let status = digits(line, status).filter(|status| (100..600).contains(status))? as u16;
        let bytes = match line.get(bytes.clone())? {
            b"-" => -1,
            _ => digits(line, bytes)?,
        };
        Some(Self {
            host,
            client,
            user,
            ts: clock.read(&line[date..date + 26])?,
            request: Cow::Borrowed(&line[asked + 1..behind]),
            status,
            bytes,
            referrer: Cow::Borrowed(&line[from + 1..until]),
            agent: Cow::Borrowed(&line[by + 1..end]),
            trailing: &line[end + 1..],
        })
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

/// The number of one to eight digits at some places of a line that has eight bytes up to their end: all digits at once.
fn digits(line: &[u8], places: Range<usize>) -> Option<i64> {
    const EACH: u64 = u64::MAX / 0xff;
    if !(1..=8).contains(&places.len()) {
        return None;
    }
    let eight = line.get(places.end.checked_sub(8)?..places.end)?;
    // The last digit is in the highest byte; what stands before the first one becomes zeros.
    let ours = u64::MAX << (u64::BITS as usize - 8 * places.len());
    let written = u64::from_le_bytes(*eight.first_chunk()?);
    let eight = (written & ours) | ((EACH * 0x30) & !ours);
    // Digits are 0x30 to 0x39: six more, and what is above a nine is told by its higher half too.
    let is_number = [eight, eight.wrapping_add(EACH * 6)].map(|eight| eight & (EACH * 0xf0))
        == [EACH * 0x30; 2];
    if !is_number {
        return None;
    }
    // Digits are put together to pairs, then pairs of pairs.
    let ones = eight & (EACH * 0x0f);
    let tens = (ones.wrapping_mul((10 << 8) | 1) >> 8) & 0x00ff_00ff_00ff_00ff;
    let hundreds = (tens.wrapping_mul((100 << 16) | 1) >> 16) & 0x0000_ffff_0000_ffff;
    let all = hundreds.wrapping_mul((10_000 << 32) | 1) >> 32;
    Some(all as i64)
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
    use proptest::prelude::*;

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

    /// What both ways of reading make of a line must be alike: `usual` may only leave it to the other.
    fn as_usual(line: &[u8], layout: ClfLayout) -> Option<String> {
        let mut marks = Marks::default();
        let text = [line, b"\n", &[b'-'; 600]].concat();
        let end = marks.look_at(&text)?;
        assert_eq!(end, line.len());
        let usual = ClfLine::usual(line, layout, &marks, &mut ClfClock::default())?;
        Some(format!("{:?}", Ok::<_, Reason>(usual)))
    }

    proptest! {
        #[test]
        fn usual_lines_are_read_as_all_others(
            has_host in any::<bool>(), head in "([a-z0-9.:]{1,9} ){2,4}",
            numbers in "( [0-9]{1,10}| -| [0-9]{0,2}[+/:-][0-9]?){2}", trailing in "( 123| \"x\")?",
            changes in prop::collection::vec((any::<prop::sample::Index>(), r#"[ "\\\[\]\t#x9-]?"#), 0..4),
        ) {
            let line = format!(
                r#"{head}[01/May/2024:10:00:00 +0000] "GET /a HTTP/1.1"{numbers} "-" "Mozilla/5.0 (X11)"{trailing}"#,
            );
            let mut line: Vec<u8> = line.into_bytes();
            for (at, change) in changes {
                let at = at.index(line.len());
                line.splice(at..=at, change.into_bytes());
            }
            let layout = if has_host { HOSTS } else { PLAIN };
            if let Some(usual) = as_usual(&line, layout) {
                prop_assert_eq!(usual, format!("{:?}", ClfLine::read(&line, layout)));
            }
        }
    }

    #[test]
    fn nearly_all_lines_are_usual() {
        for (line, layout) in [
            (
                r#"10.0.0.1 - u1 [01/May/2024:10:00:00 +0000] "GET / HTTP/1.1" 200 12345678 "-" "Mozilla/5.0""#,
                PLAIN,
            ),
            (
                r#"h:80 ::1 - - [01/May/2024:10:00:00 +0000] "-" 408 - "-" "-" 123 "x""#,
                HOSTS,
            ),
        ] {
            let plain = format!("{:?}", ClfLine::read(line.as_bytes(), layout));
            assert_eq!(as_usual(line.as_bytes(), layout), Some(plain));
        }
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
