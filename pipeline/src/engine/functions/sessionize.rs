//! `sessionize(source [, gap])`: the rows of the source with the session of each.
//!
//! Rows come out by person, time and page, so that a session stands in one piece; sessions are numbered from 1
//! in that order. Rows that differ in other columns alone stand in the order of these, which makes the answer the
//! same however the source was read. Rows without person, time or page come last and have no session.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, RecordBatch};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, Fields, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::paths::visits::Visit;

use super::arguments::Arguments;
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, column, in_batches};
use super::told::misused;
use super::visits::{Part, Reading, with_columns};

/// The column that is added.
const SESSION: &str = "session_id";

#[derive(Debug)]
struct Sessionize {
    reading: Reading,
    source: SchemaRef,
    gap: i64,
    gap_us: i64,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let gap_us = given.gap_us(1)?;
    let source = Source::open(session, given.source()?)?;
    if source.place_if_any(SESSION).is_some() {
        return Err(misused(format!(
            "`{}` has a column `{SESSION}` already: leave it out or rename it in a view",
            source.name
        )));
    }
    let reading = Reading::of(&source, true)?;
    let function = Sessionize {
        source: source.schema.clone(),
        gap: reading.gap(gap_us),
        gap_us,
        reading,
    };
    Ok(FunctionTable::provider(source, function))
}

impl Function for Sessionize {
    type Part = (Part, Vec<RecordBatch>);

    fn told(&self) -> String {
        format!("sessionize, gap of {} s", self.gap_us as f64 / 1e6)
    }

    fn schema(&self) -> SchemaRef {
        let session = Arc::new(Field::new(SESSION, DataType::Int64, true));
        let fields: Fields = self
            .source
            .fields()
            .iter()
            .cloned()
            .chain([session])
            .collect();
        Arc::new(Schema::new(fields))
    }

    fn reads(&self, wanted: &SchemaRef) -> Vec<usize> {
        with_columns(self.reading.places(), &self.source, wanted)
    }

    fn begin(&self) -> Self::Part {
        (self.reading.begin(), Vec::new())
    }

    fn take(&self, (part, batches): &mut Self::Part, batch: RecordBatch) -> Result<usize> {
        let bytes = self.reading.take(part, &batch)?;
        let held = batch.get_array_memory_size();
        batches.push(batch);
        Ok(bytes + held)
    }

    fn finish(
        &self,
        parts: Vec<Self::Part>,
        wanted: &SchemaRef,
        n_threads: usize,
    ) -> Result<Batches> {
        let (parts, batches): (Vec<Part>, Vec<Vec<RecordBatch>>) = parts.into_iter().unzip();
        let held = Held::new(batches.into_iter().flatten().collect());
        let ordered = self.reading.order(parts, n_threads)?;
        let visits = ordered.visits.all();
        let sessions = ordered.visits.sessions(self.gap);
        let mut rows: Vec<u32> = visits.iter().map(|visit| visit.row).collect();
        let n_in_sessions = rows.len();
        let mut alike = alike(visits, &sessions);
        rows.extend(held.others(&rows));
        if rows.len() > n_in_sessions {
            alike.push(n_in_sessions..rows.len());
        }
        held.order(&mut rows, &alike, wanted)?;
        drop(ordered);
        let wanted = wanted.clone();
        Ok(in_batches(rows.len(), move |range| {
            let session = |place: usize| sessions.get(place).map(|session| i64::from(*session) + 1);
            let session_ids: Int64Array = range.clone().map(session).collect();
            let rows = &rows[range];
            let mut columns: Vec<(&str, ArrayRef)> = Vec::new();
            for field in wanted
                .fields()
                .iter()
                .filter(|field| field.name() != SESSION)
            {
                columns.push((field.name(), held.column(field.name(), rows)?));
            }
            columns.push((SESSION, Arc::new(session_ids)));
            batch_of(&wanted, rows.len(), &columns)
        }))
    }
}

/// Ranges of visits that are alike but for the row they were.
fn alike(visits: &[Visit], sessions: &[u32]) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut start = 0;
    for end in 1..=visits.len() {
        let goes_on = visits.get(end).is_some_and(|visit| {
            let before = &visits[end - 1];
            (visit.ts, visit.page, sessions[end]) == (before.ts, before.page, sessions[end - 1])
        });
        if !goes_on {
            if end - start > 1 {
                ranges.push(start..end);
            }
            start = end;
        }
    }
    ranges
}

/// The rows of the source as they came.
struct Held {
    batches: Vec<RecordBatch>,
    /// The batch of each row, and the row at which each batch starts.
    batch_of: Vec<u32>,
    starts: Vec<u32>,
}

impl Held {
    fn new(batches: Vec<RecordBatch>) -> Self {
        let mut held = Self {
            batches,
            batch_of: Vec::new(),
            starts: Vec::new(),
        };
        for (number, batch) in (0..).zip(&held.batches) {
            held.starts.push(held.batch_of.len() as u32);
            let end = held.batch_of.len() + batch.num_rows();
            held.batch_of.resize(end, number);
        }
        held
    }

    /// The rows that are not among these.
    fn others(&self, rows: &[u32]) -> Vec<u32> {
        if rows.len() == self.batch_of.len() {
            return Vec::new();
        }
        let mut is_other = vec![true; self.batch_of.len()];
        for row in rows {
            is_other[*row as usize] = false;
        }
        (0..)
            .zip(is_other)
            .filter(|(_, is)| *is)
            .map(|(row, _)| row)
            .collect()
    }

    /// The values of a column in these rows.
    fn column(&self, name: &str, rows: &[u32]) -> Result<ArrayRef> {
        let arrays = self.batches.iter().map(|batch| column(batch, name));
        let arrays = arrays.collect::<Result<Vec<_>>>()?;
        let arrays: Vec<&dyn Array> = arrays.into_iter().map(AsRef::as_ref).collect();
        let places: Vec<(usize, usize)> = rows
            .iter()
            .map(|row| {
                let batch = self.batch_of[*row as usize] as usize;
                (batch, (row - self.starts[batch]) as usize)
            })
            .collect();
        Ok(interleave(&arrays, &places)?)
    }

    /// Puts the rows in each of these ranges in the order of their wanted columns.
    fn order(&self, rows: &mut [u32], ranges: &[Range<usize>], wanted: &SchemaRef) -> Result<()> {
        let told_apart = |field: &&Arc<Field>| field.name() != SESSION;
        let fields: Vec<&Arc<Field>> = wanted.fields().iter().filter(told_apart).collect();
        let all: Vec<u32> = ranges
            .iter()
            .flat_map(|range| rows[range.clone()].iter().copied())
            .collect();
        if fields.is_empty() || all.is_empty() {
            return Ok(());
        }
        let columns = fields
            .iter()
            .map(|field| self.column(field.name(), &all))
            .collect::<Result<Vec<_>>>()?;
        let by = fields
            .iter()
            .map(|field| SortField::new(field.data_type().clone()))
            .collect();
        let converter = RowConverter::new(by)?;
        let keys = converter.convert_columns(&columns)?;
        let mut start = 0;
        for range in ranges {
            let mut places: Vec<usize> = (start..start + range.len()).collect();
            places.sort_by(|a, b| keys.row(*a).cmp(&keys.row(*b)));
            let ordered: Vec<u32> = places.into_iter().map(|place| all[place]).collect();
            rows[range.clone()].copy_from_slice(&ordered);
            start += range.len();
        }
        Ok(())
    }
}
