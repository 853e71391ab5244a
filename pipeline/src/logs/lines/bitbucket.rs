//! The access log of Bitbucket: fields between bars, a line as a request comes in and one as its answer goes out.

use super::super::combined;
use super::super::rejects::Reason;
use super::super::time;
use super::scan;
use super::web::WebLine;

/// `client | protocol | id | user | time | "request" | "referrer" "agent" | status | read | written | labels | ms |
/// session |`
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let mut rest = line;
    let client = field(&mut rest)?;
    let protocol = field(&mut rest)?;
    let id = field(&mut rest)?;
    if !matches!(id, [b'i' | b'o', b'@' | b'*', ..]) {
        return Err(Reason::Shape);
    }
    let user = field(&mut rest)?;
    let mut web = WebLine::at(time::any(field(&mut rest)?).ok_or(Reason::Date)?);
    web.client = scan::first_address(client).into();
    web.user = user.into();
    if !protocol.starts_with(b"http") {
        // Of git over SSH nobody walks paths.
        return Ok(web);
    }
    let (request, behind) = combined::quoted(rest)?.ok_or(Reason::Shape)?;
    rest = behind;
    field(&mut rest)?;
    if let Some((referrer, behind)) = combined::quoted(rest)? {
        web.referrer = referrer;
        let (agent, behind) = combined::quoted(behind)?.ok_or(Reason::Shape)?;
        web.agent = agent;
        rest = behind;
    }
    field(&mut rest)?;
    web.status = scan::status(field(&mut rest)?)?;
    field(&mut rest)?;
    web.bytes = scan::number(field(&mut rest)?).ok_or(Reason::Size)?;
    field(&mut rest)?;
    web.duration_ms = scan::number(field(&mut rest)?).ok_or(Reason::Size)?;
    web.session = field(&mut rest).unwrap_or_default().into();
    web.ask(request);
    Ok(web)
}

/// Whether a line only says that a request came in: another tells how it ended.
pub(super) fn is_coming_in(line: &[u8]) -> bool {
    let mut rest = line;
    let id = field(&mut rest)
        .and_then(|_| field(&mut rest))
        .and_then(|_| field(&mut rest));
    id.is_ok_and(|id| matches!(id, [b'i', b'@' | b'*', ..]))
}

/// The next field, up to its bar or the end.
fn field<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Reason> {
    let text = *rest;
    if text.is_empty() {
        return Err(Reason::Shape);
    }
    let end = memchr::memmem::find(text, b" |").unwrap_or(text.len());
    *rest = text.get(end + 2..).unwrap_or_default();
    Ok(text[..end].trim_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::logs::time::Written;

    #[test]
    fn a_request_and_its_answer() {
        let line = b"10.0.0.1,10.0.0.2 | https | o@PZQFBCx921x19253x0 | ann | 2024-05-01 10:00:00,250 | \
            \"GET /projects HTTP/1.1\" | \"https://git/\" \"Mozilla/5.0\" | 200 | 0 | 19 | - | 6 | 1irez8i |";
        let web = read(line).expect("well formed");
        assert_eq!((&*web.client, &*web.user), (&b"10.0.0.1"[..], &b"ann"[..]));
        assert_eq!(
            (&*web.target, &*web.session),
            (&b"/projects"[..], &b"1irez8i"[..])
        );
        assert_eq!(
            (&*web.referrer, &*web.agent),
            (&b"https://git/"[..], &b"Mozilla/5.0"[..])
        );
        assert_eq!((web.status, web.bytes, web.duration_ms), (200, 19, 6));
        assert_eq!(web.time, Written::Clock(1_714_557_600_250_000));
        assert!(!is_coming_in(line));
    }

    #[test]
    fn requests_that_come_in_and_git() {
        let line = b"10.0.0.1 | https | i@PZQFBCx921x19253x0 | - | 2024-05-01 10:00:00,250 | \"GET / HTTP/1.1\" | \"\" \"\" | - | - | - | - | - | 1irez8i |";
        assert!(is_coming_in(line) && read(line).is_ok());
        let git = b"10.0.0.1 | ssh | o*N65BDNx354x326903x0 | ann | 2024-05-01 10:00:00,250 | SSH - git-upload-pack '/a.git' | - | 0 | 123 | 1024 | refs | 1cl58rd |";
        assert!(read(git).is_ok_and(|web| web.target.is_empty()));
    }
}
