//! A menu as nested JSON or YAML, and the links that it puts on pages.
//!
//! An entry is an object with an address under `url`, `href`, `link`, `path` or `to`, and perhaps entries under
//! `children`, `items`, `pages`, `menu`, `sub` or `submenu`; or a line `Title: address`, or `Title:` with entries
//! beneath. Its title stands under `title`, `name`, `label` or `text`. Letter case does not matter; other keys are passed
//! over.
//!
//! What stands on top is on every page. Below that a menu opens where one is: a page shows the entries beneath
//! it, and each of these shows the page above and the entries beside it. An entry without an address is a mere
//! title: what stands beneath it belongs to the next entry above that has one.

mod nodes;

use std::collections::BTreeSet;
use std::path::Path;

use self::nodes::{Fault, Node, What};
use super::titles::{self, Titles};
use super::{PlanError, Planned, PlannedLink};

const ADDRESS: [&str; 5] = ["url", "href", "link", "path", "to"];
const CHILDREN: [&str; 6] = ["children", "items", "pages", "menu", "sub", "submenu"];
/// Under what an entry has its title, the best first.
const TITLE: [&str; 4] = ["title", "name", "label", "text"];
/// Words about an entry that are no titles of entries beneath it.
const ABOUT: [&str; 10] = [
    "title",
    "name",
    "label",
    "text",
    "type",
    "id",
    "icon",
    "class",
    "target",
    "description",
];
/// No menu shows more at once: entries of a longer list are linked with the page above, not with each other.
const MOST_BESIDE: usize = 60;
/// A menu is written by hand or exported; this is a hundred times what a large intranet needs.
const MOST_BYTES: usize = 16 << 20;

/// How a menu is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Notation {
    /// By the file's ending, or because it begins as JSON does; `None` where it is no menu.
    pub fn of(file: &Path, bytes: &[u8]) -> Option<Self> {
        let ending = file.extension().and_then(|e| e.to_str());
        match ending.map(str::to_ascii_lowercase).as_deref() {
            Some("json") => return Some(Self::Json),
            Some("yaml" | "yml") => return Some(Self::Yaml),
            _ => {}
        }
        let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
        first
            .filter(|byte| matches!(byte, b'{' | b'['))
            .map(|_| Self::Json)
    }
}

/// An entry with an address.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    page: String,
    title: Option<String>,
    beneath: Vec<Entry>,
}

