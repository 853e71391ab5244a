//! An input as the text of a log: without its packing, as UTF-8, one record a line.
//!
//! What can go wrong has one rule each. A packed input that ends too early keeps its whole lines and is told as cut. A
//! broken one (wrong checksum, damaged middle) is an error, and nothing of it may be loaded. One that unpacks to too
//! much stops with an error that names the limit. Bytes behind the last member that are no member are not read: zeros
//! silently, others told.

use std::io::{self, Read};

use super::charset::{Charset, Decoded};
use super::endings::Lines;
use super::limits::Limits;
use super::members::Members;

/// How an input is to be unpacked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpacking {
    /// The charset of text without a byte order mark; none: UTF-8.
    pub charset: Option<Charset>,
    /// Where unpacking stops.
    pub limits: Limits,
}

/// An input as text.
pub struct Unpacked<R: Read> {
    lines: Lines<Decoded<Members<R>>>,
    sample: Vec<u8>,
    at: usize,
}

/// Looks at the first bytes and unpacks as they say.
///
/// # Errors
/// When the input cannot be read.
pub fn unpack<R: Read>(input: R) -> io::Result<Unpacked<R>> {
    unpack_with(input, &Unpacking::default())
}

/// Like `unpack`, of a declared charset and within limits of one's own.
///
/// # Errors
/// When the input cannot be read.
pub fn unpack_with<R: Read>(input: R, how: &Unpacking) -> io::Result<Unpacked<R>> {
    let members = Members::new(input, how.limits)?;
    Ok(Unpacked {
        lines: Lines::new(Decoded::new(members, how.charset)?)?,
        sample: Vec::new(),
        at: 0,
    })
}

/// The first `limit` bytes of an input, unpacked: the sample for `recognise`.
///
/// # Errors
/// When the input cannot be read.
pub fn sample(input: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    Ok(unpack(input)?.sample(limit)?.to_vec())
}

impl<R: Read> Unpacked<R> {
    /// The first `limit` bytes, which stay to be read.
    ///
    /// # Errors
    /// When the input cannot be read.
    pub fn sample(&mut self, limit: usize) -> io::Result<&[u8]> {
        let missing = limit.saturating_sub(self.sample.len()) as u64;
        (&mut self.lines)
            .take(missing)
            .read_to_end(&mut self.sample)?;
        Ok(&self.sample[..self.sample.len().min(limit)])
    }

    /// Whether the input is packed.
    pub fn was_packed(&self) -> bool {
        self.members().was_packed()
    }

    /// The name of its packing, if it is packed.
    pub fn packing(&self) -> Option<&'static str> {
        self.members().packing()
    }

    /// The name of its charset, and whether a byte order mark told it.
    pub fn charset(&self) -> (&'static str, bool) {
        self.lines.input().charset()
    }

    /// Whether the packed input ended too early; known at the end.
    pub fn was_cut(&self) -> bool {
        self.members().was_cut()
    }

    /// Whether something that is no member follows the last one and was not read; known at the end.
    pub fn has_junk(&self) -> bool {
        self.members().has_junk()
    }

    fn members(&self) -> &Members<R> {
        self.lines.input().input()
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.at == self.sample.len() {
            return self.lines.read(out);
        }
        let n = (&self.sample[self.at..]).read(out)?;
        self.at += n;
        Ok(n)
    }
}

#[cfg(test)]
#[path = "unpack_tests.rs"]
mod tests;
