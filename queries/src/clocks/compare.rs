//! Some days of a log compared with the weeks before.

use statrs::distribution::{ContinuousCDF, StudentsT};

use super::{DAYS_BEFORE, Jump, LEAST_DAYS_BEFORE, LEAST_PEOPLE, PersonDay};
use crate::day::Day;

/// One in a thousand that the share is nothing at all: nights are many.
const ALPHA: f64 = 0.001;

/// The same as a distance of the normal distribution.
const ALPHA_Z: f64 = 3.09;

/// A number for each hour of the day.
type Hours = [f64; 24];

/// Days differing from their weekday in other weeks.
#[derive(Clone, Copy)]
struct OtherDay {
    day: Day,
    n: usize,
    /// Sum over people of what they did less what they do on that weekday.
    moved: Hours,
}

/// What a person does on a weekday.
#[derive(Clone, Copy, Default)]
struct Usual {
    /// Days of this weekday.
    n: u32,
    /// Bit `h` is set when something was done in the hour `h` of one of them.
    ever: u32,
    /// On how many of them something was done in each hour.
    hours: [u32; 24],
}

/// The hours whose bits are set.
fn set_hours(mut bits: u32) -> impl Iterator<Item = usize> {
    bits &= (1 << 24) - 1;
    std::iter::from_fn(move || {
        let hour = bits.trailing_zeros() as usize;
        bits &= bits.wrapping_sub(1);
        (hour < 24).then_some(hour)
    })
}

/// The days of a person, cut where the days looked at begin.
struct Person<'a> {
    before: &'a [PersonDay],
    now: &'a [PersonDay],
    /// By weekday, of the days before.
    usual: [Usual; 7],
}

impl<'a> Person<'a> {
    fn of(days: &'a [PersonDay], since: Day) -> Self {
        let first = days.partition_point(|row| row.day.0 < since.0 - DAYS_BEFORE);
        let end = days.partition_point(|row| row.day < since);
        let (before, now) = (&days[first..end], &days[end..]);
        let mut usual = [Usual::default(); 7];
        for row in before {
            let usual = &mut usual[row.day.weekday() as usize];
            usual.n += 1;
            usual.ever |= row.hours;
            set_hours(row.hours).for_each(|h| usual.hours[h] += 1);
        }
        Self { before, now, usual }
    }
}

/// What a person did on the days looked at.
struct OtherHours {
    n_days: f64,
    /// Sum over these days, less what the person does on these weekdays.
    moved: Hours,
}

/// The days looked at and the days before, summed over people.
#[derive(Default)]
struct Sums {
    people: Vec<OtherHours>,
    n_days: f64,
    now: Hours,
    before: Hours,
    days_before: Vec<OtherDay>,
}

/// The jump between some days and the weeks before them, whether sure or not; none where none explains what changed.
pub(super) fn compare(people: &[&[PersonDay]], looked_at: &[Day]) -> Option<Jump> {
    let (since, until) = (*looked_at.first()?, *looked_at.last()?);
    let mut sums = Sums::default();
    let each = || people.iter().map(|days| Person::of(days, since));
    each().for_each(|person| sums.add_now(&person, looked_at));
    if sums.people.len() < LEAST_PEOPLE {
        return None;
    }
    let now = sums.now.map(|sum| sum / sums.n_days);
    let before = sums.before.map(|sum| sum / sums.n_days);
    let hours = best_jump(&now, &before)?;
    // Hardly ever is one found: only then is it asked how much the days before differ.
    each().for_each(|person| sums.add_before(&person));
    let w = weights(&before, hours);
    let is_loss = |h: usize| w[h] < 0.0;
    let lost: Hours = std::array::from_fn(|h| if is_loss(h) { w[h] } else { 0.0 });
    let gained: Hours = std::array::from_fn(|h| if is_loss(h) { 0.0 } else { w[h] });
    let all = sums.slope(&w, looked_at.len())?;
    let lost = sums.slope(&lost, looked_at.len())?;
    let gained = sums.slope(&gained, looked_at.len())?;
    Some(Jump {
        hours,
        since,
        until,
        share: all.share,
        share_least: lost.share.min(gained.share),
        share_low: lost.low.min(gained.low),
        n_days: looked_at.len(),
        n_people: sums.people.len(),
    })
}

