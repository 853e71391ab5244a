//! One line of a W3C log under its columns.

use std::borrow::Cow;

use percent_encoding::percent_decode;

use super::super::rejects::Reason;
use super::super::time::{self, DAY_SECONDS, SECOND, Written};
use super::scan;
use super::w3c::{Column, W3c};
use super::web::{Text, WebLine};

/// Values that make up one field together.
#[derive(Default)]
struct Parts<'a> {
    date: &'a [u8],
    time: &'a [u8],
    both: &'a [u8],
    is_local: bool,
    stem: &'a [u8],
    query: &'a [u8],
    uri: &'a [u8],
    host: &'a [u8],
    forwarded: &'a [u8],
    has_query: bool,
    has_method: bool,
}

pub(super) fn read<'a>(w3c: &W3c, line: &'a [u8]) -> Result<WebLine<'a>, Reason> {
    of_values(w3c, Values::new(line))
}

/// A line whose values are words with single spaces between them, none of them quoted.
pub(super) fn of_words<'a>(
    w3c: &W3c,
    words: impl Iterator<Item = &'a [u8]>,
) -> Result<WebLine<'a>, Reason> {
    of_values(
        w3c,
        words.map(|raw| {
            Ok(Value {
                raw,
                is_quoted: false,
                has_pluses: true,
            })
        }),
    )
}

fn of_values<'a>(
    w3c: &W3c,
    mut values: impl Iterator<Item = Result<Value<'a>, Reason>>,
) -> Result<WebLine<'a>, Reason> {
    if w3c.columns.is_empty() {
        return Err(Reason::Shape);
    }
    let mut parts = Parts::default();
    let mut web = WebLine::at(Written::Utc(0));
    for column in &w3c.columns {
        let value = values.next().ok_or(Reason::Shape)??;
        if let Some(column) = column {
            set(*column, value, w3c, &mut parts, &mut web)?;
        }
    }
    if values.next().is_some() {
        return Err(Reason::Shape);
    }
    web.time = parts.when(w3c).ok_or(Reason::Date)?;
    web.target = parts.target(w3c);
    if !parts.has_method {
        web.method = b"GET"[..].into();
    }
    if said(parts.host) {
        web.host = parts.host.into();
    }
    if said(parts.forwarded) {
        web.client = scan::first_address(parts.forwarded).into();
    }
    Ok(web)
}

fn set<'a>(
    column: Column,
    value: Value<'a>,
    w3c: &W3c,
    parts: &mut Parts<'a>,
    web: &mut WebLine<'a>,
) -> Result<(), Reason> {
    let raw = value.raw;
    match column {
        Column::Date => parts.date = raw,
        Column::Time => parts.time = raw,
        Column::DateTime => parts.both = raw,
        Column::LocalDate => (parts.date, parts.is_local) = (raw, true),
        Column::LocalTime => (parts.time, parts.is_local) = (raw, true),
        Column::Client => web.client = raw.into(),
        Column::Forwarded => parts.forwarded = raw,
        Column::User => web.user = value.text(),
        Column::Method => (web.method, parts.has_method) = (raw.into(), true),
        Column::Stem => parts.stem = raw,
        Column::Query => (parts.query, parts.has_query) = (raw, true),
        Column::Uri => parts.uri = raw,
        Column::Status => web.status = scan::status(raw)?,
        Column::Bytes => web.bytes = scan::number(raw).ok_or(Reason::Size)?,
        Column::Taken => {
            let is_seconds = w3c.is_cloudfront || raw.contains(&b'.');
            web.duration_ms =
                scan::millis(raw, if is_seconds { 1000.0 } else { 1.0 }).unwrap_or(-1);
        }
        Column::Seconds => web.duration_ms = scan::millis(raw, 1000.0).unwrap_or(-1),
        Column::Agent => web.agent = agent(value.text()),
        Column::Referrer if w3c.is_cloudfront => web.referrer = percent_decode(raw).into(),
        Column::Referrer => web.referrer = value.unquoted(),
        Column::Host if parts.host.is_empty() => parts.host = raw,
        Column::AskedHost if said(raw) => parts.host = raw,
        Column::Host | Column::AskedHost => {}
        Column::Session => web.session = raw.into(),
        Column::Purpose => web.is_prefetch |= is_ahead(raw),
    }
    Ok(())
}

