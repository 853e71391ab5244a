//! Logs into the lake: each line ends in exactly one place, and the ledger adds up.
//!
//! All threads read and parse until a bounded batch is full; then all threads sort and write it. One commit a table
//! names the files of some batches, while the next batch is read. A large input is loaded in parts, each with its own
//! row in the ledger.

mod activity;
mod change;
mod day;
mod explain;
mod flush;
mod inputs;
mod layout;
mod ledger;
mod piles;
mod reading;
mod rows;
mod small;
mod source;

pub use explain::explain;
pub use inputs::{Input, inputs_of_settings, must_name_logs, named_inputs};
pub use ledger::{Entry, Ledger};

pub(crate) use inputs::source_of;
pub(crate) use small::append;
pub(crate) use source::text_of;

use std::sync::{Arc, PoisonError};

use crate::clocks;
use crate::error::{Doing, Error};
use crate::ingest::flush::{Batch, Earlier, Pending};
use crate::ingest::inputs::known;
use crate::ingest::reading::{Closed, Piece, Reader, Reading, Stream};
use crate::logs::columns::Words;
use crate::logs::counts::Counts;
use crate::logs::key::Key;
use crate::logs::{Context, Reason, Rejects, agents};
use crate::run::Run;
use crate::store::Lake;

/// Events that a batch holds at least before it is written: with the ways to them some 70 MB.
const BATCH_EVENTS: usize = 350_000;

/// Least share of readable lines.
const LEAST_READABLE: f64 = 0.9;

/// A line of tomorrow is a clock that is wrong by a zone; later ones are nonsense.
const DAY_US: i64 = 86_400_000_000;

/// How a load is done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Write nothing; tell what would be done.
    pub is_dry: bool,
    /// Load files of which too few lines can be read.
    pub is_forced: bool,
}

/// Begins what every load needs and no lake: the lists of agents are read while the lake is.
pub fn get_ready() {
    rayon::spawn(agents::get_ready);
}

/// Loads inputs. The caller holds the lock.
///
/// # Errors
/// When the lake cannot be written, or every input was refused. Inputs refused beside others that
/// were loaded are told in the ledger, and need a look.
pub async fn ingest(
    run: &Run,
    lake: &Lake,
    key: &Key,
    inputs: &[Input],
    options: &Options,
) -> Result<Ledger, Error> {
    let ledger = load(run, lake, key, inputs, options, BATCH_EVENTS).await?;
    // What was loaded stands, and the next command tries again.
    if let Err(error) = lake.whole().doing("not all tables of the lake are made") {
        run.talk.look_at(error.with_causes());
    }
    Ok(ledger)
}

