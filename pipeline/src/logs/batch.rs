//! What parsing a block gives, and what parsing needs to know.

use jiff::tz::TimeZone;

use super::columns::Events;
use super::counts::Counts;
use super::evidence::{Evidence, EvidenceSum};
use super::key::Key;
use super::rejects::Rejects;
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

/// The columns of a block of whole lines, or of several merged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The events in the order of their lines.
    pub events: Events,
    /// The unreadable lines in their order.
    pub rejects: Rejects,
    /// Where every line went.
    pub counts: Counts,
    /// Requests before the filters, sorted by person and day, each pair once.
    pub evidence: Vec<Evidence>,
}

impl Batch {
    /// Adds the batch that follows in the same input.
    ///
    /// To sum the evidence of many batches use an `EvidenceSum`: this sorts anew each time.
    pub fn merge(&mut self, other: Self) {
        self.events.merge(other.events);
        self.rejects.merge(other.rejects);
        self.counts.merge(&other.counts);
        let mut sum = EvidenceSum::default();
        sum.absorb(&self.evidence);
        sum.absorb(&other.evidence);
        self.evidence = sum.take_rows();
    }
}
