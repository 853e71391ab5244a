//! The events of a window by person and time, as columns of dense ids, read straight from their files.
//!
//! The engine would sort and join ten million rows of texts to answer `window_walks` and `window_moves`.
//! The files of a day are sorted by person already, and their texts are dictionaries: here each event
//! becomes some thirty bytes at the place that a count of its person's events gives it.

use std::collections::BTreeMap;

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
const COLUMNS: [&str; 8] = [
    "person",
    "ts",
    "input_id",
    "line",
    "page",
    "action",
    "referrer",
    "log_session",
];

/// Events of a window; the columns run in parallel, sorted by person, time, input and line.
#[derive(Debug, Default)]
pub(super) struct Looks {
    /// Who, sorted.
    pub(super) persons: Vec<i64>,
    /// Where each person's events start; one more than there are persons.
    pub(super) starts: Vec<usize>,
    /// The pages; ids are places here.
    pub(super) pages: Vec<String>,
    /// When, in microseconds.
    pub(super) ts: Vec<i64>,
    /// On which civil day.
    pub(super) day: Vec<i32>,
    /// On which page.
    pub(super) page: Vec<u32>,
    /// From which page inside, or [`NO_PAGE`].
    pub(super) referrer: Vec<u32>,
    /// The log's own session, 0 where it has none.
    pub(super) log_session: Vec<i64>,
    /// Whether it moves people.
    pub(super) is_moving: Vec<bool>,
    /// Whether its log has referrers.
    pub(super) has_referrers: Vec<bool>,
}

/// Whose events count, and from when on.
struct Kept {
    /// People left out, sorted.
    left_out: Vec<i64>,
    /// People with a session that began before the first day, and when it ended.
    carried: BTreeMap<i64, i64>,
}

impl Kept {
    async fn read(context: &SessionContext) -> Result<Self, Error> {
        let sql =
            "select person from excluded union select person from weak_persons order by person";
        let mut left_out = Vec::new();
        for batch in &rows(context, sql).await? {
            left_out.extend_from_slice(columns::ints(batch, "person")?.values());
        }
        let mut carried = BTreeMap::new();
        for batch in &rows(
            context,
            "select person, ended_at from carried order by person",
        )
        .await?
        {
            let person = columns::ints(batch, "person")?;
            let ended = columns::times(batch, "ended_at")?;
            carried.extend(
                person
                    .values()
                    .iter()
                    .copied()
                    .zip(ended.values().iter().copied()),
            );
        }
        Ok(Self { left_out, carried })
    }

    fn holds(&self, person: i64) -> bool {
        self.left_out.binary_search(&person).is_err()
    }

    fn from(&self, person: i64) -> i64 {
        self.carried
            .get(&person)
            .map_or(i64::MIN, |ended| ended + 1)
    }
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
struct DayLooks {
    day: i32,
    person: Vec<i64>,
    ts: Vec<i64>,
    input: Vec<i64>,
    line: Vec<i64>,
    page: Vec<u32>,
    referrer: Vec<u32>,
    log_session: Vec<i64>,
    is_moving: Vec<bool>,
    pages: Vec<String>,
}

impl Looks {
    /// Reads the events of the days `first` to `last`. The session knows the tables `excluded`,
    /// `weak_persons`, `carried` and `inputs`.
    pub(super) async fn read(
        lake: &Lake,
        context: &SessionContext,
        (first, last): (i32, i32),
    ) -> Result<Self, Error> {
        let doing = "failed to read the events of the window";
        let kept = Kept::read(context).await?;
        let has_referrers = inputs_with_referrers(context).await?;
        let snapshot = lake.snapshot("events").await.doing(doing)?;
        let days: Vec<DayLooks> = (first..=last)
            .into_par_iter()
            .map(|day| DayLooks::read(&snapshot, day, &kept))
            .collect::<Result<_, Error>>()?;
        let mut looks = Self::of_persons(&days);
        let mut order = vec![(0, 0); looks.ts.len()];
        let mut next = looks.starts.clone();
        let mut ids: HashMap<String, u32, FixedState> = HashMap::default();
        for day in days {
            looks.place(&day, &mut next, &mut order, &mut ids, &has_referrers);
        }
        looks.sort(&order);
        Ok(looks)
    }

    /// Room for the events of all days, counted by person.
    fn of_persons(days: &[DayLooks]) -> Self {
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
            ts: vec![0; n],
            day: vec![0; n],
            page: vec![0; n],
            referrer: vec![0; n],
            log_session: vec![0; n],
            is_moving: vec![false; n],
            has_referrers: vec![false; n],
        }
    }

