//! The ambassadors who may be listed, and what there is to talk about with each.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};

use super::due::{due_talks, last_talks};
use crate::analyze::window;
use crate::engine::{columns, session};
use crate::error::{Doing, Error};
use crate::people::labels::{Labels, nobody_is_listed};
use crate::query::Answer;
use crate::run::Run;
use crate::settings::Lists;
use crate::store::Lake;

/// Rank, name, day of the last talk, and what there is to talk about: the finding's name and what it says.
type Row = (i64, String, Option<i32>, Option<(String, String)>);

/// One row an ambassador and subject; those without a subject have one row.
///
/// # Errors
/// When the settings list nobody, or the lake cannot be read.
pub async fn list(run: &Run, lake: &Lake) -> Result<Answer, Error> {
    if run.settings.people.lists == Lists::Off {
        return Err(nobody_is_listed());
    }
    let labels = Labels::read(run, lake).await?;
    let context = session::over_lake(lake, run.memory).await?;
    let mut rows: Vec<Row> = Vec::new();
    if let Some(window) = window(run, lake, None, None).await? {
        let due = due_talks(run, lake, &context, window).await?;
        let due: BTreeMap<i64, Vec<(String, String)>> = due
            .into_iter()
            .map(|one| (one.person, one.subjects))
            .collect();
        let last = last_talks(run, lake).await?;
        for (rank, person) in chosen(lake).await? {
            if !labels.may_list(person) {
                continue;
            }
            let row = |about| (rank, labels.of(person), last.get(&person).copied(), about);
            match due.get(&person) {
                Some(subjects) => rows.extend(subjects.iter().map(|one| row(Some(one.clone())))),
                None => rows.push(row(None)),
            }
        }
    }
    let rank: Int64Array = rows.iter().map(|row| Some(row.0)).collect();
    let who: StringArray = rows.iter().map(|row| Some(row.1.as_str())).collect();
    let last: Date32Array = rows.iter().map(|row| row.2).collect();
    let about = |of: fn(&(String, String)) -> &str| -> StringArray {
        rows.iter().map(|row| row.3.as_ref().map(of)).collect()
    };
    let columns: [(&str, ArrayRef); 5] = [
        ("rank", Arc::new(rank)),
        ("who", Arc::new(who)),
        ("last_talk", Arc::new(last)),
        ("about", Arc::new(about(|one| &one.0))),
        ("what", Arc::new(about(|one| &one.1))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, column)| (name, column, true)),
    )
    .doing("failed to lay out the ambassadors")?;
    Ok(Answer {
        schema: batch.schema(),
        rows: vec![batch],
    })
}

/// Ranks and persons.
async fn chosen(lake: &Lake) -> Result<Vec<(i64, i64)>, Error> {
    let doing = "failed to read the ambassadors";
    let mut chosen = Vec::new();
    for batch in &lake.read("ambassadors", None, None).await.doing(doing)? {
        let rank = columns::ints(batch, "rank")?;
        let person = columns::ints(batch, "person")?;
        chosen.extend((0..batch.num_rows()).map(|row| (rank.value(row), person.value(row))));
    }
    chosen.sort_unstable();
    Ok(chosen)
}
