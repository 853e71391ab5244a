//! Server access logs of Amazon S3 buckets.

use super::super::combined;
use super::super::rejects::Reason;
use super::super::time::Written;
use super::scan::Scan;
use super::web::WebLine;

/// `owner bucket [date] client requester id operation key "request" status error sent size total turnaround
/// "referrer" "agent" ...`
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let (head, ts, rest) = combined::around_date(line)?;
    if head.split(|b| *b == b' ').count() != 2 {
        return Err(Reason::Shape);
    }
    let mut scan = Scan::new(rest);
    let mut web = WebLine::at(Written::Utc(ts));
    web.client = scan.word()?.into();
    web.user = scan.word()?.into();
    scan.word()?;
    let operation = scan.word()?;
    if !operation.contains(&b'.') {
        return Err(Reason::Shape);
    }
    scan.word()?;
    web.ask(scan.quoted()?);
    web.status = scan.status()?;
    scan.word()?;
    web.bytes = scan.number()?;
    scan.number()?;
    web.duration_ms = scan.number()?;
    scan.number()?;
    web.referrer = scan.quoted()?;
    web.agent = scan.quoted()?;
    Ok(web)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_with_brackets_and_quoted_fields() {
        let line = b"79a59df900b949e5 docs [06/Feb/2024:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/ann 3E57427F3 \
            REST.GET.OBJECT hr/leave.pdf \"GET /hr/leave.pdf?x=1 HTTP/1.1\" 200 - 2662992 3462992 70 10 \
            \"https://intranet/hr\" \"Mozilla/5.0 (X11)\" - s9lzHYr= SigV4 - AuthHeader docs.s3.amazonaws.com TLSv1.2";
        let web = read(line).expect("well formed");
        assert_eq!(
            (&*web.user, &*web.client),
            (&b"arn:aws:iam::1:user/ann"[..], &b"192.0.2.3"[..])
        );
        assert_eq!(
            (&*web.target, &*web.agent),
            (&b"/hr/leave.pdf?x=1"[..], &b"Mozilla/5.0 (X11)"[..])
        );
        assert_eq!(
            (web.status, web.bytes, web.duration_ms),
            (200, 2_662_992, 70)
        );
        let lifecycle = b"79a5 docs [06/Feb/2024:00:00:38 +0000] - AmazonS3 A1 S3.EXPIRE.OBJECT key \"-\" - - - 1 - - \"-\" \"-\" -";
        assert!(read(lifecycle).is_ok_and(|web| web.target.is_empty()));
    }
}