    /// Puts the events of a day behind those of the days before, person by person.
    fn place(
        &mut self,
        day: &DayLooks,
        next: &mut [usize],
        order: &mut [(i64, i64)],
        ids: &mut HashMap<String, u32, FixedState>,
        has_referrers: &[i64],
    ) {
        let pages: Vec<u32> = day.pages.iter().map(|page| self.id(page, ids)).collect();
        let id = |page: u32| {
            if page == NO_PAGE {
                NO_PAGE
            } else {
                pages[page as usize]
            }
        };
        let mut at = 0;
        let mut last_input = None;
        for row in 0..day.person.len() {
            // Each file is sorted by person: the next one is near, or the first of another file.
            if self.persons[at] != day.person[row] {
                at = self
                    .persons
                    .partition_point(|person| *person < day.person[row]);
            }
            if last_input.is_none_or(|(input, _)| input != day.input[row]) {
                let has = has_referrers.binary_search(&day.input[row]).is_ok();
                last_input = Some((day.input[row], has));
            }
            let place = next[at];
            next[at] += 1;
            self.ts[place] = day.ts[row];
            self.day[place] = day.day;
            self.page[place] = id(day.page[row]);
            self.referrer[place] = id(day.referrer[row]);
            self.log_session[place] = day.log_session[row];
            self.is_moving[place] = day.is_moving[row];
            self.has_referrers[place] = last_input.is_some_and(|(_, has)| has);
            order[place] = (day.input[row], day.line[row]);
        }
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

    /// Sorts the events of each person whose days were in several files.
    fn sort(&mut self, order: &[(i64, i64)]) {
        for at in 0..self.persons.len() {
            let range = self.starts[at]..self.starts[at + 1];
            let key = |place: usize| (self.ts[place], order[place]);
            if range.clone().is_sorted_by_key(key) {
                continue;
            }
            let mut places: Vec<usize> = range.clone().collect();
            places.sort_by_key(|place| key(*place));
            rearrange(&mut self.ts, range.start, &places);
            rearrange(&mut self.day, range.start, &places);
            rearrange(&mut self.page, range.start, &places);
            rearrange(&mut self.referrer, range.start, &places);
            rearrange(&mut self.log_session, range.start, &places);
            rearrange(&mut self.is_moving, range.start, &places);
            rearrange(&mut self.has_referrers, range.start, &places);
        }
    }
}

/// Puts the values at these places in their order, from `start` on.
fn rearrange<T: Copy>(column: &mut [T], start: usize, places: &[usize]) {
    let sorted: Vec<T> = places.iter().map(|place| column[*place]).collect();
    column[start..start + places.len()].copy_from_slice(&sorted);
}

impl DayLooks {
    fn read(snapshot: &TableSnapshot, day: i32, kept: &Kept) -> Result<Self, Error> {
        let mut looks = Self {
            day,
            person: Vec::new(),
            ts: Vec::new(),
            input: Vec::new(),
            line: Vec::new(),
            page: Vec::new(),
            referrer: Vec::new(),
            log_session: Vec::new(),
            is_moving: Vec::new(),
            pages: Vec::new(),
        };
        let doing = "failed to read the events of a day";
        let mut ids: HashMap<String, u32, FixedState> = HashMap::default();
        for batch in &snapshot.read_day_words(day, &COLUMNS).doing(doing)? {
            looks.add(batch, kept, &mut ids)?;
        }
        Ok(looks)
    }

    fn add(
        &mut self,
        batch: &RecordBatch,
        kept: &Kept,
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
        let mut last: Option<(i64, bool, i64)> = None;
        for row in 0..batch.num_rows() {
            let who = person.value(row);
            if last.is_none_or(|(known, ..)| known != who) {
                last = Some((who, kept.holds(who), kept.from(who)));
            }
            if !last.is_some_and(|(_, is_kept, from)| is_kept && ts[row] >= from) {
                continue;
            }
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
            self.log_session
                .push(if own.is_valid(row) { own.value(row) } else { 0 });
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
fn texts(column: &DictionaryArray<UInt32Type>) -> impl Iterator<Item = &str> {
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

fn ints<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b Int64Array, Error> {
    let column = column(batch, name)?.as_primitive_opt::<Int64Type>();
    column.ok_or_else(|| misfit(name))
}

fn words<'b>(batch: &'b RecordBatch, name: &str) -> Result<&'b DictionaryArray<UInt32Type>, Error> {
    let column = column(batch, name)?.as_dictionary_opt::<UInt32Type>();
    column.ok_or_else(|| misfit(name))
}

/// The inputs whose log has referrers, sorted.
async fn inputs_with_referrers(context: &SessionContext) -> Result<Vec<i64>, Error> {
    let sql =
        "select input_id from inputs group by input_id having bool_or(has_referrers) order by 1";
    let mut inputs = Vec::new();
    for batch in &rows(context, sql).await? {
        inputs.extend_from_slice(columns::ints(batch, "input_id")?.values());
    }
    Ok(inputs)
}
