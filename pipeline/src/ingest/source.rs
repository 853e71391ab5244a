//! An input, opened and recognised, as a stream of batches of columns.

use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom};

use tokio::sync::mpsc;

use crate::error::{Doing, Error};
use crate::ingest::day::Part;
use crate::ingest::inputs::{Input, Known, Print, Task, print_of, task};
use crate::ingest::ledger::Entry;
use crate::logs::charset::Charset;
use crate::logs::counts::Counts;
use crate::logs::format::{LogFormat, SourceOptions, recognise};
use crate::logs::key::{Key, occurrence};
use crate::logs::parquet;
use crate::logs::read::read_text;
use crate::logs::unpack::{Unpacked, Unpacking, unpack, unpack_with};
use crate::logs::{Batch, Context};
use crate::run::Run;
use crate::settings::LogSource;

/// How much of an input its format is recognised by.
const SAMPLE_BYTES: usize = 64 << 10;

/// A line of tomorrow is a clock that is wrong by a zone; later ones are nonsense.
const DAY_US: i64 = 86_400_000_000;

/// An input, opened and recognised.
pub(super) struct Source {
    name: String,
    text: Text,
    /// Its first bytes where it has no print, which standard input is known by.
    sample: Vec<u8>,
    is_parquet: bool,
    format: LogFormat,
    zone: Option<String>,
    print: Print,
    /// What is to be done about it.
    pub(super) task: Task,
}

/// An input as text, of which a sample was taken.
type Text = Unpacked<Box<dyn io::Read + Send>>;

/// A step of reading.
pub(super) enum Step {
    Batch(Box<Batch>),
    End {
        is_cut: bool,
        has_junk: bool,
        loaded_bytes: u64,
    },
}

impl Source {
    /// Opens an input and recognises its format.
    pub(super) fn open(
        run: &Run,
        key: &Key,
        input: &Input,
        known: &[Known],
    ) -> Result<Self, Error> {
        let name = input.name();
        let doing = format!("failed to read `{name}`");
        let (mut file, print, task) = if input.is_stdin() {
            let task = Task::Read {
                skip_bytes: 0,
                skip_lines: 0,
                chain: Vec::new(),
            };
            (
                None,
                Print {
                    size: 0,
                    head: 0,
                    tail: 0,
                },
                task,
            )
        } else {
            let mut file = File::open(&input.path).doing(&doing)?;
            let size = file.metadata().doing(&doing)?.len();
            let print = print_of(&mut file, key, size).doing(&doing)?;
            let task = task(&mut file, key, print, known).doing(&doing)?;
            (Some(file), print, task)
        };
        let is_parquet = file.as_mut().is_some_and(is_parquet);
        let mut text = text(file, is_parquet, &input.source).doing(&doing)?;
        let options = SourceOptions {
            format: input.source.format.clone(),
            columns: input.source.columns.clone().into_iter().collect(),
            delimiter: None,
        };
        let sample = text.sample(SAMPLE_BYTES).doing(&doing)?;
        let format = recognise(sample, &options).doing(format!("`{name}` was not loaded"))?;
        let sample = if input.is_stdin() {
            sample.to_vec()
        } else {
            Vec::new()
        };
        let zone = input.source.timezone.clone();
        let zone = zone.or_else(|| Some(run.settings.intranet.timezone.clone()));
        Ok(Self {
            name,
            text,
            sample,
            is_parquet,
            format,
            zone,
            print,
            task,
        })
    }

    /// In a word, what a load would do.
    pub(super) fn explained(&self) -> String {
        match &self.task {
            Task::Unchanged => "skip, it is in the lake".to_owned(),
            Task::Read { skip_lines: 0, .. } => format!("read as {}", self.format_name()),
            Task::Read { skip_lines, .. } => {
                format!(
                    "read as {}, from line {} on",
                    self.format_name(),
                    skip_lines + 1
                )
            }
        }
    }

