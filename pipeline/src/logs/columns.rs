//! The events of a log on their way into the lake: numbers and ids, dictionaries for text.

use super::dictionary::Dictionary;
use super::requests::Signs;

/// The dictionary id that means "none".
pub const NONE: u32 = u32::MAX;

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Action {
    /// Looked at a page.
    View,
    /// Looked at a search page.
    Search,
    /// Fetched a document.
    Download,
    /// Changed a page.
    Edit,
    /// Wrote a post.
    Post,
    /// Commented.
    Comment,
    /// Liked.
    Like,
    /// Shared.
    Share,
    /// Mentioned a person.
    Mention,
    /// Follows a person.
    Follow,
    /// Wrote to a person.
    Message,
    /// Anything else.
    Other,
}

impl Action {
    /// Every action, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::View,
        Self::Search,
        Self::Download,
        Self::Edit,
        Self::Post,
        Self::Comment,
        Self::Like,
        Self::Share,
        Self::Mention,
        Self::Follow,
        Self::Message,
        Self::Other,
    ];

    /// The word of the table `events`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Search => "search",
            Self::Download => "download",
            Self::Edit => "edit",
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Like => "like",
            Self::Share => "share",
            Self::Mention => "mention",
            Self::Follow => "follow",
            Self::Message => "message",
            Self::Other => "other",
        }
    }

    /// The action of a log's word, in any letter case; a word not known is `other`.
    pub fn of_word(word: &[u8]) -> Self {
        const VIEWS: [&str; 6] = [
            "pageview",
            "page_view",
            "page view",
            "visit",
            "viewed",
            "get",
        ];
        let is = |name: &str| word.eq_ignore_ascii_case(name.as_bytes());
        if VIEWS.iter().any(|name| is(name)) {
            return Self::View;
        }
        Self::ALL
            .into_iter()
            .find(|action| is(action.as_str()))
            .unwrap_or(Self::Other)
    }
}

/// What nearly every log tells of an event, side by side: a day is sorted by person, and an event on its own then
/// costs one place in memory instead of one a column. The columns are made when a day is written.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(
    clippy::struct_field_names,
    reason = "event_id is the name in the table"
)]
pub struct Event {
    /// Microseconds since 1970 UTC.
    pub ts: i64,
    /// Keyed pseudonym; never 0.
    pub person: i64,
    /// Keyed hash of the line (occurrence not yet applied) or of the record's own id.
    pub event_id: i64,
    /// What the line asks for, and its signs of a machine.
    pub signs: Signs,
    /// Number of the line (CSV: record) in the input, from 1.
    pub line: u64,
    /// Bytes of the answer, or -1.
    pub bytes: i64,
    /// Keyed hash of the address, or 0.
    pub client: i64,
    /// Civil day in the intranet's zone, days since 1970-01-01.
    pub day: i32,
    /// Page id, or NONE for an action on no page.
    pub page: u32,
    /// Where it came from.
    pub referrer: Referrer,
    /// HTTP status, or 0.
    pub status: u16,
    /// What was done.
    pub action: Action,
    /// Whether the person is but an address and an agent.
    pub is_weak: bool,
}

/// Where an event came from: nowhere that is known, a page inside the intranet, or a host outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Referrer(u32);

impl Referrer {
    /// Nowhere that is known.
    pub const NONE: Self = Self(NONE);
    /// The bit that tells hosts from pages.
    const HOST: u32 = 1 << 31;

    /// The page of an id below 2^31.
    pub(super) fn of_page(id: u32) -> Self {
        Self(id)
    }

    /// The host of an id below 2^31 - 1.
    pub(super) fn of_host(id: u32) -> Self {
        Self(id | Self::HOST)
    }

    /// Page id, or NONE.
    pub fn page(self) -> u32 {
        if self.0 & Self::HOST == 0 {
            self.0
        } else {
            NONE
        }
    }

    /// Host id, or NONE.
    pub fn host(self) -> u32 {
        if self.0 & Self::HOST == 0 || self == Self::NONE {
            NONE
        } else {
            self.0 & !Self::HOST
        }
    }
}

/// A column that most logs leave empty: it holds no row behind the last one that says something.
#[derive(Clone, Debug, PartialEq)]
pub struct Rare<T> {
    values: Vec<T>,
    none: T,
}

impl<T: Copy + PartialEq> Rare<T> {
    fn new(none: T) -> Self {
        Self {
            values: Vec::new(),
            none,
        }
    }

