//! Plan against use, by section.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::{SectionMoves, SectionUse};
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 480.0;
const ROW: f64 = 62.0;
const TOP: f64 = 34.0;
const MOST_ROWS: usize = 10;
const BAR: f64 = 226.0;
const SECOND: f64 = WIDTH - BAR;

/// Two bars a section: how much of its plan is used, and how much of its traffic leaves the plan.
pub(crate) fn sections(sections: &[SectionUse], k: u64) -> Result<Picture, ReportError> {
    let shown = &sections[..sections.len().min(MOST_ROWS)];
    let size = (WIDTH, TOP + ROW * shown.len() as f64);
    let drawn = sheet("sections", size, |pen| {
        let heading = Letters::new(13.0, Tint::Soft, Side::Start);
        pen.text((0.0, 12.0), "planned pages that are used", heading)?;
        pen.text((SECOND, 12.0), "moves outside the plan", heading)?;
        for (i, section) in shown.iter().enumerate() {
            row(pen, TOP + ROW * i as f64, section, k)?;
        }
        Ok(())
    })?;
    Ok(Picture {
        name: "sections",
        title: "Plan against use, by section".to_owned(),
        description: describe(sections, shown.len()),
        table: table(sections, k),
        size,
        drawn,
    })
}

fn row(pen: &Pen<'_>, y: f64, section: &SectionUse, k: u64) -> Drawn {
    let heading = Letters::new(14.0, Tint::Ink, Side::Start).bold();
    let small = Letters::new(12.5, Tint::Soft, Side::Start);
    let people = section
        .people
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    pen.text(
        (WIDTH, y + 8.0),
        &people,
        Letters {
            side: Side::End,
            ..small
        },
    )?;
    pen.text_within(
        (0.0, y + 8.0),
        &name(section),
        WIDTH - small.width(&people) - 14.0,
        heading,
    )?;
    let pages = words::plural(section.n_planned_pages, "page", "pages");
    if section.people.is_none() {
        // How many pages so few people used would tell on them.
        return pen.text((0.0, y + 26.0), &format!("{pages} planned"), small);
    }
    bar(
        pen,
        (0.0, y + 18.0),
        used_share(section).unwrap_or(0.0),
        Tint::Ink,
    )?;
    let used = words::thousands(section.n_used_pages);
    pen.text((0.0, y + 40.0), &format!("{used} of {pages}"), small)?;
    let Some(SectionMoves {
        planned: along,
        unplanned: outside,
    }) = section.moves
    else {
        let few = format!("moves of {} people", words::withheld(k));
        return pen.text((SECOND, y + 40.0), &few, small);
    };
    let Some(unplanned) = unplanned_share(section) else {
        bar(pen, (SECOND, y + 18.0), 0.0, Tint::Earth)?;
        return pen.text((SECOND, y + 40.0), "no moves end here", small);
    };
    bar(pen, (SECOND, y + 18.0), unplanned, Tint::Earth)?;
    let moves = words::plural(along + outside, "move", "moves");
    pen.text(
        (SECOND, y + 40.0),
        &format!("{} of {moves}", words::share(unplanned)),
        small,
    )
}

fn bar(pen: &Pen<'_>, (x, y): (f64, f64), share: f64, tint: Tint) -> Drawn {
    pen.rect((x, y), (x + BAR, y + 12.0), Tint::Rule, 1.0)?;
    if share > 0.0 {
        let alpha = if tint == Tint::Ink { 0.55 } else { 1.0 };
        pen.rect(
            (x, y),
            (x + (BAR * share.min(1.0)).max(2.0), y + 12.0),
            tint,
            alpha,
        )?;
    }
    Ok(())
}

/// The section's name; what lies outside every section is the start.
fn name(section: &SectionUse) -> String {
    words::name(&section.section, "(start page)")
}

fn used_share(section: &SectionUse) -> Option<f64> {
    (section.n_planned_pages > 0)
        .then(|| section.n_used_pages as f64 / section.n_planned_pages as f64)
}

/// Share of a section's moves that the plan does not offer; `None` without moves that may be told.
pub(crate) fn unplanned_share(section: &SectionUse) -> Option<f64> {
    let moves = section.moves?;
    let all = moves.planned + moves.unplanned;
    (all > 0).then(|| moves.unplanned as f64 / all as f64)
}

fn describe(sections: &[SectionUse], n_drawn: usize) -> String {
    let shown: Vec<&SectionUse> = sections
        .iter()
        .filter(|section| section.people.is_some())
        .collect();
    let planned: u64 = shown.iter().map(|section| section.n_planned_pages).sum();
    let used: u64 = shown.iter().map(|section| section.n_used_pages).sum();
    let apart = shown
        .iter()
        // What the plan does not have at all cannot leave it.
        .filter(|section| section.n_planned_pages > 0)
        .filter_map(|section| Some((unplanned_share(section)?, *section)))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .filter(|(share, _)| *share > 0.0)
        .map(|(share, section)| {
            let share = words::share(share);
            format!(
                " The plan is left most in {}: {share} of the moves.",
                name(section)
            )
        });
    let drawn = if sections.len() > n_drawn {
        format!(
            " {} are drawn; the table has all.",
            words::capital(&words::spelled(n_drawn as u64))
        )
    } else {
        String::new()
    };
    format!(
        "In {} with enough people to be shown, {} of {} planned pages are used.{}{drawn}",
        words::plural(shown.len() as u64, "section", "sections"),
        words::thousands(used),
        words::thousands(planned),
        apart.unwrap_or_default(),
    )
}

fn table(sections: &[SectionUse], k: u64) -> Table {
    let header = [
        "section",
        "planned pages",
        "used",
        "people",
        "moves in the plan",
        "moves outside",
        "share outside",
    ];
    let mut table = Table::new("sections", &header);
    for section in sections {
        let gated = |n: Option<u64>| n.map_or_else(|| Cell::text("withheld"), Cell::Count);
        let used = section.people.map(|_| section.n_used_pages);
        table.push(vec![
            Cell::text(name(section)),
            Cell::Count(section.n_planned_pages),
            gated(used),
            Cell::gated(section.people, k),
            gated(section.moves.map(|moves| moves.planned)),
            gated(section.moves.map(|moves| moves.unplanned)),
            unplanned_share(section).map_or(Cell::Empty, Cell::Share),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_of_too_few_are_neither_drawn_nor_compared() {
        let section = |name: &str, moves| SectionUse {
            section: name.to_owned(),
            n_planned_pages: 7,
            n_used_pages: 7,
            people: Some(155),
            moves,
        };
        let told = SectionMoves {
            planned: 90,
            unplanned: 10,
        };
        let all = [section("/few", None), section("/many", Some(told))];
        let said = describe(&all, all.len());
        assert!(said.contains("left most in /many: 10 %"), "{said}");
        let picture = sections(&all, 5).expect("drawn");
        assert!(picture.drawn.contains("moves of fewer than 5 people"));
        let csv = picture.table.csv();
        assert!(csv.contains("/few,7,7,155,withheld,withheld,"), "{csv}");
        assert!(csv.contains("/many,7,7,155,90,10,0.1"), "{csv}");
    }
}
