//! Elephant paths, ranked: how many walk them, against what chance would give.

use super::Picture;
use super::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::PathFinding;
use crate::table::{Cell, Table};
use crate::words;

/// A row a path: the dot is the people who walk it, the line reaches down to its 95 % lower bound,
/// the grey bar is what chance gives.
pub(crate) fn ranked_paths(paths: &[PathFinding]) -> Result<Picture, ReportError> {
    let shown = &paths[..paths.len().min(MOST_ROWS)];
    let chart = Compared {
        name: "ranked_paths",
        mark: Mark::Dot,
        does: "people who walk it, down to the 95 % bound",
        usual: "what chance gives in 19 of 20 cases",
        aside: "clicks spared",
        tick: |n| words::thousands(n as u64),
        rows: shown.iter().map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name: "ranked_paths",
        title: "Paths the plan does not offer, most clicks spared first".to_owned(),
        description: describe(shown, paths.len()),
        table: table(paths),
        size,
        drawn,
    })
}

fn row(path: &PathFinding) -> Row {
    let from = words::name(&path.from_title, &path.from_page);
    let to = words::name(&path.to_title, &path.to_page);
    let (low, high) = words::chance_range(path.expected_people);
    Row {
        label: format!("{from} → {to}"),
        usual: (low as f64, high as f64),
        bound: path.lift_low * path.expected_people,
        does: path.n_people as f64,
        high: None,
        told: words::thousands(path.n_people),
        aside: path
            .planned_steps
            .map_or_else(String::new, |_| words::about(path.clicks_saved)),
    }
}

fn describe(paths: &[PathFinding], n_all: usize) -> String {
    let Some(first) = paths.first() else {
        return "No path was found.".to_owned();
    };
    format!(
        "{}. The first leads from {} to {}: {} walked it where chance would give {}.",
        words::shown(paths.len(), n_all, "path", "paths"),
        words::name(&first.from_title, &first.from_page),
        words::name(&first.to_title, &first.to_page),
        words::people(first.n_people),
        words::around(first.expected_people),
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
        "clicks spared",
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
