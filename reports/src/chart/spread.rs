//! How one path spread: people who had walked it, by week.

use super::Picture;
use super::canvas::{Letters, Point, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::WeekCount;
use crate::table::{Cell, Table};
use crate::words;

const SIZE: Point = (340.0, 150.0);
const LEFT: f64 = 8.0;
const RIGHT: f64 = SIZE.0 - 8.0;
const BOTTOM: f64 = SIZE.1 - 26.0;
const TOP: f64 = 30.0;

/// A rising area; `None` when fewer than two weeks can be shown.
pub(crate) fn spread(weeks: &[WeekCount], k: u64) -> Result<Option<Picture>, ReportError> {
    let shown: Vec<(usize, u64)> = weeks
        .iter()
        .enumerate()
        .filter_map(|(i, week)| Some((i, week.people_so_far?)))
        .collect();
    let (Some(&(first, _)), Some(&(last, most))) = (shown.first(), shown.last()) else {
        return Ok(None);
    };
    if shown.len() < 2 {
        return Ok(None);
    }
    let n_gaps = (weeks.len() - 1) as f64;
    let x = |i: usize| LEFT + (RIGHT - LEFT) * i as f64 / n_gaps;
    let y = |n: u64| BOTTOM - (BOTTOM - TOP) * n as f64 / most.max(1) as f64;
    let ridge: Vec<Point> = shown.iter().map(|&(i, n)| (x(i), y(n))).collect();
    let ground = [(x(last), BOTTOM), (x(first), BOTTOM)];
    let area: Vec<Point> = ridge.iter().copied().chain(ground).collect();
    let drawn = sheet("spread", SIZE, |pen| {
        pen.area(&area, Tint::Earth, 0.3)?;
        pen.line(&ridge, Tint::Earth, 1.0, 2.4)?;
        pen.line(&[(LEFT, BOTTOM), (RIGHT, BOTTOM)], Tint::Rule, 1.0, 1.0)?;
        for &point in &ridge {
            pen.dot(point, 2.8, Tint::Earth)?;
        }
        let small = Letters::new(12.5, Tint::Soft, Side::Start);
        pen.text(
            (x(last), 12.0),
            &words::people(most),
            Letters::new(14.0, Tint::Ink, Side::End).bold(),
        )?;
        pen.text((LEFT, SIZE.1 - 10.0), &weeks[0].week.short(), small)?;
        let end = weeks[weeks.len() - 1].week.short();
        pen.text(
            (RIGHT, SIZE.1 - 10.0),
            &format!("week of {end}"),
            Letters {
                side: Side::End,
                ..small
            },
        )
    })?;
    Ok(Some(Picture {
        name: "spread",
        title: "How the path spread".to_owned(),
        description: format!(
            "People who had walked the path, by week: {} by the week of {}, {} by the week of {}.",
            words::thousands(shown[0].1),
            weeks[first].week.words(),
            words::thousands(most),
            weeks[last].week.words(),
        ),
        table: table(weeks, k),
        size: SIZE,
        drawn,
    }))
}

fn table(weeks: &[WeekCount], k: u64) -> Table {
    let mut table = Table::new("spread", &["week of", "people so far"]);
    for week in weeks {
        table.push(vec![
            Cell::text(week.week.to_string()),
            Cell::gated(week.people_so_far, k),
        ]);
    }
    table
}
