//! What tells machines from people: requests before the filters, a row per person and day.

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::agents::AgentClass;

/// At most this many clients of a person and day are told apart.
pub const CLIENTS: usize = 4;

/// What one person asked for on one day, before the filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Evidence {
    /// Keyed pseudonym.
    pub person: i64,
    /// Civil day in the intranet's zone.
    pub day: i32,
    /// Readable lines.
    pub n_requests: u32,
    /// Those with status 4xx.
    pub n_client_errors: u32,
    /// First time, microseconds UTC.
    pub first_ts: i64,
    /// Last time, microseconds UTC.
    pub last_ts: i64,
    /// Bit `h` is set when the hour `h` of the zone's day saw a line.
    pub hours: u32,
    /// Whether the person has no user.
    pub is_weak: bool,
    /// Whether an agent is a known crawler.
    pub is_crawler: bool,
    /// Whether an agent is a known monitor.
    pub is_monitor: bool,
    /// Whether there were more clients than `clients` holds.
    pub has_more_clients: bool,
    /// The smallest clients seen, ascending; i64::MAX where unused.
    pub clients: [i64; CLIENTS],
}

/// One line, as evidence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    pub(super) person: i64,
    pub(super) day: i32,
    pub(super) hour: u8,
    pub(super) ts: i64,
    pub(super) is_weak: bool,
    pub(super) status: u16,
    pub(super) agent: AgentClass,
    pub(super) client: i64,
}

impl Evidence {
    /// The number of distinct clients; `CLIENTS + 1` stands for more than `CLIENTS`.
    pub fn n_clients(&self) -> usize {
        self.clients
            .iter()
            .filter(|client| **client != i64::MAX)
            .count()
            + usize::from(self.has_more_clients)
    }

    fn new(seen: &Seen) -> Self {
        Self {
            person: seen.person,
            day: seen.day,
            n_requests: 0,
            n_client_errors: 0,
            first_ts: seen.ts,
            last_ts: seen.ts,
            hours: 0,
            is_weak: seen.is_weak,
            is_crawler: false,
            is_monitor: false,
            has_more_clients: false,
            clients: [i64::MAX; CLIENTS],
        }
    }

    fn add(&mut self, seen: &Seen) {
        self.n_requests = self.n_requests.saturating_add(1);
        let is_error = (400..500).contains(&seen.status);
        self.n_client_errors = self.n_client_errors.saturating_add(u32::from(is_error));
        self.first_ts = self.first_ts.min(seen.ts);
        self.last_ts = self.last_ts.max(seen.ts);
        self.hours |= 1 << seen.hour;
        self.is_crawler |= seen.agent == AgentClass::Crawler;
        self.is_monitor |= seen.agent == AgentClass::Monitor;
        if seen.client != 0 {
            self.add_client(seen.client);
        }
    }

    /// Keeps the smallest clients in order: the result is the same whatever order they come in.
    fn add_client(&mut self, client: i64) {
        if self.clients.contains(&client) {
            return;
        }
        let mut carried = client;
        for place in &mut self.clients {
            if carried < *place {
                std::mem::swap(place, &mut carried);
            }
        }
        self.has_more_clients |= carried != i64::MAX;
    }

    fn absorb(&mut self, other: &Self) {
        self.n_requests = self.n_requests.saturating_add(other.n_requests);
        self.n_client_errors = self.n_client_errors.saturating_add(other.n_client_errors);
        self.first_ts = self.first_ts.min(other.first_ts);
        self.last_ts = self.last_ts.max(other.last_ts);
        self.hours |= other.hours;
        self.is_crawler |= other.is_crawler;
        self.is_monitor |= other.is_monitor;
        self.has_more_clients |= other.has_more_clients;
        for client in other
            .clients
            .into_iter()
            .filter(|client| *client != i64::MAX)
        {
            self.add_client(client);
        }
    }
}

/// Sums evidence; `rows` ends it.
#[derive(Default)]
pub struct EvidenceSum {
    rows: HashMap<(i64, i32), Evidence, RandomState>,
}

impl EvidenceSum {
    /// Adds the rows of a batch, in any order.
    pub fn absorb(&mut self, rows: &[Evidence]) {
        for row in rows {
            self.rows
                .entry((row.person, row.day))
                .and_modify(|mine| mine.absorb(row))
                .or_insert(*row);
        }
    }

    /// The rows sorted by person and day, each pair once; the sum starts anew.
    pub fn take_rows(&mut self) -> Vec<Evidence> {
        let mut rows: Vec<_> = self.rows.drain().map(|(_, row)| row).collect();
        rows.sort_unstable_by_key(|row| (row.person, row.day));
        rows
    }

    pub(super) fn add(&mut self, seen: &Seen) {
        self.rows
            .entry((seen.person, seen.day))
            .or_insert_with(|| Evidence::new(seen))
            .add(seen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(client: i64, status: u16) -> Seen {
        Seen {
            person: 1,
            day: 2,
            hour: 23,
            ts: client,
            is_weak: false,
            status,
            agent: AgentClass::Person,
            client,
        }
    }

    #[test]
    fn evidence_is_the_same_in_any_order_and_split() {
        let all = [9, 3, 5, 3, 7, 1, 5];
        let mut whole = EvidenceSum::default();
        let mut parts = EvidenceSum::default();
        for client in all {
            whole.add(&seen(client, 404));
        }
        for half in [&all[3..], &all[..3]] {
            let mut part = EvidenceSum::default();
            for client in half {
                part.add(&seen(*client, 404));
            }
            parts.absorb(&part.take_rows());
        }
        let rows = whole.take_rows();
        assert_eq!(rows, parts.take_rows());
        assert_eq!(
            (rows[0].n_clients(), rows[0].n_client_errors, rows[0].hours),
            (5, 7, 1 << 23)
        );
        assert_eq!(rows[0].clients, [1, 3, 5, 7]);
    }
}
