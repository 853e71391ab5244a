//! Blocks of whole lines into batches of columns: every line ends as event, filtered, reject or comment.

use std::ops::ControlFlow;

use memchr::memchr;

use super::agents::{self, AgentClass};
use super::batch::{Batch, Context};
use super::columns::{Action, Event, Events, NONE};
use super::combined::ClfLine;
use super::dictionary::Memo;
use super::evidence::{EvidenceSum, Seen};
use super::facts::Facts;
use super::format::{CsvMap, LogFormat};
use super::record::{Asked, Record, RowTexts};
use super::rejects::Reason;
use super::row::Row;
use super::split::LINE_LIMIT;
use super::time::Clock;
use super::{counts::Filter, jsonl, table};

/// Parses blocks on one thread and remembers people, clients and agents from block to block.
pub struct Parser<'c> {
    context: &'c Context,
    clock: Clock,
    log_clock: Clock,
    users: Memo<i64>,
    weak: Memo<i64>,
    clients: Memo<i64>,
    agents: Memo<AgentClass>,
    facts: Facts<'c>,
    evidence: EvidenceSum,
    batch: Batch,
    scratch: Vec<u8>,
}

/// Where a line stands.
#[derive(Clone, Copy)]
struct At {
    line: u64,
    offset: u64,
}

/// Parses one block; see `Parser::parse_block`, which is quicker for many.
pub fn parse_block(
    format: &LogFormat,
    block: &[u8],
    first_line: u64,
    first_offset: u64,
    context: &Context,
) -> Batch {
    Parser::new(context).parse_block(format, block, first_line, first_offset)
}

impl<'c> Parser<'c> {
    /// A parser that remembers nothing yet.
    pub fn new(context: &'c Context) -> Self {
        Self {
            context,
            clock: Clock::new(context.site.zone().clone()),
            log_clock: Clock::new(context.log_zone.clone()),
            users: Memo::default(),
            weak: Memo::default(),
            clients: Memo::default(),
            agents: Memo::default(),
            facts: Facts::new(&context.site),
            evidence: EvidenceSum::default(),
            batch: Batch::default(),
            scratch: Vec::new(),
        }
    }

    /// Parses whole lines (CSV: records), the first of which has this number (from 1) and byte offset in the input.
    pub fn parse_block(
        &mut self,
        format: &LogFormat,
        block: &[u8],
        first_line: u64,
        first_offset: u64,
    ) -> Batch {
        self.facts.forget_ids();
        self.batch.events = Events::with_capacity(block.len() / 256);
        let mut at = At {
            line: first_line,
            offset: first_offset,
        };
        let mut rest = block;
        if let (0, Some(marked)) = (first_offset, block.strip_prefix(b"\xef\xbb\xbf")) {
            rest = marked;
            at.offset = 3;
        }
        match format {
            LogFormat::Csv(map) => self.records(rest, map, at),
            _ => self.lines(rest, format, at),
        }
        self.batch.evidence = self.evidence.take_rows();
        std::mem::take(&mut self.batch)
    }

    fn lines(&mut self, mut rest: &[u8], format: &LogFormat, mut at: At) {
        while !rest.is_empty() {
            let length = memchr(b'\n', rest).map_or(rest.len(), |end| end + 1);
            let (line, behind) = rest.split_at(length);
            let line = table::without_newline(line);
            let done = if line.trim_ascii().is_empty() {
                self.comment();
                Ok(())
            } else {
                self.line(line, format, at)
            };
            self.settle(done, line, at);
            rest = behind;
            at = At {
                line: at.line + 1,
                offset: at.offset + length as u64,
            };
        }
    }

