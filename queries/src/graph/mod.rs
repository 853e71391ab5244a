//! Graphs: the plan as something one walks through, and the networks that people make.

pub mod betweenness;
pub mod constraint;
pub mod k_core;
pub mod network;
pub mod pagerank;
pub mod plan;