/// Loads inputs by batches of so many events at least.
async fn load(
    run: &Run,
    lake: &Lake,
    key: &Key,
    inputs: &[Input],
    options: &Options,
    batch_events: usize,
) -> Result<Ledger, Error> {
    let (stored, earlier) = Earlier::read(lake).await?;
    let earlier = Arc::new(earlier);
    let now = jiff::Timestamp::now().as_microsecond();
    let context = Context {
        site: run.site()?,
        key: key.clone(),
        log_zone: run.zone()?,
        latest_ts: now + DAY_US,
    };
    let mut readers: Vec<Reader<'_>> = (0..threads()).map(|_| Reader::new(&context)).collect();
    let reading = Reading::new(run, key, inputs, known(&stored)?, batch_events);
    let mut load = Load {
        inputs,
        options,
        ledger: Ledger::default(),
        first_refusal: None,
        with_junk: Vec::new(),
        n_done: 0,
    };
    let bar = run.talk.bar(inputs.len() as u64, "reading");
    let mut pending: Option<Pending> = None;
    while !reading.is_done() {
        // The disk is waited for while the next lines are read.
        let turn = flush::turn(lake.clone(), Arc::clone(&earlier), pending.take());
        let turn = tokio::spawn(turn);
        let round = tokio::task::block_in_place(|| reading.round(&mut readers));
        let turned = turn.await.doing("failed to commit what was read")?;
        let (entries, mut next) = turned?;
        load.ledger.entries.extend(entries);
        let batch = load.settle(&reading, round);
        bar.set_position(load.n_done);
        let words: Vec<&Words> = readers.iter().map(Reader::words).collect();
        let segments = flush::write(lake, &mut next, batch, &words)?;
        pending = Some(next);
        for (segment, reader) in segments.into_iter().zip((0..readers.len()).cycle()) {
            readers[reader].recycle(segment.piles.events);
        }
        readers.iter_mut().for_each(Reader::forget_words);
    }
    let mut notes = Ok(Vec::new());
    if let Some(last) = pending {
        // The clocks are looked at while the disk is waited for.
        let brought = [&load.ledger.entries[..], last.entries()].concat();
        let base = clocks::Base::of_load(last.activity(), &stored, &brought);
        let commit = flush::commit(lake.clone(), Arc::clone(&earlier), last);
        let commit = tokio::spawn(commit);
        notes = match base {
            Ok(base) => clocks::notes_of_load(run, lake, &base, &brought).await,
            Err(error) => Err(error),
        };
        let entries = commit.await.doing("failed to commit what was read")?;
        load.ledger.entries.extend(entries?);
    }
    bar.finish_and_clear();
    match load.first_refusal {
        Some(error) if load.ledger.entries.is_empty() && load.ledger.unchanged.is_empty() => {
            // The first is told as what ended the load.
            look_at_refused(run, &load.ledger.refused[1..]);
            Err(error)
        }
        _ => {
            look_at(run, &load.ledger);
            for name in &load.with_junk {
                run.talk.look_at(format!(
                    "`{name}` ends with bytes that are no packed log: they were not read"
                ));
            }
            match notes {
                Ok(notes) => notes.iter().for_each(|note| run.talk.note(note)),
                // The load is done and stands.
                Err(error) => run.talk.note(format!(
                    "the clocks of the logs could not be looked at: {}",
                    error.with_causes()
                )),
            }
            Ok(load.ledger)
        }
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn look_at_refused(run: &Run, refused: &[(String, String)]) {
    for (name, why) in refused {
        run.talk.look_at(format!("`{name}` was refused: {why}"));
    }
}

fn look_at(run: &Run, ledger: &Ledger) {
    look_at_refused(run, &ledger.refused);
    let limit = run.settings.ingest.reject_limit;
    for entry in &ledger.entries {
        let (rejected, lines) = (
            entry.counts.rejected,
            entry.counts.lines - entry.counts.comments,
        );
        if rejected as f64 > limit * lines as f64 {
            run.talk.look_at(format!(
                "`{}`: {rejected} of {lines} lines could not be read; `{} status --rejects {}` shows them",
                entry.name, run.program(), entry.name
            ));
        }
        if entry.is_cut {
            run.talk.look_at(format!(
                "`{}` is cut off: its whole lines were kept, the rest is missing",
                entry.name
            ));
        }
    }
}

/// A load under way.
struct Load<'a> {
    inputs: &'a [Input],
    options: &'a Options,
    ledger: Ledger,
    first_refusal: Option<Error>,
    /// Inputs that end with bytes which are no packed log.
    with_junk: Vec<String>,
    /// Inputs that are at their end.
    n_done: u64,
}

/// Where the lines of some blocks went.
fn counts_of(pieces: &[Piece]) -> Counts {
    let mut counts = Counts::default();
    for piece in pieces {
        counts.merge(&piece.counts);
    }
    counts
}

impl Load<'_> {
    /// Makes what was read a batch: whole parts of inputs that were not refused.
    fn settle(&mut self, reading: &Reading<'_>, pieces: Vec<Piece>) -> Batch {
        let mut batch = Batch::default();
        let mut pieces = pieces.into_iter().peekable();
        for stream in reading.take_streams() {
            let mut parts: Vec<(u64, Vec<Piece>)> = Vec::new();
            while let Some(piece) = pieces.next_if(|piece| piece.place == stream.place) {
                match parts.last_mut() {
                    Some((part, of)) if *part == piece.part => of.push(piece),
                    _ => parts.push((piece.part, vec![piece])),
                }
            }
            self.settle_stream(reading, &stream, parts, &mut batch);
        }
        for (place, closed) in reading.take_closed() {
            match closed {
                Closed::Unchanged => {
                    self.n_done += 1;
                    self.ledger.unchanged.push(self.inputs[place].name());
                }
                Closed::Refused(error) => self.refuse(place, error),
            }
        }
        batch
    }

    fn settle_stream(
        &mut self,
        reading: &Reading<'_>,
        stream: &Stream,
        mut parts: Vec<(u64, Vec<Piece>)>,
        batch: &mut Batch,
    ) {
        let standing = stream.standing();
        let mut about = stream.about.lock().unwrap_or_else(PoisonError::into_inner);
        let end = match standing.end {
            Some(Err(error)) => {
                // What was read of the part that failed is not to be trusted.
                parts.retain(|(part, _)| *part != standing.part);
                self.refuse(stream.place, error);
                None
            }
            Some(Ok(summary)) => {
                if parts.last().is_none_or(|(part, _)| *part != standing.part) {
                    parts.push((standing.part, Vec::new()));
                }
                Some(summary)
            }
            None => None,
        };
        let last = parts.iter().rev().find_map(|(_, pieces)| pieces.last());
        let open_reject = last.and_then(|piece| piece.open_reject);
        for (number, pieces) in parts {
            let counts = counts_of(&pieces);
            let reason = || first_reason(&pieces);
            let is_last = number == standing.part;
            // The part that holds the line: behind it there may be a last one without any.
            let of_part = pieces.last().and_then(|piece| piece.open_reject);
            let judged = judged(&counts, of_part.is_some());
            if let Err(error) = check(&self.inputs[stream.place], &judged, reason, self.options) {
                self.refuse(stream.place, error);
                stream.close();
                return;
            }
            if let Some(summary) = end.filter(|_| is_last) {
                about.is_ended = true;
                about.is_cut = summary.was_cut;
                if summary.has_junk {
                    self.with_junk.push(self.inputs[stream.place].name());
                }
                // A line that the end cut off is read again, whole, once the input has grown.
                about.loaded_bytes = open_reject.unwrap_or(about.loaded_bytes + summary.bytes);
            }
            batch.take(&mut about, counts, pieces);
        }
        if end.is_some() {
            self.n_done += 1;
            reading.learn(about.known());
        }
    }

    fn refuse(&mut self, place: usize, error: Error) {
        self.n_done += 1;
        let name = self.inputs[place].name();
        let why = why(&name, &error);
        self.ledger.refused.push((name, why));
        self.first_refusal.get_or_insert(error);
    }
}

