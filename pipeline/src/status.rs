//! What the lake holds: the ledger, the tables, the last runs, and the unreadable lines.

use queries::text::Append;
use std::io::{BufRead as _, Read};
use std::path::Path;

use arrow::array::RecordBatch;
use datafusion::common::ScalarValue;

use crate::engine::columns::{self, int_at, text_at};
use crate::engine::session;
use crate::error::{Doing, Error};
use crate::ingest::text_of;
use crate::logs::shape;
use crate::propose::{earlier_words, n_renamed};
use crate::run::Run;
use crate::runs::{LOOK, seconds};
use crate::store::{Lake, tables};
use crate::talk::counted;

/// How many inputs are listed.
const N_SHOWN: usize = 20;

/// The lake in words, for a terminal.
///
/// # Errors
/// When the lake cannot be read.
pub async fn status(run: &Run, lake: &Lake) -> Result<String, Error> {
    let mut text = format!("lake      {}\n", run.lake_path.display());
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let days: Vec<i32> = events.files.iter().filter_map(|f| f.day).collect();
    if let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) {
        let (first, last) = (queries::day::Day(*first), queries::day::Day(*last));
        text.add_line(format_args!("days      {first} to {last}"));
    }
    text.push_str("\ntable                           rows\n");
    for table in tables::tables() {
        let snapshot = lake
            .snapshot(table.name)
            .await
            .doing(format!("failed to read the log of `{}`", table.name))?;
        let rows: u64 = snapshot.files.iter().map(|file| file.num_rows).sum();
        text.add_line(format_args!("{:<24}{rows:>12}", table.name));
    }
    let pages = pages(run, lake).await?;
    let n_earlier = n_renamed(&run.site()?, pages.iter().map(String::as_str));
    if n_earlier > 0 {
        text.add_line(format_args!("\n{}", earlier_words(n_earlier)));
    }
    let clocks = crate::clocks::notes(run, lake).await?;
    if !clocks.is_empty() {
        text.push_str("\nclocks\n");
        for note in &clocks {
            text.add_line(format_args!("{}", visible(note)));
        }
    }
    text.push_str("\nledger\n");
    text.push_str(&ledger(run, lake).await?);
    text.push_str("\nlast runs\n");
    text.push_str(&runs(run, lake).await?);
    Ok(text)
}

/// The pages that were seen, as the lake names them.
async fn pages(run: &Run, lake: &Lake) -> Result<Vec<String>, Error> {
    let sql = "select page from pages where first_seen is not null order by page";
    let mut pages = Vec::new();
    for batch in &rows(run, lake, sql, Vec::new()).await? {
        let page = columns::texts(batch, "page")?;
        pages.extend((0..batch.num_rows()).map(|row| text_at(&page, row).to_owned()));
    }
    Ok(pages)
}

/// The counts of an input, in the order of their columns.
const COUNTS: [&str; 6] = [
    "lines",
    "events",
    "duplicates",
    "filtered",
    "rejected",
    "comments",
];

/// The sums, and the inputs that reach furthest: a lake may hold thousands.
async fn ledger(run: &Run, lake: &Lake) -> Result<String, Error> {
    let sql = "select name, lines, events, duplicates, filtered, rejected, comments from inputs \
               order by last_ts nulls first, name, input_id";
    let mut inputs: Vec<(String, [i64; 6])> = Vec::new();
    for batch in &rows(run, lake, sql, Vec::new()).await? {
        let name = columns::texts(batch, "name")?;
        for row in 0..batch.num_rows() {
            let mut counts = [0; 6];
            for (count, column) in counts.iter_mut().zip(COUNTS) {
                *count = int_at(&columns::ints(batch, column)?, row);
            }
            inputs.push((visible(text_at(&name, row)), counts));
        }
    }
    let mut text = String::new();
    for heading in COUNTS {
        text.add(format_args!("{heading:>11}"));
    }
    text.push_str("  input\n");
    let hidden = inputs.len().saturating_sub(N_SHOWN);
    for (name, counts) in &inputs[hidden..] {
        push_counts(&mut text, counts, name);
    }
    let sums = std::array::from_fn(|i| inputs.iter().map(|(_, counts)| counts[i]).sum());
    push_counts(
        &mut text,
        &sums,
        &format!("in all, of {}", counted(inputs.len(), "input")),
    );
    if hidden > 0 {
        text.add_line(format_args!(
            "{hidden} earlier ones are not listed: `elephant sql \"select * from inputs\"`"
        ));
    }
    Ok(text)
}

