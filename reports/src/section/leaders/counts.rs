//! How many people have each role, whether anybody may be listed or not.

use super::{Item, heading, listed};
use crate::chart::Picture;
use crate::chart::compared::{Compared, Mark, Row};
use crate::error::ReportError;
use crate::model::{Lists, Report, Role, RoleCount};
use crate::table::{Cell, Table};
use crate::words;

/// A card that names nobody.
pub(super) fn item(report: &Report) -> Result<Item, ReportError> {
    let (counts, k) = (&report.leaders.counts, report.gate.k_people);
    let said = counts
        .iter()
        .map(|count| format!("{}{}", how_many(*count, k), of_these(*count, report)));
    let said: Vec<String> = said.collect();
    let picture = picture(counts, k)?;
    Ok(Item {
        heading: "How many there are".to_owned(),
        lead: vec![
            format!("{}.", words::capital(&said.join("; "))),
            who_may_be_listed(report).to_owned(),
        ],
        to_do: if listed(report).is_empty() {
            "ask people whom they turn to: they know better than any count."
        } else {
            "ask people whom they turn to, and begin with those whom both they and the numbers name."
        }
        .to_owned(),
        remark: "That somebody was early and then followed does not show that the others came because of them: people who are alike find the same things, and somebody is always first. Campaigns to one department and people who are early with everything are taken out of the count as far as the data allow.".to_owned(),
        table: picture.is_none().then(|| table(counts, k)),
        picture,
        ..Item::default()
    })
}

/// Where a count is withheld, how many of them the lists name all the same: whoever agreed to be listed may be.
fn of_these(count: RoleCount, report: &Report) -> String {
    let n = listed(report)
        .iter()
        .filter(|leader| leader.role == count.role)
        .count() as u64;
    match (count.n_people, n) {
        (Some(_), _) | (None, 0) => String::new(),
        (None, n) => format!(
            " ({} may be listed by name and {} below)",
            words::spelled(n),
            if n == 1 { "is" } else { "are" },
        ),
    }
}

pub(super) fn how_many(count: RoleCount, k: u64) -> String {
    let people = count
        .n_people
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    let is_one = count.n_people == Some(1);
    let does = match (count.role, is_one) {
        (Role::Initiator, true) => "was early and then followed",
        (Role::Initiator, false) => "were early and then followed",
        (Role::Broker, true) => "stands between groups that are otherwise apart",
        (Role::Broker, false) => "stand between groups that are otherwise apart",
        (Role::Hub, true) => "has many ties to people who have many",
        (Role::Hub, false) => "have many ties to people who have many",
    };
    let informal = count.n_without_reports.map_or_else(String::new, |n| {
        format!(
            ", {} of them lead nobody in the chart of the organisation",
            words::thousands(n)
        )
    });
    format!("{people} {does}{informal}")
}

pub(super) fn who_may_be_listed(report: &Report) -> &'static str {
    match report.method.lists {
        Lists::Off => {
            "Who they are is not listed: lists of people are off, as they are until somebody turns them on. With lists = \"opt-in\" in the settings this page lists those who agreed, and nobody else; `elephant people opt-in USER` notes that somebody did."
        }
        Lists::OptIn if listed(report).is_empty() => {
            "None of them has agreed to be listed; `elephant people opt-in USER` notes that somebody did."
        }
        Lists::OptIn => "Only those who agreed are listed; there may be others.",
        Lists::Everyone => {
            "Everybody may be listed but for those who opted out: the settings say so."
        }
    }
}

/// A bar a role; `None` where every count is withheld.
pub(super) fn picture(counts: &[RoleCount], k: u64) -> Result<Option<Picture>, ReportError> {
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
    let is_known = counts.iter().any(|count| count.n_without_reports.is_some());
    let chart = Compared {
        name: "leaders",
        mark: Mark::Bar,
        does: if is_known {
            "lead others, or it is not told"
        } else {
            "people"
        },
        usual: if is_known { "lead nobody" } else { "" },
        aside: if is_known { "lead nobody" } else { "" },
        tick: |n| words::thousands(n as u64),
        rows,
    };
    let (size, drawn) = chart.draw()?;
    Ok(Some(Picture {
        name: "leaders",
        title: "People in each role".to_owned(),
        description: "Somebody may have two roles and then counts in both. Roles of too few people are not drawn.".to_owned(),
        table: table(counts, k),
        size,
        drawn,
    }))
}

pub(super) fn table(counts: &[RoleCount], k: u64) -> Table {
    let mut table = Table::new("leaders", &["role", "people", "lead nobody"]);
    for count in counts {
        table.push(vec![
            Cell::text(heading(count.role)),
            Cell::gated(count.n_people, k),
            count.n_without_reports.map_or(Cell::Untold, Cell::Count),
        ]);
    }
    table
}
