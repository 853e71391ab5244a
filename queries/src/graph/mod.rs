//! Graphs: the plan as something one walks through, the networks that people make, and the communities in them.

pub mod betweenness;
pub mod constraint;
pub mod k_core;
pub mod leiden;
pub mod network;
pub mod pagerank;
pub mod plan;
