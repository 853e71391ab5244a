//! What a value looks like by its letters alone: an id, or a word.

use std::collections::BTreeMap;

/// The look of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Look {
    /// Digits alone.
    Number,
    /// A UUID, with or without braces' worth of punctuation.
    Uuid,
    /// Eight hexadecimal digits or more.
    Hex,
    /// A day.
    Date,
    /// A number with a few letters: `ABC-123`, `4711-new-canteen`.
    Code,
    /// A long mixture of capitals, small letters and digits.
    Token,
    /// `ann.miller` or `ann@example.com`.
    Account,
    /// Anything else.
    Word,
}

impl Look {
    /// What stands for values of this look in a template.
    pub(super) fn braces(self) -> &'static str {
        match self {
            Self::Date => "{date}",
            Self::Account | Self::Word => "{name}",
            _ => "{id}",
        }
    }

    /// What values of this look have in common.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Number => "are numbers",
            Self::Uuid => "are UUIDs",
            Self::Hex => "are hexadecimal",
            Self::Date => "are dates",
            Self::Code => "have a number in them",
            Self::Token => "are tokens",
            Self::Account => "are names of accounts",
            Self::Word => "have the same pages beneath",
        }
    }
}

/// The look that most values have; the simpler among equals.
pub(super) fn commonest(looks: impl Iterator<Item = Look>) -> Look {
    let mut counts: BTreeMap<Look, usize> = BTreeMap::new();
    for look in looks {
        *counts.entry(look).or_default() += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(look, n)| (*n, std::cmp::Reverse(*look)));
    best.map_or(Look::Word, |(look, _)| look)
}

/// Endings of documents: no part of what a value looks like.
const ENDINGS: [&str; 24] = [
    "html", "htm", "xhtml", "shtml", "php", "asp", "aspx", "jsp", "jspx", "do", "cfm", "cgi", "md",
    "txt", "xml", "json", "csv", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
];

/// The look of a value.
pub(super) fn look_of(value: &str) -> Look {
    let value = without_ending(value);
    let bytes = value.as_bytes();
    let is_all = |is: fn(&u8) -> bool| !bytes.is_empty() && bytes.iter().all(is);
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    if is_date(bytes) {
        Look::Date
    } else if is_all(u8::is_ascii_digit) {
        Look::Number
    } else if is_uuid(bytes) {
        Look::Uuid
    } else if is_all(u8::is_ascii_hexdigit)
        && (bytes.len() >= 16 || bytes.len() >= 8 && has(u8::is_ascii_digit))
    {
        Look::Hex
    } else if is_account(value) {
        Look::Account
    } else if is_code(bytes) {
        Look::Code
    } else if is_token(bytes) {
        Look::Token
    } else {
        Look::Word
    }
}

fn without_ending(value: &str) -> &str {
    match value.rsplit_once('.') {
        Some((name, ending))
            if ENDINGS
                .iter()
                .any(|known| ending.eq_ignore_ascii_case(known)) =>
        {
            name
        }
        _ => value,
    }
}

/// Whether a value is a year of four digits, 1900 to 2099.
pub(super) fn is_year(value: &str) -> bool {
    let bytes = value.as_bytes();
    bytes.len() == 4 && matches!(&bytes[..2], b"19" | b"20") && bytes.iter().all(u8::is_ascii_digit)
}

/// Whether a value may be a month or a day of a month.
pub(super) fn is_day_or_month(value: &str) -> bool {
    let is_short = value.len() <= 2 && value.bytes().all(|b| b.is_ascii_digit());
    is_short && value.parse::<u8>().is_ok_and(|n| (1..=31).contains(&n))
}