/// Why an input was refused. The error names the input, and so does what tells of it: once is enough.
fn why(name: &str, error: &Error) -> String {
    let words = error.with_causes();
    let of_input = words.strip_prefix(&format!("`{name}`"));
    let why = of_input.and_then(|rest| {
        let rest = rest.strip_prefix(" was not loaded").unwrap_or(rest);
        rest.strip_prefix(": ")
    });
    why.unwrap_or(&words).to_owned()
}

/// The most frequent reason of the unreadable lines.
fn first_reason(pieces: &[Piece]) -> Option<&'static str> {
    let mut rejects = Rejects::default();
    for piece in pieces {
        rejects.reason.extend(&piece.rejects.reason);
    }
    rejects
        .by_reason()
        .first()
        .map(|(reason, _)| reason.as_str())
}

/// The lines that speak for or against a format. If the only unreadable line is the last one and nothing ends it, it
/// is taken for cut off, and speaks for neither.
fn judged(counts: &Counts, is_last_open: bool) -> Counts {
    let mut judged = counts.clone();
    if is_last_open && counts.rejected == 1 {
        judged.lines -= 1;
        judged.rejected = 0;
    }
    judged
}

fn check(
    input: &Input,
    counts: &Counts,
    reason: impl Fn() -> Option<&'static str>,
    options: &Options,
) -> Result<(), Error> {
    let lines = counts.lines - counts.comments;
    let read = (lines - counts.rejected) as f64;
    if options.is_forced || read >= LEAST_READABLE * lines as f64 {
        return Ok(());
    }
    let reason = reason();
    let remedy = match reason {
        Some(reason) if reason == Reason::Future.as_str() => {
            "check the clocks of this machine and of the log's server"
        }
        _ if input.source.format.is_some() => "see that its format in [[logs]] is the right one",
        _ => "name its format in [[logs]]",
    };
    Err(Error::failed(format!(
        "`{}`: {} of {lines} lines could not be read ({}), which is too many: {}, or load it all the same with --force",
        input.name(),
        counts.rejected,
        reason.unwrap_or("for no reason that is known"),
        remedy,
    )))
}

#[cfg(test)]
mod batches_tests;
