//! Since when and until when a row of the plan or the people holds.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Date32Array, RecordBatch};

use crate::engine::columns;
use crate::error::Error;

/// First and last day, none where there is no end to that side.
pub(super) type Validity = (Option<i32>, Option<i32>);

/// The validity of each row.
pub(super) fn validities(batch: &RecordBatch) -> Result<Vec<Validity>, Error> {
    let begin = columns::days(batch, "valid_from")?;
    let end = columns::days(batch, "valid_to")?;
    let date = |days: &Date32Array, row: usize| days.is_valid(row).then(|| days.value(row));
    Ok((0..batch.num_rows())
        .map(|row| (date(&begin, row), date(&end, row)))
        .collect())
}

/// The columns `valid_from` and `valid_to`.
pub(super) fn validity_columns<'a>(
    rows: impl Iterator<Item = &'a Validity> + Clone,
) -> [ArrayRef; 2] {
    let begin: Date32Array = rows.clone().map(|validity| validity.0).collect();
    let end: Date32Array = rows.map(|validity| validity.1).collect();
    [Arc::new(begin), Arc::new(end)]
}
