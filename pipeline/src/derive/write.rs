//! Rows into the lake, in the schema of their table.

use arrow::array::RecordBatch;

use crate::error::{Doing, Error};
use crate::store::{Lake, Removed, Replace};

/// Replaces every row of a table that is not cut into days.
///
/// # Errors
/// When the commit fails.
pub async fn replace_all(lake: &Lake, table: &str, rows: Vec<RecordBatch>) -> Result<(), Error> {
    let rows = fit(lake, table, rows)?;
    let change = Replace {
        removed: Removed::All,
        added: vec![(None, rows)],
        transaction: None,
    };
    lake.replace(table, change)
        .await
        .doing(format!("failed to write `{table}`"))?;
    Ok(())
}

/// Rows cast and ordered to the stored schema of their table.
///
/// # Errors
/// When a column is missing or cannot be cast.
pub fn fit(lake: &Lake, table: &str, rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, Error> {
    let schema = lake
        .schema(table)
        .doing(format!("failed to find the table `{table}`"))?;
    rows.iter()
        .map(|batch| {
            let columns = schema
                .fields()
                .iter()
                .map(|field| {
                    let column = batch.column_by_name(field.name()).ok_or_else(|| {
                        Error::failed(format!("`{table}` was given no column `{}`", field.name()))
                    })?;
                    arrow::compute::cast(column, field.data_type()).doing(format!(
                        "failed to fit column `{}` of `{table}`",
                        field.name()
                    ))
                })
                .collect::<Result<Vec<_>, Error>>()?;
            RecordBatch::try_new(schema.clone(), columns)
                .doing(format!("failed to fit rows to `{table}`"))
        })
        .collect()
}

/// Replaces the days from `first` to `last` of a table that is cut into days.
pub(super) async fn replace_days(
    lake: &Lake,
    table: &str,
    (first, last): (i32, i32),
    rows: Vec<(i32, RecordBatch)>,
) -> Result<(), Error> {
    let added = rows
        .into_iter()
        .map(|(day, rows)| (Some(day), vec![rows]))
        .collect();
    let change = Replace {
        removed: Removed::Days((first..=last).collect()),
        added,
        transaction: None,
    };
    lake.replace(table, change)
        .await
        .doing(format!("failed to write `{table}`"))?;
    Ok(())
}
