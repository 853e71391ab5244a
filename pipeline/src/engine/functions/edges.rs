//! The source of the functions of networks: rows of source, target and weight, as numbers.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Float64Type};
use datafusion::common::Result;
use queries::graph::network::Edge;
use queries::paths::visits::NOBODY;

use super::dictionary::{Dictionary, Kind, merged};
use super::source::Source;
use super::table::column;
use super::told::misused;
use super::visits::renumber;

/// Bytes that an edge takes: its numbers (16), twice in a network (32), and as much again while one is made.
const BYTES_A_ROW: usize = 96;

/// Edges at most: a network numbers both their ends.
const MAX_EDGES: usize = 1 << 30;

/// How the columns of a source are read.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    source: String,
    node: Kind,
    has_weight: bool,
    places: Vec<usize>,
}

/// The edges of a part.
#[derive(Debug)]
pub(super) struct Part {
    names: Dictionary,
    sources: Vec<u32>,
    targets: Vec<u32>,
    weights: Vec<f64>,
}

/// The edges of all parts.
pub(super) struct Edges {
    /// The name of each node.
    pub(super) nodes: ArrayRef,
    /// In the order in which they came.
    pub(super) edges: Vec<Edge>,
}

impl Reading {
    /// The columns of a source, if they are what they must be.
    pub(super) fn of(source: &Source) -> Result<Self> {
        let mut places = vec![source.place("source")?, source.place("target")?];
        let node = source.kind("source")?;
        if source.kind("target")? != node {
            return Err(misused(format!(
                "`source` of `{}` is {}, `target` is {}: both name nodes, so cast one to the type of the \
                 other in a view",
                source.name,
                source.data_type("source")?,
                source.data_type("target")?
            )));
        }
        let weight = source.place_if_any("weight");
        if weight.is_some() && !source.data_type("weight")?.is_numeric() {
            return Err(misused(format!(
                "`weight` of `{}` is {}: it must be a number, as `cast(weight as double)` in a view",
                source.name,
                source.data_type("weight")?
            )));
        }
        places.extend(weight);
        Ok(Self {
            source: source.name.clone(),
            node,
            has_weight: weight.is_some(),
            places,
        })
    }

    pub(super) fn places(&self) -> Vec<usize> {
        self.places.clone()
    }

    /// The type in which nodes are given back.
    pub(super) fn node_type(&self) -> DataType {
        self.node.data_type()
    }

    pub(super) fn begin(&self) -> Part {
        Part {
            names: Dictionary::new(self.node),
            sources: Vec::new(),
            targets: Vec::new(),
            weights: Vec::new(),
        }
    }

    /// Adds rows to a part; gives the bytes that they take.
    pub(super) fn take(&self, part: &mut Part, batch: &RecordBatch) -> Result<usize> {
        let first = part.sources.len();
        part.names
            .encode(column(batch, "source")?, &mut part.sources)?;
        part.names
            .encode(column(batch, "target")?, &mut part.targets)?;
        if !self.has_weight {
            part.weights.resize(part.sources.len(), 1.0);
            return Ok(batch.num_rows() * BYTES_A_ROW);
        }
        let weights = cast(column(batch, "weight")?, &DataType::Float64)?;
        let weights = weights.as_primitive::<Float64Type>();
        for (row, source) in part.sources[first..].iter_mut().enumerate() {
            if weights.is_null(row) {
                *source = NOBODY;
                part.weights.push(0.0);
                continue;
            }
            let weight = weights.value(row);
            if weight < 0.0 || !weight.is_finite() {
                return Err(misused(format!(
                    "a weight of `{}` is {weight}: it must be 0 or more; leave such rows out in a view",
                    self.source
                )));
            }
            part.weights.push(weight);
        }
        Ok(batch.num_rows() * BYTES_A_ROW)
    }

    /// The edges of all parts; those without both ends or with a weight of null are left out.
    pub(super) fn edges(&self, mut parts: Vec<Part>) -> Result<Edges> {
        let names: Vec<&Dictionary> = parts.iter().map(|part| &part.names).collect();
        let (nodes, places) = merged(self.node, &names)?;
        let n_edges: usize = parts.iter().map(|part| part.sources.len()).sum();
        if n_edges > MAX_EDGES {
            return Err(misused(format!(
                "`{}` has {n_edges} edges: {MAX_EDGES} at most are a network; add up those between the same \
                 nodes in a view",
                self.source
            )));
        }
        let mut edges = Vec::with_capacity(n_edges);
        for (part, places) in parts.iter_mut().zip(&places) {
            renumber(&mut part.sources, places);
            renumber(&mut part.targets, places);
            let ends = part.sources.iter().zip(&part.targets);
            let all = ends.zip(&part.weights).map(|((s, t), w)| (*s, *t, *w));
            edges.extend(all.filter(|(source, target, _)| *source != NOBODY && *target != NOBODY));
        }
        Ok(Edges { nodes, edges })
    }
}

/// Puts edges in an order of their own where sums of weights depend on it: whole numbers add up to the same in
/// any, as long as their sum is exact.
pub(super) fn settle(edges: &mut [Edge]) {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let are_whole = edges.iter().all(|edge| edge.2.fract().to_bits() == 0);
    let total: f64 = edges.iter().map(|edge| edge.2).sum();
    if !are_whole || total > EXACT {
        edges.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    }
}
