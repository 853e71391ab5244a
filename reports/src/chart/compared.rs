//! Rows of what people do against what is usual: the form that most findings share.

use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use super::scale::Scale;
use crate::error::ReportError;

const WIDTH: f64 = 800.0;
const ROW: f64 = 46.0;
const TOP: f64 = 58.0;
/// Beside it there is room for the number of a row and its aside.
const RIGHT: f64 = WIDTH - 240.0;
/// How wide an aside may be.
const ASIDE: f64 = 100.0;
/// How wide what is said beside a mark may be.
const TOLD: f64 = WIDTH - RIGHT - ASIDE - 12.0;

/// How many rows a picture has room for; the table has them all.
pub(crate) const MOST_ROWS: usize = 12;

/// How a row's own number is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// A dot, with a line down to its bound.
    Dot,
    /// A bar that begins where another one ends.
    Bar,
}

/// A picture of rows.
pub(crate) struct Compared<'a> {
    /// File name without its ending.
    pub(crate) name: &'static str,
    /// How the numbers are drawn.
    pub(crate) mark: Mark,
    /// What the mark stands for.
    pub(crate) does: &'a str,
    /// What the grey bar stands for; empty = no row has one.
    pub(crate) usual: &'a str,
    /// Heading of the asides.
    pub(crate) aside: &'a str,
    /// A number of the axis in words.
    pub(crate) tick: fn(f64) -> String,
    /// At most [`MOST_ROWS`] of them are drawn.
    pub(crate) rows: Vec<Row>,
}

/// One row.
pub(crate) struct Row {
    /// What it is about, possibly long.
    pub(crate) label: String,
    /// Where the grey bar begins and ends.
    pub(crate) usual: (f64, f64),
    /// Where the mark begins, or its bound.
    pub(crate) bound: f64,
    /// Where the mark ends.
    pub(crate) does: f64,
    /// Its upper bound, where there is one: a line from a dot on.
    pub(crate) high: Option<f64>,
    /// What is said beside it.
    pub(crate) told: String,
    /// What stands on the right.
    pub(crate) aside: String,
}

impl Row {
    fn far(&self) -> f64 {
        self.high.map_or(self.does, |high| high.max(self.does))
    }
}

