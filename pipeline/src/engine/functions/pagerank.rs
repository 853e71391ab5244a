//! `pagerank(edges)`: where somebody is found who follows edges from source to target for ever.

use std::sync::Arc;

use arrow::array::{Float64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::graph::pagerank::{Options, of_links};

use super::arguments::Arguments;
use super::edges::{Part, Reading};
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, in_batches};

#[derive(Debug)]
struct PageRank {
    reading: Reading,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let source = Source::open(session, given.source()?)?;
    let function = PageRank {
        reading: Reading::of(&source)?,
    };
    Ok(FunctionTable::provider(source, function))
}

impl Function for PageRank {
    type Part = Part;

    fn told(&self) -> String {
        "pagerank".to_owned()
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("node", self.reading.node_type(), false),
            Field::new("score", DataType::Float64, false),
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

    fn finish(&self, parts: Vec<Part>, wanted: &SchemaRef, _n_threads: usize) -> Result<Batches> {
        let read = self.reading.edges(parts)?;
        let scores = of_links(read.nodes.len(), &read.edges, &Options::default());
        let (wanted, nodes) = (wanted.clone(), read.nodes);
        Ok(in_batches(scores.len(), move |rows| {
            let nodes = nodes.slice(rows.start, rows.len());
            let scores = Float64Array::from_iter_values(scores[rows].iter().copied());
            let columns = [("node", nodes.clone()), ("score", Arc::new(scores) as _)];
            batch_of(&wanted, nodes.len(), &columns)
        }))
    }
}
