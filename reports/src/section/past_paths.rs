//! What became of earlier elephant paths.

use super::{Item, Line};
use crate::model::{PastPath, PathFinding, Report};
use crate::table::{Cell, Table};
use crate::words;

const HEADING: &str = "What became of earlier paths";

/// One short list.
pub(super) fn item(report: &Report) -> Item {
    let (paths, k) = (&report.past_paths, report.gate.k_pages);
    if paths.is_empty() {
        return Item::nothing(HEADING, none_ended(report));
    }
    Item {
        heading: HEADING.to_owned(),
        lead: vec![sentence(paths)],
        more: paths.iter().map(|path| line(path, k)).collect(),
        table: Some(table(paths, k)),
        ..Item::default()
    }
}

/// The same for the top of the page; `None` where nothing ended.
pub(super) fn summary(report: &Report) -> Option<String> {
    let paths = &report.past_paths;
    (!paths.is_empty()).then(|| sentence(paths))
}

/// Whether there was an earlier path that could have ended.
fn none_ended(report: &Report) -> String {
    if report.before.is_none() {
        return "There is no earlier time that had a path.".to_owned();
    }
    let is_older = |path: &&PathFinding| path.status != "new";
    match report.paths.iter().filter(is_older).count() as u64 {
        0 => "No elephant path was walked in the time before.".to_owned(),
        1 => "The one elephant path of the time before is one still.".to_owned(),
        n => format!(
            "None has ended: {} the elephant paths above were walked before these days, and are still.",
            if n == report.paths.len() as u64 {
                "all".to_owned()
            } else {
                format!("{} of", words::spelled(n))
            }
        ),
    }
}

/// `Of the elephant paths of before, two were paved and one is no longer worn.`
fn sentence(paths: &[PastPath]) -> String {
    let n_paved = paths.iter().filter(|path| path.is_paved).count() as u64;
    let n_gone = paths.len() as u64 - n_paved;
    let paved = format!(
        "{} {} a link by now",
        words::spelled(n_paved),
        if n_paved == 1 { "has" } else { "have" }
    );
    let gone = format!(
        "{} {} no longer worn",
        words::spelled(n_gone),
        if n_gone == 1 { "is" } else { "are" }
    );
    let told = match (n_paved, n_gone) {
        (_, 0) => paved,
        (0, _) => gone,
        _ => format!("{paved} and {gone}"),
    };
    format!("Of the elephant paths of before, {told}.")
}

fn line(path: &PastPath, k: u64) -> Line {
    let n = path
        .n_people
        .map_or_else(|| format!("{} people", words::withheld(k)), words::people);
    let text = if path.is_paved {
        format!("paved: the plan has the link now; {n} went this way in these days.")
    } else {
        format!("gone: {n} went this way in these days, no more than chance explains.")
    };
    Line::of([&path.from, &path.to], text)
}

fn table(paths: &[PastPath], k: u64) -> Table {
    let header = [
        "from",
        "from page",
        "to",
        "to page",
        "what became of it",
        "people now",
    ];
    let mut table = Table::new("past_paths", &header);
    for path in paths {
        table.push(vec![
            Cell::text(words::name(&path.from.title, &path.from.page)),
            Cell::Address(path.from.page.clone()),
            Cell::text(words::name(&path.to.title, &path.to.page)),
            Cell::Address(path.to.page.clone()),
            Cell::text(if path.is_paved { "paved" } else { "gone" }),
            Cell::gated(path.n_people, k),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::example;

    #[test]
    fn paved_and_gone_are_told_apart_and_the_few_are_not() {
        let mut report = example::report();
        assert_eq!(
            item(&report).lead,
            ["Of the elephant paths of before, one has a link by now and one is no longer worn."]
        );
        let told = item(&report).more;
        assert!(
            told[0]
                .text
                .starts_with("paved: the plan has the link now; 23 people")
        );
        assert!(told[1].text.starts_with("gone: fewer than 5 people"));
        report.past_paths.truncate(1);
        assert!(item(&report).lead[0].ends_with("one has a link by now."));
        report.past_paths.clear();
        let nothing = item(&report);
        assert!(nothing.table.is_none());
        assert_eq!(
            nothing.lead,
            [
                "None has ended: three of the elephant paths above were walked before these days, and are still."
            ]
        );
        report.paths.retain(|path| path.status == "new");
        assert!(item(&report).lead[0].starts_with("No elephant path was walked"));
    }
}
