//! CSV and its like: records that may hold newlines in quotes.

use std::borrow::Cow;

use memchr::memchr;

use super::format::CsvMap;
use super::rejects::Reason;
use super::row::{Cell, Row};
use super::split::LINE_LIMIT;

/// Where the first record of some bytes ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Behind the newline at the end of the record.
    At(usize),
    /// Outside quotes, without a newline: whole only if the input ends here.
    Bare,
    /// Inside quotes.
    Quoted,
}

/// Finds the end of the record that starts the bytes. A quote opens only at the start of a field.
pub(super) fn record_end(bytes: &[u8], delimiter: u8) -> End {
    let newline = memchr(b'\n', bytes);
    let line = &bytes[..newline.unwrap_or(bytes.len())];
    if memchr(b'"', line).is_none() {
        return newline.map_or(End::Bare, |at| End::At(at + 1));
    }
    let mut at = 0;
    loop {
        if bytes.get(at) == Some(&b'"') {
            match quote_end(bytes, at + 1) {
                Some(end) => at = end,
                None => return End::Quoted,
            }
        }
        match memchr::memchr2(delimiter, b'\n', &bytes[at..]) {
            Some(step) if bytes[at + step] == b'\n' => return End::At(at + step + 1),
            Some(step) => at += step + 1,
            None => return End::Bare,
        }
    }
}

/// Behind the quote that closes; two quotes are one inside.
fn quote_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += memchr(b'"', &bytes[at..])? + 1;
        if bytes.get(at) != Some(&b'"') {
            return Some(at);
        }
        at += 1;
    }
}

/// Takes the first record off the bytes: its length, and whether its quotes close.
///
/// A quote that does not close within the limit would swallow the rest of the input: then the record is the line.
/// The bytes must reach beyond the limit or to the end of the block, which ends at a record's end.
pub(super) fn next_record(bytes: &[u8], delimiter: u8) -> (usize, bool) {
    let window = &bytes[..bytes.len().min(LINE_LIMIT + 1)];
    match record_end(window, delimiter) {
        End::At(end) => (end, true),
        End::Bare if window.len() == bytes.len() => (bytes.len(), true),
        End::Bare => (line_end(bytes), true),
        End::Quoted => (line_end(bytes), false),
    }
}

/// A line or record without the newline at its end.
pub(super) fn without_newline(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

fn line_end(bytes: &[u8]) -> usize {
    memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1)
}

/// Reads a record, its newline taken off, into the fields of its columns.
pub(super) fn read<'a>(record: &'a [u8], map: &CsvMap) -> Result<Row<'a>, Reason> {
    let mut row = Row::default();
    let mut n = 0;
    for cell in cells(record, map.delimiter) {
        let field = map.fields.get(n).ok_or(Reason::Shape)?;
        n += 1;
        if let Some(field) = field {
            row.set(*field, Cell::Bytes(cell));
        }
    }
    if n == map.fields.len() {
        Ok(row)
    } else {
        Err(Reason::Shape)
    }
}

/// The cells of a record.
pub(super) fn cells(record: &[u8], delimiter: u8) -> impl Iterator<Item = Cow<'_, [u8]>> {
    let mut rest = Some(record);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let from = if bytes.first() == Some(&b'"') {
            quote_end(bytes, 1).unwrap_or(bytes.len())
        } else {
            0
        };
        let end = memchr(delimiter, &bytes[from..]).map_or(bytes.len(), |at| from + at);
        rest = bytes.get(end + 1..);
        Some(if from > 0 {
            unquote(&bytes[..from], &bytes[from..end])
        } else {
            Cow::Borrowed(&bytes[..end])
        })
    })
}

/// The content of a quoted cell, and what wrongly follows its quote.
fn unquote<'a>(quoted: &'a [u8], tail: &[u8]) -> Cow<'a, [u8]> {
    let inner = &quoted[1..];
    let inner = inner.strip_suffix(b"\"").unwrap_or(inner);
    if memchr(b'"', inner).is_none() && tail.is_empty() {
        return Cow::Borrowed(inner);
    }
    let mut out = Vec::with_capacity(inner.len() + tail.len());
    let mut at = 0;
    while at < inner.len() {
        out.push(inner[at]);
        at += if inner[at..].starts_with(b"\"\"") {
            2
        } else {
            1
        };
    }
    out.extend_from_slice(tail);
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(record: &str) -> Vec<String> {
        cells(record.as_bytes(), b',')
            .map(|cell| String::from_utf8_lossy(&cell).into_owned())
            .collect()
    }

    #[test]
    fn cells_with_and_without_quotes() {
        assert_eq!(texts("a,,c"), ["a", "", "c"]);
        assert_eq!(
            texts("\"a,b\",\"say \"\"x\"\"\","),
            ["a,b", "say \"x\"", ""]
        );
        assert_eq!(texts("5\" pipe,x"), ["5\" pipe", "x"]);
        assert_eq!(texts("\"\",\"x\ny\""), ["", "x\ny"]);
        assert_eq!(texts(""), [""]);
    }

    #[test]
    fn records_end_outside_quotes() {
        assert_eq!(record_end(b"a,\"b\nc\"\nd", b','), End::At(8));
        assert_eq!(record_end(b"a,5\" pipe\nd", b','), End::At(10));
        assert_eq!(record_end(b"a,b", b','), End::Bare);
        assert_eq!(record_end(b"a,\"b\n", b','), End::Quoted);
        assert_eq!(next_record(b"a,\"b\nc,d\n", b','), (5, false));
    }
}