    /// The value of a row; rows behind the last one that says something have none.
    pub fn get(&self, row: usize) -> T {
        self.values.get(row).copied().unwrap_or(self.none)
    }

    /// What stands for nothing.
    pub fn none(&self) -> T {
        self.none
    }

    /// Whether no row says anything.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    fn set(&mut self, row: usize, value: T) {
        if value != self.none {
            self.values.resize(row, self.none);
            self.values.push(value);
        }
    }
}

macro_rules! events {
    ($($(#[$doc:meta])* $rare:ident: $type:ty = $none:expr,)*) => {
        /// The events of one block, in the order of their lines. The ids of texts are those of the parser's [`Words`].
        #[derive(Clone, Debug, PartialEq)]
        pub struct Events {
            /// What nearly every log tells.
            pub rows: Vec<Event>,
            $($(#[$doc])* pub $rare: Rare<$type>,)*
        }

        /// What few logs tell of an event; the fields are those of `Events`.
        pub(super) struct Also {
            $(pub(super) $rare: $type,)*
        }

        impl Events {
            pub(super) fn push(&mut self, event: Event, also: &Also) {
                let row = self.len();
                self.rows.push(event);
                $(self.$rare.set(row, also.$rare);)*
            }

            pub(super) fn with_capacity(rows: usize) -> Self {
                Self { rows: Vec::with_capacity(rows), $($rare: Rare::new($none),)* }
            }

            /// Forgets all rows and keeps the memory.
            pub fn clear(&mut self) {
                self.rows.clear();
                $(self.$rare.values.clear();)*
            }

            /// Adds the events that follow in the same input; the ids of both are those of one parser.
            pub fn append(&mut self, other: &Self) {
                let (rows, more) = (self.len(), other.len());
                self.rows.extend_from_slice(&other.rows);
                $(for row in 0..more { self.$rare.set(rows + row, other.$rare.get(row)); })*
            }

            /// Adds events of another block by their rows, in this order; the ids of both are those of one parser.
            /// Panics where it has no such row.
            pub fn append_rows(&mut self, other: &Self, rows: &[u32]) {
                let before = self.len();
                self.rows.reserve_exact(rows.len());
                self.rows.extend(rows.iter().map(|row| other.rows[*row as usize]));
                $(if !other.$rare.is_empty() {
                    for (place, row) in rows.iter().enumerate() {
                        self.$rare.set(before + place, other.$rare.get(*row as usize));
                    }
                })*
            }
        }
    };
}

events! {
    /// Id of the terms of a search, or NONE.
    terms: u32 = NONE,
    /// Person acted upon, or 0.
    target: i64 = 0,
    /// Keyed hash of the log's own session id, or 0.
    log_session: i64 = 0,
    /// Milliseconds of the answer, or -1.
    duration_ms: i64 = -1,
    /// Whether the record has an id of its own: then the occurrence must not be applied.
    has_own_id: bool = false,
}

impl Default for Events {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Events {
    /// The number of events.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no event.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// A value of each event.
    pub fn each<T>(&self, value: impl Fn(&Event) -> T) -> Vec<T> {
        self.rows.iter().map(value).collect()
    }
}

/// The texts that a parser met, from block to block.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    /// Page names by the ids of `page` and `referrer`.
    pub pages: Dictionary,
    /// Hosts outside by the ids of `referrer`.
    pub hosts: Dictionary,
    /// Search terms by the ids of `terms`.
    pub searches: Dictionary,
}

impl Words {
    pub(super) fn clear(&mut self) {
        self.pages.clear();
        self.hosts.clear();
        self.searches.clear();
    }

    pub(super) fn n_bytes(&self) -> usize {
        self.pages.n_bytes() + self.hosts.n_bytes() + self.searches.n_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_referrer_is_a_page_or_a_host_or_none() {
        let ids = |referrer: Referrer| (referrer.page(), referrer.host());
        assert_eq!(ids(Referrer::NONE), (NONE, NONE));
        assert_eq!(ids(Referrer::of_page(7)), (7, NONE));
        assert_eq!(ids(Referrer::of_host(0)), (NONE, 0));
    }

    #[test]
    fn words_of_actions_go_both_ways() {
        for action in Action::ALL {
            assert_eq!(
                Action::of_word(action.as_str().to_uppercase().as_bytes()),
                action
            );
        }
        assert_eq!(Action::of_word(b"PageView"), Action::View);
        assert_eq!(Action::of_word(b"frobnicate"), Action::Other);
    }
}
