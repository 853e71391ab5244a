//! Times as directives lay them out: piece by piece, in one field or several.

use super::super::time::{self, DAY_SECONDS, SECOND, Written};

/// A piece of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// `01/May/2024:10:00:00 +0000`
    Clf,
    /// `2024-05-01T10:00:00+00:00`
    Iso,
    /// Seconds since 1970, with or without a point.
    Unix,
    /// Of a whole Unix time: so many a second.
    UnixOf(i64),
    /// Three or six digits behind the second.
    Fraction,
    Year,
    ShortYear,
    Month,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Offset,
    /// A name that says nothing: of a day of the week or a zone.
    Word,
}

/// What the pieces of a line say together.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stamp {
    whole: Option<Written>,
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    micros: i64,
    offset: Option<i64>,
}

impl Stamp {
    /// Takes a piece off the text and gives the rest.
    pub(super) fn take<'a>(&mut self, piece: Piece, text: &'a [u8]) -> Option<&'a [u8]> {
        let width = piece.width(text);
        let (digits, rest) = text.split_at_checked(width).filter(|_| width > 0)?;
        let number = || time::number(digits);
        match piece {
            Piece::Clf => self.whole = Some(Written::Utc(time::clf(digits)?)),
            Piece::Iso | Piece::Unix => self.whole = Some(time::any(digits)?),
            Piece::UnixOf(n) => {
                let value: i64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
                self.whole = Some(Written::Utc(value.checked_mul(SECOND / n)?));
            }
            Piece::Fraction => self.micros = time::fraction(digits),
            Piece::Year => self.year = number()?,
            Piece::ShortYear => self.year = 2000 + number()?,
            Piece::Month => self.month = number()?,
            Piece::MonthName => self.month = time::month_of(digits.get(..3)?)?,
            Piece::Day => self.day = time::number(digits.trim_ascii())?,
            Piece::Hour => self.hour = number()?,
            Piece::Minute => self.minute = number()?,
            Piece::Second => self.second = number()?,
            Piece::Offset => self.offset = Some(time::offset(digits)?),
            Piece::Word => {}
        }
        Some(rest)
    }

    /// The time that the pieces make.
    pub(super) fn written(&self) -> Option<Written> {
        if let Some(whole) = self.whole {
            return Some(match whole {
                Written::Utc(ts) => Written::Utc(ts.checked_add(self.micros)?),
                Written::Clock(ts) => Written::Clock(ts.checked_add(self.micros)?),
            });
        }
        let days = time::days_of(self.year, self.month, self.day)?;
        let seconds = days * DAY_SECONDS + time::clock(self.hour, self.minute, self.second)?;
        let micros = |seconds: i64| seconds * SECOND + self.micros;
        Some(match self.offset {
            Some(offset) => Written::Utc(micros(seconds - offset)),
            None => Written::Clock(micros(seconds)),
        })
    }
}

impl Piece {
    fn width(self, text: &[u8]) -> usize {
        let run = |is: fn(&u8) -> bool| text.iter().take_while(|b| is(b)).count();
        match self {
            Self::Clf => 26,
            Self::Iso => run(|b| {
                !b.is_ascii_whitespace() && !matches!(b, b'"' | b'[' | b']' | b',' | b'|' | b';')
            }),
            Self::Unix => run(|b| b.is_ascii_digit() || *b == b'.'),
            Self::UnixOf(_) => run(u8::is_ascii_digit).min(18),
            Self::Fraction => run(u8::is_ascii_digit),
            Self::Year => 4,
            Self::MonthName | Self::Word => run(u8::is_ascii_alphabetic),
            Self::Offset if text.get(3) == Some(&b':') => 6,
            Self::Offset => 5,
            _ => 2,
        }
    }
}

/// The pieces of a layout of `strftime`, with the text between them; else the place of what is not known.
pub(super) fn strftime(layout: &str) -> Result<Vec<Result<Piece, u8>>, usize> {
    let mut pieces = Vec::new();
    let mut bytes = layout.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        if byte != b'%' {
            pieces.push(Err(byte));
            continue;
        }
        let inner: &[Result<Piece, u8>] = match bytes.next().map(|(_, byte)| byte) {
            Some(b'Y') => &[Ok(Piece::Year)],
            Some(b'y') => &[Ok(Piece::ShortYear)],
            Some(b'm') => &[Ok(Piece::Month)],
            Some(b'b' | b'B' | b'h') => &[Ok(Piece::MonthName)],
            Some(b'd' | b'e') => &[Ok(Piece::Day)],
            Some(b'H' | b'k') => &[Ok(Piece::Hour)],
            Some(b'M') => &[Ok(Piece::Minute)],
            Some(b'S') => &[Ok(Piece::Second)],
            Some(b'z') => &[Ok(Piece::Offset)],
            Some(b's') => &[Ok(Piece::UnixOf(1))],
            Some(b'a' | b'A' | b'Z') => &[Ok(Piece::Word)],
            Some(b'F') => &[
                Ok(Piece::Year),
                Err(b'-'),
                Ok(Piece::Month),
                Err(b'-'),
                Ok(Piece::Day),
            ],
            Some(b'T') => &[
                Ok(Piece::Hour),
                Err(b':'),
                Ok(Piece::Minute),
                Err(b':'),
                Ok(Piece::Second),
            ],
            Some(b'R') => &[Ok(Piece::Hour), Err(b':'), Ok(Piece::Minute)],
            Some(b'D') => &[
                Ok(Piece::Month),
                Err(b'/'),
                Ok(Piece::Day),
                Err(b'/'),
                Ok(Piece::ShortYear),
            ],
            Some(b'%') => &[Err(b'%')],
            _ => return Err(at),
        };
        pieces.extend_from_slice(inner);
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(layout: &str, text: &str) -> Option<Written> {
        let mut stamp = Stamp::default();
        let mut rest = text.as_bytes();
        for piece in strftime(layout).expect("a layout") {
            rest = match piece {
                Ok(piece) => stamp.take(piece, rest)?,
                Err(byte) => rest.strip_prefix(&[byte])?,
            };
        }
        rest.is_empty().then(|| stamp.written())?
    }

    #[test]
    fn layouts_of_strftime() {
        let at = 1_714_557_600_000_000;
        assert_eq!(
            read("%d/%b/%Y:%T %z", "01/May/2024:12:00:00 +0200"),
            Some(Written::Utc(at))
        );
        assert_eq!(
            read("%F %H:%M:%S", "2024-05-01 10:00:00"),
            Some(Written::Clock(at))
        );
        assert_eq!(
            read("%a %e %B %y %R", "Wed  1 May 24 10:00"),
            Some(Written::Clock(at))
        );
        assert_eq!(read("%s", "1714557600"), Some(Written::Utc(at)));
        assert_eq!(read("%F %T", "2024-13-01 10:00:00"), None);
        assert_eq!(strftime("%Y %q"), Err(3));
    }
}
