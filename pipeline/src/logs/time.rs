//! Times: fixed-layout readers to microseconds UTC, and the civil clock of the intranet's zone.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Microseconds of a second.
pub(super) const SECOND: i64 = 1_000_000;
pub(super) const DAY_SECONDS: i64 = 86_400;
/// No zone changes its offset inside a quarter of an hour of the clock.
const QUARTER: i64 = 900;

/// A time as a log writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// With its offset: microseconds UTC.
    Utc(i64),
    /// Without: microseconds of the zone's clock.
    Clock(i64),
}

impl Written {
    /// So many microseconds later.
    fn later(self, micros: i64) -> Self {
        match self {
            Self::Utc(ts) => Self::Utc(ts + micros),
            Self::Clock(ts) => Self::Clock(ts + micros),
        }
    }
}

/// Reads `17/May/2015:10:05:03 +0000`, microseconds UTC.
pub(super) fn clf(text: &[u8]) -> Option<i64> {
    let t: &[u8; 26] = text.try_into().ok()?;
    if t[2] != b'/'
        || t[6] != b'/'
        || t[11] != b':'
        || t[14] != b':'
        || t[17] != b':'
        || t[20] != b' '
    {
        return None;
    }
    let month = month_of(&t[3..6])?;
    let days = days_of(number(&t[7..11])?, month, number(&t[..2])?)?;
    let seconds = clock(
        number(&t[12..14])?,
        number(&t[15..17])?,
        number(&t[18..20])?,
    )?;
    Some((days * DAY_SECONDS + seconds - offset(&t[21..])?) * SECOND)
}

/// Reads the dates of common logs; remembers the minute, for nearly every line has that of the line before.
#[derive(Clone, Debug, Default)]
pub(super) struct ClfClock {
    /// `17/May/2015:10:05:` and ` +0000` of the date read last.
    minute: [u8; 18],
    zone: [u8; 6],
    /// Its time at second 0, microseconds UTC.
    base: i64,
}

impl ClfClock {
    /// Like `clf`.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<i64> {
        let t: &[u8; 26] = text.try_into().ok()?;
        if t[..18] == self.minute && t[20..] == self.zone {
            return Some(self.base + clock(0, 0, number(&t[18..20])?)? * SECOND);
        }
        let ts = clf(t)?;
        self.base = ts - clock(0, 0, number(&t[18..20])?)? * SECOND;
        self.minute.copy_from_slice(&t[..18]);
        self.zone.copy_from_slice(&t[20..]);
        Some(ts)
    }
}

/// Reads times as rows write them; remembers what the last one said but for its seconds.
#[derive(Debug, Default)]
pub(super) struct RowClock {
    /// `2024-05-01T10:00:` and what stands behind the seconds.
    minute: [u8; 17],
    behind: Vec<u8>,
    /// The time at second 0.
    base: Option<Written>,
}

impl RowClock {
    /// Like `any`.
    pub(super) fn read(&mut self, text: &[u8]) -> Option<Written> {
        let (Some(minute), Some(seconds)) = (text.first_chunk::<17>(), text.get(17..19)) else {
            return any(text);
        };
        let behind = &text[19..];
        if self.minute == *minute
            && self.behind == behind
            && let Some(base) = self.base
        {
            return Some(base.later(clock(0, 0, number(seconds)?)? * SECOND));
        }
        let written = any(text);
        let is_iso =
            minute[4] == b'-' && minute[16] == b':' && seconds.iter().all(u8::is_ascii_digit);
        self.base = written
            .filter(|_| is_iso)
            .and_then(|written| Some(written.later(-clock(0, 0, number(seconds)?)? * SECOND)));
        self.minute = *minute;
        self.behind.clear();
        self.behind.extend_from_slice(behind);
        written
    }
}

