//! Groups that form across units and that nobody planned.

mod numbers;

use super::{Item, Line, Section, called_all, rest, withheld};
use crate::chart;
use crate::error::ReportError;
use crate::model::{EndedGroup, Group, GroupEvent, Report};
use crate::table::{Cell, Table};
use crate::units;
use crate::words;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let groups = &report.groups.shown;
    let k = report.gate.k_people;
    let mut items = vec![match groups.first() {
        Some(first) => item(first, groups, report)?,
        None => Item::nothing("No group was found", why_nothing(report)),
    }];
    if !groups.is_empty() {
        items.push(numbers::pages(groups));
        items.push(numbers::parts(groups, k));
    }
    if !report.ended_groups.is_empty() {
        items.push(ended(&report.ended_groups, k));
    }
    Ok(Section {
        id: "groups",
        short: "Groups that form",
        question: "Which groups form that nobody planned?",
        about: "People of several departments who use the same rare pages and deal with each other, more than their departments, their activity and the pages' popularity explain. A department is never told as a group.",
        is_of_people: true,
        n: groups.len(),
        summary: summary(groups),
        items,
    })
}

/// `Three groups gather that nobody planned, one of them new; the one round A and B is growing.`
fn summary(groups: &[Group]) -> Option<String> {
    let first = groups.first()?;
    let is_going = match first.event.as_str() {
        "born" => " is new",
        "growing" => " is growing",
        "shrinking" => " is shrinking",
        _ => " is the largest",
    };
    let n_new = groups.iter().filter(|group| group.event == "born").count() as u64;
    Some(match (groups.len() as u64, n_new) {
        (1, 1) => format!(
            "A group has formed that nobody planned, round {}.",
            name(first)
        ),
        (1, _) => format!(
            "A group gathers that nobody planned, round {}.",
            name(first)
        ),
        (n, _) => format!(
            "{} groups gather that nobody planned{}; the one round {}{is_going}.",
            words::capital(&words::spelled(n)),
            match n_new {
                0 => String::new(),
                new if new == n => ", all of them new".to_owned(),
                new => format!(", {} of them new", words::spelled(new)),
            },
            name(first),
        ),
    })
}

fn item(first: &Group, groups: &[Group], report: &Report) -> Result<Item, ReportError> {
    let k = report.gate.k_people;
    let (more, n_unlisted) = rest(groups, |group| line(group, k));
    Ok(Item {
        heading: "Groups that were found".to_owned(),
        lead: vec![
            sentence(first, k),
            history(first),
            how_sure(first),
            withheld(report.groups.n_withheld, k).unwrap_or_default(),
        ],
        pages: addresses(first),
        is_beside: true,
        to_do: to_do(first),
        size: words::people(first.n_people),
        more,
        n_unlisted,
        remark: "What may look like a group and is none: a project or a mailing list that somebody did plan, a training course, new colleagues who read the same pages in the same week, shared office hours, and pages that only some may open. Ask before you call it one.".to_owned(),
        picture: Some(chart::groups::groups(groups, k)?),
        ..Item::default()
    })
}

fn name(group: &Group) -> String {
    called_all(group.pages.iter().map(|page| &page.name))
}

fn addresses(group: &Group) -> Vec<String> {
    let pages = group.pages.iter();
    pages.map(|page| page.name.page.clone()).collect()
}

/// `34 people gather round A and B: 12 from Engineering, 10 from Legal, and fewer than 10 each ...`
fn sentence(group: &Group, k: u64) -> String {
    let mixed = units::after(&group.departments, group.n_people, k);
    let places = units::parts(&group.locations, k);
    format!(
        "{} gather round {}{mixed}.{}{}",
        words::people(group.n_people),
        name(group),
        if places.is_empty() {
            String::new()
        } else {
            format!(" By location: {places}.")
        },
        group.n_core.map_or_else(String::new, |n| format!(
            " {} of them are its core.",
            words::capital(&words::thousands(n))
        )),
    )
}

/// From run to run as alike as that, and what happens to a group is named.
const SURE: f64 = 0.6;

/// How it began, what happened to it last, and how large it was at first and is now.
fn history(group: &Group) -> String {
    let origin = group.origin.as_ref();
    let born = match (group.born, origin) {
        (Some((from, to)), _) => {
            format!("It was born between {} and {}", from.words(), to.words())
        }
        (None, Some(origin)) if origin.event == "merged" => {
            format!("Groups went together into it {}", between(origin))
        }
        (None, Some(origin)) => format!("It split off from another group {}", between(origin)),
        (None, None) => "It was there already when these logs begin".to_owned(),
    };
    let happened = happened(group, origin);
    let goes_on = match group.event.as_str() {
        "" if group.stability < SURE => {
            "; its members change too much from run to run to say more".to_owned()
        }
        "" => "; it is too early to say how it goes on".to_owned(),
        _ if happened.is_empty() => String::new(),
        _ if happened.len() == 1 => format!(", and {}", happened[0]),
        _ => format!(", {}", words::list(&happened)),
    };
    format!("{born}{goes_on}{}.", grown(group))
}

