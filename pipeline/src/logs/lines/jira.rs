//! The access log of Jira: combined lines with a request id, the time taken, and a session id.

use super::super::combined;
use super::super::rejects::Reason;
use super::super::time::Written;
use super::scan::{self, Scan};
use super::web::WebLine;

/// `client (thread) id user [date] "request" status bytes taken "referrer" "agent" "session"`. The time taken was in
/// seconds with a point once, and is in milliseconds now.
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let (head, ts, rest) = combined::around_date(line)?;
    let (client, mut behind) = combined::word(head).ok_or(Reason::Shape)?;
    let user = loop {
        let (word, user) = combined::word(behind).ok_or(Reason::Shape)?;
        if is_request_id(word) {
            break user;
        }
        behind = user;
    };
    let mut scan = Scan::new(rest);
    let mut web = WebLine::at(Written::Utc(ts));
    web.client = scan::first_address(client).into();
    web.user = user.into();
    web.ask(scan.quoted()?);
    web.status = scan.status()?;
    web.bytes = scan.number()?;
    let taken = scan.word()?;
    let unit = if taken.contains(&b'.') { 1000.0 } else { 1.0 };
    web.duration_ms = scan::millis(taken, unit).ok_or(Reason::Shape)?;
    web.referrer = scan.quoted()?;
    web.agent = scan.quoted()?;
    web.session = scan.quoted().unwrap_or_default();
    Ok(web)
}

/// `1x1x1`: minute of the day, number of the request, requests at once; a node may put letters in front.
fn is_request_id(word: &[u8]) -> bool {
    let start = word
        .iter()
        .position(u8::is_ascii_digit)
        .unwrap_or(word.len());
    let mut parts = word[start..].split(|b| *b == b'x');
    let is_number =
        |part: Option<&[u8]>| part.is_some_and(|part| scan::number(part).is_some_and(|n| n >= 0));
    start <= 2 && (0..3).all(|_| is_number(parts.next())) && parts.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "10.0.0.1 1441x18x1 ann [01/May/2024:10:00:00 +0200] \"GET /secure/Dashboard.jspa HTTP/1.1\" \
        200 13421 125 \"https://jira/\" \"Mozilla/5.0 (X11)\" \"1abc234\"";

    #[test]
    fn a_line_with_its_session() {
        let web = read(LINE.as_bytes()).expect("well formed");
        assert_eq!(
            (&*web.client, &*web.user, &*web.session),
            (&b"10.0.0.1"[..], &b"ann"[..], &b"1abc234"[..])
        );
        assert_eq!(
            (&*web.target, &*web.agent),
            (&b"/secure/Dashboard.jspa"[..], &b"Mozilla/5.0 (X11)"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 13421, 125));
    }

    #[test]
    fn older_layouts_and_combined_lines() {
        let seconds = LINE
            .replace(" 125 ", " 0.1250 ")
            .replace("1441x18x1", "http-nio-8080-exec-39 i*1441x18x1");
        assert!(
            read(seconds.as_bytes())
                .is_ok_and(|web| web.duration_ms == 125 && &*web.user == b"ann")
        );
        let combined = LINE.replace("1441x18x1", "-").replace(" 125 ", " ");
        assert_eq!(read(combined.as_bytes()), Err(Reason::Shape));
        assert!(!is_request_id(b"1x2") && !is_request_id(b"abc1x2x3") && is_request_id(b"o@1x2x3"));
    }
}
