//! An input: met, opened and recognised.

use std::fs::File;
use std::io::{self, Read as _, Seek, SeekFrom};
use std::path::Path;

use jiff::tz::TimeZone;

use crate::error::{Doing, Error};
use crate::ingest::day::Part;
use crate::ingest::inputs::{Input, Known, Print, Task, print_of, source_of, task};
use crate::ingest::ledger::Entry;
use crate::logs::Header;
use crate::logs::charset::Charset;
use crate::logs::counts::Counts;
use crate::logs::format::{LogFormat, SourceOptions, recognise};
use crate::logs::key::{Key, occurrence};
use crate::logs::parquet;
use crate::logs::read::LogBlocks;
use crate::logs::split::header_behind;
use crate::logs::unpack::{Unpacked, Unpacking, unpack, unpack_with};
use crate::run::Run;
use crate::settings::LogSource;

/// How much of an input its format is recognised by.
const SAMPLE_BYTES: usize = 64 << 10;

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

/// What an input is read from.
pub(crate) type Bytes = Box<dyn io::Read + Send>;
/// An input as text, of which a sample was taken.
pub(crate) type Text = Unpacked<Bytes>;

/// An input that is met: what the lake knows of it, before more is read.
pub(super) struct Met {
    /// Standard input is none.
    file: Option<File>,
    pub(super) print: Print,
    /// What is to be done about it.
    pub(super) task: Task,
}

impl Met {
    /// Opens an input.
    pub(super) fn of(key: &Key, input: &Input, known: &[Known]) -> Result<Self, Error> {
        if input.is_stdin() {
            return Ok(Self {
                file: None,
                print: Print {
                    size: 0,
                    head: 0,
                    tail: 0,
                },
                task: Task::Read {
                    skip_bytes: 0,
                    skip_lines: 0,
                    chain: Vec::new(),
                },
            });
        }
        let doing = format!("failed to read `{}`", input.name());
        let mut file = File::open(&input.path).doing(&doing)?;
        let size = file.metadata().doing(&doing)?.len();
        let print = print_of(&mut file, key, size).doing(&doing)?;
        let task = task(&mut file, key, print, known).doing(&doing)?;
        Ok(Self {
            file: Some(file),
            print,
            task,
        })
    }

    /// The input with its format recognised.
    pub(super) fn recognised(mut self, run: &Run, input: &Input) -> Result<Source, Error> {
        let name = input.name();
        let doing = format!("failed to read `{name}`");
        let is_parquet = self.file.as_mut().is_some_and(is_parquet);
        let mut text = text(self.file, is_parquet, &input.source).doing(&doing)?;
        let options = SourceOptions {
            format: input.source.format.clone(),
            has_zone: input.source.timezone.is_some(),
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
        Ok(Source {
            name,
            text,
            sample,
            is_parquet,
            format,
            zone,
            print: self.print,
            task: self.task,
        })
    }
}

impl Source {
    /// The word of `inputs.format`.
    pub(super) fn format_name(&self) -> &str {
        if self.is_parquet {
            "parquet"
        } else {
            self.format.as_str()
        }
    }

    /// What the ledger will say of each of its parts, beside those that are known.
    pub(super) fn about(&self, key: &Key, chain: Vec<i64>, skipped: u64, known: &[Known]) -> About {
        let Print { size, head, tail } = self.print;
        let is_of_another = |part: &Known| part.is_of_another(self.print, &chain);
        let seed = if size == 0 {
            key.event_hash(&self.sample)
        } else if known.iter().any(is_of_another) {
            occurrence(head, tail as u64)
        } else {
            head
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
            loaded_bytes: skipped,
            n_parts: 0,
            known: Vec::new(),
        }
    }

    /// The blocks that are to be read.
    pub(super) fn into_blocks(mut self) -> Result<LogBlocks<Bytes>, Error> {
        let (skip_bytes, skip_lines) = self.skipped();
        let header = self
            .skip(skip_bytes)
            .doing(format!("failed to read `{}`", self.name))?;
        let format = self.format.under(header.as_ref());
        let start = (skip_lines + 1, skip_bytes);
        Ok(LogBlocks::of_text(self.text, &format, start))
    }

    /// Reads on to the first byte that is new; the directives that stand before it.
    fn skip(&mut self, skip_bytes: u64) -> io::Result<Option<Header>> {
        let mut before = (&mut self.text).take(skip_bytes);
        let header = match self.format.header() {
            Some(start) if skip_bytes > 0 => Some(header_behind(&mut before, start.clone())?),
            _ => None,
        };
        io::copy(&mut before, &mut io::sink())?;
        Ok(header)
    }

    /// Bytes, unpacked, and lines that the lake has already.
    pub(super) fn skipped(&self) -> (u64, u64) {
        match self.task {
            Task::Read {
                skip_bytes,
                skip_lines,
                ..
            } => (skip_bytes, skip_lines),
            Task::Unchanged => (0, 0),
        }
    }

    /// Its name in the ledger.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is a Parquet file, whose rows are read as lines of JSON.
    pub(super) fn is_parquet(&self) -> bool {
        self.is_parquet
    }

    /// How many bytes of text are left behind those that the lake has, where that is known before they are read.
    pub(super) fn n_left(&self) -> Option<u64> {
        let is_as_stored =
            !self.is_parquet && self.text.packing().is_none() && self.text.charset().0 == "UTF-8";
        let (skipped, _) = self.skipped();
        (self.print.size > 0 && is_as_stored).then(|| self.print.size.saturating_sub(skipped))
    }

    /// How its lines are laid out.
    pub(super) fn format(&self) -> &LogFormat {
        &self.format
    }

    /// The zone of its times where they are written without one.
    pub(super) fn zone(&self, run: &Run) -> Result<TimeZone, Error> {
        run.zone_named(self.zone.as_deref())
    }

    /// What it looks like from outside.
    pub(super) fn print(&self) -> Print {
        self.print
    }
}

fn is_parquet(file: &mut File) -> bool {
    let mut head = [0; 4];
    file.seek(SeekFrom::Start(0)).is_ok()
        && file.read_exact(&mut head).is_ok()
        && parquet::is_parquet(&head)
}

/// The text of a file from its start, as a load reads it: unpacked, decoded, and of Parquet as lines.
pub(crate) fn text_of(run: &Run, path: &Path) -> io::Result<Text> {
    let mut file = File::open(path)?;
    let is_parquet = is_parquet(&mut file);
    text(Some(file), is_parquet, &source_of(run, path))
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
    n_parts: u64,
    known: Vec<Known>,
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
        // Only the last part vouches for the whole input: a load that broke off is done again.
        let size = if self.is_ended { self.print.size } else { 0 };
        let print = Print { size, ..self.print };
        self.known
            .push(Known::new(input_id, print, counts.lines, self.loaded_bytes));
        Entry {
            input_id,
            name: self.name.clone(),
            format: self.format.clone(),
            print,
            counts: counts.clone(),
            duplicates: 0,
            has_referrers: self.has_referrers,
            names_users,
            is_cut: self.is_cut,
            loaded_bytes: self.loaded_bytes,
        }
    }

    /// Its parts as later inputs of this load should know them.
    pub(super) fn known(&mut self) -> Vec<Known> {
        std::mem::take(&mut self.known)
    }

    /// The input while it is being read.
    pub(super) fn pending(&self) -> Known {
        Known::new(Known::PENDING, self.print, 0, 0)
    }
}
