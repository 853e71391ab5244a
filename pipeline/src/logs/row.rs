//! Rows of named fields: what JSON lines and CSV have in common.

use std::borrow::Cow;

use super::counts::Filter;
use super::names::{Column, Unit};
use super::time::{self, RowClock, Written};

/// A field that we read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Field {
    /// When.
    Time,
    /// Who.
    User,
    /// Which page.
    Page,
    /// The page before.
    Referrer,
    /// What was done.
    Action,
    /// HTTP status.
    Status,
    /// Bytes of the answer.
    Bytes,
    /// The log's own session.
    Session,
    /// The person acted upon.
    Target,
    /// The address of the client.
    Client,
    /// The user agent.
    Agent,
    /// HTTP method.
    Method,
    /// Milliseconds of the answer.
    Duration,
    /// The record's own id.
    Id,
    /// Why the browser fetched.
    Purpose,
    /// Method and target in one, as `GET /x HTTP/1.1`.
    Request,
    /// The host asked.
    Host,
}

impl Field {
    /// Every field with the names it goes by, the best first.
    const NAMES: [(Self, &'static [&'static str]); 17] = [
        (Self::Time, &["timestamp", "ts", "time", "datetime", "date"]),
        (Self::User, &["user", "user_id", "username", "person"]),
        (Self::Page, &["url", "page", "path", "uri", "event"]),
        (Self::Referrer, &["referrer", "referer"]),
        (Self::Action, &["action"]),
        (Self::Status, &["status"]),
        (Self::Bytes, &["bytes"]),
        (Self::Session, &["session_id"]),
        (Self::Target, &["target_user"]),
        (
            Self::Client,
            &["client_ip", "remote_addr", "ip", "address", "client"],
        ),
        (Self::Agent, &["user_agent", "useragent", "agent"]),
        (Self::Method, &["method", "request_method"]),
        (Self::Duration, &["duration_ms"]),
        (Self::Id, &["event_id"]),
        (Self::Purpose, &["sec_purpose", "purpose"]),
        (Self::Request, &["request"]),
        (Self::Host, &["host"]),
    ];

    /// Every field with its names, the best first.
    pub(super) fn all() -> impl Iterator<Item = (Self, &'static [&'static str])> {
        Self::NAMES.into_iter()
    }

    /// The keys of `columns`.
    pub fn keys() -> impl Iterator<Item = &'static str> {
        Self::all().flat_map(|(_, names)| names.iter().copied())
    }

    /// The field of a key of `columns`, in any letter case.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::all()
            .find(|(_, names)| names.iter().any(|name| key.eq_ignore_ascii_case(name)))
            .map(|(field, _)| field)
    }

    /// The name that `columns` in elephant.toml uses: the first of the names.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1[0]
    }

    /// The names it goes by, for messages.
    pub fn names(self) -> &'static [&'static str] {
        Self::NAMES[self as usize].1
    }
}

/// A field's content.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) enum Cell<'a> {
    #[default]
    Absent,
    Bytes(Cow<'a, [u8]>),
    Number(f64),
    Integer(i64),
}

impl Cell<'_> {
    /// Whether nothing is said: an empty column is no better than an absent one.
    fn is_empty(&self) -> bool {
        match self {
            Cell::Absent => true,
            Cell::Bytes(bytes) => matches!(bytes.trim_ascii(), b"" | b"-"),
            Cell::Integer(_) | Cell::Number(_) => false,
        }
    }

    /// The text; empty where absent or `-`.
    #[inline]
    pub(super) fn text(&self) -> Cow<'_, [u8]> {
        match self {
            Cell::Absent => Cow::Borrowed(b""),
            Cell::Bytes(bytes) => match bytes.trim_ascii() {
                b"-" => Cow::Borrowed(b""),
                text => Cow::Borrowed(text),
            },
            Cell::Integer(n) => Cow::Owned(n.to_string().into_bytes()),
            Cell::Number(n) => Cow::Owned(n.to_string().into_bytes()),
        }
    }

    /// The number in milliseconds, of which `in_one` are one of its own units; absent where it is none.
    fn in_milliseconds(&self, in_one: f64) -> Self {
        let n = match self {
            Cell::Integer(n) => *n as f64,
            Cell::Number(n) => *n,
            Cell::Bytes(text) => {
                let text = std::str::from_utf8(text.trim_ascii()).unwrap_or("");
                let digits = text.strip_suffix('s').unwrap_or(text);
                match digits.parse() {
                    Ok(n) => n,
                    Err(_) => return Cell::Absent,
                }
            }
            Cell::Absent => return Cell::Absent,
        };
        if (0.0..1e15).contains(&n) {
            Cell::Integer((n * in_one).round() as i64)
        } else {
            Cell::Absent
        }
    }
}

/// The cells of one row, at the numbers of their fields, each with the rank of its column.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Row<'a> {
    cells: [Cell<'a>; Field::NAMES.len()],
    ranks: [u8; Field::NAMES.len()],
    /// Whether a time without an offset is UTC, whatever the log's zone.
    is_utc: bool,
    /// Why a record of a log that holds more than an intranet is no event.
    pub(super) filter: Option<Filter>,
    /// Whether a view is a view even of a document: the log itself tells downloads apart.
    pub(super) is_audit: bool,
}

