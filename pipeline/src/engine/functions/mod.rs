//! Table functions of SQL: questions that loop until they settle, over any table, view or file.
//!
//! They are plain: they count what is there. The pure code in `queries` does the work; here columns become
//! slices of small numbers for it, and what it finds becomes columns again.

mod arguments;
mod clock;
mod communities;
mod dictionary;
mod edges;
mod exec;
mod lists;
mod pagerank;
mod paths;
mod patterns;
mod sessionize;
mod source;
mod table;
mod told;
mod transitions;
mod visits;

use std::ops::RangeInclusive;
use std::sync::Arc;

use datafusion::catalog::{Session, TableFunctionArgs, TableFunctionImpl, TableProvider};
use datafusion::common::Result;
use datafusion::prelude::SessionContext;

pub use told::{Told, told};

use arguments::Arguments;

/// What a function is called with and what it is for.
#[derive(Debug)]
pub struct Signature {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, in brackets; those that may be left out in square ones.
    pub arguments: &'static str,
    /// What it gives.
    pub what: &'static str,
    /// What an example gives it behind the source, and the source.
    example: &'static str,
    n_arguments: RangeInclusive<usize>,
    open: fn(&dyn Session, &Arguments<'_>) -> Result<Arc<dyn TableProvider>>,
}

impl Signature {
    /// A call, as an example.
    pub fn call(&self) -> String {
        format!("{}({})", self.name, self.example)
    }
}

/// Every table function, by name.
pub static FUNCTIONS: [Signature; 6] = [
    Signature {
        name: "communities",
        arguments: "(edges [, resolution [, seed]])",
        what: "communities of a network of source, target [, weight]: node, community",
        example: "'ties.csv'",
        n_arguments: 1..=3,
        open: communities::open,
    },
    Signature {
        name: "pagerank",
        arguments: "(edges)",
        what: "PageRank along edges from source to target [, weight]: node, score",
        example: "'links.csv'",
        n_arguments: 1..=1,
        open: pagerank::open,
    },
    Signature {
        name: "paths",
        arguments: "(source, min_length, max_length, min_people [, gap])",
        what: "pages walked one after the other in a session: pages, n, n_people",
        example: "'events.parquet', 2, 5, 20",
        n_arguments: 4..=5,
        open: paths::open,
    },
    Signature {
        name: "patterns",
        arguments: "(source, min_support)",
        what: "pages seen in this order with anything between, counted once a person: pages, n",
        example: "'events.parquet', 0.01",
        n_arguments: 2..=2,
        open: patterns::open,
    },
    Signature {
        name: "sessionize",
        arguments: "(source [, gap])",
        what: "the rows of the source and their session_id",
        example: "'events.parquet'",
        n_arguments: 1..=2,
        open: sessionize::open,
    },
    Signature {
        name: "transitions",
        arguments: "(source [, gap])",
        what: "moves from a page to the next in a session: from_page, to_page, n, n_people",
        example: "'events.parquet', interval '30 minutes'",
        n_arguments: 1..=2,
        open: transitions::open,
    },
];

/// The function of this name.
pub fn function(name: &str) -> Option<&'static Signature> {
    FUNCTIONS.iter().find(|signature| signature.name == name)
}

/// Makes the functions known to a session.
pub fn register(context: &SessionContext) {
    for signature in &FUNCTIONS {
        context.register_udtf(signature.name, Arc::new(TableFunction { signature }));
    }
}

#[derive(Debug)]
struct TableFunction {
    signature: &'static Signature,
}

impl TableFunctionImpl for TableFunction {
    fn call_with_args(&self, given: TableFunctionArgs<'_, '_>) -> Result<Arc<dyn TableProvider>> {
        let arguments = Arguments::new(self.signature, given.exprs())?;
        (self.signature.open)(given.session(), &arguments)
    }
}
