//! Whom to talk to: the fewest people who reach the most others, and what there is to talk about.

use super::{Item, Line, Section};
use crate::chart;
use crate::error::ReportError;
use crate::model::{Ambassador, Lists, Reach, Report};
use crate::table::{Cell, Table};
use crate::units;
use crate::words;

/// How many are listed in words; all of them are in the table.
const N_LISTED: usize = 12;

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let listed = listed(report);
    let items = match &report.reach {
        Some(reach) => vec![item(*reach, listed, report)?],
        None => vec![Item::nothing("Nobody to propose", why_nothing(report))],
    };
    Ok(Section {
        id: "talk",
        short: "Whom to talk to",
        question: "Whom should you talk to?",
        about: "The fewest people who are tied to the most others, over many units. Each is counted with whom they reach beyond those before.",
        is_of_people: true,
        n: listed.len(),
        summary: summary(listed),
        items,
    })
}

/// Those who may be listed: nobody while lists are off, whatever else was handed over.
fn listed(report: &Report) -> &[Ambassador] {
    match report.method.lists {
        Lists::Off => &[],
        Lists::OptIn | Lists::Everyone => &report.ambassadors,
    }
}

fn n_due(listed: &[Ambassador]) -> u64 {
    listed.iter().filter(|one| !one.due.is_empty()).count() as u64
}

fn summary(listed: &[Ambassador]) -> Option<String> {
    match n_due(listed) {
        0 => None,
        1 => Some("One ambassador is due for a talk.".to_owned()),
        n => Some(format!(
            "{} ambassadors are due for a talk.",
            words::capital(&words::spelled(n))
        )),
    }
}

fn item(reach: Reach, listed: &[Ambassador], report: &Report) -> Result<Item, ReportError> {
    let k = report.gate.k_people;
    let more = listed.iter().take(N_LISTED);
    let picture = chart::reach::reach(reach, listed, table(reach, listed, k))?;
    Ok(Item {
        heading: "The ambassadors, and whom they reach".to_owned(),
        lead: vec![
            sentence(reach, k),
            who_is_due(listed),
            no_talks(listed),
            not_listed(report.method.lists, listed).to_owned(),
        ],
        to_do: to_do(listed),
        // Who is not due needs nobody to do anything.
        size: match n_due(listed) {
            0 => String::new(),
            n => format!("{} due", words::people(n)),
        },
        more: more.map(|ambassador| line(ambassador, k)).collect(),
        n_unlisted: listed.len().saturating_sub(N_LISTED),
        remark: "Reach is who is tied to them, not who will listen. Ask them whether they want to: it is an invitation and no duty, and it is no mark of anybody's work.".to_owned(),
        table: picture.is_none().then(|| table(reach, listed, k)),
        picture,
        ..Item::default()
    })
}

/// `Four people reach 436 of the 980 people who have ties; as many executives reach 301, ...`
fn sentence(reach: Reach, k: u64) -> String {
    let (who, does) = match reach.n_chosen {
        1 => ("One person".to_owned(), "reaches"),
        n => (
            format!("{} people", words::capital(&words::spelled(n))),
            "reach",
        ),
    };
    let covered = match reach.covered {
        Some(n) => format!(
            "{who} {does} {} of the {} who have ties",
            words::thousands(n),
            words::people(reach.n_people),
        ),
        None => format!(
            "{who} {does} part of the {} who have ties; how many is not told, since they or the others are {}",
            words::people(reach.n_people),
            words::withheld(k),
        ),
    };
    let executives = reach
        .by_executives
        .map(|n| format!("as many executives would reach {}", words::thousands(n)));
    let random = reach
        .by_random
        .map(|n| format!("as many drawn by lot about {}", words::about(n)));
    let others: Vec<String> = executives.into_iter().chain(random).collect();
    let others = if others.is_empty() {
        String::new()
    } else {
        format!("; {}", others.join(", "))
    };
    let further = reach.two_steps.map_or_else(String::new, |n| {
        format!(" Within two steps it is {}.", words::people(n))
    });
    format!("{covered}{others}.{further}")
}

