//! Whom others follow: three roles, three lists, never a sum of them.

use super::{Item, Line, Section};
use crate::chart::Picture;
use crate::chart::compared::{Compared, MOST_ROWS, Mark, Row};
use crate::error::ReportError;
use crate::model::{Leader, Lists, Report, Role, RoleCount};
use crate::table::{Cell, Table};
use crate::words;

/// How many people of a role are listed in words; all of them are in the table.
const N_LISTED: usize = 8;

const ROLES: [Role; 3] = [Role::Initiator, Role::Broker, Role::Hub];

pub(super) fn section(report: &Report) -> Result<Section, ReportError> {
    let listed = listed(report);
    let mut items = vec![
        match report.leaders.counts.is_empty() && listed.is_empty() {
            true => Item::nothing("Nobody stands out", why_nothing(report)),
            false => counts(report)?,
        },
    ];
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

fn counts(report: &Report) -> Result<Item, ReportError> {
    let (counts, k) = (&report.leaders.counts, report.gate.k_people);
    let said: Vec<String> = counts.iter().map(|count| how_many(*count, k)).collect();
    let picture = counts_picture(counts, k)?;
    Ok(Item {
        heading: "How many there are".to_owned(),
        lead: vec![
            format!("{}.", words::capital(&said.join("; "))),
            who_may_be_listed(report.method.lists).to_owned(),
        ],
        to_do: "ask people whom they turn to, and begin with those whom both they and the numbers name.".to_owned(),
        remark: "That somebody was early and then followed does not show that the others came because of them: people who are alike find the same things, and somebody is always first. Campaigns to one department and people who are early with everything are taken out of the count as far as the data allow.".to_owned(),
        table: picture.is_none().then(|| counts_table(counts, k)),
        picture,
        ..Item::default()
    })
}

fn how_many(count: RoleCount, k: u64) -> String {
    let people = count
        .n_people
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    let is_one = count.n_people == Some(1);
    let does = match (count.role, is_one) {
        (Role::Initiator, true) => "was early and then followed",
        (Role::Initiator, false) => "were early and then followed",
        (Role::Broker, true) => "stands between groups that are otherwise apart",
        (Role::Broker, false) => "stand between groups that are otherwise apart",
        (Role::Hub, true) => "is tied to many who are tied to many",
        (Role::Hub, false) => "are tied to many who are tied to many",
    };
    let informal = count.n_without_reports.map_or_else(String::new, |n| {
        format!(
            ", {} of them lead nobody in the chart of the organisation",
            words::thousands(n)
        )
    });
    format!("{people} {does}{informal}")
}

fn who_may_be_listed(lists: Lists) -> &'static str {
    match lists {
        Lists::Off => {
            "Who they are is not listed: lists of people are off, as they are until somebody turns them on. With lists = \"opt-in\" in the settings this page lists those who agreed, and nobody else; `elephant people opt-in USER` notes that somebody did."
        }
        Lists::OptIn => "Only those who agreed are listed; there may be others.",
        Lists::Everyone => {
            "Everybody may be listed but for those who opted out: the settings say so."
        }
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
            "{} shown, the strongest first.",
            words::capital(&words::people(leaders.len().min(MOST_ROWS) as u64)),
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

/// A bar a role; `None` where every count is withheld.
fn counts_picture(counts: &[RoleCount], k: u64) -> Result<Option<Picture>, ReportError> {
    let row = |count: &RoleCount| {
        let n = count.n_people?;
        Some(Row {
            label: heading(count.role).to_owned(),
            usual: (0.0, count.n_without_reports.unwrap_or(0) as f64),
            bound: count.n_without_reports.unwrap_or(0) as f64,
            does: n as f64,
            high: None,
            told: words::people(n),
            aside: count
                .n_without_reports
                .map(words::thousands)
                .unwrap_or_default(),
        })
    };
    let rows: Vec<Row> = counts.iter().filter_map(row).collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let chart = Compared {
        name: "leaders",
        mark: Mark::Bar,
        does: "lead others, or it is not known",
        usual: "lead nobody",
        aside: "lead nobody",
        tick: |n| words::thousands(n as u64),
        rows,
    };
    let (size, drawn) = chart.draw()?;
    Ok(Some(Picture {
        name: "leaders",
        title: "People in each role".to_owned(),
        description: "Somebody may have two roles and then counts in both. Roles of too few people are not drawn.".to_owned(),
        table: counts_table(counts, k),
        size,
        drawn,
    }))
}

fn counts_table(counts: &[RoleCount], k: u64) -> Table {
    let mut table = Table::new("leaders", &["role", "people", "lead nobody"]);
    for count in counts {
        table.push(vec![
            Cell::text(heading(count.role)),
            Cell::gated(count.n_people, k),
            count
                .n_without_reports
                .map_or(Cell::text("not told"), Cell::Count),
        ]);
    }
    table
}

fn why_nothing(report: &Report) -> String {
    if !report.method.has_ties {
        return "It is not known who is tied to whom, so nobody can be said to be followed. Likes, comments, follows and messages tell it: give them as social actions.".to_owned();
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
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn roles_are_counted_in_words_that_promise_nothing() {
        let report = example::report();
        let said = &counts(&report).unwrap().lead;
        assert_eq!(
            said[0],
            "31 people were early and then followed, 21 of them lead nobody in the chart of the organisation; 14 people stand between groups that are otherwise apart; fewer than 10 people are tied to many who are tied to many."
        );
        let one = RoleCount {
            n_people: Some(1),
            ..RoleCount::default()
        };
        assert_eq!(how_many(one, 1), "1 person was early and then followed");
        for item in section(&report).unwrap().items {
            let said = format!("{item:?}");
            assert!(!said.contains("influence") && !said.contains("key people"));
        }
    }

    #[test]
    fn nobody_is_named_while_lists_are_off() {
        let mut report = example::report();
        assert_eq!(section(&report).unwrap().n, 5);
        report.method.lists = Lists::Off;
        let told = section(&report).unwrap();
        assert_eq!((told.n, told.items.len()), (0, 1));
        let said = format!("{:?}", told.items);
        assert!(!said.contains("quiet-heron"));
        assert!(said.contains("elephant people opt-in USER"));
    }

    #[test]
    fn a_person_is_told_with_the_test_that_they_passed() {
        let leaders = example::report().leaders.listed;
        assert_eq!(
            line(&leaders[0]).text,
            "Service. 23 people took something up after them; 5.4 times as often after as before them. Colleagues of the same department without ties to them did not, which is the strictest comparison. Leads nobody in the chart of the organisation."
        );
        assert_eq!(
            line(&leaders[2]).text,
            "Engineering. 2.6 times as often after as before them."
        );
        assert!(
            line(&leaders[3])
                .text
                .contains("41 people are tied to them; 4.2 standard deviations")
        );
    }

    #[test]
    fn nothing_has_a_reason_and_the_few_have_no_picture() {
        let mut report = example::report();
        report.leaders = crate::model::Leaders::default();
        assert!(why_nothing(&report).contains("None of them was followed"));
        report.method.n_judged_people = 0;
        assert!(why_nothing(&report).starts_with("Of nobody is enough known"));
        report.method.has_ties = false;
        assert!(why_nothing(&report).contains("social actions"));
        let few = [RoleCount::default()];
        assert!(counts_picture(&few, 10).unwrap().is_none());
        assert!(counts_table(&few, 10).csv().contains("fewer than 10"));
    }
}
