//! What stands below the headline: what to do first, and what changed or stands out.
//!
//! Nothing is said here that a part does not say: each line is the part's own sentence, with the way to it.

use minijinja::{Value, context};

use crate::model::Report;
use crate::section::Section;
use crate::sentences;
use crate::words;

/// Most lines of what to do: more than these nobody does first.
const MOST_TASKS: usize = 9;

/// What each part says is to be done, in the order of the page.
pub(super) fn tasks(report: &Report, sections: &[Section]) -> Vec<Value> {
    let path = report.paths.first().map(|path| {
        let to_do = sentences::what_to_do(path, report.gate.k_pages);
        task(
            "pave",
            "What to pave",
            &to_do,
            &words::people(path.n_people),
        )
    });
    // One link is one task, also where people both go straight and go round.
    let is_told = |part: &&Section| part.id != "add" || !is_same_link(report);
    let of_parts = sections.iter().filter(is_told).filter_map(|part| {
        let mut items = part.items.iter();
        let item = items.find(|item| !item.to_do.is_empty() && !item.size.is_empty())?;
        Some(task(part.id, part.short, &item.to_do, &item.size))
    });
    path.into_iter().chain(of_parts).take(MOST_TASKS).collect()
}

/// Whether the first path and the first link to add join the same pages.
fn is_same_link(report: &Report) -> bool {
    let (path, link) = (report.paths.first(), report.links_to_add.shown.first());
    path.zip(link).is_some_and(|(path, link)| {
        path.from_page == link.from.page && path.to_page == link.to.page
    })
}

fn task(id: &str, part: &str, to_do: &str, size: &str) -> Value {
    context! {
        id => id,
        part => part,
        text => words::unbroken(&words::capital(to_do)),
        size => words::unbroken(size),
    }
}

/// What is new, growing or gone, and what else a part wants to be known.
pub(super) fn news(report: &Report, sections: &[Section]) -> Vec<Value> {
    let line = |id: &str, said: &str| context! { id => id, text => words::unbroken(said) };
    let paths = sentences::moving_paths(report).map(|said| line("pave", &said));
    let of_parts = sections
        .iter()
        .filter_map(|part| Some(line(part.id, part.summary.as_deref()?)));
    paths.into_iter().chain(of_parts).collect()
}
