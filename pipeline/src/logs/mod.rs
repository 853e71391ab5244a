//! Logs into columns: bytes in, columns out; no file is opened here.
//!
//! `unpack::sample` and `format::recognise` tell the format, `read::LogBlocks` cuts an input into blocks of
//! whole lines, and a `parse::Parser` turns each block into columns.

mod accounts;
mod address;
mod attacks;
mod audit;
mod batch;
mod combined;
mod dictionary;
mod endings;
mod facts;
mod gaps;
mod header;
mod hours;
mod json_scan;
mod jsonl;
mod line_reader;
mod lines;
mod marks;
mod members;
mod minutes;
mod names;
mod operations;
mod pages;
pub(crate) mod pattern;
mod producers;
mod recognise_lines;
mod recognise_rows;
mod record;
mod rejects;
mod row;
mod senders;
mod shown;
mod smallest;
mod source;
mod spelling;
mod table;
mod templates;
mod time;
mod zip;

pub mod agents;
pub mod charset;
pub mod columns;
pub mod counts;
pub mod evidence;
pub mod filters;
pub mod format;
pub mod key;
pub mod limits;
pub mod parquet;
pub mod parse;
pub mod read;
pub mod requests;
pub mod sample;
pub mod site;
pub mod split;
pub mod unpack;
pub mod user_field;
pub mod users;

pub use batch::{Batch, Context, Parsed};
pub use dictionary::Dictionary;
pub use header::Header;
pub use lines::{Kind, Lines, Mixed, Own, Template, W3c};
pub use names::{Column, Names, Unit};
pub use rejects::{Reason, Rejects, shape};
pub use row::Field;

#[cfg(test)]
mod trials;
