//! The events of some days by person and time, as columns of dense ids, read straight from their files.
//!
//! The engine would sort and join ten million rows of texts to make sessions and moves of them.
//! The files of a day are sorted by person already, and their texts are dictionaries: here each event
//! becomes some thirty bytes at the place that a count of its person's events gives it.

use std::collections::BTreeMap;
use std::ops::Range;

use arrow::array::{Array, AsArray, DictionaryArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType, UInt32Type};
use datafusion::prelude::SessionContext;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use queries::paths::moves::NO_PAGE;
use rayon::prelude::*;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::{Lake, TableSnapshot};

/// What moves people: the others are something done on a page.
const MOVING: [&str; 3] = ["view", "search", "download"];

/// The columns that a session and its moves are made of.
const COLUMNS: [&str; 9] = [
    "event_id",
    "person",
    "ts",
    "input_id",
    "line",
    "page",
    "action",
    "referrer",
    "log_session",
];

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

/// The events of one day, not yet at their places.
#[derive(Clone, Default)]
struct DayLooks {
    day: i32,
    id: Vec<i64>,
    person: Vec<i64>,
    ts: Vec<i64>,
    input: Vec<i64>,
    line: Vec<i64>,
    page: Vec<u32>,
    referrer: Vec<u32>,
    log_session: Vec<i64>,
    is_moving: Vec<bool>,
    pages: Vec<String>,
    /// Pieces that are sorted by person: one a file.
    runs: Vec<Range<usize>>,
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

/// The columns of [`Looks`], or a piece of them.
struct Columns<'a> {
    id: &'a mut [i64],
    ts: &'a mut [i64],
    day: &'a mut [i32],
    page: &'a mut [u32],
    referrer: &'a mut [u32],
    log_session: &'a mut [i64],
    is_moving: &'a mut [bool],
    has_referrers: &'a mut [bool],
}

impl Columns<'_> {
    /// The first `n` events, and the others.
    fn split(self, n: usize) -> (Self, Self) {
        fn cut<T>(column: &mut [T], n: usize) -> (&mut [T], &mut [T]) {
            // Ids may not be asked for.
            column.split_at_mut(n.min(column.len()))
        }
        let id = cut(self.id, n);
        let ts = cut(self.ts, n);
        let day = cut(self.day, n);
        let page = cut(self.page, n);
        let referrer = cut(self.referrer, n);
        let log_session = cut(self.log_session, n);
        let is_moving = cut(self.is_moving, n);
        let has_referrers = cut(self.has_referrers, n);
        (
            Self {
                id: id.0,
                ts: ts.0,
                day: day.0,
                page: page.0,
                referrer: referrer.0,
                log_session: log_session.0,
                is_moving: is_moving.0,
                has_referrers: has_referrers.0,
            },
            Self {
                id: id.1,
                ts: ts.1,
                day: day.1,
                page: page.1,
                referrer: referrer.1,
                log_session: log_session.1,
                is_moving: is_moving.1,
                has_referrers: has_referrers.1,
            },
        )
    }
}

/// The events of some people.
struct Part<'a> {
    persons: &'a [i64],
    /// Where each person's events start among all; one more than there are persons.
    starts: &'a [usize],
    columns: Columns<'a>,
}

