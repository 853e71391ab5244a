//! What a load would do, told from a sample and without doing it: nothing is written, nobody is named.

use queries::text::Append;

use crate::error::{Doing, Error};
use crate::ingest::inputs::{Input, Task, known};
use crate::ingest::source::{Met, Source};
use crate::ingest::{DAY_US, Options, check, judged, why};
use crate::logs::Context;
use crate::logs::format::LogFormat;
use crate::logs::key::Key;
use crate::logs::sample::{Sample, look};
use crate::logs::split::Block;
use crate::logs::user_field::user_field;
use crate::run::Run;

/// How many pages are shown.
const N_PAGES: usize = 6;

/// What a load would do with each of the inputs.
///
/// # Errors
/// When the ledger cannot be read, or the settings contradict themselves.
pub async fn explain(run: &Run, inputs: &[Input]) -> Result<String, Error> {
    let key = run.key().unwrap_or_else(|_| Key::new([0; 32]));
    let parts = match run.lake() {
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
        text.add_line(format_args!("{}", visible(&input.name())));
        let told = Met::of(&key, input, &parts).and_then(|met| {
            let load = load_words(&met.task);
            let is_unchanged = matches!(met.task, Task::Unchanged);
            match met.recognised(run, input) {
                // A load does not ask for the format of what it has.
                Err(_) if is_unchanged => {
                    let mut told = String::new();
                    row(&mut told, "load", &load);
                    Ok(told)
                }
                source => explained(run, &key, input, source?),
            }
        });
        match told {
            Ok(told) => text.push_str(&told),
            Err(error) => row(&mut text, "load", &refused(input, &error)),
        }
        text.push('\n');
    }
    text.push_str("nothing was written\n");
    Ok(text)
}

fn explained(run: &Run, key: &Key, input: &Input, source: Source) -> Result<String, Error> {
    let doing = format!("failed to read `{}`", input.name());
    let context = Context {
        site: run.site()?,
        key: key.clone(),
        log_zone: source.zone(run)?,
        latest_ts: jiff::Timestamp::now().as_microsecond() + DAY_US,
    };
    let load = load_words(&source.task);
    let name = source.format_name().to_owned();
    let (format, is_parquet) = (source.format().clone(), source.is_parquet());
    let mut blocks = source.into_blocks()?;
    let (mut block, mut next) = (Block::default(), Block::default());
    let is_empty = !blocks.next_into(&mut block).doing(&doing)?;
    let is_all = is_empty || !blocks.next_into(&mut next).doing(&doing)?;
    let sample = look(&format, &block, &context);
    let reason = || most_rejected(&sample);
    let last_line = block.first_line + sample.counts.lines.saturating_sub(1);
    let is_last = |(_, line, _): &(u64, u64, String)| *line == last_line;
    let is_last_open = block.bytes.last() != Some(&b'\n') && sample.rejected.values().all(is_last);
    let judged = judged(&sample.counts, is_last_open);
    let refusal = check(input, &judged, reason, &Options::default()).err();
    let mut text = String::new();
    let load = match refusal.filter(|_| is_all) {
        Some(error) => refused(input, &error),
        None => load,
    };
    row(&mut text, "load", &load);
    row(&mut text, "sample", &sample_words(&sample, is_all));
    row(&mut text, "format", &format_words(&name, &format, &sample));
    let packing = blocks.input().packing().unwrap_or("not packed");
    row(&mut text, "packing", packing);
    if !is_parquet {
        let charset = charset_words(input, blocks.input().charset(), &sample);
        row(&mut text, "charset", &charset);
    }
    row(&mut text, "zone", &zone_words(run, input, &format, &sample));
    row(&mut text, "times", &times_words(&sample));
    let user = user_field(&format, &block.bytes);
    row(&mut text, "person", &person_words(user.as_deref(), &sample));
    push_lines(&mut text, &sample);
    push_pages(&mut text, &sample);
    Ok(text)
}

/// The most frequent reason of the unreadable lines.
fn most_rejected(sample: &Sample) -> Option<&'static str> {
    let most = sample.rejected.iter().max_by_key(|(_, (n, ..))| *n);
    most.map(|(reason, _)| *reason)
}

fn row(text: &mut String, heading: &str, words: &str) {
    text.add_line(format_args!("  {heading:<9} {}", visible(words)));
}

fn refused(input: &Input, error: &Error) -> String {
    format!("refused: {}", why(&input.name(), error))
}

fn load_words(task: &Task) -> String {
    match task {
        Task::Unchanged => "skipped: it is in the lake as it is".to_owned(),
        Task::Read { skip_lines: 0, .. } => "from its start".to_owned(),
        Task::Read { skip_lines, .. } => format!("from line {} on, what is new", skip_lines + 1),
    }
}

fn sample_words(sample: &Sample, is_all: bool) -> String {
    let n = sample.counts.lines;
    match (n, is_all) {
        (0, _) => "no lines".to_owned(),
        (_, true) => format!("all lines: {n}"),
        (_, false) => format!("the first {n} lines"),
    }
}

