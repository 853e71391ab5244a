//! What we ask: SQL files by stage, and pure Rust for what is not relational.
//!
//! In reading order: the numbers that stand for things, the river's moves, who uses what, the plan and the
//! networks of people as graphs, the statistics, the findings, the gate that every published number passes,
//! templates of pages, the clocks of logs, texts.

pub mod clocks;
pub mod day;
pub mod findings;
pub mod graph;
mod grouped;
pub mod ids;
mod parallel;
pub mod paths;
pub mod people;
pub mod privacy;
pub mod sql;
pub mod stats;
pub mod templates;
pub mod text;
