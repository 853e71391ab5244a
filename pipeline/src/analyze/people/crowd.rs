//! What the findings about people stand on: who used what in a window, who is tied to whom, who works where.
//!
//! Weak persons, people who are counted nowhere, hubs and declared sensitive pages never come so far: the questions
//! leave them out.

use arrow::array::RecordBatch;
use datafusion::prelude::SessionContext;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use queries::people::uses::{Use, Uses};

use super::units::Chart;
use crate::analyze::Window;
use crate::engine::columns;
use crate::engine::session::{ask, day};
use crate::error::Error;

/// Two people of a crowd who did something towards each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DatedTie {
    /// One of them, the lower id.
    pub(crate) one: u32,
    /// The other.
    pub(crate) other: u32,
    /// The first day on which they did.
    pub(crate) since: i32,
    /// On how many days they did.
    pub(crate) n_days: u32,
}

/// The people of a window.
#[derive(Debug, Clone)]
pub(crate) struct Crowd {
    /// The window.
    pub(crate) window: Window,
    /// Persons, sorted; a person's id is the place here.
    pub(crate) persons: Vec<i64>,
    /// Pages, sorted; an item's id is the place here.
    pub(crate) pages: Vec<String>,
    /// Who used which page, by weeks.
    pub(crate) uses: Uses,
    /// Ties of the window, sorted.
    pub(crate) ties: Vec<DatedTie>,
    /// Who works where on its last day.
    pub(crate) chart: Chart,
}

impl Crowd {
    /// Reads the people of a window.
    pub(crate) async fn read(context: &SessionContext, window: Window) -> Result<Self, Error> {
        let uses = ask(context, "uses", &window.parameters()).await?;
        let since = ("horizon_start", day(window.start));
        let until = ("window_end", day(window.end));
        let ties = ask(context, "ties", &[since, until]).await?;
        let persons = persons_of(&[(&uses, &["person"]), (&ties, &["one", "other"])])?;
        let (pages, uses) = numbered(&uses, &persons)?;
        Ok(Self {
            window,
            uses: Uses::new(persons.len(), pages.len(), &uses),
            ties: ties_among(&ties, &persons)?,
            chart: Chart::read(context, window.end, &persons).await?,
            pages,
            persons,
        })
    }
}

/// The distinct persons of columns, sorted.
pub(crate) fn persons_of(columns: &[(&[RecordBatch], &[&str])]) -> Result<Vec<i64>, Error> {
    let mut persons: Vec<i64> = Vec::new();
    for (batches, names) in columns {
        for batch in *batches {
            for name in *names {
                persons.extend(columns::ints(batch, name)?.values());
            }
        }
        persons.sort_unstable();
        persons.dedup();
    }
    Ok(persons)
}

/// The ties of a result among `persons`, sorted.
pub(crate) fn ties_among(batches: &[RecordBatch], persons: &[i64]) -> Result<Vec<DatedTie>, Error> {
    let id = |person: i64| persons.binary_search(&person).ok().map(|id| id as u32);
    let mut ties = Vec::new();
    for batch in batches {
        let one = columns::ints(batch, "one")?;
        let other = columns::ints(batch, "other")?;
        let since = columns::days(batch, "since")?;
        let n_days = columns::ints(batch, "n_days")?;
        for row in 0..batch.num_rows() {
            if let (Some(one), Some(other)) = (id(one.value(row)), id(other.value(row))) {
                ties.push(DatedTie {
                    one: one.min(other),
                    other: one.max(other),
                    since: since.value(row),
                    n_days: n_days.value(row) as u32,
                });
            }
        }
    }
    ties.sort_unstable();
    Ok(ties)
}

/// The pages, sorted, and the uses by the ids of persons and pages, sorted.
fn numbered(batches: &[RecordBatch], persons: &[i64]) -> Result<(Vec<String>, Vec<Use>), Error> {
    let mut first_come: HashMap<String, u32, FixedState> = HashMap::default();
    let mut uses: Vec<Use> = Vec::new();
    for batch in batches {
        let person = columns::ints(batch, "person")?;
        let page = columns::texts(batch, "page")?;
        let week = columns::days(batch, "week")?;
        for row in 0..batch.num_rows() {
            let Ok(id) = persons.binary_search(&person.value(row)) else {
                continue;
            };
            let next = first_come.len() as u32;
            let page = page.value(row);
            let item = match first_come.get(page) {
                Some(item) => *item,
                None => *first_come.entry(page.to_owned()).or_insert(next),
            };
            uses.push((id as u32, item, week.value(row)));
        }
    }
    let mut named: Vec<(String, u32)> = first_come.into_iter().collect();
    named.sort_unstable();
    let mut place = vec![0_u32; named.len()];
    for (sorted, (_, item)) in named.iter().enumerate() {
        place[*item as usize] = sorted as u32;
    }
    for (_, item, _) in &mut uses {
        *item = place[*item as usize];
    }
    uses.sort_unstable();
    Ok((named.into_iter().map(|(page, _)| page).collect(), uses))
}
