//! `navigation.csv`: `from,to[,kind][,title][,valid_from][,valid_to]`; `*` in `from` = on every page, `title` is that of
//! the page in `to`.

use csv::StringRecord;
use queries::day::Day;

use super::rows::{Rows, read_rows};
use super::titles::{self, Titles};
use super::{PlanError, Planned, PlannedLink};

const KINDS: [&str; 6] = ["menu", "breadcrumb", "tree", "body", "footer", "global"];

/// Reads a navigation; the links come sorted and once each. `page_of` makes an address canonical.
///
/// # Errors
/// When a column is missing or a line cannot be read; the error names file, line and remedy.
pub fn read_navigation(
    bytes: &[u8],
    file: &str,
    page_of: &dyn Fn(&str) -> String,
) -> Result<Planned, PlanError> {
    let wrong = |line: u64, problem: String| PlanError::Line {
        file: file.to_owned(),
        line,
        problem,
    };
    let rows = read_rows(bytes, &["from", "to"]).map_err(|(line, problem)| wrong(line, problem))?;
    let mut links = Vec::with_capacity(rows.records.len());
    let mut titles = Titles::new();
    for (line, record) in &rows.records {
        let link = link(&rows, record, page_of).map_err(|problem| wrong(*line, problem))?;
        if let Some(title) = titles::cleaned(rows.field(record, "title")) {
            titles.entry(link.to.clone()).or_insert(title);
        }
        links.push(link);
    }
    links.sort();
    links.dedup();
    Ok(Planned { links, titles })
}

fn link(
    rows: &Rows,
    record: &StringRecord,
    page_of: &dyn Fn(&str) -> String,
) -> Result<PlannedLink, String> {
    let field = |name: &str| {
        rows.place(name)
            .and_then(|place| record.get(place))
            .unwrap_or_default()
    };
    let (from, to) = (field("from"), field("to"));
    if from.is_empty() || to.is_empty() {
        return Err(
            "wants a page in `from` and in `to`; `*` in `from` stands for every page".to_owned(),
        );
    }
    if to == "*" {
        return Err("`*` in `to` leads nowhere: name the page; only `from` may be `*`".to_owned());
    }
    let (valid_from, valid_to) = (date(field("valid_from"))?, date(field("valid_to"))?);
    if valid_to.is_some_and(|last| valid_from.is_some_and(|first| last < first)) {
        return Err("ends before it begins: `valid_to` is the last day the link holds".to_owned());
    }
    let from = Some(from).filter(|from| *from != "*").map(page_of);
    let kind = kind(field("kind"), from.is_none())?;
    Ok(PlannedLink {
        from,
        to: page_of(to),
        kind,
        valid_from,
        valid_to,
    })
}

fn kind(text: &str, is_everywhere: bool) -> Result<String, String> {
    match text.to_ascii_lowercase().as_str() {
        "" if is_everywhere => Ok("global".to_owned()),
        "" => Ok("menu".to_owned()),
        known if KINDS.contains(&known) => Ok(known.to_owned()),
        other => Err(format!(
            "`{other}` is no kind of link: write one of {}",
            KINDS.join(", ")
        )),
    }
}

fn date(text: &str) -> Result<Option<i32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let day =
        Day::parse(text).ok_or_else(|| format!("`{text}` is no date: write it as 2026-05-24"))?;
    Ok(Some(day.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<PlannedLink>, PlanError> {
        read_navigation(text.as_bytes(), "navigation.csv", &|page| {
            page.trim_end_matches('/').to_owned()
        })
        .map(|planned| planned.links)
    }

    #[test]
    fn a_page_may_have_a_title() {
        let text = "from,to,title\n*,/hr, Human  resources\n/hr,/hr,Other\n/hr,/it,\n";
        let planned = read_navigation(text.as_bytes(), "navigation.csv", &str::to_owned);
        let titles = planned.expect("right").titles;
        assert_eq!(
            titles,
            Titles::from([("/hr".to_owned(), "Human resources".to_owned())])
        );
    }

    #[test]
    fn a_star_stands_on_every_page_and_a_link_counts_once() {
        let links = read("From,To,Kind\n*,/home,\n/a/,/b,menu\n/a,/b/,menu\n").expect("right");
        assert_eq!(links.len(), 2);
        assert_eq!(
            (links[0].from.as_deref(), links[0].kind.as_str()),
            (None, "global")
        );
        assert_eq!(links[1].from.as_deref(), Some("/a"));
    }

    #[test]
    fn faults_name_file_line_and_remedy() {
        for (text, told) in [
            ("a,b\n", "line 1"),
            ("from,to\n/a\n", "line 2"),
            ("from,to,valid_from\n/a,/b,May\n", "2026-05-24"),
            ("from,to,kind\n/a,/b,carousel\n", "no kind"),
            ("from,to\n/a,*\n", "leads nowhere"),
            ("from,to\n/a,\n", "line 2"),
            (
                "from,to,valid_from,valid_to\n\n/a,/b,2026-05-02,2026-05-01\n",
                "line 3: ends before",
            ),
            ("from;to\n/a;/b\n", "not by semicolons"),
        ] {
            let error = read(text).expect_err(text).to_string();
            assert!(
                error.contains(told) && error.contains("navigation.csv"),
                "{error}"
            );
        }
    }

    #[test]
    fn columns_come_in_any_order_and_dates_as_days() {
        let links = read("VALID_TO,To,note,FROM,Valid_From\n2026-05-31,/b,x,/a,1970-01-02\n")
            .expect("right");
        let expected = PlannedLink {
            from: Some("/a".to_owned()),
            to: "/b".to_owned(),
            kind: "menu".to_owned(),
            valid_from: Some(1),
            valid_to: Some(20_604),
        };
        assert_eq!(links, [expected]);
        assert_eq!(read("from,to\n").expect("an empty plan"), []);
    }
}
