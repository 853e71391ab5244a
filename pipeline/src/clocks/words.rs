//! What is said of a clock that has jumped, and the remedy.

use std::path::Path;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use queries::clocks::Jump;
use queries::day::Day;

use super::Found;
use crate::ingest::source_of;
use crate::run::Run;

/// A change of the clocks lies at most so many days before a jump that it explains: people are few on Sundays.
const NEAR_DAYS: i32 = 10;

/// A note for each jump.
pub(super) fn notes<'a>(
    run: &Run,
    zone: &TimeZone,
    found: impl Iterator<Item = &'a Found>,
) -> Vec<String> {
    found.map(|one| note(run, zone, one)).collect()
}

fn note(run: &Run, zone: &TimeZone, found: &Found) -> String {
    let name = &run.settings.intranet.timezone;
    let cause = match change_before(zone, found.jump.since) {
        Some((day, what)) => format!(
            "{what} began in {name} on {}, and its times did not follow",
            day.words()
        ),
        None => "the zone or the clock of its times may have changed".to_owned(),
    };
    format!(
        "`{}`: {}: {cause}. {}",
        found.source,
        moved(&found.jump),
        remedy(run, zone, found)
    )
}

fn moved(jump: &Jump) -> String {
    let hours = match jump.hours.abs() {
        1 => "an hour".to_owned(),
        n => format!("{n} hours"),
    };
    let way = if jump.hours > 0 { "later" } else { "earlier" };
    // The days that show it, not when it began: of few people or of odd hours that is known but roughly.
    format!(
        "from {} to {} its people came and went {hours} {way} than in the weeks before",
        jump.since.words(),
        jump.until.words()
    )
}

fn remedy(run: &Run, zone: &TimeZone, found: &Found) -> String {
    let source = source_of(run, Path::new(&found.input));
    let mend = match (&source.timezone, source.path.as_str()) {
        (Some(zone), path) => format!(
            "If people did not change their hours, `timezone = \"{zone}\"` of [[logs]] `{path}` is not the zone that its \
             server writes"
        ),
        (None, "") => "If people did not change their hours, name it in [[logs]] with `timezone = \"...\"`, the zone \
                       that its server writes"
            .to_owned(),
        (None, path) => format!(
            "If people did not change their hours, write `timezone = \"...\"`, the zone that its server writes, in \
             [[logs]] `{path}`"
        ),
    };
    let name = &run.settings.intranet.timezone;
    let elsewhere = if has_changes(zone, found.jump.since) {
        "where its times name their own zone, mend the server's clock".to_owned()
    } else {
        format!(
            "where its times name their own zone, [intranet] timezone may be wrong: {name} has no summer time"
        )
    };
    format!("{mend}; {elsewhere}")
}

/// The latest change of the zone's clocks not long before a day, and what began with it.
fn change_before(zone: &TimeZone, day: Day) -> Option<(Day, &'static str)> {
    let days = (0..=NEAR_DAYS).map(|n| Day(day.0 - n));
    days.into_iter().find_map(|day| {
        let (before, now) = (at_noon(zone, Day(day.0 - 1))?, at_noon(zone, day)?);
        let what = match (before.0 == now.0, now.1) {
            (true, _) => return None,
            (false, true) => "summer time",
            (false, false) => "winter time",
        };
        Some((day, what))
    })
}

/// Whether the zone's clocks change within the year before a day.
fn has_changes(zone: &TimeZone, day: Day) -> bool {
    let noon = |n: i32| at_noon(zone, Day(day.0 - n)).map(|(seconds, _)| seconds);
    [91, 182, 273].into_iter().any(|n| noon(n) != noon(0))
}

/// Seconds from UTC at noon of a day, and whether that is summer time.
fn at_noon(zone: &TimeZone, day: Day) -> Option<(i32, bool)> {
    let (year, month, of_month) = day.ymd();
    let date = Date::new(i16::try_from(year).ok()?, month as i8, of_month as i8).ok()?;
    let noon = zone.to_timestamp(date.at(12, 0, 0, 0)).ok()?;
    let info = zone.to_offset_info(noon);
    Some((info.offset().seconds(), info.dst().is_dst()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a date")
    }

    #[test]
    fn the_change_of_the_clocks_is_found_where_there_is_one() {
        let berlin = TimeZone::get("Europe/Berlin").expect("the zone is known");
        let autumn = change_before(&berlin, day("2024-10-28"));
        assert_eq!(autumn, Some((day("2024-10-27"), "winter time")));
        let spring = change_before(&berlin, day("2024-04-05"));
        assert_eq!(spring, Some((day("2024-03-31"), "summer time")));
        assert_eq!(change_before(&berlin, day("2024-06-05")), None);
        assert_eq!(change_before(&TimeZone::UTC, day("2024-10-28")), None);
        assert!(has_changes(&berlin, day("2024-10-28")));
        assert!(!has_changes(&TimeZone::UTC, day("2024-10-28")));
    }
}
