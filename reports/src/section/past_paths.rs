//! What became of earlier elephant paths.

use super::{Item, Line};
use crate::model::{PastPath, Report};
use crate::table::{Cell, Table};
use crate::words;

const HEADING: &str = "What became of earlier paths";

/// One short list.
pub(super) fn item(report: &Report) -> Item {
    let (paths, k) = (&report.past_paths, report.gate.k_pages);
    if paths.is_empty() {
        return Item::nothing(
            HEADING,
            "Every elephant path of the time before is one still, or there was none.".to_owned(),
        );
    }
    Item {
        heading: HEADING.to_owned(),
        lead: vec![sentence(paths)],
        more: paths.iter().map(|path| line(path, k)).collect(),
        table: Some(table(paths, k)),
        ..Item::default()
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
        assert!(nothing.lead[0].contains("is one still") && nothing.table.is_none());
    }
}
