//! How data moves: sources, lake, engine, stages, the nightly run.
//!
//! In the river's order: what is read, where it is kept, how it is asked, what each stage makes of it.

pub mod engine;
pub mod logs;
pub mod output;
pub mod people;
pub mod plan;
pub mod settings;
pub mod store;

pub mod civil;
pub mod error;
mod key_file;
pub mod remedy;
pub mod run;
pub mod runs;
pub mod talk;

pub mod analyze;
pub mod clocks;
pub mod derive;
pub mod imports;
pub mod ingest;
pub mod nightly;
pub mod pavings;
pub mod report;
pub mod talks;

pub mod demo;
pub mod plan_view;
pub mod propose;
pub mod query;
pub mod status;
