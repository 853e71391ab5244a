//! CSV and its like: records that may hold newlines in quotes.

use std::borrow::Cow;

use memchr::memchr;

use super::audit;
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

/// Where the last whole record ends in the bytes of an input that is cut: a quote that never closes may be one that was
/// going to, if that would have been within the limit.
pub(super) fn whole_records(bytes: &[u8], delimiter: u8) -> usize {
    let mut end = 0;
    loop {
        let rest = &bytes[end..];
        let is_open = rest.len() <= LINE_LIMIT && record_end(rest, delimiter) == End::Quoted;
        let (length, _) = next_record(rest, delimiter);
        if rest.is_empty() || is_open || !rest[..length].ends_with(b"\n") {
            return end;
        }
        end += length;
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
    let mut audit = None;
    let mut n = 0;
    for cell in cells(record, map.delimiter) {
        let column = map.columns.get(n).ok_or(Reason::Shape)?;
        if map.audit == Some(n) {
            audit = Some(cell);
        } else if let Some(column) = column {
            row.set(*column, Cell::Bytes(cell));
        }
        n += 1;
    }
    match audit {
        _ if n != map.columns.len() => Err(Reason::Shape),
        Some(cell) => audit::read_cell(cell),
        None => Ok(row),
    }
}

/// Whether a record, its newline taken off, is no row: the header, wherever it comes again because logs were joined,
/// or the line that PowerShell writes before it.
pub(super) fn is_header(record: &[u8], map: &CsvMap) -> bool {
    let record = record.strip_prefix(b"\xef\xbb\xbf").unwrap_or(record);
    record == map.header || record.starts_with(TYPE_LINE)
}

/// What PowerShell writes before a header.
pub(super) const TYPE_LINE: &[u8] = b"#TYPE ";

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
