//! The lake: Delta tables in a folder, written and read by us and readable by any Delta reader.

pub mod tables;

pub mod commit;
pub mod error;
pub mod lake;
pub mod read;
pub mod snapshot;

mod chunk;
mod delta;
pub mod durable;
pub mod files;
mod group;
mod hybrid;
mod making;
mod numbers;
mod order;
mod staged;
mod syncing;
mod words;

pub use commit::{Packed, Removed, Replace};
pub use error::StoreError;
pub use lake::Lake;
pub use snapshot::{ActiveFile, TableSnapshot};
pub use staged::Staged;
