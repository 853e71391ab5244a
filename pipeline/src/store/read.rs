//! Rows of a version, straight from its files, without the engine.

use std::fs::File;
use std::ops::RangeInclusive;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, RecordBatch};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use arrow::error::ArrowError;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
    ParquetRecordBatchReaderBuilder,
};
use rayon::prelude::*;

use crate::store::error::StoreError;
use crate::store::lake::Lake;
use crate::store::snapshot::{ActiveFile, TableSnapshot};

/// Rows a batch.
const BATCH_ROWS: usize = 65_536;

impl Lake {
    /// Rows of a table, of some days and some columns only where told; `day` is among the columns.
    ///
    /// # Errors
    /// When a file is damaged.
    pub async fn read(
        &self,
        table: &str,
        days: Option<RangeInclusive<i32>>,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let snapshot = self.snapshot(table).await?;
        let is_wanted = |file: &&ActiveFile| {
            days.as_ref()
                .is_none_or(|days| file.day.is_some_and(|day| days.contains(&day)))
        };
        let files: Vec<&ActiveFile> = snapshot.files.iter().filter(is_wanted).collect();
        let read: Vec<Vec<RecordBatch>> = files
            .par_iter()
            .map(|file| read_file(&snapshot, file, columns))
            .collect::<Result<_, _>>()?;
        Ok(read.into_iter().flatten().collect())
    }
}

impl TableSnapshot {
    /// The rows of a day.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn read_day(&self, day: i32) -> Result<Vec<RecordBatch>, StoreError> {
        self.read_files(day, None)
    }

    /// The rows of a day, texts as dictionaries: of words that come again and again but one copy is held.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn read_day_as_words(&self, day: i32) -> Result<Vec<RecordBatch>, StoreError> {
        let schema = as_words(&self.spec.schema);
        self.read_words(day, schema, None)
    }

    /// The same of some columns.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn read_day_words(
        &self,
        day: i32,
        columns: &[&str],
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let schema = as_words(&some_of(&self.spec.schema, Some(columns)));
        self.read_words(day, schema, Some(columns))
    }

    fn read_words(
        &self,
        day: i32,
        schema: Schema,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let schema = Arc::new(schema);
        let mut rows = Vec::new();
        for file in self.files.iter().filter(|file| file.day == Some(day)) {
            let reader = open(self, file, columns, as_words)?;
            rows.extend(stored(self, file, &schema, reader)?);
        }
        Ok(rows)
    }

    /// Some columns of the rows of a day, and the day.
    ///
    /// # Errors
    /// When a file is damaged.
    pub fn read_day_columns(
        &self,
        day: i32,
        columns: &[&str],
    ) -> Result<Vec<RecordBatch>, StoreError> {
        self.read_files(day, Some(columns))
    }

    fn read_files(
        &self,
        day: i32,
        columns: Option<&[&str]>,
    ) -> Result<Vec<RecordBatch>, StoreError> {
        let mut rows = Vec::new();
        for file in self.files.iter().filter(|file| file.day == Some(day)) {
            rows.extend(read_file(self, file, columns)?);
        }
        Ok(rows)
    }
}

fn read_file(
    snapshot: &TableSnapshot,
    file: &ActiveFile,
    columns: Option<&[&str]>,
) -> Result<Vec<RecordBatch>, StoreError> {
    let schema = Arc::new(some_of(&snapshot.spec.schema, columns));
    stored(
        snapshot,
        file,
        &schema,
        open(snapshot, file, columns, Schema::clone)?,
    )
}

/// A schema of some columns and the day.
fn some_of(schema: &Schema, columns: Option<&[&str]>) -> Schema {
    let is_wanted = |name: &str| columns.is_none_or(|c| c.contains(&name) || name == "day");
    let fields = schema.fields().iter();
    let wanted: Vec<_> = fields.filter(|f| is_wanted(f.name())).cloned().collect();
    Schema::new(wanted)
}

fn stored(
    snapshot: &TableSnapshot,
    file: &ActiveFile,
    schema: &SchemaRef,
    reader: ParquetRecordBatchReader,
) -> Result<Vec<RecordBatch>, StoreError> {
    let misfit = StoreError::misfit(snapshot.spec.name);
    reader
        .map(|batch| {
            batch
                .and_then(|batch| as_stored(schema, &batch, file.day))
                .map_err(&misfit)
        })
        .collect()
}

/// A reader of some columns of a file, laid out as `layout` says of its schema.
fn open(
    snapshot: &TableSnapshot,
    file: &ActiveFile,
    columns: Option<&[&str]>,
    layout: impl Fn(&Schema) -> Schema,
) -> Result<ParquetRecordBatchReader, StoreError> {
    let path = snapshot.root.join(&file.path);
    let parquet = StoreError::parquet(&path);
    let opened = File::open(&path).map_err(StoreError::io(&path))?;
    let options = ArrowReaderOptions::new();
    let about = ArrowReaderMetadata::load(&opened, options.clone()).map_err(&parquet)?;
    let options = options.with_schema(Arc::new(layout(about.schema())));
    let about = ArrowReaderMetadata::try_new(Arc::clone(about.metadata()), options);
    let about = about.map_err(&parquet)?;
    let mut builder = ParquetRecordBatchReaderBuilder::new_with_metadata(opened, about);
    if let Some(columns) = columns {
        let mask = ProjectionMask::columns(builder.parquet_schema(), columns.iter().copied());
        builder = builder.with_projection(mask);
    }
    builder
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(&parquet)
}

/// A schema whose texts are dictionaries.
fn as_words(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| {
        if field.data_type() != &DataType::Utf8 {
            return field.clone();
        }
        let words = DataType::Dictionary(Box::new(DataType::UInt32), Box::new(DataType::Utf8));
        Arc::new(field.as_ref().clone().with_data_type(words))
    });
    Schema::new(fields.collect::<Vec<_>>())
}

/// A file's rows under their table's schema; the day comes from the path.
fn as_stored(
    schema: &SchemaRef,
    batch: &RecordBatch,
    day: Option<i32>,
) -> Result<RecordBatch, ArrowError> {
    let columns = schema
        .fields()
        .iter()
        .map(|field| match batch.column_by_name(field.name()) {
            Some(column) => arrow::compute::cast(column, field.data_type()),
            None => Ok(Arc::new(Date32Array::from(vec![day; batch.num_rows()])) as ArrayRef),
        })
        .collect::<Result<Vec<_>, _>>()?;
    RecordBatch::try_new(schema.clone(), columns)
}
