//! Reads a whole log: one thread reads and unpacks, the others parse, batches come in the order of the input.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use super::batch::{Batch, Context};
use super::format::LogFormat;
use super::parse::Parser;
use super::split::{Block, Blocks, Unit};
use super::unpack::{self, Unpacked};

/// What reading a log came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadSummary {
    /// Lines read (in CSV records).
    pub lines: u64,
    /// Bytes read, unpacked.
    pub bytes: u64,
    /// Whether a packed input ended before its end: the whole lines before the cut were read.
    pub was_cut: bool,
    /// Whether the input was packed.
    pub was_packed: bool,
}

/// Why reading a log stopped.
#[derive(Debug, thiserror::Error)]
pub enum LogError<E> {
    /// The input failed.
    #[error("cannot read the log: {0}")]
    Read(#[from] io::Error),
    /// Whoever took the batches failed.
    #[error(transparent)]
    Take(E),
}

/// Reads a log, packed or not, and hands its batches to `on_batch` in the order of the input. At most `threads + 2`
/// blocks are in memory at once.
///
/// # Errors
/// When the input cannot be read or `on_batch` fails; the batches before were handed over.
pub fn read_log<E>(
    input: impl Read + Send,
    format: &LogFormat,
    context: &Context,
    threads: usize,
    on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<ReadSummary, LogError<E>> {
    read_log_from(input, format, context, threads, (1, 0), on_batch)
}

/// Like `read_log` for the later part of a log: `start` is the number (from 1) and offset of its first line. Only a
/// part at offset 0 has the header of CSV.
///
/// # Errors
/// As `read_log`.
pub fn read_log_from<E>(
    input: impl Read + Send,
    format: &LogFormat,
    context: &Context,
    threads: usize,
    start: (u64, u64),
    on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<ReadSummary, LogError<E>> {
    let threads = threads.max(1);
    let (full, filled) = channel();
    let (parsed, done) = channel();
    let (spare, spares) = channel();
    for _ in 0..threads + 2 {
        // Both ends are in hand: sending cannot fail.
        spare.send(Block::default()).ok();
    }
    let filled = Mutex::new(filled);
    thread::scope(|scope| {
        let reader = scope.spawn(move || read_blocks(input, unit_of(format), start, &spares, &full));
        for _ in 0..threads {
            let (filled, parsed) = (&filled, parsed.clone());
            scope.spawn(move || parse_blocks(format, context, filled, &parsed));
        }
        drop(parsed);
        let taken = take_batches(&done, spare, on_batch);
        let summary = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        taken.map_err(LogError::Take)?;
        Ok(summary?)
    })
}

fn unit_of(format: &LogFormat) -> Unit {
    match format {
        LogFormat::Csv(map) => Unit::Record(map.delimiter),
        _ => Unit::Line,
    }
}

type Numbered<T> = (u64, T);

/// Fills spare blocks until the input or the wish for more ends.
fn read_blocks(
    input: impl Read,
    unit: Unit,
    start: (u64, u64),
    spares: &Receiver<Block>,
    full: &Sender<Numbered<Block>>,
) -> io::Result<ReadSummary> {
    let mut unpacked = unpack::unpack(input)?;
    let mut blocks = Blocks::new(&mut unpacked, unit).starting_at(start.0, start.1);
    let mut lost = (0, 0);
    for (number, mut block) in (0..).zip(spares) {
        if !blocks.next_into(&mut block)? {
            break;
        }
        if blocks.input().was_cut() {
            lost = drop_open_line(&mut block.bytes);
        }
        if full.send((number, block)).is_err() {
            break;
        }
    }
    let (line, offset) = blocks.position();
    Ok(summary_of(&unpacked, line - start.0 - lost.0, offset - start.1 - lost.1))
}

/// Takes the line off that the cut of a packed input went through; says how many lines and bytes that was.
fn drop_open_line(bytes: &mut Vec<u8>) -> (u64, u64) {
    let end = memchr::memrchr(b'\n', bytes).map_or(0, |at| at + 1);
    let lost = (bytes.len() - end) as u64;
    bytes.truncate(end);
    (u64::from(lost > 0), lost)
}

fn summary_of<R: Read>(unpacked: &Unpacked<R>, lines: u64, bytes: u64) -> ReadSummary {
    ReadSummary { lines, bytes, was_cut: unpacked.was_cut(), was_packed: unpacked.was_packed() }
}

fn parse_blocks(
    format: &LogFormat,
    context: &Context,
    filled: &Mutex<Receiver<Numbered<Block>>>,
    parsed: &Sender<Numbered<(Batch, Block)>>,
) {
    let mut parser = Parser::new(context);
    loop {
        let next = filled.lock().map(|filled| filled.recv());
        let Ok(Ok((number, block))) = next else { return };
        let batch = parser.parse_block(format, &block.bytes, block.first_line, block.first_offset);
        if parsed.send((number, (batch, block))).is_err() {
            return;
        }
    }
}

/// Hands the batches over in order. A block becomes spare only when its batch is taken: that bounds the memory.
fn take_batches<E>(
    done: &Receiver<Numbered<(Batch, Block)>>,
    spare: Sender<Block>,
    mut on_batch: impl FnMut(Batch) -> Result<(), E>,
) -> Result<(), E> {
    let mut waiting = BTreeMap::new();
    let mut next = 0;
    for (number, parsed) in done {
        waiting.insert(number, parsed);
        while let Some((batch, block)) = waiting.remove(&next) {
            on_batch(batch)?;
            next += 1;
            // The reader may have ended already.
            spare.send(block).ok();
        }
    }
    Ok(())
}
