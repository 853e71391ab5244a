//! The events of some days by person and time, as columns of dense ids, read straight from their files.
//!
//! The engine would sort and join ten million rows of texts to make sessions and moves of them.
//! The files of a day are sorted by person already, and their texts are dictionaries: here each event
//! becomes some thirty bytes at the place that a count of its person's events gives it.

mod day;
mod parts;

use std::collections::BTreeMap;

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

pub(super) use day::{ints, texts, words};

use day::DayLooks;
use parts::{Columns, Part};

/// Events of some days; the columns run in parallel, sorted by person, time, input and line.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Looks {
    /// Who, sorted.
    pub(crate) persons: Vec<i64>,
    /// Where each person's events start; one more than there are persons.
    pub(crate) starts: Vec<usize>,
    /// The pages; ids are places here.
    pub(crate) pages: Vec<String>,
    /// Ids of the events, where asked for.
    pub(crate) id: Vec<i64>,
    /// When, in microseconds.
    pub(crate) ts: Vec<i64>,
    /// On which civil day.
    pub(crate) day: Vec<i32>,
    /// On which page.
    pub(crate) page: Vec<u32>,
    /// From which page inside, or [`NO_PAGE`].
    pub(crate) referrer: Vec<u32>,
    /// The log's own session, 0 where it has none.
    pub(crate) log_session: Vec<i64>,
    /// Whether it moves people.
    pub(crate) is_moving: Vec<bool>,
    /// Whether its log has referrers.
    pub(crate) has_referrers: Vec<bool>,
}

/// Which events are read.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// First and last day.
    pub(crate) days: (i32, i32),
    /// Whether ids of events are.
    pub(crate) has_ids: bool,
    /// People left out, sorted.
    pub(crate) left_out: Vec<i64>,
    /// People with sessions that began before the first day, and when the last of them ended.
    pub(crate) carried: BTreeMap<i64, i64>,
    /// The same where the log's own session is known, 0 for none.
    pub(crate) open: BTreeMap<(i64, i64), i64>,
    /// Inputs whose log has referrers, sorted.
    pub(crate) with_referrers: Vec<i64>,
}

impl Asked {
    /// Events of some days of all but the `left_out`: a select of persons. The session knows the tables `carried` and
    /// `inputs`.
    pub(crate) async fn of(
        context: &SessionContext,
        days: (i32, i32),
        left_out: &str,
    ) -> Result<Self, Error> {
        let mut asked = Self {
            days,
            ..Self::default()
        };
        for batch in &rows(context, &format!("{left_out} order by person")).await? {
            let persons = columns::ints(batch, "person")?;
            asked.left_out.extend_from_slice(persons.values());
        }
        let carried = "select person, ended_at from carried order by person";
        for batch in &rows(context, carried).await? {
            let person = columns::ints(batch, "person")?;
            let ended = columns::times(batch, "ended_at")?;
            let ended = ended.values().iter().copied();
            asked
                .carried
                .extend(person.values().iter().copied().zip(ended));
        }
        let with_referrers = "select input_id from inputs group by input_id \
                              having bool_or(has_referrers) order by input_id";
        for batch in &rows(context, with_referrers).await? {
            let inputs = columns::ints(batch, "input_id")?;
            asked.with_referrers.extend_from_slice(inputs.values());
        }
        Ok(asked)
    }

    fn person(&self, person: i64) -> Reach {
        let open = self.open.range((person, i64::MIN)..=(person, i64::MAX));
        Reach {
            person,
            is_kept: self.left_out.binary_search(&person).is_err(),
            carried: self.carried.get(&person).copied().unwrap_or(i64::MIN),
            has_open: open.count() > 0,
        }
    }

    fn holds(&self, reach: Reach, ts: i64, own: i64) -> bool {
        let is_open = || {
            let ended = self.open.get(&(reach.person, own));
            ended.is_some_and(|ended| ts <= *ended)
        };
        reach.is_kept && ts > reach.carried && !(reach.has_open && is_open())
    }
}

