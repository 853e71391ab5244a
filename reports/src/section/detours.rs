//! Where people go the long way.

use super::{Item, Line, Section, called, on_journey, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Detour, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let detours = &report.detours.shown;
    Ok(Section {
        id: "detours",
        short: "Detours",
        question: "Where do people go the long way?",
        about: "Pages that the plan has near each other, and that people reach by more clicks all the same.",
        n: detours.len(),
        items: vec![match detours.first() {
            Some(first) => item(first, detours, report.gate.k_pages)?,
            None => Item::nothing("No detour", why_nothing(report)),
        }],
        ..Section::default()
    })
}

fn item(first: &Detour, detours: &[Detour], k: u64) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(detours, line);
    Ok(Item {
        heading: "The longest ways round".to_owned(),
        lead: vec![sentence(first, k)],
        pages: vec![first.from.page.clone(), first.to.page.clone()],
        to_do: to_do(first),
        size: words::people(first.n_people),
        more,
        n_unlisted,
        picture: Some(picture(detours, k)?),
        ..Item::default()
    })
}

/// `43 people go from A to B in 3 clicks, most by search, though 2 would do; 12 go straight.`
fn sentence(detour: &Detour, k: u64) -> String {
    format!(
        "{} go from {} to {} in {}, most {}, though {} would do; {}.{}",
        words::people(detour.n_people),
        called(&detour.from),
        called(&detour.to),
        words::clicks(detour.steps_median),
        by(&detour.cause),
        planned(detour),
        straight(detour, k),
        on_journey(detour.journey.as_deref()),
    )
}

fn planned(detour: &Detour) -> String {
    match detour.planned_steps {
        1 => "one".to_owned(),
        n => words::thousands(n.into()),
    }
}

fn straight(detour: &Detour, k: u64) -> String {
    match detour.n_people_straight {
        Some(n) => format!("{} go straight", words::thousands(n)),
        None => format!("{} go straight", words::withheld(k)),
    }
}

fn by(cause: &str) -> &'static str {
    match cause {
        "search" => "by search",
        "hub" => "by the start page",
        _ => "by roundabout ways",
    }
}

fn line(detour: &Detour) -> Line {
    let straight = detour
        .n_people_straight
        .map(|n| format!("; {} go straight", words::thousands(n)));
    let text = format!(
        "{} in {}, {} planned, most {}{}.{}",
        words::people(detour.n_people),
        words::clicks(detour.steps_median),
        planned(detour),
        by(&detour.cause),
        straight.unwrap_or_default(),
        on_journey(detour.journey.as_deref()),
    );
    Line::of([&detour.from, &detour.to], text)
}

fn to_do(detour: &Detour) -> String {
    let (from, to) = (called(&detour.from), called(&detour.to));
    match detour.cause.as_str() {
        "search" => {
            format!("see whether {from} shows the way to {to}: people search for it instead.")
        }
        "hub" => format!(
            "see whether {from} shows the way to {to}: people go back to the start page for it."
        ),
        _ => {
            format!("see whether {from} shows the way to {to}: people try other pages on the way.")
        }
    }
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_pages);
    if !method.has_plan {
        return "There is no plan, so no way can be longer than planned.".to_owned();
    }
    if let Some(why) = withheld(report.detours.n_withheld, k) {
        return why;
    }
    match method.n_judged_demands {
        0 => format!("Between no two pages did {k} people or more go by several clicks."),
        n => format!(
            "{k} people or more went by several clicks between {}; between none of them is the plan clearly shorter than what they walk.",
            words::plural(n, "pair of pages", "pairs of pages"),
        ),
    }
}

fn picture(detours: &[Detour], k: u64) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "detours",
        mark: Mark::Dot,
        does: "clicks that people take, down to the bound",
        usual: "clicks of the plan",
        aside: "how most go",
        tick: |n| words::thousands(n as u64),
        rows: detours.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "detours",
        title: "Clicks that people take, against those of the plan".to_owned(),
        description: format!(
            "{}, those first that cost most clicks.",
            words::shown(
                detours.len().min(MOST_ROWS),
                detours.len(),
                "detour",
                "detours"
            ),
        ),
        table: table(detours, k),
        size,
        drawn,
    })
}

fn row(detour: &Detour) -> Row {
    Row {
        label: format!("{} → {}", called(&detour.from), called(&detour.to)),
        usual: (0.0, f64::from(detour.planned_steps)),
        bound: detour.stretch_low * f64::from(detour.planned_steps),
        does: detour.steps_median,
        high: None,
        told: words::people(detour.n_people),
        aside: match detour.cause.as_str() {
            "search" => "search",
            "hub" => "start page",
            _ => "wandering",
        }
        .to_owned(),
    }
}

fn table(detours: &[Detour], k: u64) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "people",
        "by chance",
        "clicks, median",
        "clicks of the plan",
        "cause",
        "people who go straight",
        "planned journey",
    ];
    let mut table = Table::new("detours", &header);
    for detour in detours {
        table.push(vec![
            Cell::text(words::name(&detour.from.title, &detour.from.page)),
            Cell::Address(detour.from.page.clone()),
            Cell::text(words::name(&detour.to.title, &detour.to.page)),
            Cell::Address(detour.to.page.clone()),
            Cell::Count(detour.n_people),
            Cell::Number(detour.expected_people, 1),
            Cell::Number(detour.steps_median, 1),
            Cell::Count(detour.planned_steps.into()),
            Cell::text(match detour.cause.as_str() {
                "hub" => "start page",
                cause => cause,
            }),
            Cell::gated(detour.n_people_straight, k),
            Cell::text(detour.journey.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_detour_is_told_with_its_cause_and_the_few_are_not() {
        let mut detour = example::report().detours.shown[0].clone();
        assert_eq!(
            sentence(&detour, 5),
            "43 people go from Leave request to Team calendar in 3 clicks, most by the start page, though 2 would do; 12 go straight."
        );
        detour.n_people_straight = None;
        (detour.steps_median, detour.planned_steps) = (2.5, 1);
        detour.cause = "search".to_owned();
        assert!(sentence(&detour, 5).ends_with(
            "in 2.5 clicks, most by search, though one would do; fewer than 5 go straight."
        ));
        assert!(to_do(&detour).contains("search for it"));
        detour.journey = Some("claim".to_owned());
        assert!(sentence(&detour, 5).ends_with("Both are steps of the planned journey “claim”."));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.detours.shown.clear();
        assert!(why_nothing(&report).contains("between none of them"));
        report.method.n_judged_demands = 0;
        assert!(why_nothing(&report).contains("no two pages"));
        report.detours.n_withheld = 1;
        assert!(why_nothing(&report).starts_with("1 finding stands for fewer than 5"));
        report.method.has_plan = false;
        assert!(why_nothing(&report).contains("no plan"));
    }
}
