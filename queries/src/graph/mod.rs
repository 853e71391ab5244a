//! Graphs: the plan as something one walks through.

pub mod plan;
