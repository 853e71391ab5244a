//! What tells machines from people: requests before the filters, a row per person, day and input.
//!
//! Lines come in any order, and in blocks that threads read side by side, so everything here is a sum,
//! an extreme, a set of bits or a sample of the smallest: the same whatever is added first. A row is
//! bounded: a day has its minutes, and samples have their size.

use std::collections::BTreeSet;

use foldhash::fast::RandomState;
use hashbrown::HashMap;

use super::accounts;
use super::agents::AgentClass;
use super::minutes::Minutes;
use super::smallest::Smallest;

/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;
/// So many addresses within an hour are more than a desk, a telephone and nothing else.
const MANY_CLIENTS: u32 = 3;

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
    /// The first requests: milliseconds since the day before in UTC began, above half the page's hash.
    asked_at: Smallest,
    /// Hashes of the pages that were there.
    pages: Smallest,
    /// A bit for each address with an error; different addresses may share one.
    error_pages: u64,
    /// A bit for each page of an hour; different pages may share one.
    pages_by_hour: [u32; 24],
    /// A bit for each client of an hour; different clients may share one.
    clients: [u32; 24],
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

/// How far apart the first requests of a day are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Number of gaps.
    pub n: u32,
    /// Their sum in milliseconds.
    pub sum_ms: i64,
    /// The sum of their squares.
    pub sum_ms_squared: i64,
    /// Different pages that these requests were for: a page that asks for news is regular too.
    pub n_pages: u32,
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
    ///
    /// A page left open over night asks its server for news and does nothing: an hour counts when its
    /// pages are not just those of the hour before.
    pub fn hours(&self) -> u32 {
        let hours = &self.pages_by_hour;
        (0..24)
            .filter(|hour| hours[*hour] != 0 && (*hour == 0 || hours[*hour] != hours[*hour - 1]))
            .fold(0, |bits, hour| bits | 1 << hour)
    }

    /// Bit `h` is set when the hour `h` saw three addresses or more.
    pub fn shared_hours(&self) -> u32 {
        (0..24)
            .filter(|hour| self.clients[*hour].count_ones() >= MANY_CLIENTS)
            .fold(0, |hours, hour| hours | 1 << hour)
    }

    /// The gaps between the first requests of the day. A machine that is regular is so from the start.
    pub fn gaps(&self) -> Gaps {
        let mut gaps = Gaps::default();
        for pair in self.asked_at.numbers().windows(2) {
            let gap = ((pair[1] >> 32) - (pair[0] >> 32)) as i64;
            gaps.n += 1;
            gaps.sum_ms += gap;
            gaps.sum_ms_squared += gap * gap;
        }
        let pages = self.asked_at.numbers().iter().map(|asked| *asked as u32);
        gaps.n_pages = pages.collect::<BTreeSet<u32>>().len() as u32;
        gaps
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
            asked_at: Smallest::default(),
            pages: Smallest::default(),
            error_pages: 0,
            pages_by_hour: [0; 24],
            clients: [0; 24],
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
            self.clients[usize::from(seen.hour)] |= 1 << (seen.client & 31);
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
        self.asked_at
            .add(u64::from(at) << 32 | page & u64::from(u32::MAX));
        self.minutes.add((at / 60_000) as u16, page);
        self.pages_by_hour[usize::from(seen.hour)] |= 1 << (page & 31);
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
        let (asked_at, pages) = (&mut self.asked_at, &mut self.pages);
        other
            .asked_at
            .numbers()
            .iter()
            .for_each(|at| asked_at.add(*at));
        other
            .pages
            .numbers()
            .iter()
            .for_each(|page| pages.add_once(*page));
        self.error_pages |= other.error_pages;
        for hour in 0..24 {
            self.pages_by_hour[hour] |= other.pages_by_hour[hour];
            self.clients[hour] |= other.clients[hour];
        }
    }
}

/// Sums evidence; `take_rows` ends it.
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
                .or_insert_with(|| row.clone());
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
