//! Pages where units meet: the digital coffee machine.

use super::{Item, Line, Section, called, rest, withheld};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{GatheringPlace, Report};
use crate::table::{Cell, Table};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let places = &report.gathering_places.shown;
    Ok(Section {
        id: "meet",
        short: "Where units meet",
        question: "Where do units meet?",
        about: "Pages where people of different units come together more than their popularity explains: the coffee machines of the intranet.",
        is_of_people: true,
        n: places.len(),
        summary: places
            .first()
            .filter(|place| !is_faint(place))
            .map(|place| format!("Units meet on {}.", called(&place.name))),
        items: vec![match places.first() {
            Some(first) => item(first, places, report.gate.k_people)?,
            None => Item::nothing("No gathering place", why_nothing(report)),
        }],
    })
}

fn item(first: &GatheringPlace, places: &[GatheringPlace], k: u64) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(places, line);
    Ok(Item {
        heading: "The pages that mix most".to_owned(),
        lead: vec![sentence(first), together(first, k), encounters(first), faint(first)],
        pages: vec![first.name.page.clone()],
        to_do: to_do(first),
        size: words::people(first.n_people),
        more,
        n_unlisted,
        remark: "Pages that everybody must pass, such as the start page and search, do not count. That people of several units use a page does not show that they talk with each other there; being there at the same time is counted apart.".to_owned(),
        picture: Some(picture(places, k)?),
        ..Item::default()
    })
}

/// Points of a hundred that mixing must lie beyond chance before anybody should act on it.
const PLAIN: f64 = 0.1;

/// Sure to be more than chance, and so little more that nothing follows from it.
fn is_faint(place: &GatheringPlace) -> bool {
    place.mixing - place.mixing_expected < PLAIN
}

fn faint(place: &GatheringPlace) -> String {
    if !is_faint(place) {
        return String::new();
    }
    "That is surely more than chance, but faint: there is no need to act on it.".to_owned()
}

fn to_do(place: &GatheringPlace) -> String {
    if is_faint(place) {
        return String::new();
    }
    format!(
        "be there: what you want people of several units to hear, say on {} and not on a page of one unit.",
        called(&place.name)
    )
}

/// `On A, 212 people of 9 units come together: of two of them, 86 % are of different units ...`
fn sentence(place: &GatheringPlace) -> String {
    let leaders = match place.n_leaders {
        Some(0) | None => String::new(),
        Some(n) => format!(
            " {} of them {} followed by others.",
            words::capital(&words::thousands(n)),
            if n == 1 { "is" } else { "are" },
        ),
    };
    format!(
        "On {}, {} of {} come together. Any two of them are of different units in {} of cases (at least {}); by chance it would be {}.{leaders}",
        called(&place.name),
        words::people(place.n_people),
        words::plural(place.n_units, "unit", "units"),
        words::share(place.mixing),
        words::share(place.mixing_low),
        words::share(place.mixing_expected),
    )
}

fn together(place: &GatheringPlace, k: u64) -> String {
    match (place.n_together, place.together_expected) {
        (Some(n), Some(expected)) => format!(
            "{} {} there at the same time as somebody of another unit on more than one day; if each came at times of their own it would be about {}.",
            words::capital(&words::people(n)),
            if n == 1 { "was" } else { "were" },
            words::about(expected),
        ),
        (Some(n), None) => format!(
            "{} {} there at the same time as somebody of another unit on more than one day.",
            words::capital(&words::people(n)),
            if n == 1 { "was" } else { "were" },
        ),
        (None, _) => format!(
            "How many were there at the same time on more than one day is not told: they, or the others, are {}.",
            words::withheld(k)
        ),
    }
}

/// A false discovery rate up to which it is said that people meet.
const MEETING: f64 = 0.05;

/// How often two of different units came in the same minutes, which is what tells of meeting: where hours are shared
/// nearly everybody has company some day.
fn encounters(place: &GatheringPlace) -> String {
    let Some(encounters) = place.encounters else {
        return String::new();
    };
    let is_meeting = encounters.q_value <= MEETING;
    format!(
        "Two of different units came within five minutes of each other {}; if each came as often on days of their own it would be about {} (p {}): {}.",
        words::plural(encounters.n, "time", "times"),
        words::about(encounters.expected),
        p_value(encounters.p_value),
        if is_meeting {
            "they meet there"
        } else {
            "no more than chance can give"
        },
    )
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        return "below 0.001".to_owned();
    }
    format!("{p:.3}")
}

