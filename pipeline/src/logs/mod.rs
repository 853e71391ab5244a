//! Logs into columns: bytes in, columns out; no file is opened here.
//!
//! `unpack::sample` and `format::recognise` tell the format, `read::read_log` cuts an input into blocks of whole
//! lines and parses them on all threads, `parse::parse_block` turns one block into a batch of columns.

mod address;
mod audit;
mod batch;
mod combined;
mod dictionary;
mod endings;
mod facts;
mod jsonl;
mod members;
mod names;
mod operations;
mod pages;
mod producers;
mod recognise_rows;
mod record;
mod rejects;
mod row;
mod source;
mod table;
mod time;
mod zip;

pub mod agents;
pub mod charset;
pub mod columns;
pub mod counts;
pub mod evidence;
pub mod format;
pub mod key;
pub mod limits;
pub mod parquet;
pub mod parse;
pub mod read;
pub mod site;
pub mod split;
pub mod unpack;
pub mod users;

pub use batch::{Batch, Context};
pub use dictionary::Dictionary;
pub use names::{Column, Names, Unit};
pub use rejects::{Reason, Rejects, shape};
pub use row::Field;
