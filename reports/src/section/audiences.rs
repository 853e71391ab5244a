//! For whom each section is by now, against for whom it was meant.

mod by_now;

use super::{Item, Line, Section, rest, withheld};
use crate::chart;
use crate::error::ReportError;
use crate::model::{Alarm, Audience, Ratio, Report, ToldShare};
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let all = &report.audiences.shown;
    let (changed, others) = by_section(all);
    let items = match (changed.first(), all.is_empty()) {
        (_, true) => vec![Item::nothing("No audience", why_nothing(report))],
        (Some(first), _) => vec![
            drifted(first, (&changed, &others), all)?,
            by_now::item(all, report)?,
        ],
        (None, _) => vec![steady(all, report)?, by_now::item(all, report)?],
    };
    Ok(Section {
        id: "audience",
        short: "For whom it is",
        question: "For whom is each section now?",
        about: "Each unit's share of the people who use a section, week by week, against the share that was meant. A change is told only where it lasts.",
        is_of_people: true,
        n: changed.len(),
        summary: changed.first().map(|one| summary(one)),
        items,
    })
}

/// What changed: of each section the share told first, then the others, which are other sides of the same thing.
fn by_section(all: &[Audience]) -> (Vec<&Audience>, Vec<&Audience>) {
    let (mut first, mut others): (Vec<&Audience>, Vec<&Audience>) = (Vec::new(), Vec::new());
    for one in all.iter().filter(|one| one.alarm.is_some()) {
        if first.iter().any(|told| told.section == one.section) {
            others.push(one);
        } else {
            first.push(one);
        }
    }
    (first, others)
}

/// The ratio where it says who are more, else the share.
fn summary(one: &Audience) -> String {
    let is_decided = |ratio: &Ratio| ratio.low > 1.0 || ratio.high < 1.0;
    let ratio = one.ratio.as_ref().filter(|ratio| is_decided(ratio));
    let section = words::clean(&one.section);
    match ratio.and_then(|_| comparison(one)) {
        Some(said) => format!("In {section}, {said} by now."),
        None => format!(
            "In {section}, {} make {} of all who come by now.",
            people_of(&one.unit),
            words::told_share(
                one.alarm
                    .map_or_else(ToldShare::default, |alarm| alarm.share_after)
            ),
        ),
    }
}

fn drifted(
    first: &Audience,
    (changed, others): (&[&Audience], &[&Audience]),
    all: &[Audience],
) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(changed, |one| line(one, others));
    Ok(Item {
        heading: "Audiences that changed".to_owned(),
        lead: vec![
            format!("In {}, {}", words::clean(&first.section), sentence(first)),
            other_sides(first, others),
            ratio_of(first).unwrap_or_default(),
            split(first).unwrap_or_default(),
            contributions(first).unwrap_or_default(),
        ],
        to_do: format!(
            "ask the owners of {} whether they know for whom it is by now, and make it fit them, or give them a place of their own.",
            words::clean(&first.section),
        ),
        size: first.alarm.map_or_else(String::new, |alarm| {
            format!(
                "{} {} before and {} since",
                people_of(&first.unit),
                words::told_share(alarm.share_before),
                words::told_share(alarm.share_after),
            )
        }),
        more,
        n_unlisted,
        remark: confounders(),
        picture: Some(chart::audiences::audiences(all)?),
        ..Item::default()
    })
}

fn confounders() -> String {
    "What may look like a change and is none: a migration, a new sign-on or numbering of people, programs that count as people, one customer with most of the traffic, a roster that is out of date. A unit that has grown by hiring shows too.".to_owned()
}

fn steady(all: &[Audience], report: &Report) -> Result<Item, ReportError> {
    Ok(Item {
        heading: "No lasting change".to_owned(),
        lead: vec![format!(
            "{} watched; none changed for good in these weeks.",
            words::capital(&words::plural(
                report.method.n_watched_shares.max(all.len() as u64),
                "share of a unit in a section was",
                "shares of units in sections were",
            )),
        )],
        remark: confounders(),
        picture: Some(chart::audiences::audiences(all)?),
        ..Item::default()
    })
}

/// `people of Client`: what a unit is called is no word for those in it.
fn people_of(unit: &str) -> String {
    format!("people of {}", words::clean(unit))
}

