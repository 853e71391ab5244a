//! Numbers and names as a sentence would say them, and text from logs made safe to print.

use queries::stats::poisson;

use crate::model::{ToldShare, Window};

/// Text from a log without the characters that could steer a reader's screen: control, bidi,
/// zero-width and other invisible characters become U+FFFD.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| if is_hidden(c) { '\u{fffd}' } else { c })
        .collect()
}

/// Whether a character steers a reader's screen or hides on it: control, bidi, zero-width, tags and
/// other invisible ones.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Escapes text for HTML and SVG, in elements and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in clean(text).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

/// At most `n_chars` characters: the middle gives way to an ellipsis, since both the beginning
/// and the end of a title tell pages apart.
pub(crate) fn shorten(text: &str, n_chars: usize) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() <= n_chars {
        return text.to_owned();
    }
    let kept = n_chars.saturating_sub(1);
    let head: String = chars[..kept - kept / 2].iter().collect();
    let tail: String = chars[chars.len() - kept / 2..].iter().collect();
    format!("{}…{}", head.trim_end(), tail.trim_start())
}

/// The name to show for a page: its title, else its address.
pub(crate) fn name(title: &str, page: &str) -> String {
    let title = title.trim();
    clean(if title.is_empty() { page } else { title })
}

/// `1,214`.
pub(crate) fn thousands(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 person`, `1,214 people`.
pub(crate) fn plural(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(n), if n == 1 { one } else { many })
}

/// `1,214 people`.
pub(crate) fn people(n: u64) -> String {
    plural(n, "person", "people")
}

/// `12 paths shown`, or `The first 12 of 13 paths`, where a picture has no room for all.
pub(crate) fn shown(n: usize, of: usize, one: &str, many: &str) -> String {
    if n < of {
        format!(
            "The first {} of {}",
            thousands(n as u64),
            plural(of as u64, one, many)
        )
    } else {
        capital(&format!("{} shown", plural(of as u64, one, many)))
    }
}

/// `1 click`, `2.5 clicks`: of a median, which may lie between two.
pub(crate) fn clicks(median: f64) -> String {
    match (median * 2.0).round() as u64 {
        2 => "1 click".to_owned(),
        halves => format!("{} clicks", halves as f64 / 2.0),
    }
}

/// `one` to `ten`, then digits.
pub(crate) fn spelled(n: u64) -> String {
    const SMALL: [&str; 11] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    usize::try_from(n)
        .ok()
        .and_then(|n| SMALL.get(n))
        .map_or_else(|| thousands(n), |&word| word.to_owned())
}

/// The sentence with a capital first letter.
pub(crate) fn capital(sentence: &str) -> String {
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}

/// `61 %` of a share from 0 to 1; a share that rounds to nothing is `under 1 %`.
pub(crate) fn share(share: f64) -> String {
    let percent = (share * 100.0).round();
    if share > 0.0 && percent == 0.0 {
        "under 1 %".to_owned()
    } else {
        format!("{percent} %")
    }
}

/// `63 %` of a share of people, or `under 13 %` of one that stands for too few.
pub(crate) fn told_share(told: ToldShare) -> String {
    match told {
        ToldShare::Is(value) => share(value),
        ToldShare::Below(bound) => format!("under {}", share(bound)),
    }
}

/// `1.6 %` of a small share from 0 to 1.
pub(crate) fn percent(share: f64) -> String {
    let tenths = (share * 1000.0).round();
    format!("{} %", tenths / 10.0)
}

/// The sentence with no line break between a number and its percent sign.
pub(crate) fn unbroken(sentence: &str) -> String {
    sentence.replace(" %", "\u{a0}%")
}

/// `+6 %`, compared with before; `None` when there was nothing before.
pub(crate) fn change(now: u64, before: u64) -> Option<String> {
    if before == 0 {
        return None;
    }
    let percent = ((now as f64 / before as f64 - 1.0) * 100.0).round();
    Some(match percent {
        0.0 => "as before".to_owned(),
        percent => signed(percent),
    })
}

/// `+6 %`, `−6 %`, `0 %` of a number in percent.
pub(crate) fn signed(percent: f64) -> String {
    let sign = match percent.round() {
        p if p > 0.0 => "+",
        p if p < 0.0 => "−",
        _ => "",
    };
    format!("{sign}{} %", thousands(percent.abs().round() as u64))
}

/// `fewer than 5`.
pub(crate) fn withheld(k: u64) -> String {
    format!("fewer than {k}")
}

/// `a, b and c`.
pub(crate) fn list(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

/// `28 days, 27 April to 24 May 2026`; the first year only where it differs.
pub(crate) fn window(window: Window) -> String {
    match window.n_days() {
        0 => "no days".to_owned(),
        1 => window.start.words(),
        n => {
            let start = window.start.words();
            let year = format!(" {}", window.end.ymd().0);
            let start = start.strip_suffix(&year).unwrap_or(&start);
            format!("{n} days, {start} to {}", window.end.words())
        }
    }
}

/// A number with few digits, as in `5.3 times`.
pub(crate) fn decimal(number: f64) -> String {
    if !number.is_finite() {
        return "very many".to_owned();
    }
    if number >= 20.0 {
        thousands(number.round() as u64)
    } else {
        format!("{number:.1}")
    }
}

/// A ratio that may be far below one: `0.03`, `0.3`, `4.1`, `41`.
pub(crate) fn times(ratio: f64) -> String {
    if ratio < 0.095 {
        format!("{ratio:.2}")
    } else {
        decimal(ratio)
    }
}

/// A whole number out of an estimate: `under 1`, `9`.
pub(crate) fn about(number: f64) -> String {
    if number > 0.0 && number < 0.95 {
        "fewer than one".to_owned()
    } else {
        thousands(number.round().max(0.0) as u64)
    }
}

/// The same with the word that belongs before it: `fewer than one`, `about 9`.
pub(crate) fn around(number: f64) -> String {
    match about(number) {
        few if number < 0.95 => few,
        n => format!("about {n}"),
    }
}

/// What chance gives in 19 of 20 times when it gives `mean` on average: the central 95 % of a
/// Poisson count.
pub(crate) fn chance_range(mean: f64) -> (u64, u64) {
    if !mean.is_finite() || mean <= 0.0 {
        return (0, 0);
    }
    let spread = (mean.sqrt() * 5.0).ceil() + 5.0;
    let first = (mean - spread).max(0.0) as u64;
    let last = (mean + spread) as u64;
    let low = (first..=last)
        .find(|&n| poisson::upper_tail(n + 1, mean) < 0.975)
        .unwrap_or(first);
    let high = (low..=last)
        .find(|&n| poisson::upper_tail(n + 1, mean) <= 0.025)
        .unwrap_or(last);
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(thousands(999), "999");
        assert_eq!(people(1), "1 person");
        assert_eq!(share(0.612), "61 %");
        assert_eq!(share(0.001), "under 1 %");
        assert_eq!(change(106, 100).as_deref(), Some("+6 %"));
        assert_eq!(change(94, 100).as_deref(), Some("−6 %"));
        assert_eq!(change(5, 0), None);
        assert_eq!(signed(-0.2), "0 %");
        assert_eq!(spelled(3), "three");
        assert_eq!(shown(1, 1, "path", "paths"), "1 path shown");
        assert_eq!(shown(12, 13, "path", "paths"), "The first 12 of 13 paths");
        assert_eq!([0.4, 9.1].map(around), ["fewer than one", "about 9"]);
        assert_eq!(percent(0.016), "1.6 %");
        assert_eq!(percent(0.02), "2 %");
        assert_eq!([0.031, 0.31, 41.0].map(times), ["0.03", "0.3", "41"]);
        assert_eq!(clicks(1.0), "1 click");
        assert_eq!(clicks(2.5), "2.5 clicks");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
    }

    #[test]
    fn long_titles_lose_their_middle() {
        assert_eq!(shorten("abcdefghij", 5), "ab…ij");
        assert_eq!(shorten("abc", 5), "abc");
        assert_eq!(shorten("abc", 1), "…");
    }

    #[test]
    fn hidden_characters_show() {
        assert_eq!(
            clean("a\u{202e}b\u{200b}c\nd\u{e0041}"),
            "a\u{fffd}b\u{fffd}c\u{fffd}d\u{fffd}"
        );
        assert_eq!(clean("Größe 手册 עברית"), "Größe 手册 עברית");
    }

    #[test]
    fn chance_has_a_range() {
        assert_eq!(chance_range(9.0), (4, 15));
        assert_eq!(chance_range(0.0), (0, 0));
        let (low, high) = chance_range(400.0);
        assert!(
            (355..=366).contains(&low) && (434..=445).contains(&high),
            "{low} {high}"
        );
    }
}
