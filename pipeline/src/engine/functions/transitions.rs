//! `transitions(source [, gap])`: how often people went from a page to the next, and how many people.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::paths::contiguous::paths;

use super::arguments::Arguments;
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, in_batches};
use super::visits::{Part, Reading};

#[derive(Debug)]
struct Transitions {
    reading: Reading,
    gap: i64,
    gap_us: i64,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let gap_us = given.gap_us(1)?;
    let source = Source::open(session, given.source()?)?;
    let reading = Reading::of(&source, true)?;
    let function = Transitions {
        gap: reading.gap(gap_us),
        gap_us,
        reading,
    };
    Ok(FunctionTable::provider(source, function))
}

impl Function for Transitions {
    type Part = Part;

    fn told(&self) -> String {
        format!("transitions, gap of {} s", self.gap_us as f64 / 1e6)
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("from_page", self.reading.page_type(), false),
            Field::new("to_page", self.reading.page_type(), false),
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
        // A move is a path of two pages.
        let found = paths(&sequences, 2, 2, 1, n_threads);
        let (wanted, pages) = (wanted.clone(), ordered.pages);
        Ok(in_batches(found.len(), move |rows| {
            let found = &found[rows];
            let page = |end: usize| {
                let pages_there = found.iter().map(|path| path.pages[end]);
                take(&pages, &UInt32Array::from_iter_values(pages_there), None)
            };
            let n = found.iter().map(|path| path.n as i64);
            let n_people = found.iter().map(|path| path.n_people as i64);
            let columns = [
                ("from_page", page(0)?),
                ("to_page", page(1)?),
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
