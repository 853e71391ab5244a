//! What parts of the intranet are used for that nobody meant; named by their pages.

use super::bridges::is_told_as_place;
use super::{Item, Line, Section, called_all, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Application, Report};
use crate::table::{Cell, Table};
use crate::units;
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let shown = report.applications.shown.iter();
    let own = shown.filter(|one| !is_told_as_place(report, one));
    let applications: Vec<Application> = own.cloned().collect();
    Ok(Section {
        id: "unmeant",
        short: "What nobody meant",
        question: "What is it used for that nobody meant?",
        about: "Pages that are used together, by other people or in another way than was declared for them: people write there or come back, where elsewhere they read.",
        is_of_people: true,
        n: applications.len(),
        summary: applications.first().map(summary),
        items: vec![match applications.first() {
            Some(first) => item(first, &applications, report.gate.k_people)?,
            None => Item::nothing("No other use was found", why_nothing(report)),
        }],
    })
}

fn summary(one: &Application) -> String {
    format!(
        "{} {} used for something that nobody meant.",
        called_all(&one.pages),
        if one.pages.len() == 1 { "is" } else { "are" },
    )
}

fn item(first: &Application, applications: &[Application], k: u64) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(applications, line);
    Ok(Item {
        heading: "Pages with a use of their own".to_owned(),
        lead: vec![sentence(first, k), way_of_use(first), history(first)],
        pages: first.pages.iter().map(|page| page.page.clone()).collect(),
        is_beside: true,
        to_do: format!(
            "look at {} with those who use it, and decide: make it what it has become, or give that use a better place.",
            called_all(&first.pages),
        ),
        size: words::people(first.n_people),
        more,
        n_unlisted,
        remark: "A use is named by its pages and not by its people. A campaign, a move of content or a new sign-on may look like one for a while: it is told only where it has grown for two windows.".to_owned(),
        picture: Some(picture(applications, k)?),
        ..Item::default()
    })
}

/// `A, B and C are used together by 118 people: 44 from Engineering, ... Declared was: HR, for new colleagues.`
fn sentence(one: &Application, k: u64) -> String {
    let many = one.pages.len() != 1;
    let mixed = units::after(&one.departments, one.n_people, k);
    format!(
        "{} {} used {}by {}{mixed}. Declared was: {}.",
        called_all(&one.pages),
        if many { "are" } else { "is" },
        if many { "together " } else { "" },
        words::people(one.n_people),
        declared(one),
    )
}

fn declared(one: &Application) -> String {
    match one.declared.trim() {
        "" => "nothing".to_owned(),
        declared => words::clean(declared),
    }
}

fn way_of_use(one: &Application) -> String {
    format!(
        "{} of the uses write something, where {} do at the usual page; {} of the people come again in another week, where {} do. Its people are others than those it was declared for: the difference is {}, where 0 would be people of the same units and 1 of none of them.",
        words::capital(&words::share(one.contribution_share)),
        words::share(one.site_contribution_share),
        words::share(one.return_rate),
        words::share(one.site_return_rate),
        words::times(one.audience_distance),
    )
}

fn history(one: &Application) -> String {
    let since = match one.since {
        Some(day) => format!("It showed first in the four weeks to {}", day.words()),
        None => "It was there already when these logs begin".to_owned(),
    };
    let grown = (one.growth - 1.0) * 100.0;
    let growth = if grown.abs() < 0.5 {
        "as many people as in the window before".to_owned()
    } else {
        let than = if grown > 0.0 { "more" } else { "fewer" };
        format!(
            "{} {than} people than in the window before",
            words::share(grown.abs() / 100.0)
        )
    };
    format!("{since}; {growth}.")
}

