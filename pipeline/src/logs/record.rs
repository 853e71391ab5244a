//! One well-formed line of any format, ready for the filters.

use super::columns::Action;
use super::combined::{ClfLine, Request};
use super::lines::WebLine;
use super::rejects::Reason;
use super::row::{Field, Row};

/// The fields of one line; text is empty where absent.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) ts: i64,
    pub(super) user: &'a [u8],
    pub(super) client: &'a [u8],
    pub(super) agent: &'a [u8],
    pub(super) session: &'a [u8],
    pub(super) own_id: &'a [u8],
    pub(super) host: &'a [u8],
    pub(super) page: &'a [u8],
    /// Whether `page` is an HTTP target, in which a leading `//` is a path.
    pub(super) is_target: bool,
    pub(super) request: Asked,
    /// The method of HTTP, where there is one.
    pub(super) method: &'a [u8],
    pub(super) action: Option<Action>,
    pub(super) target_user: &'a [u8],
    pub(super) referrer: &'a [u8],
    pub(super) status: u16,
    pub(super) bytes: i64,
    pub(super) duration_ms: i64,
    pub(super) is_prefetch: bool,
    /// Whether a view of a document is no download: an audit log tells them apart.
    pub(super) is_audit: bool,
}

/// What kind of request a line tells of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// No HTTP request.
    Nothing,
    /// GET.
    Get,
    /// Another method.
    OtherMethod,
    /// A row without HTTP: the filters of HTTP do not apply.
    Row,
}

/// A field without the `-` that means "none".
pub(super) fn said(text: &[u8]) -> &[u8] {
    if text == b"-" { b"" } else { text }
}

impl<'a> Record<'a> {
    pub(super) fn of_clf(line: &'a ClfLine<'a>) -> Self {
        let request = Request::read(&line.request);
        let (page, method, asked) = match request {
            None => (&b""[..], &b""[..], Asked::Nothing),
            Some(Request {
                method: method @ b"GET",
                target,
            }) => (target, method, Asked::Get),
            Some(Request { target, method }) => (target, method, Asked::OtherMethod),
        };
        Self {
            ts: line.ts,
            user: said(line.user),
            client: said(line.client),
            agent: said(&line.agent),
            session: b"",
            own_id: b"",
            host: said(line.host),
            page,
            is_target: true,
            request: asked,
            method,
            action: None,
            target_user: b"",
            referrer: said(&line.referrer),
            status: line.status,
            bytes: line.bytes,
            duration_ms: -1,
            is_prefetch: line.is_prefetch(),
            is_audit: false,
        }
    }

    /// The record of a line whose time is worked out.
    pub(super) fn of_web(ts: i64, line: &'a WebLine<'a>) -> Self {
        let request = match (&*line.method, said(&line.target)) {
            (_, b"") => Asked::Nothing,
            (b"GET", _) => Asked::Get,
            _ => Asked::OtherMethod,
        };
        Self {
            ts,
            user: said(&line.user),
            client: said(&line.client),
            agent: said(&line.agent),
            session: said(&line.session),
            own_id: b"",
            host: said(&line.host),
            page: said(&line.target),
            is_target: true,
            request,
            method: &line.method,
            action: None,
            target_user: b"",
            referrer: said(&line.referrer),
            status: line.status,
            bytes: line.bytes,
            duration_ms: line.duration_ms,
            is_prefetch: line.is_prefetch,
            is_audit: false,
        }
    }

