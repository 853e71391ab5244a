//! Graphs: the plan as something one walks through, the networks that people make, the communities in them, and
//! the networks that chance makes.

pub mod betweenness;
pub mod consensus;
pub mod constraint;
pub mod k_core;
pub mod leiden;
pub mod network;
pub mod pagerank;
pub mod plan;
pub mod rewire;
