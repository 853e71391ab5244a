//! The source of an input: what its name has in common with those of the files before and after it.

/// Endings of packed files: a log is packed when it is rotated.
const PACKED: [&str; 6] = [".gz", ".bz2", ".zst", ".zstd", ".xz", ".zip"];

/// The name without dates (`#` stands for them), without numbers of rotation and without the ending of a packing.
///
/// A date is digits and what parts them, with four digits in a row somewhere: `2024-05-01`, `2024/05/01`, `240501`.
/// Shorter numbers tell servers apart and stay: `web1`, `node-2`.
pub(super) fn of_name(name: &str) -> String {
    let bare = |name: &str| {
        let packing = PACKED.iter().find_map(|ending| name.strip_suffix(ending));
        packing.map(str::to_owned)
    };
    let mut name = bare(name).unwrap_or_else(|| name.to_owned());
    while let Some((before, last)) = name.rsplit_once('.') {
        let is_rotation = (1..=3).contains(&last.len()) && last.bytes().all(|b| b.is_ascii_digit());
        if !is_rotation || before.ends_with(|c: char| c.is_ascii_digit()) {
            break;
        }
        name = before.to_owned();
    }
    without_dates(&name)
}

fn without_dates(name: &str) -> String {
    let mut source = String::new();
    let mut rest = name;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, digits) = rest.split_at(start);
        let run = &digits[..run_length(digits)];
        source.push_str(before);
        let has_year = run.split(|c: char| !c.is_ascii_digit());
        if has_year.into_iter().any(|part| part.len() >= 4) {
            // The sign before the date of `access.log-20240501` goes too: the newest file has neither.
            let kept = source.trim_end_matches(['-', '_', '.']).len();
            source.truncate(kept);
            source.push('#');
        } else {
            source.push_str(run);
        }
        rest = &digits[run.len()..];
    }
    source.push_str(rest);
    match source.strip_suffix('#') {
        Some(live) if live.contains(".log") => live.to_owned(),
        _ => source,
    }
}

/// Digits, and single signs between digits.
fn run_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let is_sign =
        |at: usize| matches!(bytes.get(at), Some(b'-' | b'_' | b'.' | b'/' | b'T' | b':'));
    let mut at = 0;
    while is_digit(at) || is_sign(at) && is_digit(at + 1) {
        at += 1;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_one_server_have_one_source() {
        for (names, source) in [
            (
                vec![
                    "logs/access-2024-05-01.log",
                    "logs/access-2024-12-31.log.gz",
                ],
                "logs/access#.log",
            ),
            (
                vec![
                    "a.log",
                    "a.log.1",
                    "a.log.14.gz",
                    "a.log-20240501.xz",
                    "a.log.2024-05-01",
                ],
                "a.log",
            ),
            (
                vec!["W3SVC1/u_ex240501.log", "W3SVC1/u_ex241231.log.zip"],
                "W3SVC1/u_ex#.log",
            ),
            (
                vec!["/l/2024/05/01/web1.log", "/l/2024/11/30/web1.log"],
                "/l/#/web1.log",
            ),
            (vec!["web1.log", "web1.log.2"], "web1.log"),
            (vec!["node-2/access.log"], "node-2/access.log"),
            (vec!["10.0.0.7.log", "10.0.0.7.log.1"], "10.0.0.7.log"),
            (
                vec!["conf_access_log.2024-05-01.log"],
                "conf_access_log#.log",
            ),
            (vec!["2024-05-01T10:00:00.csv"], "#.csv"),
            (vec!["-"], "-"),
            (vec![""], ""),
        ] {
            for name in names {
                assert_eq!(of_name(name), source, "{name}");
            }
        }
    }
}