    /// The record of a row whose texts are already taken out.
    pub(super) fn of_row(ts: i64, row: &Row<'_>, texts: &'a RowTexts<'a>) -> Result<Self, Reason> {
        let status = match row.number(Field::Status) {
            Ok(-1 | 0) => 0,
            Ok(status @ 100..=599) => status as u16,
            _ => return Err(Reason::Status),
        };
        let number = |field| row.number(field).map_err(|()| Reason::Size);
        let action = (!texts.action.is_empty()).then(|| Action::of_word(&texts.action));
        let request = Request::read(&texts.request);
        // A server that could make nothing of a request logs an empty one.
        let is_http = row.has(Field::Request) || status > 0 && row.has(Field::Page);
        let is_request = texts.page.is_empty() && action.is_none() && is_http;
        if texts.page.is_empty() && action.is_none() && !is_http {
            return Err(Reason::NoPage);
        }
        let (method, page) = match request {
            Some(Request { method, target }) if is_request => (method, target),
            _ => (&*texts.method, &*texts.page),
        };
        Ok(Self {
            ts,
            user: &texts.user,
            client: address_of(&texts.client),
            agent: &texts.agent,
            session: &texts.session,
            own_id: &texts.own_id,
            host: &texts.host,
            page,
            is_target: is_request || !texts.host.is_empty(),
            request: if is_request && page.is_empty() {
                Asked::Nothing
            } else {
                asked(method, status, action)
            },
            method,
            action,
            target_user: &texts.target_user,
            referrer: &texts.referrer,
            status,
            bytes: number(Field::Bytes)?,
            duration_ms: number(Field::Duration)?,
            is_prefetch: is_prefetch(&texts.purpose),
            is_audit: row.is_audit,
        })
    }
}

/// The address of a client alone: the first of those that proxies list, without its port.
fn address_of(client: &[u8]) -> &[u8] {
    let first = client.split(|b| *b == b',').next().unwrap_or(client);
    let first = first.trim_ascii();
    if let Some(rest) = first.strip_prefix(b"[") {
        return rest.split(|b| *b == b']').next().unwrap_or(rest);
    }
    let first = first.strip_prefix(b"::ffff:").unwrap_or(first);
    let mut parts = first.split(|b| *b == b':');
    match (parts.next(), parts.next(), parts.next()) {
        (Some(host), Some(_), None) => host,
        _ => first,
    }
}

/// A row with a method or status tells of HTTP, unless its action says that more than a view was meant.
fn asked(method: &[u8], status: u16, action: Option<Action>) -> Asked {
    let is_deed = action
        .is_some_and(|action| !matches!(action, Action::View | Action::Search | Action::Download));
    match method {
        _ if is_deed && status < 300 => Asked::Row,
        b"" if status == 0 => Asked::Row,
        b"" => Asked::Get,
        method if method.eq_ignore_ascii_case(b"GET") => Asked::Get,
        _ => Asked::OtherMethod,
    }
}

fn is_prefetch(purpose: &[u8]) -> bool {
    let purpose = purpose.to_ascii_lowercase();
    purpose.starts_with(b"prefetch") || purpose.starts_with(b"prerender")
}

type Text<'a> = std::borrow::Cow<'a, [u8]>;

/// The texts of a row, borrowed where they can be.
pub(super) struct RowTexts<'a> {
    user: Text<'a>,
    client: Text<'a>,
    agent: Text<'a>,
    session: Text<'a>,
    own_id: Text<'a>,
    page: Text<'a>,
    referrer: Text<'a>,
    action: Text<'a>,
    target_user: Text<'a>,
    method: Text<'a>,
    purpose: Text<'a>,
    request: Text<'a>,
    host: Text<'a>,
}

impl<'a> RowTexts<'a> {
    pub(super) fn of(row: &'a Row<'_>) -> Self {
        Self {
            user: row.text(Field::User),
            client: row.text(Field::Client),
            agent: row.text(Field::Agent),
            session: row.text(Field::Session),
            own_id: row.text(Field::Id),
            page: row.text(Field::Page),
            referrer: row.text(Field::Referrer),
            action: row.text(Field::Action),
            target_user: row.text(Field::Target),
            method: row.text(Field::Method),
            purpose: row.text(Field::Purpose),
            request: row.text(Field::Request),
            host: row.text(Field::Host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_an_address_without_its_port() {
        for (written, address) in [
            ("10.0.0.1", "10.0.0.1"),
            ("10.0.0.1:5123", "10.0.0.1"),
            ("10.0.0.1, 10.9.9.9", "10.0.0.1"),
            ("[2001:db8::1]:80", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("", ""),
        ] {
            assert_eq!(address_of(written.as_bytes()), address.as_bytes());
        }
    }
}
