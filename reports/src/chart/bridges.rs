//! Ties between units against chance: a square a pair.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::{BridgeCell, DimensionBridges};
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
/// Where the squares begin: beside the units' names, below their numbers.
const LEFT: f64 = 210.0;
const TOP: f64 = 26.0;
const ROW: f64 = 36.0;
/// How wide a square may be.
const WIDEST: f64 = 74.0;
/// More units than this cannot be told apart on a page; the table has them all.
const MOST_UNITS: usize = 14;
/// A ratio of 8, or of 1/8, has the full colour: more would make the small ones alike.
const FULL: f64 = 3.0;

/// Names of the pictures: what a dimension is called comes from a file and is no name for one.
const NAMES: [&str; 6] = [
    "bridges",
    "bridges_2",
    "bridges_3",
    "bridges_4",
    "bridges_5",
    "bridges_6",
];

/// A square a pair, twice, since ties go both ways; `None` past the last name.
pub(crate) fn bridges(
    index: usize,
    dimension: &DimensionBridges,
    k: u64,
) -> Result<Option<Picture>, ReportError> {
    let Some(&name) = NAMES.get(index) else {
        return Ok(None);
    };
    let n = dimension.units.len().min(MOST_UNITS);
    let size = (WIDTH, TOP + ROW * n as f64 + 40.0);
    let drawn = sheet(name, size, |pen| {
        grid(pen, dimension, n)?;
        for cell in dimension.cells.iter().filter(|cell| cell.a.max(cell.b) < n) {
            square(pen, (cell.a, cell.b), cell, n)?;
            if cell.a != cell.b {
                square(pen, (cell.b, cell.a), cell, n)?;
            }
        }
        legend(pen, size.1 - 16.0, k)
    })?;
    Ok(Some(Picture {
        name,
        title: format!(
            "Ties between every two of {}, over chance",
            words::plural(n as u64, "unit", "units")
        ),
        description: describe(dimension, n, k),
        table: table(index, dimension, k),
        size,
        drawn,
    }))
}

fn describe(dimension: &DimensionBridges, n: usize, k: u64) -> String {
    let more = dimension.units.len().saturating_sub(n) as u64;
    let more = match more {
        0 => String::new(),
        more => format!(
            " {} in the table alone.",
            words::capital(&words::plural(more, "unit is", "units are"))
        ),
    };
    format!(
        "By {}. A row and a column bear the same number. Squares with a rim are bridges, or on the diagonal units that are cut off from all others; the rest may be chance. Grey: not shown, for a side has {} people or could be told from the rest.{more}",
        words::clean(&dimension.dimension),
        words::withheld(k),
    )
}

fn side(n: usize) -> f64 {
    ((WIDTH - LEFT) / n.max(1) as f64).min(WIDEST)
}

fn corner(n: usize, (row, column): (usize, usize)) -> (f64, f64) {
    (LEFT + side(n) * column as f64, TOP + ROW * row as f64)
}

/// Names, numbers, and a grey ground that the squares shown lie on.
fn grid(pen: &Pen<'_>, dimension: &DimensionBridges, n: usize) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    let small = Letters::new(12.0, Tint::Soft, Side::Middle);
    for (i, unit) in dimension.units.iter().take(n).enumerate() {
        let (_, y) = corner(n, (i, 0));
        let label = format!("{}. {unit}", i + 1);
        pen.text_within((0.0, y + ROW / 2.0), &label, LEFT - 12.0, letters)?;
        let (x, _) = corner(n, (0, i));
        pen.text((x + side(n) / 2.0, TOP - 12.0), &(i + 1).to_string(), small)?;
        for column in 0..n {
            let (x, y) = corner(n, (i, column));
            let lower = (x + side(n) - 2.0, y + ROW - 2.0);
            pen.rect((x, y), lower, Tint::Paved, 0.3)?;
        }
    }
    Ok(())
}

fn square(pen: &Pen<'_>, place: (usize, usize), cell: &BridgeCell, n: usize) -> Drawn {
    let (x, y) = corner(n, place);
    let lower = (x + side(n) - 2.0, y + ROW - 2.0);
    pen.rect((x, y), lower, Tint::Card, 1.0)?;
    let (tint, depth) = shade(cell.ratio);
    pen.rect((x, y), lower, tint, depth)?;
    // A unit that is cut off has its verdict on the diagonal.
    let is_found = matches!(cell.verdict.as_str(), "bridge" | "silo");
    if is_found {
        let rim = [
            (x + 1.0, y + 1.0),
            (lower.0 - 1.0, y + 1.0),
            (lower.0 - 1.0, lower.1 - 1.0),
            (x + 1.0, lower.1 - 1.0),
            (x + 1.0, y + 1.0),
        ];
        pen.line(&rim, Tint::Ink, 1.0, 1.8)?;
    }
    let letters = Letters::new(12.0, Tint::Ink, Side::Middle);
    let middle = (f64::midpoint(x, lower.0), f64::midpoint(y, lower.1));
    pen.text(middle, &words::times(cell.ratio), letters)
}

/// Warm above chance, cool below, by the logarithm: twice and half are equally dark, and never so
/// dark that the number on it cannot be read, on paper or on a dark screen.
fn shade(ratio: f64) -> (Tint, f64) {
    let doublings = ratio.max(f64::MIN_POSITIVE).log2().clamp(-FULL, FULL);
    let tint = if doublings < 0.0 {
        Tint::Apart
    } else {
        Tint::Earth
    };
    (tint, 0.05 + 0.6 * doublings.abs() / FULL)
}

