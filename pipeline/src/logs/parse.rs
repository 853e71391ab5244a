//! Blocks of whole lines into batches of columns: every line ends as event, filtered, reject or comment.

use std::ops::ControlFlow;

use jiff::tz::TimeZone;
use memchr::memchr;

use super::batch::{Batch, Context, Parsed};
use super::columns::{Action, Also, Event, Events, NONE, Words};
use super::combined;
use super::facts::{self, Facts};
use super::format::{CsvMap, LogFormat};
use super::line_reader::{FirstLine, LineReader, Read, one};
use super::lines::{Lines, W3c, runs};
use super::record::{Asked, Record, RowTexts, said};
use super::rejects::Reason;
use super::requests::{Outcome, Request, Signs, Told};
use super::row::{Field, Row};
use super::senders::{self, Sender, Senders};
use super::split::LINE_LIMIT;
use super::time::{Clock, RowClock};
use super::{counts::Filter, jsonl, table};

/// Parses blocks on one thread; remembers people, clients, agents and texts from block to block and input to input.
pub struct Parser<'c> {
    context: &'c Context,
    clock: Clock,
    log_clock: Clock,
    row_clock: RowClock,
    lines: LineReader,
    senders: Senders,
    facts: Facts<'c>,
    words: Words,
    parsed: Parsed,
    /// Where the last line starts, if it is unreadable.
    last_reject: Option<u64>,
}

/// Above this many bytes of texts a parser starts anew with them.
const WORDS_BYTES: usize = 2 << 20;

/// Lines that are read before the first of them is taken: what is known of their senders and pages is fetched
/// meanwhile.
const NEAR: usize = 16;

/// Where a line stands.
#[derive(Clone, Copy)]
struct At {
    line: u64,
    offset: u64,
}

impl At {
    /// Behind a line of so many bytes.
    fn behind(self, length: usize) -> Self {
        Self {
            line: self.line + 1,
            offset: self.offset + length as u64,
        }
    }
}

/// What is known of a line beside its fields.
#[derive(Clone, Copy)]
struct OfLine<'a> {
    line: &'a [u8],
    at: At,
    sought: Sought,
}

/// Where what a line looks up seems to be.
#[derive(Clone, Copy, Debug, Default)]
struct Sought {
    sender: senders::Sought,
    named: facts::Sought,
}

/// Parses one block; see `Parser::parse_block`, which is quicker for many.
pub fn parse_block(
    format: &LogFormat,
    block: &[u8],
    first_line: u64,
    first_offset: u64,
    context: &Context,
) -> Batch {
    let mut parser = Parser::new(context);
    let parsed = parser.parse_block(format, block, first_line, first_offset);
    Batch {
        events: parsed.events,
        words: parser.words,
        rejects: parsed.rejects,
        counts: parsed.counts,
        filtered: parsed.filtered,
    }
}

impl<'c> Parser<'c> {
    /// A parser that remembers nothing yet.
    pub fn new(context: &'c Context) -> Self {
        Self {
            context,
            clock: Clock::new(context.site.zone().clone()),
            log_clock: Clock::new(context.log_zone.clone()),
            row_clock: RowClock::default(),
            lines: LineReader::default(),
            senders: Senders::default(),
            facts: Facts::new(&context.site),
            words: Words::default(),
            parsed: Parsed::default(),
            last_reject: None,
        }
    }

    /// From here on the log's times are of another zone.
    pub fn set_zone(&mut self, zone: &TimeZone) {
        self.log_clock = Clock::new(zone.clone());
    }

    /// The texts of all blocks parsed so far.
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// Starts anew with texts where they have become many: only when no block parsed so far is needed any more.
    pub fn forget_words(&mut self) {
        if self.words.n_bytes() > WORDS_BYTES {
            self.words.clear();
            self.facts.forget_ids();
        }
    }

    /// Takes events back that are needed no more: the next block's are laid where these were.
    pub fn recycle(&mut self, events: Events) {
        self.parsed.events = events;
        self.parsed.events.clear();
    }

    /// Parses whole lines (CSV: records), the first of which has this number (from 1) and byte offset in the input.
    pub fn parse_block(
        &mut self,
        format: &LogFormat,
        block: &[u8],
        first_line: u64,
        first_offset: u64,
    ) -> Parsed {
        self.last_reject = None;
        let mut at = At {
            line: first_line,
            offset: first_offset,
        };
        let mut rest = block;
        if let (0, Some(marked)) = (first_offset, block.strip_prefix(b"\xef\xbb\xbf")) {
            rest = marked;
            at.offset = 3;
            if rest.is_empty() {
                // A mark alone is a line too, and an empty one.
                self.comment();
                self.settle(Ok(()), b"", at);
            }
        }
        match format {
            LogFormat::Csv(map) => self.records(rest, map, at),
            LogFormat::Lines(Lines::W3c(w3c)) => self.directed(rest, (**w3c).clone(), at),
            _ => {
                self.lines(rest, format, at);
            }
        }
        let is_open = block.last() != Some(&b'\n');
        self.parsed.open_reject = self.last_reject.filter(|_| is_open);
        std::mem::take(&mut self.parsed)
    }

