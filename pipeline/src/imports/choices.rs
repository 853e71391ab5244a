//! What people chose for themselves: to be left out of everything (`opt_outs`), or to be listed (`opt_ins`).
//!
//! Who opted out is counted nowhere, so the days on which they did anything are computed again. Who asked to be
//! listed stands there with the name they go by: a list of numbers is no list of people to talk to.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray};

use crate::derive::{forget_days_of, replace_all};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::people::known::is_known;
use crate::run::Run;
use crate::store::Lake;

/// What a person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// To be counted nowhere.
    Out,
    /// To be counted, and listed where lists are of those who asked for it.
    In,
}

/// What a choice changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chosen {
    /// Whether the person is counted now and was not before, or the other way round.
    pub is_counting_changed: bool,
    /// Whether the person is listed now and was not before, or the other way round.
    pub is_listing_changed: bool,
    /// Whether the people or the logs know the person.
    pub is_known: bool,
}

/// Writes down what a person wants.
///
/// # Errors
/// When the lake cannot be written.
pub async fn choose(
    run: &Run,
    lake: &Lake,
    key: &Key,
    user: &str,
    choice: Choice,
) -> Result<Chosen, Error> {
    if user.trim().is_empty() {
        return Err(Error::usage(
            "no user is named: write the name as the logs do",
        ));
    }
    let person = key.person_of_user(user.as_bytes());
    let now = jiff::Timestamp::now().as_microsecond();
    let mut outs = Chosers::read(lake, "opt_outs").await?;
    let mut ins = Chosers::read(lake, "opt_ins").await?;
    let (is_counting_changed, is_listing_changed) = match choice {
        Choice::Out => (outs.add(person, (now, None)), ins.remove(person)),
        Choice::In => {
            let listed = (now, Some(user.to_owned()));
            (outs.remove(person), ins.add(person, listed))
        }
    };
    if is_counting_changed {
        // First: a run that breaks off here computes some days again, and no harm is done.
        forget_days_of(lake, person).await?;
        outs.write(lake).await?;
    }
    if is_listing_changed {
        ins.write(lake).await?;
    }
    Ok(Chosen {
        is_counting_changed,
        is_listing_changed,
        // Not their sessions: those of people who opted out are gone.
        is_known: is_known(run, lake, person, "events").await?,
    })
}

/// Those who chose the same, with the time at which they did.
struct Chosers {
    table: &'static str,
    rows: BTreeMap<i64, (i64, Option<String>)>,
}

impl Chosers {
    async fn read(lake: &Lake, table: &'static str) -> Result<Self, Error> {
        let doing = format!("failed to read `{table}`");
        let mut rows = BTreeMap::new();
        for batch in &lake.read(table, None, None).await.doing(doing)? {
            let person = columns::ints(batch, "person")?;
            let at = columns::times(batch, "at")?;
            let user = columns::texts(batch, "user").ok();
            rows.extend((0..batch.num_rows()).map(|row| {
                let user = user.as_ref().map(|user| user.value(row).to_owned());
                (person.value(row), (at.value(row), user))
            }));
        }
        Ok(Self { table, rows })
    }

    /// Whether the person is new here.
    fn add(&mut self, person: i64, row: (i64, Option<String>)) -> bool {
        let is_new = !self.rows.contains_key(&person);
        self.rows.entry(person).or_insert(row);
        is_new
    }

    /// Whether the person was here.
    fn remove(&mut self, person: i64) -> bool {
        self.rows.remove(&person).is_some()
    }

    async fn write(&self, lake: &Lake) -> Result<(), Error> {
        let schema = lake
            .schema(self.table)
            .doing(format!("failed to find the table `{}`", self.table))?;
        let person: Int64Array = self.rows.keys().map(|person| Some(*person)).collect();
        let at = self.rows.values().map(|(at, _)| *at);
        let at = TimestampMicrosecondArray::from_iter_values(at).with_timezone("UTC");
        let user: StringArray = self
            .rows
            .values()
            .map(|(_, user)| user.as_deref())
            .collect();
        let columns = schema.fields().iter().map(|field| -> ArrayRef {
            match field.name().as_str() {
                "person" => Arc::new(person.clone()),
                "at" => Arc::new(at.clone()),
                _ => Arc::new(user.clone()),
            }
        });
        let batch = RecordBatch::try_new(schema.clone(), columns.collect())
            .doing(format!("failed to lay out `{}`", self.table))?;
        replace_all(lake, self.table, vec![batch]).await
    }
}
