//! A column whose values are ids of a dictionary, as Parquet: the ids written as they are.
//!
//! The Parquet writer of the arrow crates looks every value up by its bytes, also where ids are there already or the
//! values hardly differ: that was most of all writing. Here a value costs the packing of its id.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use arrow::buffer::NullBuffer;
use parquet::basic::{Compression, Encoding, ZstdLevel};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::statistics::Statistics;
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;
use zstd::bulk::Compressor;

/// Values of a page: readers unpack a page at a time.
const PAGE_ROWS: usize = 1 << 16;
/// The level of compression, as that of the other columns.
pub(super) const ZSTD_LEVEL: i32 = 1;

/// A column ready to be packed.
pub(super) struct Ids<'a> {
    /// The values that ids stand for, in Parquet's plain encoding.
    pub(super) dictionary: Vec<u8>,
    /// How many they are.
    pub(super) n_values: usize,
    /// One id a row; that of a null counts for nothing.
    pub(super) of_rows: &'a [u32],
    /// Which rows have a value; all where nothing is said.
    pub(super) valid: Option<&'a NullBuffer>,
    /// What prunes; texts have none.
    pub(super) statistics: Option<Statistics>,
}

/// A column, packed.
pub(super) struct Chunk {
    bytes: bytes::Bytes,
    close: ColumnCloseResult,
}

impl Chunk {
    /// Writes it as the next column of a row group.
    ///
    /// # Errors
    /// When the disk refuses.
    pub(super) fn append_to<W: std::io::Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> Result<()> {
        group.append_column(&self.bytes, self.close)
    }
}

/// Packs a column of ids.
///
/// # Errors
/// When it cannot be compressed.
pub(super) fn pack_ids(column: &ColumnDescPtr, ids: Ids<'_>) -> Result<Chunk> {
    thread_local! {
        /// What it needs is some hundred kilobytes, made ready once a thread.
        static ZSTD: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    ZSTD.with_borrow_mut(|zstd| match zstd {
        Some(zstd) => packed(column, ids, zstd),
        None => packed(column, ids, zstd.insert(Compressor::new(ZSTD_LEVEL)?)),
    })
}

fn packed(column: &ColumnDescPtr, ids: Ids<'_>, zstd: &mut Compressor<'static>) -> Result<Chunk> {
    let n_rows = ids.of_rows.len();
    let mut sink = TrackedWrite::new(Vec::new());
    let mut pages = Pages {
        writer: SerializedPageWriter::new(&mut sink),
        zstd,
        n_bytes: 0,
    };
    pages.dictionary(&ids.dictionary, ids.n_values)?;
    let is_optional = column.max_def_level() > 0;
    let mut data_at = None;
    for start in (0..n_rows.max(1)).step_by(PAGE_ROWS) {
        let rows = start..(start + PAGE_ROWS).min(n_rows);
        let at = pages.data(&ids, rows, is_optional)?;
        data_at.get_or_insert(at);
    }
    let n_bytes = pages.n_bytes;
    pages.writer.close()?;
    let bytes = bytes::Bytes::from(sink.into_inner()?);
    let mut metadata = ColumnChunkMetaData::builder(Arc::clone(column))
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?))
        .set_encodings(vec![
            Encoding::PLAIN,
            Encoding::RLE,
            Encoding::RLE_DICTIONARY,
        ])
        .set_num_values(n_rows as i64)
        .set_total_uncompressed_size(n_bytes as i64)
        .set_total_compressed_size(bytes.len() as i64)
        .set_dictionary_page_offset(Some(0))
        .set_data_page_offset(data_at.unwrap_or(0) as i64);
    if let Some(statistics) = ids.statistics {
        metadata = metadata.set_statistics(statistics);
    }
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: n_rows as u64,
        metadata: metadata.build()?,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok(Chunk { bytes, close })
}

/// The pages of a column, one behind the other.
struct Pages<'a, 'b> {
    writer: SerializedPageWriter<'a, Vec<u8>>,
    zstd: &'b mut Compressor<'static>,
    n_bytes: usize,
}

impl Pages<'_, '_> {
    /// The page of all values.
    fn dictionary(&mut self, plain: &[u8], n_values: usize) -> Result<()> {
        self.write(plain, |buf| Page::DictionaryPage {
            buf,
            num_values: n_values as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })?;
        Ok(())
    }