fn format_words(name: &str, format: &LogFormat, sample: &Sample) -> String {
    let mut words = name.to_owned();
    if sample.kinds.len() > 1 {
        let each: Vec<String> = sample
            .kinds
            .iter()
            .map(|(kind, n)| format!("{kind} {n} lines"))
            .collect();
        words.add(format_args!(" ({})", each.join(", ")));
    }
    words.push_str(if format.has_referrer() {
        "; lines name the page before"
    } else {
        "; lines name no page before, so how people came is unknown"
    });
    words
}

fn charset_words(input: &Input, (name, is_marked): (&str, bool), sample: &Sample) -> String {
    let from = match &input.source.charset {
        _ if is_marked => "by its byte order mark",
        Some(_) => "from charset of [[logs]]",
        None => "as nothing says otherwise",
    };
    let mut words = format!("{name}, {from}");
    if sample.n_not_utf8 > 0 {
        words.add(format_args!(
            "; {} lines are no UTF-8: if that is another charset, name it in [[logs]]",
            sample.n_not_utf8
        ));
    }
    words
}

fn zone_words(run: &Run, input: &Input, format: &LogFormat, sample: &Sample) -> String {
    let civil = &run.settings.intranet.timezone;
    let of_times = match &input.source.timezone {
        _ if sample.n_without_zone == 0 && format.header().is_some() => {
            "UTC, as this kind of log is without a timezone in [[logs]]".to_owned()
        }
        _ if sample.n_without_zone == 0 => "each time names its own".to_owned(),
        Some(zone) => format!("{zone}, from timezone of [[logs]]"),
        None => format!("{civil}, from timezone of [intranet], as times name none"),
    };
    format!("{of_times}; days are those of {civil}")
}

fn times_words(sample: &Sample) -> String {
    let told = |us| jiff::Timestamp::from_microsecond(us).unwrap_or_default();
    match (sample.counts.first_ts, sample.counts.last_ts) {
        (Some(first), Some(last)) => format!("{:.0} to {:.0}", told(first), told(last)),
        _ => "none".to_owned(),
    }
}

fn person_words(field: Option<&str>, sample: &Sample) -> String {
    let Sample {
        n_records,
        n_with_user,
        ..
    } = sample;
    let n_weak = n_records - n_with_user;
    match field {
        Some(field) if *n_with_user > 0 => format!(
            "{field}: {n_with_user} of {n_records} lines name one, {n_weak} have only an address or a session (weak persons)"
        ),
        Some(field) => format!(
            "{field}, but none of {n_records} lines names one: addresses stand for people (weak persons)"
        ),
        None => format!(
            "the format names no users: addresses stand for people (weak persons) in all {n_records} lines"
        ),
    }
}

/// Where the lines go: the sum of the ledger, then each filter and each reason with an example.
fn push_lines(text: &mut String, sample: &Sample) {
    let counts = &sample.counts;
    let sum = format!(
        "{} = {} events + {} filtered + {} rejected + {} comments",
        counts.lines,
        counts.events,
        counts.filtered_sum(),
        counts.rejected,
        counts.comments
    );
    row(text, "lines", &sum);
    for (filter, n) in counts.filtered_by() {
        let example = sample
            .filtered
            .get(filter.as_str())
            .map_or("", String::as_str);
        row(
            text,
            "filtered",
            &format!("{n} {}, such as {example}", filter.as_str()),
        );
    }
    for (reason, (n, line, shape)) in &sample.rejected {
        row(
            text,
            "rejected",
            &format!("{n} {reason}, such as line {line}: {shape}"),
        );
    }
}

/// The pages, those under most addresses first, and what became of one of the addresses.
fn push_pages(text: &mut String, sample: &Sample) {
    let n_addresses: usize = sample
        .pages
        .values()
        .map(std::collections::BTreeSet::len)
        .sum();
    let sum = format!("{n_addresses} addresses are {} pages", sample.pages.len());
    row(text, "pages", &sum);
    let mut pages: Vec<_> = sample.pages.iter().collect();
    pages.sort_by_key(|(page, addresses)| {
        let is_plain = addresses.len() == 1 && addresses.contains(*page);
        (is_plain, std::cmp::Reverse(addresses.len()), *page)
    });
    for (page, addresses) in pages.into_iter().take(N_PAGES) {
        let other = addresses.iter().find(|address| *address != page);
        let address = other.unwrap_or(page);
        let more = match addresses.len() {
            1 => String::new(),
            n => format!(" (as do {} more)", n - 1),
        };
        row(text, "", &format!("{address} -> {page}{more}"));
    }
}

/// What comes from a log must not steer a terminal.
fn visible(text: &str) -> String {
    let shown = |c| if reports::is_hidden(c) { '\u{FFFD}' } else { c };
    text.chars().map(shown).collect()
}
