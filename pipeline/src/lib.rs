//! How data moves.
#![allow(missing_docs)]
pub mod settings;
pub mod plan;
pub mod people;
pub mod store;
pub mod engine;
pub mod output;
pub mod civil;
pub mod error;
pub mod runs;
pub mod talk;
