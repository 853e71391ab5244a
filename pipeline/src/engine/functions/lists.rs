//! Lists of pages as a column.

use std::sync::Arc;

use arrow::array::{ArrayRef, ListArray, UInt32Array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::take;
use arrow::datatypes::{DataType, Field};
use datafusion::common::Result;

/// The type of a column `pages` of pages of this type.
pub(super) fn list_type(page: DataType) -> DataType {
    DataType::new_list(page, true)
}

/// Lists of pages by their numbers among `names`.
pub(super) fn lists<'a>(
    names: &ArrayRef,
    lists: impl Iterator<Item = &'a [u32]> + Clone,
) -> Result<ArrayRef> {
    let offsets = OffsetBuffer::from_lengths(lists.clone().map(<[u32]>::len));
    let pages = UInt32Array::from_iter_values(lists.flatten().copied());
    let field = Arc::new(Field::new_list_field(names.data_type().clone(), true));
    let pages = take(names, &pages, None)?;
    Ok(Arc::new(ListArray::try_new(field, offsets, pages, None)?))
}