/// The last things that happened to a group after it was there; the same thing several times is told once, the last.
fn happened(group: &Group, origin: Option<&GroupEvent>) -> Vec<String> {
    const N_TOLD: usize = 2;
    let mut told: Vec<(&str, &GroupEvent)> = Vec::new();
    for event in group.events.iter().filter(|event| Some(*event) != origin) {
        let what = match event.event.as_str() {
            "growing" => "grew",
            "shrinking" => "shrank",
            "merged" => "took in another group",
            "split" => "lost a part that became a group of its own",
            _ => continue,
        };
        told.retain(|(known, _)| *known != what);
        told.push((what, event));
    }
    let first = told.len().saturating_sub(N_TOLD);
    told[first..]
        .iter()
        .map(|(what, event)| format!("{what} {}", between(event)))
        .collect()
}

fn between(event: &GroupEvent) -> String {
    format!("between {} and {}", event.since.words(), event.at.words())
}

/// `; 10 people at first, 25 at most, 15 now`: where they may be told.
fn grown(group: &Group) -> String {
    let told: Vec<u64> = group.sizes.iter().filter_map(|size| size.1).collect();
    let ([first, .., last], Some(&most)) = (told.as_slice(), told.iter().max()) else {
        return String::new();
    };
    let at_most = if most > *first.max(last) {
        format!(", {} at most", words::thousands(most))
    } else {
        String::new()
    };
    format!(
        "; {} at first{at_most}, {} now",
        words::people(*first),
        words::thousands(*last)
    )
}

fn how_sure(group: &Group) -> String {
    format!(
        "At most {} of invented worlds in which nothing joins people but their departments and habits hold a group as closely knit. From run to run its members are the same to {}.",
        words::percent(group.p_value),
        words::share(group.stability),
    )
}

fn to_do(group: &Group) -> String {
    format!(
        "ask some of those who gather round {} what they are working on, and whether a page of their own would help.",
        called_all(group.pages.iter().take(1).map(|page| &page.name)),
    )
}

fn line(group: &Group, k: u64) -> Line {
    let mixed = units::after(&group.departments, group.n_people, k);
    let text = format!(
        "{}{mixed}. {}",
        words::people(group.n_people),
        history(group),
    );
    Line::about(name(group), addresses(group), text)
}

fn ended(groups: &[EndedGroup], k: u64) -> Item {
    let n = groups.len() as u64;
    Item {
        heading: "Groups that are no more".to_owned(),
        lead: vec![format!(
            "{} of earlier windows {} not found in two windows in a row.",
            words::capital(&words::plural(n, "group", "groups")),
            if n == 1 { "was" } else { "were" },
        )],
        more: groups.iter().map(|group| ended_line(group, k)).collect(),
        table: Some(ended_table(groups, k)),
        ..Item::default()
    }
}

fn ended_line(group: &EndedGroup, k: u64) -> Line {
    let became = match group.event.as_str() {
        "merged" => "became part of another group",
        "split" => "split into several",
        _ => "came apart",
    };
    let most = group
        .n_people_most
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    Line::about(
        called_all(&group.pages),
        group.pages.iter().map(|page| page.page.clone()).collect(),
        format!("{became} by {}; {most} at most.", group.ended_at.words()),
    )
}

fn ended_table(groups: &[EndedGroup], k: u64) -> Table {
    let header = [
        "group",
        "pages",
        "what became of it",
        "by",
        "people at most",
    ];
    let mut table = Table::new("ended_groups", &header);
    for group in groups {
        let pages: Vec<&str> = group.pages.iter().map(|page| page.page.as_str()).collect();
        table.push(vec![
            Cell::text(&group.id),
            Cell::text(pages.join("; ")),
            Cell::text(&group.event),
            Cell::text(group.ended_at.to_string()),
            Cell::gated(group.n_people_most, k),
        ]);
    }
    table
}

fn why_nothing(report: &Report) -> String {
    let (method, k) = (&report.method, report.gate.k_people);
    if !method.has_units {
        return "It is not known who belongs to which department, so a group across departments cannot be told from a department. Give people.csv.".to_owned();
    }
    if method.n_windows < method.n_windows_needed {
        return format!(
            "A group must show in {} windows of four weeks in a row; the logs reach {} so far.",
            words::spelled(method.n_windows_needed),
            words::spelled(method.n_windows),
        );
    }
    if let Some(why) = withheld(report.groups.n_withheld, k) {
        return why;
    }
    match method.n_judged_groups {
        0 => format!(
            "No {k} people share enough rare pages or deal with each other enough to be called a group."
        ),
        n => format!(
            "{} of people {} held against {} without groups: none is knit more closely than those hold, across departments.",
            words::capital(&words::plural(n, "cluster", "clusters")),
            if n == 1 { "was" } else { "were" },
            words::plural(method.n_null_worlds, "invented world", "invented worlds"),
        ),
    }
}

#[cfg(test)]
mod tests;
