//! What came of the changes that were made to the plan.

use queries::day::Day;
use queries::findings::pavings::{Effect, Measure, Measured, Verdict};

use super::{Item, Line, Section, called, rest};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Change, Report};
use crate::table::{Cell, Table};
use crate::words;

/// No effect, on an axis of percent of what would have been.
const NO_EFFECT: f64 = 100.0;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let changes = &report.changes;
    Ok(Section {
        id: "helped",
        short: "Did it help",
        question: "Did it help?",
        about: "Links that were made, and whether more people get from the first page to the second than would have without them.",
        n: changes.len(),
        summary: summary(changes),
        items: vec![match changes.first() {
            Some(first) => item(first, changes)?,
            None => Item::nothing("No change to look at", NOTHING.to_owned()),
        }],
        ..Section::default()
    })
}

/// `One of two links that were made has helped so far.`
fn summary(changes: &[Change]) -> Option<String> {
    let helped = |change: &&Change| change.verdict == Some(Verdict::Helped);
    let n = changes.iter().filter(helped).count() as u64;
    (n > 0).then(|| {
        format!(
            "Of {} in the ledger, {} {} helped so far.",
            words::plural(changes.len() as u64, "change", "changes"),
            words::spelled(n),
            if n == 1 { "has" } else { "have" },
        )
    })
}

const NOTHING: &str = "No change is in the ledger yet: where a link is made, register it with “elephant paving add FROM TO --on DATE”, and six to seven weeks later at the earliest this page says whether it helped.";

fn item(first: &Change, changes: &[Change]) -> Result<Item, ReportError> {
    let (more, n_unlisted) = rest(changes, line);
    let picture = picture(changes)?;
    Ok(Item {
        heading: "What came of the changes".to_owned(),
        lead: vec![sentence(first)],
        pages: vec![first.from.page.clone(), first.to.page.clone()],
        more,
        n_unlisted,
        remark: "Each change is compared with 20 to 40 ways alike to which nothing was done. The weeks in which a path was chosen do not count, nor do the first two of the new link. Somebody who only takes the new link instead of another way is no gain.".to_owned(),
        table: picture.is_none().then(|| table(changes)),
        picture,
        ..Item::default()
    })
}

/// `The link from A to B, there since 2 March 2026: helped. The share who get there is up by ...`
fn sentence(change: &Change) -> String {
    format!(
        "The link from {} to {}, there since {}: {}",
        called(&change.from),
        called(&change.to),
        change.since.words(),
        outcome(change),
    )
}

fn line(change: &Change) -> Line {
    let text = format!("since {}: {}", change.since.words(), outcome(change));
    Line::of([&change.from, &change.to], text)
}

