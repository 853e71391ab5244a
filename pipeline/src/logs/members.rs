//! Unpacks gzip, bzip2, zstd, xz and zip by their magic bytes: all members, one behind the other.
//!
//! What follows the last member and is none is left unread: zeros silently, anything else is told. An input that
//! ends inside a member is told as cut, and what came before the cut is kept; every other fault is an error, so that
//! nothing of the input is loaded.

use std::io::{self, BufRead, Read};

use bzip2::bufread::BzDecoder;
use flate2::bufread::GzDecoder;
use liblzma::bufread::XzDecoder;

use super::limits::{Limits, Volume};
use super::source::Source;
use super::zip::Zip;

/// As many bytes of a member's start as tell its packing.
const MAGIC_BYTES: usize = 10;
/// zstd windows above 128 MiB are refused: they would take that much memory.
const ZSTD_WINDOW_LOG: u32 = 27;
/// Memory that xz may take; its strongest preset takes 65 MiB.
const XZ_MEMORY: u64 = 128 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Gzip,
    Bzip2,
    Zstd,
    Xz,
    Zip,
}

impl Packing {
    const MAGICS: [(Self, &'static [u8]); 8] = [
        (Self::Gzip, b"\x1f\x8b"),
        (Self::Zstd, b"\x28\xb5\x2f\xfd"),
        (Self::Xz, b"\xfd7zXZ\0"),
        (Self::Zip, b"PK\x03\x04"),
        (Self::Zip, b"PK\x05\x06"),
        // The digit is the block size; the six bytes behind it are pi, or the root of pi where nothing is packed.
        (Self::Bzip2, b"BZh?1AY&SY"),
        (Self::Bzip2, b"BZh?\x17rE8P\x90"),
        (Self::Zstd, b"?\x2a\x4d\x18"),
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Bzip2 => "bzip2",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Zip => "zip",
        }
    }

    /// The packing that some bytes start with.
    fn of(head: &[u8]) -> Option<Self> {
        Self::MAGICS
            .into_iter()
            .find(|(_, magic)| head.len() >= magic.len() && fits(magic, head))
            .map(|(packing, _)| packing)
    }

    /// Whether the bytes, the last of an input, are the start of a member that was cut in its magic bytes.
    fn is_cut(head: &[u8]) -> bool {
        !head.is_empty()
            && Self::MAGICS
                .iter()
                .any(|(_, magic)| head.len() < magic.len() && magic[0] != b'?' && fits(magic, head))
    }
}

/// Whether a magic and some bytes agree as far as both reach; a question mark stands for a digit of bzip2 or for the
/// sixteen kinds of a zstd frame to be skipped.
fn fits(magic: &[u8], head: &[u8]) -> bool {
    magic.iter().zip(head).enumerate().all(|(at, (m, h))| {
        if *m != b'?' {
            m == h
        } else if at == 0 {
            (0x50..0x60).contains(h)
        } else {
            (b'1'..=b'9').contains(h)
        }
    })
}

/// An input without its packing.
pub(super) struct Members<R: Read> {
    state: State<R>,
    volume: Volume,
    packing: Option<Packing>,
    was_cut: bool,
    has_junk: bool,
}

enum State<R: Read> {
    Plain(Source<R>),
    Gzip(Box<GzDecoder<Source<R>>>),
    Bzip2(Box<BzDecoder<Source<R>>>),
    Zstd(Box<zstd::stream::read::Decoder<'static, Source<R>>>),
    Xz(Box<XzDecoder<Source<R>>>),
    Zip(Box<Zip<Source<R>>>),
    Ended,
}

impl<R: Read> Members<R> {
    /// Looks at the magic bytes.
    pub(super) fn new(input: R, limits: Limits) -> io::Result<Self> {
        let mut source = Source::new(input);
        let packing = Packing::of(source.peek(MAGIC_BYTES)?);
        Ok(Self {
            state: match packing {
                Some(packing) => State::unpacking(packing, source)?,
                None => State::Plain(source),
            },
            volume: Volume::new(limits),
            packing,
            was_cut: false,
            has_junk: false,
        })
    }

