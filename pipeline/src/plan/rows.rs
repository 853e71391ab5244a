//! Rows of a CSV file that people write by hand, with their lines, and faults in words that mend them.

use csv::{ErrorKind, Position, ReaderBuilder, StringRecord, Trim};

/// A fault: the line, from 1, and what is wrong there.
pub(crate) type Fault = (u64, String);

/// A file's rows. Every record has as many fields as the header.
pub(crate) struct Rows {
    /// Names of the columns, trimmed, in lower case.
    pub(crate) header: Vec<String>,
    /// The records that are not empty, each with its line, from 1.
    pub(crate) records: Vec<(u64, StringRecord)>,
}

impl Rows {
    /// The place of a column.
    pub(crate) fn place(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column == name)
    }

    /// The field of a record in a column; empty where there is no such column.
    pub(crate) fn field<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        let place = self.place(name);
        place
            .and_then(|place| record.get(place))
            .unwrap_or_default()
    }
}

/// Reads the rows of a file whose header must name the columns `needed`.
pub(crate) fn read_rows(bytes: &[u8], needed: &[&str]) -> Result<Rows, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader = ReaderBuilder::new().trim(Trim::All).from_reader(bytes);
    let header = reader.headers().map_err(|cause| fault(bytes, &cause))?;
    let header: Vec<String> = header.iter().map(str::to_lowercase).collect();
    check_header(&header, needed)?;
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|cause| fault(bytes, &cause))?;
        // Spreadsheets leave rows of commas behind.
        if record.iter().any(|field| !field.is_empty()) {
            records.push((line(bytes, record.position()), record));
        }
    }
    Ok(Rows { header, records })
}

fn check_header(header: &[String], needed: &[&str]) -> Result<(), Fault> {
    let missing = needed
        .iter()
        .find(|name| !header.iter().any(|column| column == *name));
    if let Some(name) = missing {
        let other = [(';', "semicolons"), ('\t', "tabs")];
        let split = other
            .iter()
            .find(|(c, _)| header.len() == 1 && header[0].contains(*c));
        let remedy = match split {
            Some((_, word)) => format!("separate the columns by commas, not by {word}"),
            None => format!("the first line must name {}", needed.join(",")),
        };
        return Err((1, format!("the header wants a column `{name}`: {remedy}")));
    }
    let mut names: Vec<&String> = header.iter().filter(|name| !name.is_empty()).collect();
    names.sort();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err((
            1,
            format!("the header names `{}` twice: rename one of them", pair[0]),
        )),
        None => Ok(()),
    }
}

fn fault(bytes: &[u8], cause: &csv::Error) -> Fault {
    let problem = match cause.kind() {
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => format!(
            "has {len} fields, the header has {expected_len}: \
             add or drop commas, and quote a field that holds one"
        ),
        ErrorKind::Utf8 { .. } => "is no UTF-8: save the file as CSV UTF-8".to_owned(),
        _ => cause.to_string(),
    };
    (line(bytes, cause.position()), problem)
}

/// The line of a record. The reader's own position is that of the empty lines before it.
fn line(bytes: &[u8], position: Option<&Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let rest = bytes.get(position.byte() as usize..).unwrap_or_default();
    let breaks = rest.iter().take_while(|byte| matches!(byte, b'\n' | b'\r'));
    position.line() + breaks.filter(|byte| **byte == b'\n').count() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_those_that_an_editor_shows() {
        let text = "\u{feff} A ,b\r\n\r\n\r\n1,\"two\r\nlines\"\r\n,\r\n\r\n3,4\r\n";
        let rows = read_rows(text.as_bytes(), &["a"]).expect("right");
        let lines: Vec<u64> = rows.records.iter().map(|(line, _)| *line).collect();
        assert_eq!((lines, rows.place("b")), (vec![4, 8], Some(1)));
    }

    #[test]
    fn faults_name_the_line_and_the_remedy() {
        let cases: [(&[u8], u64, &str); 7] = [
            (b"", 1, "the first line must name a,b"),
            (b"a;b\n1;2\n", 1, "not by semicolons"),
            (b"a\tb\n1\t2\n", 1, "not by tabs"),
            (b"a,b,B\n1,2,3\n", 1, "`b` twice"),
            (b"a,b\n\n1\n", 3, "has 1 fields, the header has 2"),
            (b"a,b\n1,2\n1,\xfc\n", 3, "CSV UTF-8"),
            (b"a,\xfc\n", 1, "CSV UTF-8"),
        ];
        for (bytes, line, told) in cases {
            let found = read_rows(bytes, &["a", "b"]).err().expect(told);
            assert!(
                found.0 == line && found.1.contains(told),
                "{found:?} wants {line} {told}"
            );
        }
    }
}
