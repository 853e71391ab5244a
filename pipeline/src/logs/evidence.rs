//! What tells machines from people: requests before the filters, summed for a person, a day and an input.
//!
//! Lines may come in any order: everything here is a sum, an extreme, a set of bits or a sample of the smallest. A
//! sum is bounded: a day has its minutes, and samples have their size.

use super::agents::AgentClass;
use super::gaps::FirstRequests;
use super::hours::Hours;
use super::minutes::Minutes;
use super::requests::{Outcome, Request};
use super::smallest::Smallest;

pub use super::gaps::Gaps;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What one person asked for on one day, before the filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Evidence {
    /// Keyed pseudonym.
    pub person: i64,
    /// Civil day in the intranet's zone.
    day: i32,
    /// Readable lines.
    pub n_requests: u32,
    /// Those that ask for something else than a static file, redirects and prefetches left out.
    pub n_asked: u32,
    /// Those of them with status 4xx, but for 401 and 407: being asked for a name is no error.
    pub n_client_errors: u32,
    /// Those of them whose address is an attack.
    pub n_attacks: u32,
    /// The kinds of these attacks, a bit each.
    pub attack_kinds: u8,
    /// First time, microseconds UTC.
    pub first_ts: i64,
    /// Last time, microseconds UTC.
    pub last_ts: i64,
    /// Whether an agent is a known crawler.
    pub is_crawler: bool,
    /// Whether an agent is a known scanner.
    pub is_scanner: bool,
    /// Whether an agent is a known monitor.
    pub is_monitor: bool,
    /// Whether the user's name is that of a system account.
    pub is_system: bool,
    /// What was asked for in each minute.
    minutes: Minutes,
    first_requests: FirstRequests,
    /// Hashes of the pages that were there.
    pages: Smallest,
    /// A bit for each address with an error; different addresses may share one.
    error_pages: u64,
    hours: Hours,
}

impl Evidence {
    /// Distinct minutes in which something was asked for.
    pub fn n_minutes(&self) -> u32 {
        self.minutes.n()
    }

    /// Minutes with more than thirty different pages.
    pub fn n_busy_minutes(&self) -> u32 {
        self.minutes.n_busy()
    }

    /// Different pages of each minute, summed.
    pub fn n_pages_by_minute(&self) -> u32 {
        self.minutes.n_pages()
    }

    /// Different pages of the day; an estimate above 64.
    pub fn n_pages(&self) -> u32 {
        self.pages.n_distinct()
    }

    /// Different addresses with an error; never more than there were, and at most 64.
    pub fn n_error_pages(&self) -> u32 {
        self.error_pages.count_ones()
    }

    /// Bit `h` is set when something was done in the hour `h` of the zone's day.
    pub fn hours(&self) -> u32 {
        self.hours.active()
    }

    /// Bit `h` is set when the hour `h` saw three addresses or more.
    pub fn shared_hours(&self) -> u32 {
        self.hours.shared()
    }

    /// The gaps between the first requests of the day.
    pub fn gaps(&self) -> Gaps {
        self.first_requests.gaps()
    }

    /// Forgets everything and keeps the memory: the sum of another person or day begins.
    pub fn start(&mut self, person: i64, day: i32) {
        let (mut minutes, mut hours) = (
            std::mem::take(&mut self.minutes),
            std::mem::take(&mut self.hours),
        );
        let (mut first_requests, mut pages) = (
            std::mem::take(&mut self.first_requests),
            std::mem::take(&mut self.pages),
        );
        minutes.clear();
        hours.clear();
        first_requests.clear();
        pages.clear();
        *self = Self {
            person,
            day,
            first_ts: i64::MAX,
            last_ts: i64::MIN,
            minutes,
            first_requests,
            pages,
            hours,
            ..Self::default()
        };
    }

    /// Adds a line of this person and day.
    pub fn add(&mut self, request: &Request) {
        let signs = request.signs;
        self.n_requests = self.n_requests.saturating_add(1);
        self.first_ts = self.first_ts.min(request.ts);
        self.last_ts = self.last_ts.max(request.ts);
        self.is_crawler |= signs.is_agent(AgentClass::Crawler);
        self.is_scanner |= signs.is_agent(AgentClass::Scanner);
        self.is_monitor |= signs.is_agent(AgentClass::Monitor);
        self.is_system |= signs.is_system();
        if let Some(client) = signs.client_bit() {
            self.hours.add_client(signs.hour(), client);
        }
        if signs.outcome() != Outcome::Nothing {
            self.add_asked(request);
        }
        if signs.attacks() != 0 {
            self.n_attacks = self.n_attacks.saturating_add(1);
            self.attack_kinds |= signs.attacks();
        }
    }

    fn add_asked(&mut self, request: &Request) {
        self.n_asked = self.n_asked.saturating_add(1);
        // Civil days begin less than a day before or after those of UTC.
        let before = (i64::from(request.day) - 1) * DAY_MS;
        let at = (request.ts.div_euclid(1_000) - before).clamp(0, i64::from(u32::MAX)) as u32;
        let page = request.signs.page();
        self.first_requests.add(at, page);
        self.minutes.add((at / 60_000) as u16, page);
        self.hours.add_page(request.signs.hour(), page);
        match request.signs.outcome() {
            Outcome::Answered => self.pages.add_once(u64::from(page) << 32),
            Outcome::ClientError => {
                self.n_client_errors = self.n_client_errors.saturating_add(1);
                self.error_pages |= 1 << (page & 63);
            }
            Outcome::OtherError | Outcome::Nothing => {}
        }
    }
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
