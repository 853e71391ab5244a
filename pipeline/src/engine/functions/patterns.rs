//! `patterns(source, min_support)`: pages that people saw in this order, whatever lay between.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::paths::patterns::patterns;

use super::arguments::Arguments;
use super::lists::{list_type, lists};
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, in_batches};
use super::told::misused;
use super::visits::{Part, Reading};

/// Pages of all patterns together, at most: a gibibyte of them. There are more only where the support is so
/// low that nobody could read what comes out.
const MAX_PAGES: usize = 1 << 28;

/// A share of people that is off by less than this is a whole number which floating point missed.
const ROUNDING: f64 = 1e-12;

#[derive(Debug)]
struct Patterns {
    reading: Reading,
    min_support: f64,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let must = "a share of the people below 1, or their number";
    let min_support = given.number(1, "min_support", must, |x| x >= 0.0)?;
    let source = Source::open(session, given.source()?)?;
    let function = Patterns {
        reading: Reading::of(&source, false)?,
        min_support: min_support.unwrap_or_default(),
    };
    Ok(FunctionTable::provider(source, function))
}

impl Patterns {
    /// The least number of people: a share is one of those who are in the source.
    fn least(&self, n_people: usize) -> u64 {
        let least = if self.min_support < 1.0 {
            self.min_support * n_people as f64 * (1.0 - ROUNDING)
        } else {
            self.min_support
        };
        least.ceil().max(1.0) as u64
    }
}

impl Function for Patterns {
    type Part = Part;

    fn told(&self) -> String {
        format!("patterns of a support of {} or more", self.min_support)
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("pages", list_type(self.reading.page_type()), false),
            Field::new("n", DataType::Int64, false),
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
        let sequences = ordered.visits.sequences(None, n_threads);
        drop(ordered.visits);
        // One sequence a person who has any visit.
        let least = self.least(sequences.len());
        let found = patterns(&sequences, least, MAX_PAGES, n_threads).ok_or_else(|| {
            misused(format!(
                "more patterns than can be held have a support of {least} people: raise min_support"
            ))
        })?;
        let (wanted, pages) = (wanted.clone(), ordered.pages);
        Ok(in_batches(found.len(), move |rows| {
            let found = &found[rows];
            let n = found.iter().map(|pattern| pattern.n as i64);
            let columns = [
                (
                    "pages",
                    lists(&pages, found.iter().map(|pattern| pattern.pages.as_slice()))?,
                ),
                ("n", Arc::new(Int64Array::from_iter_values(n)) as _),
            ];
            batch_of(&wanted, found.len(), &columns)
        }))
    }
}
