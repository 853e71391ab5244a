//! People and views a day, over the days of the window before.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use super::scale::Scale;
use crate::error::ReportError;
use crate::model::DayUse;
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = WIDTH - 14.0;
const PANEL: f64 = 124.0;

type Measure = fn(&DayUse) -> Option<u64>;

/// Two panels, people above views; a gap where the gate withheld a day.
pub(crate) fn days(days: &[DayUse], before: &[DayUse], k: u64) -> Result<Picture, ReportError> {
    let size = (WIDTH, 2.0 * (PANEL + 34.0) + 62.0);
    let drawn = sheet("days", size, |pen| {
        legend(pen, !before.is_empty())?;
        let panels: [(&str, f64, Measure); 2] = [
            ("People a day", 44.0, |day| day.people),
            ("Views a day", 44.0 + PANEL + 34.0, |day| day.views),
        ];
        for (heading, top, measure) in panels {
            panel(pen, top, heading, [days, before], measure)?;
        }
        dates(pen, days, size.1 - 14.0)
    })?;
    Ok(Picture {
        name: "days",
        title: "People and views a day".to_owned(),
        description: describe(days, k),
        table: table(days, before, k),
        size,
        drawn,
    })
}

fn describe(days: &[DayUse], k: u64) -> String {
    let n_withheld = days.iter().filter(|day| day.people.is_none()).count() as u64;
    let but = match n_withheld {
        0 => String::new(),
        n => format!(
            ", but for {} of {} people",
            words::plural(n, "day", "days"),
            words::withheld(k)
        ),
    };
    let busiest = days
        .iter()
        .filter(|day| day.people.is_some())
        .max_by_key(|day| (day.people, -day.day.0));
    let quietest = days
        .iter()
        .filter(|day| day.people.is_some())
        .min_by_key(|day| (day.people, day.day.0));
    match (busiest, quietest) {
        (Some(most), Some(least)) => format!(
            "{} days. Most people came on {}: {}; fewest on {}: {}{but}.",
            days.len(),
            most.day.words(),
            words::thousands(most.people.unwrap_or(0)),
            least.day.words(),
            words::thousands(least.people.unwrap_or(0)),
        ),
        _ => "No day had enough people to be shown.".to_owned(),
    }
}

fn legend(pen: &Pen<'_>, has_before: bool) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    pen.line(&[(LEFT, 14.0), (LEFT + 22.0, 14.0)], Tint::Earth, 1.0, 2.6)?;
    pen.text((LEFT + 28.0, 14.0), "these days", letters)?;
    if has_before {
        let x = LEFT + 60.0 + letters.width("these days");
        pen.line(&[(x, 14.0), (x + 22.0, 14.0)], Tint::Paved, 1.0, 1.6)?;
        pen.text((x + 28.0, 14.0), "as many days before", letters)?;
    }
    Ok(())
}

fn panel(
    pen: &Pen<'_>,
    top: f64,
    heading: &str,
    series: [&[DayUse]; 2],
    measure: Measure,
) -> Drawn {
    let [days, before] = series;
    let n_days = days.len().max(before.len());
    let largest = days
        .iter()
        .chain(before)
        .filter_map(measure)
        .max()
        .unwrap_or(0);
    let bottom = top + PANEL + 14.0;
    let scale = Scale::new(largest as f64, 3, bottom, top + 18.0);
    weekends(pen, days, n_days, (top + 18.0, bottom))?;
    for tick in scale.ticks() {
        let y = scale.at(tick);
        pen.line(&[(LEFT, y), (RIGHT, y)], Tint::Rule, 1.0, 0.8)?;
        let number = words::thousands(tick as u64);
        pen.text(
            (LEFT - 7.0, y),
            &number,
            Letters::new(12.0, Tint::Soft, Side::End),
        )?;
    }
    pen.text(
        (LEFT, top),
        heading,
        Letters::new(13.0, Tint::Ink, Side::Start).bold(),
    )?;
    for (days, tint, width) in [(before, Tint::Paved, 1.6), (days, Tint::Earth, 2.6)] {
        for run in runs(days, measure) {
            let points: Vec<Point> = run
                .iter()
                .map(|&(i, n)| (place(i, n_days), scale.at(n as f64)))
                .collect();
            match points[..] {
                [only] => pen.dot(only, 2.5, tint)?,
                _ => pen.line(&points, tint, 1.0, width)?,
            }
        }
    }
    Ok(())
}

fn place(index: usize, n_days: usize) -> f64 {
    let slot = (RIGHT - LEFT) / n_days.max(1) as f64;
    LEFT + slot * (index as f64 + 0.5)
}

fn weekends(pen: &Pen<'_>, days: &[DayUse], n_days: usize, (top, bottom): (f64, f64)) -> Drawn {
    let half = (RIGHT - LEFT) / n_days.max(1) as f64 / 2.0;
    for (i, _) in days
        .iter()
        .enumerate()
        .filter(|(_, day)| day.day.weekday() >= 5)
    {
        let x = place(i, n_days);
        pen.rect((x - half, top), (x + half, bottom), Tint::Lawn, 1.0)?;
    }
    Ok(())
}

/// Stretches of days without a gap: (index, value).
fn runs(days: &[DayUse], measure: Measure) -> Vec<Vec<(usize, u64)>> {
    let mut runs: Vec<Vec<(usize, u64)>> = vec![Vec::new()];
    for (i, day) in days.iter().enumerate() {
        match (measure(day), runs.last_mut()) {
            (Some(n), Some(run)) => run.push((i, n)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Writes the Mondays (or, in a short window, every day), as many as have room.
fn dates(pen: &Pen<'_>, days: &[DayUse], y: f64) -> Drawn {
    let letters = Letters::new(12.0, Tint::Soft, Side::Middle);
    let mut free_from = LEFT - 20.0;
    for (i, day) in days.iter().enumerate() {
        if days.len() > 13 && day.day.weekday() != 0 {
            continue;
        }
        let text = day.day.short();
        let half = letters.width(&text) / 2.0;
        let x = place(i, days.len()).min(WIDTH - half - 2.0);
        if x - half > free_from {
            pen.text((x, y), &text, letters)?;
            free_from = x + half + 10.0;
        }
    }
    Ok(())
}

fn table(days: &[DayUse], before: &[DayUse], k: u64) -> Table {
    let mut table = Table::new(
        "days",
        &[
            "day",
            "people",
            "views",
            "days earlier",
            "people then",
            "views then",
        ],
    );
    for i in 0..days.len().max(before.len()) {
        let cells = |day: Option<&DayUse>| match day {
            Some(day) => [
                Cell::text(day.day.to_string()),
                Cell::gated(day.people, k),
                Cell::gated(day.views, k),
            ],
            None => [Cell::Empty, Cell::Empty, Cell::Empty],
        };
        table.push(
            cells(days.get(i))
                .into_iter()
                .chain(cells(before.get(i)))
                .collect(),
        );
    }
    table
}