fn push_counts(text: &mut String, counts: &[i64; 6], name: &str) {
    for count in counts {
        text.add(format_args!("{count:>11}"));
    }
    text.add_line(format_args!("  {name}"));
}

async fn runs(run: &Run, lake: &Lake) -> Result<String, Error> {
    let sql = "select step, started_at, ended_at, result, counts from runs \
               order by ended_at desc, run_id, started_at, step limit 20";
    let mut text = String::new();
    for batch in &rows(run, lake, sql, Vec::new()).await? {
        let (step, result) = (
            columns::texts(batch, "step")?,
            columns::texts(batch, "result")?,
        );
        let (started, ended) = (
            columns::times(batch, "started_at")?,
            columns::times(batch, "ended_at")?,
        );
        let counts = columns::texts(batch, "counts")?;
        for row in 0..batch.num_rows() {
            let at = jiff::Timestamp::from_microsecond(ended.value(row))
                .map(|t| t.strftime("%Y-%m-%d %H:%M:%SZ").to_string())
                .unwrap_or_default();
            let (step, result) = (step.value(row), result.value(row));
            let counts = in_words(text_at(&counts, row));
            let result = if result == LOOK {
                "needed a look"
            } else {
                result
            };
            let took = seconds(ended.value(row) - started.value(row));
            text.add_line(format_args!("{at}  {took:>9}  {step:<30}{result}"));
            push_wrapped(&mut text, &counts);
        }
    }
    Ok(text)
}

/// What a run came to is written under its line, from here to there.
const INDENT: usize = 10;
const WIDTH: usize = 100;

/// Words that are parted by commas, in lines that a terminal shows whole.
fn push_wrapped(text: &mut String, words: &[String]) {
    let mut line = String::new();
    for (place, word) in words.iter().enumerate() {
        let comma = if place + 1 < words.len() { "," } else { "" };
        if !line.is_empty() && INDENT + line.len() + word.len() > WIDTH {
            text.add_line(format_args!("{:INDENT$}{}", "", line.trim_end()));
            line.clear();
        }
        line.add(format_args!("{word}{comma} "));
    }
    if !line.is_empty() {
        text.add_line(format_args!("{:INDENT$}{}", "", line.trim_end()));
    }
}

/// The counts above zero of a JSON object as `name value`; anything else as it is.
fn in_words(counts: &str) -> Vec<String> {
    let Ok(object) = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(counts)
    else {
        return vec![visible(counts)];
    };
    object
        .iter()
        .filter(|(_, value)| value.as_f64() != Some(0.0))
        .map(|(name, value)| {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            visible(&format!("{} {value}", name.replace('_', " ")))
        })
        .collect()
}

async fn rows(
    run: &Run,
    lake: &Lake,
    sql: &str,
    values: Vec<(&str, ScalarValue)>,
) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read what the lake holds";
    let context = session::over_lake(lake, run.memory).await?;
    let mut frame = context.sql(sql).await.doing(doing)?;
    if !values.is_empty() {
        frame = frame.with_param_values(values).doing(doing)?;
    }
    frame.collect().await.doing(doing)
}

/// The unreadable lines of an input as they stand in its source, unpacked and decoded as a load reads it.
///
/// # Errors
/// When the lake knows no such input, or its source is gone.
pub async fn rejects(run: &Run, lake: &Lake, input: &Path) -> Result<String, Error> {
    let name = known_input(run, lake, input).await?;
    let wanted = rejects_of(run, lake, &name).await?;
    if wanted.is_empty() {
        return Ok(format!(
            "every line of `{}` could be read\n",
            visible(&name)
        ));
    }
    let source = text_of(run, input).or_else(|_| text_of(run, Path::new(&name)));
    let source = source.misused(format!("failed to read `{name}`"))?;
    let offsets: Vec<u64> = wanted.iter().map(|reject| reject.offset).collect();
    let lines =
        lines_at(source, &offsets).doing(format!("failed to read the lines of `{name}`"))?;
    let mut text = String::new();
    let nothing = std::iter::repeat_with(Vec::new);
    for (reject, line) in wanted.iter().zip(lines.into_iter().chain(nothing)) {
        text.add_line(format_args!("{}", reject.told(&line)));
    }
    Ok(text)
}

/// A line that could not be read.
struct Reject {
    line: i64,
    offset: u64,
    reason: String,
    shape: String,
}

