//! How data moves: sources, lake, engine, stages, the nightly run.
//!
//! In the river's order: what is read, where it is kept, how it is asked, what each stage makes of it.

pub mod settings;
pub mod logs;
pub mod plan;
pub mod people;
pub mod store;
pub mod engine;
pub mod output;

pub mod civil;
pub mod error;
pub mod run;
pub mod runs;
pub mod talk;

pub mod ingest;
pub mod imports;
pub mod derive;
pub mod analyze;
pub mod lawn;
pub mod report;
pub mod nightly;

pub mod demo;
pub mod query;
pub mod status;
