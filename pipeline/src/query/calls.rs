//! The table functions that a statement calls, and their sources, which stand in it as texts.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::parser::{CopyToSource, Statement};
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, TableFactor, Value, Visit, Visitor,
};

use crate::engine::functions::{self, Signature};
use crate::error::Error;

/// What a statement calls.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Names that are called as functions, and names that are read as tables.
    called: BTreeSet<String>,
    read: BTreeSet<String>,
    /// The sources of our functions.
    pub(super) sources: BTreeSet<String>,
    is_wrong: Option<String>,
}

impl Calls {
    /// Whether a name is that of a function alone: questions may have the same name.
    pub(super) fn is_function(&self, name: &str) -> bool {
        self.called.contains(name) && !self.read.contains(name)
    }

    fn note(&mut self, signature: &Signature, first: Option<&FunctionArg>) {
        let Some(first) = first else {
            return; // The function itself says what it wants.
        };
        match text(first) {
            Some(name) => {
                self.sources.insert(name);
            }
            None => {
                let name = signature.name;
                self.is_wrong.get_or_insert_with(|| {
                    format!(
                        "`{first}` is no source of `{name}`: it is a table, a view, a named question or a \
                         file, its name in quotes, as {}; make a view of a query first",
                        signature.call()
                    )
                });
            }
        }
    }
}

/// The functions that a statement calls.
///
/// # Errors
/// When the source of one is no text.
pub(super) fn calls(statement: &Statement) -> Result<Calls, Error> {
    let mut calls = Calls::default();
    gather(statement, &mut calls);
    match calls.is_wrong.take() {
        Some(message) => Err(Error::usage(message)),
        None => Ok(calls),
    }
}

fn gather(statement: &Statement, calls: &mut Calls) {
    let ended: ControlFlow<()> = match statement {
        Statement::Statement(statement) => statement.visit(calls),
        Statement::Explain(explain) => {
            gather(&explain.statement, calls);
            ControlFlow::Continue(())
        }
        Statement::CopyTo(copy) => match &copy.source {
            CopyToSource::Query(query) => query.visit(calls),
            CopyToSource::Relation(name) => name.visit(calls),
        },
        _ => ControlFlow::Continue(()),
    };
    debug_assert!(ended.is_continue(), "a look at the statement never stops");
}

impl Visitor for Calls {
    type Break = ();

    fn pre_visit_table_factor(&mut self, table: &TableFactor) -> ControlFlow<()> {
        let TableFactor::Table { name, args, .. } = table else {
            return ControlFlow::Continue(());
        };
        let last = name.0.last().and_then(|part| part.as_ident());
        let name = last.map_or_else(String::new, |ident| ident.value.to_lowercase());
        match args {
            Some(args) => {
                if let Some(signature) = functions::function(&name) {
                    self.note(signature, args.args.first());
                }
                self.called.insert(name);
            }
            None => {
                self.read.insert(name);
            }
        }
        ControlFlow::Continue(())
    }
}

/// A text as it is written out.
fn text(argument: &FunctionArg) -> Option<String> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) => match &value.value {
            Value::SingleQuotedString(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}
