//! One line of a web server's or proxy's log, before it becomes a record.

use std::borrow::Cow;

use super::super::combined::{ClfLine, Request};
use super::super::time::Written;

pub(in crate::logs) type Text<'a> = Cow<'a, [u8]>;

/// The fields of a line; text is empty or `-` where the log has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::logs) struct WebLine<'a> {
    pub(in crate::logs) time: Written,
    pub(in crate::logs) host: Text<'a>,
    pub(in crate::logs) client: Text<'a>,
    pub(in crate::logs) user: Text<'a>,
    pub(in crate::logs) session: Text<'a>,
    pub(in crate::logs) agent: Text<'a>,
    pub(in crate::logs) referrer: Text<'a>,
    pub(in crate::logs) method: Text<'a>,
    /// Empty where the line tells of no HTTP request.
    pub(in crate::logs) target: Text<'a>,
    /// 0 where unknown.
    pub(in crate::logs) status: u16,
    /// -1 where unknown.
    pub(in crate::logs) bytes: i64,
    /// -1 where unknown.
    pub(in crate::logs) duration_ms: i64,
    pub(in crate::logs) is_prefetch: bool,
}

impl<'a> WebLine<'a> {
    /// A line that says nothing but when.
    pub(super) fn at(time: Written) -> Self {
        let none = || Cow::Borrowed(&b""[..]);
        Self {
            time,
            host: none(),
            client: none(),
            user: none(),
            session: none(),
            agent: none(),
            referrer: none(),
            method: none(),
            target: none(),
            status: 0,
            bytes: -1,
            duration_ms: -1,
            is_prefetch: false,
        }
    }

    /// The line of the common and combined layouts.
    pub(super) fn of_clf(line: ClfLine<'a>) -> Self {
        let mut web = Self::at(Written::Utc(line.ts));
        web.is_prefetch = line.is_prefetch();
        web.host = line.host.into();
        web.client = line.client.into();
        web.user = line.user.into();
        (web.status, web.bytes) = (line.status, line.bytes);
        (web.referrer, web.agent) = (line.referrer, line.agent);
        web.ask(line.request);
        web
    }

    /// Takes a request such as `GET /a HTTP/1.1` apart; one that is none leaves the target empty.
    pub(super) fn ask(&mut self, request: Text<'a>) {
        let asked = match request {
            Cow::Borrowed(text) => Request::read(text)
                .map(|request| (Cow::Borrowed(request.method), Cow::Borrowed(request.target))),
            Cow::Owned(text) => Request::read(&text).map(|request| {
                (
                    Cow::Owned(request.method.to_vec()),
                    Cow::Owned(request.target.to_vec()),
                )
            }),
        };
        if let Some(asked) = asked {
            (self.method, self.target) = asked;
        }
    }
}
