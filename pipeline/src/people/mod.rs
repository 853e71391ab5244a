//! The people: as a file that tells who works where, and as those who may be listed.

pub(crate) mod known;
pub(crate) mod labels;
pub mod read;
