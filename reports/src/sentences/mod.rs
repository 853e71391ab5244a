//! What the report says about its numbers, in sentences.
//!
//! No sentence is stronger than the design behind it: seen, more than chance, stable in two
//! windows. Nothing here speaks of causes.

mod method;
mod paths;
mod people;
mod quality;
#[cfg(test)]
mod tests;

pub(crate) use method::{method, privacy};
pub(crate) use paths::{how_sure, how_they_came, path_facts, path_line, what_to_do};
pub(crate) use people::{about_people, method_of_people};
pub(crate) use quality::{actor, ledger, ledger_sum};

use crate::model::{PathFinding, Report, Totals};
use crate::words;

/// Longest page name in a sentence, in characters.
const NAME_CHARS: usize = 60;

/// A page as a sentence names it.
pub(crate) fn called(title: &str, page: &str) -> String {
    words::shorten(&words::name(title, page), NAME_CHARS)
}

/// The page a path starts from.
pub(crate) fn from_name(path: &PathFinding) -> String {
    called(&path.from_title, &path.from_page)
}

/// The page a path leads to.
pub(crate) fn to_name(path: &PathFinding) -> String {
    called(&path.to_title, &path.to_page)
}

/// The one sentence at the top.
pub(crate) fn headline(report: &Report) -> String {
    let n = report.paths.len() as u64;
    match report.paths.first() {
        None => quiet_headline(report),
        Some(only) if n == 1 => format!(
            "{} go straight from {} to {}, a way the plan does not offer: it is worth paving.",
            words::capital(&words::people(only.n_people)),
            from_name(only),
            to_name(only),
        ),
        Some(first) => format!(
            "People wore {} paths that the plan does not offer. The one most worth paving leads from {} to {}.",
            words::spelled(n),
            from_name(first),
            to_name(first),
        ),
    }
}

fn quiet_headline(report: &Report) -> String {
    let totals = &report.totals;
    if totals.people == 0 {
        return format!(
            "{} people used the intranet in these days, as far as the logs tell.",
            words::capital(&words::withheld(report.gate.k_pages)),
        );
    }
    let used = format!(
        "{} used {}",
        words::people(totals.people),
        words::plural(totals.pages, "page", "pages"),
    );
    if report.method.has_plan {
        format!("{used}, and wore no path that the plan does not offer.")
    } else {
        format!("{used}. What they do outside the plan cannot be said yet, for there is no plan.")
    }
}

/// Why nothing was found; never more than one reason, the first that explains it.
pub(crate) fn why_nothing(report: &Report) -> String {
    let method = &report.method;
    let k = method.k_pages;
    if report.totals.people == 0 {
        return "Too few people came in these days for anything to be told.".to_owned();
    }
    if !method.has_plan {
        return "There is no plan, so a way that nobody planned cannot be told from one that somebody did. Import the navigation with `elephant plan import`.".to_owned();
    }
    if report.totals.people < 2 * k {
        return format!(
            "{} came, which is too few: a path must be walked by at least {k} and be told from chance.",
            words::capital(&words::people(report.totals.people)),
        );
    }
    if report.window.n_days() < 14 {
        return format!(
            "{} are too short a time: a path must show in two halves of the window. Two weeks are the least, four are better.",
            words::capital(&words::plural(report.window.n_days().into(), "day", "days")),
        );
    }
    if method.n_withheld > 0 {
        return format!(
            "What was found stands for {few} people, or for all but {few}, and is not shown.",
            few = words::withheld(k),
        );
    }
    if method.n_candidates == 0 {
        return format!("No way outside the plan was walked by {k} people or more.");
    }
    format!(
        "{} outside the plan had {k} people or more; none was walked clearly more often than chance gives, in both halves of the window. The plan holds.",
        words::capital(&words::plural(method.n_candidates, "way", "ways")),
    )
}

/// Compared with the window before, for one number: `+6 %`.
pub(crate) fn compared(
    now: &Totals,
    before: Option<&Totals>,
    measure: fn(&Totals) -> u64,
) -> String {
    let change = before.and_then(|before| words::change(measure(now), measure(before)));
    change.unwrap_or_default()
}
