//! What is found about people: groups that nobody planned, whom others follow, where units meet and where they do
//! not, for whom sections are.

// mod bonds;
mod crowd;
mod following;
// mod leading;
mod units;

use arrow::array::RecordBatch;

use crate::derive::{fit, replace_all};
use crate::error::Error;
use crate::store::Lake;

/// Writes a table that holds what the latest window tells and nothing before it.
async fn replace(lake: &Lake, table: &str, rows: RecordBatch) -> Result<(), Error> {
    let rows = fit(lake, table, vec![rows])?;
    replace_all(lake, table, rows).await
}
