//! Parsers on trial: lines like those of real logs with all that can go wrong with them, made from bytes.
//!
//! `fuzz` looks for panics, hangs and lines that are lost; `differential` has every line read a second time, by a
//! parser in another language.

mod choices;
mod lines;
mod mutate;
mod rows;
mod watch;

pub(super) mod packed;

#[path = "differential_tests.rs"]
mod differential;
#[path = "fuzz_tests.rs"]
mod fuzz;
