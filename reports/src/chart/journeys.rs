//! Worn routes as lines of stations, with the people who walk them against what their steps explain.

use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::{Journey, PageName};
use crate::words;

const WIDTH: f64 = 800.0;
const TOP: f64 = 44.0;
/// Between two stations.
const STATION: f64 = 23.0;
/// Between two routes.
const GAP: f64 = 42.0;
const LINE: f64 = 16.0;
/// Where names begin, and where they end at the latest.
const NAMES: (f64, f64) = (LINE + 16.0, 500.0);
/// Where bars end: behind them there is room for a number.
const BARS_END: f64 = WIDTH - 100.0;
/// How many routes a picture has room for; the table has them all.
pub(crate) const MOST_ROUTES: usize = 7;

/// A line a route, a station a page, from top to bottom so that names have room. The sheet's size, and
/// what is drawn on it.
pub(crate) fn journeys(journeys: &[Journey]) -> Result<(Point, String), ReportError> {
    let shown = &journeys[..journeys.len().min(MOST_ROUTES)];
    let height: f64 = shown.iter().map(|journey| length(journey) + GAP).sum();
    let size = (WIDTH, TOP + height);
    let most = shown
        .iter()
        .map(|journey| (journey.n_people as f64).max(journey.expected_people));
    let most = most.fold(1.0, f64::max);
    let drawn = sheet("journeys", size, |pen| {
        legend(pen)?;
        let bars_start = names_end(shown) + 28.0;
        let mut y = TOP;
        for journey in shown {
            route(pen, y, journey)?;
            bars(pen, (bars_start, y + length(journey) / 2.0), journey, most)?;
            y += length(journey) + GAP;
        }
        Ok(())
    })?;
    Ok((size, drawn))
}

/// Where the longest name ends, so that bars stand near all of them.
fn names_end(journeys: &[Journey]) -> f64 {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    let pages = journeys.iter().flat_map(|journey| &journey.pages);
    let width = |page: &PageName| letters.width(&words::name(&page.title, &page.page));
    let widest = pages.map(width).fold(120.0, f64::max);
    (NAMES.0 + widest).min(NAMES.1)
}

fn length(journey: &Journey) -> f64 {
    STATION * journey.pages.len().saturating_sub(1) as f64
}

fn legend(pen: &Pen<'_>) -> Drawn {
    let letters = Letters::new(12.5, Tint::Soft, Side::Start);
    pen.rect((4.0, 8.0), (26.0, 16.0), Tint::Earth, 1.0)?;
    let people = "people who walk the route";
    pen.text((34.0, 12.0), people, letters)?;
    let x = 54.0 + letters.width(people);
    pen.rect((x, 8.0), (x + 22.0, 16.0), Tint::Paved, 0.7)?;
    pen.text((x + 28.0, 12.0), "what its single steps explain", letters)
}

fn route(pen: &Pen<'_>, top: f64, journey: &Journey) -> Drawn {
    let tint = if journey.is_planned {
        Tint::Paved
    } else {
        Tint::Earth
    };
    pen.line(
        &[(LINE, top), (LINE, top + length(journey))],
        tint,
        1.0,
        3.5,
    )?;
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    for (i, page) in journey.pages.iter().enumerate() {
        let y = top + STATION * i as f64;
        pen.dot((LINE, y), 6.0, tint)?;
        pen.dot((LINE, y), 3.2, Tint::Card)?;
        let name = words::name(&page.title, &page.page);
        pen.text_within((NAMES.0, y), &name, NAMES.1 - NAMES.0, letters)?;
    }
    Ok(())
}

fn bars(pen: &Pen<'_>, (start, middle): Point, journey: &Journey, most: f64) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    let (people, expected) = (journey.n_people as f64, journey.expected_people);
    let rows = [
        (people, Tint::Earth, 1.0, letters.bold()),
        (expected, Tint::Paved, 0.7, letters),
    ];
    for ((number, tint, alpha, letters), y) in rows.into_iter().zip([middle - 8.0, middle + 8.0]) {
        let end = start + (BARS_END - start) * (number / most).max(0.01);
        pen.rect((start, y - 4.5), (end, y + 4.5), tint, alpha)?;
        let number = words::thousands(number.round() as u64);
        pen.text((end + 7.0, y), &number, letters)?;
    }
    if journey.is_planned {
        let small = Letters::new(12.0, Tint::Soft, Side::Start);
        pen.text((start, middle + 24.0), "a planned journey", small)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;
    use crate::example;

    #[test]
    fn nothing_is_cut_by_the_rim_and_no_two_words_overlap() {
        let mut all = example::report().journeys.shown;
        let long = PageName {
            page: "/long".to_owned(),
            title: "Travel planning for groups of more than ten people ".repeat(3),
        };
        all.push(Journey {
            pages: vec![long; 6],
            n_people: 1_234_567,
            expected_people: 0.2,
            is_planned: true,
            ..Journey::default()
        });
        let (size, drawn) = journeys(&all).unwrap();
        check_texts(size, &drawn);
        assert!(drawn.contains("a planned journey"));
        let all = [all.clone(), all.clone(), all].concat();
        assert!(journeys(&all).unwrap().1.matches("<text").count() < 60);
    }
}