impl<'a> Row<'a> {
    /// Sets a cell unless one of a better column is there.
    pub(super) fn set(&mut self, column: Column, cell: Cell<'a>) {
        let at = column.field as usize;
        let cell = match column.unit {
            Unit::AsWritten | Unit::Utc => cell,
            Unit::Seconds => cell.in_milliseconds(1e3),
            Unit::Microseconds => cell.in_milliseconds(1e-3),
            Unit::Nanoseconds => cell.in_milliseconds(1e-6),
        };
        let there = &self.cells[at];
        let is_first = matches!(there, Cell::Absent);
        let is_better = || there.is_empty() || column.rank <= self.ranks[at];
        if is_first || is_better() && !cell.is_empty() {
            self.is_utc |= column.unit == Unit::Utc;
            self.cells[at] = cell;
            self.ranks[at] = column.rank;
        }
    }

    /// The row with its text copied.
    pub(super) fn into_owned(self) -> Row<'static> {
        let own = |cell| match cell {
            Cell::Absent => Cell::Absent,
            Cell::Bytes(bytes) => Cell::Bytes(Cow::Owned(bytes.into_owned())),
            Cell::Number(n) => Cell::Number(n),
            Cell::Integer(n) => Cell::Integer(n),
        };
        Row {
            cells: self.cells.map(own),
            ranks: self.ranks,
            is_utc: self.is_utc,
            filter: self.filter,
            is_audit: self.is_audit,
        }
    }

    /// The text of a field; empty where absent or `-`.
    pub(super) fn text(&self, field: Field) -> Cow<'_, [u8]> {
        self.cells[field as usize].text()
    }

    /// Whether the log says anything of a field, be it that there is nothing.
    pub(super) fn has(&self, field: Field) -> bool {
        self.cells[field as usize] != Cell::Absent
    }

    /// The time as written; the clock remembers the minute of the row before.
    pub(super) fn time(&self, clock: &mut RowClock) -> Option<Written> {
        match self.written(clock)? {
            Written::Clock(utc) if self.is_utc => Some(Written::Utc(utc)),
            written => Some(written),
        }
    }

    fn written(&self, clock: &mut RowClock) -> Option<Written> {
        match &self.cells[Field::Time as usize] {
            Cell::Absent => None,
            Cell::Bytes(text) => clock.read(text),
            Cell::Integer(n) => time::unix_number(*n).map(Written::Utc),
            Cell::Number(n) if (0.0..1e11).contains(n) => {
                Some(Written::Utc((n * 1e6).round() as i64))
            }
            Cell::Number(n) => time::unix_number(*n as i64).map(Written::Utc),
        }
    }

    /// A number that is not negative: -1 where absent or -1, as some write what they do not know; `Err` where unreadable.
    pub(super) fn number(&self, field: Field) -> Result<i64, ()> {
        let number = match &self.cells[field as usize] {
            Cell::Absent => return Ok(-1),
            Cell::Integer(n) => Some(*n),
            Cell::Number(n) => (n.abs() < 1e15).then_some(*n as i64),
            Cell::Bytes(text) => match std::str::from_utf8(text.trim_ascii()).unwrap_or("x") {
                "" | "-" => return Ok(-1),
                text => text.parse().ok().or_else(|| whole(text)),
            },
        };
        number.filter(|n| *n >= -1).ok_or(())
    }
}

/// The whole part of a decimal number.
fn whole(text: &str) -> Option<i64> {
    text.parse::<f64>()
        .ok()
        .filter(|n| n.abs() < 1e15)
        .map(|n| n as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stand_at_their_numbers() {
        for (at, (field, _)) in Field::NAMES.iter().enumerate() {
            assert_eq!(*field as usize, at);
        }
    }

    #[test]
    fn the_better_column_wins_in_any_order() {
        let column = |rank, field| Column {
            field,
            rank,
            unit: Unit::AsWritten,
        };
        let text = |text: &'static str| Cell::Bytes(text.as_bytes().into());
        let mut row = Row::default();
        row.set(column(2, Field::User), Cell::Integer(5));
        row.set(column(1, Field::User), text("ann"));
        row.set(column(3, Field::User), text("x"));
        assert_eq!(&*row.text(Field::User), b"ann");
        row.set(column(1, Field::Client), text("-"));
        row.set(column(2, Field::Client), text("10.0.0.1"));
        row.set(column(0, Field::Client), text(" "));
        for (said, number) in [("-1", Ok(-1)), ("-2", Err(())), ("7.9", Ok(7))] {
            row.set(column(0, Field::Status), text(said));
            assert_eq!(row.number(Field::Status), number);
        }
        assert_eq!(&*row.text(Field::Client), b"10.0.0.1");
        assert_eq!(row.number(Field::Bytes), Ok(-1));
    }

    #[test]
    fn durations_are_milliseconds() {
        let mut row = Row::default();
        let mut took = |unit, cell| {
            let column = Column {
                field: Field::Duration,
                rank: 0,
                unit,
            };
            row.set(column, cell);
            row.number(Field::Duration)
        };
        assert_eq!(took(Unit::Seconds, Cell::Number(0.0426)), Ok(43));
        assert_eq!(took(Unit::Nanoseconds, Cell::Integer(2_500_000)), Ok(3));
        assert_eq!(
            took(Unit::Seconds, Cell::Bytes(b"1.5s"[..].into())),
            Ok(1500)
        );
        assert_eq!(
            took(Unit::Seconds, Cell::Bytes(b"1.5ms"[..].into())),
            Ok(1500)
        );
        assert_eq!(took(Unit::AsWritten, Cell::Integer(7)), Ok(7));
    }
}
