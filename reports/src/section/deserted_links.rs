//! What of the plan is deserted.

use super::{Item, Line, Section, called, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{DesertedLink, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let links = &report.deserted_links.shown;
    Ok(Section {
        id: "deserted",
        short: "What is deserted",
        question: "What of the plan is deserted?",
        about: "Planned links that next to nobody follows, in whatever way; those first that take most space.",
        n: links.len(),
        items: vec![match links.first() {
            Some(first) => item(first, links, report.gate.k_pages)?,
            None => Item::nothing("Nothing is deserted", why_nothing(report)),
        }],
        ..Section::default()
    })
}

fn item(first: &DesertedLink, links: &[DesertedLink], k: u64) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(links, |link| line(link, k));
    let pages = first.from.iter().chain([&first.to]);
    Ok(Item {
        heading: "What could be cleared".to_owned(),
        lead: vec![format!("{} {}", by_kind(links), sentence(first, k))],
        pages: pages.map(|page| page.page.clone()).collect(),
        to_do: format!(
            "ask who owns {} whether its link may go; the space is free for one that people look for.",
            called(&first.to)
        ),
        size: followed(first, k),
        more,
        n_unlisted,
        remark: remark(links),
        picture: Some(picture(links, k)?),
        ..Item::default()
    })
}

/// Where a link stands, in words.
fn place(link: &DesertedLink) -> String {
    match (&link.from, link.kind.as_str()) {
        (None, _) => "on every page".to_owned(),
        (_, "menu" | "global") => "in a menu".to_owned(),
        (_, "breadcrumb") => "in a breadcrumb".to_owned(),
        (_, "tree") => "in the tree".to_owned(),
        (_, "body") => "in a text".to_owned(),
        (_, "footer") => "in a footer".to_owned(),
        (_, other) => words::clean(other),
    }
}

/// The same, short.
fn aside(link: &DesertedLink) -> String {
    let place = place(link);
    let short = ["on ", "in a ", "in the "]
        .iter()
        .find_map(|start| place.strip_prefix(start));
    short.unwrap_or(&place).to_owned()
}

/// `Three planned links are deserted: one on every page and two in a menu.`
fn by_kind(links: &[DesertedLink]) -> String {
    let mut counts: Vec<(String, u64)> = Vec::new();
    for place in links.iter().map(place) {
        match counts.iter_mut().find(|(known, _)| *known == place) {
            Some((_, n)) => *n += 1,
            None => counts.push((place, 1)),
        }
    }
    let n = links.len() as u64;
    if let [(place, _)] = counts.as_slice() {
        let link = if n == 1 { "link" } else { "links" };
        let is = if n == 1 { "is" } else { "are" };
        return format!(
            "{} planned {link} {place} {is} deserted.",
            words::capital(&words::spelled(n))
        );
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(place, n)| format!("{} {place}", words::spelled(*n)))
        .collect();
    format!(
        "{} planned links are deserted: {}.",
        words::capital(&words::spelled(n)),
        words::list(&counts)
    )
}

/// `Of 588 people fewer than 5 followed the link on every page to A: 1.6 % at most, ...`
fn sentence(link: &DesertedLink, k: u64) -> String {
    let stands = match &link.from {
        None => "on every page".to_owned(),
        Some(page) => format!("on {} ({})", called(page), place(link)),
    };
    format!(
        "The link {stands} to {}: {}, {} at most, where {} follow the usual link of its kind.",
        called(&link.to),
        followed(link, k),
        words::percent(link.rate_high),
        words::share(link.rate_median),
    )
}

fn followed(link: &DesertedLink, k: u64) -> String {
    let used = link
        .n_people_used
        .map_or_else(|| words::withheld(k), words::thousands);
    match link.n_people_at {
        Some(n) => format!("{used} of {} followed it", words::people(n)),
        None => format!("{used} of nearly all people followed it"),
    }
}

fn line(link: &DesertedLink, k: u64) -> Line {
    let text = format!(
        "{}; {}, {} at most; usual are {}.",
        place(link),
        followed(link, k),
        words::percent(link.rate_high),
        words::share(link.rate_median),
    );
    Line::of(link.from.iter().chain([&link.to]), text)
}

