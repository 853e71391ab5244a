//! Pages that somebody planned and nobody knows: a plan of another site, of another spelling, or with a slip of the pen.
//!
//! An import cannot tell: in the first night it comes before the pages are known, and later nights import what changed
//! alone. So each analysis asks anew, against the pages that the lake knows by then.

use std::collections::BTreeSet;

use super::audiences::stored_audiences;
use super::journeys::stored_journeys;
use super::plan::{Source, planned_pages, seen_pages};
use crate::error::Error;
use crate::plan::section_of;
use crate::run::Run;
use crate::store::Lake;
use crate::talk::counted;

/// The share of a source's pages that may be unknown. What names a whole site names pages that nobody has asked for
/// yet; what offers links names those that people are meant to come by.
fn most_unknown(source: Source) -> f64 {
    match source {
        Source::Navigation | Source::Menu => 0.5,
        Source::Sitemap | Source::Crawl | Source::Tree => 0.9,
    }
}

/// Tells of planned pages, journeys and audiences that neither the logs nor the plan know.
///
/// # Errors
/// When the lake cannot be read.
pub async fn look_for_unknown_pages(run: &Run, lake: &Lake) -> Result<(), Error> {
    let mut known = seen_pages(lake).await?;
    if known.is_empty() {
        return Ok(());
    }
    let planned = planned_pages(lake).await?;
    for (source, pages) in planned.iter().filter(|(s, _)| **s != Source::Tree) {
        let unknown: Vec<&String> = pages.difference(&known).collect();
        let Some(example) = unknown.first() else {
            continue;
        };
        let (n, all, name) = (unknown.len(), pages.len(), source.name());
        let told = format!(
            "{n} of {all} planned pages ({name}) were never seen in the logs, such as `{example}`"
        );
        if n as f64 > most_unknown(*source) * all as f64 {
            run.talk.look_at(format!(
                "{told}; the logs have pages such as `{}`: write the plan's pages as the logs do, or set `base_url` \
                 and `aliases` so that both mean the same site",
                example_of(&known)
            ));
        } else if matches!(source, Source::Navigation | Source::Menu) {
            run.talk.note(told);
        }
    }
    known.extend(planned.into_values().flatten());
    look_at_journeys(run, lake, &known).await?;
    look_at_audiences(run, lake, &known).await
}

/// A page that is not the start page, if there is one.
fn example_of(pages: &BTreeSet<String>) -> &str {
    let page = pages.iter().find(|page| page.len() > 1);
    page.or(pages.first()).map_or("", String::as_str)
}

async fn look_at_journeys(run: &Run, lake: &Lake, known: &BTreeSet<String>) -> Result<(), Error> {
    let steps = stored_journeys(lake).await?;
    let unknown = |step: &&crate::plan::journeys::JourneyStep| !known.contains(&step.page);
    if let Some(step) = steps.iter().find(unknown) {
        run.talk.look_at(format!(
            "planned journeys name {} that neither the logs nor the plan know, such as `{}` in `{}`: correct them in \
             the file of [plan] journeys",
            counted(steps.iter().filter(unknown).count(), "page"),
            step.page,
            step.journey
        ));
    }
    Ok(())
}

async fn look_at_audiences(run: &Run, lake: &Lake, known: &BTreeSet<String>) -> Result<(), Error> {
    let shares = stored_audiences(lake).await?;
    let known: BTreeSet<&str> = known.iter().map(|page| section_of(page)).collect();
    let sections: BTreeSet<&str> = shares.iter().map(|share| share.section.as_str()).collect();
    let unknown: Vec<&&str> = sections.difference(&known).collect();
    if let Some(section) = unknown.first() {
        run.talk.look_at(format!(
            "planned audiences name {} that neither the logs nor the plan know, such as `{section}`: correct them in \
             the file of [plan] audiences",
            counted(unknown.len(), "section")
        ));
    }
    Ok(())
}
