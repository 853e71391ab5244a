//! Whom the ambassadors reach together, beside as many executives and as many people by lot.

use super::Picture;
use super::canvas::{Drawn, Letters, Pen, Point, Side, sheet};
use super::colour::Tint;
use super::scale::Scale;
use crate::error::ReportError;
use crate::model::{Ambassador, Reach};
use crate::table::Table;
use crate::words;

const WIDTH: f64 = 800.0;
const TOP: f64 = 16.0;
const ROW: f64 = 46.0;
const RIGHT: f64 = WIDTH - 110.0;
const HEIGHT: f64 = 16.0;

/// One bar: what it is of, how long it is.
type Bar = (String, Option<f64>, Tint, f64);

/// A bar each; the first is parted by what each ambassador adds. `None` where all is withheld.
pub(crate) fn reach(
    reach: Reach,
    listed: &[Ambassador],
    table: Table,
) -> Result<Option<Picture>, ReportError> {
    let count = |n: Option<u64>| n.map(|n| n as f64);
    let bars: [Bar; 4] = [
        (
            "the ambassadors".to_owned(),
            count(reach.covered),
            Tint::Earth,
            1.0,
        ),
        (
            "as many executives".to_owned(),
            count(reach.by_executives),
            Tint::Paved,
            0.9,
        ),
        (
            "as many people by lot, on average".to_owned(),
            reach.by_random,
            Tint::Paved,
            0.9,
        ),
        (
            "within two steps of the ambassadors".to_owned(),
            count(reach.two_steps),
            Tint::Earth,
            0.4,
        ),
    ];
    let shown: Vec<&Bar> = bars.iter().filter(|bar| bar.1.is_some()).collect();
    if shown.is_empty() {
        return Ok(None);
    }
    let size = (WIDTH, TOP + ROW * shown.len() as f64 + 28.0);
    let scale = Scale::new(reach.n_people as f64, 5, 0.0, RIGHT);
    let drawn = sheet("ambassadors", size, |pen| {
        axis(pen, scale, size.1)?;
        for (i, bar) in shown.iter().enumerate() {
            let y = TOP + ROW * i as f64;
            draw(pen, y, bar, scale)?;
            if bar.0 == bars[0].0 {
                gains(pen, (y + 20.0, bar.1.unwrap_or(0.0)), listed, scale)?;
            }
        }
        Ok(())
    })?;
    Ok(Some(Picture {
        name: "ambassadors",
        title: "People reached".to_owned(),
        description: format!(
            "Out of {} who have ties.{}",
            words::people(reach.n_people),
            if listed.is_empty() {
                ""
            } else {
                " The first bar is parted by what each ambassador adds, in their order."
            },
        ),
        table,
        size,
        drawn,
    }))
}

fn axis(pen: &Pen<'_>, scale: Scale, height: f64) -> Drawn {
    for tick in scale.ticks() {
        let x = scale.at(tick);
        pen.line(&[(x, TOP - 10.0), (x, height - 26.0)], Tint::Rule, 1.0, 0.8)?;
        // Half of the first number would lie outside the sheet.
        let (x, side) = if tick > 0.0 {
            (x, Side::Middle)
        } else {
            (1.0, Side::Start)
        };
        let letters = Letters::new(12.0, Tint::Soft, side);
        pen.text((x, height - 12.0), &words::thousands(tick as u64), letters)?;
    }
    Ok(())
}

fn draw(pen: &Pen<'_>, y: f64, (name, n, tint, alpha): &Bar, scale: Scale) -> Drawn {
    let letters = Letters::new(13.0, Tint::Ink, Side::Start);
    let n = n.unwrap_or(0.0);
    let end = scale.at(n).max(2.0);
    // A ground in the card's colour keeps the grid lines out of the words.
    pen.rect(
        (2.0, y - 8.0),
        (6.0 + letters.width(name), y + 8.0),
        Tint::Card,
        1.0,
    )?;
    pen.text((2.0, y), name, letters)?;
    let middle = y + 20.0;
    let half = HEIGHT / 2.0;
    pen.rect((0.0, middle - half), (end, middle + half), Tint::Card, 1.0)?;
    pen.rect((0.0, middle - half), (end, middle + half), *tint, *alpha)?;
    let told = words::thousands(n.round() as u64);
    let bold = letters.bold();
    pen.rect(
        (end + 5.0, middle - half),
        (end + 11.0 + bold.width(&told), middle + half),
        Tint::Card,
        1.0,
    )?;
    pen.text((end + 8.0, middle), &told, bold)
}

/// Lines between what one and the next add, with their rank as long as there is room: one that stands alone
/// further down would read as a number of people.
fn gains(pen: &Pen<'_>, (middle, whole): Point, listed: &[Ambassador], scale: Scale) -> Drawn {
    let letters = Letters::new(12.0, Tint::OnGoal, Side::Middle);
    let (mut x, mut has_room) = (0.0, true);
    for one in listed {
        let Some(covered) = one.n_people_covered else {
            break;
        };
        let next = scale.at((covered as f64).min(whole));
        let rank = words::thousands(one.rank.into());
        has_room &= next - x > letters.width(&rank) + 6.0;
        if has_room {
            pen.text((f64::midpoint(x, next), middle), &rank, letters)?;
        }
        let ends = [(next, middle - HEIGHT / 2.0), (next, middle + HEIGHT / 2.0)];
        pen.line(&ends, Tint::Card, 1.0, 1.6)?;
        x = next;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::layout_tests::check_texts;
    use super::*;
    use crate::example;

    #[test]
    fn no_words_overlap_at_any_reach() {
        let report = example::report();
        let table = || Table::new("ambassadors", &["rank"]);
        let mut many = report.ambassadors.clone();
        for i in 5..40 {
            many.push(Ambassador {
                rank: i,
                n_people_covered: Some(436 + u64::from(i)),
                ..Ambassador::default()
            });
        }
        for (n_people, covered) in [(980, 436), (34, 33), (2_000_000, 1), (436, 436)] {
            let reach_of = Reach {
                n_people,
                covered: Some(covered),
                two_steps: Some(n_people),
                ..report.reach.unwrap()
            };
            let picture = reach(reach_of, &many, table()).unwrap().unwrap();
            check_texts(picture.size, &picture.drawn);
        }
        assert!(reach(Reach::default(), &[], table()).unwrap().is_none());
    }
}
