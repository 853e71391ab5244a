//! What the findings about people start from: who uses what, who began with what, and who is tied to whom.

pub mod adoptions;
pub mod uses;
