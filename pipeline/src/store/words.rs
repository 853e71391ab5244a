//! A column of texts that is a dictionary already, as Parquet.

use arrow::array::{Array, AsArray, DictionaryArray};
use arrow::datatypes::UInt32Type;
use parquet::errors::Result;
use parquet::schema::types::ColumnDescPtr;

use crate::store::chunk::{Chunk, Column, Values, pack_column};

/// Packs a column of words.
///
/// # Errors
/// When the words cannot be compressed.
pub(super) fn pack_words(
    described: &ColumnDescPtr,
    words: &DictionaryArray<UInt32Type>,
) -> Result<Chunk> {
    let values = words.values().as_string::<i32>();
    let mut plain = Vec::with_capacity(values.value_data().len() + 4 * values.len());
    for word in values {
        let word = word.unwrap_or_default().as_bytes();
        plain.extend_from_slice(&(word.len() as u32).to_le_bytes());
        plain.extend_from_slice(word);
    }
    let column = Column {
        n_rows: words.len(),
        valid: words.nulls(),
        statistics: None,
        values: Values::Ids {
            dictionary: plain,
            n_values: values.len(),
            of_rows: words.keys().values(),
        },
    };
    pack_column(described, &column)
}
