//! Which inputs there are, and whether the lake knows them already.
//!
//! An input is known by its content: its first 4 KiB, its size and its last 4 KiB, each as a keyed
//! hash. So a renamed or rotated file is no new one, and a file that grew is read from where it ended.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use arrow::array::RecordBatch;

use crate::engine::columns::{self, int_at};
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::run::Run;
use crate::settings::LogSource;

/// How much of an input's start and end tells it from others.
const PRINT_BYTES: u64 = 4096;

/// An input to be loaded.
#[derive(Debug, Clone)]
pub struct Input {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// The source of the settings that names it.
    pub source: LogSource,
}

impl Input {
    /// Its name in the ledger.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether it is standard input.
    pub fn is_stdin(&self) -> bool {
        self.path == Path::new("-")
    }
}

/// Refuses settings that name no logs.
///
/// # Errors
/// When there are none.
pub fn must_name_logs(run: &Run) -> Result<(), Error> {
    match run.settings.sources().next() {
        Some(_) => Ok(()),
        None => Err(Error::usage(
            "no log is named: name files, or add `[[logs]]` with a `path` to elephant.toml",
        )),
    }
}

/// The inputs that the settings name, sorted by source and name.
///
/// # Errors
/// When the settings name none, or a pattern is no pattern.
pub fn inputs_of_settings(run: &Run) -> Result<Vec<Input>, Error> {
    must_name_logs(run)?;
    let mut inputs: Vec<Input> = Vec::new();
    let mut listed: BTreeSet<PathBuf> = BTreeSet::new();
    for source in run.settings.sources() {
        let before = inputs.len();
        let pattern = format!("`{}` is no pattern of files", source.path);
        for path in glob::glob(&source.path).misused(&pattern)? {
            let path = path.doing("failed to list the logs")?;
            if path.is_file() && listed.insert(path.clone()) {
                inputs.push(Input {
                    path,
                    source: source.clone(),
                });
            }
        }
        if inputs.len() == before {
            run.talk.look_at(format!("`{}` names no file", source.path));
        }
    }
    Ok(inputs)
}

/// The inputs named on the command line; a folder stands for the files in it.
///
/// # Errors
/// When one of them is not there, or a folder has no file.
pub fn named_inputs(run: &Run, names: &[PathBuf]) -> Result<Vec<Input>, Error> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for name in names {
        if name.is_dir() {
            let doing = format!("failed to list `{}`", name.display());
            let mut inside: Vec<PathBuf> = fs::read_dir(name)
                .misused(&doing)?
                .filter_map(|entry| entry.ok().map(|entry| entry.path()))
                .filter(|path| path.is_file())
                .collect();
            if inside.is_empty() {
                return Err(Error::usage(format!(
                    "no file is in the folder `{}`: name one that logs are in; folders inside it are not looked into",
                    name.display()
                )));
            }
            inside.sort();
            paths.extend(inside);
        } else {
            if name != Path::new("-") {
                fs::metadata(name).misused(format!("failed to open `{}`", name.display()))?;
            }
            paths.push(name.clone());
        }
    }
    Ok(paths
        .into_iter()
        .map(|path| Input {
            source: source_of(run, &path),
            path,
        })
        .collect())
}

/// The first source of the settings whose pattern matches, else plain defaults.
pub(crate) fn source_of(run: &Run, path: &Path) -> LogSource {
    let full = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let matches = |source: &&LogSource| {
        let pattern = Path::new(&source.path);
        let absolute = std::path::absolute(pattern).unwrap_or_else(|_| pattern.to_owned());
        glob::Pattern::new(&absolute.to_string_lossy())
            .is_ok_and(|pattern| pattern.matches_path(&full) || pattern.matches_path(path))
    };
    run.settings
        .sources()
        .find(matches)
        .cloned()
        .unwrap_or_default()
}

/// What an input looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Print {
    /// Size in bytes.
    pub size: u64,
    /// Keyed hash of its start.
    pub head: i64,
    /// Keyed hash of its end.
    pub tail: i64,
}

/// A part of an input that the lake holds already.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    /// The part's id.
    input_id: i64,
    pub(super) print: Print,
    /// Lines of the part.
    lines: u64,
    /// Bytes, uncompressed, that ended the part, counted from the input's start.
    loaded_bytes: u64,
}

impl Known {
    /// The id of an input that is being read: no part has it, for ids are never 0.
    pub(super) const PENDING: i64 = 0;

    /// Whether it is an earlier part of the same input as a part that ends it.
    fn is_before(&self, last: &Self) -> bool {
        self.print.size == 0 && self.print.head == last.print.head
    }

