//! What is wrong with a call, in words with a remedy.

use datafusion::error::DataFusionError;

/// A call that cannot be answered.
#[derive(Debug, thiserror::Error)]
pub enum Told {
    /// The call or its source is wrong: what, and how to mend it.
    #[error("{0}")]
    Misused(String),
    /// There is no table, view or file of this name.
    #[error("{}", no_source(name, nearest.as_deref()))]
    NoSource {
        /// The name.
        name: String,
        /// A table that is there and has a name much like it.
        nearest: Option<String>,
    },
}

/// What a function told, if this error is of one.
pub fn told(cause: &DataFusionError) -> Option<&Told> {
    match cause.find_root() {
        DataFusionError::External(cause) => cause.downcast_ref(),
        _ => None,
    }
}

/// A misuse, as an error of the engine.
pub(super) fn misused(message: impl Into<String>) -> DataFusionError {
    DataFusionError::External(Box::new(Told::Misused(message.into())))
}

fn no_source(name: &str, nearest: Option<&str>) -> String {
    match nearest {
        Some(known) => format!("there is no `{name}`: did you mean `{known}`?"),
        None if name.contains(['.', '/']) => format!(
            "there is no file `{name}`, or it is none that can be read: .parquet, .csv and .json can"
        ),
        None => format!(
            "there is no `{name}`: a source is a table, a view, a named question or a file in quotes, as \
             'events.parquet'"
        ),
    }
}
