//! A table of numbers: on the page below its picture, and as a CSV file beside the page.

use minijinja::{Value, context};

use crate::words;

/// How many rows the page shows of a table; the file beside it has them all.
const MOST_SHOWN: usize = 400;

/// Up to how many characters a cell stands in one line: a date or a number is not broken.
const UNBROKEN: usize = 12;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Words, possibly from a log.
    Text(String),
    /// The address of the page that the cell before names: a column of the file, a small line on the
    /// page.
    Address(String),
    /// A count.
    Count(u64),
    /// A number with so many decimals.
    Number(f64, usize),
    /// A share from 0 to 1, shown in percent.
    Share(f64),
    /// A count that stands for fewer than so many people.
    Withheld(u64),
    /// A number that is withheld or not known; which of the two would tell something too.
    Untold,
    /// Nothing to say.
    Empty,
}

impl Cell {
    /// Words.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A count, or the words for one that the gate withheld.
    pub(crate) fn gated(count: Option<u64>, k: u64) -> Self {
        count.map_or(Self::Withheld(k), Self::Count)
    }

    fn is_number(&self) -> bool {
        !matches!(self, Self::Text(_) | Self::Address(_))
    }

    fn address(&self) -> Option<String> {
        matches!(self, Self::Address(_)).then(|| self.shown())
    }

    fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Address(text) => words::clean(text),
            Self::Count(n) => words::thousands(*n),
            Self::Number(number, decimals) => format!("{number:.decimals$}"),
            Self::Share(share) => words::share(*share),
            Self::Withheld(k) => words::withheld(*k),
            Self::Untold => "not told".to_owned(),
            Self::Empty => String::new(),
        }
    }

    fn csv(&self) -> String {
        match self {
            Self::Text(text) | Self::Address(text) => csv_text(&words::clean(text)),
            Self::Count(n) => n.to_string(),
            Self::Number(number, decimals) => format!("{number:.decimals$}"),
            Self::Share(share) => format!("{share:.4}"),
            Self::Withheld(_) | Self::Untold | Self::Empty => self.shown(),
        }
    }
}

