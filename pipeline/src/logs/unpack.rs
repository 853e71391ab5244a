//! Unpacks gzip by its magic bytes: all members, junk behind them ignored, a cut end told apart from a broken middle.

use std::io::{self, BufReader, Chain, Cursor, Read};

use flate2::bufread::GzDecoder;

const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes read at once from a packed input.
const PACKED_BYTES: usize = 256 << 10;

type Source<R> = Chain<Cursor<Vec<u8>>, R>;
type Packed<R> = BufReader<Source<R>>;

/// An input without its packing.
pub struct Unpacked<R: Read> {
    state: State<R>,
    was_packed: bool,
    was_cut: bool,
}

enum State<R: Read> {
    Plain(Source<R>),
    Gzip(Box<GzDecoder<Packed<R>>>),
    Ended,
}

/// Looks at the magic bytes and unpacks where they say so.
///
/// # Errors
/// When the input cannot be read.
pub fn unpack<R: Read>(mut input: R) -> io::Result<Unpacked<R>> {
    let mut head = Vec::with_capacity(2);
    (&mut input).take(2).read_to_end(&mut head)?;
    let was_packed = head == MAGIC;
    let source = Cursor::new(head).chain(input);
    let state = if was_packed {
        gzip(BufReader::with_capacity(PACKED_BYTES, source))
    } else {
        State::Plain(source)
    };
    Ok(Unpacked {
        state,
        was_packed,
        was_cut: false,
    })
}

/// The first `limit` bytes of an input, unpacked: the sample for `recognise`.
///
/// # Errors
/// When the input cannot be read.
pub fn sample(input: impl Read, limit: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    unpack(input)?.take(limit as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn gzip<R: Read>(packed: Packed<R>) -> State<R> {
    State::Gzip(Box::new(GzDecoder::new(packed)))
}

impl<R: Read> Unpacked<R> {
    /// Whether the input is packed.
    pub fn was_packed(&self) -> bool {
        self.was_packed
    }

    /// Whether the packed input ended too early; known at the end.
    pub fn was_cut(&self) -> bool {
        self.was_cut
    }

    /// Goes on to the next member, if what follows is one: zeros and junk are not.
    fn next_member(&mut self) -> io::Result<()> {
        if let State::Gzip(decoder) = std::mem::replace(&mut self.state, State::Ended) {
            let mut packed = decoder.into_inner();
            let mut head = Vec::with_capacity(2);
            (&mut packed).take(2).read_to_end(&mut head)?;
            if head == MAGIC {
                // The two bytes go back in front; what the buffer holds goes with them.
                let rest = [&head, packed.buffer()].concat();
                let (seen, input) = packed.into_inner().into_inner();
                let unseen =
                    &seen.get_ref()[(seen.position() as usize).min(seen.get_ref().len())..];
                let source = Cursor::new([&rest, unseen].concat()).chain(input);
                self.state = gzip(BufReader::with_capacity(PACKED_BYTES, source));
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            let decoder = match &mut self.state {
                State::Plain(input) => return input.read(out),
                State::Ended => return Ok(0),
                State::Gzip(decoder) => decoder,
            };
            match decoder.read(out) {
                Ok(0) if !out.is_empty() => self.next_member()?,
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                    self.was_cut = true;
                    self.state = State::Ended;
                }
                other => return other,
            }
        }
    }
}
