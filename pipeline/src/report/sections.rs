//! Plan against use, by section.

use std::collections::BTreeMap;

use reports::model::{SectionMoves, SectionUse};

use crate::engine::columns::{self, int_at};
use crate::engine::session;
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
    let told = with_moves_told(scope, moves).await?;
    for (name, section) in &mut sections {
        let is_told = section.people.is_some() && told.get(name).is_none_or(|is_told| *is_told);
        section.moves = is_told.then(SectionMoves::default);
    }
    for pair in moves {
        let section = sections.get_mut(&section_of(&pair.to));
        if let Some(moves) = section.and_then(|section| section.moves.as_mut()) {
            if pair.is_planned {
                moves.planned += pair.n;
            } else {
                moves.unplanned += pair.n;
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

/// Whether the moves into each section may be told: those along the plan and those outside of it stand for nobody, or
/// for enough people each.
async fn with_moves_told(
    scope: &Scope<'_>,
    moves: &[PairMoves],
) -> Result<BTreeMap<String, bool>, Error> {
    let planned = moves.iter().filter(|pair| pair.is_planned);
    let planned = planned.map(|pair| (pair.from.as_str(), pair.to.as_str()));
    session::register_pairs(scope.context, "planned_moves", planned)?;
    let mut told = BTreeMap::new();
    for batch in &scope.ask("moves_by_section").await? {
        let name = columns::texts(batch, "section")?;
        let planned = columns::ints(batch, "n_people_planned")?;
        let unplanned = columns::ints(batch, "n_people_unplanned")?;
        for row in 0..batch.num_rows() {
            let both = [&planned, &unplanned].map(|people| int_at(people, row) as u64);
            let is_told = both.iter().all(|n| *n == 0 || scope.shows(*n, None));
            told.insert(name.value(row).to_owned(), is_told);
        }
    }
    Ok(told)
}
