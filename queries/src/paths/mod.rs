//! The river's moves: events into sessions, sessions into transitions.

pub mod moves;
pub mod sessions;
pub mod trails;
pub mod walks;
