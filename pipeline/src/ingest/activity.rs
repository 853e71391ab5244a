//! The evidence of a batch into the table `activity`: what people asked for before the filters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, UInt32Array};
use arrow::compute::{concat_batches, take_record_batch};

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::flush::Batch;
use crate::logs::evidence::Evidence;
use crate::store::{Lake, Removed, Replace};

/// Requests a person and day, one row an input: a part loaded again replaces its own.
pub(super) async fn activity(lake: &Lake, batch: &Batch) -> Result<(), Error> {
    let mut days: BTreeMap<i32, Vec<(i64, &Evidence)>> = BTreeMap::new();
    for (part, rows) in batch.parts.iter().zip(&batch.evidence) {
        for row in rows {
            days.entry(row.day).or_default().push((part.input_id, row));
        }
    }
    if days.is_empty() {
        return Ok(());
    }
    let ours: BTreeSet<i64> = batch.parts.iter().map(|part| part.input_id).collect();
    let snapshot = lake
        .snapshot("activity")
        .await
        .doing("failed to read the log of `activity`")?;
    let schema = lake
        .schema("activity")
        .doing("failed to find the table `activity`")?;
    let mut change = Replace {
        removed: Removed::Days(days.keys().copied().collect()),
        added: Vec::new(),
        transaction: None,
    };
    for (day, rows) in days {
        let doing = "failed to write the activity of a day";
        let mut all = snapshot.read_day(day).doing(doing)?;
        for there in &mut all {
            let inputs = columns::ints(there, "input_id")?;
            let keep: BooleanArray = inputs
                .iter()
                .map(|id| Some(id.is_none_or(|id| !ours.contains(&id))))
                .collect();
            *there = arrow::compute::filter_record_batch(there, &keep).doing(doing)?;
        }
        all.push(activity_rows(&schema, day, &rows).doing(doing)?);
        let all = concat_batches(&schema, &all).doing(doing)?;
        let person = columns::ints(&all, "person")?;
        let input = columns::ints(&all, "input_id")?;
        let mut order: Vec<u32> = (0..all.num_rows() as u32).collect();
        order.sort_unstable_by_key(|r| (person.value(*r as usize), input.value(*r as usize)));
        let sorted = take_record_batch(&all, &UInt32Array::from(order)).doing(doing)?;
        change.added.push((Some(day), vec![sorted]));
    }
    lake.replace("activity", change)
        .await
        .doing("failed to write `activity`")?;
    Ok(())
}

fn activity_rows(
    schema: &arrow::datatypes::SchemaRef,
    day: i32,
    rows: &[(i64, &Evidence)],
) -> Result<RecordBatch, arrow::error::ArrowError> {
    let ints = |f: &dyn Fn(&(i64, &Evidence)) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(rows.iter().map(f)))
    };
    let truths = |f: &dyn Fn(&Evidence) -> bool| -> ArrayRef {
        Arc::new(
            rows.iter()
                .map(|row| Some(f(row.1)))
                .collect::<BooleanArray>(),
        )
    };
    RecordBatch::try_new(
        schema.clone(),
        vec![
            Arc::new(Date32Array::from(vec![day; rows.len()])),
            ints(&|row| row.1.person),
            ints(&|row| i64::from(row.1.n_requests)),
            ints(&|row| i64::from(row.1.n_client_errors)),
            truths(&|row| row.is_crawler),
            truths(&|row| row.is_monitor),
            ints(&|row| row.1.n_clients() as i64),
            ints(&|row| i64::from(row.1.hours.count_ones())),
            ints(&|row| row.0),
        ],
    )
}
