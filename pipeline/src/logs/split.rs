//! Cuts an input into blocks of whole lines or records, with bounded memory.

use std::io::{self, Read};
use std::sync::Arc;

use memchr::{memchr, memchr_iter, memrchr};

use super::header::Header;
use super::table::{self, End};

/// Longer lines are rejected, bytes.
pub const LINE_LIMIT: usize = 1 << 20;
/// How much a block aims to hold, bytes: what stays in a core's cache from reading to parsing.
pub const BLOCK_BYTES: usize = 256 << 10;

/// What a block must not cut through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Lines.
    Line,
    /// Lines under directives: each block tells those in force at its start.
    Directed,
    /// CSV records with this delimiter, whose quotes may hold newlines.
    Record(u8),
}

/// Some whole lines of an input.
#[derive(Debug, Default)]
pub struct Block {
    /// The bytes; of a line over the limit just the start.
    pub bytes: Vec<u8>,
    /// Number of the first line (or record), from 1.
    pub first_line: u64,
    /// Where the block starts in the unpacked input.
    pub first_offset: u64,
    /// The directives in force at its start, where lines have any.
    pub header: Option<Arc<Header>>,
}

/// Reads blocks off an input.
pub struct Blocks<R> {
    input: R,
    unit: Unit,
    target: usize,
    rest: Vec<u8>,
    line: u64,
    offset: u64,
    is_at_end: bool,
    is_skipping: bool,
    header: Arc<Header>,
}

impl<R: Read> Blocks<R> {
    /// Blocks of about `BLOCK_BYTES`; the input is already unpacked.
    pub fn new(input: R, unit: Unit) -> Self {
        Self::with_target(input, unit, BLOCK_BYTES)
    }

    /// Blocks of about `target` bytes.
    pub fn with_target(input: R, unit: Unit, target: usize) -> Self {
        let target = target.max(1);
        Self {
            input,
            unit,
            target,
            rest: Vec::new(),
            line: 1,
            offset: 0,
            is_at_end: false,
            is_skipping: false,
            header: Arc::default(),
        }
    }

    /// Starts under directives that were seen elsewhere.
    #[must_use]
    pub fn starting_under(mut self, header: Header) -> Self {
        self.header = Arc::new(header);
        self
    }

    /// The directives in force behind the blocks so far.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Starts the counting elsewhere, for an input that is the later part of a longer one.
    #[must_use]
    pub fn starting_at(mut self, line: u64, offset: u64) -> Self {
        (self.line, self.offset) = (line, offset);
        self
    }

    /// Where the next block starts: line (from 1) and offset; after the last block, the end of the input.
    pub fn position(&self) -> (u64, u64) {
        (self.line, self.offset)
    }

    /// The input behind the blocks.
    pub fn input(&self) -> &R {
        &self.input
    }