impl Part<'_> {
    /// Puts their events of all days at their places; each day comes with the ids of its pages.
    fn fill(&mut self, days: &[(DayLooks, Vec<u32>)], with_referrers: &[i64]) {
        let first = self.starts[0];
        let mut next: Vec<usize> = self.starts.iter().map(|start| start - first).collect();
        let mut order = vec![(0, 0); next[self.persons.len()]];
        for (day, pages) in days {
            for rows in day.rows_of(self.persons[0], self.persons[self.persons.len() - 1]) {
                self.place(day, rows, pages, (&mut next, &mut order), with_referrers);
            }
        }
        self.sort(&order);
    }

    /// Puts rows of a day behind those before, person by person.
    fn place(
        &mut self,
        day: &DayLooks,
        rows: Range<usize>,
        pages: &[u32],
        (next, order): (&mut [usize], &mut [(i64, i64)]),
        with_referrers: &[i64],
    ) {
        let id = |page: u32| {
            if page == NO_PAGE {
                NO_PAGE
            } else {
                pages[page as usize]
            }
        };
        let mut at = 0;
        let mut last_input = None;
        for row in rows {
            // Rows are sorted by person: the next one is near.
            while self.persons[at] < day.person[row] {
                at += 1;
            }
            if last_input.is_none_or(|(input, _)| input != day.input[row]) {
                let has = with_referrers.binary_search(&day.input[row]).is_ok();
                last_input = Some((day.input[row], has));
            }
            let place = next[at];
            next[at] += 1;
            let columns = &mut self.columns;
            if let Some(id) = columns.id.get_mut(place) {
                *id = day.id[row];
            }
            columns.ts[place] = day.ts[row];
            columns.day[place] = day.day;
            columns.page[place] = id(day.page[row]);
            columns.referrer[place] = id(day.referrer[row]);
            columns.log_session[place] = day.log_session[row];
            columns.is_moving[place] = day.is_moving[row];
            columns.has_referrers[place] = last_input.is_some_and(|(_, has)| has);
            order[place] = (day.input[row], day.line[row]);
        }
    }

    /// Sorts the events of each person whose days were in several files.
    fn sort(&mut self, order: &[(i64, i64)]) {
        let columns = &mut self.columns;
        for at in 0..self.persons.len() {
            let range = self.starts[at] - self.starts[0]..self.starts[at + 1] - self.starts[0];
            let key = |place: usize| (columns.ts[place], order[place]);
            if range.clone().is_sorted_by_key(key) {
                continue;
            }
            let mut places: Vec<usize> = range.clone().collect();
            places.sort_by_key(|place| key(*place));
            if !columns.id.is_empty() {
                rearrange(columns.id, range.start, &places);
            }
            rearrange(columns.ts, range.start, &places);
            rearrange(columns.day, range.start, &places);
            rearrange(columns.page, range.start, &places);
            rearrange(columns.referrer, range.start, &places);
            rearrange(columns.log_session, range.start, &places);
            rearrange(columns.is_moving, range.start, &places);
            rearrange(columns.has_referrers, range.start, &places);
        }
    }
}

/// Puts the values at these places in their order, from `start` on.
fn rearrange<T: Copy>(column: &mut [T], start: usize, places: &[usize]) {
    let sorted: Vec<T> = places.iter().map(|place| column[*place]).collect();
    column[start..start + places.len()].copy_from_slice(&sorted);
}

impl DayLooks {
    fn read(snapshot: &TableSnapshot, day: i32, asked: &Asked) -> Result<Self, Error> {
        let mut looks = Self {
            day,
            ..Self::default()
        };
        let doing = "failed to read the events of a day";
        let mut ids: HashMap<String, u32, FixedState> = HashMap::default();
        let columns = &COLUMNS[usize::from(!asked.has_ids)..];
        for batch in &snapshot.read_day_words(day, columns).doing(doing)? {
            looks.add(batch, asked, &mut ids)?;
        }
        looks.find_runs();
        Ok(looks)
    }

    fn find_runs(&mut self) {
        let mut end = 0;
        for run in self.person.chunk_by(|a, b| a <= b) {
            self.runs.push(end..end + run.len());
            end += run.len();
        }
    }

    /// The rows of the people from one to another, in pieces that are sorted by person.
    fn rows_of(&self, first: i64, last: i64) -> impl Iterator<Item = Range<usize>> + '_ {
        self.runs.iter().map(move |run| {
            let persons = &self.person[run.clone()];
            let start = persons.partition_point(|person| *person < first);
            let end = persons.partition_point(|person| *person <= last);
            run.start + start..run.start + end
        })
    }

    fn add(
        &mut self,
        batch: &RecordBatch,
        asked: &Asked,
        ids: &mut HashMap<String, u32, FixedState>,
    ) -> Result<(), Error> {
        let (person, input, line) = (
            ints(batch, "person")?,
            ints(batch, "input_id")?,
            ints(batch, "line")?,
        );
        let ts = column(batch, "ts")?.as_primitive_opt::<TimestampMicrosecondType>();
        let ts = ts.ok_or_else(|| misfit("ts"))?.values();
        let own = ints(batch, "log_session")?;
        let (page, action, referrer) = (
            words(batch, "page")?,
            words(batch, "action")?,
            words(batch, "referrer")?,
        );
        let pages = self.ids_of(page, ids);
        let referrers = self.ids_of(referrer, ids);
        let moving: Vec<bool> = texts(action).map(|word| MOVING.contains(&word)).collect();
        let id = asked.has_ids.then(|| ints(batch, "event_id")).transpose()?;
        let mut last: Option<Reach> = None;
        for row in 0..batch.num_rows() {
            let who = person.value(row);
            let reach = match last {
                Some(reach) if reach.person == who => reach,
                _ => *last.insert(asked.person(who)),
            };
            let own = if own.is_valid(row) { own.value(row) } else { 0 };
            if !asked.holds(reach, ts[row], own) {
                continue;
            }
            self.id.extend(id.map(|id| id.value(row)));
            self.person.push(who);
            self.ts.push(ts[row]);
            self.input.push(input.value(row));
            self.line.push(line.value(row));
            self.page.push(pages[page.keys().value(row) as usize]);
            self.referrer.push(if referrer.is_valid(row) {
                referrers[referrer.keys().value(row) as usize]
            } else {
                NO_PAGE
            });
            self.log_session.push(own);
            self.is_moving
                .push(moving[action.keys().value(row) as usize]);
        }
        Ok(())
    }

    /// The day's id of each word of a dictionary.
    fn ids_of(
        &mut self,
        column: &DictionaryArray<UInt32Type>,
        ids: &mut HashMap<String, u32, FixedState>,
    ) -> Vec<u32> {
        let id = |word: &str| match ids.get(word) {
            Some(id) => *id,
            None => {
                let id = self.pages.len() as u32;
                self.pages.push(word.to_owned());
                ids.insert(word.to_owned(), id);
                id
            }
        };
        texts(column).map(id).collect()
    }
}

