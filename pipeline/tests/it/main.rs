//! The tests that need the engine or the binary, in one executable: each one more would link it anew.

mod bad_input;
mod demo;
mod house;
mod lake;
mod packed;
mod readers;
mod real_data;
mod scenarios;
mod support;
mod twins;
