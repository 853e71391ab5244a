//! The events of one day as its files have them.

use std::ops::Range;

use arrow::array::{Array, AsArray, DictionaryArray, Int64Array, RecordBatch};
use arrow::datatypes::{Int64Type, TimestampMicrosecondType, UInt32Type};
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use queries::paths::moves::NO_PAGE;

use super::{Asked, Reach};
use crate::error::{Doing, Error};
use crate::store::TableSnapshot;

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

/// The events of one day, not yet at their places.
#[derive(Clone, Default)]
pub(super) struct DayLooks {
    pub(super) day: i32,
    pub(super) id: Vec<i64>,
    pub(super) person: Vec<i64>,
    pub(super) ts: Vec<i64>,
    pub(super) input: Vec<i64>,
    pub(super) line: Vec<i64>,
    pub(super) page: Vec<u32>,
    pub(super) referrer: Vec<u32>,
    pub(super) log_session: Vec<i64>,
    pub(super) is_moving: Vec<bool>,
    pub(super) pages: Vec<String>,
    /// Pieces that are sorted by person: one a file.
    pub(super) runs: Vec<Range<usize>>,
}

impl DayLooks {
    pub(super) fn read(snapshot: &TableSnapshot, day: i32, asked: &Asked) -> Result<Self, Error> {
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

    pub(super) fn find_runs(&mut self) {
        let mut end = 0;
        for run in self.person.chunk_by(|a, b| a <= b) {
            self.runs.push(end..end + run.len());
            end += run.len();
        }
    }

    /// The rows of the people from one to another, in pieces that are sorted by person.
    pub(super) fn rows_of(&self, first: i64, last: i64) -> impl Iterator<Item = Range<usize>> + '_ {
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
pub(in crate::derive) fn texts(column: &DictionaryArray<UInt32Type>) -> impl Iterator<Item = &str> {
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
pub(in crate::derive) fn ints<'b>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b Int64Array, Error> {
    let column = column(batch, name)?.as_primitive_opt::<Int64Type>();
    column.ok_or_else(|| misfit(name))
}

/// A column of words.
pub(in crate::derive) fn words<'b>(
    batch: &'b RecordBatch,
    name: &str,
) -> Result<&'b DictionaryArray<UInt32Type>, Error> {
    let column = column(batch, name)?.as_dictionary_opt::<UInt32Type>();
    column.ok_or_else(|| misfit(name))
}