impl<'a> Parts<'a> {
    /// Date and time in one column or two, or the time of the day that `#Date` began.
    fn when(&self, w3c: &W3c) -> Option<Written> {
        let whole = [self.both, self.time, self.date].into_iter();
        let whole = whole
            .filter(|text| text.len() > 10 && (text.get(4) == Some(&b'-') || *text == self.both));
        if let Some(text) = whole.clone().next() {
            return time::any(text).map(|written| w3c.meant(written, self.is_local));
        }
        let seconds = time_of_day(self.time)?;
        let day = if self.date.is_empty() {
            w3c.day?
        } else {
            day_of(self.date)?
        };
        Some(w3c.meant(Written::Clock(day + seconds), self.is_local))
    }

    /// The address as a request would write it.
    fn target(&self, w3c: &W3c) -> Text<'a> {
        if !said(self.stem) {
            return if said(self.uri) {
                self.uri.into()
            } else {
                Text::default()
            };
        }
        if w3c.is_cloudfront {
            // CloudFront writes the percent signs of an address as %25.
            return self.joined(
                percent_decode(self.stem).into(),
                percent_decode(self.query).into(),
            );
        }
        self.joined(self.path(), self.query.into())
    }

    /// The stem with a plus as the space that it stands for, and without what would end a path.
    fn path(&self) -> Text<'a> {
        let is_odd = |b: &u8| matches!(b, b'+' | b'#') || *b == b'?' && self.has_query;
        if !self.stem.iter().any(is_odd) {
            return self.stem.into();
        }
        let mut path = Vec::with_capacity(self.stem.len() + 8);
        for byte in self.stem {
            match byte {
                b'+' => path.push(b' '),
                b'#' => path.extend_from_slice(b"%23"),
                b'?' if self.has_query => path.extend_from_slice(b"%3F"),
                _ => path.push(*byte),
            }
        }
        Cow::Owned(path)
    }

    fn joined(&self, stem: Text<'a>, query: Text<'a>) -> Text<'a> {
        if !said(self.query) {
            return stem;
        }
        let mut target = stem.into_owned();
        target.push(b'?');
        target.extend_from_slice(&query);
        Cow::Owned(target)
    }
}

fn said(text: &[u8]) -> bool {
    !matches!(text, b"" | b"-")
}

/// Midnight of a date, microseconds.
fn day_of(date: &[u8]) -> Option<i64> {
    let is_date = date.len() == 10 && date[4] == b'-';
    match is_date.then(|| time::any(date))?? {
        Written::Utc(day) | Written::Clock(day) => Some(day),
    }
}

/// Microseconds of `hh:mm:ss[.fff]`.
fn time_of_day(t: &[u8]) -> Option<i64> {
    if t.len() < 8 || t[2] != b':' || t[5] != b':' {
        return None;
    }
    let seconds = time::clock(
        time::number(&t[..2])?,
        time::number(&t[3..5])?,
        time::number(&t[6..8])?,
    )?;
    let micros = match t.get(8..) {
        Some([]) => 0,
        Some([b'.', digits @ ..]) if digits.iter().all(u8::is_ascii_digit) => {
            time::fraction(digits)
        }
        _ => return None,
    };
    debug_assert!(seconds < DAY_SECONDS);
    Some(seconds * SECOND + micros)
}