    pub(super) fn was_packed(&self) -> bool {
        self.packing.is_some()
    }

    /// The name of its packing, that of the first member where they differ.
    pub(super) fn packing(&self) -> Option<&'static str> {
        self.packing.map(Packing::name)
    }

    pub(super) fn was_cut(&self) -> bool {
        self.was_cut
    }

    pub(super) fn has_junk(&self) -> bool {
        self.has_junk
    }

    /// Goes on to the next member, if what follows is one.
    fn next_member(&mut self) -> io::Result<()> {
        let state = std::mem::replace(&mut self.state, State::Ended);
        // A zip archive goes on by itself, to its directory.
        let Some(mut source) = state.into_source() else {
            return Ok(());
        };
        while source.peek(1)? == [0] {
            source.consume(1);
        }
        let head = source.peek(MAGIC_BYTES)?;
        if let Some(packing) = Packing::of(head) {
            self.state = State::unpacking(packing, source)?;
        } else {
            self.was_cut = Packing::is_cut(head);
            self.has_junk = !head.is_empty() && !self.was_cut;
        }
        Ok(())
    }
}

impl<R: Read> State<R> {
    fn unpacking(packing: Packing, source: Source<R>) -> io::Result<Self> {
        Ok(match packing {
            Packing::Gzip => Self::Gzip(Box::new(GzDecoder::new(source))),
            Packing::Bzip2 => Self::Bzip2(Box::new(BzDecoder::new(source))),
            Packing::Zstd => {
                let decoder = zstd::stream::read::Decoder::with_buffer(source)?;
                let mut decoder = decoder.single_frame();
                decoder.window_log_max(ZSTD_WINDOW_LOG)?;
                Self::Zstd(Box::new(decoder))
            }
            Packing::Xz => {
                let stream = liblzma::stream::Stream::new_stream_decoder(XZ_MEMORY, 0)?;
                Self::Xz(Box::new(XzDecoder::new_stream(source, stream)))
            }
            Packing::Zip => Self::Zip(Box::new(Zip::new(source))),
        })
    }

    /// The input behind a member that is at its end.
    fn into_source(self) -> Option<Source<R>> {
        match self {
            Self::Gzip(decoder) => Some(decoder.into_inner()),
            Self::Bzip2(decoder) => Some(decoder.into_inner()),
            Self::Zstd(decoder) => Some(decoder.finish()),
            Self::Xz(decoder) => Some(decoder.into_inner()),
            Self::Plain(_) | Self::Zip(_) | Self::Ended => None,
        }
    }

    /// The next bytes, and how many packed ones were taken for all so far.
    fn read(&mut self, out: &mut [u8]) -> io::Result<(usize, u64)> {
        match self {
            Self::Plain(source) => Ok((source.read(out)?, u64::MAX)),
            Self::Gzip(decoder) => Ok((decoder.read(out)?, decoder.get_ref().taken())),
            Self::Bzip2(decoder) => Ok((decoder.read(out)?, decoder.get_ref().taken())),
            Self::Zstd(decoder) => Ok((decoder.read(out)?, decoder.get_ref().taken())),
            Self::Xz(decoder) => Ok((decoder.read(out)?, decoder.get_ref().taken())),
            Self::Zip(archive) => Ok((archive.read(out)?, archive.taken())),
            Self::Ended => Ok((0, u64::MAX)),
        }
    }
}

impl<R: Read> Read for Members<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            match self.state.read(out) {
                Ok((0, _)) => match &self.state {
                    State::Plain(_) | State::Ended => return Ok(0),
                    _ => self.next_member()?,
                },
                Ok((n, taken)) => {
                    if self.was_packed() {
                        self.volume.add(n as u64, taken)?;
                    }
                    return Ok(n);
                }
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof && self.was_packed() => {
                    self.was_cut = true;
                    self.state = State::Ended;
                }
                Err(error) => return Err(error),
            }
        }
    }
}
