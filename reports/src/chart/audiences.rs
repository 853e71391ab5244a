//! Who uses each section, week by week: a panel a share, with its interval and what was meant.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use crate::error::ReportError;
use crate::model::{Audience, AudienceWeek};
use crate::table::{Cell, Table};
use crate::words;

const WIDTH: f64 = 800.0;
const TOP: f64 = 34.0;
const PANEL: (f64, f64) = (390.0, 166.0);
const PLOT: f64 = 100.0;
/// Room for the percentages on the left, and for the last share on the right.
const MARGIN: (f64, f64) = (52.0, 52.0);
const MOST_PANELS: usize = 6;

/// Panels side by side, those that changed first; a gap where the gate withheld a week.
pub(crate) fn audiences(audiences: &[Audience]) -> Result<Picture, ReportError> {
    let n_changed = audiences.iter().filter(|one| one.alarm.is_some()).count();
    // Those that changed stand first; beside them, one that did not would say nothing.
    let n_told = match n_changed {
        0 => audiences.len(),
        n => n,
    };
    let shown = &audiences[..n_told.min(MOST_PANELS)];
    let n_rows = shown.len().div_ceil(2);
    let size = (WIDTH, TOP + PANEL.1 * n_rows as f64);
    let drawn = sheet("audiences", size, |pen| {
        legend(pen)?;
        for (i, audience) in shown.iter().enumerate() {
            let corner = (
                (WIDTH - PANEL.0) * (i % 2) as f64,
                TOP + PANEL.1 * (i / 2) as f64,
            );
            panel(pen, corner, audience)?;
        }
        Ok(())
    })?;
    Ok(Picture {
        name: "audiences",
        title: "Share of a section's people, by week".to_owned(),
        description: format!(
            "{}{}. The band holds the share in 95 of 100 cases; a gap is a week with too few people to be told.",
            words::shown(shown.len(), n_told, "share", "shares"),
            if n_changed > 0 {
                ", those that changed"
            } else {
                ""
            },
        ),
        table: table(audiences),
        size,
        drawn,
    })
}

fn legend(pen: &Pen<'_>) -> Drawn {
    let letters = Letters::new(12.5, Tint::Soft, Side::Start);
    let mut x = 0.0;
    pen.rect((x, 7.0), (x + 24.0, 17.0), Tint::Earth, 0.25)?;
    pen.line(&[(x, 12.0), (x + 24.0, 12.0)], Tint::Earth, 1.0, 2.4)?;
    x += 30.0;
    for (text, mark) in [
        ("share and its interval", 0),
        ("what was meant", 1),
        ("week of the change, and its interval", 2),
    ] {
        match mark {
            1 => dashes(pen, (x, x + 24.0), 12.0)?,
            2 => {
                pen.rect((x + 4.0, 4.0), (x + 20.0, 20.0), Tint::Rule, 0.8)?;
                pen.line(&[(x + 12.0, 4.0), (x + 12.0, 20.0)], Tint::Ink, 1.0, 1.4)?;
            }
            _ => {}
        }
        x += if mark == 0 { 0.0 } else { 30.0 };
        pen.text((x, 12.0), text, letters)?;
        x += letters.width(text) + 20.0;
    }
    Ok(())
}

fn dashes(pen: &Pen<'_>, (from, to): (f64, f64), y: f64) -> Drawn {
    let mut x = from;
    while x < to {
        pen.line(&[(x, y), ((x + 5.0).min(to), y)], Tint::Dash, 1.0, 2.0)?;
        x += 9.0;
    }
    Ok(())
}

fn panel(pen: &Pen<'_>, (left, top): Point, audience: &Audience) -> Drawn {
    let (from, to) = (left + MARGIN.0, left + PANEL.0 - MARGIN.1);
    let (roof, ground) = (top + 28.0, top + 28.0 + PLOT);
    let place = |i: usize| {
        let n_gaps = audience.weeks.len().saturating_sub(1).max(1);
        from + (to - from) * i as f64 / n_gaps as f64
    };
    let height = |share: f64| ground - PLOT * share.clamp(0.0, 1.0);
    let heading = Letters::new(13.0, Tint::Ink, Side::Start).bold();
    let name = format!("{}: {}", audience.section, audience.unit);
    pen.text_within((left, top + 10.0), &name, PANEL.0 - 10.0, heading)?;
    change(pen, audience, (roof, ground), place)?;
    for share in [0.0, 0.5, 1.0] {
        let y = height(share);
        pen.line(&[(from, y), (to, y)], Tint::Rule, 1.0, 0.8)?;
        let letters = Letters::new(12.0, Tint::Soft, Side::End);
        pen.text((from - 7.0, y), &words::share(share), letters)?;
    }
    if let Some(share) = audience.planned_share {
        dashes(pen, (from, to), height(share))?;
    }
    for run in runs(&audience.weeks) {
        draw_run(pen, &run, place, height)?;
    }
    let last = audience.weeks.iter().enumerate().rev();
    if let Some((i, week)) = last.into_iter().find(|(_, week)| week.n_people.is_some()) {
        let letters = Letters::new(12.5, Tint::Ink, Side::Start).bold();
        pen.text(
            (place(i) + 7.0, height(week.share)),
            &words::share(week.share),
            letters,
        )?;
    }
    dates(pen, audience, (from, to), ground + 16.0)
}

