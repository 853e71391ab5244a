//! Pages that are new.

use super::{Item, Line, called, rest, withheld};
use crate::model::{NewPage, Report};
use crate::table::{Cell, Table};
use crate::words;

const HEADING: &str = "New pages";

/// `21 pages are new.`, for the top of the page.
pub(super) fn summary(report: &Report) -> Option<String> {
    match report.new_pages.shown.len() as u64 {
        0 => None,
        1 => Some("One page is new.".to_owned()),
        n => Some(format!(
            "{} pages are new.",
            words::capital(&words::spelled(n))
        )),
    }
}

/// The one that most people have seen leads.
pub(super) fn item(report: &Report) -> Item {
    let pages = &report.new_pages.shown;
    let Some(first) = pages.first() else {
        let k = report.gate.k_pages;
        let why = withheld(report.new_pages.n_withheld, k);
        return Item::nothing(
            HEADING,
            why.unwrap_or_else(|| {
                format!("No page that is new in these days was seen by {k} people.")
            }),
        );
    };
    let since = |page: &NewPage| {
        format!(
            "{} since the week of {}",
            words::people(page.n_people),
            page.first_week.words()
        )
    };
    let lead = match pages.len() as u64 {
        1 => format!(
            "One page is new: {}, {}.",
            called(&first.name),
            since(first)
        ),
        n => format!(
            "{} pages are new. {} was seen by most: {}.",
            words::capital(&words::spelled(n)),
            called(&first.name),
            since(first)
        ),
    };
    let (more, n_unlisted) = rest(pages, |page| {
        Line::of([&page.name], format!("{}.", since(page)))
    });
    let mut table = Table::new("new_pages", &["title", "page", "people", "first week"]);
    for page in pages {
        table.push(vec![
            Cell::text(words::name(&page.name.title, &page.name.page)),
            Cell::Address(page.name.page.clone()),
            Cell::Count(page.n_people),
            Cell::text(page.first_week.to_string()),
        ]);
    }
    Item {
        heading: HEADING.to_owned(),
        lead: vec![lead],
        pages: vec![first.name.page.clone()],
        more,
        n_unlisted,
        table: Some(table),
        ..Item::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn new_pages_are_told_or_none_is() {
        let mut report = example::report();
        assert_eq!(
            item(&report).lead,
            [
                "Two pages are new. Summer party was seen by most: 120 people since the week of 11 May 2026."
            ]
        );
        report.new_pages.shown.truncate(1);
        assert!(item(&report).lead[0].starts_with("One page is new: Summer party, 120 people"));
        report.new_pages.shown.clear();
        assert!(item(&report).lead[0].starts_with("No page that is new"));
        assert!(item(&report).table.is_none());
    }
}