/// A named table.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    /// File name without its ending.
    pub(crate) name: String,
    /// Column headings; a heading ends in its unit where one is needed.
    pub(crate) header: Vec<String>,
    /// Rows of as many cells as there are headings.
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// An empty table with these headings.
    pub(crate) fn new(name: &str, header: &[&str]) -> Self {
        Self {
            name: name.to_owned(),
            header: header.iter().map(|&heading| heading.to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, row: Vec<Cell>) {
        assert_eq!(
            row.len(),
            self.header.len(),
            "a row of `{}` has another width",
            self.name
        );
        self.rows.push(row);
    }

    /// The table as RFC 4180 text that no spreadsheet takes for a formula.
    pub(crate) fn csv(&self) -> String {
        let header = self
            .header
            .iter()
            .map(|heading| csv_text(heading))
            .collect::<Vec<_>>();
        let rows = self
            .rows
            .iter()
            .map(|row| row.iter().map(Cell::csv).collect::<Vec<_>>());
        std::iter::once(header)
            .chain(rows)
            .map(|fields| fields.join(",") + "\r\n")
            .collect()
    }

    /// The table as the template shows it: addresses stand below what the column before them says.
    pub(crate) fn view(&self) -> Value {
        let shown: Vec<usize> = (0..self.header.len())
            .filter(|&column| !self.is_of_addresses(column))
            .collect();
        let is_number = |column: usize| {
            !self.rows.is_empty() && self.rows.iter().all(|row| row[column].is_number())
        };
        let heading = |&column: &usize| {
            context! { text => self.header[column].clone(), is_number => is_number(column) }
        };
        let field = |row: &[Cell], column: usize| {
            let text = row[column].shown();
            let address = row.get(column + 1).and_then(Cell::address);
            let address = address.filter(|address| *address != text);
            let is_short = text.chars().count() <= UNBROKEN;
            context! { text => text, address => address, is_number => is_number(column), is_short => is_short }
        };
        let header: Vec<Value> = shown.iter().map(heading).collect();
        let rows: Vec<Vec<Value>> = self
            .rows
            .iter()
            .take(MOST_SHOWN)
            .map(|row| shown.iter().map(|&column| field(row, column)).collect())
            .collect();
        context! {
            name => &self.name,
            header => header,
            rows => rows,
            n_more => self.rows.len().saturating_sub(MOST_SHOWN),
        }
    }

    fn is_of_addresses(&self, column: usize) -> bool {
        let is_address = |row: &Vec<Cell>| row[column].address().is_some();
        column > 0 && !self.rows.is_empty() && self.rows.iter().all(is_address)
    }
}

/// One CSV field. A spreadsheet runs cells that begin with one of `= + - @`, tab or a line break;
/// an apostrophe before them makes them text.
fn csv_text(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite);
    let safe = if is_formula && !is_number {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if safe.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", safe.replace('"', "\"\""))
    } else {
        safe
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_become_text_and_numbers_stay() {
        for (text, expected) in [
            ("=1+2", "'=1+2"),
            ("+49 30", "'+49 30"),
            ("-5", "-5"),
            ("+1.5e3", "+1.5e3"),
            ("-inf", "'-inf"),
            ("@sum", "'@sum"),
            ("\tx", "'\tx"),
            ("\nx", "\"'\nx\""),
            ("\r", "\"'\r\""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("=a,\"b\"", "\"'=a,\"\"b\"\"\""),
            ("plain", "plain"),
        ] {
            assert_eq!(csv_text(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_address_is_a_column_of_the_file_and_a_line_of_the_page() {
        let mut table = Table::new("pages", &["title", "page", "people"]);
        let row = |title: &str, page: &str| {
            vec![
                Cell::text(title),
                Cell::Address(page.to_owned()),
                Cell::Count(9),
            ]
        };
        table.push(row("Leave", "/hr/<leave>"));
        table.push(row("/untitled", "/untitled"));
        assert_eq!(
            table.csv(),
            "title,page,people\r\nLeave,/hr/<leave>,9\r\n/untitled,/untitled,9\r\n"
        );
        let view = table.view();
        let (header, rows) = (
            view.get_attr("header").unwrap(),
            view.get_attr("rows").unwrap(),
        );
        assert_eq!(header.len(), Some(2));
        let address = |row: usize| {
            let row = rows.get_item(&row.into()).unwrap();
            row.get_item(&0.into())
                .unwrap()
                .get_attr("address")
                .unwrap()
        };
        assert_eq!(address(0).as_str(), Some("/hr/<leave>"));
        assert!(address(1).is_none(), "an address is not said twice");
    }

    #[test]
    fn a_long_table_is_whole_in_its_file_alone() {
        let mut table = Table::new("long", &["n"]);
        for n in 0..MOST_SHOWN + 3 {
            table.push(vec![Cell::Count(n as u64)]);
        }
        let view = table.view();
        assert_eq!(view.get_attr("rows").unwrap().len(), Some(MOST_SHOWN));
        assert_eq!(view.get_attr("n_more").unwrap().to_string(), "3");
        assert_eq!(table.csv().lines().count(), MOST_SHOWN + 4);
    }

    #[test]
    fn a_table_by_hand() {
        let mut table = Table::new("pages", &["page", "people", "share"]);
        table.push(vec![
            Cell::text("/a, b"),
            Cell::Count(1214),
            Cell::Share(0.5),
        ]);
        table.push(vec![Cell::text("/c"), Cell::gated(None, 5), Cell::Empty]);
        assert_eq!(
            table.csv(),
            "page,people,share\r\n\"/a, b\",1214,0.5000\r\n/c,fewer than 5,\r\n"
        );
        let view = table.view().to_string();
        assert!(view.contains("1,214") && view.contains("50 %"), "{view}");
    }
}
