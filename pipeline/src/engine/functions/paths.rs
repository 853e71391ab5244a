//! `paths(source, min_length, max_length, min_people [, gap])`: pages that people walked one after the other.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::paths::contiguous::paths;

use super::arguments::Arguments;
use super::lists::{list_type, lists};
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, in_batches};
use super::told::misused;
use super::visits::{Part, Reading};

/// Pages of the longest path that may be asked for: far longer than anybody reads in one piece.
const MAX_LENGTH: i64 = 100;

#[derive(Debug)]
struct Paths {
    reading: Reading,
    min_length: i64,
    max_length: i64,
    min_people: i64,
    gap: i64,
    gap_us: i64,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let min_length = given.whole(1, "min_length", 1, MAX_LENGTH)?;
    let max_length = given.whole(2, "max_length", 1, MAX_LENGTH)?;
    if min_length > max_length {
        return Err(misused(format!(
            "`paths` was asked for paths of {min_length} to {max_length} pages: the shorter length comes \
             first, as paths('events.parquet', {max_length}, {min_length}, 20)"
        )));
    }
    let min_people = given.whole(3, "min_people", 0, i64::MAX)?;
    let gap_us = given.gap_us(4)?;
    let source = Source::open(session, given.source()?)?;
    let reading = Reading::of(&source, true)?;
    let function = Paths {
        min_length,
        max_length,
        min_people,
        gap: reading.gap(gap_us),
        gap_us,
        reading,
    };
    Ok(FunctionTable::provider(source, function))
}

impl Function for Paths {
    type Part = Part;

    fn told(&self) -> String {
        format!(
            "paths of {} to {} pages, by {} people or more, gap of {} s",
            self.min_length,
            self.max_length,
            self.min_people,
            self.gap_us as f64 / 1e6
        )
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("pages", list_type(self.reading.page_type()), false),
            Field::new("n", DataType::Int64, false),
            Field::new("n_people", DataType::Int64, false),
        ]))
    }

    fn reads(&self, _wanted: &SchemaRef) -> Vec<usize> {
        self.reading.places()
    }

    fn begin(&self) -> Part {
        self.reading.begin()
    }

    fn take(&self, part: &mut Part, batch: RecordBatch) -> Result<usize> {
        self.reading.take(part, &batch)
    }

    fn finish(&self, parts: Vec<Part>, wanted: &SchemaRef, n_threads: usize) -> Result<Batches> {
        let ordered = self.reading.order(parts, n_threads)?;
        let sequences = ordered.visits.sequences(Some(self.gap), n_threads);
        drop(ordered.visits);
        let found = paths(
            &sequences,
            self.min_length as usize,
            self.max_length as usize,
            self.min_people as u64,
            n_threads,
        );
        let (wanted, pages) = (wanted.clone(), ordered.pages);
        Ok(in_batches(found.len(), move |rows| {
            let found = &found[rows];
            let n = found.iter().map(|path| path.n as i64);
            let n_people = found.iter().map(|path| path.n_people as i64);
            let columns = [
                (
                    "pages",
                    lists(&pages, found.iter().map(|path| path.pages.as_slice()))?,
                ),
                ("n", Arc::new(Int64Array::from_iter_values(n)) as _),
                (
                    "n_people",
                    Arc::new(Int64Array::from_iter_values(n_people)) as _,
                ),
            ];
            batch_of(&wanted, found.len(), &columns)
        }))
    }
}