fn line(place: &GatheringPlace) -> Line {
    let text = format!(
        "{} of {}; any two are of different units in {} of cases, {} by chance.",
        words::people(place.n_people),
        words::plural(place.n_units, "unit", "units"),
        words::share(place.mixing),
        words::share(place.mixing_expected),
    );
    Line::of([&place.name], text)
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_people);
    if !method.has_units {
        return "It is not known who belongs to which unit, so it is not known where units meet. Give people.csv.".to_owned();
    }
    if let Some(why) = withheld(report.gathering_places.n_withheld, k) {
        return why;
    }
    match method.n_judged_places {
        0 => format!("No page has {k} people or more of at least two units."),
        n => format!(
            "{} had {k} people or more of at least two units; on none do units mix clearly more than chance gives.",
            words::capital(&words::plural(n, "page", "pages")),
        ),
    }
}

fn picture(places: &[GatheringPlace], k: u64) -> Result<Picture, ReportError> {
    let chart = Compared {
        name: "gathering_places",
        mark: Mark::Dot,
        does: "pairs of its people who are of different units, down to the bound",
        usual: "by chance",
        aside: "people",
        tick: |n| format!("{n} %"),
        rows: places.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "gathering_places",
        title: "How much units mix, against chance".to_owned(),
        description: format!(
            "{}, those first that mix most beyond chance.",
            words::shown(places.len().min(MOST_ROWS), places.len(), "page", "pages"),
        ),
        table: table(places, k),
        size,
        drawn,
    })
}

fn row(place: &GatheringPlace) -> Row {
    Row {
        label: called(&place.name),
        usual: (0.0, 100.0 * place.mixing_expected),
        bound: 100.0 * place.mixing_low,
        does: 100.0 * place.mixing,
        high: None,
        told: words::share(place.mixing),
        aside: words::thousands(place.n_people),
    }
}

fn table(places: &[GatheringPlace], k: u64) -> Table {
    let header = [
        "title",
        "page",
        "people",
        "units",
        "of different units",
        "at least",
        "by chance",
        "people whom others follow",
        "there at the same time",
        "at the same time by chance",
        "encounters",
        "encounters by chance",
        "p of encounters",
    ];
    let mut table = Table::new("gathering_places", &header);
    for place in places {
        let met = place.encounters;
        table.push(vec![
            Cell::text(words::name(&place.name.title, &place.name.page)),
            Cell::Address(place.name.page.clone()),
            Cell::Count(place.n_people),
            Cell::Count(place.n_units),
            Cell::Share(place.mixing),
            Cell::Share(place.mixing_low),
            Cell::Share(place.mixing_expected),
            Cell::gated(place.n_leaders, k),
            Cell::gated(place.n_together, k),
            place
                .together_expected
                .map_or(Cell::Empty, |n| Cell::Number(n, 0)),
            Cell::gated(met.map(|met| met.n), k),
            met.map_or(Cell::Empty, |met| Cell::Number(met.expected, 0)),
            met.map_or(Cell::Empty, |met| Cell::Number(met.p_value, 4)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_place_is_told_against_chance_and_presence_apart() {
        let places = example::report().gathering_places.shown;
        assert_eq!(
            sentence(&places[0]),
            "On Canteen chat, 212 people of 9 units come together. Any two of them are of different units in 86 % of cases (at least 83 %); by chance it would be 61 %. 12 of them are followed by others."
        );
        assert_eq!(
            together(&places[0], 10),
            "64 people were there at the same time as somebody of another unit on more than one day; if each came at times of their own it would be about 31."
        );
        assert!(!together(&places[1], 10).contains("about"));
        assert!(together(&places[2], 10).contains("fewer than 10"));
        assert_eq!(
            encounters(&places[0]),
            "Two of different units came within five minutes of each other 340 times; if each came as often on days of their own it would be about 120 (p below 0.001): they meet there."
        );
        assert!(encounters(&places[1]).is_empty());
        let mut by_chance = places[0].clone();
        by_chance.encounters = places[0].encounters.map(|met| crate::model::Encounters {
            p_value: 0.3,
            q_value: 0.8,
            ..met
        });
        assert!(encounters(&by_chance).ends_with("(p 0.300): no more than chance can give."));
        assert!(!sentence(&places[2]).contains("followed"));
        let mut faint = places[0].clone();
        assert!(to_do(&faint).starts_with("be there") && super::faint(&faint).is_empty());
        faint.mixing = faint.mixing_expected + 0.04;
        assert!(to_do(&faint).is_empty() && super::faint(&faint).contains("faint"));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.gathering_places.shown.clear();
        assert!(why_nothing(&report).starts_with("48 pages had 10 people"));
        report.method.n_judged_places = 0;
        assert!(why_nothing(&report).starts_with("No page"));
        report.gathering_places.n_withheld = 3;
        assert!(why_nothing(&report).starts_with("3 findings stand"));
        report.method.has_units = false;
        assert!(why_nothing(&report).contains("people.csv"));
    }
}
