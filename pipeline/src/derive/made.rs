//! Rows of `sessions` and `transitions`, made of events: what the questions of these names say, ten times as fast.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::SchemaRef;
use jiff::tz::TimeZone;
use queries::paths::moves::{Hubs, Via};
use rayon::prelude::*;

use super::blocks::{Block, Session, by_block};
use super::looks::Looks;
use crate::civil;
use crate::error::{Doing, Error};

/// Which sessions are made of events.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules<'a> {
    /// Silence that ends a session, in microseconds.
    pub(super) gap_us: i64,
    /// The last day on which a session may start; events go on behind it.
    pub(super) last: i32,
    /// The last day of the events.
    pub(super) until: i32,
    /// The zone whose days these are.
    pub(super) zone: &'a TimeZone,
}

/// Sessions and transitions of some days.
#[derive(Debug, Default)]
pub(super) struct Made {
    sessions: Vec<Vec<SessionRow>>,
    transitions: Vec<Vec<TransitionRow>>,
    /// The pages, sorted; ids of rows are places here.
    pages: Vec<String>,
    /// Sessions that end behind the last day: whose, the log's own session (0 for none), and when.
    pub(super) open: Vec<((i64, i64), i64)>,
    /// Whether one of these may go on behind the events.
    pub(super) goes_on: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct SessionRow {
    day: i32,
    person: i64,
    id: i64,
    started: i64,
    ended: i64,
    n_views: i64,
    entry: u32,
    exit: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct TransitionRow {
    day: i32,
    person: i64,
    from: u32,
    to: u32,
    via: &'static str,
    n: i64,
}

/// What a block of people gives.
#[derive(Default)]
struct Part {
    sessions: Vec<SessionRow>,
    transitions: Vec<TransitionRow>,
    open: Vec<((i64, i64), i64)>,
    goes_on: bool,
}

impl Made {
    /// The sessions and transitions of all people.
    pub(super) fn of(looks: &Looks, hubs: &Hubs, rules: Rules<'_>) -> Self {
        let mut order: Vec<u32> = (0..looks.pages.len() as u32).collect();
        order.sort_unstable_by_key(|page| looks.pages[*page as usize].as_str());
        let mut rank = vec![0; order.len()];
        for (place, page) in (0_u32..).zip(&order) {
            rank[*page as usize] = place;
        }
        let parts = by_block(looks, rules.gap_us, hubs, |block| {
            Part::of(looks, block, &rank, rules)
        });
        let name = |page: &u32| looks.pages[*page as usize].clone();
        let mut made = Self {
            pages: order.iter().map(name).collect(),
            ..Self::default()
        };
        for part in parts {
            made.sessions.push(part.sessions);
            made.transitions.push(part.transitions);
            made.open.extend(part.open);
            made.goes_on |= part.goes_on;
        }
        made
    }

    /// Number of sessions.
    pub(super) fn n_sessions(&self) -> u64 {
        self.sessions.iter().map(|part| part.len() as u64).sum()
    }

    /// The sessions in the columns of their table, by days.
    pub(super) fn sessions(&self, schema: &SchemaRef) -> Result<Vec<(i32, RecordBatch)>, Error> {
        laid_out(
            &self.sessions,
            |row| row.day,
            schema,
            |rows| {
                vec![
                    days(rows, |row| row.day),
                    ints(rows, |row| row.id),
                    ints(rows, |row| row.person),
                    times(rows, |row| row.started),
                    times(rows, |row| row.ended),
                    ints(rows, |row| row.n_views),
                    self.names(rows, |row| row.entry),
                    self.names(rows, |row| row.exit),
                ]
            },
        )
    }

    /// The transitions in the columns of their table, by days.
    pub(super) fn transitions(&self, schema: &SchemaRef) -> Result<Vec<(i32, RecordBatch)>, Error> {
        laid_out(
            &self.transitions,
            |row| row.day,
            schema,
            |rows| {
                vec![
                    days(rows, |row| row.day),
                    ints(rows, |row| row.person),
                    self.names(rows, |row| row.from),
                    self.names(rows, |row| row.to),
                    Arc::new(StringArray::from_iter_values(
                        rows.iter().map(|row| row.via),
                    )),
                    ints(rows, |row| row.n),
                ]
            },
        )
    }

    fn names<T>(&self, rows: &[&T], page: fn(&T) -> u32) -> ArrayRef {
        let names = rows.iter().map(|row| &self.pages[page(row) as usize]);
        Arc::new(StringArray::from_iter_values(names))
    }
}

fn days<T>(rows: &[&T], of: fn(&T) -> i32) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(
        rows.iter().map(|row| of(row)),
    ))
}

