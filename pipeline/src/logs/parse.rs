//! Blocks of whole lines into batches of columns: every line ends as event, filtered, reject or comment.

use std::ops::ControlFlow;

use memchr::memchr;

use super::agents::{self, AgentClass};
use super::batch::{Batch, Context};
use super::columns::{Event, Events, NONE};
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
    /// A block at offset 0 starts with the header when the format is CSV.
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
            LogFormat::Csv(map) => self.records(rest, map, at, first_offset == 0),
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
                self.comment()
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
            LogFormat::Combined(_) if line[0] == b'#' => self.comment(),
            LogFormat::Combined(layout) => {
                let read = ClfLine::read(line, *layout)?;
                self.take(&Record::of_clf(&read), line, at)
            }
            LogFormat::Jsonl(map) => self.row(&jsonl::read(line, &map.names)?, line, at),
            LogFormat::Csv(_) | LogFormat::Empty => Err(Reason::Shape),
        }
    }

    fn records(&mut self, mut rest: &[u8], map: &CsvMap, mut at: At, mut has_header: bool) {
        while !rest.is_empty() {
            let (length, is_closed) = table::next_record(rest, map.delimiter);
            let (record, behind) = rest.split_at(length);
            let record = table::without_newline(record);
            // In TSV a line of tabs is a record of empty cells.
            let is_empty = record
                .iter()
                .all(|b| b.is_ascii_whitespace() && *b != map.delimiter);
            let done = if is_empty || has_header {
                has_header &= is_empty;
                self.comment()
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

    fn comment(&mut self) -> Result<(), Reason> {
        self.batch.counts.comments += 1;
        Ok(())
    }

    fn row(&mut self, row: &Row<'_>, line: &[u8], at: At) -> Result<(), Reason> {
        let ts = self.log_clock.utc(row.time().ok_or(Reason::Date)?);
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
        let action = record
            .action
            .filter(|action| *action != super::columns::Action::View)
            .unwrap_or(kind);
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
            terms: if action == super::columns::Action::Search {
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
mod tests {
    use super::super::columns::Action;
    use super::super::format::{SourceOptions, recognise};
    use super::super::key::Key;
    use super::super::site::{Site, SiteSettings};
    use super::*;

    pub(super) fn context() -> Context {
        let settings = SiteSettings {
            base_url: "https://intranet".into(),
            ..SiteSettings::default()
        };
        let latest_ts = "2026-01-01T00:00:00Z"
            .parse::<jiff::Timestamp>()
            .expect("a time")
            .as_microsecond();
        let log_zone = jiff::tz::TimeZone::get("Europe/Berlin").expect("the zone is known");
        Context {
            site: Site::new(settings),
            key: Key::new([3; 32]),
            log_zone,
            latest_ts,
        }
    }

    fn parse(text: &[u8]) -> Batch {
        let format = recognise(text, &SourceOptions::default()).expect("the format is known");
        let batch = parse_block(&format, text, 1, 0, &context());
        let counts = &batch.counts;
        assert_eq!(
            counts.lines,
            counts.events + counts.filtered_sum() + counts.rejected + counts.comments
        );
        assert_eq!(
            (counts.events, counts.rejected),
            (batch.events.len() as u64, batch.rejects.len() as u64)
        );
        batch
    }

    fn clf(user: &str, request: &str, status: u16, referrer: &str) -> String {
        format!(
            "10.0.0.1 - {user} [01/May/2024:10:00:00 +0200] \"{request}\" {status} 10 \"{referrer}\" \"Mozilla/5.0\"\n"
        )
    }

    fn names(batch: &Batch, ids: &[u32]) -> Vec<String> {
        let name = |id: &u32| {
            if *id == NONE {
                String::new()
            } else {
                batch.events.pages.text(*id).into_owned()
            }
        };
        ids.iter().map(name).collect()
    }

    #[test]
    fn combined_lines_become_columns() {
        let text = [
            clf("Ann", "GET /hr/?x=1 HTTP/1.1", 200, "https://intranet/"),
            clf(
                "ann",
                "GET /search?q=holiday+leave HTTP/1.1",
                304,
                "https://www.Google.com/x",
            ),
            clf("-", "GET /a.pdf HTTP/1.1", 206, "-"),
        ];
        let batch = parse(text.concat().as_bytes());
        let events = &batch.events;
        assert_eq!(names(&batch, &events.page), ["/hr", "/search", "/a.pdf"]);
        assert_eq!(names(&batch, &events.referrer), ["/", "", ""]);
        assert_eq!(
            events.action,
            [Action::View, Action::Search, Action::Download]
        );
        assert_eq!(events.searches.text(events.terms[1]), "holiday leave");
        assert_eq!(
            events.hosts.text(events.external_referrer[1]),
            "www.google.com"
        );
        assert_eq!(events.person[0], events.person[1]);
        assert_eq!(events.is_weak, [false, false, true]);
        assert_eq!(
            (events.ts[0], events.day[0]),
            (1_714_550_400_000_000, 19_844)
        );
        assert_eq!(
            (events.line[2], batch.counts.bytes, batch.evidence.len()),
            (3, 30, 2)
        );
    }

    #[test]
    fn filters_count_in_their_order() {
        let text = [
            clf("a", "-", 408, "-"),
            clf("a", "POST /x.css HTTP/1.1", 404, "-"),
            clf("a", "GET /x.css HTTP/1.1", 404, "-"),
            clf("a", "GET /x HTTP/1.1", 302, "-"),
            clf("a", "GET /x HTTP/1.1", 404, "-"),
            clf("a", "GET /x HTTP/1.1", 204, "-"),
            clf("a", "GET /x HTTP/1.1", 200, "-").replace("5.0\"", "5.0\" \"prefetch\""),
            clf("a", "GET /healthz HTTP/1.1", 200, "-"),
            "# a comment\n\n".into(),
        ];
        let batch = parse(text.concat().as_bytes());
        assert_eq!(batch.counts.filtered, [1; 8]);
        assert_eq!(
            (
                batch.counts.comments,
                batch.counts.lines,
                batch.counts.bytes
            ),
            (2, 10, 80)
        );
        assert_eq!(
            (
                batch.evidence[0].n_requests,
                batch.evidence[0].n_client_errors
            ),
            (8, 4)
        );
        assert!(batch.events.pages.is_empty());
    }

    #[test]
    fn rejects_say_where_and_why() {
        let future = clf("a", "GET / HTTP/1.1", 200, "-").replace("2024", "2027");
        let long = "x".repeat(LINE_LIMIT + 1);
        let good = clf("a", "GET / HTTP/1.1", 200, "-");
        let text = format!("{good}{good}{good}{future}{long}\nwhat?\n");
        let format = LogFormat::Combined(super::super::format::ClfLayout {
            has_host: false,
            has_referrer: true,
        });
        let batch = parse_block(&format, text.as_bytes(), 11, 1000, &context());
        assert_eq!(
            batch.rejects.reason,
            [Reason::Future, Reason::TooLong, Reason::Shape]
        );
        assert_eq!(batch.rejects.line, [14, 15, 16]);
        assert_eq!(batch.rejects.offset[0], 1000 + 3 * good.len() as u64);
        assert_eq!(batch.rejects.text[2], "aaaa?");
    }

    #[test]
    fn rows_of_csv_and_json_agree() {
        let csv = "\u{feff}Time,USER,Page,Referer,session_id,action,target_user\r\n\
            2024-05-01 10:00:00,ann,/a,/,s1,,\r\n\
            \r\n\
            2024-05-01T08:00:00Z,\"Ann\",\"home\",,\"s\n2\",like,bob\r\n";
        let json = "{\"time\":\"2024-05-01 10:00:00\",\"user\":\"ann\",\"page\":\"/a\",\"referrer\":\"/\",\"session_id\":\"s1\"}\n\
            {\"time\":1714550400,\"user\":\"Ann\",\"page\":\"home\",\"session_id\":\"s\\n2\",\"action\":\"Like\",\"target_user\":\"bob\"}\n";
        let (csv, json) = (parse(csv.as_bytes()), parse(json.as_bytes()));
        assert_eq!(
            (csv.counts.lines, csv.counts.comments, csv.counts.events),
            (4, 2, 2)
        );
        assert_eq!(names(&csv, &csv.events.page), ["/a", "/home"]);
        assert_eq!(csv.events.action, [Action::View, Action::Like]);
        assert_eq!(
            (csv.events.ts[0], csv.events.line[1]),
            (1_714_550_400_000_000, 4)
        );
        assert_eq!(csv.events.target, [0, context().key.person_of_user(b"bob")]);
        let same = |batch: &Batch| {
            (
                batch.events.ts.clone(),
                batch.events.page.clone(),
                batch.events.log_session.clone(),
            )
        };
        assert_eq!(same(&csv), same(&json));
        assert_eq!(csv.evidence, json.evidence);
    }

    #[test]
    fn rows_of_http_pass_the_filters_and_others_do_not() {
        let csv = "ts,user,url,status,method,event_id\n\
            1714550400,a,/x,404,,1\n1714550400,a,/x.css,,,2\n1714550400,a,/x,200,POST,2\n\
            1714550400,a,,,,3\n1714550400,,/x,,,4\n1714550400,a,/x,abc,,4\nnever,a,/x,,,\n1714550400,a\n1714550400,a,\"/x\n";
        let batch = parse(csv.as_bytes());
        assert_eq!(batch.counts.events, 1);
        assert!(batch.events.has_own_id[0]);
        assert_eq!(
            batch.counts.filtered[Filter::Error as usize]
                + batch.counts.filtered[Filter::Method as usize],
            2
        );
        use Reason::{Date, NoPage, NoUser, OpenQuote, Shape, Status};
        assert_eq!(
            batch.rejects.reason,
            [NoPage, NoUser, Status, Date, Shape, OpenQuote]
        );
    }
}
