//! The format that IIS calls its own: values between commas, in a fixed order, with the machine's own clock.

use super::super::rejects::Reason;
use super::super::time::{self, DAY_SECONDS, SECOND, Written};
use super::scan;
use super::web::WebLine;

/// What stands between two values.
const BETWEEN: &[u8] = b", ";

/// `client, user, 3/20/24, 7:55:20, service, server, address, milliseconds, received, sent, status, Windows status,
/// method, target, parameters,`: an address may hold commas itself.
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let mut rest = line.trim_ascii_end();
    let mut next = || value(&mut rest).ok_or(Reason::Shape);
    let (client, user) = (next()?, next()?);
    let (date, clock, service) = (next()?, next()?, next()?);
    // Of mail and files moved by FTP nobody walks paths.
    if !service.starts_with(b"W3SVC") {
        return Err(Reason::Shape);
    }
    let mut web = WebLine::at(time_of(date, clock).ok_or(Reason::Date)?);
    web.client = client.into();
    web.user = user.into();
    let (_server, _address) = (next()?, next()?);
    web.duration_ms = scan::number(next()?).ok_or(Reason::Size)?;
    scan::number(next()?).ok_or(Reason::Size)?;
    web.bytes = scan::number(next()?).ok_or(Reason::Size)?;
    web.status = scan::status(next()?)?;
    next()?;
    web.method = next()?.into();
    let rest = rest.strip_suffix(b",").unwrap_or(rest);
    let at = memchr::memmem::rfind(rest, BETWEEN).ok_or(Reason::Shape)?;
    let (target, query) = (&rest[..at], &rest[at + BETWEEN.len()..]);
    web.target = if matches!(target, b"" | b"-") || matches!(query, b"" | b"-") {
        target.into()
    } else {
        [target, b"?", query].concat().into()
    };
    Ok(web)
}

/// The next value; what stands behind the last is left.
fn value<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let end = memchr::memmem::find(rest, BETWEEN)?;
    let value = &rest[..end];
    *rest = &rest[end + BETWEEN.len()..];
    Some(value.trim_ascii())
}

/// The time of `3/20/24` (or `2024`) and `7:55:20`.
fn time_of(date: &[u8], clock: &[u8]) -> Option<Written> {
    let [month, day, year] = numbers(date, b'/')?;
    let [hour, minute, second] = numbers(clock, b':')?;
    let year = match year {
        0..100 => 2000 + year,
        100..1000 => return None,
        _ => year,
    };
    let seconds = time::clock(hour, minute, second)?;
    let days = time::days_of(year, month, day)?;
    Some(Written::Clock((days * DAY_SECONDS + seconds) * SECOND))
}

/// Three numbers of up to four digits.
fn numbers(text: &[u8], between: u8) -> Option<[i64; 3]> {
    let mut parts = text.split(|b| *b == between);
    let mut next = || {
        let part = parts.next().filter(|part| (1..=4).contains(&part.len()))?;
        time::number(part)
    };
    let three = [next()?, next()?, next()?];
    parts.next().is_none().then_some(three)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "192.168.114.201, CORP\\ann, 05/01/24, 7:55:20, W3SVC2, SALES1, 172.21.13.45, 4502, 163, 3223, \
        200, 0, GET, /DeptLogo, 2.aspx, id=7,";

    #[test]
    fn a_line_with_a_comma_in_its_address() {
        let web = read(LINE.as_bytes()).expect("well formed");
        assert_eq!(
            (&*web.client, &*web.user),
            (&b"192.168.114.201"[..], &b"CORP\\ann"[..])
        );
        assert_eq!(
            (&*web.method, &*web.target),
            (&b"GET"[..], &b"/DeptLogo, 2.aspx?id=7"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 3223, 4502));
        assert_eq!(web.time, Written::Clock(1_714_550_120_000_000));
        let bare = LINE
            .replace(", id=7,", ", -,")
            .replace("05/01/24", "5/1/2024");
        let web = read(bare.as_bytes()).expect("well formed");
        assert_eq!(&*web.target, b"/DeptLogo, 2.aspx");
        assert_eq!(web.time, Written::Clock(1_714_550_120_000_000));
    }

    #[test]
    fn other_services_and_days_that_are_none() {
        let why = |from: &str, to: &str| {
            let line = LINE.replace(from, to);
            read(line.as_bytes()).map(|_| ()).expect_err("unreadable")
        };
        assert_eq!(why("W3SVC2", "MSFTPSVC1"), Reason::Shape);
        assert_eq!(why("05/01/24", "20/03/24"), Reason::Date);
        assert_eq!(why("05/01/24", "05/01/124"), Reason::Date);
        assert_eq!(why("3223", "3k"), Reason::Size);
        assert_eq!(
            why(", 200, 0, GET, /DeptLogo, 2.aspx, id=7,", ""),
            Reason::Shape
        );
    }
}