fn remark(links: &[DesertedLink]) -> String {
    if links.iter().all(|link| link.is_whole_cycle) {
        return String::new();
    }
    "These days are no whole year: what is needed once a year, such as budgets or appraisals, may look deserted in the other months.".to_owned()
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_pages);
    if method.n_planned_links == 0 {
        return "No planned link stood on every day of this time, so none can be deserted."
            .to_owned();
    }
    if let Some(why) = withheld(report.deserted_links.n_withheld, k) {
        return why;
    }
    let links = words::plural(method.n_planned_links, "planned link", "planned links");
    match method.n_judged_links {
        0 => format!(
            "Of {links} none was passed by enough people to tell being deserted from bad luck."
        ),
        n => format!(
            "Of {links} {} passed by enough people to be judged, and all of these are used.",
            words::plural(n, "was", "were"),
        ),
    }
}

fn picture(links: &[DesertedLink], k: u64) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "deserted_links",
        mark: Mark::Dot,
        does: "share who follow the link, at most",
        usual: "share who follow the usual link of its kind",
        aside: "where it stands",
        tick: |n| format!("{n} %"),
        rows: links.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "deserted_links",
        title: "Planned links that next to nobody follows".to_owned(),
        description: format!(
            "{}, those on every page first.",
            words::shown(links.len().min(MOST_ROWS), links.len(), "link", "links"),
        ),
        table: table(links, k),
        size,
        drawn,
    })
}

fn row(link: &DesertedLink) -> Row {
    Row {
        label: match &link.from {
            None => called(&link.to),
            Some(from) => format!("{} → {}", called(from), called(&link.to)),
        },
        usual: (0.0, 100.0 * link.rate_median),
        bound: 0.0,
        does: 100.0 * link.rate_high,
        high: None,
        told: format!("at most {}", words::percent(link.rate_high)),
        aside: aside(link),
    }
}

fn table(links: &[DesertedLink], k: u64) -> Table {
    let header = [
        "on",
        "on page",
        "to",
        "to page",
        "where it stands",
        "people there",
        "followed it",
        "share at most",
        "usual share",
    ];
    let mut table = Table::new("deserted_links", &header);
    for link in links {
        let (on, on_page) = match &link.from {
            None => ("every page".to_owned(), "*".to_owned()),
            Some(from) => (words::name(&from.title, &from.page), from.page.clone()),
        };
        table.push(vec![
            Cell::text(on),
            Cell::Address(on_page),
            Cell::text(words::name(&link.to.title, &link.to.page)),
            Cell::Address(link.to.page.clone()),
            Cell::text(place(link)),
            link.n_people_at
                .map_or(Cell::text("nearly all"), Cell::Count),
            Cell::gated(link.n_people_used, k),
            Cell::text(words::percent(link.rate_high)),
            Cell::Share(link.rate_median),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_link_is_told_with_where_it_stands_and_the_few_are_not() {
        let mut links = example::report().deserted_links.shown;
        assert_eq!(
            sentence(&links[0], 5),
            "The link on every page to Help: fewer than 5 of 588 people followed it, 1.6 % at most, where 44 % follow the usual link of its kind."
        );
        assert_eq!(
            by_kind(&links),
            "Two planned links are deserted: one on every page and one in a menu."
        );
        assert_eq!(
            by_kind(&links[..1]),
            "One planned link on every page is deserted."
        );
        links[0].n_people_at = None;
        assert!(sentence(&links[0], 5).contains("of nearly all people"));
    }

    #[test]
    fn less_than_a_year_is_said() {
        let mut links = example::report().deserted_links.shown;
        assert!(remark(&links).contains("no whole year"));
        for link in &mut links {
            link.is_whole_cycle = true;
        }
        assert_eq!(remark(&links), "");
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.deserted_links.shown.clear();
        assert_eq!(
            why_nothing(&report),
            "Of 2,093 planned links 20 were passed by enough people to be judged, and all of these are used."
        );
        report.method.n_judged_links = 0;
        assert!(why_nothing(&report).contains("bad luck"));
        report.method.n_planned_links = 0;
        assert!(why_nothing(&report).starts_with("No planned link stood"));
    }
}