/// Which events of a person count.
#[derive(Clone, Copy)]
struct Reach {
    person: i64,
    is_kept: bool,
    carried: i64,
    has_open: bool,
}

async fn rows(context: &SessionContext, sql: &str) -> Result<Vec<RecordBatch>, Error> {
    let doing = "failed to read whose events count";
    context
        .sql(sql)
        .await
        .doing(doing)?
        .collect()
        .await
        .doing(doing)
}

impl Looks {
    /// Reads the events asked for.
    pub(crate) async fn read(lake: &Lake, asked: &Asked) -> Result<Self, Error> {
        let doing = "failed to read the events of some days";
        let snapshot = lake.snapshot("events").await.doing(doing)?;
        let days: Vec<DayLooks> = (asked.days.0..=asked.days.1)
            .into_par_iter()
            .map(|day| DayLooks::read(&snapshot, day, asked))
            .collect::<Result<_, Error>>()?;
        Ok(Self::of_days(days, asked, PART_EVENTS))
    }

    /// The events of these days, put at their places in parts of about so many.
    fn of_days(days: Vec<DayLooks>, asked: &Asked, part_events: usize) -> Self {
        let mut looks = Self::of_persons(&days, asked.has_ids);
        let mut ids: HashMap<String, u32, FixedState> = HashMap::default();
        let days: Vec<(DayLooks, Vec<u32>)> = days
            .into_iter()
            .map(|day| {
                let pages = day.pages.iter().map(|page| looks.id(page, &mut ids));
                let pages = pages.collect();
                (day, pages)
            })
            .collect();
        looks
            .parts(part_events)
            .into_par_iter()
            .for_each(|mut part| part.fill(&days, &asked.with_referrers));
        looks
    }

    /// Room for the events of all days, counted by person.
    fn of_persons(days: &[DayLooks], has_ids: bool) -> Self {
        let all = days
            .iter()
            .flat_map(|day| day.person.chunk_by(|a, b| a == b));
        let mut counts: BTreeMap<i64, usize> = BTreeMap::new();
        for run in all {
            *counts.entry(run[0]).or_default() += run.len();
        }
        let mut starts = vec![0];
        for n in counts.values() {
            starts.push(starts[starts.len() - 1] + n);
        }
        let n = starts[starts.len() - 1];
        Self {
            persons: counts.into_keys().collect(),
            starts,
            pages: Vec::new(),
            id: vec![0; if has_ids { n } else { 0 }],
            ts: vec![0; n],
            day: vec![0; n],
            page: vec![0; n],
            referrer: vec![0; n],
            log_session: vec![0; n],
            is_moving: vec![false; n],
            has_referrers: vec![false; n],
        }
    }

    /// The places of all events, cut between people into parts of about so many.
    fn parts(&mut self, n_events: usize) -> Vec<Part<'_>> {
        let Self {
            persons, starts, ..
        } = self;
        let mut parts = Vec::new();
        let mut columns = Columns {
            id: &mut self.id,
            ts: &mut self.ts,
            day: &mut self.day,
            page: &mut self.page,
            referrer: &mut self.referrer,
            log_session: &mut self.log_session,
            is_moving: &mut self.is_moving,
            has_referrers: &mut self.has_referrers,
        };
        let mut first = 0;
        while first < persons.len() {
            let end = starts.partition_point(|start| *start < starts[first] + n_events);
            let end = end.clamp(first + 1, persons.len());
            let (of_part, others) = columns.split(starts[end] - starts[first]);
            parts.push(Part {
                persons: &persons[first..end],
                starts: &starts[first..=end],
                columns: of_part,
            });
            (first, columns) = (end, others);
        }
        parts
    }

    fn id(&mut self, page: &str, ids: &mut HashMap<String, u32, FixedState>) -> u32 {
        if let Some(id) = ids.get(page) {
            return *id;
        }
        let id = self.pages.len() as u32;
        self.pages.push(page.to_owned());
        ids.insert(page.to_owned(), id);
        id
    }
}

/// Events that one thread puts at their places at once, about.
const PART_EVENTS: usize = 250_000;

#[cfg(test)]
mod tests;
