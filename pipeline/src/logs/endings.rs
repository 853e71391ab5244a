//! One record a line: lone carriage returns and JSON that runs over lines become lines, byte for byte, so that offsets
//! stay those of the input.

use std::io::{self, Read};

use memchr::{memchr, memchr2};

use super::source::Source;

/// As much of an input as its line ends are told by.
const SAMPLE_BYTES: usize = 64 << 10;

/// An input with one record a line.
pub(super) struct Lines<R> {
    source: Source<R>,
    ends: Ends,
}

/// How records end in the input.
enum Ends {
    /// With a newline.
    Newline,
    /// With a carriage return alone, as on old Macs: no newline is in the sample.
    Return,
    /// As objects of a JSON array, or objects that run over lines.
    Json(Objects),
}

impl<R: Read> Lines<R> {
    pub(super) fn new(input: R) -> io::Result<Self> {
        let mut source = Source::new(input);
        let ends = ends_of(&mut source)?;
        Ok(Self { source, ends })
    }

    pub(super) fn input(&self) -> &R {
        self.source.input()
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read(out)?;
        match &mut self.ends {
            Ends::Newline => {}
            Ends::Return => {
                for byte in out[..n].iter_mut().filter(|byte| **byte == b'\r') {
                    *byte = b'\n';
                }
            }
            Ends::Json(objects) => {
                for byte in &mut out[..n] {
                    *byte = objects.next(*byte);
                }
            }
        }
        Ok(n)
    }
}

fn ends_of<R: Read>(source: &mut Source<R>) -> io::Result<Ends> {
    let mut wanted = 1;
    loop {
        let seen = source.peek(wanted)?;
        let is_all = seen.len() < wanted || wanted >= SAMPLE_BYTES;
        match json(seen) {
            Some(true) => return Ok(Ends::Json(Objects::default())),
            Some(false) if memchr(b'\n', seen).is_some() => return Ok(Ends::Newline),
            _ if is_all => {
                let has_returns = memchr2(b'\n', b'\r', seen).is_some_and(|at| seen[at] == b'\r');
                let is_return = has_returns && memchr(b'\n', seen).is_none();
                return Ok(if is_return {
                    Ends::Return
                } else {
                    Ends::Newline
                });
            }
            _ => wanted = (seen.len() * 2).clamp(64, SAMPLE_BYTES),
        }
    }
}

/// Whether some bytes start a JSON array of objects, or an object with nothing else on its first line; nothing when
/// more must be seen.
fn json(bytes: &[u8]) -> Option<bool> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut rest = bytes.trim_ascii_start();
    let is_array = match rest.first()? {
        b'[' => true,
        b'{' => false,
        _ => return Some(false),
    };
    rest = &rest[1..];
    let next = rest.trim_ascii_start();
    let gap = &rest[..rest.len() - next.len()];
    match next.first() {
        None => None,
        Some(first) if is_array => Some(matches!(first, b'{' | b']')),
        Some(_) => Some(memchr(b'\n', gap).is_some()),
    }
}

/// Where in JSON a byte stands.
#[derive(Default)]
struct Objects {
    depth: u32,
    is_text: bool,
    is_escaped: bool,
    /// An object ended and its line did not yet.
    is_open: bool,
}

impl Objects {
    /// The byte that stands for this one.
    fn next(&mut self, byte: u8) -> u8 {
        if self.is_text {
            self.is_text = self.is_escaped || byte != b'"';
            self.is_escaped = !self.is_escaped && byte == b'\\';
        } else if self.depth > 0 {
            match byte {
                b'"' => self.is_text = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth -= 1;
                    self.is_open |= self.depth == 0;
                }
                _ => {}
            }
        } else {
            return self.between(byte);
        }
        if matches!(byte, b'\n' | b'\r') {
            b' '
        } else {
            byte
        }
    }

    fn between(&mut self, byte: u8) -> u8 {
        match byte {
            b'{' => self.depth = 1,
            b',' | b'\n' if self.is_open => {
                self.is_open = false;
                return b'\n';
            }
            b',' | b'\n' | b'\r' | b'[' | b']' => return b' ',
            _ => {}
        }
        byte
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> String {
        let mut out = String::new();
        let mut lines = Lines::new(text.as_bytes()).expect("memory can be read");
        lines
            .read_to_string(&mut out)
            .expect("the text stays UTF-8");
        assert_eq!(out.len(), text.len());
        out
    }

    #[test]
    fn old_returns_become_newlines_and_others_stay() {
        assert_eq!(lines("a\rb\r"), "a\nb\n");
        assert_eq!(lines("a\r\nb\rc\n"), "a\r\nb\rc\n");
        assert_eq!(lines(""), "");
        let long = "x".repeat(SAMPLE_BYTES * 2);
        assert_eq!(lines(&long), long);
    }

    #[test]
    fn objects_become_lines() {
        assert_eq!(lines("[{\"a\":1},{\"b\":[2]}]"), " {\"a\":1}\n{\"b\":[2]} ");
        assert_eq!(
            lines("\u{feff}[\r\n{\r\n\"a\": \"]},\\\"\"\r\n},\r\n{}\r\n]\r\n"),
            "\u{feff}   {  \"a\": \"]},\\\"\"  }\n  {} \n   "
        );
        assert_eq!(lines("{\n\"a\": 1\n}\n{\n}\n"), "{ \"a\": 1 }\n{ }\n");
        assert_eq!(lines("{\"a\":1}\n[\n"), "{\"a\":1}\n[\n");
        assert_eq!(lines("[10/May/2024]\n{\n"), "[10/May/2024]\n{\n");
    }
}
