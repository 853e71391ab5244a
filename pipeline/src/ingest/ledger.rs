//! The ledger: where every line of every input went.

use queries::text::Append;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Int64Array, RecordBatch, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::SchemaRef;

use crate::error::{Doing, Error};
use crate::ingest::inputs::Print;
use crate::logs::counts::Counts;
use crate::talk::counted;

/// One part of an input.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The part's id.
    pub input_id: i64,
    /// The input's name.
    pub name: String,
    /// Its format.
    pub format: String,
    /// What it looks like from outside.
    pub print: Print,
    /// Where its lines went; events are those read, duplicates among them.
    pub counts: Counts,
    /// Events that the lake had from elsewhere.
    pub duplicates: u64,
    /// Whether the log has referrers.
    pub has_referrers: bool,
    /// Whether the log names users.
    pub names_users: bool,
    /// Whether the archive was cut off.
    pub is_cut: bool,
    /// Uncompressed bytes read, from the input's start.
    pub loaded_bytes: u64,
}

impl Entry {
    /// Events that the lake took from here.
    pub fn events(&self) -> u64 {
        self.counts.events - self.duplicates
    }

    fn filtered_by(&self) -> String {
        let reasons: serde_json::Map<String, serde_json::Value> = self
            .counts
            .filtered_by()
            .map(|(filter, n)| (filter.as_str().to_owned(), n.into()))
            .collect();
        serde_json::Value::Object(reasons).to_string()
    }
}

/// What a load did.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The parts that were loaded.
    pub entries: Vec<Entry>,
    /// Inputs that the lake had already.
    pub unchanged: Vec<String>,
    /// Inputs that were refused, and why.
    pub refused: Vec<(String, String)>,
}

impl Ledger {
    /// For a terminal, where what was refused is said beside it.
    pub fn text(&self) -> String {
        let mut text = format!(
            "{:>10}{:>10}{:>12}{:>10}{:>10}{:>10}  input\n",
            "lines", "events", "duplicates", "filtered", "rejected", "comments"
        );
        for entry in &self.entries {
            let counts = &entry.counts;
            text.add_line(format_args!(
                "{:>10}{:>10}{:>12}{:>10}{:>10}{:>10}  {}",
                counts.lines,
                entry.events(),
                entry.duplicates,
                counts.filtered_sum(),
                counts.rejected,
                counts.comments,
                entry.name
            ));
        }
        if !self.unchanged.is_empty() {
            text.add_line(format_args!(
                "{} unchanged since the last load",
                counted(self.unchanged.len(), "input")
            ));
        }
        text
    }

    /// For a program.
    pub fn json(&self) -> String {
        let entries: Vec<serde_json::Value> = self
            .entries
            .iter()
            .map(|entry| {
                serde_json::json!({
                    "input_id": entry.input_id.to_string(),
                    "name": entry.name,
                    "format": entry.format,
                    "lines": entry.counts.lines,
                    "events": entry.events(),
                    "duplicates": entry.duplicates,
                    "filtered": entry.counts.filtered_sum(),
                    "filtered_by": serde_json::from_str::<serde_json::Value>(&entry.filtered_by())
                        .unwrap_or_default(),
                    "rejected": entry.counts.rejected,
                    "comments": entry.counts.comments,
                    "bytes": entry.counts.bytes,
                })
            })
            .collect();
        let refused: Vec<serde_json::Value> = self
            .refused
            .iter()
            .map(|(name, why)| serde_json::json!({ "name": name, "why": why }))
            .collect();
        let all = serde_json::json!({
            "inputs": entries, "unchanged": self.unchanged, "refused": refused,
        });
        format!("{all}\n")
    }
}

/// Entries as rows of the table `inputs`.
///
/// # Errors
/// When they do not fit the schema.
pub(super) fn rows(schema: SchemaRef, entries: &[Entry]) -> Result<RecordBatch, Error> {
    let ints = |f: &dyn Fn(&Entry) -> i64| -> ArrayRef {
        Arc::new(entries.iter().map(|e| Some(f(e))).collect::<Int64Array>())
    };
    let texts = |f: &dyn Fn(&Entry) -> String| -> ArrayRef {
        Arc::new(entries.iter().map(|e| Some(f(e))).collect::<StringArray>())
    };
    let truths = |f: &dyn Fn(&Entry) -> bool| -> ArrayRef {
        Arc::new(entries.iter().map(|e| Some(f(e))).collect::<BooleanArray>())
    };
    let times = |f: &dyn Fn(&Entry) -> Option<i64>| -> ArrayRef {
        let times: TimestampMicrosecondArray = entries.iter().map(f).collect();
        Arc::new(times.with_timezone("UTC"))
    };
    let columns: Vec<ArrayRef> = schema
        .fields()
        .iter()
        .map(|field| match field.name().as_str() {
            "input_id" => ints(&|e| e.input_id),
            "name" => texts(&|e| e.name.clone()),
            "format" => texts(&|e| e.format.clone()),
            "size" => ints(&|e| e.print.size as i64),
            "bytes" => ints(&|e| e.counts.bytes as i64),
            "lines" => ints(&|e| e.counts.lines as i64),
            "events" => ints(&|e| e.events() as i64),
            "duplicates" => ints(&|e| e.duplicates as i64),
            "filtered" => ints(&|e| e.counts.filtered_sum() as i64),
            "filtered_by" => texts(&Entry::filtered_by),
            "rejected" => ints(&|e| e.counts.rejected as i64),
            "comments" => ints(&|e| e.counts.comments as i64),
            "first_ts" => times(&|e| e.counts.first_ts),
            "last_ts" => times(&|e| e.counts.last_ts),
            "has_referrers" => truths(&|e| e.has_referrers),
            "names_users" => truths(&|e| e.names_users),
            "is_cut" => truths(&|e| e.is_cut),
            "head" => ints(&|e| e.print.head),
            "tail" => ints(&|e| e.print.tail),
            _ => ints(&|e| e.loaded_bytes as i64),
        })
        .collect();
    RecordBatch::try_new(schema, columns).doing("failed to lay out the ledger")
}
