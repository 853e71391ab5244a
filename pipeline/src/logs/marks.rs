//! Where the marks of a line stand by which its fields are told: one pass over its bytes, sixteen at a time.
//!
//! Searched for one by one, each mark costs a branch that is wrong about how far away it is.

use wide::u8x16;

/// Bytes that are looked at together.
const CHUNK: usize = 64;
/// Lines up to this many bytes are looked at; mostly all.
const CHUNKS: usize = 6;
/// Quotes that are told, from the first on.
pub(super) const QUOTES: usize = 6;

/// The marks of a line, each a bit for its place.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Spaces in the first chunk.
    pub(super) spaces: u64,
    /// Opening brackets in the first chunk.
    pub(super) brackets: u64,
    quotes: [u64; CHUNKS],
    n_chunks: usize,
    /// Whether a backslash stands in the line, or in what follows in its last chunk.
    pub(super) has_backslash: bool,
}

/// A chunk's bits for one byte.
#[derive(Clone, Copy)]
struct Chunk([u8x16; 4]);

impl Chunk {
    fn of(bytes: &[u8; CHUNK]) -> Self {
        let lanes = bytes.as_chunks().0;
        Self([0, 1, 2, 3].map(|lane| u8x16::new(lanes[lane])))
    }

    #[inline]
    fn bits(self, byte: u8) -> u64 {
        let byte = u8x16::splat(byte);
        let [a, b, c, d] = self
            .0
            .map(|lane| u64::from(lane.simd_eq(byte).to_bitmask()));
        a | b << 16 | c << 32 | d << 48
    }

    /// Its bits for all bytes up to one.
    #[inline]
    fn bits_up_to(self, byte: u8) -> u64 {
        let byte = u8x16::splat(byte);
        let [a, b, c, d] = self
            .0
            .map(|lane| u64::from(lane.min(byte).simd_eq(lane).to_bitmask()));
        a | b << 16 | c << 32 | d << 48
    }

    #[inline]
    fn has(self, byte: u8) -> bool {
        let byte = u8x16::splat(byte);
        let [a, b, c, d] = self.0.map(|lane| lane.simd_eq(byte));
        ((a | b) | (c | d)).to_bitmask() != 0
    }
}

impl Marks {
    /// Looks at the first of some lines; its length without the newline. Nothing where it is too long, or too near the
    /// end of what there is.
    #[inline]
    pub(super) fn look_at(&mut self, lines: &[u8]) -> Option<usize> {
        self.has_backslash = false;
        for (at, bytes) in lines.as_chunks().0.iter().take(CHUNKS).enumerate() {
            let chunk = Chunk::of(bytes);
            if at == 0 {
                self.spaces = chunk.bits(b' ');
                self.brackets = chunk.bits(b'[');
            }
            self.has_backslash |= chunk.has(b'\\');
            let (quotes, newlines) = (chunk.bits(b'"'), chunk.bits(b'\n'));
            if newlines != 0 {
                let before_end = (newlines & newlines.wrapping_neg()) - 1;
                self.quotes[at] = quotes & before_end;
                self.n_chunks = at + 1;
                return Some(at * CHUNK + newlines.trailing_zeros() as usize);
            }
            self.quotes[at] = quotes;
        }
        None
    }

    /// The places of the first quotes of the line looked at; nothing where it has fewer.
    #[inline]
    pub(super) fn quotes(&self) -> Option<[usize; QUOTES]> {
        let mut places = [0; QUOTES];
        let mut n = 0;
        for (at, bits) in self.quotes.iter().take(self.n_chunks).enumerate() {
            let mut left = *bits;
            while left != 0 && n < QUOTES {
                places[n] = at * CHUNK + left.trailing_zeros() as usize;
                n += 1;
                left &= left - 1;
            }
        }
        (n == QUOTES).then_some(places)
    }
}

/// The words of a line, where nothing but single spaces stands between them.
#[derive(Debug, Default)]
pub(super) struct Words {
    spaces: [u64; CHUNKS],
    length: usize,
}

