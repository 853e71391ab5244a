//! The people as a file: who works where.

pub mod read;