fn legend(pen: &Pen<'_>, y: f64, k: u64) -> Drawn {
    let letters = Letters::new(12.0, Tint::Soft, Side::Start);
    let mut x = LEFT;
    let (fewer, more) = ("an eighth of chance", "8 times chance");
    pen.text((x - letters.width(fewer) - 8.0, y), fewer, letters)?;
    for doublings in -3i32..=3 {
        let (tint, depth) = shade(f64::from(doublings).exp2());
        pen.rect((x, y - 7.0), (x + 26.0, y + 7.0), tint, depth)?;
        x += 27.0;
    }
    pen.text((x + 7.0, y), more, letters)?;
    x += letters.width(more) + 32.0;
    pen.rect((x, y - 7.0), (x + 26.0, y + 7.0), Tint::Paved, 0.3)?;
    let text = format!("{}, or told by the rest", words::withheld(k));
    pen.text((x + 34.0, y), &text, letters)
}

/// The pairs of one dimension, all of them.
pub(crate) fn table(index: usize, dimension: &DimensionBridges, k: u64) -> Table {
    let header = [
        "one",
        "the other",
        "ties",
        "by chance",
        "ratio",
        "at least",
        "at most",
        "verdict",
        "people who carry it",
        "fragile",
        "ratio before",
        "changed",
    ];
    let name = NAMES
        .get(index)
        .map_or_else(|| format!("bridges_{}", index + 1), |&name| name.to_owned());
    let mut table = Table::new(&name, &header);
    let unit = |index: usize| dimension.units.get(index).map_or("?", String::as_str);
    let yes_no = |is: bool| Cell::text(if is { "yes" } else { "no" });
    let ties = |n: Option<f64>| n.map_or(Cell::Untold, |n| Cell::Number(n, 0));
    for cell in &dimension.cells {
        let change = cell.change;
        let carriers = cell.n_carriers.filter(|_| !cell.is_fragile);
        table.push(vec![
            Cell::text(unit(cell.a)),
            Cell::text(unit(cell.b)),
            ties(cell.observed),
            ties(cell.expected),
            Cell::Number(cell.ratio, 2),
            Cell::Number(cell.ratio_low, 2),
            Cell::Number(cell.ratio_high, 2),
            Cell::text(&cell.verdict),
            carriers.map_or(
                if cell.is_fragile {
                    Cell::Withheld(k)
                } else {
                    Cell::Untold
                },
                Cell::Count,
            ),
            yes_no(cell.is_fragile),
            change.map_or(Cell::Empty, |change| Cell::Number(change.ratio_before, 2)),
            change.map_or(Cell::Empty, |change| yes_no(change.is_changed)),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;
    use crate::example;

    #[test]
    fn no_words_overlap_with_few_and_with_many_units() {
        let mut dimension = example::report().bridges[0].clone();
        let picture = bridges(0, &dimension, 10).unwrap().unwrap();
        check_texts(picture.size, &picture.drawn);
        for i in 6..40 {
            dimension
                .units
                .push(format!("A unit with a name that is long, number {i}"));
            dimension.cells.push(BridgeCell {
                a: i,
                b: 0,
                ratio: [0.0, 1234.0, 0.04][i % 3],
                ..BridgeCell::default()
            });
        }
        let picture = bridges(5, &dimension, 10).unwrap().unwrap();
        check_texts(picture.size, &picture.drawn);
        assert!(
            picture
                .description
                .contains("26 units are in the table alone")
        );
        assert!(bridges(6, &dimension, 10).unwrap().is_none());
        assert_eq!(table(6, &dimension, 10).name, "bridges_7");
    }

    #[test]
    fn a_withheld_pair_has_no_number_and_no_colour() {
        let mut dimension = example::report().bridges[0].clone();
        let with = bridges(0, &dimension, 10).unwrap().unwrap();
        dimension.cells.retain(|cell| cell.verdict != "bridge");
        let without = bridges(0, &dimension, 10).unwrap().unwrap();
        assert!(with.drawn.contains("2.1") && !without.drawn.contains("2.1"));
        let fragile = with.table.csv();
        assert!(
            fragile.contains("bridge,fewer than 10,yes,0.90,yes"),
            "{fragile}"
        );
    }

    #[test]
    fn a_unit_that_is_cut_off_has_a_rim_and_the_ties_of_few_no_number() {
        let mut dimension = example::report().bridges[0].clone();
        let lines = |dimension: &DimensionBridges| {
            let picture = bridges(0, dimension, 10).unwrap().unwrap();
            picture.drawn.matches("<polyline").count()
        };
        let with = lines(&dimension);
        let fragile = table(0, &dimension, 10).csv();
        assert!(
            fragile.contains("Engineering,Legal,not told,not told,2.1"),
            "{fragile}"
        );
        let alone = dimension
            .cells
            .iter_mut()
            .find(|cell| (cell.a, cell.b) == (4, 4));
        alone.unwrap().verdict = "neither".to_owned();
        assert_eq!(lines(&dimension), with - 1);
    }

    #[test]
    fn twice_and_half_are_equally_dark() {
        let ((more, dark), (less, as_dark)) = (shade(2.0), shade(0.5));
        assert_eq!((more, less), (Tint::Earth, Tint::Apart));
        assert!((dark - as_dark).abs() < 1e-12);
        assert!(shade(0.0).1 < 0.66 && shade(1e9).1 < 0.66);
    }
}
