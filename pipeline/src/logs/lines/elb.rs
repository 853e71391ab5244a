//! Access logs of Amazon's load balancers: classic, and application (which names the protocol first).

use super::super::rejects::Reason;
use super::super::time::{self, Written};
use super::scan::{self, Scan};
use super::web::WebLine;

/// The protocols of an application load balancer.
const PROTOCOLS: [&[u8]; 6] = [b"http", b"https", b"h2", b"grpcs", b"ws", b"wss"];

/// `time balancer client target 3*seconds status target_status received sent "request" "agent" ...`
pub(super) fn read(line: &[u8], is_application: bool) -> Result<WebLine<'_>, Reason> {
    let mut scan = Scan::new(line);
    if is_application && !PROTOCOLS.contains(&scan.word()?) {
        return Err(Reason::Shape);
    }
    let mut web = WebLine::at(time_of(scan.word()?)?);
    scan.word()?;
    web.client = scan::without_port(scan.word()?).into();
    scan.word()?;
    let mut took = 0;
    for _ in 0..3 {
        let part = scan::millis(scan.word()?, 1e6).ok_or(Reason::Shape)?;
        took = if part < 0 || took < 0 {
            -1
        } else {
            took + part
        };
    }
    web.duration_ms = if took < 0 { -1 } else { took / 1000 };
    web.status = scan.status()?;
    scan.word()?;
    scan.number()?;
    web.bytes = scan.number()?;
    web.ask(scan.quoted()?);
    web.agent = scan.quoted().unwrap_or_default();
    Ok(web)
}

fn time_of(word: &[u8]) -> Result<Written, Reason> {
    if word.get(10) != Some(&b'T') {
        return Err(Reason::Shape);
    }
    match time::any(word) {
        // Amazon's times are UTC.
        Some(Written::Utc(ts) | Written::Clock(ts)) => Ok(Written::Utc(ts)),
        None => Err(Reason::Date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLASSIC: &[u8] =
        b"2024-05-01T10:00:00.500000Z lb 10.0.0.1:2817 10.0.0.2:80 0.000086 0.001048 0.001337 \
        200 200 0 57 \"GET https://intranet:443/a?b=c HTTP/1.1\" \"Mozilla/5.0\" - -";

    #[test]
    fn a_classic_line() {
        let web = read(CLASSIC, false).expect("well formed");
        assert_eq!(&*web.target, b"https://intranet:443/a?b=c");
        assert_eq!(
            (&*web.client, &*web.agent),
            (&b"10.0.0.1"[..], &b"Mozilla/5.0"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 57, 2));
        assert_eq!(read(CLASSIC, true), Err(Reason::Shape));
    }

    #[test]
    fn an_application_line_with_its_extras() {
        let line = [
            b"h2 ",
            CLASSIC,
            b" arn:x \"Root=1\" \"intranet\" \"-\" 0 2024-05-01T10:00:00Z \"forward\"",
        ]
        .concat();
        assert!(read(&line, true).is_ok_and(|web| web.status == 200));
        assert_eq!(read(&line, false), Err(Reason::Shape));
    }

    #[test]
    fn a_connection_without_http_has_no_request() {
        let line = b"2024-05-01T10:00:00.5Z lb 10.0.0.1:2817 10.0.0.2:80 0.1 -1 0.1 - - 82 305 \"- - - \" \"-\" - -";
        let web = read(line, false).expect("well formed");
        assert!(web.target.is_empty());
        assert_eq!((web.status, web.duration_ms), (0, -1));
    }
}
