//! The river's moves: events into sessions, sessions into transitions.

pub mod contiguous;
pub mod moves;
pub mod patterns;
pub mod sequences;
pub mod sessions;
pub mod trails;
pub mod visits;
pub mod walks;