/// An agent whose spaces were written as %20, or as %2520 by old logs of CloudFront.
fn agent(text: Text<'_>) -> Text<'_> {
    let is_coded = |text: &[u8]| {
        !text.contains(&b' ')
            && (contains(text, b"%20") || contains(text, b"%2F") || contains(text, b"%25"))
    };
    let mut text = text;
    for _ in 0..2 {
        if !is_coded(&text) {
            break;
        }
        text = Cow::Owned(percent_decode(&text).collect());
    }
    text
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

fn is_ahead(purpose: &[u8]) -> bool {
    contains(purpose, b"prefetch") || contains(purpose, b"prerender")
}

/// A value as written.
#[derive(Clone, Copy)]
struct Value<'a> {
    raw: &'a [u8],
    is_quoted: bool,
    has_pluses: bool,
}

impl<'a> Value<'a> {
    /// Without the quotes inside doubled.
    fn unquoted(self) -> Text<'a> {
        if !self.is_quoted || !contains(self.raw, b"\"\"") {
            return self.raw.into();
        }
        let mut text = Vec::with_capacity(self.raw.len());
        let mut bytes = self.raw.iter().peekable();
        while let Some(byte) = bytes.next() {
            text.push(*byte);
            if *byte == b'"' {
                bytes.next_if(|next| **next == b'"');
            }
        }
        Cow::Owned(text)
    }

    /// The text that is meant: with spaces where the log had to write pluses.
    fn text(self) -> Text<'a> {
        let text = self.unquoted();
        if !self.has_pluses || self.is_quoted || !text.contains(&b'+') {
            return text;
        }
        Cow::Owned(
            text.iter()
                .map(|b| if *b == b'+' { b' ' } else { *b })
                .collect(),
        )
    }
}

fn run_of_quotes(text: &[u8]) -> usize {
    text.iter().rev().take_while(|b| **b == b'"').count()
}

/// The values of a line: between tabs, or between spaces where it has no tab.
struct Values<'a> {
    rest: Option<&'a [u8]>,
    separator: u8,
}

impl<'a> Values<'a> {
    fn new(line: &'a [u8]) -> Self {
        let separator = if memchr::memchr(b'\t', line).is_some() {
            b'\t'
        } else {
            b' '
        };
        let line = if separator == b' ' {
            line.trim_ascii()
        } else {
            line
        };
        Self {
            rest: Some(line),
            separator,
        }
    }

    fn take(&mut self, text: &'a [u8], end: usize, is_quoted: bool) -> Value<'a> {
        let behind = if is_quoted { end + 1 } else { end };
        self.rest = text.get(behind + 1..).map(|rest| match self.separator {
            b' ' => rest.trim_ascii_start(),
            _ => rest,
        });
        Value {
            raw: &text[usize::from(is_quoted)..end],
            is_quoted,
            has_pluses: self.separator == b' ',
        }
    }
}

impl<'a> Iterator for Values<'a> {
    type Item = Result<Value<'a>, Reason>;

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.rest?;
        if text.first() == Some(&b'"') {
            return Some(match closing(text, self.separator) {
                Some(end) => Ok(self.take(text, end, true)),
                None => Err(Reason::OpenQuote),
            });
        }
        let end = memchr::memchr(self.separator, text).unwrap_or(text.len());
        Some(Ok(self.take(text, end, false)))
    }
}

/// The quote that closes a value: behind it the separator or the end.
fn closing(text: &[u8], separator: u8) -> Option<usize> {
    let ends = |at: &usize| {
        let next = text.get(at + 1);
        *at > 0
            && (next.is_none() || next == Some(&separator))
            && run_of_quotes(&text[1..*at]).is_multiple_of(2)
    };
    memchr::memchr_iter(b'"', text).find(ends)
}

#[cfg(test)]
mod tests {
    use super::super::super::header::Header;
    use super::super::super::names::Names;
    use super::*;

    fn w3c(directives: &str) -> W3c {
        let mut header = Header::default();
        header.see_all(directives.as_bytes());
        W3c::new(
            Names::new(&[("user".into(), "X-Auth-User".into())]).expect("a field"),
            false,
            header,
        )
    }

