//! Many inputs read by all threads: each thread takes the next block of whichever input has one to give, and parses
//! it with a parser of its own.
//!
//! The naive way is one thread that reads and others that parse: of packed inputs the one that unpacks would hold up
//! all others. Here small inputs are unpacked side by side, and of a large one a thread unpacks the next block while
//! another parses the last.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use crate::error::{Doing, Error};
use crate::ingest::inputs::{Input, Known, Task};
use crate::ingest::piles::Piles;
use crate::ingest::source::{About, Bytes, Met};
use crate::logs::columns::{Events, Words};
use crate::logs::counts::Counts;
use crate::logs::format::LogFormat;
use crate::logs::key::Key;
use crate::logs::parse::Parser;
use crate::logs::read::{LogBlocks, ReadSummary};
use crate::logs::split::Block;
use crate::logs::{Context, Parsed, Rejects};
use crate::run::Run;

/// Unpacked bytes of a part of an input: a part is loaded whole or not at all, and held in memory until then. Parts
/// are cut at the same places whatever was read before, so that a load that broke off and is done again cuts the same.
pub(super) const PART_BYTES: u64 = 48 << 20;
/// An input up to this size, as it is stored, may be read beside others: all of it may have to be held.
const SMALL_BYTES: u64 = 16 << 20;

/// The inputs of a load, and how far each was read.
pub(super) struct Reading<'r> {
    run: &'r Run,
    key: &'r Key,
    inputs: &'r [Input],
    /// Events after which no further part is begun, but for the last one of a file.
    enough: usize,
    n_events: AtomicUsize,
    state: Mutex<State>,
}

struct State {
    /// Place of the first input that was not opened yet.
    next: usize,
    streams: Vec<Arc<Stream>>,
    known: Vec<Known>,
    /// Inputs that give no stream.
    closed: Vec<(usize, Closed)>,
}

/// Why an input gives no lines.
pub(super) enum Closed {
    /// The lake has it already.
    Unchanged,
    /// It cannot be read.
    Refused(Error),
}

/// An open input.
pub(super) struct Stream {
    /// Place among the inputs.
    pub(super) place: usize,
    /// What the ledger will say of it.
    pub(super) about: Mutex<About>,
    name: String,
    format: LogFormat,
    zone: TimeZone,
    is_small: bool,
    /// Bytes that were left when it was opened, if that is known.
    n_left: Option<u64>,
    rest: Mutex<Rest>,
}

/// What is left of an open input.
struct Rest {
    blocks: LogBlocks<Bytes>,
    part: u64,
    part_start: u64,
    n_blocks: u64,
    end: Option<Result<ReadSummary, Error>>,
}

/// A block as columns.
pub(super) struct Piece {
    /// Place of its input.
    pub(super) place: usize,
    /// Its part of the input.
    pub(super) part: u64,
    block: u64,
    /// Number of the parser whose ids it has.
    pub(super) parser: usize,
    /// The events and the lines that a filter caught.
    pub(super) piles: Piles,
    /// As in [`Parsed`].
    pub(super) rejects: Rejects,
    /// As in [`Parsed`].
    pub(super) counts: Counts,
    /// As in [`Parsed`].
    pub(super) open_reject: Option<u64>,
}

/// What a thread reads with, from round to round.
pub(super) struct Reader<'c> {
    parser: Parser<'c>,
    /// Memory of events that are written: it is there already, which is quicker than new one.
    spare: Vec<Events>,
}

impl<'c> Reader<'c> {
    pub(super) fn new(context: &'c Context) -> Self {
        Self {
            parser: Parser::new(context),
            spare: Vec::new(),
        }
    }

    /// The texts of all that it read.
    pub(super) fn words(&self) -> &Words {
        self.parser.words()
    }

    /// As `Parser::forget_words`.
    pub(super) fn forget_words(&mut self) {
        self.parser.forget_words();
    }

    /// Takes back events that are written.
    pub(super) fn recycle(&mut self, events: Events) {
        self.spare.push(events);
    }
}

/// How a stream stands after a round.
pub(super) struct Standing {
    /// The part read last.
    pub(super) part: u64,
    /// What reading came to, once the input is at its end.
    pub(super) end: Option<Result<ReadSummary, Error>>,
}

impl Stream {
    /// How it stands; an end is handed over once.
    pub(super) fn standing(&self) -> Standing {
        let mut rest = locked(&self.rest);
        Standing {
            part: rest.part,
            end: rest.end.take(),
        }
    }

    /// Whether no more than a part is left behind so many bytes.
    fn ends_soon(&self, read: u64) -> bool {
        let left = self.n_left.map(|n_left| n_left.saturating_sub(read));
        left.is_some_and(|left| left <= PART_BYTES)
    }

