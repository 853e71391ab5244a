//! The evidence of a batch into the table `activity`: what people asked for before the filters.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, TimestampMicrosecondArray,
    UInt32Array,
};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::ingest::flush::Batch;
use crate::logs::evidence::Evidence;
use crate::store::{Lake, Removed, Replace};

/// What each person asked for on a day, one row an input: a part loaded again replaces its own.
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
    schema: &SchemaRef,
    day: i32,
    rows: &[(i64, &Evidence)],
) -> Result<RecordBatch, ArrowError> {
    let ints = |f: &dyn Fn(&Evidence) -> i64| -> ArrayRef {
        Arc::new(Int64Array::from_iter_values(
            rows.iter().map(|row| f(row.1)),
        ))
    };
    let counts = |f: &dyn Fn(&Evidence) -> u32| ints(&|row| i64::from(f(row)));
    let times = |f: &dyn Fn(&Evidence) -> i64| -> ArrayRef {
        let times = TimestampMicrosecondArray::from_iter_values(rows.iter().map(|row| f(row.1)));
        Arc::new(times.with_timezone("UTC"))
    };
    let truths = |f: &dyn Fn(&Evidence) -> bool| -> ArrayRef {
        let truths: BooleanArray = rows.iter().map(|row| Some(f(row.1))).collect();
        Arc::new(truths)
    };
    let inputs = Int64Array::from_iter_values(rows.iter().map(|row| row.0));
    RecordBatch::try_new(
        schema.clone(),
        vec![
            Arc::new(Date32Array::from(vec![day; rows.len()])),
            ints(&|row| row.person),
            Arc::new(inputs),
            counts(&|row| row.n_requests),
            counts(&|row| row.n_asked),
            counts(&|row| row.n_client_errors),
            counts(&Evidence::n_error_pages),
            counts(&|row| row.n_attacks),
            counts(&|row| u32::from(row.attack_kinds)),
            counts(&Evidence::n_pages),
            counts(&Evidence::n_minutes),
            counts(&Evidence::n_busy_minutes),
            counts(&Evidence::n_pages_by_minute),
            counts(&|row| row.gaps().n),
            ints(&|row| row.gaps().sum_ms),
            ints(&|row| row.gaps().sum_ms_squared),
            counts(&|row| row.gaps().n_pages),
            counts(&Evidence::hours),
            counts(&Evidence::shared_hours),
            times(&|row| row.first_ts),
            times(&|row| row.last_ts),
            truths(&|row| row.is_crawler),
            truths(&|row| row.is_scanner),
            truths(&|row| row.is_monitor),
            truths(&|row| row.is_system),
        ],
    )
}
