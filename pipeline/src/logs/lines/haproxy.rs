//! HTTP lines of HAProxy, with or without what syslog puts in front.

use super::super::rejects::Reason;
use super::super::time::{self, DAY_SECONDS, SECOND, Written};
use super::scan::{self, Scan};
use super::web::WebLine;

/// Bytes of `06/Feb/2024:12:14:14.655`.
const DATE_BYTES: usize = 24;

/// `... client:port [date] frontend backend/server timers status bytes cookie cookie state counts queues {captured}
/// "request"`
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let (head, time, rest) = around_date(line)?;
    let client = head.rsplit(|b| *b == b' ').next().unwrap_or_default();
    let mut scan = Scan::new(rest);
    let mut web = WebLine::at(time);
    web.client = scan::without_port(client).into();
    scan.word()?;
    scan.word()?;
    web.duration_ms = total(scan.word()?).ok_or(Reason::Shape)?;
    web.status = scan.status()?;
    web.bytes = scan.number()?;
    for _ in 0..5 {
        scan.word()?;
    }
    let rest = scan.rest();
    let at = memchr::memmem::find(rest, b" \"").ok_or(Reason::Shape)?;
    captured(&rest[..at], &mut web);
    web.ask(Scan::new(&rest[at..]).quoted()?);
    Ok(web)
}

/// What stands before the date, the date on the machine's clock, and what follows it.
fn around_date(line: &[u8]) -> Result<(&[u8], Written, &[u8]), Reason> {
    let mut reason = Reason::Shape;
    for at in memchr::memchr_iter(b'[', line) {
        let end = at + 1 + DATE_BYTES;
        if line.get(end) != Some(&b']') {
            continue;
        }
        match date(&line[at + 1..end]) {
            Some(time) => return Ok((line[..at].trim_ascii_end(), time, &line[end + 1..])),
            None => reason = Reason::Date,
        }
    }
    Err(reason)
}

fn date(t: &[u8]) -> Option<Written> {
    if t[2] != b'/'
        || t[6] != b'/'
        || t[11] != b':'
        || t[14] != b':'
        || t[17] != b':'
        || t[20] != b'.'
    {
        return None;
    }
    let number = |from: usize, to: usize| time::number(&t[from..to]);
    let days = time::days_of(number(7, 11)?, time::month_of(&t[3..6])?, number(0, 2)?)?;
    let seconds = time::clock(number(12, 14)?, number(15, 17)?, number(18, 20)?)?;
    let micros = number(21, 24)? * 1000;
    Some(Written::Clock(
        (days * DAY_SECONDS + seconds) * SECOND + micros,
    ))
}

/// The last of the five timers: milliseconds in all.
fn total(timers: &[u8]) -> Option<i64> {
    let mut parts = timers.split(|b| *b == b'/');
    let last = parts.nth(4)?;
    parts.next().is_none().then(|| scan::number(last))?
}

/// What was captured has no names: a referrer and an agent are told by how they begin.
fn captured<'a>(text: &'a [u8], web: &mut WebLine<'a>) {
    for value in text.split(|b| matches!(b, b'{' | b'|' | b'}')) {
        if value.starts_with(b"http://") || value.starts_with(b"https://") {
            web.referrer = value.into();
        } else if value.starts_with(b"Mozilla/") {
            web.agent = value.into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "Feb  6 12:14:14 localhost haproxy[14389]: 10.0.1.2:33317 [06/Feb/2024:12:14:14.655] http-in \
        static/srv1 10/0/30/69/109 200 2750 - - ---- 1/1/1/1/0 0/0 {intranet|https://intranet/a|Mozilla/5.0 (X11)} {} \
        \"GET /index.html HTTP/1.1\"";

    #[test]
    fn a_line_of_syslog_with_captures() {
        let web = read(LINE.as_bytes()).expect("well formed");
        assert_eq!(
            (&*web.client, &*web.target),
            (&b"10.0.1.2"[..], &b"/index.html"[..])
        );
        assert_eq!(
            (&*web.referrer, &*web.agent),
            (&b"https://intranet/a"[..], &b"Mozilla/5.0 (X11)"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 2750, 109));
        assert_eq!(web.time, Written::Clock(1_707_221_654_655_000));
    }

    #[test]
    fn bad_requests_and_impatient_clients() {
        let bad = LINE
            .replace("GET /index.html HTTP/1.1", "<BADREQ>")
            .replace(" 200 ", " 400 ");
        assert!(read(bad.as_bytes()).is_ok_and(|web| web.target.is_empty()));
        let gone = LINE.replace(" 200 ", " -1 ").replace("/109", "/+109");
        assert!(read(gone.as_bytes()).is_ok_and(|web| web.status == 499 && web.duration_ms == 109));
        let bare = LINE.split_once("]: ").expect("syslog in front").1;
        assert!(read(bare.as_bytes()).is_ok());
        let impossible = LINE.replace("06/Feb", "36/Feb");
        assert_eq!(read(impossible.as_bytes()), Err(Reason::Date));
    }
}
