//! Common and combined lines among lines of other layouts. Logs of one layout never come here: `combined` is quicker.

use std::borrow::Cow;

use super::super::combined::{self, ClfLine, Quoted};
use super::super::format::ClfLayout;
use super::super::rejects::Reason;
use super::web::WebLine;

/// A line with or without a virtual host in front, whichever it has.
///
/// Where layouts mix, the fields behind the size are a bonus anyway: an agent that was cut off with its closing quote
/// is taken as it stands.
pub(super) fn read(line: &[u8], has_host: bool) -> Result<WebLine<'_>, Reason> {
    let parts = combined::around_date(line)?;
    if is_hosted(parts.0) != has_host {
        return Err(Reason::Shape);
    }
    ClfLine::of_parts(parts, layout(has_host), quoted_or_cut).map(WebLine::of_clf)
}

/// A line with the time taken in brackets behind the date, as `(0 s)`.
pub(super) fn timed(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let (head, ts, rest) = combined::around_date(line)?;
    let (seconds, rest) = rest
        .strip_prefix(b" (")
        .and_then(in_brackets)
        .ok_or(Reason::Shape)?;
    let parts = (head, ts, rest);
    let read = ClfLine::of_parts(parts, layout(is_hosted(head)), combined::quoted)?;
    let mut web = WebLine::of_clf(read);
    web.duration_ms = seconds.saturating_mul(1000);
    Ok(web)
}

/// Whether a virtual host is the first of the words before the date: an ident is hardly ever an address, and hardly
/// ever anything but `-`.
pub(super) fn is_hosted(head: &[u8]) -> bool {
    let mut words = head.splitn(4, |b| *b == b' ');
    let (_, second, third, fourth) = (words.next(), words.next(), words.next(), words.next());
    let (Some(second), Some(third), Some(_)) = (second, third, fourth) else {
        return false;
    };
    is_address(second) || second != b"-" && third == b"-"
}

fn layout(has_host: bool) -> ClfLayout {
    ClfLayout {
        has_host,
        has_referrer: true,
    }
}

fn is_address(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|text| text.parse::<std::net::IpAddr>().is_ok())
}

fn quoted_or_cut(text: &[u8]) -> Result<Quoted<'_>, Reason> {
    match combined::quoted(text) {
        Err(Reason::OpenQuote) => Ok(Some((Cow::Borrowed(&text[2..]), b""))),
        done => done,
    }
}

/// The seconds of `0 s)`, and the rest.
fn in_brackets(text: &[u8]) -> Option<(i64, &[u8])> {
    let end = memchr::memchr(b')', text)?;
    let seconds = text[..end].strip_suffix(b" s")?;
    Some((super::scan::number(seconds)?, &text[end + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_users_with_spaces() {
        for (head, is) in [
            ("10.0.0.1 - ann", false),
            ("10.0.0.1 - Ann Lee", false),
            ("10.0.0.1 id Ann Lee", false),
            ("intranet 10.0.0.1 - ann", true),
            ("intranet:443 pc7.example.com - -", true),
            ("intranet ::1 id Ann Lee", true),
            ("", false),
        ] {
            assert_eq!(is_hosted(head.as_bytes()), is, "{head}");
        }
    }

    #[test]
    fn seconds_in_brackets_and_a_cut_agent() {
        let line = b"intranet 10.0.0.1 - ann [01/May/2024:10:00:00 +0000] (2 s) \"GET /a HTTP/1.1\" 200 5 \"-\" \"x\"";
        let web = timed(line).expect("well formed");
        assert_eq!(
            (&*web.host, &*web.user, web.duration_ms),
            (&b"intranet"[..], &b"ann"[..], 2000)
        );
        let cut = b"10.0.0.1 - ann [01/May/2024:10:00:00 +0000] \"GET /a HTTP/1.1\" 200 5 \"-\" \"Mozilla (";
        assert!(read(cut, false).is_ok_and(|web| &*web.agent == b"Mozilla ("));
        assert_eq!(read(cut, true), Err(Reason::Shape));
        assert_eq!(timed(cut), Err(Reason::Shape));
    }
}
