//! Who takes up what is new, and who is tied to whom, over the horizon: what leaders are found by.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use queries::people::adoptions::{Adoption, Tie};

use super::crowd::{DatedTie, persons_of, ties_among};
use super::units::Chart;
use crate::analyze::Window;
use crate::engine::columns;
use crate::engine::session::{ask, day};
use crate::error::Error;
use crate::run::Run;

/// With less behind it everything seems new: a page counts as new if the logs had so many days before it.
const NEWS_DAYS: i32 = 28;

/// The horizon of a window.
pub(super) struct Following {
    /// Persons, sorted; a person's id is the place here.
    pub(super) persons: Vec<i64>,
    /// First uses of new pages and of elephant paths, sorted.
    pub(super) adoptions: Vec<Adoption>,
    /// From this day on things are new.
    pub(super) new_since: i32,
    /// Ties with the day since when, sorted.
    pub(super) ties: Vec<Tie>,
    /// Ties of the window alone.
    pub(super) ties_now: Vec<DatedTie>,
    /// The first day of each person.
    pub(super) first_day: Vec<i32>,
    /// Who works where on the last day.
    pub(super) chart: Chart,
}

impl Following {
    /// Reads the horizon of a window. `found_moves` are the elephant paths.
    pub(super) async fn read(
        run: &Run,
        context: &SessionContext,
        window: Window,
    ) -> Result<Self, Error> {
        let weeks = run.settings.analysis.horizon_weeks as i32;
        let start = (window.end - weeks * 7 + 1).min(window.start);
        let since = |start: i32| {
            [
                ("horizon_start", day(start)),
                ("window_end", day(window.end)),
            ]
        };
        let first_days = ask(context, "first_days", &since(start)).await?;
        let new_since = start.max(super::first_day(context).await?.unwrap_or(0) + NEWS_DAYS);
        let pages = ask(context, "first_uses", &since(new_since)).await?;
        let paths = ask(context, "adoptions_of_paths", &since(start)).await?;
        let ties = ask(context, "ties", &since(start)).await?;
        let ties_now = ask(context, "ties", &since(window.start)).await?;
        let (person, both) = (["person"], ["one", "other"]);
        let persons = persons_of(&[
            (&first_days, &person),
            (&pages, &person),
            (&paths, &person),
            (&ties, &both),
        ])?;
        let mut adoptions = Adoptions::default();
        adoptions.read(&pages, &["page"], &persons)?;
        adoptions.read(&paths, &["from_page", "to_page"], &persons)?;
        let mut rows = adoptions.rows;
        rows.sort_unstable();
        let dated = ties_among(&ties, &persons)?;
        Ok(Self {
            adoptions: rows,
            new_since,
            ties: dated.iter().map(DatedTie::since).collect(),
            ties_now: ties_among(&ties_now, &persons)?,
            first_day: first_day_of_each(&first_days, &persons)?,
            chart: Chart::read(context, window.end, &persons).await?,
            persons,
        })
    }

    /// The manager of each person by id; [`queries::findings::leaders::NO_MANAGER`] where there is none.
    pub(super) fn managers(&self) -> Vec<u32> {
        let id = |person: &i64| self.persons.binary_search(person).ok().map(|id| id as u32);
        let managers = self.chart.manager.iter();
        let none = queries::findings::leaders::NO_MANAGER;
        managers
            .map(|manager| manager.as_ref().and_then(id).unwrap_or(none))
            .collect()
    }
}

impl DatedTie {
    fn since(&self) -> Tie {
        Tie {
            one: self.one,
            other: self.other,
            since: self.since,
        }
    }
}

fn first_day_of_each(batches: &[RecordBatch], persons: &[i64]) -> Result<Vec<i32>, Error> {
    let mut first = vec![i32::MAX; persons.len()];
    for batch in batches {
        let person = columns::ints(batch, "person")?;
        let days = columns::days(batch, "day")?;
        for row in 0..batch.num_rows() {
            if let Ok(id) = persons.binary_search(&person.value(row)) {
                first[id] = days.value(row);
            }
        }
    }
    Ok(first)
}

/// First uses, the items numbered as they come.
#[derive(Default)]
struct Adoptions {
    rows: Vec<Adoption>,
    n_items: u32,
}

impl Adoptions {
    /// Rows of an item come together; `names` are the columns that make it.
    fn read(
        &mut self,
        batches: &[RecordBatch],
        names: &[&str],
        persons: &[i64],
    ) -> Result<(), Error> {
        let mut last: Option<Vec<String>> = None;
        for batch in batches {
            let texts = names.iter().map(|name| columns::texts(batch, name));
            let texts = texts.collect::<Result<Vec<_>, Error>>()?;
            let person = columns::ints(batch, "person")?;
            let days = columns::days(batch, "day")?;
            for row in 0..batch.num_rows() {
                let is_same = last.as_ref().is_some_and(|last| {
                    let mut both = last.iter().zip(&texts);
                    both.all(|(last, text)| last == text.value(row))
                });
                if !is_same {
                    last = Some(
                        texts
                            .iter()
                            .map(|text| text.value(row).to_owned())
                            .collect(),
                    );
                    self.n_items += 1;
                }
                if let Ok(id) = persons.binary_search(&person.value(row)) {
                    self.rows.push(Adoption {
                        item: self.n_items - 1,
                        day: days.value(row),
                        person: id as u32,
                    });
                }
            }
        }
        Ok(())
    }
}