fn who_is_due(listed: &[Ambassador]) -> String {
    if listed.is_empty() {
        return String::new();
    }
    match n_due(listed) {
        0 => "Nothing of these days touches their groups: nobody is due.".to_owned(),
        n => format!(
            "{} due for a talk: something of these days touches the groups they belong to.",
            words::capital(&match n {
                1 => "one of them is".to_owned(),
                n => format!("{} of them are", words::spelled(n)),
            }),
        ),
    }
}

/// Said once where nobody was talked with, and not of each.
fn no_talks(listed: &[Ambassador]) -> String {
    if listed.is_empty() || listed.iter().any(|one| one.last_contact.is_some()) {
        return String::new();
    }
    "No talk with any of them was noted yet.".to_owned()
}

fn not_listed(lists: Lists, listed: &[Ambassador]) -> &'static str {
    match lists {
        Lists::Off => {
            "Who they are is not listed: lists of people are off. With lists = \"opt-in\" in the settings this page lists those who agreed; `elephant people opt-in USER` notes that somebody did. Only they are then chosen from."
        }
        _ if listed.is_empty() => {
            "Nobody of them may be listed yet: `elephant people opt-in USER` notes that somebody agreed."
        }
        Lists::OptIn => "Only those who agreed are chosen from.",
        Lists::Everyone => "",
    }
}

fn to_do(listed: &[Ambassador]) -> String {
    let due = listed.iter().find_map(|one| Some((one, one.due.first()?)));
    match due {
        Some((one, about)) => format!(
            "talk with {} about {}, and note it with `elephant ambassadors contact`, so that this page tells when the next talk is due.",
            words::clean(&one.label),
            words::clean(about),
        ),
        None if listed.is_empty() => {
            "ask people whether they agree to be listed: an ambassador is somebody who wants to be one.".to_owned()
        }
        None => "keep in touch all the same: `elephant ambassadors list` tells when somebody is due.".to_owned(),
    }
}

/// `Service. Reaches 173 people beyond those before, of Service and Sales. To talk about: ...`
fn line(ambassador: &Ambassador, k: u64) -> Line {
    let unit = ambassador
        .unit
        .as_ref()
        .map_or_else(String::new, |unit| format!("{}. ", words::clean(unit)));
    let new = ambassador
        .n_new_people
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    let beyond = match ambassador.rank {
        1 => "",
        _ => " beyond those before",
    };
    let of = if ambassador.units.is_empty() {
        String::new()
    } else {
        format!(", of {}", units::names(&ambassador.units))
    };
    let due = if ambassador.due.is_empty() {
        String::new()
    } else {
        let about: Vec<String> = ambassador.due.iter().map(|due| words::clean(due)).collect();
        format!(" To talk about: {}.", about.join("; "))
    };
    let last = ambassador
        .last_contact
        .map_or_else(String::new, |day| format!(" Last talk {}.", day.words()));
    Line::about(
        words::clean(&ambassador.label),
        Vec::new(),
        format!("{unit}Reaches {new}{beyond}{of}.{due}{last}"),
    )
}