/// The same change as the units see it who lost by it, or won with it.
fn other_sides(first: &Audience, others: &[&Audience]) -> String {
    let same = others.iter().filter(|one| one.section == first.section);
    let told = same.filter_map(|one| {
        let alarm = one.alarm?;
        Some(format!(
            "{} {} before and {} since",
            words::clean(&one.unit),
            words::told_share(alarm.share_before),
            words::told_share(alarm.share_after),
        ))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() {
        String::new()
    } else {
        format!("Other sides of the same change: {}.", told.join("; "))
    }
}

/// `people of Client make 80 % of all who come since the week of ... (between ... and ...); before, it was 12 %.`
fn sentence(one: &Audience) -> String {
    let Some(alarm) = one.alarm else {
        return String::new();
    };
    let planned = one.planned_share.map_or_else(String::new, |share| {
        format!(" {} was meant.", words::share(share))
    });
    format!(
        "{} make {} of all who come since the week of {} ({}); before, it was {}.{planned}",
        people_of(&one.unit),
        words::told_share(alarm.share_after),
        alarm.since.words(),
        between(alarm),
        words::told_share(alarm.share_before),
    )
}

fn between(alarm: Alarm) -> String {
    if alarm.since_low == alarm.since_high {
        "that week almost surely".to_owned()
    } else {
        format!(
            "95 % interval {} to {}",
            alarm.since_low.words(),
            alarm.since_high.words()
        )
    }
}

/// `clients outnumber consultants 4.1 : 1 (3.6 to 4.7)`.
fn comparison(one: &Audience) -> Option<String> {
    let ratio = one.ratio.as_ref()?;
    let unit = people_of(&one.unit);
    let against = match ratio.against.trim() {
        "" => "all others".to_owned(),
        against => people_of(against),
    };
    Some(if ratio.low > 1.0 {
        format!("{unit} outnumber {against} {}", odds(ratio))
    } else if ratio.high < 1.0 {
        format!("{against} outnumber {unit} {}", odds(&turned(ratio)))
    } else {
        format!(
            "{unit} and {against} are about as many: {}, so it is open who are more",
            odds(ratio)
        )
    })
}

/// The comparison, and how many people it would take to know it within a tenth.
fn ratio_of(one: &Audience) -> Option<String> {
    let ratio = one.ratio.as_ref()?;
    let said = comparison(one)?;
    let needed = if ratio.n_people < ratio.n_people_needed {
        format!(
            " That is rough, for it rests on {}: to be right within a tenth it takes about {}.",
            words::people(ratio.n_people),
            words::thousands(ratio.n_people_needed),
        )
    } else {
        String::new()
    };
    Some(format!("{}.{needed}", words::capital(&said)))
}

/// `4.1 : 1 (3.6 to 4.7)`.
fn odds(ratio: &Ratio) -> String {
    format!(
        "{} : 1 ({} to {})",
        words::times(ratio.value),
        words::times(ratio.low),
        words::times(ratio.high),
    )
}

fn turned(ratio: &Ratio) -> Ratio {
    Ratio {
        value: 1.0 / ratio.value,
        low: 1.0 / ratio.high,
        high: 1.0 / ratio.low,
        ..ratio.clone()
    }
}

/// How much of a change is people on the same pages, and how much is other pages.
fn split(one: &Audience) -> Option<String> {
    let (within, mix) = (one.within?, one.mix?);
    Some(format!(
        "Of that change, {} come from the same pages, and {} from other pages being used than before.",
        points(within),
        points(mix),
    ))
}

/// `+60 percentage points`.
fn points(number: f64) -> String {
    let n = number.abs().round() as u64;
    let sign = match number.round() {
        n if n > 0.0 => "+",
        n if n < 0.0 => "−",
        _ => "",
    };
    format!(
        "{sign}{}",
        words::plural(n, "percentage point", "percentage points")
    )
}

fn contributions(one: &Audience) -> Option<String> {
    Some(format!(
        "Of what is written there, {} write {}.",
        people_of(&one.unit),
        words::share(one.contribution_share?),
    ))
}

fn line(one: &Audience, others: &[&Audience]) -> Line {
    let parts = [
        sentence(one),
        other_sides(one, others),
        ratio_of(one).unwrap_or_default(),
    ];
    let said: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    Line::about(words::clean(&one.section), Vec::new(), said.join(" "))
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_people);
    if !method.has_units {
        return "It is not known who belongs to which unit, so it is not known whom a section serves. Give people.csv.".to_owned();
    }
    if let Some(why) = withheld(report.audiences.n_withheld, k) {
        return why;
    }
    format!("No section has {k} people or more of one unit in a week.")
}

#[cfg(test)]
mod tests;