impl Compared<'_> {
    /// The sheet's size, and what is drawn on it.
    pub(crate) fn draw(&self) -> Result<(Point, String), ReportError> {
        let rows = &self.rows[..self.rows.len().min(MOST_ROWS)];
        let size = (WIDTH, TOP + ROW * rows.len() as f64 + 30.0);
        let largest = rows.iter().map(|row| row.far().max(row.usual.1));
        let scale = Scale::new(largest.fold(0.0, f64::max), 5, 10.0, RIGHT);
        let drawn = sheet(self.name, size, |pen| {
            self.legend(pen)?;
            self.axis(pen, scale, size.1)?;
            for (i, row) in rows.iter().enumerate() {
                self.row(pen, TOP + ROW * i as f64, i + 1, row, scale)?;
            }
            Ok(())
        })?;
        Ok((size, drawn))
    }

    fn legend(&self, pen: &Pen<'_>) -> Drawn {
        let letters = Letters::new(12.5, Tint::Soft, Side::Start);
        self.mark(pen, (4.0, 24.0), 12.0)?;
        pen.text((34.0, 12.0), self.does, letters)?;
        let x = 54.0 + letters.width(self.does);
        if !self.usual.is_empty() {
            pen.rect((x, 8.0), (x + 22.0, 16.0), Tint::Paved, 0.7)?;
            pen.text((x + 28.0, 12.0), self.usual, letters)?;
        }
        pen.text(
            (WIDTH, 36.0),
            self.aside,
            Letters {
                side: Side::End,
                ..letters
            },
        )
    }

    fn axis(&self, pen: &Pen<'_>, scale: Scale, height: f64) -> Drawn {
        for tick in scale.ticks() {
            let x = scale.at(tick);
            pen.line(&[(x, TOP - 12.0), (x, height - 28.0)], Tint::Rule, 1.0, 0.8)?;
            // Half of the first number would lie outside the sheet.
            let side = if tick > 0.0 {
                Side::Middle
            } else {
                Side::Start
            };
            let x = if tick > 0.0 { x } else { 2.0 };
            let letters = Letters::new(12.0, Tint::Soft, side);
            pen.text((x, height - 14.0), &(self.tick)(tick), letters)?;
        }
        Ok(())
    }

    fn row(&self, pen: &Pen<'_>, y: f64, rank: usize, row: &Row, scale: Scale) -> Drawn {
        let letters = Letters::new(13.0, Tint::Ink, Side::Start);
        // A ground in the card's colour keeps the grid lines out of the words.
        let label = format!("{rank}. {}", row.label);
        let width = letters.width(&label).min(WIDTH - 14.0);
        pen.rect((8.0, y - 8.0), (14.0 + width, y + 8.0), Tint::Card, 1.0)?;
        pen.text_within((10.0, y), &label, WIDTH - 14.0, letters)?;
        let middle = y + 20.0;
        let usual = scale.at(row.usual.0);
        let usual = (usual, scale.at(row.usual.1).max(usual + 3.0));
        if !self.usual.is_empty() {
            let (low, high) = ((usual.0, middle - 4.0), (usual.1, middle + 4.0));
            pen.rect(low, high, Tint::Paved, 0.7)?;
        }
        let end = scale.at(row.does);
        self.mark(pen, (scale.at(row.bound).min(end), end), middle)?;
        if row.high.is_some() {
            let ends = [(end, middle), (scale.at(row.far()), middle)];
            pen.line(&ends, Tint::Earth, 1.0, 2.4)?;
        }
        let end = scale.at(row.far());
        let told = letters.bold();
        // The words stand by the mark. Where the grey bar ends below them they go behind it, so that its end shows;
        // where it goes on for long, they go behind the label, or lie on it, on a ground of their own.
        let behind = end + 9.0;
        let words_end = behind + told.width(&row.told).min(TOLD);
        let is_free = usual.1 < behind || usual.0 > words_end;
        let is_on_it = !is_free && words_end + 12.0 < usual.1;
        let behind_label = 26.0 + width;
        let has_room = behind_label + told.width(&row.told) <= RIGHT;
        let (x, y) = match (is_free, is_on_it) {
            (true, _) => (behind, middle),
            (_, false) => (usual.1 + 9.0, middle),
            (_, true) if has_room => (behind_label, y),
            (_, true) => (behind, middle),
        };
        if is_on_it {
            let words = told.width(&row.told).min(TOLD);
            let ground = ((x - 4.0, y - 9.0), (x + words + 4.0, y + 9.0));
            pen.rect(ground.0, ground.1, Tint::Card, 1.0)?;
        }
        pen.text_within((x, y), &row.told, TOLD, told)?;
        let aside = Letters::new(13.0, Tint::Ink, Side::End);
        pen.text_within((WIDTH, middle), &row.aside, ASIDE, aside)
    }

    fn mark(&self, pen: &Pen<'_>, (start, end): (f64, f64), y: f64) -> Drawn {
        match self.mark {
            Mark::Bar => {
                let end = end.max(start + 2.0);
                pen.rect((start, y - 4.0), (end, y + 4.0), Tint::Earth, 1.0)
            }
            Mark::Dot => {
                pen.line(&[(start, y), (end, y)], Tint::Earth, 1.0, 2.4)?;
                pen.dot((end, y), 4.5, Tint::Earth)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;

    fn rows(n: usize, label: &str) -> Vec<Row> {
        (0..n)
            .map(|i| Row {
                label: label.to_owned(),
                usual: (0.0, [44.0, 3.0, 0.0][i % 3]),
                bound: 0.1,
                does: [0.5, 44.0, 10.0][i % 3],
                high: [None, Some(90.0), Some(12.0)][i % 3],
                told: "at most 0.5 %".to_owned(),
                aside: "breadcrumb".to_owned(),
            })
            .collect()
    }

    #[test]
    fn nothing_is_cut_by_the_rim_and_no_two_words_overlap() {
        let long = "Travel planning for groups of more than ten people → ".repeat(4);
        for (n, label) in [(1, "Home → News"), (3, ""), (20, long.as_str())] {
            for mark in [Mark::Dot, Mark::Bar] {
                let chart = Compared {
                    name: "test",
                    mark,
                    does: "share who follow the link, at most",
                    usual: "share who follow the usual link of its kind",
                    aside: "where it stands",
                    tick: |n| format!("{n} %"),
                    rows: rows(n, label),
                };
                let (size, drawn) = chart.draw().unwrap();
                check_texts(size, &drawn);
                assert_eq!(drawn.matches("breadcrumb").count(), n.min(MOST_ROWS));
                assert_eq!(drawn.matches("at most 0.5 %").count(), n.min(MOST_ROWS));
            }
        }
    }
}
