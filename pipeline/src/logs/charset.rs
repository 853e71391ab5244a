//! Text of any charset as UTF-8: a byte order mark is believed, else what elephant.toml declares, else UTF-8.

use std::io::{self, BufRead, Read};

use encoding_rs::{Decoder, Encoding, UTF_8};

use super::source::Source;

/// A charset by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Charset(&'static Encoding);

impl Charset {
    /// The charset of a name as browsers know it, such as `windows-1252`, `big5` or `utf-16le`.
    pub fn named(name: &str) -> Option<Self> {
        Encoding::for_label_no_replacement(name.as_bytes()).map(Self)
    }
}

/// Decoded text ahead of what was asked for.
const TEXT_BYTES: usize = 64 << 10;

/// An input as UTF-8. What a declared charset cannot read shows as U+FFFD; what is no UTF-8 stays as it is, and shows
/// as U+FFFD where it becomes a name.
pub(super) struct Decoded<R> {
    source: Source<R>,
    decoder: Option<Decoder>,
    encoding: &'static Encoding,
    is_marked: bool,
    text: Vec<u8>,
    at: usize,
    end: usize,
    is_ended: bool,
}

impl<R: Read> Decoded<R> {
    pub(super) fn new(input: R, declared: Option<Charset>) -> io::Result<Self> {
        let mut source = Source::new(input);
        let marked = Encoding::for_bom(source.peek(3)?).map(|(encoding, _)| encoding);
        let encoding = marked
            .or(declared.map(|charset| charset.0))
            .unwrap_or(UTF_8);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_with_bom_removal());
        Ok(Self {
            source,
            decoder,
            encoding,
            is_marked: marked.is_some(),
            text: Vec::new(),
            at: 0,
            end: 0,
            is_ended: false,
        })
    }

    pub(super) fn input(&self) -> &R {
        self.source.input()
    }

    /// The name of the charset, and whether a byte order mark told it.
    pub(super) fn charset(&self) -> (&'static str, bool) {
        (self.encoding.name(), self.is_marked)
    }

    /// Decodes the next bytes; at the end of the input none are left.
    fn decode(&mut self) -> io::Result<()> {
        let Some(decoder) = &mut self.decoder else {
            return Ok(());
        };
        self.text.resize(TEXT_BYTES, 0);
        (self.at, self.end) = (0, 0);
        while self.end == 0 && !self.is_ended {
            let raw = self.source.fill_buf()?;
            let is_last = raw.is_empty();
            let (result, read, written, _) = decoder.decode_to_utf8(raw, &mut self.text, is_last);
            self.source.consume(read);
            self.end = written;
            self.is_ended = is_last && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(())
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.decoder.is_none() {
            return self.source.read(out);
        }
        if self.at == self.end && !self.is_ended {
            self.decode()?;
        }
        let n = out.len().min(self.end - self.at);
        out[..n].copy_from_slice(&self.text[self.at..self.at + n]);
        self.at += n;
        Ok(n)
    }
}
