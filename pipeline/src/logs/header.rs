//! The directives of a W3C log, which say how the lines after them are read.

/// The directives in force at some line: those that tell the fields, the day and the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Header {
    pub(super) fields: Vec<u8>,
    pub(super) date: Vec<u8>,
    pub(super) software: Vec<u8>,
}

/// A directive has no more bytes: longer lines that begin like one are data gone wrong.
const DIRECTIVE_BYTES: usize = 64 << 10;

impl Header {
    /// Takes in a line, if it is a directive; whether it was one.
    pub fn see(&mut self, line: &[u8]) -> bool {
        if line.first() != Some(&b'#') || line.len() > DIRECTIVE_BYTES {
            return false;
        }
        for (name, value) in [
            (&b"#fields:"[..], &mut self.fields),
            (b"#date:", &mut self.date),
            (b"#software:", &mut self.software),
        ] {
            if line.len() >= name.len() && line[..name.len()].eq_ignore_ascii_case(name) {
                *value = line[name.len()..].trim_ascii().to_vec();
                return true;
            }
        }
        false
    }

    /// Takes in every directive of some whole lines; whether there was one.
    pub fn see_all(&mut self, lines: &[u8]) -> bool {
        let mut has_seen = false;
        for run in runs(lines) {
            let end = memchr::memchr(b'\n', run).unwrap_or(run.len());
            has_seen |= self.see(&run[..end]);
        }
        has_seen
    }
}

/// Cuts whole lines before each that begins with `#`.
pub(super) fn runs(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if lines.is_empty() {
            return None;
        }
        let end = memchr::memmem::find(lines, b"\n#").map_or(lines.len(), |at| at + 1);
        let (run, rest) = lines.split_at(end);
        lines = rest;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_directive_counts() {
        let mut header = Header::default();
        let text =
            b"#Fields: a b\nx\n#DATE: 2024-05-01\r\n# Fields: no\ny #Fields: no\n#fields: c\n";
        assert!(header.see_all(text));
        assert_eq!(
            (&*header.fields, &*header.date),
            (&b"c"[..], &b"2024-05-01"[..])
        );
        assert!(!header.see_all(b"x\ny"));
        assert_eq!(runs(text).count(), 4);
        assert_eq!(runs(text).collect::<Vec<_>>().concat(), text);
    }
}
