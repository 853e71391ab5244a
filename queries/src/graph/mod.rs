//! Graphs: the plan as something one walks through, the networks that people make, the communities in them, and
//! the networks that chance makes.

pub mod consensus;
pub mod leiden;
pub mod network;
pub mod plan;
pub mod rewire;
