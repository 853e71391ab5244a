//! A column as Parquet: its values laid out by us, page by page.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, BooleanArray};
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

use crate::store::hybrid::{bytes_of, pack, pack_bits, pack_run, width_of};

/// Values of a page: readers unpack a page at a time.
const PAGE_ROWS: usize = 1 << 16;
/// Fewer bytes are not compressed: to unpack them would cost readers more than to read them.
const COMPRESSED_BYTES: usize = 1 << 10;
/// The level of compression, as that of the other columns.
pub(super) const ZSTD_LEVEL: i32 = 1;

/// A column ready to be packed.
pub(super) struct Column<'a> {
    pub(super) n_rows: usize,
    /// Which rows have a value; all where nothing is said.
    pub(super) valid: Option<&'a NullBuffer>,
    /// What prunes; texts have none.
    pub(super) statistics: Option<Statistics>,
    pub(super) values: Values<'a>,
}

/// The values of a column; what stands in a row without one counts for nothing.
pub(super) enum Values<'a> {
    /// Ids of a dictionary, one a row.
    Ids {
        /// The values that ids stand for, in Parquet's plain encoding.
        dictionary: Vec<u8>,
        /// How many they are.
        n_values: usize,
        of_rows: &'a [u32],
    },
    /// Truths.
    Truths(&'a BooleanArray),
    /// Numbers, laid out by a function that is handed those of a page. What is packed already, or random, is not made
    /// smaller by packing it once more: these are not compressed.
    Numbers {
        encoding: Encoding,
        of_rows: &'a [i64],
        lay_out: &'a dyn Fn(&[i64], &mut Vec<u8>),
    },
}

impl Values<'_> {
    fn encoding(&self) -> Encoding {
        match self {
            Self::Ids { .. } => Encoding::RLE_DICTIONARY,
            Self::Truths(_) => Encoding::PLAIN,
            Self::Numbers { encoding, .. } => *encoding,
        }
    }

    /// About how many bytes they are of which compressing may take some.
    fn n_loose(&self, n_rows: usize) -> usize {
        match self {
            Self::Ids {
                dictionary,
                n_values,
                ..
            } => dictionary.len() + n_rows * usize::from(width_of(*n_values)) / 8,
            Self::Truths(_) => n_rows / 8,
            Self::Numbers { .. } => 0,
        }
    }

    /// Lays out the values of some rows; `valid` says which have one.
    fn lay_out(&self, rows: Range<usize>, valid: Option<&NullBuffer>, page: &mut Vec<u8>) {
        match self {
            Self::Ids {
                n_values, of_rows, ..
            } => {
                let width = width_of(*n_values);
                page.push(width);
                pack(&known(&of_rows[rows], valid), width, page);
            }
            Self::Truths(truths) => {
                let truths = truths.values().slice(rows.start, rows.len());
                match valid {
                    None => bytes_of(&truths, page),
                    Some(valid) => {
                        let known = valid.valid_indices().map(|row| truths.value(row));
                        bytes_of(&known.collect(), page);
                    }
                }
            }
            Self::Numbers {
                of_rows, lay_out, ..
            } => lay_out(&known(&of_rows[rows], valid), page),
        }
    }
}

/// The values of the rows that have one.
fn known<'a, T: Copy>(values: &'a [T], valid: Option<&NullBuffer>) -> Cow<'a, [T]> {
    match valid {
        None => Cow::Borrowed(values),
        Some(valid) => Cow::Owned(valid.valid_indices().map(|row| values[row]).collect()),
    }
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

