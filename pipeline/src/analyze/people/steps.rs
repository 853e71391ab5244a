//! Which windows are looked at for groups: one a week, on Sundays, and the one that ends on the as-of day.
//!
//! Nights shift the window by a day and would make seven histories out of one; so a history goes by whole weeks,
//! and the window of a night is its last step until a Sunday takes its place. A window stays as it was found until the
//! days, the people or the rules that it was made of change.

use std::collections::BTreeSet;

use crate::analyze::Window;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// The steps up to a window and within the horizon, in order; each as long as the window. `first` is the first day
/// with events: before it a window would be part empty, but the last one is looked at whatever it holds.
pub(super) fn steps(window: Window, first: i32, horizon_days: i32) -> Vec<Window> {
    let n_days = window.n_days();
    let earliest = first.max(window.end - horizon_days + 1) + n_days - 1;
    let mut ends: BTreeSet<i32> = (earliest..=window.end)
        .filter(|day| is_sunday(*day))
        .collect();
    ends.insert(window.end);
    let step = |end: i32| Window {
        start: end - n_days + 1,
        end,
    };
    ends.into_iter().map(step).collect()
}

/// Whether a day, counted from 1970-01-01 (a Thursday), is a Sunday.
pub(super) fn is_sunday(day: i32) -> bool {
    (day + 4).rem_euclid(7) == 0
}

/// What a window's groups are made of, as a number: the files of its days' sessions, which are written anew when an
/// event, an actor or an opt-out changes them; the people; and the settings.
pub(super) struct Fingerprints {
    days: Vec<(i32, String)>,
    people: Vec<String>,
    settings: String,
}

/// Groups found by other rules than these are found again.
const RULES: u32 = 1;

impl Fingerprints {
    pub(super) async fn read(run: &Run, lake: &Lake) -> Result<Self, Error> {
        let doing = "failed to see what groups are made of";
        let sessions = lake.snapshot("sessions").await.doing(doing)?;
        let mut days: Vec<(i32, String)> = sessions
            .files
            .iter()
            .filter_map(|file| Some((file.day?, file.path.clone())))
            .collect();
        days.sort();
        let people = lake.snapshot("people").await.doing(doing)?;
        let mut people: Vec<String> = people.files.iter().map(|file| file.path.clone()).collect();
        people.sort();
        let (site, privacy) = (&run.settings.site, &run.settings.privacy);
        let hubs = (&site.home, &site.search, &site.login);
        Ok(Self {
            days,
            people,
            settings: format!("{RULES} {hubs:?} {:?}", privacy.sensitive),
        })
    }

    pub(super) fn of(&self, window: Window) -> i64 {
        let start = self.days.partition_point(|(day, _)| *day < window.start);
        let end = self.days.partition_point(|(day, _)| *day <= window.end);
        let mut hasher = blake3::Hasher::new();
        for (day, path) in &self.days[start..end] {
            hasher.update(format!("{day} {path}\n").as_bytes());
        }
        let rest = format!("{:?} {}", self.people, self.settings);
        hasher.update(rest.as_bytes());
        let first: [u8; 8] = hasher.finalize().as_bytes()[..8]
            .try_into()
            .expect("a hash has 32 bytes");
        i64::from_le_bytes(first)
    }
}

#[cfg(test)]
mod tests {
    use queries::day::Day;

    use super::*;

    #[test]
    fn steps_end_on_sundays_and_on_the_last_day() {
        let day = |text: &str| Day::parse(text).expect("a date").0;
        let wednesday = day("2026-05-27");
        let window = Window {
            start: wednesday - 27,
            end: wednesday,
        };
        let ends = |first: &str, horizon| -> Vec<String> {
            let steps = steps(window, day(first), horizon);
            assert!(steps.iter().all(|step| step.n_days() == 28));
            steps.iter().map(|step| Day(step.end).to_string()).collect()
        };
        assert_eq!(
            ends("2026-04-13", 182),
            ["2026-05-10", "2026-05-17", "2026-05-24", "2026-05-27"]
        );
        assert_eq!(ends("2020-01-01", 35), ["2026-05-24", "2026-05-27"]);
        assert_eq!(ends("2026-05-20", 182), ["2026-05-27"]);
    }
}