/// Reads a menu; the links come sorted and once each. `page_of` makes an address canonical.
///
/// # Errors
/// When the file is no JSON or YAML, refers to parts of itself, is too deep or too large, or holds what is no
/// address; the error names file, line and remedy.
pub fn read_menu(
    bytes: &[u8],
    notation: Notation,
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Planned, PlanError> {
    let whole = |problem: &str| PlanError::File {
        file: file.to_owned(),
        problem: problem.to_owned(),
    };
    if bytes.len() > MOST_BYTES {
        return Err(whole("is larger than 16 MB: export the menu alone"));
    }
    let wrong = |(line, problem): Fault| PlanError::Line {
        file: file.to_owned(),
        line,
        problem,
    };
    let root = nodes::read(bytes, notation).map_err(wrong)?;
    let entries = entries(&root, page_of).map_err(wrong)?;
    if entries.is_empty() {
        let problem = "names no page: give each entry its address as `url`, and what stands \
                       beneath it as `children`";
        return Err(whole(problem));
    }
    let mut links = BTreeSet::new();
    open(&entries, None, &mut links);
    let mut titles = Titles::new();
    collect_titles(&entries, &mut titles);
    Ok(Planned {
        links: links.into_iter().collect(),
        titles,
    })
}

/// The titles of entries and of those beneath them.
fn collect_titles(entries: &[Entry], titles: &mut Titles) {
    for entry in entries {
        if let Some(title) = &entry.title {
            titles
                .entry(entry.page.clone())
                .or_insert_with(|| title.clone());
        }
        collect_titles(&entry.beneath, titles);
    }
}

/// The links of entries that stand beneath a page, or on top.
fn open(entries: &[Entry], above: Option<&str>, links: &mut BTreeSet<PlannedLink>) {
    let mut add = |from: Option<&str>, to: &str, kind: &str| {
        if from != Some(to) {
            links.insert(PlannedLink::now(from, to, kind));
        }
    };
    for entry in entries {
        match above {
            None => add(None, &entry.page, "global"),
            Some(above) => {
                add(Some(above), &entry.page, "menu");
                add(Some(&entry.page), above, "menu");
                let beside = entries.iter().filter(|_| entries.len() <= MOST_BESIDE);
                beside.for_each(|other| add(Some(&entry.page), &other.page, "menu"));
            }
        }
    }
    for entry in entries {
        open(&entry.beneath, Some(&entry.page), links);
    }
}

/// The entries of a part of the menu.
fn entries(node: &Node, page_of: &dyn Fn(&str) -> String) -> Result<Vec<Entry>, Fault> {
    match &node.what {
        What::Nothing => Ok(Vec::new()),
        What::Text(text) if looks_like_address(text) => Ok(vec![Entry {
            page: page_of(text.trim()),
            title: None,
            beneath: Vec::new(),
        }]),
        What::Text(text) => Err((node.line, no_address(text))),
        What::List(list) => {
            let parts = list.iter().map(|part| entries(part, page_of));
            Ok(parts
                .collect::<Result<Vec<_>, _>>()?
                .into_iter()
                .flatten()
                .collect())
        }
        What::Map(pairs) if is_entry(pairs) => entry(pairs, page_of),
        What::Map(pairs) => titled(pairs, page_of),
    }
}

fn no_address(text: &str) -> String {
    let text: String = text.chars().take(60).collect();
    format!("`{text}` is no address: begin it with a slash or https://, or name it `url`")
}

/// An object about one entry.
fn entry(pairs: &[(String, Node)], page_of: &dyn Fn(&str) -> String) -> Result<Vec<Entry>, Fault> {
    let mut beneath = Vec::new();
    for (key, node) in pairs {
        if is_among(&CHILDREN, key) && node.is_branch() {
            beneath.extend(entries(node, page_of)?);
        } else if matches!(node.what, What::List(_))
            && entries(node, page_of).is_ok_and(|found| !found.is_empty())
        {
            let problem = format!("`{key}` holds entries of the menu: rename it to `children`");
            return Err((node.line, problem));
        }
    }
    let page = address(pairs).and_then(page_address).map(page_of);
    Ok(match page {
        Some(page) => vec![Entry {
            page,
            title: title(pairs),
            beneath,
        }],
        None => beneath,
    })
}

/// Titles, each with an address or with what stands beneath it.
fn titled(pairs: &[(String, Node)], page_of: &dyn Fn(&str) -> String) -> Result<Vec<Entry>, Fault> {
    let mut found = Vec::new();
    for (key, node) in pairs {
        let is_about = matches!(&node.what, What::Text(text) if !looks_like_address(text))
            && is_among(&ABOUT, key);
        if is_about {
            continue;
        }
        let mut beneath = entries(node, page_of)?;
        // `Leave: /hr/leave`, or a title before an object with the address.
        let is_one = match &node.what {
            What::Text(_) => true,
            What::Map(pairs) => address(pairs).is_some(),
            _ => false,
        };
        if let ([entry], true) = (&mut beneath[..], is_one) {
            entry.title = entry.title.take().or_else(|| titles::cleaned(key));
        }
        found.extend(beneath);
    }
    Ok(found)
}

/// The title of an entry.
fn title(pairs: &[(String, Node)]) -> Option<String> {
    TITLE.iter().find_map(|word| {
        let mut named = pairs.iter().filter(|(key, _)| is_among(&[word], key));
        named.find_map(|(_, node)| match &node.what {
            What::Text(text) => titles::cleaned(text),
            _ => None,
        })
    })
}

/// Whether a map is about one entry, and not a list of titles.
fn is_entry(pairs: &[(String, Node)]) -> bool {
    let is_child = |key: &str, node: &Node| is_among(&CHILDREN, key) && node.is_branch();
    let is_link = |node: &Node| match &node.what {
        What::Text(text) => looks_like_address(text),
        _ => node.is_branch(),
    };
    address(pairs).is_some()
        || pairs.iter().any(|(key, node)| is_child(key, node))
            && !pairs
                .iter()
                .any(|(key, node)| !is_child(key, node) && is_link(node))
}

fn address(pairs: &[(String, Node)]) -> Option<&str> {
    pairs.iter().find_map(|(key, node)| match &node.what {
        What::Text(text) if is_among(&ADDRESS, key) => Some(text.as_str()),
        _ => None,
    })
}

fn is_among(words: &[&str], key: &str) -> bool {
    words
        .iter()
        .any(|word| word.eq_ignore_ascii_case(key.trim()))
}

fn looks_like_address(text: &str) -> bool {
    let text = text.trim();
    text.starts_with('/') || has_scheme(text, "http://") || has_scheme(text, "https://")
}

fn has_scheme(text: &str, scheme: &str) -> bool {
    text.get(..scheme.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
}

/// The address, if it is one of a page: `#` and `mailto:` lead to none.
fn page_address(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_nowhere = text.is_empty() || text.starts_with('#');
    let start = text.split(['/', '?', '#']).next().unwrap_or(text);
    let is_other_scheme = start.contains(':') && !looks_like_address(text);
    (!is_nowhere && !is_other_scheme).then_some(text)
}

#[cfg(test)]
#[path = "menu/tests.rs"]
mod tests;
