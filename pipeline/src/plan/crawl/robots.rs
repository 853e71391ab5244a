//! `robots.txt` after RFC 9309: which addresses a crawl keeps away from, and how long it waits between two.

use std::time::Duration;

use percent_encoding::percent_decode;

/// The name under which a crawl is ruled.
pub(super) const AGENT: &str = "elephant-paths";
/// What is read of a file: the least that the RFC asks for.
pub(super) const MOST_BYTES: usize = 500 << 10;

/// The rules for this program.
#[derive(Debug, Default, Clone, PartialEq)]
pub(super) struct Robots {
    /// Whether a rule allows, and its pattern.
    rules: Vec<(bool, Vec<u8>)>,
    /// `Crawl-delay`, which is older than the RFC and widely written.
    pub(super) delay: Option<Duration>,
}

impl Robots {
    /// Reads the rules for this program; of none, those for `*`. Lines that cannot be read are passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = &bytes[..bytes.len().min(MOST_BYTES)];
        let text = String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
        let lines: Vec<(String, &str)> = text.split(['\n', '\r']).filter_map(line).collect();
        let own = Self::of_group(&lines, |agent| agent.eq_ignore_ascii_case(AGENT));
        own.or_else(|| Self::of_group(&lines, |agent| agent == "*"))
            .unwrap_or_default()
    }

    /// The rules of all groups that name an agent; `None` where none does.
    fn of_group(lines: &[(String, &str)], is_it: impl Fn(&str) -> bool) -> Option<Self> {
        let mut found: Option<Self> = None;
        // Whether the group at hand is ours, and whether its agents are still being named.
        let (mut is_ours, mut is_head) = (false, false);
        for (key, value) in lines {
            if key == "user-agent" {
                is_ours = is_head && is_ours || is_it(token(value));
                is_head = true;
                if is_ours {
                    found.get_or_insert_default();
                }
                continue;
            }
            is_head = false;
            let Some(robots) = found.as_mut().filter(|_| is_ours) else {
                continue;
            };
            match key.as_str() {
                "allow" | "disallow" if !value.is_empty() => {
                    robots.rules.push((key == "allow", decoded(value)));
                }
                "crawl-delay" => robots.delay = seconds(value).or(robots.delay),
                _ => {}
            }
        }
        found
    }

    /// Whether an address (path and query, as asked for) may be asked for: the longest pattern that matches decides,
    /// and of two as long the one that allows.
    pub(super) fn allow(&self, address: &str) -> bool {
        let address = decoded(address);
        let matching = self
            .rules
            .iter()
            .filter(|(_, rule)| matches(rule, &address));
        matching
            .max_by_key(|(is_allowed, rule)| (rule.len(), *is_allowed))
            .is_none_or(|(is_allowed, _)| *is_allowed)
    }
}

fn line(line: &str) -> Option<(String, &str)> {
    let line = line.split('#').next().unwrap_or(line);
    let (key, value) = line.split_once(':')?;
    Some((key.trim().to_ascii_lowercase(), value.trim()))
}

/// The name of an agent without what may follow it, such as its version.
fn token(value: &str) -> &str {
    let is_name = |c: char| c.is_ascii_alphabetic() || matches!(c, '-' | '_' | '*');
    value.split(|c| !is_name(c)).next().unwrap_or(value)
}

fn seconds(value: &str) -> Option<Duration> {
    let seconds: f64 = value.parse().ok()?;
    Duration::try_from_secs_f64(seconds).ok()
}

fn decoded(text: &str) -> Vec<u8> {
    percent_decode(text.as_bytes()).collect()
}

/// Whether a pattern matches the start of an address: `*` is anything, `$` at its end the end.
fn matches(pattern: &[u8], address: &[u8]) -> bool {
    let (pattern, is_whole) = match pattern.strip_suffix(b"$") {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = address.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&[u8]> = parts.collect();
    let Some((last, between)) = parts.split_last() else {
        return !is_whole || rest.is_empty();
    };
    for part in between {
        match memchr::memmem::find(rest, part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    if is_whole {
        rest.ends_with(last)
    } else {
        memchr::memmem::find(rest, last).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn allows(text: &str, address: &str) -> bool {
        Robots::read(text.as_bytes()).allow(address)
    }

    #[test]
    fn the_longest_rule_decides() {
        let text = "User-Agent: *\nDisallow: /hr # all of it\nAllow: /hr/open\nDisallow: /*.pdf$\nDisallow:\n\
                    Allow: /same\nDisallow: /same\n";
        for (address, is_allowed) in [
            ("/", true),
            ("/hr", false),
            ("/hr/open/x", true),
            ("/a/b.pdf", false),
            ("/a/b.pdf?x", true),
            ("/same", true),
            ("/h%72/x", false),
        ] {
            assert_eq!(allows(text, address), is_allowed, "{address}");
        }
    }

    #[test]
    fn its_own_group_counts_before_that_of_all() {
        let text = "user-agent: *\ndisallow: /\n\nuser-agent: other\nuser-agent: Elephant-Paths/1.0\ndisallow: /a\n\
                    crawl-delay: 0.5\nsitemap: x\nuser-agent: elephant-paths\ndisallow: /b\n";
        let robots = Robots::read(text.as_bytes());
        assert_eq!(robots.delay, Some(Duration::from_millis(500)));
        let found: Vec<bool> = ["/a", "/b", "/c"].map(|at| robots.allow(at)).to_vec();
        assert_eq!(found, [false, false, true]);
        assert!(!allows("user-agent: *\nallow: /x\ndisallow: /", "/y"));
    }

    #[test]
    fn nothing_forbids_nothing() {
        assert!(allows("", "/a") && allows("<html>", "/a") && allows("disallow: /", "/a"));
        assert_eq!(Robots::read(b"user-agent: *\ncrawl-delay: -1").delay, None);
    }

    /// A pattern, the obvious way.
    fn slowly(pattern: &[u8], address: &[u8]) -> bool {
        match pattern {
            [] => true,
            [b'$'] => address.is_empty(),
            [b'*', rest @ ..] => (0..=address.len()).any(|at| slowly(rest, &address[at..])),
            [byte, rest @ ..] => address.first() == Some(byte) && slowly(rest, &address[1..]),
        }
    }

    proptest! {
        #[test]
        fn patterns_match_as_written(pattern in "[ab*]{0,6}[$]?", address in "[ab]{0,8}") {
            let (pattern, address) = (pattern.as_bytes(), address.as_bytes());
            prop_assert_eq!(matches(pattern, address), slowly(pattern, address));
        }

        #[test]
        fn no_file_makes_it_panic(bytes in any::<Vec<u8>>(), text in "(user-agent: [*a-z]{1,3}\n|disallow: [/*$%a]{0,9}\n|[:#\n]){0,9}") {
            Robots::read(&bytes).allow("/a");
            Robots::read(text.as_bytes()).allow("/%");
        }
    }
}