/// The words of a dictionary.
pub(super) fn texts(column: &DictionaryArray<UInt32Type>) -> impl Iterator<Item = &str> {
    let values = column.values().as_string::<i32>();
    (0..values.len()).map(|place| values.value(place))
}

fn misfit(name: &str) -> Error {
    Error::failed(format!(
        "a day of `events` has no column `{name}` of its kind"
    ))
}

fn column<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b dyn Array, Error> {
    let column = batch.column_by_name(name);
    column.map(AsRef::as_ref).ok_or_else(|| misfit(name))
}

/// A column of whole numbers.
pub(super) fn ints<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Int64Array, Error> {
    let column = column(batch, name)?.as_primitive_opt::<Int64Type>();
    column.ok_or_else(|| misfit(name))
}

/// A column of words.
pub(super) fn words<'b>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b DictionaryArray<UInt32Type>, Error> {
    let column = column(batch, name)?.as_dictionary_opt::<UInt32Type>();
    column.ok_or_else(|| misfit(name))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A day of events of (person, time, page), whose file is cut in two that are each sorted by person.
    fn day(number: i32, mut events: Vec<(i64, i64, u32)>, cut: usize) -> DayLooks {
        let cut = cut.min(events.len());
        events[..cut].sort_unstable();
        events[cut..].sort_unstable();
        let n = events.len();
        let mut looks = DayLooks {
            day: number,
            person: events.iter().map(|event| event.0).collect(),
            ts: events.iter().map(|event| event.1).collect(),
            page: events.iter().map(|event| event.2).collect(),
            input: (0..n).map(|row| i64::from(row >= cut)).collect(),
            line: (0..n as i64).collect(),
            referrer: vec![NO_PAGE; n],
            log_session: vec![0; n],
            is_moving: vec![true; n],
            pages: (0..4).map(|page| format!("/{number}/{page}")).collect(),
            ..DayLooks::default()
        };
        looks.find_runs();
        looks
    }

    proptest! {
        #[test]
        fn events_stand_as_one_sort_puts_them(
            days in prop::collection::vec(
                (prop::collection::vec((0_i64..9, 0_i64..5, 0_u32..4), 0..30), 0_usize..30), 1..4,
            ),
            part_events in 1_usize..40,
        ) {
            let days: Vec<DayLooks> = (0..)
                .zip(days)
                .map(|(number, (events, cut))| day(number, events, cut))
                .collect();
            let mut plain: Vec<_> = days
                .iter()
                .flat_map(|day| {
                    (0..day.person.len()).map(move |row| {
                        let page = day.pages[day.page[row] as usize].as_str();
                        (day.person[row], day.ts[row], day.input[row], day.line[row], day.day, page)
                    })
                })
                .collect();
            // The days are in their order, and a sort that keeps it puts equal times of two days so.
            plain.sort_by_key(|event| (event.0, event.1, event.2, event.3));
            let looks = Looks::of_days(days.clone(), &Asked::default(), part_events);
            prop_assert_eq!(&looks, &Looks::of_days(days.clone(), &Asked::default(), usize::MAX / 2));
            let told: Vec<_> = (0..looks.persons.len())
                .flat_map(|at| (looks.starts[at]..looks.starts[at + 1]).map(move |place| (at, place)))
                .map(|(at, place)| {
                    let page = looks.pages[looks.page[place] as usize].as_str();
                    (looks.persons[at], looks.ts[place], looks.day[place], page)
                })
                .collect();
            let plain: Vec<_> = plain.iter().map(|event| (event.0, event.1, event.4, event.5)).collect();
            prop_assert_eq!(told, plain);
        }
    }
}
