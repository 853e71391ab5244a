//! Elephant paths, ranked: how many walk them, against what chance would give.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Side, sheet};
use super::colour::Tint;
use super::scale::Scale;
use crate::error::ReportError;
use crate::model::PathFinding;
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
const ROW: f64 = 46.0;
const TOP: f64 = 58.0;
const RIGHT: f64 = WIDTH - 160.0;
const MOST_ROWS: usize = 12;

/// A row a path: the dot is the people who walk it, the line reaches down to its 95 % lower bound,
/// the grey bar is what chance gives.
pub(crate) fn ranked_paths(paths: &[PathFinding]) -> Result<Picture, ReportError> {
    let shown = &paths[..paths.len().min(MOST_ROWS)];
    let size = (WIDTH, TOP + ROW * shown.len() as f64 + 30.0);
    let largest = shown
        .iter()
        .map(|path| {
            path.n_people
                .max(words::chance_range(path.expected_people).1)
        })
        .max()
        .unwrap_or(1);
    let scale = Scale::new(largest as f64, 5, 10.0, RIGHT);
    let drawn = sheet("ranked_paths", size, |pen| {
        legend(pen)?;
        axis(pen, scale, size.1)?;
        for (i, path) in shown.iter().enumerate() {
            row(pen, TOP + ROW * i as f64, i + 1, path, scale)?;
        }
        Ok(())
    })?;
    Ok(Picture {
        name: "ranked_paths",
        title: "Paths the plan does not offer, most clicks saved first".to_owned(),
        description: describe(shown),
        table: table(paths),
        size,
        drawn,
    })
}

fn legend(pen: &Pen<'_>) -> Drawn {
    let letters = Letters::new(12.5, Tint::Soft, Side::Start);
    pen.line(&[(4.0, 12.0), (24.0, 12.0)], Tint::Earth, 1.0, 2.4)?;
    pen.dot((24.0, 12.0), 4.5, Tint::Earth)?;
    let people = "people who walk it, down to the 95 % bound";
    pen.text((34.0, 12.0), people, letters)?;
    let x = 54.0 + letters.width(people);
    pen.rect((x, 8.0), (x + 22.0, 16.0), Tint::Paved, 0.7)?;
    pen.text((x + 28.0, 12.0), "what chance gives", letters)?;
    pen.text(
        (WIDTH, 36.0),
        "clicks saved",
        Letters {
            side: Side::End,
            ..letters
        },
    )
}

fn axis(pen: &Pen<'_>, scale: Scale, height: f64) -> Drawn {
    for tick in scale.ticks() {
        let x = scale.at(tick);
        pen.line(&[(x, TOP - 12.0), (x, height - 28.0)], Tint::Rule, 1.0, 0.8)?;
        let number = words::thousands(tick as u64);
        pen.text(
            (x, height - 14.0),
            &number,
            Letters::new(12.0, Tint::Soft, Side::Middle),
        )?;
    }
    Ok(())
}

fn row(pen: &Pen<'_>, y: f64, rank: usize, path: &PathFinding, scale: Scale) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    let from = words::name(&path.from_title, &path.from_page);
    let to = words::name(&path.to_title, &path.to_page);
    // A ground in the card's colour keeps the grid lines out of the words.
    let label = format!("{rank}. {from} → {to}");
    let width = letters.width(&label).min(RIGHT - 14.0);
    pen.rect((8.0, y - 8.0), (14.0 + width, y + 8.0), Tint::Card, 1.0)?;
    pen.text_within((10.0, y), &label, RIGHT - 14.0, letters)?;
    let middle = y + 20.0;
    let (low, high) = words::chance_range(path.expected_people);
    let end = scale.at(high as f64).max(scale.at(low as f64) + 3.0);
    pen.rect(
        (scale.at(low as f64), middle - 4.0),
        (end, middle + 4.0),
        Tint::Paved,
        0.7,
    )?;
    let dot = scale.at(path.n_people as f64);
    let bound = scale.at(path.lift_low * path.expected_people).min(dot);
    pen.line(&[(bound, middle), (dot, middle)], Tint::Earth, 1.0, 2.4)?;
    pen.dot((dot, middle), 4.5, Tint::Earth)?;
    let number = words::thousands(path.n_people);
    pen.text((dot + 9.0, middle), &number, letters.bold())?;
    let saved = words::about(path.clicks_saved);
    pen.text(
        (WIDTH, middle),
        &saved,
        Letters::new(13.0, Tint::Ink, Side::End),
    )
}

fn describe(paths: &[PathFinding]) -> String {
    let Some(first) = paths.first() else {
        return "No path was found.".to_owned();
    };
    format!(
        "{} shown. The first leads from {} to {}: {} walked it where chance would give {}.",
        words::plural(paths.len() as u64, "path", "paths"),
        words::name(&first.from_title, &first.from_page),
        words::name(&first.to_title, &first.to_page),
        words::people(first.n_people),
        words::about(first.expected_people),
    )
}

fn table(paths: &[PathFinding]) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "people",
        "times",
        "by chance",
        "lift",
        "lift at least",
        "q",
        "clicks in the plan",
        "clicks saved",
        "first seen",
        "status",
    ];
    let mut table = Table::new("elephant_paths", &header);
    for path in paths {
        table.push(vec![
            Cell::text(words::name(&path.from_title, &path.from_page)),
            Cell::Address(path.from_page.clone()),
            Cell::text(words::name(&path.to_title, &path.to_page)),
            Cell::Address(path.to_page.clone()),
            Cell::Count(path.n_people),
            Cell::Count(path.n_moves),
            Cell::Number(path.expected_people, 1),
            Cell::Number(path.lift, 1),
            Cell::Number(path.lift_low, 1),
            Cell::text(q_words(path.q_value)),
            path.planned_steps
                .map_or(Cell::text("no way"), |n| Cell::Count(n.into())),
            Cell::Number(path.clicks_saved.max(0.0), 0),
            Cell::text(path.first_seen.to_string()),
            Cell::text(&path.status),
        ]);
    }
    table
}

fn q_words(q: f64) -> String {
    if q < 0.0001 {
        "below 0.0001".to_owned()
    } else {
        format!("{q:.4}")
    }
}
