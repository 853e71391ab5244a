//! Logs into the lake: each line ends in exactly one place, and the ledger adds up.
//!
//! Inputs are read one after the other, each by all threads; what they give is held until a bounded
//! batch is full and then written as one commit a table. An input larger than a batch is written in
//! parts, each with its own row in the ledger.

mod day;
mod flush;
mod inputs;
mod ledger;
mod source;

pub use inputs::{Input, inputs_of_settings, named_inputs};
pub use ledger::{Entry, Ledger};

pub(crate) use flush::append;

use crate::error::{Doing, Error};
use crate::ingest::flush::{Batch, flush};
use crate::ingest::inputs::{Known, Task, known};
use crate::ingest::source::{About, Source, Step};
use crate::logs::{self, Rejects};
use crate::logs::columns::Events;
use crate::logs::counts::Counts;
use crate::logs::evidence::EvidenceSum;
use crate::logs::key::Key;
use crate::run::Run;
use crate::store::Lake;

/// Events that a batch holds at most before it is written: about 250 MB with what writing needs.
const BATCH_EVENTS: usize = 1_100_000;

/// Least share of readable lines.
const LEAST_READABLE: f64 = 0.9;

/// How a load is done.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Write nothing; tell what would be done.
    pub is_dry: bool,
    /// Load files of which too few lines can be read.
    pub is_forced: bool,
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
    let mut load = Load { run, lake, key, batch: Batch::default(), ledger: Ledger::default() };
    let stored = lake.read("inputs", None, None).await.doing("failed to read the ledger")?;
    let mut parts = known(&stored)?;
    let bar = run.talk.bar(inputs.len() as u64, "reading");
    let mut first_refusal = None;
    for input in inputs {
        if let Err(error) = load.input(input, &mut parts, options).await? {
            load.ledger.refused.push((input.name(), words(&error)));
            first_refusal.get_or_insert(error);
        }
        bar.inc(1);
    }
    bar.finish_and_clear();
    load.write().await?;
    let ledger = load.ledger;
    match first_refusal {
        Some(error) if ledger.entries.is_empty() && ledger.unchanged.is_empty() => Err(error),
        _ => {
            look_at(run, &ledger);
            Ok(ledger)
        }
    }
}

/// An error and its causes in one line.
fn words(error: &Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(next) = cause {
        text.push_str(": ");
        text.push_str(&next.to_string());
        cause = next.source();
    }
    text
}

