//! Informal groups: whom each mixes, and its size from window to window.

use queries::day::Day;

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::{Group, UnitPart};
use crate::section::called_first;
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
const TOP: f64 = 40.0;
const ROW: f64 = 70.0;
/// Where the bars end at most.
const BARS: f64 = 500.0;
/// Where the lines of sizes begin and end.
const SIZES: (f64, f64) = (560.0, WIDTH - 46.0);
/// How high a line of sizes may be.
const RISE: f64 = 40.0;
/// How dark the parts of a bar are, in turn: neighbours differ in grey print too.
const DEPTHS: [f64; 4] = [1.0, 0.6, 0.8, 0.4];
const MOST_ROWS: usize = 10;

/// A row a group: a bar of its departments, a line of its sizes. What the gate withheld is grey.
pub(crate) fn groups(groups: &[Group], k: u64) -> Result<Picture, ReportError> {
    let shown = &groups[..groups.len().min(MOST_ROWS)];
    let size = (WIDTH, TOP + ROW * shown.len() as f64 + 6.0);
    let most = shown.iter().map(|group| group.n_people).max().unwrap_or(1);
    let span = span(shown);
    let drawn = sheet("groups", size, |pen| {
        heading(pen, k)?;
        for (i, group) in shown.iter().enumerate() {
            row(pen, TOP + ROW * i as f64, i + 1, group, most, k)?;
            sizes(pen, TOP + ROW * i as f64 + 34.0, &group.sizes, span)?;
        }
        dates(pen, span, size.1 - 10.0)
    })?;
    Ok(Picture {
        name: "groups",
        title: "Whom the groups mix, and how large they were".to_owned(),
        description: format!(
            "{}, as in the list. Departments stand from left to right as they are named below each bar.",
            words::shown(shown.len(), groups.len(), "group", "groups"),
        ),
        table: table(groups, k),
        size,
        drawn,
    })
}

fn heading(pen: &Pen<'_>, k: u64) -> Drawn {
    let letters = Letters::new(12.5, Tint::Soft, Side::Start);
    let text = "members by department";
    pen.rect((0.0, 7.0), (11.0, 17.0), Tint::Earth, DEPTHS[0])?;
    pen.rect((12.0, 7.0), (23.0, 17.0), Tint::Earth, DEPTHS[1])?;
    pen.text((29.0, 12.0), text, letters)?;
    let x = 47.0 + letters.width(text);
    pen.rect((x, 7.0), (x + 23.0, 17.0), Tint::Paved, 0.6)?;
    let text = format!("{} of a department", words::withheld(k));
    pen.text((x + 29.0, 12.0), &text, letters)?;
    pen.text((SIZES.0, 12.0), "members by window", letters)
}

fn row(pen: &Pen<'_>, y: f64, rank: usize, group: &Group, most: u64, k: u64) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    // The name that the list uses, with as many pages as have room: cut in its middle it would name none.
    let label = |n: usize| {
        let pages = group.pages.iter().map(|page| &page.name);
        format!("{rank}. {}", called_first(pages, n))
    };
    let has_room = |n: &usize| letters.width(&label(*n)) <= SIZES.0 - 20.0;
    let label = label((1..=3).rev().find(has_room).unwrap_or(1));
    pen.text_within((0.0, y), &label, SIZES.0 - 20.0, letters)?;
    let middle = y + 20.0;
    let end = bar(pen, middle, group, most)?;
    pen.text(
        (end + 8.0, middle),
        &words::thousands(group.n_people),
        letters.bold(),
    )?;
    let small = Letters::new(12.0, Tint::Soft, Side::Start);
    pen.text_within(
        (0.0, y + 38.0),
        &mixed(&group.departments, k),
        SIZES.0 - 20.0,
        small,
    )
}

/// The last days of the first and the last window of all groups.
fn span(groups: &[Group]) -> (Day, Day) {
    let days = || {
        groups
            .iter()
            .flat_map(|group| &group.sizes)
            .map(|size| size.0)
    };
    (
        days().min().unwrap_or_default(),
        days().max().unwrap_or_default(),
    )
}

/// The parts of a group one after the other; gives where the bar ends.
fn bar(pen: &Pen<'_>, middle: f64, group: &Group, most: u64) -> Result<f64, ReportError> {
    let width = |n: u64| BARS * n as f64 / most.max(1) as f64;
    let end = width(group.n_people).max(3.0);
    pen.rect((0.0, middle - 7.0), (end, middle + 7.0), Tint::Paved, 0.6)?;
    let mut x = 0.0;
    let known = group.departments.iter().filter_map(|part| part.n_people);
    for (i, n) in known.enumerate() {
        let next = (x + width(n)).min(end);
        let corners = ((x, middle - 7.0), (next, middle + 7.0));
        // A ground in the card's colour keeps the grey from shining through.
        pen.rect(corners.0, corners.1, Tint::Card, 1.0)?;
        pen.rect(corners.0, corners.1, Tint::Earth, DEPTHS[i % DEPTHS.len()])?;
        x = next;
    }
    Ok(end)
}

