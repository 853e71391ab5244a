//! What tells machines from people: requests before the filters, a row per person, day and input.
//!
//! Lines come in any order, and in blocks that threads read side by side, so everything here is a sum,
//! an extreme, a set of bits or a sample of the smallest: the same whatever is added first. A row is
//! bounded: a day has its minutes, and samples have their size.

use foldhash::fast::RandomState;
use hashbrown::HashMap;
use hashbrown::hash_map::Entry;

use super::accounts;
use super::agents::AgentClass;
use super::gaps::FirstRequests;
use super::hours::Hours;
use super::minutes::Minutes;
use super::smallest::Smallest;

pub use super::gaps::Gaps;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// What one person asked for on one day, before the filters.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct Evidence {
    /// Keyed pseudonym.
    pub person: i64,
    /// Civil day in the intranet's zone.
    pub day: i32,
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

/// One line, as evidence.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen<'a> {
    pub(super) person: i64,
    /// The user's name, or nothing.
    pub(super) user: &'a [u8],
    pub(super) day: i32,
    pub(super) hour: u8,
    pub(super) ts: i64,
    pub(super) status: u16,
    pub(super) agent: AgentClass,
    pub(super) client: i64,
    pub(super) asked_for: AskedFor,
}

/// What a line asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AskedFor {
    /// Hash of the page, or of the address that is none; nothing for static files and prefetches.
    pub(super) page: Option<u64>,
    /// Kinds of attack in the address, a bit each.
    pub(super) attacks: u8,
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

    fn new(seen: &Seen<'_>) -> Self {
        Self {
            person: seen.person,
            day: seen.day,
            n_requests: 0,
            n_asked: 0,
            n_client_errors: 0,
            n_attacks: 0,
            attack_kinds: 0,
            first_ts: seen.ts,
            last_ts: seen.ts,
            is_crawler: false,
            is_scanner: false,
            is_monitor: false,
            // All spellings of a person's name are or are not a system's: once is enough.
            is_system: accounts::is_system(seen.user),
            minutes: Minutes::default(),
            first_requests: FirstRequests::default(),
            pages: Smallest::default(),
            error_pages: 0,
            hours: Hours::default(),
        }
    }

    fn add(&mut self, seen: &Seen<'_>) {
        self.n_requests = self.n_requests.saturating_add(1);
        self.first_ts = self.first_ts.min(seen.ts);
        self.last_ts = self.last_ts.max(seen.ts);
        self.is_crawler |= seen.agent == AgentClass::Crawler;
        self.is_scanner |= seen.agent == AgentClass::Scanner;
        self.is_monitor |= seen.agent == AgentClass::Monitor;
        if seen.client != 0 {
            self.hours.add_client(seen.hour, seen.client);
        }
        let is_redirect = (300..400).contains(&seen.status) && seen.status != 304;
        if let Some(page) = seen.asked_for.page.filter(|_| !is_redirect) {
            self.add_asked(seen, page);
        }
        if seen.asked_for.attacks != 0 {
            self.n_attacks = self.n_attacks.saturating_add(1);
            self.attack_kinds |= seen.asked_for.attacks;
        }
    }

    fn add_asked(&mut self, seen: &Seen<'_>, page: u64) {
        self.n_asked = self.n_asked.saturating_add(1);
        // Civil days begin less than a day before or after those of UTC.
        let before = (i64::from(seen.day) - 1) * DAY_MS;
        let at = (seen.ts.div_euclid(1_000) - before).clamp(0, i64::from(u32::MAX)) as u32;
        self.first_requests.add(at, page);
        self.minutes.add((at / 60_000) as u16, page);
        self.hours.add_page(seen.hour, page);
        if seen.status < 400 {
            self.pages.add_once(page);
        }
        if (400..500).contains(&seen.status) && !matches!(seen.status, 401 | 407) {
            self.n_client_errors = self.n_client_errors.saturating_add(1);
            self.error_pages |= 1 << (page & 63);
        }
    }

    fn absorb(&mut self, other: &Self) {
        self.n_requests = self.n_requests.saturating_add(other.n_requests);
        self.n_asked = self.n_asked.saturating_add(other.n_asked);
        self.n_client_errors = self.n_client_errors.saturating_add(other.n_client_errors);
        self.n_attacks = self.n_attacks.saturating_add(other.n_attacks);
        self.attack_kinds |= other.attack_kinds;
        self.first_ts = self.first_ts.min(other.first_ts);
        self.last_ts = self.last_ts.max(other.last_ts);
        self.is_crawler |= other.is_crawler;
        self.is_scanner |= other.is_scanner;
        self.is_monitor |= other.is_monitor;
        self.is_system |= other.is_system;
        self.minutes.absorb(&other.minutes);
        self.first_requests.absorb(&other.first_requests);
        for page in other.pages.numbers() {
            self.pages.add_once(*page);
        }
        self.error_pages |= other.error_pages;
        self.hours.absorb(&other.hours);
    }
}

/// Sums evidence; `take_rows` ends it.
#[derive(Default)]
pub struct EvidenceSum {
    rows: HashMap<(i64, i32), Evidence, RandomState>,
}

impl EvidenceSum {
    /// Adds the rows of a batch, in any order.
    pub fn absorb(&mut self, rows: Vec<Evidence>) {
        for row in rows {
            match self.rows.entry((row.person, row.day)) {
                Entry::Occupied(mut mine) => mine.get_mut().absorb(&row),
                Entry::Vacant(place) => {
                    place.insert(row);
                }
            }
        }
    }

    /// The rows sorted by person and day, each pair once; the sum starts anew.
    pub fn take_rows(&mut self) -> Vec<Evidence> {
        let mut rows: Vec<_> = self.rows.drain().map(|(_, row)| row).collect();
        rows.sort_unstable_by_key(|row| (row.person, row.day));
        rows
    }

    pub(super) fn add(&mut self, seen: &Seen<'_>) {
        self.rows
            .entry((seen.person, seen.day))
            .or_insert_with(|| Evidence::new(seen))
            .add(seen);
    }
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
