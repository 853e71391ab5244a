//! Plan against use, by section.

use std::collections::BTreeMap;

use reports::model::SectionUse;

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::moves::PairMoves;
use super::pages::Pages;
use super::scope::Scope;

/// Every section that the plan has or enough people used.
pub(super) async fn sections(
    scope: &Scope<'_>,
    pages: &Pages,
    moves: &[PairMoves],
    all: u64,
) -> Result<Vec<SectionUse>, Error> {
    let mut sections: BTreeMap<String, SectionUse> = BTreeMap::new();
    let entry = |section: &str| SectionUse {
        section: section.to_owned(),
        ..SectionUse::default()
    };
    let section_of = |page: &str| pages.sections.get(page).cloned().unwrap_or_default();
    for page in &pages.planned {
        let section = section_of(page);
        sections
            .entry(section.clone())
            .or_insert_with(|| entry(&section))
            .n_planned_pages += 1;
    }
    for batch in &scope.ask("people_by_section").await? {
        let name = columns::texts(batch, "section")?;
        let people = columns::ints(batch, "n_people")?;
        let used = columns::ints(batch, "n_pages")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&people, row) as u64;
            if scope.shows(n, Some(all)) || n == all {
                let section = sections
                    .entry(name.value(row).to_owned())
                    .or_insert_with(|| entry(name.value(row)));
                section.people = Some(n);
                section.n_used_pages = int_at(&used, row) as u64;
            }
        }
    }
    for pair in moves {
        let section = sections.get_mut(&section_of(&pair.to));
        if let Some(section) = section.filter(|s| s.people.is_some()) {
            if pair.is_planned {
                section.moves_planned += pair.n;
            } else {
                section.moves_unplanned += pair.n;
            }
        }
    }
    let mut sections: Vec<SectionUse> = sections.into_values().collect();
    sections.sort_by(|a, b| {
        b.people
            .cmp(&a.people)
            .then_with(|| a.section.cmp(&b.section))
    });
    Ok(sections)
}
