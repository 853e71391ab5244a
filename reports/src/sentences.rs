//! What the report says about its numbers, in sentences.
//!
//! No sentence is stronger than the design behind it: seen, more than chance, stable in two
//! windows. Nothing here speaks of causes.

use crate::model::{ActorCount, Ledger, Method, PathFinding, Report, Totals};
use crate::words;

/// Longest page name in a sentence, in characters.
const NAME_CHARS: usize = 60;

/// The page a path starts from.
pub(crate) fn from_name(path: &PathFinding) -> String {
    words::shorten(&words::name(&path.from_title, &path.from_page), NAME_CHARS)
}

/// The page a path leads to.
pub(crate) fn to_name(path: &PathFinding) -> String {
    words::shorten(&words::name(&path.to_title, &path.to_page), NAME_CHARS)
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

/// Below the title of the first finding.
pub(crate) fn path_facts(path: &PathFinding) -> String {
    let walked = format!(
        "{}, {}; {}.",
        words::people(path.n_people),
        words::plural(path.n_moves, "time", "times"),
        planned_way(path),
    );
    let since = path.first_seen.words();
    let history = match path.status.as_str() {
        "new" => format!("New: first walked on {since}."),
        "growing" => format!("Growing since {since}."),
        "fading" => format!("Fading; first walked on {since}."),
        "stable" => format!("Walked since {since}."),
        other => format!("First walked on {since}; {}.", words::clean(other)),
    };
    let units = path.n_units.filter(|&n| n > 0).map(|n| {
        let units = if n == 1 { "department" } else { "departments" };
        format!("By people of {} {units}.", words::spelled(n))
    });
    [Some(walked), Some(history), units]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

fn planned_way(path: &PathFinding) -> String {
    match path.planned_steps {
        None => "the plan does not lead there".to_owned(),
        Some(1) => "the plan leads there in one click".to_owned(),
        Some(n) => format!("the plan takes {} clicks", words::spelled(n.into())),
    }
}

/// What to do about it.
pub(crate) fn what_to_do(path: &PathFinding) -> String {
    let saved = path.clicks_saved.round();
    let gain = if saved >= 1.0 {
        format!(
            " It would have saved about {} in these days.",
            words::plural(saved as u64, "click", "clicks")
        )
    } else {
        String::new()
    };
    format!(
        "add a link to {} on {}.{gain}",
        to_name(path),
        from_name(path)
    )
}

/// How people came: shares only where each of them stands for enough people, for the smallest
/// could be told from the others.
pub(crate) fn how_they_came(path: &PathFinding, k: u64) -> String {
    let mut ways = [
        (path.share_search, "by search"),
        (path.share_direct, "typed, bookmarked or out of a mail"),
        (path.share_link, "by a link inside a page"),
    ];
    ways.sort_by(|a, b| b.0.total_cmp(&a.0));
    if ways[0].0 <= 0.0 {
        return String::new();
    }
    let stands_for = |share: f64| share * path.n_people as f64;
    if ways
        .iter()
        .any(|way| way.0 > 0.0 && stands_for(way.0) < k as f64)
    {
        return format!("Mostly {}.", ways[0].1);
    }
    let parts: Vec<String> = ways
        .iter()
        .filter(|way| way.0 > 0.0)
        .enumerate()
        .map(|(i, way)| {
            let of = if i == 0 { " of the times" } else { "" };
            format!("{}{of} {}", words::share(way.0), way.1)
        })
        .collect();
    format!("{}.", words::list(&parts))
}

/// How far to trust a finding: `very`, `quite` or `fairly`, with the reason.
pub(crate) fn how_sure(path: &PathFinding, n_days: u32) -> String {
    let degree = match path {
        path if path.q_value <= 0.001 && path.lift_low >= 2.0 => "very",
        path if path.q_value <= 0.01 && path.lift_low >= 1.5 => "quite",
        _ => "fairly",
    };
    let (low, high) = words::chance_range(path.expected_people);
    let chance = match high {
        0 => "By chance nobody would walk it".to_owned(),
        _ => format!(
            "By chance about {} would walk it ({} to {})",
            words::about(path.expected_people),
            words::thousands(low),
            words::thousands(high),
        ),
    };
    let halves = if n_days >= 28 {
        "odd and even weeks"
    } else {
        "odd and even days"
    };
    let routine = if path.is_unit_routine {
        " It may be the routine of one department: ask there before you build for all."
    } else {
        ""
    };
    format!(
        "{degree}. {chance}; {} did, {} times as many (at least {}). It shows in {halves} alike.{routine}",
        words::thousands(path.n_people),
        words::decimal(path.lift),
        words::decimal(path.lift_low),
    )
}

/// A further finding, after its two names.
pub(crate) fn path_line(path: &PathFinding) -> String {
    let mut parts = vec![format!(
        "{}, {}",
        words::people(path.n_people),
        planned_way(path)
    )];
    if path.clicks_saved >= 1.0 {
        let saved = path.clicks_saved.round() as u64;
        parts.push(format!(
            "about {} saved",
            words::plural(saved, "click", "clicks")
        ));
    }
    if ["new", "growing", "fading"].contains(&path.status.as_str()) {
        parts.push(path.status.clone());
    }
    if path.is_unit_routine {
        parts.push("perhaps one department's routine".to_owned());
    }
    parts.join("; ") + "."
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

/// The ledger in words.
pub(crate) fn ledger(ledger: &Ledger) -> String {
    let mut parts = vec![format!("{} became events", words::thousands(ledger.events))];
    if ledger.filtered > 0 {
        let mut reasons: Vec<&(String, u64)> = ledger.filtered_by.iter().collect();
        reasons.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let reasons: Vec<String> = reasons
            .iter()
            .map(|(reason, n)| {
                format!(
                    "{} {}",
                    words::clean(reason).replace('_', " "),
                    words::thousands(*n)
                )
            })
            .collect();
        let why = if reasons.is_empty() {
            String::new()
        } else {
            format!(" ({})", reasons.join(", "))
        };
        parts.push(format!(
            "{} were left out by rule{why}",
            words::thousands(ledger.filtered)
        ));
    }
    for (n, what) in [
        (ledger.duplicates, "had been read before"),
        (ledger.comments, "were headers, comments or empty"),
        (ledger.rejected, "could not be read"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", words::thousands(n)));
        }
    }
    format!(
        "{} from {}: {}.",
        words::plural(ledger.lines, "line", "lines"),
        words::plural(ledger.inputs, "file", "files"),
        words::list(&parts),
    )
}

/// Whether every line is accounted for.
pub(crate) fn ledger_sum(ledger: &Ledger) -> String {
    let sum =
        ledger.events + ledger.duplicates + ledger.filtered + ledger.rejected + ledger.comments;
    if sum == ledger.lines {
        "Every line is accounted for. Lines of people who opted out are counted here, as lines, and nowhere else."
            .to_owned()
    } else {
        format!(
            "The parts add up to {} and not to {}: ask whoever runs this program to look at `elephant status`.",
            words::thousands(sum),
            words::thousands(ledger.lines),
        )
    }
}

/// How the findings were made, a paragraph a sentence or two.
pub(crate) fn method(method: &Method, n_days: u32) -> Vec<String> {
    let k = method.k_pages;
    let halves = if n_days >= 28 {
        "odd and even weeks"
    } else {
        "odd and even days"
    };
    let mut said = vec![
        format!(
            "A visit ends after {} without a click. A move is a step from one page to the next within a visit; going back, reloading and being redirected are no moves. What counts is people, not clicks: somebody who walks a path a hundred times is one person.",
            words::plural(method.session_gap_minutes.into(), "minute", "minutes"),
        ),
        format!(
            "A path is an elephant path when the plan has no such link, at least {k} people walk it, they are at least {} times as many as chance gives, and that holds in {halves} alike. Chance means: people leave each page as often as they do, and arrive where people arrive in general.",
            words::decimal(method.lift),
        ),
        format!(
            "{} tested; among the paths reported, at most {} are expected to be false. The same search on a shuffled copy of the same days found {}.",
            words::capital(&words::plural(method.n_tested, "pair of pages was", "pairs of pages were")),
            words::share(method.q),
            match method.n_shuffled {
                0 => "none".to_owned(),
                n => words::thousands(n),
            },
        ),
        "Paths are ranked by the clicks a link would save: people beyond chance, times the clicks of the planned way less one. That people walk a path is seen; why they do is not.".to_owned(),
    ];
    if !method.has_plan {
        said.push(
            "No plan was given, so nothing is said about ways that it does not offer.".to_owned(),
        );
    }
    said
}

/// Who can be told from the report: nobody.
pub(crate) fn privacy(method: &Method) -> Vec<String> {
    let mut said = vec![format!(
        "No number here stands for fewer than {} people, or {} where it is about people and not about pages, nor for all but so few. {}",
        method.k_pages,
        method.k_people,
        match method.n_withheld {
            0 => "No finding was withheld for that.".to_owned(),
            n => format!(
                "{} withheld for that.",
                words::capital(&words::plural(n, "finding was", "findings were"))
            ),
        },
    )];
    if method.counts_addresses {
        said.push("The logs name no users: people are counted by address and browser, so one person on two devices counts twice, and people behind one address may count once.".to_owned());
    }
    said.push(if method.sensitive_declared {
        "Sections that were declared sensitive never feed a result about people.".to_owned()
    } else {
        "No section has been declared sensitive yet. Works council, health, complaints and jobs are the usual ones: name them in the settings.".to_owned()
    });
    said
}

/// What a class of left-out visitors is, in words.
pub(crate) fn actor(actor: &ActorCount) -> (String, &'static str) {
    let why = match actor.class.as_str() {
        "crawler" => "programs that read page after page",
        "scanner" => "programs that try addresses which do not exist",
        "monitor" => "programs that check whether the intranet is up",
        "kiosk" => "accounts that many share",
        "zealot" => "one person who makes most of a path's traffic",
        "system" => "accounts of other programs",
        _ => "",
    };
    (words::clean(&actor.class), why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn a_headline_for_a_manager() {
        let mut report = example::report();
        assert_eq!(
            headline(&report),
            "People wore four paths that the plan does not offer. The one most worth paving leads from Leave request to Team calendar."
        );
        report.paths.truncate(1);
        assert!(
            headline(&report)
                .starts_with("48 people go straight from Leave request to Team calendar")
        );
        report.paths.clear();
        assert_eq!(
            headline(&report),
            "1,214 people used 342 pages, and wore no path that the plan does not offer."
        );
        assert!(headline(&Report::default()).starts_with("Fewer than 5 people used"));
    }

    #[test]
    fn nothing_found_has_an_honest_reason() {
        let mut report = Report {
            paths: Vec::new(),
            ..example::report()
        };
        assert!(why_nothing(&report).contains("The plan holds"));
        report.method.n_candidates = 0;
        assert!(why_nothing(&report).contains("walked by 5 people or more"));
        report.method.n_withheld = 2;
        assert!(
            why_nothing(&report).contains("stands for fewer than 5"),
            "{}",
            why_nothing(&report)
        );
        report.window.start.0 = report.window.end.0 - 6;
        assert!(why_nothing(&report).contains("7 days are too short"));
        report.totals.people = 6;
        assert!(why_nothing(&report).contains("too few"));
        report.method.has_plan = false;
        assert!(why_nothing(&report).contains("no plan"));
    }

    #[test]
    fn certainty_is_said_no_stronger_than_it_is() {
        let mut path = example::report().paths[0].clone();
        assert_eq!(
            how_sure(&path, 28),
            "very. By chance about 9 would walk it (4 to 15); 48 did, 5.3 times as many (at least 3.9). It shows in odd and even weeks alike."
        );
        path.q_value = 0.03;
        path.is_unit_routine = true;
        let said = how_sure(&path, 20);
        assert!(
            said.starts_with("fairly.") && said.contains("odd and even days"),
            "{said}"
        );
        assert!(said.contains("routine of one department"));
    }

    #[test]
    fn a_small_share_is_not_told() {
        let mut path = example::report().paths[0].clone();
        assert!(how_they_came(&path, 5).starts_with("61 % of the times by search, 27 %"));
        path.share_link = 0.02;
        assert_eq!(how_they_came(&path, 5), "Mostly by search.");
    }

    #[test]
    fn the_ledger_adds_up_or_says_so() {
        let mut counts = example::report().ledger;
        assert!(ledger_sum(&counts).starts_with("Every line"));
        counts.lines += 1;
        assert!(ledger_sum(&counts).contains("add up to"));
    }
}
