//! Graphs: the plan as something one walks through, and the networks that people make.

pub mod network;
pub mod plan;
