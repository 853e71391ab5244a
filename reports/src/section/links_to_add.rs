//! Which links save most, together.

use super::{Item, Line, Section, called, on_journey, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{LinkToAdd, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let links = &report.links_to_add.shown;
    Ok(Section {
        id: "add",
        short: "Links to add",
        question: "Which links should we add first?",
        about: "Links that the plan does not have, between pages that people still go between in several clicks or by search. Each is counted with what it saves beyond the links before it.",
        n: links.len(),
        items: vec![match links.first() {
            Some(first) => item(first, links, report)?,
            None => Item::nothing("No link to add", why_nothing(report)),
        }],
        ..Section::default()
    })
}

fn item(first: &LinkToAdd, links: &[LinkToAdd], report: &Report) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(links, line);
    let mut lead = vec![sentence(first)];
    lead.extend(together(links));
    lead.extend(beside_the_paths(links, report));
    Ok(Item {
        heading: "The links that save most".to_owned(),
        lead,
        pages: vec![first.from.page.clone(), first.to.page.clone()],
        to_do: to_do(first),
        size: format!(
            "{}, about {} saved",
            words::people(first.n_people),
            words::plural(first.n_saved, "click", "clicks"),
        ),
        more,
        n_unlisted,
        remark: "A way that somebody walks again within a week counts once, and a click that two links would save counts once.".to_owned(),
        picture: Some(picture(links)?),
        ..Item::default()
    })
}

/// How this list and that of the paths go together, and which comes first.
fn beside_the_paths(links: &[LinkToAdd], report: &Report) -> Option<String> {
    if report.paths.is_empty() {
        return None;
    }
    let is_path = |link: &&LinkToAdd| {
        let mut paths = report.paths.iter();
        paths.any(|path| path.from_page == link.from.page && path.to_page == link.to.page)
    };
    let both = match links.iter().filter(is_path).count() as u64 {
        0 => String::new(),
        1 => " One pair stands in both lists: begin with that one.".to_owned(),
        n => format!(
            " {} pairs stand in both lists: begin with those.",
            words::capital(&words::spelled(n))
        ),
    };
    Some(format!(
        "Here are people who still take the long way, and a link saves them clicks from the first day; under “What to pave” are people who go straight already. So add these links first, and pave then.{both}"
    ))
}

/// A link that people click already is not to be added: it is to be found.
fn to_do(link: &LinkToAdd) -> String {
    let (from, to) = (called(&link.from), called(&link.to));
    if let Some(n) = link.n_people_by_link {
        return format!(
            "make the link to {to} on {from} easy to find, and put it into the menu or the plan: {} came by it, while others go round.",
            words::people(n),
        );
    }
    match &link.journey {
        None => format!("add a link to {to} on {from}."),
        Some(journey) => format!(
            "if the steps between may be skipped on the planned journey “{}”, add a link to {to} on {from}.",
            words::clean(journey)
        ),
    }
}

/// `A link from A to B would save about 355 clicks: 89 people took 4 clicks. Most turned back at C: ...`
fn sentence(link: &LinkToAdd) -> String {
    let turned = link
        .turned_back_at
        .as_ref()
        .map_or_else(String::new, |page| {
            format!(
                " Most who turned back did so at {}: perhaps they expected it there.",
                called(page)
            )
        });
    format!(
        "A link from {} to {} would have saved about {} in these days: {} took {}{}.{turned}{}",
        called(&link.from),
        called(&link.to),
        words::plural(link.n_saved, "click", "clicks"),
        words::people(link.n_people),
        words::clicks(link.steps_median),
        match link.planned_steps {
            Some(_) => "",
            None => ", and the plan has no way there",
        },
        on_journey(link.journey.as_deref()),
    )
}

/// How few of the links save half of what all of them do.
fn together(links: &[LinkToAdd]) -> Option<String> {
    let all = links.last().filter(|_| links.len() > 2)?.n_saved_together;
    let half = links
        .iter()
        .position(|link| 2 * link.n_saved_together >= all)?;
    let (n, saved) = (half as u64 + 1, links[half].n_saved_together);
    let first = match n {
        1 => "The first link alone saves".to_owned(),
        n => format!("The first {} links together save", words::spelled(n)),
    };
    Some(format!(
        "{first} {} of the {} clicks that all {} save.",
        words::thousands(saved),
        words::thousands(all),
        links.len(),
    ))
}

fn line(link: &LinkToAdd) -> Line {
    let turned = link
        .turned_back_at
        .as_ref()
        .map_or_else(String::new, |page| {
            format!("; most turned back at {}", called(page))
        });
    let by_link = link.n_people_by_link.map_or_else(String::new, |n| {
        format!(
            "; {} came by a link that stands there, though not in the plan",
            words::people(n)
        )
    });
    let text = format!(
        "about {} saved; {} took {}{turned}{by_link}.{}",
        words::plural(link.n_saved, "click", "clicks"),
        words::people(link.n_people),
        words::clicks(link.steps_median),
        on_journey(link.journey.as_deref()),
    );
    Line::of([&link.from, &link.to], text)
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_pages);
    if !method.has_plan {
        return "There is no plan, so it is not known which links are there already.".to_owned();
    }
    if let Some(why) = withheld(report.links_to_add.n_withheld, k) {
        return why;
    }
    match method.n_judged_demands {
        0 => format!("Between no two pages did {k} people or more go by several clicks."),
        n => format!(
            "{k} people or more went by several clicks between {}; none of them without a link is walked clearly more than chance gives.",
            words::plural(n, "pair of pages", "pairs of pages"),
        ),
    }
}