    /// Whether it ends an input that begins as this one does and is no earlier part of it: a copy that was changed or
    /// cut off.
    pub(super) fn is_of_another(&self, print: Print, chain: &[i64]) -> bool {
        let begins_alike = self.print.size > 0 && self.print.head == print.head;
        begins_alike && !chain.contains(&self.input_id)
    }

    /// Whether it is being read.
    pub(super) fn is_pending(&self) -> bool {
        self.input_id == Self::PENDING
    }

    /// A part that this load wrote.
    pub(super) fn new(input_id: i64, print: Print, lines: u64, loaded_bytes: u64) -> Self {
        Self {
            input_id,
            print,
            lines,
            loaded_bytes,
        }
    }
}

/// What is to be done about an input.
#[derive(Debug, Clone)]
pub(super) enum Task {
    /// It is in the lake as it is.
    Unchanged,
    /// It, or what was added to it, is to be read.
    Read {
        /// Uncompressed bytes to skip: they are in the lake.
        skip_bytes: u64,
        /// Lines in those bytes.
        skip_lines: u64,
        /// The parts that are in the lake.
        chain: Vec<i64>,
    },
}

/// The parts of inputs that the ledger lists.
///
/// # Errors
/// When the ledger cannot be read.
pub(super) fn known(ledger: &[RecordBatch]) -> Result<Vec<Known>, Error> {
    let mut known = Vec::new();
    for batch in ledger {
        let column = |name| columns::ints(batch, name);
        let (id, size, head, tail) = (
            column("input_id")?,
            column("size")?,
            column("head")?,
            column("tail")?,
        );
        let (lines, loaded) = (column("lines")?, column("loaded_bytes")?);
        known.extend((0..batch.num_rows()).map(|row| Known {
            input_id: id.value(row),
            print: Print {
                size: int_at(&size, row) as u64,
                head: head.value(row),
                tail: tail.value(row),
            },
            lines: int_at(&lines, row) as u64,
            loaded_bytes: int_at(&loaded, row) as u64,
        }));
    }
    Ok(known)
}

/// The print of a file.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn print_of(file: &mut File, key: &Key, size: u64) -> std::io::Result<Print> {
    let head = hash_range(file, key, 0, size.min(PRINT_BYTES))?;
    let tail = hash_range(file, key, size.saturating_sub(PRINT_BYTES), size)?;
    Ok(Print { size, head, tail })
}

fn hash_range(file: &mut File, key: &Key, start: u64, end: u64) -> std::io::Result<i64> {
    let mut bytes = vec![0; (end - start) as usize];
    file.seek(SeekFrom::Start(start))?;
    file.read_exact(&mut bytes)?;
    Ok(key.event_hash(&bytes))
}

/// What is to be done about a file of this print.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn task(
    file: &mut File,
    key: &Key,
    print: Print,
    known: &[Known],
) -> std::io::Result<Task> {
    if known.iter().any(|part| part.print == print) {
        return Ok(Task::Unchanged);
    }
    let mut chain: Vec<&Known> = Vec::new();
    let mut heads = Heads::of(print);
    for part in known.iter().filter(|part| part.print.size < print.size) {
        if part.print.size > 0 && heads.is_start(file, key, part.print)? {
            chain.push(part);
            chain.extend(known.iter().filter(|earlier| earlier.is_before(part)));
        }
    }
    chain.sort_unstable_by_key(|part| part.input_id);
    chain.dedup_by_key(|part| part.input_id);
    Ok(Task::Read {
        skip_bytes: chain
            .iter()
            .map(|part| part.loaded_bytes)
            .max()
            .unwrap_or(0),
        skip_lines: chain.iter().map(|part| part.lines).sum(),
        chain: chain.iter().map(|part| part.input_id).collect(),
    })
}

/// What a file begins with, hashed once for each length: known inputs may be many, and hardly ever begins one like
/// another.
struct Heads(BTreeMap<u64, i64>);

impl Heads {
    /// Those of a file of this print.
    fn of(print: Print) -> Self {
        let length = print.size.min(PRINT_BYTES);
        Self(BTreeMap::from([(length, print.head)]))
    }

    /// Whether the file begins with the content that has this print.
    fn is_start(&mut self, file: &mut File, key: &Key, part: Print) -> std::io::Result<bool> {
        let length = part.size.min(PRINT_BYTES);
        let head = match self.0.get(&length) {
            Some(head) => *head,
            None => {
                let head = hash_range(file, key, 0, length)?;
                self.0.insert(length, head);
                head
            }
        };
        let tail = part.size.saturating_sub(PRINT_BYTES)..part.size;
        Ok(head == part.head && hash_range(file, key, tail.start, tail.end)? == part.tail)
    }
}