/// Packs a column.
///
/// # Errors
/// When it cannot be compressed.
pub(super) fn pack_column(described: &ColumnDescPtr, column: &Column<'_>) -> Result<Chunk> {
    let mut sink = TrackedWrite::new(Vec::new());
    let is_compressed = column.values.n_loose(column.n_rows) >= COMPRESSED_BYTES;
    let mut pages = Pages {
        writer: SerializedPageWriter::new(&mut sink),
        is_compressed,
        n_bytes: 0,
    };
    let mut encodings = vec![Encoding::PLAIN, Encoding::RLE];
    if !encodings.contains(&column.values.encoding()) {
        encodings.push(column.values.encoding());
    }
    let mut dictionary_at = None;
    if let Values::Ids {
        dictionary,
        n_values,
        ..
    } = &column.values
    {
        dictionary_at = Some(pages.dictionary(dictionary, *n_values)? as i64);
    }
    let is_optional = described.max_def_level() > 0;
    let mut data_at = None;
    for start in (0..column.n_rows.max(1)).step_by(PAGE_ROWS) {
        let rows = start..(start + PAGE_ROWS).min(column.n_rows);
        let at = pages.data(column, rows, is_optional)?;
        data_at.get_or_insert(at);
    }
    let n_bytes = pages.n_bytes;
    pages.writer.close()?;
    let bytes = bytes::Bytes::from(sink.into_inner()?);
    let compression = if is_compressed {
        Compression::ZSTD(ZstdLevel::try_new(ZSTD_LEVEL)?)
    } else {
        Compression::UNCOMPRESSED
    };
    let mut metadata = ColumnChunkMetaData::builder(Arc::clone(described))
        .set_compression(compression)
        .set_encodings(encodings)
        .set_num_values(column.n_rows as i64)
        .set_total_uncompressed_size(n_bytes as i64)
        .set_total_compressed_size(bytes.len() as i64)
        .set_dictionary_page_offset(dictionary_at)
        .set_data_page_offset(data_at.unwrap_or(0) as i64);
    if let Some(statistics) = &column.statistics {
        metadata = metadata.set_statistics(statistics.clone());
    }
    let close = ColumnCloseResult {
        bytes_written: bytes.len() as u64,
        rows_written: column.n_rows as u64,
        metadata: metadata.build()?,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    };
    Ok(Chunk { bytes, close })
}

/// Packs a column of truths.
///
/// # Errors
/// When it cannot be compressed.
pub(super) fn pack_truths(described: &ColumnDescPtr, truths: &BooleanArray) -> Result<Chunk> {
    let n_null = truths.null_count();
    let n_true = truths.true_count();
    let n_false = truths.len() - n_null - n_true;
    let least = (n_true + n_false > 0).then_some(n_false == 0);
    let most = (n_true + n_false > 0).then_some(n_true > 0);
    let column = Column {
        n_rows: truths.len(),
        valid: truths.nulls(),
        statistics: Some(Statistics::boolean(
            least,
            most,
            None,
            Some(n_null as u64),
            false,
        )),
        values: Values::Truths(truths),
    };
    pack_column(described, &column)
}

/// The pages of a column, one behind the other.
struct Pages<'a> {
    writer: SerializedPageWriter<'a, Vec<u8>>,
    is_compressed: bool,
    n_bytes: usize,
}

impl Pages<'_> {
    /// The page of all values; says where it starts.
    fn dictionary(&mut self, plain: &[u8], n_values: usize) -> Result<u64> {
        self.write(Cow::Borrowed(plain), |buf| Page::DictionaryPage {
            buf,
            num_values: n_values as u32,
            encoding: Encoding::PLAIN,
            is_sorted: false,
        })
    }

    /// A page of values; says where it starts.
    fn data(&mut self, column: &Column<'_>, rows: Range<usize>, is_optional: bool) -> Result<u64> {
        let mut page = Vec::new();
        let valid = column.valid.map(|all| all.slice(rows.start, rows.len()));
        let valid = valid.filter(|valid| valid.null_count() > 0);
        if is_optional {
            let mut levels = Vec::new();
            match &valid {
                Some(valid) if valid.null_count() == rows.len() => {
                    pack_run(0, rows.len(), 1, &mut levels);
                }
                Some(valid) => pack_bits(valid.inner(), &mut levels),
                None => pack_run(1, rows.len(), 1, &mut levels),
            }
            page.extend_from_slice(&(levels.len() as u32).to_le_bytes());
            page.extend_from_slice(&levels);
        }
        let num_values = rows.len() as u32;
        column.values.lay_out(rows, valid.as_ref(), &mut page);
        self.write(Cow::Owned(page), |buf| Page::DataPage {
            buf,
            num_values,
            encoding: column.values.encoding(),
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        })
    }

    fn write(
        &mut self,
        plain: Cow<'_, [u8]>,
        page: impl FnOnce(bytes::Bytes) -> Page,
    ) -> Result<u64> {
        let n_plain = plain.len();
        let bytes = if self.is_compressed {
            compressed(&plain)?
        } else {
            plain.into_owned()
        };
        let spec = self
            .writer
            .write_page(CompressedPage::new(page(bytes.into()), n_plain))?;
        self.n_bytes += spec.uncompressed_size;
        Ok(spec.offset)
    }
}

fn compressed(plain: &[u8]) -> Result<Vec<u8>> {
    thread_local! {
        /// What it needs is some hundred kilobytes, made ready once a thread.
        static ZSTD: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
    }
    let packed = ZSTD.with_borrow_mut(|zstd| match zstd {
        Some(zstd) => zstd.compress(plain),
        None => zstd.insert(Compressor::new(ZSTD_LEVEL)?).compress(plain),
    });
    packed.map_err(|cause| ParquetError::External(Box::new(cause)))
}