/// Everything that may be said after the names.
fn outcome(change: &Change) -> String {
    let parts = [
        Some(verdict(change)),
        change.effect.map(|effect| effect_words(change, effect)),
        people(change),
        change.moved_share.map(moved),
        smallest(change),
        more(change),
        again(change),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn verdict(change: &Change) -> String {
    let told = match (change.verdict, change.next_look) {
        (None, _) => "not judged yet; the next analysis will do so.",
        (Some(Verdict::TooEarly), Some(day)) => return too_early(change, day),
        (Some(Verdict::TooEarly), None) => {
            "too early, and there will be no verdict: too few whole weeks before it are known."
        }
        (Some(Verdict::TooFewPeople), _) => {
            "too few people a week to tell, or too few ways alike that enough people walk."
        }
        (Some(decided), _) => return format!("{}.", decided.as_str()),
    };
    told.to_owned()
}

/// From the first look on only what is plain has a verdict before the last.
fn too_early(change: &Change, next_look: Day) -> String {
    let day = next_look.words();
    if change.effect.is_some() {
        format!("too early; nothing is plain yet, and the last look is when the logs reach {day}.")
    } else {
        format!("too early; there can be a verdict when the logs reach {day}.")
    }
}

/// No stronger than the design bears: a change and its cause may be two things.
fn effect_words(change: &Change, effect: Effect) -> String {
    let cause = match change.verdict {
        Some(Verdict::Helped) => ", which is consistent with the link as its cause",
        Some(Verdict::Worse) => ", which is consistent with the change as its cause",
        _ => "",
    };
    format!(
        "{} who get there: {} against what would have been (95 % interval {} to {}){cause}.",
        match change.verdict {
            Some(Verdict::TooEarly) => "So far, the share",
            _ => "The share",
        },
        signed(effect.size),
        signed(effect.low),
        signed(effect.high),
    )
}

fn signed(share: f64) -> String {
    words::signed(100.0 * share)
}

fn people(change: &Change) -> Option<String> {
    let before = change.people_before.map(words::about);
    let after = change.people_after.map(words::about);
    let few = "stand for too few people, or for all but too few, and are not told.";
    match (before, after) {
        (Some(before), Some(after)) => Some(format!(
            "About {before} people a week got there before, about {after} since."
        )),
        (Some(before), None) if change.is_decided() => Some(format!(
            "About {before} people a week got there before; the numbers since {few}"
        )),
        (Some(before), None) => Some(format!("About {before} people a week got there before.")),
        (None, _) => change.verdict.map(|_| format!("Its numbers {few}")),
    }
}

fn moved(share: f64) -> String {
    format!(
        "Of those whom the link has gained, {} merely moved from the old route.",
        words::share(share)
    )
}

/// From which size on an effect is seen in four of five cases. A smaller one may show all the same, or not.
fn smallest(change: &Change) -> Option<String> {
    let smallest = change.smallest_visible?;
    let is_below = |effect: Effect| effect.size.abs() < smallest;
    let luck = match change.verdict {
        Some(Verdict::Helped | Verdict::Worse) if change.effect.is_some_and(is_below) => {
            " This one is smaller and shows all the same; its size is the less certain for that."
        }
        Some(Verdict::NoVisibleEffect) => " A smaller one may be there unseen.",
        _ => "",
    };
    Some(format!(
        "With so few people, an effect shows in four of five cases only from {} on.{luck}",
        signed(smallest),
    ))
}

/// `Besides: steps 1.2, before 3.1 (−60 % ...); ...` Without a word of a cause: the verdict is not about these.
fn more(change: &Change) -> Option<String> {
    let told: Vec<String> = change.measured.iter().map(measured).collect();
    let told = told.join("; ");
    (!told.is_empty()).then(|| {
        format!("Besides, against what would have been, with 95 % intervals: {told}. The verdict is not about these.")
    })
}

fn measured(measured: &Measured) -> String {
    let effect = measured.effect;
    format!(
        "{} {} before, {} since ({}, {} to {})",
        match measured.measure {
            Measure::People => "people a week who get there",
            Measure::Steps => "typical steps on the way",
            Measure::Secs => "typical seconds on the way",
            Measure::Searches => "people a week who search from the first page",
        },
        tenths(measured.before),
        tenths(measured.after),
        signed(effect.size),
        signed(effect.low),
        signed(effect.high),
    )
}

fn tenths(n: f64) -> String {
    format!("{n:.1}")
}

/// A verdict before the last look is not the last word.
fn again(change: &Change) -> Option<String> {
    let day = change.next_look.filter(|_| change.is_decided())?;
    Some(format!("It is looked at again until {}.", day.words()))
}

/// `None` where no change has an effect to draw.
fn picture(changes: &[Change]) -> Result<Option<Picture>, ReportError> {
    let mut rows: Vec<Row> = changes.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let n_told = rows.len();
    rows.truncate(MOST_ROWS);
    let n = rows.len();
    let chart = Compared {
        name: "changes",
        mark: Mark::Dot,
        does: "change of the share who get there, 95 % interval",
        usual: "sizes seen in fewer than four of five cases",
        aside: "people a week since",
        tick: |n| words::signed(n - NO_EFFECT),
        rows,
    };
    let (size, drawn) = chart.draw()?;
    Ok(Some(Picture {
        name: "changes",
        title: "What the changes did".to_owned(),
        description: format!(
            "{}, against what would have been; 0 % is no effect.",
            words::shown(n, n_told, "change", "changes"),
        ),
        table: table(changes),
        size,
        drawn,
    }))
}

fn row(change: &Change) -> Option<Row> {
    let effect = change.effect?;
    let at = |share: f64| NO_EFFECT + 100.0 * share;
    Some(Row {
        label: format!("{} → {}", called(&change.from), called(&change.to)),
        usual: (NO_EFFECT, at(change.smallest_visible.unwrap_or(0.0))),
        bound: at(effect.low),
        does: at(effect.size),
        high: Some(at(effect.high)),
        told: signed(effect.size),
        aside: change.people_after.map_or_else(String::new, words::about),
    })
}

fn table(changes: &[Change]) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "since",
        "verdict",
        "next look",
        "effect",
        "effect at least",
        "effect at most",
        "p value",
        "smallest visible effect",
        "moved from the old route",
        "people a week before",
        "people a week since",
        "weeks since",
        "compared with",
        "steps before",
        "steps since",
        "steps effect",
        "steps effect at least",
        "steps effect at most",
        "seconds before",
        "seconds since",
        "seconds effect",
        "seconds effect at least",
        "seconds effect at most",
        "searches a week before",
        "searches a week since",
        "searches effect",
        "searches effect at least",
        "searches effect at most",
    ];
    let mut table = Table::new("changes", &header);
    for change in changes {
        let more = Measure::MORE
            .iter()
            .flat_map(|one| more_numbers(change, *one));
        table.push([what(change), numbers(change), more.collect()].concat());
    }
    table
}

fn what(change: &Change) -> Vec<Cell> {
    vec![
        Cell::text(words::name(&change.from.title, &change.from.page)),
        Cell::Address(change.from.page.clone()),
        Cell::text(words::name(&change.to.title, &change.to.page)),
        Cell::Address(change.to.page.clone()),
        Cell::text(change.since.to_string()),
        Cell::text(change.verdict.map_or("not judged yet", Verdict::as_str)),
        Cell::text(
            change
                .next_look
                .map_or_else(String::new, |day| day.to_string()),
        ),
    ]
}

fn numbers(change: &Change) -> Vec<Cell> {
    let share = |share: Option<f64>| share.map_or(Cell::Empty, Cell::Share);
    let people = |n: Option<f64>| n.map_or(Cell::Empty, |n| Cell::Number(n, 1));
    let count = |n: Option<u64>| n.map_or(Cell::Empty, Cell::Count);
    let effect = change.effect;
    vec![
        share(effect.map(|effect| effect.size)),
        share(effect.map(|effect| effect.low)),
        share(effect.map(|effect| effect.high)),
        effect.map_or(Cell::Empty, |effect| Cell::Number(effect.p_value, 3)),
        share(change.smallest_visible),
        share(change.moved_share),
        people(change.people_before),
        people(change.people_after),
        count(change.n_weeks_after),
        count(change.n_controls),
    ]
}

fn more_numbers(change: &Change, measure: Measure) -> [Cell; 5] {
    let measured = change.measured.iter().find(|one| one.measure == measure);
    let Some(Measured {
        before,
        after,
        effect,
        ..
    }) = measured
    else {
        return [const { Cell::Empty }; 5];
    };
    [
        Cell::Number(*before, 1),
        Cell::Number(*after, 1),
        Cell::Share(effect.size),
        Cell::Share(effect.low),
        Cell::Share(effect.high),
    ]
}

#[cfg(test)]
mod tests;