fn table(reach: Reach, listed: &[Ambassador], k: u64) -> Table {
    let header = [
        "rank",
        "person",
        "department",
        "new people",
        "people together",
        "units",
        "to talk about",
        "last talk",
    ];
    let mut table = Table::new("ambassadors", &header);
    for one in listed {
        table.push(vec![
            Cell::Count(one.rank.into()),
            Cell::text(&one.label),
            Cell::text(one.unit.as_deref().unwrap_or_default()),
            Cell::gated(one.n_new_people, k),
            Cell::gated(one.n_people_covered, k),
            Cell::text(one.units.join("; ")),
            Cell::text(one.due.join("; ")),
            one.last_contact
                .map_or(Cell::Empty, |day| Cell::text(day.to_string())),
        ]);
    }
    let mut sum = |name: &str, n: Cell| {
        let mut row = vec![
            Cell::Empty,
            Cell::text(name),
            Cell::text(""),
            Cell::Empty,
            n,
        ];
        row.extend([Cell::text(""), Cell::text(""), Cell::Empty]);
        table.push(row);
    };
    sum("all ambassadors", Cell::gated(reach.covered, k));
    sum(
        "as many executives",
        reach.by_executives.map_or(Cell::Untold, Cell::Count),
    );
    sum(
        "as many by lot, on average",
        reach.by_random.map_or(Cell::Untold, |n| Cell::Number(n, 0)),
    );
    sum(
        "within two steps",
        reach.two_steps.map_or(Cell::Untold, Cell::Count),
    );
    sum("all who have ties", Cell::Count(reach.n_people));
    table
}

fn why_nothing(report: &Report) -> String {
    if !report.method.has_ties {
        return "It is not known who is tied to whom, so nobody's reach is known. Likes, comments, follows and messages tell it: give them as social actions.".to_owned();
    }
    match report.method.lists {
        Lists::OptIn => "Nobody who agreed to be listed has ties to others. `elephant people opt-in USER` notes that somebody agreed.".to_owned(),
        Lists::Off | Lists::Everyone => format!("Fewer than {} people have ties, which is too few.", report.gate.k_people),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn reach_is_told_beside_executives_and_the_lot() {
        let mut reach = example::report().reach.unwrap();
        assert_eq!(
            sentence(reach, 10),
            "Four people reach 436 of the 980 people who have ties; as many executives would reach 301, as many drawn by lot about 142. Within two steps it is 871 people."
        );
        (
            reach.covered,
            reach.by_executives,
            reach.by_random,
            reach.two_steps,
        ) = (None, None, None, None);
        reach.n_chosen = 1;
        assert_eq!(
            sentence(reach, 10),
            "One person reaches part of the 980 people who have ties; how many is not told, since they or the others are fewer than 10."
        );
    }

    #[test]
    fn who_is_due_has_something_to_talk_about() {
        let listed = example::report().ambassadors;
        assert!(who_is_due(&listed).starts_with("Two of them are due"));
        assert!(who_is_due(&listed[1..3]).starts_with("One of them is due"));
        assert!(who_is_due(&listed[2..]).ends_with("nobody is due."));
        assert_eq!(
            line(&listed[1], 10).text,
            "Legal. Reaches 121 people beyond those before, of Legal and Engineering. To talk about: the group round Contract templates, which is growing."
        );
        assert!(no_talks(&listed[1..2]).starts_with("No talk with any"));
        assert!(to_do(&listed).starts_with("talk with quiet-heron about the way from"));
        assert!(to_do(&[]).contains("ask people whether they agree"));
    }

    #[test]
    fn nobody_is_named_while_lists_are_off() {
        let mut report = example::report();
        report.method.lists = Lists::Off;
        let told = section(&report).unwrap();
        let said = format!("{told:?}");
        assert_eq!(told.n, 0);
        for one in &report.ambassadors {
            assert!(!said.contains(&one.label), "{}", one.label);
        }
        assert!(
            !said.contains("173") && said.contains("436"),
            "reach, but nobody's"
        );
        assert!(said.contains("elephant people opt-in USER"));
    }

    #[test]
    fn nothing_has_a_reason() {
        let mut report = example::report();
        report.reach = None;
        assert!(why_nothing(&report).contains("Nobody who agreed"));
        report.method.lists = Lists::Everyone;
        assert!(why_nothing(&report).starts_with("Fewer than 10"));
        report.method.has_ties = false;
        assert!(why_nothing(&report).contains("social actions"));
    }
}
