//! What the access filter of old Confluence and Jira writes into their own logs.

use super::super::rejects::Reason;
use super::super::time;
use super::scan::{self, Scan};
use super::web::WebLine;

/// What stands in front of the filter's own words.
const FILTER: &[u8] = b"AccessLogFilter] ";

/// `date time ... AccessLogFilter] (doFilter) user address memory ms (client)`: only pages that were shown are told.
pub(super) fn read(line: &[u8]) -> Result<WebLine<'_>, Reason> {
    let at = memchr::memmem::find(line, FILTER).ok_or(Reason::Shape)?;
    let time = line.get(..23).and_then(time::any).ok_or(Reason::Date)?;
    let said = &line[at + FILTER.len()..];
    let mut scan = Scan::new(said.strip_prefix(b"doFilter ").unwrap_or(said));
    let mut web = WebLine::at(time);
    web.user = scan.word()?.into();
    web.target = scan.word()?.into();
    if !web.target.starts_with(b"http") {
        return Err(Reason::Shape);
    }
    web.method = b"GET"[..].into();
    scan.word()?;
    web.duration_ms = scan.number()?;
    web.client = scan.word().map_or(&b""[..], scan::first_address).into();
    Ok(web)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_confluence_and_jira() {
        let wiki = b"2013-02-08 07:29:34,845 INFO [TP-Processor3] [atlassian.confluence.util.AccessLogFilter] doFilter ann https://wiki/display/HOME/home 1725173-3259 81 10.0.0.1";
        let web = read(wiki).expect("well formed");
        assert_eq!((&*web.user, &*web.client), (&b"ann"[..], &b"10.0.0.1"[..]));
        assert_eq!(
            (&*web.target, web.duration_ms),
            (&b"https://wiki/display/HOME/home"[..], 81)
        );
        let jira = b"2005-07-15 18:10:20,523 INFO [JIRACOM:jira.web.filters.AccessLogFilter] joe http://jira/secure/ViewLogging.jspa 109687-110 35";
        assert!(read(jira).is_ok_and(|web| &*web.user == b"joe"));
        let start = b"2005-07-15 18:10:19,276 INFO [JIRACOM:jira.web.filters.AccessLogFilter] AccessLogFilter initialized. Format is: <user>";
        assert_eq!(read(start), Err(Reason::Shape));
    }
}
