//! The lake's tables: names, columns, and how each is laid out (DESIGN section 4).

mod ground;
mod notes;
mod paths;
mod people;

use std::sync::{Arc, LazyLock};

use arrow::datatypes::{DataType, Field, Schema, SchemaRef, TimeUnit};

/// A table of the lake.
#[derive(Debug, Clone)]
pub struct TableSpec {
    /// Its name, and that of its folder.
    pub name: &'static str,
    /// Its columns; `day` comes first where the table is cut into days.
    pub schema: SchemaRef,
    /// Whether there is one file (or more) a day.
    pub is_by_day: bool,
    /// Columns that the rows of a file are sorted by.
    pub sort: &'static [&'static str],
}

/// A column: name, type, and `?` after the name where it may be null.
type Column = (&'static str, DataType);

fn spec(
    name: &'static str,
    is_by_day: bool,
    sort: &'static [&'static str],
    columns: &[Column],
) -> TableSpec {
    let fields: Vec<Field> = columns
        .iter()
        .map(|(name, kind)| {
            Field::new(
                name.trim_end_matches('?'),
                kind.clone(),
                name.ends_with('?'),
            )
        })
        .collect();
    TableSpec {
        name,
        schema: Arc::new(Schema::new(fields)),
        is_by_day,
        sort,
    }
}

/// Every table of this version, in the river's order.
pub fn tables() -> &'static [TableSpec] {
    static TABLES: LazyLock<Vec<TableSpec>> = LazyLock::new(all);
    &TABLES
}

/// The table of this name.
pub fn table(name: &str) -> Option<&'static TableSpec> {
    tables().iter().find(|table| table.name == name)
}

fn all() -> Vec<TableSpec> {
    [
        ground::tables(),
        paths::tables(),
        people::tables(),
        notes::tables(),
    ]
    .concat()
}

/// A table that is neither cut into days nor sorted.
fn loose(name: &'static str, columns: &[Column]) -> TableSpec {
    spec(name, false, &[], columns)
}

/// What the last run told, and what all runs told.
fn with_history(
    (name, history): (&'static str, &'static str),
    columns: &[Column],
) -> Vec<TableSpec> {
    vec![loose(name, columns), loose(history, columns)]
}

/// Every finding tells its run, its window and its name first.
fn told(more: &[Column]) -> Vec<Column> {
    of_window(&[&[("finding_id", DataType::Utf8)], more].concat())
}

/// What is told of people tells its run and its window first.
fn of_window(more: &[Column]) -> Vec<Column> {
    let first = [
        ("run_id", DataType::Int64),
        ("window_start", DataType::Date32),
        ("window_end", DataType::Date32),
    ];
    [&first, more].concat()
}

fn time() -> DataType {
    DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
}

fn texts() -> DataType {
    DataType::List(Arc::new(Field::new("element", DataType::Utf8, false)))
}
