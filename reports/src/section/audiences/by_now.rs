//! Every section as it is by now, against for whom it was meant.

use super::super::{Item, Line, N_LISTED, withheld};
use super::people_of;
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Audience, AudienceWeek, Ratio, Report, ToldShare};
use crate::table::{Cell, Table};
use crate::words;

/// Every section as it is, those farthest from what was meant first.
pub(super) fn item(all: &[Audience], report: &Report) -> Result<Item, ReportError> {
    let k = report.gate.k_people;
    let far = |one: &Audience| match (latest(one), one.planned_share) {
        (Some(week), Some(planned)) => (week.share - planned).abs(),
        _ => -1.0,
    };
    let mut ranked: Vec<&Audience> = all.iter().collect();
    ranked.sort_by(|one, other| far(other).total_cmp(&far(one)));
    let lead = if report.method.has_audiences {
        off_plan(&ranked)
    } else {
        "For whom each section was meant was not declared. Declare it in audiences.csv, and this page says where it turned out otherwise.".to_owned()
    };
    // A change is told above already.
    let off = ranked.iter().filter(|one| one.alarm.is_none());
    let off: Vec<Line> = off.filter_map(|one| line(one)).collect();
    let n_unlisted = off.len().saturating_sub(N_LISTED);
    let picture = picture(&ranked, k)?;
    Ok(Item {
        heading: "Every section as it is by now".to_owned(),
        lead: vec![
            lead,
            withheld(report.audiences.n_withheld, k).unwrap_or_default(),
        ],
        more: off.into_iter().take(N_LISTED).collect(),
        n_unlisted,
        table: picture.is_none().then(|| table(&ranked, k)),
        picture,
        ..Item::default()
    })
}

/// A share that lies outside what was meant, by its interval.
fn off(one: &Audience) -> Option<(&AudienceWeek, f64)> {
    let (week, planned) = (latest(one)?, one.planned_share?);
    (planned < week.share_low || planned > week.share_high).then_some((week, planned))
}

fn line(one: &Audience) -> Option<Line> {
    let (week, planned) = off(one)?;
    let text = format!(
        "{} make {} of all who come ({} to {}); {} was meant.",
        people_of(&one.unit),
        words::share(week.share),
        words::share(week.share_low),
        words::share(week.share_high),
        words::share(planned),
    );
    Some(Line::about(words::clean(&one.section), Vec::new(), text))
}

/// How many shares lie outside what was meant, by their interval.
pub(super) fn off_plan(ranked: &[&Audience]) -> String {
    let judged = ranked
        .iter()
        .filter(|one| latest(one).is_some() && one.planned_share.is_some());
    let off: Vec<&&Audience> = ranked.iter().filter(|one| off(one).is_some()).collect();
    let n = off.len() as u64;
    let told = off.iter().filter(|one| one.alarm.is_some()).count() as u64;
    let above = match told {
        0 => "",
        _ if told < n => "; those that changed are told above",
        1 => "; it is told above",
        _ => "; they are told above",
    };
    match judged.count() as u64 {
        0 => "No declared share stands for enough people to be compared.".to_owned(),
        of if n == 0 => format!(
            "{} can be compared; {} clearly off.",
            words::capital(&words::plural(of, "declared share", "declared shares")),
            if of == 1 { "it is not" } else { "none is" },
        ),
        of => format!(
            "Of {} that can be compared, {} {} clearly off what was meant{above}.",
            words::plural(of, "declared share", "declared shares"),
            words::spelled(n),
            if n == 1 { "is" } else { "are" },
        ),
    }
}

/// The declared shares; `None` where none can be compared.
fn picture(ranked: &[&Audience], k: u64) -> Result<Option<Picture>, ReportError> {
    let row = |one: &&Audience| {
        let (week, planned) = (latest(one)?, one.planned_share?);
        Some(Row {
            label: format!(
                "{}: {}",
                words::clean(&one.section),
                words::clean(&one.unit)
            ),
            usual: (0.0, 100.0 * planned),
            bound: 100.0 * week.share_low,
            does: 100.0 * week.share,
            high: Some(100.0 * week.share_high),
            told: words::share(week.share),
            aside: words::share(planned),
        })
    };
    let rows: Vec<Row> = ranked.iter().filter_map(row).take(MOST_ROWS).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let chart = Compared {
        name: "audience_shares",
        mark: Mark::Dot,
        does: "share of the people in the last week, and its interval",
        usual: "share that was meant",
        aside: "meant",
        tick: |n| format!("{n} %"),
        rows,
    };
    let (size, drawn) = chart.draw()?;
    Ok(Some(Picture {
        name: "audience_shares",
        title: "Who uses the sections, against who was meant to".to_owned(),
        description: "Those first that are farthest from what was meant. The lines hold the share in 95 of 100 cases.".to_owned(),
        table: table(ranked, k),
        size,
        drawn,
    }))
}

fn table(ranked: &[&Audience], k: u64) -> Table {
    let header = [
        "section",
        "dimension",
        "unit",
        "people",
        "share",
        "at least",
        "at most",
        "meant",
        "share of what is written",
        "against",
        "ratio",
        "ratio at least",
        "ratio at most",
        "people of both",
        "people it takes",
        "changed in the week of",
        "share before",
        "share since",
        "points on the same pages",
        "points from other pages",
    ];
    let mut table = Table::new("audience_shares", &header);
    for one in ranked {
        let week = latest(one);
        let share =
            |of: fn(&AudienceWeek) -> f64| week.map_or(Cell::Untold, |week| Cell::Share(of(week)));
        let ratio = one.ratio.as_ref();
        let odds =
            |of: fn(&Ratio) -> f64| ratio.map_or(Cell::Empty, |ratio| Cell::Number(of(ratio), 2));
        let people =
            |of: fn(&Ratio) -> u64| ratio.map_or(Cell::Empty, |ratio| Cell::Count(of(ratio)));
        let alarm = one.alarm;
        let optional = |share: Option<f64>| share.map_or(Cell::Empty, Cell::Share);
        let told = |share: Option<ToldShare>| match share {
            None => Cell::Empty,
            Some(ToldShare::Is(share)) => Cell::Share(share),
            Some(ToldShare::Below(_)) => Cell::Untold,
        };
        let moved = |points: Option<f64>| points.map_or(Cell::Empty, |n| Cell::Number(n, 1));
        table.push(vec![
            Cell::text(&one.section),
            Cell::text(&one.dimension),
            Cell::text(&one.unit),
            Cell::gated(week.and_then(|week| week.n_people), k),
            share(|week| week.share),
            share(|week| week.share_low),
            share(|week| week.share_high),
            optional(one.planned_share),
            optional(one.contribution_share),
            Cell::text(ratio.map_or("", |ratio| match ratio.against.trim() {
                "" => "all others",
                against => against,
            })),
            odds(|ratio| ratio.value),
            odds(|ratio| ratio.low),
            odds(|ratio| ratio.high),
            people(|ratio| ratio.n_people),
            people(|ratio| ratio.n_people_needed),
            alarm.map_or(Cell::Empty, |alarm| Cell::text(alarm.since.to_string())),
            told(alarm.map(|alarm| alarm.share_before)),
            told(alarm.map(|alarm| alarm.share_after)),
            moved(one.within),
            moved(one.mix),
        ]);
    }
    table
}

/// The last week that may be shown.
fn latest(one: &Audience) -> Option<&AudienceWeek> {
    one.weeks.iter().rev().find(|week| week.n_people.is_some())
}