/// Reads `5/17/2015 10:05:03 PM`: half a day written out tells that the month comes first.
fn american(text: &[u8]) -> Option<Written> {
    let mut words = text.split(|b| *b == b' ');
    let (date, time, half) = (words.next()?, words.next()?, words.next()?);
    let parts = |text: &[u8], between: u8| -> Option<Vec<i64>> {
        let parts = text.split(|b| *b == between);
        let is_short = |part: &&[u8]| (1..=4).contains(&part.len());
        parts
            .map(|part| Some(part).filter(is_short).and_then(number))
            .collect()
    };
    let [month, day, year] = parts(date, b'/')?[..] else {
        return None;
    };
    let time = parts(time, b':')?;
    let (hour, minute) = (*time.first()?, *time.get(1)?);
    let is_afternoon = half.eq_ignore_ascii_case(b"PM");
    if !(1..=12).contains(&hour) || time.len() > 3 || words.next().is_some() {
        return None;
    }
    if !is_afternoon && !half.eq_ignore_ascii_case(b"AM") {
        return None;
    }
    let hour = hour % 12 + if is_afternoon { 12 } else { 0 };
    let seconds = clock(hour, minute, time.get(2).copied().unwrap_or(0))?;
    let days = days_of(year, month, day)?;
    (year > 99).then_some(Written::Clock((days * DAY_SECONDS + seconds) * SECOND))
}

/// Reads ISO 8601 (`T` or a space between; date alone is midnight), a CLF date, a Unix time, or an American one.
pub(super) fn any(text: &[u8]) -> Option<Written> {
    let t = text.trim_ascii();
    if t.len() < 10 || t[4] != b'-' {
        let utc = clf(t).or_else(|| unix(t)).map(Written::Utc);
        return utc.or_else(|| american(t));
    }
    if t[7] != b'-' {
        return None;
    }
    let days = days_of(number(&t[..4])?, number(&t[5..7])?, number(&t[8..10])?)?;
    let (micros, rest) = clock_and_rest(&t[10..])?;
    let micros = days * DAY_SECONDS * SECOND + micros;
    match rest.trim_ascii_start() {
        b"" => Some(Written::Clock(micros)),
        b"Z" | b"z" | b"UTC" => Some(Written::Utc(micros)),
        sign => Some(Written::Utc(micros - offset(sign)? * SECOND)),
    }
}

/// A Unix time in seconds, milliseconds, microseconds or nanoseconds, told apart by its size.
pub(super) fn unix_number(n: i64) -> Option<i64> {
    match n {
        0..100_000_000_000 => Some(n * SECOND),
        100_000_000_000..100_000_000_000_000 => Some(n * 1000),
        100_000_000_000_000..100_000_000_000_000_000 => Some(n),
        100_000_000_000_000_000.. => Some(n / 1000),
        _ => None,
    }
}

fn unix(text: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(text).ok()?;
    if let Ok(n) = text.parse::<i64>() {
        return unix_number(n);
    }
    let (whole, part) = text.split_once('.')?;
    let is_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if !is_digits(whole) || !is_digits(part) {
        return None;
    }
    let whole: i64 = whole.parse().ok()?;
    Some(
        unix_number(whole)?
            + if whole < 100_000_000_000 {
                fraction(part.as_bytes())
            } else {
                0
            },
    )
}

/// Microseconds of `Thh:mm[:ss[.ffffff]]`, and what follows.
fn clock_and_rest(t: &[u8]) -> Option<(i64, &[u8])> {
    if t.is_empty() {
        return Some((0, t));
    }
    if t.len() < 6 || !matches!(t[0], b'T' | b't' | b' ') || t[3] != b':' {
        return None;
    }
    let (hour, minute) = (number(&t[1..3])?, number(&t[4..6])?);
    if t.len() < 9 || t[6] != b':' {
        return Some((clock(hour, minute, 0)? * SECOND, &t[6..]));
    }
    let micros = clock(hour, minute, number(&t[7..9])?)? * SECOND;
    let rest = &t[9..];
    if !matches!(rest.first(), Some(b'.' | b',')) {
        return Some((micros, rest));
    }
    let digits = rest[1..].iter().take_while(|b| b.is_ascii_digit()).count();
    (digits > 0).then(|| (micros + fraction(&rest[1..=digits]), &rest[1 + digits..]))
}

/// Microseconds of the digits after the point.
pub(super) fn fraction(digits: &[u8]) -> i64 {
    let padded = digits
        .iter()
        .copied()
        .chain(std::iter::repeat(b'0'))
        .take(6);
    padded.fold(0, |sum, digit| sum * 10 + i64::from(digit - b'0'))
}

