//! What pages are called by those who planned them, or by themselves.

use std::collections::BTreeMap;

/// Pages with their titles.
pub type Titles = BTreeMap<String, String>;

/// What stands between the title of a page and the name of its site.
const BETWEEN: [&str; 8] = [
    " | ",
    " - ",
    " \u{2013} ",
    " \u{2014} ",
    " \u{b7} ",
    " :: ",
    " \u{ab} ",
    " \u{bb} ",
];
/// Of fewer pages nobody can tell what is the name of the site.
const LEAST_PAGES: usize = 5;
/// A title that one in so many pages bears says nothing of any of them.
const SHARED_BY: usize = 5;
/// Letters of a title, at most.
const MOST_LETTERS: usize = 200;

/// A title with single spaces for all that is white; nothing where no letter or digit is in it.
pub(super) fn cleaned(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let title: String = words.join(" ").chars().take(MOST_LETTERS).collect();
    title.chars().any(char::is_alphanumeric).then_some(title)
}

/// The titles that pages bear without the name of the site, which stands behind or before most of them; those that
/// many pages share are left out.
pub(super) fn without_site_name(mut titles: Titles) -> Titles {
    let tail = |title: &str| {
        let starts = BETWEEN.iter().filter_map(|between| title.rfind(between));
        let start = starts.max().filter(|start| *start > 0)?;
        Some((title[..start].to_owned(), title[start..].to_owned()))
    };
    let head = |title: &str| {
        let ends = BETWEEN.iter().filter_map(|between| {
            let start = title.find(between)?;
            Some(start + between.len())
        });
        let end = ends.min().filter(|end| *end < title.len())?;
        Some((title[end..].to_owned(), title[..end].to_owned()))
    };
    without_common(&mut titles, &tail);
    without_common(&mut titles, &head);
    let counts = counts(titles.values().map(String::as_str));
    let is_shared = |n: usize| n >= LEAST_PAGES && n * SHARED_BY >= titles.len();
    let shared: Vec<String> = counts
        .into_iter()
        .filter(|(_, n)| is_shared(*n))
        .map(|(title, _)| title)
        .collect();
    titles.retain(|_, title| !shared.contains(title));
    titles
}

/// Cuts off what most titles have in common; `cut` gives the rest of a title and what may be cut off.
fn without_common(titles: &mut Titles, cut: &dyn Fn(&str) -> Option<(String, String)>) {
    let parts: Vec<String> = titles
        .values()
        .filter_map(|title| Some(cut(title)?.1))
        .collect();
    let counts = counts(parts.iter().map(String::as_str));
    let most = counts.into_iter().max_by_key(|(_, n)| *n);
    let is_name = |n: usize| n >= LEAST_PAGES && 2 * n > titles.len();
    let Some((name, _)) = most.filter(|(_, n)| is_name(*n)) else {
        return;
    };
    for title in titles.values_mut() {
        if let Some((rest, _)) = cut(title).filter(|(_, part)| *part == name) {
            *title = rest;
        }
    }
}

fn counts<'a>(texts: impl Iterator<Item = &'a str>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for text in texts {
        *counts.entry(text.to_owned()).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn titles(all: &[&str]) -> Titles {
        let numbered = all.iter().enumerate();
        numbered
            .map(|(n, title)| (format!("/{n}"), (*title).to_owned()))
            .collect()
    }

    #[test]
    fn the_name_of_the_site_is_cut_off_behind_and_before() {
        let behind = [
            "Leave - HR - Acme",
            "Pay - Acme",
            "Home - Acme",
            "IT - Acme",
            "A - B - Acme",
            "Help",
        ];
        let cut = titles(&["Leave - HR", "Pay", "Home", "IT", "A - B", "Help"]);
        assert_eq!(without_site_name(titles(&behind)), cut);
        let before = [
            "Acme | Leave",
            "Acme | Pay",
            "Acme | Home",
            "Acme | IT",
            "Acme | B | C",
        ];
        let cut = titles(&["Leave", "Pay", "Home", "IT", "B | C"]);
        assert_eq!(without_site_name(titles(&before)), cut);
        let few = titles(&["Leave - Acme", "Pay - Acme"]);
        assert_eq!(without_site_name(few.clone()), few);
    }

    #[test]
    fn a_title_that_many_pages_share_says_nothing() {
        let found = without_site_name(titles(&["Acme", "Acme", "Acme", "Acme", "Acme", "Leave"]));
        assert_eq!(found.into_values().collect::<Vec<_>>(), ["Leave"]);
    }

    #[test]
    fn white_space_is_one_space_and_nothing_is_no_title() {
        assert_eq!(
            cleaned(" Annual\n\t leave ").as_deref(),
            Some("Annual leave")
        );
        assert_eq!(cleaned(" \u{2013} \n"), None);
    }
}