impl Reject {
    /// The reject with its line; a source that changed since must not pass another line off as the one.
    fn told(&self, line: &[u8]) -> String {
        let Self {
            line: number,
            reason,
            ..
        } = self;
        // A record of CSV may run over lines: its shape then goes on.
        if line.is_empty() || !self.shape.starts_with(&shape(line)) {
            return format!(
                "{number}: {reason}: its source has changed since; the line looked like {}",
                visible(&self.shape)
            );
        }
        let shown: String = String::from_utf8_lossy(line).chars().take(500).collect();
        format!("{number}: {reason}: {}", visible(&shown))
    }
}

/// The rejects of all parts of an input, in their order.
async fn rejects_of(run: &Run, lake: &Lake, name: &str) -> Result<Vec<Reject>, Error> {
    let sql = "select r.line, r.\"offset\", r.reason, r.text from rejects as r \
               left semi join (select input_id from inputs where name = $name) as i on i.input_id = r.input_id \
               order by r.\"offset\", r.line";
    let values = vec![("name", ScalarValue::Utf8(Some(name.to_owned())))];
    let mut rejects = Vec::new();
    for batch in &rows(run, lake, sql, values).await? {
        let line = columns::ints(batch, "line")?;
        let offset = columns::ints(batch, "offset")?;
        let reason = columns::texts(batch, "reason")?;
        let shape = columns::texts(batch, "text")?;
        rejects.extend((0..batch.num_rows()).map(|row| Reject {
            line: line.value(row),
            offset: offset.value(row).unsigned_abs(),
            reason: reason.value(row).to_owned(),
            shape: shape.value(row).to_owned(),
        }));
    }
    Ok(rejects)
}

/// The name under which the lake knows an input, however its path was typed.
async fn known_input(run: &Run, lake: &Lake, input: &Path) -> Result<String, Error> {
    let typed = input.display().to_string();
    let whole = |path: &Path| std::fs::canonicalize(path).ok();
    let place = whole(input);
    let mut same_place = None;
    let sql = "select distinct name from inputs order by name";
    for batch in &rows(run, lake, sql, Vec::new()).await? {
        let names = columns::texts(batch, "name")?;
        for row in 0..batch.num_rows() {
            let name = names.value(row);
            if name == typed {
                return Ok(typed);
            }
            if place.is_some() && whole(Path::new(name)) == place {
                same_place = Some(name.to_owned());
            }
        }
    }
    same_place.ok_or_else(|| {
        Error::usage(format!(
            "the lake has no input `{typed}`: `elephant status` lists them"
        ))
    })
}

/// Hidden and control characters made visible: what comes from a log must not steer a terminal.
pub(crate) fn visible(text: &str) -> String {
    text.chars()
        .map(|c| if reports::is_hidden(c) { '\u{FFFD}' } else { c })
        .collect()
}

/// At most this much of a line is read to be shown.
const LINE_BYTES: u64 = 4096;

/// The starts of the lines at these offsets, ascending; where the source ends before, there are fewer.
fn lines_at(source: impl Read, offsets: &[u64]) -> std::io::Result<Vec<Vec<u8>>> {
    let mut reader = std::io::BufReader::new(source);
    let (mut lines, mut at) = (Vec::new(), 0);
    for offset in offsets {
        // Two parts of an input may tell of the same line.
        let gap = offset.saturating_sub(at);
        at += std::io::copy(&mut (&mut reader).take(gap), &mut std::io::sink())?;
        if at != *offset {
            break;
        }
        let mut line = Vec::new();
        at += (&mut reader)
            .take(LINE_BYTES)
            .read_until(b'\n', &mut line)? as u64;
        let bare = line.strip_suffix(b"\n").unwrap_or(&line);
        lines.push(bare.strip_suffix(b"\r").unwrap_or(bare).to_vec());
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_above_zero_are_told_in_lines_that_can_be_read() {
        let object: serde_json::Map<_, _> = (0..40)
            .map(|n| (format!("count_of_{n:02}"), (n % 2 * 1000).into()))
            .collect();
        let counts = serde_json::Value::Object(object).to_string();
        let mut text = String::new();
        push_wrapped(&mut text, &in_words(&counts));
        assert!(
            text.starts_with("          count of 01 1000, count of 03 1000,"),
            "{text}"
        );
        assert!(text.ends_with("count of 39 1000\n"), "{text}");
        assert!(text.lines().all(|line| line.len() <= WIDTH + 1), "{text}");
        assert_eq!(text.lines().count(), 4);
    }
}