impl Words {
    /// Looks at the first of some lines; its length without the newline. Nothing where it has quotes, other white space
    /// or control characters, where spaces stand side by side or at its ends, where it is empty or too long, or too near
    /// the end of what there is.
    #[inline]
    pub(super) fn look_at(&mut self, lines: &[u8]) -> Option<usize> {
        let mut was_space = 1;
        for (at, bytes) in lines.as_chunks().0.iter().take(CHUNKS).enumerate() {
            let chunk = Chunk::of(bytes);
            let (controls, spaces) = (chunk.bits_up_to(0x1f), chunk.bits(b' '));
            // The first of them is mostly the newline.
            let end = controls.trailing_zeros();
            let before_end = 1_u64.checked_shl(end).map_or(u64::MAX, |end| end - 1);
            let spaces = spaces & before_end;
            let behind_spaces = spaces << 1 | was_space;
            let is_odd = spaces & behind_spaces != 0 || chunk.bits(b'"') & before_end != 0;
            if is_odd {
                return None;
            }
            self.spaces[at] = spaces;
            if controls != 0 {
                let length = at * CHUNK + end as usize;
                let ends_with_space = behind_spaces >> end & 1 == 1;
                let is_ended = matches!(lines[length..], [b'\n', ..] | [b'\r', b'\n', ..]);
                self.length = length;
                return (is_ended && !ends_with_space).then_some(length);
            }
            was_space = spaces >> (CHUNK - 1);
        }
        None
    }

    /// The words of the line looked at.
    pub(super) fn of<'a>(&self, line: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut start = 0;
        let mut chunk = 0;
        let mut spaces = self.spaces;
        let length = self.length;
        std::iter::from_fn(move || {
            if start > length {
                return None;
            }
            let n_chunks = length.div_ceil(CHUNK);
            while chunk < n_chunks && spaces[chunk] == 0 {
                chunk += 1;
            }
            let end = match spaces.get_mut(chunk).filter(|_| chunk < n_chunks) {
                Some(spaces) => {
                    let end = chunk * CHUNK + spaces.trailing_zeros() as usize;
                    *spaces &= *spaces - 1;
                    end
                }
                None => length,
            };
            let word = line.get(start..end);
            start = end + 1;
            word
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn marks_are_where_a_plain_search_finds_them(text in r#"[ab "\\\[\n]{0,90}|[a" ]{0,500}\n[ab "\\\[]{0,90}"#) {
            let mut marks = Marks::default();
            // The marks of the line before are forgotten.
            marks.look_at([b'"'; 200].as_slice());
            let text = text.as_bytes();
            let Some(end) = marks.look_at(text) else {
                let end = text.iter().position(|b| *b == b'\n');
                prop_assert!(end.is_none_or(|end| end >= CHUNK * CHUNKS || end >= text.len() / CHUNK * CHUNK));
                return Ok(());
            };
            prop_assert_eq!(Some(end), text.iter().position(|b| *b == b'\n'));
            let line = &text[..end];
            let places = |byte: u8| (0..end).filter(move |at| line[*at] == byte);
            let quotes: Vec<usize> = places(b'"').take(QUOTES).collect();
            prop_assert_eq!(marks.quotes().map(Vec::from), (quotes.len() == QUOTES).then_some(quotes));
            for (bits, byte) in [(marks.spaces, b' '), (marks.brackets, b'[')] {
                for (at, found) in line.iter().take(CHUNK).enumerate() {
                    prop_assert_eq!(bits >> at & 1 == 1, *found == byte);
                }
            }
            prop_assert!(marks.has_backslash || !line.contains(&b'\\'));
        }
    }

    proptest! {
        #[test]
        fn words_are_those_of_a_plain_cut(text in "[ab]{1,70}( [ab\"\t]{0,70}){0,7}\r?\n[ab ]{0,90}|[ab \r\n]{0,90}") {
            let mut words = Words::default();
            // The words of the line before are forgotten.
            words.look_at("a b c d e f\n".repeat(9).as_bytes());
            let text = text.as_bytes();
            let end = text.iter().position(|b| *b == b'\n');
            let line = text[..end.unwrap_or(text.len())].strip_suffix(b"\r").unwrap_or(&text[..end.unwrap_or(text.len())]);
            let plain: Vec<&[u8]> = line.split(|b| *b == b' ').collect();
            let is_plain = plain.iter().all(|word| !word.is_empty() && !word.iter().any(|b| matches!(b, b'"' | b'\t' | b'\r')));
            let is_near = end.is_some() && line.len() < (CHUNK * CHUNKS).min(text.len() / CHUNK * CHUNK);
            let length = words.look_at(text);
            prop_assert_eq!(length, (is_plain && is_near).then_some(line.len()));
            if length.is_some() {
                prop_assert_eq!(words.of(line).collect::<Vec<_>>(), plain);
            }
        }
    }
}