/// The week of the change, and its interval as a band.
fn change(
    pen: &Pen<'_>,
    audience: &Audience,
    (roof, ground): (f64, f64),
    place: impl Fn(usize) -> f64,
) -> Drawn {
    let Some(alarm) = audience.alarm else {
        return Ok(());
    };
    let at = |day: queries::day::Day| {
        audience
            .weeks
            .iter()
            .position(|week| week.week >= day)
            .map(&place)
    };
    if let (Some(low), Some(high)) = (at(alarm.since_low), at(alarm.since_high)) {
        pen.rect((low, roof), (high.max(low + 2.0), ground), Tint::Rule, 0.8)?;
    }
    match at(alarm.since) {
        Some(x) => pen.line(&[(x, roof), (x, ground)], Tint::Ink, 1.0, 1.4),
        None => Ok(()),
    }
}

/// Stretches of weeks without a gap.
fn runs(weeks: &[AudienceWeek]) -> Vec<Vec<(usize, &AudienceWeek)>> {
    let mut runs: Vec<Vec<(usize, &AudienceWeek)>> = vec![Vec::new()];
    for (i, week) in weeks.iter().enumerate() {
        match (week.n_people, runs.last_mut()) {
            (Some(_), Some(run)) => run.push((i, week)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

fn draw_run(
    pen: &Pen<'_>,
    run: &[(usize, &AudienceWeek)],
    place: impl Fn(usize) -> f64,
    height: impl Fn(f64) -> f64,
) -> Drawn {
    let line: Vec<Point> = run
        .iter()
        .map(|&(i, week)| (place(i), height(week.share)))
        .collect();
    if let [only] = line[..] {
        return pen.dot(only, 2.5, Tint::Earth);
    }
    let upper = run
        .iter()
        .map(|&(i, week)| (place(i), height(week.share_high)));
    let lower = run
        .iter()
        .rev()
        .map(|&(i, week)| (place(i), height(week.share_low)));
    let band: Vec<Point> = upper.chain(lower).collect();
    pen.area(&band, Tint::Earth, 0.25)?;
    pen.line(&line, Tint::Earth, 1.0, 2.4)
}

/// The first and the last week, and between them that of the change where there is room.
fn dates(pen: &Pen<'_>, audience: &Audience, (from, to): (f64, f64), y: f64) -> Drawn {
    let (Some(first), Some(last)) = (audience.weeks.first(), audience.weeks.last()) else {
        return Ok(());
    };
    let letters = Letters::new(12.0, Tint::Soft, Side::Start);
    pen.text((from, y), &first.week.short(), letters)?;
    if first.week == last.week {
        return Ok(());
    }
    let end = last.week.short();
    pen.text(
        (to, y),
        &end,
        Letters {
            side: Side::End,
            ..letters
        },
    )?;
    let Some(alarm) = audience.alarm else {
        return Ok(());
    };
    let text = alarm.since.short();
    let span = f64::from(last.week.0 - first.week.0);
    let x = from + (to - from) * f64::from(alarm.since.0 - first.week.0) / span;
    let half = letters.width(&text) / 2.0 + 8.0;
    let room = (
        from + letters.width(&first.week.short()),
        to - letters.width(&end),
    );
    if x - half > room.0 && x + half < room.1 {
        let letters = Letters::new(12.0, Tint::Ink, Side::Middle);
        return pen.text((x, y), &text, letters);
    }
    Ok(())
}

fn table(audiences: &[Audience]) -> Table {
    let header = [
        "section",
        "dimension",
        "unit",
        "week of",
        "people",
        "share",
        "at least",
        "at most",
        "meant",
    ];
    let mut table = Table::new("audiences", &header);
    for audience in audiences {
        for week in &audience.weeks {
            let share = |share: f64| week.n_people.map_or(Cell::Untold, |_| Cell::Share(share));
            table.push(vec![
                Cell::text(&audience.section),
                Cell::text(&audience.dimension),
                Cell::text(&audience.unit),
                Cell::text(week.week.to_string()),
                week.n_people.map_or(Cell::Untold, Cell::Count),
                share(week.share),
                share(week.share_low),
                share(week.share_high),
                audience.planned_share.map_or(Cell::Empty, Cell::Share),
            ]);
        }
    }
    table
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;
    use crate::example;

    #[test]
    fn no_words_overlap_and_a_withheld_week_is_a_gap() {
        let mut shown = example::report().audiences.shown;
        let picture = audiences(&shown).unwrap();
        check_texts(picture.size, &picture.drawn);
        shown[0].weeks[12].n_people = None;
        assert_eq!(runs(&shown[0].weeks).len(), 2);
        shown[1].section = "A section with a very long name ".repeat(4);
        shown[2].weeks.truncate(1);
        shown.push(Audience::default());
        for since in [0, 3, 25, 40] {
            let week = shown[0].weeks[0].week.0 + 7 * since;
            let alarm = shown[0].alarm.as_mut().unwrap();
            alarm.since = queries::day::Day(week);
            let picture = audiences(&shown).unwrap();
            check_texts(picture.size, &picture.drawn);
        }
    }
}
