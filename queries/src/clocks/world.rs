//! An invented log for tests: people with habits, weekdays, flexible hours, days that all share, holidays, machines.

use super::PersonDay;
use crate::day::Day;
use crate::stats::random::Random;

/// The first day, a Monday.
pub(super) const START: Day = Day(19_965);

/// Weeks before the one that is tested.
pub(super) const WEEKS_BEFORE: i32 = 4;

/// What happens in the week that is tested.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Week {
    Ordinary,
    /// Six in ten stay away, those who come start later and leave earlier, on two days nobody works.
    Holiday,
    /// All come later by half an hour, as in the dark of winter.
    Late,
    /// All leave earlier by two hours.
    Short,
    /// A new department comes, which works three hours later.
    Newcomers,
    /// The early ones stay away.
    LateOnesOnly,
    /// The log ends at noon of each day.
    CutAtNoon,
    /// The clock has jumped by some hours.
    Jump(i32),
}

impl Week {
    /// Its name in a table.
    pub(super) fn name(self) -> String {
        format!("{self:?}").to_lowercase()
    }
}

/// How many people, and how they work.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub(super) n_people: u32,
    pub(super) week: Week,
    /// How much a person's days differ, in hours.
    pub(super) flexible: f64,
    /// How many of a hundred work in shifts that change every week.
    pub(super) shifts: u64,
}

struct Habits {
    start: f64,
    length: f64,
    lunch: f64,
    /// Share of days, and of hours in between, with something done.
    days: f64,
    hours: f64,
    /// Early and late week by turns, from which on.
    shift: Option<i32>,
}

impl World {
    /// Five weeks, sorted.
    pub(super) fn rows(&self, seed: u64) -> Vec<PersonDay> {
        let mut random = Random::new(seed);
        let n_days = (WEEKS_BEFORE + 1) * 7;
        let moods: Vec<f64> = (0..n_days).map(|_| 0.08 * random.normal()).collect();
        let mut rows = Vec::new();
        for person in 0..self.n_people {
            let habits = self.habits(person, &mut random);
            for day in 0..n_days {
                let hours = self.hours(person, &habits, day, moods[day as usize], &mut random);
                if hours != 0 {
                    let day = Day(START.0 + day);
                    rows.push(PersonDay {
                        person: person.into(),
                        day,
                        hours,
                    });
                }
            }
        }
        // One machine that is always there, and one at night.
        for (person, hours) in [(1 << 40, 0x00FF_FFFF), (1 << 41, 0b1110)] {
            let days = (0..n_days).map(|day| PersonDay {
                person,
                day: Day(START.0 + day),
                hours,
            });
            rows.extend(days);
        }
        rows
    }

    fn habits(&self, person: u32, random: &mut Random) -> Habits {
        let is_new = self.week == Week::Newcomers && person.is_multiple_of(3);
        let works_in_shifts = random.below(100) < self.shifts as usize;
        Habits {
            start: 8.2 + 0.8 * random.normal() + if is_new { 3.0 } else { 0.0 },
            length: 8.6 + 0.7 * random.normal(),
            lunch: 12.2 + 0.4 * random.normal(),
            days: 0.3 + 0.6 * random.uniform(),
            hours: 0.25 + 0.6 * random.uniform(),
            shift: works_in_shifts.then(|| random.below(2) as i32),
        }
    }

    fn hours(&self, person: u32, of: &Habits, day: i32, mood: f64, random: &mut Random) -> u32 {
        let (week, weekday) = (day / 7, day % 7);
        let is_tested = week == WEEKS_BEFORE;
        let what = if is_tested { self.week } else { Week::Ordinary };
        let mut start = of.start + mood + self.flexible * random.normal();
        let mut end = start + of.length + 0.6 * random.normal();
        let mut comes = of.days;
        match weekday {
            4 => end -= 1.7,
            5 | 6 => comes *= 0.06,
            _ => {}
        }
        if let Some(shift) = of.shift {
            let later = f64::from((week + shift) % 2) * 7.0 - 2.0;
            (start, end) = (start + later, end + later);
        }
        let is_new = self.week == Week::Newcomers && person.is_multiple_of(3);
        match what {
            Week::Holiday if weekday == 1 || weekday == 2 => comes = 0.01,
            Week::Holiday => {
                comes *= 0.4;
                start += 0.7;
                end -= 1.2;
            }
            Week::Late => start += 0.5,
            Week::Short => end -= 2.0,
            Week::LateOnesOnly if of.start < 8.2 => comes = 0.0,
            _ if is_new && !is_tested => comes = 0.0,
            _ => {}
        }
        if random.uniform() > comes {
            return 0;
        }
        let mut hours = self.bits(of, (start, end), random);
        if let Week::Jump(by) = what {
            hours = turned(hours, by);
        }
        if what == Week::CutAtNoon {
            hours &= 0xFFF;
        }
        hours
    }

    #[expect(clippy::unused_self, reason = "a world makes its people's hours")]
    fn bits(&self, of: &Habits, (start, end): (f64, f64), random: &mut Random) -> u32 {
        let mut hours = 0;
        let mut at = start.floor();
        while at < end {
            let is_lunch = (of.lunch - at - 0.5).abs() < 0.5;
            let share = (at + 1.0).min(end) - at.max(start);
            let likely = of.hours * share.sqrt() * if is_lunch { 0.5 } else { 1.0 };
            if random.uniform() < likely {
                hours |= 1 << (at as i32).rem_euclid(24);
            }
            at += 1.0;
        }
        hours
    }
}

/// The hours of a day that a clock shows which goes wrong.
fn turned(hours: u32, by: i32) -> u32 {
    let by = by.rem_euclid(24);
    (hours << by | hours >> (24 - by)) & 0x00FF_FFFF
}
