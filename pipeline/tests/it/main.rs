//! The tests that need the engine or the binary, in one executable: each one more would link it anew.

mod actors;
mod bad_input;
mod clocks;
mod demo;
mod durable;
mod filters;
mod formats;
mod full_disk;
mod functions;
mod house;
mod identity;
mod lake;
mod packed;
mod pages;
mod paving;
mod plan;
mod planted;
mod questions;
mod readers;
mod real_data;
mod routes;
mod same_bytes;
mod scenarios;
mod site_server;
mod support;
mod twins;
