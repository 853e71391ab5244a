//! Graphs: the plan as something one walks through, the networks that people make, and the communities in them.

pub mod leiden;
pub mod network;
pub mod plan;
