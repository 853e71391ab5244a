//! When people come: weekday by hour.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::HourUse;
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
const LEFT: f64 = 50.0;
const TOP: f64 = 8.0;
const CELL: (f64, f64) = (30.8, 28.0);
const WEEKDAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

/// One square an hour; the more people, the darker. An hour that the gate withheld has a dot.
pub(crate) fn heat_map(hours: &[HourUse], k: u64) -> Result<Picture, ReportError> {
    let size = (WIDTH, TOP + 7.0 * CELL.1 + 66.0);
    let most = hours
        .iter()
        .filter_map(|hour| hour.people)
        .max()
        .unwrap_or(0);
    let drawn = sheet("heat_map", size, |pen| {
        axes(pen)?;
        for hour in hours
            .iter()
            .filter(|hour| hour.weekday < 7 && hour.hour < 24)
        {
            square(pen, hour, most)?;
        }
        legend(pen, size.1 - 16.0, most, k)
    })?;
    Ok(Picture {
        name: "heat_map",
        title: "People by weekday and hour".to_owned(),
        description: describe(hours),
        table: table(hours, k),
        size,
        drawn,
    })
}

fn corner(weekday: u8, hour: u8) -> (f64, f64) {
    (
        LEFT + f64::from(hour) * CELL.0,
        TOP + f64::from(weekday) * CELL.1,
    )
}

fn axes(pen: &Pen<'_>) -> Drawn {
    for weekday in 0..7u8 {
        let (_, y) = corner(weekday, 0);
        let day = &WEEKDAYS[usize::from(weekday)][..3];
        pen.text(
            (LEFT - 8.0, y + CELL.1 / 2.0),
            day,
            Letters::new(13.0, Tint::Soft, Side::End),
        )?;
        for hour in 0..24 {
            let (x, y) = corner(weekday, hour);
            pen.rect(
                (x, y),
                (x + CELL.0 - 1.5, y + CELL.1 - 1.5),
                Tint::Lawn,
                0.8,
            )?;
        }
    }
    for hour in (0..24u8).step_by(3) {
        let (x, y) = corner(7, hour);
        let text = format!("{hour}:00");
        pen.text(
            (x, y + 10.0),
            &text,
            Letters::new(12.0, Tint::Soft, Side::Start),
        )?;
    }
    Ok(())
}

fn square(pen: &Pen<'_>, hour: &HourUse, most: u64) -> Drawn {
    let (x, y) = corner(hour.weekday, hour.hour);
    match hour.people {
        Some(0) => Ok(()),
        Some(n) => pen.rect(
            (x, y),
            (x + CELL.0 - 1.5, y + CELL.1 - 1.5),
            Tint::Earth,
            depth(n, most),
        ),
        None => pen.dot(
            (x + CELL.0 / 2.0 - 0.75, y + CELL.1 / 2.0 - 0.75),
            1.6,
            Tint::Soft,
        ),
    }
}

/// How dark a square is, 0.12 to 1.
fn depth(n: u64, most: u64) -> f64 {
    0.12 + 0.88 * n as f64 / most.max(1) as f64
}

fn legend(pen: &Pen<'_>, y: f64, most: u64, k: u64) -> Drawn {
    let letters = Letters::new(12.0, Tint::Soft, Side::Start);
    let mut x = LEFT;
    if most > 0 {
        let least = k.min(most);
        let text = format!("{} people", words::thousands(least));
        pen.text((x, y), &text, letters)?;
        x += letters.width(&text) + 8.0;
        for i in 0..6 {
            let share = f64::from(i) / 5.0;
            let n = least as f64 + share * (most - least) as f64;
            pen.rect(
                (x, y - 7.0),
                (x + 20.0, y + 7.0),
                Tint::Earth,
                depth(n as u64, most),
            )?;
            x += 21.0;
        }
        let text = words::thousands(most);
        pen.text((x + 7.0, y), &text, letters)?;
        x += letters.width(&text) + 34.0;
    }
    pen.dot((x, y), 1.6, Tint::Soft)?;
    pen.text((x + 9.0, y), &words::withheld(k), letters)
}

fn describe(hours: &[HourUse]) -> String {
    let busiest = hours
        .iter()
        .filter(|hour| hour.people.is_some() && hour.weekday < 7)
        .max_by_key(|hour| (hour.people, std::cmp::Reverse((hour.weekday, hour.hour))));
    busiest.map_or_else(
        || "No hour had enough people to be shown.".to_owned(),
        |hour| {
            format!(
                "Most people come on {}s from {}:00 to {}:00: {}. Hours are counted over the whole window.",
                WEEKDAYS[usize::from(hour.weekday)],
                hour.hour,
                hour.hour + 1,
                words::thousands(hour.people.unwrap_or(0)),
            )
        },
    )
}

fn table(hours: &[HourUse], k: u64) -> Table {
    let mut table = Table::new("hours", &["weekday", "hour", "people", "views"]);
    for hour in hours.iter().filter(|hour| hour.weekday < 7) {
        table.push(vec![
            Cell::text(WEEKDAYS[usize::from(hour.weekday)]),
            Cell::text(format!("{:02}:00", hour.hour)),
            Cell::gated(hour.people, k),
            Cell::gated(hour.views, k),
        ]);
    }
    table
}
