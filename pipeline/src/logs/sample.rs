//! A sample of a log, line by line: where each line would go and which pages there would be, without a word about
//! who was there. Users and addresses are counted, never kept.

use std::collections::{BTreeMap, BTreeSet};

use memchr::memchr;

use super::batch::Context;
use super::combined::ClfLine;
use super::counts::{Counts, Filter};
use super::format::LogFormat;
use super::header::Header;
use super::lines::{Kind, Lines};
use super::parse::Parser;
use super::record::{Record, RowTexts};
use super::rejects::{Reason, Rejects, shape};
use super::row::Row;
use super::shown::shown;
use super::split::Block;
use super::time::{ClfClock, RowClock, Written};
use super::{jsonl, table};

/// What a sample's lines came to.
#[derive(Debug, Default)]
pub struct Sample {
    /// Where every line went.
    pub counts: Counts,
    /// Of each filter that caught something, the first address, or the shape of the line where it has none.
    pub filtered: BTreeMap<&'static str, String>,
    /// Of each reason, how many lines were rejected, and the number and shape of the first.
    pub rejected: BTreeMap<&'static str, (u64, u64, String)>,
    /// Lines of a request or action, those that filters catch among them.
    pub n_records: u64,
    /// Those that name a user.
    pub n_with_user: u64,
    /// Those whose time names no zone.
    pub n_without_zone: u64,
    /// Lines that are no UTF-8.
    pub n_not_utf8: u64,
    /// Events on pages, by page: the addresses that stand for it, as they may be shown.
    pub pages: BTreeMap<String, BTreeSet<String>>,
    /// Lines of each layout, where a log has several.
    pub kinds: BTreeMap<&'static str, u64>,
}

/// Looks at the lines of a block.
pub fn look(format: &LogFormat, block: &Block, context: &Context) -> Sample {
    let mut looking = Looking {
        parser: Parser::new(context),
        clock: ClfClock::default(),
        sample: Sample::default(),
    };
    let mut header = block.header.as_deref().cloned();
    let (mut number, mut offset) = (block.first_line, block.first_offset);
    let mut rest = &block.bytes[..];
    while !rest.is_empty() {
        let length = match format {
            LogFormat::Csv(map) => table::next_record(rest, map.delimiter).0,
            _ => memchr(b'\n', rest).map_or(rest.len(), |end| end + 1),
        };
        let (line, behind) = rest.split_at(length);
        looking.see(format, &mut header, line, (number, offset));
        rest = behind;
        number += 1;
        offset += length as u64;
    }
    looking.sample
}

struct Looking<'c> {
    parser: Parser<'c>,
    clock: ClfClock,
    sample: Sample,
}

impl Looking<'_> {
    fn see(
        &mut self,
        format: &LogFormat,
        header: &mut Option<Header>,
        line: &[u8],
        (number, offset): (u64, u64),
    ) {
        let format = format.under(header.as_ref());
        let parsed = self.parser.parse_block(&format, line, number, offset);
        let bare = table::without_newline(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line));
        self.sample.counts.merge(&parsed.counts);
        self.sample.n_not_utf8 += u64::from(std::str::from_utf8(bare).is_err());
        if let Some(header) = header {
            header.see_all(bare);
        }
        self.reject(&parsed.rejects);
        let filter = parsed.counts.filtered_by().next().map(|(filter, _)| filter);
        let page = parsed.events.rows.first().map(|event| event.page);
        if filter.is_none() && page.is_none() {
            return;
        }
        let page = page.and_then(|id| {
            let words = self.parser.words();
            ((id as usize) < words.pages.len()).then(|| words.pages.text(id).into_owned())
        });
        if let Some(kind) = kind_of(&format, bare) {
            *self.sample.kinds.entry(kind).or_default() += 1;
        }
        let sample = &mut self.sample;
        let mut is_told = false;
        read(&format, bare, &mut self.clock, |record, has_zone| {
            is_told = true;
            sample.record(record, has_zone, filter, page.as_deref(), bare);
        });
        if let Some(filter) = filter.filter(|_| !is_told) {
            sample.filter(filter, || shape(bare));
        }
    }

    fn reject(&mut self, rejects: &Rejects) {
        let lines = rejects.line.iter().zip(&rejects.reason).zip(&rejects.text);
        for ((line, reason), text) in lines {
            let first = || (0, *line, text.clone());
            let known = self.sample.rejected.entry(Reason::as_str(*reason));
            known.or_insert_with(first).0 += 1;
        }
    }
}

impl Sample {
    fn record(
        &mut self,
        record: &Record<'_>,
        has_zone: bool,
        filter: Option<Filter>,
        page: Option<&str>,
        line: &[u8],
    ) {
        self.n_records += 1;
        self.n_with_user += u64::from(!record.user.is_empty());
        self.n_without_zone += u64::from(!has_zone);
        match filter {
            Some(filter) if record.page.is_empty() => self.filter(filter, || shape(line)),
            Some(filter) if record.status > 0 => {
                self.filter(filter, || {
                    format!("{} ({})", shown(record.page), record.status)
                });
            }
            Some(filter) => self.filter(filter, || shown(record.page)),
            None => {
                if let Some(page) = page {
                    let addresses = self.pages.entry(page.to_owned()).or_default();
                    addresses.insert(shown_with_host(record));
                }
            }
        }
    }

    fn filter(&mut self, filter: Filter, example: impl FnOnce() -> String) {
        self.filtered.entry(filter.as_str()).or_insert_with(example);
    }
}

fn shown_with_host(record: &Record<'_>) -> String {
    if record.host.is_empty() {
        return shown(record.page);
    }
    shown(&[b"//", record.host, record.page].concat())
}

/// Which of several layouts a line has.
fn kind_of(format: &LogFormat, line: &[u8]) -> Option<&'static str> {
    let LogFormat::Lines(Lines::Known(mixed)) = format else {
        return None;
    };
    mixed
        .kind_of(line)
        .map(|kind: Kind| kind.word(mixed.has_referrer()))
}

/// Reads a line once more, for what an event does not keep; `take` also learns whether its time names a zone.
fn read(
    format: &LogFormat,
    line: &[u8],
    clock: &mut ClfClock,
    take: impl FnOnce(&Record<'_>, bool),
) {
    let row = match format {
        LogFormat::Combined(layout) => {
            if let Ok(read) = ClfLine::read_at(line, *layout, clock) {
                take(&Record::of_clf(&read), true);
            }
            return;
        }
        LogFormat::Lines(lines) => {
            if let Ok(read) = lines.read(line) {
                let has_zone = matches!(read.time, Written::Utc(_));
                take(&Record::of_web(0, &read), has_zone);
            }
            return;
        }
        LogFormat::Own(own) => own.read(line),
        LogFormat::Jsonl(map) => jsonl::read(line, &map.names),
        LogFormat::Csv(map) => table::read(line, map),
        LogFormat::Empty => return,
    };
    if let Some(row) = row.ok().filter(|row| row.filter.is_none()) {
        take_row(&row, take);
    }
}

fn take_row(row: &Row<'_>, take: impl FnOnce(&Record<'_>, bool)) {
    let has_zone = matches!(row.time(&mut RowClock::default()), Some(Written::Utc(_)));
    let texts = RowTexts::of(row);
    if let Ok(record) = Record::of_row(0, row, &texts) {
        take(&record, has_zone);
    }
}

#[cfg(test)]
#[path = "sample_tests.rs"]
mod tests;
