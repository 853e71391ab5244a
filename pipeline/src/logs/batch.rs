//! What parsing a block gives, and what parsing needs to know.

use jiff::tz::TimeZone;

use super::columns::{Events, Words};
use super::counts::Counts;
use super::key::Key;
use super::rejects::Rejects;
use super::requests::Requests;
use super::site::Site;

/// What parsing needs to know besides the lines.
#[derive(Clone, Debug)]
pub struct Context {
    /// The intranet.
    pub site: Site,
    /// The key of all pseudonyms.
    pub key: Key,
    /// The zone of times that are written without an offset.
    pub log_zone: TimeZone,
    /// Lines later than this, microseconds UTC, are rejected.
    pub latest_ts: i64,
}

/// Where the lines of a block went; the ids of its texts are those of the parser.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// The events in the order of their lines.
    pub events: Events,
    /// The lines that a filter caught.
    pub filtered: Requests,
    /// The unreadable lines in their order.
    pub rejects: Rejects,
    /// Where every line went.
    pub counts: Counts,
    /// Where the last line starts, if it is unreadable and has no end: the rest of it may be still to come.
    pub open_reject: Option<u64>,
}

/// Some blocks with all that belongs to them, for readers of a single log.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The events in the order of their lines.
    pub events: Events,
    /// The texts of the events.
    pub words: Words,
    /// The unreadable lines in their order.
    pub rejects: Rejects,
    /// Where every line went.
    pub counts: Counts,
    /// The lines that a filter caught.
    pub filtered: Requests,
}

impl Batch {
    /// Adds the block that follows in the same input.
    pub fn append(&mut self, parsed: Parsed) {
        self.events.append(&parsed.events);
        self.filtered.append(&parsed.filtered);
        self.rejects.merge(parsed.rejects);
        self.counts.merge(&parsed.counts);
    }
}