    fn line(&mut self, line: &[u8], format: &LogFormat, at: At) -> Result<(), Reason> {
        if line.len() > LINE_LIMIT {
            return Err(Reason::TooLong);
        }
        match format {
            LogFormat::Combined(_) if line[0] == b'#' => {
                self.comment();
                Ok(())
            }
            LogFormat::Combined(layout) => {
                let read = ClfLine::read(line, *layout)?;
                self.take(&Record::of_clf(&read), line, at)
            }
            LogFormat::Jsonl(map) => self.row(&jsonl::read(line, &map.names)?, line, at),
            LogFormat::Csv(_) | LogFormat::Empty => Err(Reason::Shape),
        }
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
                table::read(record, map).and_then(|row| self.row(&row, record, at))
            } else {
                Err(Reason::OpenQuote)
            };
            self.settle(done, record, at);
            rest = behind;
            at = At {
                line: at.line + 1,
                offset: at.offset + length as u64,
            };
        }
    }

    fn settle(&mut self, done: Result<(), Reason>, line: &[u8], at: At) {
        self.batch.counts.lines += 1;
        if let Err(reason) = done {
            self.batch.counts.rejected += 1;
            self.batch.rejects.push(at.line, at.offset, reason, line);
        }
    }

    fn comment(&mut self) {
        self.batch.counts.comments += 1;
    }

    fn row(&mut self, row: &Row<'_>, line: &[u8], at: At) -> Result<(), Reason> {
        let ts = self.log_clock.utc(row.time().ok_or(Reason::Date)?);
        if let Some(filter) = row.filter {
            // A record of another service is no evidence of what somebody does in this one.
            self.batch.counts.see_ts(ts);
            self.batch.counts.filtered[filter as usize] += 1;
            return Ok(());
        }
        let texts = RowTexts::of(row);
        self.take(&Record::of_row(ts, row, &texts)?, line, at)
    }

    /// Counts a well-formed line, and makes it an event unless a filter catches it.
    fn take(&mut self, record: &Record<'_>, line: &[u8], at: At) -> Result<(), Reason> {
        if record.ts > self.context.latest_ts {
            return Err(Reason::Future);
        }
        let (person, is_weak) = self.person(record).ok_or(Reason::NoUser)?;
        let client = self.client(record.client);
        let agent = *self
            .agents
            .get(record.agent, || agents::class_of(record.agent));
        let (day, hour) = self.clock.day_and_hour(record.ts);
        let (status, ts) = (record.status, record.ts);
        self.evidence.add(&Seen {
            person,
            day,
            hour,
            ts,
            is_weak,
            status,
            agent,
            client,
        });
        self.batch.counts.see_ts(ts);
        self.batch.counts.bytes += record.bytes.max(0) as u64;
        if let ControlFlow::Break(filter) = self.filter(record) {
            self.batch.counts.filtered[filter as usize] += 1;
            return Ok(());
        }
        self.batch.counts.events += 1;
        self.push(
            record,
            line,
            at,
            Who {
                person,
                is_weak,
                client,
                day,
            },
        );
        Ok(())
    }

    /// The first filter that catches the record.
    fn filter(&mut self, record: &Record<'_>) -> ControlFlow<Filter> {
        match record.request {
            Asked::Nothing => return ControlFlow::Break(Filter::NoRequest),
            Asked::OtherMethod => return ControlFlow::Break(Filter::Method),
            Asked::Row if record.is_prefetch => return ControlFlow::Break(Filter::Prefetch),
            Asked::Row => return ControlFlow::Continue(()),
            Asked::Get => {}
        }
        self.facts.filter(record)
    }

    fn push(&mut self, record: &Record<'_>, line: &[u8], at: At, who: Who) {
        let key = &self.context.key;
        let events = &mut self.batch.events;
        let (page, terms, kind) = self.facts.page(record, events);
        let (referrer, external_referrer) = self.facts.referrer(record.referrer, events);
        let action = match record.action {
            Some(Action::View) if record.is_audit && kind == Action::Download => Action::View,
            Some(Action::View) | None => kind,
            Some(action) => action,
        };
        let has_own_id = !record.own_id.is_empty();
        let keyed =
            |text: &[u8], hash: &dyn Fn(&[u8]) -> i64| if text.is_empty() { 0 } else { hash(text) };
        let event = Event {
            ts: record.ts,
            day: who.day,
            person: who.person,
            is_weak: who.is_weak,
            page,
            action,
            referrer,
            external_referrer,
            terms: if action == Action::Search {
                terms
            } else {
                NONE
            },
            target: keyed(record.target_user, &|user| key.person_of_user(user)),
            log_session: keyed(record.session, &|id| key.session(id)),
            status: record.status,
            bytes: record.bytes,
            duration_ms: record.duration_ms,
            client: who.client,
            event_id: key.event_hash(if has_own_id { record.own_id } else { line }),
            has_own_id,
            line: at.line,
        };
        events.push(&event);
    }

    /// The person and whether it is weak; a row may have nothing but a session.
    fn person(&mut self, record: &Record<'_>) -> Option<(i64, bool)> {
        let key = &self.context.key;
        if !record.user.is_empty() {
            return Some((
                *self
                    .users
                    .get(record.user, || key.person_of_user(record.user)),
                false,
            ));
        }
        let address = if record.client.is_empty() {
            record.session
        } else {
            record.client
        };
        if address.is_empty() {
            return None;
        }
        self.scratch.clear();
        self.scratch.extend_from_slice(address);
        self.scratch.push(0);
        self.scratch.extend_from_slice(record.agent);
        Some((
            *self
                .weak
                .get(&self.scratch, || key.weak_person(address, record.agent)),
            true,
        ))
    }

    fn client(&mut self, address: &[u8]) -> i64 {
        if address.is_empty() {
            return 0;
        }
        let key = &self.context.key;
        *self.clients.get(address, || key.client(address))
    }
}

#[derive(Clone, Copy)]
struct Who {
    person: i64,
    is_weak: bool,
    client: i64,
    day: i32,
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