    fn format_name(&self) -> &'static str {
        if self.is_parquet {
            "parquet"
        } else {
            self.format.as_str()
        }
    }

    /// What the ledger will say of each of its parts.
    pub(super) fn about(&self, key: &Key, chain: Vec<i64>) -> About {
        let Print { size, head, .. } = self.print;
        let seed = if size == 0 {
            key.event_hash(&self.sample)
        } else {
            head
        };
        let skipped = match &self.task {
            Task::Read { skip_bytes, .. } => *skip_bytes,
            Task::Unchanged => 0,
        };
        About {
            seed: occurrence(seed, skipped + 1),
            name: self.name.clone(),
            format: self.format_name().to_owned(),
            has_referrers: self.format.has_referrer(),
            print: self.print,
            chain,
            is_cut: false,
            is_ended: false,
            loaded_bytes: 0,
            lines: 0,
            n_parts: 0,
        }
    }

    /// Reads it on a thread of its own, which parses with all others.
    pub(super) fn stream(self, run: &Run, key: &Key) -> Result<Stream, Error> {
        let Task::Read {
            skip_bytes,
            skip_lines,
            ..
        } = self.task
        else {
            return Err(Error::failed("an unchanged input is not read"));
        };
        let now = jiff::Timestamp::now().as_microsecond();
        let zone = run.zone_named(self.zone.as_deref())?;
        let context = Context {
            site: run.site()?,
            key: key.clone(),
            log_zone: zone,
            latest_ts: now + DAY_US,
        };
        let doing = format!("failed to read `{}`", self.name);
        let (to, from) = mpsc::channel(2);
        tokio::task::spawn_blocking(move || {
            let Self {
                mut text, format, ..
            } = self;
            let end = io::copy(&mut (&mut text).take(skip_bytes), &mut io::sink())
                .and_then(|_| {
                    let start = (skip_lines + 1, skip_bytes);
                    read_text(text, &format, &context, threads(), start, |batch| {
                        to.blocking_send(Ok(Step::Batch(Box::new(batch))))
                            .map_err(|gone| {
                                io::Error::other(format!("the load was given up: {gone}"))
                            })
                    })
                    .map_err(io::Error::other)
                })
                .map(|end| Step::End {
                    is_cut: end.was_cut,
                    has_junk: end.has_junk,
                    loaded_bytes: skip_bytes + end.bytes,
                })
                .doing(doing);
            // The other side is gone only when the load failed already.
            drop(to.blocking_send(end));
        });
        Ok(Stream { from })
    }
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

fn is_parquet(file: &mut File) -> bool {
    let mut head = [0; 4];
    file.seek(SeekFrom::Start(0)).is_ok()
        && file.read_exact(&mut head).is_ok()
        && parquet::is_parquet(&head)
}

/// An input from its start, as text.
fn text(file: Option<File>, is_parquet: bool, source: &LogSource) -> io::Result<Text> {
    let input: Box<dyn io::Read + Send> = match file {
        None => Box::new(io::stdin()),
        Some(file) if is_parquet => return unpack(Box::new(parquet::lines(file)?)),
        Some(mut file) => {
            file.seek(SeekFrom::Start(0))?;
            Box::new(file)
        }
    };
    let how = Unpacking {
        charset: source.charset.as_deref().and_then(Charset::named),
        ..Unpacking::default()
    };
    unpack_with(input, &how)
}

/// Steps of reading, in the input's order.
pub(super) struct Stream {
    from: mpsc::Receiver<Result<Step, Error>>,
}

impl Stream {
    pub(super) async fn next(&mut self) -> Option<Result<Step, Error>> {
        self.from.recv().await
    }
}

/// What the ledger will say of the parts of an input.
pub(super) struct About {
    seed: i64,
    name: String,
    format: String,
    has_referrers: bool,
    print: Print,
    pub(super) chain: Vec<i64>,
    pub(super) is_cut: bool,
    pub(super) is_ended: bool,
    pub(super) loaded_bytes: u64,
    lines: u64,
    n_parts: u64,
}

impl About {
    /// The next part.
    pub(super) fn part(&self) -> Part {
        let input_id = occurrence(self.seed, self.n_parts);
        Part {
            input_id,
            chain: self.chain.clone(),
        }
    }

    pub(super) fn entry(&mut self, input_id: i64, counts: &Counts, names_users: bool) -> Entry {
        self.n_parts += 1;
        self.lines += counts.lines;
        // Only the last part vouches for the whole input: a load that broke off is done again.
        let size = if self.is_ended { self.print.size } else { 0 };
        Entry {
            input_id,
            name: self.name.clone(),
            format: self.format.clone(),
            print: Print { size, ..self.print },
            counts: counts.clone(),
            duplicates: 0,
            has_referrers: self.has_referrers,
            names_users,
            is_cut: self.is_cut,
            loaded_bytes: self.loaded_bytes,
        }
    }

    /// The input as later ones of this load should know it.
    pub(super) fn known(&self) -> Known {
        let id = self.chain.last().copied().unwrap_or(self.seed);
        Known::new(id, self.print, self.lines, self.loaded_bytes)
    }
}