/// The jump after which the days before are most like those now, if it explains most of what changed.
fn best_jump(now: &Hours, before: &Hours) -> Option<i32> {
    let apart = |k: i32| -> f64 {
        let differences = (0..24).map(|h| now[h] - before[earlier(h, k)]);
        differences.map(|d| d * d).sum()
    };
    let best = (-11..=12).min_by(|a, b| apart(*a).total_cmp(&apart(*b)))?;
    (best != 0 && apart(best) <= 0.5 * apart(0)).then_some(best)
}

/// The hour that a jump by `k` makes the hour `h`.
fn earlier(h: usize, k: i32) -> usize {
    (h as i32 - k).rem_euclid(24) as usize
}

fn weights(before: &Hours, k: i32) -> Hours {
    std::array::from_fn(|h| before[earlier(h, k)] - before[h])
}

struct Slope {
    share: f64,
    low: f64,
}

impl Sums {
    /// Adds what a person did on the days looked at.
    fn add_now(&mut self, person: &Person<'_>, looked_at: &[Day]) {
        let mut other = OtherHours {
            n_days: 0.0,
            moved: [0.0; 24],
        };
        for row in person.now.iter().filter(|row| looked_at.contains(&row.day)) {
            let usual = &person.usual[row.day.weekday() as usize];
            if usual.n == 0 {
                continue;
            }
            other.n_days += 1.0;
            for h in set_hours(usual.ever | row.hours) {
                let here = f64::from(row.hours >> h & 1);
                let usually = f64::from(usual.hours[h]) / f64::from(usual.n);
                other.moved[h] += here - usually;
                self.now[h] += here;
                self.before[h] += usually;
            }
        }
        if other.n_days > 0.0 {
            self.n_days += other.n_days;
            self.people.push(other);
        }
    }

    /// Adds how a person's days before differ from their weekdays in the other weeks.
    fn add_before(&mut self, person: &Person<'_>) {
        for row in person.before {
            let usual = &person.usual[row.day.weekday() as usize];
            if usual.n > 1 {
                let day = self.day_before(row.day);
                day.n += 1;
                let others = f64::from(usual.n - 1);
                // In all other hours there is nothing on this day nor in the other weeks.
                for h in set_hours(usual.ever) {
                    // Compared with the other weeks: the day itself says nothing about itself.
                    let here = row.hours >> h & 1;
                    day.moved[h] += f64::from(here) - f64::from(usual.hours[h] - here) / others;
                }
            }
        }
    }

    fn day_before(&mut self, day: Day) -> &mut OtherDay {
        let place = self.days_before.partition_point(|one| one.day < day);
        if self.days_before.get(place).is_none_or(|one| one.day != day) {
            let new = OtherDay {
                day,
                n: 0,
                moved: [0.0; 24],
            };
            self.days_before.insert(place, new);
        }
        &mut self.days_before[place]
    }

    /// The slope of what moved on some weights, with its lower bound.
    fn slope(&self, w: &Hours, n_days: usize) -> Option<Slope> {
        let size: f64 = w.iter().map(|w| w * w).sum();
        let along = |moved: &Hours| -> f64 {
            let products = moved.iter().zip(w).map(|(moved, w)| moved * w);
            products.sum::<f64>() / size
        };
        let each: Vec<(f64, f64)> = self
            .people
            .iter()
            .map(|person| (along(&person.moved), person.n_days))
            .collect();
        let share = each.iter().map(|(sum, _)| sum).sum::<f64>() / self.n_days;
        let residuals = each.iter().map(|(sum, n)| sum - n * share);
        let of_people = residuals.map(|r| r * r).sum::<f64>().sqrt() / self.n_days;
        let days: Vec<f64> = self
            .days_before
            .iter()
            .filter(|day| day.n >= LEAST_PEOPLE)
            .map(|day| along(&day.moved) / day.n as f64)
            .collect();
        if size <= 0.0 || days.len() < LEAST_DAYS_BEFORE {
            return None;
        }
        let freedom = days.len() as f64 - 1.0;
        let of_days = (days.iter().map(|d| d * d).sum::<f64>() / freedom / n_days as f64).sqrt();
        let t = StudentsT::new(0.0, 1.0, freedom).ok()?;
        let margin = (ALPHA_Z * of_people).max(t.inverse_cdf(1.0 - ALPHA) * of_days);
        Some(Slope {
            share,
            low: share - margin,
        })
    }
}
