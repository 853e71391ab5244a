//! Where people give up on a planned journey.

use super::{Item, Line, Section, called, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{DropOff, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let drops = &report.drop_offs.shown;
    Ok(Section {
        id: "stop",
        short: "Where people give up",
        question: "Where do people give up?",
        about: "Steps of planned journeys at which clearly more people stop than at pages like them. Leaving from the goal is success and does not count.",
        n: drops.len(),
        items: vec![match drops.first() {
            Some(first) => item(first, drops)?,
            None => Item::nothing("Nobody gives up more than elsewhere", why_nothing(report)),
        }],
        ..Section::default()
    })
}

fn item(first: &DropOff, drops: &[DropOff]) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(drops, line);
    Ok(Item {
        heading: "The steps at which most stop".to_owned(),
        lead: vec![sentence(first)],
        pages: vec![first.page.page.clone(), first.goal.page.clone()],
        to_do: format!(
            "walk the journey “{}” yourself up to {}, and ask somebody who gave up what was missing there.",
            words::clean(&first.journey),
            called(&first.page),
        ),
        size: format!(
            "{} of {} gave up",
            words::thousands(first.n_people_left),
            words::people(first.n_people),
        ),
        more,
        n_unlisted,
        picture: Some(picture(drops)?),
        ..Item::default()
    })
}

fn share(drop: &DropOff) -> f64 {
    drop.n_people_left as f64 / drop.n_people.max(1) as f64
}

/// `Of 138 people who came to A on the way to B (planned journey “C”), 60 gave up there: 43 % ...`
fn sentence(drop: &DropOff) -> String {
    format!(
        "Of {} who came to {} on the way to {} (planned journey “{}”), {} gave up there: {}, at least {}, where {} do at pages like it.",
        words::people(drop.n_people),
        called(&drop.page),
        called(&drop.goal),
        words::clean(&drop.journey),
        words::thousands(drop.n_people_left),
        words::share(share(drop)),
        words::share(drop.exit_rate_low),
        words::share(drop.exit_rate_expected),
    )
}

fn line(drop: &DropOff) -> Line {
    let text = format!(
        "{} of {} gave up at the first on the way to the second (“{}”), where {} do at pages like it.",
        words::thousands(drop.n_people_left),
        words::people(drop.n_people),
        words::clean(&drop.journey),
        words::share(drop.exit_rate_expected),
    );
    Line::of([&drop.page, &drop.goal], text)
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_pages);
    if method.n_planned_journeys == 0 {
        return "No planned journeys were given, so it is not known where people were meant to get to. Name them in journeys.csv.".to_owned();
    }
    if let Some(why) = withheld(report.drop_offs.n_withheld, k) {
        return why;
    }
    let journeys = words::plural(
        method.n_planned_journeys,
        "planned journey",
        "planned journeys",
    );
    match method.n_judged_steps {
        0 => format!("No step of the {journeys} had {k} people or more."),
        n => format!(
            "{} of {journeys} had {k} people or more; at none do clearly more give up than at pages like it.",
            words::capital(&words::plural(n, "step", "steps")),
        ),
    }
}

fn picture(drops: &[DropOff]) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "drop_offs",
        mark: Mark::Dot,
        does: "share who give up, down to the bound",
        usual: "share at pages like it",
        aside: "people there",
        tick: |n| format!("{n} %"),
        rows: drops.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "drop_offs",
        title: "Who gives up on a planned journey".to_owned(),
        description: format!(
            "{}, those first that lose most people.",
            words::shown(drops.len().min(MOST_ROWS), drops.len(), "step", "steps"),
        ),
        table: table(drops),
        size,
        drawn,
    })
}

fn row(drop: &DropOff) -> Row {
    Row {
        label: format!(
            "{}, on the way to {}",
            called(&drop.page),
            called(&drop.goal)
        ),
        usual: (0.0, 100.0 * drop.exit_rate_expected),
        bound: 100.0 * drop.exit_rate_low,
        does: 100.0 * share(drop),
        high: None,
        told: words::share(share(drop)),
        aside: words::thousands(drop.n_people),
    }
}

fn table(drops: &[DropOff]) -> Table {
    let header = [
        "journey",
        "where",
        "where page",
        "goal",
        "goal page",
        "people there",
        "gave up",
        "share",
        "share at least",
        "at pages like it",
    ];
    let mut table = Table::new("drop_offs", &header);
    for drop in drops {
        table.push(vec![
            Cell::text(&drop.journey),
            Cell::text(words::name(&drop.page.title, &drop.page.page)),
            Cell::Address(drop.page.page.clone()),
            Cell::text(words::name(&drop.goal.title, &drop.goal.page)),
            Cell::Address(drop.goal.page.clone()),
            Cell::Count(drop.n_people),
            Cell::Count(drop.n_people_left),
            Cell::Share(share(drop)),
            Cell::Share(drop.exit_rate_low),
            Cell::Share(drop.exit_rate_expected),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_step_is_told_with_its_journey_and_its_bound() {
        let drops = example::report().drop_offs.shown;
        assert_eq!(
            sentence(&drops[0]),
            "Of 138 people who came to Expense form on the way to Exchange rates (planned journey “expense claim”), 60 gave up there: 43 %, at least 35 %, where 23 % do at pages like it."
        );
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.drop_offs.shown.clear();
        assert!(why_nothing(&report).starts_with("5 steps of 2 planned journeys"));
        report.method.n_judged_steps = 0;
        assert!(why_nothing(&report).starts_with("No step"));
        report.drop_offs.n_withheld = 2;
        assert!(why_nothing(&report).starts_with("2 findings stand"));
        report.method.n_planned_journeys = 0;
        assert!(why_nothing(&report).starts_with("No planned journeys were given"));
    }
}
