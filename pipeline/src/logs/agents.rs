//! Machines by their user agent: the vendored list `crawler-user-agents` (MIT), whose tags also tell
//! scanners and monitors.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError};
use regex::bytes::RegexSet;

/// Who sends a user agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AgentClass {
    /// A browser, or nothing known.
    #[default]
    Person,
    /// A crawler or a script.
    Crawler,
    /// Something that looks for weaknesses.
    Scanner,
    /// Something that looks whether the site is up.
    Monitor,
}

/// The list of the npm package crawler-user-agents 1.60.0.
const LIST: &str = include_str!("data/crawler-user-agents.json");

/// Probes that live inside a house. The list is of agents seen on the public web, where they never
/// come; in any letter case.
const HOUSE_PROBES: [&str; 11] = [
    "kube-probe",
    "nagios",
    "icinga",
    "prometheus",
    "blackbox-exporter",
    "elb-healthchecker",
    "googlehc/",
    "haproxy",
    "consul health",
    "healthcheck",
    "health-check",
];

/// What machines that are on no list say of themselves: a kind in their name, or the address of a page
/// about them behind a plus sign.
const CUSTOMS: [&str; 2] = [r"\(\+https?://", r"(?i)(bot|crawler|spider|scraper)[/;) ]"];

/// Patterns of one class; those that are plain texts are found by one automaton.
struct Patterns {
    literals: AhoCorasick,
    patterns: RegexSet,
}

struct Lists {
    probes: AhoCorasick,
    monitors: Patterns,
    scanners: Patterns,
    crawlers: Patterns,
}

static LISTS: LazyLock<Lists> = LazyLock::new(read_lists);

/// Reads the lists, so that the first agent need not wait for that.
pub fn get_ready() {
    LazyLock::force(&LISTS);
}

/// The class of a user agent. Costs microseconds: remember it for each distinct agent.
pub fn class_of(agent: &[u8]) -> AgentClass {
    let lists = &*LISTS;
    if lists.probes.is_match(agent) || lists.monitors.is_match(agent) {
        AgentClass::Monitor
    } else if lists.scanners.is_match(agent) {
        AgentClass::Scanner
    } else if lists.crawlers.is_match(agent) {
        AgentClass::Crawler
    } else {
        AgentClass::Person
    }
}

fn read_lists() -> Lists {
    // The list is part of the program and tested: it cannot fail at a user's.
    let list: Vec<serde_json::Value> =
        serde_json::from_str(LIST).expect("the vendored list is JSON");
    let tagged = |tag: &str| -> Vec<&str> {
        let has_tag = |entry: &&serde_json::Value| {
            let tags = entry["tags"].as_array().into_iter().flatten();
            tags.clone().any(|one| one.as_str() == Some(tag))
        };
        let entries = list.iter().filter(has_tag);
        entries
            .filter_map(|entry| entry["pattern"].as_str())
            .collect()
    };
    let all = list.iter().filter_map(|entry| entry["pattern"].as_str());
    let probes = automaton(HOUSE_PROBES, Case::Any);
    Lists {
        probes: probes.expect("the probes are few"),
        monitors: Patterns::of(tagged("monitoring")),
        scanners: Patterns::of(tagged("scanner")),
        crawlers: Patterns::of(all.chain(CUSTOMS)),
    }
}

/// Whether letter case tells texts apart.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Case {
    AsWritten,
    Any,
}

/// Finds one of these texts. Of the kind that is made quickly: every run makes it, and asks for few agents.
fn automaton<T: AsRef<[u8]>>(
    texts: impl IntoIterator<Item = T>,
    case: Case,
) -> Result<AhoCorasick, BuildError> {
    AhoCorasick::builder()
        .kind(Some(AhoCorasickKind::ContiguousNFA))
        .ascii_case_insensitive(case == Case::Any)
        .build(texts)
}

impl Patterns {
    fn of<'a>(all: impl IntoIterator<Item = &'a str>) -> Self {
        let (mut literals, mut patterns) = (Vec::new(), Vec::new());
        for pattern in all {
            match literal(pattern) {
                Some(text) => literals.push(text),
                None => patterns.push(pattern),
            }
        }
        Self {
            literals: automaton(literals, Case::AsWritten).expect("the literals are few"),
            patterns: RegexSet::new(patterns).expect("the vendored patterns are valid"),
        }
    }

    fn is_match(&self, agent: &[u8]) -> bool {
        self.literals.is_match(agent) || self.patterns.is_match(agent)
    }
}

/// The text a pattern stands for, when nothing in it is a pattern.
fn literal(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => match characters.next()? {
                escaped if escaped.is_ascii_punctuation() => text.push(escaped),
                _ => return None,
            },
            '[' | ']' | '(' | ')' | '{' | '}' | '^' | '$' | '|' | '*' | '+' | '?' | '.' => {
                return None;
            }
            _ => text.push(c),
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_agent_of_the_list_is_a_machine() {
        let list: Vec<serde_json::Value> = serde_json::from_str(LIST).expect("the list is JSON");
        assert!(list.len() >= 1000);
        for entry in &list {
            for instance in entry["instances"].as_array().into_iter().flatten() {
                let agent = instance.as_str().unwrap_or_default();
                assert_ne!(class_of(agent.as_bytes()), AgentClass::Person, "{agent}");
            }
        }
    }

    #[test]
    fn browsers_are_people_and_probes_are_monitors() {
        let firefox = b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        let edge = b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
        assert_eq!(class_of(firefox), AgentClass::Person);
        assert_eq!(class_of(edge), AgentClass::Person);
        assert_eq!(class_of(b""), AgentClass::Person);
        assert_eq!(class_of(b"kube-probe/1.30"), AgentClass::Monitor);
        assert_eq!(class_of(b"UptimeRobot/2.0"), AgentClass::Monitor);
        assert_eq!(
            class_of(b"Googlebot/2.1 (+http://www.google.com/bot.html)"),
            AgentClass::Crawler
        );
        assert_eq!(class_of(b"curl/8.5.0"), AgentClass::Crawler);
        assert_eq!(
            class_of(b"Mozilla/5.00 (Nikto/2.1.6) (Evasions:None)"),
            AgentClass::Scanner
        );
    }
}
