//! Rows of named fields: what JSON lines and CSV have in common.

use std::borrow::Cow;

use hashbrown::HashMap;

use super::time::{self, Written};

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
}

impl Field {
    /// Every field with the names it goes by, the best first.
    const NAMES: [(Self, &'static [&'static str]); 15] = [
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
    ];

    /// The name that `columns` in elephant.toml uses: the first of the names.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize].1[0]
    }

    /// The names it goes by, for messages.
    pub fn names(self) -> &'static [&'static str] {
        Self::NAMES[self as usize].1
    }
}

/// Which column is which field; a lower rank wins where two are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    fields: HashMap<Vec<u8>, (Field, u8)>,
}

/// Names longer than this are none of ours.
const NAME_BYTES: usize = 64;

impl Names {
    /// The usual names, those of `columns` (field name to column name) before them.
    ///
    /// # Errors
    /// The key of `columns` that is no field.
    pub fn new(columns: &[(String, String)]) -> Result<Self, String> {
        let mut fields = HashMap::new();
        for (field, names) in Field::NAMES {
            for (rank, name) in names.iter().enumerate() {
                fields.insert(name.as_bytes().to_vec(), (field, rank as u8 + 1));
            }
        }
        for (key, column) in columns {
            let is_key = |(_, names): &&(Field, &[&str])| {
                names.iter().any(|name| key.eq_ignore_ascii_case(name))
            };
            let (field, _) = Field::NAMES
                .iter()
                .find(is_key)
                .ok_or_else(|| key.clone())?;
            fields.insert(column.trim().to_lowercase().into_bytes(), (*field, 0));
        }
        Ok(Self { fields })
    }

    /// The field of a column and its rank, in any letter case.
    pub(super) fn find(&self, name: &[u8]) -> Option<(Field, u8)> {
        let name = name.trim_ascii();
        if name.len() > NAME_BYTES {
            return None;
        }
        let mut lower = [0; NAME_BYTES];
        let lower = &mut lower[..name.len()];
        lower.copy_from_slice(name);
        lower.make_ascii_lowercase();
        self.fields.get(&*lower).copied()
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

/// The cells of one row, at the numbers of their fields, each with the rank of its column.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    cells: [Cell<'a>; Field::NAMES.len()],
    ranks: [u8; Field::NAMES.len()],
}

impl<'a> Row<'a> {
    /// Sets a cell unless one of a better column is there.
    pub(super) fn set(&mut self, (field, rank): (Field, u8), cell: Cell<'a>) {
        let at = field as usize;
        if cell != Cell::Absent && (self.cells[at] == Cell::Absent || rank <= self.ranks[at]) {
            self.cells[at] = cell;
            self.ranks[at] = rank;
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
        }
    }

    /// The text of a field; empty where absent or `-`.
    pub(super) fn text(&self, field: Field) -> Cow<'_, [u8]> {
        match &self.cells[field as usize] {
            Cell::Bytes(bytes) if bytes.trim_ascii() != b"-" => Cow::Borrowed(bytes.trim_ascii()),
            Cell::Absent | Cell::Bytes(_) => Cow::Borrowed(b""),
            Cell::Integer(n) => Cow::Owned(n.to_string().into_bytes()),
            Cell::Number(n) => Cow::Owned(n.to_string().into_bytes()),
        }
    }

    /// The time as written.
    pub(super) fn time(&self) -> Option<Written> {
        match &self.cells[Field::Time as usize] {
            Cell::Absent => None,
            Cell::Bytes(text) => time::any(text),
            Cell::Integer(n) => time::unix_number(*n).map(Written::Utc),
            Cell::Number(n) if (0.0..1e11).contains(n) => {
                Some(Written::Utc((n * 1e6).round() as i64))
            }
            Cell::Number(n) => time::unix_number(*n as i64).map(Written::Utc),
        }
    }

    /// A number that is not negative: -1 where absent, `Err` where unreadable.
    pub(super) fn number(&self, field: Field) -> Result<i64, ()> {
        let number = match &self.cells[field as usize] {
            Cell::Absent => return Ok(-1),
            Cell::Integer(n) => Some(*n),
            Cell::Number(n) => (n.abs() < 1e15).then_some(*n as i64),
            Cell::Bytes(text) => match std::str::from_utf8(text).unwrap_or("x").trim() {
                "" | "-" => return Ok(-1),
                text => text.parse().ok().or_else(|| whole(text)),
            },
        };
        number.filter(|n| *n >= 0).ok_or(())
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
    fn names_in_any_case_and_by_map() {
        let columns = [("user".to_owned(), "Who Did".to_owned())];
        let names = Names::new(&columns).expect("user is a field");
        assert_eq!(names.find(b"TimeStamp"), Some((Field::Time, 1)));
        assert_eq!(names.find(b"who did"), Some((Field::User, 0)));
        assert_eq!(names.find(b"other"), None);
        assert_eq!(Names::new(&[("usr".into(), "x".into())]), Err("usr".into()));
    }

    #[test]
    fn the_better_column_wins_in_any_order() {
        let mut row = Row::default();
        row.set((Field::User, 2), Cell::Integer(5));
        row.set((Field::User, 1), Cell::Bytes(b"ann"[..].into()));
        row.set((Field::User, 3), Cell::Bytes(b"x"[..].into()));
        assert_eq!(&*row.text(Field::User), b"ann");
        assert_eq!(row.number(Field::Bytes), Ok(-1));
    }
}
