//! How much a packed input may unpack to: a few kilobytes can hold terabytes.

use std::io;

/// Where unpacking stops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Unpacked bytes for each packed one.
    pub ratio: u64,
    /// Unpacked bytes from which on the ratio counts: a short log may well be nothing but repetition.
    pub ratio_from: u64,
    /// Unpacked bytes in all.
    pub bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            ratio: 200,
            ratio_from: 16 << 20,
            bytes: 1 << 40,
        }
    }
}

/// A packed input that goes beyond a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverLimit {
    /// Beyond the ratio.
    #[error(
        "it unpacks to more than {0} times its size, the limit against archives made to fill disks: \
         if it is sound, unpack it and load the plain file"
    )]
    Ratio(u64),
    /// Beyond the size.
    #[error(
        "it unpacks to more than {0} bytes, the limit of one input: if it is sound, unpack it and split it"
    )]
    Bytes(u64),
}

/// What an input unpacked to so far.
pub(super) struct Volume {
    limits: Limits,
    bytes: u64,
}

impl Volume {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, bytes: 0 }
    }

    /// Counts `n` further bytes, for which and all before `packed` were read.
    pub(super) fn add(&mut self, n: u64, packed: u64) -> io::Result<()> {
        let Limits {
            ratio,
            ratio_from,
            bytes,
        } = self.limits;
        self.bytes += n;
        if self.bytes > bytes {
            return Err(io::Error::other(OverLimit::Bytes(bytes)));
        }
        if self.bytes > ratio_from && self.bytes > packed.saturating_mul(ratio) {
            return Err(io::Error::other(OverLimit::Ratio(ratio)));
        }
        Ok(())
    }
}
