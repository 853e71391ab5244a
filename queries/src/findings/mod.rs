//! Findings, one a file.

pub mod elephant_paths;