fn picture(links: &[LinkToAdd]) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "link_budget",
        mark: Mark::Bar,
        does: "clicks that the link saves",
        usual: "clicks that the links before it save",
        aside: "together",
        tick: |n| words::thousands(n as u64),
        rows: links.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    let shown = links.len().min(MOST_ROWS);
    Ok(Picture {
        name: "link_budget",
        title: "What the first links save together".to_owned(),
        description: format!(
            "{}, in the order of adding them; together they save {}.",
            words::shown(shown, links.len(), "link", "links"),
            words::plural(
                links[..shown]
                    .last()
                    .map_or(0, |link| link.n_saved_together),
                "click",
                "clicks"
            ),
        ),
        table: table(links),
        size,
        drawn,
    })
}

fn row(link: &LinkToAdd) -> Row {
    let before = link.n_saved_together.saturating_sub(link.n_saved) as f64;
    Row {
        label: format!("{} → {}", called(&link.from), called(&link.to)),
        usual: (0.0, before),
        bound: before,
        does: link.n_saved_together as f64,
        high: None,
        told: format!("+ {}", words::thousands(link.n_saved)),
        aside: words::thousands(link.n_saved_together),
    }
}

fn table(links: &[LinkToAdd]) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "people",
        "clicks they take",
        "clicks of the plan",
        "clicks saved",
        "saved together",
        "most turned back at",
        "turned back at page",
        "planned journey",
        "people who came by a link",
    ];
    let mut table = Table::new("link_budget", &header);
    for link in links {
        let turned = link.turned_back_at.clone().unwrap_or_default();
        table.push(vec![
            Cell::text(words::name(&link.from.title, &link.from.page)),
            Cell::Address(link.from.page.clone()),
            Cell::text(words::name(&link.to.title, &link.to.page)),
            Cell::Address(link.to.page.clone()),
            Cell::Count(link.n_people),
            Cell::Number(link.steps_median, 1),
            link.planned_steps
                .map_or(Cell::text("no way"), |n| Cell::Count(n.into())),
            Cell::Count(link.n_saved),
            Cell::Count(link.n_saved_together),
            Cell::text(words::name(&turned.title, &turned.page)),
            Cell::Address(turned.page),
            Cell::text(link.journey.as_deref().unwrap_or_default()),
            link.n_people_by_link.map_or(Cell::Untold, Cell::Count),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_link_is_told_with_what_it_saves_and_where_it_was_expected() {
        let links = example::report().links_to_add.shown;
        assert_eq!(
            sentence(&links[0]),
            "A link from Leave request to Team calendar would have saved about 355 clicks in these days: 89 people took 4 clicks. Most who turned back did so at Help: perhaps they expected it there."
        );
        assert_eq!(
            sentence(&links[1]),
            "A link from News to Order a laptop would have saved about 238 clicks in these days: 91 people took 2.5 clicks, and the plan has no way there."
        );
    }

    #[test]
    fn what_a_journey_meant_is_no_gap_of_the_plan() {
        let mut link = example::report().links_to_add.shown[2].clone();
        assert_eq!(
            to_do(&link),
            "add a link to Exchange rates on Expense form."
        );
        link.journey = Some("claim\u{202e}".to_owned());
        assert!(to_do(&link).starts_with("if the steps between may be skipped"));
        assert!(sentence(&link).contains("Both are steps of the planned journey “claim\u{fffd}”."));
    }

    #[test]
    fn a_link_that_is_clicked_already_is_not_to_be_added() {
        let mut link = example::report().links_to_add.shown[0].clone();
        link.n_people_by_link = Some(44);
        assert_eq!(
            to_do(&link),
            "make the link to Team calendar on Leave request easy to find, and put it into the menu or the plan: 44 people came by it, while others go round."
        );
        assert!(
            line(&link)
                .text
                .contains("44 people came by a link that stands there")
        );
    }

    #[test]
    fn the_list_says_how_it_goes_with_the_paths() {
        let mut report = example::report();
        let links = report.links_to_add.shown.clone();
        let said = beside_the_paths(&links, &report).unwrap();
        assert!(said.contains("So add these links first"), "{said}");
        assert!(
            said.ends_with("Two pairs stand in both lists: begin with those."),
            "{said}"
        );
        report.paths.clear();
        assert!(beside_the_paths(&links, &report).is_none());
    }

    #[test]
    fn few_links_save_most() {
        let mut links = example::report().links_to_add.shown;
        assert_eq!(
            together(&links).unwrap(),
            "The first link alone saves 355 of the 634 clicks that all 3 save."
        );
        links[0].n_saved_together = 200;
        assert!(
            together(&links)
                .unwrap()
                .starts_with("The first two links together save 593")
        );
        links.truncate(2);
        assert!(together(&links).is_none());
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.links_to_add.shown.clear();
        assert!(why_nothing(&report).contains("none of them without a link"));
        report.method.has_plan = false;
        assert!(why_nothing(&report).contains("no plan"));
    }
}