/// Seconds of `+hhmm`, `+hh:mm` or `+hh`.
pub(super) fn offset(t: &[u8]) -> Option<i64> {
    let (hours, minutes) = match t.len() {
        3 => (number(&t[1..3])?, 0),
        5 => (number(&t[1..3])?, number(&t[3..5])?),
        6 if t[3] == b':' => (number(&t[1..3])?, number(&t[4..6])?),
        _ => return None,
    };
    let seconds = hours * 3600 + minutes * 60;
    match t[0] {
        _ if hours > 18 || minutes > 59 => None,
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

pub(super) fn number(digits: &[u8]) -> Option<i64> {
    let mut n = 0;
    for digit in digits {
        let value = digit.wrapping_sub(b'0');
        if value > 9 {
            return None;
        }
        n = n * 10 + i64::from(value);
    }
    Some(n)
}

/// Seconds of a day; a leap second is the second before it.
pub(super) fn clock(hour: i64, minute: i64, second: i64) -> Option<i64> {
    (hour < 24 && minute < 60 && second <= 60).then(|| hour * 3600 + minute * 60 + second.min(59))
}

pub(super) fn month_of(name: &[u8]) -> Option<i64> {
    const NAMES: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";
    NAMES
        .chunks_exact(3)
        .position(|month| month.eq_ignore_ascii_case(name))
        .map(|at| at as i64 + 1)
}

/// Days since 1970-01-01 of a date that the calendar has (after Howard Hinnant's `days_from_civil`).
pub(super) fn days_of(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    // Before the year 1 came the year -1.
    if year < 1 || !(1..=12).contains(&month) || day < 1 || day > LENGTHS[month as usize - 1] {
        return None;
    }
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if month == 2 && day == 29 && !is_leap {
        return None;
    }
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468,
    )
}

/// A zone's clock, its offset remembered for the current quarter of an hour.
pub(super) struct Clock {
    zone: TimeZone,
    quarter: i64,
    offset: i64,
    local_quarter: i64,
    local_offset: i64,
}

impl Clock {
    pub(super) fn new(zone: TimeZone) -> Self {
        Self {
            zone,
            quarter: i64::MIN,
            offset: 0,
            local_quarter: i64::MIN,
            local_offset: 0,
        }
    }

    /// The civil day and hour of a time.
    pub(super) fn day_and_hour(&mut self, ts: i64) -> (i32, u8) {
        let seconds = ts.div_euclid(SECOND);
        let quarter = seconds.div_euclid(QUARTER);
        if quarter != self.quarter {
            let at = Timestamp::from_second(quarter * QUARTER).unwrap_or(Timestamp::UNIX_EPOCH);
            self.offset = i64::from(self.zone.to_offset(at).seconds());
            self.quarter = quarter;
        }
        let local = seconds + self.offset;
        (
            local.div_euclid(DAY_SECONDS) as i32,
            (local.rem_euclid(DAY_SECONDS) / 3600) as u8,
        )
    }

    /// The time of a reading of the zone's clock: in the hour that comes twice the first, in the one left out as before it.
    pub(super) fn utc(&mut self, written: Written) -> i64 {
        let local = match written {
            Written::Utc(ts) => return ts,
            Written::Clock(local) => local,
        };
        let quarter = local.div_euclid(QUARTER * SECOND);
        if quarter != self.local_quarter {
            self.local_offset = self.offset_at_clock(quarter * QUARTER);
            self.local_quarter = quarter;
        }
        local - self.local_offset * SECOND
    }

    fn offset_at_clock(&self, local: i64) -> i64 {
        let as_if_utc = Timestamp::from_second(local).unwrap_or(Timestamp::UNIX_EPOCH);
        let reading: DateTime = TimeZone::UTC.to_datetime(as_if_utc);
        let time = self.zone.to_timestamp(reading).unwrap_or(as_if_utc);
        as_if_utc.as_second() - time.as_second()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop, prop_assert_eq, proptest};

    use super::*;

    fn utc(text: &str) -> i64 {
        text.parse::<Timestamp>().expect("a time").as_microsecond()
    }

    #[test]
    fn common_log_dates() {
        assert_eq!(
            clf(b"17/May/2015:10:05:03 +0000"),
            Some(utc("2015-05-17T10:05:03Z"))
        );
        assert_eq!(
            clf(b"29/Feb/2024:00:00:00 +0530"),
            Some(utc("2024-02-28T18:30:00Z"))
        );
        assert_eq!(
            clf(b"01/Jan/1969:23:59:60 -0800"),
            Some(utc("1969-01-02T07:59:59Z"))
        );
        for bad in [
            "29/Feb/2023:00:00:00 +0000",
            "31/Abc/2023:00:00:00 +0000",
            "01/Jan/2023:24:00:00 +0000",
            "01/Jan/0000:10:00:00 +0000",
            "1/Jan/2023:00:00:00 +0000",
        ] {
            assert_eq!(clf(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn a_clock_that_remembers_reads_the_same() {
        let mut clock = ClfClock::default();
        for text in [
            "17/May/2015:10:05:03 +0000",
            "17/May/2015:10:05:60 +0000",
            "17/May/2015:10:05:61 +0000",
            "17/May/2015:10:05:x1 +0000",
            "17/May/2015:10:05:07 +0100",
            "17/May/2015:10:06:07 +0100",
            "17/May/2015:10:06:07 +0100x",
        ] {
            assert_eq!(clock.read(text.as_bytes()), clf(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_clock_that_remembers_reads_rows_as_one_that_does_not(
            texts in prop::collection::vec(
                (" ?2024-05-0[1 ][T ]1[0:]:0[05x]:", "[0-6x][0-9]", "|Z|[+]02:00|[.,][0-9]{1,3}Z?| |x|[+]19"), 1..30,
            ),
        ) {
            let mut clock = RowClock::default();
            for (minute, second, behind) in texts {
                let text = format!("{minute}{second}{behind}");
                prop_assert_eq!(clock.read(text.as_bytes()), any(text.as_bytes()), "{}", text);
            }
        }
    }

    #[test]
    fn other_dates() {
        let at = utc("2024-05-01T10:00:00Z");
        assert_eq!(any(b"2024-05-01T10:00:00Z"), Some(Written::Utc(at)));
        assert_eq!(
            any(b"2024-05-01 12:00:00.250+02:00"),
            Some(Written::Utc(at + 250_000))
        );
        assert_eq!(any(b"2024-05-01 10:00"), Some(Written::Clock(at)));
        assert_eq!(
            any(b"2024-05-01"),
            Some(Written::Clock(utc("2024-05-01T00:00:00Z")))
        );
        assert_eq!(any(b"1714557600"), Some(Written::Utc(at)));
        assert_eq!(any(b"1714557600.5"), Some(Written::Utc(at + 500_000)));
        assert_eq!(any(b"1714557600000"), Some(Written::Utc(at)));
        assert_eq!(any(b"01/May/2024:10:00:00 +0000"), Some(Written::Utc(at)));
        let noon = utc("2024-05-01T12:00:00Z");
        assert_eq!(any(b"5/1/2024 12:00:00 PM"), Some(Written::Clock(noon)));
        assert_eq!(any(b"05/01/2024 10:00 am"), Some(Written::Clock(at)));
        for bad in [
            "13/1/2024 10:00:00 PM",
            "5/1/2024 13:00:00 PM",
            "5/1/2024 10:00:00",
            "5/1/24 10:00:00 AM",
            "5/1/2024 10:00:00 XM",
            "",
            "yesterday",
            "2024-13-01",
            "2024-05-01T10:00:00+99:00",
            "2024-05-01T",
            "2024-05-01T10:00:00.",
            "1.x",
        ] {
            assert_eq!(any(bad.as_bytes()), None, "{bad}");
        }
    }

    #[test]
    fn the_clock_follows_the_zone() {
        let mut clock = Clock::new(TimeZone::get("Europe/Berlin").expect("the zone is known"));
        let day = |text: &str| (utc(text) / SECOND / DAY_SECONDS) as i32;
        assert_eq!(
            clock.day_and_hour(utc("2026-03-28T23:30:00Z")),
            (day("2026-03-29T00:00:00Z"), 0)
        );
        assert_eq!(clock.day_and_hour(utc("2026-03-29T00:59:00Z")).1, 1);
        assert_eq!(clock.day_and_hour(utc("2026-03-29T01:00:00Z")).1, 3);
        let reading = |text: &str| Written::Clock(utc(text));
        assert_eq!(
            clock.utc(reading("2026-07-01T12:00:00Z")),
            utc("2026-07-01T10:00:00Z")
        );
        assert_eq!(
            clock.utc(reading("2026-10-25T02:30:00Z")),
            utc("2026-10-25T00:30:00Z")
        );
        assert_eq!(
            clock.utc(reading("2026-03-29T02:30:00Z")),
            utc("2026-03-29T01:30:00Z")
        );
    }
}
