//! Elephant paths in sentences.

use super::{from_name, to_name};
use crate::model::{PathFinding, Report};
use crate::words;

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

/// What to do about it. A move by a link shows that one stands on the page, whatever the plan knows.
pub(crate) fn what_to_do(path: &PathFinding, k: u64) -> String {
    let (from, to) = (from_name(path), to_name(path));
    if !stands_for(path, path.share_link, k) {
        return format!("add a link to {to} on {from}.");
    }
    let n = if path.share_link >= 0.5 {
        "most"
    } else {
        "some"
    };
    format!(
        "put the link to {to} into the menu, or into the plan: one stands on {from} already, and {n} came by it, but the plan does not know it."
    )
}

/// What its people were spared, for they went straight: it counts walking the planned way instead.
pub(crate) fn what_it_spares(path: &PathFinding) -> String {
    let saved = path.clicks_saved.round();
    match path.planned_steps {
        Some(_) if saved >= 1.0 => format!(
            "Whoever goes straight is spared the planned way: about {} in these days.",
            words::plural(saved as u64, "click", "clicks")
        ),
        _ => String::new(),
    }
}

/// Whether a share of its walks stands for enough people to be told of.
fn stands_for(path: &PathFinding, share: f64, k: u64) -> bool {
    share * path.n_people as f64 >= k as f64
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
    if ways
        .iter()
        .any(|way| way.0 > 0.0 && !stands_for(path, way.0, k))
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

/// Days from which on a path can show in two halves that are weeks.
const FULL_DAYS: u32 = 14;

/// How far to trust a finding: `very`, `quite` or `fairly`, with the reason. Of few days no more than `fairly`.
pub(crate) fn how_sure(path: &PathFinding, n_days: u32) -> String {
    let degree = match path {
        _ if n_days < FULL_DAYS => "fairly",
        path if path.q_value <= 0.001 && path.lift_low >= 2.0 => "very",
        path if path.q_value <= 0.01 && path.lift_low >= 1.5 => "quite",
        _ => "fairly",
    };
    let (low, high) = words::chance_range(path.expected_people);
    let chance = match high {
        0 => "By chance nobody would walk it".to_owned(),
        _ => format!(
            "By chance {} would walk it ({} to {} in 19 of 20 cases)",
            words::around(path.expected_people),
            words::thousands(low),
            words::thousands(high),
        ),
    };
    let few = if n_days < FULL_DAYS {
        format!(
            " The logs hold {} only: look again after two weeks.",
            words::plural(n_days.into(), "day", "days")
        )
    } else {
        String::new()
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
        "{degree}. {chance}; {} did, {} times as many (at least {}). It shows in {halves} alike.{few}{routine}",
        words::thousands(path.n_people),
        words::decimal(path.lift),
        words::decimal(path.lift_low),
    )
}

/// `Of the 13 paths, one is new and two are growing.` `None` where all are as they were.
pub(crate) fn moving_paths(report: &Report) -> Option<String> {
    let of = |status: &str| {
        let paths = report.paths.iter().filter(|path| path.status == status);
        let n = paths.count() as u64;
        let is = if n == 1 { "is" } else { "are" };
        (n > 0).then(|| format!("{} {is} {status}", words::spelled(n)))
    };
    let told: Vec<String> = ["new", "growing", "fading"]
        .into_iter()
        .filter_map(of)
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "Of the {}, {}.",
            words::plural(report.paths.len() as u64, "path", "paths"),
            words::list(&told),
        )
    })
}

/// A further finding, after its two names.
pub(crate) fn path_line(path: &PathFinding) -> String {
    let mut parts = vec![format!(
        "{}, {}",
        words::people(path.n_people),
        planned_way(path)
    )];
    if path.planned_steps.is_some() && path.clicks_saved >= 1.0 {
        let saved = path.clicks_saved.round() as u64;
        parts.push(format!(
            "about {} spared",
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
