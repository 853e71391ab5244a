//! Reads the files of a zip archive one behind the other, from its start: standard input cannot be searched for the
//! directory at the end.

use std::io::{self, BufRead, Read};

use flate2::Crc;
use flate2::bufread::DeflateDecoder;

use super::source::Source;

const FILE: [u8; 4] = *b"PK\x03\x04";
const DIRECTORY: [[u8; 4]; 3] = [*b"PK\x01\x02", *b"PK\x05\x06", *b"PK\x06\x06"];
const DESCRIPTOR: [u8; 4] = *b"PK\x07\x08";
/// The extra field of files over 4 GiB.
const LARGE: u16 = 1;

/// An archive, read as the text of its files.
pub(super) struct Zip<S> {
    state: State<S>,
    entry: Entry,
    crc: Crc,
    /// The last byte handed out: a file without a newline at its end gets one before the next.
    last: u8,
}

enum State<S> {
    Between(S),
    Stored(S, u64),
    Deflated(Box<DeflateDecoder<S>>),
    Broken,
}

/// What stands before a file.
#[derive(Clone, Copy, Default)]
struct Entry {
    crc: u32,
    has_descriptor: bool,
    is_large: bool,
    /// A folder, or what file managers leave behind.
    is_skipped: bool,
}

fn bad(problem: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, problem)
}

impl<R: Read> Zip<Source<R>> {
    pub(super) fn new(source: Source<R>) -> Self {
        Self {
            state: State::Between(source),
            entry: Entry::default(),
            crc: Crc::new(),
            last: b'\n',
        }
    }

    /// Packed bytes taken so far.
    pub(super) fn taken(&self) -> u64 {
        match &self.state {
            State::Between(source) | State::Stored(source, _) => source.taken(),
            State::Deflated(decoder) => decoder.get_ref().taken(),
            State::Broken => 0,
        }
    }

    /// Goes to the next file; false at the directory, which ends the archive.
    fn next_entry(&mut self, mut source: Source<R>) -> io::Result<bool> {
        let magic = source.peek(4)?;
        if DIRECTORY.iter().any(|directory| magic == directory) {
            self.state = State::Between(source);
            return Ok(false);
        }
        if magic.len() < 4 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if magic != FILE {
            return Err(bad("the zip archive is broken between two files"));
        }
        let header: [u8; 30] = source.array()?;
        let short = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
        let long = |at: usize| u32::from(short(at)) | u32::from(short(at + 2)) << 16;
        let (flags, method) = (short(6), short(8));
        let mut name = vec![0; usize::from(short(26))];
        source.read_exact(&mut name)?;
        let mut extra = vec![0; usize::from(short(28))];
        source.read_exact(&mut extra)?;
        if flags & 1 != 0 {
            return Err(bad("a file of the zip archive is encrypted"));
        }
        let large = large_size(&extra);
        self.crc = Crc::new();
        self.entry = Entry {
            crc: long(14),
            has_descriptor: flags & 8 != 0,
            is_large: large.is_some(),
            is_skipped: is_skipped(&name),
        };
        let size = match (long(18), large) {
            (u32::MAX, Some(size)) => size,
            (size, _) => u64::from(size),
        };
        self.state = match method {
            0 if self.entry.has_descriptor => {
                return Err(bad("a file of the zip archive is stored without its size"));
            }
            0 => State::Stored(source, size),
            8 => State::Deflated(Box::new(DeflateDecoder::new(source))),
            _ => {
                return Err(bad(
                    "a file of the zip archive is packed otherwise than by deflate",
                ));
            }
        };
        Ok(true)
    }

    /// Checks the file that is at its end.
    fn end_entry(&mut self, mut source: Source<R>) -> io::Result<()> {
        // An archive never ends with a file: then it is cut, and the sum tells nothing.
        if source.peek(1)?.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut crc = self.entry.crc;
        if self.entry.has_descriptor {
            if source.peek(4)? == DESCRIPTOR {
                source.consume(4);
            }
            crc = u32::from_le_bytes(source.array()?);
            if self.entry.is_large {
                source.array::<16>()?;
            } else {
                source.array::<8>()?;
            }
        }
        self.state = State::Between(source);
        if crc == self.crc.sum() {
            Ok(())
        } else {
            Err(bad("a file of the zip archive does not match its checksum"))
        }
    }

    /// Bytes of the file at hand; 0 at its end.
    fn read_entry(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match &mut self.state {
            State::Stored(source, left) => {
                let wanted = out.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
                let n = source.read(&mut out[..wanted])?;
                if n == 0 && *left > 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                *left -= n as u64;
                Ok(n)
            }
            State::Deflated(decoder) => decoder.read(out),
            State::Between(_) | State::Broken => Ok(0),
        }
    }
}

impl<R: Read> Read for Zip<Source<R>> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let n = self.read_entry(out)?;
            if n > 0 {
                self.crc.update(&out[..n]);
                if self.entry.is_skipped {
                    continue;
                }
                self.last = out[n - 1];
                return Ok(n);
            }
            match std::mem::replace(&mut self.state, State::Broken) {
                State::Between(source) => {
                    if !self.next_entry(source)? {
                        return Ok(0);
                    }
                    if self.last != b'\n' && !self.entry.is_skipped {
                        (self.last, out[0]) = (b'\n', b'\n');
                        return Ok(1);
                    }
                }
                State::Stored(source, _) => self.end_entry(source)?,
                State::Deflated(decoder) => self.end_entry(decoder.into_inner())?,
                State::Broken => return Err(bad("the zip archive is broken")),
            }
        }
    }
}

fn is_skipped(name: &[u8]) -> bool {
    let file = name.rsplit(|b| *b == b'/').next().unwrap_or(name);
    file.is_empty() || file.starts_with(b".") || name.starts_with(b"__MACOSX/")
}

/// The packed size in the extra field of a large file; it stands behind the unpacked one.
fn large_size(mut extra: &[u8]) -> Option<u64> {
    while let [a, b, c, d, rest @ ..] = extra {
        let length = usize::from(u16::from_le_bytes([*c, *d]));
        let field = rest.get(..length)?;
        if u16::from_le_bytes([*a, *b]) == LARGE {
            let size = field
                .get(8..16)
                .and_then(|size| <[u8; 8]>::try_from(size).ok());
            return Some(size.map_or(0, u64::from_le_bytes));
        }
        extra = &rest[length..];
    }
    None
}
