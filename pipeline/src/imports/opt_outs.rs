//! Who opted out: the table `opt_outs`, and the days that must be counted without them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, TimestampMicrosecondArray};

use crate::derive::{forget_days_of, replace_all};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::logs::key::Key;
use crate::store::Lake;

/// Leaves a person out of everything, or counts them again.
///
/// # Errors
/// When the lake cannot be written.
pub async fn opt_out(lake: &Lake, key: &Key, user: &str, is_out: bool) -> Result<bool, Error> {
    let person = key.person_of_user(user.as_bytes());
    let mut rows: BTreeMap<i64, i64> = BTreeMap::new();
    for batch in &lake
        .read("opt_outs", None, None)
        .await
        .doing("failed to read `opt_outs`")?
    {
        let persons = columns::ints(batch, "person")?;
        let at = columns::times(batch, "at")?;
        rows.extend((0..batch.num_rows()).map(|row| (persons.value(row), at.value(row))));
    }
    let now = jiff::Timestamp::now().as_microsecond();
    let is_changed = if is_out {
        let is_new = !rows.contains_key(&person);
        rows.entry(person).or_insert(now);
        is_new
    } else {
        rows.remove(&person).is_some()
    };
    if is_changed {
        // First: a run that breaks off here computes some days again, and no harm is done.
        forget_days_of(lake, person).await?;
        let schema = lake
            .schema("opt_outs")
            .doing("failed to find the table `opt_outs`")?;
        let persons: Int64Array = rows.keys().map(|p| Some(*p)).collect();
        let at = TimestampMicrosecondArray::from_iter_values(rows.values().copied())
            .with_timezone("UTC");
        let batch = RecordBatch::try_new(schema, vec![Arc::new(persons), Arc::new(at)])
            .doing("failed to lay out the opt-outs")?;
        replace_all(lake, "opt_outs", vec![batch]).await?;
    }
    Ok(is_changed)
}
