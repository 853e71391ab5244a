//! The most used pages.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::PageUse;
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 480.0;
const ROW: f64 = 40.0;
const TOP: f64 = 34.0;
const MOST_ROWS: usize = 12;

/// A bar a page, its name above it, so that a long name has the whole width.
pub(crate) fn top_pages(pages: &[PageUse], has_plan: bool) -> Result<Picture, ReportError> {
    let shown = &pages[..pages.len().min(MOST_ROWS)];
    let size = (WIDTH, TOP + ROW * shown.len() as f64 + 6.0);
    let most = shown.iter().map(|page| page.people).max().unwrap_or(1);
    let has_unplanned = has_plan && shown.iter().any(|page| !page.is_planned);
    let drawn = sheet("top_pages", size, |pen| {
        legend(pen, has_unplanned)?;
        for (i, page) in shown.iter().enumerate() {
            let is_unplanned = has_plan && !page.is_planned;
            row(pen, TOP + ROW * i as f64, page, most, is_unplanned)?;
        }
        Ok(())
    })?;
    Ok(Picture {
        name: "top_pages",
        title: "The most used pages".to_owned(),
        description: describe(shown, has_plan),
        table: table(pages),
        size,
        drawn,
    })
}

fn legend(pen: &Pen<'_>, has_unplanned: bool) -> Drawn {
    let letters = Letters::new(13.0, Tint::Soft, Side::Start);
    if !has_unplanned {
        return pen.text((2.0, 12.0), "people who saw the page", letters);
    }
    pen.rect((2.0, 6.0), (16.0, 18.0), Tint::Paved, 1.0)?;
    pen.text((22.0, 12.0), "people, page of the plan", letters)?;
    let x = 46.0 + letters.width("people, page of the plan");
    pen.rect((x, 6.0), (x + 14.0, 18.0), Tint::Earth, 1.0)?;
    pen.text((x + 20.0, 12.0), "page outside the plan", letters)
}

fn row(pen: &Pen<'_>, y: f64, page: &PageUse, most: u64, is_unplanned: bool) -> Drawn {
    let letters = Letters::new(13.5, Tint::Ink, Side::Start);
    let name = words::name(&page.title, &page.page);
    pen.text_within((2.0, y + 10.0), &name, WIDTH - 8.0, letters)?;
    address(pen, y, page, 2.0 + letters.width(&name))?;
    let end = 2.0 + (WIDTH - 90.0) * page.people as f64 / most.max(1) as f64;
    let tint = if is_unplanned {
        Tint::Earth
    } else {
        Tint::Paved
    };
    pen.rect((2.0, y + 20.0), (end.max(4.0), y + 33.0), tint, 1.0)?;
    let number = words::thousands(page.people);
    pen.text(
        (end + 7.0, y + 26.5),
        &number,
        Letters::new(13.0, Tint::Ink, Side::Start),
    )
}

/// The address on the right of the name, where there is room for it.
fn address(pen: &Pen<'_>, y: f64, page: &PageUse, taken: f64) -> Drawn {
    let small = Letters::new(11.0, Tint::Soft, Side::End);
    let room = WIDTH - 4.0 - taken - 14.0;
    if page.title.trim().is_empty() || room < small.width(&page.page).min(90.0) {
        return Ok(());
    }
    pen.text_within((WIDTH - 4.0, y + 10.5), &page.page, room, small)
}

fn describe(pages: &[PageUse], has_plan: bool) -> String {
    let Some(first) = pages.first() else {
        return "No page had enough people to be shown.".to_owned();
    };
    let n = pages.iter().filter(|page| !page.is_planned).count() as u64;
    let outside = match (has_plan, n) {
        (false, _) => String::new(),
        (true, 0) => format!("; all {} pages shown are in the plan", pages.len()),
        (true, n) => format!(
            "; {} of the {} pages shown {} outside the plan",
            words::spelled(n),
            pages.len(),
            if n == 1 { "is" } else { "are" },
        ),
    };
    format!(
        "{} leads with {}{outside}.",
        words::name(&first.title, &first.page),
        words::people(first.people),
    )
}

fn table(pages: &[PageUse]) -> Table {
    let mut table = Table::new(
        "pages",
        &["title", "page", "people", "views", "in the plan"],
    );
    for page in pages {
        table.push(vec![
            Cell::text(words::name(&page.title, &page.page)),
            Cell::Address(page.page.clone()),
            Cell::Count(page.people),
            Cell::Count(page.views),
            Cell::text(if page.is_planned { "yes" } else { "no" }),
        ]);
    }
    table
}
