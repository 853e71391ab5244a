//! Arrow columns as plain values, for results small enough to hold.

use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, Float64Array, Int64Array, ListArray,
    RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::compute::{cast, concat_batches};
use arrow::datatypes::{
    DataType, Date32Type, Float64Type, Int64Type, TimeUnit, TimestampMicrosecondType,
};

use crate::error::{Doing, Error};

/// One result as one batch; `None` without any batch.
///
/// # Errors
/// When the batches differ in schema.
pub fn whole(batches: &[RecordBatch]) -> Result<Option<RecordBatch>, Error> {
    let Some(first) = batches.first() else {
        return Ok(None);
    };
    concat_batches(&first.schema(), batches)
        .doing("failed to join a result")
        .map(Some)
}

fn column(batch: &RecordBatch, name: &str, to: &DataType) -> Result<ArrayRef, Error> {
    let column = batch
        .column_by_name(name)
        .ok_or_else(|| Error::failed(format!("a result has no column `{name}`")))?;
    cast(column, to).doing(format!("failed to read column `{name}`"))
}

/// Whole numbers; null is `None`.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn ints(batch: &RecordBatch, name: &str) -> Result<Int64Array, Error> {
    Ok(column(batch, name, &DataType::Int64)?
        .as_primitive::<Int64Type>()
        .clone())
}

/// Fractions.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn floats(batch: &RecordBatch, name: &str) -> Result<Float64Array, Error> {
    Ok(column(batch, name, &DataType::Float64)?
        .as_primitive::<Float64Type>()
        .clone())
}

/// Days.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn days(batch: &RecordBatch, name: &str) -> Result<Date32Array, Error> {
    Ok(column(batch, name, &DataType::Date32)?
        .as_primitive::<Date32Type>()
        .clone())
}

/// Times in microseconds, UTC.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn times(batch: &RecordBatch, name: &str) -> Result<TimestampMicrosecondArray, Error> {
    let kind = DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()));
    Ok(column(batch, name, &kind)?
        .as_primitive::<TimestampMicrosecondType>()
        .clone())
}

/// Texts.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn texts(batch: &RecordBatch, name: &str) -> Result<StringArray, Error> {
    Ok(column(batch, name, &DataType::Utf8)?
        .as_string::<i32>()
        .clone())
}

/// Lists of texts.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn lists(batch: &RecordBatch, name: &str) -> Result<ListArray, Error> {
    let kind = DataType::new_list(DataType::Utf8, true);
    Ok(column(batch, name, &kind)?.as_list::<i32>().clone())
}

/// Truths.
///
/// # Errors
/// When the column is absent or of another kind.
pub fn truths(batch: &RecordBatch, name: &str) -> Result<BooleanArray, Error> {
    Ok(column(batch, name, &DataType::Boolean)?
        .as_boolean()
        .clone())
}

/// The texts of a list.
pub fn text_list(lists: &ListArray, row: usize) -> Vec<String> {
    let texts = lists.value(row);
    let texts = texts.as_string_opt::<i32>();
    let texts = texts.into_iter().flat_map(|texts| texts.iter().flatten());
    texts.map(str::to_owned).collect()
}

/// A whole number that must be there; null is 0.
pub fn int_at(array: &Int64Array, row: usize) -> i64 {
    if array.is_null(row) {
        0
    } else {
        array.value(row)
    }
}

/// Text at a row; null is empty.
pub fn text_at(array: &StringArray, row: usize) -> &str {
    if array.is_null(row) {
        ""
    } else {
        array.value(row)
    }
}
