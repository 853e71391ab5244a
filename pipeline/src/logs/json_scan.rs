//! The quick way through a JSON object: one pass over its bytes, for what nearly all lines consist of.
//!
//! It knows objects, lists, numbers, and texts without escapes. Whatever else there is (escapes, faults, depths that no
//! log has) it leaves to the reader that knows all of JSON, whose answer its own always is.

use std::borrow::Cow;

use wide::u8x16;

use super::names::Node;
use super::row::{Cell, Row};

/// Objects and lists in each other, at most; the reader behind knows more.
const DEPTH_MAX: usize = 16;

/// Bytes looked at together.
const LANE: usize = 16;

/// Digits of a whole number that is sure to fit.
const DIGITS_MAX: usize = 18;

/// Reads an object into an empty row along the names below a node; `None` where the line is for the reader that knows
/// all: the row may hold some of it then.
pub(super) fn object<'a>(text: &'a str, node: &Node, row: &mut Row<'a>) -> Option<()> {
    let mut scan = Scan { text, at: 0 };
    scan.skip_blanks();
    scan.expect(b'{')?;
    scan.object(Some(node), row, 0)?;
    scan.skip_blanks();
    (scan.at == text.len()).then_some(())
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.byte()? == byte).then(|| self.at += 1)
    }

    fn skip_blanks(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// The rest of an object, whose brace is read.
    fn object(&mut self, node: Option<&Node>, row: &mut Row<'a>, depth: usize) -> Option<()> {
        self.skip_blanks();
        if self.byte()? == b'}' {
            self.at += 1;
            return Some(());
        }
        loop {
            self.skip_blanks();
            self.expect(b'"')?;
            let name = self.plain_text()?;
            let child = node.and_then(|node| node.child(name.as_bytes()));
            self.skip_blanks();
            self.expect(b':')?;
            self.value(child, row, depth)?;
            if !self.goes_on(b'}')? {
                return Some(());
            }
        }
    }

    /// The rest of a list, whose bracket is read.
    fn list(&mut self, node: Option<&Node>, row: &mut Row<'a>, depth: usize) -> Option<()> {
        self.skip_blanks();
        if self.byte()? == b']' {
            self.at += 1;
            return Some(());
        }
        for place in 0.. {
            let element = node.and_then(|node| node.element(place));
            self.value(element, row, depth)?;
            if !self.goes_on(b']')? {
                break;
            }
        }
        Some(())
    }

    /// Whether another member follows; reads the comma or the end.
    fn goes_on(&mut self, end: u8) -> Option<bool> {
        self.skip_blanks();
        let byte = self.byte()?;
        self.at += 1;
        (byte == b',' || byte == end).then_some(byte == b',')
    }

    fn value(&mut self, node: Option<&Node>, row: &mut Row<'a>, depth: usize) -> Option<()> {
        self.skip_blanks();
        let column = node.and_then(Node::column);
        match self.byte()? {
            b'"' => {
                self.at += 1;
                let text = self.plain_text()?;
                if let Some(column) = column {
                    row.set(column, Cell::Bytes(Cow::Borrowed(text.as_bytes())));
                }
            }
            b'{' | b'[' if depth >= DEPTH_MAX => return None,
            b'{' => {
                self.at += 1;
                self.object(node, row, depth + 1)?;
            }
            b'[' => {
                self.at += 1;
                self.list(node, row, depth + 1)?;
            }
            b'-' | b'0'..=b'9' => {
                let number = self.number()?;
                if let Some(column) = column {
                    row.set(column, number);
                }
            }
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => return None,
        }
        Some(())
    }

    /// A text up to its closing quote, which is read with it; none with an escape or a control character.
    fn plain_text(&mut self) -> Option<&'a str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += plain_length(&bytes[start..]);
        self.expect(b'"')?;
        Some(&self.text[start..self.at - 1])
    }

    fn number(&mut self) -> Option<Cell<'a>> {
        let start = self.at;
        let bytes = &self.text.as_bytes()[start..];
        let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = bytes.iter().take_while(|byte| is_part(byte)).count();
        self.at += length;
        let text = &self.text[start..self.at];
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_whole = digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_whole {
            return serde_json::from_str(text).ok().map(Cell::Number);
        }
        // A minus before nothing is a fraction to JSON, and a number begins with no nought.
        let is_usual = !digits.starts_with('0') || text == "0";
        (is_usual && digits.len() <= DIGITS_MAX)
            .then(|| text.parse().ok().map(Cell::Integer))
            .flatten()
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let has = self.text.as_bytes()[self.at..].starts_with(word.as_bytes());
        has.then(|| self.at += word.len())
    }
}

/// Bytes before the first quote, backslash or control character: sixteen at a time.
fn plain_length(bytes: &[u8]) -> usize {
    let (lanes, rest) = bytes.as_chunks();
    for (n, lane) in lanes.iter().enumerate() {
        let lane = u8x16::new(*lane);
        let is = |byte| lane.simd_eq(u8x16::splat(byte));
        let is_control = lane.min(u8x16::splat(0x1f)).simd_eq(lane);
        let stops = (is(b'"') | is(b'\\') | is_control).to_bitmask();
        if stops != 0 {
            return n * LANE + stops.trailing_zeros() as usize;
        }
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | 0..0x20);
    lanes.len() * LANE + rest.iter().take_while(is_plain).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn plain_bytes_end_where_a_plain_loop_ends(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let is_stop = |byte: &u8| *byte == b'"' || *byte == b'\\' || *byte < 0x20;
            let slow = bytes.iter().position(is_stop).unwrap_or(bytes.len());
            prop_assert_eq!(plain_length(&bytes), slow);
        }
    }
}