/// `2025-03-12`, `2025_03_12`, `20250312`, `12.03.2025`.
fn is_date(bytes: &[u8]) -> bool {
    let number = |part: &[u8]| {
        let text = std::str::from_utf8(part).ok()?;
        text.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| text.parse::<u32>().ok())?
    };
    let is_day = |year: &[u8], month: &[u8], day: &[u8]| {
        number(year).is_some_and(|y| (1900..2100).contains(&y))
            && number(month).is_some_and(|m| (1..=12).contains(&m))
            && number(day).is_some_and(|d| (1..=31).contains(&d))
    };
    match bytes.len() {
        8 => is_day(&bytes[..4], &bytes[4..6], &bytes[6..]),
        10 if matches!(bytes[4], b'-' | b'_' | b'.') && bytes[4] == bytes[7] => {
            is_day(&bytes[..4], &bytes[5..7], &bytes[8..])
        }
        10 if matches!(bytes[2], b'-' | b'_' | b'.') && bytes[2] == bytes[5] => {
            is_day(&bytes[6..], &bytes[3..5], &bytes[..2])
        }
        _ => false,
    }
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.len() == 36
        && bytes.iter().enumerate().all(|(at, b)| match at {
            8 | 13 | 18 | 23 => *b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// Two or three words joined by points, or anything with an `@` inside.
fn is_account(value: &str) -> bool {
    if let Some((name, domain)) = value.split_once('@') {
        return !name.is_empty() && !domain.is_empty();
    }
    let parts: Vec<&str> = value.split('.').collect();
    let is_name = |part: &&str| {
        !part.is_empty()
            && part
                .chars()
                .all(|c| c.is_alphabetic() || c == '-' || c == '\'')
    };
    matches!(parts.len(), 2 | 3) && parts.iter().all(is_name)
}

/// A few letters and then a number, or a number of three digits or more at one end. A year is no such number:
/// `report-2024` is a page.
fn is_code(bytes: &[u8]) -> bool {
    let n_first = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let n_last = bytes
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_digit())
        .count();
    let is_number = |digits: &[u8], least: usize| {
        digits.len() >= least && !std::str::from_utf8(digits).is_ok_and(is_year)
    };
    let last = &bytes[bytes.len() - n_last..];
    let before = &bytes[..bytes.len() - n_last];
    let letters = before
        .strip_suffix(b"-")
        .or_else(|| before.strip_suffix(b"_"))
        .unwrap_or(before);
    let is_key = (1..=12).contains(&letters.len()) && letters.iter().all(u8::is_ascii_alphabetic);
    let is_parted = |b: Option<&u8>| b.is_some_and(|b| matches!(b, b'-' | b'_'));
    is_key && is_number(last, 2)
        || is_number(&bytes[..n_first], 3) && is_parted(bytes.get(n_first))
        || is_number(last, 3) && is_parted(before.last())
}

fn is_token(bytes: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| bytes.iter().any(is);
    bytes.len() >= 16
        && bytes
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'='))
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_their_looks() {
        for (value, look) in [
            ("17", Look::Number),
            ("2025", Look::Number),
            ("17.html", Look::Number),
            ("550e8400-e29b-41d4-a716-446655440000", Look::Uuid),
            ("deadbee1", Look::Hex),
            ("deadbeef", Look::Word),
            ("0123456789abcdef0123", Look::Hex),
            ("2025-03-12", Look::Date),
            ("20250312", Look::Date),
            ("12.03.2025", Look::Date),
            ("20259912", Look::Number),
            ("ABC-123", Look::Code),
            ("INC0012345", Look::Code),
            ("u42", Look::Code),
            ("4711-new-canteen", Look::Code),
            ("new-canteen-4711", Look::Code),
            ("report-2024", Look::Word),
            ("2024-budget", Look::Word),
            ("covid-19", Look::Code),
            ("AAMkAGI2TG93AAABCD", Look::Token),
            ("ann.miller", Look::Account),
            ("ann.li.html", Look::Account),
            ("ann@example.com", Look::Account),
            ("leave.html", Look::Word),
            ("leave-request", Look::Word),
            ("q", Look::Word),
            ("", Look::Word),
            ("\u{e4}mter", Look::Word),
        ] {
            assert_eq!(look_of(value), look, "{value}");
        }
        assert!(is_year("1999") && !is_year("2100") && !is_year("202"));
        assert!(is_day_or_month("07") && !is_day_or_month("32") && !is_day_or_month(""));
    }
}