    #[test]
    fn a_line_of_iis() {
        let log = w3c(
            "#Software: Microsoft Internet Information Services 10.0\n#Fields: date time s-ip cs-method cs-uri-stem \
             cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) cs(Cookie) sc-status sc-substatus time-taken\n",
        );
        let line = b"2024-05-01 10:00:00 10.0.0.9 GET /My+Docs/C#.aspx q=a+b 443 DOM\\Ann+Lee 10.0.0.1 Mozilla/5.0+(X11;+Linux) \
            https://intranet/a ASP.NET_SessionId=x;+b=c 200 0 250";
        let web = log.read(line).expect("well formed");
        assert_eq!(&*web.target, b"/My Docs/C%23.aspx?q=a+b");
        assert_eq!(
            (&*web.user, &*web.agent),
            (&b"DOM\\Ann Lee"[..], &b"Mozilla/5.0 (X11; Linux)"[..])
        );
        assert_eq!((web.status, web.duration_ms), (200, 250));
        assert_eq!(web.time, Written::Utc(1_714_557_600_000_000));
        assert_eq!((log.as_str(), log.missing(false)), ("iis", None));
        assert_eq!(log.read(&line[..100]), Err(Reason::Shape));
    }

    #[test]
    fn the_day_of_the_directive_and_both_in_one_column() {
        let line = b"10:00:00.25 10.0.0.1 /a";
        let fields = "#Fields: time c-ip cs-uri-stem\n";
        assert_eq!(w3c(fields).read(line), Err(Reason::Date));
        let web = w3c(&format!("#Date: 2024-05-01 09:00:00\n{fields}"));
        assert!(
            web.read(line)
                .is_ok_and(|web| web.time == Written::Utc(1_714_557_600_250_000))
        );
        let quoted = w3c(fields)
            .read(b"\"2024-05-01 10:00:00\" 10.0.0.1 /a")
            .map(|web| web.time);
        assert_eq!(quoted, Ok(Written::Utc(1_714_557_600_000_000)));
        let local = w3c("#Fields: date-local time-local c-ip cs-uri-stem")
            .read(b"2024-05-01 10:00:00 10.0.0.1 /a");
        assert!(local.is_ok_and(|web| web.time == Written::Clock(1_714_557_600_000_000)));
    }

    #[test]
    fn a_line_of_cloudfront_and_columns_by_name() {
        let log = w3c(
            "#Fields: date time x-edge-location c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) \
            cs(User-Agent) cs-uri-query x-host-header time-taken X-Auth-User",
        );
        let line = b"2024-05-01\t10:00:00\tFRA2\t10.0.0.1\tGET\td1.cloudfront.net\t/caf%25C3%25A9\t000\thttps://intranet/%2525\t\
            Mozilla/5.0%2520(X11)\ta=%2520\tintranet\t0.5\tann";
        let web = log.read(line).expect("well formed");
        assert_eq!(
            (&*web.target, &*web.host),
            (&b"/caf%C3%A9?a=%20"[..], &b"intranet"[..])
        );
        assert_eq!(
            (&*web.agent, &*web.referrer),
            (&b"Mozilla/5.0 (X11)"[..], &b"https://intranet/%25"[..])
        );
        assert_eq!(
            (&*web.user, web.status, web.duration_ms),
            (&b"ann"[..], 499, 500)
        );
        assert_eq!(log.as_str(), "cloudfront");
    }

    #[test]
    fn quotes_inside_quotes() {
        let log = w3c("#Fields: datetime c-ip cs-uri cs(User-Agent)");
        let web = log.read(b"2024-05-01T10:00:00Z 10.0.0.1 /a?b=c \"x \"\"y\"\" z\"");
        assert_eq!(web.as_ref().map(|web| &*web.agent), Ok(&b"x \"y\" z"[..]));
        assert_eq!(
            log.read(b"2024-05-01T10:00:00Z 10.0.0.1 /a \"x")
                .map(|_| ()),
            Err(Reason::OpenQuote)
        );
        assert_eq!(
            log.read(b"2024-05-01T10:00:00Z 10.0.0.1 /a \"\"")
                .map(|web| web.agent.len()),
            Ok(0)
        );
    }
}
