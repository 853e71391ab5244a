//! Logs into columns: bytes in, columns out; no file is opened here.
//!
//! `format::recognise` tells the format from a sample, `read::read_log` cuts an input into blocks of whole lines and
//! parses them on all threads, `parse::parse_block` turns one block into a batch of columns.

mod address;
mod dictionary;
mod rejects;
mod time;

pub mod agents;
pub mod columns;
pub mod counts;
pub mod evidence;
pub mod key;
pub mod site;

pub use dictionary::Dictionary;
pub use rejects::{Reason, Rejects, shape};
