//! Answers as bytes: tables for a terminal, and files for other tools.

mod binary;
mod cells;
mod text;

use std::io::Write;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// RFC 4180, with a header; null is empty.
    Csv,
    /// One array of objects.
    Json,
    /// One object a line.
    Ndjson,
    /// A table of Markdown.
    Markdown,
    /// Parquet, zstd.
    Parquet,
    /// Arrow's IPC file.
    Arrow,
    /// A workbook of one sheet.
    Xlsx,
}

/// What can go wrong when an answer is written.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The bytes could not be written.
    #[error("failed to write")]
    Io(#[from] std::io::Error),
    /// A value has no text.
    #[error("failed to print a value")]
    Arrow(#[from] arrow::error::ArrowError),
    /// Parquet refused.
    #[error("failed to write Parquet")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// The workbook refused.
    #[error("failed to write a workbook")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
    /// JSON refused.
    #[error("failed to write JSON")]
    Json(#[from] serde_json::Error),
}

impl Format {
    /// The format of a word such as `csv`.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "table" => Self::Table,
            "csv" => Self::Csv,
            "json" => Self::Json,
            "ndjson" | "jsonl" => Self::Ndjson,
            "markdown" | "md" => Self::Markdown,
            "parquet" => Self::Parquet,
            "arrow" => Self::Arrow,
            "xlsx" => Self::Xlsx,
            _ => return None,
        })
    }

    /// The format that a file's ending stands for.
    pub fn from_path(path: &Path) -> Option<Self> {
        Self::from_name(path.extension()?.to_str()?).filter(|format| *format != Self::Table)
    }
}

/// Writes an answer.
///
/// # Errors
/// When the bytes cannot be written, or a value cannot be told in this format.
pub fn write(
    format: Format,
    schema: &SchemaRef,
    rows: &[RecordBatch],
    to: &mut (dyn Write + Send),
) -> Result<(), OutputError> {
    match format {
        Format::Table => text::table(schema, rows, to),
        Format::Csv => text::csv(schema, rows, to),
        Format::Json => text::json(schema, rows, to),
        Format::Ndjson => text::ndjson(schema, rows, to),
        Format::Markdown => text::markdown(schema, rows, to),
        Format::Parquet => binary::parquet(schema, rows, to),
        Format::Arrow => binary::arrow(schema, rows, to),
        Format::Xlsx => binary::xlsx(schema, rows, to),
    }
}