    /// Gives up what is left.
    pub(super) fn close(&self) {
        let mut rest = locked(&self.rest);
        rest.end = Some(Err(Error::failed("the input was refused")));
    }
}

impl<'r> Reading<'r> {
    /// Nothing is opened yet; `known` are the parts that the lake holds.
    pub(super) fn new(
        run: &'r Run,
        key: &'r Key,
        inputs: &'r [Input],
        known: Vec<Known>,
        enough: usize,
    ) -> Self {
        Self {
            run,
            key,
            inputs,
            enough,
            n_events: AtomicUsize::new(0),
            state: Mutex::new(State {
                next: 0,
                streams: Vec::new(),
                known,
                closed: Vec::new(),
            }),
        }
    }

    /// Reads until there is enough or the inputs end: whole parts only, sorted by input, part and block.
    pub(super) fn round(&self, readers: &mut [Reader<'_>]) -> Vec<Piece> {
        self.n_events.store(0, Ordering::Relaxed);
        let mut of_threads: Vec<Vec<Piece>> = readers.iter().map(|_| Vec::new()).collect();
        // Always the same threads: what a parser holds stays in the memory of the thread that uses it.
        rayon::scope(|scope| {
            for ((number, reader), pieces) in readers.iter_mut().enumerate().zip(&mut of_threads) {
                scope.spawn(move |_| *pieces = self.work(number, reader));
            }
        });
        let mut pieces: Vec<Piece> = of_threads.into_iter().flatten().collect();
        pieces.sort_unstable_by_key(|piece| (piece.place, piece.part, piece.block));
        pieces
    }

    /// The streams of the last round in the order of their inputs; those at their end are let go.
    pub(super) fn take_streams(&self) -> Vec<Arc<Stream>> {
        let mut state = locked(&self.state);
        let all = state.streams.clone();
        state
            .streams
            .retain(|stream| locked(&stream.rest).end.is_none());
        all
    }

    /// The inputs that gave no stream since this was last asked.
    pub(super) fn take_closed(&self) -> Vec<(usize, Closed)> {
        std::mem::take(&mut locked(&self.state).closed)
    }

    /// Whether every input is at its end.
    pub(super) fn is_done(&self) -> bool {
        let state = locked(&self.state);
        state.next == self.inputs.len() && state.streams.is_empty()
    }

    /// From now on these parts are known.
    pub(super) fn learn(&self, known: impl IntoIterator<Item = Known>) {
        locked(&self.state).known.extend(known);
    }

    fn work(&self, number: usize, reader: &mut Reader<'_>) -> Vec<Piece> {
        let Reader { parser, spare } = reader;
        let mut pieces = Vec::new();
        let mut block = Block::default();
        let mut last: Option<Arc<Stream>> = None;
        while let Some((stream, part, n)) = self.next_block(last.as_ref(), &mut block) {
            if last.as_ref().is_none_or(|last| last.place != stream.place) {
                parser.set_zone(&stream.zone);
            }
            let (line, offset) = (block.first_line, block.first_offset);
            let format = stream.format.under(block.header.as_deref());
            let parsed = parser.parse_block(&format, &block.bytes, line, offset);
            self.n_events
                .fetch_add(weight_of(&parsed), Ordering::Relaxed);
            let memory = spare.pop().unwrap_or_default();
            pieces.push(Piece {
                place: stream.place,
                part,
                block: n,
                parser: number,
                piles: Piles::of(&parsed.events, &parsed.filtered, memory),
                rejects: parsed.rejects,
                counts: parsed.counts,
                open_reject: parsed.open_reject,
            });
            parser.recycle(parsed.events);
            last = Some(stream);
        }
        pieces
    }

    /// The next block of any input: its stream, part and number.
    ///
    /// A thread stays with its stream while it can, and opens another before it reads what a second thread is at: so
    /// a small input is one thread's alone, and its people are met by one parser.
    fn next_block(
        &self,
        own: Option<&Arc<Stream>>,
        block: &mut Block,
    ) -> Option<(Arc<Stream>, u64, u64)> {
        let mut own = own.cloned();
        loop {
            if let Some(stream) = own.take() {
                let next = self.advance(&stream, &mut locked_soon(&stream.rest), block);
                if let Some((part, n)) = next {
                    return Some((stream, part, n));
                }
            }
            if let Some(stream) = self.open_next() {
                own = Some(stream);
                continue;
            }
            let streams = locked(&self.state).streams.clone();
            for stream in streams {
                let mut rest = locked_soon(&stream.rest);
                if let Some((part, n)) = self.advance(&stream, &mut rest, block) {
                    drop(rest);
                    return Some((stream, part, n));
                }
            }
            // What kept the next input from being opened may have come to its end meanwhile.
            own = Some(self.open_next()?);
        }
    }

    /// The next block of a stream, unless it ends or a part ends and there is enough.
    fn advance(&self, stream: &Stream, rest: &mut Rest, block: &mut Block) -> Option<(u64, u64)> {
        if rest.end.is_some() {
            return None;
        }
        let read = rest.blocks.summary().bytes;
        if read - rest.part_start >= PART_BYTES {
            // The rest of a file is read with it: mostly it ends a day, which is then written once.
            if self.has_enough() && !stream.ends_soon(read) {
                return None;
            }
            rest.part += 1;
            rest.part_start = read;
        }
        match rest.blocks.next_into(block) {
            Ok(true) => {
                rest.n_blocks += 1;
                return Some((rest.part, rest.n_blocks));
            }
            Ok(false) => rest.end = Some(Ok(rest.blocks.summary())),
            Err(error) => {
                rest.end = Some(Err(error).doing(format!("failed to read `{}`", stream.name)));
            }
        }
        None
    }

    fn has_enough(&self) -> bool {
        self.n_events.load(Ordering::Relaxed) >= self.enough
    }

    /// Opens the next input that gives a stream, if it may be read now.
    fn open_next(&self) -> Option<Arc<Stream>> {
        let mut state = locked(&self.state);
        loop {
            let stream = self.open_at(&mut state)?;
            if stream.is_some() {
                return stream;
            }
        }
    }

    /// Opens the next input; nothing when there is none or it has to wait.
    #[expect(
        clippy::option_option,
        reason = "no input, or one that gives no stream"
    )]
    fn open_at(&self, state: &mut State) -> Option<Option<Arc<Stream>>> {
        let input = self.inputs.get(state.next)?;
        let open = |stream: &&Arc<Stream>| locked(&stream.rest).end.is_none();
        let is_held = state
            .streams
            .iter()
            .filter(open)
            .any(|stream| !stream.is_small);
        if self.has_enough() || is_held {
            return None;
        }
        let place = state.next;
        let n_known = state.known.len();
        let pending = state
            .streams
            .iter()
            .map(|stream| locked(&stream.about).pending());
        state.known.extend(pending);
        let met = self.open(input, place, &state.known);
        state.known.truncate(n_known);
        let mut opened = None;
        match met {
            // It may be what another open input is, or begin as that does: that one comes first.
            Ok(Opened::Waits) => return None,
            Ok(Opened::Stream(stream)) => {
                let stream = Arc::new(*stream);
                state.streams.push(Arc::clone(&stream));
                opened = Some(stream);
            }
            Ok(Opened::Unchanged) => state.closed.push((place, Closed::Unchanged)),
            Err(error) => state.closed.push((place, Closed::Refused(error))),
        }
        state.next += 1;
        Some(opened)
    }

    fn open(&self, input: &Input, place: usize, known: &[Known]) -> Result<Opened, Error> {
        let met = Met::of(self.key, input, known)?;
        let (is_unchanged, chain) = match &met.task {
            Task::Unchanged => (true, Vec::new()),
            Task::Read { chain, .. } => (false, chain.clone()),
        };
        let is_of_pending = |part: &Known| part.is_pending() && part.print == met.print;
        if chain.contains(&Known::PENDING) || is_unchanged && known.iter().any(is_of_pending) {
            return Ok(Opened::Waits);
        }
        if is_unchanged {
            return Ok(Opened::Unchanged);
        }
        let source = met.recognised(self.run, input)?;
        let (skipped_bytes, _) = source.skipped();
        Ok(Opened::Stream(Box::new(Stream {
            place,
            name: source.name().to_owned(),
            format: source.format().clone(),
            zone: source.zone(self.run)?,
            // Standard input may be of any size.
            is_small: !input.is_stdin() && source.print().size <= SMALL_BYTES,
            n_left: source.n_left(),
            about: Mutex::new(source.about(self.key, chain, skipped_bytes, known)),
            rest: Mutex::new(Rest {
                blocks: source.into_blocks()?,
                part: 0,
                part_start: 0,
                n_blocks: 0,
                end: None,
            }),
        })))
    }
}

enum Opened {
    Stream(Box<Stream>),
    Unchanged,
    Waits,
}

/// How many events a block weighs: a line that a filter caught takes a third of an event.
fn weight_of(parsed: &Parsed) -> usize {
    parsed.events.len() + parsed.filtered.len() / 3
}

/// Longer than it takes to read a block.
const SOON: Duration = Duration::from_micros(200);

/// As `locked`, of what is held for no longer than a block is read: a thread that slept for it would come back late, and
/// often to the core on which the other works.
fn locked_soon<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    let until = Instant::now() + SOON;
    while Instant::now() < until {
        if let Ok(guard) = mutex.try_lock() {
            return guard;
        }
        std::hint::spin_loop();
    }
    locked(mutex)
}

/// A lock that a panic elsewhere cannot spoil: the panic itself ends the load.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