fn look_at(run: &Run, ledger: &Ledger) {
    for (name, why) in &ledger.refused {
        run.talk.look_at(format!("`{name}` was refused: {why}"));
    }
    let limit = run.settings.ingest.reject_limit;
    for entry in &ledger.entries {
        let (rejected, lines) = (entry.counts.rejected, entry.counts.lines - entry.counts.comments);
        if rejected as f64 > limit * lines as f64 {
            run.talk.look_at(format!(
                "`{}`: {rejected} of {lines} lines could not be read; `elephant status --rejects {}` shows them",
                entry.name, entry.name
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
    run: &'a Run,
    lake: &'a Lake,
    key: &'a Key,
    batch: Batch,
    ledger: Ledger,
}

/// What was read of an input since its last part was written.
#[derive(Default)]
struct Reading {
    events: Events,
    rejects: Rejects,
    counts: Counts,
    evidence: EvidenceSum,
}

impl Reading {
    fn add(&mut self, batch: logs::Batch) {
        self.events.merge(batch.events);
        self.rejects.merge(batch.rejects);
        self.counts.merge(&batch.counts);
        self.evidence.absorb(&batch.evidence);
    }

    /// Whether enough lines could be read.
    fn is_readable(&self) -> bool {
        let lines = self.counts.lines - self.counts.comments;
        (lines - self.counts.rejected) as f64 >= LEAST_READABLE * lines as f64
    }
}

impl Load<'_> {
    /// Reads one input. The outer error is the lake's, the inner one the input's: it was refused.
    async fn input(
        &mut self,
        input: &Input,
        known: &mut Vec<Known>,
        options: &Options,
    ) -> Result<Result<(), Error>, Error> {
        let source = match Source::open(self.run, self.key, input, known) {
            Ok(source) => source,
            Err(error) => return Ok(Err(error)),
        };
        let Task::Read { chain, .. } = source.task.clone() else {
            self.ledger.unchanged.push(input.name());
            return Ok(Ok(()));
        };
        let mut about = source.about(self.key, chain);
        let mut reading = Reading::default();
        let mut n_parts = 0;
        let mut stream = match source.stream(self.run, self.key) {
            Ok(stream) => stream,
            Err(error) => return Ok(Err(error)),
        };
        while let Some(read) = stream.next().await {
            match read {
                Ok(Step::Batch(batch)) => reading.add(*batch),
                Ok(Step::End { is_cut, loaded_bytes }) => {
                    (about.is_cut, about.loaded_bytes) = (is_cut, loaded_bytes);
                    about.is_ended = true;
                }
                Err(error) => return Ok(Err(error)),
            }
            if reading.events.len() >= BATCH_EVENTS {
                if let Err(error) = check(input, &reading, options) {
                    return Ok(Err(error));
                }
                self.take(&mut about, std::mem::take(&mut reading), n_parts).await?;
                n_parts += 1;
            }
        }
        if let Err(error) = check(input, &reading, options) {
            return Ok(Err(error));
        }
        self.take(&mut about, reading, n_parts).await?;
        known.push(about.known());
        Ok(Ok(()))
    }

    /// Puts a part of an input into the batch, which is written before it grows too large.
    async fn take(&mut self, about: &mut About, mut reading: Reading, n: u64) -> Result<(), Error> {
        if self.batch.buffer.events.len() + reading.events.len() > BATCH_EVENTS {
            self.write().await?;
        }
        let part = about.part(n);
        let place = self.batch.parts.len() as u32;
        let rows = self.batch.buffer.part.len() + reading.events.len();
        self.batch.buffer.part.resize(rows, place);
        let entry = about.entry(part.input_id, &reading.counts, &reading.events);
        self.batch.buffer.events.merge(reading.events);
        about.chain.push(part.input_id);
        self.batch.parts.push(part);
        self.batch.entries.push(entry);
        self.batch.rejects.push(reading.rejects);
        self.batch.evidence.push(reading.evidence.take_rows());
        Ok(())
    }

    async fn write(&mut self) -> Result<(), Error> {
        let batch = std::mem::take(&mut self.batch);
        self.ledger.entries.extend(flush(self.lake, batch).await?);
        Ok(())
    }
}

fn check(input: &Input, reading: &Reading, options: &Options) -> Result<(), Error> {
    if options.is_forced || reading.is_readable() {
        return Ok(());
    }
    Err(Error::failed(format!(
        "`{}`: {} of {} lines could not be read, which is too many: name its format in [[logs]], \
         or load it all the same with --force",
        input.name(),
        reading.counts.rejected,
        reading.counts.lines - reading.counts.comments
    )))
}

/// What a load would do, without doing it.
///
/// # Errors
/// When an input cannot be opened.
pub async fn explain(run: &Run, inputs: &[Input]) -> Result<String, Error> {
    let key = run.key().unwrap_or_else(|_| Key::new([0; 32]));
    let parts = match run.lake().await {
        Ok(lake) => {
            known(&lake.read("inputs", None, None).await.doing("failed to read the ledger")?)?
        }
        Err(_) => Vec::new(),
    };
    let mut text = String::new();
    for input in inputs {
        let line = match Source::open(run, &key, input, &parts) {
            Ok(source) => source.explained(),
            Err(error) => format!("refuse: {}", words(&error)),
        };
        text.push_str(&format!("{}: {line}\n", input.name()));
    }
    Ok(text)
}
