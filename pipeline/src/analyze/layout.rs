//! Findings as rows of a table, a column at a time.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, ListBuilder, RecordBatch,
    StringArray, StringBuilder,
};

use super::Window;
use super::history::run_id;
use crate::error::{Doing, Error};

/// The columns so far.
pub(crate) struct Layout<'a, T> {
    rows: &'a [T],
    columns: Vec<(&'static str, ArrayRef)>,
}

impl<'a, T> Layout<'a, T> {
    /// Begins with what every finding has: its run, its window, its name.
    pub(crate) fn of_findings(rows: &'a [T], window: Window, id: impl Fn(&T) -> String) -> Self {
        Self::of_window(rows, window).text("finding_id", id)
    }

    /// Begins with what everything of a window has: its run and its days.
    pub(crate) fn of_window(rows: &'a [T], window: Window) -> Self {
        Self::new(rows)
            .int("run_id", |_| run_id(window))
            .day("window_start", |_| window.start)
            .day("window_end", |_| window.end)
    }

    /// Begins with nothing.
    pub(crate) fn new(rows: &'a [T]) -> Self {
        Self {
            rows,
            columns: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, column: ArrayRef) -> Self {
        self.columns.push((name, column));
        self
    }

    pub(crate) fn int(self, name: &'static str, of: impl Fn(&T) -> i64) -> Self {
        self.maybe_int(name, |row| Some(of(row)))
    }

    pub(crate) fn maybe_int(self, name: &'static str, of: impl Fn(&T) -> Option<i64>) -> Self {
        let column: Int64Array = self.rows.iter().map(of).collect();
        self.with(name, Arc::new(column))
    }

    pub(crate) fn float(self, name: &'static str, of: impl Fn(&T) -> f64) -> Self {
        self.maybe_float(name, |row| Some(of(row)))
    }

    pub(crate) fn maybe_float(self, name: &'static str, of: impl Fn(&T) -> Option<f64>) -> Self {
        let column: Float64Array = self.rows.iter().map(of).collect();
        self.with(name, Arc::new(column))
    }

    pub(crate) fn text(self, name: &'static str, of: impl Fn(&T) -> String) -> Self {
        self.maybe_text(name, |row| Some(of(row)))
    }

    pub(crate) fn maybe_text(self, name: &'static str, of: impl Fn(&T) -> Option<String>) -> Self {
        let column: StringArray = self.rows.iter().map(of).collect();
        self.with(name, Arc::new(column))
    }

    pub(crate) fn texts(self, name: &'static str, of: impl Fn(&T) -> Vec<String>) -> Self {
        let mut lists = ListBuilder::new(StringBuilder::new());
        for row in self.rows {
            for text in of(row) {
                lists.values().append_value(text);
            }
            lists.append(true);
        }
        self.with(name, Arc::new(lists.finish()))
    }

    pub(crate) fn truth(self, name: &'static str, of: impl Fn(&T) -> bool) -> Self {
        self.maybe_truth(name, |row| Some(of(row)))
    }

    pub(crate) fn day(self, name: &'static str, of: impl Fn(&T) -> i32) -> Self {
        self.maybe_day(name, |row| Some(of(row)))
    }

    pub(crate) fn maybe_day(self, name: &'static str, of: impl Fn(&T) -> Option<i32>) -> Self {
        let column: Date32Array = self.rows.iter().map(of).collect();
        self.with(name, Arc::new(column))
    }

    pub(crate) fn maybe_truth(self, name: &'static str, of: impl Fn(&T) -> Option<bool>) -> Self {
        let column: BooleanArray = self.rows.iter().map(of).collect();
        self.with(name, Arc::new(column))
    }

    /// The rows as one batch; an empty one keeps its columns.
    pub(crate) fn finish(self, table: &str) -> Result<RecordBatch, Error> {
        let columns = self.columns.into_iter();
        RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
            .doing(format!("failed to lay out `{table}`"))
    }
}
