//! W3C extended logs (IIS, CloudFront and others): `#Fields` says what the columns are, and may change on the way.

use std::sync::Arc;

use super::super::header::Header;
use super::super::names::Names;
use super::super::rejects::Reason;
use super::super::row::Field;
use super::super::time::{self, DAY_SECONDS, SECOND, Written};
use super::w3c_line;
use super::web::WebLine;

pub(in crate::logs) use super::super::header::runs;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Date,
    Time,
    /// Both in one.
    DateTime,
    /// A date or time of the machine's own clock.
    LocalDate,
    LocalTime,
    Client,
    Forwarded,
    User,
    Method,
    Stem,
    Query,
    /// Stem and query in one.
    Uri,
    Status,
    Bytes,
    /// Milliseconds, or seconds with a point.
    Taken,
    Seconds,
    Agent,
    Referrer,
    Host,
    /// The host that the browser asked for, where a cache calls its own the host.
    AskedHost,
    Session,
    Purpose,
}

/// Names of columns, in small letters.
const NAMES: [(&str, Column); 34] = [
    ("date", Column::Date),
    ("time", Column::Time),
    ("datetime", Column::DateTime),
    ("date-time", Column::DateTime),
    ("timestamp", Column::DateTime),
    ("x-timestamp", Column::DateTime),
    ("date-local", Column::LocalDate),
    ("time-local", Column::LocalTime),
    ("c-ip", Column::Client),
    ("x-forwarded-for", Column::Forwarded),
    ("cs(x-forwarded-for)", Column::Forwarded),
    ("cs-username", Column::User),
    ("x-username", Column::User),
    ("cs-method", Column::Method),
    ("cs-uri-stem", Column::Stem),
    ("cs-uri-query", Column::Query),
    ("cs-uri", Column::Uri),
    ("cs-url", Column::Uri),
    ("sc-status", Column::Status),
    ("c-status", Column::Status),
    ("sc-bytes", Column::Bytes),
    ("time-taken", Column::Taken),
    ("x-duration", Column::Seconds),
    ("cs(user-agent)", Column::Agent),
    ("cs(useragent)", Column::Agent),
    ("cs(referer)", Column::Referrer),
    ("cs(referrer)", Column::Referrer),
    ("cs-host", Column::Host),
    ("cs(host)", Column::Host),
    ("x-host-header", Column::AskedHost),
    ("x-session-id", Column::Session),
    ("cs(sec-purpose)", Column::Purpose),
    ("cs(purpose)", Column::Purpose),
    ("cs(x-purpose)", Column::Purpose),
];

/// A W3C log under the directives in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct W3c {
    names: Arc<Names>,
    is_clock: bool,
    header: Header,
    pub(super) columns: Vec<Option<Column>>,
    /// Midnight of the day of the lines by `#Date`, microseconds.
    pub(super) day: Option<i64>,
    pub(super) is_cloudfront: bool,
}

impl W3c {
    /// A log that begins under a header. Times are UTC unless `is_clock`: then they are of the source's zone.
    pub(in crate::logs) fn new(names: Names, is_clock: bool, header: Header) -> Self {
        let mut w3c = Self {
            names: Arc::new(names),
            is_clock,
            header: Header::default(),
            columns: Vec::new(),
            day: None,
            is_cloudfront: false,
        };
        w3c.set(header);
        w3c
    }

    /// A log whose `#Fields` line stands in the settings.
    ///
    /// # Errors
    /// The needed column that it lacks.
    pub(super) fn of_fields(line: &str, names: &Names, is_clock: bool) -> Result<Self, String> {
        let mut header = Header::default();
        header.see(line.as_bytes());
        let w3c = Self::new(names.clone(), is_clock, header);
        match w3c.missing(true) {
            None => Ok(w3c),
            Some(field) => Err(format!("`#Fields` names no column of the {}", field.name())),
        }
    }

    /// The same log under other directives.
    pub(in crate::logs) fn under(&self, header: &Header) -> Self {
        let mut other = self.clone();
        other.set(header.clone());
        other
    }

    /// Takes in a line, if it is a directive.
    pub(in crate::logs) fn see(&mut self, line: &[u8]) {
        let mut header = self.header.clone();
        if header.see(line) {
            self.set(header);
        }
    }

