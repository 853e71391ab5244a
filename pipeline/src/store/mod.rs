//! The lake: Delta tables in a folder, written and read by us and readable by any Delta reader.

pub mod files;
pub mod lake;
pub mod tables;

pub use lake::{ActiveFile, Lake, Removed, Replace, StoreError, TableSnapshot};
