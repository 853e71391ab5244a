//! Whom others follow: three roles, three lists, never a sum of them.

mod counts;

use super::{Item, Line, Section};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Leader, Lists, Report, Role};
use crate::table::{Cell, Table};
use crate::words;

/// How many people of a role are listed in words; all of them are in the table.
const N_LISTED: usize = 8;

const ROLES: [Role; 3] = [Role::Initiator, Role::Broker, Role::Hub];

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let listed = listed(report);
    let nobody = report.leaders.counts.is_empty() && listed.is_empty();
    let mut items = vec![if nobody {
        Item::nothing("Nobody was found", why_nothing(report))
    } else {
        counts::item(report)?
    }];
    for role in ROLES {
        let of_role: Vec<&Leader> = listed.iter().filter(|leader| leader.role == role).collect();
        if !of_role.is_empty() {
            items.push(item(role, &of_role, report.gate.k_people)?);
        }
    }
    Ok(Section {
        id: "follow",
        short: "Whom others follow",
        question: "Whom do others follow?",
        about: "Three different roles, each with its own test: early and then followed, standing between groups, tied to many. They are never added up to one score, and never used to judge anybody's work.",
        is_of_people: true,
        n: listed.len(),
        items,
        ..Section::default()
    })
}

/// Those who may be listed: nobody while lists are off, whatever else was handed over.
fn listed(report: &Report) -> &[Leader] {
    match report.method.lists {
        Lists::Off => &[],
        Lists::OptIn | Lists::Everyone => &report.leaders.listed,
    }
}

fn item(role: Role, leaders: &[&Leader], k: u64) -> Result<Item, ReportError> {
    let more = leaders.iter().take(N_LISTED);
    Ok(Item {
        heading: heading(role).to_owned(),
        lead: vec![meaning(role).to_owned()],
        more: more.map(|leader| line(leader)).collect(),
        n_unlisted: leaders.len().saturating_sub(N_LISTED),
        picture: Some(picture(role, leaders, k)?),
        ..Item::default()
    })
}

fn heading(role: Role) -> &'static str {
    match role {
        Role::Initiator => "Early and then followed",
        Role::Broker => "Between groups that are otherwise apart",
        Role::Hub => "Tied to many",
    }
}

fn meaning(role: Role) -> &'static str {
    match role {
        Role::Initiator => {
            "People tied to them took new pages up after them, clearly more often than before them. Both were held against chance: the order turned round, and the times dealt anew inside each department."
        }
        Role::Broker => {
            "Those they are tied to are not tied to each other, clearly less than if the same number of ties fell by chance."
        }
        Role::Hub => {
            "They have many ties to people who have many. That says that they are known, not that anybody follows."
        }
    }
}

fn line(leader: &Leader) -> Line {
    let unit = leader
        .unit
        .as_ref()
        .map_or_else(String::new, |unit| format!("{}. ", words::clean(unit)));
    let followers = leader.n_followers.map_or_else(String::new, |n| {
        let does = match leader.role {
            Role::Initiator => "took something up after them",
            Role::Broker | Role::Hub => "are tied to them",
        };
        format!("{} {does}; ", words::people(n))
    });
    let strong = match (leader.role, leader.is_strong) {
        (Role::Initiator, true) => {
            " Colleagues of the same department without ties to them did not, which is the strictest comparison."
        }
        _ => "",
    };
    let reports = match leader.has_reports {
        Some(true) => " Leads others in the chart of the organisation.",
        Some(false) => " Leads nobody in the chart of the organisation.",
        None => "",
    };
    let text = format!(
        "{unit}{}.{strong}{reports}",
        words::capital(&format!("{followers}{}", score(leader)))
    );
    Line::about(words::clean(&leader.label), Vec::new(), text)
}

fn score(leader: &Leader) -> String {
    let n = words::decimal(leader.score);
    match leader.role {
        Role::Initiator => format!("{n} times as often after as before them"),
        Role::Broker => format!("{n} standard deviations beyond chance"),
        Role::Hub => format!("{n} times the average"),
    }
}

/// How far chance, or the average, reaches on the axis of a role.
fn usual(role: Role) -> (f64, &'static str, &'static str) {
    match role {
        Role::Initiator => (
            1.0,
            "times taken up after them, for each time before",
            "as often before as after",
        ),
        // Two standard deviations hold 19 of 20 of what chance gives.
        Role::Broker => (
            2.0,
            "standard deviations beyond chance",
            "what chance gives",
        ),
        Role::Hub => (1.0, "times the average", "the average"),
    }
}

fn picture(role: Role, leaders: &[&Leader], k: u64) -> Result<Picture, ReportError> {
    let name = match role {
        Role::Initiator => "initiators",
        Role::Broker => "brokers",
        Role::Hub => "hubs",
    };
    let (reach, does, usual) = usual(role);
    let row = |leader: &&Leader| Row {
        label: words::clean(&leader.label),
        usual: (0.0, reach),
        bound: leader.score,
        does: leader.score,
        high: None,
        told: words::decimal(leader.score),
        aside: leader.unit.as_deref().map(words::clean).unwrap_or_default(),
    };
    let chart = Compared {
        name,
        mark: Mark::Dot,
        does,
        usual,
        aside: "department",
        tick: |n| words::thousands(n as u64),
        rows: leaders.iter().take(MOST_ROWS).map(row).collect(),
    };
    let (size, drawn) = chart.draw()?;
    Ok(Picture {
        name,
        title: format!("{}, one by one", heading(role)),
        description: format!(
            "{}, the strongest first.",
            words::shown(
                leaders.len().min(MOST_ROWS),
                leaders.len(),
                "person",
                "people"
            ),
        ),
        table: table(name, leaders, k),
        size,
        drawn,
    })
}

fn table(name: &str, leaders: &[&Leader], k: u64) -> Table {
    let header = [
        "person",
        "department",
        "people tied to them who count",
        "score",
        "strictest comparison agrees",
        "leads others",
    ];
    let mut table = Table::new(name, &header);
    let yes_no = |is: bool| if is { "yes" } else { "no" };
    for leader in leaders {
        table.push(vec![
            Cell::text(&leader.label),
            Cell::text(leader.unit.as_deref().unwrap_or_default()),
            Cell::gated(leader.n_followers, k),
            Cell::Number(leader.score, 2),
            Cell::text(yes_no(leader.is_strong)),
            leader
                .has_reports
                .map_or(Cell::Empty, |has| Cell::text(yes_no(has))),
        ]);
    }
    table
}

fn why_nothing(report: &Report) -> String {
    if !report.method.has_ties {
        return "It is not known who is tied to whom, so nobody can be said to be followed. Likes, comments, follows and messages tell it: give them as social actions.".to_owned();
    }
    if report.method.counts_addresses {
        return "The logs name no users, and an address is nobody to follow.".to_owned();
    }
    match report.method.n_judged_people {
        0 => "Of nobody is enough known: it takes ten times that somebody tied to them took something up before or after them, on five pages, by five people.".to_owned(),
        n => format!(
            "{} could be judged. {} was followed clearly more often than the order turned round and the times dealt anew inside departments give.",
            words::capital(&words::people(n)),
            if n == 1 { "That one was not: nobody" } else { "None of them" },
        ),
    }
}

#[cfg(test)]
mod tests;
