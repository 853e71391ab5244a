//! The engine: DataFusion over the lake, and the doors between Arrow and the pure code.

pub mod columns;
pub mod functions;
pub mod planned_steps;
pub mod provider;
pub mod session;