    /// The first lines that are of one day, under which it is from now on, and the rest.
    pub(in crate::logs) fn split_day<'a>(&mut self, lines: &'a [u8]) -> (&'a [u8], &'a [u8]) {
        let mut header = self.header.clone();
        let parts = header.split_day(lines);
        if header.n_midnights == self.header.n_midnights {
            self.header = header;
        } else {
            self.set(header);
        }
        parts
    }

    /// The directives in force.
    pub(in crate::logs) fn header(&self) -> &Header {
        &self.header
    }

    fn set(&mut self, header: Header) {
        let names = header
            .fields
            .split(u8::is_ascii_whitespace)
            .filter(|name| !name.is_empty());
        let names: Vec<&[u8]> = names.collect();
        self.columns = names.iter().map(|name| self.column(name)).collect();
        self.is_cloudfront = names
            .iter()
            .any(|name| name.eq_ignore_ascii_case(b"x-edge-location"));
        let date = header.date.get(..10).and_then(time::any);
        let passed = header.n_midnights * DAY_SECONDS * SECOND;
        self.day = date.map(|(Written::Utc(day) | Written::Clock(day))| day + passed);
        self.header = header;
    }

    /// What a column holds; the names of the settings come first.
    fn column(&self, name: &[u8]) -> Option<Column> {
        if let Some(named) = self.names.find(name).filter(|column| column.rank == 0) {
            return column_of(named.field);
        }
        let is = |(known, _): &&(&str, Column)| name.eq_ignore_ascii_case(known.as_bytes());
        NAMES.iter().find(is).map(|(_, column)| *column)
    }

    /// The name of the column of users.
    pub(in crate::logs) fn user_column(&self) -> Option<String> {
        let at = self
            .columns
            .iter()
            .position(|column| *column == Some(Column::User))?;
        self.found().into_iter().nth(at)
    }

    /// The names of the columns, for messages.
    pub(in crate::logs) fn found(&self) -> Vec<String> {
        let fields = String::from_utf8_lossy(&self.header.fields);
        fields.split_ascii_whitespace().map(str::to_owned).collect()
    }

    /// The needed field that the columns lack. The day may come from `#Date`, if `may_have_date` or there was one.
    pub(in crate::logs) fn missing(&self, may_have_date: bool) -> Option<Field> {
        let has = |column| self.columns.contains(&Some(column));
        let has_date = has(Column::Date) || self.day.is_some() || may_have_date;
        let has_time = has(Column::DateTime)
            || has(Column::Time) && has_date
            || has(Column::LocalDate) && has(Column::LocalTime);
        let has_who = [
            Column::User,
            Column::Client,
            Column::Forwarded,
            Column::Session,
        ]
        .into_iter()
        .any(has);
        if !has_time {
            Some(Field::Time)
        } else if !has_who {
            Some(Field::User)
        } else if !has(Column::Stem) && !has(Column::Uri) {
            Some(Field::Page)
        } else {
            None
        }
    }

    pub(super) fn as_str(&self) -> &'static str {
        let is_iis = memchr::memmem::find(&self.header.software, b"Internet Information").is_some();
        match (self.is_cloudfront, is_iis) {
            (true, _) => "cloudfront",
            (_, true) => "iis",
            _ => "w3c",
        }
    }

    pub(super) fn has_referrer(&self) -> bool {
        self.columns.contains(&Some(Column::Referrer))
    }

    /// A time as it is meant: UTC unless the settings or the column say otherwise.
    pub(super) fn meant(&self, written: Written, is_local: bool) -> Written {
        match written {
            Written::Clock(ts) if !is_local && !self.is_clock => Written::Utc(ts),
            other => other,
        }
    }

    pub(in crate::logs) fn read<'a>(&self, line: &'a [u8]) -> Result<WebLine<'a>, Reason> {
        w3c_line::read(self, line)
    }

    /// As `read`, of a line whose words are known already, none of them quoted.
    pub(in crate::logs) fn of_words<'a>(
        &self,
        words: impl Iterator<Item = &'a [u8]>,
    ) -> Result<WebLine<'a>, Reason> {
        w3c_line::of_words(self, words)
    }
}

/// The column of a field that the settings name.
fn column_of(field: Field) -> Option<Column> {
    Some(match field {
        Field::Time => Column::DateTime,
        Field::User => Column::User,
        Field::Page => Column::Uri,
        Field::Referrer => Column::Referrer,
        Field::Status => Column::Status,
        Field::Bytes => Column::Bytes,
        Field::Session => Column::Session,
        Field::Client => Column::Client,
        Field::Agent => Column::Agent,
        Field::Method => Column::Method,
        Field::Duration => Column::Taken,
        Field::Purpose => Column::Purpose,
        _ => return None,
    })
}
