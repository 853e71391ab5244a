//! The groups in numbers that no picture holds.

use super::Item;
use crate::model::Group;
use crate::table::{Cell, Table};
use crate::words;

/// What every group gathers round, as a table.
pub(super) fn pages(groups: &[Group]) -> Item {
    let header = [
        "group",
        "title",
        "page",
        "members who use it",
        "times as many",
    ];
    let mut table = Table::new("group_pages", &header);
    for group in groups {
        for page in &group.pages {
            table.push(vec![
                Cell::text(&group.id),
                Cell::text(words::name(&page.name.title, &page.name.page)),
                Cell::Address(page.name.page.clone()),
                Cell::Count(page.n_people),
                Cell::Number(page.lift, 1),
            ]);
        }
    }
    Item {
        heading: "What each of them gathers round".to_owned(),
        lead: vec!["A group is named by the pages that its members use many times more than their departments, their activity and the pages' popularity explain.".to_owned()],
        table: Some(table),
        ..Item::default()
    }
}

/// Whom every group mixes and how large it was, as a table.
pub(super) fn parts(groups: &[Group], k: u64) -> Item {
    let mut table = Table::new("group_parts", &["group", "by", "of", "people"]);
    let mut row = |group: &Group, by: &str, of: String, n_people: Option<u64>| {
        let cells = [&group.id, by, &of].map(Cell::text);
        table.push(
            cells
                .into_iter()
                .chain([Cell::gated(n_people, k)])
                .collect(),
        );
    };
    for group in groups {
        for part in &group.departments {
            row(group, "department", part.unit.clone(), part.n_people);
        }
        for part in &group.locations {
            row(group, "location", part.unit.clone(), part.n_people);
        }
        for (end, n_people) in &group.sizes {
            row(group, "window to", end.to_string(), *n_people);
        }
    }
    Item {
        heading: "Whom each of them mixes, and how large it was".to_owned(),
        lead: vec!["By department, by location, and by window of four weeks.".to_owned()],
        table: Some(table),
        ..Item::default()
    }
}
