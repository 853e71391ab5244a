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
pub(crate) use paths::{
    how_sure, how_they_came, moving_paths, path_facts, path_line, what_it_spares, what_to_do,
};
pub(crate) use people::{about_people, method_of_people};
pub(crate) use quality::{actor, ledger, ledger_sum, left_out};

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

/// Days of the window that the logs hold: fewer than it has where they begin later.
pub(crate) fn n_days(report: &Report) -> u32 {
    match report.days.len() as u32 {
        0 => report.window.n_days(),
        n => n.min(report.window.n_days()),
    }
}

/// Whom the numbers of people count: where the logs name no users, that is said before any number.
pub(crate) fn counted(report: &Report) -> String {
    if report.method.counts_addresses {
        "The logs name no users: wherever this page says people, it counts addresses with their browsers.".to_owned()
    } else {
        String::new()
    }
}

/// How the numbers of people are told from here on; they go by the steps of the gate.
pub(crate) fn by_steps(report: &Report) -> String {
    let step = match report.gate.k_people.min(5) {
        0 | 1 => return String::new(),
        5 => "fives".to_owned(),
        n => format!("steps of {n}"),
    };
    format!(
        "Where people themselves are told of, numbers of people are rounded down to {step}; where pages are, they are whole. So nobody can be told from two reports that differ by one person. Parts may therefore add up to less than their whole."
    )
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
        visitors(report),
        words::plural(totals.pages, "page", "pages"),
    );
    if report.method.has_plan {
        format!("{used}, and wore no path that the plan does not offer.")
    } else {
        format!("{used}. What they do outside the plan cannot be said yet, for there is no plan.")
    }
}

fn visitors(report: &Report) -> String {
    let (one, many) = if report.method.counts_addresses {
        ("address", "addresses")
    } else {
        ("person", "people")
    };
    words::plural(report.totals.people, one, many)
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
            words::capital(&visitors(report)),
        );
    }
    if n_days(report) < 14 {
        return format!(
            "{} are too short a time: a path must show in two halves of the window. Two weeks are the least, four are better.",
            words::capital(&words::plural(n_days(report).into(), "day", "days")),
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
