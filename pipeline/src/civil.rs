//! Civil days and hours of the intranet's zone, by jiff and never by SQL casts.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use queries::day::Day;

/// The civil day of a time in microseconds UTC, as days since 1970-01-01.
pub fn day_of(zone: &TimeZone, micros: i64) -> i32 {
    let date = civil(zone, micros).date();
    days(date)
}

/// Weekday (0 = Monday) and hour of a time in microseconds UTC.
pub fn weekday_and_hour(zone: &TimeZone, micros: i64) -> (u8, u8) {
    let time = civil(zone, micros);
    (Day(days(time.date())).weekday() as u8, time.hour() as u8)
}

/// Seconds from 1970-01-01 to a time in microseconds UTC, both by the clock on the wall.
pub fn wall_seconds(zone: &TimeZone, micros: i64) -> i64 {
    let time = civil(zone, micros);
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    i64::from(days(time.date())) * 86_400
        + i64::from(hour) * 3_600
        + i64::from(minute) * 60
        + i64::from(second)
}

fn civil(zone: &TimeZone, micros: i64) -> jiff::civil::DateTime {
    // Times outside jiff's years -9999 to 9999 never enter the lake; they are clamped all the same.
    let time = Timestamp::from_microsecond(micros).unwrap_or(Timestamp::UNIX_EPOCH);
    zone.to_datetime(time)
}

fn days(date: Date) -> i32 {
    Day::from_ymd(
        i32::from(date.year()),
        date.month() as u32,
        date.day() as u32,
    )
    .0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_is_the_zones_and_not_utcs() {
        let berlin = TimeZone::get("Europe/Berlin").expect("the zone is known");
        // 2026-03-28 23:30 UTC is half past midnight of Sunday the 29th in Berlin.
        let micros = i64::from(Day::parse("2026-03-28").expect("a date").0) * 86_400_000_000
            + (23 * 60 + 30) * 60_000_000;
        assert_eq!(Day(day_of(&berlin, micros)).to_string(), "2026-03-29");
        assert_eq!(weekday_and_hour(&berlin, micros), (6, 0));
        let sunday = i64::from(Day::parse("2026-03-29").expect("a date").0) * 86_400;
        assert_eq!(wall_seconds(&berlin, micros), sunday + 30 * 60);
        assert_eq!(
            Day(day_of(&TimeZone::UTC, micros)).to_string(),
            "2026-03-28"
        );
    }
}