fn ints<T>(rows: &[&T], of: fn(&T) -> i64) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(rows.iter().map(|row| of(row))))
}

fn times<T>(rows: &[&T], of: fn(&T) -> i64) -> ArrayRef {
    let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| of(row)));
    Arc::new(times.with_timezone("UTC"))
}

/// The rows of each day, those of a block behind those of the block before: blocks go up by person.
fn laid_out<T: Sync>(
    parts: &[Vec<T>],
    day: fn(&T) -> i32,
    schema: &SchemaRef,
    columns: impl Fn(&[&T]) -> Vec<ArrayRef> + Sync,
) -> Result<Vec<(i32, RecordBatch)>, Error> {
    let mut by_day: BTreeMap<i32, Vec<&T>> = BTreeMap::new();
    for of_day in parts
        .iter()
        .flat_map(|part| part.chunk_by(|a, b| day(a) == day(b)))
    {
        by_day.entry(day(&of_day[0])).or_default().extend(of_day);
    }
    let by_day: Vec<(i32, Vec<&T>)> = by_day.into_iter().collect();
    let of_day = |(day, rows): &(i32, Vec<&T>)| {
        let rows = RecordBatch::try_new(schema.clone(), columns(rows));
        Ok((*day, rows.doing("failed to lay out a day")?))
    };
    by_day.par_iter().map(of_day).collect()
}

impl Part {
    fn of(looks: &Looks, block: &Block, rank: &[u32], rules: Rules<'_>) -> Self {
        let mut part = Self::default();
        for (session, moves) in block.sessions() {
            if session.day > rules.last {
                continue;
            }
            part.add(looks, block, session, rank, rules);
            let person = looks.persons[session.person];
            part.transitions
                .extend(moves.iter().map(|one| TransitionRow {
                    day: session.day,
                    person,
                    from: rank[one.from as usize],
                    to: rank[one.to as usize],
                    via: Via::as_str(one.via),
                    n: 1,
                }));
        }
        part.sessions.sort_unstable();
        part.transitions.sort_unstable();
        part.transitions.dedup_by(|next, kept| {
            let key = |row: &TransitionRow| (row.day, row.person, row.from, row.to, row.via);
            let is_same = key(next) == key(kept);
            if is_same {
                kept.n += next.n;
            }
            is_same
        });
        part
    }

    fn add(
        &mut self,
        looks: &Looks,
        block: &Block,
        session: &Session,
        rank: &[u32],
        rules: Rules<'_>,
    ) {
        let (first, last) = (block.start + session.first, block.start + session.last);
        let (person, ended) = (looks.persons[session.person], looks.ts[last]);
        self.sessions.push(SessionRow {
            day: session.day,
            person,
            id: looks.id[first],
            started: looks.ts[first],
            ended,
            n_views: session.n_views.into(),
            entry: rank[looks.page[first] as usize],
            exit: rank[looks.page[last] as usize],
        });
        if looks.day[last] > rules.last {
            let own = looks.log_session[first];
            self.open.push(((person, own), ended));
            // A session that the log names may be silent for long.
            self.goes_on |= looks.day[last] == rules.until
                && (own != 0 || civil::day_of(rules.zone, ended + rules.gap_us) > rules.until);
        }
    }
}
