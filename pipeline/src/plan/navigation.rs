//! `navigation.csv`: `from,to[,kind][,valid_from][,valid_to]`; `*` in `from` = on every page.

use queries::day::Day;

use super::{PlanError, PlannedLink};

const KINDS: [&str; 6] = ["menu", "breadcrumb", "tree", "body", "footer", "global"];

/// Reads a navigation; the links come sorted and once each.
///
/// # Errors
/// When a column is missing or a line cannot be read.
pub fn read_navigation(
    bytes: &[u8],
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Vec<PlannedLink>, PlanError> {
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_reader(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let wrong = |line: u64, problem: String| PlanError::Line { file: file.to_owned(), line, problem };
    let header = reader.headers().map_err(|cause| wrong(1, cause.to_string()))?.clone();
    let place = |name: &str| header.iter().position(|column| column.eq_ignore_ascii_case(name));
    let (Some(from), Some(to)) = (place("from"), place("to")) else {
        return Err(wrong(1, "the header wants the columns `from` and `to`, separated by commas".to_owned()));
    };
    let (kind, begin, end) = (place("kind"), place("valid_from"), place("valid_to"));
    let mut links = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|cause| {
            let line = cause.position().map_or(0, csv::Position::line);
            wrong(line, "wants as many fields as the header has".to_owned())
        })?;
        let line = record.position().map_or(0, csv::Position::line);
        let field = |place: Option<usize>| place.and_then(|p| record.get(p)).unwrap_or_default();
        let date = |place: Option<usize>| match field(place) {
            "" => Ok(None),
            text => Day::parse(text)
                .map(|day| Some(day.0))
                .ok_or_else(|| wrong(line, format!("`{text}` is no date: write it as 2026-05-24"))),
        };
        if field(Some(from)).is_empty() || field(Some(to)).is_empty() {
            return Err(wrong(line, "wants a page in `from` and in `to`".to_owned()));
        }
        let source = Some(field(Some(from))).filter(|from| *from != "*").map(page_of);
        let kind = match field(kind).to_ascii_lowercase().as_str() {
            "" if source.is_none() => "global".to_owned(),
            "" => "menu".to_owned(),
            known if KINDS.contains(&known) => known.to_owned(),
            other => {
                return Err(wrong(line, format!("`{other}` is no kind of link: {}", KINDS.join(", "))));
            }
        };
        links.push(PlannedLink {
            from: source,
            to: page_of(field(Some(to))),
            kind,
            valid_from: date(begin)?,
            valid_to: date(end)?,
        });
    }
    links.sort();
    links.dedup();
    Ok(links)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<PlannedLink>, PlanError> {
        read_navigation(text.as_bytes(), "navigation.csv", &|page| page.trim_end_matches('/').to_owned())
    }

    #[test]
    fn a_star_stands_on_every_page_and_a_link_counts_once() {
        let links = read("From,To,Kind\n*,/home,\n/a/,/b,menu\n/a,/b/,menu\n").expect("right");
        assert_eq!(links.len(), 2);
        assert_eq!((links[0].from.as_deref(), links[0].kind.as_str()), (None, "global"));
        assert_eq!(links[1].from.as_deref(), Some("/a"));
    }

    #[test]
    fn faults_name_file_line_and_remedy() {
        for (text, told) in [
            ("a,b\n", "line 1"),
            ("from,to\n/a\n", "line 2"),
            ("from,to,valid_from\n/a,/b,May\n", "2026-05-24"),
            ("from,to,kind\n/a,/b,carousel\n", "no kind"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(error.contains(told) && error.contains("navigation.csv"), "{error}");
        }
    }
}
