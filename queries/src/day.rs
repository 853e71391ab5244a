//! A civil day as a number, without a clock or a time zone.
//!
//! The lake stores `day` as a DATE, which Arrow hands over as days since 1970-01-01.

use std::fmt;

/// A civil day: days since 1970-01-01, as an Arrow `Date32` holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Day {
    /// The day of a proleptic Gregorian year, month (1 to 12) and day of the month.
    ///
    /// Howard Hinnant's `days_from_civil`.
    pub fn from_ymd(year: i32, month: u32, day: u32) -> Self {
        let y = i64::from(year) - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let month_from_march = (i64::from(month) + 9) % 12;
        let doy = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
        Self((era * 146_097 + doe - 719_468) as i32)
    }

    /// Year, month (1 to 12) and day of the month.
    pub fn ymd(self) -> (i32, u32, u32) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = (doy - (153 * mp + 2) / 5 + 1) as u32;
        let month = if mp < 10 { mp + 3 } else { mp - 9 } as u32;
        let year = (yoe + era * 400 + i64::from(month <= 2)) as i32;
        (year, month, day)
    }

    /// Reads `2026-05-24`; `None` if it is no date of the calendar.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        let parsed = Self::from_ymd(year, month, day);
        (parsed.ymd() == (year, month, day)).then_some(parsed)
    }

    /// Weekday, 0 = Monday to 6 = Sunday.
    pub fn weekday(self) -> u32 {
        (self.0 + 3).rem_euclid(7) as u32
    }

    /// The Monday of this day's week.
    #[must_use]
    pub fn monday(self) -> Self {
        Self(self.0 - self.weekday() as i32)
    }

    /// Number of the week since 1970, counted from Mondays; its parity tells odd from even weeks.
    pub fn week_number(self) -> i32 {
        (self.0 + 3).div_euclid(7)
    }

    /// `24 May 2026`, as a sentence would say it.
    pub fn words(self) -> String {
        let (year, month, day) = self.ymd();
        format!("{day} {} {year}", MONTHS[month as usize - 1])
    }

    /// `24 May`.
    pub fn short(self) -> String {
        let (_, month, day) = self.ymd();
        format!("{day} {}", &MONTHS[month as usize - 1][..3])
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn civil_dates_round_trip_over_four_centuries() {
        for days in -80_000..80_000 {
            let day = Day(days);
            let (year, month, dom) = day.ymd();
            assert_eq!(Day::from_ymd(year, month, dom), day);
        }
    }

    #[test]
    fn known_days() {
        assert_eq!(Day(0).to_string(), "1970-01-01");
        assert_eq!(Day::parse("2026-05-24").unwrap().weekday(), 6);
        assert_eq!(
            Day::parse("2026-05-24").unwrap().monday().to_string(),
            "2026-05-18"
        );
        assert_eq!(Day::parse("2026-02-30"), None);
        assert_eq!(
            Day::parse("2024-02-29").unwrap().words(),
            "29 February 2024"
        );
    }
}
