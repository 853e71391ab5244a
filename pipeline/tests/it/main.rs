//! The tests that need the engine or the binary, in one executable: each one more would link it anew.

mod bad_input;
mod demo;
mod house;
mod lake;
mod real_data;
mod readers;
mod scenarios;
mod support;
mod twins;
