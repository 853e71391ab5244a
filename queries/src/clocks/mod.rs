//! Whether the clock of a log has jumped: its people come and go an hour later, or earlier, than before.
//!
//! The naive way is to compare the hours of events of this week with those of the weeks before: one busy machine moves
//! them, so does a week in which half of the people are on holiday, and Fridays end early. Here people are compared with
//! themselves, on the same weekdays, by the hours in which they did something; each of their days weighs the same.
//!
//! Let `before(h)` be the share of them that were there in the hour `h`, `now(h)` that of the days looked at. If a clock
//! jumps by `k` hours, `now(h)` becomes `before(h - k)`: the hours at which the day begins lose people *and* those at
//! which it ends gain them, by as much as `w(h) = before(h - k) - before(h)` says. The share of the jump that is seen is
//! the slope of `now - before` on `w`, 0 without a jump and 1 with a whole one, taken for the hours that lose and for
//! those that gain apart. Only a clock moves both: who comes late and leaves early, a day cut off in the middle, and a
//! busier week move one of them, or both against each other.
//!
//! Each slope has two lower bounds, and the lowest of the four counts: one from how people differ (each with all their
//! days: days of a person are not independent), one from how the days before differ from their own weekday in the other
//! weeks (what all people do together on one day is no chance among people). METHODS: the unit is the person.

mod compare;

use crate::day::Day;
use crate::parallel::on_all_cores;

use compare::compare;

/// What one person did on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PersonDay {
    /// The person, by any number.
    pub person: i64,
    /// The civil day.
    pub day: Day,
    /// Bit `h` is set when something was done in the hour `h` of the day.
    pub hours: u32,
}

/// A jump that was seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Jump {
    /// How many hours later people are there; negative when earlier.
    pub hours: i32,
    /// The first of the days looked at.
    pub since: Day,
    /// The last of them.
    pub until: Day,
    /// The share of the jump that is seen: 1 when all people moved by all of it.
    pub share: f64,
    /// The less of what those hours show of it that lose people, and of those that gain them.
    pub share_least: f64,
    /// What both are at least.
    pub share_low: f64,
    /// Days looked at.
    pub n_days: usize,
    /// People compared with themselves.
    pub n_people: usize,
}

impl Jump {
    /// Whether it is a jump beyond doubt, and most of one.
    fn is_sure(&self) -> bool {
        self.share_least >= LEAST_SHARE && self.share_low > 0.0
    }

    /// How well the days fit: greatest for all the days after the jump and none before it, since a day after it adds a
    /// half and one before it takes a half away.
    fn weight(&self) -> f64 {
        (self.share - 0.5) * self.n_days as f64
    }
}

/// Days before, with which days are compared: four of each weekday.
pub const DAYS_BEFORE: i32 = 28;

/// Days with people that are looked at together at most: a week of work, so that few people are enough.
pub const MOST_DAYS: usize = 5;

/// A day has at least so many people to be one: below it is a weekend, and too few to say anything of.
const LEAST_PEOPLE: usize = 10;

/// With fewer days before nobody knows how much days differ.
const LEAST_DAYS_BEFORE: usize = 8;

/// The share of a jump that must be seen at least.
const LEAST_SHARE: f64 = 0.6;

/// The days looked at lie at most so far apart.
pub const MOST_APART: i32 = 10;

/// The jumps up to the last day, of days that end on `from` or later. Rows are sorted by person and day, one for each.
///
/// Older days are looked at five at a time, and the latest five also one, two, three and four at a time: so that a jump
/// is told the night after where there are many people, and some days later where there are few. Days that tell of the
/// same jump are told once, by those that show it best.
///
/// # Panics
/// When the rows are not sorted.
pub fn jumps(rows: &[PersonDay], from: Day) -> Vec<Jump> {
    let is_before = |a: &PersonDay, b: &PersonDay| (a.person, a.day) < (b.person, b.day);
    assert!(
        rows.is_sorted_by(is_before),
        "one row a person and day, in their order"
    );
    let people: Vec<&[PersonDay]> = rows.chunk_by(|a, b| a.person == b.person).collect();
    let days = days_with_people(rows);
    let first = days.partition_point(|day| *day < from);
    let of_ends = on_all_cores(days.len() - first, |n| {
        best_jump_until(&people, &days, first + n)
    });
    let mut seen: Vec<Jump> = Vec::new();
    for jump in of_ends.into_iter().flatten() {
        tell_once(&mut seen, jump);
    }
    seen
}

/// The jump that the days up to one of them show best, if one is sure.
fn best_jump_until(people: &[&[PersonDay]], days: &[Day], end: usize) -> Option<Jump> {
    let is_latest = end + MOST_DAYS >= days.len();
    let of_length = |n: usize| {
        let looked_at = &days[(end + 1).checked_sub(n)?..=end];
        let since = looked_at[0].0;
        let before = days.partition_point(|day| day.0 < since - DAYS_BEFORE);
        let is_enough = end + 1 - n >= before + LEAST_DAYS_BEFORE;
        let is_near = days[end].0 - since <= MOST_APART;
        (is_enough && is_near)
            .then(|| compare(people, looked_at))
            .flatten()
    };
    let whole = of_length(MOST_DAYS);
    if !is_latest && !whole.is_some_and(|jump| jump.is_sure()) {
        return None;
    }
    let compared = (1..MOST_DAYS).filter_map(of_length).chain(whole);
    let compared: Vec<Jump> = compared.collect();
    let sure = compared.iter().filter(|jump| jump.is_sure());
    let sure = sure.max_by(|a, b| a.share_low.total_cmp(&b.share_low))?;
    // Any length may be the surest, and another one fit best to when it began.
    let same = compared.iter().filter(|jump| jump.hours == sure.hours);
    let best = same.max_by(|a, b| a.weight().total_cmp(&b.weight()))?;
    Some(Jump {
        share_low: sure.share_low,
        ..*best
    })
}

/// The same jump is seen on several days, until the days before have it too; where days differ much, one of them may be
/// an hour off.
fn tell_once(seen: &mut Vec<Jump>, jump: Jump) {
    match seen.last_mut() {
        Some(last)
            if last.hours.signum() == jump.hours.signum()
                && jump.since.0 - last.until.0 <= DAYS_BEFORE =>
        {
            let until = jump.until;
            if jump.weight() > last.weight() {
                *last = jump;
            }
            last.until = until;
        }
        _ => seen.push(jump),
    }
}

fn days_with_people(rows: &[PersonDay]) -> Vec<Day> {
    let mut days: Vec<Day> = rows.iter().map(|row| row.day).collect();
    days.sort_unstable();
    days.chunk_by(|a, b| a == b)
        .filter(|same| same.len() >= LEAST_PEOPLE)
        .map(|same| same[0])
        .collect()
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod world;
