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
use crate::ingest::source::{About, Source, Step, Stream};
use crate::logs::columns::Events;
use crate::logs::counts::Counts;
use crate::logs::evidence::EvidenceSum;
use crate::logs::key::Key;
use crate::logs::{self, Rejects};
use crate::run::Run;
use crate::store::Lake;

/// Events that a batch holds before it is written: some 100 MB, and as much again for writing them.
const BATCH_EVENTS: usize = 500_000;

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
    let mut load = Load {
        run,
        lake,
        key,
        batch: Batch::default(),
        ledger: Ledger::default(),
    };
    let stored = lake
        .read("inputs", None, None)
        .await
        .doing("failed to read the ledger")?;
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
        let (rejected, lines) = (
            entry.counts.rejected,
            entry.counts.lines - entry.counts.comments,
        );
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

/// What was read of an input since its last part was written, besides its events: those go straight
/// into the batch, and are taken out again when the input is refused.
#[derive(Default)]
struct Reading {
    /// First row of the part in the batch.
    start: usize,
    rejects: Rejects,
    counts: Counts,
    evidence: EvidenceSum,
}

impl Reading {
    fn from(start: usize) -> Self {
        Self {
            start,
            ..Self::default()
        }
    }

    fn add(&mut self, batch: logs::Batch, events: &mut Events) {
        events.merge(batch.events);
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
        let read = match source.stream(self.run, self.key) {
            Ok(stream) => self.read(input, &mut about, stream, options).await?,
            Err(error) => Err(error),
        };
        if read.is_err() {
            // Rows of a part belong to it; those behind the last part are the refused input's.
            let rows = self.batch.buffer.part.len();
            self.batch.buffer.events.truncate(rows);
        } else {
            known.push(about.known());
        }
        if self.batch.buffer.events.len() >= BATCH_EVENTS {
            self.write().await?;
        }
        Ok(read)
    }

    async fn read(
        &mut self,
        input: &Input,
        about: &mut About,
        mut stream: Stream,
        options: &Options,
    ) -> Result<Result<(), Error>, Error> {
        let mut reading = Reading::from(self.batch.buffer.events.len());
        while let Some(step) = stream.next().await {
            match step {
                Ok(Step::Batch(batch)) => reading.add(*batch, &mut self.batch.buffer.events),
                Ok(Step::End {
                    is_cut,
                    has_junk,
                    loaded_bytes,
                }) => {
                    if has_junk {
                        self.run.talk.look_at(format!(
                            "`{}` ends with bytes that are no packed log: they were not read",
                            input.name()
                        ));
                    }
                    (about.is_cut, about.loaded_bytes) = (is_cut, loaded_bytes);
                    about.is_ended = true;
                }
                Err(error) => return Ok(Err(error)),
            }
            // Parts end where the input's own blocks do, whatever came before it: a load that broke
            // off and is done again cuts the same parts.
            if self.batch.buffer.events.len() - reading.start >= BATCH_EVENTS {
                if let Err(error) = check(input, &reading, options) {
                    return Ok(Err(error));
                }
                self.take(about, reading);
                self.write().await?;
                reading = Reading::from(0);
            }
        }
        if let Err(error) = check(input, &reading, options) {
            return Ok(Err(error));
        }
        self.take(about, reading);
        Ok(Ok(()))
    }

    /// Makes what was read a part of the batch.
    fn take(&mut self, about: &mut About, mut reading: Reading) {
        let part = about.part();
        let place = self.batch.parts.len() as u32;
        let buffer = &mut self.batch.buffer;
        buffer.part.resize(buffer.events.len(), place);
        let is_weak = &buffer.events.is_weak[reading.start..];
        let names_users = is_weak.iter().any(|is_weak| !is_weak);
        self.batch
            .entries
            .push(about.entry(part.input_id, &reading.counts, names_users));
        about.chain.push(part.input_id);
        self.batch.parts.push(part);
        self.batch.rejects.push(reading.rejects);
        self.batch.evidence.push(reading.evidence.take_rows());
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
        Ok(lake) => known(
            &lake
                .read("inputs", None, None)
                .await
                .doing("failed to read the ledger")?,
        )?,
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