    /// Fills `block` with the next lines, reusing its memory. False: the input is at its end.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn next_into(&mut self, block: &mut Block) -> io::Result<bool> {
        // What the block held is written over: making room for new bytes clears it first.
        let n_rest = self.rest.len();
        if block.bytes.len() < n_rest {
            block.bytes.resize(n_rest, 0);
        }
        block.bytes[..n_rest].copy_from_slice(&self.rest);
        self.rest.clear();
        let (mut start, mut wanted) = (n_rest, self.target);
        loop {
            self.fill(&mut block.bytes, start, wanted)?;
            if self.is_skipping && !self.skip(&mut block.bytes) {
                (start, wanted) = (block.bytes.len(), self.target);
                continue;
            }
            if block.bytes.is_empty() && self.is_at_end {
                return Ok(false);
            }
            if let Some(cut) = self.cut(&block.bytes) {
                self.hand_out(block, &cut);
                return Ok(true);
            }
            start = block.bytes.len();
            wanted = start + self.target;
        }
    }

    /// Reads on until there are as many bytes as wanted; those before `start` stay, others are written over.
    fn fill(&mut self, bytes: &mut Vec<u8>, start: usize, wanted: usize) -> io::Result<()> {
        let mut end = start;
        if !self.is_at_end && bytes.len() < wanted {
            bytes.resize(wanted, 0);
        }
        while !self.is_at_end && end < wanted {
            match self.input.read(&mut bytes[end..wanted]) {
                Ok(n) => {
                    self.is_at_end = n == 0;
                    end += n;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(end);
        Ok(())
    }

    /// Drops the rest of a line over the limit; false while its end is not in sight.
    fn skip(&mut self, bytes: &mut Vec<u8>) -> bool {
        let dropped = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        let is_over = dropped > 0 && bytes[dropped - 1] == b'\n';
        bytes.drain(..dropped);
        self.offset += dropped as u64;
        self.is_skipping = !is_over && !self.is_at_end;
        !self.is_skipping
    }

    fn cut(&self, bytes: &[u8]) -> Option<Cut> {
        let end = match self.unit {
            Unit::Line | Unit::Directed => self.last_line(bytes),
            Unit::Record(delimiter) => self.last_record(bytes, delimiter),
        };
        match end {
            (0, _) if bytes.len() > LINE_LIMIT => Some(Self::long_line(bytes)),
            (0, _) => None,
            (end, lines) => Some(Cut {
                keep: end,
                end,
                lines,
            }),
        }
    }

    /// The start of a line over the limit; its end may not be in sight.
    fn long_line(bytes: &[u8]) -> Cut {
        let end = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
        Cut {
            keep: end.min(LINE_LIMIT + 1),
            end,
            lines: 1,
        }
    }

    fn last_line(&self, bytes: &[u8]) -> (usize, u64) {
        let end = if self.is_at_end {
            bytes.len()
        } else {
            memrchr(b'\n', bytes).map_or(0, |at| at + 1)
        };
        let newlines = memchr_iter(b'\n', &bytes[..end]).count() as u64;
        let has_open_end = end > 0 && bytes[end - 1] != b'\n';
        (end, newlines + u64::from(has_open_end))
    }

    fn last_record(&self, bytes: &[u8], delimiter: u8) -> (usize, u64) {
        let (mut end, mut records) = (0, 0);
        while end < bytes.len() {
            let rest = &bytes[end..];
            // A record is decided by what lies within the limit: less than that in sight is no answer yet.
            let is_decided = self.is_at_end
                || rest.len() > LINE_LIMIT && memchr(b'\n', rest).is_some()
                || matches!(table::record_end(rest, delimiter), End::At(_));
            if !is_decided {
                break;
            }
            end += table::next_record(rest, delimiter).0;
            records += 1;
        }
        (end, records)
    }

    fn hand_out(&mut self, block: &mut Block, cut: &Cut) {
        self.rest.extend_from_slice(&block.bytes[cut.end..]);
        self.is_skipping = block.bytes[cut.end - 1] != b'\n' && !self.is_at_end;
        block.bytes.truncate(cut.keep);
        (block.first_line, block.first_offset) = (self.line, self.offset);
        if self.unit == Unit::Directed {
            self.direct(block);
        }
        self.line += cut.lines;
        self.offset += cut.end as u64;
    }

    /// Gives a block the directives in force, and takes in those that it holds.
    fn direct(&mut self, block: &mut Block) {
        block.header = Some(Arc::clone(&self.header));
        let bytes = match block.first_offset {
            0 => block
                .bytes
                .strip_prefix(b"\xef\xbb\xbf")
                .unwrap_or(&block.bytes),
            _ => &block.bytes,
        };
        let mut header = (*self.header).clone();
        if header.see_all(bytes) {
            self.header = Arc::new(header);
        }
    }
}

/// The directives in force behind the lines of an input, under those before it.
///
/// # Errors
/// When the input cannot be read.
pub fn header_behind(input: impl Read, before: Header) -> io::Result<Header> {
    let mut blocks = Blocks::new(input, Unit::Directed).starting_under(before);
    let mut block = Block::default();
    while blocks.next_into(&mut block)? {}
    Ok(blocks.header().clone())
}

/// Where a block ends: what it keeps, what it covers of the input, and how many lines that is.
struct Cut {
    keep: usize,
    end: usize,
    lines: u64,
}
