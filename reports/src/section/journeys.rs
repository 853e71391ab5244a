//! Which longer routes people wear.

use super::{Item, Line, Section, called, rest, withheld};
use crate::chart::Picture;
use crate::chart::journeys::{MOST_ROUTES, journeys as draw};
use crate::error::ReportError;
use crate::model::{Journey, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let journeys = &report.journeys.shown;
    Ok(Section {
        id: "routes",
        short: "Worn routes",
        question: "Which longer routes do people take?",
        about: "Routes of three pages and more that more people walk to their end than their single steps explain.",
        n: journeys.len(),
        items: vec![match journeys.first() {
            Some(first) => item(first, journeys)?,
            None => Item::nothing("No worn route", why_nothing(report)),
        }],
        ..Section::default()
    })
}

fn item(first: &Journey, journeys: &[Journey]) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(journeys, line);
    let mut lead = vec![sentence(first)];
    lead.extend(how_many_planned(journeys));
    Ok(Item {
        heading: "The most worn routes".to_owned(),
        lead,
        pages: first.pages.iter().map(|page| page.page.clone()).collect(),
        more,
        n_unlisted,
        picture: Some(picture(journeys)?),
        ..Item::default()
    })
}

/// `116 people went from A over B to C; about 52 would, if each step forgot the one before.`
fn sentence(journey: &Journey) -> String {
    let names: Vec<String> = journey.pages.iter().map(called).collect();
    let way = match names.as_slice() {
        [first, over @ .., last] if !over.is_empty() => {
            format!("from {first} over {} to {last}", words::list(over))
        }
        few => format!("from {}", few.join(" to ")),
    };
    let planned = if journey.is_planned {
        " It is part of a journey that was planned."
    } else {
        ""
    };
    format!(
        "{} went {way}; by chance, each step taken as if the one before were forgotten, it would be {}.{planned}",
        words::people(journey.n_people),
        words::around(journey.expected_people),
    )
}

fn how_many_planned(journeys: &[Journey]) -> Option<String> {
    let n = journeys.iter().filter(|journey| journey.is_planned).count() as u64;
    let of = journeys.len() as u64;
    match (n, of) {
        (_, 1) => None,
        (0, _) => Some(format!(
            "None of these {} routes was planned as a journey.",
            words::spelled(of)
        )),
        _ => Some(format!(
            "{} of these {} routes {} planned as a journey.",
            words::capital(&words::spelled(n)),
            words::spelled(of),
            if n == 1 { "was" } else { "were" },
        )),
    }
}

fn line(journey: &Journey) -> Line {
    let planned = if journey.is_planned {
        "; planned as a journey"
    } else {
        ""
    };
    let text = format!(
        "{}, where {} would by chance{planned}.",
        words::people(journey.n_people),
        words::around(journey.expected_people),
    );
    Line::of(&journey.pages, text)
}

fn why_nothing(report: &Report) -> String {
    let k = report.gate.k_pages;
    if let Some(why) = withheld(report.journeys.n_withheld, k) {
        return why;
    }
    match report.method.n_judged_routes {
        0 => format!("No route of three pages or more was walked by {k} people."),
        n => format!(
            "{} of three pages and more had {k} people or more; none was walked clearly more often than its single steps explain.",
            words::capital(&words::plural(n, "route", "routes")),
        ),
    }
}

fn picture(journeys: &[Journey]) -> Result<Picture, ReportError> {
    let (size, drawn) = draw(journeys)?;
    Ok(Picture {
        name: "journeys",
        title: "The most worn routes, page by page".to_owned(),
        description: format!(
            "{}, each from its first page to its last, with the people who walk it.",
            words::shown(
                journeys.len().min(MOST_ROUTES),
                journeys.len(),
                "route",
                "routes"
            ),
        ),
        table: table(journeys),
        size,
        drawn,
    })
}

fn table(journeys: &[Journey]) -> Table {
    let header = [
        "route",
        "pages",
        "people",
        "times",
        "by its steps",
        "lift at least",
        "planned",
    ];
    let mut table = Table::new("journeys", &header);
    for journey in journeys {
        let joined = |name: &dyn Fn(&crate::model::PageName) -> String| {
            let names: Vec<String> = journey.pages.iter().map(name).collect();
            names.join(" → ")
        };
        table.push(vec![
            Cell::text(joined(&|page| words::name(&page.title, &page.page))),
            Cell::Address(joined(&|page| page.page.clone())),
            Cell::Count(journey.n_people),
            Cell::Count(journey.n_times),
            Cell::Number(journey.expected_people, 1),
            Cell::Number(journey.lift_low, 1),
            Cell::text(if journey.is_planned { "yes" } else { "no" }),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_route_is_told_page_by_page_and_a_planned_one_as_such() {
        let journeys = example::report().journeys.shown;
        assert_eq!(
            sentence(&journeys[0]),
            "116 people went from News over Expense form to Exchange rates; by chance, each step taken as if the one before were forgotten, it would be about 52."
        );
        assert!(sentence(&journeys[1]).ends_with("It is part of a journey that was planned."));
        assert_eq!(
            how_many_planned(&journeys).unwrap(),
            "One of these two routes was planned as a journey."
        );
        assert_eq!(how_many_planned(&journeys[..1]), None);
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.journeys.shown.clear();
        assert!(why_nothing(&report).contains("none was walked clearly more often"));
        report.method.n_judged_routes = 0;
        assert!(why_nothing(&report).starts_with("No route"));
    }
}
