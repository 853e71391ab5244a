//! Who is no ordinary visitor, and whose days that changes.
//!
//! The base is `activity`, small and cut into days, within the horizon (further back only where older
//! days are new): a night costs the same however old the lake is. Who was not there keeps the judgement
//! of before. So do days before the horizon: no analysis looks at them any more.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;

use super::days::forget;
use super::signs;
use super::write::{fit, replace_all};
use crate::engine::columns;
use crate::engine::session::{self, ask, day};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// Judges everyone who was there from the day `from` on, and forgets the days of people who are now
/// left out, or no longer: in that order, so that a run that breaks off leaves nothing half done.
///
/// `pages` of the session must be up to date; `actors` of the session is, afterwards.
pub(super) async fn judge(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    from: i32,
) -> Result<BTreeSet<i32>, Error> {
    let known = lake
        .read("actors", None, None)
        .await
        .doing("failed to read `actors`")?;
    let schema = lake.schema("actors").doing("failed to find `actors`")?;
    session::register(context, "known_actors", schema.clone(), known.clone())?;
    register_system_accounts(run, context)?;
    let signs = signs::signs_from(lake, from).await?;
    session::register(context, "person_signs", signs.schema(), vec![signs])?;
    let rows = fit(lake, "actors", ask(context, "actors", &[]).await?)?;
    let (before, now) = (left_out(&known)?, left_out(&rows)?);
    let changed: BTreeSet<i64> = before.symmetric_difference(&now).copied().collect();
    let days = days_of(context, &changed, from).await?;
    forget(lake, &days).await?;
    write(lake, &known, &rows).await?;
    session::register(context, "actors", schema, rows)?;
    Ok(days)
}

/// Lists the zealots that an analysis found instead of those of the one before. They stay in every
/// count: no day is touched.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn list_zealots(
    lake: &Lake,
    context: &SessionContext,
    zealots: Vec<RecordBatch>,
) -> Result<(), Error> {
    let known = lake
        .read("actors", None, None)
        .await
        .doing("failed to read `actors`")?;
    let schema = lake.schema("actors").doing("failed to find `actors`")?;
    session::register(context, "zealots", schema, fit(lake, "actors", zealots)?)?;
    let sql = "select * from actors where class <> 'zealot' \
               union all \
               select z.* from zealots as z \
               left anti join (select person from actors where class <> 'zealot') as a on a.person = z.person \
               order by person";
    let doing = "failed to list the zealots";
    let frame = context.sql(sql).await.doing(doing)?;
    let rows = fit(lake, "actors", frame.collect().await.doing(doing)?)?;
    write(lake, &known, &rows).await
}

/// Writes the table unless nothing in it is new: most nights nothing is.
async fn write(lake: &Lake, known: &[RecordBatch], rows: &[RecordBatch]) -> Result<(), Error> {
    let columns = |batches: &[RecordBatch]| -> Result<Vec<ArrayRef>, Error> {
        let whole = columns::whole(batches)?.filter(|whole| whole.num_rows() > 0);
        Ok(whole.map_or_else(Vec::new, |whole| whole.columns().to_vec()))
    };
    if columns(known)? == columns(rows)? {
        return Ok(());
    }
    replace_all(lake, "actors", rows.to_vec()).await
}

/// Accounts of the settings, which name them as the logs do, as persons.
pub(crate) fn register_system_accounts(run: &Run, context: &SessionContext) -> Result<(), Error> {
    let names = &run.settings.people.system;
    let persons: BTreeSet<i64> = if names.is_empty() {
        BTreeSet::new()
    } else {
        let key = run.key()?;
        names
            .iter()
            .map(|name| key.person_of_user(name.as_bytes()))
            .collect()
    };
    register_persons(context, "system_accounts", &persons)
}

fn register_persons(
    context: &SessionContext,
    name: &str,
    persons: &BTreeSet<i64>,
) -> Result<(), Error> {
    let schema = Arc::new(Schema::new(vec![Field::new(
        "person",
        DataType::Int64,
        false,
    )]));
    let column = Int64Array::from_iter_values(persons.iter().copied());
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(column)])
        .doing(format!("failed to keep `{name}`"))?;
    session::register(context, name, schema, vec![rows])
}

fn left_out(actors: &[RecordBatch]) -> Result<BTreeSet<i64>, Error> {
    let mut persons = BTreeSet::new();
    for batch in actors {
        let person = columns::ints(batch, "person")?;
        let class = columns::texts(batch, "class")?;
        persons.extend(
            (0..batch.num_rows())
                .filter(|row| class.value(*row) != "zealot")
                .map(|row| person.value(row)),
        );
    }
    Ok(persons)
}

/// The days from `from` on on which one of these people was there.
pub(super) async fn days_of(
    context: &SessionContext,
    persons: &BTreeSet<i64>,
    from: i32,
) -> Result<BTreeSet<i32>, Error> {
    let mut found = BTreeSet::new();
    if persons.is_empty() {
        return Ok(found);
    }
    register_persons(context, "changed_persons", persons)?;
    let sql = "select distinct a.day from activity as a \
               left semi join changed_persons as c on c.person = a.person \
               where a.day >= $from order by a.day";
    let doing = "failed to find the days of people left out";
    let frame = context.sql(sql).await.doing(doing)?;
    let frame = frame
        .with_param_values(vec![("from", day(from))])
        .doing(doing)?;
    for batch in &frame.collect().await.doing(doing)? {
        let days = columns::days(batch, "day")?;
        found.extend(days.values().iter().copied());
    }
    Ok(found)
}
