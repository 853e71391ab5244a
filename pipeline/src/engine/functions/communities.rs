//! `communities(edges [, resolution [, seed]])`: the communities of a network, by the method of Leiden.

use std::sync::Arc;

use arrow::array::{Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::Result;
use queries::graph::leiden::{Quality, communities};
use queries::graph::network::Network;

use super::arguments::Arguments;
use super::edges::{Part, Reading, settle};
use super::source::Source;
use super::table::{Batches, Function, FunctionTable, batch_of, in_batches};

/// The customary one, at which modularity is that of Newman and Girvan.
const DEFAULT_RESOLUTION: f64 = 1.0;

#[derive(Debug)]
struct Communities {
    reading: Reading,
    resolution: f64,
    seed: u64,
}

pub(super) fn open(session: &dyn Session, given: &Arguments<'_>) -> Result<Arc<dyn TableProvider>> {
    let resolution = given.number(1, "the resolution", "a number above 0", |x| x > 0.0)?;
    let seed = if given.has(2) {
        given.whole(2, "the seed", 0, i64::MAX)?
    } else {
        0
    };
    let source = Source::open(session, given.source()?)?;
    let function = Communities {
        reading: Reading::of(&source)?,
        resolution: resolution.unwrap_or(DEFAULT_RESOLUTION),
        seed: seed as u64,
    };
    Ok(FunctionTable::provider(source, function))
}

impl Function for Communities {
    type Part = Part;

    fn told(&self) -> String {
        format!(
            "communities, resolution {}, seed {}",
            self.resolution, self.seed
        )
    }

    fn schema(&self) -> SchemaRef {
        Arc::new(Schema::new(vec![
            Field::new("node", self.reading.node_type(), false),
            Field::new("community", DataType::Int64, false),
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
        let mut read = self.reading.edges(parts)?;
        settle(&mut read.edges);
        let network = Network::new(read.nodes.len(), &read.edges);
        let quality = Quality::Modularity {
            resolution: self.resolution,
        };
        let found = communities(&network, quality, self.seed);
        let (wanted, nodes) = (wanted.clone(), read.nodes);
        Ok(in_batches(found.len(), move |rows| {
            let nodes = nodes.slice(rows.start, rows.len());
            let found = found[rows].iter().map(|community| i64::from(*community));
            let columns = [
                ("node", nodes.clone()),
                (
                    "community",
                    Arc::new(Int64Array::from_iter_values(found)) as _,
                ),
            ];
            batch_of(&wanted, nodes.len(), &columns)
        }))
    }
}