fn line(one: &Application) -> Line {
    let text = format!(
        "{}; {} of the uses write something ({} usually), {} of the people come again ({} usually). Declared was: {}.",
        words::people(one.n_people),
        words::share(one.contribution_share),
        words::share(one.site_contribution_share),
        words::share(one.return_rate),
        words::share(one.site_return_rate),
        declared(one),
    );
    let pages = one.pages.iter().map(|page| page.page.clone()).collect();
    Line::about(called_all(&one.pages), pages, text)
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_people);
    if !method.has_units {
        return "It is not known who belongs to which unit, so it is not known whether others use a page than were meant to. Give people.csv.".to_owned();
    }
    if let Some(why) = withheld(report.applications.n_withheld, k) {
        return why;
    }
    if !report.applications.shown.is_empty() {
        return "The only pages with another use are where two departments talk who are joined by a bridge; that is told where units are cut off and joined.".to_owned();
    }
    match method.n_judged_applications {
        0 => format!("No pages are used together by {k} people or more beyond chance."),
        n => format!(
            "{} of pages {} held against what was declared for them: none has clearly other people, is written to or returned to more than usual, and has grown for two windows.",
            words::capital(&words::plural(n, "cluster", "clusters")),
            if n == 1 { "was" } else { "were" },
        ),
    }
}

fn picture(applications: &[Application], k: u64) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "applications",
        mark: Mark::Dot,
        does: "people who come again in another week",
        usual: "at the usual page",
        aside: "write something",
        tick: |n| format!("{n} %"),
        rows: applications.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "applications",
        title: "Pages that people come back to".to_owned(),
        description: format!(
            "{}, most people first. Coming back and writing tell a tool from something to read.",
            words::shown(
                applications.len().min(MOST_ROWS),
                applications.len(),
                "use",
                "uses"
            ),
        ),
        table: table(applications, k),
        size,
        drawn,
    })
}

fn row(one: &Application) -> Row {
    Row {
        label: called_all(&one.pages),
        usual: (0.0, 100.0 * one.site_return_rate),
        bound: 100.0 * one.return_rate,
        does: 100.0 * one.return_rate,
        high: None,
        told: words::share(one.return_rate),
        aside: words::share(one.contribution_share),
    }
}

fn table(applications: &[Application], k: u64) -> Table {
    let header = [
        "pages",
        "people",
        "departments",
        "declared",
        "distance",
        "q",
        "write something",
        "usually",
        "come again",
        "usually come again",
        "growth",
        "since the window to",
    ];
    let mut table = Table::new("applications", &header);
    for one in applications {
        let pages: Vec<&str> = one.pages.iter().map(|page| page.page.as_str()).collect();
        table.push(vec![
            Cell::text(pages.join("; ")),
            Cell::Count(one.n_people),
            Cell::text(units::cell(&one.departments, k)),
            Cell::text(&one.declared),
            Cell::Number(one.audience_distance, 2),
            Cell::Number(one.q_value, 4),
            Cell::Share(one.contribution_share),
            Cell::Share(one.site_contribution_share),
            Cell::Share(one.return_rate),
            Cell::Share(one.site_return_rate),
            Cell::Number(one.growth, 2),
            one.since
                .map_or(Cell::Empty, |day| Cell::text(day.to_string())),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_use_is_named_by_its_pages_and_held_against_the_usual() {
        let shown = example::report().applications.shown;
        assert_eq!(
            sentence(&shown[0], 10),
            "Canteen chat, Flat hunting and Car pool are used together by 118 people: 44 from Engineering, 31 from Service, 23 from Sales, and fewer than 10 each from Finance and Legal. Declared was: HR, for new colleagues."
        );
        assert!(sentence(&shown[1], 10).starts_with("Test bench log is used by 27 people, from"));
        assert!(
            way_of_use(&shown[0]).starts_with("31 % of the uses write something, where 4 % do")
        );
        assert_eq!(
            history(&shown[0]),
            "It showed first in the four weeks to 3 May 2026; 40 % more people than in the window before."
        );
        let mut as_before = shown[1].clone();
        as_before.growth = 1.001;
        assert!(history(&as_before).ends_with("as many people as in the window before."));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        assert!(why_nothing(&report).starts_with("The only pages with another use"));
        report.applications.shown.clear();
        assert!(why_nothing(&report).starts_with("21 clusters of pages were held"));
        report.method.n_judged_applications = 0;
        assert!(why_nothing(&report).starts_with("No pages are used together by 10"));
        report.applications.n_withheld = 1;
        assert!(why_nothing(&report).starts_with("1 finding stands"));
        report.method.has_units = false;
        assert!(why_nothing(&report).contains("people.csv"));
    }
}
