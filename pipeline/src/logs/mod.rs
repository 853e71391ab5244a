//! Logs into columns: bytes in, columns out; no file is opened here.
//!
//! `unpack::sample` and `format::recognise` tell the format, `read::read_log` cuts an input into blocks of whole
//! lines and parses them on all threads, `parse::parse_block` turns one block into a batch of columns.

mod address;
mod batch;
mod combined;
mod dictionary;
mod facts;
mod header;
mod jsonl;
mod lines;
mod pages;
mod recognise_lines;
mod recognise_rows;
mod record;
mod rejects;
mod row;
mod table;
mod time;

pub mod agents;
pub mod columns;
pub mod counts;
pub mod evidence;
pub mod format;
pub mod key;
pub mod parse;
pub mod read;
pub mod site;
pub mod split;
pub mod unpack;

pub use batch::{Batch, Context};
pub use dictionary::Dictionary;
pub use header::Header;
pub use lines::{Kind, Lines, Mixed, Own, Template, W3c};
pub use rejects::{Reason, Rejects, shape};
pub use row::{Field, Names};
