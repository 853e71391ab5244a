//! What the days of each person say: what the questions `person_days` and `person_signs` say, without the engine.
//!
//! The engine would compare two dozen columns of every row to find the lines that stand in two inputs. Here the
//! few rows of a person's day are compared with each other.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch};
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// The columns of `activity` that tell it: all but the input.
const COLUMNS: [&str; 23] = [
    "person",
    "n_requests",
    "n_asked",
    "n_client_errors",
    "n_error_pages",
    "n_attacks",
    "attack_kinds",
    "n_pages",
    "n_minutes",
    "n_busy_minutes",
    "n_pages_by_minute",
    "n_gaps",
    "gap_ms",
    "gap_ms_squared",
    "n_gap_pages",
    "hours",
    "shared_hours",
    "first_ts",
    "last_ts",
    "is_crawler_agent",
    "is_scanner_agent",
    "is_monitor_agent",
    "is_system",
];

/// What a person asked for on a day: a row of `activity`, or several joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct DayRow {
    person: i64,
    n_requests: i64,
    n_asked: i64,
    n_client_errors: i64,
    n_error_pages: i64,
    n_attacks: i64,
    attack_kinds: i64,
    n_pages: i64,
    n_minutes: i64,
    n_busy_minutes: i64,
    n_pages_by_minute: i64,
    n_gaps: i64,
    gap_ms: i64,
    gap_ms_squared: i64,
    n_gap_pages: i64,
    hours: i64,
    shared_hours: i64,
    first_ts: i64,
    last_ts: i64,
    is_crawler_agent: bool,
    is_scanner_agent: bool,
    is_monitor_agent: bool,
    is_system: bool,
}

/// What days of a person say, counted by days where not said otherwise.
#[derive(Debug)]
struct Signs {
    person: i64,
    first_seen: i32,
    last_seen: i32,
    n_days: i64,
    is_monitor_agent: bool,
    is_scanner_agent: bool,
    is_crawler_agent: bool,
    is_system: bool,
    is_attacker: bool,
    /// Requests of all days.
    n_asked: i64,
    /// Of all days.
    n_client_errors: i64,
    /// Of one day at most.
    n_error_pages: i64,
    is_fast: bool,
    /// Of one day at most.
    n_pages: i64,
    n_regular: i64,
    n_crawled: i64,
    n_sleepless: i64,
    n_long: i64,
    n_shared: i64,
}

/// The signs of each person who was there from a day on.
pub(super) async fn signs_from(lake: &Lake, from: i32) -> Result<RecordBatch, Error> {
    let activity = lake
        .snapshot("activity")
        .await
        .doing("failed to read the log of `activity`")?;
    let read = |day| {
        let doing = "failed to read a day of `activity`";
        activity.read_day_columns(day, &COLUMNS).doing(doing)
    };
    person_signs(&activity.days_from(from), read)
}

/// The signs of each person on some days, by person; `read` gives the columns of a day.
fn person_signs(
    days: &[i32],
    read: impl Fn(i32) -> Result<Vec<RecordBatch>, Error> + Sync,
) -> Result<RecordBatch, Error> {
    let signs = days
        .par_iter()
        .map(|day| of_day(*day, &read(*day)?))
        .try_reduce(Vec::new, |some, others| Ok(joined(some, others)))?;
    laid_out(&signs).doing("failed to lay out what the days of people say")
}

/// The signs of a day, by person.
fn of_day(day: i32, batches: &[RecordBatch]) -> Result<Vec<Signs>, Error> {
    let mut rows = Vec::new();
    for batch in batches {
        DayRow::add(batch, &mut rows)?;
    }
    rows.sort_unstable();
    // The same lines in two inputs: rows that agree in everything but their input.
    rows.dedup();
    rows.dedup_by(|next, kept| {
        let is_same = next.person == kept.person;
        if is_same {
            kept.join(next);
        }
        is_same
    });
    Ok(rows.iter().map(|asked| asked.signs(day)).collect())
}

/// All of these by person, each person once.
fn joined(mut some: Vec<Signs>, others: Vec<Signs>) -> Vec<Signs> {
    some.extend(others);
    // Two sorted lists are but put together.
    some.sort_by_key(|signs| signs.person);
    some.dedup_by(|next, kept| {
        let is_same = next.person == kept.person;
        if is_same {
            kept.join(next);
        }
        is_same
    });
    some
}