    /// A page of ids; says where it starts.
    fn data(&mut self, ids: &Ids<'_>, rows: Range<usize>, is_optional: bool) -> Result<u64> {
        let width = width_of(ids.n_values);
        let mut page = Vec::with_capacity(rows.len() * (usize::from(width) + 1) / 8 + 64);
        let valid = ids.valid.map(|all| all.slice(rows.start, rows.len()));
        let valid = valid.filter(|valid| valid.null_count() > 0);
        if is_optional {
            let mut levels = Vec::new();
            match &valid {
                Some(valid) => {
                    let known: Vec<u32> = valid.iter().map(u32::from).collect();
                    pack(&known, 1, &mut levels);
                }
                None => pack_run(1, rows.len(), 1, &mut levels),
            }
            page.extend_from_slice(&(levels.len() as u32).to_le_bytes());
            page.extend_from_slice(&levels);
        }
        page.push(width);
        let of_page = &ids.of_rows[rows.clone()];
        match valid {
            Some(valid) => {
                let known: Vec<u32> = valid.valid_indices().map(|row| of_page[row]).collect();
                pack(&known, width, &mut page);
            }
            None => pack(of_page, width, &mut page),
        }
        self.write(&page, |buf| Page::DataPage {
            buf,
            num_values: rows.len() as u32,
            encoding: Encoding::RLE_DICTIONARY,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }

    fn write(&mut self, plain: &[u8], page: impl FnOnce(bytes::Bytes) -> Page) -> Result<u64> {
        let packed = self
            .zstd
            .compress(plain)
            .map_err(|cause| ParquetError::External(Box::new(cause)))?;
        let spec = self
            .writer
            .write_page(CompressedPage::new(page(packed.into()), plain.len()))?;
        self.n_bytes += spec.uncompressed_size;
        Ok(spec.offset)
    }
}

/// Bits that an id of so many words needs.
fn width_of(n_words: usize) -> u8 {
    (usize::BITS - n_words.saturating_sub(1).leading_zeros()) as u8
}

/// Parquet's hybrid of runs and packed bits. Long runs are written as such, all else packed in groups of eight.
fn pack(ids: &[u32], width: u8, out: &mut Vec<u8>) {
    let mut at = 0;
    let mut loose = 0;
    for run in ids.chunk_by(|a, b| a == b) {
        let end = at + run.len();
        // What is packed before a run fills whole groups.
        let start = if loose == at {
            at
        } else {
            loose + (at - loose).next_multiple_of(8)
        };
        if start < end && end - start >= LONG_RUN {
            pack_groups(&ids[loose..start], width, out);
            pack_run(run[0], end - start, width, out);
            loose = end;
        }
        at = end;
    }
    pack_groups(&ids[loose..], width, out);
}

/// Equal values from which on a run is written as such.
const LONG_RUN: usize = 32;

/// The same id so many times.
fn pack_run(id: u32, n: usize, width: u8, out: &mut Vec<u8>) {
    if n == 0 {
        return;
    }
    varint((n as u64) << 1, out);
    out.extend_from_slice(&id.to_le_bytes()[..usize::from(width).div_ceil(8)]);
}

/// Packed bits in groups of eight values; the last group is filled up with zeros.
fn pack_groups(ids: &[u32], width: u8, out: &mut Vec<u8>) {
    if ids.is_empty() {
        return;
    }
    varint(((ids.len().div_ceil(8) as u64) << 1) | 1, out);
    let (mut bits, mut n_bits) = (0_u64, 0_u32);
    for id in ids {
        bits |= u64::from(*id) << n_bits;
        n_bits += u32::from(width);
        if n_bits >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            n_bits -= 32;
        }
    }
    let filling = ids.len().next_multiple_of(8) - ids.len();
    let n_bits = n_bits as usize + filling * usize::from(width);
    out.extend_from_slice(&bits.to_le_bytes()[..n_bits.div_ceil(8).min(8)]);
    out.extend(std::iter::repeat_n(0, n_bits.div_ceil(8).saturating_sub(8)));
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The values behind the hybrid of runs and packed bits, read plainly.
    fn unpack(mut bytes: &[u8], width: u8, n: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        while ids.len() < n {
            let (mut head, mut shift) = (0_u64, 0);
            loop {
                let byte = bytes[0];
                bytes = &bytes[1..];
                head |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            if head & 1 == 0 {
                let n_bytes = usize::from(width).div_ceil(8);
                let mut value = [0; 4];
                value[..n_bytes].copy_from_slice(&bytes[..n_bytes]);
                bytes = &bytes[n_bytes..];
                ids.extend(std::iter::repeat_n(
                    u32::from_le_bytes(value),
                    (head >> 1) as usize,
                ));
            } else {
                let n_values = (head >> 1) as usize * 8;
                let bit = |at: usize| u32::from(bytes[at / 8] >> (at % 8) & 1);
                for value in 0..n_values {
                    let bits =
                        (0..usize::from(width)).map(|b| bit(value * usize::from(width) + b) << b);
                    ids.push(bits.sum());
                }
                bytes = &bytes[n_values * usize::from(width) / 8..];
            }
        }
        ids.truncate(n);
        ids
    }

    proptest! {
        #[test]
        fn packed_ids_are_read_back(runs in prop::collection::vec((0u32..300, 1usize..90), 0..12)) {
            let ids: Vec<u32> = runs.iter().flat_map(|(id, n)| std::iter::repeat_n(*id, *n)).collect();
            let mut bytes = Vec::new();
            pack(&ids, 9, &mut bytes);
            prop_assert_eq!(unpack(&bytes, 9, ids.len()), ids);
        }
    }

    #[test]
    fn widths_hold_the_largest_id() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 256, 257].map(width_of),
            [0, 0, 1, 2, 2, 3, 8, 9]
        );
    }
}