    /// Lines under directives, which may change before any of them.
    fn directed(&mut self, rest: &[u8], mut w3c: W3c, mut at: At) {
        for run in runs(rest) {
            let end = memchr(b'\n', run).map_or(run.len(), |end| end + 1);
            w3c.see(table::without_newline(&run[..end]));
            let mut rest = run;
            while !rest.is_empty() {
                let (of_a_day, behind) = w3c.split_day(rest);
                let format = LogFormat::Lines(Lines::W3c(Box::new(w3c.clone())));
                at = self.lines(of_a_day, &format, at);
                rest = behind;
            }
        }
    }

    /// Parses lines and says where they end.
    fn lines(&mut self, rest: &[u8], format: &LogFormat, at: At) -> At {
        let sought = |parser: &Self, row: &Row<'_>| Sought {
            sender: parser.senders.seek(&row.text(Field::User)),
            ..Sought::default()
        };
        match format {
            LogFormat::Combined(layout) => self.near(
                rest,
                at,
                |parser, lines| parser.lines.combined(lines, *layout),
                |parser, read| {
                    let request = combined::Request::read(&read.request);
                    let page = request.map_or(&b""[..], |request| request.target);
                    parser.seek(read.user, read.host, page, &read.referrer)
                },
                |parser, read, of_line| parser.take(&Record::of_clf(read), of_line),
            ),
            LogFormat::Lines(lines) => self.near(
                rest,
                at,
                |parser, rest| parser.lines.web(rest, lines),
                |parser, read| parser.seek(&read.user, &read.host, &read.target, &read.referrer),
                |parser, read, of_line| {
                    let ts = parser.log_clock.utc(read.time);
                    parser.take(&Record::of_web(ts, read), of_line)
                },
            ),
            LogFormat::Own(own) => {
                let read = |_: &mut Self, rest| one(rest, |line| Some(own.read(line)));
                self.near(rest, at, read, sought, Self::row)
            }
            LogFormat::Jsonl(map) => {
                let read =
                    |_: &mut Self, rest| one(rest, |line| Some(jsonl::read(line, &map.names)));
                self.near(rest, at, read, sought, Self::row)
            }
            LogFormat::Csv(_) | LogFormat::Empty => {
                let read = |_: &mut Self, rest| one(rest, |_| Some(Err(Reason::Shape)));
                self.near(rest, at, read, sought, Self::row)
            }
        }
    }

    /// Seeks what a line will look up; its texts may be `-`.
    fn seek(&self, user: &[u8], host: &[u8], page: &[u8], referrer: &[u8]) -> Sought {
        Sought {
            sender: self.senders.seek(said(user)),
            named: self.facts.seek(said(host), said(page), said(referrer)),
        }
    }

    /// Parses lines of one kind: some are read, then what they look up is sought, then they are taken. One by one each
    /// of them would wait for the memory alone.
    fn near<'a, R>(
        &mut self,
        mut rest: &'a [u8],
        mut at: At,
        first: impl Fn(&mut Self, &'a [u8]) -> FirstLine<'a, R>,
        seek: impl Fn(&Self, &R) -> Sought,
        take: impl Fn(&mut Self, &R, OfLine<'_>) -> Result<(), Reason>,
    ) -> At {
        let mut lines: Vec<(&[u8], At)> = Vec::with_capacity(NEAR);
        let mut near: Vec<Read<R>> = Vec::with_capacity(NEAR);
        let mut sought: Vec<Sought> = Vec::with_capacity(NEAR);
        while !rest.is_empty() {
            lines.clear();
            near.clear();
            while near.len() < NEAR && !rest.is_empty() {
                let FirstLine { line, length, read } = first(self, rest);
                lines.push((line, at));
                near.push(read);
                rest = &rest[length..];
                at = at.behind(length);
            }
            sought.clear();
            sought.extend(near.iter().map(|read| match read {
                Some(Ok(read)) => seek(self, read),
                _ => Sought::default(),
            }));
            for sought in &sought {
                self.senders.approach(sought.sender);
                self.facts.approach(sought.named);
            }
            for ((read, sought), (line, at)) in near.iter().zip(&sought).zip(&lines) {
                let (line, at, sought) = (*line, *at, *sought);
                let done = match read {
                    Some(Ok(read)) => take(self, read, OfLine { line, at, sought }),
                    Some(Err(reason)) => Err(*reason),
                    None => {
                        self.comment();
                        Ok(())
                    }
                };
                self.settle(done, line, at);
            }
        }
        at
    }

    fn records(&mut self, mut rest: &[u8], map: &CsvMap, mut at: At) {
        while !rest.is_empty() {
            let (length, is_closed) = table::next_record(rest, map.delimiter);
            let (record, behind) = rest.split_at(length);
            let record = table::without_newline(record);
            // In TSV a line of tabs is a record of empty cells.
            let is_empty = record
                .iter()
                .all(|b| b.is_ascii_whitespace() && *b != map.delimiter);
            let done = if is_empty || table::is_header(record, map) {
                self.comment();
                Ok(())
            } else if record.len() > LINE_LIMIT {
                Err(Reason::TooLong)
            } else if is_closed {
                let of_line = OfLine {
                    line: record,
                    at,
                    sought: Sought::default(),
                };
                table::read(record, map).and_then(|row| self.row(&row, of_line))
            } else {
                Err(Reason::OpenQuote)
            };
            self.settle(done, record, at);
            rest = behind;
            at = at.behind(length);
        }
    }

    fn settle(&mut self, done: Result<(), Reason>, line: &[u8], at: At) {
        self.parsed.counts.lines += 1;
        self.last_reject = done.is_err().then_some(at.offset);
        if let Err(reason) = done {
            self.parsed.counts.rejected += 1;
            self.parsed.rejects.push(at.line, at.offset, reason, line);
        }
    }

    fn comment(&mut self) {
        self.parsed.counts.comments += 1;
    }

    fn row(&mut self, row: &Row<'_>, of_line: OfLine<'_>) -> Result<(), Reason> {
        let time = row.time(&mut self.row_clock).ok_or(Reason::Date)?;
        let ts = self.log_clock.utc(time);
        if let Some(filter) = row.filter {
            // A record of another service is no evidence of what somebody does in this one.
            self.parsed.counts.see_ts(ts);
            self.parsed.counts.filtered[filter as usize] += 1;
            return Ok(());
        }
        let texts = RowTexts::of(row);
        self.take(&Record::of_row(ts, row, &texts)?, of_line)
    }

    /// Counts a well-formed line, and makes it an event unless a filter catches it.
    fn take(&mut self, record: &Record<'_>, of_line: OfLine<'_>) -> Result<(), Reason> {
        if record.ts > self.context.latest_ts {
            return Err(Reason::Future);
        }
        let OfLine { sought, .. } = of_line;
        let sender = self.senders.of(&self.context.key, record, sought.sender);
        let sender = sender.ok_or(Reason::NoUser)?;
        let (day, hour) = self.clock.day_and_hour(record.ts);
        let asked_for = self.facts.look_at(record, sought.named);
        let told = Told {
            page: asked_for.page.unwrap_or(0),
            hour,
            client: sender.client,
            agent: sender.agent,
            outcome: Outcome::of(asked_for.page.is_some(), record.status),
            is_system: sender.is_system,
            attacks: asked_for.attacks,
        };
        let request = Request {
            person: sender.person,
            day,
            ts: record.ts,
            signs: Signs::new(&told),
        };
        self.parsed.counts.see_ts(record.ts);
        self.parsed.counts.see_bytes(record.bytes);
        if let ControlFlow::Break(filter) = self.filter(record) {
            self.parsed.counts.filtered[filter as usize] += 1;
            self.parsed.filtered.push(&request);
            return Ok(());
        }
        self.parsed.counts.events += 1;
        self.push(record, of_line, &request, sender);
        Ok(())
    }

    /// The first filter that catches the record.
    fn filter(&mut self, record: &Record<'_>) -> ControlFlow<Filter> {
        let filters = self.context.site.filters();
        match record.request {
            Asked::Nothing => ControlFlow::Break(Filter::NoRequest),
            Asked::Get if !filters.takes_get() => ControlFlow::Break(Filter::Method),
            Asked::OtherMethod if !filters.takes(record.method) => {
                ControlFlow::Break(Filter::Method)
            }
            Asked::Row if self.facts.is_ignored() => ControlFlow::Break(Filter::Ignored),
            Asked::Row if record.is_prefetch => ControlFlow::Break(Filter::Prefetch),
            Asked::Row => ControlFlow::Continue(()),
            Asked::Get | Asked::OtherMethod => self.facts.filter(record),
        }
    }

    fn push(
        &mut self,
        record: &Record<'_>,
        OfLine { line, at, sought }: OfLine<'_>,
        request: &Request,
        sender: Sender,
    ) {
        let key = &self.context.key;
        let words = &mut self.words;
        let (page, terms, kind) = self.facts.page(record, words);
        let referrer = self.facts.referrer(record.referrer, sought.named, words);
        let action = match record.action {
            Some(Action::View) if record.is_audit && kind == Action::Download => Action::View,
            Some(Action::View) | None => kind,
            Some(action) => action,
        };
        let has_own_id = !record.own_id.is_empty();
        let keyed =
            |text: &[u8], hash: &dyn Fn(&[u8]) -> i64| if text.is_empty() { 0 } else { hash(text) };
        let is_search = action == Action::Search;
        let event = Event {
            ts: request.ts,
            day: request.day,
            person: request.person,
            is_weak: sender.is_weak,
            page,
            action,
            referrer,
            status: record.status,
            bytes: record.bytes,
            client: sender.client,
            event_id: key.event_hash(if has_own_id { record.own_id } else { line }),
            line: at.line,
            signs: request.signs,
        };
        let also = Also {
            terms: if is_search { terms } else { NONE },
            target: keyed(record.target_user, &|user| key.person_of_user(user)),
            log_session: keyed(record.session, &|id| key.session(id)),
            duration_ms: record.duration_ms,
            has_own_id,
        };
        self.parsed.events.push(event, &also);
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