impl DayRow {
    /// The rows of a batch.
    fn add(batch: &RecordBatch, to: &mut Vec<Self>) -> Result<(), Error> {
        let int = |name| columns::ints(batch, name);
        let time = |name| columns::times(batch, name);
        let truth = |name| columns::truths(batch, name);
        let (person, n_requests, n_asked) = (int("person")?, int("n_requests")?, int("n_asked")?);
        let (n_client_errors, n_error_pages) = (int("n_client_errors")?, int("n_error_pages")?);
        let (n_attacks, attack_kinds) = (int("n_attacks")?, int("attack_kinds")?);
        let (n_pages, n_minutes) = (int("n_pages")?, int("n_minutes")?);
        let (n_busy_minutes, n_pages_by_minute) =
            (int("n_busy_minutes")?, int("n_pages_by_minute")?);
        let (n_gaps, n_gap_pages) = (int("n_gaps")?, int("n_gap_pages")?);
        let (gap_ms, gap_ms_squared) = (int("gap_ms")?, int("gap_ms_squared")?);
        let (hours, shared_hours) = (int("hours")?, int("shared_hours")?);
        let (first_ts, last_ts) = (time("first_ts")?, time("last_ts")?);
        let (is_crawler_agent, is_scanner_agent) =
            (truth("is_crawler_agent")?, truth("is_scanner_agent")?);
        let (is_monitor_agent, is_system) = (truth("is_monitor_agent")?, truth("is_system")?);
        to.extend((0..batch.num_rows()).map(|row| Self {
            person: person.value(row),
            n_requests: n_requests.value(row),
            n_asked: n_asked.value(row),
            n_client_errors: n_client_errors.value(row),
            n_error_pages: n_error_pages.value(row),
            n_attacks: n_attacks.value(row),
            attack_kinds: attack_kinds.value(row),
            n_pages: n_pages.value(row),
            n_minutes: n_minutes.value(row),
            n_busy_minutes: n_busy_minutes.value(row),
            n_pages_by_minute: n_pages_by_minute.value(row),
            n_gaps: n_gaps.value(row),
            gap_ms: gap_ms.value(row),
            gap_ms_squared: gap_ms_squared.value(row),
            n_gap_pages: n_gap_pages.value(row),
            hours: hours.value(row),
            shared_hours: shared_hours.value(row),
            first_ts: first_ts.value(row),
            last_ts: last_ts.value(row),
            is_crawler_agent: is_crawler_agent.value(row),
            is_scanner_agent: is_scanner_agent.value(row),
            is_monitor_agent: is_monitor_agent.value(row),
            is_system: is_system.value(row),
        }));
        Ok(())
    }

    /// Adds another row of the person's day.
    fn join(&mut self, other: &Self) {
        self.n_requests += other.n_requests;
        self.n_asked += other.n_asked;
        self.n_client_errors += other.n_client_errors;
        self.n_error_pages = self.n_error_pages.max(other.n_error_pages);
        self.n_attacks += other.n_attacks;
        self.attack_kinds |= other.attack_kinds;
        self.n_pages = self.n_pages.max(other.n_pages);
        self.n_minutes += other.n_minutes;
        self.n_busy_minutes = self.n_busy_minutes.max(other.n_busy_minutes);
        self.n_pages_by_minute += other.n_pages_by_minute;
        self.n_gaps += other.n_gaps;
        self.gap_ms += other.gap_ms;
        self.gap_ms_squared += other.gap_ms_squared;
        self.n_gap_pages = self.n_gap_pages.max(other.n_gap_pages);
        self.hours |= other.hours;
        self.shared_hours |= other.shared_hours;
        self.first_ts = self.first_ts.min(other.first_ts);
        self.last_ts = self.last_ts.max(other.last_ts);
        self.is_crawler_agent |= other.is_crawler_agent;
        self.is_scanner_agent |= other.is_scanner_agent;
        self.is_monitor_agent |= other.is_monitor_agent;
        self.is_system |= other.is_system;
    }