/// `Engineering 12 · Legal 10 · fewer than 10 each: Sales, Service`.
fn mixed(parts: &[UnitPart], k: u64) -> String {
    let told = parts.iter().filter_map(|part| {
        Some(format!(
            "{} {}",
            part.unit,
            words::thousands(part.n_people?)
        ))
    });
    let mut said: Vec<String> = told.collect();
    let few = parts.iter().filter(|part| part.n_people.is_none());
    let few: Vec<&str> = few.map(|part| part.unit.as_str()).collect();
    if !few.is_empty() {
        let each = if few.len() == 1 { "" } else { " each" };
        said.push(format!("{}{each}: {}", words::withheld(k), few.join(", ")));
    }
    said.join(" · ")
}

/// A line over the windows of a group, at their place among those of all, broken where the gate withheld one.
fn sizes(
    pen: &Pen<'_>,
    ground: f64,
    sizes: &[(Day, Option<u64>)],
    (first, last): (Day, Day),
) -> Drawn {
    let most = sizes.iter().filter_map(|size| size.1).max().unwrap_or(0);
    let place = |day: Day, n: u64| -> Point {
        let across = f64::from(day.0 - first.0) / f64::from((last.0 - first.0).max(1));
        let x = SIZES.0 + (SIZES.1 - SIZES.0) * across;
        (x, ground - RISE * n as f64 / most.max(1) as f64)
    };
    pen.line(
        &[(SIZES.0, ground), (SIZES.1, ground)],
        Tint::Rule,
        1.0,
        1.0,
    )?;
    let mut run: Vec<Point> = Vec::new();
    let mut latest = None;
    for &(day, n) in sizes {
        match n {
            Some(n) => {
                run.push(place(day, n));
                latest = Some((place(day, n), n));
                pen.dot(place(day, n), 2.2, Tint::Earth)?;
            }
            None => {
                pen.dot(place(day, 0), 1.6, Tint::Soft)?;
                if run.len() > 1 {
                    pen.line(&run, Tint::Earth, 1.0, 2.0)?;
                }
                run.clear();
            }
        }
    }
    if run.len() > 1 {
        pen.line(&run, Tint::Earth, 1.0, 2.0)?;
    }
    latest.map_or(Ok(()), |((x, y), n)| {
        let letters = Letters::new(12.5, Tint::Ink, Side::Start).bold();
        pen.text((x + 7.0, y), &words::thousands(n), letters)
    })
}

fn dates(pen: &Pen<'_>, (first, last): (Day, Day), y: f64) -> Drawn {
    let letters = Letters::new(12.0, Tint::Soft, Side::Start);
    if first != last {
        pen.text((SIZES.0, y), &format!("to {}", first.short()), letters)?;
    }
    let letters = Letters {
        side: Side::End,
        ..letters
    };
    pen.text((SIZES.1, y), &format!("to {}", last.short()), letters)
}

fn table(groups: &[Group], k: u64) -> Table {
    let header = [
        "group",
        "gathers round",
        "people",
        "core",
        "largest department",
        "p",
        "stability",
        "born after",
        "born by",
        "now",
        "last event",
        "between",
        "and",
    ];
    let mut table = Table::new("groups", &header);
    let date = |day: Option<Day>| day.map_or(Cell::Empty, |day| Cell::text(day.to_string()));
    for group in groups {
        let last = group.events.last();
        table.push(vec![
            Cell::text(&group.id),
            Cell::text(round(group)),
            Cell::Count(group.n_people),
            Cell::gated(group.n_core, k),
            group.largest_unit_share.map_or(Cell::Untold, Cell::Share),
            Cell::Number(group.p_value, 3),
            Cell::Share(group.stability),
            date(group.born.map(|born| born.0)),
            date(group.born.map(|born| born.1)),
            Cell::text(&group.event),
            Cell::text(last.map_or("", |last| &last.event)),
            date(last.map(|last| last.since)),
            date(last.map(|last| last.at)),
        ]);
    }
    table
}

fn round(group: &Group) -> String {
    let pages = group.pages.iter();
    let names = pages.map(|page| words::name(&page.name.title, &page.name.page));
    names.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;
    use crate::example;

    #[test]
    fn no_words_overlap_and_the_few_have_no_number() {
        let mut shown = example::report().groups.shown;
        let picture = groups(&shown, 10).unwrap();
        check_texts(picture.size, &picture.drawn);
        assert!(picture.drawn.contains("fewer than 10 each: Sales, Service"));
        let row = picture.table.csv().lines().nth(3).unwrap().to_owned();
        assert!(row.contains("16,fewer than 10,not told,0.030"), "{row}");
        shown[0].departments[0].unit = "Research and development of very long names ".repeat(5);
        shown[0].pages[0].name.title = "A page that is called at length ".repeat(6);
        shown[1].sizes.truncate(1);
        shown[2].sizes.clear();
        let picture = groups(&shown, 10).unwrap();
        check_texts(picture.size, &picture.drawn);
    }
}