    /// What the day says, joined of all its rows.
    fn signs(&self, day: i32) -> Signs {
        let n_hours = self.hours.count_ones();
        let is_regular = self.is_regular();
        Signs {
            person: self.person,
            first_seen: day,
            last_seen: day,
            n_days: 1,
            is_monitor_agent: self.is_monitor_agent,
            is_scanner_agent: self.is_scanner_agent,
            is_crawler_agent: self.is_crawler_agent,
            is_system: self.is_system,
            is_attacker: self.n_attacks >= 10 && self.attack_kinds.count_ones() >= 3,
            n_asked: self.n_asked,
            n_client_errors: self.n_client_errors,
            n_error_pages: self.n_error_pages,
            is_fast: self.is_fast(),
            n_pages: self.n_pages,
            n_regular: is_regular.into(),
            // A page that asks its server for news is regular too: a crawler goes from page to page.
            n_crawled: (is_regular && self.n_gap_pages >= 20).into(),
            n_sleepless: (n_hours == 24).into(),
            n_long: (n_hours > 14).into(),
            n_shared: (self.shared_hours != 0).into(),
        }
    }

    /// A minute with more than 30 different pages is busy; inputs that split them show it on average.
    fn is_fast(&self) -> bool {
        // Inputs side by side share their minutes: never more than lie between first and last.
        let n_between = (self.last_ts - self.first_ts) / 60_000_000 + 1;
        let n_minutes = self.n_minutes.min(n_between);
        self.n_busy_minutes >= 5 || (n_minutes >= 5 && self.n_pages_by_minute > 30 * n_minutes)
    }

    /// Standard deviation of the gaps below a fifth of their mean, squared.
    fn is_regular(&self) -> bool {
        let (n, sum, squared) = (
            self.n_gaps as f64,
            self.gap_ms as f64,
            self.gap_ms_squared as f64,
        );
        self.n_gaps >= 20 && n * squared < 1.04 * sum * sum
    }
}

impl Signs {
    /// Adds another day of the person.
    fn join(&mut self, other: &Self) {
        self.first_seen = self.first_seen.min(other.first_seen);
        self.last_seen = self.last_seen.max(other.last_seen);
        self.n_days += other.n_days;
        self.is_monitor_agent |= other.is_monitor_agent;
        self.is_scanner_agent |= other.is_scanner_agent;
        self.is_crawler_agent |= other.is_crawler_agent;
        self.is_system |= other.is_system;
        self.is_attacker |= other.is_attacker;
        self.n_asked += other.n_asked;
        self.n_client_errors += other.n_client_errors;
        self.n_error_pages = self.n_error_pages.max(other.n_error_pages);
        self.is_fast |= other.is_fast;
        self.n_pages = self.n_pages.max(other.n_pages);
        self.n_regular += other.n_regular;
        self.n_crawled += other.n_crawled;
        self.n_sleepless += other.n_sleepless;
        self.n_long += other.n_long;
        self.n_shared += other.n_shared;
    }
}

fn laid_out(signs: &[Signs]) -> Result<RecordBatch, arrow::error::ArrowError> {
    let day = |of: fn(&Signs) -> i32| -> ArrayRef {
        Arc::new(Date32Array::from_iter_values(signs.iter().map(of)))
    };
    let int = |of: fn(&Signs) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(signs.iter().map(of)))
    };
    let truth = |of: fn(&Signs) -> bool| -> ArrayRef {
        Arc::new(
            signs
                .iter()
                .map(|signs| Some(of(signs)))
                .collect::<BooleanArray>(),
        )
    };
    let columns = [
        ("person", int(|signs| signs.person)),
        ("first_seen", day(|signs| signs.first_seen)),
        ("last_seen", day(|signs| signs.last_seen)),
        ("n_days", int(|signs| signs.n_days)),
        ("is_monitor_agent", truth(|signs| signs.is_monitor_agent)),
        ("is_scanner_agent", truth(|signs| signs.is_scanner_agent)),
        ("is_crawler_agent", truth(|signs| signs.is_crawler_agent)),
        ("is_system", truth(|signs| signs.is_system)),
        ("is_attacker", truth(|signs| signs.is_attacker)),
        ("n_asked", int(|signs| signs.n_asked)),
        ("n_client_errors", int(|signs| signs.n_client_errors)),
        ("n_error_pages", int(|signs| signs.n_error_pages)),
        ("is_fast", truth(|signs| signs.is_fast)),
        ("n_pages", int(|signs| signs.n_pages)),
        ("n_regular", int(|signs| signs.n_regular)),
        ("n_crawled", int(|signs| signs.n_crawled)),
        ("n_sleepless", int(|signs| signs.n_sleepless)),
        ("n_long", int(|signs| signs.n_long)),
        ("n_shared", int(|signs| signs.n_shared)),
    ];
    RecordBatch::try_from_iter(columns)
}

#[cfg(test)]
#[path = "signs_tests.rs"]
mod tests;
